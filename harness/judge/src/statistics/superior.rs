//! Does any of many candidates beat the benchmark?
//!
//! Hansen 2005, "A test for superior predictive ability", Journal of Business and Economic Statistics 23, 365–380. For
//! candidate k the daily differences to the benchmark have the mean d and the long-run deviation ω, and the statistic is
//! the largest of `√n d / ω` over all candidates, or zero. Its distribution when no candidate is better comes from the
//! stationary bootstrap of whole days; resampled means are moved so that no true mean is above zero, in three ways:
//!
//! | p-value | candidates below zero count as | |
//! |---|---|---|
//! | `lower` | exactly as bad as they look | rejects too often |
//! | `consistent` | zero when √n d / ω is above −√(2 ln ln n), else as bad as they look | the one to use |
//! | `upper` | zero | White's reality check (2000), studentised: bad candidates make it blunt |
//!
//! ω² is the variance that the stationary bootstrap itself gives to √n times a mean (Politis and Romano 1994, lemma 1),
//! `C(0) + 2 Σ (1 − i/n) (1 − 1/mean)^i C(i)` over circular autocovariances C, which is Hansen's kernel written once.
//!
//! ```
//! use domain::seed::{Seed, Streams};
//! use judge::statistics::blocks::{Draws, Scheme};
//! use judge::statistics::superior::superior_ability;
//! let day = |step: u32| (0..250_u32).map(move |day| f64::from(day * step % 101) / 1e4 - 0.005);
//! let benchmark: Vec<f64> = day(37).collect();
//! let good: Vec<f64> = day(41).map(|value| value + 0.003).collect();
//! let bad: Vec<f64> = day(53).map(|value| value - 0.003).collect();
//! let scheme = Scheme::Stationary { mean_days: 5.0 };
//! let draws = Draws { streams: Streams::new(Seed(1)), name: &["gate", "superior"], scheme, resamples: 499 };
//! let found = superior_ability(&benchmark, &[&good, &bad], &draws)?;
//! assert_eq!((found.best, found.consistent), (0, 0.002));
//! assert_eq!(superior_ability(&benchmark, &[&bad], &draws)?.consistent, 1.0);
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::{exact, sum};
use serde::{Deserialize, Serialize};

use super::blocks::{Draws, Scheme};
use super::prefix::Prefix;
use super::refusal::Refusal;
use super::sample::{Centred, check, p_value, same_length};

/// The rule needs ln ln n above zero and a mean that means something.
const DAYS_LEAST: usize = 10;
/// Weights below this change no digit of a variance.
const WEIGHT_LEAST: f64 = 1e-18;

/// Whether any candidate is better than the benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuperiorAbility {
    /// The largest studentised mean difference; 0 when none is above zero.
    pub statistic: f64,
    /// The place of the candidate with the largest studentised mean, from 0; the first of equals.
    pub best: usize,
    /// The p-value when bad candidates count as bad as they look.
    pub lower: f64,
    /// Hansen's consistent p-value: small when some candidate is better.
    pub consistent: f64,
    /// The p-value when all count as equal to the benchmark (the reality check).
    pub upper: f64,
    /// Resamples drawn.
    pub resamples: usize,
}

/// The test over the candidates' daily returns against the benchmark's; the scheme of the draws must be stationary. A
/// candidate whose difference to the benchmark never varies has no deviation: equal to it, it is passed over.
///
/// # Errors
/// [`Refusal`] for no candidate, fewer than ten days, series of different lengths, values that are not finite, another
/// scheme, or a candidate that is the benchmark plus a constant.
pub fn superior_ability(
    benchmark: &[f64],
    candidates: &[&[f64]],
    draws: &Draws<'_>,
) -> Result<SuperiorAbility, Refusal> {
    check(benchmark, DAYS_LEAST)?;
    let Scheme::Stationary { mean_days } = draws.scheme else {
        return Err(Refusal::OutOfRange { what: "scheme", value: 0.0, allowed: "stationary" });
    };
    if candidates.is_empty() {
        return Err(Refusal::count("candidates", 0, "1 or more"));
    }
    let plans = draws.all(benchmark.len())?;
    let root = (benchmark.len() as f64).sqrt();
    let bar = -(2.0 * exact::ln(exact::ln(benchmark.len() as f64))).sqrt();
    let (mut statistic, mut best, mut largest) = (0.0_f64, 0, f64::NEG_INFINITY);
    let mut maxima = vec![[0.0_f64; 3]; plans.len()];
    for (at, candidate) in candidates.iter().enumerate() {
        let scored = Scored::of(benchmark, candidate, mean_days)?;
        let observed = scored.as_ref().map_or(0.0, |scored| root * scored.centred.mean / scored.deviation);
        if observed > largest {
            (best, largest) = (at, observed);
        }
        let Some(scored) = scored else { continue };
        statistic = statistic.max(observed);
        // What a resampled, centred mean is moved by: never above zero.
        let kept = [observed.min(0.0), if observed >= bar { 0.0 } else { observed }.min(0.0), 0.0];
        let prefix = Prefix::of(benchmark.len(), |day| [scored.centred.deviations[day]]);
        for (plan, maximum) in plans.iter().zip(&mut maxima) {
            let moved = prefix.total(plan)[0] / root / scored.deviation;
            (0..3).for_each(|rule| maximum[rule] = maximum[rule].max(moved + kept[rule]));
        }
    }
    let p_of = |rule: usize| p_value(maxima.iter().filter(|row| row[rule] >= statistic).count(), plans.len());
    Ok(SuperiorAbility { statistic, best, lower: p_of(0), consistent: p_of(1), upper: p_of(2), resamples: plans.len() })
}

