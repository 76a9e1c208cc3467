//! The records of the repository, and the seal over the frozen reference.

use std::fs;

use judge::pair::record::{self, records};
use prometheus::pairs::{self, Pair, seal};
use prometheus::root::Root;

use crate::support::{copy_folder, repository, scratch};

fn root() -> Root {
    Root::discover(Some(&repository())).unwrap()
}

/// In every record the parts sum to the gap to the micro-unit, and the gap is that of the two accepted runs.
#[test]
fn the_parts_of_every_pair_sum_to_its_gap() {
    let folder = pairs::records(&root());
    let names = pairs::names(&root()).unwrap();
    assert_eq!(records(&folder).unwrap(), names, "pairs and records go both ways");
    for name in names {
        let record = record::read(&folder, &name).unwrap().record.walk;
        let sum: i64 = record.attribution.parts().map(|part| part.money.micros()).sum();
        assert_eq!(sum, record.attribution.gap().micros(), "{name}");
        let pair = Pair::read(&root(), &name).unwrap();
        let ends = [(pair.reference, &record.reference), (pair.successor, &record.successor)];
        for ((case, run), leg) in ends.into_iter().zip([record.attribution.reference(), record.attribution.successor()])
        {
            let golden = judge::golden::read(&repository().join("golden").join(&case)).unwrap().golden;
            assert_eq!(
                golden.origin.journal_digest, run.journal_digest,
                "{name}: {case} was accepted and not recorded"
            );
            let last = golden.body.daily.last().unwrap();
            assert_eq!(last.equity, leg.final_equity, "{name}: {case}");
        }
    }
}

/// A touched source of v1, and a touched record, break the seal; the message says how a deliberate change is made.
#[test]
fn what_is_touched_breaks_the_seal() {
    assert_eq!(seal::broken(&root(), "check").unwrap(), []);
    let folder = scratch("reference").join("seal");
    let _ = fs::remove_dir_all(&folder);
    copy_folder(&repository().join("engines/v1"), &folder.join("engines/v1"));
    copy_folder(&repository().join("golden/v1"), &folder.join("golden/v1"));
    fs::create_dir_all(folder.join("scenarios")).unwrap();
    let copy = Root::discover(Some(&folder)).unwrap();
    assert_eq!(seal::broken(&copy, "check").unwrap(), []);
    let touched = [
        ("engines/v1/src/risk.rs", "a file of engines/v1 changed after"),
        ("golden/v1/us-2007-2009-crisis/outputs.csv", "a record of golden/v1 changed after"),
    ];
    for (file, expected) in touched {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n")).unwrap();
        let problems = seal::broken(&copy, "check").unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].message.starts_with(expected), "{}", problems[0].message);
        assert!(problems[0].hint.contains("prometheus reference seal --by NAME --reason TEXT"), "{}", problems[0].hint);
        fs::write(&path, text).unwrap();
    }
    assert_eq!(seal::broken(&copy, "check").unwrap(), []);
}
