//! Bars: one session of one instrument a row.

use std::collections::BTreeMap;

use arrow_array::{ArrayRef, RecordBatch};
use domain::date::Date;
use domain::ids::InstrumentId;
use domain::quantity::Price;

use super::desk::{Desk, day};
use super::ledger::{Fault, Origin};
use crate::columns::cells::{Dates, Numbers, Texts};
use crate::columns::source::Source;
use crate::columns::write::{dates, numbers, texts};
use crate::error::{DataError, Reason};

/// The names that the day may have, ours first.
const DAY: [&str; 3] = ["happened_on", "date", "trade_date"];

/// The names that the vendor's adjusted close may have.
const ADJUSTED: [&str; 3] = ["adjusted_close", "adj_close", "adjclose"];

/// One checked bar.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    pub(crate) instrument: InstrumentId,
    pub(crate) on: Date,
    pub(crate) open: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) close: Option<f64>,
    pub(crate) adjusted_close: Option<f64>,
    pub(crate) volume: Option<f64>,
    /// Where it came from.
    pub(crate) origin: Origin,
    /// Made from a series, whose row is counted there.
    pub(crate) from_series: bool,
}

/// The columns of one batch.
struct Columns<'a> {
    instrument: Texts<'a>,
    on: Dates<'a>,
    day_name: &'static str,
    known_on: Option<Dates<'a>>,
    /// Open, high, low, close, adjusted close, volume.
    numbers: [(&'static str, Numbers<'a>); 6],
    currency: Option<Texts<'a>>,
}

/// Reads one file.
pub(crate) fn read(desk: &mut Desk<'_>, source: &Source, file: usize) -> Result<Vec<Bar>, DataError> {
    let mut known = vec!["instrument_id", "known_on", "open", "high", "low", "close", "volume", "currency"];
    known.extend(DAY.iter().chain(&ADJUSTED));
    source.refuse_unknown(&known, &desk.recipe.inputs.ignored_columns)?;
    if desk.recipe.about.currency.is_none() {
        return Err(no_currency(source)?);
    }
    let mut bars = Vec::new();
    let mut latest: BTreeMap<InstrumentId, Date> = BTreeMap::new();
    let mut row = 0;
    for batch in &source.batches {
        let columns = Columns::of(source, batch)?;
        for at in 0..batch.num_rows() {
            row += 1;
            let origin = Origin { file, row };
            let bar = columns.bar(desk, at, origin);
            let checked = bar.and_then(|bar| {
                in_order(latest.get(&bar.instrument).copied(), columns.day_name, bar.on)?;
                Ok(bar)
            });
            if let Some(bar) = desk.keep(origin, checked)? {
                latest.insert(bar.instrument.clone(), bar.on);
                bars.push(bar);
            }
        }
    }
    Ok(bars)
}

/// Sorts by instrument and day, and refuses a second bar from another file.
pub(crate) fn sort(desk: &mut Desk<'_>, bars: &mut Vec<Bar>) -> Result<(), DataError> {
    bars.sort_by(|a, b| (&a.instrument, a.on, a.origin).cmp(&(&b.instrument, b.on, b.origin)));
    let mut kept: Vec<Bar> = Vec::with_capacity(bars.len());
    for bar in bars.drain(..) {
        let twice = kept.last().is_some_and(|last| last.instrument == bar.instrument && last.on == bar.on);
        if twice {
            let value = format!("{} {}", bar.instrument, bar.on);
            let expected = "one bar for an instrument and a day; another file has it already";
            desk.refuse_bar(&bar, Fault::new(Reason::Duplicate, "instrument_id", value, expected))?;
        } else {
            kept.push(bar);
        }
    }
    *bars = kept;
    Ok(())
}

/// The table's columns.
pub(crate) fn columns(bars: &[Bar], currency: &str) -> Vec<ArrayRef> {
    let number = |get: fn(&Bar) -> Option<f64>| numbers(bars.iter().map(get));
    vec![
        texts(bars.iter().map(|bar| Some(bar.instrument.as_str()))),
        dates(bars.iter().map(|bar| Some(bar.on))),
        dates(bars.iter().map(|bar| Some(bar.on))),
        number(|bar| bar.open),
        number(|bar| bar.high),
        number(|bar| bar.low),
        number(|bar| bar.close),
        number(|bar| bar.adjusted_close),
        number(|bar| bar.volume),
        texts(bars.iter().map(|_| Some(currency))),
    ]
}

