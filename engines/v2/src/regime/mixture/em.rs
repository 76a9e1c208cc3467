//! One step of expectation and maximisation, block by block.

use domain::numeric::exact::{exp, ln};

use super::factor::{Factor, factor};
use super::{Covariance, Mixture, Table};

/// Days in a block: all scratch columns of a block stay in the nearest cache.
const BLOCK: usize = 256;
/// Partial sums of a block, added in order at its end.
const LANES: usize = 8;
/// `exp` of anything below this is exactly zero, so it need not be computed.
const UNDERFLOW: f64 = -745.2;

/// Columns of one block, reused from step to step.
pub(super) struct Scratch {
    /// For each component the log density, then the responsibility, of the block's days.
    shares: Vec<[f64; BLOCK]>,
    /// For each feature the distance from a mean.
    away: Vec<[f64; BLOCK]>,
    /// For each feature the solved or weighted distance.
    solved: Vec<[f64; BLOCK]>,
}

/// Sums of one component over all days.
struct Sums {
    weight: f64,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Scratch {
    pub(super) fn new(clusters: usize, width: usize) -> Self {
        let columns = |count| vec![[0.0; BLOCK]; count];
        Self { shares: columns(clusters), away: columns(width), solved: columns(width) }
    }
}

/// Updates the mixture; answers the log-likelihood of the days before the update.
pub(super) fn step(mixture: &mut Mixture, days: &Table, ridge: f64, scratch: &mut Scratch) -> f64 {
    let (clusters, width) = (mixture.clusters(), mixture.width());
    let all: Vec<usize> = (0..width).collect();
    let factors: Vec<Factor> = mixture.covariances.iter().map(|matrix| factor(matrix, width, &all)).collect();
    let logs: Vec<f64> = mixture.weights.iter().map(|weight| ln(*weight)).collect();
    let empty = || Sums { weight: 0.0, first: vec![0.0; width], second: vec![0.0; width * width] };
    let mut sums: Vec<Sums> = (0..clusters).map(|_| empty()).collect();
    let mut likelihood = 0.0;
    for from in (0..days.rows).step_by(BLOCK) {
        let count = BLOCK.min(days.rows - from);
        for cluster in 0..clusters {
            center(&mut scratch.away, days, from, count, &mixture.means[cluster]);
            let constant = logs[cluster] + factors[cluster].constant;
            densities(scratch, cluster, count, mixture.shape, &factors[cluster], constant);
        }
        likelihood += responsibilities(&mut scratch.shares, count);
        for (cluster, sums) in sums.iter_mut().enumerate() {
            center(&mut scratch.away, days, from, count, &mixture.means[cluster]);
            gather(scratch, cluster, count, mixture.shape, sums);
        }
    }
    for (cluster, sums) in sums.iter().enumerate() {
        update(mixture, cluster, sums, days.rows as f64, ridge);
    }
    likelihood
}

/// Distances of the block's days from a mean. Days beyond the block's end are at the mean.
fn center(away: &mut [[f64; BLOCK]], days: &Table, from: usize, count: usize, mean: &[f64]) {
    for ((away, column), mean) in away.iter_mut().zip(&days.columns).zip(mean) {
        for (away, value) in away.iter_mut().zip(&column[from..from + count]) {
            *away = value - mean;
        }
        away[count..].fill(0.0);
    }
}

/// Log densities of the block's days under one component: `L·y = x − μ`, feature by feature.
fn densities(scratch: &mut Scratch, cluster: usize, count: usize, shape: Covariance, factor: &Factor, constant: f64) {
    let width = scratch.away.len();
    let mut squares = [0.0; BLOCK];
    for j in 0..width {
        let (before, rest) = scratch.solved.split_at_mut(j);
        let solved = &mut rest[0];
        *solved = scratch.away[j];
        if shape == Covariance::Full {
            for (i, before) in before.iter().enumerate() {
                let entry = factor.lower[j * width + i];
                solved.iter_mut().zip(before).for_each(|(solved, before)| *solved -= entry * before);
            }
        }
        let inverse = factor.inverse[j];
        for (solved, squares) in solved.iter_mut().zip(&mut squares) {
            *solved *= inverse;
            *squares += *solved * *solved;
        }
    }
    let shares = &mut scratch.shares[cluster];
    shares.iter_mut().zip(&squares).for_each(|(share, squares)| *share = constant - 0.5 * squares);
    shares[count..].fill(f64::NEG_INFINITY);
}

/// Turns log densities into responsibilities by log-sum-exp; answers the block's log-likelihood.
fn responsibilities(shares: &mut [[f64; BLOCK]], count: usize) -> f64 {
    let mut top = [f64::NEG_INFINITY; BLOCK];
    for share in shares.iter() {
        top.iter_mut().zip(share).for_each(|(top, share)| *top = if share > top { *share } else { *top });
    }
    let mut total = [0.0; BLOCK];
    for share in shares.iter_mut() {
        for ((share, top), total) in share[..count].iter_mut().zip(&top).zip(&mut total) {
            let below = *share - top;
            *share = if below == 0.0 {
                1.0
            } else if below < UNDERFLOW {
                0.0
            } else {
                exp(below)
            };
            *total += *share;
        }
        share[count..].fill(0.0);
    }
    for share in shares.iter_mut() {
        share[..count].iter_mut().zip(&total).for_each(|(share, total)| *share /= total);
    }
    let block = top[..count].iter().zip(&total);
    block.fold(0.0, |likelihood, (top, total)| likelihood + (top + ln(*total)))
}

/// Adds the block to the sums of one component.
fn gather(scratch: &mut Scratch, cluster: usize, count: usize, shape: Covariance, sums: &mut Sums) {
    let width = scratch.away.len();
    let shares = &scratch.shares[cluster];
    // A component without a share in the block adds zeros.
    if shares[..count].iter().all(|share| *share == 0.0) {
        return;
    }
    sums.weight += lanes(shares, &[1.0; BLOCK]);
    for j in 0..width {
        let (weighted, away) = (&mut scratch.solved[j], &scratch.away);
        for ((weighted, share), away) in weighted.iter_mut().zip(shares).zip(&away[j]) {
            *weighted = share * away;
        }
        sums.first[j] += lanes(weighted, &[1.0; BLOCK]);
        let from = if shape == Covariance::Full { 0 } else { j };
        for (i, away) in away.iter().enumerate().take(j + 1).skip(from) {
            sums.second[j * width + i] += lanes(weighted, away);
        }
    }
}

/// The inner product of two columns of a block in eight lanes.
fn lanes(left: &[f64; BLOCK], right: &[f64; BLOCK]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (left, right) in left.chunks_exact(LANES).zip(right.chunks_exact(LANES)) {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane += left * right;
        }
    }
    lanes.iter().fold(0.0, |total, lane| total + lane)
}

fn update(mixture: &mut Mixture, cluster: usize, sums: &Sums, days: f64, ridge: f64) {
    // A component that no day belongs to stays where it is, and can win days back.
    mixture.weights[cluster] = (sums.weight / days).max(1e-12);
    if sums.weight < 1e-6 {
        return;
    }
    let width = mixture.width();
    let shift: Vec<f64> = sums.first.iter().map(|first| first / sums.weight).collect();
    let covariance = &mut mixture.covariances[cluster];
    for j in 0..width {
        mixture.means[cluster][j] += shift[j];
        for i in 0..=j {
            if i < j && mixture.shape == Covariance::Diagonal {
                continue;
            }
            let value = sums.second[j * width + i] / sums.weight - shift[j] * shift[i];
            let value = if i == j { value.max(0.0) + ridge } else { value };
            (covariance[j * width + i], covariance[i * width + j]) = (value, value);
        }
    }
}
