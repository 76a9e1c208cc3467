//! The first and the last resort of the solver: climb the dual, where nothing is degenerate.
//!
//! First because it is small; last because an interior point ends a hair's breadth from the optimum, and the polish believes which bounds and kinks it sees
//! there. That fails where the hair is wider than the truth: weights drifted to a sum of 0.999 000 045 must sell
//! 0.000 000 045 of one instrument, and all of them look as if they did not trade. Then the budget is broken, and no
//! weight is free to mend it. What has to move is not a weight but a price, until an instrument gives way.
//!
//! Given prices π of the rows and sums η of the factors, every instrument answers alone: the risk is strictly convex in
//! each weight, so one weight is best, in closed form with bounds and kinks ([`Response`]). What is left is
//!
//! ```text
//! maximise  d(η, π) = −½ηᵀη − πᵀlimit + Σ min over wᵢ of (own terms + w·Cη + prices·row terms)    π of a limit ≥ 0
//! gradient  (Cᵀw − η, row values − limits)
//! ```
//!
//! concave, with a continuous, piecewise linear gradient, in as many variables as there are factors and rows. A Newton
//! step on the current piece (a programme with π ≥ 0 as the only limits), a search along it, and again: pieces are
//! finitely many (Qi and Sun 1993). Dependent rows and rows that nothing free can mend make the piece flat; a small
//! proximal term keeps the step finite, and the search goes on along it to the next bend. The result goes through the
//! polish and the certificate like any other; where there is no portfolio, the prices grow without bound and their
//! proportions prove it (Farkas).
//!
//! Worked example: one instrument, ½w² on 0 ≤ w ≤ 1 with the equation w = 0.4. Its answer to the price π is −π inside
//! its bounds; at π = 0 it sits at its bound, so the piece is flat; the slope 0 − 0.4 drives π down, to −0.4.

use super::conic::Guess;
use super::linalg::Cholesky;
use super::problem::{Measure, Problem};

/// Steps of a climb to the end.
pub(super) const ASCENTS_MAX: u32 = 400;
/// Slopes below this are rounding, in a problem of scale 1.
const TOLERANCE: f64 = 1e-13;
/// A slope below this is left to the polish, if steps no longer make it smaller.
const STALLED: f64 = 1e-9;
/// Steps that may make it no smaller.
const STALLS_MAX: u32 = 20;
/// The proximal term; a larger one where rounding has left the matrix without an inverse.
const PROXIMALS: [f64; 3] = [1e-9, 1e-6, 1e-3];
/// Doublings of a step that has not reached a bend.
const DOUBLINGS: u32 = 30;
/// Halvings and secants of one search.
const SEARCHES: u32 = 200;
/// How closely a search finds the begin of a flat top, as a share of its length.
const CLOSE: f64 = 0.1;
/// The rounding of a price, as a share of the step that led to it.
const ROUNDING: f64 = 1e-14;
/// Prices beyond this prove that there is no portfolio.
const PRICE_MAX: f64 = 1e12;

/// The best weight of one instrument, given the prices.
#[derive(Clone, Copy, Debug)]
struct Response {
    weight: f64,
    /// Whether it moves with the prices: it sits neither on a bound nor on a kink.
    free: bool,
    /// The signs of weight and trade, where it is free.
    signs: (f64, f64),
}

/// A point of the dual: the answers, and the slope in each variable.
#[derive(Debug)]
struct Point {
    responses: Vec<Response>,
    slope: Vec<f64>,
}

struct Dual<'a> {
    problem: &'a Problem,
    /// For each instrument its loads, then its coefficient in each row.
    table: Vec<f64>,
    /// The same, for each load and each row over all instruments.
    columns: Vec<f64>,
    width: usize,
}

/// What the prices ask of each instrument: by its weight, by the size of it, by the size of its trade.
struct Pulls {
    net: Vec<f64>,
    gross: Vec<f64>,
    traded: Vec<f64>,
}

