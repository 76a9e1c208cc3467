//! Train and test days that share no label.
//!
//! López de Prado 2018, "Advances in Financial Machine Learning", chapters 7 and 12. The label of a day looks h days
//! ahead: it is made of the days t … t + h. A train day whose label shares a day with the label of a test day knows
//! something of the answer, so it is *purged*; and because features look back, the e days that follow the last
//! label of a test block are *embargoed* as well. For a test block of the days a … b that takes out of training
//!
//! ```text
//! a − h … b + h + e
//! ```
//!
//! k-fold gives each of k blocks of neighbouring days once as the test; the combinatorial form gives each choice of c
//! out of g blocks, so that every day is tested in C(g − 1, c − 1) splits and the tests make as many whole paths.
//!
//! ```
//! use judge::statistics::folds::{Purge, Span, k_fold};
//! let folds = k_fold(100, 4, Purge { horizon: 5, embargo: 3 })?;
//! assert_eq!(folds[1].test, [Span { first: 25, end: 50 }]);
//! assert_eq!(folds[1].train, [Span { first: 0, end: 20 }, Span { first: 58, end: 100 }]); // 49 + 5 + 3 is out
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// Splits that anybody can walk through.
const SPLITS_MOST: usize = 100_000;

/// Neighbouring days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first day, from 0.
    pub first: usize,
    /// The day after the last.
    pub end: usize,
}

/// What separates train days from test days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purge {
    /// Days a label looks ahead; 0 when it is of its own day alone.
    pub horizon: usize,
    /// Days after the last label of a test block that are not trained on.
    pub embargo: usize,
}

/// One way to train and to test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Train days, in spans that do not touch, ascending; none when the purge leaves none.
    pub train: Vec<Span>,
    /// Test days, in spans that do not touch, ascending.
    pub test: Vec<Span>,
}

/// k splits, whose tests are k blocks of ⌊days/k⌋ or ⌈days/k⌉ neighbouring days that cover all days once.
///
/// # Errors
/// [`Refusal::OutOfRange`] for fewer than two folds or more folds than days.
pub fn k_fold(days: usize, folds: usize, purge: Purge) -> Result<Vec<Split>, Refusal> {
    combinatorial(days, folds, 1, purge)
}

/// A split for each choice of `tested` out of `groups` blocks of neighbouring days, in lexicographic order. Together
/// the tests cover every day C(groups − 1, tested − 1) times.
///
/// # Errors
/// [`Refusal::OutOfRange`] for fewer than two groups, more groups than days, no tested group or all of them, or more
/// than 100,000 splits.
pub fn combinatorial(days: usize, groups: usize, tested: usize, purge: Purge) -> Result<Vec<Split>, Refusal> {
    if groups < 2 || groups > days {
        return Err(Refusal::count("groups", groups, "2 to the number of days"));
    }
    if tested == 0 || tested >= groups {
        return Err(Refusal::count("tested groups", tested, "1 to one less than the groups"));
    }
    if choices(groups, tested).is_none_or(|splits| splits > SPLITS_MOST) {
        return Err(Refusal::count("groups", groups, "so few that there are at most 100,000 splits"));
    }
    // Whole blocks and one day more for the first ones, without a product that could overflow.
    let (length, longer) = (days / groups, days % groups);
    let bound = |group: usize| group * length + group.min(longer);
    let mut chosen: Vec<usize> = (0..tested).collect();
    let mut splits = Vec::new();
    loop {
        splits.push(split(
            days,
            chosen.iter().map(|group| Span { first: bound(*group), end: bound(group + 1) }),
            purge,
        ));
        if !advance(&mut chosen, groups) {
            return Ok(splits);
        }
    }
}

/// The number of ways to choose `some` of `all`; `None` beyond the integers.
fn choices(all: usize, some: usize) -> Option<usize> {
    (0..some.min(all - some)).try_fold(1_usize, |ways, k| Some(ways.checked_mul(all - k)? / (k + 1)))
}

