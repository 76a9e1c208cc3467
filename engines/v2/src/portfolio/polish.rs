//! The last digits: an active-set method that starts where the interior point ends.
//!
//! If it is known which weights sit on a bound or kink (the pins) and which rows hold with equality, what is left is a
//! linear system: minimise a smooth quadratic in the free weights under equations. In factor form its reduction has one
//! row for each factor and each active row (the Woodbury identity), whatever the number of instruments:
//!
//! ```text
//! [ I + Cᵀh⁻¹C     Cᵀh⁻¹Aᵀ       ] [ Cᵀdw ]   [ Cᵀh⁻¹r     ]
//! [ A h⁻¹C         A h⁻¹Aᵀ + δI  ] [ dπ   ] = [ A h⁻¹r + ρ ]     dw = h⁻¹(r − C·Cᵀdw − Aᵀdπ)
//! ```
//!
//! solved by Cholesky for corrections to the residuals r and ρ, several times (iterative refinement; δ is a proximal
//! term, so rows that repeat each other keep the prices they came with). Then the conditions are read: a free weight
//! beyond its segment is pinned to the segment's end, a pinned one that would gain by moving is set free, a row that is
//! broken becomes active, one with a negative price inactive. Usually nothing changes. After `BULK_STEPS` only the worst
//! change is made at a time, so that two changes cannot chase each other.

use super::conic::Guess;
use super::kkt::{Slopes, slopes};
use super::linalg::Cholesky;
use super::problem::{Measure, Problem};

/// Steps in which every change is made at once.
const BULK_STEPS: u32 = 20;
/// Steps in all.
const STEPS_MAX: u32 = 400;
/// Corrections of one linear system.
const REFINEMENTS: usize = 4;
/// The proximal term, by the mean of the diagonal of A h⁻¹Aᵀ.
const PROXIMAL: f64 = 1e-9;
/// What counts as beyond a bound, and as a gain, in a problem of scale 1.
const TOLERANCE: f64 = 1e-12;

/// Weights and prices after the polish.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Polished {
    pub weights: Vec<f64>,
    pub prices: Vec<f64>,
    pub steps: u32,
}

/// Which part of an instrument's range it may move in.
#[derive(Clone, Copy, Debug)]
struct Segment {
    low: f64,
    high: f64,
}

/// A change of the active set, and how much is wrong without it.
#[derive(Clone, Copy, Debug)]
enum Change {
    Pin(usize, f64),
    Free(usize, Segment),
    Activate(usize),
    Deactivate(usize),
}

struct ActiveSet<'a> {
    problem: &'a Problem,
    /// The points at which an instrument's objective has a kink, inside its bounds.
    kinks: Vec<[Option<f64>; 2]>,
    pins: Vec<Option<f64>>,
    segments: Vec<Segment>,
    active: Vec<bool>,
    weights: Vec<f64>,
    prices: Vec<f64>,
}

/// Polishes a guess for a normalised problem.
pub(super) fn polish(problem: &Problem, guess: Guess) -> Polished {
    let mut set = ActiveSet::of(problem, guess);
    for steps in 1..=STEPS_MAX {
        if !set.solve() {
            return set.finish(steps);
        }
        let mut changes = set.changes();
        if changes.is_empty() {
            return set.finish(steps);
        }
        if steps > BULK_STEPS {
            changes.sort_by(|(left, _), (right, _)| right.total_cmp(left));
            changes.truncate(1);
        }
        changes.into_iter().for_each(|(_, change)| set.apply(change));
    }
    set.finish(STEPS_MAX)
}

impl<'a> ActiveSet<'a> {
    fn of(problem: &'a Problem, guess: Guess) -> Self {
        let size = problem.size();
        let (traded, gross) = (problem.counted(Measure::Traded), problem.counted(Measure::Gross));
        let kink = |at: usize| {
            let zero = gross[at] && problem.lower[at] < 0.0 && problem.upper[at] > 0.0;
            [problem.trade_kink(at, traded[at]).then(|| problem.current[at]), zero.then_some(0.0)]
        };
        let mut set = Self {
            problem,
            kinks: (0..size).map(kink).collect(),
            segments: Vec::new(),
            pins: guess.pins,
            active: guess.active,
            weights: guess.weights,
            prices: guess.prices,
        };
        set.segments = (0..size).map(|at| set.segment(at, set.weights[at], true)).collect();
        set
    }

