//! The market value of a whole book, exact and fast.
//!
//! The value of a position is `price × quantity`, an exact product rounded once, half to even, to a micro-unit
//! ([`crate::quantity::Price::value_of`]). A book is valued every day, so this module computes the same integers
//! with a few float operations a position: the rounded float product `v` differs from the exact one by at most
//! `|v| × 2⁻⁵³`; where the nearest integer to `v` is nearer than one half less that error, both products round to
//! it. Where one of a block's positions is not, which is rare, the whole block is computed in integers. The result is the same
//! to the last micro-unit either way, which a test shows.
//!
//! ```
//! use domain::quantity::{Cash, Quantity};
//! use domain::valuation::{Holdings, market_value};
//! let mut holdings = Holdings::default();
//! holdings.insert(0, Quantity::from_micros(3_000_000));  // 3 shares long
//! holdings.insert(1, Quantity::from_micros(-1_000_000)); // 1 share short
//! let value = market_value(&holdings, &[10.5, 4.25])?;
//! assert_eq!(value.long, Cash::from_micros(31_500_000));
//! assert_eq!(value.short, Cash::from_micros(-4_250_000));
//! # Ok::<(), domain::quantity::QuantityError>(())
//! ```

use crate::quantity::{Cash, Price, Quantity, QuantityError};

/// A list of quantities, with their values as floats beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holdings {
    quantities: Vec<Quantity>,
    floats: Vec<f64>,
}

/// The value of the positions above and below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketValue {
    /// Sum of the positive position values.
    pub long: Cash,
    /// Sum of the negative position values.
    pub short: Cash,
}

/// Positions in one float block: long enough to pay for its check, short enough to redo.
const BLOCK: usize = 64;

/// Sums that run beside each other, so that one addition need not wait for the last. All of them are sums of whole
/// numbers below 2⁵³, hence exact in any order.
const LANES: usize = 4;

/// Adding and subtracting this rounds a float below 2⁵¹ to the nearest whole number, half to even.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

impl Holdings {
    /// The quantities, in their order.
    #[must_use]
    pub fn quantities(&self) -> &[Quantity] {
        &self.quantities
    }

    /// Puts a quantity before entry `at`.
    ///
    /// # Panics
    /// Beyond the end.
    pub fn insert(&mut self, at: usize, quantity: Quantity) {
        self.quantities.insert(at, quantity);
        self.floats.insert(at, exact_float(quantity));
    }

    /// Changes entry `at`.
    ///
    /// # Panics
    /// Beyond the end.
    pub fn set(&mut self, at: usize, quantity: Quantity) {
        self.quantities[at] = quantity;
        self.floats[at] = exact_float(quantity);
    }

    /// Takes entry `at` out.
    ///
    /// # Panics
    /// Beyond the end.
    pub fn remove(&mut self, at: usize) {
        self.quantities.remove(at);
        self.floats.remove(at);
    }
}

/// Beyond 2⁵³ a float no longer holds every micro-share; a NaN leaves the block to the integers.
fn exact_float(quantity: Quantity) -> f64 {
    if quantity.micros().unsigned_abs() <= 1 << 53 { quantity.micros() as f64 } else { f64::NAN }
}

/// The value of all holdings at `prices`, a valid one for each entry.
///
/// # Errors
/// [`QuantityError`] for a sum out of range.
pub fn market_value(holdings: &Holdings, prices: &[f64]) -> Result<MarketValue, QuantityError> {
    let (mut long, mut short) = (0_i128, 0_i128);
    let blocks = holdings.floats.chunks(BLOCK).zip(prices.chunks(BLOCK)).zip(holdings.quantities.chunks(BLOCK));
    for ((floats, prices), quantities) in blocks {
        let (above, below) = match block_in_floats(floats, prices) {
            Some((above, below)) => (i128::from(above as i64), i128::from(below as i64)),
            None => block_in_integers(quantities, prices)?,
        };
        long += above;
        short += below;
    }
    let total = |sum: i128| i64::try_from(sum).map(Cash::from_micros).map_err(|_| QuantityError::Overflow);
    Ok(MarketValue { long: total(long)?, short: total(short)? })
}

