//! Covariances that are shrunk by closed-form rules.
//!
//! A sample covariance of many instruments over few days fits its own noise. Shrinking pulls it towards a simple target
//! by the intensity that minimises the expected squared error, which has a formula: no tuning, no validation set.
//!
//! | function | target | source |
//! |---|---|---|
//! | [`ledoit_wolf`] | the mean variance times the unit matrix | Ledoit and Wolf 2004, "A well-conditioned estimator for large-dimensional covariance matrices", as scikit-learn's `ledoit_wolf` computes it |
//! | [`to_diagonal`] | the sample variances, no covariances | Schäfer and Strimmer 2005, target D |
//!
//! Worked example: samples (1, 1), (−1, −1), (1, −1), (−1, 1) are uncorrelated with equal variance 1: the sample
//! covariance is its own target.
//!
//! ```
//! use v2::portfolio::shrinkage::ledoit_wolf;
//! let shrunk = ledoit_wolf(&[1.0, 1.0, -1.0, -1.0, 1.0, -1.0, -1.0, 1.0], 2).unwrap();
//! assert_eq!(shrunk.covariance, [1.0, 0.0, 0.0, 1.0]);
//! ```

/// Columns that are multiplied together in registers.
const TILE: usize = 4;

/// A shrunk covariance.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrunk {
    /// Row by row, symmetric and positive semidefinite.
    pub covariance: Vec<f64>,
    /// The weight of the target, 0 to 1.
    pub intensity: f64,
}

/// The Ledoit-Wolf covariance of row-major `samples`, `width` numbers each; divided by the number of samples, about the
/// sample mean. `None` without a whole sample, or where a number is not finite.
#[must_use]
pub fn ledoit_wolf(samples: &[f64], width: usize) -> Option<Shrunk> {
    let count = samples.len().checked_div(width)?;
    if count == 0 || samples.len() != count * width || samples.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let centred = centred(samples, width);
    let (days, size) = (count as f64, width as f64);
    let mut fourth = 0.0;
    for row in centred.chunks_exact(width) {
        let squares = square_sum(row);
        fourth += squares * squares;
    }
    let mut covariance = products(&centred, width);
    let all: f64 = covariance.chunks_exact(width).map(square_sum).fold(0.0, |total, part| total + part);
    let squared = all / (days * days);
    covariance.iter_mut().for_each(|entry| *entry /= days);
    let trace = (0..width).map(|at| covariance[at * width + at]).fold(0.0, |total, value| total + value);
    let target = trace / size;
    let distance = (squared - 2.0 * target * trace + size * target * target) / size;
    let error = ((fourth / days - squared) / (size * days)).min(distance);
    let intensity = if error > 0.0 { error / distance } else { 0.0 };
    covariance.iter_mut().for_each(|entry| *entry *= 1.0 - intensity);
    (0..width).for_each(|at| covariance[at * width + at] += intensity * target);
    Some(Shrunk { covariance, intensity })
}

/// The sample covariance (divided by n − 1) of row-major `samples`, shrunk to its own diagonal; `None` for fewer than
/// three samples, or where a number is not finite.
#[must_use]
pub fn to_diagonal(samples: &[f64], width: usize) -> Option<Shrunk> {
    let count = samples.len().checked_div(width)?;
    if count < 3 || samples.len() != count * width || samples.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let days = count as f64;
    let centred = centred(samples, width);
    let mut covariance = products(&centred, width);
    covariance.iter_mut().for_each(|entry| *entry /= days - 1.0);
    let (mut noise, mut signal) = (0.0, 0.0);
    for row in 0..width {
        for column in 0..row {
            let cross = |day: &[f64]| day[row] * day[column];
            let mean = centred.chunks_exact(width).map(cross).fold(0.0, |total, value| total + value) / days;
            let spread = |day: &[f64]| {
                let away = cross(day) - mean;
                away * away
            };
            let spread = centred.chunks_exact(width).map(spread).fold(0.0, |total, value| total + value);
            noise += spread * days / ((days - 1.0) * (days - 1.0) * (days - 1.0));
            signal += covariance[row * width + column] * covariance[row * width + column];
        }
    }
    let intensity = if noise < signal { noise / signal } else { 1.0 };
    for row in 0..width {
        for column in (0..width).filter(|column| *column != row) {
            covariance[row * width + column] *= 1.0 - intensity;
        }
    }
    Some(Shrunk { covariance, intensity })
}

