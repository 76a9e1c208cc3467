//! Two journals, day by day and event by event.

use std::collections::BTreeMap;

use domain::date::Date;
use journal::journal::Journal;

use super::tally::{Spot, Tally};
use crate::diff::day::{ABSENT, Parted};
use crate::fields::{Key, Value};
use crate::golden::scope::Class;

/// Compares all days from the first that differs on.
pub(super) fn compare_days(old: &Journal, new: &Journal, from: usize, tally: &mut Tally<'_>) {
    let number_of = |journal: &Journal, day: Date| journal.days.binary_search_by_key(&day, |day| day.on).ok();
    let days = |journal: &Journal| -> Vec<Date> { journal.days.iter().skip(from).map(|day| day.on).collect() };
    let mut all = days(old);
    all.extend(days(new));
    all.sort_unstable();
    all.dedup();
    for day in all {
        match (number_of(old, day), number_of(new, day)) {
            (Some(ours), Some(theirs)) => {
                let (ours, theirs) = (Parted::day(old, &old.days[ours]), Parted::day(new, &new.days[theirs]));
                compare_day(day, &ours, &theirs, tally);
            }
            (ours, _) => {
                let text = |there: bool| if there { "a trading day" } else { ABSENT };
                let spot = Spot { place: "day", lane: "book", field: "day", day: Some(day), ..Spot::default() };
                tally.add(Class::Behaviour, &spot, text(ours.is_some()), text(ours.is_none()));
            }
        }
    }
}

/// Pairs the events of a day by what they are about; the second event about the same thing pairs with the second.
fn compare_day(day: Date, old: &[Parted<'_>], new: &[Parted<'_>], tally: &mut Tally<'_>) {
    if old.len() == new.len() && old.iter().zip(new).all(|(ours, theirs)| ours.is_same(theirs)) {
        return;
    }
    let (ours, theirs) = (by_key(old), by_key(new));
    let mut same_facts = true;
    for (key, at) in &ours {
        let (event, part) = (*at, &old[*at]);
        match theirs.get(key) {
            Some(other) => same_facts &= compare_event(day, event, part, &new[*other], tally),
            None => {
                same_facts = false;
                add_lone(day, event, part, true, tally);
            }
        }
    }
    for (_, at) in theirs.iter().filter(|(key, _)| !ours.contains_key(*key)) {
        same_facts = false;
        add_lone(day, *at, &new[*at], false, tally);
    }
    if same_facts {
        add_order(day, old, new, tally);
    }
}

/// The position of each event by its key and its number among the events with that key.
fn by_key<'p, 'a>(parts: &'p [Parted<'a>]) -> BTreeMap<(&'p Key<'a>, usize), usize> {
    let mut seen: BTreeMap<&Key<'a>, usize> = BTreeMap::new();
    let mut places = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        let number = seen.entry(&part.key).or_default();
        places.insert((&part.key, *number), at);
        *number += 1;
    }
    places
}

/// Compares two events about the same thing; tells whether they are the same.
fn compare_event(day: Date, event: usize, old: &Parted<'_>, new: &Parted<'_>, tally: &mut Tally<'_>) -> bool {
    let mut fields: Vec<&str> = old.fields.iter().map(|(field, _)| *field).collect();
    fields.extend(new.fields.iter().map(|(field, _)| *field).filter(|field| old.value(field).is_none()));
    let mut same = true;
    for field in fields {
        let (ours, theirs) = (old.value(field), new.value(field));
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && ours.is_same(theirs)
        {
            continue;
        }
        same = false;
        let name = old.key.field_name(field);
        let spot = spot_of(day, event, &old.key, &name);
        let text = |value: Option<&Value<'_>>| value.map_or_else(|| ABSENT.to_owned(), ToString::to_string);
        let numbers = ours.and_then(Value::number).zip(theirs.and_then(Value::number));
        match numbers {
            Some((left, right)) if field != "order" => {
                let class = class_beyond(old.key.kind);
                tally.numbers(&old.key.policy_name(field), class, &spot, (left, text(ours)), (right, text(theirs)));
            }
            _ => tally.add(class_of_text(old.key.kind, field, ours, theirs), &spot, text(ours), text(theirs)),
        }
    }
    same
}

/// An event that only one side has.
fn add_lone(day: Date, event: usize, part: &Parted<'_>, is_old: bool, tally: &mut Tally<'_>) {
    let class = match part.key.kind {
        "figure_recorded" | "position_marked" | "engine_decided" | "book_marked" => Class::Schema,
        "instrument_dropped" => Class::Label,
        _ => Class::Behaviour,
    };
    let name = part.key.figure.unwrap_or("event");
    let (there, absent) = (part.describe(), ABSENT.to_owned());
    let (old, new) = if is_old { (there, absent) } else { (absent, there) };
    tally.add(class, &spot_of(day, event, &part.key, name), old, new);
}

/// The same facts, and still not the same day: the order differs.
fn add_order(day: Date, old: &[Parted<'_>], new: &[Parted<'_>], tally: &mut Tally<'_>) {
    let first = old.iter().zip(new).enumerate().find(|(_, (ours, theirs))| !ours.is_same(theirs));
    if let Some((event, (ours, theirs))) = first {
        let spot = spot_of(day, event, &ours.key, "order of events");
        tally.add(Class::Order, &spot, ours.describe(), theirs.describe());
    }
}

fn spot_of<'a>(day: Date, event: usize, key: &Key<'a>, field: &'a str) -> Spot<'a> {
    Spot { place: key.kind, lane: key.lane, field, day: Some(day), event: Some(event), instrument: key.instrument }
}

/// The class of a number beyond its tolerance.
fn class_beyond(kind: &str) -> Class {
    match kind {
        "target_set" | "order_planned" | "order_filled" | "order_cancelled" | "order_refused" | "order_adjusted"
        | "shares_changed" => Class::Behaviour,
        _ => Class::Numeric,
    }
}

/// The class of a field that is not a pair of numbers, and of an order's number.
fn class_of_text(kind: &str, field: &str, old: Option<&Value<'_>>, new: Option<&Value<'_>>) -> Class {
    let texts = matches!((old, new), (Some(Value::Text(_)), Some(Value::Text(_))));
    match (kind, field) {
        (_, "order") => Class::Order,
        (_, "side" | "type" | "stop" | "limit" | "at_decision_close") => Class::Behaviour,
        _ if texts => Class::Label,
        _ => Class::Schema,
    }
}
