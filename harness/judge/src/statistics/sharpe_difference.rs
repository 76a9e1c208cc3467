//! The difference of two Sharpe ratios over the same days, resampled in blocks.
//!
//! Candidate and baseline see the same market, so their days are resampled in pairs; whatever moves both moves both in
//! each resample, and the interval of the difference is far narrower than two separate intervals would make it. A
//! resample's two ratios come from four sums over its runs ([`super::blocks`]), never from copied days.
//!
//! The interval is the percentile interval (Efron 1979; for dependent days Politis and Romano 1994), and the p-values
//! are read off the same distribution: "the candidate is worse" has as its p-value the share of resamples in which it is
//! not worse. So a p-value below 2.5 % and a 95 % interval that leaves out zero are one statement. The
//! distribution is not studentised; [`super::studentised`] is, and is the more exact test when days are few.
//!
//! A difference below 1e-12 a day counts as zero: the same series at another leverage has the same ratio, up to rounding.
//! A resample without spread has no ratio. It is left out of the interval, counts as a hit against both claims, and
//! more than half of such resamples are refused.
//!
//! ```
//! use domain::seed::{Seed, Streams};
//! use judge::statistics::blocks::{Draws, Scheme};
//! use judge::statistics::sharpe_difference::bootstrap;
//! let baseline: Vec<f64> = (0..250).map(|day| f64::from(day * 37 % 101) / 1e4 - 0.005).collect();
//! let candidate: Vec<f64> = baseline.iter().map(|value| value + 0.002).collect();
//! let scheme = Scheme::Stationary { mean_days: 5.0 };
//! let draws = Draws { streams: Streams::new(Seed(1)), name: &["gate", "sharpe"], scheme, resamples: 999 };
//! let found = bootstrap(&candidate, &baseline, &draws, 0.95)?;
//! assert!(found.lower_day > 0.0 && found.lower_day < found.point_day && found.point_day < found.upper_day);
//! assert_eq!((found.p_better, found.p_worse), (0.001, 1.0)); // one of 1 + 999, all of them
//! assert!((found.point_annual / found.point_day - 252_f64.sqrt()).abs() < 1e-12);
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use serde::{Deserialize, Serialize};

use super::blocks::Draws;
use super::prefix::Prefix;
use super::refusal::{Refusal, open_unit};
use super::sample::{Centred, p_value, quantile, same_length, settled, sort};
use crate::metrics::returns::DAYS_A_YEAR;

/// Days below which a Sharpe ratio says nothing.
pub(super) const DAYS_LEAST: usize = 10;

/// A difference of Sharpe ratios, candidate less baseline, with its interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharpeDifference {
    /// The candidate's ratio less the baseline's, per day.
    pub point_day: f64,
    /// The lower end of the interval, per day.
    pub lower_day: f64,
    /// The upper end of the interval, per day.
    pub upper_day: f64,
    /// √252 times `point_day`.
    pub point_annual: f64,
    /// √252 times `lower_day`.
    pub lower_annual: f64,
    /// √252 times `upper_day`.
    pub upper_annual: f64,
    /// The deviation (ddof 1) of the resampled differences, per day; 0 when all are equal.
    pub standard_error_day: f64,
    /// The share of the interval, in (0, 1).
    pub level: f64,
    /// The claim "the candidate is worse": small when hardly a resample has a difference of zero or above.
    pub p_worse: f64,
    /// The claim "the candidate is better": small when hardly a resample has a difference of zero or below.
    pub p_better: f64,
    /// Resamples drawn.
    pub resamples: usize,
    /// Resamples without spread in one of the series.
    pub degenerate: usize,
}

/// The difference of the Sharpe ratios of two series over the same days, its two-sided percentile interval at
/// `level`, and both one-sided p-values.
///
/// # Errors
/// [`Refusal`] below ten days, for series of different lengths, values that are not finite, series without spread, a
/// level outside (0, 1), parameters of the draws out of range, or when most resamples have no spread.
pub fn bootstrap(
    candidate: &[f64],
    baseline: &[f64],
    draws: &Draws<'_>,
    level: f64,
) -> Result<SharpeDifference, Refusal> {
    open_unit("level", level)?;
    let pair = Pair::of(candidate, baseline)?;
    let mut ascending = resampled(&pair, draws)?;
    sort(&mut ascending);
    let degenerate = draws.resamples - ascending.len();
    if degenerate > ascending.len() {
        return Err(Refusal::Degenerate { degenerate, resamples: draws.resamples });
    }
    let below = ascending.partition_point(|difference| *difference < 0.0);
    let at_most_zero = ascending.partition_point(|difference| *difference <= 0.0);
    let (point, tail) = (pair.difference(), (1.0 - level) / 2.0);
    let (lower, upper) = (quantile(&ascending, tail), quantile(&ascending, 1.0 - tail));
    let annual = DAYS_A_YEAR.sqrt();
    Ok(SharpeDifference {
        point_day: point,
        lower_day: lower,
        upper_day: upper,
        point_annual: point * annual,
        lower_annual: lower * annual,
        upper_annual: upper * annual,
        standard_error_day: deviation(&ascending),
        level,
        p_worse: p_value(draws.resamples - below, draws.resamples),
        p_better: p_value(at_most_zero + degenerate, draws.resamples),
        resamples: draws.resamples,
        degenerate,
    })
}