    /// The segment that begins (`up`) or ends at `weight`, or that it lies in.
    fn segment(&self, at: usize, weight: f64, up: bool) -> Segment {
        let (mut low, mut high) = (self.problem.lower[at], self.problem.upper[at]);
        for kink in self.kinks[at].into_iter().flatten() {
            if kink < weight || (up && kink <= weight) {
                low = low.max(kink);
            } else {
                high = high.min(kink);
            }
        }
        Segment { low, high }
    }

    /// The signs of weight and trade of a free instrument: constant over its segment.
    fn signs(&self, at: usize) -> (f64, f64) {
        let middle = (self.segments[at].low + self.segments[at].high) / 2.0;
        let sign = |value: f64| if value < 0.0 { -1.0 } else { 1.0 };
        (sign(middle), sign(middle - self.problem.current[at]))
    }

    /// Solves for the free weights and the prices of the active rows; false when the system is singular.
    fn solve(&mut self) -> bool {
        let problem = self.problem;
        for (weight, pin) in self.weights.iter_mut().zip(&self.pins) {
            *weight = pin.unwrap_or(*weight);
        }
        let free: Vec<usize> = (0..problem.size()).filter(|at| self.pins[*at].is_none()).collect();
        let rows: Vec<usize> = (0..problem.rows.len()).filter(|row| self.active[*row]).collect();
        let (factors, width) = (problem.factors, problem.factors + rows.len());
        let table = self.table(&free, &rows);
        let stiffness: Vec<f64> = free.iter().map(|at| problem.diagonal[*at] + problem.quadratic_cost[*at]).collect();
        let Some(system) = reduced(&table, &stiffness, factors, width) else { return false };
        for _ in 0..REFINEMENTS {
            let (weight_gaps, row_gaps) = self.gaps(&free, &rows, &table, width);
            let mut right = vec![0.0; width];
            for ((line, gap), stiff) in table.chunks_exact(width.max(1)).zip(&weight_gaps).zip(&stiffness) {
                let scaled = gap / stiff;
                right.iter_mut().zip(line).for_each(|(sum, entry)| *sum += entry * scaled);
            }
            right[factors..].iter_mut().zip(&row_gaps).for_each(|(sum, gap)| *sum += gap);
            let step = system.solve(&right);
            for (position, at) in free.iter().enumerate() {
                let line = &table[position * width..(position + 1) * width];
                let common = line.iter().zip(&step).fold(0.0, |total, (entry, step)| total + entry * step);
                self.weights[*at] += (weight_gaps[position] - common) / stiffness[position];
            }
            rows.iter().zip(&step[factors..]).for_each(|(row, step)| self.prices[*row] += step);
        }
        self.weights.iter().chain(&self.prices).all(|value| value.is_finite())
    }

    /// For each free instrument its loads, then its coefficients in the active rows, with the signs of its segment.
    fn table(&self, free: &[usize], rows: &[usize]) -> Vec<f64> {
        let problem = self.problem;
        let (factors, width) = (problem.factors, problem.factors + rows.len());
        let mut position = vec![usize::MAX; problem.size()];
        let mut table = vec![0.0; free.len() * width];
        for (line, at) in free.iter().enumerate() {
            position[*at] = line;
            let loads = &problem.loads[at * factors..(at + 1) * factors];
            table[line * width..line * width + factors].copy_from_slice(loads);
        }
        for (column, row) in rows.iter().enumerate() {
            for (at, coefficient) in &problem.rows[*row].terms {
                let line = position[*at];
                if line < free.len() {
                    let (weight_sign, trade_sign) = self.signs(*at);
                    let sign = match problem.rows[*row].measure {
                        Measure::Net => 1.0,
                        Measure::Gross => weight_sign,
                        Measure::Traded => trade_sign,
                    };
                    table[line * width + factors + column] = sign * coefficient;
                }
            }
        }
        table
    }

