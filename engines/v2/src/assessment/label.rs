//! What a score says in a word.
//!
//! ```
//! use v2::assessment::label::{LabelCuts, SignalLabel};
//! let cuts = LabelCuts::default();
//! assert_eq!(cuts.label(0.6), SignalLabel::StrongBuy);
//! assert_eq!(cuts.label(-0.2), SignalLabel::Sell);
//! assert_eq!("STRONG_SELL".parse(), Ok(SignalLabel::Short)); // another vocabulary's word, accepted on import
//! assert_eq!(SignalLabel::Short.name(), "SHORT");
//! ```

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, Ranges};

/// A score in a word, from the most negative up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignalLabel {
    /// Worth being short. `STRONG_SELL` is its alias on import (data-model §7, 6).
    #[serde(alias = "STRONG_SELL")]
    Short,
    /// Worth selling.
    Sell,
    /// Worth neither.
    Hold,
    /// Worth buying.
    Buy,
    /// Worth buying first.
    StrongBuy,
}

/// The text is not a label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a signal label: expected STRONG_BUY, BUY, HOLD, SELL, SHORT or its alias STRONG_SELL")]
pub struct LabelError(String);

/// The scores at which labels begin (engines-v2 §13): −1 ≤ short ≤ sell ≤ buy ≤ strong_buy ≤ 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LabelCuts {
    /// STRONG_BUY from here up; 0.6 by default.
    pub strong_buy: f64,
    /// BUY from here up; 0.2 by default.
    pub buy: f64,
    /// SELL from here down; −0.2 by default.
    pub sell: f64,
    /// SHORT from here down; −0.6 by default.
    pub short: f64,
}

impl Default for LabelCuts {
    fn default() -> Self {
        Self { strong_buy: 0.6, buy: 0.2, sell: -0.2, short: -0.6 }
    }
}

impl LabelCuts {
    /// The label of a score; a cut itself belongs to the stronger label.
    #[must_use]
    pub fn label(&self, score: f64) -> SignalLabel {
        match score {
            score if score >= self.strong_buy => SignalLabel::StrongBuy,
            score if score >= self.buy => SignalLabel::Buy,
            score if score <= self.short => SignalLabel::Short,
            score if score <= self.sell => SignalLabel::Sell,
            _ => SignalLabel::Hold,
        }
    }

    /// Refuses cuts out of order.
    ///
    /// # Errors
    /// [`ConfigError`] with the key.
    pub fn check(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        ranges.number("strong_buy", self.strong_buy, 0.0, 1.0)?;
        ranges.number("buy", self.buy, 0.0, self.strong_buy)?;
        ranges.number("sell", self.sell, -1.0, 0.0)?;
        ranges.number("short", self.short, -1.0, self.sell)?;
        if self.sell < self.buy { Ok(()) } else { ranges.refuse("sell", self.sell, "a number below buy") }
    }
}

impl SignalLabel {
    /// Every label, from the most negative up.
    pub const ALL: [Self; 5] = [Self::Short, Self::Sell, Self::Hold, Self::Buy, Self::StrongBuy];

    /// The label as tables and journals spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Short => "SHORT",
            Self::Sell => "SELL",
            Self::Hold => "HOLD",
            Self::Buy => "BUY",
            Self::StrongBuy => "STRONG_BUY",
        }
    }
}

impl FromStr for SignalLabel {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        let found = Self::ALL.into_iter().find(|label| label.name() == text);
        let alias = || (text == "STRONG_SELL").then_some(Self::Short);
        found.or_else(alias).ok_or_else(|| LabelError(text.to_owned()))
    }
}
