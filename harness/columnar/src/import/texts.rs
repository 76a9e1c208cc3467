//! Texts: one filing, piece of news, call or release a row, and the day on which it became known.

use arrow_array::ArrayRef;
use domain::date::Date;
use domain::facts::{TextFact, TextKind};

use super::desk::{Desk, day};
use super::ledger::{Fault, Origin};
use crate::columns::source::Source;
use crate::columns::write::{dates, texts};
use crate::error::{DataError, Reason};

/// The columns of a file of texts. Every one must be there: no general lag fits filings and news alike.
const COLUMNS: [&str; 5] = ["subject", "kind", "happened_on", "known_on", "text"];

/// One checked text.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) fact: TextFact,
    pub(crate) origin: Origin,
}

/// Reads one file.
pub(crate) fn read(desk: &mut Desk<'_>, source: &Source, file: usize) -> Result<Vec<Told>, DataError> {
    source.refuse_unknown(&COLUMNS, &desk.recipe.inputs.ignored_columns)?;
    for column in COLUMNS {
        source.name_of(&[column])?;
    }
    let (mut told, mut row) = (Vec::new(), 0);
    for batch in &source.batches {
        let cells = |column| source.texts(batch, column);
        let (subjects, kinds, words) = (cells("subject")?, cells("kind")?, cells("text")?);
        let (happened, known) = (source.dates(batch, "happened_on")?, source.dates(batch, "known_on")?);
        for at in 0..batch.num_rows() {
            row += 1;
            let origin = Origin { file, row };
            let checked = || {
                let subject = written("subject", subjects.get(at), "an issuer, or MACRO")?;
                let kind = kind(kinds.get(at))?;
                let happened_on = day("happened_on", happened.get(at))?;
                let known_on = day("known_on", known.get(at))?;
                if known_on < happened_on {
                    let expected = format!("a day not before {happened_on}, when it happened");
                    return Err(Fault::new(Reason::KnownOn, "known_on", known_on, expected));
                }
                let text = written("text", words.get(at), "a text that is not blank")?;
                Ok(Told { fact: TextFact { subject, kind, happened_on, known_on, text }, origin })
            };
            let checked = checked();
            told.extend(desk.keep(origin, checked)?);
        }
    }
    Ok(told)
}

/// Sorts by subject, both days, kind and text, and refuses a text that stands twice.
pub(crate) fn sort(desk: &mut Desk<'_>, told: &mut Vec<Told>) -> Result<(), DataError> {
    type Key<'a> = (&'a str, Date, Date, TextKind, &'a str);
    fn key(told: &Told) -> Key<'_> {
        let TextFact { subject, kind, happened_on, known_on, text } = &told.fact;
        (subject, *happened_on, *known_on, *kind, text)
    }
    told.sort_by(|a, b| (key(a), a.origin).cmp(&(key(b), b.origin)));
    let mut kept: Vec<Told> = Vec::with_capacity(told.len());
    for one in told.drain(..) {
        if kept.last().is_some_and(|last| key(last) == key(&one)) {
            let value = format!("{} {} {}", one.fact.subject, one.fact.kind, one.fact.happened_on);
            desk.ledger.refuse(one.origin, Fault::new(Reason::Duplicate, "text", value, "each text once"))?;
        } else {
            kept.push(one);
        }
    }
    *told = kept;
    Ok(())
}

/// The table's columns.
pub(crate) fn columns(told: &[Told]) -> Vec<ArrayRef> {
    let facts = || told.iter().map(|told| &told.fact);
    vec![
        texts(facts().map(|fact| Some(fact.subject.as_str()))),
        texts(facts().map(|fact| Some(fact.kind.name()))),
        dates(facts().map(|fact| Some(fact.happened_on))),
        dates(facts().map(|fact| Some(fact.known_on))),
        texts(facts().map(|fact| Some(fact.text.as_str()))),
    ]
}

fn written(column: &str, cell: Option<&str>, expected: &str) -> Result<String, Fault> {
    let filled = cell.filter(|text| !text.trim().is_empty());
    filled.map(str::to_owned).ok_or_else(|| Fault::missing(column, expected))
}

fn kind(cell: Option<&str>) -> Result<TextKind, Fault> {
    let expected = format!("one of {}", TextKind::ALL.map(TextKind::name).join(", "));
    let name = cell.ok_or_else(|| Fault::missing("kind", &expected))?;
    name.parse().map_err(|_| Fault::new(Reason::Type, "kind", format!("`{name}`"), expected))
}
