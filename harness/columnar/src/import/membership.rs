//! Membership: one member of an index a row.
//!
//! A list that states only a year is taken to speak of the year's first day and to be known from its last: the day
//! within the year is not stated, and before the year's end it might not have been made.

use arrow_array::ArrayRef;
use domain::date::Date;
use domain::ids::InstrumentId;

use super::desk::{Desk, day};
use super::ledger::{Fault, Origin};
use crate::columns::cells::BadCell;
use crate::columns::source::Source;
use crate::columns::write::{dates, texts};
use crate::error::{DataError, Reason};

/// One checked member.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) index: InstrumentId,
    pub(crate) happened_on: Date,
    pub(crate) known_on: Date,
    pub(crate) instrument: InstrumentId,
    pub(crate) origin: Origin,
}

/// Reads one file.
pub(crate) fn read(desk: &mut Desk<'_>, source: &Source, file: usize) -> Result<Vec<Member>, DataError> {
    let known = ["index_id", "as_of_year", "happened_on", "known_on", "symbol", "instrument_id"];
    source.refuse_unknown(&known, &desk.recipe.inputs.ignored_columns)?;
    let member_name = source.name_of(&["instrument_id", "symbol"])?;
    let by_year = source.name_of(&["happened_on", "as_of_year"])? == "as_of_year";
    let (mut members, mut row) = (Vec::new(), 0);
    for batch in &source.batches {
        let (indices, names) = (source.texts(batch, "index_id")?, source.texts(batch, member_name)?);
        let years = source.numbers(batch, "as_of_year")?;
        let days = match by_year {
            true => None,
            false => Some((source.dates(batch, "happened_on")?, source.dates(batch, "known_on")?)),
        };
        for at in 0..batch.num_rows() {
            row += 1;
            let origin = Origin { file, row };
            let mut checked = || {
                let index = desk.instrument("index_id", indices.get(at))?;
                // A bare symbol is that of a share.
                let id = names.get(at).map(|name| match member_name {
                    "symbol" => format!("EQUITY:{name}"),
                    _ => name.to_owned(),
                });
                let instrument = desk.instrument(member_name, id.as_deref())?;
                let (happened_on, known_on) = match &days {
                    Some((happened, known)) => (day("happened_on", happened.get(at))?, day("known_on", known.get(at))?),
                    None => year(years.get(at))?,
                };
                if known_on < happened_on {
                    let expected = format!("a day not before {happened_on}, when it happened");
                    return Err(Fault::new(Reason::KnownOn, "known_on", known_on, expected));
                }
                Ok(Member { index, happened_on, known_on, instrument, origin })
            };
            let checked = checked();
            members.extend(desk.keep(origin, checked)?);
        }
    }
    Ok(members)
}

/// Sorts by index, day and member, and refuses a member that stands twice.
pub(crate) fn sort(desk: &mut Desk<'_>, members: &mut Vec<Member>) -> Result<(), DataError> {
    fn key(member: &Member) -> (&InstrumentId, Date, &InstrumentId) {
        (&member.index, member.happened_on, &member.instrument)
    }
    members.sort_by(|a, b| (key(a), a.origin).cmp(&(key(b), b.origin)));
    let mut kept: Vec<Member> = Vec::with_capacity(members.len());
    for member in members.drain(..) {
        if kept.last().is_some_and(|last| key(last) == key(&member)) {
            let value = format!("{} {}", member.instrument, member.happened_on);
            let fault = Fault::new(Reason::Duplicate, "instrument_id", value, "each member of a list once");
            desk.ledger.refuse(member.origin, fault)?;
        } else {
            kept.push(member);
        }
    }
    *members = kept;
    Ok(())
}

/// The table's columns.
pub(crate) fn columns(members: &[Member]) -> Vec<ArrayRef> {
    vec![
        texts(members.iter().map(|member| Some(member.index.as_str()))),
        dates(members.iter().map(|member| Some(member.happened_on))),
        dates(members.iter().map(|member| Some(member.known_on))),
        texts(members.iter().map(|member| Some(member.instrument.as_str()))),
    ]
}

/// The first and the last day of a year.
fn year(cell: Result<Option<f64>, BadCell>) -> Result<(Date, Date), Fault> {
    const EXPECTED: &str = "a year from 1900 to 2100";
    let year = cell.map_err(|bad| bad.at("as_of_year"))?.ok_or_else(|| Fault::missing("as_of_year", EXPECTED))?;
    let refused = || Fault::new(Reason::Type, "as_of_year", year, EXPECTED);
    if !(1900.0..=2100.0).contains(&year) || year.fract() != 0.0 {
        return Err(refused());
    }
    let day = |month, day| Date::from_ymd(year as i16, month, day).map_err(|_| refused());
    Ok((day(1, 1)?, day(12, 31)?))
}
