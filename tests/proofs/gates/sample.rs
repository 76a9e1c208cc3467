//! Some evidence by hand, as a bundle: what a verdict is made of, without minutes of replays.

use std::fs;
use std::path::{Path, PathBuf};

use domain::date::Date;
use domain::digest::Digest;
use domain::quantity::Cash;
use domain::seed::{Seed, Streams};
use judge::evidence::checks::{Check, CheckKind, CheckState};
use judge::evidence::side::{Side, SideDay, SideOrigin};
use judge::evidence::{Evidence, Part, Run, Subject};
use judge::verdict::bundle::{self, Bundle};

use crate::support::{repository, scratch};

/// The policy of the repository.
pub fn policy() -> String {
    fs::read_to_string(repository().join("golden/policy/pull-request.toml")).unwrap()
}

/// Writes a bundle of the sample into a fresh folder.
pub fn written(name: &str) -> (Bundle, PathBuf) {
    let (bundle, files) = bundle::write(&evidence(), &policy(), None).unwrap();
    let folder = scratch("bundles").join(name);
    let _ = fs::remove_dir_all(&folder);
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    (bundle, folder)
}

/// Eleven runs on two markets; the candidate loses a little on every day.
pub fn evidence() -> Evidence {
    let subject = |name: &str| Subject {
        name: name.to_owned(),
        system: "v2".to_owned(),
        version: "1".to_owned(),
        config: Digest::of(name.as_bytes()),
    };
    let run = |at: usize| Run {
        part: Part::Historical,
        case: format!("case-{at:02}"),
        market: if at == 0 { "FX_GLOB" } else { "US_EQ" }.to_owned(),
        candidate: side(at, 0.000_03),
        baseline: side(at, 0.0),
    };
    let check = |kind: CheckKind, at: usize| Check {
        kind,
        subject: format!("case-{at:02}"),
        state: CheckState::Holds,
        detail: "as it should".to_owned(),
    };
    Evidence {
        candidate: subject("candidate"),
        baseline: subject("baseline"),
        on: Date::from_epoch_days(20_000),
        battery: Digest::of(b"a battery"),
        runs: (0..11).map(run).collect(),
        checks: CheckKind::ALL.into_iter().flat_map(|kind| (0..11).map(move |at| check(kind, at))).collect(),
        trials: None,
        controls: None,
    }
}

fn side(at: usize, lost: f64) -> Side {
    let streams = Streams::new(Seed(11));
    let mut equity = 1_000_000.0;
    let day = |number: u64| {
        let drawn = streams.uniform(&["sample", &at.to_string()], number);
        equity *= 1.0 + drawn * 0.02 - 0.0096 - lost;
        SideDay {
            on: Date::from_epoch_days(10_000 + number as i32),
            equity: Cash::from_units(equity).unwrap(),
            turnover: number.is_multiple_of(21).then_some(0.3),
            gross: Some(0.95),
            costs: None,
            breaches: None,
            regime: Some(["CALM_CARRY", "NEUTRAL", "RISK_OFF"][(number / 60 % 3) as usize].to_owned()),
            stability: Some(["STABLE", "MIXED"][(number / 40 % 2) as usize].to_owned()),
        }
    };
    let days: Vec<SideDay> = (0..260).map(day).collect();
    let digest = |what: &str| Digest::of(format!("{what} {at} {lost}").as_bytes());
    let origin = SideOrigin {
        run_id: digest("run"),
        journal: digest("journal"),
        world: Digest::of(b"world"),
        tape: Digest::of(b"tape"),
        seed: Seed(1),
        last_day: days.last().unwrap().on,
        initial_cash_micros: 1_000_000_000_000,
    };
    Side { origin, days }
}

/// The file of the verdict itself.
pub fn verdict_file(folder: &Path) -> PathBuf {
    folder.join(bundle::VERDICT_FILE)
}
