//! Arguments that cannot be: unknown commands, names, numbers and days, and acts that are not allowed.

use super::settle;
use crate::tiny::{Book, CASE_FILE, Tiny, ended};

const REFUSED: [&[&str]; 26] = [
    &["chek"],
    &["golden", "aprove"],
    &["check", "--jbos", "2"],
    &["check", "--jobs", "0"],
    &["check", "--jobs", "-1"],
    &["check", "--jobs", "many"],
    &["check", "--suite", "pr", "--case", "tiny"],
    &["check", "--case", "tinny"],
    &["check", "--root", "nowhere"],
    &["replay"],
    &["replay", "tinny"],
    &["replay", "nowhere.toml"],
    &["replay", "tiny", "--system", "momentun"],
    &["replay", "tiny", "--config", "nowhere.toml"],
    &["replay", "tiny", "--out", "here", "--resume", "there"],
    &["replay", "tiny", "--out", "here", "--crash-after-day", "2020-02-30"],
    &["replay", "tiny", "--out", "here", "--crash-after-day", "2020-01-05"],
    &["repro", "tinny"],
    &["golden", "diff", "tinny"],
    &["golden", "undo", "tinny"],
    &["golden", "accept", "tiny", "--by", "Reviewer"],
    &["golden", "accept", "tiny", "--reason", "because"],
    &["golden", "accept", "tiny", "--by", "Reviewer", "--reason", " "],
    &["golden", "accept", "tiny", "--by", "Reviewer", "--reason", "because", "--scope", "some"],
    &["golden", "accept", "--by", "Reviewer", "--reason", "because"],
    &["completions", "fishy"],
];

#[test]
fn arguments_that_cannot_be_are_refused() {
    let tiny = Tiny::copy("arguments");
    let mut book = Book::default();
    for words in REFUSED {
        book.add_refusal(&words.join(" "), 2, &tiny.run(words));
    }
    settle("arguments", book);
}

#[test]
fn a_config_file_that_is_no_config_is_refused() {
    let tiny = Tiny::copy("config");
    let mut book = Book::default();
    for (title, text) in [
        ("an unknown key", "invest = 1\n"),
        ("a word where the system wants a number", "invested = \"all\"\n"),
        ("no TOML", "invested =\n"),
        ("a heading", "[system]\n"),
    ] {
        tiny.write("config.toml", text);
        book.add_refusal(title, 2, &tiny.run(&["replay", "tiny", "--config", "config.toml"]));
    }
    settle("config", book);
}

/// Nothing is accepted, reviewed or undone in continuous integration, and the golden stays as it was.
#[test]
fn goldens_do_not_change_in_continuous_integration() {
    let tiny = Tiny::copy("ci");
    let manifest = || std::fs::read(tiny.path("golden/tiny/manifest.toml")).unwrap();
    let before = manifest();
    let mut book = Book::default();
    let in_ci = |words: &[&str]| ended(words, tiny.program(words).env("CI", "1"));
    tiny.edit(CASE_FILE, "slippage_bps = 5", "slippage_bps = 6");
    let accept = ["golden", "accept", "tiny", "--by", "Reviewer", "--reason", "because"];
    book.add_refusal("accept", 2, &in_ci(&accept));
    book.add_refusal("undo", 2, &in_ci(&["golden", "undo", "tiny"]));
    // A review there shows what differs, and asks nobody.
    let review = ["golden", "review", "tiny", "--by", "Reviewer", "--reason", "because", "--jobs", "1"];
    book.add("review", 1, &in_ci(&review));
    assert_eq!(manifest(), before);
    settle("ci", book);
}
