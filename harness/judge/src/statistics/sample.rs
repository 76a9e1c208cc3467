//! A series that was looked at: finite, long enough, and centred on its own mean.
//!
//! Resamples are sums of deviations from the mean of the whole sample. A resample's mean is near the sample's, so
//! `Σ x² − (Σ x)² / n` over deviations loses no digits, where over raw values it might lose all of them.

use domain::numeric::total_order;

use super::refusal::Refusal;
use crate::metrics::moments::Moments;

/// Returns beyond this are no returns; their squares and fourth powers stay finite.
const LARGEST: f64 = 1e9;

/// Below this share of the sample's variance a resample has no spread: what is left of it is rounding.
const SPREAD_LEAST: f64 = 1e-12;

/// A difference of two Sharpe ratios per day below this is rounding, and counts as none: the same series at another
/// leverage has the same ratio, but not to the last bit.
const DIFFERENCE_LEAST: f64 = 1e-12;

/// Refuses what is too short or not finite.
pub(super) fn check(values: &[f64], needed: usize) -> Result<(), Refusal> {
    if values.len() < needed {
        return Err(Refusal::TooFewDays { found: values.len(), needed });
    }
    // NaN lies in no range.
    match values.iter().position(|value| !(-LARGEST..=LARGEST).contains(value)) {
        Some(at) => Err(Refusal::NotFinite { at }),
        None => Ok(()),
    }
}

/// Refuses a second series of another length.
pub(super) fn same_length(left: &[f64], right: &[f64]) -> Result<(), Refusal> {
    if left.len() == right.len() {
        return Ok(());
    }
    Err(Refusal::LengthsDiffer { expected: left.len(), found: right.len() })
}

/// A series around its mean.
pub(super) struct Centred {
    /// The mean of the sample.
    pub mean: f64,
    /// Each value less the mean.
    pub deviations: Vec<f64>,
    /// The sample variance (ddof 1), above zero.
    pub variance: f64,
}

impl Centred {
    /// `values` around their mean; at least `needed` of them (two or more), with spread.
    pub(super) fn of(values: &[f64], needed: usize, what: &'static str) -> Result<Self, Refusal> {
        check(values, needed.max(2))?;
        let moments = Moments::of(values).ok_or(Refusal::TooFewDays { found: 0, needed })?;
        let variance = moments.variance_sample().unwrap_or(0.0);
        // The reciprocal is asked for too, so that no subnormal spread is divided by.
        if !(variance > 0.0 && (1.0 / variance).is_finite()) {
            return Err(Refusal::NoSpread { what });
        }
        let deviations = values.iter().map(|value| value - moments.mean).collect();
        Ok(Self { mean: moments.mean, deviations, variance })
    }

    /// Mean over sample deviation, per day.
    pub(super) fn sharpe(&self) -> f64 {
        self.mean / self.variance.sqrt()
    }

    /// The Sharpe ratio per day of a resample of `days` days, from the sum of its deviations and of their squares;
    /// `None` without spread.
    pub(super) fn sharpe_of(&self, days: f64, sum: f64, squares: f64) -> Option<f64> {
        let variance = (squares - sum * sum / days) / (days - 1.0);
        (variance > SPREAD_LEAST * self.variance).then(|| (self.mean + sum / days) / variance.sqrt())
    }
}

/// A difference of two Sharpe ratios per day, with rounding taken for what it is.
pub(super) fn settled(difference: f64) -> f64 {
    if difference.abs() < DIFFERENCE_LEAST { 0.0 } else { difference }
}

/// Sorts in the total order of floats.
pub(super) fn sort(values: &mut [f64]) {
    values.sort_unstable_by(total_order);
}

/// The quantile of an ascending sample at `probability`, interpolated between order statistics at `p (n − 1)`
/// (Hyndman and Fan's type 7); 0 for an empty sample.
pub(super) fn quantile(ascending: &[f64], probability: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return 0.0 };
    let position = probability * last as f64;
    let whole = (position as usize).min(last);
    let (low, high) = (ascending[whole], ascending[(whole + 1).min(last)]);
    low + (high - low) * (position - whole as f64)
}

/// The bootstrap p-value: the sample counts as one of the draws.
pub(super) fn p_value(hits: usize, resamples: usize) -> f64 {
    (1 + hits) as f64 / (1 + resamples) as f64
}
