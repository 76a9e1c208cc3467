//! Which row of which table an event is.

use domain::date::Date;
use domain::decision::{Abstention, FigureValue, Verdict};
use domain::ids::Instrument;
use domain::order::{OrderKind, Side};
use domain::quantity::{Cash, Quantity};
use journal::event::{BookMark, Event};
use journal::journal::Journal;

use super::layout::{ACTIONS, CANCELS, DAYS, DECISIONS, DROPS, FIGURES, FILLS, ORDERS, POSITIONS, REFUSALS, TARGETS};
use super::sheet::{Cell, Sheet};
use crate::error::DataError;

/// The sheets, each with its own name so that an event can only land in one.
struct Sheets {
    actions: Sheet,
    cancels: Sheet,
    days: Sheet,
    decisions: Sheet,
    drops: Sheet,
    figures: Sheet,
    fills: Sheet,
    orders: Sheet,
    positions: Sheet,
    refusals: Sheet,
    targets: Sheet,
}

/// The names that a row is written with.
struct Place<'j> {
    journal: &'j Journal,
    day: Date,
    event: i64,
}

/// All tables of a journal, ascending by name.
pub(super) fn sheets(journal: &Journal) -> Result<Vec<Sheet>, DataError> {
    let mut sheets = Sheets {
        actions: Sheet::new(&ACTIONS),
        cancels: Sheet::new(&CANCELS),
        days: Sheet::new(&DAYS),
        decisions: Sheet::new(&DECISIONS),
        drops: Sheet::new(&DROPS),
        figures: Sheet::new(&FIGURES),
        fills: Sheet::new(&FILLS),
        orders: Sheet::new(&ORDERS),
        positions: Sheet::new(&POSITIONS),
        refusals: Sheet::new(&REFUSALS),
        targets: Sheet::new(&TARGETS),
    };
    for (day, running) in journal.days.iter().zip(&journal.running) {
        let running = running.to_string();
        for (event, number) in day.events.iter().zip(0..) {
            sheets.take(&Place { journal, day: day.on, event: number }, event, &running)?;
        }
    }
    let Sheets { actions, cancels, days, decisions, drops, figures, fills, orders, positions, refusals, targets } =
        sheets;
    Ok(vec![actions, cancels, days, decisions, drops, figures, fills, orders, positions, refusals, targets])
}

impl Sheets {
    fn take(&mut self, place: &Place<'_>, event: &Event, running: &str) -> Result<(), DataError> {
        let (day, at) = (Cell::Day(place.day), Cell::Whole(place.event));
        match event {
            Event::SharesChanged { .. }
            | Event::OrderAdjusted { .. }
            | Event::DividendPaid { .. }
            | Event::PositionSettled { .. } => self.actions.push(&action(place, event)?),
            Event::OrderFilled { .. } => self.fills.push(&fill(place, event)?),
            Event::OrderCancelled { order, instrument, remaining, reason, at_decision_close } => {
                let (reason, close) = (Cell::Text(reason.text()), Cell::Flag(*at_decision_close));
                let id = place.id(*instrument)?;
                self.cancels.push(&[day, at, number(*order), id, shares(*remaining), reason, close]);
            }
            Event::EngineDecided { engine, verdict } => self.decisions.push(&decision(place, engine, verdict)),
            Event::FigureRecorded { engine, instrument, field, value } => {
                let id = instrument.map_or(Ok(Cell::Absent), |instrument| place.id(instrument))?;
                let (value, label) = match value {
                    FigureValue::Number(value) => (Cell::Number(*value), Cell::Absent),
                    FigureValue::Label(label) => (Cell::Absent, Cell::Text(label)),
                };
                self.figures.push(&[day, at, Cell::Text(engine), id, Cell::Text(field), value, label]);
            }
            Event::InstrumentDropped { engine, instrument, reason } => {
                self.drops.push(&[day, at, Cell::Text(engine), place.id(*instrument)?, Cell::Text(reason)]);
            }
            Event::TargetSet { instrument, weight } => {
                self.targets.push(&[day, at, place.id(*instrument)?, Cell::Number(*weight)]);
            }
            Event::OrderPlanned { .. } => self.orders.push(&order(place, event)?),
            Event::OrderRefused { instrument, side, quantity, reason } => {
                let reason = Cell::Text(reason.text());
                self.refusals.push(&[day, at, place.id(*instrument)?, side_of(*side), shares(*quantity), reason]);
            }
            Event::PositionMarked { instrument, quantity, price, value } => {
                let (price, value) = (Cell::Number(*price), cash(*value));
                self.positions.push(&[day, at, place.id(*instrument)?, shares(*quantity), price, value]);
            }
            Event::BookMarked(mark) => self.days.push(&account(place, mark, running)),
        }
        Ok(())
    }
}

impl<'j> Place<'j> {
    fn id(&self, instrument: Instrument) -> Result<Cell<'j>, DataError> {
        let id = self.journal.id(instrument);
        let unknown = || {
            let what = format!("{}, event {}: instrument {} is not listed", self.day, self.event, instrument.0);
            DataError::unreadable("the journal", what)
        };
        id.map(|id| Cell::Text(id.as_str())).ok_or_else(unknown)
    }
}

