//! Gate `scenario-loss`: over resampled histories the worst outcomes are no worse than the baseline's, and within the
//! portfolio's own limit.
//!
//! The expected shortfall at a tail of 5 % is the mean of the worst twentieth of all returns over `horizon_days`, taken
//! over every resampled run together.

use super::finding::{Measured, Outcome};
use super::rules::ScenarioLossRule;
use crate::evidence::side::Side;
use crate::evidence::{Evidence, Part};

/// Compares expected shortfalls.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &ScenarioLossRule) -> Measured {
    let shortfall = |side: &dyn Fn(&crate::evidence::Run) -> Side| {
        let returns =
            evidence.of_part(Part::Bootstrap).flat_map(|run| side(run).horizon_returns(rule.horizon_days as usize));
        expected_shortfall(returns.collect(), rule.tail)
    };
    let ours = shortfall(&|run| run.candidate.clone());
    let theirs = shortfall(&|run| run.baseline.clone());
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

/// Mean loss of the worst `tail` of returns, as a positive number for a loss; `None` below twenty returns in the tail's
/// reciprocal.
fn expected_shortfall(mut returns: Vec<f64>, tail: f64) -> Option<f64> {
    let worst = (returns.len() as f64 * tail).ceil() as usize;
    if (returns.len() as f64) < 1.0 / tail {
        return None;
    }
    returns.sort_unstable_by(f64::total_cmp);
    domain::numeric::mean(returns.get(..worst)?).map(|mean| -mean)
}
