//! Engines that break the protocol, one a mode of `tests/external/engine.py`, and what the program says of each.

use std::fs;

use super::{engine, has_python};
use crate::tiny::{Ended, Tiny};

/// The mode, and what the program must say of it.
const BROKEN: [(&str, &str); 44] = [
    (
        "no-greeting",
        "asked for ready: the process ended without an answer: exit code 7\n  its standard error ended with:\n    no licence",
    ),
    ("decides-first", "the answer is of type `decision`: expected `ready`"),
    ("protocol-2", "the process speaks protocol 2, and this program speaks protocol 1"),
    ("nameless", "name and version must not be blank"),
    ("early", "targets, orders or reports on a day before the run"),
    (
        "not-json",
        "the answer is not JSON: expected value at line 1 column 1; standard output is for answers alone\n  it wrote: starting the engine ...",
    ),
    ("empty-line", "it wrote: an empty line"),
    ("half-json", "the answer is not JSON: EOF while parsing a string"),
    ("a-list", "it is a list, expected an object"),
    ("no-type", "missing field `type`"),
    ("unknown-type", "the answer is of type `opinion`: expected `decision`"),
    ("unknown-field", "unknown field `target`, expected one of `type`, `date`, `targets`, `orders`, `reports`"),
    ("nan", "the answer holds NaN or Infinity, which JSON does not have"),
    ("infinity", "the answer holds NaN or Infinity, which JSON does not have"),
    ("too-large", "number out of range"),
    ("huge", "the weight of `EQUITY:AAA` is 1e300: expected a share of equity from -1000 to 1000"),
    ("text-weight", "invalid type: string \"a lot\", expected f64"),
    ("stranger", "targets: `EQUITY:NOBODY` is not on the tape"),
    ("no-id", "targets: `nobody` is not on the tape"),
    ("twice", "targets name `EQUITY:AAA` twice"),
    ("yesterday", "the answer is for 2020-01-07, and 2020-01-08 was asked for"),
    ("no-date", "`the third` is not a date"),
    (
        "two-lines",
        "the answer is for 2020-01-08, and 2020-01-09 was asked for: each day is answered by exactly one line",
    ),
    ("no-sessions", "sessions of `EQUITY:AAA` is 0: expected at least 1"),
    ("negative-quantity", "quantity_micros of `EQUITY:AAA` is -5: expected at least 1"),
    ("half-a-micro", "invalid type: floating point `0.5`, expected i64"),
    ("limit-without-price", "the order of `EQUITY:AAA` is stop absent, limit absent"),
    ("unknown-side", "unknown variant `hold`, expected `buy` or `sell`"),
    ("order-of-stranger", "orders: `EQUITY:NOBODY` is not on the tape"),
    ("why-decided", "`why` stands with the verdict `abstained`, and with no other"),
    ("figure-of-nothing", "a figure that is neither a number nor a text"),
    ("figure-of-stranger", "the report of engine `outside`: `EQUITY:NOBODY` is not on the tape"),
    ("blank-engine", "its name, a field or a reason is blank"),
    ("harness-lane", "this name is the harness's own, give the engine another"),
    ("not-utf8", "the answer is not UTF-8"),
    ("long-line", "the answer is longer than 67108864 bytes"),
    (
        "crash",
        "asked for 2020-01-08: the process ended without an answer: exit code 3\n  its standard error ended with:\n    out of ideas",
    ),
    ("killed", "the process ended without an answer: signal: 9"),
    ("closed", "the process closed its standard output and went on running"),
    ("silent", "no answer within 3 s; timeout_seconds in the config"),
    ("talkative", "the process wrote after `bye`: that went well"),
    ("exit-late", "the process ended with exit code 9 after `bye`: expected exit code 0"),
    ("unending", "the process had not ended 3 s after `bye`"),
    ("deaf", "asked for 2020-01-02: no answer within 3 s"),
];

#[test]
fn every_break_is_told_and_leaves_no_process() {
    if !has_python() {
        return;
    }
    let tiny = tiny("external-broken");
    // The root comes with the journal of its own golden.
    let before = journals(&tiny);
    for (mode, told) in BROKEN {
        refused(mode, 2, told, &run(&tiny, mode));
    }
    assert_eq!(journals(&tiny), before, "a broken run leaves no journal");
    assert_eq!(alive("marker-of-this-proof"), Vec::<String>::new());
}

/// The modes of the table are those that the script knows how to break on the third day, and none is forgotten.
#[test]
fn every_mode_of_the_script_is_demanded() {
    let script = fs::read_to_string(engine()).unwrap();
    let named = |line: &str| Some(line.trim().strip_prefix('"')?.split_once("\": lambda")?.0.to_owned());
    let modes: Vec<String> = script.lines().filter_map(named).collect();
    assert!(modes.len() > 25, "{modes:?}");
    let forgotten: Vec<_> = modes.iter().filter(|mode| !BROKEN.iter().any(|(known, _)| known == mode)).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

#[test]
fn a_command_that_cannot_be_started_is_told() {
    let tiny = tiny("external-start");
    tiny.write("notes.txt", "no program");
    tiny.write("own.toml", "first = nan\n");
    for (words, exit, told) in [
        (
            ["--system", "external:no-such-program engine.py"].as_slice(),
            2,
            "`no-such-program engine.py`, asked for ready: the program is not found",
        ),
        (&["--system", "external:./notes.txt"], 6, "the program cannot be started: permission denied"),
        (&["--system", "external:"], 2, "--system external:: the command is empty"),
        (&["--system", "external:python3 'my engine.py"], 2, "the quote ' is not closed"),
        (&["--system", "external"], 2, "missing field `command`"),
        (
            &["--system", "external:python3 engine.py good", "--config", "own.toml"],
            2,
            "engine.first is NaN: expected a finite number",
        ),
    ] {
        let words = [&["replay", "tiny", "--no-tables"], words].concat();
        refused(&words.join(" "), exit, told, &tiny.run(&words));
    }
}

/// The run ended with this exit code, in these words, and with a hint.
#[track_caller]
fn refused(title: &str, exit: i32, told: &str, ended: &Ended) {
    assert_eq!(ended.code, Some(exit), "{title}: {}", ended.transcript());
    let whole = ended.stderr.contains(told) && ended.stderr.contains("\nhint: ") && ended.stdout.is_empty();
    assert!(whole, "{title}: expected `{told}` in\n{}", ended.transcript());
}

/// The folders of journals below the root, ascending.
fn journals(tiny: &Tiny) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(tiny.path(".prometheus/journals")).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

fn tiny(name: &str) -> Tiny {
    let tiny = Tiny::copy(name);
    tiny.write("engine.py", fs::read(engine()).unwrap());
    tiny
}

/// Runs the engine in this mode. Where the limit is to be met it is short; elsewhere no busy machine may meet it.
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
