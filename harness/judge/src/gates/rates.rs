//! The figures of a calibration: rates, power, mutants, searches without skill.

use serde::{Deserialize, Serialize};

/// Refusals among runs, with the one-sided 95 % upper bound of the rate (Clopper and Pearson 1934).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Runs.
    pub runs: u64,
    /// Of them refused.
    pub refused: u64,
    /// Of them without enough evidence.
    pub inconclusive: u64,
    /// Upper bound of the rate of refusals.
    pub upper: f64,
}

/// The rate of one gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateRate {
    /// The gate.
    pub gate: String,
    /// Whether what it looks at is taken for granted in runs of the same config twice, so that there is no rate.
    #[serde(default, skip_serializing_if = "is_measured")]
    pub assumed: bool,
    /// Its rate on runs of the same config twice; `None` where it is assumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same: Option<Rate>,
    /// Mutants that it refused.
    pub mutants: u64,
    /// Mutants that it alone refused.
    pub mutants_alone: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
const fn is_measured(assumed: &bool) -> bool {
    !*assumed
}

/// What it takes for one kind of degradation to be caught.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// What was made worse.
    pub what: String,
    /// The unit of the sizes.
    pub unit: String,
    /// The gate that should catch it.
    pub gate: String,
    /// Sizes tried, ascending.
    pub sizes: Vec<f64>,
    /// Share of runs in which the policy refused or found too little evidence, size by size.
    pub caught: Vec<f64>,
    /// The smallest size caught in 80 of 100 runs, interpolated; `None` when no size was.
    pub at_80: Option<f64>,
}

/// Planted faults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutants {
    /// How many were planted.
    pub planted: u64,
    /// How many were not eligible.
    pub killed: u64,
    /// The names of the others.
    pub survivors: Vec<String>,
}

/// How often the best of so many configs without skill is promoted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroSkill {
    /// Configs tried in a search.
    pub tried: u64,
    /// Searches.
    pub runs: u64,
    /// Of them promoted by a gate that takes the best for the only one.
    pub naive: u64,
    /// Of them promoted by the gate `trials`.
    pub promoted: u64,
    /// One-sided 95 % upper bound of that rate.
    pub upper: f64,
}
