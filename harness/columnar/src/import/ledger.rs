//! What became of every row.

use serde::Serialize;

use crate::columns::cells::BadCell;
use crate::columns::source::Source;
use crate::error::{CellError, DataError, Reason};

/// The rows of one input file, counted by what became of them. The three fates add up to `rows`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileCount {
    /// The file as it was named.
    pub file: String,
    /// Its data rows.
    pub rows: u64,
    /// Rows on the tape.
    pub loaded: u64,
    /// Good rows that say nothing about this tape, such as an instrument without bars.
    pub left_out: u64,
    /// Rows that were set aside.
    pub quarantined: u64,
}

/// Where a row came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    /// The number of the file in the ledger.
    pub(crate) file: usize,
    /// The data row, from 1.
    pub(crate) row: u64,
}

/// What is wrong with a row.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) column: String,
    pub(crate) value: String,
    pub(crate) expected: String,
    pub(crate) reason: Reason,
}

/// Counts rows and keeps what was refused.
#[derive(Debug)]
pub(crate) struct Ledger {
    quarantine: bool,
    files: Vec<FileCount>,
    refused: Vec<(Origin, CellError)>,
}

impl Ledger {
    /// An empty ledger; a strict one makes an error of the first refusal.
    pub(crate) const fn new(quarantine: bool) -> Self {
        Self { quarantine, files: Vec::new(), refused: Vec::new() }
    }

    /// Enters a file and gives it a number.
    pub(crate) fn enter(&mut self, source: &Source) -> usize {
        let (file, rows) = (source.file.clone(), source.rows());
        self.files.push(FileCount { file, rows, loaded: 0, left_out: 0, quarantined: 0 });
        self.files.len() - 1
    }

    /// Sets a row aside, or refuses the whole import when strict.
    pub(crate) fn refuse(&mut self, origin: Origin, fault: Fault) -> Result<(), DataError> {
        let Fault { column, value, expected, reason } = fault;
        let file = self.files[origin.file].file.clone();
        let error = CellError { file, row: origin.row, column, value, expected, reason };
        if !self.quarantine {
            return Err(error.into());
        }
        self.refused.push((origin, error));
        Ok(())
    }

    /// Why there is no tape: what each file had to give.
    pub(crate) fn nothing_loaded(&self, tape: &str) -> String {
        let files = self.files.iter().map(|FileCount { file, rows, .. }| format!("{file} with {rows} rows"));
        let files = files.collect::<Vec<_>>().join(", ");
        format!("{tape}: nothing was loaded from {files}, so there is no tape; expected rows of bars or series")
    }

    /// Counts a good row that says nothing about this tape.
    pub(crate) fn leave_out(&mut self, origin: Origin) {
        self.files[origin.file].left_out += 1;
    }

    /// Balances the ledger against the origins of the loaded rows.
    ///
    /// # Panics
    /// When a row was lost or counted twice: a defect of this crate.
    pub(crate) fn close(mut self, loaded: impl Iterator<Item = Origin>) -> (Vec<FileCount>, Vec<CellError>) {
        loaded.for_each(|origin| self.files[origin.file].loaded += 1);
        self.refused.sort_by_key(|(origin, _)| *origin);
        self.refused.iter().for_each(|(origin, _)| self.files[origin.file].quarantined += 1);
        for FileCount { file, rows, loaded, left_out, quarantined } in &self.files {
            let fates = loaded + left_out + quarantined;
            assert!(fates == *rows, "{file}: {rows} rows, but {loaded} + {left_out} + {quarantined} fates");
        }
        (self.files, self.refused.into_iter().map(|(_, error)| error).collect())
    }
}

impl Fault {
    /// A fault of one cell.
    pub(crate) fn new(reason: Reason, column: &str, value: impl ToString, expected: impl ToString) -> Self {
        Self { column: column.to_owned(), value: value.to_string(), expected: expected.to_string(), reason }
    }

    /// An empty cell where something must stand.
    pub(crate) fn missing(column: &str, expected: impl ToString) -> Self {
        Self::new(Reason::Missing, column, "nothing", expected)
    }
}

impl BadCell {
    /// The fault of this cell in `column`.
    pub(crate) fn at(self, column: &str) -> Fault {
        Fault::new(self.reason, column, self.value, self.expected)
    }
}

/// The text of `quarantine.csv`.
pub(crate) fn quarantine_text(refused: &[CellError]) -> Result<String, DataError> {
    let bad = |error: &dyn std::fmt::Display| DataError::unreadable(super::QUARANTINE_FILE, error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["file", "row", "reason", "column", "value", "expected"]).map_err(|error| bad(&error))?;
    for error in refused {
        let row = error.row.to_string();
        let cells = [&error.file, &row, error.reason.code(), &error.column, &error.value, &error.expected];
        writer.write_record(cells).map_err(|error| bad(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| bad(&error))?;
    String::from_utf8(bytes).map_err(|error| bad(&error))
}
