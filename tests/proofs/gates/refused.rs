//! What gates, verdicts and ledgers refuse, in words that were reviewed.

use std::fs;

use super::sample::{policy, written};
use crate::snapshots;
use crate::tiny::{Book, Tiny};

const CANDIDATE: &str = "format = 1\nname = \"c\"\npurpose = \"p\"\nsystem = \"v2\"\n";

#[test]
fn what_cannot_be_judged_is_refused() {
    let tiny = Tiny::copy("gates");
    let mut book = Book::default();
    let mut refuse = |title: &str, exit: i32, words: &[&str]| book.add_refusal(title, exit, &tiny.run(words));
    let by = ["--by", "A. Researcher"];
    let judge = |file: &'static str| [&["gate", "judge", file], by.as_slice()].concat();
    refuse("no candidate", 2, &judge("nowhere.toml"));
    for (name, title, text) in [
        ("typo.toml", "a misspelt key", CANDIDATE.replace("purpose", "purpos")),
        ("newer.toml", "another format", CANDIDATE.replace("format = 1", "format = 2")),
        ("blank.toml", "no purpose", CANDIDATE.replace("\"p\"", "\" \"")),
    ] {
        tiny.write(name, text);
        refuse(title, 2, &[&["gate", "judge", name], by.as_slice()].concat());
    }
    tiny.write("candidate.toml", CANDIDATE);
    refuse("no policy", 2, &judge("candidate.toml"));
    tiny.write("golden/policy/promotion.toml", "format = 1\n");
    refuse("half a policy", 2, &judge("candidate.toml"));
    tiny.write("golden/policy/promotion.toml", policy());
    refuse("a policy of another name", 2, &judge("candidate.toml"));
    tiny.write("golden/policy/pull-request.toml", policy().replacen("max_drop = 0.1", "max_drop = 10", 1));
    refuse("a number out of its range", 2, &["gate", "list", "--policy", "pull-request"]);
    tiny.write("golden/policy/pull-request.toml", policy());
    refuse("nothing to clear", 5, &["gate", "clear", "--policy", "pull-request", "--by", "A", "--reason", "b"]);
    refuse("no control of this name", 2, &["gate", "controls", "leverige"]);
    tiny.write("kronos/trials/ledger.txt", "# not a ledger\n");
    refuse("a ledger that is none", 2, &["gate", "trials"]);
    refuse("a folder that is no bundle", 2, &["verdict", "verify", "scenarios"]);
    refuse("no folder", 2, &["verdict", "show", "nowhere"]);
    snapshots::text("bad-gates", &book.text());
}

#[test]
fn a_policy_without_figures_is_shown_as_advisory() {
    let tiny = Tiny::copy("advisory");
    tiny.write("golden/policy/pull-request.toml", policy());
    let shown = tiny.run(&["gate", "list", "--policy", "pull-request"]);
    assert!(shown.stdout.contains("every gate is advisory: never measured"), "{}", shown.transcript());
    let mut book = Book::default();
    book.add("gates of a pull request", 0, &shown);
    let (_, folder) = written("shown");
    let bundle = tiny.path("bundle");
    crate::support::copy_folder(&folder, &bundle);
    book.add("a verdict", 5, &tiny.run(&["verdict", "show", "bundle"]));
    book.add("verified", 0, &tiny.run(&["verdict", "verify", "bundle"]));
    fs::write(bundle.join("note.txt"), "looks good").unwrap();
    book.add_refusal("with a file too many", 2, &tiny.run(&["verdict", "verify", "bundle"]));
    book.add("no trials yet", 0, &tiny.run(&["gate", "trials"]));
    snapshots::text("gates", &book.text());
}
