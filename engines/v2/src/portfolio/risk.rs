//! The risk of given weights: tails of history, of a Gaussian and of scenarios.
//!
//! Losses are positive. Value at risk at level α is the smallest loss that is not exceeded with probability α; expected
//! shortfall is the mean of the worst 1 − α of probability, where the loss at the edge counts with the part of its
//! probability that is inside (Rockafellar and Uryasev 2002). So ES ≥ VaR, and ES ≤ the worst loss.
//!
//! Worked example: losses 1, 2, …, 10 at α = 0.85: VaR is 9; the tail of 0.15 is the 10 with 0.10 and the 9 with 0.05,
//! so ES = (10·0.10 + 9·0.05) / 0.15 = 9.667.
//!
//! What no path says of a name is unknown, not 0: its share of the loss is that of the names that are known.
//!
//! ```
//! use v2::portfolio::risk::{tail, value_at_risk};
//! let losses: Vec<f64> = (1..=10).map(f64::from).collect();
//! assert_eq!(value_at_risk(&losses, 0.85), Some(9.0));
//! assert!((tail(&losses, 0.85).0 - 29.0 / 3.0).abs() < 1e-12);
//! ```

use domain::ids::Instrument;
use domain::numeric::{exact, mean, sum};

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

    fn paths(&self) -> impl Iterator<Item = &[f64]> {
        self.losses.chunks_exact(self.width)
    }

    /// The share of the paths on which the loss of an instrument is known, 0 to 1; 0 without paths.
    #[must_use]
    pub fn known_share(&self, at: Instrument) -> f64 {
        let known = self.paths().filter(|path| on(path, at).is_some()).count();
        known as f64 / self.path_count().max(1) as f64
    }

    /// The losses of `members` on every path, path by path, for programmes in which the weights are still unknown: who
    /// is not on a path loses what those who are lose on average. A path without any of them is left out, so nobody is
    /// riskless because nothing is known.
    #[must_use]
    pub fn of_members(&self, members: &[Instrument]) -> Vec<f64> {
        let mut losses = Vec::with_capacity(self.path_count() * members.len());
        for path in self.paths() {
            let known: Vec<f64> = members.iter().filter_map(|at| on(path, *at)).collect();
            let Some(usual) = mean(&known) else { continue };
            losses.extend(members.iter().map(|at| on(path, *at).unwrap_or(usual)));
        }
        losses
    }

    /// The profit and loss of a portfolio, Σ wᵢ(Π(1 + rᵢ) − 1), on each path that knows at least half of its gross
    /// exposure, scaled up to the whole of it, as stability measures the losses of an entity.
    #[must_use]
    pub fn profits(&self, weights: &[(Instrument, f64)]) -> Vec<f64> {
        let gross = sum(&weights.iter().map(|(_, weight)| weight.abs()).collect::<Vec<_>>());
        if gross <= 0.0 {
            return vec![0.0; self.path_count()];
        }
        let profit = |path: &[f64]| {
            let known: Vec<(f64, f64)> =
                weights.iter().filter_map(|(at, weight)| Some((*weight, on(path, *at)?))).collect();
            let present = sum(&known.iter().map(|(weight, _)| weight.abs()).collect::<Vec<_>>());
            let won = sum(&known.iter().map(|(weight, loss)| -loss * weight).collect::<Vec<_>>());
            (present >= 0.5 * gross).then(|| if present < gross { won / present * gross } else { won })
        };
        self.paths().filter_map(profit).collect()
    }

    /// The share of gross exposure that the paths speak of, on average over all of them; `None` without paths.
    #[must_use]
    pub fn coverage(&self, weights: &[(Instrument, f64)]) -> Option<f64> {
        if self.losses.is_empty() {
            return None;
        }
        let gross = sum(&weights.iter().map(|(_, weight)| weight.abs()).collect::<Vec<_>>());
        let known = weights.iter().map(|(at, weight)| weight.abs() * self.known_share(*at));
        let known = sum(&known.collect::<Vec<_>>());
        Some(if gross > 0.0 { known / gross } else { 1.0 })
    }
}

/// The loss of an instrument on a path, where it is known.
fn on(path: &[f64], at: Instrument) -> Option<f64> {
    path.get(at.index()).copied().filter(|loss| loss.is_finite())
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
