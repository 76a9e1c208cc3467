//! What was checked beside the runs, and how it ended.
//!
//! A check that was not made is written down as such: a gate that looks for it finds no evidence, and says so.

use std::fmt;

use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use crate::pair::record::Act;

/// The version of the format of a standing of controls.
pub const CONTROLS_FORMAT: u32 = 2;

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What kind of check.
    pub kind: CheckKind,
    /// The case, pair or tape that was checked.
    pub subject: String,
    /// How it ended.
    pub state: CheckState,
    /// What was seen, in a sentence.
    pub detail: String,
}

/// Kinds of checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckKind {
    /// Two runs of the same inputs.
    Determinism,
    /// A tape cut at a day, or with another future after it: the same run up to that day.
    LookAhead,
    /// A case against its golden.
    Golden,
    /// A pair against its record and the register.
    Reference,
    /// A tape against the rules of data quality.
    DataQuality,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// What should hold does.
    Holds,
    /// It does not.
    Broken,
    /// It was not looked at, or could not be.
    NotDone,
}

/// What the ledger of trials says of the search that led to the candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialCount {
    /// The digest of the ledger's last line.
    pub head: Digest,
    /// Different behaviours that were tried, the candidate's among them.
    pub tried: u64,
    /// Ideas among them, by correlation of their returns in excess of the baseline's: the number of independent trials.
    pub effective: u64,
    /// Variance of the daily Sharpe ratio over the ideas; 0 for one.
    pub sharpe_variance: f64,
    /// Whether the candidate's own run stands in the ledger.
    pub holds_candidate: bool,
    /// Probability that the search picked by luck (combinatorial cross-validation); `None` below two trials.
    pub overfitting: Option<f64>,
    /// Probability of the best of the trials under no superiority at all (Hansen's consistent p-value); `None` below
    /// two trials.
    pub superiority: Option<f64>,
    /// What trials were selected on: the names of a trial's windows, set apart by commas, each such list once, ascending.
    pub spent: Vec<String>,
}

/// What controls were run under. Where anything of it is another, they say nothing of the gates as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlTerms {
    /// The digest of the policy's text.
    pub policy: Digest,
    /// The digest of the battery.
    pub battery: Digest,
    /// The version of the gates.
    pub gates_version: u32,
    /// The digest of the controls' own files.
    pub controls: Digest,
}

impl ControlTerms {
    /// What is another thing now.
    #[must_use]
    pub fn changed(&self, now: &Self) -> Vec<&'static str> {
        let all = [
            (self.policy != now.policy, "the policy"),
            (self.battery != now.battery, "the battery"),
            (self.gates_version != now.gates_version, "the gates"),
            (self.controls != now.controls, "the controls"),
        ];
        all.into_iter().filter(|(changed, _)| *changed).map(|(_, what)| what).collect()
    }
}

/// How the negative and positive controls of a policy ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlStanding {
    /// The version of the format: [`CONTROLS_FORMAT`].
    pub format: u32,
    /// Negative controls that were rejected, as they should be.
    pub rejected: u64,
    /// Negative controls that passed: each makes the gates suspect.
    pub passed: Vec<String>,
    /// Positive controls that were accepted, as they should be.
    pub accepted: u64,
    /// Positive controls that were refused.
    pub refused: Vec<String>,
    /// What they were run under.
    pub under: ControlTerms,
    /// Who cleared the gates of suspicion and why; `None` when nobody had to, or nobody has.
    pub cleared: Option<Act>,
}

impl ControlStanding {
    /// Whether a control ended on the wrong side and nobody has answered for it.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        !(self.passed.is_empty() && self.refused.is_empty()) && self.cleared.is_none()
    }
}

impl CheckKind {
    /// All kinds, in the order of evidence.
    pub const ALL: [Self; 5] = [Self::Determinism, Self::LookAhead, Self::Golden, Self::Reference, Self::DataQuality];

    /// The name in files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Determinism => "determinism",
            Self::LookAhead => "look-ahead",
            Self::Golden => "golden",
            Self::Reference => "reference",
            Self::DataQuality => "data-quality",
        }
    }
}

impl fmt::Display for CheckKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use domain::digest::Digest;

    use super::ControlTerms;

    #[test]
    fn whatever_changed_is_named() {
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let now = ControlTerms { policy: one, battery: one, gates_version: 2, controls: one };
        assert!(now.changed(&now).is_empty());
        let then = ControlTerms { policy: other, battery: other, gates_version: 1, controls: other };
        assert_eq!(then.changed(&now), ["the policy", "the battery", "the gates", "the controls"]);
        let files = ControlTerms { controls: other, ..now.clone() };
        assert_eq!(files.changed(&now), ["the controls"]);
    }
}
