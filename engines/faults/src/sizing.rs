//! Faults in how much of each name is held, and in what the limits leave.
//!
//! v2's weights are the answer of one programme with its limits inside, and nothing checks them afterwards. So what
//! is wrong with a weight is wrong with the answer: a fault of no size would leave v2's portfolio as it is, and a small
//! one is near it. A mistake inside the programme is one of its config ([`crate::altered`]).

use domain::chain::Score;
use domain::decision::TargetWeight;
use domain::ids::Instrument;
use domain::numeric::mean;
use domain::system::Today;

use crate::chance;
use crate::config::Planted;
use crate::kinds::Kind;
use crate::memory::Memory;
use crate::signal::first_by;
use crate::weights::{chosen, in_proportion, total};

/// Trading days over which the size of a daily return is averaged.
const RISK_DAYS: usize = 63;

/// What the weights are made of.
pub(crate) struct Portfolio<'a> {
    /// The names that may be held.
    pub names: &'a [Instrument],
    /// Their scores, and those of names that are held.
    pub scores: &'a [Score],
    /// v2's weights.
    pub weights: Vec<TargetWeight>,
}

/// The weights in the place of v2's own, on a day of decision.
pub(crate) fn weights(
    planted: &Planted,
    today: &Today<'_>,
    portfolio: Portfolio<'_>,
    memory: &mut Memory,
) -> Vec<TargetWeight> {
    let (size, count) = (planted.size, planted.count());
    let Portfolio { names, scores, weights: own } = portfolio;
    memory.decisions += 1;
    match planted.info.kind {
        Kind::Leverage | Kind::HalfInvested | Kind::PerCentForFraction => each(own, |weight| weight * size),
        // The fee stands on the wrong side: what should be kept back of 1 + fee is added to it.
        Kind::FeeSign => each(own, |weight| weight * (1.0 + size) / (1.0 - size).max(f64::MIN_POSITIVE)),
        Kind::Rounding => each(own, |weight| (weight / size).round() * size),
        Kind::ClipsInstead => each(own, |weight| weight.clamp(-size, size)),
        Kind::Concentrated => {
            let invested = total(&own);
            let mut best = first_by(&scores_of(scores, names), count, |score| score.score);
            best.sort_unstable();
            in_proportion(&best.iter().map(|name| (*name, 1.0)).collect::<Vec<_>>(), invested)
        }
        Kind::EqualInstead => {
            in_proportion(&own.iter().map(|target| (target.instrument, 1.0)).collect::<Vec<_>>(), total(&own))
        }
        Kind::IgnoresRisk => by_score(today, &scores_of(scores, names), total(&own), |score| Some(score.score)),
        Kind::RiskAversionNegative => {
            by_score(today, &scores_of(scores, names), total(&own), |score| daily_move(today, score.instrument))
        }
        Kind::StaleWeights => memory.weights.delayed(own, count),
        Kind::ShiftedWeights => shifted(&own, count),
        Kind::LastNamesLost => {
            let left = own.len().saturating_sub(count);
            own.into_iter().take(left).collect()
        }
        Kind::Jitters => {
            memory.weights.keep(own.clone());
            own
        }
        Kind::Churn if memory.decisions.is_multiple_of(2) => churned(own, size),
        Kind::HoldsLosers => chosen(today, &own, |change| change.wanted.max(change.held)),
        Kind::SellsOnly if f64::from(today.day_number) >= size => {
            chosen(today, &own, |change| change.wanted.min(change.held))
        }
        _ => own,
    }
}

/// On a day without a decision: the last weights again, each off by up to a share of itself.
pub(crate) fn jittered(planted: &Planted, today: &Today<'_>, memory: &Memory) -> Option<Vec<TargetWeight>> {
    let last = memory.weights.kept()?.clone();
    let off = |target: TargetWeight| {
        let draw = 2.0 * chance::of_name(planted, today, target.instrument) - 1.0;
        TargetWeight { weight: target.weight * (1.0 + planted.size * draw), ..target }
    };
    Some(last.into_iter().map(off).collect())
}

fn each(mut weights: Vec<TargetWeight>, change: impl Fn(f64) -> f64) -> Vec<TargetWeight> {
    for target in &mut weights {
        target.weight = change(target.weight);
    }
    weights
}

/// The scores of these names alone.
fn scores_of(scores: &[Score], names: &[Instrument]) -> Vec<Score> {
    scores.iter().filter(|score| names.binary_search(&score.instrument).is_ok()).copied().collect()
}

/// `total` in proportion to `measure`, over the names with a positive score and a price.
fn by_score(
    today: &Today<'_>,
    scores: &[Score],
    total: f64,
    measure: impl Fn(&Score) -> Option<f64>,
) -> Vec<TargetWeight> {
    let liked = scores.iter().filter(|score| score.score > 0.0 && today.view.close(score.instrument).is_some());
    let measured: Vec<_> = liked.filter_map(|score| Some((score.instrument, measure(score)?))).collect();
    in_proportion(&measured, total)
}

/// The mean size of a daily return.
fn daily_move(today: &Today<'_>, instrument: Instrument) -> Option<f64> {
    let size = |lag: usize| {
        let (now, then) = (today.view.level(instrument, lag)?, today.view.level(instrument, lag + 1)?);
        (then > 0.0).then(|| (now / then - 1.0).abs())
    };
    mean(&(0..RISK_DAYS).filter_map(size).collect::<Vec<_>>())
}

/// Each name with the weight of the name `places` after it in the portfolio; after the last comes the first.
fn shifted(own: &[TargetWeight], places: usize) -> Vec<TargetWeight> {
    let with = |(at, target): (usize, &TargetWeight)| TargetWeight {
        weight: own[(at + places) % own.len()].weight,
        ..*target
    };
    own.iter().enumerate().map(with).collect()
}

/// The share `size` of every second name is moved to the name before it.
fn churned(mut own: Vec<TargetWeight>, size: f64) -> Vec<TargetWeight> {
    for pair in own.chunks_exact_mut(2) {
        let moved = size * pair[1].weight;
        pair[0].weight += moved;
        pair[1].weight -= moved;
    }
    own
}

#[cfg(test)]
mod tests {
    use domain::decision::TargetWeight;
    use domain::ids::Instrument;

    use super::{churned, shifted};

    fn weighted(weights: &[f64]) -> Vec<TargetWeight> {
        let target = |(at, weight): (u32, &f64)| TargetWeight { instrument: Instrument(at), weight: *weight };
        (0..).zip(weights).map(target).collect()
    }

    #[test]
    fn what_is_churned_or_shifted_is_still_all_there() {
        assert_eq!(churned(weighted(&[0.25, 0.5, 0.125]), 0.5), weighted(&[0.5, 0.25, 0.125]));
        assert_eq!(shifted(&weighted(&[0.25, 0.5, 0.125]), 1), weighted(&[0.5, 0.125, 0.25]));
    }
}