/// Climbs from `prices`, one for each row, for a normalised problem; `steps_max` steps at most.
pub(super) fn ascend(problem: &Problem, prices: &[f64], steps_max: u32) -> Guess {
    let dual = Dual::of(problem);
    let (mut place, mut steps) = (dual.start(prices), 0);
    let mut point = dual.at(&place);
    let (mut least, mut stalls) = (f64::INFINITY, 0);
    while steps < steps_max {
        let gap = dual.gap(&place, &point.slope);
        (least, stalls) = if gap < least { (gap, 0) } else { (least, stalls + 1) };
        if gap <= TOLERANCE || (gap <= STALLED && stalls > STALLS_MAX) {
            break;
        }
        steps += 1;
        let Some(step) = PROXIMALS.iter().find_map(|proximal| dual.step(&place, &point, *proximal)) else { break };
        let length = dual.length(&place, &step);
        dual.advance(&mut place, &step, length);
        point = dual.at(&place);
        if place.iter().any(|value| value.is_nan() || value.abs() > PRICE_MAX) {
            break;
        }
    }
    dual.told(&place, &point, steps)
}

impl<'a> Dual<'a> {
    fn of(problem: &'a Problem) -> Self {
        let (factors, width) = (problem.factors, problem.factors + problem.rows.len());
        let mut table = vec![0.0; problem.size() * width];
        for at in 0..problem.size() {
            let loads = &problem.loads[at * factors..(at + 1) * factors];
            table[at * width..at * width + factors].copy_from_slice(loads);
        }
        for (column, row) in problem.rows.iter().enumerate() {
            row.terms.iter().for_each(|(at, coefficient)| table[at * width + factors + column] += coefficient);
        }
        let columns = (0..width).flat_map(|variable| table.iter().skip(variable).step_by(width).copied()).collect();
        Self { problem, table, columns, width }
    }

    /// The prices, and the sums of the factors that go with them.
    fn start(&self, prices: &[f64]) -> Vec<f64> {
        let known = |(price, row): (&f64, &super::problem::Row)| match price.is_finite() {
            true if row.equal => *price,
            true => price.max(0.0),
            false => 0.0,
        };
        let mut place = vec![0.0; self.problem.factors];
        place.extend(prices.iter().zip(&self.problem.rows).map(known));
        place
    }

    /// Whether the variable may not go below 0.
    fn limited(&self, variable: usize) -> bool {
        variable >= self.problem.factors && !self.problem.rows[variable - self.problem.factors].equal
    }

    fn line(&self, at: usize) -> &[f64] {
        &self.table[at * self.width..(at + 1) * self.width]
    }

    /// What the entry of `variable` in the table is multiplied by for an instrument with these signs.
    fn sign(&self, variable: usize, (weight, trade): (f64, f64)) -> f64 {
        match variable.checked_sub(self.problem.factors).map(|row| self.problem.rows[row].measure) {
            None | Some(Measure::Net) => 1.0,
            Some(Measure::Gross) => weight,
            Some(Measure::Traded) => trade,
        }
    }

    /// Each instrument's sums over the variables, all instruments beside each other.
    fn pulls(&self, place: &[f64]) -> Pulls {
        let problem = self.problem;
        let none = || vec![0.0; problem.size()];
        let mut pulls = Pulls { net: none(), gross: none(), traded: problem.linear_cost.clone() };
        for (variable, value) in place.iter().enumerate() {
            let sums = match variable.checked_sub(problem.factors).map(|row| problem.rows[row].measure) {
                None | Some(Measure::Net) => &mut pulls.net,
                Some(Measure::Gross) => &mut pulls.gross,
                Some(Measure::Traded) => &mut pulls.traded,
            };
            let column = &self.columns[variable * problem.size()..];
            sums.iter_mut().zip(column).for_each(|(sum, entry)| *sum += entry * value);
        }
        pulls
    }

