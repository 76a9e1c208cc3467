//! Faults on the way to the market.
//!
//! What goes wrong between a portfolio and its orders is told in the terms of a decision: targets that lead to the
//! orders that would have been sent, or, where an order is sent twice, the orders themselves. A side that is swapped
//! may ask for a short position, which the harness refuses where the account may not have one.

use domain::decision::TargetWeight;
use domain::order::{OrderKind, OrderRequest, Side};
use domain::quantity::{Cash, Price};
use domain::system::Today;

use crate::chance;
use crate::config::Planted;
use crate::kinds::Kind;
use crate::memory::Memory;
use crate::weights::{Change, changes, chosen};

/// What is sent today of the portfolio that was decided today, or of earlier ones.
pub(crate) fn sent(
    planted: &Planted,
    today: &Today<'_>,
    decided: Option<Vec<TargetWeight>>,
    memory: &mut Memory,
) -> (Option<Vec<TargetWeight>>, Vec<OrderRequest>) {
    if planted.info.kind == Kind::LateOrders {
        return (late(planted, today, decided, memory), Vec::new());
    }
    let Some(targets) = decided else { return (None, Vec::new()) };
    let size = planted.size;
    let drawn = |change: &Change| chance::of_name(planted, today, change.instrument) < size;
    let targets = match planted.info.kind {
        Kind::PartialOrders => chosen(today, &targets, |change| change.held + size * (change.wanted - change.held)),
        Kind::LostOrders => chosen(today, &targets, |change| if drawn(&change) { change.held } else { change.wanted }),
        Kind::SwappedSides => {
            let swapped = |change: Change| 2.0 * change.held - change.wanted;
            chosen(today, &targets, |change| if drawn(&change) { swapped(change) } else { change.wanted })
        }
        Kind::RoundLots => chosen(today, &targets, |change| whole_lots(today, &change, size)),
        _ => targets,
    };
    let again = if planted.info.kind == Kind::DuplicateOrders { planted.count() } else { 0 };
    let orders = if again > 0 { orders_of(today, &targets).repeat(again) } else { Vec::new() };
    (Some(targets), orders)
}

/// Puts today's portfolio on its way, and answers the latest of those that arrive.
fn late(
    planted: &Planted,
    today: &Today<'_>,
    decided: Option<Vec<TargetWeight>>,
    memory: &mut Memory,
) -> Option<Vec<TargetWeight>> {
    let arrives = today.day_number.saturating_add(planted.count() as u32);
    memory.waiting.extend(decided.map(|weights| (arrives, weights)));
    let arrived = memory.waiting.iter().take_while(|(day, _)| *day <= today.day_number).count();
    memory.waiting.drain(..arrived).next_back().map(|(_, weights)| weights)
}

/// The weight of what is wanted, cut down to whole lots.
fn whole_lots(today: &Today<'_>, change: &Change, lot: f64) -> f64 {
    let (Some(close), equity) = (today.view.close(change.instrument), today.book.equity.to_units()) else {
        return change.wanted;
    };
    let one = lot * close / equity;
    if one > 0.0 { (change.wanted / one).trunc() * one } else { change.wanted }
}

/// The market orders that lead from what is held to the targets: sells before buys, each by instrument. What has no
/// price today, or no amount that a ledger could hold, is not ordered.
fn orders_of(today: &Today<'_>, targets: &[TargetWeight]) -> Vec<OrderRequest> {
    let request = |change: Change| {
        let value = Cash::from_units(change.wanted * today.book.equity.to_units()).ok()?;
        let wanted = Price::new(today.view.close(change.instrument)?).ok()?.quantity_for(value).ok()?;
        let change_of = wanted.minus(today.book.position(change.instrument)).ok()?;
        let side = if change_of.micros() > 0 { Side::Buy } else { Side::Sell };
        let (kind, quantity) = (OrderKind::Market, change_of.magnitude());
        let request = OrderRequest { instrument: change.instrument, side, kind, quantity, sessions: 1 };
        (!quantity.is_zero()).then_some(request)
    };
    let mut requests: Vec<OrderRequest> = changes(today, targets).into_iter().filter_map(request).collect();
    requests.sort_by_key(|request| (request.side == Side::Buy, request.instrument));
    requests
}
