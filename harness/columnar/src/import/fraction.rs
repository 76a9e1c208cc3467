//! The ratio of a split as two whole numbers.
//!
//! Vendors write 4-for-3 as 1.333333 and 1-for-20 as 0.05. A ledger of whole micro-shares wants the fraction back:
//! the one with the smallest terms, both at most 50, within one part in 100,000.

/// The largest term of a ratio: no split of the last century needs more.
const TERM_MAX: u32 = 50;

/// How far the written ratio may lie from the fraction: vendors write six digits or more.
const SLACK: f64 = 1e-5;

/// `(new, old)` shares of a split, or `None` when no simple fraction is near.
pub(crate) fn simplest(ratio: f64) -> Option<(u32, u32)> {
    if !(ratio.is_finite() && ratio > 0.0) {
        return None;
    }
    let near = |numerator: u32, denominator: u32| {
        let fraction = f64::from(numerator) / f64::from(denominator);
        (fraction / ratio - 1.0).abs() <= SLACK
    };
    (1..=TERM_MAX).find_map(|denominator| {
        let numerator = (ratio * f64::from(denominator)).round();
        // A cast from a float saturates, so a huge ratio simply finds no term.
        let numerator = numerator as u32;
        ((1..=TERM_MAX).contains(&numerator) && near(numerator, denominator)).then_some((numerator, denominator))
    })
}

#[cfg(test)]
mod tests {
    use super::simplest;

    #[test]
    fn finds_the_fraction_that_the_vendor_meant() {
        let cases =
            [(2.0, (2, 1)), (1.333333, (4, 3)), (0.05, (1, 20)), (0.333333, (1, 3)), (1.25, (5, 4)), (1.05, (21, 20))];
        for (ratio, fraction) in cases {
            assert_eq!(simplest(ratio), Some(fraction), "{ratio}");
        }
    }

    #[test]
    fn refuses_what_is_no_simple_fraction() {
        for ratio in [1.193462, 1.3334, 0.0, -2.0, f64::NAN, f64::INFINITY, 1e300, 0.019] {
            assert_eq!(simplest(ratio), None, "{ratio}");
        }
    }
}
