//! The difference in every slice of the days at once: each regime, each bucket of stability.
//!
//! A dimension gives each day the number of its slice. Whole days are resampled, in blocks and in pairs, and each
//! resample says something about every slice, so the statistics of different slices, and of different dimensions over the
//! same days, keep the dependence they have. That is what [`super::stepdown`] needs to be less strict than Bonferroni.
//!
//! For each slice there are two statistics: the difference of Sharpe ratios over its days, and the difference of
//! mean returns, candidate less baseline. The number of days in a slice varies from resample to resample, as it would
//! from history to history. Sums come from prefix sums of each slice's deviations from its own means
//! ([`super::blocks`] has the plan), so the cost is two look-ups for each run and slice, however long the history.
//!
//! In a resample with fewer than two days or no spread in a slice its ratio does not exist. There the centred statistic
//! is as far from zero, in both directions, as the farthest of that slice (so it never helps to reject), and a slice where
//! that happens in more than one resample in twenty, or with fewer than ten days, is left out by name.
//!
//! ```
//! use domain::seed::{Seed, Streams};
//! use judge::statistics::blocks::{Draws, Scheme};
//! use judge::statistics::slices::{Claim, bootstrap};
//! let baseline: Vec<f64> = (0..400).map(|day| f64::from(day * 37 % 101) / 1e4 - 0.005).collect();
//! // In the second half the candidate loses two tenths of a per cent a day.
//! let lost = |day: usize| if day < 200 { 0.0 } else { 0.002 };
//! let candidate: Vec<f64> = (0..400).map(|day| f64::from(day as u32 * 53 % 97) / 1e4 - 0.0048 - lost(day)).collect();
//! let halves: Vec<u16> = (0..400).map(|day| day / 200).collect();
//! let scheme = Scheme::Stationary { mean_days: 5.0 };
//! let draws = Draws { streams: Streams::new(Seed(1)), name: &["gate", "slices"], scheme, resamples: 499 };
//! let found = bootstrap(&candidate, &baseline, &[&halves], &draws)?;
//! assert_eq!((found.slices[1].dimension, found.slices[1].slice, found.slices[1].days), (0, 1, 200));
//! let worse = found.sharpe_p_values(Claim::Worse)?;
//! assert!(worse[0].adjusted > 0.2 && worse[1].adjusted < 0.01);
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use serde::{Deserialize, Serialize};

use super::blocks::{Draws, Run};
use super::prefix::Prefix;
use super::refusal::Refusal;
use super::sample::{Centred, check, same_length, settled};
use super::sharpe_difference::{DAYS_LEAST, deviation};
use super::stepdown::{Adjusted, romano_wolf};

/// One resample in so many may be without a slice's statistic before the slice is left out.
const MISSING_ONE_IN: usize = 20;

/// Which side of zero the difference is claimed to be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The candidate is better.
    Better,
    /// The candidate is worse.
    Worse,
    /// They differ.
    Different,
}

/// A figure, its standard error and its resamples around the figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resampled {
    /// Over the slice's days, candidate less baseline.
    pub point: f64,
    /// The deviation (ddof 1) of the resamples.
    pub standard_error: f64,
    /// Each resample's figure less `point`; as many as resamples were drawn, in the order of the draws.
    pub centred: Vec<f64>,
    /// The places in `centred` of resamples without a figure, ascending; they hold the largest distance of the slice.
    pub missing: Vec<usize>,
}

/// One slice of one dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// The place of its dimension among those given, from 0.
    pub dimension: usize,
    /// Its number within the dimension.
    pub slice: u16,
    /// Its days.
    pub days: usize,
    /// The difference of Sharpe ratios, per day.
    pub sharpe: Resampled,
    /// The difference of mean returns, per day.
    pub mean: Resampled,
}

/// All slices over the same resamples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SliceBootstrap {
    /// By dimension, then by number.
    pub slices: Vec<Slice>,
    /// `(dimension, slice, days)` of slices with too few days, without spread, or too often absent from resamples.
    pub left_out: Vec<(usize, u16, usize)>,
}

