//! Small tapes and scripted systems for the tests of this crate.

use domain::date::Date;
use domain::decision::Decision;
use domain::facts::{ActionFact, ActionKind, BarFact, InstrumentFact, PriceBasis};
use domain::ids::{Instrument, InstrumentId};
use domain::order::{OrderKind, OrderRequest, Side};
use domain::quantity::Quantity;
use domain::system::{DecisionSystem, StateError, Today};
use domain::tape::{Tape, TapeBuilder};
use journal::event::{BookMark, Event};
use journal::journal::Journal;

use crate::run::{SystemIdentity, replay_in_memory};
use crate::scenario::Scenario;

/// `[open, high, low, close, volume]` for each day; `None` for a day without a bar.
pub(crate) type Bars<'a> = &'a [Option<[f64; 5]>];

pub(crate) fn day(number: i32) -> Date {
    // A run of days from 2020-01-01 on; the fixture's calendar has no weekends.
    Date::from_epoch_days(18_262 + number)
}

pub(crate) fn tape(instruments: &[(&str, Bars<'_>)], actions: &[(&str, i32, ActionKind)]) -> Tape {
    let days = (0..instruments[0].1.len()).map(|number| day(number as i32)).collect();
    let fact = |id: &str| InstrumentFact {
        id: id.parse().unwrap(),
        market: "TEST".into(),
        currency: "USD".into(),
        issuer: None,
        sector: None,
    };
    let facts = instruments.iter().map(|(id, _)| fact(id)).collect();
    let mut builder = TapeBuilder::new(PriceBasis::Raw, days, facts).unwrap();
    for (id, bars) in instruments {
        for (number, bar) in bars.iter().enumerate() {
            let Some([open, high, low, close, volume]) = *bar else { continue };
            let instrument: InstrumentId = id.parse().unwrap();
            let (open, high, low, close) = (Some(open), Some(high), Some(low), Some(close));
            let happened_on = day(number as i32);
            let volume = Some(volume);
            let bar = BarFact { instrument, happened_on, open, high, low, close, adjusted_close: None, volume };
            builder.push_bar(&bar).unwrap();
        }
    }
    for (id, number, kind) in actions {
        let (happened_on, known_on) = (day(*number), day(*number));
        let instrument = id.parse().unwrap();
        builder.push_action(ActionFact { instrument, happened_on, known_on, kind: *kind }).unwrap();
    }
    builder.finish()
}

/// A flat bar: all prices alike.
pub(crate) const fn flat(price: f64) -> Option<[f64; 5]> {
    Some([price, price, price, price, 1e6])
}

pub(crate) fn scenario(edit: impl FnOnce(&mut Scenario)) -> Scenario {
    let text = "format = 1\nname = \"test\"\npurpose = \"A test.\"\nseed = 1\n\
        [market]\ntape = \"t\"\ncalendar = \"tape\"\nprice_basis = \"raw\"\n\
        first_day = \"2020-01-01\"\nlast_day = \"2020-12-31\"\n\
        [account]\ncurrency = \"USD\"\ncash = 100_000\n[system]\nname = \"scripted\"\n\
        [execution]\nfill = \"next-close\"\n";
    let mut scenario = Scenario::parse(text, "test.toml").unwrap();
    edit(&mut scenario);
    scenario
}

/// Gives the orders or targets of a closure.
pub(crate) struct Scripted<F>(pub F);

impl<F: FnMut(u32) -> Decision> DecisionSystem for Scripted<F> {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        (self.0)(today.day_number)
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), StateError> {
        Ok(())
    }
}

pub(crate) fn order(side: Side, kind: OrderKind, shares: i64, sessions: u32) -> Decision {
    let quantity = Quantity::from_micros(shares * 1_000_000);
    let request = OrderRequest { instrument: Instrument(0), side, kind, quantity, sessions };
    Decision { orders: vec![request], ..Decision::unchanged("test") }
}

pub(crate) fn run(scenario: &Scenario, tape: &Tape, script: impl FnMut(u32) -> Decision) -> Journal {
    let (name, version) = ("scripted".to_owned(), "1".to_owned());
    let identity = SystemIdentity { name, version, config_digest: domain::digest::Digest::ZERO };
    replay_in_memory(scenario, &identity, tape, &mut Scripted(script)).unwrap()
}

pub(crate) fn mark(journal: &Journal, number: usize) -> BookMark {
    match journal.days[number].events.last() {
        Some(Event::BookMarked(mark)) => *mark,
        other => panic!("day {number} ends with {other:?}"),
    }
}

/// The kinds of a day's events.
pub(crate) fn kinds(journal: &Journal, number: usize) -> Vec<&'static str> {
    journal.days[number].events.iter().map(Event::kind).collect()
}
