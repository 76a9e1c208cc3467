//! Series: one value of one series a row, and the day on which it became known.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::ArrayRef;
use domain::date::Date;
use domain::quantity::Price;

use super::bars::Bar;
use super::desk::{Desk, day};
use super::ledger::{Fault, Origin};
use crate::columns::source::Source;
use crate::columns::write::{dates, numbers, texts};
use crate::error::{DataError, Reason};
use crate::manifest::{Rates, TapeManifest};
use crate::notes::{Frequency, SeriesNote};

/// The names that the series may have, ours first.
const NAME: [&str; 2] = ["series_id", "factor_id"];

/// The names that the day may have, ours first.
const DAY: [&str; 2] = ["happened_on", "date"];

/// One checked value.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) series: String,
    pub(crate) happened_on: Date,
    pub(crate) known_on: Date,
    pub(crate) value: f64,
    pub(crate) origin: Origin,
}

/// Reads one file.
pub(crate) fn read(desk: &mut Desk<'_>, source: &Source, file: usize) -> Result<Vec<Value>, DataError> {
    let mut known = vec!["known_on", "value"];
    known.extend(NAME.iter().chain(&DAY));
    source.refuse_unknown(&known, &desk.recipe.inputs.ignored_columns)?;
    let lags = lags(desk.recipe)?;
    let (name, day_name) = (source.name_of(&NAME)?, source.name_of(&DAY)?);
    source.name_of(&["value"])?;
    let known_name = source.find(&["known_on"]);
    let (mut values, mut row) = (Vec::new(), 0);
    for batch in &source.batches {
        let (names, days) = (source.texts(batch, name)?, source.dates(batch, day_name)?);
        let known = known_name.map(|name| source.dates(batch, name)).transpose()?;
        let numbers = source.numbers(batch, "value")?;
        for at in 0..batch.num_rows() {
            row += 1;
            let origin = Origin { file, row };
            let checked = || {
                let series = names.get(at).ok_or_else(|| Fault::missing(name, "the name of a series"))?;
                let happened_on = day(day_name, days.get(at))?;
                let known_on = match &known {
                    Some(known) => known.get(at).map_err(|bad| bad.at("known_on"))?,
                    None => None,
                };
                let known_on = match known_on {
                    Some(known_on) => known_on,
                    None => happened_on.plus_days(lag_of(desk.recipe, &lags, name, series)?),
                };
                if known_on < happened_on {
                    let expected = format!("a day not before {happened_on}, when it happened");
                    return Err(Fault::new(Reason::KnownOn, "known_on", known_on, expected));
                }
                let value = numbers.get(at).map_err(|bad| bad.at("value"))?;
                let value = value.ok_or_else(|| Fault::missing("value", "a finite number"))?;
                Ok(Value { series: series.to_owned(), happened_on, known_on, value, origin })
            };
            let checked = checked();
            values.extend(desk.keep(origin, checked)?);
        }
    }
    Ok(values)
}

/// Sorts by series and days; a value may be followed by its revisions, but not by another with the same days.
pub(crate) fn sort(desk: &mut Desk<'_>, values: &mut Vec<Value>) -> Result<(), DataError> {
    type Key<'a> = (&'a str, Date, Date);
    fn key(value: &Value) -> Key<'_> {
        (&value.series, value.happened_on, value.known_on)
    }
    values.sort_by(|a, b| (key(a), a.origin).cmp(&(key(b), b.origin)));
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    for value in values.drain(..) {
        if kept.last().is_some_and(|last| key(last) == key(&value)) {
            let cell = format!("{} {}", value.series, value.happened_on);
            let expected = "one value for a series, a day and a day on which it became known";
            desk.ledger.refuse(value.origin, Fault::new(Reason::Duplicate, NAME[0], cell, expected))?;
        } else {
            kept.push(value);
        }
    }
    *values = kept;
    let present: BTreeSet<&str> = values.iter().map(|value| value.series.as_str()).collect();
    let stray = desk.recipe.series.iter().flat_map(SeriesNote::series).find(|series| !present.contains(series));
    match stray {
        Some(series) => Err(DataError::Request(format!("the recipe describes the series {series}, which no file has"))),
        None => Ok(()),
    }
}

/// The bars of exchange rates, where the recipe asks for them.
pub(crate) fn as_bars(desk: &mut Desk<'_>, values: &[Value]) -> Result<Vec<Bar>, DataError> {
    let Some(rule) = desk.recipe.inputs.rates else { return Ok(Vec::new()) };
    // A rate that cannot be a bar is still a good value of its series, so nothing here can be set aside.
    let refused = |value: &Value, fault: Fault| {
        DataError::Request(format!(
            "{} of {} cannot become a bar: column `{}` is {}, expected {}",
            value.series, value.happened_on, fault.column, fault.value, fault.expected
        ))
    };
    values.iter().map(|value| bar_of_rate(desk, rule, value).map_err(|fault| refused(value, fault))).collect()
}

