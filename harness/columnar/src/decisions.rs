//! Decisions that another system recorded: complete target weights by day, from CSV or Parquet.
//!
//! | date | symbol | weight | |
//! |---|---|---|---|
//! | 2008-09-15 | EQUITY:GE | 0.6 | Monday: 60 % GE |
//! | 2008-09-15 | EQUITY:KO | 0.3 | and 30 % KO; whatever else is held is sold |
//! | 2008-09-17 | | | Wednesday: nothing is wanted, so all is sold; Tuesday, which has no row, keeps what is held |
//!
//! Days ascend; within a day the symbols stand in any order, each once. A row without a symbol stands alone on its day.
//! A weight is a fraction of equity at the day's close, negative for a short position.

use std::collections::BTreeMap;
use std::path::Path;

use domain::date::Date;

use crate::columns::cells::{BadCell, Dates, Numbers, Texts};
use crate::columns::schema::{Kind, Table, always, maybe};
use crate::columns::source::Source;
use crate::columns::write::{dates, numbers, texts, write_table};
use crate::error::{CellError, DataError, Reason};

const DATE: &str = "date";
const SYMBOL: &str = "symbol";
const WEIGHT: &str = "weight";
const FINITE: &str = "a finite number";

/// The table as this crate writes it.
static TABLE: Table = Table {
    name: "decisions",
    columns: &[always(DATE, Kind::Date), maybe(SYMBOL, Kind::Text), maybe(WEIGHT, Kind::Number)],
};

/// One row of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionRow {
    /// Its number in the file, from 1; row 1 of a CSV file is its second line.
    pub row: u64,
    /// The day at whose close it was decided.
    pub on: Date,
    /// The symbol as it stands there; `None` for a day on which nothing is wanted.
    pub symbol: Option<String>,
    /// Fraction of equity, finite; 0 without a symbol.
    pub weight: f64,
}

/// Reads a record; its name says whether it is CSV or Parquet.
///
/// # Errors
/// [`DataError`] for a file that cannot be read, lacks a column or has a stray one, has no row, or has a row that cannot
/// stand: a day or weight that is none, days that go backwards, a symbol twice on a day.
pub fn read(path: &Path) -> Result<Vec<DecisionRow>, DataError> {
    let source = Source::open(path)?;
    if source.columns.is_empty() {
        return Err(DataError::unreadable(&source.file, "it is empty: expected the columns date, symbol, weight"));
    }
    if let Some(stray) = source.columns.iter().find(|name| ![DATE, SYMBOL, WEIGHT].contains(&name.as_str())) {
        return Err(source.column_error(stray, "nothing reads it; expected date, symbol and weight alone"));
    }
    for column in [DATE, SYMBOL, WEIGHT] {
        source.name_of(&[column])?;
    }
    let mut record = Record { file: source.file.clone(), rows: Vec::new(), today: BTreeMap::new() };
    for batch in &source.batches {
        let (days, symbols) = (source.dates(batch, DATE)?, source.texts(batch, SYMBOL)?);
        let weights = source.numbers(batch, WEIGHT)?;
        for at in 0..batch.num_rows() {
            record.take(at, &days, &symbols, &weights)?;
        }
    }
    if record.rows.is_empty() {
        return Err(DataError::unreadable(&source.file, "it has no row: expected at least one decision"));
    }
    Ok(record.rows)
}

/// Writes a record into `folder` as `decisions.parquet`.
///
/// # Errors
/// [`DataError`] when the file cannot be written.
pub fn write(folder: &Path, rows: &[DecisionRow]) -> Result<(), DataError> {
    let columns = vec![
        dates(rows.iter().map(|row| Some(row.on))),
        texts(rows.iter().map(|row| row.symbol.as_deref())),
        numbers(rows.iter().map(|row| row.symbol.as_ref().map(|_| row.weight))),
    ];
    write_table(folder, &TABLE, columns).map(|_| ())
}

/// A record while it is read.
struct Record {
    file: String,
    rows: Vec<DecisionRow>,
    /// The symbols of the last day, and where each stands.
    today: BTreeMap<Option<String>, u64>,
}

impl Record {
    fn take(
        &mut self,
        at: usize,
        days: &Dates<'_>,
        symbols: &Texts<'_>,
        weights: &Numbers<'_>,
    ) -> Result<(), DataError> {
        let row = self.rows.len() as u64 + 1;
        let on = days.get(at).map_err(|bad| self.bad(row, DATE, bad))?;
        let Some(on) = on else { return Err(self.refused(row, DATE, "nothing", "a day", Reason::Missing)) };
        self.follow(row, on)?;
        let symbol = symbols.get(at).map(str::to_owned);
        let weight = weights.get(at).map_err(|bad| self.bad(row, WEIGHT, BadCell { expected: FINITE, ..bad }))?;
        let weight = match (&symbol, weight) {
            (Some(_), Some(weight)) => weight,
            (Some(_), None) => return Err(self.refused(row, WEIGHT, "nothing", FINITE, Reason::Missing)),
            (None, None | Some(0.0)) => 0.0,
            (None, Some(weight)) => {
                let (value, expected) = (weight.to_string(), "no weight, or 0, in a row without a symbol");
                return Err(self.refused(row, WEIGHT, &value, expected, Reason::Range));
            }
        };
        self.enter(row, symbol.clone())?;
        self.rows.push(DecisionRow { row, on, symbol, weight });
        Ok(())
    }

