//! Count, range and digest of the logical rows of a table.
//!
//! Each column is a chain of digests over blocks of 8,192 cells, and the digest of the table is that of its name,
//! its row count and the ends of all chains. Blocks are counted in rows, so neither row groups nor batches nor the
//! compression leave a trace: the digest speaks of content alone.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};

use super::schema::{Kind, Table};
use crate::error::DataError;

/// Cells in a block of a chain. Part of the definition of the digest.
const BLOCK: usize = 8_192;

/// The column that gives a table its range of days.
const RANGE_COLUMN: &str = "happened_on";

/// What the rows of a table come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    /// Rows.
    pub(crate) rows: u64,
    /// The first day, in a table with days.
    pub(crate) first: Option<Date>,
    /// The last day.
    pub(crate) last: Option<Date>,
    /// The digest of the rows.
    pub(crate) digest: Digest,
}

/// One column's chain so far.
struct Chain {
    end: Digest,
    block: CanonicalBytes,
}

/// Measures a table in one pass; batches may be of any size.
pub(crate) fn measure(
    table: &Table,
    file: &str,
    batches: impl Iterator<Item = Result<RecordBatch, DataError>>,
) -> Result<Measured, DataError> {
    let mut chains: Vec<Chain> =
        table.columns.iter().map(|_| Chain { end: Digest::ZERO, block: CanonicalBytes::new() }).collect();
    let (mut rows, mut first, mut last) = (0_usize, None, None);
    for batch in batches {
        let batch = batch?;
        let mut from = 0;
        while from < batch.num_rows() {
            let take = (BLOCK - rows % BLOCK).min(batch.num_rows() - from);
            for (at, (column, chain)) in table.columns.iter().zip(&mut chains).enumerate() {
                let cells = batch.column(at).slice(from, take);
                append(column.kind, cells.as_ref(), &mut chain.block).ok_or_else(|| {
                    DataError::unreadable(file, format!("column `{}` is of another type", column.name))
                })?;
                if column.name == RANGE_COLUMN {
                    widen(cells.as_ref(), &mut first, &mut last);
                }
            }
            from += take;
            rows += take;
            if rows % BLOCK == 0 {
                chains.iter_mut().for_each(Chain::close_block);
            }
        }
    }
    chains.iter_mut().for_each(Chain::close_block);
    Ok(Measured { rows: rows as u64, first, last, digest: table_digest(table, rows as u64, &chains) })
}

impl Measured {
    /// Refuses rows that differ from what was stated.
    pub(crate) fn same_as(&self, stated: &Self, file: &str) -> Result<(), DataError> {
        let day = |day: Option<Date>| day.map_or_else(|| "none".to_owned(), |day| day.to_string());
        let checks = [
            DataError::if_edited(file, "count", &self.rows, &stated.rows),
            DataError::if_edited(file, "first day", &day(self.first), &day(stated.first)),
            DataError::if_edited(file, "last day", &day(self.last), &day(stated.last)),
            DataError::if_edited(file, "digest", &self.digest, &stated.digest),
        ];
        checks.into_iter().flatten().next().map_or(Ok(()), Err)
    }
}

impl Chain {
    fn close_block(&mut self) {
        if !self.block.as_slice().is_empty() {
            self.end = self.end.chained(self.block.as_slice());
            self.block.clear();
        }
    }
}

fn table_digest(table: &Table, rows: u64, chains: &[Chain]) -> Digest {
    let mut bytes = CanonicalBytes::new();
    bytes.put_text("prometheus table v1").put_text(table.name).put_u64(rows);
    for (column, chain) in table.columns.iter().zip(chains) {
        bytes.put_text(column.name).put_u8(column.kind.code()).put_bytes(&chain.end.0);
    }
    Digest::of(bytes.as_slice())
}

fn widen(cells: &dyn Array, first: &mut Option<Date>, last: &mut Option<Date>) {
    for day in cells.as_primitive::<Date32Type>().iter().flatten().map(Date::from_epoch_days) {
        *first = Some(first.map_or(day, |first: Date| first.min(day)));
        *last = Some(last.map_or(day, |last: Date| last.max(day)));
    }
}

/// Appends the canonical bytes of the cells: a byte for presence, then the value. `None` for another type.
fn append(kind: Kind, cells: &dyn Array, bytes: &mut CanonicalBytes) -> Option<()> {
    match kind {
        Kind::Text => {
            for cell in cells.as_string_opt::<i32>()? {
                put(bytes, cell, |bytes, text| {
                    bytes.put_text(text);
                });
            }
        }
        Kind::Date => {
            for cell in cells.as_primitive_opt::<Date32Type>()? {
                put(bytes, cell, |bytes, day| {
                    bytes.put_i32(day);
                });
            }
        }
        Kind::Number => {
            for cell in cells.as_primitive_opt::<Float64Type>()? {
                put(bytes, cell, |bytes, number| {
                    bytes.put_f64(number);
                });
            }
        }
        Kind::Whole => {
            for cell in cells.as_primitive_opt::<Int64Type>()? {
                put(bytes, cell, |bytes, whole| {
                    bytes.put_i64(whole);
                });
            }
        }
        Kind::Flag => {
            for cell in cells.as_boolean_opt()? {
                put(bytes, cell, |bytes, flag| {
                    bytes.put_u8(u8::from(flag));
                });
            }
        }
    }
    Some(())
}

fn put<T>(bytes: &mut CanonicalBytes, cell: Option<T>, value: impl FnOnce(&mut CanonicalBytes, T)) {
    bytes.put_u8(u8::from(cell.is_some()));
    if let Some(cell) = cell {
        value(bytes, cell);
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, measure};
    use crate::columns::schema::{Kind, Table, always, maybe};
    use crate::columns::write::{dates, numbers};
    use arrow_array::RecordBatch;
    use domain::date::Date;

    const TABLE: Table =
        Table { name: "t", columns: &[always("happened_on", Kind::Date), maybe("value", Kind::Number)] };

    fn batch(rows: usize) -> RecordBatch {
        let days = (0..rows).map(|row| Some(Date::from_epoch_days(row as i32)));
        let values = (0..rows).map(|row| (row % 7 != 0).then_some(row as f64));
        RecordBatch::try_new(TABLE.arrow(), vec![dates(days), numbers(values)]).unwrap()
    }

    #[test]
    fn the_layout_of_batches_leaves_no_trace() {
        let whole = batch(2 * BLOCK + 77);
        let once = measure(&TABLE, "t", std::iter::once(Ok(whole.clone()))).unwrap();
        for size in [1_000, BLOCK, BLOCK + 1] {
            let parts = (0..whole.num_rows()).step_by(size);
            let parts = parts.map(|from| Ok(whole.slice(from, size.min(whole.num_rows() - from))));
            assert_eq!(measure(&TABLE, "t", parts).unwrap(), once);
        }
        assert_eq!((once.rows, once.first), (2 * BLOCK as u64 + 77, Some(Date::from_epoch_days(0))));
    }

    #[test]
    fn absence_is_not_zero_and_the_end_counts() {
        let digest = |batch: RecordBatch| measure(&TABLE, "t", std::iter::once(Ok(batch))).unwrap().digest;
        let day = || dates([Some(Date::from_epoch_days(0))].into_iter());
        let one = |value| RecordBatch::try_new(TABLE.arrow(), vec![day(), numbers([value].into_iter())]).unwrap();
        assert_ne!(digest(one(None)), digest(one(Some(0.0))));
        assert_ne!(digest(batch(BLOCK)), digest(batch(BLOCK + 1)));
    }
}
