//! The solver against analytic optima, a grid, a direct check of every limit, and its own conflicts.

use proptest::prelude::*;
use rstest::rstest;

use super::super::output::Infeasible;
use super::super::problem::{Measure, Problem, Row};
use super::super::qp::{RESIDUAL_MAX, TailLimit, solve};
use super::super::risk::tail;
use super::{any_problem, budget, plain, row};

fn close(left: &[f64], right: &[f64], bound: f64) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| (a - b).abs() <= bound)
}

#[rstest]
#[case::inside(&[0.02, 0.01], 1.0, &[0.75, 0.25])]
#[case::at_the_cap(&[0.02, 0.01], 0.6, &[0.6, 0.4])]
#[case::at_zero(&[0.05, 0.01], 1.0, &[1.0, 0.0])]
#[case::no_room_at_all(&[0.05, 0.01], 0.5, &[0.5, 0.5])]
#[case::equal(&[0.01, 0.01, 0.01], 0.9, &[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0])]
fn analytic_optima(#[case] mean: &[f64], #[case] cap: f64, #[case] expected: &[f64]) {
    let solution = solve(&plain(mean, &vec![0.02; mean.len()], cap), None).unwrap();
    assert!(close(&solution.weights, expected, 1e-12), "{:?}", solution.weights);
}

#[test]
fn a_small_gain_is_not_worth_its_cost() {
    // Moving a unit from the first to the second gains 0.002 and costs twice 0.002.
    let mut problem = plain(&[0.010, 0.012], &[0.02; 2], 1.0);
    problem.current = vec![0.5, 0.5];
    problem.linear_cost = vec![0.002; 2];
    assert_eq!(solve(&problem, None).unwrap().weights, [0.5, 0.5]);
    problem.linear_cost = vec![0.0; 2];
    // 0.010 − 0.02·w₁ = 0.012 − 0.02·w₂.
    assert!(close(&solve(&problem, None).unwrap().weights, &[0.45, 0.55], 1e-12));
}

#[test]
fn turnover_stops_half_way() {
    let mut problem = plain(&[0.05, 0.01], &[0.02; 2], 1.0);
    problem.current = vec![0.2, 0.8];
    problem.rows.push(row("turnover_limit", Measure::Traded, 2, 0.4));
    let solution = solve(&problem, None).unwrap();
    assert!(close(&solution.weights, &[0.4, 0.6], 1e-12));
    assert!(solution.prices[1] > 0.0);
}

#[test]
fn the_impact_bound_is_above_the_impact_and_exact_at_the_reference() {
    let reference: f64 = 0.01;
    let bound = |t: f64| t * t / (2.0 * reference.sqrt()) + t * reference.sqrt() / 2.0;
    for step in 0..=1000 {
        let t = f64::from(step) / 10_000.0;
        assert!(bound(t) >= t * t.sqrt() - 1e-15);
    }
    assert!((bound(reference) - reference * reference.sqrt()).abs() < 1e-15);
}

