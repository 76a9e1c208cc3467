//! What each command reports on the tiny root, as text and as JSON.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::without_toolchain;
use crate::snapshots;
use crate::tiny::{Book, Tiny};

/// The commands, in an order in which each finds what it needs; `RUN` stands for the stored journal.
const COMMANDS: [&[&str]; 17] = [
    &["scenario", "list"],
    &["scenario", "describe", "tiny"],
    &["data", "list"],
    &["data", "describe", "tiny"],
    &["data", "describe", "levels"],
    &["data", "check", "--jobs", "1"],
    &["data", "import", "--name", "mine", "--market", "US_EQ", "--currency", "USD", "--bars", "bars.csv"],
    &["replay", "tiny"],
    &["journal", "verify", RUN],
    &["repro", "tiny"],
    &["check", "--jobs", "1"],
    &["golden", "list"],
    &["golden", "check", "--jobs", "1"],
    &["golden", "diff", "tiny"],
    &["golden", "review", "--by", "Reviewer", "--jobs", "1"],
    &["golden", "accept", "tiny", "--by", "Reviewer", "--reason", "again", "--on", "2026-01-07"],
    &["completions", "fish"],
];

const RUN: &str = "RUN";

/// The words with the folder of the stored journal in its place.
fn words<'w>(tiny_journal: &'w str, command: &[&'w str]) -> Vec<&'w str> {
    command.iter().map(|word| if *word == RUN { tiny_journal } else { word }).collect()
}

#[test]
fn every_command_reports_to_people() {
    let tiny = Tiny::copy("reports-text");
    let journal = tiny.journal();
    let mut book = Book::default();
    // A script of completions is the library's affair.
    for command in COMMANDS.iter().filter(|command| command[0] != "completions") {
        book.add(&command[..2].join(" "), 0, &tiny.run(&words(&journal, command)));
    }
    snapshots::text("reports-text", &without_toolchain(&book.text()));
}

#[test]
fn every_command_reports_to_programs() {
    let tiny = Tiny::copy("reports-json");
    let journal = tiny.journal();
    for command in COMMANDS {
        let mut words = words(&journal, command);
        words.push("--json");
        let ended = tiny.run(&words);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", ended.transcript());
        let report: Value = serde_json::from_str(&ended.stdout).unwrap();
        let Unique = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        let name = report["command"].as_str().unwrap();
        assert_eq!((&report["schema"], &report["exit"], &report["verdict"]), (&1.into(), &0.into(), &"pass".into()));
        assert!(words.join(" ").starts_with(name), "{name} answers {words:?}");
        assert_untimed(&report, &words);
        if name != "completions" {
            let what = if command.contains(&"levels") { "-levels" } else { "" };
            snapshots::text(&format!("json-{}{what}", name.replace(' ', "-")), &without_toolchain(&ended.stdout));
        }
    }
}

/// The planted system stands beside the others here, so this list is no snapshot.
#[test]
fn systems_are_listed() {
    let tiny = Tiny::copy("systems");
    let report: Value = serde_json::from_str(&tiny.run(&["scenario", "systems", "--json"]).stdout).unwrap();
    let text = report.to_string();
    for name in ["equal-weight", "momentum", "null", "script"] {
        assert!(text.contains(&format!("\"name\":\"{name}\"")), "{name} is missing: {report:#}");
    }
    assert_eq!(report["schema"], 1);
}

/// An error is a JSON document too, with the exit code that the process ends with, and standard error is silent.
#[test]
fn errors_are_told_to_programs() {
    let tiny = Tiny::copy("errors-json");
    tiny.remove("golden/tiny");
    let mut book = Book::default();
    for (words, exit) in [
        (&["replay", "tinny", "--json"][..], 2),
        (&["check", "--jobs", "none", "--json"], 2),
        (&["chek", "--json"], 2),
        (&["golden", "check", "tiny", "--jobs", "1", "--json"], 5),
    ] {
        let ended = tiny.run(words);
        let report: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!((&report["schema"], &report["exit"]), (&1.into(), &exit.into()), "{}", ended.transcript());
        assert_eq!(ended.stderr, "");
        book.add(words[0], exit, &ended);
    }
    snapshots::text("json-errors", &without_toolchain(&book.text()));
}

/// No key of a report speaks of time on a clock.
fn assert_untimed(report: &Value, words: &[&str]) {
    match report {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            let timed = ["seconds", "duration", "elapsed", "millis", "time"].iter().any(|word| key.contains(word));
            assert!(!timed, "{words:?} reports `{key}`, which differs between runs");
            assert_untimed(value, words);
        }),
        Value::Array(values) => values.iter().for_each(|value| assert_untimed(value, words)),
        _ => {}
    }
}

/// A document in which no key stands twice: readers disagree on what that would mean.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some((key, Self)) = fields.next_entry::<String, Self>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice")));
            }
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

#[test]
fn a_key_that_stands_twice_is_found() {
    assert!(serde_json::from_str::<Unique>(r#"{"a": [{"b": 1.5, "c": "x"}], "b": null}"#).is_ok());
    assert!(serde_json::from_str::<Unique>(r#"{"a": [{"b": 1, "b": 1}]}"#).is_err());
}
