//! The programme as Clarabel reads it: an interior-point solver of cone programmes, in factor form.
//!
//! ```text
//! variables  w (instruments), y = Cᵀw (factors), t ≥ |w − w0| and g ≥ |w| where a kink lies inside the bounds
//! minimise   ½ wᵀ diag(h + b) w + ½ yᵀy − (μ + b∘w0)ᵀw + aᵀt
//! ```
//!
//! The factor form is part of the definition: the dense form has the same optimum, but other last digits. Iterations
//! are bounded, time is not; nothing is printed; one thread. The result is only a guess of which bounds, kinks and
//! rows hold with equality, and of the prices: `polish` finishes and `kkt` judges.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};

use super::problem::{Measure, Problem, Row};

/// Interior-point steps at most; a portfolio takes 10 to 20.
const STEPS_MAX: u32 = 100;
/// The tolerance asked of the solver; the polish does the rest.
const TOLERANCE: f64 = 1e-9;

/// What the interior point suggests.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Guess {
    /// Weights, inside their bounds.
    pub weights: Vec<f64>,
    /// A price for each row.
    pub prices: Vec<f64>,
    /// For each instrument the bound or kink that it seems to sit on.
    pub pins: Vec<Option<f64>>,
    /// For each row whether it seems to hold with equality.
    pub active: Vec<bool>,
    /// Steps that led to it.
    pub steps: u32,
}

/// Cone constraints `A x + s = b` under construction, row by row.
#[derive(Debug, Default)]
pub(super) struct Sparse {
    rows: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<f64>,
    right: Vec<f64>,
}

impl Sparse {
    pub(super) fn push(&mut self, terms: impl IntoIterator<Item = (usize, f64)>, right: f64) {
        let row = self.right.len();
        for (column, value) in terms {
            self.rows.push(row);
            self.columns.push(column);
            self.values.push(value);
        }
        self.right.push(right);
    }
}

/// Where the auxiliary variables of a programme stand.
#[derive(Debug)]
pub(super) struct Layout {
    pub factors_at: usize,
    /// For each instrument the column of t or g, where it has one.
    pub trades: Vec<Option<usize>>,
    pub grosses: Vec<Option<usize>>,
    pub columns: usize,
}

impl Layout {
    pub(super) fn of(problem: &Problem, factors: usize) -> Self {
        let size = problem.size();
        let mut columns = size + factors;
        let mut next = |wanted: bool| {
            columns += usize::from(wanted);
            wanted.then(|| columns - 1)
        };
        let counted = problem.counted(Measure::Traded);
        let trades = (0..size).map(|at| next(problem.trade_kink(at, counted[at]))).collect();
        let signed = problem.counted(Measure::Gross);
        let two_sided = |at: usize| signed[at] && problem.lower[at] < 0.0 && problem.upper[at] > 0.0;
        let grosses = (0..size).map(|at| next(two_sided(at))).collect();
        Self { factors_at: size, trades, grosses, columns }
    }

    /// A row's terms in columns, and what must be added to its right side.
    pub(super) fn terms(&self, problem: &Problem, row: &Row) -> (Vec<(usize, f64)>, f64) {
        let mut moved = -row.constant;
        let mut term = |&(at, coefficient): &(usize, f64)| match row.measure {
            Measure::Net => (at, coefficient),
            Measure::Gross => match self.grosses[at] {
                Some(column) => (column, coefficient),
                None if problem.lower[at] >= 0.0 => (at, coefficient),
                None => (at, -coefficient),
            },
            Measure::Traded => match self.trades[at] {
                Some(column) => (column, coefficient),
                None => {
                    // w0 is at or beyond a bound, so the sign of the trade is known.
                    let sign = if problem.current[at] <= problem.lower[at] { 1.0 } else { -1.0 };
                    moved += sign * coefficient * problem.current[at];
                    (at, sign * coefficient)
                }
            },
        };
        let terms = row.terms.iter().map(&mut term).collect();
        (terms, moved)
    }

    /// Bounds and absolute values; answers the first row of each kind.
    pub(super) fn push_bounds(&self, problem: &Problem, sparse: &mut Sparse) -> [usize; 4] {
        let size = problem.size();
        let start = sparse.right.len();
        (0..size).for_each(|at| sparse.push([(at, -1.0)], -problem.lower[at]));
        (0..size).for_each(|at| sparse.push([(at, 1.0)], problem.upper[at]));
        let trades_at = sparse.right.len();
        for (at, column) in self.trades.iter().enumerate().filter_map(|(at, column)| Some((at, (*column)?))) {
            sparse.push([(at, 1.0), (column, -1.0)], problem.current[at]);
            sparse.push([(at, -1.0), (column, -1.0)], -problem.current[at]);
        }
        let grosses_at = sparse.right.len();
        for (at, column) in self.grosses.iter().enumerate().filter_map(|(at, column)| Some((at, (*column)?))) {
            sparse.push([(at, 1.0), (column, -1.0)], 0.0);
            sparse.push([(at, -1.0), (column, -1.0)], 0.0);
        }
        [start, start + size, trades_at, grosses_at]
    }
}

