//! What is on a tape, in a form that a report can print.
//!
//! ```
//! # let scenarios = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
//! use columnar::{calendars, describe::describe, tape_folder::StoredTape};
//! let tape = StoredTape::open(&scenarios.join("tapes/us_eq_2000_2012"))?;
//! let description = describe(&tape, Some(&calendars::load(&scenarios, "US_EQ")?))?;
//! let wachovia = description.instruments.iter().find(|line| line.id.as_str() == "EQUITY:WB").ok_or("not there")?;
//! assert_eq!((wachovia.bars, wachovia.sessions_without_bar), (1007, Some(0)));
//! assert_eq!(wachovia.status.as_deref(), Some("acquired"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use domain::calendar::Calendar;
use domain::date::Date;
use domain::facts::{TextFact, TextKind};
use domain::ids::InstrumentId;
use serde::Serialize;

use crate::columns::schema::{ACTIONS, MEMBERSHIP, SERIES, TEXTS};
use crate::error::DataError;
use crate::manifest::TapeManifest;
use crate::notes::{Frequency, SeriesNote};
use crate::rows::{StoredMember, each_action, each_member, each_series, each_text};
use crate::tape_folder::StoredTape;

/// Everything on a tape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Description {
    /// What the tape says of itself: source, licence, basis, defects, tables with digests.
    pub manifest: TapeManifest,
    /// The instruments, ascending by id.
    pub instruments: Vec<InstrumentLine>,
    /// The series, ascending by name.
    pub series: Vec<SeriesLine>,
    /// The lists of index members, ascending by index and day.
    pub memberships: Vec<MembershipLine>,
    /// The texts, ascending by subject and kind.
    pub texts: Vec<TextLine>,
}

/// One instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InstrumentLine {
    /// Its id.
    pub id: InstrumentId,
    /// Its name in words.
    pub name: Option<String>,
    /// Its market.
    pub market: String,
    /// The currency of its prices.
    pub currency: String,
    /// Its sector, where it is known.
    pub sector: Option<String>,
    /// What became of it, with hindsight.
    pub status: Option<String>,
    /// More on that.
    pub status_note: Option<String>,
    /// The day of its first bar.
    pub first_bar: Date,
    /// The day of its last bar.
    pub last_bar: Date,
    /// The number of its bars.
    pub bars: u64,
    /// Sessions between the two without a bar; `None` without a calendar that covers them.
    pub sessions_without_bar: Option<u64>,
    /// The number of its corporate actions.
    pub actions: u64,
}

/// One series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeriesLine {
    /// Its name.
    pub series: String,
    /// The unit of its values, where it is described.
    pub unit: Option<String>,
    /// How often it has a value, where it is described.
    pub frequency: Option<Frequency>,
    /// Days from an observation to its use, where one lag holds for all.
    pub release_lag_days: Option<u16>,
    /// The day of the first value.
    pub first: Date,
    /// The day of the last value.
    pub last: Date,
    /// The first day on which the last value may be used.
    pub last_known_on: Date,
    /// The number of values.
    pub values: u64,
}

/// The members of an index as one list states them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MembershipLine {
    /// The index.
    pub index: InstrumentId,
    /// The day that the list speaks of.
    pub happened_on: Date,
    /// The first day on which it may be used.
    pub known_on: Date,
    /// The number of members.
    pub members: u64,
}

/// The texts of one kind about one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextLine {
    /// The issuer, or `MACRO`.
    pub subject: String,
    /// What sort of texts they are.
    pub kind: TextKind,
    /// The day that the first speaks of.
    pub first: Date,
    /// The day that the last speaks of.
    pub last: Date,
    /// The first day on which the last to become known may be read.
    pub last_known_on: Date,
    /// The number of texts.
    pub texts: u64,
}

