//! Engines in another language: the protocol holds, breaks of it are told, and nothing of the process shows in a run.
//!
//! | proof | shows |
//! |---|---|
//! | [`broken`] | every way to break the protocol ends the run in reviewed words, with its exit code, and leaves no process |
//! | [`schema`] | every message of a run is one of the published schema, and the schema can refuse |
//! | [`a_small_engine_in_python_gives_the_journal_of_the_builtin_one`] | numbers cross both ways without losing a bit |
//! | [`a_killed_run_resumes_to_the_same_bytes`] and the others | the process leaves no trace in a result |
//!
//! The engines are Python with its standard library; without `python3` the proofs say that they were skipped, or fail
//! where `PROMETHEUS_REQUIRE_PYTHON` demands it.

mod broken;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use prometheus::registry::Registry;
use replay::run::replay_in_memory;
use rstest::rstest;
use serde_json::Value;

use crate::cases::Case;
use crate::determinism::program::{partial, report_of};
use crate::support::{copy_folder, has_tool, repository, scratch, write};

/// The program, built with these proofs.
const PROGRAM: &str = env!("CARGO_BIN_EXE_prometheus-planted");

fn has_python() -> bool {
    has_tool("PYTHON", &mut Command::new("python3"))
}

/// The script with the engines of these proofs.
fn engine() -> PathBuf {
    repository().join("tests/external/engine.py")
}

/// A root with one case over ten months of the bundled panel, traded by an engine in this mode.
fn root_for(name: &str, mode: &str) -> PathBuf {
    let root = scratch("external").join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    let tape = repository().join("scenarios/tapes/us_eq_close_1990_2022");
    let scenario = format!(
        "format = 1\nname = \"outside\"\npurpose = \"An engine in another language.\"\nseed = 4\n\
        [market]\ntape = {tape:?}\ncalendar = \"tape\"\nprice_basis = \"adjusted\"\n\
        history_from = \"1990-01-02\"\nfirst_day = \"1990-03-01\"\nlast_day = \"1990-12-31\"\n\
        [account]\ncurrency = \"USD\"\ncash = 1_000_000\n[system]\nname = \"external\"\n\
        config = {{ command = [\"python3\", \"engine.py\", \"{mode}\"] }}\n[execution]\nfill = \"next-close\"\n"
    );
    write(&root.join("scenarios/cases/outside.toml"), &scenario);
    for facts in ["golden/policy", "scenarios/calendars"] {
        copy_folder(&repository().join(facts), &root.join(facts));
    }
    fs::copy(engine(), root.join("engine.py")).unwrap();
    root
}

/// A command of the program on a root, from another folder: paths of an engine start from the root.
fn command(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(scratch("external")).arg("--root").arg(root).args(words);
    command
}

fn replayed(root: &Path, out: &str) -> Value {
    let out = root.join(out);
    report_of(command(root, &["replay", "outside", "--no-tables", "--json", "--out"]).arg(out), 0)
}

/// Runs into the drill on a day after two checkpoints; what is left is a prefix.
fn killed(root: &Path) -> PathBuf {
    let out = root.join("killed");
    let mut replay = command(root, &["replay", "outside", "--no-tables", "--crash-after-day", "1990-11-15", "--out"]);
    let output = replay.arg(&out).output().unwrap();
    assert_eq!(output.status.code(), None, "{}", String::from_utf8_lossy(&output.stderr));
    partial(&out)
}

#[rstest]
#[case::raw_with_failures_and_splits("us-2007-2009-crisis")]
#[case::adjusted_33_years("us-1990-2022-momentum")]
fn a_small_engine_in_python_gives_the_journal_of_the_builtin_one(#[case] name: &str) {
    if !has_python() {
        return;
    }
    let case = Case::of(&repository().join(format!("scenarios/cases/{name}.toml")));
    let own = case.scenario.system.config.clone();
    let words = ["python3", "docs/examples/momentum.py"].map(|word| toml::Value::String(word.to_owned()));
    let config = toml::Table::from_iter([
        ("command".to_owned(), toml::Value::Array(words.to_vec())),
        ("engine".to_owned(), toml::Value::Table(own)),
    ]);
    let mut running = Registry::builtin().assemble_in(&repository(), "external", &config).unwrap();
    let outside = replay_in_memory(&case.scenario, &running.identity, &case.tape, running.system.as_mut()).unwrap();
    let builtin = case.journal();
    let differs = outside.running.iter().zip(&builtin.running).position(|(a, b)| a != b);
    let day = differs.map(|at| (&outside.days[at], &builtin.days[at]));
    assert!(day.is_none(), "the first day that differs: {day:#?}");
    assert_eq!(outside.manifest.digest, builtin.manifest.digest);
    assert_ne!(outside.manifest.run_id, builtin.manifest.run_id, "another system is another run");
}

#[test]
fn a_killed_run_resumes_to_the_same_bytes() {
    if !has_python() {
        return;
    }
    let root = root_for("resume", "good");
    let whole = replayed(&root, "whole");
    let prefix = killed(&root);
    let resumed = report_of(command(&root, &["replay", "outside", "--no-tables", "--json", "--resume"]).arg(prefix), 0);
    for field in ["digest", "run_id", "events"] {
        assert_eq!(resumed[field], whole[field], "{field}");
    }
    for file in ["events.log", "manifest.toml"] {
        let read = |folder: &str| fs::read(root.join(folder).join(file)).unwrap();
        assert!(read("whole") == read("killed"), "{file} is the same to the last byte");
    }
}

#[test]
fn an_engine_that_answers_otherwise_when_told_again_is_not_deterministic() {
    if !has_python() {
        return;
    }
    let root = root_for("forgetful", "forgetful");
    let prefix = killed(&root);
    let report = report_of(command(&root, &["replay", "outside", "--no-tables", "--json", "--resume"]).arg(prefix), 4);
    let message = report["error"]["message"].as_str().unwrap();
    assert!(message.contains("the process gave other answers than before the run was killed"), "{message}");
}

#[rstest]
#[case::chance("random", 4, "not_deterministic")]
#[case::clock("clock", 4, "not_deterministic")]
#[case::nothing("good", 5, "evidence_missing")]
fn the_double_run_catches_an_engine_that_reads(#[case] mode: &str, #[case] exit: i32, #[case] verdict: &str) {
    if !has_python() {
        return;
    }
    let root = root_for(&format!("check-{mode}"), mode);
    let report = report_of(&mut command(&root, &["check", "--json", "--case", "outside"]), exit);
    assert_eq!(report["cases"][0]["verdict"], verdict, "{report:#}");
}

/// Nobody goes on with a run whose engine was edited meanwhile, and an edited engine is another run.
#[test]
fn an_edited_engine_is_another_run() {
    if !has_python() {
        return;
    }
    let root = root_for("edited", "good");
    let before = replayed(&root, "before");
    let prefix = killed(&root);
    let text = fs::read_to_string(root.join("engine.py")).unwrap();
    fs::write(root.join("engine.py"), text + "# Edited.\n").unwrap();
    report_of(command(&root, &["replay", "outside", "--no-tables", "--json", "--resume"]).arg(prefix), 2);
    let after = replayed(&root, "after");
    assert_eq!(before["digest"], after["digest"], "a comment decides nothing");
    assert_ne!(before["run_id"], after["run_id"], "and is part of the engine all the same");
}
