//! Gates `turnover` and `costs`: a figure of the candidate does not rise by more than the policy allows.
//!
//! Both are taken over all historical runs together, weighted by their days: turnover two-way a year, costs with
//! slippage as a share of equity a year.

use super::finding::{Measured, Outcome};
use super::rules::IncreaseRule;
use crate::evidence::side::Side;
use crate::evidence::{Evidence, Part};

/// Compares two-way turnover a year.
#[must_use]
pub fn turnover(evidence: &Evidence, rule: &IncreaseRule) -> Measured {
    judge(evidence, rule, "turnover a year", &Side::turnover)
}

/// Compares costs and slippage a year as a share of equity.
#[must_use]
pub fn costs(evidence: &Evidence, rule: &IncreaseRule) -> Measured {
    judge(evidence, rule, "costs a year", &Side::costs)
}

fn judge(evidence: &Evidence, rule: &IncreaseRule, what: &str, figure: &dyn Fn(&Side) -> Option<f64>) -> Measured {
    let mut measured = Measured::new();
    let (mut ours, mut theirs, mut days) = (0.0, 0.0, 0.0);
    for run in evidence.of_part(Part::Historical) {
        let (Some(candidate), Some(baseline)) = (figure(&run.candidate), figure(&run.baseline)) else {
            measured.add(Outcome::Inconclusive, format!("{}: no {what} on one side", run.case));
            continue;
        };
        let weight = run.baseline.days.len() as f64;
        ours += candidate * weight;
        theirs += baseline * weight;
        days += weight;
    }
    if days == 0.0 {
        measured.add(Outcome::Inconclusive, format!("no historical run has a {what}"));
        return measured;
    }
    let (ours, theirs) = (ours / days, theirs / days);
    measured.figure(format!("{what}, baseline"), Some(theirs), "");
    let bound = format!("at most {} above the baseline's", rule.max_increase);
    measured.figure(format!("{what}, candidate"), Some(ours), bound);
    let increase = ours - theirs;
    if increase > rule.max_increase * theirs && increase > rule.negligible {
        measured.add(Outcome::Fail, format!("{what}: {ours:.4} where the baseline has {theirs:.4}"));
    }
    measured
}
