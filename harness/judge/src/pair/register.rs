//! The register of expected differences between a reference and its successor.
//!
//! A difference that everybody knows is not a regression, and a difference that nobody wrote down is one. Each entry
//! names the stage that the difference comes from, why it is there, who answers for it, until when it may stand, and
//! how large it may be on each pair: money as a share of the starting cash, and the mean active share between the two
//! legs.
//!
//! ```
//! use judge::pair::register::Register;
//! let text = r#"
//! format = 1
//!
//! [[difference]]
//! stage = "calendar"
//! code = "data_difference"
//! reason = "v1 trades on every weekday; on a holiday it fills at a close that nobody could trade at."
//! owner = "The founders"
//! expires = "2027-12-31"
//! [difference.bounds]
//! us-2007-2009-crisis = { money = 0.01, moved = 0.05 }
//! "#;
//! let register = Register::parse(text, "differences.toml")?;
//! assert_eq!(register.entries().len(), 1);
//! let twice = format!("{text}{}", &text[text.find("[[").unwrap_or(0)..]);
//! let refusal = Register::parse(&twice, "differences.toml").unwrap_err().to_string();
//! assert_eq!(refusal, "differences.toml: calendar, us-2007-2009-crisis: stands twice; keep one bound a stage and pair");
//! # Ok::<(), judge::pair::register::RegisterError>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use domain::chain::Stage;
use domain::date::Date;
use domain::quantity::Cash;
use serde::{Deserialize, Serialize};

use super::attribution::{Attribution, Part};

mod judged;

pub use judged::{Finding, Judged, State};

/// The version of the format that this crate reads.
const FORMAT_VERSION: i64 = 1;

/// A checked register.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    entries: Vec<Expected>,
}

/// An expected difference.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The stage that it comes from; for stages that cannot be told apart, the last of them.
    #[serde(deserialize_with = "stage")]
    pub stage: Stage,
    /// The kind of reason (gates-and-lifecycle §4).
    pub code: Code,
    /// Why it is there, in a sentence.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it may stand unexamined.
    pub expires: Date,
    /// How large it may be, by pair.
    pub bounds: BTreeMap<String, Bound>,
}

/// How large a difference may be on a pair.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// |part of the gap| as a share of the starting cash; from 0 on.
    pub money: f64,
    /// Mean active share between the two legs, from 0 to 1.
    pub moved: f64,
}

/// Why two generations differ (gates-and-lifecycle §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Other names may be held.
    UniverseDifference,
    /// Splits, dividends, gaps, holidays.
    DataDifference,
    /// Other limits.
    Limit,
    /// Names are thought of otherwise, or weighted otherwise.
    Signal,
    /// Orders meet prices otherwise.
    Execution,
    /// The reference is wrong, and known to be.
    V1Defect,
}

/// Why a register was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// The text is not what the format asks for.
    #[error("{path}: {what}")]
    Syntax {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// An entry that cannot stand.
    #[error("{path}: {entry}: {what}")]
    Entry {
        /// The file.
        path: String,
        /// Stage and pair.
        entry: String,
        /// What is wrong, and what was expected.
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "format")]
    _format: u32,
    #[serde(default)]
    difference: Vec<Expected>,
}

impl Register {
    /// Checks a text; `path` is named in every refusal. The version of the format is read before anything else.
    ///
    /// # Errors
    /// [`RegisterError`] for an unknown key, a second bound for a stage and pair, a bound that is no size or that
    /// bounds nothing, and an entry without reason, owner or pair.
    pub fn parse(text: &str, path: &str) -> Result<Self, RegisterError> {
        let syntax = |what: String| RegisterError::Syntax { path: path.to_owned(), what };
        let parser = |error: toml::de::Error| syntax(error.to_string().trim().to_owned());
        let table: toml::Table = text.parse().map_err(parser)?;
        if table.get("format").and_then(toml::Value::as_integer) != Some(FORMAT_VERSION) {
            let found = table.get("format").map_or_else(|| "absent".to_owned(), ToString::to_string);
            let what = format!("format is {found}, and this program reads format {FORMAT_VERSION}");
            return Err(syntax(what));
        }
        let Table { difference: entries, .. } = toml::from_str(text).map_err(parser)?;
        let mut known = BTreeSet::new();
        for entry in &entries {
            let refuse = |about: &str, what: String| {
                Err(RegisterError::Entry { path: path.to_owned(), entry: format!("{}{about}", entry.stage), what })
            };
            for (key, text) in [("reason", &entry.reason), ("owner", &entry.owner)] {
                if text.trim().is_empty() {
                    return refuse("", format!("{key} is empty: expected a line of text"));
                }
            }
            if entry.bounds.is_empty() {
                return refuse("", "has no bounds: name the pairs on which it is seen".to_owned());
            }
            for (pair, bound) in &entry.bounds {
                let about = format!(", {pair}");
                if let Some(what) = bound.problem() {
                    return refuse(&about, what);
                }
                if !known.insert((entry.stage, pair.as_str())) {
                    return refuse(&about, "stands twice; keep one bound a stage and pair".to_owned());
                }
            }
        }
        Ok(Self { entries })
    }

    /// The entries, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[Expected] {
        &self.entries
    }

    /// The pairs that some entry names, ascending.
    #[must_use]
    pub fn pairs(&self) -> BTreeSet<&str> {
        self.entries.iter().flat_map(|entry| entry.bounds.keys().map(String::as_str)).collect()
    }

    /// Holds an attribution against the register: a line for each of its parts, and one for each entry that names a
    /// stage in which the pair shows nothing. `cash` is what the account started with.
    #[must_use]
    pub fn judge(&self, pair: &str, attribution: &Attribution, cash: Cash, today: Date) -> Judged {
        let parts: Vec<Part> = attribution.parts().collect();
        let mut findings: Vec<Finding> = parts.iter().map(|part| self.of_part(pair, part, cash, today)).collect();
        let bounds = self.entries.iter().filter_map(|entry| Some((entry, *entry.bounds.get(pair)?)));
        let partless = bounds.filter(|(entry, _)| !parts.iter().any(|part| part.last == entry.stage));
        findings.extend(partless.map(|(entry, bound)| Finding::without_part(entry, bound)));
        Judged { pair: pair.to_owned(), gap: attribution.gap(), findings }
    }

    fn of_part(&self, pair: &str, part: &Part, cash: Cash, today: Date) -> Finding {
        let of_stage = self.entries.iter().filter(|entry| entry.stage == part.last);
        let bound = of_stage.filter_map(|entry| Some((entry, *entry.bounds.get(pair)?))).next();
        Finding::of(part, cash, bound, today)
    }
}

impl Bound {
    fn problem(self) -> Option<String> {
        if !(self.money >= 0.0 && self.money.is_finite()) {
            return Some(format!("money is {}: expected a share of the starting cash, 0 or more", self.money));
        }
        if !(0.0..=1.0).contains(&self.moved) {
            return Some(format!("moved is {}: expected an active share from 0 to 1", self.moved));
        }
        (self.money == 0.0 && self.moved == 0.0).then(|| "bounds nothing: remove the line".to_owned())
    }
}

impl Code {
    /// The code in files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UniverseDifference => "universe_difference",
            Self::DataDifference => "data_difference",
            Self::Limit => "limit",
            Self::Signal => "signal",
            Self::Execution => "execution",
            Self::V1Defect => "v1_defect",
        }
    }
}

fn stage<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Stage, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests;
