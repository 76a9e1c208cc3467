//! What k hits of n say about a probability.
//!
//! * Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial",
//!   Biometrika 26, 404–413: the limits are the probabilities at which k hits or fewer, or k or more, would be just
//!   too rare. It never covers less than it says, which a gate wants. In terms of the incomplete beta function the lower
//!   limit solves `I_p(k, n − k + 1) = α` and the upper one `I_p(k + 1, n − k) = 1 − α`, here by bisection; no hit and
//!   all hits have closed forms.
//! * Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22, 209–212: the
//!   score interval, which covers what it says on average.
//!
//! No false alarm in a thousand years of days says that there are fewer than three in a thousand:
//!
//! ```
//! use judge::statistics::proportion::{clopper_pearson, upper_limit};
//! assert!((upper_limit(0, 1000, 0.95)? - 0.002_991).abs() < 5e-7);
//! let both = clopper_pearson(0, 1000, 0.95)?;
//! assert_eq!(both.lower, 0.0);
//! assert_eq!(both.upper, upper_limit(0, 1000, 0.975)?); // two sides of 2.5 % each
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::exact;
use serde::{Deserialize, Serialize};

use super::refusal::{Refusal, open_unit};
use super::special::beta_below;
use crate::metrics::normal;

/// Trials up to which the incomplete beta function was checked.
const TRIALS_MOST: u64 = 1_000_000;
/// Halvings: the interval from 0 to 1 ends below 2⁻¹⁰⁰, so that small limits keep their digits.
const HALVINGS: u32 = 100;

/// An interval for a probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// From 0.
    pub lower: f64,
    /// To 1.
    pub upper: f64,
}

/// The probability that the true one is below, with this confidence: one-sided Clopper–Pearson. 1 when all are hits.
///
/// # Errors
/// [`Refusal::OutOfRange`] for more hits than trials, no trial, more than a million, or a confidence outside (0, 1).
pub fn upper_limit(hits: u64, trials: u64, confidence: f64) -> Result<f64, Refusal> {
    accept(hits, trials, confidence)?;
    let n = trials as f64;
    if hits == trials {
        return Ok(1.0);
    }
    if hits == 0 {
        // 1 − (1 − confidence)^(1/n)
        return Ok(-exact::exp_m1(exact::ln_1p(-confidence) / n));
    }
    let k = hits as f64;
    Ok(bisect(|p| beta_below(p, k + 1.0, n - k) < confidence))
}

/// The probability that the true one is above, with this confidence: one-sided Clopper–Pearson. 0 without a hit.
///
/// # Errors
/// As [`upper_limit`].
pub fn lower_limit(hits: u64, trials: u64, confidence: f64) -> Result<f64, Refusal> {
    accept(hits, trials, confidence)?;
    let n = trials as f64;
    if hits == 0 {
        return Ok(0.0);
    }
    if hits == trials {
        return Ok(exact::exp(exact::ln_1p(-confidence) / n));
    }
    let k = hits as f64;
    Ok(bisect(|p| beta_below(p, k, n - k + 1.0) < 1.0 - confidence))
}

/// The two-sided Clopper–Pearson interval: both one-sided limits at half of what `level` leaves out.
///
/// # Errors
/// As [`upper_limit`].
pub fn clopper_pearson(hits: u64, trials: u64, level: f64) -> Result<Interval, Refusal> {
    accept(hits, trials, level)?;
    let confidence = 0.5 + 0.5 * level;
    Ok(Interval { lower: lower_limit(hits, trials, confidence)?, upper: upper_limit(hits, trials, confidence)? })
}

/// The two-sided Wilson score interval.
///
/// # Errors
/// As [`upper_limit`].
pub fn wilson(hits: u64, trials: u64, level: f64) -> Result<Interval, Refusal> {
    accept(hits, trials, level)?;
    let allowed = "between 0 and 1";
    let z = normal::quantile(0.5 + 0.5 * level).ok_or(Refusal::OutOfRange { what: "level", value: level, allowed })?;
    let (k, n) = (hits as f64, trials as f64);
    let (share, square) = (k / n, z * z);
    let center = (share + square / (2.0 * n)) / (1.0 + square / n);
    let reach = z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt() / (1.0 + square / n);
    // At no hit and at all hits one end is exact.
    let lower = if hits == 0 { 0.0 } else { (center - reach).max(0.0) };
    Ok(Interval { lower, upper: if hits == trials { 1.0 } else { (center + reach).min(1.0) } })
}

