//! Which constraints contradict each other, and by how much.
//!
//! Phase 1 of the two-phase method: every row may be broken at a price of 1 for each unit, bounds may not, and the sum
//! of breaches is made as small as possible. If it is above zero there is no portfolio, and the rows and bounds with a
//! price at that optimum are those in conflict (their combination by these prices is a Farkas certificate). The
//! interior point ends in the middle of all optimal prices, so every constraint that takes part has one.
//!
//! Worked example: three instruments of at most 0.3 and Σw = 1: the least breach is 0.1, and the conflict is between
//! `budget` and `per_instrument_max_weight`.

use super::conic::{Layout, Sparse, run};
use super::problem::Problem;

/// A breach below this is the solver's tolerance, not contradiction.
const BREACH_MIN: f64 = 1e-7;
/// A price below this takes no part.
const PRICE_MIN: f64 = 1e-4;

/// The least total breach and the names of the constraints in conflict, ascending; empty when there is none.
#[derive(Clone, Debug, PartialEq, Default)]
pub(super) struct Conflict {
    pub breach: f64,
    pub binding: Vec<String>,
}

/// Finds the conflict, if there is one; `None` when the solver fails.
pub(super) fn find(problem: &Problem) -> Option<Conflict> {
    let size = problem.size();
    let layout = Layout::of(problem, 0);
    let (mut sparse, mut columns) = (Sparse::default(), layout.columns);
    for row in &problem.rows {
        let (mut terms, moved) = layout.terms(problem, row);
        terms.push((columns, -1.0));
        sparse.push(terms.iter().copied(), row.limit + moved);
        if row.equal {
            let below = terms.iter().map(|&(column, value)| (column, if column == columns { -1.0 } else { -value }));
            sparse.push(below, -(row.limit + moved));
        }
        columns += 1;
    }
    let [lower_at, upper_at, ..] = layout.push_bounds(problem, &mut sparse);
    (layout.columns..columns).for_each(|column| sparse.push([(column, -1.0)], 0.0));
    let mut linear = vec![0.0; columns];
    linear[layout.columns..].fill(1.0);
    let solver = run(&vec![0.0; columns], &linear, sparse, 0)?;
    let point = &solver.solution;
    let breach = point.x[layout.columns..].iter().fold(0.0, |total, breach| total + breach.max(0.0));
    if !breach.is_finite() {
        return None;
    }
    if breach <= BREACH_MIN {
        return Some(Conflict::default());
    }
    let mut binding = Vec::new();
    let mut at = 0;
    for row in &problem.rows {
        let sides = if row.equal { 2 } else { 1 };
        if (at..at + sides).any(|side| point.z[side] > PRICE_MIN) {
            binding.push(row.name.clone());
        }
        at += sides;
    }
    let priced = |start: usize| (start..start + size).any(|row| point.z[row] > PRICE_MIN);
    for (start, name) in [(lower_at, "per_instrument_min_weight"), (upper_at, "per_instrument_max_weight")] {
        if priced(start) {
            binding.push(name.to_owned());
        }
    }
    binding.sort_unstable();
    binding.dedup();
    Some(Conflict { breach, binding })
}
