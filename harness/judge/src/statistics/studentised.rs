//! The difference of two Sharpe ratios over its standard error (Ledoit and Wolf 2008).
//!
//! "Robust performance hypothesis testing with the Sharpe ratio", Journal of Empirical Finance 15, 850–859. Returns
//! have fat tails and their squares depend on their neighbours' squares, so the textbook test rejects too often. The
//! paper divides the difference by a standard error that knows of dependence, and compares the quotient with quotients of
//! resamples, each over a standard error of its own.
//!
//! The difference is a function of four moments, m = mean and q = mean square of the deviations of each series from its
//! sample mean c: `SR = (c + m) / √(q − m²)`. To first order its error is the mean of the *influences*
//!
//! ```text
//! z[t] = SR'(m) (x[t] − m) + SR'(q) (x[t]² − q),    SR'(m) = 1/s + (c + m) m / s³,    SR'(q) = −(c + m) / (2 s³)
//! ```
//!
//! of the candidate less those of the baseline, so one long-run variance is enough:
//!
//! * over the sample by the Parzen kernel, prewhitened by a first-order autoregression (coefficient within ±0.97), with
//!   the automatic bandwidth 2.6614 (α n)^0.2 of Andrews 1991 for that one series, α = 4 ρ² / (1 − ρ)⁴ from the
//!   whitened series, and the factor n / (n − 4) for the four moments. The paper weights four bandwidths of the four moment
//!   series; with one series, the one whose variance is wanted, there is nothing to weight;
//! * over a resample of l whole blocks of b days by the block sums themselves, `Σ (Σ z in block)² / (l b)`, which is
//!   the natural estimator there, because the blocks are independent; also times n / (n − 4).
//!
//! ```
//! use domain::seed::{Seed, Streams};
//! use judge::statistics::blocks::{Draws, Scheme};
//! use judge::statistics::studentised::ledoit_wolf;
//! let baseline: Vec<f64> = (0..250).map(|day| f64::from(day * 37 % 101) / 1e4 - 0.005).collect();
//! let candidate: Vec<f64> = (0..250).map(|day| f64::from(day * 53 % 97) / 1e4 - 0.001).collect();
//! let scheme = Scheme::Circular { days: 5 };
//! let draws = Draws { streams: Streams::new(Seed(1)), name: &["gate", "studentised"], scheme, resamples: 499 };
//! let found = ledoit_wolf(&candidate, &baseline, &draws)?;
//! assert!(found.difference_day > 1.0 && found.statistic > 8.0);
//! assert_eq!((found.p_different, found.p_better, found.p_worse), (0.002, 0.002, 1.0));
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::{exact, power, sum};
use serde::{Deserialize, Serialize};

use super::blocks::{Draws, Run, Scheme};
use super::prefix::Prefix;
use super::refusal::Refusal;
use super::sample::{Centred, p_value};
use super::sharpe_difference::Pair;
use super::special::normal_below;
use crate::metrics::returns::DAYS_A_YEAR;

/// Moments that were estimated: two of each series.
const MOMENTS: f64 = 4.0;
/// A long-run variance of influences below this is rounding; that of one Sharpe ratio is near 1.
const VARIANCE_LEAST: f64 = 1e-20;
/// A whitening coefficient beyond this would blow the variance up when it is taken back.
const WHITENING_MOST: f64 = 0.97;

/// A difference of Sharpe ratios, candidate less baseline, over its standard error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudentisedDifference {
    /// The candidate's ratio less the baseline's, per day.
    pub difference_day: f64,
    /// √252 times that.
    pub difference_annual: f64,
    /// The standard error of the difference, per day.
    pub standard_error_day: f64,
    /// √252 times that.
    pub standard_error_annual: f64,
    /// Difference over standard error; 0 when the two ratios are the same.
    pub statistic: f64,
    /// Against "they are equal", by the bootstrap: the share of resamples whose quotient is as large on either side.
    pub p_different: f64,
    /// The claim "the candidate is better": small when hardly a quotient is as large.
    pub p_better: f64,
    /// The claim "the candidate is worse": small when hardly a quotient is as low.
    pub p_worse: f64,
    /// Against "they are equal", by the normal distribution alone.
    pub p_different_normal: f64,
    /// Days of a block.
    pub block_days: usize,
    /// Resamples drawn.
    pub resamples: usize,
    /// Resamples without spread; each counts as a hit against every claim.
    pub degenerate: usize,
}

