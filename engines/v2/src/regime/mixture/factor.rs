//! Cholesky factors of covariances, whole or of some of the features.

use domain::numeric::exact::ln;

/// ln 2π.
const LN_TAU: f64 = 1.837_877_066_409_345_3;
/// A pivot below this is taken to be this: a covariance with a ridge never gets there.
const LEAST_PIVOT: f64 = 1e-12;

/// The lower triangle of `Σ = L·Lᵀ`.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    /// Row by row; what stands above the diagonal is never read.
    pub(super) lower: Vec<f64>,
    /// One over each diagonal entry.
    pub(super) inverse: Vec<f64>,
    /// The logarithm of the density at the mean.
    pub(super) constant: f64,
}

/// The factor of the rows and columns `of` of a covariance of `width` features.
pub(super) fn factor(covariance: &[f64], width: usize, of: &[usize]) -> Factor {
    let count = of.len();
    let (mut lower, mut inverse, mut log_det) = (vec![0.0; count * count], vec![0.0; count], 0.0);
    for j in 0..count {
        for i in 0..=j {
            let mut value = covariance[of[j] * width + of[i]];
            for at in 0..i {
                value -= lower[j * count + at] * lower[i * count + at];
            }
            if i < j {
                lower[j * count + i] = value * inverse[i];
            } else {
                let pivot = value.max(LEAST_PIVOT);
                let root = pivot.sqrt();
                lower[j * count + j] = root;
                inverse[j] = 1.0 / root;
                log_det += ln(pivot);
            }
        }
    }
    Factor { lower, inverse, constant: -0.5 * (count as f64 * LN_TAU + log_det) }
}
