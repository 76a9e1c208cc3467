//! The ends of the distribution of daily returns: value at risk and what lies beyond it.
//!
//! A value at risk at 95 % is the return that is undercut on one day in twenty, as a return, so a loss is negative.
//! Two rules for the quantile are in use and both are given: by **linear interpolation** between the neighbours of
//! position `(n − 1) · 5 / 100` of the ascending returns, counted from 0 (what numpy and pandas do by default), and
//! the **lower order statistic**, the neighbour below (numpy's `lower`). The position is an exact fraction here; no
//! 0.05 is rounded on the way. The conditional value at risk is the mean of all returns at or below the value.
//!
//! ```
//! use judge::metrics::tails::{mean_at_or_below, quantile_interpolated, quantile_lower};
//! let returns: Vec<f64> = (0..11).map(f64::from).collect(); // position 10 · 5/100 = 1/2
//! assert_eq!(quantile_interpolated(&returns, 5), Some(0.5));
//! assert_eq!(quantile_lower(&returns, 5), Some(0.0));
//! assert_eq!(mean_at_or_below(&returns, 2.0), Some(1.0)); // 0, 1, 2
//! ```

use domain::numeric::total_order;

use super::moments::Moments;
use super::normal;
use super::returns::over;

/// The quantile at `percent` (0 to 100) by linear interpolation. `None` for an empty sample or above 100.
#[must_use]
pub fn quantile_interpolated(values: &[f64], percent: u32) -> Option<f64> {
    let (ascending, whole, hundredths) = position(values, percent)?;
    let low = ascending[whole];
    let high = ascending.get(whole + 1).copied().unwrap_or(low);
    Some(low + (high - low) * hundredths as f64 / 100.0)
}

/// The quantile at `percent` (0 to 100) as the order statistic at or below its position. `None` for an empty
/// sample or above 100.
#[must_use]
pub fn quantile_lower(values: &[f64], percent: u32) -> Option<f64> {
    let (ascending, whole, _) = position(values, percent)?;
    Some(ascending[whole])
}

/// The mean of the values at or below `limit`; `None` when there are none.
#[must_use]
pub fn mean_at_or_below(values: &[f64], limit: f64) -> Option<f64> {
    let tail: Vec<f64> = values.iter().copied().filter(|value| *value <= limit).collect();
    Moments::of(&tail).map(|moments| moments.mean)
}

/// The value at risk of a normal distribution with the sample's mean and deviation (ddof 1), at the probability
/// `tail` (0.05 for 95 %). `None` below two values or outside `(0, 1)`.
#[must_use]
pub fn gaussian_value_at_risk(values: &[f64], tail: f64) -> Option<f64> {
    let moments = Moments::of(values)?;
    Some(moments.mean + moments.deviation_sample()? * normal::quantile(tail)?)
}

/// The mean of that normal distribution below its value at risk: `mean − deviation · φ(z) / tail`. `None` below
/// two values or outside `(0, 1)`.
#[must_use]
pub fn gaussian_conditional_value_at_risk(values: &[f64], tail: f64) -> Option<f64> {
    let moments = Moments::of(values)?;
    let z = normal::quantile(tail)?;
    Some(moments.mean - moments.deviation_sample()? * normal::density(z) / tail)
}

/// The tail ratio: the size of the 95th over the size of the 5th percentile, both interpolated. `None` for an
/// empty sample or when the lower one is zero.
#[must_use]
pub fn tail_ratio(values: &[f64]) -> Option<f64> {
    over(quantile_interpolated(values, 95)?.abs(), quantile_interpolated(values, 5)?.abs())
}

/// The ascending values and the place of the quantile among them: a whole position and hundredths beyond it.
fn position(values: &[f64], percent: u32) -> Option<(Vec<f64>, usize, usize)> {
    if values.is_empty() || percent > 100 {
        return None;
    }
    let mut ascending = values.to_vec();
    ascending.sort_by(total_order);
    let scaled = (values.len() - 1) * percent as usize;
    Some((ascending, scaled / 100, scaled % 100))
}

/// The mean of the worst returns by both rules: `(value, mean at or below it)`.
pub(super) fn historical(values: &[f64], rule: fn(&[f64], u32) -> Option<f64>) -> (Option<f64>, Option<f64>) {
    let value = rule(values, 5);
    (value, value.and_then(|limit| mean_at_or_below(values, limit)))
}

#[cfg(test)]
mod tests {
    use super::{
        gaussian_conditional_value_at_risk, gaussian_value_at_risk, mean_at_or_below, quantile_interpolated,
        quantile_lower, tail_ratio,
    };

    #[test]
    fn quantiles_at_their_ends() {
        let values = [3.0, -1.0, 2.0];
        assert_eq!((quantile_interpolated(&values, 0), quantile_interpolated(&values, 100)), (Some(-1.0), Some(3.0)));
        assert_eq!((quantile_lower(&values, 99), quantile_lower(&values, 100)), (Some(2.0), Some(3.0)));
        assert_eq!((quantile_interpolated(&[], 5), quantile_lower(&[1.0], 101)), (None, None));
        assert_eq!(quantile_interpolated(&[0.25], 5), Some(0.25));
    }

    #[test]
    fn five_per_cent_of_forty_one() {
        // Position 40 · 5/100 = 2 exactly: both rules agree, and three values lie at or below.
        let values: Vec<f64> = (0..41).map(|k| f64::from(k) / 64.0 - 0.25).collect();
        assert_eq!(quantile_interpolated(&values, 5), quantile_lower(&values, 5));
        assert_eq!(mean_at_or_below(&values, quantile_lower(&values, 5).unwrap()), Some(1.0 / 64.0 - 0.25));
    }

    #[test]
    fn gaussian_by_hand() {
        let values = [-0.01, 0.03];
        let deviation = 0.04 / 2_f64.sqrt();
        let value = gaussian_value_at_risk(&values, 0.05).unwrap();
        assert!((value - (0.01 - 1.644_853_626_951_472_7 * deviation)).abs() < 1e-16);
        let beyond = gaussian_conditional_value_at_risk(&values, 0.05).unwrap();
        assert!((beyond - (0.01 - 0.103_135_640_375_371_3 / 0.05 * deviation)).abs() < 1e-16);
        assert_eq!(gaussian_value_at_risk(&[0.1], 0.05), None);
        assert_eq!(gaussian_value_at_risk(&values, 0.0), None);
    }

    #[test]
    fn the_tail_ratio_needs_a_lower_tail() {
        assert_eq!(tail_ratio(&[-1.0, 3.0]), Some((3.0 - 0.2) / 0.8));
        assert_eq!(tail_ratio(&[0.0, 0.0, 0.0]), None);
        assert_eq!(tail_ratio(&[]), None);
    }
}
