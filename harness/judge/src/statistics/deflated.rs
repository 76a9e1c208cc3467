//! A Sharpe ratio, judged by the length and shape of its record and by how many were tried.
//!
//! * The probabilistic ratio (Bailey and López de Prado 2012, "The Sharpe ratio efficient frontier", Journal of Risk
//!   15(2)): the probability that the true ratio exceeds a benchmark,
//!   `Φ((SR − SR*) √(T − 1) / √(1 − γ₃ SR + (γ₄ − 1)/4 SR²))`, with the skew γ₃ and the kurtosis γ₄ (3 for a normal
//!   distribution) of the returns. Solved for T it is the shortest record that suffices.
//! * The deflated ratio (Bailey and López de Prado 2014, "The deflated Sharpe ratio", Journal of Portfolio Management
//!   40(5), 94–107): the same against the ratio that the best of N trials without skill is expected to show,
//!   `√V ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e)))`, with the variance V of the trials' ratios and the
//!   Euler–Mascheroni constant γ. One trial is expected to show none.
//!
//! The example of the 2014 paper has 1,250 days at 250 a year, an annual ratio of 2.5, skew −3, kurtosis 10, and a
//! hundred trials whose annual ratios have a variance of one half:
//!
//! ```
//! use judge::statistics::deflated::{TrackRecord, deflated_sharpe};
//! let record = TrackRecord { sharpe_day: 2.5 / 250_f64.sqrt(), days: 1250, skew: -3.0, kurtosis: 10.0 };
//! let found = deflated_sharpe(&record, 0.5 / 250.0, 100)?;
//! assert!((found.benchmark_day - 0.1132).abs() < 5e-5);
//! assert!((found.probability - 0.9004).abs() < 5e-5);
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::power;
use serde::{Deserialize, Serialize};

use super::refusal::{Refusal, open_unit};
use super::sample::{Centred, check};
use super::special::normal_below;
use crate::metrics::moments::Moments;
use crate::metrics::normal;

/// The Euler–Mascheroni constant.
const EULER: f64 = 0.577_215_664_901_532_9;
/// Days below which a record has no shape.
const DAYS_LEAST: usize = 4;

/// What the record of one strategy says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackRecord {
    /// Mean over sample deviation, per day.
    pub sharpe_day: f64,
    /// Days, from 2.
    pub days: usize,
    /// The skew of the daily returns, biased (g₁).
    pub skew: f64,
    /// The kurtosis of the daily returns, biased and not in excess: 3 for a normal distribution, at least 1 + skew².
    pub kurtosis: f64,
}

/// A ratio beside the best that chance is expected to show.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deflated {
    /// The expected largest ratio of so many trials without skill, per day.
    pub benchmark_day: f64,
    /// The probability that the true ratio exceeds it.
    pub probability: f64,
    /// Trials that were counted.
    pub trials: usize,
}

impl TrackRecord {
    /// The record of a series of daily returns, four days or more.
    ///
    /// # Errors
    /// [`Refusal`] for too few days, values that are not finite, or no spread.
    pub fn of(returns: &[f64]) -> Result<Self, Refusal> {
        check(returns, DAYS_LEAST)?;
        let sharpe_day = Centred::of(returns, DAYS_LEAST, "the record")?.sharpe();
        let moments = Moments::of(returns);
        let shape = moments.and_then(|moments| Some((moments.skew_biased()?, moments.kurtosis_excess_biased()?)));
        let (skew, excess) = shape.ok_or(Refusal::NoSpread { what: "the record" })?;
        Ok(Self { sharpe_day, days: returns.len(), skew, kurtosis: excess + 3.0 })
    }

