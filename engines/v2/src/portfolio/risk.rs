//! The risk of given weights: tails of history, of a Gaussian and of scenarios.
//!
//! Losses are positive. Value at risk at level α is the smallest loss that is not exceeded with probability α; expected
//! shortfall is the mean of the worst 1 − α of probability, where the loss at the edge counts with the part of its
//! probability that is inside (Rockafellar and Uryasev 2002). So ES ≥ VaR, and ES ≤ the worst loss.
//!
//! Worked example: losses 1, 2, …, 10 at α = 0.85: VaR is 9; the tail of 0.15 is the 10 with 0.10 and the 9 with 0.05,
//! so ES = (10·0.10 + 9·0.05) / 0.15 = 9.667.
//!
//! ```
//! use v2::portfolio::risk::{tail, value_at_risk};
//! let losses: Vec<f64> = (1..=10).map(f64::from).collect();
//! assert_eq!(value_at_risk(&losses, 0.85), Some(9.0));
//! assert!((tail(&losses, 0.85).0 - 29.0 / 3.0).abs() < 1e-12);
//! ```

use domain::ids::Instrument;
use domain::numeric::{exact, sum};

use crate::column::Column;

/// The loss of each instrument on each scenario path, as a share of its value: −(Π(1 + r) − 1).
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioLosses {
    width: usize,
    losses: Vec<f64>,
}

impl ScenarioLosses {
    /// A table of `width` losses for each path, row by row, by the instrument's position on the tape; what is not
    /// finite is unknown. `None` when the last row is not whole.
    #[must_use]
    pub fn new(width: usize, losses: Vec<f64>) -> Option<Self> {
        (width > 0 && losses.len().is_multiple_of(width)).then_some(Self { width, losses })
    }

    /// The number of paths.
    #[must_use]
    pub fn path_count(&self) -> usize {
        self.losses.len() / self.width
    }

    /// The losses of `members` on every path, path by path; an unknown one counts as 0.
    #[must_use]
    pub fn of_members(&self, members: &[Instrument]) -> Vec<f64> {
        let known = |loss: f64| if loss.is_finite() { loss } else { 0.0 };
        let path = |row: &[f64]| members.iter().map(|at| row.get(at.index()).copied().map_or(0.0, known)).collect();
        self.losses.chunks_exact(self.width).flat_map(|row| -> Vec<f64> { path(row) }).collect()
    }

    /// The profit and loss of a portfolio on each path: Σ wᵢ(Π(1 + rᵢ) − 1).
    #[must_use]
    pub fn profits(&self, weights: &[(Instrument, f64)]) -> Vec<f64> {
        let members: Vec<Instrument> = weights.iter().map(|(at, _)| *at).collect();
        let losses = self.of_members(&members);
        let profit = |path: &[f64]| {
            let parts: Vec<f64> = path.iter().zip(weights).map(|(loss, (_, weight))| -loss * weight).collect();
            sum(&parts)
        };
        if members.is_empty() {
            return vec![0.0; self.path_count()];
        }
        losses.chunks_exact(members.len()).map(profit).collect()
    }

    /// The share of gross exposure in instruments that the first path speaks of.
    #[must_use]
    pub fn coverage(&self, weights: &[(Instrument, f64)]) -> Option<f64> {
        let first = self.losses.get(..self.width)?;
        let known = |at: Instrument| first.get(at.index()).is_some_and(|loss| loss.is_finite());
        let gross = |chosen: &dyn Fn(Instrument) -> bool| {
            let parts: Vec<f64> =
                weights.iter().filter(|(at, _)| chosen(*at)).map(|(_, weight)| weight.abs()).collect();
            sum(&parts)
        };
        let all = gross(&|_| true);
        Some(if all > 0.0 { gross(&known) / all } else { 1.0 })
    }
}

/// Expected shortfall, and the share of the tail that each loss stands for (sum 1). Ties go to the earlier loss. An
/// empty slice has a shortfall of 0.
#[must_use]
pub fn tail(losses: &[f64], alpha: f64) -> (f64, Vec<f64>) {
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_by(|left, right| losses[*right].total_cmp(&losses[*left]).then(left.cmp(right)));
    let mut shares = vec![0.0; losses.len()];
    let each = 1.0 / (losses.len() as f64 * (1.0 - alpha));
    let (mut left, mut total) = (1.0, 0.0);
    for at in order {
        let share = each.min(left);
        shares[at] = share;
        total += share * losses[at];
        left -= share;
        if left <= 0.0 {
            break;
        }
    }
    (total, shares)
}

/// The smallest loss that is not exceeded with probability `alpha`; `None` for an empty slice.
#[must_use]
pub fn value_at_risk(losses: &[f64], alpha: f64) -> Option<f64> {
    let mut sorted = losses.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = libm::ceil(alpha * losses.len() as f64 - 1e-9) as usize;
    sorted.get(place.max(1) - 1).copied()
}

/// VaR and expected shortfall of a centred Gaussian of deviation `sigma`: z·σ and φ(z)/(1 − α)·σ.
#[must_use]
pub fn gaussian(sigma: f64, alpha: f64) -> (f64, f64) {
    let below = |z: f64| libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0;
    let (mut low, mut high) = (0.0, 10.0);
    // Bisection: 60 halvings of an interval of 10 reach the last digit.
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if below(middle) < alpha { low = middle } else { high = middle }
    }
    let density = exact::exp(-low * low / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
    (low * sigma, density / (1.0 - alpha) * sigma)
}

/// The mean of a column by absolute weight, over the instruments that have it; `None` when none has.
#[must_use]
pub fn weighted(column: &Column, weights: &[(Instrument, f64)]) -> Option<f64> {
    let known: Vec<(f64, f64)> =
        weights.iter().filter_map(|(at, weight)| Some((weight.abs(), column.get(*at)?))).collect();
    let gross = sum(&known.iter().map(|(weight, _)| *weight).collect::<Vec<_>>());
    let total = sum(&known.iter().map(|(weight, value)| weight * value).collect::<Vec<_>>());
    (gross > 0.0).then(|| total / gross)
}

/// The formulas of the earlier implementation, for comparison: signed returns, and another edge of the tail.
pub mod earlier {
    use domain::numeric::mean;

    /// VaR95 and ES95 of signed returns: the sorted value at max(⌊0.05·n⌋ − 1, 0), and the mean up to it.
    #[must_use]
    pub fn var_es_95(returns: &[f64]) -> Option<(f64, f64)> {
        let mut sorted = returns.to_vec();
        sorted.sort_by(f64::total_cmp);
        let place = (sorted.len() * 5 / 100).saturating_sub(1);
        Some((*sorted.get(place)?, mean(&sorted[..=place])?))
    }
}
