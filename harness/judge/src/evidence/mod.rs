//! What a gate may look at: two subjects, their runs day by day, and the checks that were made.
//!
//! A *candidate* asks to take the place of a *baseline*. Both are replayed over the same battery; a [`Run`] holds both
//! sides of one case. Gates are functions of an [`Evidence`] and nothing else, so a verdict can be computed anew from
//! the text of its evidence, offline, on any machine.
//!
//! ```text
//! journals, goldens ─ Side::of_journal, Side::of_golden ─► Evidence ─ gates ─► findings ─► verdict
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`side`] | one side of a run: identity and days |
//! | [`figures`] | returns, drawdown, turnover and losses of a side |
//! | [`breaches`] | a journal held against the mandate |
//! | [`checks`] | determinism, look-ahead, goldens, references, data: what was checked, and how it ended |
//! | [`text`] | evidence as canonical text, and back |
//!
//! ```
//! use judge::evidence::Part;
//! assert!(Part::ALL.is_sorted()); // the order of evidence
//! assert_eq!(Part::Bootstrap.to_string(), "bootstrap");
//! ```

pub mod breaches;
pub mod checks;
pub mod figures;
pub mod side;
pub mod text;

use std::fmt;

use domain::date::Date;
use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use checks::{Check, ControlStanding, TrialCount};
use side::Side;

/// Everything that a verdict is computed from, policy and calibration apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Who asks to be promoted.
    pub candidate: Subject,
    /// Who is active now.
    pub baseline: Subject,
    /// The day of judging, in UTC.
    pub on: Date,
    /// The digest of the battery: which cases, windows, seeds and stresses were asked for.
    pub battery: Digest,
    /// Its runs, in the order of parts, then cases.
    pub runs: Vec<Run>,
    /// What was checked beside the runs.
    pub checks: Vec<Check>,
    /// How many configs were tried before this one; `None` when no ledger was asked.
    pub trials: Option<TrialCount>,
    /// How the negative controls ended; `None` when they were never run.
    pub controls: Option<ControlStanding>,
}

/// A config of a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its name to people.
    pub name: String,
    /// The system that runs it.
    pub system: String,
    /// The version of the system's engines.
    pub version: String,
    /// Its identity: the digest of its canonical bytes.
    pub config: Digest,
}

/// One case of the battery, both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The part of the battery.
    pub part: Part,
    /// The case, with the seed of a resampled one.
    pub case: String,
    /// The market on which it trades, for example `US_EQ`.
    pub market: String,
    /// The candidate's side.
    pub candidate: Side,
    /// The baseline's side.
    pub baseline: Side,
}

/// A part of the battery: what is asked of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// What happened.
    Historical,
    /// What happened, resampled in blocks from a seed.
    Bootstrap,
    /// A historical case without the features that were derived from crises.
    Ablated,
    /// A historical case at a multiple of its costs and slippage.
    Costlier,
    /// A historical case at a multiple of its capital.
    Larger,
}

impl Part {
    /// All parts, in the order of evidence.
    pub const ALL: [Self; 5] = [Self::Historical, Self::Bootstrap, Self::Ablated, Self::Costlier, Self::Larger];

    /// The name in files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Historical => "historical",
            Self::Bootstrap => "bootstrap",
            Self::Ablated => "ablated",
            Self::Costlier => "costlier",
            Self::Larger => "larger",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl Evidence {
    /// The runs of one part, in their order.
    pub fn of_part(&self, part: Part) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.part == part)
    }
}