/// The next choice in lexicographic order; false after the last.
fn advance(chosen: &mut [usize], groups: usize) -> bool {
    let count = chosen.len();
    let Some(at) = (0..count).rev().find(|at| chosen[*at] < groups - count + at) else { return false };
    let next = chosen[at] + 1;
    chosen[at..].iter_mut().enumerate().for_each(|(offset, group)| *group = next + offset);
    true
}

fn split(days: usize, blocks: impl Iterator<Item = Span>, purge: Purge) -> Split {
    let (mut train, mut test): (Vec<Span>, Vec<Span>) = (Vec::new(), Vec::new());
    let mut free = 0;
    for block in blocks {
        let before = block.first.saturating_sub(purge.horizon);
        if free < before {
            train.push(Span { first: free, end: before });
        }
        free = block.end.saturating_add(purge.horizon).saturating_add(purge.embargo);
        match test.last_mut() {
            Some(last) if last.end == block.first => last.end = block.end,
            _ => test.push(block),
        }
    }
    if free < days {
        train.push(Span { first: free, end: days });
    }
    Split { train, test }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Purge, Span, Split, choices, combinatorial, k_fold};

    fn days_of(spans: &[Span]) -> Vec<usize> {
        spans.iter().flat_map(|span| span.first..span.end).collect()
    }

    /// Every train day against every test day.
    fn sound(split: &Split, days: usize, purge: Purge) -> bool {
        let (train, test) = (days_of(&split.train), days_of(&split.test));
        let clean = |t: &usize| {
            test.iter().all(|s| {
                let apart = *t + purge.horizon < *s || s + purge.horizon < *t;
                let ends_block = !test.contains(&(s + 1));
                let rested = !ends_block || *t <= *s || *t > s + purge.horizon + purge.embargo;
                apart && rested
            })
        };
        // And nothing is taken out without need.
        let left = (0..days).filter(clean).collect::<Vec<_>>();
        left == train
    }

    #[test]
    fn combinations_in_order() {
        let none = Purge { horizon: 0, embargo: 0 };
        let splits = combinatorial(7, 4, 2, none).unwrap();
        assert_eq!(splits.len(), 6);
        // Blocks of 2, 2, 2 and 1; the first two touch and are one span.
        assert_eq!(splits[0].test, [Span { first: 0, end: 4 }]);
        assert_eq!(splits[4].test, [Span { first: 2, end: 4 }, Span { first: 6, end: 7 }]);
        assert_eq!(splits[4].train, [Span { first: 0, end: 2 }, Span { first: 4, end: 6 }]);
        assert_eq!((choices(10, 5), choices(6, 2), choices(64, 32)), (Some(252), Some(15), None));
    }

    #[test]
    fn parameters_outside_their_ranges() {
        let purge = Purge { horizon: usize::MAX, embargo: usize::MAX };
        assert!(k_fold(10, 1, purge).is_err() && k_fold(10, 11, purge).is_err());
        assert!(combinatorial(100, 6, 0, purge).is_err() && combinatorial(100, 6, 6, purge).is_err());
        assert!(combinatorial(1000, 40, 20, purge).is_err());
        assert!(k_fold(10, 2, purge).unwrap().iter().all(|split| split.train.is_empty()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_train_label_meets_a_test_label(
            days in 6_usize..70, groups in 2_usize..7, more in 0_usize..5, horizon in 0_usize..9, embargo in 0_usize..9,
        ) {
            let (purge, groups) = (Purge { horizon, embargo }, groups.min(days));
            let tested = 1 + more % (groups - 1);
            let splits = combinatorial(days, groups, tested, purge).unwrap();
            let mut tests = vec![0_usize; days];
            for split in &splits {
                prop_assert!(sound(split, days, purge));
                days_of(&split.test).into_iter().for_each(|day| tests[day] += 1);
            }
            let times = choices(groups - 1, tested - 1).unwrap();
            prop_assert!(tests.iter().all(|count| *count == times));
            let folds = k_fold(days, groups, purge).unwrap();
            let tested: Vec<usize> = folds.iter().flat_map(|fold| days_of(&fold.test)).collect();
            prop_assert_eq!(tested, (0..days).collect::<Vec<_>>());
        }
    }
}