fn centred(samples: &[f64], width: usize) -> Vec<f64> {
    let days = (samples.len() / width) as f64;
    let mut mean = vec![0.0; width];
    for row in samples.chunks_exact(width) {
        mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    mean.iter_mut().for_each(|sum| *sum /= days);
    let mut centred = samples.to_vec();
    for row in centred.chunks_exact_mut(width) {
        row.iter_mut().zip(&mean).for_each(|(value, mean)| *value -= mean);
    }
    centred
}

/// The sum of squares in four interleaved lanes, combined pairwise: a shape of the length alone.
fn square_sum(values: &[f64]) -> f64 {
    let mut lanes = [0.0; TILE];
    let chunks = values.chunks_exact(TILE);
    let rest = chunks.remainder().iter().fold(0.0, |total, value| total + value * value);
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value * value;
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// XᵀX of row-major X, each entry summed from the first row to the last.
///
/// Columns are packed in strips of four, padded with zeros, so that a tile of four by four entries stays in registers
/// while two strips stream by. Every entry has its own running sum, so tiles change nothing but the speed.
pub(super) fn products(rows: &[f64], width: usize) -> Vec<f64> {
    let strips: Vec<Vec<f64>> = (0..width.div_ceil(TILE)).map(|strip| packed(rows, width, strip * TILE)).collect();
    let mut out = vec![0.0; width * width];
    for (strip, left) in strips.iter().enumerate() {
        for (other, right) in strips[..=strip].iter().enumerate() {
            let tile = tile(left, right);
            for (row, line) in (strip * TILE..width).zip(&tile) {
                for (column, value) in (other * TILE..width).zip(line).filter(|(column, _)| *column <= row) {
                    out[row * width + column] = *value;
                    out[column * width + row] = *value;
                }
            }
        }
    }
    out
}

/// XᵀY of row-major X and Y with as many rows, each entry summed from the first row to the last.
pub(super) fn cross_products(rows: &[f64], width: usize, others: &[f64], other_width: usize) -> Vec<f64> {
    let strips: Vec<Vec<f64>> = (0..width.div_ceil(TILE)).map(|strip| packed(rows, width, strip * TILE)).collect();
    let mut out = vec![0.0; width * other_width];
    for first in (0..other_width).step_by(TILE) {
        let right = packed(others, other_width, first);
        let wide = TILE.min(other_width - first);
        for (strip, left) in strips.iter().enumerate() {
            for (row, line) in (strip * TILE..width).zip(&tile(left, &right)) {
                out[row * other_width + first..][..wide].copy_from_slice(&line[..wide]);
            }
        }
    }
    out
}

fn packed(rows: &[f64], width: usize, first: usize) -> Vec<f64> {
    let wide = TILE.min(width - first);
    let mut strip = Vec::with_capacity(rows.len() / width * TILE);
    for row in rows.chunks_exact(width) {
        let mut cells = [0.0; TILE];
        match row[first..].first_chunk() {
            Some(here) => cells = *here,
            None => cells[..wide].copy_from_slice(&row[first..]),
        }
        strip.extend(cells);
    }
    strip
}

fn tile(left: &[f64], right: &[f64]) -> [[f64; TILE]; TILE] {
    let mut sums = [[0.0; TILE]; TILE];
    for (left, right) in left.as_chunks::<TILE>().0.iter().zip(right.as_chunks::<TILE>().0) {
        for (line, left) in sums.iter_mut().zip(left) {
            for (sum, right) in line.iter_mut().zip(right) {
                *sum += left * right;
            }
        }
    }
    sums
}
