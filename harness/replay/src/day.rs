//! The trading day, in one function.
//!
//! [`trade`] holds the steps of a day in the order in which a reader meets them in the architecture page: what the
//! night changed, what waited for this session, the mark at the close, the decision, the plan, what fills at the
//! decision's own close, the mark of the book. Branches are decided here; everything it calls is a leaf.

use domain::book::BookView;
use domain::decision::{Decision, Dropped, EngineReport, Figure, TargetWeight};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::order::{CancelReason, OrderKind, OrderRequest, Side};
use domain::quantity::{Cash, Price, Quantity, QuantityError};
use domain::seed::Streams;
use domain::system::{DecisionSystem, SystemFailure, Today};
use domain::view::View;
use journal::event::{Event, Phase};

use crate::actions;
use crate::book::Book;
use crate::execution::{Rules, WorkingOrder, fill_at_decision_close, work_session};
use crate::plan::Planner;
use crate::scenario::{FillMode, Scenario};
use domain::state::Saved;

/// What a day is traded under; the same for every day of a run.
#[derive(Debug)]
pub struct Terms {
    /// The rules of execution.
    pub rules: Rules,
    /// The run's named streams.
    pub streams: Streams,
    delisting_recovery: f64,
    minimum_value: Cash,
}

/// What a day hands to the next.
#[derive(Clone, Debug)]
pub struct Account {
    /// Cash and positions.
    pub book: Book,
    /// Orders that work on.
    pub orders: Vec<WorkingOrder>,
    next_order: u64,
}

/// A decision that cannot be carried out as given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{engine}: {what}")]
pub struct BadDecision {
    engine: String,
    what: String,
}

/// Why a day could not be finished.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DayError {
    /// An amount left the range of the ledger.
    #[error(transparent)]
    Amount(#[from] QuantityError),
    /// The system's answer was refused at the door.
    #[error("the decision was refused: {0}")]
    Decision(#[from] BadDecision),
    /// The system gave no answer that counts.
    #[error(transparent)]
    System(#[from] SystemFailure),
}

impl Terms {
    /// The terms of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            rules: Rules::of(&scenario.execution, &scenario.account),
            streams: Streams::new(scenario.seed),
            delisting_recovery: scenario.execution.delisting_recovery,
            minimum_value: Cash::from_units(scenario.plan.minimum_value).unwrap_or_default(),
        }
    }
}

/// One trading day, from the night's corporate actions to the marked book.
///
/// `day_number` counts the run's trading days from 0; `new_year` says that the day is the first of its year in the
/// run, on which the positions themselves are written down: between two such days they follow from the events.
///
/// # Errors
/// [`DayError`]; the account is then in the middle of a day and the run is over.
pub fn trade(
    terms: &Terms,
    view: View<'_>,
    day_number: u32,
    new_year: bool,
    account: &mut Account,
    system: &mut dyn DecisionSystem,
    emit: &mut impl FnMut(Event),
) -> Result<(), DayError> {
    let Account { book, orders, next_order } = account;
    let closes = view.closes(0);
    book.begin_day();

    // What the night changed.
    actions::apply(view.actions_today(), terms.delisting_recovery, book, orders, emit)?;

    // What waited for this session.
    let waiting = std::mem::take(orders);
    *orders = work_session(waiting, &view, book, &terms.rules, &terms.streams, emit)?;

    // The decision at the close, on the book as it then stands.
    closes.into_iter().for_each(|row| book.take_closes(row));
    let equity = book.mark()?.equity;
    let seen = BookView { cash: book.cash(), equity, positions: book.quantities() };
    let decision = system.decide(&Today { view, book: seen, streams: terms.streams, day_number });
    system.failure().map_or(Ok(()), Err)?;
    check(&decision, view.instruments().len())?;
    let Decision { reports, targets, orders: explicit } = decision;
    report(reports, targets.as_deref(), emit);

    // The plan; new targets replace whatever older orders are still working.
    let replaced = if targets.is_some() { std::mem::take(orders) } else { Vec::new() };
    let planner = Planner { view, book, equity, rules: &terms.rules, minimum_value: terms.minimum_value };
    let planned = planner.plan(targets.as_deref(), &explicit, next_order, emit)?;
    supersede(&replaced, emit);

    // Now or in the next session.
    if terms.rules.fill == FillMode::SameClose {
        // Only a fill opens a position that has not seen today's close yet; a day without one is marked already.
        if !planned.is_empty() {
            fill_at_decision_close(&planned, &view, book, &terms.rules, emit)?;
            closes.into_iter().for_each(|row| book.take_closes(row));
        }
    } else {
        orders.extend(planned);
    }

    // The book at the day's end.
    if new_year {
        mark_positions(book, emit)?;
    }
    emit(Event::BookMarked(book.mark()?));
    Ok(())
}

