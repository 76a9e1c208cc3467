//! The only clock of the house.
//!
//! It dates acts of people, trials and verdicts, and tells people how long something took. Nothing that is compared depends
//! on it; of what is hashed or written as JSON only the time of an act and the id of a verdict do, which hashes the day on
//! which it is made.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "an act carries its time, and people are told how long something took"
)]

use std::time::Duration;

use domain::date::Date;
use kronos::time::UtcTime;

/// Seconds in a day of UTC.
const DAY_SECONDS: u64 = 86_400;

/// Today's date in UTC. A machine whose clock stands before 1970 is at 1970-01-01.
#[must_use]
pub fn today() -> Date {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Date::from_epoch_days(i32::try_from(since.as_secs() / DAY_SECONDS).unwrap_or(0))
}

/// The second of UTC. A machine whose clock stands before 1970 is at its first second.
#[must_use]
pub fn now() -> UtcTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UtcTime::from_epoch_seconds(i64::try_from(since.as_secs()).unwrap_or(0))
}

/// Measures how long something takes, for people.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn today_is_after_this_was_written() {
        assert!(super::today().year() >= 2026);
    }
}
