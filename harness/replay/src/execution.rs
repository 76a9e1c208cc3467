//! Working orders meet a session.
//!
//! Orders are worked in the order of their numbers, so the sells of a plan come before its buys. Each order is cut
//! by what the session's volume allows, by what the account holds where it may not go short, and by what its cash
//! pays where it may not go into debt; what is cut is cancelled at the day's end with the reason that cut it, or
//! works on if the order was given more sessions. Nothing fills without a price.

use std::collections::BTreeMap;

use domain::ids::Instrument;
use domain::order::{CancelReason, OrderKind, OrderRequest, Side};
use domain::quantity::{Cash, MICROS, Price, Quantity, QuantityError};
use domain::seed::Streams;
use domain::view::View;
use journal::event::Event;

use crate::book::Book;
use crate::scenario::{AccountSpec, ExecutionSpec, FillMode};
use crate::session::{Meeting, Session, meet};

/// An order that waits for its session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorkingOrder {
    /// Its number in the run.
    pub number: u64,
    /// What was asked for; the quantity is what is still to fill.
    pub request: OrderRequest,
}

/// The rules of one run, with rates as exact integers.
#[derive(Clone, Debug)]
pub struct Rules {
    /// When market orders fill.
    pub fill: FillMode,
    /// Whether positions may be negative.
    pub allow_short: bool,
    /// Whether cash may be negative.
    pub allow_debt: bool,
    slippage: f64,
    cost_micro_bps: i64,
    participation: Option<f64>,
    limit_fill_probability: f64,
}

/// The volume that the day has left for the run, by instrument, for as long as one session lasts.
#[derive(Debug, Default)]
struct VolumeLeft(BTreeMap<Instrument, Quantity>);

/// The denominator of costs: a basis point is 10⁻⁴ and is counted in millionths.
const MICRO_BPS: i64 = 10_000_000_000;

impl Rules {
    /// The rules of a scenario.
    #[must_use]
    pub fn of(execution: &ExecutionSpec, account: &AccountSpec) -> Self {
        Self {
            fill: execution.fill,
            allow_short: account.allow_short,
            allow_debt: account.allow_debt,
            slippage: execution.slippage_bps / 10_000.0,
            cost_micro_bps: (execution.cost_bps * 1e6).round() as i64,
            participation: execution.max_participation_rate,
            limit_fill_probability: execution.limit_fill_probability,
        }
    }

    #[inline]
    fn cost_of(&self, value: Cash) -> Result<Cash, QuantityError> {
        value.scaled(self.cost_micro_bps, MICRO_BPS)
    }
}

/// Works all orders against the session that `view` ends with; returns those that work on.
///
/// # Errors
/// [`QuantityError`] when an amount leaves the range of the ledger.
pub fn work_session(
    orders: Vec<WorkingOrder>,
    view: &View<'_>,
    book: &mut Book,
    rules: &Rules,
    streams: &Streams,
    emit: &mut dyn FnMut(Event),
) -> Result<Vec<WorkingOrder>, QuantityError> {
    let mut volume = VolumeLeft::default();
    let mut waiting = Vec::new();
    for order in orders {
        let worked = work_order(order, view, book, rules, streams, &mut volume, emit)?;
        let Unfilled { order, reason, extra_session } = worked;
        let sessions = order.request.sessions - 1 + u32::from(extra_session);
        let over = matches!(reason, CancelReason::Delisted);
        if order.request.quantity.is_zero() {
            continue;
        } else if sessions > 0 && !over {
            waiting.push(WorkingOrder { request: OrderRequest { sessions, ..order.request }, ..order });
        } else {
            let (number, instrument) = (order.number, order.request.instrument);
            emit(Event::OrderCancelled {
                order: number,
                instrument,
                remaining: order.request.quantity,
                reason,
                at_decision_close: false,
            });
        }
    }
    Ok(waiting)
}

