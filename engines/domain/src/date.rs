//! A civil day. The harness knows no smaller unit of time: what matters is the order of trading days.
//!
//! ```
//! use domain::date::Date;
//! let lehman: Date = "2008-09-15".parse()?;
//! assert_eq!(lehman.to_string(), "2008-09-15");
//! assert_eq!(lehman.plus_days(1).to_string(), "2008-09-16");
//! assert_eq!(lehman.weekday(), 0); // a Monday
//! # Ok::<(), domain::date::DateError>(())
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A day of the proleptic Gregorian calendar, stored as days since 1970-01-01.
///
/// Files write it as `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(i32);

/// The text was not a date, or the date lies outside the years 1 to 9999.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a date: expected YYYY-MM-DD, for example 2008-09-15")]
pub struct DateError {
    text: String,
}

/// The days −9999-01-01 and 9999-12-31: beyond them a day has no year and counts as the nearest that has one.
const FIRST_DAY: i32 = -4_371_587;
const LAST_DAY: i32 = 2_932_896;

impl Date {
    /// The day `days` after 1970-01-01 (before it, when negative).
    #[must_use]
    pub const fn from_epoch_days(days: i32) -> Self {
        Self(days)
    }

    /// A day by year, month (1 to 12) and day of the month.
    ///
    /// # Errors
    /// When there is no such day.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Result<Self, DateError> {
        jiff::civil::Date::new(year, month, day)
            .map(Self::from_civil)
            .map_err(|_| DateError { text: format!("{year:04}-{month:02}-{day:02}") })
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// The day `days` later (earlier, when negative).
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// The day of the week: 0 is Monday, 6 is Sunday.
    #[must_use]
    pub const fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday, which is 3.
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// Year and month, for grouping by month.
    #[must_use]
    pub fn year_month(self) -> (i16, i8) {
        // Every day of a replay is asked, so this counts in integers: years from 1 March, so that a leap day is the last
        // day of its year, in eras of 400 years, which all have the same number of days. A shifted month of five months
        // has 153 days.
        let days = self.0.clamp(FIRST_DAY, LAST_DAY) + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (later, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
        ((era * 400 + year + later) as i16, month as i8)
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year_month().0
    }

    fn from_civil(civil: jiff::civil::Date) -> Self {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = civil.duration_since(epoch).as_hours() / 24;
        Self(i32::try_from(days).unwrap_or(i32::MAX))
    }

    fn civil(self) -> jiff::civil::Date {
        let epoch = jiff::civil::date(1970, 1, 1);
        epoch.saturating_add(jiff::SignedDuration::from_hours(i64::from(self.0) * 24))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(out, "{:04}-{:02}-{:02}", civil.year(), civil.month(), civil.day())
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let error = || DateError { text: text.to_owned() };
        // The shape is checked first: the parser behind it also accepts times and week dates.
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(error());
        }
        text.parse::<jiff::civil::Date>().map(Self::from_civil).map_err(|_| error())
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn epoch_and_leap_days() {
        assert_eq!(Date::from_epoch_days(0).to_string(), "1970-01-01");
        let leap: Date = "2000-02-29".parse().unwrap();
        assert_eq!(leap.plus_days(1).to_string(), "2000-03-01");
        assert_eq!(leap.epoch_days(), 11_016);
        assert_eq!(leap.year_month(), (2000, 2));
    }

    #[test]
    fn months_agree_with_the_calendar_on_every_day() {
        for days in (super::FIRST_DAY - 2..=super::LAST_DAY + 2).chain([i32::MIN, i32::MAX]) {
            let civil = Date(days).civil();
            assert_eq!(Date(days).year_month(), (civil.year(), civil.month()), "day {days}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_day() {
        for text in ["2001-02-29", "2001-2-9", "20010209", "2001-02-09T00:00", "", "2001-13-01"] {
            assert!(text.parse::<Date>().is_err(), "{text} must be refused");
        }
    }

    #[test]
    fn weekday_counts_from_monday() {
        let monday: Date = "2024-01-08".parse().unwrap();
        for offset in 0..14 {
            assert_eq!(i32::from(monday.plus_days(offset).weekday()), offset % 7);
        }
    }
}
