//! Gate `controls`: the gates have rejected every config that they must reject and accepted every one that they must
//! accept, under this very policy.
//!
//! One control on the wrong side makes every gate suspect, and nothing is promoted until a named person has said why.

use domain::digest::Digest;

use super::finding::{Measured, Outcome};
use super::rules::ControlsRule;
use crate::evidence::Evidence;

/// Reads the standing of the controls under the policy `policy`.
#[must_use]
pub fn judge(evidence: &Evidence, policy: Digest, rule: &ControlsRule) -> Measured {
    let Some(standing) = &evidence.controls else {
        return Measured::missing("the controls were never run under this policy");
    };
    let mut measured = Measured::new();
    measured.count("negative controls rejected", standing.rejected, format!("at least {}", rule.min_rejected));
    measured.count("positive controls accepted", standing.accepted, format!("at least {}", rule.min_accepted));
    if standing.policy != policy {
        measured.add(Outcome::Inconclusive, "the controls were run under another policy: run them again");
    }
    if standing.is_suspect() {
        let wrong = standing.passed.iter().chain(&standing.refused).map(String::as_str).collect::<Vec<_>>().join(", ");
        measured.add(Outcome::Fail, format!("the gates are suspect: {wrong} ended on the wrong side"));
    }
    for (found, least, what) in [
        (standing.rejected, rule.min_rejected, "negative controls rejected"),
        (standing.accepted, rule.min_accepted, "positive controls accepted"),
    ] {
        if found < u64::from(least) {
            measured.add(Outcome::Inconclusive, format!("{found} {what} where the policy asks for {least}"));
        }
    }
    measured
}