    /// What is missing: minus the gradient of the Lagrangian in the free weights, and the breach of the active rows,
    /// both by the smooth forms of the segments.
    fn gaps(&self, free: &[usize], rows: &[usize], table: &[f64], width: usize) -> (Vec<f64>, Vec<f64>) {
        let problem = self.problem;
        let gradient = problem.gradient(&self.weights);
        let weight_gap = |(position, at): (usize, &usize)| {
            let line = &table[position * width + problem.factors..(position + 1) * width];
            let priced = line.iter().zip(rows).fold(0.0, |total, (entry, row)| total + entry * self.prices[*row]);
            -(gradient[*at] + self.signs(*at).1 * problem.linear_cost[*at] + priced)
        };
        let row_gap = |row: &usize| {
            let row = &problem.rows[*row];
            let part = |&(at, coefficient): &(usize, f64)| {
                let (weight, trade) = (self.weights[at], self.weights[at] - problem.current[at]);
                let free = self.pins[at].is_none();
                let (weight_sign, trade_sign) = if free { self.signs(at) } else { (weight.signum(), trade.signum()) };
                coefficient
                    * match row.measure {
                        Measure::Net => weight,
                        Measure::Gross => weight_sign * weight,
                        Measure::Traded => trade_sign * trade,
                    }
            };
            row.constant + row.terms.iter().map(part).fold(0.0, |total, part| total + part) - row.limit
        };
        (free.iter().enumerate().map(weight_gap).collect(), rows.iter().map(row_gap).collect())
    }

    /// What contradicts the active set at the solution, with how much.
    fn changes(&self) -> Vec<(f64, Change)> {
        let problem = self.problem;
        let mut changes = Vec::new();
        let slopes = slopes(problem, &self.weights, &self.prices);
        for (at, Slopes { left, right }) in slopes.into_iter().enumerate() {
            let (weight, Segment { low, high }) = (self.weights[at], self.segments[at]);
            if self.pins[at].is_none() {
                if weight < low - TOLERANCE {
                    changes.push(((low - weight) * problem.diagonal[at], Change::Pin(at, low)));
                } else if weight > high + TOLERANCE {
                    changes.push(((weight - high) * problem.diagonal[at], Change::Pin(at, high)));
                }
            } else if weight > problem.lower[at] && left > TOLERANCE {
                changes.push((left, Change::Free(at, self.segment(at, weight, false))));
            } else if weight < problem.upper[at] && right < -TOLERANCE {
                changes.push((-right, Change::Free(at, self.segment(at, weight, true))));
            }
        }
        for (position, row) in problem.rows.iter().enumerate().filter(|(_, row)| !row.equal) {
            let price = self.prices[position];
            if self.active[position] && price < -TOLERANCE {
                changes.push((-price, Change::Deactivate(position)));
            } else if !self.active[position] && row.breach(&self.weights, &problem.current) > TOLERANCE {
                changes.push((row.breach(&self.weights, &problem.current), Change::Activate(position)));
            }
        }
        changes
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Pin(at, weight) => self.pins[at] = Some(weight),
            Change::Free(at, segment) => {
                self.pins[at] = None;
                self.segments[at] = segment;
            }
            Change::Activate(row) => self.active[row] = true,
            Change::Deactivate(row) => {
                self.active[row] = false;
                self.prices[row] = 0.0;
            }
        }
    }

    /// Weights inside their segments to the last bit, prices of limits at least 0.
    fn finish(mut self, steps: u32) -> Polished {
        for (at, weight) in self.weights.iter_mut().enumerate() {
            let Segment { low, high } = self.segments[at];
            *weight = self.pins[at].unwrap_or_else(|| weight.clamp(low, high));
        }
        for ((price, active), row) in self.prices.iter_mut().zip(&self.active).zip(&self.problem.rows) {
            *price = if row.equal || (*active && *price > 0.0) { *price } else { 0.0 };
        }
        Polished { weights: self.weights, prices: self.prices, steps }
    }
}

/// The reduced system's Cholesky factor.
fn reduced(table: &[f64], stiffness: &[f64], factors: usize, width: usize) -> Option<Cholesky> {
    let mut matrix = vec![0.0; width * width];
    for (line, stiff) in table.chunks_exact(width.max(1)).zip(stiffness) {
        for (row, entry) in line.iter().enumerate() {
            let scaled = entry / stiff;
            let target = &mut matrix[row * width..row * width + row + 1];
            target.iter_mut().zip(line).for_each(|(sum, other)| *sum += scaled * other);
        }
    }
    (0..factors).for_each(|at| matrix[at * width + at] += 1.0);
    let prices = width - factors;
    let trace = (factors..width).fold(0.0, |total, at| total + matrix[at * width + at]);
    let proximal = if trace > 0.0 { PROXIMAL * trace / prices as f64 } else { 1.0 };
    (factors..width).for_each(|at| matrix[at * width + at] += proximal);
    Cholesky::of(matrix, width)
}
