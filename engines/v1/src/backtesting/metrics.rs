//! v1's metrics: total return, Sharpe ratio, maximum drawdown (engines-v1 §8).
//!
//! On the daily equity: the last over the first, less 1; mean over sample deviation of daily returns times √252, with
//! no riskless rate; the deepest fall from a former high, as a negative fraction. Example: 100, 110, 99 give −0.01,
//! −0.1 for the drawdown, and returns of 0.1 and −0.1 with a Sharpe ratio of 0.
//!
//! ```
//! use domain::quantity::Cash;
//! use v1::backtesting::metrics::Metrics;
//! let curve = [100_000_000, 110_000_000, 99_000_000].map(Cash::from_micros);
//! let metrics = Metrics::of(&curve);
//! assert!((metrics.total_return.unwrap() + 0.01).abs() < 1e-12);
//! assert!((metrics.max_drawdown.unwrap() + 0.1).abs() < 1e-12);
//! assert!(metrics.sharpe.unwrap().abs() < 1e-12);
//! ```

use domain::numeric::mean;
use domain::quantity::Cash;

use crate::stats::sample_deviation;

/// Days of a year.
const DAYS_A_YEAR: f64 = 252.0;

/// What v1 says of an equity curve; `None` where there are too few days, or nothing moved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// Last over first, less 1.
    pub total_return: Option<f64>,
    /// Of daily returns, a year of 252 days, ddof 1.
    pub sharpe: Option<f64>,
    /// The deepest fall from a high, 0 or below.
    pub max_drawdown: Option<f64>,
}

impl Metrics {
    /// The metrics of a daily curve.
    #[must_use]
    pub fn of(curve: &[Cash]) -> Self {
        let values: Vec<f64> = curve.iter().map(|equity| equity.to_units()).collect();
        let Some((first, last)) = values.first().zip(values.last()).filter(|_| values.iter().all(|v| *v > 0.0)) else {
            return Self::default();
        };
        let returns: Vec<f64> = values.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        let (mut high, mut deepest) = (*first, 0.0_f64);
        for value in &values {
            high = high.max(*value);
            deepest = deepest.min(value / high - 1.0);
        }
        let spread = sample_deviation(&returns).filter(|spread| *spread > 0.0);
        let sharpe = mean(&returns).zip(spread).map(|(mean, spread)| mean / spread * DAYS_A_YEAR.sqrt());
        Self { total_return: Some(last / first - 1.0), sharpe, max_drawdown: Some(deepest) }
    }
}
