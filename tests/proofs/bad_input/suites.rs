//! Broken suites, and a policy that cannot be used.

use super::{Broken, refuse_all, settle};
use crate::tiny::{Book, Tiny};

const SUITE_FILE: &str = "scenarios/suites/pr.toml";
const POLICY: &str = "golden/policy/tolerance.toml";
const CHECK: &str = "check --jobs 1";

#[test]
fn broken_suites_are_refused() {
    let table: [Broken; 12] = [
        ("an empty suite", |tiny| tiny.edit(SUITE_FILE, "\"tiny\"", ""), CHECK),
        ("a case twice", |tiny| tiny.edit(SUITE_FILE, "\"tiny\"", "\"tiny\", \"tiny\""), CHECK),
        ("an unknown key", |tiny| tiny.edit(SUITE_FILE, "purpose", "porpoise"), CHECK),
        ("a newer format", |tiny| tiny.edit(SUITE_FILE, "format = 1", "format = 2"), CHECK),
        ("another name than the file's", |tiny| tiny.edit(SUITE_FILE, "\"pr\"", "\"nightly\""), CHECK),
        ("cases that are no list", |tiny| tiny.edit(SUITE_FILE, "[\"tiny\"]", "\"tiny\""), CHECK),
        ("no suite of that name", |_| {}, "check --suite pt"),
        ("no policy", |tiny| tiny.remove(POLICY), CHECK),
        ("a policy of a newer format", |tiny| tiny.edit(POLICY, "format = 1", "format = 2"), CHECK),
        ("a tolerance that is not a number", |tiny| tolerate(tiny, "daily.equity", "nan"), CHECK),
        ("a tolerance of an unknown field", |tiny| tolerate(tiny, "daily.equality", "0.1"), CHECK),
        ("a root without scenarios", |tiny| tiny.remove("scenarios"), "check --root ."),
    ];
    refuse_all("suites", &table);
}

/// A case that a suite names and that is not there is a finding of the check, not the end of it.
#[test]
fn an_unknown_case_of_a_suite_is_reported() {
    let tiny = Tiny::copy("suite-case");
    tiny.edit(SUITE_FILE, "\"tiny\"", "\"tiny\", \"tinny\"");
    let mut book = Book::default();
    book.add("an unknown case", 2, &tiny.say(CHECK));
    settle("suite-case", book);
}

fn tolerate(tiny: &Tiny, field: &str, absolute: &str) {
    let policy = format!(
        "format = 1\nnoise = \"between-versions\"\n[[tolerance]]\nfield = \"{field}\"\nabsolute = {absolute}\nwhy = \"A try.\"\n"
    );
    tiny.write(POLICY, policy);
}
