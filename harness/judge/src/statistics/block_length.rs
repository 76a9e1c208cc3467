//! How long a block should be: Politis and White 2004, corrected by Patton, Politis and White 2009.
//!
//! "Automatic block-length selection for the dependent bootstrap", Econometric Reviews 23, 53–70, and the correction in
//! 28, 372–375. Blocks that are too short cut the dependence, blocks that are too long leave too few of them; the
//! length with the least mean square error of the bootstrapped variance of a mean is
//!
//! ```text
//! b = (2 G² / D)^⅓ n^⅓,   G = Σ λ(k/M) |k| R(k),   g = Σ λ(k/M) R(k),   D = 2 g² stationary, 4/3 g² circular
//! ```
//!
//! over lags −M … M, with autocovariances R (dividing by n) and the flat-top window λ: 1 up to a half, then
//! 2 (1 − |t|). M is twice m̂, the smallest lag after which K autocorrelations in a row lie within
//! ±2 √(log₁₀ n / n), where K = max(5, ⌈√log₁₀ n⌉); without such a lag m̂ is the largest one outside the band. M is at
//! most ⌈√n⌉ + K, and b is at most ⌈min(3 √n, n/3)⌉ and here at least 1.
//!
//! ```
//! use judge::statistics::block_length::block_length;
//! // Ups and downs in turn depend on each other, days in a scrambled order hardly.
//! let turns: Vec<f64> = (0..500).map(|day| if day / 25 % 2 == 0 { 0.01 } else { -0.01 }).collect();
//! let scrambled: Vec<f64> = (0..500).map(|day| f64::from(day * day % 499) / 1e4).collect();
//! assert_eq!(block_length(&turns)?.longest, 68); // ⌈3 √500⌉
//! assert!(block_length(&turns)?.stationary > 10.0 && block_length(&scrambled)?.stationary < 5.0);
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::exact;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::sample::Centred;
use super::studentised::covariance;

/// Days below which no dependence can be seen.
const DAYS_LEAST: usize = 20;

/// Block lengths for one series, in days.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockLength {
    /// The mean length for the stationary bootstrap, from 1 to `longest`.
    pub stationary: f64,
    /// The length for the circular bootstrap, from 1 to `longest`; round up before use.
    pub circular: f64,
    /// The limit `⌈min(3 √n, n/3)⌉`.
    pub longest: usize,
    /// The lag M up to which autocovariances were summed.
    pub lags: usize,
}

/// The block lengths for `values`, 20 days or more.
///
/// # Errors
/// [`Refusal`] for too few days, values that are not finite, or no spread.
pub fn block_length(values: &[f64]) -> Result<BlockLength, Refusal> {
    let deviations = Centred::of(values, DAYS_LEAST, "the series")?.deviations;
    let days = deviations.len() as f64;
    let logarithm = exact::ln(days) / std::f64::consts::LN_10;
    let insignificant = (logarithm.sqrt().ceil() as usize).max(5);
    let most = (days.sqrt().ceil() as usize + insignificant).min(deviations.len() - 1);
    let covariances: Vec<f64> = (0..=most).map(|lag| covariance(&deviations, lag)).collect();
    let band = 2.0 * (logarithm / days).sqrt() * covariances[0];
    let inside = |lag: usize| covariances[lag].abs() < band;
    let settled = (1..=most - insignificant).find(|lag| (lag + 1..=lag + insignificant).all(inside));
    let last = settled.or_else(|| (1..=most).rev().find(|lag| !inside(*lag))).unwrap_or(1);
    let lags = (2 * last).min(most);
    let (mut slope, mut level) = (0.0, covariances[0]);
    for (lag, covariance) in covariances.iter().enumerate().take(lags + 1).skip(1) {
        let share = lag as f64 / lags as f64;
        let weight = if share <= 0.5 { 1.0 } else { 2.0 * (1.0 - share) };
        slope += 2.0 * weight * lag as f64 * covariance;
        level += 2.0 * weight * covariance;
    }
    let longest = (3.0 * days.sqrt()).min(days / 3.0).ceil();
    let length = |factor: f64| {
        // The flat-top window may give a level of zero or below; its square is what the rule asks for.
        let ratio = 2.0 * slope * slope / (factor * level * level);
        if ratio.is_finite() { exact::pow(ratio * days, 1.0 / 3.0).clamp(1.0, longest) } else { longest }
    };
    Ok(BlockLength { stationary: length(2.0), circular: length(4.0 / 3.0), longest: longest as usize, lags })
}

