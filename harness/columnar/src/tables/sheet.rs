//! A table that grows row by row.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder};
use domain::date::Date;

use crate::columns::schema::{Kind, Table};

/// One cell of a new row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Absent,
    Text(&'a str),
    Day(Date),
    Number(f64),
    Whole(i64),
    Flag(bool),
}

/// A table in the making.
pub(super) struct Sheet {
    table: &'static Table,
    columns: Vec<Growing>,
}

enum Growing {
    Text(StringBuilder),
    Day(Date32Builder),
    Number(Float64Builder),
    Whole(Int64Builder),
    Flag(BooleanBuilder),
}

impl Sheet {
    pub(super) fn new(table: &'static Table) -> Self {
        let growing = |kind| match kind {
            Kind::Text => Growing::Text(StringBuilder::new()),
            Kind::Date => Growing::Day(Date32Builder::new()),
            Kind::Number => Growing::Number(Float64Builder::new()),
            Kind::Whole => Growing::Whole(Int64Builder::new()),
            Kind::Flag => Growing::Flag(BooleanBuilder::new()),
        };
        Self { table, columns: table.columns.iter().map(|column| growing(column.kind)).collect() }
    }

    /// Appends a row.
    ///
    /// # Panics
    /// When the cells do not fit the columns: a defect of [`super::rows`].
    pub(super) fn push(&mut self, cells: &[Cell<'_>]) {
        assert_eq!(cells.len(), self.columns.len(), "a row of {} has another width", self.table.name);
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, cell) {
                (Growing::Text(column), Cell::Text(text)) => column.append_value(text),
                (Growing::Text(column), Cell::Absent) => column.append_null(),
                (Growing::Day(column), Cell::Day(day)) => column.append_value(day.epoch_days()),
                (Growing::Day(column), Cell::Absent) => column.append_null(),
                (Growing::Number(column), Cell::Number(number)) => column.append_value(*number),
                (Growing::Number(column), Cell::Absent) => column.append_null(),
                (Growing::Whole(column), Cell::Whole(whole)) => column.append_value(*whole),
                (Growing::Whole(column), Cell::Absent) => column.append_null(),
                (Growing::Flag(column), Cell::Flag(flag)) => column.append_value(*flag),
                (Growing::Flag(column), Cell::Absent) => column.append_null(),
                (_, cell) => panic!("a row of {} has {cell:?} in a column of another kind", self.table.name),
            }
        }
    }

    /// The finished columns.
    pub(super) fn finish(self) -> (&'static Table, Vec<ArrayRef>) {
        let array = |column| -> ArrayRef {
            match column {
                Growing::Text(mut column) => Arc::new(column.finish()),
                Growing::Day(mut column) => Arc::new(column.finish()),
                Growing::Number(mut column) => Arc::new(column.finish()),
                Growing::Whole(mut column) => Arc::new(column.finish()),
                Growing::Flag(mut column) => Arc::new(column.finish()),
            }
        };
        (self.table, self.columns.into_iter().map(array).collect())
    }
}
