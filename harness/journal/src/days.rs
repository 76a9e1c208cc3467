//! The days of a journal: their canonical bytes, and their events for whoever asks.
//!
//! A run that is recorded in memory keeps each day as the canonical bytes that its digests were taken of, a quarter of
//! what the events themselves would fill. They are decoded, all at once, when somebody first looks at a day; what is
//! only counted, compared by digest or written down is never decoded.
//!
//! ```
//! use journal::{days::Days, event::{BookMark, Event, JournalDay}};
//! let day = JournalDay { on: "2008-09-15".parse()?, events: vec![Event::BookMarked(BookMark::default())] };
//! let days = Days::from(vec![day]);
//! assert_eq!(days.len(), 1); // a list of days, for every use
//! assert_eq!(days[0].events.len(), 1);
//! # Ok::<(), domain::date::DateError>(())
//! ```

use std::cell::OnceCell;
use std::fmt;
use std::ops::Deref;

use crate::codec::decode_day;
use crate::event::JournalDay;

/// The days of a journal, ascending. It is read as a list of [`JournalDay`].
#[derive(Clone, Default)]
pub struct Days {
    /// The canonical bytes of the days that were recorded in memory, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// All days, once they were looked at, and from the start where they came as events.
    decoded: OnceCell<Vec<JournalDay>>,
}

impl Days {
    /// Appends a recorded day by its canonical bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        // Whoever looked before looks again at a longer list.
        self.decoded.take();
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
    }

    /// The days as a list to change.
    pub fn to_mut(&mut self) -> &mut Vec<JournalDay> {
        let days = self.to_vec();
        *self = Self::from(days);
        self.decoded.get_mut().unwrap_or_else(|| unreachable!("days that came as events are decoded"))
    }

    fn decode(&self) -> Vec<JournalDay> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let each = starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end]);
        // The recorder checked every instrument before it wrote it.
        each.map(|bytes| match decode_day(bytes, u32::MAX, |_, _| {}) {
            Ok(day) => day,
            Err(fault) => unreachable!("a day that was recorded here cannot be read: {fault}"),
        })
        .collect()
    }
}

impl Deref for Days {
    type Target = [JournalDay];

    fn deref(&self) -> &[JournalDay] {
        self.decoded.get_or_init(|| self.decode())
    }
}

impl From<Vec<JournalDay>> for Days {
    fn from(days: Vec<JournalDay>) -> Self {
        Self { decoded: days.into(), ..Self::default() }
    }
}

impl<'a> IntoIterator for &'a Days {
    type Item = &'a JournalDay;
    type IntoIter = std::slice::Iter<'a, JournalDay>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Days {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Days {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, out)
    }
}
