//! Integer cash and shares, and the price that turns one into the other.
//!
//! Cash is counted in micro-units of the account's currency and shares in micro-shares, so that a ledger balances
//! to zero exactly. A price stays the binary fraction that the tape holds; `price × quantity` is computed as an
//! exact integer product and rounded once, half to even, to a micro-unit. No floating-point operation takes part.
//!
//! ```
//! use domain::quantity::{Cash, Price, Quantity};
//! let price = Price::new(100.05)?;
//! let shares = Quantity::from_micros(100_000_000); // 100 shares
//! assert_eq!(price.value_of(shares)?, Cash::from_micros(10_005_000_000));
//! assert_eq!(price.quantity_for(Cash::from_micros(10_005_000_000))?, shares);
//! # Ok::<(), domain::quantity::QuantityError>(())
//! ```

use std::fmt;

/// Micro-units in one unit of currency, and micro-shares in one share.
pub const MICROS: i64 = 1_000_000;

/// An amount of money in micro-units. Range: ±9.2e12 units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Cash(i64);

/// A number of shares in micro-shares; negative for a short position. Range: ±9.2e12 shares.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Quantity(i64);

/// A finite price in `[1e-9, 1e12]` units of currency a share.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Price(f64);

/// Why an amount could not be formed.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum QuantityError {
    /// Zero, negative, NaN, infinite or beyond the range of [`Price`].
    #[error("{0} is not a price: expected a finite number from 1e-9 to 1e12")]
    NotAPrice(f64),
    /// NaN, infinite, or too large for micro-units.
    #[error("{0} does not fit in micro-units: expected a finite number within ±9.2e12")]
    NotAnAmount(f64),
    /// An integer result is beyond ±9.2e18 micro-units.
    #[error("an amount left the range of ±9.2e12 units")]
    Overflow,
}

macro_rules! micro_amount {
    ($name:ident, $unit:literal) => {
        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            #[doc = concat!("From a count of ", $unit, ".")]
            #[must_use]
            pub const fn from_micros(micros: i64) -> Self {
                Self(micros)
            }

            #[doc = concat!("The count of ", $unit, ".")]
            #[must_use]
            pub const fn micros(self) -> i64 {
                self.0
            }

            #[doc = concat!("The nearest whole number of ", $unit, " to `units`, half away from zero.")]
            ///
            /// # Errors
            /// When `units` is not finite or out of range.
            pub fn from_units(units: f64) -> Result<Self, QuantityError> {
                let micros = (units * MICROS as f64).round();
                if micros.is_finite() && micros.abs() < 9.2e18 {
                    Ok(Self(micros as i64))
                } else {
                    Err(QuantityError::NotAnAmount(units))
                }
            }

            /// The amount as a float, for signals and reports; never for the ledger.
            #[must_use]
            pub fn to_units(self) -> f64 {
                self.0 as f64 / MICROS as f64
            }

            /// The sum.
            ///
            /// # Errors
            /// [`QuantityError::Overflow`].
            pub const fn plus(self, other: Self) -> Result<Self, QuantityError> {
                match self.0.checked_add(other.0) {
                    Some(micros) => Ok(Self(micros)),
                    None => Err(QuantityError::Overflow),
                }
            }

            /// The difference.
            ///
            /// # Errors
            /// [`QuantityError::Overflow`].
            pub const fn minus(self, other: Self) -> Result<Self, QuantityError> {
                match self.0.checked_sub(other.0) {
                    Some(micros) => Ok(Self(micros)),
                    None => Err(QuantityError::Overflow),
                }
            }

            /// The amount with the opposite sign.
            #[must_use]
            pub const fn negated(self) -> Self {
                Self(-self.0)
            }

            /// The amount without its sign.
            #[must_use]
            pub const fn magnitude(self) -> Self {
                Self(self.0.abs())
            }

            /// Whether the amount is exactly zero.
            #[must_use]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// `self × numerator / denominator`, rounded half to even to a micro.
            ///
            /// # Errors
            /// [`QuantityError::Overflow`], also for a denominator of zero.
            #[inline]
            pub fn scaled(self, numerator: i64, denominator: i64) -> Result<Self, QuantityError> {
                if denominator == 0 {
                    return Err(QuantityError::Overflow);
                }
                // A whole is itself: most trades that close something close all of it, and need no division.
                if numerator == denominator {
                    return Ok(self);
                }
                let negative = ((self.0 < 0) != (numerator < 0)) != (denominator < 0);
                let (factor, denominator) = (numerator.unsigned_abs(), denominator.unsigned_abs());
                // A division of one word where the product fits one: most costs do, and it is several times faster.
                let magnitude = match self.0.unsigned_abs().checked_mul(factor) {
                    Some(product) => u128::from(divide_word_half_even(product, denominator)),
                    None => {
                        let product = u128::from(self.0.unsigned_abs()) * u128::from(factor);
                        divide_half_even(product, u128::from(denominator))
                    }
                };
                signed(magnitude, negative).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                let sign = if self.0 < 0 { "-" } else { "" };
                let magnitude = self.0.unsigned_abs();
                write!(out, "{sign}{}.{:06}", magnitude / 1_000_000, magnitude % 1_000_000)
            }
        }
    };
}

