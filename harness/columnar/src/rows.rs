//! The rows of a stored tape, decoded from its tables.
//!
//! Bars come in runs of one instrument, so the id is handed out as a text that rarely changes, and nothing is
//! allocated for a row.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use domain::date::Date;
use domain::facts::{ActionFact, ActionKind, SeriesFact, TextFact, TextKind};

use crate::columns::read;
use crate::columns::schema::{ACTIONS, BARS, MEMBERSHIP, SERIES, TEXTS};
use crate::error::{CellError, DataError, Reason};

/// One bar as it stands in the table. Columns that were not asked for are `None`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredBar<'a> {
    /// The data row, from 1.
    pub(crate) row: u64,
    pub(crate) instrument: &'a str,
    pub(crate) happened_on: Date,
    pub(crate) known_on: Date,
    pub(crate) open: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) close: Option<f64>,
    pub(crate) adjusted_close: Option<f64>,
    pub(crate) volume: Option<f64>,
    pub(crate) currency: &'a str,
}

/// Hands out the bars of the row groups that may hold a wanted instrument. `columns` adds price columns to those
/// that every caller needs; `wanted` sees the first and the last id of a row group.
pub(crate) fn each_bar(
    path: &Path,
    columns: &[&'static str],
    wanted: &dyn Fn(&str, &str) -> bool,
    take: &mut dyn FnMut(&StoredBar<'_>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let mut asked = vec!["instrument_id", "happened_on", "known_on", "currency"];
    asked.extend_from_slice(columns);
    read::each(path, &BARS, &asked, wanted, &mut |first_row, batch| {
        let columns = BarColumns::of(batch).ok_or_else(|| misfit(path))?;
        (0..batch.num_rows()).try_for_each(|at| take(&columns.bar(first_row, at)))
    })
}

/// Hands out the values of all series.
pub(crate) fn each_series(
    path: &Path,
    take: &mut dyn FnMut(u64, &SeriesFact) -> Result<(), DataError>,
) -> Result<(), DataError> {
    read::each(path, &SERIES, &[], &|_, _| true, &mut |first_row, batch| {
        let names = text(batch, "series_id").ok_or_else(|| misfit(path))?;
        let happened_on = day(batch, "happened_on").ok_or_else(|| misfit(path))?;
        let known_on = day(batch, "known_on").ok_or_else(|| misfit(path))?;
        let values = number(batch, "value").ok_or_else(|| misfit(path))?;
        for at in 0..batch.num_rows() {
            let fact = SeriesFact {
                series: names.value(at).to_owned(),
                happened_on: Date::from_epoch_days(happened_on.value(at)),
                known_on: Date::from_epoch_days(known_on.value(at)),
                value: values.value(at),
            };
            take(first_row + at as u64, &fact)?;
        }
        Ok(())
    })
}

/// Hands out all texts.
pub(crate) fn each_text(
    path: &Path,
    take: &mut dyn FnMut(u64, TextFact) -> Result<(), DataError>,
) -> Result<(), DataError> {
    read::each(path, &TEXTS, &[], &|_, _| true, &mut |first_row, batch| {
        let cells = |name| text(batch, name).ok_or_else(|| misfit(path));
        let (subjects, kinds, texts) = (cells("subject")?, cells("kind")?, cells("text")?);
        let happened_on = day(batch, "happened_on").ok_or_else(|| misfit(path))?;
        let known_on = day(batch, "known_on").ok_or_else(|| misfit(path))?;
        for at in 0..batch.num_rows() {
            let row = first_row + at as u64;
            let fact = TextFact {
                subject: subjects.value(at).to_owned(),
                kind: kinds.value(at).parse().map_err(|_| bad_kind(path, row, kinds.value(at)))?,
                happened_on: Date::from_epoch_days(happened_on.value(at)),
                known_on: Date::from_epoch_days(known_on.value(at)),
                text: texts.value(at).to_owned(),
            };
            take(row, fact)?;
        }
        Ok(())
    })
}

fn bad_kind(path: &Path, row: u64, kind: &str) -> DataError {
    let (file, column, value) = (path.display().to_string(), "kind".to_owned(), format!("`{kind}`"));
    let expected = format!("one of {}", TextKind::ALL.map(TextKind::name).join(", "));
    CellError { file, row, column, value, expected, reason: Reason::Type }.into()
}

/// One member of an index as it stands in the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredMember<'a> {
    pub(crate) index: &'a str,
    pub(crate) happened_on: Date,
    pub(crate) known_on: Date,
    pub(crate) instrument: &'a str,
}

/// Hands out all members of indices.
pub(crate) fn each_member(
    path: &Path,
    take: &mut dyn FnMut(&StoredMember<'_>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    read::each(path, &MEMBERSHIP, &[], &|_, _| true, &mut |_, batch| {
        let indices = text(batch, "index_id").ok_or_else(|| misfit(path))?;
        let instruments = text(batch, "instrument_id").ok_or_else(|| misfit(path))?;
        let happened_on = day(batch, "happened_on").ok_or_else(|| misfit(path))?;
        let known_on = day(batch, "known_on").ok_or_else(|| misfit(path))?;
        (0..batch.num_rows()).try_for_each(|at| {
            let [happened_on, known_on] = [happened_on.value(at), known_on.value(at)].map(Date::from_epoch_days);
            let (index, instrument) = (indices.value(at), instruments.value(at));
            take(&StoredMember { index, happened_on, known_on, instrument })
        })
    })
}

