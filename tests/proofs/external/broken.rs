//! Engines that break the protocol, one a mode of `tests/external/engine.py`, and what the program says of each.

use std::fs;

use super::{engine, has_python};
use crate::tiny::{Book, Ended, Tiny};

/// The mode, and what it breaks.
const BROKEN: [(&str, &str); 42] = [
    ("no-greeting", "the process ends before it is ready"),
    ("decides-first", "a decision instead of a greeting"),
    ("protocol-2", "another version of the protocol"),
    ("nameless", "an engine without a name"),
    ("early", "a decision on a day before the run"),
    ("not-json", "a line for people"),
    ("empty-line", "an empty line"),
    ("half-json", "JSON that ends early"),
    ("a-list", "a list"),
    ("no-type", "a message without a type"),
    ("unknown-type", "an unknown type"),
    ("unknown-field", "an unknown field"),
    ("nan", "a weight of NaN"),
    ("infinity", "a weight of Infinity"),
    ("too-large", "a weight beyond every double"),
    ("huge", "a weight beyond every account"),
    ("text-weight", "a weight in words"),
    ("stranger", "an unknown instrument"),
    ("no-id", "no instrument at all"),
    ("twice", "a target that stands twice"),
    ("yesterday", "a late answer"),
    ("no-date", "a date in words"),
    ("two-lines", "two answers to one day"),
    ("no-sessions", "an order for no session"),
    ("negative-quantity", "an order for less than nothing"),
    ("half-a-micro", "an order for half a micro-share"),
    ("limit-without-price", "a limit order without a limit"),
    ("unknown-side", "an order that neither buys nor sells"),
    ("order-of-stranger", "an order for an unknown instrument"),
    ("why-decided", "a reason for a decision that was made"),
    ("figure-of-nothing", "a figure without a value"),
    ("figure-of-stranger", "a figure of an unknown instrument"),
    ("blank-engine", "a report of nobody"),
    ("harness-lane", "an engine by the name of a part of the harness"),
    ("not-utf8", "bytes that are no text"),
    ("long-line", "a line without an end"),
    ("crash", "the process ends in the middle"),
    ("killed", "a signal ends the process in the middle"),
    ("closed", "standard output is closed"),
    ("silent", "no answer"),
    ("talkative", "a word after the end"),
    ("exit-late", "a bad end"),
];

/// Modes in which a test waits for the limit.
const SLOW: [&str; 2] = ["unending", "deaf"];

#[test]
fn every_break_is_told_and_leaves_no_process() {
    if !has_python() {
        return;
    }
    let tiny = tiny("external-broken");
    let mut book = Book::default();
    for (mode, title) in BROKEN {
        book.add_refusal(title, 2, &run(&tiny, mode));
    }
    for mode in SLOW {
        book.add_refusal(mode, 2, &run(&tiny, mode));
    }
    crate::snapshots::text("external-broken", &book.text());
    assert!(!tiny.path(".prometheus/journals").exists(), "no journal is left of a broken run");
    assert_eq!(alive("marker-of-this-proof"), Vec::<String>::new());
}

#[test]
fn a_command_that_cannot_be_started_is_told() {
    let tiny = tiny("external-start");
    fs::write(tiny.path("notes.txt"), "no program").unwrap();
    let say = |system: &str| tiny.run(&["replay", "tiny", "--no-tables", "--system", system]);
    let mut book = Book::default();
    book.add_refusal("no such program", 2, &say("external:no-such-program engine.py"));
    book.add_refusal("a file that is no program", 6, &say("external:./notes.txt"));
    book.add_refusal("no command", 2, &say("external:"));
    book.add_refusal("a quote that is not closed", 2, &say("external:python3 'my engine.py"));
    book.add_refusal("no command in the config", 2, &say("external"));
    fs::write(tiny.path("own.toml"), "first = nan\n").unwrap();
    let words = ["replay", "tiny", "--system", "external:python3 engine.py good", "--config", "own.toml"];
    book.add_refusal("a config that is no JSON", 2, &tiny.run(&words));
    crate::snapshots::text("external-start", &book.text());
}

fn tiny(name: &str) -> Tiny {
    let tiny = Tiny::copy(name);
    tiny.write("engine.py", fs::read(engine()).unwrap());
    tiny
}

/// Runs the engine in this mode. An answer is waited for a second, or five where none may be late on a busy machine.
fn run(tiny: &Tiny, mode: &str) -> Ended {
    let limited = ["silent", "unending", "deaf"].contains(&mode);
    let seconds = if limited { 3 } else { 60 };
    let config = format!(
        "command = [\"python3\", \"engine.py\", \"{mode}\", \"marker-of-this-proof\"]\ntimeout_seconds = {seconds}\n"
    );
    tiny.write(&format!("{mode}.toml"), config);
    tiny.say(&format!("replay tiny --no-tables --system external --config {mode}.toml"))
}

/// The command lines of living processes that hold this word.
fn alive(word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(word) {
            found.push(line);
        }
    }
    found
}
