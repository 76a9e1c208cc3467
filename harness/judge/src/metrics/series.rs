//! The account's daily marks, taken out of a journal.

use domain::date::Date;
use domain::quantity::Cash;
use journal::event::{BookMark, Event, JournalDay};

/// One mark a day, in the order of the days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The trading days that carry a mark.
    pub days: Vec<Date>,
    /// Their marks.
    pub marks: Vec<BookMark>,
}

impl Series {
    /// The marks of `days`. A day without one is left out here and is a violation in [`crate::audit`].
    #[must_use]
    pub fn of(days: &[JournalDay]) -> Self {
        let marked = days.iter().filter_map(|day| mark_of(day).map(|mark| (day.on, mark)));
        let (days, marks) = marked.unzip();
        Self { days, marks }
    }

    /// Equity at the end of each day.
    #[must_use]
    pub fn equity(&self) -> Vec<Cash> {
        self.marks.iter().map(|mark| mark.equity).collect()
    }

    /// Simple daily returns from the second day on, `(E₁ − E₀) / E₀`: the difference is taken in integers, so a
    /// small return keeps all its digits. `None` when equity was zero or less before the last day: what is lost of
    /// nothing has no size.
    #[must_use]
    pub fn returns(&self) -> Option<Vec<f64>> {
        self.marks.windows(2).map(|pair| relative_change(pair[0].equity, pair[1].equity)).collect()
    }
}

/// `(after − before) / before`; `None` unless `before` is positive.
pub(crate) fn relative_change(before: Cash, after: Cash) -> Option<f64> {
    let change = i128::from(after.micros()) - i128::from(before.micros());
    (before.micros() > 0).then(|| change as f64 / before.micros() as f64)
}

/// The mark of a day: its last event.
fn mark_of(day: &JournalDay) -> Option<BookMark> {
    match day.events.last() {
        Some(Event::BookMarked(mark)) => Some(*mark),
        _ => None,
    }
}
