//! Tests of goldens on disk and beside fresh runs.

use std::fs;
use std::path::{Path, PathBuf};

use journal::journal::Journal;

use super::accept::{Accepted, Places, accept};
use super::{Acceptance, Golden, StoredGolden};
use crate::fixture::journal;
use crate::policy::Policy;

mod acts;
mod comparison;
mod folders;

const TOOLCHAIN: &str = "rustc 1.95.0";

/// A folder of its own for a test, removed with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("judge-golden-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn places(&self) -> Places {
        Places { golden: self.0.join("golden"), undo: self.0.join("undo") }
    }

    /// The folder of the case of the fixture's run.
    fn case(&self) -> PathBuf {
        self.places().golden.join("lehman")
    }

    fn accept(&self, journal: &Journal) -> StoredGolden {
        match accept(&self.places(), &fresh(journal), &acceptance("first look"), &policy()).unwrap() {
            Accepted::Written(stored) => *stored,
            Accepted::Unchanged => panic!("nothing was written"),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Equity may move by a cent and weights by a billionth between versions.
fn policy() -> Policy {
    let text = r#"
        format = 1
        noise = "between-versions"
        [[tolerance]]
        field = "daily.equity"
        absolute = 0.01
        why = "a cent"
        [[tolerance]]
        field = "weights.weight"
        absolute = 1e-9
        why = "solver"
        [[tolerance]]
        field = "target_set.weight"
        absolute = 1e-9
        why = "solver"
        [[tolerance]]
        field = "figure.momentum.signal"
        relative = 1e-12
        why = "logarithms"
    "#;
    Policy::parse(text, "tolerance.toml").unwrap()
}

fn fresh(journal: &Journal) -> Golden {
    Golden::from_journal(journal, &policy(), TOOLCHAIN)
}

fn acceptance(reason: &str) -> Acceptance {
    Acceptance {
        by: "quant desk".into(),
        on: "2026-01-31".parse().unwrap(),
        reason: reason.into(),
        scope: "all".parse().unwrap(),
    }
}

/// A golden as it would be read back, without a disk.
fn stored(journal: &Journal) -> StoredGolden {
    super::folder::sealed(&fresh(journal), &acceptance("by hand"), None).unwrap().1
}

/// All files below a folder with their bytes, sorted.
fn snapshot(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push((path.clone(), fs::read(&path).unwrap())) }
        }
    }
    files.sort();
    files
}

#[test]
fn the_text_of_a_golden() {
    let (files, _) = super::folder::sealed(&fresh(&journal()), &acceptance("first look"), None).unwrap();
    let text = |file: &str| files.iter().find(|(name, _)| *name == file).unwrap().1.clone();
    let expected = "\
# figure                unit          value
first_day               day           2008-09-12
last_day                day           2009-01-02
trading_days            count         3
final_equity            currency      982.750000
";
    assert!(text("summary.txt").starts_with(expected), "{}", text("summary.txt"));
    let daily = text("daily.txt");
    let lines: Vec<&str> = daily.lines().map(|line| line.rsplit_once(' ').unwrap().0.trim_end()).collect();
    assert_eq!(
        lines,
        [
            "# day                  equity turnover               gross                  regime       running",
            "2008-09-12         998.500000 0.25                   0.25037556334501754    CALM_CARRY",
            "2008-09-15         947.750000 0.02055877701634159    0.1899235030335004     RISK_OFF_CRISIS",
            "2009-01-02         982.750000 -                      0.21368608496565758    -",
        ]
    );
    let weights = "\
# day      instrument               weight
2008-09-12 EQUITY:GE                0.2
2008-09-12 EQUITY:LEH               0.05
2008-09-15 EQUITY:GE                0.2
";
    assert_eq!(text("weights.txt"), weights);
    let manifest = text("manifest.toml");
    assert!(manifest.starts_with("golden_format = 1\nscenario = \"lehman\"\n"), "{manifest}");
    assert!(manifest.contains("seed = \"18446744073709551615\"\n"), "{manifest}");
    assert!(manifest.contains("reason = \"first look\"\nscope = \"all\"\nreplaces = \"none\"\n"), "{manifest}");
}
