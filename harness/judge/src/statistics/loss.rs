//! The mean of the worst days.
//!
//! The expected shortfall at 95 % is the mean of the worst five per cent of the returns (Acerbi and Tasche 2002, "On the
//! coherence of expected shortfall", Journal of Banking and Finance 26, 1487–1503). Five per cent of n is seldom whole; the
//! number of days is rounded up and each counts in full, so that there is always a day, and the percentage is an integer, so
//! that 5 % of 100 is five days on every machine. (Acerbi and Tasche weight the last day by the fraction; the two agree
//! where 5 % of n is whole.) Returns keep their sign: a loss is negative.
//!
//! ```
//! use judge::statistics::loss::{expected_shortfall, overlapping_returns};
//! let returns = [0.01, -0.03, 0.02, -0.01, 0.0];
//! assert_eq!(expected_shortfall(&returns, 5)?, -0.03); // 0.25 days, so one
//! assert_eq!(expected_shortfall(&returns, 40)?, -0.02); // the mean of two
//! let two_days = overlapping_returns(&returns, 2)?;
//! assert_eq!(two_days.len(), 4);
//! assert!((two_days[0] - (1.01 * 0.97 - 1.0)).abs() < 1e-16);
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::sum;

use super::refusal::Refusal;
use super::sample::{check, sort};

/// The mean of the worst `⌈n · tail_percent / 100⌉` of n values, in their unit; 5 per cent is the level of 95 %.
///
/// # Errors
/// [`Refusal`] for an empty sample, values that are not finite, or a percentage outside 1 to 100.
pub fn expected_shortfall(values: &[f64], tail_percent: u32) -> Result<f64, Refusal> {
    check(values, 1)?;
    if !(1..=100).contains(&tail_percent) {
        return Err(Refusal::count("tail_percent", tail_percent as usize, "1 to 100"));
    }
    mean_of_worst(values, (values.len() * tail_percent as usize).div_ceil(100))
}

/// The mean of the `worst` lowest values, in their unit.
///
/// # Errors
/// [`Refusal`] for no value to average, fewer values than that, or values that are not finite.
pub fn mean_of_worst(values: &[f64], worst: usize) -> Result<f64, Refusal> {
    check(values, worst.max(1))?;
    if worst == 0 {
        return Err(Refusal::count("worst", worst, "1 to the number of values"));
    }
    let mut ascending = values.to_vec();
    sort(&mut ascending);
    Ok(sum(&ascending[..worst]) / worst as f64)
}

/// The compound return of every window of `days` neighbouring daily returns: n − days + 1 of them, oldest first.
///
/// # Errors
/// [`Refusal`] for values that are not finite, no day, or fewer values than days; and for a compound beyond ±1e9.
pub fn overlapping_returns(returns: &[f64], days: usize) -> Result<Vec<f64>, Refusal> {
    if days == 0 {
        return Err(Refusal::count("days", days, "1 or more"));
    }
    check(returns, days)?;
    // Each window anew, and not by division: a total loss would divide by zero.
    let compound = |window: &[f64]| window.iter().fold(1.0, |grown, value| grown * (1.0 + value)) - 1.0;
    let compounds: Vec<f64> = returns.windows(days).map(compound).collect();
    check(&compounds, 1)?;
    Ok(compounds)
}

/// The expected shortfall of overlapping windows of `days` days: a loss that takes longer than a day to happen.
/// Neighbouring windows share days, so n of them know less than n.
///
/// # Errors
/// As [`overlapping_returns`] and [`expected_shortfall`].
pub fn expected_shortfall_over(returns: &[f64], days: usize, tail_percent: u32) -> Result<f64, Refusal> {
    expected_shortfall(&overlapping_returns(returns, days)?, tail_percent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::series::normals;
    use super::{expected_shortfall, expected_shortfall_over, overlapping_returns};

    #[test]
    fn the_normal_distribution_has_a_closed_form() {
        // −φ(Φ⁻¹(0.05)) / 0.05.
        let found = expected_shortfall(&normals(1, "shortfall", 40_000), 5).unwrap();
        assert!((found + 0.103_135_640_375_371_3 / 0.05).abs() < 0.05, "{found}");
    }

    #[test]
    fn fractions_are_rounded_up() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(expected_shortfall(&values, 5), Ok(3.0));
        assert_eq!(expected_shortfall(&values[..81], 5), Ok(3.0)); // 4.05 days
        assert_eq!(expected_shortfall(&values[..80], 5), Ok(2.5));
        assert_eq!(expected_shortfall(&values, 100), Ok(50.5));
    }

    #[test]
    fn windows_compound() {
        assert_eq!(overlapping_returns(&[-1.0, 0.5, 1.0], 2), Ok(vec![-1.0, 2.0]));
        assert_eq!(expected_shortfall_over(&[-1.0, 0.5, 1.0], 2, 5), Ok(-1.0));
        assert_eq!(overlapping_returns(&[0.25], 1), Ok(vec![0.25]));
        assert!(overlapping_returns(&[0.1], 2).is_err() && overlapping_returns(&[0.1], 0).is_err());
        assert!(overlapping_returns(&[1e8, 1e8], 2).is_err());
        assert!(expected_shortfall(&[], 5).is_err() && expected_shortfall(&[f64::NAN], 5).is_err());
        assert!(expected_shortfall(&[0.1], 0).is_err() && expected_shortfall(&[0.1], 101).is_err());
    }

    proptest! {
        #[test]
        fn a_deeper_tail_is_no_better(values in prop::collection::vec(-0.1_f64..0.1, 1..60), percent in 1_u32..100) {
            let deep = expected_shortfall(&values, percent).unwrap();
            let shallow = expected_shortfall(&values, percent + 1).unwrap();
            prop_assert!(deep <= shallow + 1e-15);
            let mut turned = values.clone();
            turned.reverse();
            prop_assert_eq!(expected_shortfall(&turned, percent).unwrap(), deep);
        }
    }
}