    /// The best weight: the segments between the kinks from low to high, until one has its optimum inside or at its
    /// low end.
    fn response(&self, at: usize, pulls: &Pulls) -> Response {
        let problem = self.problem;
        let (net, gross, traded) = (pulls.net[at], pulls.gross[at], pulls.traded[at]);
        let (lower, upper, held) = (problem.lower[at], problem.upper[at], problem.current[at]);
        let stiffness = problem.diagonal[at] + problem.quadratic_cost[at];
        let pull = problem.mean[at] + problem.quadratic_cost[at] * held - net;
        let mut low = lower;
        let kinks = [held.min(0.0).clamp(lower, upper), held.max(0.0).clamp(lower, upper), upper];
        let signs = [(-1.0, -1.0), if held > 0.0 { (1.0, -1.0) } else { (-1.0, 1.0) }, (1.0, 1.0)];
        for (high, signs) in kinks.into_iter().zip(signs) {
            let weight = (pull - gross * signs.0 - traded * signs.1) / stiffness;
            if weight <= low {
                break;
            }
            if weight < high {
                return Response { weight, free: true, signs };
            }
            low = high;
        }
        Response { weight: low, free: false, signs: (0.0, 0.0) }
    }

    fn at(&self, place: &[f64]) -> Point {
        let problem = self.problem;
        let pulls = self.pulls(place);
        let responses: Vec<Response> = (0..problem.size()).map(|at| self.response(at, &pulls)).collect();
        let weights: Vec<f64> = responses.iter().map(|response| response.weight).collect();
        let sums = problem.factor_sums(&weights);
        let mut slope: Vec<f64> = sums.iter().zip(place).map(|(sum, value)| sum - value).collect();
        slope.extend(problem.rows.iter().map(|row| row.value(&weights, &problem.current) - row.limit));
        Point { responses, slope }
    }

    /// The largest slope in a direction that is open.
    fn gap(&self, place: &[f64], slope: &[f64]) -> f64 {
        let open = |(variable, slope): (usize, &f64)| {
            if self.limited(variable) { slope.max((-slope).min(place[variable])) } else { slope.abs() }
        };
        slope.iter().enumerate().map(open).fold(0.0, f64::max)
    }

    /// Minus the second derivative on the current piece, with the proximal term.
    fn curvature(&self, point: &Point, proximal: f64) -> Vec<f64> {
        let (width, problem) = (self.width, self.problem);
        let mut matrix = vec![0.0; width * width];
        let free = |(at, response): (usize, &Response)| response.free.then_some((at, response.signs));
        for (at, signs) in point.responses.iter().enumerate().filter_map(free) {
            let softness = 1.0 / (problem.diagonal[at] + problem.quadratic_cost[at]);
            let line: Vec<f64> =
                self.line(at).iter().enumerate().map(|(variable, entry)| self.sign(variable, signs) * entry).collect();
            for (row, entry) in line.iter().enumerate() {
                let scaled = entry * softness;
                let target = &mut matrix[row * width..(row + 1) * width];
                target.iter_mut().zip(&line).for_each(|(sum, other)| *sum += scaled * other);
            }
        }
        for variable in 0..width {
            matrix[variable * width + variable] += if variable < problem.factors { 1.0 } else { proximal };
        }
        matrix
    }

    /// The best step on the current piece, by an active set over the limits π ≥ 0; it always climbs.
    fn step(&self, place: &[f64], point: &Point, proximal: f64) -> Option<Vec<f64>> {
        let (width, matrix) = (self.width, self.curvature(point, proximal));
        let floor = |variable: usize| if self.limited(variable) { -place[variable] } else { f64::NEG_INFINITY };
        let mut held: Vec<bool> = (0..width).map(|at| floor(at) >= 0.0 && point.slope[at] <= 0.0).collect();
        let mut step = vec![0.0; width];
        for _ in 0..4 * width + 8 {
            let open: Vec<usize> = (0..width).filter(|at| !held[*at]).collect();
            let target = newton(&matrix, &point.slope, &step, &open)?;
            // As far as the first limit, which is then held.
            let reach = |(place, at): (usize, &usize)| {
                (target[place] < floor(*at)).then(|| ((step[*at] - floor(*at)) / (step[*at] - target[place]), *at))
            };
            let hit = open.iter().enumerate().filter_map(reach).min_by(|one, other| one.0.total_cmp(&other.0));
            let share = hit.map_or(1.0, |(share, _)| share.clamp(0.0, 1.0));
            open.iter().zip(&target).for_each(|(at, target)| step[*at] += share * (target - step[*at]));
            if let Some((_, at)) = hit {
                (step[at], held[at]) = (floor(at), true);
                continue;
            }
            let gain = |at: usize| {
                let line = &matrix[at * width..(at + 1) * width];
                point.slope[at] - line.iter().zip(&step).fold(0.0, |total, (entry, step)| total + entry * step)
            };
            let gains = (0..width).filter(|at| held[*at]).map(|at| (gain(at), at));
            match gains.filter(|(gain, _)| *gain > TOLERANCE).max_by(|one, other| one.0.total_cmp(&other.0)) {
                Some((_, at)) => held[at] = false,
                None => break,
            }
        }
        Some(step)
    }