/// The studentised circular block bootstrap of the difference of two Sharpe ratios over the same days. The scheme of
/// the draws must be circular; the days left over after whole blocks are not resampled, as in the paper.
///
/// # Errors
/// [`Refusal`] below ten days or two blocks, for series of different lengths, values that are not finite, series
/// without spread, another scheme, or when the difference has no standard error and is not zero.
pub fn ledoit_wolf(candidate: &[f64], baseline: &[f64], draws: &Draws<'_>) -> Result<StudentisedDifference, Refusal> {
    let pair = Pair::of(candidate, baseline)?;
    let days = pair.days();
    let Scheme::Circular { days: block } = draws.scheme else {
        return Err(Refusal::OutOfRange { what: "scheme", value: 0.0, allowed: "circular" });
    };
    if block == 0 || days / block < 2 {
        return Err(Refusal::count("block days", block, "1 to half of the days"));
    }
    let variance = long_run_variance(&influences(&pair)) * factor(days);
    let difference = pair.difference();
    if variance <= VARIANCE_LEAST {
        return same(difference, block, draws);
    }
    let error = (variance / days as f64).sqrt();
    let statistic = difference / error;
    let (quotients, degenerate) = resampled(&pair, draws, block)?;
    let hits = |holds: &dyn Fn(f64) -> bool| quotients.iter().filter(|quotient| holds(**quotient)).count() + degenerate;
    let p_of = |hits: usize| p_value(hits, draws.resamples);
    let annual = DAYS_A_YEAR.sqrt();
    Ok(StudentisedDifference {
        difference_day: difference,
        difference_annual: difference * annual,
        standard_error_day: error,
        standard_error_annual: error * annual,
        statistic,
        p_different: p_of(hits(&|quotient| quotient.abs() >= statistic.abs())),
        p_better: p_of(hits(&|quotient| quotient >= statistic)),
        p_worse: p_of(hits(&|quotient| quotient <= statistic)),
        p_different_normal: 2.0 * normal_below(-statistic.abs()),
        block_days: block,
        resamples: draws.resamples,
        degenerate,
    })
}

/// The long-run variance `Σ γ(k)` over all lags of a series with mean zero (its own mean is not taken off): Parzen
/// kernel, prewhitened, automatic bandwidth. Never negative; 0 below three values.
pub(super) fn long_run_variance(values: &[f64]) -> f64 {
    if values.len() < 3 {
        return 0.0;
    }
    let rho = first_coefficient(values).clamp(-WHITENING_MOST, WHITENING_MOST);
    let white: Vec<f64> = values.windows(2).map(|pair| pair[1] - rho * pair[0]).collect();
    let days = white.len() as f64;
    let rest = first_coefficient(&white).clamp(-WHITENING_MOST, WHITENING_MOST);
    let alpha = 4.0 * rest * rest / power(1.0 - rest, 4);
    let bandwidth = (2.6614 * exact::pow(alpha * days, 0.2)).min(days - 1.0);
    let mut variance = covariance(&white, 0);
    let mut lag = 1;
    while (lag as f64) < bandwidth {
        variance += 2.0 * parzen(lag as f64 / bandwidth) * covariance(&white, lag);
        lag += 1;
    }
    variance.max(0.0) / ((1.0 - rho) * (1.0 - rho))
}