#[cfg(test)]
mod tests {
    use super::super::series::{autoregression, normals};
    use super::{Refusal, block_length};

    #[test]
    fn an_autoregression_has_a_closed_form() {
        // R(k) = R(0) ρ^k, so G / g = 2 ρ / (1 − ρ²) and the stationary length is (G / g)^⅔ n^⅓.
        let mut found = Vec::new();
        for seed in 0..8 {
            found.push(block_length(&autoregression(seed, "blocks", 5_000, 0.5)).unwrap());
        }
        let mean = found.iter().map(|length| length.stationary).sum::<f64>() / 8.0;
        let expected = libm::cbrt(16.0 / 9.0 * 5_000.0);
        assert!((mean / expected - 1.0).abs() < 0.15, "{mean} is not {expected}");
        for length in found {
            // The two differ by the factor (2 / (4/3))^⅓ alone.
            assert!((length.circular / length.stationary - libm::cbrt(1.5)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_rule_by_another_road() {
        for (seed, rho) in [(1, 0.3), (2, 0.7), (3, -0.5), (4, 0.95)] {
            let values = autoregression(seed, "slow", 400, rho);
            let (found, slow) = (block_length(&values).unwrap(), slow(&values));
            assert!((found.stationary / slow - 1.0).abs() < 1e-9, "{rho}: {} is not {slow}", found.stationary);
        }
    }

    /// The stationary length at n = 400: K = 5, at most 25 lags, limit 60; a sum over all ordered pairs of days.
    fn slow(values: &[f64]) -> f64 {
        let mean = values.iter().sum::<f64>() / 400.0;
        let covariance = |lag: i64| {
            let pair = |at: i64| usize::try_from(at + lag).ok().and_then(|other| values.get(other)).map(|v| v - mean);
            (0..400).filter_map(|at| pair(at).map(|other| other * (values[at as usize] - mean))).sum::<f64>() / 400.0
        };
        let band = 2.0 * (libm::log10(400.0) / 400.0).sqrt();
        let outside: Vec<i64> = (1..=25).filter(|lag| (covariance(*lag) / covariance(0)).abs() >= band).collect();
        let quiet = |lag: i64| outside.iter().all(|one| *one <= lag || *one > lag + 5);
        let m = (1..=20).find(|lag| quiet(*lag)).unwrap_or(outside.last().copied().unwrap_or(1));
        let window = (2 * m).min(25);
        let weight = |lag: i64| (2.0 * (1.0 - lag.abs() as f64 / window as f64)).min(1.0);
        let slope: f64 = (-window..=window).map(|lag| weight(lag) * lag.abs() as f64 * covariance(lag)).sum();
        let level: f64 = (-window..=window).map(|lag| weight(lag) * covariance(lag)).sum();
        libm::cbrt(slope / level * (slope / level) * 400.0).clamp(1.0, 60.0)
    }

    #[test]
    fn independent_days_need_no_blocks() {
        let lengths: Vec<f64> =
            (0..20).map(|seed| block_length(&normals(seed, "independent", 1_000)).unwrap().stationary).collect();
        let mean = lengths.iter().sum::<f64>() / 20.0;
        assert!((1.0..5.0).contains(&mean), "{lengths:?}");
    }

    #[test]
    fn scale_and_offset_do_not_matter() {
        let values = autoregression(9, "scale", 300, 0.4);
        let moved: Vec<f64> = values.iter().map(|value| 5.0 - 0.003 * value).collect();
        let (plain, moved) = (block_length(&values).unwrap(), block_length(&moved).unwrap());
        assert!((plain.stationary - moved.stationary).abs() < 1e-9);
        assert_eq!(block_length(&[0.1; 30]), Err(Refusal::NoSpread { what: "the series" }));
        assert_eq!(block_length(&[0.1; 19]), Err(Refusal::TooFewDays { found: 19, needed: 20 }));
    }
}
