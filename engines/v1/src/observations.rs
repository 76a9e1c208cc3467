//! A series as v1 saw it: one value each weekday, the last one known carried on.
//!
//! v1 read its inputs every weekday, holidays included, so a monthly figure counts once for each weekday on which it
//! was the latest: `252 observations` are a year of weekdays, not 252 releases. Values are taken as they were known
//! on each day, newest first. A source may be the difference of two series, such as a ten-year less a two-year yield.
//!
//! Example: with 1.0 known from Friday and 1.5 from Tuesday, the observations on Tuesday are 1.5, 1.0, 1.0.

use domain::date::Date;
use domain::tape::SeriesPoint;
use domain::view::View;

use crate::config::Source;

/// A value that became known longer ago than this many days is no longer available [chosen].
pub const STALE_AFTER_DAYS: i32 = 100;
/// Fewer observations than these say nothing: a 20-day change needs them [chosen].
pub const MIN_OBSERVATIONS: usize = 21;
/// Observations in a year (engines-v1 §1.2).
pub const YEAR: usize = 252;
/// Observations in five years (engines-v1 §1.2).
pub const FIVE_YEARS: usize = 1260;

/// The last `count` observations of `source`, newest first; fewer where the series begins later, none where its last
/// value is stale.
#[must_use]
pub fn observations(view: &View<'_>, source: &Source, count: usize) -> Vec<f64> {
    let mut left = Walk::new(view, &source.series);
    let mut right = source.minus.as_deref().map(|name| Walk::new(view, name));
    let fresh = |walk: &Walk<'_>| walk.is_fresh(view.today());
    if !fresh(&left) || !right.as_ref().is_none_or(fresh) {
        return Vec::new();
    }
    let mut day = view.today();
    let mut values = Vec::with_capacity(count);
    while values.len() < count {
        let Some(value) = left.value(day) else { break };
        let minus = match &mut right {
            None => 0.0,
            Some(right) => match right.value(day) {
                Some(minus) => minus,
                None => break,
            },
        };
        values.push(value - minus);
        day = weekday_before(day);
    }
    values
}

/// The last value known of the series `name`, unless it is stale.
#[must_use]
pub fn latest(view: &View<'_>, name: &str) -> Option<f64> {
    let walk = Walk::new(view, name);
    walk.0.last().filter(|_| walk.is_fresh(view.today())).map(|point| point.value)
}

/// The weekday before `day`.
#[must_use]
pub const fn weekday_before(day: Date) -> Date {
    match day.weekday() {
        0 => day.plus_days(-3),
        6 => day.plus_days(-2),
        _ => day.plus_days(-1),
    }
}

/// What was known of a series, walking back in time.
struct Walk<'t>(&'t [SeriesPoint]);

impl<'t> Walk<'t> {
    fn new(view: &View<'t>, name: &str) -> Self {
        Self(view.series(name))
    }

    fn is_fresh(&self, today: Date) -> bool {
        self.0.last().is_some_and(|point| point.known_on.plus_days(STALE_AFTER_DAYS) >= today)
    }

    fn value(&mut self, day: Date) -> Option<f64> {
        while let [before @ .., last] = self.0 {
            if last.known_on <= day {
                return Some(last.value);
            }
            self.0 = before;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::weekday_before;
    use domain::date::Date;

    #[test]
    fn weekends_are_stepped_over() {
        let days: [Date; 4] = ["2024-01-08", "2024-01-07", "2024-01-06", "2024-01-05"].map(|day| day.parse().unwrap());
        for day in &days[..3] {
            assert_eq!(weekday_before(*day), days[3]);
        }
        assert_eq!(weekday_before(days[3]).to_string(), "2024-01-04");
    }
}
