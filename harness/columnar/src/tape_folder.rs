//! A tape on disk: a folder with `tape.toml` and its tables.
//!
//! Opening a tape reads every table once and compares count, range and digest of the rows with the manifest, so a
//! tape that anyone edited is refused before a number of it is used. The rows are read again, and only those that a
//! window needs, by [`StoredTape::select`].

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use domain::date::Date;
use domain::facts::InstrumentFact;

use crate::columns::measure::measure;
use crate::columns::read;
use crate::columns::schema::{INSTRUMENTS, TAPE_TABLES, Table};
use crate::error::DataError;
use crate::files;
use crate::manifest::TapeManifest;

/// The name of the manifest in a tape's folder.
pub const MANIFEST_FILE: &str = "tape.toml";

/// A tape whose rows are those that were imported.
#[derive(Clone, Debug)]
pub struct StoredTape {
    folder: PathBuf,
    manifest: TapeManifest,
    instruments: Vec<StoredInstrument>,
}

/// An instrument of a stored tape, with the extent of its bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredInstrument {
    /// What the replay is told of it.
    pub fact: InstrumentFact,
    /// Its name in words.
    pub name: Option<String>,
    /// What became of it, with hindsight; never shown to a system.
    pub status: Option<String>,
    /// More on that.
    pub status_note: Option<String>,
    /// The day of its first bar.
    pub first_bar: Date,
    /// The day of its last bar.
    pub last_bar: Date,
    /// The number of its bars.
    pub bars: u64,
}

impl StoredTape {
    /// Opens a folder and proves that its rows are those of the manifest.
    ///
    /// # Errors
    /// [`DataError::Edited`] for other rows, and whatever else is wrong with a file.
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let path = folder.join(MANIFEST_FILE);
        let file = path.display().to_string();
        let manifest = TapeManifest::parse(&file, &files::read_text(&path)?)?;
        if manifest.tables.is_empty() {
            return Err(DataError::unreadable(&file, "it is a recipe without tables: import the data it names first"));
        }
        if let Some(name) = manifest.tables.keys().find(|name| TAPE_TABLES.iter().all(|table| table.name != *name)) {
            let known = TAPE_TABLES.map(|table| table.name).join(", ");
            return Err(DataError::unreadable(&file, format!("tables.{name} is no table of a tape: expected {known}")));
        }
        for table in &TAPE_TABLES {
            verify(folder, &manifest, table)?;
        }
        let instruments = match manifest.tables.contains_key(INSTRUMENTS.name) {
            true => read_instruments(&folder.join(INSTRUMENTS.file_name()))?,
            false => Vec::new(),
        };
        Ok(Self { folder: folder.to_owned(), manifest, instruments })
    }

    /// What the tape says of itself.
    #[must_use]
    pub const fn manifest(&self) -> &TapeManifest {
        &self.manifest
    }

    /// The name of the tape.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.manifest.about.name
    }

    /// The instruments with bars, ascending by id; empty on a tape of series.
    #[must_use]
    pub fn instruments(&self) -> &[StoredInstrument] {
        &self.instruments
    }

    /// The tape of that name in the folder beside this one's.
    pub(crate) fn beside(&self, name: &str) -> Result<Self, DataError> {
        Self::open(&self.folder.with_file_name(name))
    }

    /// The file of a table, if the tape has it.
    pub(crate) fn file_of(&self, table: &Table) -> Option<PathBuf> {
        self.manifest.tables.contains_key(table.name).then(|| self.folder.join(table.file_name()))
    }

    /// The name of a table's file, as messages show it.
    pub(crate) fn shown(&self, table: &Table) -> String {
        self.folder.join(table.file_name()).display().to_string()
    }

    /// An answer to a request that the tape cannot meet.
    pub(crate) fn unavailable(&self, what: String) -> DataError {
        DataError::Unavailable { tape: self.name().to_owned(), what }
    }
}

fn verify(folder: &Path, manifest: &TapeManifest, table: &Table) -> Result<(), DataError> {
    let path = folder.join(table.file_name());
    let file = path.display().to_string();
    match manifest.tables.get(table.name) {
        None if path.exists() => {
            Err(DataError::unreadable(&file, "tape.toml does not list this table: remove it or import again"))
        }
        None => Ok(()),
        Some(_) if !path.exists() => {
            Err(DataError::unreadable(&file, "tape.toml lists this table, but the file is not there"))
        }
        Some(note) => measure(table, &file, read::all(&path, table)?)?.same_as(&note.measured(), &file),
    }
}

fn read_instruments(path: &Path) -> Result<Vec<StoredInstrument>, DataError> {
    let file = path.display().to_string();
    let mut instruments: Vec<StoredInstrument> = Vec::new();
    for batch in read::all(path, &INSTRUMENTS)? {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            instruments.push(instrument(&file, &batch, row)?);
        }
    }
    Ok(instruments)
}

/// One row of the instruments table, whose schema has been checked.
fn instrument(file: &str, batch: &RecordBatch, row: usize) -> Result<StoredInstrument, DataError> {
    let text = |column: usize| {
        let texts = batch.column(column).as_string::<i32>();
        batch.column(column).is_valid(row).then(|| texts.value(row).to_owned())
    };
    let day = |column: usize| Date::from_epoch_days(batch.column(column).as_primitive::<Date32Type>().value(row));
    let always = |column: usize| text(column).unwrap_or_default();
    let id = always(0).parse().map_err(|error| DataError::unreadable(file, error))?;
    let fact = InstrumentFact { id, market: always(1), currency: always(2), issuer: text(3), sector: text(4) };
    let bars = batch.column(10).as_primitive::<Int64Type>().value(row).unsigned_abs();
    let (name, status, status_note) = (text(5), text(6), text(7));
    Ok(StoredInstrument { fact, name, status, status_note, first_bar: day(8), last_bar: day(9), bars })
}