impl<'a> Columns<'a> {
    fn of(source: &Source, batch: &'a RecordBatch) -> Result<Self, DataError> {
        let day_name = source.name_of(&DAY)?;
        let adjusted = source.find(&ADJUSTED).unwrap_or(ADJUSTED[0]);
        let number = |name| source.numbers(batch, name).map(|numbers| (name, numbers));
        let optional = |name| source.find(&[name]);
        Ok(Self {
            instrument: source.texts(batch, "instrument_id")?,
            on: source.dates(batch, day_name)?,
            day_name,
            known_on: optional("known_on").map(|name| source.dates(batch, name)).transpose()?,
            numbers: [
                number("open")?,
                number("high")?,
                number("low")?,
                number("close")?,
                number(adjusted)?,
                number("volume")?,
            ],
            currency: optional("currency").map(|name| source.texts(batch, name)).transpose()?,
        })
    }

    fn bar(&self, desk: &mut Desk<'_>, at: usize, origin: Origin) -> Result<Bar, Fault> {
        let instrument = desk.instrument("instrument_id", self.instrument.get(at))?;
        let on = day(self.day_name, self.on.get(at))?;
        desk.check_session(self.day_name, on)?;
        if let Some(known_on) = &self.known_on
            && let Some(known_on) = known_on.get(at).map_err(|bad| bad.at("known_on"))?
            && known_on != on
        {
            let expected = format!("the day of the bar itself, {on}: a price is known on its own day");
            return Err(Fault::new(Reason::KnownOn, "known_on", known_on, expected));
        }
        let mut cells = [None; 6];
        for (cell, (name, column)) in cells.iter_mut().zip(&self.numbers) {
            *cell = column.get(at).map_err(|bad| bad.at(name))?;
        }
        check_prices(&cells)?;
        let currency = self.currency.as_ref().and_then(|column| column.get(at));
        check_currency(currency, desk.recipe.about.currency.as_deref())?;
        let [open, high, low, close, adjusted_close, volume] = cells;
        Ok(Bar { instrument, on, open, high, low, close, adjusted_close, volume, origin, from_series: false })
    }
}

/// Days of one instrument rise within a file, whether the file is sorted by instrument or by day.
fn in_order(latest: Option<Date>, column: &str, on: Date) -> Result<(), Fault> {
    match latest {
        Some(latest) if latest == on => {
            Err(Fault::new(Reason::Duplicate, column, on, "one bar for an instrument and a day"))
        }
        Some(latest) if latest > on => Err(Fault::new(
            Reason::Order,
            column,
            on,
            format!("a day after {latest}, which stands before it: the rows of an instrument ascend by date"),
        )),
        _ => Ok(()),
    }
}

/// Prices that can stand together: open, high, low, close, adjusted close and volume.
pub(crate) fn check_prices(cells: &[Option<f64>; 6]) -> Result<(), Fault> {
    const NAMES: [&str; 5] = ["open", "high", "low", "close", "adjusted_close"];
    let [open, high, low, close, adjusted_close, volume] = *cells;
    for (name, price) in NAMES.into_iter().zip(cells) {
        if let Some(price) = price.filter(|price| Price::new(*price).is_err()) {
            return Err(Fault::new(Reason::Range, name, price, "a price from 1e-9 to 1e12"));
        }
    }
    if close.or(adjusted_close).is_none() {
        return Err(Fault::missing("close", "a close or an adjusted close"));
    }
    for (name, price) in [("open", open), ("close", close), ("low", low)] {
        if let (Some(price), Some(high)) = (price, high)
            && price > high
        {
            return Err(Fault::new(Reason::Range, name, price, format!("at most the high, {high}")));
        }
        if let (Some(price), Some(low)) = (price, low)
            && price < low
        {
            return Err(Fault::new(Reason::Range, name, price, format!("at least the low, {low}")));
        }
    }
    match volume {
        Some(volume) if volume < 0.0 => Err(Fault::new(Reason::Range, "volume", volume, "zero or more shares")),
        _ => Ok(()),
    }
}

fn check_currency(cell: Option<&str>, tape: Option<&str>) -> Result<(), Fault> {
    match (cell, tape) {
        (Some(cell), Some(tape)) if cell != tape => {
            let expected = format!("{tape}, the currency of the tape: one tape has one currency");
            Err(Fault::new(Reason::Currency, "currency", format!("`{cell}`"), expected))
        }
        _ => Ok(()),
    }
}

/// What to pass when the tape has no currency: that of the file's first row, where there is one.
fn no_currency(source: &Source) -> Result<DataError, DataError> {
    let mut found = None;
    if let (Some(name), Some(batch)) = (source.find(&["currency"]), source.batches.first()) {
        found = source.texts(batch, name)?.get(0).map(str::to_owned);
    }
    let (says, code) = match &found {
        Some(code) => (format!(", and its first row says `{code}`"), code.as_str()),
        None => (String::new(), "USD"),
    };
    let file = &source.file;
    Ok(DataError::Request(format!(
        "{file}: the tape has no currency{says}: state it once for all rows with --currency {code}, or as \
         currency = \"{code}\" in [about] of a recipe"
    )))
}
