//! The files of a check: Markdown for a pull request, JSON, and JUnit for a build server.

use std::fs;

use super::without_toolchain;
use crate::snapshots;
use crate::tiny::{CASE_FILE, Ended, Tiny, ended};

const FILES: [&str; 5] = ["out/summary.md", "out/check.json", "check.json", "junit.xml", "step.md"];

/// A check that writes every file it can.
fn check(tiny: &Tiny, jobs: &str) -> Ended {
    let words = ["check", "--jobs", jobs, "--report", "out", "--json", "check.json", "--junit", "junit.xml"];
    ended(&words, tiny.program(&words).env("GITHUB_STEP_SUMMARY", "step.md"))
}

fn files(tiny: &Tiny) -> [String; 5] {
    FILES.map(|file| fs::read_to_string(tiny.path(file)).unwrap_or_else(|error| panic!("{file}: {error}")))
}

#[test]
fn a_check_that_passes_is_summarised() {
    let tiny = Tiny::copy("summary-pass");
    assert_eq!(check(&tiny, "1").code, Some(0));
    let [summary, json, json_too, junit, step] = files(&tiny);
    assert_eq!((&step, &json), (&summary, &json_too), "one text, wherever it is written");
    assert_untimed(&junit);
    snapshots::text("summary-pass-markdown", &summary);
    snapshots::text("summary-pass-junit", &junit);
    // Again, with another number of jobs: the same bytes, and the step's file is appended to.
    assert_eq!(check(&tiny, "2").code, Some(0));
    assert_eq!(files(&tiny), [summary.clone(), json.clone(), json, junit, summary.repeat(2)]);
}

#[test]
fn a_check_that_fails_is_summarised() {
    let tiny = Tiny::copy("summary-fail");
    let other = fs::read_to_string(tiny.path(CASE_FILE)).unwrap().replace("\"tiny\"\npurpose", "\"new|case\"\npurpose");
    tiny.write("scenarios/cases/new-case.toml", other.replace("new|case", "new-case"));
    tiny.edit("scenarios/suites/pr.toml", "\"tiny\"", "\"tiny\", \"new-case\", \"lost\"");
    tiny.edit(CASE_FILE, "slippage_bps = 5", "slippage_bps = 6");
    assert_eq!(check(&tiny, "2").code, Some(2), "the gravest of three verdicts");
    let [summary, json, _, junit, step] = files(&tiny);
    assert_eq!(step, summary);
    assert_untimed(&junit);
    snapshots::text("summary-fail-markdown", &summary);
    snapshots::text("summary-fail-json", &without_toolchain(&json));
    snapshots::text("summary-fail-junit", &junit);
}

/// Files that cannot be written end the check before its work, with the exit of the environment, or of a path that
/// leads nowhere.
#[test]
fn a_report_that_cannot_be_written_is_told() {
    let tiny = Tiny::copy("summary-unwritable");
    tiny.remove(".prometheus/check");
    let mut book = crate::tiny::Book::default();
    book.add_refusal("JUnit", 2, &tiny.run(&["check", "--jobs", "1", "--junit", "no/where.xml"]));
    book.add_refusal("JSON", 2, &tiny.run(&["check", "--jobs", "1", "--json", "no/where.json"]));
    book.add_refusal("a folder that is a file", 6, &tiny.run(&["check", "--jobs", "1", "--report", "bars.csv"]));
    book.add_refusal("a file that is a folder", 6, &tiny.run(&["check", "--jobs", "1", "--junit", "scenarios"]));
    assert!(!tiny.path(".prometheus/check").exists(), "nothing was replayed");
    snapshots::text("summary-unwritable", &book.text());
}

fn assert_untimed(junit: &str) {
    for attribute in [" time=", "timestamp="] {
        assert!(!junit.contains(attribute), "the report holds `{attribute}`:\n{junit}");
    }
}