micro_amount!(Cash, "micro-units");
micro_amount!(Quantity, "micro-shares");

impl Price {
    /// Checks and wraps a price.
    ///
    /// # Errors
    /// [`QuantityError::NotAPrice`].
    #[inline]
    pub fn new(price: f64) -> Result<Self, QuantityError> {
        if (1e-9..=1e12).contains(&price) { Ok(Self(price)) } else { Err(QuantityError::NotAPrice(price)) }
    }

    /// The price as a float.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// `price × quantity`, exact and rounded once, half to even, to a micro-unit.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    #[inline]
    pub fn value_of(self, quantity: Quantity) -> Result<Cash, QuantityError> {
        let (mantissa, shift) = self.parts();
        // 53 bits times 63 bits: the product is exact in 128.
        let product = u128::from(mantissa) * u128::from(quantity.0.unsigned_abs());
        let (high, low) = ((product >> 64) as u64, product as u64);
        // Prices from 2^-11 to 2^39 shift by less than a word: the same rounding without 128-bit shifts, which every
        // mark of every position would pay for.
        if shift < 64 && high >> (shift - 1) == 0 {
            let whole = (high << (64 - shift)) | (low >> shift);
            let (rest, half) = (low & ((1 << shift) - 1), 1_u64 << (shift - 1));
            let rounded = (whole + u64::from(rest > half || (rest == half && whole & 1 == 1))) as i64;
            return Ok(Cash(if quantity.0 < 0 { -rounded } else { rounded }));
        }
        signed(shift_right_half_even(product, shift), quantity.0 < 0).map(Cash)
    }

    /// `cash / price`, rounded once, half to even, to a micro-share.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    #[inline]
    pub fn quantity_for(self, cash: Cash) -> Result<Quantity, QuantityError> {
        let (mantissa, shift) = self.parts();
        // cash / (mantissa × 2^-shift) = cash × 2^shift / mantissa; at most 64 bits of the shift fit at once.
        let first = shift.min(64);
        let numerator = u128::from(cash.0.unsigned_abs()) << first;
        let rest = shift - first;
        let quotient = if rest == 0 {
            divide_half_even(numerator, u128::from(mantissa))
        } else {
            // Prices below 2^-11 need more than 64 bits of shift: divide the mantissa's power of two out first.
            let zeros = mantissa.trailing_zeros().min(rest);
            let scaled = numerator.checked_shl(rest - zeros).ok_or(QuantityError::Overflow)?;
            if scaled >> (rest - zeros) != numerator {
                return Err(QuantityError::Overflow);
            }
            divide_half_even(scaled, u128::from(mantissa >> zeros))
        };
        signed(quotient, cash.0 < 0).map(Quantity)
    }

