//! A panic in place of a typed error, and code left for later.
//!
//! engines: used `unwrap()` on an `Option` value
//! engines: used `expect()` on an `Option` value
//! harness: used `unwrap()` on an `Option` value
//! harness: used `expect()` on an `Option` value
//! command line: used `unwrap()` on an `Option` value
//! command line: used `expect()` on an `Option` value

/// The first of two prices.
pub fn first(prices: &[f64]) -> f64 {
    let last = prices.last().expect("a price");
    prices.first().unwrap() + last
}
