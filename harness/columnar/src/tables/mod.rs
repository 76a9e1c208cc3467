//! A journal as Parquet tables, for pandas, Polars or DuckDB.
//!
//! Every event becomes one row of one table, so the row counts of all tables add up to the events of the journal.
//! `day` and `event` say where the event stands: sorting all rows by them gives the journal back. Money and shares
//! are whole numbers of millionths, as in the ledger; divide by 1e6 to read them.
//!
//! | table | events |
//! |---|---|
//! | `days` | the account at the end of each day, with the running digest |
//! | `decisions`, `figures`, `drops`, `targets` | what the engines answered |
//! | `orders`, `refusals` | what was planned and what was refused |
//! | `fills`, `cancels` | what became of the orders |
//! | `actions` | splits, dividends, settlements, restated orders |
//! | `positions` | what was held at the first close of a year |
//!
//! The tables are a copy for reading. The journal stays the truth, and [`read_back`] compares the two.
//!
//! ```
//! # use domain::{digest::Digest, seed::Seed};
//! # use journal::{event::*, header::RunHeader, journal::Journal, manifest::{FORMAT_VERSION, RunInputs}};
//! # let header = RunHeader {
//! #     first_day: "2008-09-12".parse()?, currency: "USD".into(), initial_cash_micros: 1_000_000,
//! #     instruments: vec!["EQUITY:GE".parse()?],
//! #     inputs: RunInputs {
//! #         scenario: "lehman".into(), scenario_digest: Digest::ZERO, system: "null".into(),
//! #         system_version: "1".into(), config_digest: Digest::ZERO, tape_digest: Digest::ZERO,
//! #         seed: Seed(7), replay_version: 1, format_version: FORMAT_VERSION,
//! #     },
//! # };
//! # let day = JournalDay { on: "2008-09-12".parse()?, events: vec![Event::BookMarked(BookMark::default())] };
//! # let journal = Journal::of_days(&header, vec![day])?;
//! # let folder = std::env::temp_dir().join(format!("columnar-doc-tables-{}", std::process::id()));
//! use columnar::tables;
//! let written = tables::write(&journal, &folder)?;
//! assert_eq!(written.iter().map(|table| table.rows).sum::<u64>(), journal.manifest.events);
//! tables::read_back(&journal, &folder)?;
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod layout;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;

use std::path::Path;

use arrow_array::RecordBatch;
use domain::digest::Digest;
use journal::journal::Journal;
use serde::Serialize;

use crate::columns::measure::measure;
use crate::columns::read;
use crate::columns::write::write_table;
use crate::error::DataError;
use crate::files::PartialFolder;

/// The table that every folder of tables has.
const KNOWN_BY: &str = "days.parquet";

/// One written table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WrittenTable {
    /// Its name; the file is `<name>.parquet`.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// The digest of its logical rows.
    pub digest: Digest,
}

/// Writes the tables of a journal into a folder, which is replaced as a whole. Tables without rows are written too,
/// so that a reader finds every name.
///
/// # Errors
/// When a file cannot be written, or reads back differently.
pub fn write(journal: &Journal, folder: &Path) -> Result<Vec<WrittenTable>, DataError> {
    let building = PartialFolder::begin(folder, KNOWN_BY)?;
    let mut written = Vec::new();
    for sheet in rows::sheets(journal)? {
        let (table, columns) = sheet.finish();
        let measured = write_table(building.path(), table, columns)?;
        written.push(WrittenTable { name: table.name.to_owned(), rows: measured.rows, digest: measured.digest });
    }
    building.commit()?;
    Ok(written)
}

/// Proves that the tables in a folder have exactly the rows of a journal.
///
/// # Errors
/// [`DataError::Edited`] for the first table with other rows, and whatever hinders reading one.
pub fn read_back(journal: &Journal, folder: &Path) -> Result<(), DataError> {
    for sheet in rows::sheets(journal)? {
        let (table, columns) = sheet.finish();
        let path = folder.join(table.file_name());
        let file = path.display().to_string();
        let batch =
            RecordBatch::try_new(table.arrow(), columns).map_err(|error| DataError::unreadable(&file, error))?;
        let wanted = measure(table, &file, std::iter::once(Ok(batch)))?;
        measure(table, &file, read::all(&path, table)?)?.same_as(&wanted, &file)?;
    }
    Ok(())
}
