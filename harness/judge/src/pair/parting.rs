//! Where two legs part: the first order, fill or account that differs, the days that move their gap, the instruments
//! that were traded otherwise.
//!
//! What engines say of themselves is not looked at: two legs are told apart by what they do.
//!
//! ```text
//! leg before   12 planned buy 100 GE   filled 100 at 10   equity 1,000
//! leg          12 planned buy  80 GE   filled  80 at 10   equity 1,000   ⇒ first: planned, GE, quantity
//! ```

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::InstrumentId;
use domain::order::Side;
use domain::quantity::Cash;
use journal::event::{Event, JournalDay};
use journal::journal::Journal;
use serde::Serialize;

use crate::diff::day::{Parted, first_difference};

/// Where two legs part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parting {
    /// The first difference in words, with day, instrument and field; absent when the legs do the same.
    pub first: Option<String>,
    /// The days on which the gap between the two moves most, the largest move first.
    pub days: Vec<MovedDay>,
    /// The instruments whose trades differ most in value, the largest first.
    pub instruments: Vec<MovedName>,
}

/// A day on which the gap between two legs moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedDay {
    /// The day.
    pub on: Date,
    /// By how much, in units of the account's currency.
    #[serde(serialize_with = "crate::pair::exact")]
    pub moved: Cash,
}

/// An instrument that two legs trade otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedName {
    /// The instrument.
    pub id: InstrumentId,
    /// How much more was bought of it, in value; negative for less.
    #[serde(serialize_with = "crate::pair::exact")]
    pub bought: Cash,
    /// How much more was sold of it, in value.
    #[serde(serialize_with = "crate::pair::exact")]
    pub sold: Cash,
}

/// Where `leg` parts from the leg before it; at most `most` days and instruments are named.
#[must_use]
pub fn between(before: &Journal, leg: &Journal, most: usize) -> Parting {
    Parting { first: first(before, leg), days: days(before, leg, most), instruments: instruments(before, leg, most) }
}

fn first(before: &Journal, leg: &Journal) -> Option<String> {
    for on in all_days(before, leg) {
        let (ours, theirs) = (before.day(on).map(done), leg.day(on).map(done));
        let words = match (ours, theirs) {
            (Some(ours), Some(theirs)) => {
                let (left, right) = (Parted::day(before, &ours), Parted::day(leg, &theirs));
                first_difference(&left, &right).map(|found| {
                    let instrument = found.key.instrument.map_or_else(String::new, |id| format!(" {id}"));
                    format!("{}{instrument}: {} was {}, is {}", found.key.kind, found.field, found.old, found.new)
                })
            }
            // A day without session or price on which nothing would have been done is no parting.
            (Some(only), None) if is_eventful(&only) => Some("a day that the leg does not have".to_owned()),
            (None, Some(only)) if is_eventful(&only) => Some("a day that the leg before does not have".to_owned()),
            _ => None,
        };
        if let Some(words) = words {
            return Some(format!("{on} {words}"));
        }
    }
    None
}

/// The events of a day by which legs are told apart. The number of an order is left out of the account: it counts what
/// was planned before.
fn done(day: &JournalDay) -> JournalDay {
    let counts = |event: &&Event| {
        !matches!(event, Event::EngineDecided { .. } | Event::FigureRecorded { .. } | Event::InstrumentDropped { .. })
    };
    let numberless = |event: &Event| {
        let mut event = event.clone();
        match &mut event {
            Event::OrderPlanned { order, .. }
            | Event::OrderFilled { order, .. }
            | Event::OrderCancelled { order, .. } => {
                *order = 0;
            }
            _ => {}
        }
        event
    };
    JournalDay { on: day.on, events: day.events.iter().filter(counts).map(numberless).collect() }
}

fn is_eventful(day: &JournalDay) -> bool {
    day.events.iter().any(|event| !matches!(event, Event::BookMarked(_) | Event::PositionMarked { .. }))
}

fn all_days(before: &Journal, leg: &Journal) -> Vec<Date> {
    let mut days: Vec<Date> = before.days.iter().chain(&leg.days).map(|day| day.on).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Days that only one leg has move nothing by themselves: the gap is taken where it can be, on days that both have.
fn days(before: &Journal, leg: &Journal, most: usize) -> Vec<MovedDay> {
    let ours: BTreeMap<Date, i64> = before.marks().map(|(on, mark)| (on, mark.equity.micros())).collect();
    let (mut days, mut gap) = (Vec::new(), 0);
    for (on, mark) in leg.marks() {
        let Some(equity) = ours.get(&on) else { continue };
        let now = mark.equity.micros() - equity;
        if now != gap {
            days.push(MovedDay { on, moved: Cash::from_micros(now - gap) });
        }
        gap = now;
    }
    days.sort_by_key(|day| Reverse(day.moved.micros().unsigned_abs()));
    days.truncate(most);
    days
}

fn instruments(before: &Journal, leg: &Journal, most: usize) -> Vec<MovedName> {
    let mut traded: BTreeMap<InstrumentId, [i64; 2]> = BTreeMap::new();
    for (journal, sign) in [(before, -1), (leg, 1)] {
        for (_, event) in journal.events() {
            if let Event::OrderFilled { instrument, side, value, .. } = event
                && let Some(id) = journal.id(*instrument)
            {
                traded.entry(id.clone()).or_default()[usize::from(*side == Side::Sell)] += sign * value.micros();
            }
        }
    }
    let size = |[bought, sold]: &[i64; 2]| bought.unsigned_abs() + sold.unsigned_abs();
    let mut moved: Vec<(InstrumentId, [i64; 2])> = traded.into_iter().filter(|(_, sums)| size(sums) > 0).collect();
    moved.sort_by_key(|(_, sums)| Reverse(size(sums)));
    moved.truncate(most);
    let name = |(id, [bought, sold]): (InstrumentId, [i64; 2])| MovedName {
        id,
        bought: Cash::from_micros(bought),
        sold: Cash::from_micros(sold),
    };
    moved.into_iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use journal::event::Event;

    use super::between;
    use crate::fixture;

    #[test]
    fn equal_legs_do_not_part() {
        let parting = between(&fixture::journal(), &fixture::journal(), 5);
        assert_eq!((parting.first, parting.days.len(), parting.instruments.len()), (None, 0, 0));
    }

    #[test]
    fn the_first_order_the_days_and_the_names_are_told() {
        let leg = fixture::changed(|days| {
            for event in &mut days[0].events {
                match event {
                    Event::OrderPlanned { instrument, quantity, .. } if *instrument == fixture::LEH => {
                        *quantity = fixture::shares(4);
                    }
                    Event::OrderFilled { instrument, value, .. } if *instrument == fixture::LEH => {
                        *value = fixture::units(40.0);
                    }
                    _ => {}
                }
            }
            fixture::mark(days, 1).equity = fixture::units(900.0);
        });
        let parting = between(&fixture::journal(), &leg, 5);
        let first = parting.first.unwrap();
        assert!(first.starts_with("2008-09-12 order_planned EQUITY:LEH: quantity was 5"), "{first}");
        assert_eq!(parting.days[0].on, "2008-09-15".parse().unwrap());
        assert_eq!(parting.instruments.len(), 1);
        assert_eq!(parting.instruments[0].bought, fixture::units(-10.0));
    }

    #[test]
    fn what_engines_say_parts_nobody() {
        let leg = fixture::changed(|days| {
            days[0].events.retain(|event| !matches!(event, Event::FigureRecorded { .. }));
        });
        assert_eq!(between(&fixture::journal(), &leg, 5).first, None);
    }
}
