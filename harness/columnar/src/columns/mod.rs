//! Arrow columns: our own tables with a fixed schema, and other people's with whatever types they chose.
//!
//! | module | holds |
//! |---|---|
//! | [`schema`] | a table of ours: its columns, their kinds, which may be empty |
//! | [`mod@write`] | rows to a Parquet file that is the same bytes for the same rows |
//! | [`read`] | a Parquet file of ours, column by column, with only the row groups that matter |
//! | [`measure`] | count, range and digest of the logical rows |
//! | [`source`] | a foreign CSV or Parquet file as batches |
//! | [`guard`] | refusals where the decoder panics |
//! | [`cells`] | one cell of a foreign column, as a text, a number or a date |

pub(crate) mod cells;
mod guard;
pub(crate) mod measure;
pub(crate) mod read;
pub(crate) mod schema;
pub(crate) mod source;
pub(crate) mod write;
