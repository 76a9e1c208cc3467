//! Shrinkage against scikit-learn and a slow recomputation, the factor model, tails, and the earlier cap rule.

use domain::ids::Instrument;
use proptest::prelude::*;
use rstest::rstest;

use super::super::caps::proportional;
use super::super::covariance::{FactorModel, Returns};
use super::super::output::Infeasible;
use super::super::risk::{ScenarioLosses, earlier, gaussian, tail, value_at_risk};
use super::super::shrinkage::{ledoit_wolf, products, to_diagonal};
use super::engine::{Desk, config, everyone};

/// Twelve samples of five numbers, by a fixed rule.
fn samples() -> Vec<f64> {
    let raw = |t: usize, i: usize| (((7 * t + 3 * i * i + t * i) % 11) as f64 - 5.0) / 10.0;
    (0..12)
        .flat_map(|t| {
            let x = [raw(t, 0), raw(t, 1), raw(t, 2), raw(t, 3)];
            [x[0], x[1] + x[0], x[2] - x[0], x[3], x[3] * 0.5 + x[0]]
        })
        .collect()
}

#[test]
fn ledoit_wolf_as_scikit_learn_computes_it() {
    // sklearn.covariance.ledoit_wolf of scikit-learn 1.9.1 on the same samples.
    let shrunk = ledoit_wolf(&samples(), 5).unwrap();
    assert!((shrunk.intensity - 0.270_159_257_605_921_97).abs() < 1e-14);
    let rows = [
        [0.121_371_391_961_832_53, 0.093_105_378_040_133_41, -0.062_999_447_416_377_71],
        [0.093_105_378_040_133_41, 0.215_034_287_235_739_17, -0.097_565_515_910_319_48],
        [-0.062_999_447_416_377_71, -0.097_565_515_910_319_48, 0.161_512_632_793_506_83],
    ];
    for (at, row) in rows.iter().enumerate() {
        for (other, expected) in row.iter().enumerate() {
            assert!((shrunk.covariance[at * 5 + other] - expected).abs() < 1e-15);
        }
    }
}

#[test]
fn schaefer_and_strimmer_by_their_formula() {
    // λ = Σ Var(s) / Σ s² over i ≠ j, written out in NumPy.
    let shrunk = to_diagonal(&samples(), 5).unwrap();
    assert!((shrunk.intensity - 0.245_203_575_559_377_13).abs() < 1e-14);
}

#[test]
fn shrinkage_refuses_what_is_not_a_table_of_numbers() {
    assert!(ledoit_wolf(&[], 3).is_none() && ledoit_wolf(&[1.0], 0).is_none() && ledoit_wolf(&[1.0; 4], 3).is_none());
    assert!(ledoit_wolf(&[1.0, f64::NAN], 2).is_none() && to_diagonal(&[1.0; 4], 2).is_none());
}