impl SliceBootstrap {
    /// Step-down p-values of the claim about the Sharpe difference of each slice, in the order of `slices`.
    ///
    /// # Errors
    /// [`Refusal`] without a slice.
    pub fn sharpe_p_values(&self, claim: Claim) -> Result<Vec<Adjusted>, Refusal> {
        step_down(self.slices.iter().map(|slice| &slice.sharpe), claim)
    }

    /// The same about the difference of mean returns.
    ///
    /// # Errors
    /// [`Refusal`] without a slice.
    pub fn mean_p_values(&self, claim: Claim) -> Result<Vec<Adjusted>, Refusal> {
        step_down(self.slices.iter().map(|slice| &slice.mean), claim)
    }
}

fn step_down<'a>(figures: impl Iterator<Item = &'a Resampled>, claim: Claim) -> Result<Vec<Adjusted>, Refusal> {
    let (observed, rows): (Vec<f64>, Vec<Vec<f64>>) = figures.map(|figure| studentised(figure, claim)).unzip();
    romano_wolf(&observed, &rows)
}

/// The observed statistic and its resamples, so that large ones speak for the claim.
fn studentised(figure: &Resampled, claim: Claim) -> (f64, Vec<f64>) {
    // Without an error there is no difference in any resample, and none at all: zero against zeros gives 1.
    let scale = if figure.standard_error > 0.0 { 1.0 / figure.standard_error } else { 0.0 };
    let seen = |value: f64| match claim {
        Claim::Better => value * scale,
        Claim::Worse => -value * scale,
        Claim::Different => value.abs() * scale,
    };
    let mut row: Vec<f64> = figure.centred.iter().map(|value| seen(*value)).collect();
    figure.missing.iter().for_each(|at| row[*at] = (figure.centred[*at] * scale).abs());
    (seen(figure.point), row)
}

/// The paired bootstrap over all slices of all `dimensions`; each holds one slice number a day.
///
/// # Errors
/// [`Refusal`] for series or dimensions of different lengths, fewer than ten days, values that are not finite, and
/// parameters of the draws out of range.
pub fn bootstrap(
    candidate: &[f64],
    baseline: &[f64],
    dimensions: &[&[u16]],
    draws: &Draws<'_>,
) -> Result<SliceBootstrap, Refusal> {
    check(candidate, DAYS_LEAST)?;
    same_length(candidate, baseline)?;
    check(baseline, DAYS_LEAST)?;
    for dimension in dimensions {
        if dimension.len() != candidate.len() {
            return Err(Refusal::LengthsDiffer { expected: candidate.len(), found: dimension.len() });
        }
    }
    let plans = draws.all(candidate.len())?;
    let mut found = SliceBootstrap { slices: Vec::new(), left_out: Vec::new() };
    for (dimension, numbers) in dimensions.iter().enumerate() {
        let mut present = numbers.to_vec();
        present.sort_unstable();
        present.dedup();
        for slice in present {
            let members: Vec<usize> = (0..numbers.len()).filter(|day| numbers[*day] == slice).collect();
            match figures(candidate, baseline, &members, &plans) {
                Some((sharpe, mean)) => {
                    found.slices.push(Slice { dimension, slice, days: members.len(), sharpe, mean });
                }
                None => found.left_out.push((dimension, slice, members.len())),
            }
        }
    }
    Ok(found)
}