/// Describes a tape.
///
/// # Errors
/// When it cannot be read.
pub fn describe(tape: &StoredTape, calendar: Option<&Calendar>) -> Result<Description, DataError> {
    let mut actions: BTreeMap<InstrumentId, u64> = BTreeMap::new();
    if let Some(path) = tape.file_of(&ACTIONS) {
        each_action(&path, &mut |_, action| {
            *actions.entry(action.instrument).or_default() += 1;
            Ok(())
        })?;
    }
    let instruments = tape.instruments().iter().map(|stored| {
        let sessions = calendar.and_then(|calendar| calendar.sessions_between(stored.first_bar, stored.last_bar).ok());
        InstrumentLine {
            id: stored.fact.id.clone(),
            name: stored.name.clone(),
            market: stored.fact.market.clone(),
            currency: stored.fact.currency.clone(),
            sector: stored.fact.sector.clone(),
            status: stored.status.clone(),
            status_note: stored.status_note.clone(),
            first_bar: stored.first_bar,
            last_bar: stored.last_bar,
            bars: stored.bars,
            sessions_without_bar: sessions.map(|sessions| (sessions.len() as u64).saturating_sub(stored.bars)),
            actions: actions.get(&stored.fact.id).copied().unwrap_or_default(),
        }
    });
    let instruments = instruments.collect();
    let (series, memberships, texts) = (series_lines(tape)?, membership_lines(tape)?, text_lines(tape)?);
    Ok(Description { manifest: tape.manifest().clone(), instruments, series, memberships, texts })
}

fn series_lines(tape: &StoredTape) -> Result<Vec<SeriesLine>, DataError> {
    let Some(path) = tape.file_of(&SERIES) else { return Ok(Vec::new()) };
    let described = tape.manifest().series.iter();
    let notes: BTreeMap<&str, &SeriesNote> =
        described.flat_map(|note| note.series().map(move |series| (series, note))).collect();
    let mut lines: Vec<SeriesLine> = Vec::new();
    each_series(&path, &mut |_, fact| {
        match lines.last_mut().filter(|line| line.series == fact.series) {
            Some(line) => {
                line.last = fact.happened_on;
                line.last_known_on = fact.known_on;
                line.values += 1;
            }
            None => {
                let note = notes.get(fact.series.as_str());
                lines.push(SeriesLine {
                    series: fact.series.clone(),
                    unit: note.map(|note| note.unit.clone()),
                    frequency: note.map(|note| note.frequency),
                    release_lag_days: note.map(|note| note.release_lag_days),
                    first: fact.happened_on,
                    last: fact.happened_on,
                    last_known_on: fact.known_on,
                    values: 1,
                });
            }
        }
        Ok(())
    })?;
    Ok(lines)
}

fn membership_lines(tape: &StoredTape) -> Result<Vec<MembershipLine>, DataError> {
    let Some(path) = tape.file_of(&MEMBERSHIP) else { return Ok(Vec::new()) };
    let mut lines: Vec<MembershipLine> = Vec::new();
    each_member(&path, &mut |&StoredMember { index, happened_on, known_on, .. }| {
        let open = lines.last_mut().filter(|line| line.index.as_str() == index && line.happened_on == happened_on);
        if let Some(line) = open {
            line.members += 1;
            return Ok(());
        }
        let index = index.parse().map_err(|error| DataError::unreadable(&path.display().to_string(), error))?;
        lines.push(MembershipLine { index, happened_on, known_on, members: 1 });
        Ok(())
    })?;
    Ok(lines)
}

fn text_lines(tape: &StoredTape) -> Result<Vec<TextLine>, DataError> {
    let Some(path) = tape.file_of(&TEXTS) else { return Ok(Vec::new()) };
    let mut lines: BTreeMap<(String, TextKind), TextLine> = BTreeMap::new();
    each_text(&path, &mut |_, TextFact { subject, kind, happened_on, known_on, .. }| {
        let (first, last, last_known_on) = (happened_on, happened_on, known_on);
        let key = (subject.clone(), kind);
        let line = lines.entry(key).or_insert(TextLine { subject, kind, first, last, last_known_on, texts: 0 });
        line.last = line.last.max(happened_on);
        line.last_known_on = line.last_known_on.max(known_on);
        line.texts += 1;
        Ok(())
    })?;
    Ok(lines.into_values().collect())
}
