//! Two raters, one table: how often they agree, and how much of that is more than chance.
//!
//! Cohen's kappa is `(p₀ − pₑ) / (1 − pₑ)`: the share of days on which both sides say the same, less the share that
//! two sides who only keep to their own frequencies would reach by chance, over what there was left to reach. Source
//! of the formula and of the worked example: J. Cohen, "A coefficient of agreement for nominal scales" (1960), in the
//! widely printed table of 50 proposals read by two readers: 20 both yes, 15 both no, 5 and 10 split; p₀ = 0.7,
//! pₑ = 0.5, κ = 0.4.
//!
//! ```
//! use judge::reference::{agreement_share, cohens_kappa};
//! let table = [vec![20, 5], vec![10, 15]];
//! assert_eq!(agreement_share(&table), Some(0.7));
//! assert!((cohens_kappa(&table).ok_or("chance leaves room")? - 0.4).abs() < 1e-15);
//! assert_eq!(cohens_kappa(&[vec![9, 0], vec![0, 0]]), None); // chance alone agrees always
//! # Ok::<(), &str>(())
//! ```

/// The share of the diagonal, 0 to 1; `None` for an empty table. `table[i][j]` counts the days on which the first
/// side said `i` and the second `j`.
#[must_use]
pub fn agreement_share(table: &[Vec<u64>]) -> Option<f64> {
    let (agreed, total) = (diagonal(table), total(table));
    (total > 0).then(|| agreed as f64 / total as f64)
}

/// Cohen's kappa, at most 1 and below 0 for less agreement than chance; `None` for an empty table or where chance
/// agrees always. The counts are integers, so the quotient is rounded once.
#[must_use]
pub fn cohens_kappa(table: &[Vec<u64>]) -> Option<f64> {
    let total = total(table);
    let row = |at: usize| table[at].iter().map(|count| u128::from(*count)).sum::<u128>();
    let column = |at: usize| table.iter().filter_map(|row| row.get(at)).map(|count| u128::from(*count)).sum::<u128>();
    // (p₀ − pₑ) / (1 − pₑ) times n²: n · Σ n_ii − Σ n_i. n_.i over n² − Σ n_i. n_.i.
    let chance: u128 = (0..table.len()).map(|at| row(at) * column(at)).sum();
    let (agreed, all) = (diagonal(table) * total, total * total);
    (all > chance).then(|| (agreed as i128 - chance as i128) as f64 / (all - chance) as f64)
}

fn diagonal(table: &[Vec<u64>]) -> u128 {
    table.iter().enumerate().filter_map(|(at, row)| row.get(at)).map(|count| u128::from(*count)).sum()
}

fn total(table: &[Vec<u64>]) -> u128 {
    table.iter().flatten().map(|count| u128::from(*count)).sum()
}

#[cfg(test)]
mod tests {
    use super::{agreement_share, cohens_kappa};
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};
    use rstest::rstest;

    #[rstest]
    #[case::the_worked_example(vec![vec![20, 5], vec![10, 15]], Some(0.7), Some(0.4))]
    // Wikipedia, "Cohen's kappa", same percentage but different numbers: both agree on 60 of 100.
    #[case(vec![vec![45, 15], vec![25, 15]], Some(0.6), Some(0.6 / 4.6))]
    #[case(vec![vec![25, 35], vec![5, 35]], Some(0.6), Some(0.14 / 0.54))]
    #[case::never(vec![vec![0, 5], vec![5, 0]], Some(0.0), Some(-1.0))]
    #[case::always(vec![vec![5, 0], vec![0, 5]], Some(1.0), Some(1.0))]
    #[case::no_room(vec![vec![9, 0], vec![0, 0]], Some(1.0), None)]
    #[case::empty(vec![vec![0, 0], vec![0, 0]], None, None)]
    fn by_hand(#[case] table: Vec<Vec<u64>>, #[case] share: Option<f64>, #[case] kappa: Option<f64>) {
        assert_eq!(agreement_share(&table), share);
        let found = cohens_kappa(&table);
        let close = found.zip(kappa).map(|(found, kappa)| (found - kappa).abs() < 1e-15);
        assert!(close.unwrap_or(found == kappa), "{found:?} is not {kappa:?}");
    }

    proptest! {
        #[test]
        fn it_is_symmetric_and_at_most_one(counts in prop::collection::vec(0_u64..40, 9)) {
            let table: Vec<Vec<u64>> = counts.chunks(3).map(<[u64]>::to_vec).collect();
            let turned: Vec<Vec<u64>> = (0..3).map(|at| table.iter().map(|row| row[at]).collect()).collect();
            prop_assert_eq!(cohens_kappa(&table), cohens_kappa(&turned));
            prop_assert_eq!(agreement_share(&table), agreement_share(&turned));
            prop_assert!(cohens_kappa(&table).is_none_or(|kappa| (-1.0..=1.0).contains(&kappa)));
        }
    }
}
