//! What a pair did on one walk through its legs: what a check compares, and what a record keeps.
//!
//! ```text
//! both runs ─ the legs between them ─ the comparison ─ the reference's outputs, a line a day
//! ```
//!
//! Two walks over the same engines and facts are equal in every field.

use serde::{Deserialize, Serialize};

use super::attribution::Attribution;
use super::run_of::RunOf;
use crate::reference::Comparison;

/// What a pair did.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk {
    /// The pair; also the name of its record's folder.
    pub pair: String,
    /// The system that stood in for that of the reference's case; absent when its own ran.
    pub stand_in: Option<StandIn>,
    /// The run of the reference.
    pub reference: RunOf,
    /// The run of the successor.
    pub successor: RunOf,
    /// The legs between them.
    pub attribution: Attribution,
    /// The comparison of the two runs.
    pub comparison: Comparison,
    /// What the reference did, a line a day.
    pub outputs: String,
}

/// A system that was made the reference in place of its case's own: one in another language, or recorded decisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandIn {
    /// The name by which the registry knows it.
    pub name: String,
    /// Its config.
    pub config: toml::Table,
}