/// The resampled differences in the order of their draws, without those that have none.
fn resampled(pair: &Pair, draws: &Draws<'_>) -> Result<Vec<f64>, Refusal> {
    let days = pair.days();
    let prefix = pair.prefix();
    let mut plans = draws.plans(days)?;
    let (mut runs, mut differences) = (Vec::new(), Vec::with_capacity(draws.resamples));
    for _ in 0..draws.resamples {
        plans.draw(&mut runs);
        differences.extend(pair.difference_of(days as f64, prefix.total(&runs)));
    }
    Ok(differences)
}

/// The sample deviation (ddof 1); 0 below two values.
pub(super) fn deviation(values: &[f64]) -> f64 {
    let moments = crate::metrics::moments::Moments::of(values);
    moments.and_then(|moments| moments.deviation_sample()).unwrap_or(0.0)
}

/// Candidate and baseline over the same days.
pub(super) struct Pair {
    pub candidate: Centred,
    pub baseline: Centred,
}

impl Pair {
    pub(super) fn of(candidate: &[f64], baseline: &[f64]) -> Result<Self, Refusal> {
        same_length(candidate, baseline)?;
        let candidate = Centred::of(candidate, DAYS_LEAST, "the candidate")?;
        Ok(Self { candidate, baseline: Centred::of(baseline, DAYS_LEAST, "the baseline")? })
    }

    pub(super) fn days(&self) -> usize {
        self.candidate.deviations.len()
    }

    /// Running sums of the candidate's deviations and their squares, then the baseline's.
    pub(super) fn prefix(&self) -> Prefix<4> {
        let (candidate, baseline) = (&self.candidate.deviations, &self.baseline.deviations);
        Prefix::of(self.days(), |day| {
            let (x, y) = (candidate[day], baseline[day]);
            [x, x * x, y, y * y]
        })
    }

    /// The difference over the whole sample, per day.
    pub(super) fn difference(&self) -> f64 {
        settled(self.candidate.sharpe() - self.baseline.sharpe())
    }