fn accept(hits: u64, trials: u64, confidence: f64) -> Result<(), Refusal> {
    open_unit("confidence", confidence)?;
    if hits > trials {
        return Err(Refusal::count("hits", hits as usize, "0 to the number of trials"));
    }
    if !(1..=TRIALS_MOST).contains(&trials) {
        return Err(Refusal::count("trials", trials as usize, "1 to 1,000,000"));
    }
    Ok(())
}

/// The point in [0, 1] up to which `below` holds.
fn bisect(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if below(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{clopper_pearson, lower_limit, upper_limit, wilson};

    /// The probability of at most `k` hits of `n`, term by term from the side whose first term does not vanish.
    fn at_most(k: u64, n: u64, p: f64) -> f64 {
        if p > 0.5 {
            return 1.0 - if k < n { at_most(n - k - 1, n, 1.0 - p) } else { 0.0 };
        }
        let mut term = domain::numeric::power(1.0 - p, n as u32);
        let mut total = term;
        for hit in 0..k {
            term *= (n - hit) as f64 / (hit + 1) as f64 * p / (1.0 - p);
            total += term;
        }
        total
    }

    #[test]
    fn known_intervals() {
        // 5 of 10 and 1 of 20 at 95 %: Clopper–Pearson 0.1871–0.8129 and 0.0013–0.2487; Wilson of 5 of 10 0.2366–0.7634.
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 5e-5, "{found} is not {expected}");
        let half = clopper_pearson(5, 10, 0.95).unwrap();
        close(half.lower, 0.1871);
        close(half.upper, 0.8129);
        let one = clopper_pearson(1, 20, 0.95).unwrap();
        close(one.lower, 0.0013);
        close(one.upper, 0.2487);
        let score = wilson(5, 10, 0.95).unwrap();
        close(score.lower, 0.2366);
        close(score.upper, 0.7634);
    }

    #[test]
    fn the_ends_have_closed_forms() {
        assert!((upper_limit(0, 1000, 0.95).unwrap() - (1.0 - libm::pow(0.05, 0.001))).abs() < 1e-15);
        assert!((lower_limit(7, 7, 0.95).unwrap() - libm::pow(0.05, 1.0 / 7.0)).abs() < 1e-15);
        assert_eq!((lower_limit(0, 9, 0.9), upper_limit(9, 9, 0.9)), (Ok(0.0), Ok(1.0)));
        assert_eq!(wilson(0, 10, 0.95).unwrap().lower, 0.0);
        assert_eq!(wilson(10, 10, 0.95).unwrap().upper, 1.0);
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for (hits, trials, level) in [(3, 2, 0.9), (0, 0, 0.9), (1, 2_000_000, 0.9), (1, 2, 1.0), (1, 2, f64::NAN)] {
            assert!(clopper_pearson(hits, trials, level).is_err() && wilson(hits, trials, level).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn limits_are_where_the_tail_is_as_rare_as_said(n in 2_u64..600, share in 0.0_f64..1.0, confidence in 0.5_f64..0.999) {
            let k = 1 + ((n - 2) as f64 * share) as u64;
            let (lower, upper) = (lower_limit(k, n, confidence).unwrap(), upper_limit(k, n, confidence).unwrap());
            prop_assert!((at_most(k, n, upper) - (1.0 - confidence)).abs() < 1e-9);
            prop_assert!((at_most(k - 1, n, lower) - confidence).abs() < 1e-9);
            prop_assert!(lower < k as f64 / n as f64 && (k as f64 / n as f64) < upper);
            // Hits and misses change places.
            prop_assert!((lower - (1.0 - upper_limit(n - k, n, confidence).unwrap())).abs() < 1e-11);
        }
    }
}
