//! What each side earned and risked on the days of both, and how far they went together.
//!
//! Returns are those of the whole account between one common day and the next, so a weekday of v1 without a session
//! counts to the next common day and nothing is lost. The figures are those of [`crate::metrics`], with 252 common
//! days to the year. From 100 to 110 to 99 is a loss of a hundredth with a drawdown of a tenth:
//!
//! ```
//! use domain::quantity::Cash;
//! use judge::reference::{Figures, Measured};
//! let equity = [100, 110, 99].map(Cash::from_micros);
//! let figures = Figures::of(&equity);
//! assert_eq!(figures.total_return, Measured::Value(-0.01));
//! assert_eq!(figures.max_drawdown, Measured::Value(-0.1));
//! ```

use domain::quantity::Cash;
use serde::{Deserialize, Serialize};

use super::measured::{Absence, Measured};
use super::rank::correlation;
use crate::metrics::drawdown::Drawdown;
use crate::metrics::returns::{annual_return, sharpe_ratio, volatility};
use crate::metrics::series::relative_change;
use crate::metrics::tails::{mean_at_or_below, quantile_interpolated};

/// Return and risk of one account on the common days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Growth from the first common day to the last, as a fraction.
    pub total_return: Measured,
    /// Geometric, a year.
    pub annual_return: Measured,
    /// Sample deviation (ddof 1) of returns times √252, a year.
    pub volatility: Measured,
    /// Mean over sample deviation, times √252; no risk-free rate.
    pub sharpe_ratio: Measured,
    /// The deepest fall from the running maximum; zero or negative.
    pub max_drawdown: Measured,
    /// The 5th percentile of returns by linear interpolation.
    pub var_95: Measured,
    /// Mean of the returns at or below `var_95`: the expected shortfall.
    pub es_95: Measured,
}

/// How far two accounts went together on the common days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Together {
    /// Pearson's correlation of the returns, −1 to 1.
    pub return_correlation: Measured,
    /// Sample deviation (ddof 1) of the successor's return less the reference's, times √252, a year.
    pub tracking_error: Measured,
}

impl Figures {
    /// The figures of equity after each common day.
    #[must_use]
    pub fn of(equity: &[Cash]) -> Self {
        let returns = returns(equity);
        let total = equity.first().zip(equity.last()).filter(|_| equity.len() > 1);
        let total = total.and_then(|(first, last)| relative_change(*first, *last));
        let few = |value| Measured::or(value, Absence::TooFewReturns);
        let tail = quantile_interpolated(&returns, 5);
        let flat = if returns.len() < 2 { Absence::TooFewReturns } else { Absence::NoSpread };
        Self {
            total_return: few(total),
            annual_return: few(total.and_then(|growth| annual_return(growth, equity.len() - 1))),
            volatility: few(volatility(&returns)),
            sharpe_ratio: Measured::or(sharpe_ratio(&returns), flat),
            max_drawdown: Measured::or(Drawdown::of(equity).map(|found| found.deepest), Absence::NoCommonDays),
            var_95: few(tail),
            es_95: few(tail.and_then(|limit| mean_at_or_below(&returns, limit))),
        }
    }
}

impl Together {
    /// The two measures of equity after each common day, in the same order on both sides.
    #[must_use]
    pub fn of(reference: &[Cash], successor: &[Cash]) -> Self {
        let (left, right) = (returns(reference), returns(successor));
        let apart: Vec<f64> = right.iter().zip(&left).map(|(right, left)| right - left).collect();
        let why = if left.len() < 2 { Absence::TooFewReturns } else { Absence::NoSpread };
        Self {
            return_correlation: Measured::or(correlation(&left, &right).filter(|_| left.len() > 1), why),
            tracking_error: Measured::or(volatility(&apart), Absence::TooFewReturns),
        }
    }
}

/// Returns from one day to the next; empty where equity was ever zero or less.
fn returns(equity: &[Cash]) -> Vec<f64> {
    let pairs = equity.windows(2).map(|pair| relative_change(pair[0], pair[1]));
    pairs.collect::<Option<Vec<f64>>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Figures, Together};
    use crate::reference::measured::{Absence, Measured};
    use domain::quantity::Cash;

    fn close(found: Measured, expected: f64) {
        let found = found.value().unwrap();
        assert!((found - expected).abs() < 1e-14, "{found} is not {expected}");
    }

    #[test]
    fn the_worked_example() {
        let figures = Figures::of(&[100, 110, 99].map(Cash::from_micros));
        assert_eq!((figures.total_return, figures.max_drawdown), (Measured::Value(-0.01), Measured::Value(-0.1)));
        // Returns 0.1 and −0.1: mean 0, deviation √0.02.
        close(figures.volatility, (0.02_f64 * 252.0).sqrt());
        close(figures.sharpe_ratio, 0.0);
        close(figures.var_95, -0.1 + 0.2 * 0.05);
        close(figures.es_95, -0.1);
    }

    #[test]
    fn accounts_that_move_together_and_apart() {
        let (left, right) = ([100, 110, 99, 108].map(Cash::from_micros), [200, 220, 198, 216].map(Cash::from_micros));
        let same = Together::of(&left, &right);
        close(same.return_correlation, 1.0);
        assert_eq!(same.tracking_error, Measured::Value(0.0));
        // Returns 0.1, −0.1 against −0.1, 0.1: apart by −0.2 and 0.2.
        let apart = Together::of(&[100, 110, 99].map(Cash::from_micros), &[1000, 900, 990].map(Cash::from_micros));
        close(apart.return_correlation, -1.0);
        close(apart.tracking_error, (0.08_f64 * 252.0).sqrt());
    }

    #[test]
    fn cash_has_figures_but_no_ratio() {
        let figures = Figures::of(&[100; 3].map(Cash::from_micros));
        assert_eq!((figures.total_return, figures.volatility), (Measured::Value(0.0), Measured::Value(0.0)));
        assert_eq!(figures.sharpe_ratio, Measured::Absent(Absence::NoSpread));
        let one = Figures::of(&[Cash::from_micros(100)]);
        assert_eq!((one.total_return, one.var_95), (Measured::Absent(Absence::TooFewReturns), one.volatility));
        assert_eq!(Figures::of(&[]).max_drawdown, Measured::Absent(Absence::NoCommonDays));
        let both = Together::of(&[100; 3].map(Cash::from_micros), &[100; 3].map(Cash::from_micros));
        assert_eq!(both.return_correlation, Measured::Absent(Absence::NoSpread));
    }
}
