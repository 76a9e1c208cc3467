//! P-values of many hypotheses at once.
//!
//! Twelve slices at five per cent each give a false alarm in almost every second run. Both adjustments here bound the
//! probability of any false rejection among all hypotheses (the family-wise error rate).
//!
//! * Romano and Wolf 2005, "Stepwise multiple testing as formalized data snooping", Econometrica 73, 1237–1282, in the
//!   form of p-values (Romano and Wolf 2016, Statistics and Probability Letters 113, 38–40): the largest statistic is held
//!   against the resampled maxima over all hypotheses, the next against those over the rest, and so on; p-values never
//!   fall on the way. Resampling all statistics by the same days keeps their dependence, so hypotheses that are nearly one
//!   cost nearly nothing.
//! * Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 65–70,
//!   for p-values of any origin and any dependence.
//!
//! ```
//! use judge::statistics::stepdown::{holm, romano_wolf};
//! assert_eq!(holm(&[0.01, 0.04, 0.03])?, [0.03, 0.06, 0.06]); // 3 · 0.01, then 2 · 0.03, then no less
//! let resampled = [vec![0.1, 1.2, 0.4, 2.9], vec![0.2, 0.3, 3.1, 0.1]];
//! let found = romano_wolf(&[3.0, 1.0], &resampled)?;
//! assert_eq!((found[0].raw, found[0].adjusted), (0.2, 0.4)); // no draw of its own, one maximum
//! assert_eq!((found[1].raw, found[1].adjusted), (0.4, 0.4));
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::total_order;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::sample::{p_value, same_length};

/// The p-value of one hypothesis, alone and among the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjusted {
    /// Of this hypothesis alone.
    pub raw: f64,
    /// Adjusted for all; at least `raw`.
    pub adjusted: f64,
}

/// Step-down p-values, in the order of the hypotheses.
///
/// `observed` holds one statistic for each hypothesis; the larger, the more it speaks against it. `resampled` holds a
/// row for each hypothesis, with its statistic under the null hypothesis in each of the same B resamples: centred, and
/// over the same standard error as the observed one.
///
/// # Errors
/// [`Refusal`] for no hypothesis, no resample, rows of different lengths, or values that are not finite.
pub fn romano_wolf(observed: &[f64], resampled: &[Vec<f64>]) -> Result<Vec<Adjusted>, Refusal> {
    let Some(first) = resampled.first().filter(|row| !row.is_empty()) else {
        return Err(Refusal::count("resamples", 0, "1 or more"));
    };
    if observed.len() != resampled.len() {
        return Err(Refusal::LengthsDiffer { expected: observed.len(), found: resampled.len() });
    }
    finite(observed)?;
    for row in resampled {
        same_length(first, row)?;
        finite(row)?;
    }
    let draws = first.len();
    let hits = |row: &[f64], limit: f64| row.iter().filter(|value| **value >= limit).count();
    let mut ascending: Vec<usize> = (0..observed.len()).collect();
    ascending.sort_by(|a, b| total_order(&observed[*a], &observed[*b]));
    // From the smallest statistic up, the maxima over it and all below; from the largest down, no p-value falls.
    let mut maxima = vec![f64::NEG_INFINITY; draws];
    let mut found = vec![Adjusted { raw: 1.0, adjusted: 1.0 }; observed.len()];
    for &at in &ascending {
        maxima.iter_mut().zip(&resampled[at]).for_each(|(maximum, value)| *maximum = maximum.max(*value));
        let raw = p_value(hits(&resampled[at], observed[at]), draws);
        found[at] = Adjusted { raw, adjusted: p_value(hits(&maxima, observed[at]), draws) };
    }
    let mut least = 0.0_f64;
    for &at in ascending.iter().rev() {
        least = least.max(found[at].adjusted);
        found[at].adjusted = least;
    }
    Ok(found)
}

/// Holm's adjusted p-values, in the order given: the k-th smallest of m times `m − k + 1`, never below an earlier one,
/// at most 1. An empty slice has none.
///
/// # Errors
/// [`Refusal::OutOfRange`] for a p-value outside [0, 1].
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, Refusal> {
    if let Some(at) = p_values.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(Refusal::count("the p-value at", at, "from 0 to 1"));
    }
    let mut ascending: Vec<usize> = (0..p_values.len()).collect();
    ascending.sort_by(|a, b| total_order(&p_values[*a], &p_values[*b]));
    let (mut adjusted, mut least) = (vec![1.0; p_values.len()], 0.0_f64);
    for (rank, at) in ascending.into_iter().enumerate() {
        least = least.max(p_values[at] * (p_values.len() - rank) as f64).min(1.0);
        adjusted[at] = least;
    }
    Ok(adjusted)
}

