//! Planted leaks, driven through `check`: each must end with exit 4 and name the first day, event and field.

use std::path::PathBuf;
use std::process::Command;

use rstest::rstest;
use serde_json::Value;

use super::program::report_of;
use crate::support::{copy_folder, repository, scratch, write};

/// The command line with leaky systems, built with these proofs.
const PLANTED: &str = env!("CARGO_BIN_EXE_prometheus-planted");

#[rstest]
#[case::clock("clock")]
#[case::hash_order("hash-order")]
#[case::unseeded_draw("unseeded-draw")]
#[case::surviving_static("surviving-static")]
#[case::thread_order("thread-order")]
#[case::address("address")]
#[case::environment("environment")]
fn the_double_run_catches(#[case] leak: &str) {
    let report = check(leak, 4);
    let case = &report["cases"][0];
    assert_eq!(case["verdict"], "not_deterministic", "{report:#}");
    let text = case.to_string();
    for named in ["1990-", "weight", "target_set"] {
        assert!(text.contains(named), "the report does not name `{named}`: {text}");
    }
}

/// The counter-plant: the same rule without a leak is deterministic, and only its golden is missing.
#[test]
fn the_double_run_lets_an_honest_system_pass() {
    assert_eq!(check("none", 5)["cases"][0]["verdict"], "evidence_missing");
}

/// Checks one case, traded by the system with this leak, in a root of its own.
fn check(leak: &str, exit: i32) -> Value {
    let root = root_for(leak);
    let mut command = Command::new(PLANTED);
    command.current_dir(&root).args(["check", "--json", "--case", leak]);
    report_of(&mut command, exit)
}

/// A root with one case over a year of the bundled panel, and the repository's own policy and calendars.
fn root_for(leak: &str) -> PathBuf {
    let root = scratch("planted").join(leak);
    let tape = repository().join("scenarios/tapes/us_eq_close_1990_2022");
    let scenario = format!(
        "format = 1\nname = \"{leak}\"\npurpose = \"A planted leak.\"\nseed = 4\n\
        [market]\ntape = {tape:?}\ncalendar = \"tape\"\nprice_basis = \"adjusted\"\n\
        first_day = \"1990-01-02\"\nlast_day = \"1990-12-31\"\n\
        [account]\ncurrency = \"USD\"\ncash = 1_000_000\n[system]\nname = \"leaky\"\nconfig = {{ leak = \"{leak}\" }}\n\
        [execution]\nfill = \"next-close\"\n"
    );
    write(&root.join(format!("scenarios/cases/{leak}.toml")), &scenario);
    for facts in ["golden/policy", "scenarios/calendars"] {
        copy_folder(&repository().join(facts), &root.join(facts));
    }
    root
}
