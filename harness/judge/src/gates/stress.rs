//! Gates `cost-stress` and `capacity`: at a multiple of costs, and at a multiple of capital, the candidate loses no more
//! of its Sharpe ratio than the baseline does, up to a margin.
//!
//! ```text
//! excess fall = (candidate − candidate stressed) − (baseline − baseline stressed) ≤ max_drop
//! ```
//!
//! A stress that leaves the baseline as it was has stressed nothing, and says nothing.

use super::finding::{Measured, Outcome};
use super::rules::StressRule;
use crate::evidence::side::Side;
use crate::evidence::{Evidence, Part, Run};
use crate::metrics::returns;

/// Compares the falls of both sides under the stress of `part`.
#[must_use]
pub fn judge(evidence: &Evidence, part: Part, rule: &StressRule) -> Measured {
    let mut measured = Measured::new();
    let stressed: Vec<&Run> = evidence.of_part(part).collect();
    let calm = |run: &Run| evidence.of_part(Part::Historical).find(|calm| calm.case == run.case);
    let pairs: Vec<(&Run, &Run)> = stressed.iter().filter_map(|run| Some((calm(run)?, *run))).collect();
    measured.count(format!("{part} runs"), pairs.len() as u64, format!("at least {}", rule.min_runs));
    if pairs.len() < stressed.len() {
        measured.add(Outcome::Inconclusive, format!("a {part} run has no historical run of its case"));
    }
    if pairs.len() < rule.min_runs as usize {
        measured.add(
            Outcome::Inconclusive,
            format!("{} {part} runs where the policy asks for {}", pairs.len(), rule.min_runs),
        );
    }
    let effect = effect(&pairs);
    measured.figure("largest change of a daily return, baseline", effect, format!("at least {}", rule.min_effect));
    if !pairs.is_empty() && effect.is_none_or(|effect| effect < rule.min_effect) {
        measured
            .add(Outcome::Inconclusive, format!("no {part} run of the baseline is another one: nothing was stressed"));
    }
    let (ours, theirs) = (fall(&pairs, |run| &run.candidate), fall(&pairs, |run| &run.baseline));
    measured.figure("fall of the Sharpe ratio, baseline", theirs, "");
    measured.figure("fall of the Sharpe ratio, candidate", ours, format!("at most {} more", rule.max_drop));
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours - theirs > rule.max_drop => {
            measured.add(
                Outcome::Fail,
                format!("the Sharpe ratio falls by {ours:.3} where the baseline's falls by {theirs:.3}"),
            );
        }
        (Some(_), Some(_)) => {}
        _ => measured.add(Outcome::Inconclusive, "no Sharpe ratio with and without the stress on both sides"),
    }
    measured
}

/// A historical run and the stressed run of its case.
type Stressed<'a> = (&'a Run, &'a Run);

/// The largest change that the stress makes to a daily return of the baseline.
fn effect(pairs: &[Stressed<'_>]) -> Option<f64> {
    let changes = pairs.iter().filter_map(|(calm, stressed)| {
        let (calm, stressed) = (calm.baseline.returns()?, stressed.baseline.returns()?);
        calm.iter().zip(&stressed).map(|(calm, stressed)| (stressed - calm).abs()).max_by(f64::total_cmp)
    });
    changes.max_by(f64::total_cmp)
}

/// By how much the Sharpe ratio of one side falls under the stress, over all pairs together.
fn fall(pairs: &[Stressed<'_>], side: fn(&Run) -> &Side) -> Option<f64> {
    let calm: Option<Vec<Vec<f64>>> = pairs.iter().map(|(calm, _)| side(calm).returns()).collect();
    let stressed: Option<Vec<Vec<f64>>> = pairs.iter().map(|(_, stressed)| side(stressed).returns()).collect();
    Some(returns::sharpe_ratio(&calm?.concat())? - returns::sharpe_ratio(&stressed?.concat())?)
}
