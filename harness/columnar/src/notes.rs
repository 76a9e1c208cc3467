//! Remarks on a tape: what its series are, and what is known of single days.
//!
//! A remark names checks, subjects and days, so that a finding on one of them can be told from a new one.
//!
//! ```
//! use columnar::notes::{Note, Notes};
//! let note = Note {
//!     checks: "outlier".into(),
//!     subjects: "EQUITY:LEHMQ".into(),
//!     dates: "2000-07-26 2000-08-17..2000-08-18".into(),
//!     what: "all prices twice the true ones".into(),
//! };
//! let notes = Notes::parse("tape.toml", &[note])?;
//! let day = |text: &str| text.parse::<domain::date::Date>();
//! assert_eq!(notes.find("outlier", "EQUITY:LEHMQ", day("2000-08-18")?), Some("all prices twice the true ones"));
//! assert_eq!(notes.find("outlier", "EQUITY:LEHMQ", day("2000-08-19")?), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use domain::date::Date;
use serde::{Deserialize, Serialize};

use crate::error::DataError;

/// What a group of series is and when its values become known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesNote {
    /// The series, separated by white space.
    pub ids: String,
    /// The unit of the values.
    pub unit: String,
    /// `daily`, `monthly` or `quarterly`.
    pub frequency: Frequency,
    /// Which day of the period carries the value, for the reader.
    pub dated: String,
    /// Days from `happened_on` to `known_on`.
    pub release_lag_days: u16,
    /// Why this lag.
    pub why: String,
    /// Whether the values may never fall, as those of a cumulative index.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cumulative: bool,
}

/// How often a series has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// On trading days.
    Daily,
    /// Once a month.
    Monthly,
    /// Once in three months.
    Quarterly,
}

/// A remark on some days of some subjects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The checks whose findings it explains, separated by white space; empty for a remark that no check makes.
    pub checks: String,
    /// Instruments, series or markets, separated by white space; `*` for all.
    pub subjects: String,
    /// Days and ranges `first..last`, separated by white space; `*` for all.
    pub dates: String,
    /// What the matter is.
    pub what: String,
}

/// Remarks, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Notes(Vec<Parsed>);

#[derive(Clone, Debug)]
struct Parsed {
    checks: Vec<String>,
    subjects: Vec<String>,
    /// `None` for all days.
    spans: Option<Vec<(Date, Date)>>,
    what: String,
}

impl SeriesNote {
    /// The series, one by one.
    pub fn series(&self) -> impl Iterator<Item = &str> {
        self.ids.split_whitespace()
    }
}

impl Notes {
    /// Reads the days and ranges of the remarks in `file`.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] for a day that is none or a range that runs backwards.
    pub fn parse(file: &str, notes: &[Note]) -> Result<Self, DataError> {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let parsed = notes.iter().map(|note| {
            let spans = match note.dates.as_str() {
                "*" => None,
                dates => Some(dates.split_whitespace().map(|span| parse_span(file, span)).collect::<Result<_, _>>()?),
            };
            let (checks, subjects) = (words(&note.checks), words(&note.subjects));
            Ok(Parsed { checks, subjects, spans, what: note.what.clone() })
        });
        parsed.collect::<Result<_, DataError>>().map(Self)
    }

    /// The first remark on a check of a subject on a day.
    #[must_use]
    pub fn find(&self, check: &str, subject: &str, on: Date) -> Option<&str> {
        self.position(check, subject, on, on).map(|at| self.0[at].what.as_str())
    }

    /// The position of the first remark whose days include both ends of a span.
    pub(crate) fn position(&self, check: &str, subject: &str, first: Date, last: Date) -> Option<usize> {
        let includes = |note: &Parsed, on: Date| {
            note.spans.as_ref().is_none_or(|spans| spans.iter().any(|span| (span.0..=span.1).contains(&on)))
        };
        let speaks = |note: &Parsed| {
            note.checks.iter().any(|known| known == check)
                && note.subjects.iter().any(|known| known == "*" || known == subject)
                && includes(note, first)
                && includes(note, last)
        };
        self.0.iter().position(speaks)
    }

    /// Whether the remark at a position speaks of a check.
    pub(crate) fn asks(&self, at: usize, check: &str) -> bool {
        self.0.get(at).is_some_and(|note| note.checks.iter().any(|known| known == check))
    }

    /// The first day that the remark at a position names, if it names any.
    pub(crate) fn first_day(&self, at: usize) -> Option<Date> {
        self.0.get(at)?.spans.as_ref()?.first().map(|span| span.0)
    }
}

fn parse_span(file: &str, text: &str) -> Result<(Date, Date), DataError> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let day = |text: &str| text.parse::<Date>().map_err(|error| DataError::unreadable(file, format!("dates: {error}")));
    let (first, last) = (day(first)?, day(last)?);
    let backwards = || DataError::unreadable(file, format!("dates: {text} runs backwards, expected first..last"));
    if first <= last { Ok((first, last)) } else { Err(backwards()) }
}
