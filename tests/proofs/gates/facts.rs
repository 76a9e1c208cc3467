//! The facts beside the policies are those of the policies: figures and controls of another text do not count.

use std::fs;

use domain::digest::Digest;
use judge::gates::GATES_VERSION;
use judge::gates::calibration::Calibration;
use judge::gates::policy::GatePolicy;
use prometheus::battery::control::{Control, Expectation, Family};
use prometheus::battery::session;
use prometheus::battery::worlds::Battery;
use prometheus::root::Root;
use rstest::rstest;

use crate::support::repository;

fn root() -> Root {
    Root::discover(Some(&repository())).unwrap()
}

fn policy(name: &str) -> GatePolicy {
    session::policy(&root(), name).unwrap().0
}

fn calibration(name: &str) -> Calibration {
    session::calibration(&root(), name).unwrap().expect("the policy is calibrated").0
}

#[rstest]
#[case("promotion")]
#[case("pull-request")]
fn the_gates_are_calibrated_and_hold_what_is_promised(#[case] name: &str) {
    let (policy, figures) = (policy(name), calibration(name));
    assert_eq!(policy.name, name);
    assert_eq!((figures.policy, figures.gates_version), (policy.digest, GATES_VERSION), "calibrate the policy anew");
    assert!(policy.gates.iter().all(|gate| figures.gates.iter().any(|known| known.gate == gate.name)));
    let suite = &figures.suite;
    assert!(suite.runs >= 1000 && suite.upper <= 0.01, "{suite:?}");
    let mutants = &figures.mutants;
    assert!(mutants.planted >= 150 && mutants.killed * 100 >= mutants.planted * 95, "{mutants:?}");
    for gate in ["sharpe", "drawdown", "turnover"] {
        let power = figures.power.iter().find(|power| power.gate == gate).unwrap();
        assert!(power.at_80.is_some(), "{power:?}");
    }
}

#[test]
fn searches_without_skill_are_not_promoted() {
    let figures = calibration("promotion");
    let tried: Vec<u64> = figures.zero_skill.iter().map(|found| found.tried).collect();
    assert_eq!(tried, [10, 100, 1000, 10_000]);
    for found in &figures.zero_skill {
        assert!(found.promoted * 20 <= found.runs, "{found:?}");
        assert!(found.naive * 20 > found.runs, "a naive gate promotes luck: {found:?}");
    }
}

#[test]
fn the_figures_are_of_the_battery_as_it_is() {
    let battery = Battery::load(&root(), "promotion").unwrap();
    assert_eq!(calibration("promotion").battery, battery.digest, "calibrate the policy anew");
}

#[test]
fn the_controls_are_of_the_policy_and_none_is_on_the_wrong_side() {
    let standing = session::controls(&root(), "promotion").unwrap().expect("the controls were run");
    let battery = Battery::load(&root(), "promotion").unwrap();
    let now = session::control_terms(&root(), &policy("promotion"), &battery).unwrap();
    assert_eq!(standing.under, now, "run the controls anew");
    assert!(!standing.is_suspect(), "{standing:?}");
    let all = Control::all(&root()).unwrap();
    let positive = all.iter().filter(|control| control.expect == Expectation::Eligible).count() as u64;
    assert_eq!(
        (standing.rejected + positive, standing.accepted),
        (all.len() as u64, positive),
        "run the controls anew"
    );
    assert!(standing.rejected >= 30 && standing.accepted >= 2);
}

#[test]
fn every_family_has_controls() {
    let all = Control::all(&root()).unwrap();
    for family in [
        Family::Assessment,
        Family::Universe,
        Family::Portfolio,
        Family::Execution,
        Family::LookAhead,
        Family::Evidence,
        Family::Schema,
        Family::Data,
        Family::Selection,
        Family::Positive,
    ] {
        assert!(all.iter().filter(|control| control.family == family).count() >= 3, "{family:?}");
    }
}

/// The digest is of the text: a remark makes another policy, and figures of another policy do not count.
#[test]
fn a_remark_makes_another_policy() {
    let text = fs::read_to_string(repository().join("golden/policy/promotion.toml")).unwrap();
    let other = GatePolicy::parse(&format!("{text}# a remark\n"), "promotion.toml").unwrap();
    assert_ne!(other.digest, policy("promotion").digest);
    assert_eq!(policy("promotion").digest, Digest::of(text.as_bytes()));
}
