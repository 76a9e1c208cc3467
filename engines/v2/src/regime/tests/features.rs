//! The features against values worked out by hand.

use domain::view::View;

use super::{returns, tape_of};
use crate::regime::features::{COUNT, NAMES, Proxy};
use crate::windows::{Windows, WindowsConfig};

/// The proxy's features after the last day of these returns, with a window of 42 days.
fn last_features(returns: &[Vec<f64>]) -> [Option<f64>; COUNT] {
    let names: Vec<usize> = (0..returns[0].len()).collect();
    let tape = tape_of(returns, &names, &[]);
    let (mut windows, mut proxy) = (Windows::new(WindowsConfig::default()), Proxy::new(42));
    for day in 0..returns.len() {
        windows.step(&View::as_of(&tape, day).unwrap());
        proxy.take(&windows, &names);
    }
    proxy.features(None).unwrap().map(|value| Some(value).filter(|value| value.is_finite()))
}

fn named(row: &[Option<f64>; COUNT], name: &str) -> f64 {
    row[NAMES.iter().position(|other| *other == name).unwrap()].unwrap()
}

#[test]
fn a_market_that_moves_as_one_has_correlation_one() {
    let alike: Vec<Vec<f64>> = (0..150).map(|day| vec![if day % 2 == 0 { 0.01 } else { -0.01 }; 5]).collect();
    let row = last_features(&alike);
    assert!((named(&row, "correlation") - 1.0).abs() < 1e-9);
    // ±1 % a day: the standard deviation of 41 such returns is a hundredth, but for the n − 1.
    assert!((libm::exp(named(&row, "vol_63")) - 0.01).abs() < 2e-4);
    assert!((named(&row, "vol_ratio") - 1.0).abs() < 0.03);
    assert!((named(&row, "drawdown_63") - 0.01).abs() < 1e-4);
}

#[test]
fn two_that_move_against_each_other_have_correlation_minus_one() {
    let against: Vec<Vec<f64>> =
        (0..150).map(|day| if day % 2 == 0 { vec![0.01, -0.01] } else { vec![-0.01, 0.01] }).collect();
    assert!((named(&last_features(&against), "correlation") + 1.0).abs() < 1e-9);
}

#[test]
fn the_mean_pairwise_correlation_is_that_of_the_pairs() {
    // Instruments of equal volatility: then the cheap formula and the mean over pairs are the same but for sampling.
    let all = returns(6, 200);
    let cheap = named(&last_features(&all), "correlation");
    let window = &all[all.len() - 42..];
    let column = |at: usize| window.iter().map(|row| row[at]).collect::<Vec<f64>>();
    let mut pairs = Vec::new();
    for i in 0..6 {
        for j in 0..i {
            pairs.push(correlation(&column(i), &column(j)));
        }
    }
    let slow = pairs.iter().sum::<f64>() / pairs.len() as f64;
    assert!((cheap - slow).abs() < 0.1, "{cheap} {slow}");
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (a, b) = (mean(left), mean(right));
    let product = |x: &[f64], y: &[f64], p: f64, q: f64| x.iter().zip(y).map(|(x, y)| (x - p) * (y - q)).sum::<f64>();
    product(left, right, a, b) / (product(left, left, a, a) * product(right, right, b, b)).sqrt()
}

#[test]
fn leaving_out_a_wild_instrument_moves_the_proxy_little() {
    let mut wild = returns(10, 150);
    wild.iter_mut().for_each(|row| row[9] *= 8.0);
    let without: Vec<Vec<f64>> = wild.iter().map(|row| row[..9].to_vec()).collect();
    let vols = [&wild, &without].map(|rows| libm::exp(named(&last_features(rows), "vol_63")));
    assert!((vols[0] / vols[1] - 1.0).abs() < 0.1, "{vols:?}");
}
