//! How far apart two books are on one day.
//!
//! A book is a list of weights, one for each name that both worlds price on the day, in the same order; a name that a
//! side does not hold has weight 0. Cash is no name. Against a book of ¾ A and ¼ B, one of ¾ B and ¼ C:
//!
//! ```
//! use judge::reference::{Measured, Pair, active_share, overlap, rank_correlation};
//! let books = [(0.75, 0.0), (0.25, 0.75), (0.0, 0.25)].map(|(reference, successor)| Pair { reference, successor });
//! assert_eq!(overlap(&books), Measured::Value(1.0 / 3.0)); // B of A, B, C
//! assert_eq!(active_share(&books), 0.75); // (0.75 + 0.5 + 0.25) / 2
//! assert_eq!(rank_correlation(&books), Measured::Value(-0.5)); // ranks 3, 2, 1 against 1, 3, 2
//! ```
//!
//! The measures are those of gates-and-lifecycle §4, and all of them are symmetric in the two sides.

use domain::numeric::{sum, total_order};
use serde::{Deserialize, Serialize};

use super::measured::{Absence, Measured};
use super::rank::spearman;

/// The weights of one name on both sides, as fractions of each side's equity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// In the reference's book.
    pub reference: f64,
    /// In the successor's book.
    pub successor: f64,
}

impl Pair {
    fn is_held(&self) -> bool {
        self.reference != 0.0 || self.successor != 0.0
    }

    fn is_common(&self) -> bool {
        self.reference != 0.0 && self.successor != 0.0
    }
}

/// Jaccard's index of the names held: those held by both over those held by either, 0 to 1.
#[must_use]
pub fn overlap(books: &[Pair]) -> Measured {
    let held = books.iter().filter(|pair| pair.is_held()).count();
    let common = books.iter().filter(|pair| pair.is_common()).count();
    Measured::or((held > 0).then(|| common as f64 / held as f64), Absence::NothingHeld)
}

/// The overlap of the `k` largest positions of each side, by size, ties to the earlier name: those in both lists over
/// the length of the longer one, 0 to 1.
#[must_use]
pub fn top_overlap(books: &[Pair], k: usize) -> Measured {
    let (left, right) = (top(books, k, |pair| pair.reference), top(books, k, |pair| pair.successor));
    let common = left.iter().filter(|at| right.contains(at)).count();
    let longer = left.len().max(right.len());
    Measured::or((longer > 0).then(|| common as f64 / longer as f64), Absence::NothingHeld)
}

/// The largest positions, by position in the list.
fn top(books: &[Pair], k: usize, weight: fn(&Pair) -> f64) -> Vec<usize> {
    let mut held: Vec<usize> = (0..books.len()).filter(|at| weight(&books[*at]) != 0.0).collect();
    let size = |at: usize| weight(&books[at]).abs();
    held.sort_by(|a, b| total_order(&size(*b), &size(*a)).then(a.cmp(b)));
    held.truncate(k);
    held
}

/// Spearman's correlation of the weights over the names that either side holds; a name that a side does not hold counts
/// as 0 there. Between −1 and 1.
#[must_use]
pub fn rank_correlation(books: &[Pair]) -> Measured {
    let held = books.iter().filter(|pair| pair.is_held());
    let (reference, successor): (Vec<f64>, Vec<f64>) = held.map(|pair| (pair.reference, pair.successor)).unzip();
    match reference.len() {
        0 => Measured::Absent(Absence::NothingHeld),
        1 => Measured::Absent(Absence::TooFewNames),
        _ => Measured::or(spearman(&reference, &successor), Absence::NoSpread),
    }
}

/// `Σ |w₁ − w₂| / 2`: 0 for equal books, 1 for two full long books without a common name, ½ for such a book against
/// cash.
#[must_use]
pub fn active_share(books: &[Pair]) -> f64 {
    let distances: Vec<f64> = books.iter().map(|pair| (pair.reference - pair.successor).abs()).collect();
    sum(&distances) / 2.0
}

/// The share of the names held by both that one side holds long and the other short, 0 to 1.
#[must_use]
pub fn direction_clash(books: &[Pair]) -> Measured {
    let common = books.iter().filter(|pair| pair.is_common()).count();
    let opposite = |pair: &&Pair| pair.is_common() && (pair.reference > 0.0) != (pair.successor > 0.0);
    let clashes = books.iter().filter(opposite).count();
    Measured::or((common > 0).then(|| clashes as f64 / common as f64), Absence::NoCommonNames)
}