/// Both figures of one slice; `None` when it says too little.
fn figures(
    candidate: &[f64],
    baseline: &[f64],
    members: &[usize],
    plans: &[Vec<Run>],
) -> Option<(Resampled, Resampled)> {
    let of = |series: &[f64]| {
        let values: Vec<f64> = members.iter().map(|day| series[*day]).collect();
        Centred::of(&values, DAYS_LEAST, "the slice").ok()
    };
    let (ours, theirs) = (of(candidate)?, of(baseline)?);
    let prefix = masked(candidate.len(), members, &ours, &theirs);
    let (sharpe_point, mean_point) = (settled(ours.sharpe() - theirs.sharpe()), ours.mean - theirs.mean);
    let (mut sharpes, mut means) = (Vec::with_capacity(plans.len()), Vec::with_capacity(plans.len()));
    for plan in plans {
        let [days, x, squares_x, y, squares_y] = prefix.total(plan);
        means.push((days >= 1.0).then(|| (x - y) / days));
        let ratios = (days >= 2.0)
            .then(|| ours.sharpe_of(days, x, squares_x).zip(theirs.sharpe_of(days, y, squares_y)))
            .flatten();
        sharpes.push(ratios.map(|(ours, theirs)| settled(ours - theirs) - sharpe_point));
    }
    Some((resampled(sharpe_point, &sharpes)?, resampled(mean_point, &means)?))
}

/// Running sums of one slice: days, then both series' deviations and their squares; zero on other days.
fn masked(days: usize, members: &[usize], ours: &Centred, theirs: &Centred) -> Prefix<5> {
    let mut rows = vec![[0.0; 5]; days];
    for (at, day) in members.iter().enumerate() {
        let (x, y) = (ours.deviations[at], theirs.deviations[at]);
        rows[*day] = [1.0, x, x * x, y, y * y];
    }
    Prefix::of(days, |day| rows[day])
}

