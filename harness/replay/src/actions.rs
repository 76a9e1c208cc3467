//! Corporate actions reach the book and the working orders, before anything trades.
//!
//! | action | position | working order |
//! |---|---|---|
//! | split, distribution in kind | restated in new shares; basis and value unchanged | quantity and prices restated |
//! | cash dividend | cash for each share held over the ex-date; a short position pays | – |
//! | delisting | settled in cash at the last close times the scenario's recovery | cancelled when its session comes |
//! | halt | – | cannot fill while it lasts |
//!
//! Example: 100 shares bought at 60 meet a 3-for-1 split: 300 shares with the same basis of 6 000, and an order to
//! sell 10 at a limit of 66 becomes one to sell 30 at 22.

use domain::facts::ActionKind;
use domain::ids::Instrument;
use domain::order::OrderKind;
use domain::quantity::{Cash, Price, QuantityError};
use domain::tape::TapeAction;
use journal::event::Event;

use crate::book::Book;
use crate::execution::WorkingOrder;

/// Applies the day's actions in their order.
///
/// # Errors
/// [`QuantityError`] when an amount leaves the range of the ledger.
pub fn apply(
    actions: &[TapeAction],
    recovery: f64,
    book: &mut Book,
    orders: &mut [WorkingOrder],
    emit: &mut dyn FnMut(Event),
) -> Result<(), QuantityError> {
    for action in actions {
        let instrument = action.instrument;
        match action.kind {
            ActionKind::Split { .. } | ActionKind::Spinoff { .. } => {
                let ratio = action.kind.share_ratio();
                restate_orders(instrument, ratio, orders, emit)?;
                restate_position(instrument, ratio, book, emit)?;
            }
            ActionKind::CashDividend { amount } => pay(instrument, amount, book, emit)?,
            ActionKind::Delisting => settle(instrument, recovery, book, emit)?,
            // A halt moves nothing: execution asks the view whether one lasts.
            ActionKind::Halt { .. } => {}
        }
    }
    Ok(())
}

fn restate_position(
    instrument: Instrument,
    (numerator, denominator): (i64, i64),
    book: &mut Book,
    emit: &mut dyn FnMut(Event),
) -> Result<(), QuantityError> {
    let before = book.held(instrument);
    if before.is_zero() {
        return Ok(());
    }
    if before.scaled(numerator, denominator)?.is_zero() {
        // Less than half a micro-share would be left: the position is settled for nothing, so that no basis is orphaned.
        let (price, amount) = (0.0, Cash::ZERO);
        let realised = book.settle(instrument, amount)?;
        emit(Event::PositionSettled { instrument, quantity: before, price, amount, realised });
        return Ok(());
    }
    let (before, after) = book.split(instrument, numerator, denominator)?;
    emit(Event::SharesChanged { instrument, before, after });
    Ok(())
}

fn restate_orders(
    instrument: Instrument,
    (numerator, denominator): (i64, i64),
    orders: &mut [WorkingOrder],
    emit: &mut dyn FnMut(Event),
) -> Result<(), QuantityError> {
    let shrink = denominator as f64 / numerator as f64;
    let restated = |price: Price| Price::new(price.get() * shrink);
    for order in orders.iter_mut().filter(|order| order.request.instrument == instrument) {
        let before = order.request.quantity;
        let after = before.scaled(numerator, denominator)?;
        order.request.quantity = after;
        order.request.kind = match order.request.kind {
            OrderKind::Market => OrderKind::Market,
            OrderKind::Limit { limit } => OrderKind::Limit { limit: restated(limit)? },
            OrderKind::Stop { stop } => OrderKind::Stop { stop: restated(stop)? },
            OrderKind::StopLimit { stop, limit } => {
                OrderKind::StopLimit { stop: restated(stop)?, limit: restated(limit)? }
            }
        };
        emit(Event::OrderAdjusted { order: order.number, instrument, before, after });
    }
    Ok(())
}

fn pay(
    instrument: Instrument,
    per_share: f64,
    book: &mut Book,
    emit: &mut dyn FnMut(Event),
) -> Result<(), QuantityError> {
    if !book.held(instrument).is_zero() {
        let amount = book.dividend(instrument, per_share)?;
        emit(Event::DividendPaid { instrument, per_share, amount });
    }
    Ok(())
}

fn settle(
    instrument: Instrument,
    recovery: f64,
    book: &mut Book,
    emit: &mut dyn FnMut(Event),
) -> Result<(), QuantityError> {
    let position = book.position(instrument);
    if position.quantity.is_zero() {
        return Ok(());
    }
    let price = position.last_close * recovery;
    // A recovery of nothing is no price, but it is an amount.
    let amount = if price > 0.0 { Price::new(price)?.value_of(position.quantity)? } else { Cash::ZERO };
    let realised = book.settle(instrument, amount)?;
    emit(Event::PositionSettled { instrument, quantity: position.quantity, price, amount, realised });
    Ok(())
}