/// Every limit of an answer, by the row's own words.
fn limits_hold(problem: &Problem, weights: &[f64]) -> bool {
    let bounds = weights.iter().zip(&problem.lower).zip(&problem.upper);
    bounds.into_iter().all(|((weight, low), high)| low <= weight && weight <= high)
        && problem.rows.iter().all(|row| row.breach(weights, &problem.current) <= 1e-8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn feasible_or_an_explicit_conflict(problem in any_problem(2..=12)) {
        match solve(&problem, None) {
            Ok(solution) => {
                prop_assert!(limits_hold(&problem, &solution.weights));
                prop_assert!(solution.certificate.residual() <= RESIDUAL_MAX);
            }
            Err(Infeasible::Conflict { binding, breach }) => {
                prop_assert!(!binding.is_empty() && breach > 0.0);
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn no_grid_point_is_better(problem in any_problem(2..=3)) {
        let Ok(solution) = solve(&problem, None) else {
            // Then no grid point is feasible either.
            prop_assert!(grid(&problem).all(|weights| !limits_hold(&problem, &weights)));
            return Ok(());
        };
        let ours = problem.objective(&solution.weights);
        for weights in grid(&problem).filter(|weights| limits_hold(&problem, weights)) {
            prop_assert!(ours <= problem.objective(&weights) + 1e-9);
        }
    }
}

/// Weights on a grid whose sum is the budget.
fn grid(problem: &Problem) -> impl Iterator<Item = Vec<f64>> {
    let (size, total) = (problem.size(), problem.rows[0].limit);
    let steps: i32 = 60;
    let axis = move |step: i32| f64::from(step) / 40.0;
    let second = if size == 3 { -steps..=steps } else { 0..=0 };
    (-steps..=steps).flat_map(move |first| {
        second.clone().map(move |second| match size {
            2 => vec![axis(first), total - axis(first)],
            _ => vec![axis(first), axis(second), total - axis(first) - axis(second)],
        })
    })
}

#[rstest]
#[case::caps_too_low(3, 0.3, None, &["budget", "per_instrument_max_weight"], 0.1)]
#[case::sector_too_low(2, 0.6, Some(0.2), &["budget", "per_instrument_max_weight", "sector_limits.A"], 0.2)]
fn the_constraints_in_conflict(
    #[case] size: usize,
    #[case] cap: f64,
    #[case] sector: Option<f64>,
    #[case] expected: &[&str],
    #[case] least: f64,
) {
    let mut problem = plain(&vec![0.01; size], &vec![0.02; size], cap);
    problem
        .rows
        .extend(sector.map(|limit| Row { terms: vec![(0, 1.0)], ..row("sector_limits.A", Measure::Net, size, limit) }));
    // A limit that takes no part is not named.
    problem.rows.push(row("turnover_limit", Measure::Traded, size, 5.0));
    let Err(Infeasible::Conflict { binding, breach }) = solve(&problem, None) else { panic!("a conflict") };
    assert_eq!(binding, expected);
    assert!((breach - least).abs() < 1e-6);
}

#[test]
fn exactly_enough_room_is_feasible() {
    for size in [4_usize, 20, 100] {
        let problem = plain(&vec![0.01; size], &vec![0.02; size], 1.0 / size as f64);
        let solution = solve(&problem, None).unwrap();
        assert!(close(&solution.weights, &vec![1.0 / size as f64; size], 1e-9));
    }
}

#[test]
fn the_scenario_limit_is_the_programme_of_rockafellar_and_uryasev() {
    // The first instrument loses 30 % on one path of ten, the second nothing: ES at 0.9 is 0.3·w.
    let mut losses = vec![0.0; 20];
    losses[6] = 0.3;
    let limit = TailLimit { losses, alpha: 0.9, limit: 0.06 };
    let problem = plain(&[0.05, 0.01], &[0.02; 2], 1.0);
    let solution = solve(&problem, Some(&limit)).unwrap();
    assert!(close(&solution.weights, &[0.2, 0.8], 1e-9), "{:?}", solution.weights);
    assert_eq!(solution.cuts, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn the_scenario_limit_holds(
        mean in prop::collection::vec(-0.02..0.05, 6),
        losses in prop::collection::vec(-0.2..0.3, 6 * 40),
        limit in 0.02..0.2,
    ) {
        let problem = plain(&mean, &[0.05; 6], 0.5);
        let limit = TailLimit { losses, alpha: 0.9, limit };
        match solve(&problem, Some(&limit)) {
            Ok(solution) => {
                let losses = limit.path_losses(&solution.weights);
                prop_assert!(tail(&losses, 0.9).0 <= limit.limit + 1e-8);
                prop_assert!(limits_hold(&problem, &solution.weights));
                // The limit costs something only where it binds.
                let free = solve(&problem, None).unwrap();
                prop_assert!(problem.objective(&free.weights) <= problem.objective(&solution.weights) + 1e-12);
            }
            Err(Infeasible::Conflict { binding, .. }) => {
                prop_assert!(binding.contains(&"scenario_es_limit".to_owned()));
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

#[test]
fn a_budget_alone_can_be_out_of_reach() {
    let mut problem = plain(&[0.01], &[0.02], 0.4);
    problem.rows = vec![budget(1, 1.0)];
    assert!(matches!(solve(&problem, None), Err(Infeasible::Conflict { .. })));
}
