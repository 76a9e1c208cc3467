//! Sums of a fixed order and shape, and elementary functions with the same bits on every machine.
//!
//! A floating-point sum depends on its order, so the order is part of the definition here: blocks of 128 values
//! are added from left to right, and the block sums are combined pairwise. The shape depends on the length alone;
//! no thread count, shard count or vector width can change it. Transcendental functions come from `libm`, because
//! the platform's own choose their code by CPU.
//!
//! ```
//! use domain::numeric::{mean, sum};
//! assert_eq!(sum(&[0.1, 0.2, 0.3]), 0.1 + 0.2 + 0.3);
//! assert_eq!(mean(&[1.0, 2.0, 6.0]), Some(3.0));
//! assert_eq!(mean(&[]), None); // absence is not zero
//! ```

use std::cmp::Ordering;

/// Values that are added in sequence before blocks are combined pairwise.
const BLOCK: usize = 128;

/// The sum, in the fixed shape of this module. An empty slice sums to 0.
#[must_use]
pub fn sum(values: &[f64]) -> f64 {
    if values.len() <= BLOCK {
        return values.iter().fold(0.0, |total, value| total + value);
    }
    // The left part is the largest power of two of whole blocks below the length: a shape of the length alone.
    let blocks = values.len().div_ceil(BLOCK);
    let left = (blocks.next_power_of_two() / 2) * BLOCK;
    sum(&values[..left]) + sum(&values[left..])
}

/// The inner product in the fixed shape; `None` when the lengths differ.
#[must_use]
pub fn dot(left: &[f64], right: &[f64]) -> Option<f64> {
    if left.len() != right.len() {
        return None;
    }
    let products: Vec<f64> = left.iter().zip(right).map(|(a, b)| a * b).collect();
    Some(sum(&products))
}

/// The arithmetic mean; `None` for an empty slice.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() { None } else { Some(sum(values) / values.len() as f64) }
}

/// The central moment of order `order` about the mean, `Σ (x − mean)^order / n`; `None` for an empty slice.
#[must_use]
pub fn central_moment(values: &[f64], order: u32) -> Option<f64> {
    let center = mean(values)?;
    let powers: Vec<f64> = values.iter().map(|value| power(value - center, order)).collect();
    mean(&powers)
}

/// `base` multiplied by itself, from left to right: unlike the platform's `powi`, one defined order.
#[must_use]
pub fn power(base: f64, exponent: u32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

/// A total order on floats for sorting: `-NaN < -∞ < … < -0 < +0 < … < ∞ < NaN`.
#[must_use]
pub fn total_order(left: &f64, right: &f64) -> Ordering {
    left.total_cmp(right)
}

/// Bit-exact elementary functions. The standard library's are refused by `engines/clippy.toml`.
pub mod exact {
    /// The natural exponential.
    #[must_use]
    pub fn exp(x: f64) -> f64 {
        libm::exp(x)
    }

    /// The natural logarithm.
    #[must_use]
    pub fn ln(x: f64) -> f64 {
        libm::log(x)
    }

    /// `exp(x) − 1` without losing the digits of a small `x`.
    #[must_use]
    pub fn exp_m1(x: f64) -> f64 {
        libm::expm1(x)
    }

    /// `ln(1 + x)` without losing the digits of a small `x`.
    #[must_use]
    pub fn ln_1p(x: f64) -> f64 {
        libm::log1p(x)
    }

    /// `x` to the power `y`.
    #[must_use]
    pub fn pow(x: f64, y: f64) -> f64 {
        libm::pow(x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, central_moment, dot, mean, power, sum};

    #[test]
    fn the_shape_is_blocks_then_pairs() {
        let values: Vec<f64> = (0..5 * BLOCK + 7).map(|k| 1.0 / (k as f64 + 1.0)).collect();
        let block = |k: usize| values[k * BLOCK..((k + 1) * BLOCK).min(values.len())].iter().fold(0.0, |a, b| a + b);
        // Six blocks: four on the left (two pairs), two on the right.
        let expected = ((block(0) + block(1)) + (block(2) + block(3))) + (block(4) + block(5));
        assert_eq!(sum(&values).to_bits(), f64::to_bits(expected));
    }

    #[test]
    fn small_cases() {
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(dot(&[1.0, 2.0], &[3.0, 4.0]), Some(11.0));
        assert_eq!(dot(&[1.0], &[]), None);
        assert_eq!(mean(&[2.0, 4.0]), Some(3.0));
        assert_eq!(central_moment(&[1.0, 3.0], 2), Some(1.0));
        assert_eq!(power(1.5, 3), 3.375);
    }
}
