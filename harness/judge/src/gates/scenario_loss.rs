//! Gate `scenario-loss`: over resampled histories the worst outcomes are no worse than the baseline's, and within the
//! portfolio's own limit.
//!
//! The expected shortfall at a tail of 5 % is the mean of the worst twentieth of all returns over `horizon_days`, taken
//! over every resampled run together.

use super::finding::{Measured, Outcome};
use super::rules::ScenarioLossRule;
use crate::evidence::side::Side;
use crate::evidence::{Evidence, Part, Run};
use crate::statistics::loss::mean_of_worst;

/// Compares expected shortfalls.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &ScenarioLossRule) -> Measured {
    let shortfall = |side: fn(&Run) -> &Side| {
        let runs = evidence.of_part(Part::Bootstrap);
        let returns: Vec<f64> = runs.flat_map(|run| side(run).horizon_returns(rule.horizon_days as usize)).collect();
        expected_shortfall(&returns, rule.tail)
    };
    let (ours, theirs) = (shortfall(|run| &run.candidate), shortfall(|run| &run.baseline));
    let mut measured = Measured::new();
    measured.figure("expected shortfall, baseline", theirs, "");
    let bound = format!("at most {} times the baseline's and {}", rule.max_ratio, rule.limit);
    measured.figure("expected shortfall, candidate", ours, bound);
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        measured.add(Outcome::Inconclusive, "too few resampled returns for a shortfall");
        return measured;
    };
    if ours > rule.limit {
        measured.add(Outcome::Fail, format!("expected shortfall {ours:.4} is above the limit of {}", rule.limit));
    }
    if ours > rule.max_ratio * theirs.max(0.0) {
        measured.add(Outcome::Fail, format!("expected shortfall {ours:.4} where the baseline has {theirs:.4}"));
    }
    measured
}

/// Mean loss of the worst `tail` of returns, as a positive number for a loss; `None` for fewer returns than the tail's
/// reciprocal, of which there is no such tail.
fn expected_shortfall(returns: &[f64], tail: f64) -> Option<f64> {
    let enough = returns.len() as f64 >= 1.0 / tail;
    let worst = (returns.len() as f64 * tail).ceil() as usize;
    mean_of_worst(returns, worst).ok().filter(|_| enough).map(|mean| -mean)
}
