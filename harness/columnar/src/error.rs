//! Why data were refused.
//!
//! A refusal names the place so exactly that a reader can put a finger on it: file, row, column, the value found
//! and what was expected. Rows are counted from 1 and count data only, so row 1 of a CSV file is its second line.
//!
//! ```
//! use columnar::error::{CellError, DataError, Reason};
//! let error = DataError::from(CellError {
//!     file: "prices.csv".into(), row: 3, column: "close".into(), value: "-1".into(),
//!     expected: "a price from 1e-9 to 1e12".into(), reason: Reason::Range,
//! });
//! assert_eq!(error.to_string(), "prices.csv, row 3, column `close`: -1, expected a price from 1e-9 to 1e12");
//! assert!(!error.is_environment());
//! ```

use std::fmt;
use std::path::Path;

use domain::calendar::CalendarError;
use domain::tape::TapeError;
use serde::Serialize;

/// Every way in which this crate refuses.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file system refused.
    #[error("{path}: cannot {action}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What was tried, for example `read`.
        action: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A folder that is to be replaced is not one of ours.
    #[error(
        "{path} stands there and holds no `{known_by}`, so it is not replaced: choose another place, or move it away"
    )]
    Foreign {
        /// The folder or file.
        path: String,
        /// The file that a folder of ours is known by.
        known_by: String,
    },
    /// Another process has put a folder there while this one waited.
    #[error("{path}: another process has just written it: look at it, then run this again")]
    Taken {
        /// The folder.
        path: String,
    },
    /// The file is not what its name says: broken TOML, CSV or Parquet.
    #[error("{file}: {what}")]
    Unreadable {
        /// The file.
        file: String,
        /// What is wrong, with the line where there is one.
        what: String,
    },
    /// The file was written by another version of the format.
    #[error("{file}: format version {found}, this program reads {known}: import the data again or change the program")]
    Format {
        /// The file.
        file: String,
        /// The version in the file.
        found: i64,
        /// The version that this program knows.
        known: i64,
    },
    /// A table lacks a column, or has one that nothing reads.
    #[error("{file}, column `{column}`: {what}; the file has {present}")]
    Column {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What is wrong with it.
        what: String,
        /// The columns of the file.
        present: String,
    },
    /// One cell cannot stand.
    #[error("{0}")]
    Cell(Box<CellError>),
    /// The rows are not those that were imported.
    #[error("{file}: the rows have {subject} {found}, tape.toml says {stated}: restore the file or import it again")]
    Edited {
        /// The file.
        file: String,
        /// What differs: `digest`, `count`, `first day`, `last day`.
        subject: &'static str,
        /// What the rows have.
        found: String,
        /// What the manifest says.
        stated: String,
    },
    /// The tape cannot give what a scenario asks of it.
    #[error("tape {tape}: {what}")]
    Unavailable {
        /// The tape's name.
        tape: String,
        /// What was asked, what there is, and what to do.
        what: String,
    },
    /// The facts of a calendar contradict each other, or do not reach far enough.
    #[error("calendar {0}")]
    Calendar(#[from] CalendarError),
    /// The tape in memory refused a fact.
    #[error("{place}: {source}")]
    Tape {
        /// The tape, or the file and row.
        place: String,
        /// Why.
        source: TapeError,
    },
    /// What was asked of an import makes no sense.
    #[error("{0}")]
    Request(String),
}

/// One refused cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{file}, row {row}, column `{column}`: {value}, expected {expected}")]
pub struct CellError {
    /// The file as it was named by the caller.
    pub file: String,
    /// The data row, from 1.
    pub row: u64,
    /// The column.
    pub column: String,
    /// The value as it stands there; `nothing` for an empty cell.
    pub value: String,
    /// What was expected, as a noun phrase.
    pub expected: String,
    /// The kind of refusal, for counting.
    pub reason: Reason,
}

/// Why a row was refused, as a code for counting and for `quarantine.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The cell is of another type than the column.
    Type,
    /// A cell that cannot be absent is empty.
    Missing,
    /// NaN or infinite.
    NotFinite,
    /// Zero, negative or beyond the range of prices, or outside `low ≤ open, close ≤ high`.
    Range,
    /// The key stands twice.
    Duplicate,
    /// The dates of one subject go backwards.
    Order,
    /// The market has no session on the day.
    OffCalendar,
    /// The currency is not the tape's.
    Currency,
    /// It was known before it happened, or a bar on another day than its own.
    KnownOn,
    /// The instrument is not on the tape.
    UnknownInstrument,
    /// A return beyond the bound without a corporate action.
    Outlier,
    /// A corporate action that cannot be read or does not fit the bars.
    Action,
}

impl DataError {
    /// Whether the file system is at fault rather than the data.
    #[must_use]
    pub const fn is_environment(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Taken { .. })
    }

    /// Wraps an error of the file system; `action` completes "cannot …".
    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::Io { path, action, source }
    }

    /// A file that is not what it should be.
    pub(crate) fn unreadable(file: &str, what: impl fmt::Display) -> Self {
        Self::Unreadable { file: file.to_owned(), what: what.to_string() }
    }

    /// Rows that differ from what the manifest says of them; `None` when they do not.
    pub(crate) fn if_edited<T: PartialEq + fmt::Display>(
        file: &str,
        subject: &'static str,
        found: &T,
        stated: &T,
    ) -> Option<Self> {
        let differs = found != stated;
        differs.then(|| Self::Edited {
            file: file.to_owned(),
            subject,
            found: found.to_string(),
            stated: stated.to_string(),
        })
    }
}

impl From<CellError> for DataError {
    fn from(error: CellError) -> Self {
        Self::Cell(Box::new(error))
    }
}

impl Reason {
    /// The code in `quarantine.csv` and in counts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Missing => "missing",
            Self::NotFinite => "not_finite",
            Self::Range => "range",
            Self::Duplicate => "duplicate",
            Self::Order => "order",
            Self::OffCalendar => "off_calendar",
            Self::Currency => "currency",
            Self::KnownOn => "known_on",
            Self::UnknownInstrument => "unknown_instrument",
            Self::Outlier => "outlier",
            Self::Action => "action",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}
