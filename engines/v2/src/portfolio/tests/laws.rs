//! The invariants of engines-v2 §8 on any programme: order, scale, risk aversion, limits, shocks.

use proptest::prelude::*;

use super::super::output::Infeasible;
use super::super::problem::{Problem, Row};
use super::super::qp::solve;
use super::any_problem;

/// The programme with the instruments in the order `order`.
fn reordered(problem: &Problem, order: &[usize]) -> Problem {
    let pick = |values: &[f64]| order.iter().map(|at| values[*at]).collect();
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(new, old)| place[*old] = new);
    let row = |row: &Row| {
        let mut terms: Vec<_> = row.terms.iter().map(|(at, coefficient)| (place[*at], *coefficient)).collect();
        terms.sort_by_key(|(at, _)| *at);
        Row { terms, ..row.clone() }
    };
    let loads = order.iter().flat_map(|at| problem.loads[at * problem.factors..(at + 1) * problem.factors].to_vec());
    Problem {
        mean: pick(&problem.mean),
        diagonal: pick(&problem.diagonal),
        loads: loads.collect(),
        factors: problem.factors,
        current: pick(&problem.current),
        linear_cost: pick(&problem.linear_cost),
        quadratic_cost: pick(&problem.quadratic_cost),
        lower: pick(&problem.lower),
        upper: pick(&problem.upper),
        rows: problem.rows.iter().map(row).collect(),
    }
}

/// Return, risk and costs times `factor`; `risk` times more risk.
fn scaled(problem: &Problem, factor: f64, risk: f64) -> Problem {
    let times = |values: &[f64], by: f64| values.iter().map(|value| value * by).collect();
    Problem {
        mean: times(&problem.mean, factor),
        diagonal: times(&problem.diagonal, factor * risk),
        loads: times(&problem.loads, (factor * risk).sqrt()),
        linear_cost: times(&problem.linear_cost, factor),
        quadratic_cost: times(&problem.quadratic_cost, factor),
        ..problem.clone()
    }
}

/// wᵀΣw in the units of `problem`.
fn risk(problem: &Problem, weights: &[f64]) -> f64 {
    let common: f64 = problem.factor_sums(weights).iter().map(|sum| sum * sum).sum();
    common + weights.iter().zip(&problem.diagonal).map(|(weight, own)| own * weight * weight).sum::<f64>()
}

fn apart(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn order_does_not_matter(problem in any_problem(2..=9), turn in 1_usize..8) {
        let size = problem.size();
        let order: Vec<usize> = (0..size).map(|at| (size - 1 - at + turn) % size).collect();
        match (solve(&problem, None), solve(&reordered(&problem, &order), None)) {
            (Ok(one), Ok(other)) => {
                let back: Vec<f64> = order.iter().map(|at| one.weights[*at]).collect();
                prop_assert!(apart(&back, &other.weights) <= 1e-9);
            }
            (Err(Infeasible::Conflict { binding: one, .. }), Err(Infeasible::Conflict { binding: other, .. })) => {
                prop_assert_eq!(one, other);
            }
            (one, other) => prop_assert!(false, "{one:?} {other:?}"),
        }
    }

    #[test]
    fn scale_does_not_matter(problem in any_problem(2..=9), power in -3.0..3.0_f64) {
        let factor = libm::exp10(power);
        if let (Ok(one), other) = (solve(&problem, None), solve(&scaled(&problem, factor, 1.0), None)) {
            prop_assert!(apart(&one.weights, &other.unwrap().weights) <= 1e-7);
        }
    }

    #[test]
    fn more_aversion_never_means_more_risk(problem in any_problem(2..=9), more in 1.01..20.0_f64) {
        if let (Ok(one), other) = (solve(&problem, None), solve(&scaled(&problem, 1.0, more), None)) {
            prop_assert!(risk(&problem, &other.unwrap().weights) <= risk(&problem, &one.weights) + 1e-10);
        }
    }

    #[test]
    fn a_tighter_limit_never_pays(problem in any_problem(2..=9), which in 1_usize..7, by in 0.5..1.0_f64) {
        let mut tighter = problem.clone();
        tighter.rows[which].limit *= by;
        if let (Ok(one), Ok(other)) = (solve(&problem, None), solve(&tighter, None)) {
            // What is minimised can only grow.
            prop_assert!(problem.objective(&other.weights) >= problem.objective(&one.weights) - 1e-10);
        }
        prop_assert!(solve(&problem, None).is_ok() || solve(&tighter, None).is_err());
    }

    #[test]
    fn a_price_is_what_a_little_more_room_gains(problem in any_problem(2..=6), which in 1_usize..7) {
        let mut looser = problem.clone();
        looser.rows[which].limit += 1e-5;
        if let (Ok(one), Ok(other)) = (solve(&problem, None), solve(&looser, None)) {
            let gained = problem.objective(&one.weights) - problem.objective(&other.weights);
            // Concave in the limit: the gain is at most the price, and at least the price at the end.
            prop_assert!(gained <= one.prices[which] * 1e-5 + 1e-11);
            prop_assert!(gained >= other.prices[which] * 1e-5 - 1e-11);
        }
    }

    #[test]
    fn mild_shocks_never_lever(problem in any_problem(2..=9), shocks in prop::collection::vec(0.9..1.1, 9)) {
        let mut shocked = problem.clone();
        shocked.mean.iter_mut().zip(&shocks).for_each(|(mean, shock)| *mean *= shock);
        shocked.diagonal.iter_mut().zip(&shocks).for_each(|(own, shock)| *own *= shock);
        if let (Ok(one), other) = (solve(&problem, None), solve(&shocked, None)) {
            let other = other.unwrap();
            let gross: f64 = other.weights.iter().map(|weight| weight.abs()).sum();
            prop_assert!(gross <= problem.rows[1].limit + 1e-8);
            // Strong convexity: the optimum moves at most by the change of the gradient over the least curvature.
            let least = shocked.diagonal.iter().copied().fold(f64::INFINITY, f64::min);
            let before = problem.gradient(&one.weights);
            let after = shocked.gradient(&one.weights);
            let moved: f64 = one.weights.iter().zip(&other.weights).map(|(a, b)| (a - b) * (a - b)).sum();
            let pushed: f64 = before.iter().zip(&after).map(|(a, b)| (a - b) * (a - b)).sum();
            prop_assert!(moved.sqrt() <= pushed.sqrt() / least + 1e-8);
        }
    }
}