    /// The difference of a resample from the four sums of [`Self::prefix`]; `None` without spread in either.
    pub(super) fn difference_of(&self, days: f64, sums: [f64; 4]) -> Option<f64> {
        let candidate = self.candidate.sharpe_of(days, sums[0], sums[1])?;
        Some(settled(candidate - self.baseline.sharpe_of(days, sums[2], sums[3])?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::blocks::Scheme;
    use super::super::series::{copied, draws, plain_sharpe, returns};
    use super::{Pair, Refusal, bootstrap, resampled};

    const BLOCKS: Scheme = Scheme::Stationary { mean_days: 7.0 };

    #[test]
    fn copying_days_gives_the_same_differences() {
        // A mean of a hundred deviations would eat the digits of sums that are not centred.
        for offset in [0.0, 1.0] {
            let shift = |values: Vec<f64>| values.iter().map(|value| value + offset).collect::<Vec<f64>>();
            let (candidate, baseline) = (shift(returns(1, "a", 700, 0.05)), shift(returns(1, "b", 700, 0.0)));
            let draws = draws(1, BLOCKS, 60);
            let fast = resampled(&Pair::of(&candidate, &baseline).unwrap(), &draws).unwrap();
            let plans = draws.all(700).unwrap();
            for (fast, plan) in fast.iter().zip(&plans) {
                let slow = plain_sharpe(&copied(&candidate, plan)) - plain_sharpe(&copied(&baseline, plan));
                // Both ratios are near `100 · offset`; the bound is 1e-12 of them.
                assert!((fast - slow).abs() < 1e-12 * (1.0 + 100.0 * offset), "{fast} {slow}");
            }
        }
    }

    #[test]
    fn the_interval_covers_at_its_level() {
        // Independent normal pairs with ratios 0.1 and 0.02 a day: the true difference is 0.08.
        let covered = (0..200).filter(|seed| {
            let (candidate, baseline) = (returns(*seed, "a", 250, 0.1), returns(*seed, "b", 250, 0.02));
            let found =
                bootstrap(&candidate, &baseline, &draws(*seed, Scheme::Stationary { mean_days: 4.0 }, 199), 0.95);
            let found = found.unwrap();
            found.lower_day <= 0.08 && 0.08 <= found.upper_day
        });
        // A binomial of 200 at 95 % has deviation 3.1.
        let count = covered.count();
        assert!((178..=198).contains(&count), "{count} of 200 intervals hold the difference");
    }

    #[test]
    fn the_standard_error_is_known_for_normal_days() {
        // Var(SR) = (1 + SR²/2) / n for independent normal days, so two independent series at zero have √(2/n).
        let (candidate, baseline) = (returns(4, "a", 1_000, 0.0), returns(4, "b", 1_000, 0.0));
        let found = bootstrap(&candidate, &baseline, &draws(4, Scheme::Circular { days: 1 }, 1_000), 0.9).unwrap();
        let expected = (2.0_f64 / 1_000.0).sqrt();
        assert!((found.standard_error_day / expected - 1.0).abs() < 0.08, "{}", found.standard_error_day);
    }

    #[test]
    fn the_same_series_is_neither_better_nor_worse() {
        let series = returns(5, "a", 300, 0.03);
        let levered: Vec<f64> = series.iter().map(|value| value * 1.7).collect();
        for other in [&series, &levered] {
            let found = bootstrap(other, &series, &draws(5, BLOCKS, 199), 0.95).unwrap();
            assert_eq!((found.point_day, found.lower_day, found.upper_day), (0.0, 0.0, 0.0));
            assert_eq!((found.p_worse, found.p_better, found.standard_error_day), (1.0, 1.0, 0.0));
        }
    }

    #[test]
    fn golden_figures() {
        // Written down once, the same in debug and release builds: a change here changes every stored interval.
        let (candidate, baseline) = (returns(9, "a", 500, 0.05), returns(9, "b", 500, 0.0));
        let found = bootstrap(&candidate, &baseline, &draws(9, BLOCKS, 199), 0.95).unwrap();
        let bits = [found.point_day, found.lower_day, found.upper_day, found.standard_error_day].map(f64::to_bits);
        assert_eq!(bits, GOLDEN);
    }

    const GOLDEN: [u64; 4] =
        [13_801_176_145_072_295_048, 13_817_125_884_516_689_167, 4_591_770_403_390_166_622, 4_588_824_851_250_746_861];

    #[test]
    fn resamples_without_spread_count_against_both_claims() {
        // One day moves: a resample that misses it has no spread, some (1 − 1/n)^n = 37 % of them.
        let mut series = vec![0.0; 40];
        series[7] = 0.01;
        let found = bootstrap(&series, &series, &draws(6, Scheme::Circular { days: 1 }, 500), 0.95).unwrap();
        assert!((140..230).contains(&found.degenerate), "{}", found.degenerate);
        assert_eq!((found.p_worse, found.p_better), (1.0, 1.0));
    }

    #[test]
    fn what_has_no_ratio_is_refused() {
        let (series, flat) = (returns(7, "a", 20, 0.0), vec![0.001; 20]);
        let draws = draws(7, BLOCKS, 10);
        let refused = |candidate: &[f64], baseline: &[f64], level| bootstrap(candidate, baseline, &draws, level).err();
        assert_eq!(refused(&flat, &series, 0.9), Some(Refusal::NoSpread { what: "the candidate" }));
        assert_eq!(refused(&series, &flat, 0.9), Some(Refusal::NoSpread { what: "the baseline" }));
        assert_eq!(refused(&series, &series[1..], 0.9), Some(Refusal::LengthsDiffer { expected: 20, found: 19 }));
        assert_eq!(refused(&series[..9], &series[..9], 0.9), Some(Refusal::TooFewDays { found: 9, needed: 10 }));
        for strange in [f64::NAN, f64::INFINITY, 1e10] {
            let mut broken = series.clone();
            broken[3] = strange;
            assert_eq!(refused(&broken, &series, 0.9), Some(Refusal::NotFinite { at: 3 }));
        }
        assert!(refused(&series, &series, 1.0).is_some() && refused(&series, &series, f64::NAN).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn swapping_the_two_negates_and_leverage_changes_nothing(seed: u64, leverage in 0.1_f64..10.0) {
            let (a, b) = (returns(seed, "a", 120, 0.05), returns(seed, "b", 120, -0.05));
            let draws = draws(seed, BLOCKS, 99);
            let there = bootstrap(&a, &b, &draws, 0.9).unwrap();
            let back = bootstrap(&b, &a, &draws, 0.9).unwrap();
            prop_assert_eq!(there.point_day, -back.point_day);
            prop_assert!((there.lower_day + back.upper_day).abs() < 1e-12);
            prop_assert_eq!((there.p_worse, there.p_better), (back.p_better, back.p_worse));
            let levered: Vec<f64> = a.iter().map(|value| value * leverage).collect();
            let scaled = bootstrap(&levered, &b, &draws, 0.9).unwrap();
            prop_assert!((scaled.point_day - there.point_day).abs() < 1e-12);
            prop_assert!((scaled.upper_day - there.upper_day).abs() < 1e-12);
        }
    }
}
