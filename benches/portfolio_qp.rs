//! Job E: a portfolio of 500 instruments, a covariance of ten factors and a diagonal, 0 ≤ w ≤ 5 %, Σw = 1.
//!
//! Ours (factor form, polish, check) against a general conic solve of the dense form by the same interior-point solver,
//! taking turns in one run. The two must agree on the objective; only ours must meet the residual.
//!
//! Beside it the portfolio engine's whole decision on panel *synthetic* (500 instruments): covariance from 252 days,
//! programme with costs and turnover against weights held, solution, check and risk report.
//!
//! `cargo bench -p benches --bench portfolio_qp`

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::panel::Panel;
use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SupportedConeT};
use criterion::Criterion;
use domain::ids::Instrument;
use domain::seed::{Seed, Streams};
use domain::view::View;
use v2::column::Column;
use v2::face::Engine;
use v2::portfolio::config::PortfolioConfig;
use v2::portfolio::problem::{Measure, Problem, Row};
use v2::portfolio::qp::solve;
use v2::portfolio::{Portfolio, PortfolioInput};
use v2::windows::{Windows, WindowsConfig};

const SIZE: usize = 500;
const FACTORS: usize = 10;
const CAP: f64 = 0.05;
/// Measurements for the ratio.
const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let problem = problem();
    let dense = dense(&problem);
    let solution = solve(&problem, None)?;
    let reference = solve_dense(&dense)?;
    let (ours, theirs) = (problem.objective(&solution.weights), problem.objective(&reference));
    let residual = solution.certificate.residual();
    println!("objective {ours} ours, {theirs} dense, {:.1e} apart; KKT residual {residual:.1e}", (ours - theirs).abs());
    println!(
        "{} names held, {} interior-point steps, {} polish steps",
        solution.weights.iter().filter(|weight| **weight > 0.0).count(),
        solution.iterations,
        solution.polish_steps
    );
    if residual > 1e-9 || (ours - theirs).abs() > 1e-8 {
        return Err("the two solvers do not agree".into());
    }
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("job E, ours", |bench| bench.iter(|| solve(black_box(&problem), None)));
    criterion.final_summary();
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        best[0] = best[0].min(time(|| solve(black_box(&problem), None).map(|_| ()).is_ok()));
        best[1] = best[1].min(time(|| solve_dense(black_box(&dense)).is_ok()));
    }
    decision()?;
    let ratio = best[1].as_secs_f64() / best[0].as_secs_f64();
    println!("| job | ours | dense conic | ratio | KKT residual |\n|---|---|---|---|---|");
    println!("| E | {:.2?} | {:.2?} | {ratio:.1} | {residual:.1e} |", best[0], best[1]);
    Ok(())
}

/// Times the engine's decisions: the first from cash, the next from the weights of the first.
fn decision() -> Result<(), Box<dyn Error>> {
    let tape = Panel::synthetic(SIZE, 400).tape()?;
    let view = View::as_of(&tape, 399).ok_or("no day")?;
    let mut windows = Windows::new(WindowsConfig::default());
    windows.step(&view);
    let members: Vec<Instrument> = (0..SIZE as u32).map(Instrument).collect();
    let streams = Streams::new(Seed(20_261_231));
    let mut held: Vec<(Instrument, f64)> = Vec::new();
    for round in ["first", "second", "third"] {
        let mean = |at: usize| 0.04 * (streams.uniform(&["job-e", round], at as u64) - 0.5);
        let expected_return = Column::with_gaps((0..SIZE).map(mean).collect());
        let input = PortfolioInput {
            view,
            windows: &windows,
            members: &members,
            expected_return: &expected_return,
            current: &held,
            soft_targets: None,
            countries: None,
            scenarios: None,
            stability: &[],
        };
        let config: PortfolioConfig = toml::from_str(CONFIG)?;
        let mut answer = None;
        let mut best = Duration::MAX;
        for _ in 0..ROUNDS {
            let mut engine = Portfolio::new(config.clone())?;
            best = best.min(time(|| {
                answer = engine.run(&input).output.ok();
                true
            }));
        }
        let target = answer.ok_or("abstained")?.target?;
        let record = &target.metadata;
        println!(
            "{round} decision: {best:.2?}, {} names, {} interior-point steps, {} polish steps, residual {:.1e}",
            target.weights.len(),
            record.iterations,
            record.polish_steps,
            record.kkt_residual
        );
        held = target.weights;
    }
    Ok(())
}

