//! Gate `sharpe`: the Sharpe ratio does not fall by more than the policy allows.
//!
//! Over all historical runs together, days paired, the difference of the ratios is resampled in blocks (Politis and
//! Romano 1994; the mean block length is that of Politis and White 2004 for the difference of the two series). The
//! fall that is allowed is a margin to be shown, not a point to be hit:
//!
//! ```text
//!            worse ◄──────────── 0 ────────────► better
//! pass                     [──────●────]                 the interval stays above −margin
//! fail       [──●──]        │                            below −margin, and worse than 0 beyond doubt
//! neither        [───●──────┼────]                       it could be either: more evidence is needed
//!                        −margin
//! ```
//!
//! So noise does not refuse and lets nothing through.
//!
//! The policy's level is the chance of letting a worse candidate through, over the whole search and not each try of it: it
//! is shared out over the independent trials that the ledger counts (Bonferroni 1936), so the interval widens with each,
//! and the thousandth try must show more than the first. A share that the resamples cannot resolve is taken from the
//! normal distribution where that is wider. A refusal is nothing that a search picks, and stays at the level itself.
//!
//! The p-value of Ledoit and Wolf's studentised test (2008) stands
//! beside it for people; both ways of asking must call it worse before the gate refuses.

use super::Terms;
use super::finding::{Measured, Outcome};
use super::pooled::Pooled;
use super::rules::SharpeRule;
use crate::evidence::Evidence;
use crate::metrics::{normal, returns};
use crate::statistics::block_length::block_length;
use crate::statistics::blocks::{Draws, Scheme};
use crate::statistics::refusal::Refusal;
use crate::statistics::sharpe_difference::{SharpeDifference, bootstrap};
use crate::statistics::studentised::{StudentisedDifference, ledoit_wolf};

/// Tests the difference of the Sharpe ratios.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &SharpeRule, terms: &Terms<'_>) -> Measured {
    let pooled = match terms.pooled {
        Ok(pooled) => pooled,
        Err(what) => return Measured::missing(what.as_str()),
    };
    let mut measured = Measured::new();
    // Without a ledger nothing was searched, as in a change of the engines.
    let tries = evidence.trials.as_ref().map_or(1, |trials| trials.effective.max(1));
    measured.count("tries that share the level", tries, "");
    match tested(pooled, rule.level / tries as f64, terms) {
        Ok((difference, studentised)) => decide(&difference, studentised.as_ref(), rule, &mut measured),
        Err(refusal) => measured.add(Outcome::Inconclusive, refusal.to_string()),
    }
    measured
}

fn tested(
    pooled: &Pooled,
    share: f64,
    terms: &Terms<'_>,
) -> Result<(SharpeDifference, Option<StudentisedDifference>), Refusal> {
    let Pooled { candidate, baseline, .. } = pooled;
    let mean_days = mean_block(candidate, baseline);
    let draws = |scheme| Draws {
        streams: terms.streams,
        name: &["gate", "sharpe"],
        scheme,
        resamples: terms.resamples as usize,
    };
    let stationary = draws(Scheme::Stationary { mean_days });
    let mut difference = bootstrap(candidate, baseline, &stationary, 1.0 - 2.0 * share)?;
    if share * f64::from(terms.resamples) < 1.0 {
        let normal = normal::quantile(share).map(|z| difference.point_day + z * difference.standard_error_day);
        let lower = normal.map_or(difference.lower_day, |normal| normal.min(difference.lower_day));
        (difference.lower_day, difference.lower_annual) = (lower, lower * returns::DAYS_A_YEAR.sqrt());
    }
    let circular = draws(Scheme::Circular { days: mean_days.ceil() as usize });
    // Two series that never part have no studentised difference, and need none.
    Ok((difference, ledoit_wolf(candidate, baseline, &circular).ok()))
}

/// The mean block length for the difference of two series; a week where the difference has no spread.
pub(super) fn mean_block(candidate: &[f64], baseline: &[f64]) -> f64 {
    const WEEK: f64 = 5.0;
    let difference: Vec<f64> = candidate.iter().zip(baseline).map(|(ours, theirs)| ours - theirs).collect();
    block_length(&difference).map_or(WEEK, |found| found.stationary.max(WEEK))
}

fn decide(
    difference: &SharpeDifference,
    studentised: Option<&StudentisedDifference>,
    rule: &SharpeRule,
    measured: &mut Measured,
) {
    let SharpeDifference { point_annual, lower_annual, p_worse, .. } = *difference;
    let margin = rule.max_drop;
    measured.figure("difference of Sharpe ratios", Some(point_annual), format!("at least -{margin}"));
    measured.figure("lower bound of the difference", Some(lower_annual), format!("at least -{margin}"));
    measured.figure("p-value of worse", Some(p_worse), format!("above {}", rule.level));
    let studentised = studentised.map(|found| found.p_worse);
    measured.figure("p-value of worse, studentised", studentised, "");
    if lower_annual >= -margin {
        return;
    }
    let surely_worse = p_worse <= rule.level && studentised.is_none_or(|p_value| p_value <= rule.level);
    if point_annual < -margin && surely_worse {
        measured.add(
            Outcome::Fail,
            format!("the Sharpe ratio falls by {:.3}, more than {margin} (p = {p_worse:.4})", -point_annual),
        );
    } else {
        measured.add(
            Outcome::Inconclusive,
            format!(
                "the Sharpe ratio may fall by {:.3}, and {margin} is allowed: too little evidence that it does not",
                -lower_annual
            ),
        );
    }
}
