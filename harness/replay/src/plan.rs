//! From target weights and requests to numbered orders.
//!
//! A target weight is a share of the account's equity at the decision. Its order is the difference between the
//! shares it implies at today's close and the shares held:
//!
//! ```text
//! shares wanted = weight × equity / close        order = shares wanted − shares held
//! ```
//!
//! A complete target list also sells whatever it does not name. Sells are planned before buys, so that their cash
//! is there; within a side, orders go by instrument. Explicit requests follow in the order in which the system gave
//! them. What cannot be planned is refused with a typed reason.
//!
//! Example: equity 1 000, weight 0.5, close 20, held 10: wanted 25, so an order to buy 15.

use domain::decision::TargetWeight;
use domain::order::{OrderKind, OrderRequest, RefusalReason, Side};
use domain::quantity::{Cash, Price, Quantity, QuantityError};
use domain::view::View;
use journal::event::Event;

use crate::book::Book;
use crate::execution::{Rules, WorkingOrder};
use crate::scenario::FillMode;

/// What a plan is made against.
pub struct Planner<'a> {
    /// The tape at the decision.
    pub view: View<'a>,
    /// The account at the decision.
    pub book: &'a Book,
    /// Its equity.
    pub equity: Cash,
    /// The rules of execution.
    pub rules: &'a Rules,
    /// Orders worth less are refused.
    pub minimum_value: Cash,
}

impl Planner<'_> {
    /// Plans the targets and the explicit orders of a decision; numbers rise from `next_number`. Every planned and
    /// refused order is emitted.
    ///
    /// # Errors
    /// [`QuantityError`] when an amount leaves the range of the ledger.
    pub fn plan(
        &self,
        targets: Option<&[TargetWeight]>,
        explicit: &[OrderRequest],
        next_number: &mut u64,
        emit: &mut impl FnMut(Event),
    ) -> Result<Vec<WorkingOrder>, QuantityError> {
        let mut requests = match targets {
            Some(targets) => self.requests_for(targets, emit)?,
            None => Vec::new(),
        };
        requests.extend(explicit);
        let mut orders = Vec::with_capacity(requests.len());
        for request in requests {
            let OrderRequest { instrument, side, kind, quantity, sessions } = request;
            if let Some(reason) = self.refusal(&request)? {
                emit(Event::OrderRefused { instrument, side, quantity, reason });
                continue;
            }
            let number = *next_number;
            *next_number += 1;
            emit(Event::OrderPlanned { order: number, instrument, side, kind, quantity, sessions });
            orders.push(WorkingOrder { number, request });
        }
        Ok(orders)
    }

    /// The market orders that lead from the holdings to the targets: sells before buys, each by instrument.
    fn requests_for(
        &self,
        targets: &[TargetWeight],
        emit: &mut dyn FnMut(Event),
    ) -> Result<Vec<OrderRequest>, QuantityError> {
        let mut open = self.book.open_instruments().iter().copied().peekable();
        let room = targets.len() + self.book.open_instruments().len();
        let (mut sells, mut buys) = (Vec::with_capacity(room), Vec::with_capacity(targets.len()));
        // Both lists ascend, so walking them side by side leaves each side's orders by instrument.
        let mut named = targets.iter().copied().peekable();
        let mut latest = None;
        loop {
            let target = match (named.peek(), open.peek()) {
                (None, None) => break,
                (Some(target), first) if first.is_none_or(|first| target.instrument <= *first) => {
                    open.next_if_eq(&target.instrument);
                    named.next()
                }
                // Held and not named: it leaves.
                _ => open.next().map(|instrument| TargetWeight { instrument, weight: 0.0 }),
            };
            let Some(target) = target else { break };
            let held = self.book.held(target.instrument);
            let Some(wanted) = self.wanted(&target, &mut latest, emit)? else { continue };
            let change = wanted.minus(held)?;
            if change.is_zero() {
                continue;
            }
            let (side, list) = if change.micros() > 0 { (Side::Buy, &mut buys) } else { (Side::Sell, &mut sells) };
            let (instrument, quantity) = (target.instrument, change.magnitude());
            list.push(OrderRequest { instrument, side, kind: OrderKind::Market, quantity, sessions: 1 });
        }
        sells.append(&mut buys);
        Ok(sells)
    }

    /// The shares that a target implies; `None` when it was refused. `latest` is the latest weight with its value:
    /// equal weights are valued once.
    fn wanted(
        &self,
        target: &TargetWeight,
        latest: &mut Option<(f64, Cash)>,
        emit: &mut dyn FnMut(Event),
    ) -> Result<Option<Quantity>, QuantityError> {
        let instrument = target.instrument;
        let side = if target.weight < 0.0 { Side::Sell } else { Side::Buy };
        if target.weight == 0.0 {
            return Ok(Some(Quantity::ZERO));
        }
        let Some(close) = self.view.close(instrument) else {
            let reason = RefusalReason::NoPrice;
            emit(Event::OrderRefused { instrument, side, quantity: Quantity::ZERO, reason });
            return Ok(None);
        };
        let value = match latest {
            Some((weight, value)) if *weight == target.weight => *value,
            _ => Cash::from_units(target.weight * self.equity.to_units())?,
        };
        *latest = Some((target.weight, value));
        let wanted = Price::new(close)?.quantity_for(value)?;
        if wanted.micros() < 0 && !self.rules.allow_short {
            // The short part is refused; what is held long is still sold.
            let (quantity, reason) = (wanted.magnitude(), RefusalReason::ShortNotAllowed);
            emit(Event::OrderRefused { instrument, side, quantity, reason });
            return Ok(Some(Quantity::ZERO));
        }
        Ok(Some(wanted))
    }

    /// Why an order cannot begin to work, if it cannot.
    fn refusal(&self, request: &OrderRequest) -> Result<Option<RefusalReason>, QuantityError> {
        let OrderRequest { instrument, side, kind, quantity, sessions } = *request;
        let same_close = self.rules.fill == FillMode::SameClose;
        let market = kind == OrderKind::Market;
        let close = self.view.close(instrument);
        let reason = if quantity.micros() <= 0 {
            RefusalReason::NotPositive
        } else if sessions == 0 {
            RefusalReason::NoSession
        } else if self.view.is_delisted(instrument) {
            RefusalReason::Delisted
        } else if same_close && self.view.is_halted(instrument) {
            RefusalReason::Halted
        } else if same_close && !market {
            RefusalReason::PastRange
        } else if !market && self.view.highs(0).is_none() {
            RefusalReason::NoIntradayRange
        } else if same_close && close.is_none() {
            RefusalReason::NoPrice
        } else if side == Side::Sell && !self.rules.allow_short && self.book.held(instrument).micros() <= 0 {
            RefusalReason::ShortNotAllowed
        } else {
            return self.too_small(close, quantity);
        };
        Ok(Some(reason))
    }

    /// The refusal of an order that is worth less than the scenario's minimum.
    fn too_small(&self, close: Option<f64>, quantity: Quantity) -> Result<Option<RefusalReason>, QuantityError> {
        let Some(close) = close.filter(|_| !self.minimum_value.is_zero()) else { return Ok(None) };
        let too_small = Price::new(close)?.value_of(quantity)? < self.minimum_value;
        Ok(too_small.then_some(RefusalReason::BelowMinimum))
    }
}
