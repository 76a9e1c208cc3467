//! Gate `trials`: the candidate is more than the luckiest of everything that was tried.
//!
//! * The **deflated Sharpe ratio** (Bailey and López de Prado 2014) is the probability that the candidate's true ratio
//!   exceeds the one that the best of as many zero-skill trials is expected to show. The number of independent trials
//!   comes from the ledger, and cannot be talked down by names, files or batteries.
//! * The **probability of overfitting** (Bailey, Borwein, López de Prado and Zhu 2015) asks how often the trial that was
//!   best in one half of the days was below the median in the other.
//! * **Superior predictive ability** (Hansen 2005) asks whether the best trial beats cash at all, given how many there
//!   were.
//!
//! A candidate that is the only trial was not selected, so only the first has anything to say, and it flags.

use super::Terms;
use super::finding::{Measured, Outcome};
use super::rules::TrialsRule;
use crate::evidence::Evidence;
use crate::evidence::checks::TrialCount;
use crate::statistics::deflated::{TrackRecord, deflated_sharpe};

/// Holds the candidate against its search.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &TrialsRule, terms: &Terms<'_>) -> Measured {
    let Some(trials) = &evidence.trials else {
        return Measured::missing("no ledger of trials was asked");
    };
    let mut measured = Measured::new();
    measured.count("behaviours tried", trials.tried, "");
    measured.count("independent trials", trials.effective, "");
    if !trials.holds_candidate || trials.effective == 0 || trials.tried == 0 {
        measured.add(Outcome::Inconclusive, "the candidate's own trial does not stand in the ledger");
        return measured;
    }
    deflated(trials, rule, terms, &mut measured);
    selected(trials, rule, &mut measured);
    measured
}

fn deflated(trials: &TrialCount, rule: &TrialsRule, terms: &Terms<'_>, measured: &mut Measured) {
    let pooled = match terms.pooled {
        Ok(pooled) => pooled,
        Err(what) => return measured.add(Outcome::Inconclusive, what.as_str()),
    };
    let found = TrackRecord::of(&pooled.candidate)
        .and_then(|record| deflated_sharpe(&record, trials.sharpe_variance, trials.effective as usize));
    match found {
        Err(refusal) => measured.add(Outcome::Inconclusive, refusal.to_string()),
        Ok(found) => {
            let bound = format!("at least {}", rule.min_deflated);
            measured.figure("deflated Sharpe ratio", Some(found.probability), bound);
            measured.figure("daily Sharpe ratio that luck would show", Some(found.benchmark_day), "");
            if found.probability < rule.min_deflated {
                let (probability, tried, trials) = (found.probability, trials.tried, trials.effective);
                let reason = format!(
                    "a probability of {probability:.3} that it beats the luckiest of {trials} trials without skill"
                );
                // Alone, nothing was picked; a record that is weak in itself is what `sharpe` and `floor` look at.
                measured.add(if tried > 1 { Outcome::Fail } else { Outcome::Flag }, reason);
            }
        }
    }
}

fn selected(trials: &TrialCount, rule: &TrialsRule, measured: &mut Measured) {
    measured.figure("probability of overfitting", trials.overfitting, format!("at most {}", rule.max_overfitting));
    measured.figure("p-value of no superiority", trials.superiority, format!("at most {}", rule.max_superiority));
    if trials.tried < 2 {
        return;
    }
    match (trials.overfitting, trials.superiority) {
        (Some(overfitting), Some(superiority)) => {
            if overfitting > rule.max_overfitting {
                measured.add(Outcome::Fail, format!("the search overfitted with a probability of {overfitting:.2}"));
            }
            if superiority > rule.max_superiority {
                measured
                    .add(Outcome::Fail, format!("the best of the trials does not beat cash (p = {superiority:.3})"));
            }
        }
        _ => measured.add(Outcome::Inconclusive, "the returns of the other trials are not at hand"),
    }
}
