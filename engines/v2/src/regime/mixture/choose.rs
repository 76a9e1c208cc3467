//! How many components: the Bayesian information criterion among the counts whose clusters survive resampling.

use domain::numeric::exact::ln;
use domain::seed::{Streams, unit_interval};
use rand_chacha::rand_core::Rng;

use super::super::config::FitConfig;
use super::{Mixture, Table, spread_start};

/// The least agreement of resampled fits that counts as stable \[chosen\].
const STABLE: f64 = 0.8;

/// Chooses 4, 5 or 6 components: the least BIC, `parameters·ln n − 2·log-likelihood` (Schwarz 1978), among those
/// that are stable, and the most stable where none is. Stability is the mean, over resamples of a share of the days,
/// of the share of days whose resampled cluster lies mostly in their own.
#[must_use]
pub fn choose_clusters(days: &Table, config: &FitConfig, streams: &Streams, region: &str) -> u32 {
    let judged: Vec<(u32, f64, f64)> = (4..=6).map(|count| judge(days, config, streams, region, count)).collect();
    let stable = judged.iter().filter(|(_, _, stability)| *stability >= STABLE);
    let least = stable.min_by(|left, right| left.1.total_cmp(&right.1));
    let most = || judged.iter().max_by(|left, right| left.2.total_cmp(&right.2).then(right.0.cmp(&left.0)));
    least.or_else(most).map_or(4, |judged| judged.0)
}

/// The count, its BIC and its stability.
fn judge(days: &Table, config: &FitConfig, streams: &Streams, region: &str, count: u32) -> (u32, f64, f64) {
    let k = count as usize;
    let start = |days: &Table, counter: u64| {
        let means = spread_start(days, k, streams, &["regime", region, "choose"], u64::from(count) * 1000 + counter);
        Mixture::around(config.covariance, means, 1.0).fitted(days, config.steps, config.ridge).0
    };
    let whole = start(days, 0);
    let bic = whole.parameters() as f64 * ln(days.len() as f64) - 2.0 * whole.log_likelihood(days);
    let own = most_probable(&whole, days);
    let mut agreement = 0.0;
    for resample in 0..u64::from(config.resamples) {
        let mut generator = streams.generator(&["regime", region, "resample", &resample.to_string()], 0);
        let picked: Vec<usize> =
            (0..days.len()).filter(|_| unit_interval(generator.next_u64()) < config.resample_share).collect();
        let other = most_probable(&start(&days.picked(&picked), (resample + 1) * 64), days);
        agreement += overlap(&own, &other, k);
    }
    (count, bic, agreement / f64::from(config.resamples))
}

fn most_probable(mixture: &Mixture, days: &Table) -> Vec<usize> {
    (0..days.len()).map(|at| largest(&mixture.posterior(&days.row(at), 1.0))).collect()
}

/// The share of days whose cluster in `other` has most of its days in their cluster in `own`.
fn overlap(own: &[usize], other: &[usize], count: usize) -> f64 {
    let mut together = vec![0_u32; count * count];
    own.iter().zip(other).for_each(|(own, other)| together[other * count + own] += 1);
    let most: u32 = together.chunks(count).map(|row| row.iter().copied().max().unwrap_or(0)).sum();
    f64::from(most) / own.len().max(1) as f64
}

/// The position of the largest value, the first of equals.
fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}
