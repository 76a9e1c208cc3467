//! A Parquet table of ours: exactly the expected schema, read column by column.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;

use super::guard::{batches, guarded};
use super::schema::Table;
use crate::error::DataError;

/// Rows in a batch; a multiple of the digest's block saves copying.
const BATCH: usize = 8_192;

/// All rows and columns.
pub(crate) fn all(
    path: &Path,
    table: &Table,
) -> Result<impl Iterator<Item = Result<RecordBatch, DataError>> + use<>, DataError> {
    open(path, table)?.reader(None, &[])
}

/// Hands out the named columns (all when empty) of the row groups whose first column may hold a wanted text, batch by
/// batch with the number of its first row, from 1. `wanted` is asked with the smallest and the largest text of a
/// group. A batch keeps the table's order of columns.
pub(crate) fn each(
    path: &Path,
    table: &Table,
    columns: &[&str],
    wanted: &dyn Fn(&str, &str) -> bool,
    take: &mut dyn FnMut(u64, &RecordBatch) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let opened = open(path, table)?;
    let mut first_row = 1;
    for (at, group) in opened.metadata.metadata().row_groups().iter().enumerate() {
        let mut row = first_row;
        first_row += group.num_rows().unsigned_abs();
        if may_hold(group, wanted) {
            for batch in opened.reader(Some(at), columns)? {
                let batch = batch?;
                take(row, &batch)?;
                row += batch.num_rows() as u64;
            }
        }
    }
    Ok(())
}

/// A file whose schema has been checked.
struct Opened {
    path: PathBuf,
    file: File,
    metadata: ArrowReaderMetadata,
}

fn open(path: &Path, table: &Table) -> Result<Opened, DataError> {
    let file = File::open(path).map_err(DataError::io(path, "open"))?;
    let shown = path.display().to_string();
    let metadata = guarded(&shown, || ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()))?;
    same_schema(path, table, metadata.schema())?;
    Ok(Opened { path: path.to_owned(), file, metadata })
}

impl Opened {
    fn reader(
        &self,
        group: Option<usize>,
        columns: &[&str],
    ) -> Result<impl Iterator<Item = Result<RecordBatch, DataError>> + use<>, DataError> {
        let file = self.file.try_clone().map_err(DataError::io(&self.path, "open"))?;
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        if let Some(group) = group {
            builder = builder.with_row_groups(vec![group]);
        }
        if !columns.is_empty() {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder = builder.with_projection(mask);
        }
        let file = self.path.display().to_string();
        let reader = guarded(&file, || builder.with_batch_size(BATCH).build())?;
        Ok(batches(file, reader))
    }
}

fn same_schema(path: &Path, table: &Table, schema: &Schema) -> Result<(), DataError> {
    let describe = |schema: &Schema| {
        let names = schema.fields().iter().map(|field| format!("{} {}", field.name(), field.data_type()));
        names.collect::<Vec<_>>().join(", ")
    };
    let (found, expected) = (describe(schema), describe(&table.arrow()));
    let what = format!("the columns are {found}, expected {expected}: import the data again");
    if found == expected { Ok(()) } else { Err(DataError::unreadable(&path.display().to_string(), what)) }
}

/// Whether a row group can be passed over; one without statistics cannot.
fn may_hold(group: &RowGroupMetaData, wanted: &dyn Fn(&str, &str) -> bool) -> bool {
    let Some(Statistics::ByteArray(texts)) = group.column(0).statistics() else { return true };
    let bound = |bytes: Option<&[u8]>| bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).map(str::to_owned);
    match (bound(texts.min_bytes_opt()), bound(texts.max_bytes_opt())) {
        (Some(smallest), Some(largest)) => wanted(&smallest, &largest),
        _ => true,
    }
}
