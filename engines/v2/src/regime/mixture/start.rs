//! Where a fit starts: k-means++ (Arthur, Vassilvitskii 2007).

use domain::seed::{Streams, unit_interval};
use rand_chacha::rand_core::Rng;

use super::Table;

/// `clusters` days as means, each drawn with a probability proportional to its squared distance from the nearest
/// one drawn before. The draws come from the stream `name` at `counter`.
#[must_use]
pub fn spread_start(days: &Table, clusters: usize, streams: &Streams, name: &[&str], counter: u64) -> Vec<Vec<f64>> {
    let mut generator = streams.generator(name, counter);
    let mut draw = || unit_interval(generator.next_u64());
    let mut means: Vec<Vec<f64>> = Vec::with_capacity(clusters);
    if days.is_empty() {
        return means;
    }
    let first = ((draw() * days.rows as f64) as usize).min(days.rows - 1);
    means.push(days.row(first));
    let mut nearest = vec![f64::INFINITY; days.rows];
    while means.len() < clusters {
        let last = &means[means.len() - 1];
        let mut distance = vec![0.0; days.rows];
        for (column, center) in days.columns.iter().zip(last) {
            for (distance, value) in distance.iter_mut().zip(column) {
                *distance += (value - center) * (value - center);
            }
        }
        nearest.iter_mut().zip(&distance).for_each(|(nearest, distance)| *nearest = nearest.min(*distance));
        let mut left = draw() * nearest.iter().fold(0.0, |total, distance| total + distance);
        let chosen = nearest.iter().position(|distance| {
            left -= distance;
            left < 0.0
        });
        means.push(days.row(chosen.unwrap_or(days.rows - 1)));
    }
    means
}
