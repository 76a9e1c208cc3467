//! The figures of a run, computed from its journal alone.
//!
//! | module | holds |
//! |---|---|
//! | [`series`] | the daily marks and the returns between them |
//! | [`returns`] | annual return, volatility, Sharpe, Sortino, omega, hit rate |
//! | [`drawdown`] | the deepest and the longest loss from the running maximum |
//! | [`moments`] | mean, deviation, skew, kurtosis |
//! | [`tails`] | value at risk and beyond it, historical and Gaussian; tail ratio |
//! | [`trading`] | turnover, exposure, counts |
//! | [`normal`] | quantile and density of the normal distribution |
//! | [`Metrics`] | all of them, each with its unit, in one fixed order |
//!
//! Equity is an integer of micro-units, so a return is rounded once. Sums have the fixed shape of
//! `domain::numeric`, and elementary functions come from there too: the same journal gives the same bits everywhere.
//! A figure that is not defined, for want of days, of spread or of losses, is absent; it is never NaN.

pub mod drawdown;
pub mod moments;
pub mod normal;
pub mod returns;
pub mod series;
mod table;
pub mod tails;
#[cfg(test)]
mod tests;
pub mod trading;

pub use table::{Metric, MetricValue, Metrics, Unit};