fn action<'j>(place: &Place<'j>, event: &Event) -> Result<[Cell<'j>; 10], DataError> {
    let none = Cell::Absent;
    let (instrument, order, before, after, price, amount, realised) = match event {
        Event::SharesChanged { instrument, before, after } => {
            (*instrument, none, shares(*before), shares(*after), none, none, none)
        }
        Event::OrderAdjusted { order, instrument, before, after } => {
            (*instrument, number(*order), shares(*before), shares(*after), none, none, none)
        }
        Event::DividendPaid { instrument, per_share, amount } => {
            (*instrument, none, none, none, Cell::Number(*per_share), cash(*amount), none)
        }
        Event::PositionSettled { instrument, quantity, price, amount, realised } => {
            let price = Cell::Number(*price);
            (*instrument, none, shares(*quantity), Cell::Whole(0), price, cash(*amount), cash(*realised))
        }
        other => return Err(misplaced(place, other)),
    };
    let (day, at, kind) = (Cell::Day(place.day), Cell::Whole(place.event), Cell::Text(event.kind()));
    Ok([day, at, kind, place.id(instrument)?, order, before, after, price, amount, realised])
}

fn fill<'j>(place: &Place<'j>, event: &Event) -> Result<[Cell<'j>; 12], DataError> {
    let Event::OrderFilled {
        order,
        instrument,
        side,
        quantity,
        price,
        value,
        cost,
        slippage,
        realised,
        at_decision_close,
    } = event
    else {
        return Err(misplaced(place, event));
    };
    Ok([
        Cell::Day(place.day),
        Cell::Whole(place.event),
        number(*order),
        place.id(*instrument)?,
        side_of(*side),
        shares(*quantity),
        Cell::Number(price.get()),
        cash(*value),
        cash(*cost),
        cash(*slippage),
        cash(*realised),
        Cell::Flag(*at_decision_close),
    ])
}

fn order<'j>(place: &Place<'j>, event: &Event) -> Result<[Cell<'j>; 10], DataError> {
    let Event::OrderPlanned { order, instrument, side, kind, quantity, sessions } = event else {
        return Err(misplaced(place, event));
    };
    let (kind, limit, stop) = match kind {
        OrderKind::Market => ("market", None, None),
        OrderKind::Limit { limit } => ("limit", Some(limit), None),
        OrderKind::Stop { stop } => ("stop", None, Some(stop)),
        OrderKind::StopLimit { stop, limit } => ("stop_limit", Some(limit), Some(stop)),
    };
    let price = |price: Option<&domain::quantity::Price>| price.map_or(Cell::Absent, |price| Cell::Number(price.get()));
    Ok([
        Cell::Day(place.day),
        Cell::Whole(place.event),
        number(*order),
        place.id(*instrument)?,
        side_of(*side),
        Cell::Text(kind),
        shares(*quantity),
        price(limit),
        price(stop),
        Cell::Whole(i64::from(*sessions)),
    ])
}

fn decision<'e>(place: &Place<'_>, engine: &'e str, verdict: &'e Verdict) -> [Cell<'e>; 8] {
    let none = Cell::Absent;
    let days = |days: u32| Cell::Whole(i64::from(days));
    let (verdict, reason, have, need, input) = match verdict {
        Verdict::Decided => ("decided", none, none, none, none),
        Verdict::Unchanged => ("unchanged", none, none, none, none),
        Verdict::Abstained(why) => {
            let (reason, have, need, input) = match why {
                Abstention::ShortHistory { have, need } => ("short_history", days(*have), days(*need), none),
                Abstention::MissingInput { input } => ("missing_input", none, none, Cell::Text(input)),
                Abstention::NothingEligible => ("nothing_eligible", none, none, none),
                Abstention::Infeasible { binding } => ("infeasible", none, none, Cell::Text(binding)),
            };
            ("abstained", Cell::Text(reason), have, need, input)
        }
    };
    let (day, at) = (Cell::Day(place.day), Cell::Whole(place.event));
    [day, at, Cell::Text(engine), Cell::Text(verdict), reason, have, need, input]
}

fn account<'e>(place: &Place<'_>, mark: &BookMark, running: &'e str) -> [Cell<'e>; 13] {
    [
        Cell::Day(place.day),
        Cell::Whole(place.event),
        cash(mark.cash),
        cash(mark.equity),
        cash(mark.long_value),
        cash(mark.short_value),
        cash(mark.traded),
        cash(mark.costs),
        cash(mark.realised),
        cash(mark.dividends),
        Cell::Whole(i64::from(mark.positions)),
        Cell::Whole(i64::from(mark.stale_positions)),
        Cell::Text(running),
    ]
}

/// The match above sends each kind to one function; the other arms exist for the compiler.
fn misplaced(place: &Place<'_>, event: &Event) -> DataError {
    DataError::unreadable("the journal", format!("{}: {} in the table of another kind", place.day, event.kind()))
}

fn side_of(side: Side) -> Cell<'static> {
    Cell::Text(match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    })
}

const fn cash(amount: Cash) -> Cell<'static> {
    Cell::Whole(amount.micros())
}

const fn shares(quantity: Quantity) -> Cell<'static> {
    Cell::Whole(quantity.micros())
}

/// Order numbers start at 0 and rise by one, so they never reach the range of negative integers.
fn number(order: u64) -> Cell<'static> {
    Cell::Whole(i64::try_from(order).unwrap_or(i64::MAX))
}