/// Refuses what cannot be journalled or planned: unknown instruments, unsorted targets, numbers that are not finite.
fn check(decision: &Decision, width: usize) -> Result<(), BadDecision> {
    let refuse = |engine: &str, what: String| Err(BadDecision { engine: engine.to_owned(), what });
    let known = |instrument: Instrument| instrument.index() < width;
    for EngineReport { engine, figures, dropped, .. } in &decision.reports {
        // An engine of that name would share the digests of a part of the harness.
        if Phase::WITH_LANES.iter().any(|phase| phase.lane() == engine.as_ref()) || engine.is_empty() {
            return refuse(engine, "this name is the harness's own, give the engine another".to_owned());
        }
        for figure in figures {
            if let domain::decision::FigureValue::Number(number) = figure.value
                && !number.is_finite()
            {
                return refuse(engine, format!("figure {} is {number}, expected a finite number", figure.field));
            }
        }
        let mut named =
            figures.iter().filter_map(|figure| figure.instrument).chain(dropped.iter().map(|d| d.instrument));
        if let Some(stranger) = named.find(|instrument| !known(*instrument)) {
            return refuse(engine, format!("instrument number {} is not on the tape", stranger.0));
        }
    }
    let targets = decision.targets.as_deref().unwrap_or_default();
    if let Some(pair) = targets.windows(2).find(|pair| pair[0].instrument >= pair[1].instrument) {
        return refuse(
            "targets",
            format!("instrument number {} is out of order or stands twice", pair[1].instrument.0),
        );
    }
    if let Some(target) = targets.iter().find(|target| !target.weight.is_finite()) {
        let (at, weight) = (target.instrument.0, target.weight);
        return refuse(
            "targets",
            format!("the weight of instrument number {at} is {weight}, expected a finite number"),
        );
    }
    let mut named = targets.iter().map(|t| t.instrument).chain(decision.orders.iter().map(|order| order.instrument));
    match named.find(|instrument| !known(*instrument)) {
        Some(stranger) => refuse("orders", format!("instrument number {} is not on the tape", stranger.0)),
        None => Ok(()),
    }
}

fn report(reports: Vec<EngineReport>, targets: Option<&[TargetWeight]>, emit: &mut impl FnMut(Event)) {
    for EngineReport { engine, verdict, figures, dropped } in reports {
        emit(Event::EngineDecided { engine: engine.clone(), verdict });
        for Figure { instrument, field, value } in figures {
            emit(Event::FigureRecorded { engine: engine.clone(), instrument, field, value });
        }
        for Dropped { instrument, reason } in dropped {
            emit(Event::InstrumentDropped { engine: engine.clone(), instrument, reason });
        }
    }
    for target in targets.unwrap_or_default() {
        emit(Event::TargetSet { instrument: target.instrument, weight: target.weight });
    }
}

fn supersede(orders: &[WorkingOrder], emit: &mut dyn FnMut(Event)) {
    for WorkingOrder { number: order, request } in orders {
        let OrderRequest { instrument, quantity: remaining, .. } = request;
        let (order, instrument, remaining) = (*order, *instrument, *remaining);
        let reason = CancelReason::Superseded;
        emit(Event::OrderCancelled { order, instrument, remaining, reason, at_decision_close: true });
    }
}

fn mark_positions(book: &Book, emit: &mut dyn FnMut(Event)) -> Result<(), QuantityError> {
    for (instrument, position) in book.open() {
        let value = Book::value(&position)?;
        emit(Event::PositionMarked { instrument, quantity: position.quantity, price: position.last_close, value });
    }
    Ok(())
}

impl Account {
    /// The account at the start of a run.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    pub fn opened_with(cash: Cash, width: usize) -> Result<Self, QuantityError> {
        Ok(Self { book: Book::opened_with(cash, width)?, orders: Vec::new(), next_order: 0 })
    }

    pub(crate) fn save(&self, bytes: &mut CanonicalBytes) {
        self.book.save(bytes);
        bytes.put_u64(self.next_order).put_u64(self.orders.len() as u64);
        for WorkingOrder { number, request } in &self.orders {
            let (code, stop, limit) = match request.kind {
                OrderKind::Market => (0, 0.0, 0.0),
                OrderKind::Limit { limit } => (1, 0.0, limit.get()),
                OrderKind::Stop { stop } => (2, stop.get(), 0.0),
                OrderKind::StopLimit { stop, limit } => (3, stop.get(), limit.get()),
            };
            bytes.put_u64(*number).put_u32(request.instrument.0).put_u8(u8::from(request.side == Side::Buy));
            bytes.put_u8(code).put_f64(stop).put_f64(limit);
            bytes.put_i64(request.quantity.micros()).put_u32(request.sessions);
        }
    }

    pub(crate) fn restore(saved: &mut Saved<'_>) -> Option<Self> {
        let book = Book::restore(saved)?;
        let (next_order, count) = (saved.u64()?, saved.u64()?);
        let orders = (0..count).map(|_| restore_order(saved)).collect::<Option<_>>()?;
        Some(Self { book, orders, next_order })
    }
}

fn restore_order(saved: &mut Saved<'_>) -> Option<WorkingOrder> {
    let (number, instrument) = (saved.u64()?, Instrument(saved.u32()?));
    let side = if saved.u8()? == 1 { Side::Buy } else { Side::Sell };
    let (code, stop, limit) = (saved.u8()?, saved.f64()?, saved.f64()?);
    let price = |price| Price::new(price).ok();
    let kind = match code {
        0 => OrderKind::Market,
        1 => OrderKind::Limit { limit: price(limit)? },
        2 => OrderKind::Stop { stop: price(stop)? },
        3 => OrderKind::StopLimit { stop: price(stop)?, limit: price(limit)? },
        _ => return None,
    };
    let (quantity, sessions) = (Quantity::from_micros(saved.i64()?), saved.u32()?);
    Some(WorkingOrder { number, request: OrderRequest { instrument, side, kind, quantity, sessions } })
}