/// The solver's settings: everything that could make a result depend on the machine is off.
pub(super) fn settings() -> DefaultSettings<f64> {
    DefaultSettings {
        max_iter: STEPS_MAX,
        time_limit: f64::INFINITY,
        verbose: false,
        max_threads: 1,
        direct_solve_method: "qdldl".to_owned(),
        tol_gap_abs: TOLERANCE,
        tol_gap_rel: TOLERANCE,
        tol_feas: TOLERANCE,
        presolve_enable: false,
        ..DefaultSettings::default()
    }
}

/// Runs the solver on `curvature` (a diagonal), `linear`, and the constraints of which the first `equal` are equations.
pub(super) fn run(curvature: &[f64], linear: &[f64], sparse: Sparse, equal: usize) -> Option<DefaultSolver<f64>> {
    let columns = linear.len();
    let diagonal: Vec<usize> = (0..columns).filter(|at| curvature[*at] > 0.0).collect();
    let values = diagonal.iter().map(|at| curvature[*at]).collect();
    let quadratic = CscMatrix::new_from_triplets(columns, columns, diagonal.clone(), diagonal, values);
    let count = sparse.right.len();
    let matrix = CscMatrix::new_from_triplets(count, columns, sparse.rows, sparse.columns, sparse.values);
    let cones = [SupportedConeT::ZeroConeT(equal), SupportedConeT::NonnegativeConeT(count - equal)];
    let mut solver = DefaultSolver::new(&quadratic, linear, &matrix, &sparse.right, &cones, settings()).ok()?;
    solver.solve();
    Some(solver)
}

/// Solves a normalised problem to a guess; `None` when the solver says that there is no point, or reached none.
pub(super) fn guess(problem: &Problem) -> Option<Guess> {
    let size = problem.size();
    let layout = Layout::of(problem, problem.factors);
    let (mut sparse, mut positions) = (Sparse::default(), vec![0; problem.rows.len()]);
    let mut push_rows = |sparse: &mut Sparse, equal: bool| {
        for (position, row) in positions.iter_mut().zip(&problem.rows).filter(|(_, row)| row.equal == equal) {
            let (terms, moved) = layout.terms(problem, row);
            *position = sparse.right.len();
            sparse.push(terms, row.limit + moved);
        }
    };
    push_rows(&mut sparse, true);
    for factor in 0..problem.factors {
        let loads = (0..size).map(|at| (at, -problem.loads[at * problem.factors + factor]));
        sparse.push(loads.chain([(layout.factors_at + factor, 1.0)]), 0.0);
    }
    let equal = sparse.right.len();
    push_rows(&mut sparse, false);
    let starts = layout.push_bounds(problem, &mut sparse);
    let (mut curvature, mut linear) = (vec![0.0; layout.columns], vec![0.0; layout.columns]);
    for at in 0..size {
        curvature[at] = problem.diagonal[at] + problem.quadratic_cost[at];
        linear[at] = -problem.mean[at] - problem.quadratic_cost[at] * problem.current[at];
        match layout.trades[at] {
            Some(column) => linear[column] = problem.linear_cost[at],
            None if problem.current[at] <= problem.lower[at] => linear[at] += problem.linear_cost[at],
            None => linear[at] -= problem.linear_cost[at],
        }
    }
    curvature[size..size + problem.factors].fill(1.0);
    let solver = run(&curvature, &linear, sparse, equal)?;
    read(problem, &layout, &solver, &positions, starts)
}

/// Reads the guess off the solver's point: equality is where the price outweighs the slack.
fn read(
    problem: &Problem,
    layout: &Layout,
    solver: &DefaultSolver<f64>,
    positions: &[usize],
    [lower_at, upper_at, trades_at, grosses_at]: [usize; 4],
) -> Option<Guess> {
    let point = &solver.solution;
    let infeasible = matches!(point.status, SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible);
    if infeasible || point.x.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let holds = |row: usize| point.z[row] > point.s[row];
    let (mut trade_row, mut gross_row) = (trades_at, grosses_at);
    let kink = |row: &mut usize, column: Option<usize>| {
        let row = column.map(|_| std::mem::replace(row, *row + 2))?;
        (holds(row) && holds(row + 1)).then_some(())
    };
    let mut pin = |at: usize| {
        let traded = kink(&mut trade_row, layout.trades[at]).map(|()| problem.current[at]);
        let gross = kink(&mut gross_row, layout.grosses[at]).map(|()| 0.0);
        let lower = holds(lower_at + at).then(|| problem.lower[at]);
        lower.or_else(|| holds(upper_at + at).then(|| problem.upper[at])).or(traded).or(gross)
    };
    let pins = (0..problem.size()).map(&mut pin).collect();
    let inside = |at: usize| point.x[at].clamp(problem.lower[at], problem.upper[at]);
    Some(Guess {
        weights: (0..problem.size()).map(inside).collect(),
        prices: positions.iter().map(|row| point.z[*row]).collect(),
        pins,
        active: positions.iter().zip(&problem.rows).map(|(row, what)| what.equal || holds(*row)).collect(),
        steps: point.iterations,
    })
}
