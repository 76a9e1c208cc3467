//! One day of two journals, event by event.

use journal::event::{Event, JournalDay};
use journal::journal::Journal;

use crate::fields::{Key, Value, fields_of};

/// An event with its key and fields, instruments by name.
pub(crate) struct Parted<'a> {
    pub key: Key<'a>,
    pub fields: Vec<(&'static str, Value<'a>)>,
}

/// The first difference within a day.
pub(crate) struct Found<'a> {
    /// The position in the day.
    pub event: usize,
    /// What the difference is about.
    pub key: Key<'a>,
    /// The field, or `event` when one side lacks the event or has it elsewhere.
    pub field: String,
    pub old: String,
    pub new: String,
}

/// What stands for an event that is not there.
pub(crate) const ABSENT: &str = "absent";

impl<'a> Parted<'a> {
    pub fn of(journal: &'a Journal, event: &'a Event) -> Self {
        // A number beyond the list cannot come out of a verified journal; it has no name to compare by.
        let name = |instrument| journal.id(instrument).map_or("unknown", domain::ids::InstrumentId::as_str);
        Self { key: Key::of(event, name), fields: fields_of(event) }
    }

    pub fn day(journal: &'a Journal, day: &'a JournalDay) -> Vec<Self> {
        day.events.iter().map(|event| Self::of(journal, event)).collect()
    }

    /// Equal to the last bit.
    pub fn is_same(&self, other: &Self) -> bool {
        self.key == other.key
            && self.fields.len() == other.fields.len()
            && self
                .fields
                .iter()
                .zip(&other.fields)
                .all(|(ours, theirs)| ours.0 == theirs.0 && ours.1.is_same(&theirs.1))
    }

    /// The value of a field; `None` where the event has no such field.
    pub fn value(&self, field: &str) -> Option<&Value<'a>> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
    }

    /// The whole event on one line.
    pub fn describe(&self) -> String {
        let instrument = self.key.instrument.map_or(String::new(), |instrument| format!(" {instrument}"));
        let figure = self.key.figure.map_or(String::new(), |figure| format!(" {}.{figure}", self.key.lane));
        let fields: String = self.fields.iter().map(|(field, value)| format!(" {field}={value}")).collect();
        format!("{}{instrument}{figure}{fields}", self.key.kind)
    }
}

/// The first difference between two days; `None` for equal ones.
pub(crate) fn first_difference<'a>(old: &[Parted<'a>], new: &[Parted<'a>]) -> Option<Found<'a>> {
    let at = (0..old.len().max(new.len())).find(|at| match (old.get(*at), new.get(*at)) {
        (Some(old), Some(new)) => !old.is_same(new),
        _ => true,
    })?;
    let found = |part: &Parted<'a>, old: String, new: String| {
        Some(Found { event: at, key: part.key.clone(), field: "event".to_owned(), old, new })
    };
    let (ours, theirs) = (old.get(at), new.get(at));
    if let (Some(ours), Some(theirs)) = (ours, theirs)
        && ours.key == theirs.key
    {
        return field_difference(at, ours, theirs);
    }
    // An event that the other side lacks from here on was removed or added; otherwise the order differs.
    let text = |part: Option<&Parted<'_>>| part.map_or_else(|| ABSENT.to_owned(), Parted::describe);
    match (ours, theirs) {
        (Some(ours), _) if !has_key(&new[at.min(new.len())..], &ours.key) => found(ours, ours.describe(), text(None)),
        (_, Some(theirs)) if !has_key(&old[at.min(old.len())..], &theirs.key) => {
            found(theirs, text(None), theirs.describe())
        }
        (Some(part), _) | (None, Some(part)) => found(part, text(ours), text(theirs)),
        (None, None) => None,
    }
}

/// The lanes whose events differ on a day, in the order in which the differences stand.
pub(super) fn lanes(old: &[Parted<'_>], new: &[Parted<'_>]) -> Vec<String> {
    let mut differing: Vec<(usize, &str)> = Vec::new();
    let names = || old.iter().chain(new).map(|part| part.key.lane);
    for lane in names() {
        if differing.iter().any(|(_, known)| *known == lane) {
            continue;
        }
        let of_lane = |parts: &'_ [Parted<'_>]| -> Vec<usize> {
            (0..parts.len()).filter(|at| parts[*at].key.lane == lane).collect()
        };
        let (ours, theirs) = (of_lane(old), of_lane(new));
        let same =
            |at: usize| matches!((ours.get(at), theirs.get(at)), (Some(a), Some(b)) if old[*a].is_same(&new[*b]));
        if let Some(at) = (0..ours.len().max(theirs.len())).find(|at| !same(*at)) {
            let place = |places: &[usize]| places.get(at).copied().unwrap_or(usize::MAX);
            differing.push((place(&ours).min(place(&theirs)), lane));
        }
    }
    differing.sort_unstable();
    differing.into_iter().map(|(_, lane)| lane.to_owned()).collect()
}

fn field_difference<'a>(event: usize, old: &Parted<'a>, new: &Parted<'a>) -> Option<Found<'a>> {
    let mut fields = old.fields.iter().chain(&new.fields).map(|(field, _)| *field);
    let field = fields.find(|field| match (old.value(field), new.value(field)) {
        (Some(ours), Some(theirs)) => !ours.is_same(theirs),
        _ => true,
    })?;
    let text = |part: &Parted<'_>| part.value(field).map_or_else(|| ABSENT.to_owned(), ToString::to_string);
    let (key, name) = (old.key.clone(), old.key.field_name(field));
    Some(Found { event, key, field: name, old: text(old), new: text(new) })
}

fn has_key(parts: &[Parted<'_>], key: &Key<'_>) -> bool {
    parts.iter().any(|part| part.key == *key)
}