/// Fills market orders at the close of their own decision; whatever is cut is cancelled at once.
///
/// # Errors
/// [`QuantityError`] when an amount leaves the range of the ledger.
pub fn fill_at_decision_close(
    orders: &[WorkingOrder],
    view: &View<'_>,
    book: &mut Book,
    rules: &Rules,
    emit: &mut impl FnMut(Event),
) -> Result<(), QuantityError> {
    let mut volume = VolumeLeft::default();
    for order in orders {
        let mut order = *order;
        let instrument = order.request.instrument;
        let Some(close) = view.close(instrument) else { continue };
        let cut = fill(&mut order, close, true, true, view, book, rules, &mut volume, emit)?;
        if !order.request.quantity.is_zero() {
            emit(Event::OrderCancelled {
                order: order.number,
                instrument,
                remaining: order.request.quantity,
                reason: cut,
                at_decision_close: true,
            });
        }
    }
    Ok(())
}

/// What is left of an order after a session, and why.
struct Unfilled {
    order: WorkingOrder,
    reason: CancelReason,
    /// A triggered stop-limit order gets one more session as a limit order.
    extra_session: bool,
}

fn work_order(
    mut order: WorkingOrder,
    view: &View<'_>,
    book: &mut Book,
    rules: &Rules,
    streams: &Streams,
    volume: &mut VolumeLeft,
    emit: &mut dyn FnMut(Event),
) -> Result<Unfilled, QuantityError> {
    let OrderRequest { instrument, side, kind, .. } = order.request;
    let stays = |order, reason| Ok(Unfilled { order, reason, extra_session: false });
    if view.is_delisted(instrument) {
        return stays(order, CancelReason::Delisted);
    }
    if view.is_halted(instrument) {
        return stays(order, CancelReason::Halted);
    }
    let Some(session) = session_of(view, instrument, rules) else { return stays(order, CancelReason::NoPrice) };
    let (price, slips) = match meet(kind, side, &session) {
        Meeting::Fills { price, slips } => (price, slips),
        Meeting::Queues { price } if reaches_queue(view, instrument, &order, rules, streams) => (price, false),
        Meeting::Queues { .. } => return stays(order, CancelReason::QueueNotReached),
        Meeting::Misses(reason) => return stays(order, reason),
        Meeting::Triggers => {
            if let OrderKind::StopLimit { limit, .. } = kind {
                order.request.kind = OrderKind::Limit { limit };
            }
            let reason = CancelReason::LimitNotReached;
            return Ok(Unfilled { order, reason, extra_session: order.request.sessions == 1 });
        }
    };
    let reason = fill(&mut order, price, slips, false, view, book, rules, volume, emit)?;
    Ok(Unfilled { order, reason, extra_session: false })
}

/// Whether the seeded draw of this order and day lets it fill. The draw is addressed by the day and the order's
/// number, so no other order can move it.
fn reaches_queue(
    view: &View<'_>,
    instrument: Instrument,
    order: &WorkingOrder,
    rules: &Rules,
    streams: &Streams,
) -> bool {
    let id = view.instruments()[instrument.index()].id.as_str();
    let day = view.today().to_string();
    streams.uniform(&["execution", "limit-fill", id, &day], order.number) < rules.limit_fill_probability
}

fn session_of(view: &View<'_>, instrument: Instrument, rules: &Rules) -> Option<Session> {
    let get = |row: Option<domain::view::Row<'_>>| row.and_then(|row| row.get(instrument));
    Some(Session {
        open: get(view.opens(0)),
        high: get(view.highs(0)),
        low: get(view.lows(0)),
        close: view.close(instrument)?,
        at_open: rules.fill == FillMode::NextOpen,
    })
}

