//! Returns beyond the bound.
//!
//! The bound on a day is the larger of 25 % and eight robust standard deviations of the last 63 returns (1.4826
//! times the median distance from the median; with fewer than 21 returns the 25 % stand alone). A return is
//! measured from the last close that was within bounds, so a spike is one finding and its reversal none; and a
//! close that agrees with a finding on the day before confirms a new level.

use domain::date::Date;
use domain::facts::ActionKind;
use domain::numeric::total_order;

/// Returns in the trailing window.
const WINDOW: usize = 63;

/// Returns without which the window says nothing.
const WINDOW_MIN: usize = 21;

/// Robust standard deviations in the bound.
const DEVIATIONS: f64 = 8.0;

/// The bound that always holds.
const FLOOR: f64 = 0.25;

/// From a median distance to the standard deviation of a normal distribution.
const NORMAL: f64 = 1.4826;

/// The closes of one bar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Close {
    pub(crate) on: Date,
    pub(crate) raw: Option<f64>,
    pub(crate) adjusted: Option<f64>,
}

/// Which closes returns are computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Raw closes and the tape's own corporate actions.
    ByActions,
    /// The vendor's adjusted closes, or raw ones where there are none.
    VendorAdjusted,
}

/// A return beyond the bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outlier {
    /// The position of the bar.
    pub(crate) at: usize,
    /// The return.
    pub(crate) change: f64,
    /// The bound on that day, positive.
    pub(crate) bound: f64,
}

/// The outliers among the bars of one instrument, which are sorted by day, as are the actions.
pub(crate) fn outliers(closes: &[Close], actions: &[(Date, ActionKind)], rule: Rule) -> Vec<Outlier> {
    let levels = levels(closes, actions, rule);
    let mut found: Vec<Outlier> = Vec::new();
    let mut returns: Vec<f64> = Vec::new();
    let Some(mut good) = levels.first().copied() else { return found };
    for at in 1..levels.len() {
        let change = levels[at] / good - 1.0;
        let after_outlier = found.last().is_some_and(|outlier| outlier.at == at - 1);
        let change_daily = levels[at] / levels[at - 1] - 1.0;
        let within = |change: f64| change.abs() <= FLOOR || change.abs() <= bound(&returns);
        let accepted = if within(change) {
            change
        } else if after_outlier && within(change_daily) {
            change_daily
        } else {
            found.push(Outlier { at, change, bound: bound(&returns) });
            continue;
        };
        returns.push(accepted);
        good = levels[at];
    }
    found
}

/// A total-return level for each bar, up to a factor; see `domain::tape` for the formula.
pub(crate) fn levels(closes: &[Close], actions: &[(Date, ActionKind)], rule: Rule) -> Vec<f64> {
    let mut pending = actions.iter().peekable();
    let mut growth = 1.0;
    let mut levels = Vec::with_capacity(closes.len());
    for close in closes {
        let by_actions = close.raw.filter(|_| rule == Rule::ByActions || close.adjusted.is_none());
        let Some(raw) = by_actions else {
            levels.push(close.adjusted.or(close.raw).unwrap_or(f64::NAN));
            continue;
        };
        let (mut ratio, mut cash) = (1.0, 0.0);
        while let Some((_, kind)) = pending.next_if(|(on, _)| *on <= close.on) {
            let (numerator, denominator) = kind.share_ratio();
            ratio *= numerator as f64 / denominator as f64;
            if let ActionKind::CashDividend { amount } = kind {
                cash += amount;
            }
        }
        // What came due before the first bar is in its price already.
        if !levels.is_empty() {
            growth *= ratio * (1.0 + cash / raw);
        }
        levels.push(raw * growth);
    }
    levels
}

fn bound(returns: &[f64]) -> f64 {
    let window = &returns[returns.len().saturating_sub(WINDOW)..];
    if window.len() < WINDOW_MIN {
        return FLOOR;
    }
    let center = median(window.to_vec());
    let distance = median(window.iter().map(|value| (value - center).abs()).collect());
    (DEVIATIONS * NORMAL * distance).max(FLOOR)
}

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(total_order);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::{Close, Rule, outliers};
    use domain::date::Date;
    use domain::facts::ActionKind;

    fn closes(raw: &[f64]) -> Vec<Close> {
        let day = |at: usize| Date::from_epoch_days(at as i32);
        raw.iter().enumerate().map(|(at, raw)| Close { on: day(at), raw: Some(*raw), adjusted: None }).collect()
    }

    fn positions(raw: &[f64]) -> Vec<usize> {
        outliers(&closes(raw), &[], Rule::VendorAdjusted).iter().map(|outlier| outlier.at).collect()
    }

    #[test]
    fn a_spike_is_one_finding_and_its_reversal_none() {
        assert_eq!(positions(&[100.0, 101.0, 202.0, 102.0, 103.0]), [2]);
    }

    #[test]
    fn a_new_level_is_one_finding() {
        assert_eq!(positions(&[100.0, 101.0, 50.0, 51.0, 52.0]), [2]);
    }

    #[test]
    fn two_wild_days_are_two_findings() {
        assert_eq!(positions(&[100.0, 50.0, 200.0, 201.0]), [1, 2]);
    }

    #[test]
    fn a_wild_share_has_a_wide_bound() {
        // Returns of 0, ±4, ±8 and ±12 %: a median distance of 8 %, so a bound of about 95 %.
        let returns = (0..60).map(|at| 0.04 * f64::from(at % 7 - 3));
        let mut level = 100.0;
        let mut wild: Vec<f64> = returns
            .map(|change| {
                level *= 1.0 + change;
                level
            })
            .collect();
        wild.push(level * 1.5);
        assert!(positions(&wild).is_empty(), "50 % is within the bound");
        let calm: Vec<f64> = (0..60).map(|_| 100.0).chain([150.0]).collect();
        assert_eq!(positions(&calm), [60]);
    }

    #[test]
    fn a_split_is_no_outlier() {
        let split = [(Date::from_epoch_days(2), ActionKind::Split { numerator: 2, denominator: 1 })];
        assert!(outliers(&closes(&[100.0, 100.0, 50.0]), &split, Rule::ByActions).is_empty());
        assert_eq!(outliers(&closes(&[100.0, 100.0, 50.0]), &[], Rule::ByActions).len(), 1);
    }
}
