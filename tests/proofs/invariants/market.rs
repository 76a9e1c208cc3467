//! Small markets at random: walks with gaps, splits, dividends, distributions, halts and delistings.

use domain::date::Date;
use domain::facts::{ActionFact, ActionKind, BarFact, InstrumentFact, PriceBasis};
use domain::ids::InstrumentId;
use domain::seed::Streams;
use domain::tape::{Tape, TapeBuilder};

/// The first trading day; a Monday, and the last of its month, so that months turn early.
const FIRST: i32 = 18_260;

/// A market of `width` instruments over `days` weekdays, as drawn from the streams.
pub fn market(width: usize, days: usize, streams: &Streams) -> Tape {
    let weekdays = (FIRST..).map(Date::from_epoch_days).filter(|day| day.weekday() < 5);
    let days: Vec<Date> = weekdays.take(days).collect();
    let ids: Vec<InstrumentId> = (0..width).map(|column| format!("EQUITY:R{column}").parse().unwrap()).collect();
    let facts = ids.iter().map(|id| InstrumentFact {
        id: id.clone(),
        market: "TEST".into(),
        currency: "USD".into(),
        issuer: None,
        sector: None,
    });
    let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), facts.collect()).unwrap();
    for id in &ids {
        let draw = |what: &str, day: usize| streams.uniform(&["market", what, id.as_str()], day as u64);
        let mut price = 5.0 + 100.0 * draw("start", 0);
        for (number, day) in days.iter().enumerate() {
            price *= 0.95 + 0.1 * draw("step", number);
            // One in twenty sessions has no bar.
            if draw("gap", number) > 0.05 {
                builder.push_bar(&bar(id, *day, price, |what| draw(what, number))).unwrap();
            }
            if let Some(kind) = action(draw("action", number), draw("size", number), *day) {
                let (instrument, happened_on, known_on) = (id.clone(), *day, *day);
                builder.push_action(ActionFact { instrument, happened_on, known_on, kind }).unwrap();
            }
        }
    }
    builder.finish()
}

fn bar(id: &InstrumentId, on: Date, close: f64, draw: impl Fn(&str) -> f64) -> BarFact {
    let open = close * (0.97 + 0.06 * draw("open"));
    BarFact {
        instrument: id.clone(),
        happened_on: on,
        open: Some(open),
        high: Some(open.max(close) * (1.0 + 0.03 * draw("high"))),
        low: Some(open.min(close) * (1.0 - 0.03 * draw("low"))),
        close: Some(close),
        adjusted_close: None,
        volume: Some((20_000.0 * draw("volume")).floor()),
    }
}

/// A corporate action on about one day in twelve.
fn action(draw: f64, size: f64, on: Date) -> Option<ActionKind> {
    match (draw * 240.0) as u32 {
        0..5 => {
            Some(ActionKind::Split { numerator: 1 + (size * 4.0) as u32, denominator: 1 + (size * 9.0) as u32 % 4 })
        }
        5..10 => Some(ActionKind::CashDividend { amount: 0.01 + size }),
        10..13 => Some(ActionKind::Spinoff { ratio_millionths: 1_000_001 + (size * 500_000.0) as u32 }),
        13..17 => Some(ActionKind::Halt { until: on.plus_days(1 + (size * 6.0) as i32) }),
        17 => Some(ActionKind::Delisting),
        _ => None,
    }
}
