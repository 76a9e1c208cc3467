//! Sections 7 and 8: the order list.

use domain::ids::Instrument;
use domain::order::OrderRequest;
use domain::order::Side::{self, Buy, Sell};
use domain::quantity::{Cash, Quantity};
use v1::backtesting::Slippage;
use v1::backtesting::orders::{Line, plan as planned};

fn line(at: u32, held: i64, weight: f64) -> Line {
    Line { instrument: Instrument(at), close: 10.0, held: Quantity::from_micros(held * 1_000_000), weight }
}

fn cash(units: i64) -> Cash {
    Cash::from_micros(units * 1_000_000)
}

fn plan(lines: &[Line], cash: Cash, equity: Cash) -> Vec<OrderRequest> {
    planned(lines, cash, equity, Slippage::of_bps(5.0))
}

#[test]
fn sells_before_buys_exits_first_then_the_larger_then_the_ticker() {
    // Equity 10,000: a weight of 0.1 is 100 shares.
    let lines = [
        line(0, 0, 0.1),
        line(1, 200, 0.1),
        line(2, 10, 0.0),
        line(3, 0, 0.2),
        line(4, 20, 0.0),
        line(5, 0, 0.1),
        line(6, 50, 0.05),
    ];
    let orders: Vec<(u32, Side)> =
        plan(&lines, cash(7_200), cash(10_000)).iter().map(|order| (order.instrument.0, order.side)).collect();
    assert_eq!(orders, [(4, Sell), (2, Sell), (1, Sell), (3, Buy), (0, Buy), (5, Buy)]);
}

#[test]
fn buys_are_scaled_pro_rata_with_slippage() {
    let orders = plan(&[line(0, 0, 1.0), line(1, 0, 1.0)], cash(1_000), cash(1_000));
    assert_eq!(orders.iter().map(|order| order.quantity.micros()).collect::<Vec<_>>(), [49_975_012, 49_975_012]);
    let paid: i64 = orders.iter().map(|order| order.quantity.micros() * 10_005 / 1_000).sum();
    assert!(paid <= 1_000_000_000 && paid > 999_999_900, "{paid}");
    assert!(plan(&[line(0, 0, 1.0)], Cash::ZERO, cash(1_000)).is_empty(), "nothing to pay with");
    let proceeds = plan(&[line(0, 100, 0.0), line(1, 0, 1.0)], Cash::ZERO, cash(1_000));
    assert_eq!(proceeds[1].quantity.micros(), 99_900_050, "999.50 over 10.005, which costs 999.50 after rounding");
}
