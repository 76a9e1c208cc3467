//! What the gates of a policy are known to catch and to let through: their error rates, measured and stored.
//!
//! A calibration is a fact about one policy on one battery. When a number of the policy, the battery or the version of
//! the gates changes, it covers nothing any more, every gate becomes advisory and nothing is eligible: the figures must
//! be measured anew.
//!
//! * **False alarms**: the same config twice, on other seeds and resampled windows. Each refusal is one.
//!   What some gates look at is not run there but taken for granted ([`ASSUMED`]): of these there is no rate, and the file
//!   says so.
//! * **Power**: the same, made worse by a known size. The size that is caught in 80 of 100 runs, refused or found to be
//!   without enough evidence, is the policy's power.
//! * **Mutants**: engines and configs with one planted fault each. Those that nothing refuses are the survivors.

use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use super::GATES_VERSION;
use super::policy::GatePolicy;
use super::rates::{GateRate, Mutants, Power, Rate, ZeroSkill};
use crate::evidence::Evidence;
use crate::pair::record::Act;

/// The version of the format.
const FORMAT_VERSION: u32 = 1;

/// Gates whose checks, ledger or controls are taken for granted in runs of the same config twice.
pub const ASSUMED: [&str; 8] =
    ["same-terms", "determinism", "look-ahead", "golden", "reference", "data-quality", "trials", "controls"];

/// Fewer runs of the same config twice than this say nothing of a rate of one in a hundred.
pub const FEWEST_RUNS: u64 = 300;

/// The stored error rates of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The version of the format.
    pub format: u32,
    /// The version of the gates.
    pub gates_version: u32,
    /// The digest of the policy's text.
    pub policy: Digest,
    /// The digest of the battery.
    pub battery: Digest,
    /// Who measured, when, and why anew.
    pub act: Act,
    /// Refusals of the policy as a whole among runs of the same config twice.
    pub suite: Rate,
    /// The same, gate by gate.
    pub gates: Vec<GateRate>,
    /// What it takes to be caught.
    pub power: Vec<Power>,
    /// Planted faults.
    pub mutants: Mutants,
    /// Searches without skill; none for a policy that does not ask how many were tried.
    #[serde(default)]
    pub zero_skill: Vec<ZeroSkill>,
}

/// Why a stored calibration was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct CalibrationError {
    /// The file.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

impl Calibration {
    /// Checks a text.
    ///
    /// # Errors
    /// [`CalibrationError`] for another format, unknown or missing keys, and rates that cannot be.
    pub fn parse(text: &str, path: &str) -> Result<Self, CalibrationError> {
        let refuse = |what: String| CalibrationError { path: path.to_owned(), what };
        let read: Self = toml::from_str(text).map_err(|error| refuse(error.to_string().trim().to_owned()))?;
        if read.format != FORMAT_VERSION {
            return Err(refuse(format!("format is {}, and this program reads format {FORMAT_VERSION}", read.format)));
        }
        if let Some(gate) = read.gates.iter().find(|gate| gate.assumed && gate.same.is_some()) {
            return Err(refuse(format!("gate {} is assumed and has a rate: expected one of them", gate.gate)));
        }
        let rates = read.gates.iter().filter_map(|gate| gate.same.as_ref()).chain([&read.suite]);
        for rate in rates {
            let possible = rate.refused + rate.inconclusive <= rate.runs && (0.0..=1.0).contains(&rate.upper);
            if !possible {
                return Err(refuse(format!("a rate of {} refused of {} cannot be", rate.refused, rate.runs)));
            }
        }
        Ok(read)
    }

    /// The text of a calibration.
    ///
    /// # Errors
    /// [`CalibrationError`] for figures that have no text.
    pub fn render(&self) -> Result<String, CalibrationError> {
        toml::to_string(self)
            .map_err(|error| CalibrationError { path: "calibration".to_owned(), what: error.to_string() })
    }

    /// Whether figures stand behind a gate of this policy on the battery of this evidence.
    #[must_use]
    pub fn covers(&self, gate: &str, evidence: &Evidence, policy: &GatePolicy) -> bool {
        let of_this =
            self.policy == policy.digest && self.battery == evidence.battery && self.gates_version == GATES_VERSION;
        let known = self.gates.iter().find(|rate| rate.gate == gate);
        let measured = known.and_then(|rate| rate.same.as_ref()).is_some_and(|rate| rate.runs >= FEWEST_RUNS);
        of_this && (measured || known.is_some_and(|rate| rate.assumed && ASSUMED.contains(&gate)))
    }
}
