//! One cell of a foreign column.
//!
//! Pandas, Polars, DuckDB and spreadsheets disagree on what a column of dates or numbers is. A reader is chosen
//! once for a column, by its type, and then asked cell by cell; CSV columns are texts and go through the same door.
//! An empty text is an absent cell.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, Date32Array, Float64Array, Int64Array, LargeStringArray, StringArray, StringViewArray};
use arrow_schema::{DataType, TimeUnit};
use domain::date::Date;

use crate::error::Reason;

/// A cell that is not what the column should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadCell {
    /// What stands there.
    pub(crate) value: String,
    /// What was expected.
    pub(crate) expected: &'static str,
    /// The kind of refusal.
    pub(crate) reason: Reason,
}

/// A column of texts.
pub(crate) enum Texts<'a> {
    Small(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
    /// Texts of a dictionary, by the position of each row's entry; `None` where the row is absent.
    Coded(Vec<Option<usize>>, Box<Texts<'a>>),
}

/// A column of numbers.
pub(crate) enum Numbers<'a> {
    Floats(&'a Float64Array),
    Whole(&'a Int64Array),
    /// Any other number type, widened.
    Widened(Vec<Option<f64>>),
    Texts(Texts<'a>),
    Absent,
}

/// A column of days.
pub(crate) enum Dates<'a> {
    Days(&'a Date32Array),
    /// Ticks since 1970-01-01 and ticks in a day.
    Ticks(Vec<Option<i64>>, i64),
    Texts(Texts<'a>),
}

impl<'a> Texts<'a> {
    /// The reader for a column; `None` for a type that holds no text.
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Self::Small(array.as_string_opt()?),
            DataType::LargeUtf8 => Self::Large(array.as_string_opt()?),
            DataType::Utf8View => Self::View(array.as_string_view_opt()?),
            DataType::Dictionary(..) => {
                let coded = array.as_any_dictionary_opt()?;
                // Keys of absent rows are arbitrary, so presence is asked first; without entries all are absent.
                let keys = if coded.values().is_empty() { vec![0; array.len()] } else { coded.normalized_keys() };
                let keys = keys.into_iter().enumerate().map(|(row, key)| array.is_valid(row).then_some(key));
                Self::Coded(keys.collect(), Box::new(Self::of(coded.values().as_ref())?))
            }
            _ => return None,
        })
    }

    /// The text of a row; `None` when it is absent or empty.
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        let text = match self {
            Self::Small(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Large(array) => array.is_valid(row).then(|| array.value(row)),
            Self::View(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Coded(keys, values) => keys[row].and_then(|key| values.get(key)),
        };
        text.filter(|text| !text.is_empty())
    }
}

impl<'a> Numbers<'a> {
    /// The reader for a column; `None` for a type that holds no number.
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        macro_rules! widen {
            ($type:ty) => {
                Self::Widened(array.as_primitive_opt::<$type>()?.iter().map(|cell| cell.map(f64::from)).collect())
            };
        }
        Some(match array.data_type() {
            DataType::Float64 => Self::Floats(array.as_primitive_opt::<Float64Type>()?),
            DataType::Int64 => Self::Whole(array.as_primitive_opt::<Int64Type>()?),
            DataType::Float32 => widen!(Float32Type),
            DataType::Int8 => widen!(Int8Type),
            DataType::Int16 => widen!(Int16Type),
            DataType::Int32 => widen!(Int32Type),
            DataType::UInt8 => widen!(UInt8Type),
            DataType::UInt16 => widen!(UInt16Type),
            DataType::UInt32 => widen!(UInt32Type),
            DataType::UInt64 => {
                let cells = array.as_primitive_opt::<UInt64Type>()?.iter();
                Self::Widened(cells.map(|cell| cell.map(|whole| whole as f64)).collect())
            }
            DataType::Null => Self::Absent,
            _ => Self::Texts(Texts::of(array)?),
        })
    }

    /// The number of a row; `None` when it is absent. NaN and infinities are refused here, for every column.
    pub(crate) fn get(&self, row: usize) -> Result<Option<f64>, BadCell> {
        let number = match self {
            Self::Floats(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Whole(array) => array.is_valid(row).then(|| array.value(row) as f64),
            Self::Widened(cells) => cells[row],
            Self::Absent => None,
            Self::Texts(texts) => match texts.get(row).map(|text| (text, text.trim().parse())) {
                None => None,
                Some((_, Ok(number))) => Some(number),
                Some((text, Err(_))) => return Err(bad(Reason::Type, &format!("`{text}`"), "a number")),
            },
        };
        match number {
            Some(number) if !number.is_finite() => {
                Err(bad(Reason::NotFinite, &number.to_string(), "a finite number, or an empty cell for none"))
            }
            finite => Ok(finite),
        }
    }
}

/// How writers call the one time zone in which a day is a day.
const UTC_NAMES: [&str; 4] = ["UTC", "Etc/UTC", "+00:00", "Z"];

impl<'a> Dates<'a> {
    /// The reader for a column; `None` for a type that holds no day, a time of another zone than UTC among them.
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        macro_rules! ticks {
            ($type:ty, $a_day:expr) => {
                Self::Ticks(array.as_primitive_opt::<$type>()?.iter().collect(), $a_day)
            };
        }
        const SECONDS: i64 = 86_400;
        Some(match array.data_type() {
            DataType::Date32 => Self::Days(array.as_primitive_opt::<Date32Type>()?),
            DataType::Date64 => ticks!(Date64Type, SECONDS * 1_000),
            // Midnight there is another moment here, and which of the two days is meant cannot be told.
            DataType::Timestamp(_, Some(zone)) if !UTC_NAMES.contains(&zone.as_ref()) => return None,
            DataType::Timestamp(TimeUnit::Second, _) => ticks!(TimestampSecondType, SECONDS),
            DataType::Timestamp(TimeUnit::Millisecond, _) => ticks!(TimestampMillisecondType, SECONDS * 1_000),
            DataType::Timestamp(TimeUnit::Microsecond, _) => ticks!(TimestampMicrosecondType, SECONDS * 1_000_000),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => ticks!(TimestampNanosecondType, SECONDS * 1_000_000_000),
            _ => Self::Texts(Texts::of(array)?),
        })
    }

    /// The day of a row; `None` when it is absent.
    pub(crate) fn get(&self, row: usize) -> Result<Option<Date>, BadCell> {
        const EXPECTED: &str = "a day as YYYY-MM-DD, from 0001-01-01 to 9999-12-31";
        let days = match self {
            Self::Days(array) => array.is_valid(row).then(|| i64::from(array.value(row))),
            Self::Ticks(ticks, a_day) => match ticks[row] {
                Some(ticks) if ticks % a_day != 0 => {
                    let value = format!("a time of day ({ticks} ticks after 1970-01-01)");
                    return Err(bad(Reason::Type, &value, "a day without a time"));
                }
                ticks => ticks.map(|ticks| ticks / a_day),
            },
            Self::Texts(texts) => {
                let Some(text) = texts.get(row) else { return Ok(None) };
                let day = text.trim().parse().map_err(|_| bad(Reason::Type, &format!("`{text}`"), EXPECTED));
                return day.map(Some);
            }
        };
        let Some(days) = days else { return Ok(None) };
        // The years 1 to 9999, as days since 1970-01-01.
        match i32::try_from(days) {
            Ok(days) if (-719_162..=2_932_896).contains(&days) => Ok(Some(Date::from_epoch_days(days))),
            _ => Err(bad(Reason::Type, &format!("day {days} after 1970-01-01"), EXPECTED)),
        }
    }
}

fn bad(reason: Reason, value: &str, expected: &'static str) -> BadCell {
    BadCell { value: value.to_owned(), expected, reason }
}