    /// `(mantissa, shift)` with `price = mantissa × 2^-shift`. Valid for the range of [`Price`]: the exponent of
    /// 1e12 is 39, so the shift is at least 13 and never negative.
    #[inline]
    const fn parts(self) -> (u64, u32) {
        let bits = self.0.to_bits();
        let exponent = (bits >> 52) as u32 & 0x7ff;
        ((bits & ((1 << 52) - 1)) | (1 << 52), 1075 - exponent)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

fn shift_right_half_even(value: u128, shift: u32) -> u128 {
    if shift == 0 {
        return value;
    }
    if shift > 127 {
        return 0;
    }
    let whole = value >> shift;
    let rest = value & ((1u128 << shift) - 1);
    let half = 1u128 << (shift - 1);
    whole + u128::from(rest > half || (rest == half && whole & 1 == 1))
}

fn divide_half_even(numerator: u128, denominator: u128) -> u128 {
    let whole = numerator / denominator;
    // Not `%`: at this width it is a second division.
    let rest = numerator - whole * denominator;
    let against = denominator - rest;
    whole + u128::from(rest > against || (rest == against && whole & 1 == 1))
}

const fn divide_word_half_even(numerator: u64, denominator: u64) -> u64 {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    let against = denominator - rest;
    whole + (rest > against || (rest == against && whole & 1 == 1)) as u64
}

fn signed(magnitude: u128, negative: bool) -> Result<i64, QuantityError> {
    let value = i64::try_from(magnitude).map_err(|_| QuantityError::Overflow)?;
    Ok(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::{Cash, Price, Quantity, QuantityError};

    #[test]
    fn value_rounds_half_to_even() {
        // 0.5 × 1 micro-share is half a micro-unit: to even, which is 0; 1.5 goes to 2.
        let half = Price::new(0.5).unwrap();
        assert_eq!(half.value_of(Quantity::from_micros(1)).unwrap().micros(), 0);
        assert_eq!(half.value_of(Quantity::from_micros(3)).unwrap().micros(), 2);
        assert_eq!(half.value_of(Quantity::from_micros(-3)).unwrap().micros(), -2);
    }

    #[test]
    fn quantity_and_value_are_inverse_within_one_micro() {
        for price in [1e-9, 2.3e-4, 0.0063, 0.098, 1.0, 99.95, 549.225, 118_000.5, 1e12] {
            let price = Price::new(price).unwrap();
            let cash = Cash::from_micros(9_876_543_210_123);
            let Ok(quantity) = price.quantity_for(cash) else { continue };
            let back = price.value_of(quantity).unwrap();
            let slack = (price.get() / 2.0).ceil() as i64 + 1;
            assert!((back.micros() - cash.micros()).abs() <= slack, "{price}: {back} from {cash}");
        }
    }

    #[test]
    fn refuses_what_is_no_price() {
        for price in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-10, 1e13] {
            assert!(Price::new(price).is_err());
        }
        let price = Price::new(1e12).unwrap();
        assert_eq!(price.value_of(Quantity::from_micros(i64::MAX)), Err(QuantityError::Overflow));
    }

    #[test]
    fn scaling_by_a_split_ratio() {
        let held = Quantity::from_micros(100_000_001);
        assert_eq!(held.scaled(3, 2).unwrap().micros(), 150_000_002); // …001.5 goes to even
        assert_eq!(held.scaled(1, 20).unwrap().micros(), 5_000_000);
        assert_eq!(held.negated().scaled(3, 2).unwrap().micros(), -150_000_002);
        assert!(held.scaled(1, 0).is_err());
    }

    #[test]
    fn the_word_and_the_wide_path_agree() {
        for exponent in -29..39 {
            for (mantissa, micros) in [(1.0, 1), (1.5, 3), (1.734_523, 987_654_321), (1.999_999, i64::MAX >> 24)] {
                let price = Price::new(mantissa * libm::exp2(f64::from(exponent))).unwrap();
                let quantity = Quantity::from_micros(micros);
                let (bits, shift) = price.parts();
                let wide = super::shift_right_half_even(u128::from(bits) * u128::from(micros.unsigned_abs()), shift);
                let Ok(expected) = i64::try_from(wide) else { continue };
                assert_eq!(price.value_of(quantity).unwrap().micros(), expected);
                assert_eq!(price.value_of(quantity.negated()).unwrap().micros(), -expected);
            }
        }
    }

    #[test]
    fn prints_six_decimals() {
        assert_eq!(Cash::from_micros(-1_234_567).to_string(), "-1.234567");
        assert_eq!(Quantity::from_micros(5).to_string(), "0.000005");
    }
}
