//! Programmes at the edge: days on which the active set is not what it looks like, and families without a generic one.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rstest::rstest;

use super::super::dual::{ASCENTS_MAX, ascend};
use super::super::kkt::Certificate;
use super::super::output::Infeasible;
use super::super::polish::polish;
use super::super::problem::{Measure, Problem, Row};
use super::super::qp::{RESIDUAL_MAX, Solution, solve};
use super::{any_problem, budget, plain, row};

/// A found day: weights drifted to a little beside the budget, and trading costs more than it gains.
fn found(mean: &[f64], diagonal: &[f64], loads: &[f64], current: &[f64], cap: f64, turnover: f64) -> Problem {
    let size = mean.len();
    Problem {
        loads: loads.to_vec(),
        factors: 1,
        current: current.to_vec(),
        linear_cost: vec![0.0005; size],
        rows: vec![budget(size, 0.999), row("turnover_limit", Measure::Traded, size, turnover)],
        ..plain(mean, diagonal, cap)
    }
}

#[rstest]
#[case::six_currencies_sell_5e_8(found(
    &[-0.00011994100363653385, 0.00073228470455839, -0.00022175377511925157, 0.0007069238236165555,
      -0.00103370255597921, -0.00023872620555159105],
    &[0.0009795106099325342, 0.0006636888573804691, 0.00041244742013754496, 0.0006690244328105679,
      0.0008231593050270497, 0.0006899381922433525],
    &[0.020761477000956836, 0.02143662304293145, 0.004165279789349599, 0.02650074950506977,
      0.016549502085025085, 0.016508476769947874],
    &[0.29407430764238035, 0.2871536349464128, 0.29930575535213316, 0.11846625690732905, 0.0, 0.0],
    0.3, 0.8000000451517446,
))]
#[case::six_currencies_sell_1e_6(found(
    &[0.0007261059924822444, -9.76089128070094e-6, -0.00011644962870038683, 3.712459402528496e-5,
      -0.0015148621784657832, -9.09681126948968e-5],
    &[0.0007980346581636518, 0.00032144700610065317, 0.00034621264433666214, 0.0002896159371751079,
      0.0011174288247350161, 0.0006284464994054394],
    &[0.014699625920750798, 0.017136549433671, 0.0043015600549346925, 0.008495668963504127,
      0.01925180915107581, 0.01796004014107734],
    &[0.2857147725201349, 0.12630296652180245, 0.2882567569256184, 0.29872668335754776, 0.0, 0.0],
    0.3, 0.8000011793251035,
))]
#[case::two_indices_sell_2e_6(found(
    &[0.0006707253540673821, -0.0006881867928453678], &[0.00014100532753279514, 0.0001410053275327928],
    &[0.05964647424829859, 0.045490824928110164], &[0.41435791924615323, 0.5846438087724228],
    0.6, 0.8000017280185762,
))]
#[case::two_indices_buy_8e_8(found(
    &[0.0006961972595232679, -0.0009078089695857301], &[0.00018513063351892394, 0.00018513063351891927],
    &[0.0853553856530972, 0.07140336165040116], &[0.5961157305128767, 0.40288418870426973],
    0.6, 0.8000000807828537,
))]
fn a_hair_beside_the_budget(#[case] problem: Problem) {
    let solution = accepted(&problem).unwrap();
    // Exactly one instrument trades, by what the budget lacks.
    let traded = |(weight, held): (&f64, &f64)| *weight != *held;
    assert_eq!(solution.weights.iter().zip(&problem.current).filter(|pair| traded(*pair)).count(), 1);
    let lack = (problem.current.iter().sum::<f64>() - 0.999).abs();
    assert!((problem.rows[1].value(&solution.weights, &problem.current) - lack).abs() < 1e-12);
}

