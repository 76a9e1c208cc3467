//! Other people's files to a tape.
//!
//! A recipe, which is a [`TapeManifest`] without its measured part, names files and says what they mean. Every cell
//! is checked on the way; a strict import stops at the first bad row, a quarantining one sets bad rows aside in
//! `quarantine.csv` with a reason, and in both every input row ends as loaded, left out or quarantined. The same
//! input gives the same bytes.
//!
//! | step | refuses |
//! |---|---|
//! | read | a cell of another type, NaN, a missing key, a column that nothing reads |
//! | check | prices outside `low ≤ open, close ≤ high`, other currencies, days without a session |
//! | sort | a second row with the same key, days that go backwards within a file |
//! | weigh | returns beyond the bound that no action and no note explains |
//! | write | rows that read back differently |

mod actions;
mod bars;
mod desk;
mod fraction;
mod instruments;
mod ledger;
mod membership;
mod request;
mod series;
#[cfg(test)]
mod tests;
mod texts;
mod weigh;
mod write;

use std::path::Path;

use domain::calendar::Calendar;
use serde::Serialize;

use crate::error::{CellError, DataError};
use crate::manifest::TapeManifest;

pub(crate) use bars::check_prices;
pub use ledger::FileCount;
pub use request::Request;

/// The file that names the rows that were set aside.
pub const QUARANTINE_FILE: &str = "quarantine.csv";

/// How strict an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Sets bad rows aside instead of stopping at the first.
    pub quarantine: bool,
    /// Loads returns beyond the bound although nothing explains them; `quality::check` goes on naming them.
    pub keep_outliers: bool,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportReport {
    /// The manifest as it was written.
    pub manifest: TapeManifest,
    /// What became of the rows of each input file.
    pub files: Vec<FileCount>,
    /// The rows that were set aside, in the order of files and rows.
    pub quarantined: Vec<CellError>,
}

/// Imports the files that `recipe` names, relative to `from`, into the folder `into`. A folder that stands there
/// already is replaced once the new one is complete, and never before.
///
/// # Errors
/// The first bad row when strict; in any case a file that cannot be read, a recipe in contradiction with its
/// files, or nothing left to load.
pub fn import(
    recipe: &TapeManifest,
    from: &Path,
    into: &Path,
    calendar: Option<&Calendar>,
    options: ImportOptions,
) -> Result<ImportReport, DataError> {
    let mut desk = desk::Desk::new(recipe, from, calendar, options)?;
    let loaded = desk.load()?;
    let manifest = write::complete(recipe, &loaded)?;
    write::write(manifest, &loaded, desk.ledger, into)
}
