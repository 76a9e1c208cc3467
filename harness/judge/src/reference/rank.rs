//! Rank correlation: Spearman's, with ties at the mean of their ranks.
//!
//! The coefficient is Pearson's correlation of the ranks. Without ties it is the textbook's
//! `1 − 6 Σ d² / (n (n² − 1))`; with ties only the first form is right, and it is the one used. Source of the worked
//! example: Wikipedia, "Spearman's rank correlation coefficient", the ten pairs of IQ and hours of television, whose
//! published value is −29/165 = −0.175757…
//!
//! ```
//! use judge::reference::spearman;
//! let iq = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
//! let television = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
//! let found = spearman(&iq, &television).ok_or("both have spread")?;
//! assert!((found - -29.0 / 165.0).abs() < 1e-15);
//! assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None); // nothing to rank
//! # Ok::<(), &str>(())
//! ```

use domain::numeric::{mean, sum, total_order};

/// Spearman's rank correlation of two equally long samples of finite values; between −1 and 1. `None` for samples of
/// different lengths, of fewer than two values, or where one side's values are all equal.
#[must_use]
pub fn spearman(left: &[f64], right: &[f64]) -> Option<f64> {
    if left.len() != right.len() || left.len() < 2 {
        return None;
    }
    correlation(&ranks(left), &ranks(right))
}

/// The ranks from 1, ties at the mean of theirs. Ranks are multiples of a half, so sums of them are exact.
#[must_use]
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| total_order(&values[*a], &values[*b]).then(a.cmp(b)));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    while first < order.len() {
        // Zero of either sign is one value.
        let tied = order[first..].iter().take_while(|at| values[**at] == values[order[first]]).count().max(1);
        let shared = (2 * first + tied + 1) as f64 / 2.0;
        order[first..first + tied].iter().for_each(|at| ranks[*at] = shared);
        first += tied;
    }
    ranks
}

/// Pearson's correlation of two equally long samples, between −1 and 1; `None` without spread on either side, or for
/// samples of different lengths.
#[must_use]
pub fn correlation(left: &[f64], right: &[f64]) -> Option<f64> {
    if left.len() != right.len() || flat(left) || flat(right) {
        return None;
    }
    let (left, right) = (centred(left)?, centred(right)?);
    let product = |a: &[f64], b: &[f64]| sum(&a.iter().zip(b).map(|(a, b)| a * b).collect::<Vec<f64>>());
    // One root of the product: a sample's correlation with itself is then 1 to the last bit.
    let scale = (product(&left, &left) * product(&right, &right)).sqrt();
    let found = product(&left, &right) / scale;
    found.is_finite().then(|| found.clamp(-1.0, 1.0))
}

fn flat(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

fn centred(values: &[f64]) -> Option<Vec<f64>> {
    let centre = mean(values)?;
    Some(values.iter().map(|value| value - centre).collect())
}

#[cfg(test)]
mod tests {
    use super::{correlation, ranks, spearman};
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    #[test]
    fn the_worked_example() {
        let iq = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
        let television = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
        assert_eq!(ranks(&iq), [7.0, 4.0, 1.0, 5.0, 3.0, 6.0, 2.0, 10.0, 9.0, 8.0]);
        assert!((spearman(&iq, &television).unwrap() - -29.0 / 165.0).abs() < 1e-15);
    }

    #[test]
    fn ties_share_their_ranks() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 0.0, 3.0]), [4.0, 2.0, 4.0, 1.0, 4.0]);
        assert_eq!(ranks(&[0.0, -0.0]), [1.5, 1.5]);
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 · 5).
        let found = spearman(&[1.0, 2.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert!((found - (4.5_f64 / 5.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn what_has_no_spread_has_no_correlation() {
        assert_eq!((spearman(&[1.0], &[1.0]), spearman(&[], &[])), (None, None));
        assert_eq!((spearman(&[1.0, 1.0], &[1.0, 2.0]), correlation(&[1.0, 2.0], &[0.1, 0.1])), (None, None));
        assert_eq!(correlation(&[1.0, 2.0], &[1.0]), None);
    }

    proptest! {
        #[test]
        fn it_is_symmetric_bounded_and_blind_to_scale(
            pairs in prop::collection::vec((-5_i8..5, -5_i8..5), 2..30)
        ) {
            let (left, right): (Vec<f64>, Vec<f64>) =
                pairs.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).unzip();
            let found = spearman(&left, &right);
            prop_assert_eq!(found, spearman(&right, &left));
            prop_assert!(found.is_none_or(|found| (-1.0..=1.0).contains(&found)));
            let stretched: Vec<f64> = left.iter().map(|value| value * value * value + 7.0).collect();
            prop_assert_eq!(found, spearman(&stretched, &right));
            let own = spearman(&left, &left);
            prop_assert!(own.is_none_or(|own| (own - 1.0).abs() < 1e-12));
        }
    }
}