#[test]
fn a_contradiction_too_small_for_phase_1_is_still_named() {
    // The budget asks for 2e-9 more than is held, and nothing may be traded; spread over two rows, none is within 1e-9.
    let mut problem = plain(&[0.01; 2], &[0.01; 2], 0.7);
    problem.current = vec![0.52368145494, 0.47631854298];
    problem.linear_cost = vec![0.05; 2];
    problem.rows.push(row("turnover_limit", Measure::Traded, 2, 0.0));
    let lack = 1.0 - problem.current.iter().sum::<f64>();
    let (binding, breach) = accepted(&problem).unwrap_err();
    assert_eq!(binding, ["budget", "turnover_limit"]);
    assert!(breach > 0.25 * lack && breach <= lack + 1e-15, "{breach:e} {lack:e}");
}

/// The answer, after every check of one; the conflict's names and breach.
fn accepted(problem: &Problem) -> Result<Solution, (Vec<String>, f64)> {
    match solve(problem, None) {
        Ok(solution) => {
            let bounds = solution.weights.iter().zip(&problem.lower).zip(&problem.upper);
            assert!(bounds.into_iter().all(|((weight, low), high)| low <= weight && weight <= high));
            assert!(problem.rows.iter().all(|row| row.breach(&solution.weights, &problem.current) <= 1e-8));
            let (normalised, scale) = problem.normalised();
            let prices: Vec<f64> = solution.prices.iter().map(|price| price / scale).collect();
            let certificate = Certificate::of(&normalised, &solution.weights, &prices);
            assert!(certificate.residual() <= RESIDUAL_MAX, "{certificate:?}");
            Ok(solution)
        }
        Err(Infeasible::Conflict { binding, breach }) => {
            assert!(!binding.is_empty() && breach > 0.0);
            Err((binding, breach))
        }
        Err(other) => panic!("{other} {problem:?}"),
    }
}

/// The ways out of the generic case; several can meet in one programme.
const FAMILIES: [fn(&mut Problem, f64); 13] = [
    // Every row twice; the budget also as a limit from above.
    |problem, _| {
        let mut rows = problem.rows.clone();
        rows.push(Row { equal: false, ..rows[0].clone() });
        problem.rows.append(&mut rows);
    },
    // A row three times, scaled.
    |problem, part| {
        let mut scaled = problem.rows[2].clone();
        scaled.terms.iter_mut().for_each(|(_, coefficient)| *coefficient *= part);
        scaled.limit *= part;
        problem.rows.extend([scaled.clone(), scaled]);
    },
    // The caps leave exactly the room of the budget.
    |problem, _| problem.upper = vec![problem.rows[0].limit / problem.size() as f64; problem.size()],
    // Weights held at their bounds, exactly or by a rounding.
    |problem, part| {
        for at in 0..problem.size() {
            let bound = if at % 2 == 0 { problem.upper[at] } else { problem.lower[at] };
            problem.current[at] = if at % 3 == 0 { bound * (1.0 - 1e-12 * part) } else { bound };
        }
    },
    // No turnover beyond what the budget forces.
    |problem, _| {
        let total: f64 = problem.current.iter().sum();
        problem.rows[2].limit = (problem.rows[0].limit - total).abs();
    },
    // Equal expected returns.
    |problem, _| problem.mean.fill(0.01),
    // Identical instruments.
    |problem, _| {
        for values in [&mut problem.mean, &mut problem.diagonal, &mut problem.linear_cost, &mut problem.quadratic_cost]
        {
            let first = values[0];
            values.fill(first);
        }
        (1..problem.size()).for_each(|at| problem.loads.copy_within(0..2, at * 2));
    },
    // One instrument that takes the whole budget.
    |problem, _| {
        problem.upper[0] = problem.upper[0].max(problem.rows[0].limit);
        (1..problem.size()).for_each(|at| (problem.lower[at], problem.upper[at]) = (0.0, 0.0));
    },
    // Drifted: the weights held sum to the budget but for a hair, and trading does not pay.
    |problem, part| {
        let total: f64 = problem.current.iter().sum::<f64>().max(1e-9);
        let wanted = problem.rows[0].limit * (1.0 + (part - 0.5) * libm::exp10(-2.0 - 12.0 * part));
        problem.current.iter_mut().for_each(|held| *held *= wanted / total);
        problem.linear_cost.fill(0.05);
        problem.quadratic_cost.fill(0.0);
        problem.upper.iter_mut().for_each(|upper| *upper = upper.max(0.7));
    },
    // Hardly any own risk.
    |problem, part| problem.diagonal.iter_mut().for_each(|own| *own *= libm::exp10(-5.0 * part)),
    // Objectives of very different size.
    |problem, part| {
        problem.mean.iter_mut().step_by(2).for_each(|mean| *mean *= libm::exp10(-6.0 * part));
        problem.diagonal.iter_mut().step_by(3).for_each(|own| *own *= libm::exp10(3.0 * part));
    },
    // Weights held at zero: the kinks of trade and of sign meet.
    |problem, _| problem.current.iter_mut().step_by(2).for_each(|held| *held = 0.0),
    // Limits so low that every one of them is felt.
    |problem, part| problem.rows[1..].iter_mut().for_each(|row| row.limit *= 0.5 + 0.5 * part),
];

