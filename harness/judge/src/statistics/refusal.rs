//! Why there is no figure.
//!
//! Nothing here gives NaN or infinity back: what cannot be computed is refused, with the reason.
//!
//! ```
//! use judge::statistics::proportion::wilson;
//! use judge::statistics::refusal::Refusal;
//! let refused = wilson(3, 2, 0.95);
//! assert_eq!(refused, Err(Refusal::OutOfRange { what: "hits", value: 3.0, allowed: "0 to the number of trials" }));
//! ```

/// Why a statistic has no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// A series is shorter than the figure needs.
    #[error("{found} days are too few, {needed} are needed")]
    TooFewDays {
        /// Days given.
        found: usize,
        /// Days at which the figure begins to exist.
        needed: usize,
    },
    /// Series that must cover the same days do not.
    #[error("a series of {found} days stands beside one of {expected}")]
    LengthsDiffer {
        /// Days of the first series.
        expected: usize,
        /// Days of the other.
        found: usize,
    },
    /// A value is NaN, infinite, or beyond ±1e9.
    #[error("entry {at} is no number within ±1e9")]
    NotFinite {
        /// The place of the first such value in its series, from 0.
        at: usize,
    },
    /// A series does not move, so nothing can be divided by its deviation.
    #[error("{what} has no spread")]
    NoSpread {
        /// Which series.
        what: &'static str,
    },
    /// A parameter lies outside its range.
    #[error("{what} is {value}, allowed is {allowed}")]
    OutOfRange {
        /// Which parameter.
        what: &'static str,
        /// What was given.
        value: f64,
        /// What would have been accepted.
        allowed: &'static str,
    },
    /// Too many resamples had no spread in one of the series.
    #[error("{degenerate} of {resamples} resamples have no spread")]
    Degenerate {
        /// Resamples without a figure.
        degenerate: usize,
        /// All resamples.
        resamples: usize,
    },
}

impl Refusal {
    /// A count outside its range.
    pub(super) fn count(what: &'static str, value: usize, allowed: &'static str) -> Self {
        Self::OutOfRange { what, value: value as f64, allowed }
    }
}

/// Refuses a probability outside the open interval from 0 to 1.
pub(super) fn open_unit(what: &'static str, value: f64) -> Result<(), Refusal> {
    if value > 0.0 && value < 1.0 {
        return Ok(());
    }
    Err(Refusal::OutOfRange { what, value: if value.is_nan() { -1.0 } else { value }, allowed: "between 0 and 1" })
}