/// Fills as much of an order as volume, holdings and cash allow; returns the reason for the rest.
#[expect(clippy::too_many_arguments, reason = "one call site a mode; a struct of these would have no other use")]
fn fill<E: FnMut(Event) + ?Sized>(
    order: &mut WorkingOrder,
    price: f64,
    slips: bool,
    at_decision_close: bool,
    view: &View<'_>,
    book: &mut Book,
    rules: &Rules,
    volume: &mut VolumeLeft,
    emit: &mut E,
) -> Result<CancelReason, QuantityError> {
    let OrderRequest { instrument, side, quantity: wanted, .. } = order.request;
    let slippage_rate = if slips { side.sign() as f64 * rules.slippage } else { 0.0 };
    let paid = Price::new(price * (1.0 + slippage_rate))?;
    let (mut quantity, mut reason) = (wanted, CancelReason::ParticipationCap);
    if let Some(left) = volume.left(view, instrument, rules) {
        quantity = quantity.min(left);
    }
    let held = book.held(instrument);
    if side == Side::Sell && !rules.allow_short && quantity > held {
        (quantity, reason) = (held.max(Quantity::ZERO), CancelReason::ShortNotAllowed);
    }
    let mut bill = Bill::of(paid, quantity, rules);
    // What cannot even be counted cannot be paid.
    let is_paid = || bill.is_ok_and(|bill| bill.shortfall(book.cash()).is_ok_and(|missing| missing <= Cash::ZERO));
    if side == Side::Buy && !rules.allow_debt && !is_paid() {
        (quantity, reason) = (affordable(paid, book.cash(), rules)?.min(quantity), CancelReason::InsufficientCash);
        bill = Bill::of(paid, quantity, rules);
    }
    if quantity.is_zero() {
        return Ok(reason);
    }
    let Bill { value, cost } = bill?;
    let slippage = match paid.get() == price {
        true => Cash::ZERO,
        false => value.minus(Price::new(price)?.value_of(quantity)?)?.magnitude(),
    };
    let realised = book.trade(instrument, side, quantity, value, cost)?;
    volume.take(instrument, quantity);
    order.request.quantity = wanted.minus(quantity)?;
    let (order, price) = (order.number, paid);
    emit(Event::OrderFilled {
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
    });
    Ok(reason)
}

/// What a trade comes to.
#[derive(Clone, Copy)]
struct Bill {
    value: Cash,
    cost: Cash,
}

impl Bill {
    #[inline]
    fn of(price: Price, quantity: Quantity, rules: &Rules) -> Result<Self, QuantityError> {
        let value = price.value_of(quantity)?;
        Ok(Self { value, cost: rules.cost_of(value)? })
    }

    /// What value and cost of a purchase come to beyond the cash; negative when some is left.
    #[inline]
    fn shortfall(self, cash: Cash) -> Result<Cash, QuantityError> {
        self.value.plus(self.cost)?.minus(cash)
    }
}

/// The largest quantity whose value and cost the cash pays.
fn affordable(price: Price, cash: Cash, rules: &Rules) -> Result<Quantity, QuantityError> {
    if cash.micros() <= 0 {
        return Ok(Quantity::ZERO);
    }
    let before_costs = cash.scaled(MICRO_BPS, MICRO_BPS + rules.cost_micro_bps)?;
    // Cheap shares may not be countable for large cash; then cash is no constraint.
    let Ok(mut quantity) = price.quantity_for(before_costs) else { return Ok(Quantity::from_micros(i64::MAX)) };
    // The roundings of value, cost and quantity can add up to a few micro-units: step down until it fits.
    loop {
        let missing = Bill::of(price, quantity, rules)?.shortfall(cash)?;
        if missing.micros() <= 0 || quantity.micros() <= 0 {
            return Ok(quantity.max(Quantity::ZERO));
        }
        let step = price.quantity_for(missing)?.micros().max(1);
        quantity = quantity.minus(Quantity::from_micros(step))?;
    }
}

impl VolumeLeft {
    /// What the cap leaves in one instrument today; `None` without a cap. A session without a volume leaves nothing:
    /// absence is not a licence.
    fn left(&mut self, view: &View<'_>, instrument: Instrument, rules: &Rules) -> Option<Quantity> {
        let rate = rules.participation?;
        let traded = || view.volumes(0).and_then(|row| row.get(instrument)).unwrap_or(0.0);
        // Rounded down, so that the cap holds to the last micro-share; a float that is too large saturates.
        let cap = || Quantity::from_micros((traded() * rate * MICROS as f64).floor() as i64);
        Some(*self.0.entry(instrument).or_insert_with(cap))
    }

    fn take(&mut self, instrument: Instrument, quantity: Quantity) {
        if let Some(left) = self.0.get_mut(&instrument) {
            *left = Quantity::from_micros(left.micros() - quantity.micros());
        }
    }
}