/// The coefficient of a first-order autoregression without intercept, by least squares; 0 for zeros.
fn first_coefficient(values: &[f64]) -> f64 {
    let (before, after) = (&values[..values.len() - 1], &values[1..]);
    let products: Vec<f64> = before.iter().zip(after).map(|(x, y)| x * y).collect();
    let squares: Vec<f64> = before.iter().map(|x| x * x).collect();
    let below = sum(&squares);
    if below > 0.0 { sum(&products) / below } else { 0.0 }
}

/// `Σ x[t] x[t − lag] / n`.
pub(super) fn covariance(values: &[f64], lag: usize) -> f64 {
    let products: Vec<f64> = values[lag..].iter().zip(values).map(|(x, y)| x * y).collect();
    sum(&products) / values.len() as f64
}

/// The Parzen kernel at `x` in [0, 1].
fn parzen(x: f64) -> f64 {
    let rest = 1.0 - x;
    if x <= 0.5 { 1.0 - 6.0 * x * x * rest } else { 2.0 * rest * rest * rest }
}

/// `n / (n − 4)`; the pair has ten days or more.
fn factor(days: usize) -> f64 {
    days as f64 / (days as f64 - MOMENTS)
}

/// How much each day moves the difference, over the sample.
fn influences(pair: &Pair) -> Vec<f64> {
    let of = |series: &Centred| {
        let days = series.deviations.len() as f64;
        let squares: Vec<f64> = series.deviations.iter().map(|x| x * x).collect();
        Gradient::of(series, 0.0, sum(&squares) / days)
    };
    let (candidate, baseline) = (of(&pair.candidate), of(&pair.baseline));
    let days = pair.candidate.deviations.iter().zip(&pair.baseline.deviations);
    days.map(|(x, y)| candidate.influence(1.0, *x, x * x) - baseline.influence(1.0, *y, y * y)).collect()
}

/// The derivatives of a Sharpe ratio by its two moments, and the moments.
struct Gradient {
    mean: f64,
    square: f64,
    by_mean: f64,
    by_square: f64,
}

impl Gradient {
    fn of(series: &Centred, mean: f64, square: f64) -> Self {
        let variance = square - mean * mean;
        let (deviation, whole) = (variance.sqrt(), series.mean + mean);
        let cube = deviation * variance;
        Self { mean, square, by_mean: 1.0 / deviation + whole * mean / cube, by_square: -whole / (2.0 * cube) }
    }

    /// The summed influences of `days` days with these sums of deviations and squares.
    fn influence(&self, days: f64, sum: f64, squares: f64) -> f64 {
        self.by_mean * (sum - days * self.mean) + self.by_square * (squares - days * self.square)
    }
}

/// The quotients of the resamples around the sample's difference, and how many have none.
fn resampled(pair: &Pair, draws: &Draws<'_>, block: usize) -> Result<(Vec<f64>, usize), Refusal> {
    let blocks = pair.days() / block;
    let covered = (blocks * block) as f64;
    let (prefix, point) = (pair.prefix(), pair.difference());
    let mut plans = draws.plans(pair.days())?;
    let (mut runs, mut quotients) = (Vec::new(), Vec::with_capacity(draws.resamples));
    for _ in 0..draws.resamples {
        plans.draw(&mut runs);
        runs.truncate(blocks);
        let sums = prefix.total(&runs);
        let variance = block_variance(pair, &prefix, &runs, sums, covered) * factor(pair.days());
        let Some(difference) = pair.difference_of(covered, sums) else { continue };
        if variance > VARIANCE_LEAST {
            quotients.push((difference - point) / (variance / covered).sqrt());
        }
    }
    let degenerate = draws.resamples - quotients.len();
    if degenerate > quotients.len() {
        return Err(Refusal::Degenerate { degenerate, resamples: draws.resamples });
    }
    Ok((quotients, degenerate))
}

