//! The config of the trailing windows: the numbers of data-model §3 and engines-v2 §4, §13.

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, EngineConfig, Ranges};

/// How trailing figures are measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WindowsConfig {
    /// A return over a gap counts when the last price is at most this many trading days old; 5 by default.
    pub max_gap_days: u32,
    /// The share of a window's rows that must be there; 0.87 by default (55 of 63).
    pub min_rows_share: f64,
    /// The trailing history that an instrument's own percentile is taken in, in days; 756 by default.
    pub percentile_days: u32,
    /// The least history for an own percentile, in days; 252 by default.
    pub percentile_min_days: u32,
}

impl Default for WindowsConfig {
    fn default() -> Self {
        Self { max_gap_days: 5, min_rows_share: 0.87, percentile_days: 756, percentile_min_days: 252 }
    }
}

impl EngineConfig for WindowsConfig {
    const ENGINE: &'static str = "windows";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("windows");
        ranges.count("max_gap_days", self.max_gap_days, 0, 20)?;
        ranges.number("min_rows_share", self.min_rows_share, 0.5, 1.0)?;
        ranges.count("percentile_days", self.percentile_days, 63, 2520)?;
        ranges.count("percentile_min_days", self.percentile_min_days, 21, self.percentile_days)
    }
}
