//! Instruments: what a file says of them, and the extent of their bars.

use arrow_array::ArrayRef;
use domain::date::Date;
use domain::facts::InstrumentFact;
use domain::ids::InstrumentId;

use super::bars::Bar;
use super::desk::Desk;
use super::ledger::{Fault, Origin};
use crate::columns::source::Source;
use crate::columns::write::{dates, texts, wholes};
use crate::error::{DataError, Reason};

/// One instrument.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) fact: InstrumentFact,
    /// The row that described it; `None` for one that only its bars name.
    pub(crate) origin: Option<Origin>,
    name: Option<String>,
    status: Option<String>,
    status_note: Option<String>,
    extent: (Option<Date>, Option<Date>, usize),
}

/// The bars of one instrument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent<'a> {
    pub(crate) last: Date,
    bars: &'a [Bar],
}

/// The bars of `instrument` among all bars, which are sorted; `None` when it has none.
pub(crate) fn extent_of<'a>(bars: &'a [Bar], instrument: &InstrumentId) -> Option<Extent<'a>> {
    let from = bars.partition_point(|bar| bar.instrument < *instrument);
    let to = bars.partition_point(|bar| bar.instrument <= *instrument);
    let bars = bars.get(from..to)?;
    bars.last().map(|last| Extent { last: last.on, bars })
}

impl Extent<'_> {
    /// The last close as traded before a day.
    pub(crate) fn last_close_before(&self, day: Date) -> Option<f64> {
        let before = self.bars.partition_point(|bar| bar.on < day);
        self.bars[..before].iter().rev().find_map(|bar| bar.close)
    }
}

/// Reads one file.
pub(crate) fn read(desk: &mut Desk<'_>, source: &Source, file: usize) -> Result<Vec<Listed>, DataError> {
    let known = ["instrument_id", "issuer_id", "market_id", "currency", "sector", "name", "status", "status_note"];
    let ours = ["first_bar", "last_bar", "bars"];
    let all: Vec<&str> = known.into_iter().chain(ours).collect();
    source.refuse_unknown(&all, &desk.recipe.inputs.ignored_columns)?;
    let (mut listed, mut row) = (Vec::new(), 0);
    for batch in &source.batches {
        let columns = known.map(|name| source.find(&[name]).map(|name| source.texts(batch, name)).transpose());
        let [id, issuer, market, currency, sector, name, status, status_note] = columns;
        let id = id?.ok_or_else(|| source.column_error("instrument_id", "the file lacks it"))?;
        let (issuer, market, currency, sector) = (issuer?, market?, currency?, sector?);
        let (name, status, status_note) = (name?, status?, status_note?);
        for at in 0..batch.num_rows() {
            row += 1;
            let origin = Origin { file, row };
            let cell = |column: &Option<crate::columns::cells::Texts<'_>>| {
                column.as_ref().and_then(|column| column.get(at)).map(str::to_owned)
            };
            let mut checked = || {
                let id = desk.instrument("instrument_id", id.get(at))?;
                let market = of_tape("market_id", cell(&market), desk.recipe.about.market.as_deref(), Reason::Type)?;
                let currency =
                    of_tape("currency", cell(&currency), desk.recipe.about.currency.as_deref(), Reason::Currency)?;
                let fact = InstrumentFact { id, market, currency, issuer: cell(&issuer), sector: cell(&sector) };
                let (name, status, status_note) = (cell(&name), cell(&status), cell(&status_note));
                Ok(Listed { fact, origin: Some(origin), name, status, status_note, extent: (None, None, 0) })
            };
            let checked = checked();
            listed.extend(desk.keep(origin, checked)?);
        }
    }
    Ok(listed)
}

/// Keeps the instruments that have bars, adds those that no file describes, and sorts.
pub(crate) fn complete(desk: &mut Desk<'_>, listed: Vec<Listed>, bars: &[Bar]) -> Result<Vec<Listed>, DataError> {
    let described = !desk.recipe.inputs.instruments.is_empty();
    let mut kept: Vec<Listed> = Vec::new();
    for one in listed {
        let Some(origin) = one.origin else { continue };
        if kept.iter().any(|other| other.fact.id == one.fact.id) {
            let fault = Fault::new(Reason::Duplicate, "instrument_id", &one.fact.id, "each instrument once");
            desk.ledger.refuse(origin, fault)?;
        } else if extent_of(bars, &one.fact.id).is_none() {
            desk.ledger.leave_out(origin);
        } else {
            kept.push(one);
        }
    }
    kept.sort_by(|a, b| a.fact.id.cmp(&b.fact.id));
    let mut complete = Vec::new();
    for own in bars.chunk_by(|a, b| a.instrument == b.instrument) {
        let id = &own[0].instrument;
        let found = kept.binary_search_by(|one| one.fact.id.cmp(id)).map(|at| kept[at].clone());
        let mut one = match found {
            Ok(one) => one,
            Err(_) if described && !desk.options.quarantine => {
                return Err(DataError::Request(format!("{id} has bars, but no file of instruments describes it")));
            }
            Err(_) => derived(desk, id)?,
        };
        one.extent = (own.first().map(|bar| bar.on), own.last().map(|bar| bar.on), own.len());
        complete.push(one);
    }
    Ok(complete)
}

/// The table's columns.
pub(crate) fn columns(listed: &[Listed]) -> Vec<ArrayRef> {
    let always = |get: fn(&Listed) -> &str| texts(listed.iter().map(|one| Some(get(one))));
    let maybe = |get: fn(&Listed) -> Option<&str>| texts(listed.iter().map(get));
    vec![
        always(|one| one.fact.id.as_str()),
        always(|one| &one.fact.market),
        always(|one| &one.fact.currency),
        maybe(|one| one.fact.issuer.as_deref()),
        maybe(|one| one.fact.sector.as_deref()),
        maybe(|one| one.name.as_deref()),
        maybe(|one| one.status.as_deref()),
        maybe(|one| one.status_note.as_deref()),
        dates(listed.iter().map(|one| one.extent.0)),
        dates(listed.iter().map(|one| one.extent.1)),
        wholes(listed.iter().map(|one| i64::try_from(one.extent.2).ok())),
    ]
}

/// An instrument of which nothing is known but its id and the tape it is on.
fn derived(desk: &Desk<'_>, id: &InstrumentId) -> Result<Listed, DataError> {
    let about = &desk.recipe.about;
    let stated = |value: &Option<String>, key: &str, example: &str| {
        value.clone().ok_or_else(|| {
            DataError::Request(format!(
                "{id} has no {key}: state it for the whole tape with --{key} {example}, or as {key} = \"{example}\" in \
                 [about] of a recipe"
            ))
        })
    };
    let (market, currency) = (stated(&about.market, "market", "US_EQ")?, stated(&about.currency, "currency", "USD")?);
    let fact = InstrumentFact { id: id.clone(), market, currency, issuer: None, sector: None };
    Ok(Listed { fact, origin: None, name: None, status: None, status_note: None, extent: (None, None, 0) })
}

/// A cell that, where it is filled, says the same as the tape.
fn of_tape(column: &str, cell: Option<String>, tape: Option<&str>, reason: Reason) -> Result<String, Fault> {
    match (cell, tape) {
        (Some(cell), Some(tape)) if cell != tape => {
            Err(Fault::new(reason, column, format!("`{cell}`"), format!("{tape}, as the whole tape")))
        }
        (None, None) => Err(Fault::missing(column, "a text here, or one for the whole tape")),
        (Some(text), _) => Ok(text),
        (None, Some(tape)) => Ok(tape.to_owned()),
    }
}
