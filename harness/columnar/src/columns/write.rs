//! Rows to Parquet. The same rows give the same bytes: the writer's name, the row groups, the compression and its
//! level are fixed, and nothing of the machine or the moment goes in.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use domain::date::Date;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::measure::{Measured, measure};
use super::read;
use super::schema::{Kind, Table};
use crate::error::DataError;

/// Rows in a row group: a few instruments of a large tape can be read without the rest, and a small tape, being one
/// group, shares one dictionary of prices.
const ROW_GROUP: usize = 262_144;

/// Above this level the files hardly shrink and importing gets slow.
const ZSTD_LEVEL: i32 = 9;

/// Writes the table into `folder`, reads it back, and returns what was measured on the rows.
pub(crate) fn write_table(folder: &Path, table: &Table, columns: Vec<ArrayRef>) -> Result<Measured, DataError> {
    let path = folder.join(table.file_name());
    let file = path.display().to_string();
    let bad = |error: &dyn std::fmt::Display| DataError::unreadable(&file, format!("cannot be written: {error}"));
    let batch = RecordBatch::try_new(table.arrow(), columns).map_err(|error| bad(&error))?;
    let wanted = measure(table, &file, std::iter::once(Ok(batch.clone())))?;
    let target = File::create(&path).map_err(DataError::io(&path, "create"))?;
    let synced = target.try_clone().map_err(DataError::io(&path, "write"))?;
    let refused = |error| not_written(&path, error);
    let mut writer = ArrowWriter::try_new(target, table.arrow(), Some(properties(table, &file)?)).map_err(refused)?;
    writer.write(&batch).map_err(refused)?;
    writer.close().map_err(refused)?;
    synced.sync_all().map_err(DataError::io(&path, "write"))?;
    // What was written is what will be read: compared now, not when it is needed.
    let found = measure(table, &file, read::all(&path, table)?)?;
    found.same_as(&wanted, &file)?;
    Ok(wanted)
}

/// A full disk is the machine's fault and not the data's: what the file system said is handed on as that.
fn not_written(path: &Path, error: ParquetError) -> DataError {
    let cause = match error {
        ParquetError::External(cause) => cause,
        other => Box::new(other),
    };
    match cause.downcast::<std::io::Error>() {
        Ok(source) => DataError::io(path, "write")(*source),
        Err(other) => DataError::unreadable(&path.display().to_string(), format!("cannot be written: {other}")),
    }
}

fn properties(table: &Table, file: &str) -> Result<WriterProperties, DataError> {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).map_err(|error| DataError::unreadable(file, error))?;
    let mut properties = WriterProperties::builder()
        .set_created_by("prometheus columnar 1".to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROW_GROUP));
    for column in table.columns {
        let path = ColumnPath::from(column.name);
        match column.kind {
            // Days rise by small steps, and a dictionary of days hides that.
            Kind::Date => {
                properties = properties
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
            }
            // Volumes hardly repeat, but their high bytes do.
            Kind::Number if column.name == "volume" => {
                properties = properties
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::BYTE_STREAM_SPLIT);
            }
            _ => {}
        }
    }
    Ok(properties.build())
}

/// A text column.
pub(crate) fn texts<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(cells.collect::<StringArray>())
}

/// A date column.
pub(crate) fn dates(cells: impl Iterator<Item = Option<Date>>) -> ArrayRef {
    Arc::new(cells.map(|cell| cell.map(Date::epoch_days)).collect::<Date32Array>())
}

/// A column of floats.
pub(crate) fn numbers(cells: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(cells.collect::<Float64Array>())
}

/// A column of integers.
pub(crate) fn wholes(cells: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(cells.collect::<Int64Array>())
}
