//! Gate `plausible`: no run is too good to be true.
//!
//! Whoever knows tomorrow's prices has a Sharpe ratio that nobody has without: over daily returns a ratio of four is
//! beyond every fund on record for more than a year or two. Such a figure is a finding about the data or the harness,
//! not about the config, and nothing is promoted on it.

use super::finding::{Measured, Outcome};
use super::rules::PlausibleRule;
use crate::evidence::{Evidence, Part, Run};

/// Looks for figures that cannot be.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &PlausibleRule) -> Measured {
    let runs: Vec<&Run> =
        evidence.runs.iter().filter(|run| matches!(run.part, Part::Historical | Part::Bootstrap)).collect();
    if runs.is_empty() {
        return Measured::missing("nothing was run");
    }
    let mut measured = Measured::new();
    let mut highest: Option<f64> = None;
    for run in runs {
        match run.candidate.sharpe() {
            // An account that never moves has no ratio, and nothing that could be too good.
            None => {}
            Some(sharpe) => {
                highest = Some(highest.map_or(sharpe, |high| high.max(sharpe)));
                if sharpe > rule.max_sharpe {
                    let (part, case) = (run.part, &run.case);
                    measured.add(
                        Outcome::Fail,
                        format!("{part} {case}: a Sharpe ratio of {sharpe:.2} is beyond {}: look for the future in its inputs", rule.max_sharpe),
                    );
                }
            }
        }
    }
    measured.figure("highest Sharpe ratio of a run", highest, format!("at most {}", rule.max_sharpe));
    if highest.is_none() {
        measured.add(Outcome::Inconclusive, "no run has a Sharpe ratio");
    }
    measured
}
