//! A small run for the tests of this crate: two instruments, four days over a month's end, every kind of event.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use domain::decision::{Abstention, FigureValue, Verdict};
use domain::digest::Digest;
use domain::ids::Instrument;
use domain::order::{CancelReason, OrderKind, RefusalReason, Side};
use domain::quantity::{Cash, Price, Quantity};
use domain::seed::Seed;

use crate::event::{BookMark, Event, JournalDay};
use crate::header::RunHeader;
use crate::manifest::{FORMAT_VERSION, RunInputs};

/// The header of the small run.
pub fn header() -> RunHeader {
    RunHeader {
        first_day: "2008-09-26".parse().unwrap(),
        currency: "USD".into(),
        initial_cash_micros: 1_000_000_000_000,
        instruments: vec!["EQUITY:GE".parse().unwrap(), "EQUITY:LEH".parse().unwrap()],
        inputs: RunInputs {
            scenario: "small".into(),
            scenario_digest: Digest::of(b"scenario"),
            system: "momentum".into(),
            system_version: "1.2.3".into(),
            config_digest: Digest::of(b"config"),
            tape_digest: Digest::of(b"tape"),
            seed: Seed(7),
            replay_version: 1,
            format_version: FORMAT_VERSION,
        },
    }
}

/// The days of the small run. The second has every event of [`every_event`], the others their mark alone.
pub fn days() -> Vec<JournalDay> {
    let dates = ["2008-09-26", "2008-09-29", "2008-09-30", "2008-10-01"];
    let mut days: Vec<JournalDay> =
        dates.iter().map(|on| JournalDay { on: on.parse().unwrap(), events: vec![mark()] }).collect();
    days[1].events = every_event();
    days[1].events.sort_by_key(Event::phase);
    days
}

/// The mark that ends a day.
pub fn mark() -> Event {
    Event::BookMarked(BookMark {
        cash: Cash::from_micros(-1),
        equity: Cash::from_micros(i64::MAX),
        long_value: Cash::from_micros(3),
        short_value: Cash::from_micros(i64::MIN),
        traded: Cash::from_micros(5),
        costs: Cash::from_micros(6),
        realised: Cash::from_micros(-7),
        dividends: Cash::from_micros(8),
        positions: 9,
        stale_positions: u32::MAX,
    })
}

/// Every kind of event, with every variant of what stands in it; the mark is last.
pub fn every_event() -> Vec<Event> {
    [actions(), executions(), decisions(), plans(), vec![marked_position(), mark()]].concat()
}

/// A name for a run, below a temporary folder of its own that goes when this does.
pub struct TemporaryRun(PathBuf);

impl TemporaryRun {
    /// A name that nothing has yet, in the first folder that nobody has made.
    pub fn new(name: &str) -> Self {
        let numbered = |number| std::env::temp_dir().join(format!("journal-{}-{number}", std::process::id()));
        let own = (0..).map(numbered).find(|own| std::fs::create_dir(own).is_ok()).unwrap();
        Self(own.join(name))
    }
}

impl std::ops::Deref for TemporaryRun {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryRun {
    fn drop(&mut self) {
        let own = self.0.parent().unwrap();
        assert!(std::fs::remove_dir_all(own).is_ok() || std::thread::panicking());
    }
}

const GE: Instrument = Instrument(0);
const LEH: Instrument = Instrument(1);

fn shares(micros: i64) -> Quantity {
    Quantity::from_micros(micros)
}

fn price(price: f64) -> Price {
    Price::new(price).unwrap()
}

fn actions() -> Vec<Event> {
    let (before, after) = (shares(100), shares(-200));
    vec![
        Event::SharesChanged { instrument: LEH, before, after },
        Event::OrderAdjusted { order: u64::MAX, instrument: GE, before, after },
        Event::DividendPaid { instrument: GE, per_share: 0.31, amount: Cash::from_micros(-5) },
        Event::PositionSettled {
            instrument: LEH,
            quantity: shares(i64::MIN),
            price: 0.0,
            amount: Cash::ZERO,
            realised: Cash::from_micros(i64::MIN),
        },
    ]
}

fn executions() -> Vec<Event> {
    let filled = |side, at_decision_close| Event::OrderFilled {
        order: 1,
        instrument: GE,
        side,
        quantity: shares(2_000_000),
        price: price(1e-9),
        value: Cash::from_micros(3),
        cost: Cash::from_micros(4),
        slippage: Cash::from_micros(-5),
        realised: Cash::from_micros(6),
        at_decision_close,
    };
    let cancelled = |reason: &CancelReason| Event::OrderCancelled {
        order: 2,
        instrument: LEH,
        remaining: shares(1),
        reason: *reason,
        at_decision_close: reason.code().is_multiple_of(2),
    };
    let mut events = vec![filled(Side::Buy, true), filled(Side::Sell, false)];
    events.extend(CancelReason::ALL.iter().map(cancelled));
    events
}

fn decisions() -> Vec<Event> {
    let verdicts = [
        Verdict::Decided,
        Verdict::Unchanged,
        Verdict::Abstained(Abstention::ShortHistory { have: 1, need: 147 }),
        Verdict::Abstained(Abstention::MissingInput { input: "UST_10Y".into() }),
        Verdict::Abstained(Abstention::Infeasible { binding: "budget,sector:BANK".into() }),
        Verdict::Abstained(Abstention::NothingEligible),
    ];
    let figure = |instrument, value| Event::FigureRecorded {
        engine: Cow::Borrowed("momentum"),
        instrument,
        field: Cow::Borrowed("signal"),
        value,
    };
    let label = |text| FigureValue::Label(Cow::Borrowed(text));
    let mut events: Vec<Event> = verdicts
        .into_iter()
        .map(|verdict| Event::EngineDecided { engine: Cow::Borrowed("momentum"), verdict })
        .collect();
    events.extend([
        figure(Some(LEH), FigureValue::Number(-0.0)),
        figure(None, FigureValue::Number(f64::MAX)),
        figure(Some(GE), label("calm")),
        figure(None, label("")),
        figure(None, label("Größe ≥ 5")),
        Event::InstrumentDropped {
            engine: Cow::Borrowed("universe"),
            instrument: LEH,
            reason: Cow::Borrowed("no_price_at_lookback"),
        },
        Event::TargetSet { instrument: GE, weight: -0.25 },
    ]);
    events
}

fn plans() -> Vec<Event> {
    let kinds = [
        OrderKind::Market,
        OrderKind::Limit { limit: price(10.5) },
        OrderKind::Stop { stop: price(1e12) },
        OrderKind::StopLimit { stop: price(9.0), limit: price(8.75) },
    ];
    let planned = |(order, kind)| Event::OrderPlanned {
        order,
        instrument: GE,
        side: Side::Sell,
        kind,
        quantity: shares(1),
        sessions: 5,
    };
    let refused = |reason: &RefusalReason| Event::OrderRefused {
        instrument: LEH,
        side: Side::Buy,
        quantity: shares(-1),
        reason: *reason,
    };
    let mut events: Vec<Event> = (1..).zip(kinds).map(planned).collect();
    events.extend(RefusalReason::ALL.iter().map(refused));
    events
}

fn marked_position() -> Event {
    Event::PositionMarked { instrument: GE, quantity: shares(-3), price: 25.5, value: Cash::from_micros(-76_500_000) }
}
