//! The few elementary functions that the metrics need, as series in decimal arithmetic.

use std::sync::LazyLock;

use bigdecimal::{One, Zero};

use super::decimal::{Decimal, constant, quotient, root, rounded};

/// Digits that the terms of a series keep, more than the result.
const TERM_DIGITS: u64 = 80;

/// The natural logarithm: square roots bring the number close to 1, then `2 artanh((x − 1) / (x + 1))` as a series.
fn ln(value: &Decimal) -> Decimal {
    let (mut x, mut scale) = (value.clone(), Decimal::from(2));
    while (&x - Decimal::one()).abs() > constant("0.01") {
        x = x.sqrt().expect("a logarithm is asked of a positive number");
        scale *= Decimal::from(2);
    }
    let z = (&x - Decimal::one()) / (&x + Decimal::one());
    let square = (&z * &z).with_prec(TERM_DIGITS);
    let (mut power, mut sum) = (z, Decimal::zero());
    for odd in (1_u64..).step_by(2).take_while(|odd| *odd < 50) {
        sum += &power / Decimal::from(odd);
        power = (&power * &square).with_prec(TERM_DIGITS);
    }
    rounded(&(sum * scale))
}

/// `base` to a fractional power, by way of the logarithm.
pub fn power(base: &Decimal, exponent: &Decimal) -> Decimal {
    rounded(&(ln(base) * exponent).exp())
}

/// What one value in twenty of a standard normal variable undercuts, and the density there.
pub struct NormalTail {
    pub quantile: Decimal,
    pub density: Decimal,
}

/// The tail of 5 %, by Newton's method on the series of the distribution function.
pub static NORMAL_TAIL: LazyLock<NormalTail> = LazyLock::new(|| {
    let mut quantile = constant("-1.64485362695147");
    // Each step doubles the good digits: 14, 28, 56, 112.
    for _ in 0..3 {
        let miss = distribution(&quantile) - constant("0.05");
        quantile = rounded(&(&quantile - miss / density(&quantile)));
    }
    NormalTail { density: density(&quantile), quantile }
});

fn density(x: &Decimal) -> Decimal {
    quotient(&(x * x / Decimal::from(-2)).exp(), &root(&(pi() * Decimal::from(2))))
}

/// `1/2 + 1/√(2π) · Σ (−1)^k x^(2k+1) / (2^k k! (2k+1))`, for small `x`.
fn distribution(x: &Decimal) -> Decimal {
    let step = x * x / Decimal::from(-2);
    let (mut term, mut sum) = (x.clone(), Decimal::zero());
    for k in 0_u64..120 {
        sum += &term / Decimal::from(2 * k + 1);
        term = (&term * &step / Decimal::from(k + 1)).with_prec(TERM_DIGITS);
    }
    constant("0.5") + sum / root(&(pi() * Decimal::from(2)))
}

/// π by Machin's formula, `16 arctan(1/5) − 4 arctan(1/239)`.
fn pi() -> Decimal {
    let arctan_of_inverse = |n: u64| {
        let square = Decimal::from(n * n);
        let (mut power, mut sum) = (Decimal::one() / Decimal::from(n), Decimal::zero());
        for k in 0_u64..60 {
            let term = &power / Decimal::from(2 * k + 1);
            sum = if k % 2 == 0 { sum + term } else { sum - term };
            power = (&power / &square).with_prec(TERM_DIGITS);
        }
        sum
    };
    arctan_of_inverse(5) * Decimal::from(16) - arctan_of_inverse(239) * Decimal::from(4)
}

#[cfg(test)]
mod tests {
    use super::{NORMAL_TAIL, constant, ln, pi, power};

    /// Whether two numbers agree to `digits` decimal places.
    #[track_caller]
    fn agree(found: &super::Decimal, expected: &str, digits: i64) {
        assert_eq!(found.round(digits), constant(expected).round(digits));
    }

    #[test]
    fn known_constants() {
        agree(&pi(), "3.14159265358979323846264338327950288419716939937510582097494", 58);
        agree(&ln(&constant("2")), "0.693147180559945309417232121458176568075500134360255254120680", 58);
        agree(&ln(&constant("0.001")), "-6.90775527898213705205397436405309262280330446588631892809998", 55);
        agree(
            &power(&constant("2"), &constant("0.5")),
            "1.41421356237309504880168872420969807856967187537694807317668",
            57,
        );
        agree(&NORMAL_TAIL.quantile, "-1.64485362695147271486384890799163213608319574427532", 40);
    }
}