/// The sums above and below zero, if floats can prove them.
fn block_in_floats(quantities: &[f64], prices: &[f64]) -> Option<(f64, f64)> {
    let mut lanes = Lanes::default();
    let ((quantities, last_quantities), (prices, last_prices)) = (quantities.as_chunks(), prices.as_chunks());
    for (quantities, prices) in quantities.iter().zip(prices) {
        lanes.add(quantities, prices);
    }
    let (mut padded_quantities, mut padded_prices) = ([0.0; LANES], [0.0; LANES]);
    padded_quantities[..last_quantities.len()].copy_from_slice(last_quantities);
    padded_prices[..last_prices.len()].copy_from_slice(last_prices);
    lanes.add(&padded_quantities, &padded_prices);
    lanes.proven()
}

#[derive(Default)]
struct Lanes {
    net: [f64; LANES],
    gross: [f64; LANES],
    /// The largest distance from a whole number.
    distance: [f64; LANES],
}

impl Lanes {
    #[inline(always)]
    fn add(&mut self, quantities: &[f64; LANES], prices: &[f64; LANES]) {
        let larger = |a: f64, b: f64| if a > b { a } else { b };
        for lane in 0..LANES {
            let value = quantities[lane] * prices[lane];
            let whole = (value + ROUNDER) - ROUNDER;
            self.net[lane] += whole;
            self.gross[lane] += whole.abs();
            self.distance[lane] = larger((value - whole).abs(), self.distance[lane]);
        }
    }

    /// The sums, when every rounding was beyond doubt: the block's values together stay below 2⁴⁷, so that sums of
    /// whole numbers are exact, and none lies within its own error of a half; the sum bounds the error of each.
    fn proven(&self) -> Option<(f64, f64)> {
        let (net, gross) = (self.net.iter().sum::<f64>(), self.gross.iter().sum::<f64>());
        let distance = self.distance.iter().fold(0.0, |a: f64, b| if *b > a { *b } else { a });
        // A NaN or an infinity anywhere makes `gross` one, which is below nothing.
        let certain = gross < (1_u64 << 47) as f64 && distance + (gross + 1.0) * f64::EPSILON < 0.5;
        certain.then_some(((gross + net) / 2.0, (net - gross) / 2.0))
    }
}

fn block_in_integers(quantities: &[Quantity], prices: &[f64]) -> Result<(i128, i128), QuantityError> {
    let (mut above, mut below) = (0, 0);
    for (quantity, price) in quantities.iter().zip(prices).filter(|(quantity, _)| !quantity.is_zero()) {
        let value = i128::from(Price::new(*price)?.value_of(*quantity)?.micros());
        above += value.max(0);
        below += value.min(0);
    }
    Ok((above, below))
}

#[cfg(test)]
mod tests {
    use super::{Holdings, MarketValue, block_in_integers, market_value};
    use crate::quantity::{Cash, Quantity};
    use crate::seed::{Seed, Streams};

    fn in_integers(holdings: &Holdings, prices: &[f64]) -> MarketValue {
        let (long, short) = block_in_integers(holdings.quantities(), prices).unwrap();
        MarketValue { long: Cash::from_micros(long as i64), short: Cash::from_micros(short as i64) }
    }

    #[test]
    fn floats_and_integers_agree_on_random_books() {
        let streams = Streams::new(Seed(11));
        for case in 0..400 {
            let width = 1 + case as usize % 150;
            let mut holdings = Holdings::default();
            let scale = f64::from(1_u32 << (case % 30)) * 1000.0;
            for at in 0..width {
                let draw = streams.uniform(&["quantity"], case * 1000 + at as u64) - 0.4;
                holdings.insert(at, Quantity::from_micros((draw * scale) as i64));
            }
            let price = |at: usize| 0.01 + 500.0 * streams.uniform(&["price"], case * 1000 + at as u64);
            let prices: Vec<f64> = (0..width).map(price).collect();
            assert_eq!(market_value(&holdings, &prices).unwrap(), in_integers(&holdings, &prices), "case {case}");
        }
    }

    #[test]
    fn halves_and_large_quantities_go_to_the_integers() {
        let mut holdings = Holdings::default();
        holdings.insert(0, Quantity::from_micros(3)); // 1.5 micro-units: half to even, 2
        holdings.insert(1, Quantity::from_micros(-5)); // -2.5: half to even, -2
        holdings.insert(2, Quantity::from_micros((1 << 53) + 1));
        let prices = [0.5, 0.5, 1.0];
        let value = market_value(&holdings, &prices).unwrap();
        assert_eq!(value.long.micros(), (1 << 53) + 1 + 2);
        assert_eq!(value.short.micros(), -2);
    }
}
