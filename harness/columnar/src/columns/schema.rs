//! What a table of ours consists of. The order of the columns is part of the format.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// UTF-8.
    Text,
    /// A day, 32 bits since 1970-01-01.
    Date,
    /// A finite 64-bit float.
    Number,
    /// A 64-bit integer.
    Whole,
    /// True or false.
    Flag,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its kind.
    pub(crate) kind: Kind,
    /// Whether a cell may be empty.
    pub(crate) optional: bool,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    /// Its name; the file is `<name>.parquet`.
    pub(crate) name: &'static str,
    /// Its columns.
    pub(crate) columns: &'static [Column],
}

/// A column without empty cells.
pub(crate) const fn always(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: false }
}

/// A column with empty cells.
pub(crate) const fn maybe(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: true }
}

/// One session of one instrument; sorted by instrument, then day.
pub(crate) const BARS: Table = Table {
    name: "bars",
    columns: &[
        always("instrument_id", Kind::Text),
        always("happened_on", Kind::Date),
        always("known_on", Kind::Date),
        maybe("open", Kind::Number),
        maybe("high", Kind::Number),
        maybe("low", Kind::Number),
        maybe("close", Kind::Number),
        maybe("adjusted_close", Kind::Number),
        maybe("volume", Kind::Number),
        always("currency", Kind::Text),
    ],
};

/// One value of one series; sorted by series, then by both days.
pub(crate) const SERIES: Table = Table {
    name: "series",
    columns: &[
        always("series_id", Kind::Text),
        always("happened_on", Kind::Date),
        always("known_on", Kind::Date),
        always("value", Kind::Number),
    ],
};

/// One corporate action; sorted by instrument, day and rank of the kind.
pub(crate) const ACTIONS: Table = Table {
    name: "actions",
    columns: &[
        always("instrument_id", Kind::Text),
        always("happened_on", Kind::Date),
        always("known_on", Kind::Date),
        always("kind", Kind::Text),
        maybe("numerator", Kind::Whole),
        maybe("denominator", Kind::Whole),
        maybe("ratio_millionths", Kind::Whole),
        maybe("amount", Kind::Number),
        maybe("amount_low", Kind::Number),
        maybe("amount_high", Kind::Number),
        maybe("until", Kind::Date),
        maybe("note", Kind::Text),
    ],
};

/// One instrument, by what is known of it in advance, and the extent of its bars; sorted by id.
pub(crate) const INSTRUMENTS: Table = Table {
    name: "instruments",
    columns: &[
        always("instrument_id", Kind::Text),
        always("market_id", Kind::Text),
        always("currency", Kind::Text),
        maybe("issuer_id", Kind::Text),
        maybe("sector", Kind::Text),
        maybe("name", Kind::Text),
        maybe("status", Kind::Text),
        maybe("status_note", Kind::Text),
        always("first_bar", Kind::Date),
        always("last_bar", Kind::Date),
        always("bars", Kind::Whole),
    ],
};

/// One member of an index; sorted by index, day and member.
pub(crate) const MEMBERSHIP: Table = Table {
    name: "membership",
    columns: &[
        always("index_id", Kind::Text),
        always("happened_on", Kind::Date),
        always("known_on", Kind::Date),
        always("instrument_id", Kind::Text),
    ],
};

/// One text about one subject; sorted by subject, both days and kind.
pub(crate) const TEXTS: Table = Table {
    name: "texts",
    columns: &[
        always("subject", Kind::Text),
        always("kind", Kind::Text),
        always("happened_on", Kind::Date),
        always("known_on", Kind::Date),
        always("text", Kind::Text),
    ],
};

/// The tables that a tape may have, in the order of its manifest.
pub(crate) const TAPE_TABLES: [Table; 6] = [ACTIONS, BARS, INSTRUMENTS, MEMBERSHIP, SERIES, TEXTS];

impl Table {
    /// The name of the table's file.
    pub(crate) fn file_name(&self) -> String {
        format!("{}.parquet", self.name)
    }

    /// The Arrow schema.
    pub(crate) fn arrow(&self) -> SchemaRef {
        let field = |column: &Column| Field::new(column.name, column.kind.arrow(), column.optional);
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }
}

impl Kind {
    /// The Arrow type of the kind.
    pub(crate) const fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Date => DataType::Date32,
            Self::Number => DataType::Float64,
            Self::Whole => DataType::Int64,
            Self::Flag => DataType::Boolean,
        }
    }

    /// The code in canonical bytes.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Date => 1,
            Self::Number => 2,
            Self::Whole => 3,
            Self::Flag => 4,
        }
    }
}
