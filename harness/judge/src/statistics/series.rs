//! Series of the tests: normal draws, autoregressions, and plain recomputations that copy days.

use domain::seed::{Seed, Streams, unit_interval};
use rand_chacha::rand_core::Rng;

use super::blocks::{Draws, Run, Scheme};
use crate::metrics::normal;

/// `count` standard normal draws of the stream `name`.
pub(super) fn normals(seed: u64, name: &str, count: usize) -> Vec<f64> {
    let mut generator = Streams::new(Seed(seed)).generator(&["test", "series", name], 0);
    // Half a step above zero, so that the quantile exists.
    let mut next = || normal::quantile(unit_interval(generator.next_u64()) + 1.0 / (1_u64 << 54) as f64);
    (0..count).map(|_| next().unwrap()).collect()
}

/// Daily returns with mean `sharpe · 0.01` and deviation 0.01.
pub(crate) fn returns(seed: u64, name: &str, days: usize, sharpe: f64) -> Vec<f64> {
    normals(seed, name, days).iter().map(|draw| 0.01 * (sharpe + draw)).collect()
}

/// A first-order autoregression with coefficient `rho` and unit innovations.
pub(super) fn autoregression(seed: u64, name: &str, days: usize, rho: f64) -> Vec<f64> {
    let mut last = 0.0;
    let step = |draw: &f64| {
        last = rho * last + draw;
        last
    };
    normals(seed, name, days).iter().map(step).collect()
}

/// Draws of the tests.
pub(super) fn draws(seed: u64, scheme: Scheme, resamples: usize) -> Draws<'static> {
    Draws { streams: Streams::new(Seed(seed)), name: &["test", "draws"], scheme, resamples }
}

/// The days of a resample, copied.
pub(super) fn copied(values: &[f64], runs: &[Run]) -> Vec<f64> {
    let day = |run: &Run, k: u32| values[(run.start + k) as usize % values.len()];
    runs.iter().flat_map(|run| (0..run.length).map(|k| day(run, k)).collect::<Vec<_>>()).collect()
}

/// Mean over sample deviation, per day, from the values themselves.
pub(super) fn plain_sharpe(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    mean / (squares / (n - 1.0)).sqrt()
}
