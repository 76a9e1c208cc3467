//! Gate `ablation`: without the features that were derived from crises, most of the Sharpe ratio is still there.
//!
//! A config that owes its past to having learnt of 2008 has learnt 2008. The candidate is run again over the same
//! cases with those features switched off, and must keep a share of its own ratio.

use super::finding::{Measured, Outcome};
use super::rules::AblationRule;
use crate::evidence::{Evidence, Part, Run};
use crate::metrics::returns;

/// Compares the candidate with itself.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &AblationRule) -> Measured {
    let mut measured = Measured::new();
    let (mut full, mut ablated, mut runs) = (Vec::new(), Vec::new(), 0_u32);
    for run in evidence.of_part(Part::Ablated) {
        let whole = evidence.of_part(Part::Historical).find(|whole| whole.case == run.case);
        match whole.and_then(|whole| both(whole, run)) {
            Some((whole, without)) => {
                full.extend(whole);
                ablated.extend(without);
                runs += 1;
            }
            None => {
                measured.add(Outcome::Inconclusive, format!("{}: no returns with and without the features", run.case))
            }
        }
    }
    measured.count("ablated runs", u64::from(runs), format!("at least {}", rule.min_runs));
    if runs < rule.min_runs {
        measured.add(Outcome::Inconclusive, format!("{runs} ablated runs where the policy asks for {}", rule.min_runs));
    }
    let (full, ablated) = (returns::sharpe_ratio(&full), returns::sharpe_ratio(&ablated));
    measured.figure("Sharpe ratio with the features", full, "");
    measured.figure("Sharpe ratio without", ablated, format!("at least {} of it", rule.min_share));
    match (full, ablated) {
        (Some(full), _) if full <= 0.0 => {
            measured.add(Outcome::Inconclusive, "the candidate has no Sharpe ratio of which a share could be left");
        }
        (Some(full), Some(ablated)) if ablated < rule.min_share * full => {
            measured.add(
                Outcome::Fail,
                format!("without crisis features the Sharpe ratio falls from {full:.3} to {ablated:.3}"),
            );
        }
        (Some(_), Some(_)) => {}
        _ => measured.add(Outcome::Inconclusive, "no Sharpe ratio with and without the features"),
    }
    measured
}

fn both(whole: &Run, ablated: &Run) -> Option<(Vec<f64>, Vec<f64>)> {
    Some((whole.candidate.returns()?, ablated.candidate.returns()?))
}