/// Hands out all corporate actions.
pub(crate) fn each_action(
    path: &Path,
    take: &mut dyn FnMut(u64, ActionFact) -> Result<(), DataError>,
) -> Result<(), DataError> {
    read::each(path, &ACTIONS, &[], &|_, _| true, &mut |first_row, batch| {
        let ids = text(batch, "instrument_id").ok_or_else(|| misfit(path))?;
        let happened_on = day(batch, "happened_on").ok_or_else(|| misfit(path))?;
        let known_on = day(batch, "known_on").ok_or_else(|| misfit(path))?;
        for at in 0..batch.num_rows() {
            let row = first_row + at as u64;
            let refused = |column: &str, value: String, expected: &str| {
                DataError::from(CellError {
                    file: path.display().to_string(),
                    row,
                    column: column.to_owned(),
                    value,
                    expected: expected.to_owned(),
                    reason: Reason::Action,
                })
            };
            let instrument = ids.value(at).parse();
            let instrument =
                instrument.map_err(|_| refused("instrument_id", ids.value(at).to_owned(), "an instrument id"))?;
            let kind = action_kind(batch, at)
                .ok_or_else(|| refused("kind", kind_text(batch, at), "a known kind with the columns that it needs"))?;
            let (happened_on, known_on) = (happened_on.value(at), known_on.value(at));
            let (happened_on, known_on) = (Date::from_epoch_days(happened_on), Date::from_epoch_days(known_on));
            take(row, ActionFact { instrument, happened_on, known_on, kind })?;
        }
        Ok(())
    })
}

struct BarColumns<'a> {
    instrument: &'a StringArray,
    happened_on: &'a Date32Array,
    known_on: &'a Date32Array,
    /// Open, high, low, close, adjusted close, volume.
    numbers: [Option<&'a Float64Array>; 6],
    currency: &'a StringArray,
}

impl<'a> BarColumns<'a> {
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        let numbers = ["open", "high", "low", "close", "adjusted_close", "volume"].map(|name| number(batch, name));
        Some(Self {
            instrument: text(batch, "instrument_id")?,
            happened_on: day(batch, "happened_on")?,
            known_on: day(batch, "known_on")?,
            numbers,
            currency: text(batch, "currency")?,
        })
    }

    fn bar(&self, first_row: u64, at: usize) -> StoredBar<'a> {
        let cell = |column: Option<&Float64Array>| column.and_then(|cells| cells.is_valid(at).then(|| cells.value(at)));
        let [open, high, low, close, adjusted_close, volume] = self.numbers.map(cell);
        StoredBar {
            row: first_row + at as u64,
            instrument: self.instrument.value(at),
            happened_on: Date::from_epoch_days(self.happened_on.value(at)),
            known_on: Date::from_epoch_days(self.known_on.value(at)),
            open,
            high,
            low,
            close,
            adjusted_close,
            volume,
            currency: self.currency.value(at),
        }
    }
}

fn action_kind(batch: &RecordBatch, at: usize) -> Option<ActionKind> {
    let whole = |name: &str| {
        let cells: &Int64Array = batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
        cells.is_valid(at).then(|| cells.value(at)).and_then(|whole| u32::try_from(whole).ok())
    };
    let amount = number(batch, "amount")?;
    let until = day(batch, "until")?;
    Some(match kind_text(batch, at).as_str() {
        "split" => ActionKind::Split { numerator: whole("numerator")?, denominator: whole("denominator")? },
        "cash_dividend" => ActionKind::CashDividend { amount: amount.is_valid(at).then(|| amount.value(at))? },
        "spinoff" => ActionKind::Spinoff { ratio_millionths: whole("ratio_millionths")? },
        "delisting" => ActionKind::Delisting,
        "halt" => ActionKind::Halt { until: until.is_valid(at).then(|| Date::from_epoch_days(until.value(at)))? },
        _ => return None,
    })
}

fn kind_text(batch: &RecordBatch, at: usize) -> String {
    text(batch, "kind").map(|kinds| kinds.value(at).to_owned()).unwrap_or_default()
}

fn text<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a StringArray> {
    batch.column_by_name(name)?.as_string_opt()
}

fn day<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a Date32Array> {
    batch.column_by_name(name)?.as_primitive_opt::<Date32Type>()
}

fn number<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a Float64Array> {
    batch.column_by_name(name)?.as_primitive_opt::<Float64Type>()
}

/// The schema has been compared before, so this cannot be seen unless a reader changes types on its own.
fn misfit(path: &Path) -> DataError {
    DataError::unreadable(&path.display().to_string(), "a column is of another type than the schema says")
}