/// A candidate's differences to the benchmark, with their long-run deviation.
struct Scored {
    centred: Centred,
    deviation: f64,
}

impl Scored {
    /// `None` for a candidate that is the benchmark.
    fn of(benchmark: &[f64], candidate: &[f64], mean_days: f64) -> Result<Option<Self>, Refusal> {
        same_length(benchmark, candidate)?;
        check(candidate, DAYS_LEAST)?;
        let differences: Vec<f64> = candidate.iter().zip(benchmark).map(|(ours, theirs)| ours - theirs).collect();
        if differences.iter().all(|difference| difference.abs() <= 0.0) {
            return Ok(None);
        }
        let centred = Centred::of(&differences, DAYS_LEAST, "a difference to the benchmark")?;
        let variance = bootstrap_variance(&centred.deviations, mean_days);
        if variance > 1e-12 * centred.variance {
            return Ok(Some(Self { centred, deviation: variance.sqrt() }));
        }
        Err(Refusal::NoSpread { what: "a difference to the benchmark" })
    }
}

/// The variance of √n times the mean of a stationary resample of `values`, which have mean zero.
fn bootstrap_variance(values: &[f64], mean_days: f64) -> f64 {
    let days = values.len();
    let circular = |lag: usize| {
        let products: Vec<f64> =
            values.iter().zip(values[lag..].iter().chain(&values[..lag])).map(|(x, y)| x * y).collect();
        sum(&products) / days as f64
    };
    let stay = 1.0 - 1.0 / mean_days;
    let (mut variance, mut weight) = (circular(0), stay);
    for lag in 1..days {
        if weight < WEIGHT_LEAST {
            break;
        }
        variance += 2.0 * (1.0 - lag as f64 / days as f64) * weight * circular(lag);
        weight *= stay;
    }
    variance
}

#[cfg(test)]
mod tests {
    use super::super::blocks::Scheme;
    use super::super::series::{autoregression, copied, draws, returns};
    use super::{Refusal, bootstrap_variance, superior_ability};

    const BLOCKS: Scheme = Scheme::Stationary { mean_days: 4.0 };

    fn views(series: &[Vec<f64>]) -> Vec<&[f64]> {
        series.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn the_variance_is_hansen_s_kernel() {
        let raw = autoregression(1, "kernel", 120, 0.4);
        let mean = raw.iter().sum::<f64>() / 120.0;
        let values: Vec<f64> = raw.iter().map(|value| value - mean).collect();
        let gamma = |lag: usize| (lag..120).map(|at| values[at] * values[at - lag]).sum::<f64>() / 120.0;
        let kernel = |i: i32| {
            let (i_over, rest) = (f64::from(i) / 120.0, f64::from(120 - i) / 120.0);
            rest * libm::pow(0.75, f64::from(i)) + i_over * libm::pow(0.75, f64::from(120 - i))
        };
        let expected = gamma(0) + 2.0 * (1..120).map(|i| kernel(i) * gamma(i as usize)).sum::<f64>();
        let found = bootstrap_variance(&values, 4.0);
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} is not {expected}");
        // And it is what resamples show: 4,000 of them have a standard error of 2.2 %.
        let plans = draws(1, BLOCKS, 4_000).all(120).unwrap();
        let squares: f64 =
            plans.iter().map(|plan| copied(&values, plan).iter().sum::<f64>()).map(|s| s * s / 120.0).sum();
        assert!((squares / 4_000.0 / expected - 1.0).abs() < 0.08);
    }

    #[test]
    fn the_test_holds_its_size_and_finds_skill() {
        // Five candidates like the benchmark; of 100 worlds some 10 are rejected at 10 %, with deviation 3.
        let world = |seed: u64, edge: f64| {
            let benchmark = returns(seed, "benchmark", 150, 0.0);
            let candidates: Vec<Vec<f64>> = (0..5)
                .map(|k| returns(seed, &format!("candidate {k}"), 150, if k == 3 { edge } else { 0.0 }))
                .collect();
            superior_ability(&benchmark, &views(&candidates), &draws(seed, BLOCKS, 99)).unwrap()
        };
        let rejected = (0..100).filter(|seed| world(*seed, 0.0).consistent <= 0.1).count();
        assert!((2..=21).contains(&rejected), "{rejected} of 100 rejected at 10 %");
        let found = world(7, 0.8);
        assert_eq!((found.best, found.consistent), (3, 0.01));
    }

