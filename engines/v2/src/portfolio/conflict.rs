//! Which constraints contradict each other, and by how much.
//!
//! Phase 1 of the two-phase method: every row may be broken at a price of 1 for each unit, bounds may not, and the sum
//! of breaches is made as small as possible. If it is above zero there is no portfolio, and the rows and bounds with a
//! price at that optimum are those in conflict (their combination by these prices is a Farkas certificate). The
//! interior point ends in the middle of all optimal prices, so every constraint that takes part has one.
//!
//! Worked example: three instruments of at most 0.3 and Σw = 1: the least breach is 0.1, and the conflict is between
//! `budget` and `per_instrument_max_weight`.
//!
//! A contradiction smaller than phase 1 can see is [`proved`] by prices alone: whatever the weights within their bounds,
//! breaches priced at π cost at least the minimum over the bounds of Σ π·(value − limit), which every instrument answers
//! alone. Where that is above zero and no price is above 1, it is a lower bound of the least total breach.

use super::conic::{Layout, Sparse, run};
use super::problem::{Measure, Problem};

/// A breach below this is the solver's tolerance, not contradiction.
const BREACH_MIN: f64 = 1e-7;
/// A price below this takes no part.
const PRICE_MIN: f64 = 1e-4;

/// A proved breach below this is rounding.
const PROVED_MIN: f64 = 1e-12;
/// The step in weight that shows what would happen beyond a bound.
const BEYOND: f64 = 1e-3;

/// The least total breach and the names of the constraints in conflict, ascending; empty when there is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conflict {
    pub breach: f64,
    pub binding: Vec<String>,
    /// The price of each row at the least breach, from 0 to 1 for a limit.
    pub prices: Vec<f64>,
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
    let (mut binding, mut prices) = (Vec::new(), Vec::new());
    let mut at = 0;
    for row in &problem.rows {
        let sides = if row.equal { 2 } else { 1 };
        if (at..at + sides).any(|side| point.z[side] > PRICE_MIN) {
            binding.push(row.name.clone());
        }
        prices.push(if row.equal { point.z[at] - point.z[at + 1] } else { point.z[at].max(0.0) });
        at += sides;
    }
    if breach <= BREACH_MIN {
        return Some(Conflict { breach, binding: Vec::new(), prices });
    }
    let priced = |start: usize| (start..start + size).any(|row| point.z[row] > PRICE_MIN);
    for (start, name) in [(lower_at, "per_instrument_min_weight"), (upper_at, "per_instrument_max_weight")] {
        if priced(start) {
            binding.push(name.to_owned());
        }
    }
    binding.sort_unstable();
    binding.dedup();
    Some(Conflict { breach, binding, prices })
}

/// The conflict that `prices`, one for each row, prove by their proportions; `None` when they prove none.
pub(super) fn proved(problem: &Problem, prices: &[f64]) -> Option<Conflict> {
    let most = prices.iter().fold(0.0_f64, |most, price| most.max(price.abs()));
    let prices = prices.iter().map(|price| price / most).collect();
    let mut conflict = Conflict { breach: 0.0, binding: Vec::new(), prices };
    for (row, price) in problem.rows.iter().zip(&conflict.prices) {
        conflict.breach += price * (row.constant - row.limit);
        if price.abs() > PRICE_MIN {
            conflict.binding.push(row.name.clone());
        }
    }
    let [net, gross, traded] =
        [Measure::Net, Measure::Gross, Measure::Traded].map(|measure| priced(problem, measure, &conflict.prices));
    let slopes = net.into_iter().zip(gross).zip(traded);
    let bounds = problem.lower.iter().zip(&problem.upper).zip(&problem.current);
    for (((lower, upper), held), ((net, gross), traded)) in bounds.zip(slopes) {
        let (lower, upper, held) = (*lower, *upper, *held);
        let cost = |weight: f64| net * weight + gross * weight.abs() + traded * (weight - held).abs();
        let corners = [lower, upper, held.clamp(lower, upper), 0.0_f64.clamp(lower, upper)];
        let place = corners.into_iter().fold(lower, |best, at| if cost(at) < cost(best) { at } else { best });
        conflict.breach += cost(place);
        // A bound takes part where the cost would fall on beyond it.
        let falls = |step: f64| cost(place) - cost(place + step) > PRICE_MIN * step.abs();
        if place <= lower && falls(-BEYOND) {
            conflict.binding.push("per_instrument_min_weight".to_owned());
        }
        if place >= upper && falls(BEYOND) {
            conflict.binding.push("per_instrument_max_weight".to_owned());
        }
    }
    conflict.binding.sort_unstable();
    conflict.binding.dedup();
    (conflict.breach > PROVED_MIN).then_some(conflict)
}

/// For each instrument what the rows of this measure charge for a unit of it.
fn priced(problem: &Problem, measure: Measure, prices: &[f64]) -> Vec<f64> {
    let mut slopes = vec![0.0; problem.size()];
    for (row, price) in problem.rows.iter().zip(prices).filter(|(row, _)| row.measure == measure) {
        row.terms.iter().for_each(|(at, coefficient)| slopes[*at] += price * coefficient);
    }
    slopes
}
