//! Broken journals: what a run wrote is read back as it was, or refused with the place.

use std::fs;

use super::settle;
use crate::tiny::{Book, Ended, Tiny, replaced};

/// A finished run in `run/`.
fn finished(name: &str) -> Tiny {
    let tiny = Tiny::copy(name);
    let ended = tiny.run(&["replay", "tiny", "--no-tables", "--out", "run"]);
    assert_eq!(ended.code, Some(0), "{}", ended.transcript());
    tiny
}

/// What `journal verify` says of the run in `run/` once `harm` is done, which is undone afterwards.
fn verified(tiny: &Tiny, harm: impl FnOnce(&Tiny)) -> Ended {
    let files = ["run/events.log", "run/manifest.toml"].map(|file| (file, fs::read(tiny.path(file)).unwrap()));
    harm(tiny);
    let ended = tiny.run(&["journal", "verify", "run"]);
    files.into_iter().for_each(|(file, bytes)| tiny.write(file, bytes));
    ended
}

#[test]
fn broken_journals_are_refused() {
    let tiny = finished("journals");
    let log = fs::read(tiny.path("run/events.log")).unwrap();
    let mut book = Book::default();
    let mut refuse = |title: &str, harm: &dyn Fn(&Tiny)| book.add_refusal(title, 2, &verified(&tiny, harm));
    refuse("a log torn inside a frame", &|tiny| tiny.write("run/events.log", &log[..log.len() / 2]));
    refuse("a log torn at its last byte", &|tiny| tiny.write("run/events.log", &log[..log.len() - 1]));
    refuse("a log of which the head is left", &|tiny| tiny.write("run/events.log", &log[..12]));
    refuse("an empty log", &|tiny| tiny.write("run/events.log", ""));
    refuse("no log", &|tiny| tiny.remove("run/events.log"));
    refuse("a byte changed in the magic", &|tiny| tiny.flip("run/events.log", 0));
    refuse("a byte changed in a day", &|tiny| tiny.flip("run/events.log", log.len() / 2));
    refuse("a byte changed at the end", &|tiny| tiny.flip("run/events.log", log.len() - 1));
    refuse("bytes after the end", &|tiny| tiny.write("run/events.log", [log.as_slice(), b"more"].concat()));
    let newer = [&log[..8], &3_u32.to_le_bytes(), &log[12..]].concat();
    refuse("a log of a newer format", &|tiny| tiny.write("run/events.log", &newer));
    let manifest = "run/manifest.toml";
    refuse("a manifest of a newer format", &|tiny| {
        tiny.edit(manifest, "format_version = 2\nrun_id", "format_version = 3\nrun_id")
    });
    refuse("another count of events", &|tiny| edit_value(tiny, "events = ", "events = 9"));
    refuse("another seed", &|tiny| edit_value(tiny, "seed = ", "seed = 8"));
    refuse("a manifest that is not TOML", &|tiny| tiny.write(manifest, "format_version"));
    refuse("no manifest", &|tiny| tiny.remove(manifest));
    assert_eq!(verified(&tiny, |_| {}).code, Some(0), "the sound journal is verified");
    settle("journals", book);
}

/// Replaces the line that begins with `key`.
fn edit_value(tiny: &Tiny, key: &str, line: &str) {
    let text = fs::read_to_string(tiny.path("run/manifest.toml")).unwrap();
    let old = text.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("no `{key}` in:\n{text}"));
    tiny.write("run/manifest.toml", replaced(&text, &format!("\n{old}\n"), &format!("\n{line}\n")));
}

#[test]
fn folders_that_are_no_journals_are_refused() {
    let tiny = finished("journal-folders");
    let mut book = Book::default();
    book.add_refusal("a folder that is not there", 2, &tiny.run(&["journal", "verify", "nowhere"]));
    book.add_refusal("a folder of something else", 2, &tiny.run(&["journal", "verify", "scenarios"]));
    book.add_refusal("a file", 2, &tiny.run(&["journal", "verify", "run/events.log"]));
    let into = ["replay", "tiny", "--no-tables", "--out", "golden"];
    book.add_refusal("a run into a folder of something else", 2, &tiny.run(&into));
    settle("journal-folders", book);
}

#[test]
fn what_cannot_be_resumed_is_refused() {
    let tiny = finished("resume");
    let mut book = Book::default();
    let resume = |folder: &'static str| tiny.run(&["replay", "tiny", "--no-tables", "--resume", folder]);
    book.add_refusal("a finished journal", 2, &resume("run"));
    book.add_refusal("a folder that is not there", 2, &resume("nowhere.partial"));
    book.add_refusal("a folder of something else", 2, &resume("golden"));
    let crash = ["replay", "tiny", "--no-tables", "--out", "killed", "--crash-after-day", "2020-01-15"];
    assert_eq!(tiny.program(&crash).output().unwrap().status.code(), None, "the drill ends like a power cut");
    let again = ["replay", "tiny", "--no-tables", "--out", "killed"];
    book.add_refusal("an unfinished run in the way", 2, &tiny.run(&again));
    book.add_refusal("an unfinished journal, verified", 2, &tiny.run(&["journal", "verify", "killed.partial"]));
    // Killed between its manifest and its name, and torn on the way.
    let log = fs::read(tiny.path("run/events.log")).unwrap();
    tiny.write("torn.partial/events.log", &log[..log.len() - 1]);
    tiny.write("torn.partial/manifest.toml", fs::read(tiny.path("run/manifest.toml")).unwrap());
    book.add_refusal("a torn unfinished journal, verified", 2, &tiny.run(&["journal", "verify", "torn.partial"]));
    tiny.edit(crate::tiny::CASE_FILE, "seed = 7", "seed = 8");
    book.add_refusal("the unfinished run of another seed", 2, &resume("killed.partial"));
    tiny.edit(crate::tiny::CASE_FILE, "seed = 8", "seed = 7");
    let log = fs::read(tiny.path("killed.partial/events.log")).unwrap();
    tiny.write("killed.partial/events.log", [&log[..8], &9_u32.to_le_bytes(), &log[12..]].concat());
    book.add_refusal("an unfinished run of a newer format", 2, &resume("killed.partial"));
    tiny.write("killed.partial/events.log", log);
    assert_eq!(resume("killed.partial").code, Some(0), "the sound prefix is resumed");
    settle("resume", book);
}

/// Equal inputs and another journal: somebody changed what a system does without a new version, or it is not
/// deterministic. The stored journal stays as it was.
#[test]
fn another_journal_of_equal_inputs_is_refused() {
    let tiny = Tiny::copy("conflict");
    let leaky = replaced(crate::tiny::SCENARIO, "\"equal-weight\"\n[system.config]\ninvested = 0.9", LEAKY);
    tiny.write(crate::tiny::CASE_FILE, leaky);
    let replay = ["replay", "tiny", "--no-tables", "--out", "run"];
    assert_eq!(tiny.run(&replay).code, Some(0));
    let before = fs::read(tiny.path("run/events.log")).unwrap();
    let ended = tiny.run(&replay);
    assert_eq!(ended.code, Some(4), "{}", ended.transcript());
    for told in ["error: run holds the journal of the same run", "equal inputs must give equal journals", "hint: "] {
        assert!(ended.stderr.contains(told), "{}", ended.transcript());
    }
    assert_eq!(fs::read(tiny.path("run/events.log")).unwrap(), before);
}

const LEAKY: &str = "\"leaky\"\n[system.config]\nleak = \"clock\"";
