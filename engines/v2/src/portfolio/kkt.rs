//! Is it optimal? The conditions of Karush, Kuhn and Tucker, checked by our own arithmetic.
//!
//! The programme is convex, so weights are optimal if and only if there are prices of the rows, at least 0 for a limit,
//! with: every constraint holds; a row that is not at its limit has price 0; and no instrument's weight can be moved to
//! gain. The last is read off the one-sided derivatives of the Lagrangian: moving up must not gain (right ≥ 0), moving
//! down must not gain (left ≤ 0), where a bound forbids a move. At a kink (no trade, or zero weight) left < right, and
//! everything between is optimal; elsewhere left = right = 0. So absolute values need no auxiliary variables here, and
//! nothing of the solver is trusted but the numbers it is asked for: weights and prices of rows.
//!
//! Worked example: minimise ½w² − w on 0 ≤ w ≤ 0.4: at 0.4 the right derivative is 0.4 − 1 < 0, but the bound forbids
//! it: the residual is 0. At 0.3 it is 0.7.
//!
//! ```
//! use v2::portfolio::{kkt::Certificate, problem::Problem};
//! let one = |value: f64| vec![value];
//! let problem = Problem { mean: one(1.0), diagonal: one(1.0), current: one(0.0), linear_cost: one(0.0),
//!     quadratic_cost: one(0.0), lower: one(0.0), upper: one(0.4), ..Problem::default() };
//! assert_eq!(Certificate::of(&problem, &[0.4], &[]).residual(), 0.0);
//! assert_eq!(Certificate::of(&problem, &[0.3], &[]).residual(), 0.7);
//! ```

use super::problem::{Measure, Problem};

/// How far weights and prices are from optimal, in each condition.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Certificate {
    /// The largest breach of a bound or a row, in units of weight.
    pub primal: f64,
    /// The most negative price of a limit.
    pub dual: f64,
    /// The largest gain by a unit's move of one weight, in units of the objective.
    pub stationarity: f64,
    /// The largest product of a row's slack and its price.
    pub complementarity: f64,
    /// The sum of the prices of the upper bounds.
    pub upper_price: f64,
}

/// The one-sided derivatives of the Lagrangian in one weight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slopes {
    pub left: f64,
    pub right: f64,
}

/// For each instrument the one-sided derivatives, bounds left aside.
pub(super) fn slopes(problem: &Problem, weights: &[f64], prices: &[f64]) -> Vec<Slopes> {
    let size = problem.size();
    let (mut net, mut gross, mut traded) = (problem.gradient(weights), vec![0.0; size], problem.linear_cost.clone());
    for (row, price) in problem.rows.iter().zip(prices) {
        let target = match row.measure {
            Measure::Net => &mut net,
            Measure::Gross => &mut gross,
            Measure::Traded => &mut traded,
        };
        row.terms.iter().for_each(|(at, coefficient)| target[*at] += price * coefficient);
    }
    let sign = |positive: bool| if positive { 1.0 } else { -1.0 };
    let slope = |at: usize| {
        let (weight, trade) = (weights[at], weights[at] - problem.current[at]);
        Slopes {
            left: net[at] + gross[at] * sign(weight > 0.0) + traded[at] * sign(trade > 0.0),
            right: net[at] + gross[at] * sign(weight >= 0.0) + traded[at] * sign(trade >= 0.0),
        }
    };
    (0..size).map(slope).collect()
}

impl Certificate {
    /// Checks `weights` with `prices`, one for each row.
    #[must_use]
    pub fn of(problem: &Problem, weights: &[f64], prices: &[f64]) -> Self {
        let mut found = Self::default();
        if weights.iter().chain(prices).any(|number| !number.is_finite()) {
            return Self { primal: f64::INFINITY, ..found };
        }
        for (at, slopes) in slopes(problem, weights, prices).iter().enumerate() {
            let (weight, lower, upper) = (weights[at], problem.lower[at], problem.upper[at]);
            found.primal = found.primal.max(lower - weight).max(weight - upper);
            if weight > lower {
                found.stationarity = found.stationarity.max(slopes.left);
            }
            if weight < upper {
                found.stationarity = found.stationarity.max(-slopes.right);
            } else {
                found.upper_price += (-slopes.right).max(0.0);
            }
        }
        for (row, price) in problem.rows.iter().zip(prices) {
            found.primal = found.primal.max(row.breach(weights, &problem.current));
            if !row.equal {
                found.dual = found.dual.max(-price);
                let slack = row.limit - row.value(weights, &problem.current);
                found.complementarity = found.complementarity.max((price * slack).abs());
            }
        }
        found
    }

    /// The largest of the four.
    #[must_use]
    pub const fn residual(&self) -> f64 {
        self.primal.max(self.dual).max(self.stationarity).max(self.complementarity)
    }
}