/// The eigenvalues of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan 2013, §8.5).
fn eigenvalues(mut a: Vec<f64>, size: usize) -> Vec<f64> {
    for _ in 0..60 {
        for p in 0..size {
            for q in p + 1..size {
                if a[p * size + q].abs() < 1e-300 {
                    continue;
                }
                let theta = (a[q * size + q] - a[p * size + p]) / (2.0 * a[p * size + q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..size {
                    let (x, y) = (a[k * size + p], a[k * size + q]);
                    (a[k * size + p], a[k * size + q]) = (c * x - s * y, s * x + c * y);
                }
                for k in 0..size {
                    let (x, y) = (a[p * size + k], a[q * size + k]);
                    (a[p * size + k], a[q * size + k]) = (c * x - s * y, s * x + c * y);
                }
            }
        }
    }
    (0..size).map(|at| a[at * size + at]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn shrunk_covariances_are_positive_semidefinite(width in 1_usize..9, count in 3_usize..14, seed in 0_usize..999) {
        let value = |at: usize| ((at * 7919 + seed * 31 + at * at * 13) % 2003) as f64 / 2003.0 - 0.5;
        let samples: Vec<f64> = (0..width * count).map(value).collect();
        for shrunk in [ledoit_wolf(&samples, width).unwrap(), to_diagonal(&samples, width).unwrap()] {
            prop_assert!((0.0..=1.0).contains(&shrunk.intensity));
            prop_assert!(eigenvalues(shrunk.covariance, width).into_iter().all(|value| value >= -1e-12));
        }
    }

    #[test]
    fn tiles_change_no_bit(width in 1_usize..14, count in 1_usize..20) {
        let rows: Vec<f64> = (0..width * count).map(|at| ((at * 7919) % 2003) as f64 / 200.3 - 5.0).collect();
        let tiled = products(&rows, width);
        for one in 0..width {
            for other in 0..width {
                let slow = rows.chunks(width).fold(0.0, |total, row| total + row[one] * row[other]);
                prop_assert_eq!(tiled[one * width + other].to_bits(), f64::to_bits(slow));
            }
        }
    }

    #[test]
    fn shortfall_lies_between_var_and_the_worst(losses in prop::collection::vec(-1.0..1.0, 1..80), alpha in 0.5..0.99_f64) {
        let (shortfall, shares) = tail(&losses, alpha);
        let worst = losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        prop_assert!(value_at_risk(&losses, alpha).unwrap() <= shortfall + 1e-12 && shortfall <= worst + 1e-12);
        prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn capped_weights_keep_the_cap_or_say_why(scores in prop::collection::vec(-1.0..3.0, 1..12), cap in 0.02..1.0_f64) {
        match proportional(&scores, cap) {
            Ok(weights) => {
                prop_assert!(weights.iter().all(|weight| (0.0..=cap).contains(weight)));
                prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
            Err(why) => {
                let named = matches!(why, Infeasible::Conflict { breach, .. } if breach > 0.0);
                prop_assert!(named);
            }
        }
    }
}

#[test]
fn the_risk_model_is_positive_and_explains_what_it_saw() {
    let desk = Desk::new(300);
    let (returns, left_out) = Returns::of(&desk.windows, &everyone(), &config().covariance);
    assert_eq!(left_out.iter().map(|at| at.0).collect::<Vec<_>>(), [21]);
    assert_eq!((returns.days, returns.members.len()), (252, 23));
    let facts = desk.view().instruments();
    let model = FactorModel::estimate(&returns, facts, &desk.windows, &config().covariance).unwrap();
    assert!(model.specific.iter().all(|variance| *variance > 0.0) && (0.0..=1.0).contains(&model.intensity));
    // The model's variance of an equal-weighted portfolio against that of its own history.
    let weights = vec![1.0 / 23.0; 23];
    let daily: Vec<f64> = returns.rows.chunks(23).map(|row| row.iter().sum::<f64>() / 23.0).collect();
    let mean = daily.iter().sum::<f64>() / 252.0;
    let sample = daily.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / 251.0;
    let ratio = model.variance(&weights) / sample;
    assert!((0.9..1.1).contains(&ratio), "{ratio}");
    // By the definition of least squares the market's own exposures average to 1.
    let width = model.width();
    let market: f64 = model.exposures.chunks(width).map(|row| row[0]).sum::<f64>() / 23.0;
    assert!((market - 1.0).abs() < 1e-9);
    // Σ as a dense matrix is positive definite.
    let loads = model.loads();
    let entry = |one: usize, other: usize| {
        let pair = loads[one * width..(one + 1) * width].iter().zip(&loads[other * width..(other + 1) * width]);
        pair.map(|(a, b)| a * b).sum::<f64>() + if one == other { model.specific[one] } else { 0.0 }
    };
    let dense = (0..23 * 23).map(|at| entry(at / 23, at % 23)).collect();
    assert!(eigenvalues(dense, 23).into_iter().all(|value| value > 0.0));
}

#[test]
fn gaussian_tails() {
    let (var, shortfall) = gaussian(2.0, 0.95);
    assert!((var - 2.0 * 1.644_853_626_951_472_2).abs() < 1e-12);
    assert!((shortfall - 2.0 * 2.062_712_807_507_427).abs() < 1e-9);
}

#[test]
fn the_earlier_tail_is_one_place_off_and_signed() {
    // 40 returns −20 … 19: ⌊2⌋ − 1 = 1, so the second worst, and the mean of the two worst.
    let returns: Vec<f64> = (-20..20).map(f64::from).collect();
    assert_eq!(earlier::var_es_95(&returns), Some((-19.0, -19.5)));
    let losses: Vec<f64> = returns.iter().map(|value| -value).collect();
    assert_eq!(value_at_risk(&losses, 0.95), Some(18.0));
    assert!((tail(&losses, 0.95).0 - 19.5).abs() < 1e-12);
    assert_eq!(earlier::var_es_95(&[0.5, 0.1]), Some((0.1, 0.1)));
    assert_eq!(earlier::var_es_95(&[]), None);
}

/// What a path does not know is what the others lose on it; a path that knows too little is left out.
#[test]
fn an_unknown_loss_is_that_of_the_others() {
    let gap = f64::NAN;
    let losses = ScenarioLosses::new(2, vec![0.1, gap, gap, gap, 0.3, 0.1, gap, 0.2]).unwrap();
    let [first, second] = [0, 1].map(Instrument);
    assert_eq!(losses.of_members(&[first, second]), [0.1, 0.1, 0.3, 0.1, 0.2, 0.2]);
    let profits = losses.profits(&[(first, 0.5), (second, 0.3)]);
    assert_eq!(profits.len(), 2); // the last path knows three eighths
    assert!((profits[0] + 0.08).abs() < 1e-15 && (profits[1] + 0.18).abs() < 1e-15, "{profits:?}");
    // Half of the paths know the first, another half the second: not what the first path says.
    assert_eq!(losses.coverage(&[(first, 0.5), (second, 0.3)]), Some(0.5));
    assert_eq!((losses.known_share(first), losses.known_share(second)), (0.5, 0.5));
    assert_eq!(losses.profits(&[]), [0.0; 4]);
}

#[rstest]
#[case::one_round(&[5.0, 3.0, 1.0, 1.0], 0.4, &[0.40, 0.36, 0.12, 0.12])]
#[case::two_rounds(&[9.0, 5.0, 3.0, 2.0, 1.0], 0.3, &[0.3, 0.3, 0.2, 0.4 / 3.0, 0.2 / 3.0])]
#[case::nobody_positive(&[-1.0, 0.0], 0.5, &[0.5, 0.5])]
fn capped_weights(#[case] scores: &[f64], #[case] cap: f64, #[case] expected: &[f64]) {
    let weights = proportional(scores, cap).unwrap();
    assert!(weights.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{weights:?}");
}

#[rstest]
#[case::too_few(&[10.0, 1.0], 0.3, 0.4)]
#[case::one_positive(&[2.0, 0.0, 0.0], 0.9, 0.1)]
fn a_cap_is_not_broken_where_the_earlier_one_broke_it(#[case] scores: &[f64], #[case] cap: f64, #[case] least: f64) {
    let Err(Infeasible::Conflict { binding, breach }) = proportional(scores, cap) else { panic!("a conflict") };
    assert_eq!(binding, ["budget", "per_instrument_max_weight"]);
    assert!((breach - least).abs() < 1e-12);
}
