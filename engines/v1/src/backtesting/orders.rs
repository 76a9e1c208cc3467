//! From target weights to v1's order list (engines-v1 §7, §8).
//!
//! Sells come before buys. Within a side exits come first, then the larger change of value, then the ticker. When the
//! buys cost more than the cash and the proceeds of the sells, each is scaled down by the same factor; all amounts are
//! integers and slippage is part of them, so the cash never falls below zero.
//!
//! Example, at 5 basis points: 1,000 in cash, nothing held, two targets of 100 % each at a close of 10. Each wants 100 shares for
//! 1,000.50, together 2,001; the factor is 1000/2001, so each buys 49.975 shares.
//!
//! ```
//! use domain::ids::Instrument;
//! use domain::quantity::{Cash, Quantity};
//! use v1::backtesting::Slippage;
//! use v1::backtesting::orders::{Line, plan};
//! let line = |at| Line { instrument: Instrument(at), close: 10.0, held: Quantity::ZERO, weight: 1.0 };
//! let thousand = Cash::from_micros(1_000_000_000);
//! let orders = plan(&[line(0), line(1)], thousand, thousand, Slippage::of_bps(5.0));
//! assert_eq!(orders[0].quantity, Quantity::from_micros(49_975_012));
//! ```

use domain::ids::Instrument;
use domain::order::{OrderKind, OrderRequest, Side};
use domain::quantity::{Cash, Price, Quantity};

use super::Slippage;

/// A name with a price: what is held of it and what is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The name.
    pub instrument: Instrument,
    /// Today's close.
    pub close: f64,
    /// Shares held, at least 0.
    pub held: Quantity,
    /// The wanted weight, a fraction of equity; 0 is an exit.
    pub weight: f64,
}

/// A change of one position.
struct Change {
    instrument: Instrument,
    close: f64,
    quantity: Quantity,
    /// Its value at the close, for the priority.
    value: Cash,
    exit: bool,
}

/// The orders that lead to the weights of `lines`, from an account with `cash` that is worth `equity`.
#[must_use]
pub fn plan(lines: &[Line], cash: Cash, equity: Cash, slippage: Slippage) -> Vec<OrderRequest> {
    let (mut sells, mut buys) = (Vec::new(), Vec::new());
    for line in lines {
        let Some((side, change)) = change(line, equity) else { continue };
        match side {
            Side::Sell => sells.push(change),
            Side::Buy => buys.push(change),
        }
    }
    for side in [&mut sells, &mut buys] {
        side.sort_by(|a, b| b.exit.cmp(&a.exit).then(b.value.cmp(&a.value)).then(a.instrument.cmp(&b.instrument)));
    }
    let proceeds = sells.iter().filter_map(|sell| value(slippage, sell.close, Side::Sell, sell.quantity));
    let available = proceeds.fold(cash, |sum, value| sum.plus(value).unwrap_or(sum));
    scale(&mut buys, available.max(Cash::ZERO), slippage);
    let order = |side: Side| {
        move |change: Change| OrderRequest {
            instrument: change.instrument,
            side,
            kind: OrderKind::Market,
            quantity: change.quantity,
            sessions: 1,
        }
    };
    let orders = sells.into_iter().map(order(Side::Sell)).chain(buys.into_iter().map(order(Side::Buy)));
    orders.filter(|order| order.quantity > Quantity::ZERO).collect()
}

/// The change that a line calls for; `None` when there is none, or its price or amount is out of range.
fn change(line: &Line, equity: Cash) -> Option<(Side, Change)> {
    let price = Price::new(line.close).ok()?;
    let wanted = Cash::from_units(line.weight * equity.to_units()).ok()?;
    let wanted = price.quantity_for(wanted).ok()?.max(Quantity::ZERO);
    let delta = wanted.minus(line.held).ok()?;
    if delta.is_zero() {
        return None;
    }
    let side = if delta < Quantity::ZERO { Side::Sell } else { Side::Buy };
    let quantity = delta.magnitude();
    let value = price.value_of(quantity).ok()?;
    let exit = side == Side::Sell && wanted.is_zero();
    Some((side, Change { instrument: line.instrument, close: line.close, quantity, value, exit }))
}

fn value(slippage: Slippage, close: f64, side: Side, quantity: Quantity) -> Option<Cash> {
    slippage.price(close, side)?.value_of(quantity).ok()
}

/// Scales the buys to what is available, by one factor, and then each to what is left after those before it.
fn scale(buys: &mut [Change], available: Cash, slippage: Slippage) {
    let cost = |buy: &Change| value(slippage, buy.close, Side::Buy, buy.quantity);
    let Some(cost) = buys.iter().try_fold(Cash::ZERO, |sum, buy| sum.plus(cost(buy)?).ok()) else {
        buys.iter_mut().for_each(|buy| buy.quantity = Quantity::ZERO);
        return;
    };
    if cost <= available {
        return;
    }
    let mut left = available;
    for buy in buys {
        let scaled = buy.quantity.scaled(available.micros(), cost.micros()).unwrap_or(Quantity::ZERO);
        (buy.quantity, left) = affordable(slippage.price(buy.close, Side::Buy), scaled, left);
    }
}

/// The largest quantity up to `wanted` that `cash` pays, and the cash that is left: the roundings of quantity and cost
/// can be a few micro-units too dear.
fn affordable(price: Option<Price>, wanted: Quantity, cash: Cash) -> (Quantity, Cash) {
    let Some(price) = price else { return (Quantity::ZERO, cash) };
    let mut quantity = wanted;
    while quantity > Quantity::ZERO {
        let Ok(cost) = price.value_of(quantity) else { break };
        let left = cash.minus(cost).unwrap_or(Cash::ZERO);
        if left >= Cash::ZERO {
            return (quantity, left);
        }
        // Missing micro-units, turned into micro-shares, at least one.
        let step = price.quantity_for(left.negated()).map_or(1, |step| step.micros().max(1));
        quantity = Quantity::from_micros(quantity.micros() - step);
    }
    (Quantity::ZERO, cash)
}

#[cfg(test)]
mod tests {
    use domain::order::Side;
    use proptest::prelude::*;

    use super::{Cash, Instrument, Line, Quantity, Slippage, plan};
    use crate::backtesting::Account;

    proptest! {
        /// Whatever is wanted of whatever account: every order can be filled, so neither cash nor shares fall below 0.
        #[test]
        fn every_order_is_paid_for(
            cash in 0_i64..2_000_000_000_000,
            bps in 0.0_f64..50.0,
            names in prop::collection::vec((0.01_f64..3_000.0, 0_i64..900_000_000, 0.0_f64..1.2), 1..12),
        ) {
            let held: Vec<Quantity> = names.iter().map(|(_, held, _)| Quantity::from_micros(*held)).collect();
            let slippage = Slippage::of_bps(bps);
            let mut account = Account::new(Cash::from_micros(cash), held.clone(), slippage);
            account.mark(names.iter().enumerate().map(|(at, (close, ..))| (Instrument(at as u32), *close)));
            let lines: Vec<Line> = names.iter().enumerate().map(|(at, (close, _, weight))| Line {
                instrument: Instrument(at as u32), close: *close, held: held[at], weight: *weight,
            }).collect();
            let orders = plan(&lines, account.cash(), account.equity().unwrap(), slippage);
            prop_assert!(orders.is_sorted_by_key(|order| order.side == Side::Buy));
            let before = account.trades;
            orders.iter().for_each(|order| account.fill(order));
            prop_assert_eq!(account.trades - before, orders.len() as u64);
            prop_assert!(account.cash() >= Cash::ZERO);
        }
    }
}
