//! The reference model `momentum_baseline`: what the earlier public implementation did, kept to compare with.
//!
//! Over a window of max(H, 21) prices: momentum = last / first − 1; penalty = index / 100, times 1.5 for a weak
//! profile; expected return = momentum − penalty; score = that over a reference momentum, cut at ±1; confidence =
//! abs(momentum) over the reference, cut at 1; labels on the expected return at ±0.03 and ±0.01 (engines-v2 §6).
//!
//! Its defect is kept with it: the penalty is in units of the index, not of return, so an ordinary name of index 20
//! loses 20 % and is a SHORT. The model of this crate ([`super::combine`]) charges fragility in units of return.
//!
//! ```
//! use v2::assessment::baseline::{BaselineConfig, Reading};
//! let config = BaselineConfig { momentum_ref: 0.05, ..BaselineConfig::default() };
//! // Closes 100 + 0.5 i over 63 days: the last is 131, the one 20 days before it 121.
//! let steady = config.score(&Reading { first: 121.0, last: 131.0, index: Some(5.0), is_weak: false });
//! assert!((steady.expected_return - 0.032_644_6).abs() < 1e-7);
//! assert!((steady.score - 0.652_892_6).abs() < 1e-7);
//! ```

use serde::{Deserialize, Serialize};

use super::label::SignalLabel;
use crate::config::{ConfigError, Ranges};

/// The numbers of the reference model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BaselineConfig {
    /// The least window, in prices; 21 by default.
    pub min_window_days: u32,
    /// The momentum that gives a score of 1; 0.10 by default.
    pub momentum_ref: f64,
    /// The factor on the penalty of a weak profile; 1.5 by default.
    pub weak_factor: f64,
    /// A weak-profile driver from here on is a weak profile; 0.7 by default.
    pub weak_profile: f64,
    /// An expected return from here on is a STRONG_BUY, and its negative a SHORT; 0.03 by default.
    pub strong_cut: f64,
    /// An expected return from here on is a BUY, and its negative a SELL; 0.01 by default.
    pub cut: f64,
}

/// What the reference model reads of one instrument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The first price of the window.
    pub first: f64,
    /// The last price of the window.
    pub last: f64,
    /// The soft-target index, 0 to 100, where there is one and it is to count.
    pub index: Option<f64>,
    /// Whether the profile is weak.
    pub is_weak: bool,
}

/// What the reference model says of one instrument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaselineScore {
    /// Return over the window.
    pub momentum: f64,
    /// What the index takes off it.
    pub penalty: f64,
    /// Momentum less penalty.
    pub expected_return: f64,
    /// −1 to 1.
    pub score: f64,
    /// 0 to 1.
    pub confidence: f64,
    /// By expected return.
    pub label: SignalLabel,
}

impl Default for BaselineConfig {
    fn default() -> Self {
        Self {
            min_window_days: 21,
            momentum_ref: 0.10,
            weak_factor: 1.5,
            weak_profile: 0.7,
            strong_cut: 0.03,
            cut: 0.01,
        }
    }
}

impl BaselineConfig {
    /// The window of a horizon, in prices.
    #[must_use]
    pub fn window(&self, horizon_days: u32) -> u32 {
        horizon_days.max(self.min_window_days)
    }

    /// The score of one instrument.
    #[must_use]
    pub fn score(&self, reading: &Reading) -> BaselineScore {
        let momentum = reading.last / reading.first - 1.0;
        let factor = if reading.is_weak { self.weak_factor } else { 1.0 };
        let penalty = reading.index.map_or(0.0, |index| index / 100.0 * factor);
        let expected_return = momentum - penalty;
        BaselineScore {
            momentum,
            penalty,
            expected_return,
            score: (expected_return / self.momentum_ref).clamp(-1.0, 1.0),
            confidence: (momentum.abs() / self.momentum_ref).clamp(0.0, 1.0),
            label: self.label(expected_return),
        }
    }

    fn label(&self, expected_return: f64) -> SignalLabel {
        match expected_return {
            value if value >= self.strong_cut => SignalLabel::StrongBuy,
            value if value >= self.cut => SignalLabel::Buy,
            value if value <= -self.strong_cut => SignalLabel::Short,
            value if value <= -self.cut => SignalLabel::Sell,
            _ => SignalLabel::Hold,
        }
    }

    /// Refuses numbers out of range.
    ///
    /// # Errors
    /// [`ConfigError`] with the key.
    pub fn check(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        ranges.count("min_window_days", self.min_window_days, 2, 252)?;
        ranges.number("momentum_ref", self.momentum_ref, 1e-4, 10.0)?;
        ranges.number("weak_factor", self.weak_factor, 1.0, 10.0)?;
        ranges.share("weak_profile", self.weak_profile)?;
        ranges.number("strong_cut", self.strong_cut, 1e-6, 1.0)?;
        ranges.number("cut", self.cut, 1e-6, self.strong_cut)
    }
}
