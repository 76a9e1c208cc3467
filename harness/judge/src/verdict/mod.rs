//! Verdicts: what the gates decided, in a bundle that anyone can compute anew.
//!
//! ```
//! use judge::verdict::Decision;
//! assert_eq!(Decision::of(&[]), Decision::InsufficientEvidence); // no gate was asked
//! assert_eq!(Decision::Eligible.to_string(), "ELIGIBLE");
//! ```

pub mod bundle;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::gates;
use crate::gates::calibration::Calibration;
use crate::gates::finding::{Finding, Outcome};
use crate::gates::policy::GatePolicy;

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Decision {
    /// Every gate found its evidence, and it holds.
    Eligible,
    /// A gate refused.
    NotEligible,
    /// No gate refused, and one found too little to say.
    InsufficientEvidence,
}

/// A decision with what every gate found.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// One finding a gate, in the order of the policy.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// What a policy decides on some evidence.
    #[must_use]
    pub fn of(evidence: &Evidence, policy: &GatePolicy, calibration: Option<&Calibration>) -> Self {
        let findings = gates::findings(evidence, policy, calibration);
        Self { decision: Decision::of(&findings), findings }
    }

    /// Everything that keeps it from being eligible, `gate: reason`.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let refusing = |finding: &&Finding| finding.outcome > Outcome::Flag;
        let reason = |finding: &Finding| format!("{}: {}", finding.gate, finding.reason);
        let mut reasons: Vec<String> = self.findings.iter().filter(refusing).map(reason).collect();
        let advisory = |finding: &&Finding| finding.advisory && finding.outcome <= Outcome::Flag;
        let advisory: Vec<&str> = self.findings.iter().filter(advisory).map(|finding| finding.gate.as_str()).collect();
        if !advisory.is_empty() {
            reasons.push(format!(
                "no calibration of this policy on this battery stands behind {}: run `gate calibrate`",
                advisory.join(", ")
            ));
        }
        reasons
    }
}

impl Decision {
    /// The decision that findings call for: one refusal decides, and a pass counts only with figures behind it.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let worst = findings.iter().map(|finding| finding.outcome).max();
        match worst {
            Some(Outcome::Fail) => Self::NotEligible,
            Some(Outcome::Pass | Outcome::Flag) if findings.iter().all(|finding| !finding.advisory) => Self::Eligible,
            _ => Self::InsufficientEvidence,
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Eligible => "ELIGIBLE",
            Self::NotEligible => "NOT_ELIGIBLE",
            Self::InsufficientEvidence => "INSUFFICIENT_EVIDENCE",
        })
    }
}
