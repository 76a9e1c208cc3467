//! A small run that adds up, made by hand: the other tests change one thing in it.
//!
//! ```text
//! 2008-09-12  cash 1 000; targets GE 0.2, LEH 0.05; buys 10 GE at 20 (cost 1) and 5 LEH at 10 (cost 0.5)
//! 2008-09-15  GE closes at 18, LEH at 4; sells 5 LEH at 3.9 (slippage 0.1 each), cost 0.25
//! 2009-01-02  GE pays 0.5 a share and closes at 21; positions are written down in the new year
//! ```

use domain::decision::{FigureValue, Verdict};
use domain::digest::Digest;
use domain::ids::Instrument;
use domain::order::{OrderKind, Side};
use domain::quantity::{Cash, Price, Quantity};
use domain::seed::Seed;
use journal::event::{BookMark, Event, JournalDay};
use journal::header::RunHeader;
use journal::journal::Journal;
use journal::manifest::{FORMAT_VERSION, RunInputs};

pub(crate) const GE: Instrument = Instrument(0);
pub(crate) const LEH: Instrument = Instrument(1);

/// Whole and broken units as money.
pub(crate) fn units(units: f64) -> Cash {
    Cash::from_units(units).unwrap()
}

/// Whole shares.
pub(crate) fn shares(shares: i64) -> Quantity {
    Quantity::from_micros(shares * 1_000_000)
}

pub(crate) fn header() -> RunHeader {
    RunHeader {
        first_day: "2008-09-12".parse().unwrap(),
        currency: "USD".into(),
        initial_cash_micros: 1_000_000_000,
        instruments: vec!["EQUITY:GE".parse().unwrap(), "EQUITY:LEH".parse().unwrap()],
        inputs: RunInputs {
            scenario: "lehman".into(),
            scenario_digest: Digest::of(b"scenario"),
            system: "momentum".into(),
            system_version: "1.0.0".into(),
            config_digest: Digest::of(b"config"),
            tape_digest: Digest::of(b"tape"),
            seed: Seed(u64::MAX),
            replay_version: 1,
            format_version: FORMAT_VERSION,
        },
    }
}

pub(crate) fn planned(order: u64, instrument: Instrument, side: Side, quantity: Quantity) -> Event {
    Event::OrderPlanned { order, instrument, side, kind: OrderKind::Market, quantity, sessions: 1 }
}

/// A fill at the decision's close; `price` is what was paid, slippage included.
pub(crate) fn filled(
    order: u64,
    instrument: Instrument,
    side: Side,
    quantity: Quantity,
    price: f64,
    cost: f64,
) -> Event {
    let price = Price::new(price).unwrap();
    Event::OrderFilled {
        order,
        instrument,
        side,
        quantity,
        price,
        value: price.value_of(quantity).unwrap(),
        cost: units(cost),
        slippage: Cash::ZERO,
        realised: Cash::ZERO,
        at_decision_close: true,
    }
}

fn position(instrument: Instrument, quantity: Quantity, price: f64) -> Event {
    let value = Price::new(price).unwrap().value_of(quantity).unwrap();
    Event::PositionMarked { instrument, quantity, price, value }
}

fn signal(instrument: Instrument, value: f64) -> Event {
    let (engine, field) = ("momentum".into(), "signal".into());
    Event::FigureRecorded { engine, instrument: Some(instrument), field, value: FigureValue::Number(value) }
}

pub(crate) fn regime(label: &'static str) -> Event {
    let (engine, field) = ("regime".into(), "regime".into());
    Event::FigureRecorded { engine, instrument: None, field, value: FigureValue::Label(label.into()) }
}

fn decided(engine: &'static str, verdict: Verdict) -> Event {
    Event::EngineDecided { engine: engine.into(), verdict }
}

fn first_day() -> Vec<Event> {
    vec![
        decided("regime", Verdict::Decided),
        regime("CALM_CARRY"),
        decided("momentum", Verdict::Decided),
        signal(GE, 0.75),
        signal(LEH, 0.5),
        Event::TargetSet { instrument: GE, weight: 0.2 },
        Event::TargetSet { instrument: LEH, weight: 0.05 },
        planned(0, GE, Side::Buy, shares(10)),
        planned(1, LEH, Side::Buy, shares(5)),
        filled(0, GE, Side::Buy, shares(10), 20.0, 1.0),
        filled(1, LEH, Side::Buy, shares(5), 10.0, 0.5),
        position(GE, shares(10), 20.0),
        position(LEH, shares(5), 10.0),
        Event::BookMarked(BookMark {
            cash: units(748.5),
            equity: units(998.5),
            long_value: units(250.0),
            traded: units(250.0),
            costs: units(1.5),
            positions: 2,
            ..BookMark::default()
        }),
    ]
}

fn second_day() -> Vec<Event> {
    let mut sale = filled(2, LEH, Side::Sell, shares(5), 3.9, 0.25);
    if let Event::OrderFilled { slippage, realised, .. } = &mut sale {
        (*slippage, *realised) = (units(0.5), units(-30.5));
    }
    vec![
        decided("regime", Verdict::Decided),
        regime("RISK_OFF_CRISIS"),
        Event::TargetSet { instrument: GE, weight: 0.2 },
        planned(2, LEH, Side::Sell, shares(5)),
        sale,
        Event::BookMarked(BookMark {
            cash: units(767.75),
            equity: units(947.75),
            long_value: units(180.0),
            traded: units(19.5),
            costs: units(0.25),
            realised: units(-30.5),
            positions: 1,
            ..BookMark::default()
        }),
    ]
}

fn third_day() -> Vec<Event> {
    vec![
        Event::DividendPaid { instrument: GE, per_share: 0.5, amount: units(5.0) },
        decided("regime", Verdict::Unchanged),
        position(GE, shares(10), 21.0),
        Event::BookMarked(BookMark {
            cash: units(772.75),
            equity: units(982.75),
            long_value: units(210.0),
            dividends: units(5.0),
            positions: 1,
            ..BookMark::default()
        }),
    ]
}

pub(crate) fn days() -> Vec<JournalDay> {
    let day = |on: &str, events| JournalDay { on: on.parse().unwrap(), events };
    vec![day("2008-09-12", first_day()), day("2008-09-15", second_day()), day("2009-01-02", third_day())]
}

pub(crate) fn journal() -> Journal {
    Journal::of_days(&header(), days()).unwrap()
}

/// The run with its days changed, and digests that fit the change.
pub(crate) fn changed(change: impl FnOnce(&mut Vec<JournalDay>)) -> Journal {
    let mut days = days();
    change(&mut days);
    Journal::of_days(&header(), days).unwrap()
}

/// The mark of a day.
pub(crate) fn mark(days: &mut [JournalDay], day: usize) -> &mut BookMark {
    match days[day].events.last_mut() {
        Some(Event::BookMarked(mark)) => mark,
        _ => panic!("day {day} has no mark"),
    }
}
