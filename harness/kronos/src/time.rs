//! A second of UTC, handed in by whoever has a clock.
//!
//! ```
//! use kronos::time::UtcTime;
//! let lehman: UtcTime = "2008-09-15T05:45:00Z".parse()?;
//! assert_eq!(lehman.epoch_seconds(), 1_221_457_500);
//! assert_eq!(lehman.day().to_string(), "2008-09-15");
//! assert_eq!(UtcTime::from_epoch_seconds(-1).to_string(), "1969-12-31T23:59:59Z");
//! assert!("2008-09-15 05:45".parse::<UtcTime>().is_err()); // another zone could be meant
//! # Ok::<(), kronos::time::TimeError>(())
//! ```

use std::fmt;
use std::str::FromStr;

use domain::date::Date;
use serde::{Deserialize, Serialize};

/// Seconds in a day of UTC; leap seconds do not exist here.
const DAY_SECONDS: i64 = 86_400;

/// A second of UTC. Text is `YYYY-MM-DDTHH:MM:SSZ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UtcTime(i64);

/// The text is no second of UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a time: expected UTC as YYYY-MM-DDTHH:MM:SSZ, for example 2026-01-31T16:00:00Z")]
pub struct TimeError {
    text: String,
}

impl UtcTime {
    /// The second that many seconds after 1970-01-01T00:00:00Z; before it, when negative.
    #[must_use]
    pub const fn from_epoch_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn epoch_seconds(self) -> i64 {
        self.0
    }

    /// The first second of a day.
    #[must_use]
    pub fn start_of(day: Date) -> Self {
        Self(i64::from(day.epoch_days()) * DAY_SECONDS)
    }

    /// The day in UTC. Beyond the days that a date can count, the last one.
    #[must_use]
    pub fn day(self) -> Date {
        Date::from_epoch_days(i32::try_from(self.0.div_euclid(DAY_SECONDS)).unwrap_or(i32::MAX))
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(DAY_SECONDS);
        write!(out, "{}T{:02}:{:02}:{:02}Z", self.day(), second / 3600, second / 60 % 60, second % 60)
    }
}

impl FromStr for UtcTime {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError { text: text.to_owned() };
        let (day, clock) = text.split_once('T').ok_or_else(error)?;
        let day: Date = day.parse().map_err(|_| error())?;
        let clock = clock.strip_suffix('Z').ok_or_else(error)?;
        let parts: Vec<i64> = clock.split(':').filter_map(|part| part.parse().ok()).collect();
        let time = match parts.as_slice() {
            [hour @ 0..24, minute @ 0..60, second @ 0..60] => {
                Self(Self::start_of(day).0 + hour * 3600 + minute * 60 + second)
            }
            _ => return Err(error()),
        };
        // One text a second: `9:5:00` would be a second spelling of 09:05:00.
        if time.to_string() == text { Ok(time) } else { Err(error()) }
    }
}

impl TryFrom<String> for UtcTime {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl From<UtcTime> for String {
    fn from(time: UtcTime) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::UtcTime;

    #[rstest]
    #[case("2026-11-25T24:00:00Z")]
    #[case("2026-11-25T23:60:00Z")]
    #[case("2026-11-25T23:59:60Z")]
    #[case("2026-11-25T9:05:00Z")]
    #[case("2026-11-25T09:05Z")]
    #[case("2026-11-25T09:05:00")]
    #[case("2026-11-25T09:05:00+00:00")]
    #[case("2026-11-31T09:05:00Z")]
    #[case("2026-11-25T+9:05:00Z")]
    fn another_spelling_is_refused(#[case] text: &str) {
        assert!(text.parse::<UtcTime>().is_err(), "{text}");
    }

    #[test]
    fn times_read_back() {
        for seconds in [0, 1, 86_399, 86_400, -1, 1_795_630_866, -86_401] {
            let time = UtcTime::from_epoch_seconds(seconds);
            assert_eq!(time.to_string().parse(), Ok(time));
        }
    }
}