    #[test]
    fn bad_candidates_blunt_the_reality_check_alone() {
        let benchmark = returns(2, "benchmark", 300, 0.0);
        let good: Vec<f64> = returns(2, "good", 300, 0.17);
        let bad: Vec<Vec<f64>> = (0..12).map(|k| returns(2, &format!("bad {k}"), 300, -1.0)).collect();
        let mut candidates = vec![good.as_slice()];
        let draws = draws(2, BLOCKS, 999);
        let alone = superior_ability(&benchmark, &candidates, &draws).unwrap();
        candidates.extend(views(&bad));
        let among = superior_ability(&benchmark, &candidates, &draws).unwrap();
        assert_eq!((alone.statistic, alone.consistent, alone.lower), (among.statistic, among.consistent, among.lower));
        assert!(among.upper > 2.0 * alone.upper, "{} {}", among.upper, alone.upper);
        assert!(among.lower <= among.consistent && among.consistent <= among.upper);
    }

    #[test]
    fn copying_days_gives_the_same_p_values() {
        let benchmark = returns(5, "benchmark", 90, 0.0);
        let candidates: Vec<Vec<f64>> =
            [0.2, 0.0, -0.1, -1.5].iter().map(|edge| returns(5, &format!("{edge}"), 90, *edge)).collect();
        let draws = draws(5, BLOCKS, 199);
        let found = superior_ability(&benchmark, &views(&candidates), &draws).unwrap();
        let differences: Vec<Vec<f64>> =
            candidates.iter().map(|one| one.iter().zip(&benchmark).map(|(a, b)| a - b).collect()).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / 90.0;
        let deviation = |values: &[f64]| {
            let centred: Vec<f64> = values.iter().map(|value| value - mean(values)).collect();
            bootstrap_variance(&centred, 4.0).sqrt()
        };
        let score = |values: &[f64]| 90_f64.sqrt() * mean(values) / deviation(values);
        let statistic = differences.iter().map(|one| score(one)).fold(0.0, f64::max);
        assert!((found.statistic - statistic).abs() < 1e-12);
        // √(2 ln ln 90) = 1.7344.
        let kept: [fn(f64) -> f64; 3] = [|t| t.max(0.0), |t| if t >= -1.7344 { t } else { 0.0 }, |t| t];
        let p_values = kept.map(|kept| {
            let reaches = |plan: &&Vec<_>| {
                let moved =
                    |one: &Vec<f64>| 90_f64.sqrt() * mean(&copied(one, plan)) / deviation(one) - kept(score(one));
                differences.iter().map(moved).fold(0.0, f64::max) >= statistic
            };
            (1 + draws.all(90).unwrap().iter().filter(reaches).count()) as f64 / 200.0
        });
        assert_eq!([found.lower, found.consistent, found.upper], p_values);
        assert!(found.lower <= found.consistent && found.consistent < found.upper);
    }

    #[test]
    fn the_order_of_candidates_does_not_matter() {
        let benchmark = returns(3, "benchmark", 100, 0.0);
        let candidates: Vec<Vec<f64>> = (0..4).map(|k| returns(3, &format!("{k}"), 100, 0.05)).collect();
        let turned: Vec<&[f64]> = candidates.iter().rev().map(Vec::as_slice).collect();
        let there = superior_ability(&benchmark, &views(&candidates), &draws(3, BLOCKS, 99)).unwrap();
        let back = superior_ability(&benchmark, &turned, &draws(3, BLOCKS, 99)).unwrap();
        assert_eq!((there.best, there.consistent, there.upper), (3 - back.best, back.consistent, back.upper));
    }

    #[test]
    fn the_benchmark_itself_and_refusals() {
        let benchmark = returns(4, "benchmark", 60, 0.0);
        let same = superior_ability(&benchmark, &[&benchmark], &draws(4, BLOCKS, 49)).unwrap();
        assert_eq!((same.statistic, same.consistent), (0.0, 1.0));
        assert!(matches!(
            superior_ability(&vec![0.0; 60], &[&[0.5; 60]], &draws(4, BLOCKS, 9)),
            Err(Refusal::NoSpread { .. })
        ));
        assert!(superior_ability(&benchmark, &[], &draws(4, BLOCKS, 9)).is_err());
        assert!(superior_ability(&benchmark, &[&benchmark[1..]], &draws(4, BLOCKS, 9)).is_err());
        assert!(superior_ability(&benchmark, &[&benchmark], &draws(4, Scheme::Circular { days: 5 }, 9)).is_err());
    }
}
