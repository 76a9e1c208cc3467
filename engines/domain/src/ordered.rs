//! Floats as integers of the same order, for selecting and sorting without a comparison function.
//!
//! The order is the total one: `-NaN < -∞ < … < -0 < +0 < … < ∞ < NaN`. A negative float's bits are turned round but for
//! the sign, so that its integer falls as its size grows:
//!
//! ```
//! use domain::ordered::{key, value};
//! assert!(key(-2.0) < key(-1.0) && key(-1.0) < key(-0.0) && key(-0.0) < key(0.0) && key(0.0) < key(5e-324));
//! assert_eq!(value(key(-1.5)), -1.5);
//! ```

/// The integer of a float.
#[must_use]
#[inline]
pub const fn key(value: f64) -> i64 {
    turned(value.to_bits() as i64)
}

/// The float of a [`key`].
#[must_use]
#[inline]
pub const fn value(key: i64) -> f64 {
    f64::from_bits(turned(key) as u64)
}

/// Turns all bits but the sign where the sign is set; twice is once and back.
#[inline]
const fn turned(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}
