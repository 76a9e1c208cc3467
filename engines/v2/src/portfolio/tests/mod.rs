//! Proofs of the portfolio: solver, invariants, risk model, engine.

mod degenerate;
mod engine;
mod laws;
mod models;
mod solver;

use proptest::prelude::*;

use super::problem::{Measure, Problem, Row};

/// A row over all instruments with coefficient 1.
fn row(name: &str, measure: Measure, size: usize, limit: f64) -> Row {
    let terms = (0..size).map(|at| (at, 1.0)).collect();
    Row { name: name.to_owned(), measure, terms, constant: 0.0, limit, equal: false }
}

fn budget(size: usize, total: f64) -> Row {
    Row { equal: true, ..row("budget", Measure::Net, size, total) }
}

/// Long only, a sum of 1, a cap, no costs, no common factor.
fn plain(mean: &[f64], diagonal: &[f64], cap: f64) -> Problem {
    let size = mean.len();
    Problem {
        mean: mean.to_vec(),
        diagonal: diagonal.to_vec(),
        current: vec![0.0; size],
        linear_cost: vec![0.0; size],
        quadratic_cost: vec![0.0; size],
        lower: vec![0.0; size],
        upper: vec![cap; size],
        rows: vec![budget(size, 1.0)],
        ..Problem::default()
    }
}

/// Any programme of `sizes` instruments: long only or with short positions, with factors, costs, weights held, and
/// limits of gross, turnover, soft targets, a sector and a factor. It may be infeasible.
fn any_problem(sizes: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Problem> {
    sizes.prop_flat_map(|size| {
        let list = |range: std::ops::Range<f64>| prop::collection::vec(range, size);
        let data = (
            list(-0.05..0.05),
            list(0.01..0.5),
            prop::collection::vec(-0.5..0.5, size * 2),
            list(0.0..1.0),
            list(0.0..0.01),
            list(0.0..0.1),
        );
        let limits = (0.2..1.2, 0.5..2.0, 0.05..2.0, 0.0..0.6, 0.1..0.8, 0.02..0.5);
        (data, limits, any::<bool>()).prop_map(move |(data, limits, short)| assembled(size, data, limits, short))
    })
}

type Data = (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>);

fn assembled(size: usize, data: Data, limits: (f64, f64, f64, f64, f64, f64), short: bool) -> Problem {
    let (mean, diagonal, loads, held, linear_cost, quadratic_cost) = data;
    let (cap, gross, turnover, soft, sector, factor) = limits;
    let total: f64 = held.iter().sum();
    let half: Vec<(usize, f64)> = (0..size.div_ceil(2)).map(|at| (at, 1.0)).collect();
    let exposures = |sign: f64| (0..size).map(|at| (at, sign * loads[2 * at])).collect();
    let rows = vec![
        budget(size, if short { 0.3 } else { 1.0 }),
        row("gross_exposure_limit", Measure::Gross, size, if short { gross } else { gross.max(1.1) }),
        row("turnover_limit", Measure::Traded, size, turnover),
        Row { terms: vec![(size - 1, 1.0)], ..row("fragility_exposure_limit", Measure::Gross, size, soft) },
        Row { terms: half, ..row("sector_limits.A", Measure::Net, size, sector) },
        Row { terms: exposures(1.0), ..row("factor_limits.market", Measure::Net, size, factor) },
        Row { terms: exposures(-1.0), ..row("factor_limits.market", Measure::Net, size, factor) },
    ];
    Problem {
        mean,
        diagonal,
        factors: 2,
        current: held.iter().map(|held| if total > 0.0 { held / total } else { 0.0 }).collect(),
        linear_cost,
        quadratic_cost,
        lower: vec![if short { -cap } else { 0.0 }; size],
        upper: vec![cap; size],
        loads,
        rows,
    }
}