/// The mean square of the block sums of influences, per day; the influences are those of the resample.
fn block_variance(pair: &Pair, prefix: &Prefix<4>, runs: &[Run], sums: [f64; 4], covered: f64) -> f64 {
    let candidate = Gradient::of(&pair.candidate, sums[0] / covered, sums[1] / covered);
    let baseline = Gradient::of(&pair.baseline, sums[2] / covered, sums[3] / covered);
    let mut total = 0.0;
    for run in runs {
        let (days, part) = (f64::from(run.length), prefix.run(*run));
        let moved = candidate.influence(days, part[0], part[1]) - baseline.influence(days, part[2], part[3]);
        total += moved * moved;
    }
    total / covered
}

/// Two ratios whose difference never moves: equal, or apart for ever and not for this test.
fn same(difference: f64, block: usize, draws: &Draws<'_>) -> Result<StudentisedDifference, Refusal> {
    if difference.abs() > 0.0 {
        return Err(Refusal::NoSpread { what: "the difference" });
    }
    Ok(StudentisedDifference {
        difference_day: 0.0,
        difference_annual: 0.0,
        standard_error_day: 0.0,
        standard_error_annual: 0.0,
        statistic: 0.0,
        p_different: 1.0,
        p_better: 1.0,
        p_worse: 1.0,
        p_different_normal: 1.0,
        block_days: block,
        resamples: draws.resamples,
        degenerate: 0,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::blocks::Scheme;
    use super::super::series::{autoregression, copied, draws, normals, plain_sharpe, returns};
    use super::{Pair, Refusal, ledoit_wolf, long_run_variance, resampled};

    const BLOCKS: Scheme = Scheme::Circular { days: 5 };

    #[test]
    fn the_long_run_variance_of_an_autoregression() {
        // σ² / (1 − ρ)² with unit innovations.
        for (rho, within) in [(0.0, 0.1), (0.5, 0.15), (-0.4, 0.15)] {
            let expected = 1.0 / ((1.0 - rho) * (1.0 - rho));
            let found = long_run_variance(&autoregression(2, "hac", 8_000, rho));
            assert!((found / expected - 1.0).abs() < within, "{rho}: {found} is not {expected}");
        }
        // A moving average of one step, whose autoregression is not its model: (1 + θ)², and some bias above it.
        let draws = normals(3, "hac", 8_000);
        let moving: Vec<f64> = draws.windows(2).map(|pair| pair[1] + 0.6 * pair[0]).collect();
        let found = long_run_variance(&moving);
        assert!((found / 2.56 - 1.0).abs() < 0.2, "{found}");
        assert_eq!(long_run_variance(&[0.0; 50]), 0.0);
    }

    #[test]
    fn the_standard_error_of_independent_normal_days() {
        // Var = (2 (1 − r) + ½ (a² + b² − 2 a b r²)) / n for ratios a, b and correlation r (Jobson and Korkie, Memmel).
        let (common, own) = (normals(5, "common", 20_000), normals(5, "own", 20_000));
        let candidate: Vec<f64> = common.iter().map(|x| 0.01 * (0.3 + x)).collect();
        let baseline: Vec<f64> = common.iter().zip(&own).map(|(x, y)| 0.01 * (0.1 + 0.6 * x + 0.8 * y)).collect();
        let found = ledoit_wolf(&candidate, &baseline, &draws(5, BLOCKS, 1)).unwrap();
        let expected = ((2.0 * 0.4 + 0.5 * (0.09 + 0.01 - 0.06 * 0.36)) / 20_000.0_f64).sqrt();
        assert!((found.standard_error_day / expected - 1.0).abs() < 0.05, "{} {expected}", found.standard_error_day);
        assert!((found.difference_day - 0.2).abs() < 4.0 * expected);
    }

    #[test]
    fn copying_days_gives_the_same_quotients() {
        let (candidate, baseline) = (returns(6, "a", 203, 0.1), returns(6, "b", 203, 0.0));
        let draws = draws(6, BLOCKS, 25);
        let pair = Pair::of(&candidate, &baseline).unwrap();
        let (fast, degenerate) = resampled(&pair, &draws, 5).unwrap();
        assert_eq!(degenerate, 0);
        for (fast, plan) in fast.iter().zip(&draws.all(203).unwrap()) {
            let (x, y) = (copied(&candidate, &plan[..40]), copied(&baseline, &plan[..40]));
            let slow = (plain_sharpe(&x) - plain_sharpe(&y) - pair.difference()) / slow_error(&x, &y);
            assert!((fast - slow).abs() < 1e-9, "{fast} {slow}");
        }
    }

    /// The paper's formula in raw moments, with all four components of ζ; 200 days in 40 blocks, 203 in the sample.
    fn slow_error(x: &[f64], y: &[f64]) -> f64 {
        let n = x.len() as f64;
        let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / n;
        let (m1, m2) = (mean(&mut x.iter().copied()), mean(&mut y.iter().copied()));
        let (g1, g2) = (mean(&mut x.iter().map(|v| v * v)), mean(&mut y.iter().map(|v| v * v)));
        let (c1, c2) = ((g1 - m1 * m1) * (g1 - m1 * m1).sqrt(), (g2 - m2 * m2) * (g2 - m2 * m2).sqrt());
        let gradient = [g1 / c1, -g2 / c2, -0.5 * m1 / c1, 0.5 * m2 / c2];
        let mut psi = [[0.0; 4]; 4];
        for block in 0..40 {
            let mut zeta = [0.0; 4];
            for day in block * 5..block * 5 + 5 {
                let parts = [x[day] - m1, y[day] - m2, x[day] * x[day] - g1, y[day] * y[day] - g2];
                (0..4).for_each(|at| zeta[at] += parts[at] / 5.0_f64.sqrt());
            }
            (0..4).for_each(|row| (0..4).for_each(|column| psi[row][column] += zeta[row] * zeta[column] / 40.0));
        }
        let mut variance = 0.0;
        (0..4).for_each(|a| (0..4).for_each(|b| variance += gradient[a] * psi[a][b] * gradient[b]));
        (variance * 203.0 / 199.0 / n).sqrt()
    }

    #[test]
    fn the_test_holds_its_size() {
        // Independent pairs with the same ratio; of 200 some 10 are rejected at 5 %, with deviation 3.1.
        let rejected = (0..200).filter(|seed| {
            let (candidate, baseline) = (returns(*seed, "a", 120, 0.05), returns(*seed, "b", 120, 0.05));
            ledoit_wolf(&candidate, &baseline, &draws(*seed, BLOCKS, 199)).unwrap().p_different <= 0.05
        });
        let count = rejected.count();
        assert!((2..=20).contains(&count), "{count} of 200 rejected at 5 %");
    }

    #[test]
    fn equal_ratios_and_refusals() {
        let series = returns(8, "a", 100, 0.02);
        let levered: Vec<f64> = series.iter().map(|value| value * 3.3).collect();
        let found = ledoit_wolf(&levered, &series, &draws(8, BLOCKS, 50)).unwrap();
        assert_eq!((found.difference_day, found.statistic), (0.0, 0.0));
        assert_eq!((found.p_different, found.p_better, found.p_worse), (1.0, 1.0, 1.0));
        let stationary = draws(8, Scheme::Stationary { mean_days: 5.0 }, 50);
        assert!(matches!(ledoit_wolf(&series, &series, &stationary), Err(Refusal::OutOfRange { what: "scheme", .. })));
        for days in [0, 51] {
            assert!(ledoit_wolf(&series, &series, &draws(8, Scheme::Circular { days }, 50)).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn swapping_the_two_negates(seed: u64) {
            let (a, b) = (returns(seed, "a", 100, 0.1), returns(seed, "b", 100, 0.0));
            let there = ledoit_wolf(&a, &b, &draws(seed, BLOCKS, 99)).unwrap();
            let back = ledoit_wolf(&b, &a, &draws(seed, BLOCKS, 99)).unwrap();
            prop_assert!((there.statistic + back.statistic).abs() < 1e-9);
            prop_assert_eq!(there.p_different, back.p_different);
            prop_assert_eq!((there.p_better, there.p_worse), (back.p_worse, back.p_better));
        }
    }
}
