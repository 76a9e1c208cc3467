//! Where the audit stands, and what it has found so far.

use std::fmt::Display;

use domain::date::Date;
use domain::ids::Instrument;
use journal::event::Event;
use journal::journal::Journal;

use super::{Rule, Violation};

/// The violations found so far, and the place that the next one belongs to.
pub(super) struct Findings<'a> {
    journal: &'a Journal,
    place: Place,
    list: Vec<Violation>,
}

struct Place {
    day: Option<Date>,
    event: Option<usize>,
    kind: &'static str,
    instrument: Option<Instrument>,
}

const MANIFEST: Place = Place { day: None, event: None, kind: "manifest", instrument: None };

impl<'a> Findings<'a> {
    pub fn new(journal: &'a Journal) -> Self {
        Self { journal, place: MANIFEST, list: Vec::new() }
    }

    /// Moves to an event of a day.
    pub fn stand_at(&mut self, day: Date, event: usize, what: &Event) {
        self.place = Place { day: Some(day), event: Some(event), kind: what.kind(), instrument: what.instrument() };
    }

    /// Moves to a day as a whole.
    pub fn stand_on(&mut self, day: Date) {
        self.place = Place { day: Some(day), event: None, kind: "day", instrument: None };
    }

    /// Notes a violation unless the two are equal; tells whether they are.
    pub fn equal<T: PartialEq + Display>(&mut self, rule: Rule, field: &str, expected: T, found: T) -> bool {
        let same = expected == found;
        if !same {
            self.add(rule, field, &expected, &found);
        }
        same
    }

    /// Notes a violation unless `holds`.
    pub fn holds(&mut self, holds: bool, rule: Rule, field: &str, expected: &str, found: impl Display) {
        if !holds {
            self.add(rule, field, &expected, &found);
        }
    }

    /// Notes a violation.
    pub fn add(&mut self, rule: Rule, field: &str, expected: &dyn Display, found: &dyn Display) {
        let Place { day, event, kind, instrument } = self.place;
        self.list.push(Violation {
            rule,
            day,
            event,
            kind: kind.to_owned(),
            instrument: instrument.map(|instrument| self.name(instrument)),
            field: field.to_owned(),
            expected: expected.to_string(),
            found: found.to_string(),
        });
    }

    /// The name of an instrument, or its number where the manifest has no name for it.
    pub fn name(&self, instrument: Instrument) -> String {
        self.journal.id(instrument).map_or_else(|| format!("instrument {}", instrument.0), ToString::to_string)
    }

    pub fn knows(&self, instrument: Instrument) -> bool {
        self.journal.id(instrument).is_some()
    }

    pub fn into_list(self) -> Vec<Violation> {
        self.list
    }
}