/// A long-only portfolio with every kind of limit that the panel can feel.
const CONFIG: &str = r#"
portfolio_id = "BENCH"
strategies = ["BENCH"]
markets = ["SYNTHETIC"]
base_currency = "USD"
risk_model_id = "risk-factor-252-v1"
optimizer_type = "QP"
risk_aversion_lambda = 5.0
leverage_limit = 1.0
gross_exposure_limit = 1.0
per_instrument_max_weight = 0.05
sector_limits = {}
country_limits = {}
factor_limits = { market = 1.1 }
fragility_exposure_limit = 0.05
turnover_limit = 0.3
cost_model_id = "cost-half-spread-root-v1"
"#;

fn time(work: impl FnOnce() -> bool) -> Duration {
    let began = Instant::now();
    black_box(work());
    began.elapsed()
}

/// The programme, from named streams: expected returns within ±2 %, λ·H folded into the risk.
fn problem() -> Problem {
    let streams = Streams::new(Seed(20_261_231));
    let draw = |name: &str, at: usize| streams.uniform(&["job-e", name], at as u64);
    let column = |low: f64, high: f64, name: &str| (0..SIZE).map(|at| low + (high - low) * draw(name, at)).collect();
    let budget = Row {
        name: "budget".into(),
        measure: Measure::Net,
        terms: (0..SIZE).map(|at| (at, 1.0)).collect(),
        constant: 0.0,
        limit: 1.0,
        equal: true,
    };
    let load = |at: usize| if at.is_multiple_of(FACTORS) { 0.5 + draw("load", at) } else { draw("load", at) - 0.5 };
    Problem {
        mean: column(-0.02, 0.02, "mean"),
        diagonal: column(0.02, 0.12, "specific"),
        loads: (0..SIZE * FACTORS).map(|at| 0.2 * load(at)).collect(),
        factors: FACTORS,
        current: vec![0.0; SIZE],
        linear_cost: vec![0.0; SIZE],
        quadratic_cost: vec![0.0; SIZE],
        lower: vec![0.0; SIZE],
        upper: vec![CAP; SIZE],
        rows: vec![budget],
    }
}

/// The dense form: P, q, A, b.
struct Dense {
    quadratic: CscMatrix<f64>,
    linear: Vec<f64>,
    matrix: CscMatrix<f64>,
    right: Vec<f64>,
}

fn dense(problem: &Problem) -> Dense {
    let loads = |at: usize| &problem.loads[at * FACTORS..(at + 1) * FACTORS];
    let entry = |row: usize, column: usize| {
        let common: f64 = loads(row).iter().zip(loads(column)).map(|(a, b)| a * b).sum();
        common + if row == column { problem.diagonal[row] } else { 0.0 }
    };
    let (mut rows, mut columns, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for column in 0..SIZE {
        for row in 0..=column {
            rows.push(row);
            columns.push(column);
            values.push(entry(row, column));
        }
    }
    let quadratic = CscMatrix::new_from_triplets(SIZE, SIZE, rows, columns, values);
    let all = || 0..SIZE;
    let rows = all().map(|_| 0).chain(1..=2 * SIZE).collect();
    let columns = all().chain(all()).chain(all()).collect();
    let values = [1.0, -1.0, 1.0].iter().flat_map(|value| vec![*value; SIZE]).collect();
    let right = [vec![1.0], vec![0.0; SIZE], vec![CAP; SIZE]].concat();
    let matrix = CscMatrix::new_from_triplets(2 * SIZE + 1, SIZE, rows, columns, values);
    Dense { quadratic, linear: problem.mean.iter().map(|mean| -mean).collect(), matrix, right }
}

fn solve_dense(dense: &Dense) -> Result<Vec<f64>, String> {
    let settings = DefaultSettings { verbose: false, max_threads: 1, ..DefaultSettings::default() };
    let cones = [SupportedConeT::ZeroConeT(1), SupportedConeT::NonnegativeConeT(2 * SIZE)];
    let solver = DefaultSolver::new(&dense.quadratic, &dense.linear, &dense.matrix, &dense.right, &cones, settings);
    let mut solver = solver.map_err(|error| error.to_string())?;
    solver.solve();
    Ok(solver.solution.x.clone())
}
