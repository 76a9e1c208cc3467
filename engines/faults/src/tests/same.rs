//! Without a fault the system is v2.

use builtin::config::SystemConfig;
use v2::system::{V2Config, V2System};

use super::world::{LENGTH, Run, Step, config, tape, v2_table};
use crate::config::{Fault, FaultyConfig};

fn texts(steps: &[Step]) -> Vec<String> {
    steps.iter().map(Step::text).collect()
}

#[test]
fn without_a_fault_it_is_v2_to_the_last_byte() {
    let tape = tape();
    let v2: V2Config = v2_table().try_into().unwrap();
    let wanted = Run::of(&tape, Box::new(V2System::new(v2).unwrap())).days(0, LENGTH);
    let found = Run::new(&tape, None).days(0, LENGTH);
    assert_eq!(texts(&found), texts(&wanted));
    let decided = found.iter().filter(|step| step.decision.targets.as_ref().is_some_and(|t| t.len() > 3)).count();
    assert_eq!(decided, 6, "the market must give faults something to spoil");
}

/// A fault that waits for a day that never comes: asked stage by stage, with the seams in between, v2 is still v2.
#[test]
fn before_a_fault_begins_decisions_and_reports_are_those_of_v2() {
    let tape = tape();
    let clean = Run::new(&tape, None).days(0, LENGTH);
    let waiting = Fault { kind: "frozen".to_owned(), size: Some(5000.0) };
    let found = Run::new(&tape, Some(waiting)).days(0, LENGTH);
    for (found, clean) in found.iter().zip(&clean) {
        assert_eq!(format!("{:?}", found.decision), format!("{:?}", clean.decision));
    }
}

#[test]
fn the_same_fault_is_the_same_on_every_run() {
    let tape = tape();
    let fault = Fault { kind: "noisy-scores".to_owned(), size: Some(0.5) };
    let run = || texts(&Run::new(&tape, Some(fault.clone())).days(0, 10));
    assert_eq!(run(), run());
}

#[test]
fn a_config_is_read_as_it_is_written_and_its_fault_is_part_of_its_identity() {
    let plain = config(None);
    let stale = config(Some(Fault { kind: "stale-scores".to_owned(), size: Some(1.0) }));
    let inverted = config(Some(Fault { kind: "inverted-scores".to_owned(), size: None }));
    for config in [&plain, &stale, &inverted] {
        assert_eq!(config.check(), Ok(()));
        let table = toml::Table::try_from(config).unwrap();
        let read: FaultyConfig = table.try_into().unwrap();
        assert_eq!((&read, read.digest()), (config, config.digest()));
    }
    assert!(plain.digest() != stale.digest() && stale.digest() != inverted.digest());
}

#[test]
fn the_version_follows_that_of_v2() {
    let (of_v2, _) = crate::VERSION.split_once('.').unwrap();
    assert_eq!(of_v2, v2::VERSION, "v2 decides otherwise than before, so its mutants do too");
}
