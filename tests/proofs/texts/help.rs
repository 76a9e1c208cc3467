//! The help of every command, found by walking the help itself.

use crate::snapshots;
use crate::tiny::{Book, Tiny};

/// Commands at the top of the tree whose names stand in this proof, so that a lost one is missed.
const TOP: [&str; 12] = [
    "check",
    "replay",
    "repro",
    "golden",
    "reference",
    "gate",
    "verdict",
    "scenario",
    "data",
    "journal",
    "kronos",
    "completions",
];

#[test]
fn every_command_helps() {
    let tiny = Tiny::copy("help");
    let root = help(&tiny, &[]);
    assert_eq!(below(&root), TOP);
    let mut book = Book::default();
    book.add("prometheus", 0, &tiny.run(&["--help"]));
    snapshots::text("help", &book.text());
    for command in TOP {
        let mut book = Book::default();
        walk(&tiny, &[command.to_owned()], &mut book);
        snapshots::text(&format!("help-{command}"), &book.text());
    }
}

/// Without a command the program says what it can do, and with `--version` who it is.
#[test]
fn a_bare_call_is_helped_and_the_version_is_told() {
    let tiny = Tiny::copy("bare");
    let bare = tiny.run(&[]);
    assert_eq!(bare.code, Some(2));
    assert!(bare.stderr.contains("Usage: prometheus"), "{}", bare.transcript());
    let version = tiny.run(&["--version"]);
    assert_eq!(
        (version.code, version.stdout.as_str()),
        (Some(0), concat!("prometheus ", env!("CARGO_PKG_VERSION"), "\n"))
    );
}

/// Adds the help of a command and of those below it. Every leaf shows an example.
fn walk(tiny: &Tiny, path: &[String], book: &mut Book) {
    let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
    let ended = tiny.run(&words);
    let below = below(&ended.stdout);
    assert!(!below.is_empty() || ended.stdout.contains("Example"), "{path:?} shows no example");
    book.add(&path.join(" "), 0, &ended);
    for name in below {
        walk(tiny, &[path, &[name]].concat(), book);
    }
}

fn help(tiny: &Tiny, path: &[&str]) -> String {
    let words: Vec<&str> = path.iter().copied().chain(["--help"]).collect();
    tiny.run(&words).stdout
}

/// The names under `Commands:`, without `help` itself.
fn below(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A name stands two spaces in; the lines that go on with its text stand further in.
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}