#[cfg(test)]
mod tests {
    use super::{Pair, active_share, direction_clash, overlap, rank_correlation, top_overlap};
    use crate::reference::measured::{Absence, Measured};
    use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};
    use rstest::rstest;

    fn books(pairs: &[(f64, f64)]) -> Vec<Pair> {
        pairs.iter().map(|(reference, successor)| Pair { reference: *reference, successor: *successor }).collect()
    }

    const VALUE: fn(f64) -> Measured = Measured::Value;
    const NOTHING: Measured = Measured::Absent(Absence::NothingHeld);
    const NO_COMMON: Measured = Measured::Absent(Absence::NoCommonNames);
    const FEW: Measured = Measured::Absent(Absence::TooFewNames);
    const FLAT: Measured = Measured::Absent(Absence::NoSpread);

    #[rstest]
    #[case::the_worked_example(&[(0.75, 0.0), (0.25, 0.75), (0.0, 0.25)], VALUE(1.0 / 3.0), 0.75, VALUE(-0.5), VALUE(0.0))]
    #[case::equal_books(&[(0.5, 0.5), (0.25, 0.25)], VALUE(1.0), 0.0, VALUE(1.0), VALUE(0.0))]
    #[case::long_against_short(&[(0.5, -0.5), (0.25, 0.25)], VALUE(1.0), 0.5, VALUE(-1.0), VALUE(0.5))]
    #[case::a_book_against_cash(&[(0.5, 0.0), (0.5, 0.0)], VALUE(0.0), 0.5, FLAT, NO_COMMON)]
    #[case::one_name(&[(1.0, 1.0), (0.0, 0.0)], VALUE(1.0), 0.0, FEW, VALUE(0.0))]
    #[case::cash_against_cash(&[(0.0, 0.0)], NOTHING, 0.0, NOTHING, NO_COMMON)]
    #[case::no_name_at_all(&[], NOTHING, 0.0, NOTHING, NO_COMMON)]
    fn by_hand(
        #[case] pairs: &[(f64, f64)],
        #[case] jaccard: Measured,
        #[case] share: f64,
        #[case] rank: Measured,
        #[case] clash: Measured,
    ) {
        let books = books(pairs);
        assert_eq!((overlap(&books), direction_clash(&books)), (jaccard, clash));
        assert!((active_share(&books) - share).abs() < 1e-15);
        match (rank_correlation(&books), rank) {
            (Measured::Value(found), Measured::Value(rank)) => assert!((found - rank).abs() < 1e-15),
            (found, rank) => assert_eq!(found, rank),
        }
    }

    #[test]
    fn the_largest_are_picked_by_size_and_ties_by_order() {
        let books = books(&[(0.2, 0.1), (-0.3, 0.0), (0.2, 0.3), (0.2, 0.4)]);
        assert_eq!(top_overlap(&books, 2), VALUE(0.0)); // second and first against fourth and third
        assert_eq!(top_overlap(&books, 3), VALUE(2.0 / 3.0)); // 2, 1, 3 against 4, 3, 1
        assert_eq!(top_overlap(&books, 10), VALUE(0.75));
    }

    fn full() -> impl Strategy<Value = Vec<Pair>> {
        prop::collection::vec((0_u32..4, 0_u32..4), 1..20).prop_map(|counts| {
            let total = |side: fn(&(u32, u32)) -> u32| f64::from(counts.iter().map(side).sum::<u32>().max(1));
            let (left, right) = (total(|pair| pair.0), total(|pair| pair.1));
            let pair = |(a, b): &(u32, u32)| Pair { reference: f64::from(*a) / left, successor: f64::from(*b) / right };
            counts.iter().map(pair).collect()
        })
    }

    proptest! {
        #[test]
        fn long_books_are_at_most_one_apart(books in full()) {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&active_share(&books)));
        }

        #[test]
        fn every_measure_is_symmetric(books in full()) {
            let turned: Vec<Pair> =
                books.iter().map(|pair| Pair { reference: pair.successor, successor: -pair.reference }).collect();
            let mirrored: Vec<Pair> =
                books.iter().map(|pair| Pair { reference: -pair.reference, successor: pair.successor }).collect();
            prop_assert_eq!(overlap(&mirrored), overlap(&turned));
            prop_assert_eq!(top_overlap(&mirrored, 3), top_overlap(&turned, 3));
            prop_assert_eq!(active_share(&mirrored), active_share(&turned));
            prop_assert_eq!(direction_clash(&mirrored), direction_clash(&turned));
            prop_assert_eq!(rank_correlation(&mirrored), rank_correlation(&turned));
        }

        #[test]
        fn a_book_is_like_itself(books in full()) {
            let same: Vec<Pair> =
                books.iter().map(|pair| Pair { reference: pair.reference, successor: pair.reference }).collect();
            prop_assert_eq!(active_share(&same), 0.0);
            prop_assert!(overlap(&same).value().is_none_or(|value| value == 1.0));
            prop_assert!(top_overlap(&same, 3).value().is_none_or(|value| value == 1.0));
            prop_assert!(rank_correlation(&same).value().is_none_or(|value| (value - 1.0).abs() < 1e-12));
        }
    }
}
