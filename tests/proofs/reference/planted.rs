//! A bug planted at one stage of v2: the reference check turns red, and the stage is named.
//!
//! The pair is one of months in which v1 holds a book, recorded without a bug in a root of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use rstest::rstest;
use serde_json::Value;
use toml::Table;

use crate::determinism::program::report_of;
use crate::support::{copy_folder, repository, scratch};

const PLANTED: &str = env!("CARGO_BIN_EXE_prometheus-planted");
/// Months of the recovery in which v1 holds a book, so that each of its stages has something to decide.
const FIRST_DAY: &str = "2011-01-03";
const LAST_DAY: &str = "2011-04-29";

/// The root with the honest pair, recorded once.
static HONEST: LazyLock<PathBuf> = LazyLock::new(honest);

#[rstest]
#[case::wrong_column("wrong-column", "universe")]
#[case::off_by_one_day("off-by-one-day", "signal")]
#[case::fee_sign("fee-sign", "sizing")]
#[case::limit_not_enforced("limit-not-enforced", "limits")]
fn a_planted_bug_is_seen_and_its_stage_named(#[case] bug: &str, #[case] stage: &str) {
    let root = scratch("reference").join(bug);
    let _ = fs::remove_dir_all(&root);
    copy_folder(&HONEST, &root);
    let file = root.join("scenarios/cases/v2-months.toml");
    let case = fs::read_to_string(&file).unwrap();
    fs::write(&file, case.replace("[system]", &format!("[system]\nconfig.bug = \"{bug}\""))).unwrap();
    let checked = ask(&root, &["reference", "check", "months", "--json"], 1);
    let pair = &checked["pairs"][0];
    assert_eq!(pair["departure"]["stage"], stage, "{pair:#}");
    let explained = ask(&root, &["reference", "explain", "months", "--json"], 0);
    assert_eq!(explained["stage"], stage, "{explained:#}");
    assert!(explained["parting"]["first"].as_str().is_some_and(|first| first.starts_with("2011-")), "{explained:#}");
}

/// The counter-plant: without a bug the same pair is explained.
#[test]
fn without_a_bug_the_pair_is_explained() {
    let checked = ask(&HONEST, &["reference", "check", "months", "--json"], 0);
    assert_eq!(checked["pairs"][0]["departure"], Value::Null, "{checked:#}");
}

fn ask(root: &PathBuf, words: &[&str], exit: i32) -> Value {
    report_of(Command::new(PLANTED).current_dir(root).args(words), exit)
}

fn honest() -> PathBuf {
    let root = scratch("reference").join("honest");
    let _ = fs::remove_dir_all(&root);
    for facts in ["scenarios/calendars", "scenarios/configs", "golden/policy"] {
        copy_folder(&repository().join(facts), &root.join(facts));
    }
    for (case, text) in [("v1-months", "v1-us-2010-2012-recovery"), ("v2-months", "v2-us-2010-2012-recovery")] {
        write(&root, &format!("scenarios/cases/{case}.toml"), &months(case, text));
    }
    let pair = "format = 1\nname = \"months\"\npurpose = \"A few months.\"\nreference = \"v1-months\"\nsuccessor = \"v2-months\"\n";
    write(&root, "scenarios/pairs/months.toml", pair);
    write(&root, "golden/policy/differences.toml", "format = 1\n");
    let act = ["--by", "A. Reviewer", "--reason", "no bug", "--json"];
    ask(&root, &[["reference", "record", "months"].as_slice(), &act].concat(), 0);
    write(&root, "golden/policy/differences.toml", &register(&root));
    root
}

/// A case of the repository cut to the months, its tapes named by their paths.
fn months(name: &str, case: &str) -> String {
    let text = fs::read_to_string(repository().join(format!("scenarios/cases/{case}.toml"))).unwrap();
    let mut table: Table = text.parse().unwrap();
    table.insert("name".into(), name.into());
    let market = table.get_mut("market").and_then(toml::Value::as_table_mut).unwrap();
    market.insert("first_day".into(), FIRST_DAY.into());
    market.insert("last_day".into(), LAST_DAY.into());
    let text = toml::to_string(&table).unwrap();
    let tapes = repository().join("scenarios/tapes").display().to_string();
    text.replace("tape = \"", &format!("tape = \"{tapes}/"))
}

/// An entry for every stage at which the recorded legs differ, wide open: what is planted must be seen without its help.
fn register(root: &Path) -> String {
    let record: Table = fs::read_to_string(root.join("golden/v1/months/record.toml")).unwrap().parse().unwrap();
    let legs = record["leg"].as_array().unwrap().iter().skip(1);
    let seen = legs.filter(|leg| {
        let moved = leg.get("moved").and_then(toml::Value::as_float).unwrap_or(0.0);
        leg["part_micros"].as_integer() != Some(0) || moved != 0.0
    });
    let entry = |leg: &toml::Value| {
        format!(
            "[[difference]]\nstage = {}\ncode = \"signal\"\nreason = \"another generation\"\nowner = \"A. Reviewer\"\n\
             expires = \"2999-12-31\"\nbounds.months = {{ money = 9.0, moved = 1.0 }}\n",
            leg["stage"]
        )
    };
    format!("format = 1\n{}", seen.map(entry).collect::<String>())
}

fn write(root: &Path, below: &str, text: &str) {
    crate::support::write(&root.join(below), text);
}