fn finite(values: &[f64]) -> Result<(), Refusal> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(Refusal::NotFinite { at }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::series::normals;
    use super::{holm, romano_wolf};

    #[test]
    fn the_family_is_held_at_its_level() {
        // Ten true hypotheses that share a factor: of 400 families some 10 % are wrongly rejected at 10 %.
        let common = normals(1, "common", 500);
        let rows: Vec<Vec<f64>> = (0..10)
            .map(|row| {
                let own = normals(1, &format!("own {row}"), 500);
                common.iter().zip(&own).map(|(a, b)| 0.6 * a + 0.8 * b).collect()
            })
            .collect();
        let rejected = (0..400).filter(|family| {
            let (common, own) = (normals(2 + family, "c", 1)[0], normals(2 + family, "o", 10));
            let observed: Vec<f64> = own.iter().map(|b| 0.6 * common + 0.8 * b).collect();
            romano_wolf(&observed, &rows).unwrap().iter().any(|found| found.adjusted <= 0.1)
        });
        let count = rejected.count();
        assert!((20..=65).contains(&count), "{count} of 400 families");
    }

    #[test]
    fn a_hypothesis_repeated_costs_nothing() {
        let row = normals(3, "row", 199);
        let alone = romano_wolf(&[1.9], std::slice::from_ref(&row)).unwrap();
        let twice = romano_wolf(&[1.9, 1.9], &[row.clone(), row]).unwrap();
        assert_eq!(alone[0].raw, alone[0].adjusted);
        assert_eq!(twice, [alone[0], alone[0]]);
    }

    #[test]
    fn what_cannot_be_adjusted_is_refused() {
        assert!(romano_wolf(&[], &[]).is_err() && romano_wolf(&[1.0], &[vec![]]).is_err());
        assert!(
            romano_wolf(&[1.0], &[vec![f64::NAN]]).is_err() && romano_wolf(&[f64::INFINITY], &[vec![0.0]]).is_err()
        );
        assert!(romano_wolf(&[1.0, 2.0], &[vec![0.0], vec![0.0, 1.0]]).is_err());
        assert!(holm(&[0.5, 1.1]).is_err() && holm(&[f64::NAN]).is_err() && holm(&[]) == Ok(vec![]));
    }

    /// Every hypothesis from its definition: the maxima over all that are no larger.
    fn slow(observed: &[f64], rows: &[Vec<f64>]) -> Vec<f64> {
        let one = |limit: f64| {
            let rest: Vec<&Vec<f64>> = (0..rows.len()).filter(|k| observed[*k] <= limit).map(|k| &rows[k]).collect();
            let hit = |draw: &usize| rest.iter().any(|row| row[*draw] >= limit);
            (1 + (0..rows[0].len()).filter(hit).count()) as f64 / (1 + rows[0].len()) as f64
        };
        let larger = |limit: f64| observed.iter().filter(move |other| **other >= limit);
        observed.iter().map(|limit| larger(*limit).map(|other| one(*other)).fold(0.0, f64::max)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn adjusted_is_monotone_and_no_less_than_raw(seed: u64, count in 1_usize..8) {
            // Coarse, so that ties occur.
            let coarse = |name: &str, size| normals(seed, name, size).iter().map(|x| (x * 2.0).round() / 2.0).collect();
            let observed: Vec<f64> = coarse("observed", count);
            let rows: Vec<Vec<f64>> = (0..count).map(|row| coarse(&format!("row {row}"), 39)).collect();
            let found = romano_wolf(&observed, &rows).unwrap();
            let expected = slow(&observed, &rows);
            for a in 0..count {
                prop_assert!(found[a].adjusted >= found[a].raw && found[a].adjusted == expected[a]);
                for b in 0..count {
                    prop_assert!(observed[a] < observed[b] || found[a].adjusted <= found[b].adjusted);
                }
            }
            let raw: Vec<f64> = found.iter().map(|one| one.raw).collect();
            let held = holm(&raw).unwrap();
            for a in 0..count {
                prop_assert!(held[a] >= raw[a] && (count > 1 || held[a] == raw[a]));
                for b in 0..count {
                    prop_assert!(raw[a] > raw[b] || held[a] <= held[b]);
                }
            }
        }
    }
}
