//! Decimal arithmetic with 60 digits.
//!
//! A binary price is a finite decimal fraction, so it enters without any rounding. Every result is rounded to 60
//! significant digits; a run of a few hundred thousand operations then ends with more than 50 good ones.

use bigdecimal::Zero;

pub use bigdecimal::BigDecimal as Decimal;

/// Significant digits that are kept.
const DIGITS: u64 = 60;

/// The decimal fraction that the bits of `value` stand for, exactly.
pub fn exact(value: f64) -> Decimal {
    Decimal::try_from(value).expect("prices are finite")
}

/// A short decimal constant.
pub fn constant(text: &str) -> Decimal {
    text.parse().expect("a decimal number")
}

/// A count as a decimal.
pub fn count(value: usize) -> Decimal {
    Decimal::from(value as u64)
}

/// The value with the digits that are kept.
pub fn rounded(value: &Decimal) -> Decimal {
    value.with_prec(DIGITS)
}

/// The quotient.
pub fn quotient(dividend: &Decimal, divisor: &Decimal) -> Decimal {
    rounded(&(dividend / divisor))
}

/// The square root of a number that is not negative.
pub fn root(value: &Decimal) -> Decimal {
    rounded(&value.sqrt().expect("a square root is asked of what is not negative"))
}

/// The sum; the rounding of each step is far below what is compared.
pub fn total<'a>(values: impl IntoIterator<Item = &'a Decimal>) -> Decimal {
    values.into_iter().fold(Decimal::zero(), |sum, value| rounded(&(sum + value)))
}

#[cfg(test)]
mod tests {
    use super::{constant, exact, rounded};

    #[test]
    fn a_binary_fraction_enters_exactly() {
        assert_eq!(exact(0.1), constant("0.1000000000000000055511151231257827021181583404541015625"));
        assert_eq!(rounded(&constant("1.5")), constant("1.5"));
    }
}
