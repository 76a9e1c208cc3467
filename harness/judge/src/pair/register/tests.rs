//! The register against attributions made by hand: every way to stand with it, and what it refuses.

use std::collections::BTreeMap;

use domain::chain::Stage;
use domain::digest::Digest;
use domain::quantity::Cash;

use super::{Register, State};
use crate::pair::attribution::{Attribution, Leg};

fn register(entry: &str) -> Result<Register, String> {
    Register::parse(&format!("format = 1\n[[difference]]\n{entry}"), "d.toml").map_err(|error| error.to_string())
}

fn entry(stage: &str, expires: &str, bounds: &str) -> String {
    format!(
        "stage = \"{stage}\"\ncode = \"signal\"\nreason = \"why\"\nowner = \"who\"\nexpires = \"{expires}\"\n[difference.bounds]\n{bounds}\n"
    )
}

/// A reference that ends with 1,000 and a successor that its signal takes to 1,100, half of the weights moved.
fn attribution() -> Attribution {
    let leg = |stage, equity, moved| Leg {
        stage,
        final_equity: Cash::from_micros(equity),
        moved,
        decisions: Digest::ZERO,
        months: BTreeMap::new(),
    };
    let legs = vec![
        leg(None, 1_000, None),
        leg(Some(Stage::Universe), 1_000, Some(0.0)),
        leg(Some(Stage::Signal), 1_100, Some(0.5)),
        leg(Some(Stage::Execution), 1_100, Some(0.0)),
    ];
    Attribution::new(legs).unwrap()
}

fn states(entry: &str) -> Vec<State> {
    let judged =
        register(entry).unwrap().judge("p", &attribution(), Cash::from_micros(1_000), "2027-01-01".parse().unwrap());
    judged.findings.iter().map(|finding| finding.state).collect()
}

#[test]
fn each_way_to_stand_with_the_register_is_told() {
    let signal = |expires, bounds| entry("signal", expires, bounds);
    use State::{Expected, Expired, Larger, None, NotObserved, Unexplained};
    for (text, expected) in [
        (signal("2027-01-01", "p = { money = 0.1, moved = 0.5 }"), vec![None, Expected, None]),
        (signal("2026-12-31", "p = { money = 0.1, moved = 0.5 }"), vec![None, Expired, None]),
        (signal("2027-01-01", "p = { money = 0.0999, moved = 0.5 }"), vec![None, Larger, None]),
        (signal("2027-01-01", "p = { money = 0.1, moved = 0.49 }"), vec![None, Larger, None]),
        (signal("2027-01-01", "q = { money = 0.1, moved = 0.5 }"), vec![None, Unexplained, None]),
        (entry("universe", "2027-01-01", "p = { money = 0.1, moved = 0.5 }"), vec![NotObserved, Unexplained, None]),
        (entry("data", "2027-01-01", "p = { money = 0.1, moved = 0.5 }"), vec![None, Unexplained, None, NotObserved]),
    ] {
        assert_eq!(states(&text), expected, "{text}");
    }
}

#[test]
fn complaints_have_a_message_each() {
    let complaints = |text: &str| {
        let register = register(text).unwrap();
        let today = "2027-01-01".parse().unwrap();
        let judged = register.judge("p", &attribution(), Cash::from_micros(1_000), today);
        judged.complaints().collect::<Vec<_>>().join("; ")
    };
    let bound = "p = { money = 0.1, moved = 0.5 }";
    assert_eq!(complaints(&entry("signal", "2027-01-01", bound)), "");
    assert_eq!(
        complaints(&entry("signal", "2026-12-31", bound)),
        "signal: 0.000100 (10.0000 % of the starting cash), moved 0.500000: its entry expired on 2026-12-31"
    );
    assert!(complaints(&entry("signal", "2027-01-01", "q = { money = 1, moved = 1 }")).contains("no entry"));
    assert!(complaints(&entry("signal", "2027-01-01", "p = { money = 0.01, moved = 1 }")).contains("larger than"));
    assert!(complaints(&entry("data", "2027-01-01", bound)).contains("data: expected (at most 0.1 of the starting"));
}

#[test]
fn what_no_entry_can_be_is_refused() {
    let good = entry("signal", "2027-01-01", "p = { money = 0.1, moved = 0.5 }");
    for (from, to, expected) in [
        ("\"signal\"\ncode", "\"signals\"\ncode", "`signals` is no stage"),
        ("code = \"signal\"", "code = \"luck\"", "unknown variant `luck`"),
        ("\"why\"", "\" \"", "reason is empty"),
        ("\"who\"", "\"\"", "owner is empty"),
        ("money = 0.1", "money = -0.1", "money is -0.1"),
        ("money = 0.1", "money = nan", "money is NaN"),
        ("moved = 0.5", "moved = 5", "moved is 5"),
        ("money = 0.1, moved = 0.5", "money = 0, moved = 0", "bounds nothing"),
        ("p = { money = 0.1, moved = 0.5 }", "", "has no bounds"),
        ("moved = 0.5 }", "moved = 0.5, more = 1 }", "unknown field `more`"),
        ("2027-01-01", "2027-02-30", "2027-02-30"),
    ] {
        let refusal = register(&good.replace(from, to)).unwrap_err();
        assert!(refusal.starts_with("d.toml: ") && refusal.contains(expected), "{refusal} does not say {expected}");
    }
    let refusal = Register::parse("format = 2", "d.toml").unwrap_err().to_string();
    assert_eq!(refusal, "d.toml: format is 2, and this program reads format 1");
}
