//! Goldens: what a run did, frozen as text that a person can review.
//!
//! A case is a folder `golden/<case>/` with a manifest and four files of sorted lines; `body` says what each holds,
//! `manifest` how they are sealed. The case bears the name of its scenario.
//!
//! | module | holds |
//! |---|---|
//! | [`body`] | summary, daily line, target weights, digests |
//! | [`scope`] | the classes of difference, and which of them an acceptance covers |
//! | [`compare`] | a golden against a fresh run, every difference classified and localised |
//! | [`accept`] | accepting and undoing, and the pairing of goldens and scenarios |
//!
//! Reading never writes. Only [`accept::accept`] and [`accept::undo`] write, and both read back what they wrote.

use serde::Serialize;

use domain::digest::Digest;
use journal::journal::Journal;

pub mod accept;
pub mod body;
pub mod compare;
mod engine_lines;
mod folder;
pub(crate) mod lines;
mod manifest;
mod pairs;
pub mod scope;
#[cfg(test)]
mod tests;

pub use folder::{EditedLine, edited_line, read};
pub use manifest::{Acceptance, Origin, Seals};

use crate::policy::Policy;
use body::Body;

/// What a run did and where it came from; not yet accepted by anyone.
#[derive(Clone, Debug, PartialEq)]
pub struct Golden {
    /// Where it came from.
    pub origin: Origin,
    /// What it did.
    pub body: Body,
}

/// A golden as it lies on disk, with its seals checked.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredGolden {
    /// The run.
    pub golden: Golden,
    /// Who accepted it, when and why.
    pub acceptance: Acceptance,
    /// The seal of the golden that it replaced; `None` for the first of its case.
    pub replaces: Option<Digest>,
    /// Its seals.
    pub seals: Seals,
}

/// Why a golden was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum GoldenError {
    /// There is no such folder.
    #[error("{path}: there is no golden; review the run and accept it with a reason")]
    NoGolden {
        /// The folder.
        path: String,
    },
    /// An acceptance stopped between taking the old golden away and putting the new one in its place.
    #[error(
        "an acceptance was interrupted: there is no {path}, and the golden that stood there lies in {old}; give it its name back"
    )]
    Interrupted {
        /// The folder of the golden.
        path: String,
        /// Where it lies now.
        old: String,
    },
    /// A file of the folder is not there.
    #[error(
        "{path}: the file is missing; restore the folder from version control, or remove it and accept the case anew"
    )]
    MissingFile {
        /// The file.
        path: String,
    },
    /// A file that no golden has.
    #[error("{path}: no part of a golden; remove it")]
    StrangeFile {
        /// The file.
        path: String,
    },
    /// Written by a newer program.
    #[error(
        "{path}: golden_format is {found}, and this program reads {known}: the golden is newer; use a newer program"
    )]
    Newer {
        /// The manifest.
        path: String,
        /// The version found.
        found: u32,
        /// The version known.
        known: u32,
    },
    /// Written by an older program.
    #[error(
        "{path}: golden_format is {found}, and this program reads {known}: the golden is older; remove it and accept the case anew"
    )]
    Older {
        /// The manifest.
        path: String,
        /// The version found.
        found: u32,
        /// The version known.
        known: u32,
    },
    /// The bytes are not those that were accepted.
    #[error("{path}{}: edited after it was accepted: {what}; restore it from version control", line_suffix(*.line))]
    Edited {
        /// The file.
        path: String,
        /// The first bad line, from 1, where the text itself tells.
        line: Option<usize>,
        /// What gave the edit away.
        what: String,
    },
    /// A golden could not be written as it should be.
    #[error("{file}: not written: {what}")]
    Unwritable {
        /// The file.
        file: String,
        /// Why.
        what: String,
    },
    /// A file system that does not do its part.
    #[error("{path}: {what}")]
    FileSystem {
        /// The file or folder.
        path: String,
        /// The system's words.
        what: String,
    },
}

impl Golden {
    /// The golden that a journal would have under a policy; `toolchain` names the compiler that built the program.
    #[must_use]
    pub fn from_journal(journal: &Journal, policy: &Policy, toolchain: &str) -> Self {
        Self { origin: Origin::of(journal, policy.digest(), toolchain), body: Body::of(journal) }
    }
}

impl GoldenError {
    /// Whether the fault lies with the file system and not with the golden.
    #[must_use]
    pub const fn is_environment(&self) -> bool {
        matches!(self, Self::FileSystem { .. })
    }

    /// Whether there is simply no golden: missing evidence, not a broken one.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::NoGolden { .. })
    }
}

/// The numeric fields of a golden's own files, as a policy may name them.
pub(crate) const TOLERABLE_FIELDS: &[&str] = &[
    "daily.equity",
    "daily.turnover",
    "daily.gross",
    "weights.weight",
    "summary.final_equity",
    "summary.total_return",
    "summary.annual_return",
    "summary.volatility",
    "summary.sharpe_ratio",
    "summary.sortino_ratio",
    "summary.max_drawdown",
    "summary.var_95_interpolated",
    "summary.turnover_per_rebalance",
    "summary.costs_total",
    "summary.gross_exposure_mean",
];

fn line_suffix(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(":{line}"))
}