    /// How far along `step` the dual is largest: to the bend where its slope changes sign, or where a flat top begins,
    /// since prices without need are prices to be multiplied by roundings.
    fn length(&self, place: &[f64], step: &[f64]) -> f64 {
        let most = (0..self.width)
            .filter(|at| self.limited(*at) && step[*at] < 0.0)
            .map(|at| -place[at] / step[at])
            .fold(f64::INFINITY, f64::min)
            .max(1.0);
        let slope = |length: f64| {
            let mut there = place.to_vec();
            self.advance(&mut there, step, length);
            self.at(&there).slope.iter().zip(step).fold(0.0, |total, (slope, step)| total + slope * step)
        };
        let start = slope(0.0);
        let enough = TOLERANCE * start.abs();
        let (mut low, mut high) = ((0.0, start), (1.0, slope(1.0)));
        for _ in 0..DOUBLINGS {
            if high.1 <= enough || high.0 >= most {
                break;
            }
            let next = (2.0 * high.0).min(most);
            (low, high) = (high, (next, slope(next)));
        }
        for search in 0..SEARCHES {
            let near = if high.1.abs() <= enough { CLOSE } else { f64::EPSILON };
            if high.1 > enough || high.0 - low.0 <= near * high.0 {
                break;
            }
            // The secant is exact on one piece; halving makes sure that the bracket shrinks.
            let secant = low.0 + (high.0 - low.0) * low.1 / (low.1 - high.1);
            let halving = search % 2 == 1 || high.1.abs() <= enough;
            let middle = if halving { (low.0 + high.0) / 2.0 } else { secant };
            let value = slope(middle);
            if value > enough {
                low = (middle, value);
            } else {
                high = (middle, value);
            }
        }
        high.0
    }

    fn advance(&self, place: &mut [f64], step: &[f64], length: f64) {
        for (variable, (value, step)) in place.iter_mut().zip(step).enumerate() {
            let moved = length * step;
            *value += moved;
            // What is left of a price that goes to zero is rounding.
            if self.limited(variable) && *value <= ROUNDING * moved.abs() {
                *value = 0.0;
            }
        }
    }

    fn told(&self, place: &[f64], point: &Point, steps: u32) -> Guess {
        let prices = place[self.problem.factors..].to_vec();
        let active = prices.iter().zip(&self.problem.rows).map(|(price, row)| row.equal || *price > 0.0);
        Guess {
            weights: point.responses.iter().map(|response| response.weight).collect(),
            pins: point.responses.iter().map(|response| (!response.free).then_some(response.weight)).collect(),
            active: active.collect(),
            prices,
            steps,
        }
    }
}

/// Where the model's slope vanishes in the `open` variables, the others staying at `step`.
fn newton(matrix: &[f64], slope: &[f64], step: &[f64], open: &[usize]) -> Option<Vec<f64>> {
    let width = slope.len();
    let entries = open.iter().flat_map(|row| open.iter().map(move |column| matrix[row * width + column]));
    let factor = Cholesky::of(entries.collect(), open.len())?;
    let right = |at: &usize| {
        let line = matrix[at * width..(at + 1) * width].iter().zip(step).enumerate();
        let others = line.filter(|(variable, _)| !open.contains(variable));
        slope[*at] - others.fold(0.0, |total, (_, (entry, step))| total + entry * step)
    };
    Some(factor.solve(&open.iter().map(right).collect::<Vec<_>>()))
}