    /// Begins a new day, or refuses one before the last.
    fn follow(&mut self, row: u64, on: Date) -> Result<(), DataError> {
        let Some(last) = self.rows.last().map(|last| last.on) else { return Ok(()) };
        if on < last {
            let expected = format!("a day not before {last}, the day of the row above");
            return Err(self.refused(row, DATE, &on.to_string(), &expected, Reason::Order));
        }
        if on > last {
            self.today.clear();
        }
        Ok(())
    }

    /// Enters a symbol of the day: each once, and none beside a row without one.
    fn enter(&mut self, row: u64, symbol: Option<String>) -> Result<(), DataError> {
        let shown = symbol.clone().unwrap_or_else(|| "nothing".to_owned());
        let lone = symbol.is_none() || self.today.contains_key(&None);
        if let Some(earlier) = self.today.get(&symbol) {
            let expected = format!("a symbol once a day; row {earlier} has it too");
            return Err(self.refused(row, SYMBOL, &shown, &expected, Reason::Duplicate));
        }
        if let Some(earlier) = self.today.values().next().filter(|_| lone) {
            let expected = format!("a row without a symbol alone on its day; row {earlier} is of the same day");
            return Err(self.refused(row, SYMBOL, &shown, &expected, Reason::Duplicate));
        }
        self.today.insert(symbol, row);
        Ok(())
    }

    fn bad(&self, row: u64, column: &str, bad: BadCell) -> DataError {
        self.refused(row, column, &bad.value, bad.expected, bad.reason)
    }

    fn refused(&self, row: u64, column: &str, value: &str, expected: &str, reason: Reason) -> DataError {
        let (file, column, value) = (self.file.clone(), column.to_owned(), value.to_owned());
        CellError { file, row, column, value, expected: expected.to_owned(), reason }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::{DecisionRow, read, write};
    use crate::files::tests::scratch;

    /// What a file of this text says.
    fn of(name: &str, text: &str) -> Result<Vec<DecisionRow>, String> {
        let path = scratch(name).join("decisions.csv");
        std::fs::write(&path, text).unwrap();
        let cut = |error: crate::error::DataError| error.to_string().rsplit('/').next().unwrap_or_default().to_owned();
        read(&path).map_err(cut)
    }

    const EXAMPLE: &str = "date,symbol,weight\n2008-09-15,EQUITY:KO,0.3\n2008-09-15,EQUITY:GE,0.6\n2008-09-17,,\n";

    #[test]
    fn the_worked_example() {
        let rows = of("decisions-example", EXAMPLE).unwrap();
        let shown: Vec<(u64, String, Option<&str>, f64)> =
            rows.iter().map(|row| (row.row, row.on.to_string(), row.symbol.as_deref(), row.weight)).collect();
        let (monday, wednesday) = ("2008-09-15".to_owned(), "2008-09-17".to_owned());
        let expected = [
            (1, monday.clone(), Some("EQUITY:KO"), 0.3),
            (2, monday, Some("EQUITY:GE"), 0.6),
            (3, wednesday, None, 0.0),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn parquet_says_what_csv_says() {
        let rows = of("decisions-both", EXAMPLE).unwrap();
        let folder = scratch("decisions-parquet");
        write(&folder, &rows).unwrap();
        assert_eq!(read(&folder.join("decisions.parquet")).unwrap(), rows);
    }

    #[test]
    fn every_refusal_names_row_column_and_value() {
        let table = [
            ("", "decisions.csv: it has no row: expected at least one decision"),
            ("15.09.2008,A,1\n", "row 1, column `date`: `15.09.2008`, expected a day as YYYY-MM-DD"),
            (",A,1\n", "row 1, column `date`: nothing, expected a day"),
            ("2008-09-15,A,nan\n", "row 1, column `weight`: NaN, expected a finite number"),
            ("2008-09-15,A,much\n", "row 1, column `weight`: `much`, expected a finite number"),
            ("2008-09-15,A,\n", "row 1, column `weight`: nothing, expected a finite number"),
            ("2008-09-15,,0.5\n", "row 1, column `weight`: 0.5, expected no weight, or 0, in a row without a symbol"),
            (
                "2008-09-15,A,1\n2008-09-12,A,1\n",
                "row 2, column `date`: 2008-09-12, expected a day not before 2008-09-15",
            ),
            (
                "2008-09-15,A,1\n2008-09-15,A,1\n",
                "row 2, column `symbol`: A, expected a symbol once a day; row 1 has it",
            ),
            (
                "2008-09-15,A,1\n2008-09-15,,\n",
                "row 2, column `symbol`: nothing, expected a row without a symbol alone",
            ),
            ("2008-09-15,,\n2008-09-15,A,1\n", "row 2, column `symbol`: A, expected a row without a symbol alone"),
        ];
        for (number, (rows, told)) in table.iter().enumerate() {
            let found = of(&format!("decisions-{number}"), &format!("date,symbol,weight\n{rows}")).unwrap_err();
            assert!(found.contains(told), "{found}\ndoes not say\n{told}");
        }
        let stray = of("decisions-stray", "date,symbol,weight,note\n").unwrap_err();
        assert!(stray.contains("column `note`: nothing reads it"), "{stray}");
        let lacking = of("decisions-lacking", "date,symbol\n").unwrap_err();
        assert!(lacking.contains("column `weight`: the file lacks it"), "{lacking}");
    }
}
