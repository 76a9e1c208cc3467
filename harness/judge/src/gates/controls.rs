//! Gate `controls`: the gates have rejected every config that they must reject and accepted every one that they must
//! accept, under this very policy and battery, by this version of the gates.
//!
//! One control on the wrong side makes every gate suspect, and nothing is promoted until a named person has said why.

use domain::digest::Digest;

use super::GATES_VERSION;
use super::finding::{Measured, Outcome};
use super::rules::ControlsRule;
use crate::evidence::Evidence;
use crate::evidence::checks::ControlTerms;

/// Reads the standing of the controls under the policy `policy`.
#[must_use]
pub fn judge(evidence: &Evidence, policy: Digest, rule: &ControlsRule) -> Measured {
    let Some(standing) = &evidence.controls else {
        return Measured::missing("the controls were never run under this policy");
    };
    // What the controls' own files say is held against theirs before evidence is made: a stale standing is none.
    let under = &standing.under;
    let now = ControlTerms { policy, battery: evidence.battery, gates_version: GATES_VERSION, ..under.clone() };
    let changed = under.changed(&now);
    if !changed.is_empty() {
        let what = changed.join(" and ");
        return Measured::missing(format!("the controls were run before {what} changed: run them again"));
    }
    let mut measured = Measured::new();
    measured.count("negative controls rejected", standing.rejected, format!("at least {}", rule.min_rejected));
    measured.count("positive controls accepted", standing.accepted, format!("at least {}", rule.min_accepted));
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