    /// `1 − γ₃ SR + (γ₄ − 1)/4 SR²`, the variance of √T times the ratio; positive for any true distribution.
    fn variance(&self) -> Result<f64, Refusal> {
        if self.days < 2 {
            return Err(Refusal::TooFewDays { found: self.days, needed: 2 });
        }
        let sharpe = self.sharpe_day;
        let variance = 1.0 - self.skew * sharpe + (self.kurtosis - 1.0) / 4.0 * sharpe * sharpe;
        if variance > 0.0 && variance.is_finite() {
            return Ok(variance);
        }
        let value = if self.kurtosis.is_finite() { self.kurtosis } else { 0.0 };
        Err(Refusal::OutOfRange { what: "kurtosis", value, allowed: "1 + skew² or more" })
    }
}

/// The probability that the true ratio exceeds `benchmark_day`, per day.
///
/// # Errors
/// [`Refusal`] for fewer than two days, a shape that no distribution has, or a benchmark that is not finite.
pub fn probabilistic_sharpe(record: &TrackRecord, benchmark_day: f64) -> Result<f64, Refusal> {
    check(&[benchmark_day], 1)?;
    let error = (record.variance()? / (record.days - 1) as f64).sqrt();
    Ok(normal_below((record.sharpe_day - benchmark_day) / error))
}

/// The expected largest ratio of `trials` independent trials without skill, whose ratios have this variance; in the
/// unit of the ratios. 0 for one trial.
///
/// # Errors
/// [`Refusal::OutOfRange`] for no trial, or a variance that is negative or not finite.
pub fn expected_maximum_sharpe(variance: f64, trials: usize) -> Result<f64, Refusal> {
    check(&[variance], 1)?;
    if variance < 0.0 {
        return Err(Refusal::OutOfRange { what: "variance", value: variance, allowed: "0 or more" });
    }
    let allowed = "1 or more";
    match trials {
        0 => Err(Refusal::count("trials", trials, allowed)),
        1 => Ok(0.0),
        _ => {
            let share = 1.0 / trials as f64;
            let quantile = |tail: f64| normal::quantile(tail).map(|z| -z);
            let ends = quantile(share).zip(quantile(share / std::f64::consts::E));
            let (near, far) = ends.ok_or_else(|| Refusal::count("trials", trials, allowed))?;
            Ok(variance.sqrt() * ((1.0 - EULER) * near + EULER * far))
        }
    }
}

/// The probability that the true ratio exceeds what the best of `trials` independent trials without skill is expected
/// to show; `variance` is that of the trials' ratios per day ([`super::trials`] counts both).
///
/// # Errors
/// As [`probabilistic_sharpe`] and [`expected_maximum_sharpe`].
pub fn deflated_sharpe(record: &TrackRecord, variance: f64, trials: usize) -> Result<Deflated, Refusal> {
    let benchmark_day = expected_maximum_sharpe(variance, trials)?;
    Ok(Deflated { benchmark_day, probability: probabilistic_sharpe(record, benchmark_day)?, trials })
}

/// The days after which the probabilistic ratio against `benchmark_day` reaches `confidence`, if ratio and shape stay
/// as they are: `1 + variance (Φ⁻¹(confidence) / (SR − SR*))²`.
///
/// # Errors
/// As [`probabilistic_sharpe`], and for a confidence outside [0.5, 1) or a ratio that is not above the benchmark.
pub fn minimum_track_record(record: &TrackRecord, benchmark_day: f64, confidence: f64) -> Result<f64, Refusal> {
    open_unit("confidence", confidence)?;
    check(&[benchmark_day], 1)?;
    let excess = record.sharpe_day - benchmark_day;
    let quantile = normal::quantile(confidence).filter(|z| *z >= 0.0);
    let allowed = "one half to 1";
    let z = quantile.ok_or(Refusal::OutOfRange { what: "confidence", value: confidence, allowed })?;
    let days = 1.0 + record.variance()? * power(z / excess, 2);
    if excess > 0.0 && days.is_finite() {
        return Ok(days);
    }
    Err(Refusal::OutOfRange { what: "ratio above benchmark", value: excess, allowed: "above 0" })
}

