//! Gate `drawdown`: in no run does the deepest drawdown deepen by more than the policy allows, in points and in
//! proportion.

use super::finding::{Measured, Outcome};
use super::rules::DrawdownRule;
use crate::evidence::{Evidence, Part};

/// Compares the deepest drawdowns of both sides, historical run by historical run.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &DrawdownRule) -> Measured {
    let mut measured = Measured::new();
    let mut worst: Option<f64> = None;
    for run in evidence.of_part(Part::Historical) {
        let (Some(ours), Some(theirs)) = (run.candidate.drawdown(), run.baseline.drawdown()) else {
            measured.add(Outcome::Inconclusive, format!("{}: no drawdown on one side", run.case));
            continue;
        };
        // Drawdowns are negative: an increase is how much deeper the candidate's is.
        let increase = theirs - ours;
        worst = Some(worst.map_or(increase, |worst| worst.max(increase)));
        let deeper = increase > rule.max_increase || increase > rule.max_relative_increase * theirs.abs();
        if deeper && increase > rule.negligible {
            let [ours, theirs] = [ours, theirs].map(|drawdown| drawdown * 100.0);
            measured.add(Outcome::Fail, format!("{}: drawdown {ours:.2} % where the baseline's is {theirs:.2} %", run.case));
        }
    }
    if worst.is_none() {
        measured.add(Outcome::Inconclusive, "no historical run has a drawdown on both sides");
    }
    let bound = format!("at most {} and {} of the baseline's", rule.max_increase, rule.max_relative_increase);
    measured.figure("largest increase of a drawdown", worst, bound);
    measured
}
