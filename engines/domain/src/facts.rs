//! Facts: what happened, and when it could be known.
//!
//! Each fact carries two dates. `happened_on` is the day it speaks of; `known_on` is the first day on which a
//! decision may use it. A closing price is known on its own day, a month's inflation weeks later. A tape sorts
//! facts by the second date.
//!
//! ```
//! use domain::facts::SeriesFact;
//! let inflation = SeriesFact {
//!     series: "US_CPI_M".into(),
//!     happened_on: "2008-09-01".parse()?,
//!     known_on: "2008-10-16".parse()?,
//!     value: 218.877,
//! };
//! assert!(inflation.known_on > inflation.happened_on);
//! # Ok::<(), domain::date::DateError>(())
//! ```

mod texts;

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::InstrumentId;

pub use texts::{TextFact, TextKind, TextKindError};

/// An instrument, by what is known of it in advance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstrumentFact {
    /// Its id.
    pub id: InstrumentId,
    /// The market it trades on, for example `US_EQ`.
    pub market: String,
    /// The currency of its prices, three capitals.
    pub currency: String,
    /// The issuer, where there is one.
    pub issuer: Option<String>,
    /// The sector, where it is known.
    pub sector: Option<String>,
}

/// One session of one instrument. A price that is absent is absent, never zero or NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct BarFact {
    /// The instrument.
    pub instrument: InstrumentId,
    /// The session.
    pub happened_on: Date,
    /// The open as traded.
    pub open: Option<f64>,
    /// The high as traded.
    pub high: Option<f64>,
    /// The low as traded.
    pub low: Option<f64>,
    /// The close as traded.
    pub close: Option<f64>,
    /// The close as the vendor adjusts it, with knowledge of later splits and dividends.
    pub adjusted_close: Option<f64>,
    /// Shares traded.
    pub volume: Option<f64>,
}

/// One value of a macro or factor series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesFact {
    /// The series, for example `UST_10Y`.
    pub series: String,
    /// The day or the first day of the period that the value speaks of.
    pub happened_on: Date,
    /// The first day on which a decision may use it.
    pub known_on: Date,
    /// The value, in the unit that the tape's manifest names.
    pub value: f64,
}

/// A change to what one share is, or the end of its trading.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionFact {
    /// The instrument.
    pub instrument: InstrumentId,
    /// The ex-date of a split or dividend; the first day without trading for a delisting.
    pub happened_on: Date,
    /// The first day on which a decision may use it; not before `happened_on` in the bundled data.
    pub known_on: Date,
    /// What changes.
    pub kind: ActionKind,
}

/// The kinds of corporate action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ActionKind {
    /// `numerator` new shares for each `denominator` old ones.
    Split {
        /// New shares.
        numerator: u32,
        /// Old shares.
        denominator: u32,
    },
    /// Cash for each share held over the ex-date, in the instrument's currency.
    CashDividend {
        /// Per share, positive.
        amount: f64,
    },
    /// A distribution in kind, handled as if sold at the ex-date's close and reinvested: the holding grows by
    /// `ratio_millionths / 10^6` shares for each share.
    Spinoff {
        /// Shares after for each share before, in millionths.
        ratio_millionths: u32,
    },
    /// Trading has ended; what is still held is settled in cash at the last close.
    Delisting,
    /// No order is filled from `happened_on` to the day before `until`.
    Halt {
        /// The first day of trading after the halt.
        until: Date,
    },
}

impl ActionKind {
    /// The rank in which actions of one day apply, and the code in canonical bytes: shares change before cash is
    /// paid on them, and trading ends last.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Split { .. } => 0,
            Self::Spinoff { .. } => 1,
            Self::CashDividend { .. } => 2,
            Self::Halt { .. } => 3,
            Self::Delisting => 4,
        }
    }

    /// Shares after the action for each share before it, as a fraction.
    #[must_use]
    pub fn share_ratio(self) -> (i64, i64) {
        match self {
            Self::Split { numerator, denominator } => (i64::from(numerator), i64::from(denominator)),
            Self::Spinoff { ratio_millionths } => (i64::from(ratio_millionths), 1_000_000),
            _ => (1, 1),
        }
    }
}

/// Which price a scenario trades at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceBasis {
    /// Prices as traded; splits and dividends reach the account as corporate actions.
    Raw,
    /// The vendor's adjusted closes; open, high and low are scaled by the same factor, actions are not applied.
    Adjusted,
}
