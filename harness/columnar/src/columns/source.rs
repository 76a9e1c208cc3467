//! A foreign file as batches of Arrow columns, whether it is CSV or Parquet.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::cells::{Dates, Numbers, Texts};
use super::guard::{batches, guarded};
use crate::error::DataError;

/// Rows of a CSV file in one batch.
const BATCH: usize = 8_192;

/// A foreign file.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file as it was named.
    pub(crate) file: String,
    /// The names of its columns.
    pub(crate) columns: Vec<String>,
    /// Its rows.
    pub(crate) batches: Vec<RecordBatch>,
}

impl Source {
    /// Reads a file; its name says what it is.
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("parquet") => Self::parquet(path),
            Some("csv") => Self::csv(path),
            _ => Err(DataError::unreadable(
                &path.display().to_string(),
                "the kind of file is unknown: expected a name that ends in .parquet or .csv",
            )),
        }
    }

    /// The number of rows.
    pub(crate) fn rows(&self) -> u64 {
        self.batches.iter().map(|batch| batch.num_rows() as u64).sum()
    }

    /// Refuses columns that nothing reads: a misspelt name must not pass for an absent column.
    pub(crate) fn refuse_unknown(&self, known: &[&str], ignored: &[String]) -> Result<(), DataError> {
        let stray = self.columns.iter().find(|name| !known.contains(&name.as_str()) && !ignored.contains(name));
        let Some(stray) = stray else { return Ok(()) };
        let what =
            format!("nothing reads it; expected some of {}, or name it among the ignored columns", known.join(", "));
        Err(self.column_error(stray, &what))
    }

    /// The first of `names` that the file has; refused when there is none.
    pub(crate) fn name_of(&self, names: &[&'static str]) -> Result<&'static str, DataError> {
        self.find(names).ok_or_else(|| self.column_error(&names.join("` or `"), "the file lacks it"))
    }

    /// The first of `names` that the file has.
    pub(crate) fn find(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| self.columns.iter().any(|column| column == name))
    }

    /// A column of texts.
    pub(crate) fn texts<'a>(&self, batch: &'a RecordBatch, name: &str) -> Result<Texts<'a>, DataError> {
        self.typed(batch, name, "texts", Texts::of)
    }

    /// A column of days.
    pub(crate) fn dates<'a>(&self, batch: &'a RecordBatch, name: &str) -> Result<Dates<'a>, DataError> {
        self.typed(batch, name, "days", Dates::of)
    }

    /// A column of numbers, or one without any when the file lacks it.
    pub(crate) fn numbers<'a>(&self, batch: &'a RecordBatch, name: &str) -> Result<Numbers<'a>, DataError> {
        if batch.column_by_name(name).is_none() {
            return Ok(Numbers::Absent);
        }
        self.typed(batch, name, "numbers", Numbers::of)
    }

    /// An error about a column.
    pub(crate) fn column_error(&self, column: &str, what: &str) -> DataError {
        let present = self.columns.join(", ");
        DataError::Column { file: self.file.clone(), column: column.to_owned(), what: what.to_owned(), present }
    }

    fn typed<'a, T>(
        &self,
        batch: &'a RecordBatch,
        name: &str,
        kind: &str,
        of: impl FnOnce(&'a dyn Array) -> Option<T>,
    ) -> Result<T, DataError> {
        let array = batch.column_by_name(name).ok_or_else(|| self.column_error(name, "the file lacks it"))?;
        let refused = || self.column_error(name, &format!("its type is {}, expected {kind}", array.data_type()));
        of(array.as_ref()).ok_or_else(refused)
    }

    fn parquet(path: &Path) -> Result<Self, DataError> {
        let file = path.display().to_string();
        let opened = File::open(path).map_err(DataError::io(path, "open"))?;
        let builder = guarded(&file, || ParquetRecordBatchReaderBuilder::try_new(opened))?;
        let columns = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let reader = guarded(&file, || builder.build())?;
        let batches = batches(file.clone(), reader).collect::<Result<Vec<_>, _>>()?;
        Self { file: file.clone(), columns, batches }.checked()
    }

    fn csv(path: &Path) -> Result<Self, DataError> {
        let file = path.display().to_string();
        let text = std::fs::read(path).map_err(DataError::io(path, "read"))?;
        // Spreadsheets put a byte-order mark before the first column's name.
        let text = text.strip_prefix(b"\xef\xbb\xbf".as_slice()).unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new().from_reader(text);
        let bad = |error: csv::Error| DataError::unreadable(&file, format!("not readable CSV: {error}"));
        let columns: Vec<String> = reader.headers().map_err(bad)?.iter().map(|name| name.trim().to_owned()).collect();
        let mut cells: Vec<Vec<Option<String>>> = vec![Vec::new(); columns.len()];
        let mut batches = Vec::new();
        for record in reader.records() {
            for (column, cell) in cells.iter_mut().zip(&record.map_err(bad)?) {
                column.push((!cell.is_empty()).then(|| cell.to_owned()));
            }
            if cells.first().is_some_and(|column| column.len() == BATCH) {
                batches.push(text_batch(&file, &columns, &mut cells)?);
            }
        }
        if cells.first().is_some_and(|column| !column.is_empty()) {
            batches.push(text_batch(&file, &columns, &mut cells)?);
        }
        Self { file: file.clone(), columns, batches }.checked()
    }

    /// Refuses a file in which a name stands for two columns.
    fn checked(self) -> Result<Self, DataError> {
        let mut names = self.columns.clone();
        names.sort();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(self.column_error(&pair[0], "it stands twice")),
            None => Ok(self),
        }
    }
}

fn text_batch(file: &str, columns: &[String], cells: &mut [Vec<Option<String>>]) -> Result<RecordBatch, DataError> {
    let fields: Vec<Field> = columns.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
    let arrays = cells.iter_mut().map(|column| Arc::new(StringArray::from_iter(column.drain(..))) as ArrayRef);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays.collect());
    batch.map_err(|error| DataError::unreadable(file, error))
}