#[cfg(test)]
mod tests {
    use super::super::series::{normals, returns};
    use super::{
        Refusal, TrackRecord, deflated_sharpe, expected_maximum_sharpe, minimum_track_record, probabilistic_sharpe,
    };

    fn paper() -> TrackRecord {
        TrackRecord { sharpe_day: 2.5 / 250_f64.sqrt(), days: 1250, skew: -3.0, kurtosis: 10.0 }
    }

    #[test]
    fn the_paper_s_second_example() {
        // With 46 trials the same record passes at 95 %.
        let found = deflated_sharpe(&paper(), 0.5 / 250.0, 46).unwrap();
        assert!((found.probability - 0.9505).abs() < 5e-4, "{}", found.probability);
    }

    #[test]
    fn the_expected_maximum_is_near_the_simulated() {
        assert_eq!(expected_maximum_sharpe(0.3, 1), Ok(0.0));
        for trials in [5, 20, 100] {
            let draws = normals(1, "maxima", trials * 500);
            let mean =
                draws.chunks(trials).map(|row| row.iter().copied().fold(f64::MIN, f64::max)).sum::<f64>() / 500.0;
            let found = expected_maximum_sharpe(4.0, trials).unwrap() / 2.0;
            assert!((found / mean - 1.0).abs() < 0.06, "{trials}: {found} is not {mean}");
        }
    }

    #[test]
    fn the_shortest_record_is_where_the_confidence_is_reached() {
        let record = paper();
        let days = minimum_track_record(&record, 0.1, 0.95).unwrap();
        let at = |days: f64| probabilistic_sharpe(&TrackRecord { days: days as usize, ..record }, 0.1).unwrap();
        assert!(at(days.floor()) < 0.95 && at(days.ceil() + 1.0) >= 0.95);
        assert!(minimum_track_record(&record, 0.2, 0.95).is_err() && minimum_track_record(&record, 0.1, 0.4).is_err());
        // A normal record at a ratio of zero: 1 + (z / SR*)², here below the benchmark by symmetry.
        let flat = TrackRecord { sharpe_day: 0.0, days: 100, skew: 0.0, kurtosis: 3.0 };
        let expected = 1.0 + (1.644_853_626_951_472_7_f64 / 0.1) * (1.644_853_626_951_472_7 / 0.1);
        assert!((minimum_track_record(&flat, -0.1, 0.95).unwrap() - expected).abs() < 1e-9);
    }

    #[test]
    fn a_record_of_returns() {
        let series = returns(2, "record", 5_000, 0.1);
        let record = TrackRecord::of(&series).unwrap();
        assert!(record.skew.abs() < 0.15 && (record.kurtosis - 3.0).abs() < 0.3);
        let half = probabilistic_sharpe(&record, record.sharpe_day).unwrap();
        assert!((half - 0.5).abs() < 1e-15);
        let levered: Vec<f64> = series.iter().map(|value| value * 3.0).collect();
        let scaled = TrackRecord::of(&levered).unwrap();
        assert!((scaled.sharpe_day - record.sharpe_day).abs() < 1e-14 && (scaled.skew - record.skew).abs() < 1e-12);
    }

    #[test]
    fn what_no_distribution_has_is_refused() {
        let impossible = TrackRecord { sharpe_day: 1.0, days: 100, skew: 3.0, kurtosis: 1.0 };
        assert!(probabilistic_sharpe(&impossible, 0.0).is_err());
        assert!(probabilistic_sharpe(&TrackRecord { kurtosis: f64::NAN, ..impossible }, 0.0).is_err());
        assert!(probabilistic_sharpe(&paper(), f64::NAN).is_err());
        assert!(expected_maximum_sharpe(-1.0, 5).is_err() && expected_maximum_sharpe(1.0, 0).is_err());
        assert_eq!(TrackRecord::of(&[0.1; 9]), Err(Refusal::NoSpread { what: "the record" }));
    }
}
