//! The distribution functions that the tests need: normal and beta, from `libm` alone.

use domain::numeric::exact;

/// Terms of a continued fraction; it converges in some √(a + b) of them.
const TERMS_MOST: u32 = 20_000;

/// The probability that a standard normal variable is at most `x`: `erfc(−x / √2) / 2`.
pub(super) fn normal_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// The regularised incomplete beta function `I_x(a, b)`, the probability that a beta variable is at most `x`; for
/// a, b > 0. By the continued fraction DLMF 8.17.22 in Lentz's form, on the side of the mean where it converges
/// quickly; good to about 1e-13 for a + b up to a million.
pub(super) fn beta_below(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_below_left(1.0 - x, b, a);
    }
    beta_below_left(x, a, b)
}

fn beta_below_left(x: f64, a: f64, b: f64) -> f64 {
    let log_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let front = exact::exp(a * exact::ln(x) + b * exact::ln_1p(-x) - log_beta) / a;
    front * fraction(x, a, b)
}

/// The continued fraction `1 / (1 + d₁ / (1 + d₂ / (1 + …)))`.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let away = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for term in 1..TERMS_MOST {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let step = d * c;
        value *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::{beta_below, normal_below};
    use crate::metrics::normal::quantile;

    #[test]
    fn the_normal_distribution_inverts_its_quantile() {
        for p in [1e-12, 0.001, 0.05, 0.3, 0.5, 0.95, 0.999] {
            let found = normal_below(quantile(p).unwrap());
            assert!((found / p - 1.0).abs() < 1e-13, "{p} {found}");
        }
    }

    #[test]
    fn beta_closed_forms() {
        // I_x(a, 1) = x^a; I_x(1, b) = 1 − (1 − x)^b; I_x(2, 2) = 3 x² − 2 x³; symmetric at a half.
        for x in [0.01_f64, 0.2, 0.5, 0.9] {
            assert!((beta_below(x, 3.0, 1.0) - x * x * x).abs() < 1e-14);
            assert!((beta_below(x, 1.0, 2.0) - (1.0 - (1.0 - x) * (1.0 - x))).abs() < 1e-14);
            assert!((beta_below(x, 2.0, 2.0) - (3.0 * x * x - 2.0 * x * x * x)).abs() < 1e-14);
        }
        assert!((beta_below(0.5, 500.0, 500.0) - 0.5).abs() < 1e-11);
        assert_eq!((beta_below(0.0, 2.0, 3.0), beta_below(1.0, 2.0, 3.0)), (0.0, 1.0));
    }
}