fn any_degenerate(sizes: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Problem> {
    (any_problem(sizes), any::<u16>(), any::<u16>(), 0.0..1.0_f64).prop_map(|(mut problem, one, other, part)| {
        // About a quarter of the families at a time, applied in order.
        let wanted = FAMILIES.iter().enumerate().filter(|(at, _)| (one & other) >> at & 1 == 1);
        wanted.for_each(|(_, change)| change(&mut problem, part));
        problem
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn degenerate_programmes_are_solved_or_refused_with_names(problem in any_degenerate(1..=10)) {
        let _ = accepted(&problem);
    }

    /// The dual alone, from nothing, finds no other portfolio, and none where there is a conflict.
    #[test]
    fn the_dual_alone_agrees(problem in any_degenerate(1..=8)) {
        let (normalised, _) = problem.normalised();
        let polished = polish(&normalised, ascend(&normalised, &vec![0.0; problem.rows.len()], ASCENTS_MAX));
        if Certificate::of(&normalised, &polished.weights, &polished.prices).residual() <= RESIDUAL_MAX {
            let solution = accepted(&problem);
            prop_assert!(solution.is_ok());
            let apart = problem.objective(&solution.unwrap().weights) - problem.objective(&polished.weights);
            prop_assert!(apart.abs() <= 1e-8, "{apart:e}");
        }
    }
}

/// What became of `count` programmes: solved, those of them by the dual alone, refused. Anything else fails.
fn survey(count: usize, any: impl Fn(std::ops::RangeInclusive<usize>) -> BoxedStrategy<Problem>) -> [usize; 3] {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = [0; 3];
    for round in 0..count {
        let sizes = if round % 50 == 0 { 40..=120 } else { 2..=30 };
        let problem = any(sizes).new_tree(&mut runner).unwrap().current();
        match accepted(&problem) {
            Ok(solution) => {
                assert!(solution.polish_steps <= 40, "{} steps", solution.polish_steps);
                counts[0] += 1;
                counts[1] += usize::from(solution.iterations == 0);
            }
            Err(_) => counts[2] += 1,
        }
    }
    counts
}

#[rstest]
#[case::any(|sizes| any_problem(sizes).boxed())]
#[case::degenerate(|sizes| any_degenerate(sizes).boxed())]
fn programmes_are_solved_or_refused_with_names(
    #[case] any: fn(std::ops::RangeInclusive<usize>) -> BoxedStrategy<Problem>,
) {
    let [solved, _, refused] = survey(300, any);
    assert!(solved >= 60 && refused >= 60, "{solved} solved, {refused} refused");
}
