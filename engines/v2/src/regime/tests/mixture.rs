//! The mixture: likelihood, planted components, seeds, and a slow recomputation.

use domain::seed::{Seed, Streams};
use proptest::prelude::*;
use rstest::rstest;

use crate::regime::config::{Covariance, FitConfig};
use crate::regime::mixture::{Mixture, Table, choose_clusters, spread_start};

/// Normal draws around planted means, one after the other.
fn planted(means: &[[f64; 2]], days: usize, sd: f64) -> Table {
    let streams = Streams::new(Seed(3));
    let normal = |at: usize, which: &str| {
        let sum: f64 = (0..12).map(|k| streams.uniform(&["planted", which], (at * 12 + k) as u64)).sum();
        (sum - 6.0) * sd
    };
    let row = |at: usize| {
        let mean = means[at % means.len()];
        vec![mean[0] + normal(at, "x"), mean[1] + normal(at, "y")]
    };
    Table::of_rows(&(0..days).map(row).collect::<Vec<_>>())
}

const CORNERS: [[f64; 2]; 4] = [[-3.0, -3.0], [-3.0, 3.0], [3.0, -3.0], [3.0, 3.0]];

fn started(days: &Table, shape: Covariance, clusters: usize, seed: u64) -> Mixture {
    let means = spread_start(days, clusters, &Streams::new(Seed(seed)), &["test"], 0);
    Mixture::around(shape, means, 1.0)
}

#[rstest]
#[case(Covariance::Diagonal)]
#[case(Covariance::Full)]
fn a_planted_mixture_is_recovered(#[case] shape: Covariance) {
    let days = planted(&CORNERS, 1200, 0.5);
    let (fitted, _) = started(&days, shape, 4, 5).fitted(&days, 60, 1e-6);
    for corner in CORNERS {
        let near = |mean: &Vec<f64>| (mean[0] - corner[0]).abs() < 0.1 && (mean[1] - corner[1]).abs() < 0.1;
        assert!(fitted.means().iter().any(near), "{corner:?} in {:?}", fitted.means());
    }
    for (weight, covariance) in fitted.weights().iter().zip(fitted.covariances()) {
        assert!((weight - 0.25).abs() < 0.01);
        assert!((covariance[0] - 0.25).abs() < 0.05 && (covariance[3] - 0.25).abs() < 0.05);
    }
}

#[test]
fn the_choice_finds_the_planted_count() {
    let days = planted(&CORNERS, 600, 0.5);
    let config = FitConfig { steps: 30, resamples: 3, ridge: 0.01, ..FitConfig::default() };
    assert_eq!(choose_clusters(&days, &config, &Streams::new(Seed(2)), "US"), 4);
}

#[test]
fn equal_seeds_give_equal_bits_and_others_other_starts() {
    let days = planted(&CORNERS, 300, 1.0);
    let fit = |seed| started(&days, Covariance::Full, 4, seed).fitted(&days, 10, 0.01);
    assert_eq!(fit(1), fit(1));
    assert_ne!(fit(1).0.means(), fit(2).0.means());
}

#[test]
fn a_lacking_feature_is_left_out_of_the_density() {
    let days = planted(&CORNERS, 600, 0.5);
    let (fitted, _) = started(&days, Covariance::Full, 4, 5).fitted(&days, 40, 1e-6);
    let posterior = fitted.posterior(&[3.0, f64::NAN], 1.0);
    let right: f64 =
        posterior.iter().zip(fitted.means()).filter(|(_, mean)| mean[0] > 0.0).map(|(share, _)| share).sum();
    assert!(right > 0.999, "{posterior:?}");
    let none = fitted.posterior(&[f64::NAN, f64::NAN], 1.0);
    none.iter().zip(fitted.weights()).for_each(|(share, weight)| assert!((share - weight).abs() < 1e-12));
}

/// One step written out row by row, with the same formulas and no blocks.
fn slow_step(mixture: &Mixture, days: &Table, ridge: f64) -> (Vec<f64>, Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let (clusters, width) = (mixture.clusters(), mixture.width());
    let rows: Vec<Vec<f64>> = (0..days.len()).map(|at| days.row(at)).collect();
    let shares: Vec<Vec<f64>> = rows.iter().map(|row| mixture.posterior(row, 1.0)).collect();
    let (mut weights, mut means, mut covariances) = (vec![], vec![], vec![]);
    for cluster in 0..clusters {
        let weight: f64 = shares.iter().map(|share| share[cluster]).sum();
        let mean: Vec<f64> = (0..width)
            .map(|j| rows.iter().zip(&shares).map(|(row, share)| share[cluster] * row[j]).sum::<f64>() / weight)
            .collect();
        let entry = |j: usize, i: usize| {
            let product = |row: &Vec<f64>| (row[j] - mean[j]) * (row[i] - mean[i]);
            let sum: f64 = rows.iter().zip(&shares).map(|(row, share)| share[cluster] * product(row)).sum();
            sum / weight + if i == j { ridge } else { 0.0 }
        };
        covariances.push((0..width * width).map(|at| entry(at / width, at % width)).collect());
        weights.push(weight / rows.len() as f64);
        means.push(mean);
    }
    (weights, means, covariances)
}

#[test]
fn blocks_agree_with_a_slow_step() {
    // The bound: sums of a thousand terms in two orders, each good to one part in 10^13.
    let days = planted(&CORNERS, 1000, 1.5);
    let before = started(&days, Covariance::Full, 4, 9).fitted(&days, 3, 0.01).0;
    let (weights, means, covariances) = slow_step(&before, &days, 0.01);
    let after = before.fitted(&days, 1, 0.01).0;
    let flat = |parts: &[Vec<f64>]| parts.concat();
    let ours = [after.weights().to_vec(), flat(after.means()), flat(after.covariances())].concat();
    let slow = [weights, flat(&means), flat(&covariances)].concat();
    ours.iter().zip(&slow).for_each(|(ours, slow)| assert!((ours - slow).abs() < 1e-10, "{ours} {slow}"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_likelihood_never_falls(
        rows in prop::collection::vec(prop::collection::vec(-4.0..4.0_f64, 3), 60..300),
        seed in 0_u64..50,
        full in any::<bool>(),
    ) {
        let days = Table::of_rows(&rows);
        let shape = if full { Covariance::Full } else { Covariance::Diagonal };
        let (fitted, likelihoods) = started(&days, shape, 4, seed).fitted(&days, 25, 1e-9);
        for pair in likelihoods.windows(2) {
            prop_assert!(pair[1] >= pair[0] - 1e-6 * pair[0].abs(), "{pair:?}");
        }
        let total: f64 = fitted.weights().iter().sum();
        prop_assert!((total - 1.0).abs() < 1e-9);
        let posterior = fitted.posterior(&rows[0], 1.0);
        prop_assert!((posterior.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(posterior.iter().all(|share| (0.0..=1.0).contains(share)));
    }
}
