//! Recorded decisions: what is exported to a file and played back trades as it did, to the last bit.

use std::fmt::Write as _;
use std::fs;

use columnar::decisions::{self, DecisionRow};
use domain::date::Date;
use journal::event::Event;
use journal::journal::Journal;
use prometheus::registry::Registry;
use replay::run::replay_in_memory;

use crate::cases::Case;
use crate::support::{repository, scratch};

/// What a journal says of targets, orders, fills and the book: all but the engine's own words.
fn traded<'j>(journal: &'j Journal, engine: &str) -> Vec<(Date, &'j Event)> {
    journal.events().filter(|(_, event)| event.lane() != engine).collect()
}

/// The targets of a run as a record.
fn record_of(journal: &Journal) -> Vec<DecisionRow> {
    let targets = journal.events().filter_map(|(on, event)| match event {
        Event::TargetSet { instrument, weight } => Some((on, *instrument, *weight)),
        _ => None,
    });
    let row = |(at, (on, instrument, weight)): (usize, _)| {
        let symbol = journal.id(instrument).map(ToString::to_string);
        DecisionRow { row: at as u64 + 1, on, symbol, weight }
    };
    targets.enumerate().map(row).collect()
}

fn csv_of(rows: &[DecisionRow]) -> String {
    let mut text = "date,symbol,weight\n".to_owned();
    for DecisionRow { on, symbol, weight, .. } in rows {
        writeln!(text, "{on},{},{weight:?}", symbol.as_deref().unwrap_or_default()).unwrap();
    }
    text
}

#[test]
fn what_momentum_decided_trades_the_same_when_it_is_played_back() {
    let case = Case::of(&repository().join("scenarios/cases/us-2007-2009-crisis.toml"));
    let (own, folder) = (case.journal(), scratch("recorded"));
    let rows = record_of(&own);
    assert!(rows.len() > 100, "{} targets were set", rows.len());
    fs::write(folder.join("decisions.csv"), csv_of(&rows)).unwrap();
    decisions::write(&folder, &rows).unwrap();
    let mut digests = Vec::new();
    for file in ["decisions.csv", "decisions.parquet"] {
        let config = toml::Table::from_iter([("decisions".to_owned(), toml::Value::from(file))]);
        let mut running = Registry::builtin().assemble_in(&folder, "recorded", &config).unwrap();
        let back = replay_in_memory(&case.scenario, &running.identity, &case.tape, running.system.as_mut()).unwrap();
        let (found, expected) = (traded(&back, "recorded"), traded(&own, "momentum"));
        let differs = found.iter().zip(&expected).find(|(found, expected)| found != expected);
        assert!(differs.is_none() && found.len() == expected.len(), "{file}: the first that differs: {differs:?}");
        digests.push((back.manifest.digest, running.identity.config_digest));
    }
    assert_eq!(digests[0], digests[1], "the content is the identity, not the kind of file or its name");
}

#[test]
fn another_weight_is_another_run() {
    let folder = scratch("recorded-identity");
    let digest = |name: &str, weight: &str| {
        fs::write(folder.join(name), format!("date,symbol,weight\n2008-09-15,EQUITY:GE,{weight}\n")).unwrap();
        let config = toml::Table::from_iter([("decisions".to_owned(), toml::Value::from(name))]);
        Registry::builtin().assemble_in(&folder, "recorded", &config).unwrap().identity.config_digest
    };
    assert_eq!(digest("a.csv", "0.5"), digest("b.csv", "0.50"));
    assert_ne!(digest("a.csv", "0.5"), digest("a.csv", "0.6"));
}
