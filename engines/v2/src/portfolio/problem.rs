//! The programme in the plain space of weights.
//!
//! ```text
//! minimise   ½ wᵀ(diag(h) + C·Cᵀ) w − μᵀw + Σ aᵢ|wᵢ − w0ᵢ| + ½ bᵢ(wᵢ − w0ᵢ)²
//! subject to lowerᵢ ≤ wᵢ ≤ upperᵢ, and each row's value ≤ (or =) its limit
//! ```
//!
//! The risk is in factor form: C has a column for each factor, so a product with the covariance costs n·k, not n². A
//! row adds `coefficient × w`, `coefficient × |w|` or `coefficient × |w − w0|` over its terms. The auxiliary variables
//! that a conic solver needs for the absolute values exist only inside it; polish and check speak of weights.
//!
//! The impact k·σ·√(trade/ADV) is a 3/2 power in the trade. For every reference τ > 0, √t ≤ (t + τ)/(2√τ), so
//! t·√t ≤ t²/(2√τ) + t·√τ/2: a convex quadratic that bounds the cost from above and is exact at t = 0 and at t = τ. That
//! bound is the cost here; it needs neither pieces nor a power cone. Example: τ = 0.01, t = 0.04: 0.008 ≤ 0.008 + 0.002.

/// The curvature of a programme without an objective.
const BARE: f64 = 1e-6;

/// What a row adds up over its terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The weight.
    Net,
    /// Its absolute value.
    Gross,
    /// The absolute trade.
    Traded,
}

/// One constraint over several instruments.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The key of the config.
    pub name: String,
    /// What is added up.
    pub measure: Measure,
    /// Position and coefficient, ascending by position; coefficients of `Gross` and `Traded` are at least 0.
    pub terms: Vec<(usize, f64)>,
    /// What stands beside the terms, for example the trades of names that left.
    pub constant: f64,
    /// The limit.
    pub limit: f64,
    /// Whether the value must equal the limit.
    pub equal: bool,
}

/// The programme. All vectors have an entry for each instrument; `loads` has `factors` entries for each.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Problem {
    /// μ, the expected returns.
    pub mean: Vec<f64>,
    /// h, the diagonal of the curvature from specific risk; above 0.
    pub diagonal: Vec<f64>,
    /// C, row by row.
    pub loads: Vec<f64>,
    /// The columns of C.
    pub factors: usize,
    /// w0, the weights held.
    pub current: Vec<f64>,
    /// a, the cost of a unit traded.
    pub linear_cost: Vec<f64>,
    /// b, the growth of that cost with the trade.
    pub quadratic_cost: Vec<f64>,
    /// The least weights.
    pub lower: Vec<f64>,
    /// The largest weights.
    pub upper: Vec<f64>,
    /// The constraints over several instruments.
    pub rows: Vec<Row>,
}

impl Row {
    /// The value of the row at `weights`.
    #[must_use]
    pub fn value(&self, weights: &[f64], current: &[f64]) -> f64 {
        let part = |&(at, coefficient): &(usize, f64)| {
            let measured = match self.measure {
                Measure::Net => weights[at],
                Measure::Gross => weights[at].abs(),
                Measure::Traded => (weights[at] - current[at]).abs(),
            };
            coefficient * measured
        };
        self.constant + self.terms.iter().map(part).fold(0.0, |total, part| total + part)
    }

    /// By how much `weights` break the row; 0 when they do not.
    #[must_use]
    pub fn breach(&self, weights: &[f64], current: &[f64]) -> f64 {
        let over = self.value(weights, current) - self.limit;
        if self.equal { over.abs() } else { over.max(0.0) }
    }
}

impl Problem {
    /// The number of instruments.
    #[must_use]
    pub fn size(&self) -> usize {
        self.mean.len()
    }

    /// Cᵀw.
    #[must_use]
    pub fn factor_sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.factors];
        for (weight, loads) in weights.iter().zip(self.loads.chunks_exact(self.factors.max(1))) {
            for (sum, load) in sums.iter_mut().zip(loads) {
                *sum += weight * load;
            }
        }
        sums
    }

    /// The gradient of the smooth part of what is minimised.
    #[must_use]
    pub fn gradient(&self, weights: &[f64]) -> Vec<f64> {
        let sums = self.factor_sums(weights);
        let entry = |at: usize| {
            let loads = &self.loads[at * self.factors..(at + 1) * self.factors];
            let common = loads.iter().zip(&sums).fold(0.0, |total, (load, sum)| total + load * sum);
            let trade = weights[at] - self.current[at];
            self.diagonal[at] * weights[at] + common - self.mean[at] + self.quadratic_cost[at] * trade
        };
        (0..self.size()).map(entry).collect()
    }

    /// What is minimised: −(return − λ·risk − cost).
    #[must_use]
    pub fn objective(&self, weights: &[f64]) -> f64 {
        let common = self.factor_sums(weights).iter().fold(0.0, |total, sum| total + sum * sum) / 2.0;
        let own = |at: usize| {
            let (weight, trade) = (weights[at], weights[at] - self.current[at]);
            self.diagonal[at] * weight * weight / 2.0 - self.mean[at] * weight
                + self.linear_cost[at] * trade.abs()
                + self.quadratic_cost[at] * trade * trade / 2.0
        };
        (0..self.size()).map(own).fold(common, |total, own| total + own)
    }

    /// The same programme with the objective divided by its scale, so that tolerances mean the same for every unit of
    /// return; answers the scale too. A power of two, so the division is exact.
    #[must_use]
    pub fn normalised(&self) -> (Self, f64) {
        let largest = |values: &[f64]| values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let size = largest(&self.mean).max(largest(&self.linear_cost)).max(f64::MIN_POSITIVE);
        let risk = largest(&self.diagonal) * largest(&self.upper).max(largest(&self.lower));
        let scale = libm::exp2(libm::floor(libm::log2(size.max(risk))));
        let divided = |values: &[f64]| values.iter().map(|value| value / scale).collect();
        let root = scale.sqrt();
        let problem = Self {
            mean: divided(&self.mean),
            diagonal: divided(&self.diagonal),
            loads: self.loads.iter().map(|load| load / root).collect(),
            linear_cost: divided(&self.linear_cost),
            quadratic_cost: divided(&self.quadratic_cost),
            ..self.clone()
        };
        (problem, scale)
    }

    /// The constraints with hardly an objective: where they contradict each other, the prices soon show nothing else.
    pub(super) fn bare(&self) -> Self {
        let size = self.size();
        Self {
            mean: vec![0.0; size],
            diagonal: vec![BARE; size],
            loads: Vec::new(),
            factors: 0,
            linear_cost: vec![0.0; size],
            quadratic_cost: vec![0.0; size],
            ..self.clone()
        }
    }

    /// Whether trading the instrument has a kink inside its bounds, given whether a turnover row counts it.
    pub(super) fn trade_kink(&self, at: usize, counted: bool) -> bool {
        let inside = self.lower[at] < self.current[at] && self.current[at] < self.upper[at];
        inside && (counted || self.linear_cost[at] > 0.0)
    }

    /// For each instrument, whether a row of this measure counts it.
    pub(super) fn counted(&self, measure: Measure) -> Vec<bool> {
        let mut counted = vec![false; self.size()];
        for row in self.rows.iter().filter(|row| row.measure == measure) {
            row.terms.iter().for_each(|(at, _)| counted[*at] = true);
        }
        counted
    }
}