/// The table's columns.
pub(crate) fn columns(values: &[Value]) -> Vec<ArrayRef> {
    vec![
        texts(values.iter().map(|value| Some(value.series.as_str()))),
        dates(values.iter().map(|value| Some(value.happened_on))),
        dates(values.iter().map(|value| Some(value.known_on))),
        numbers(values.iter().map(|value| Some(value.value))),
    ]
}

/// Describes the series that took the recipe's general lag, so that the tape states it for each.
pub(crate) fn describe_rest(manifest: &mut TapeManifest, values: &[Value]) {
    let Some(release_lag_days) = manifest.inputs.release_lag_days else { return };
    let described: BTreeSet<&str> = manifest.series.iter().flat_map(SeriesNote::series).collect();
    let mut rest: BTreeMap<&str, Vec<Date>> = BTreeMap::new();
    for value in values.iter().filter(|value| !described.contains(value.series.as_str())) {
        rest.entry(&value.series).or_default().push(value.happened_on);
    }
    let note = |(series, days): (&str, Vec<Date>)| SeriesNote {
        ids: series.to_owned(),
        unit: "not stated".to_owned(),
        frequency: usual_step(&days),
        dated: "as in the file".to_owned(),
        release_lag_days,
        why: "stated at the import for all series alike".to_owned(),
        cumulative: false,
    };
    let notes: Vec<SeriesNote> = rest.into_iter().map(note).collect();
    manifest.series.extend(notes);
}

/// The frequency that fits the middle of the steps between days.
fn usual_step(days: &[Date]) -> Frequency {
    let mut steps: Vec<i32> = days.windows(2).map(|pair| pair[1].epoch_days() - pair[0].epoch_days()).collect();
    steps.sort_unstable();
    match steps.get(steps.len() / 2) {
        Some(80..) => Frequency::Quarterly,
        Some(20..) => Frequency::Monthly,
        _ => Frequency::Daily,
    }
}

fn lags(recipe: &TapeManifest) -> Result<BTreeMap<&str, i32>, DataError> {
    let mut lags = BTreeMap::new();
    for note in &recipe.series {
        for series in note.series() {
            if lags.insert(series, i32::from(note.release_lag_days)).is_some() {
                return Err(DataError::Request(format!("the recipe describes the series {series} twice")));
            }
        }
    }
    Ok(lags)
}

fn lag_of(recipe: &TapeManifest, lags: &BTreeMap<&str, i32>, column: &str, series: &str) -> Result<i32, Fault> {
    let general = recipe.inputs.release_lag_days.map(i32::from);
    lags.get(series).copied().or(general).ok_or_else(|| {
        let expected = "a series with a stated release lag: describe it in the recipe, or give one lag for all";
        Fault::new(Reason::Missing, column, format!("`{series}`"), expected)
    })
}

fn bar_of_rate(desk: &mut Desk<'_>, rule: Rates, value: &Value) -> Result<Bar, Fault> {
    let name = value.series.as_str();
    let six_letters = name.len() == 6 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    if !six_letters {
        return Err(Fault::new(Reason::Type, NAME[0], name, "two currencies of three capitals, for example EURUSD"));
    }
    let (base, quote) = name.split_at(3);
    let (id, close, currency) = match rule {
        Rates::AsQuoted => (format!("FX:{base}{quote}"), value.value, quote),
        Rates::Inverted => (format!("FX:{quote}{base}"), 1.0 / value.value, base),
    };
    let tape = desk.recipe.about.currency.as_deref();
    if tape != Some(currency) {
        let expected = format!("{}, the currency of the tape", tape.unwrap_or("a currency for the whole tape"));
        return Err(Fault::new(Reason::Currency, "currency", currency, expected));
    }
    if Price::new(close).is_err() {
        return Err(Fault::new(Reason::Range, "value", value.value, "a rate whose price lies from 1e-9 to 1e12"));
    }
    desk.check_session("happened_on", value.happened_on)?;
    let instrument = desk.instrument(NAME[0], Some(&id))?;
    Ok(Bar {
        instrument,
        on: value.happened_on,
        open: None,
        high: None,
        low: None,
        close: Some(close),
        adjusted_close: None,
        volume: None,
        origin: value.origin,
        from_series: true,
    })
}
