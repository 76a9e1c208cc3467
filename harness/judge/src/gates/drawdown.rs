//! Gate `drawdown`: the deepest drawdown does not deepen by more than the policy allows, in points and in proportion.
//!
//! The deepest drawdown of one run is one number of one path, and moves by points when nothing but a seed changes. So the
//! bounds are held by the *mean* over all historical runs, and a single run is refused only at a multiple of them:
//!
//! ```text
//! mean over runs   deeper by ≤ 2 points and by ≤ 15 % of the baseline's
//! every run        deeper by ≤ 3 × 2 points or by ≤ 3 × 15 %
//! ```

use super::finding::{Measured, Outcome};
use super::rules::DrawdownRule;
use crate::evidence::{Evidence, Part, Run};

/// Compares the deepest drawdowns of both sides over the historical runs.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &DrawdownRule) -> Measured {
    let mut measured = Measured::new();
    let (mut ours, mut theirs, mut runs) = (0.0, 0.0, 0.0);
    let mut worst: Option<f64> = None;
    for run in evidence.of_part(Part::Historical) {
        let (Some(candidate), Some(baseline)) = (run.candidate.drawdown(), run.baseline.drawdown()) else {
            measured.add(Outcome::Inconclusive, format!("{}: no drawdown on one side", run.case));
            continue;
        };
        // Drawdowns are negative: an increase is how much deeper the candidate's is.
        let increase = baseline - candidate;
        worst = Some(worst.map_or(increase, |worst| worst.max(increase)));
        single(run, [candidate, baseline], rule, &mut measured);
        (ours, theirs, runs) = (ours + candidate, theirs + baseline, runs + 1.0);
    }
    if runs == 0.0 {
        measured.add(Outcome::Inconclusive, "no historical run has a drawdown on both sides");
        return measured;
    }
    let (ours, theirs) = (ours / runs, theirs / runs);
    let (increase, bound) =
        (theirs - ours, format!("at most {} and {} of it", rule.max_increase, rule.max_relative_increase));
    measured.figure("mean drawdown, baseline", Some(theirs), "");
    measured.figure("mean increase of a drawdown", Some(increase), bound);
    measured.figure("largest increase in a run", worst, format!("at most {} times that", rule.worst_run_multiple));
    let deeper = increase > rule.max_increase || increase > rule.max_relative_increase * theirs.abs();
    if deeper && increase > rule.negligible {
        let [ours, theirs] = [ours, theirs].map(|drawdown| drawdown * 100.0);
        measured.add(Outcome::Fail, format!("the mean drawdown is {ours:.2} % where the baseline's is {theirs:.2} %"));
    }
    measured
}

/// A single run is refused beyond both bounds, each at the multiple.
fn single(run: &Run, [ours, theirs]: [f64; 2], rule: &DrawdownRule, measured: &mut Measured) {
    let increase = theirs - ours;
    let points = rule.worst_run_multiple * rule.max_increase;
    let share = rule.worst_run_multiple * rule.max_relative_increase * theirs.abs();
    if increase > points.max(share) {
        let [ours, theirs] = [ours, theirs].map(|drawdown| drawdown * 100.0);
        measured
            .add(Outcome::Fail, format!("{}: drawdown {ours:.2} % where the baseline's is {theirs:.2} %", run.case));
    }
}