/// Fills what is missing; `None` when too much is.
fn resampled(point: f64, centred: &[Option<f64>]) -> Option<Resampled> {
    let known: Vec<f64> = centred.iter().copied().flatten().collect();
    let missing: Vec<usize> = (0..centred.len()).filter(|at| centred[*at].is_none()).collect();
    if known.is_empty() || missing.len() * MISSING_ONE_IN > centred.len() {
        return None;
    }
    let farthest = known.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let centred = centred.iter().map(|value| value.unwrap_or(farthest)).collect();
    Some(Resampled { point, standard_error: deviation(&known), centred, missing })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::blocks::Scheme;
    use super::super::series::{copied, draws, plain_sharpe, returns};
    use super::super::sharpe_difference;
    use super::{Claim, bootstrap};

    const BLOCKS: Scheme = Scheme::Stationary { mean_days: 8.0 };

    fn thirds(days: usize) -> Vec<u16> {
        (0..days).map(|day| [0, 7, 9][day / 10 % 3]).collect()
    }

    #[test]
    fn copying_days_gives_the_same_statistics() {
        let (candidate, baseline) = (returns(1, "a", 300, 0.1), returns(1, "b", 300, 0.0));
        let thirds = thirds(300);
        let draws = draws(1, BLOCKS, 30);
        let found = bootstrap(&candidate, &baseline, &[&thirds], &draws).unwrap();
        assert_eq!(found.slices.iter().map(|slice| slice.slice).collect::<Vec<_>>(), [0, 7, 9]);
        let numbers: Vec<f64> = thirds.iter().map(|number| f64::from(*number)).collect();
        for (at, plan) in draws.all(300).unwrap().iter().enumerate() {
            let days = copied(&numbers, plan);
            let (a, b) = (copied(&candidate, plan), copied(&baseline, plan));
            for slice in &found.slices {
                let here = |series: &[f64]| -> Vec<f64> {
                    let inside = |(day, value): (&f64, &f64)| (*day == f64::from(slice.slice)).then_some(*value);
                    days.iter().zip(series).filter_map(inside).collect()
                };
                let (a, b) = (here(&a), here(&b));
                let sharpe = plain_sharpe(&a) - plain_sharpe(&b) - slice.sharpe.point;
                let mean = (a.iter().sum::<f64>() - b.iter().sum::<f64>()) / a.len() as f64 - slice.mean.point;
                assert!((slice.sharpe.centred[at] - sharpe).abs() < 1e-11);
                assert!((slice.mean.centred[at] - mean).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn one_slice_of_all_days_is_the_whole_difference() {
        let (candidate, baseline) = (returns(2, "a", 250, 0.05), returns(2, "b", 250, 0.0));
        let draws = draws(2, BLOCKS, 300);
        let whole = sharpe_difference::bootstrap(&candidate, &baseline, &draws, 0.95).unwrap();
        let found = bootstrap(&candidate, &baseline, &[&[3; 250]], &draws).unwrap();
        let sharpe = &found.slices[0].sharpe;
        assert!((sharpe.point - whole.point_day).abs() < 1e-15);
        assert!((sharpe.standard_error - whole.standard_error_day).abs() < 1e-12);
    }

    #[test]
    fn the_slice_that_is_worse_is_found() {
        let thirds = thirds(900);
        let baseline = returns(3, "b", 900, 0.05);
        let worse = |(day, value): (usize, &f64)| value - if thirds[day] == 7 { 0.004 } else { 0.0 };
        let noise = returns(4, "n", 900, 0.0);
        let candidate: Vec<f64> = baseline.iter().zip(&noise).map(|(a, b)| a + 0.3 * b).collect();
        let candidate: Vec<f64> = candidate.iter().enumerate().map(worse).collect();
        let found = bootstrap(&candidate, &baseline, &[&thirds, &[0; 900]], &draws(3, BLOCKS, 399)).unwrap();
        let p_values = found.sharpe_p_values(Claim::Worse).unwrap();
        assert!(
            p_values[1].adjusted <= 0.01 && p_values[0].adjusted > 0.05 && p_values[2].adjusted > 0.05,
            "{p_values:?}"
        );
        assert!(found.mean_p_values(Claim::Worse).unwrap()[1].adjusted <= 0.01);
        assert!(found.mean_p_values(Claim::Different).unwrap()[1].adjusted <= 0.01);
        assert!(found.sharpe_p_values(Claim::Better).unwrap()[1].adjusted > 0.9);
    }

    #[test]
    fn the_same_series_differs_nowhere() {
        let series = returns(4, "a", 300, 0.0);
        let found = bootstrap(&series, &series, &[&thirds(300)], &draws(4, BLOCKS, 99)).unwrap();
        for claim in [Claim::Better, Claim::Worse, Claim::Different] {
            assert!(found.sharpe_p_values(claim).unwrap().iter().all(|p| p.raw == 1.0 && p.adjusted == 1.0));
            assert!(found.mean_p_values(claim).unwrap().iter().all(|p| p.adjusted == 1.0));
        }
    }

    #[test]
    fn slices_that_say_too_little_are_named() {
        let (candidate, baseline) = (returns(5, "a", 300, 0.0), returns(5, "b", 300, 0.0));
        let mut numbers = vec![0; 300];
        numbers[..9].fill(1);
        // Ten days in one block are absent from many a resample.
        numbers[50..60].fill(2);
        let found = bootstrap(&candidate, &baseline, &[&numbers], &draws(5, BLOCKS, 200)).unwrap();
        assert_eq!(found.left_out, [(0, 1, 9), (0, 2, 10)]);
        assert_eq!(found.slices.len(), 1);
        let none = bootstrap(&candidate, &baseline, &[], &draws(5, BLOCKS, 200)).unwrap();
        assert!(none.sharpe_p_values(Claim::Worse).is_err());
        assert!(bootstrap(&candidate, &baseline, &[&numbers[1..]], &draws(5, BLOCKS, 9)).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn swapping_the_two_swaps_the_claims(seed: u64) {
            let (a, b) = (returns(seed, "a", 150, 0.1), returns(seed, "b", 150, 0.0));
            let thirds = thirds(150);
            let there = bootstrap(&a, &b, &[&thirds], &draws(seed, BLOCKS, 49)).unwrap();
            let back = bootstrap(&b, &a, &[&thirds], &draws(seed, BLOCKS, 49)).unwrap();
            prop_assert_eq!(there.sharpe_p_values(Claim::Worse), back.sharpe_p_values(Claim::Better));
            prop_assert_eq!(there.slices[0].mean.point, -back.slices[0].mean.point);
        }
    }
}
