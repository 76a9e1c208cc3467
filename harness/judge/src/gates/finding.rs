//! What a gate found: how it ended, its figures beside their bounds, and a sentence for people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a gate ended. Ordered by gravity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The evidence is there, and it holds.
    Pass,
    /// It holds, and a person should look.
    Flag,
    /// The evidence is missing or says nothing.
    Inconclusive,
    /// The evidence is there, and it does not hold.
    Fail,
}

/// What a gate found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The gate.
    pub gate: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether no calibration stands behind it: then its pass does not count.
    pub advisory: bool,
    /// Why, in a sentence.
    pub reason: String,
    /// What it measured.
    pub figures: Vec<Figure>,
}

/// One figure of a gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// The value in the shortest form that reads back; `-` when there is none.
    pub value: String,
    /// What the policy asks of it; empty where it only informs.
    pub bound: String,
}

/// A finding in the making: figures are added as they are measured, and the gravest outcome stands.
#[derive(Clone, Debug)]
pub struct Measured {
    outcome: Outcome,
    reasons: Vec<(Outcome, String)>,
    figures: Vec<Figure>,
}

impl Measured {
    /// Nothing measured yet, nothing wrong.
    #[must_use]
    pub const fn new() -> Self {
        Self { outcome: Outcome::Pass, reasons: Vec::new(), figures: Vec::new() }
    }

    /// Something that was not there to be measured.
    #[must_use]
    pub fn missing(what: impl Into<String>) -> Self {
        let mut measured = Self::new();
        measured.add(Outcome::Inconclusive, what);
        measured
    }

    /// A reason, with what it means.
    pub fn add(&mut self, outcome: Outcome, reason: impl Into<String>) {
        self.outcome = self.outcome.max(outcome);
        self.reasons.push((outcome, reason.into()));
    }

    /// A figure for the record. A number that is not finite is no evidence.
    pub fn figure(&mut self, name: impl Into<String>, value: Option<f64>, bound: impl Into<String>) {
        let name = name.into();
        if value.is_some_and(|value| !value.is_finite()) {
            self.add(Outcome::Inconclusive, format!("{name} is not a finite number"));
        }
        let value =
            value.filter(|value| value.is_finite()).map_or_else(|| "-".to_owned(), |value| format!("{value:?}"));
        self.figures.push(Figure { name, value, bound: bound.into() });
    }

    /// A count for the record.
    pub fn count(&mut self, name: impl Into<String>, value: u64, bound: impl Into<String>) {
        self.figures.push(Figure { name: name.into(), value: value.to_string(), bound: bound.into() });
    }

    /// The finding of `gate`; `passed` is the sentence when nothing was wrong.
    #[must_use]
    pub fn finding(self, gate: &str, passed: &str) -> Finding {
        let gravest = self.reasons.iter().filter(|(outcome, _)| *outcome == self.outcome);
        let reasons: Vec<&str> = gravest.map(|(_, reason)| reason.as_str()).collect();
        let reason = if reasons.is_empty() { passed.to_owned() } else { shortened(&reasons) };
        Finding { gate: gate.to_owned(), outcome: self.outcome, advisory: false, reason, figures: self.figures }
    }
}

/// Reasons in one line; the rest of many is counted.
fn shortened(reasons: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = reasons.iter().take(SHOWN).copied().collect::<Vec<_>>().join("; ");
    match reasons.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown}; and {more} more"),
        _ => shown,
    }
}

impl Default for Measured {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Pass => "pass",
            Self::Flag => "flag",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        })
    }
}
