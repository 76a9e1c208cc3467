//! Gaussian mixtures: the density of a day as a weighted sum of normal densities, fitted by expectation and
//! maximisation (Dempster, Laird, Rubin 1977).
//!
//! Days lie in columns, one for each feature, and every pass runs over blocks of days for one component, so the
//! loops are plain and vectorise; sums have eight lanes of a fixed shape within a block of 256 days, and blocks are
//! added in order. Worked example: a day halfway between two equal components belongs to each with probability 1/2.
//!
//! ```
//! use v2::regime::config::Covariance;
//! use v2::regime::mixture::{Mixture, Table};
//! let days = Table::of_rows(&[vec![-1.0], vec![-1.2], vec![1.0], vec![1.2]]);
//! let start = Mixture::around(Covariance::Full, vec![vec![-1.0], vec![1.0]], 1.0);
//! let (fitted, _) = start.fitted(&days, 20, 0.01);
//! let halfway = fitted.posterior(&[0.0], 1.0);
//! assert!((halfway[0] - 0.5).abs() < 1e-9 && (halfway[0] + halfway[1] - 1.0).abs() < 1e-15);
//! ```

mod choose;
mod em;
mod factor;
mod start;

use domain::digest::CanonicalBytes;
use domain::numeric::exact::{exp, ln};
use domain::state::Saved;

use super::config::Covariance;
pub use choose::choose_clusters;
use factor::{Factor, factor};
pub use start::spread_start;

/// Days in columns: one column for each feature, none of them with a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<Vec<f64>>,
    rows: usize,
}

impl Table {
    /// A table of rows of equal length.
    #[must_use]
    pub fn of_rows(rows: &[Vec<f64>]) -> Self {
        let width = rows.first().map_or(0, Vec::len);
        let columns = (0..width).map(|at| rows.iter().map(|row| row[at]).collect()).collect();
        Self { columns, rows: rows.len() }
    }

    /// The number of days.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no day.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The number of features.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// One day.
    #[must_use]
    pub fn row(&self, at: usize) -> Vec<f64> {
        self.columns.iter().map(|column| column[at]).collect()
    }

    /// The days at these positions.
    #[must_use]
    pub fn picked(&self, at: &[usize]) -> Self {
        let columns = self.columns.iter().map(|column| at.iter().map(|at| column[*at]).collect()).collect();
        Self { columns, rows: at.len() }
    }
}

/// A Gaussian mixture of `clusters` components over `width` features.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    shape: Covariance,
    weights: Vec<f64>,
    means: Vec<Vec<f64>>,
    /// The whole matrix row by row, also for diagonal components.
    covariances: Vec<Vec<f64>>,
}

impl Mixture {
    /// Equal components around these means with a common variance for each feature.
    #[must_use]
    pub fn around(shape: Covariance, means: Vec<Vec<f64>>, variance: f64) -> Self {
        let (count, width) = (means.len(), means.first().map_or(0, Vec::len));
        let mut covariance = vec![0.0; width * width];
        (0..width).for_each(|at| covariance[at * width + at] = variance);
        Self { shape, weights: vec![1.0 / count as f64; count], means, covariances: vec![covariance; count] }
    }

    /// The number of components.
    #[must_use]
    pub fn clusters(&self) -> usize {
        self.weights.len()
    }

    /// The number of features.
    #[must_use]
    pub fn width(&self) -> usize {
        self.means.first().map_or(0, Vec::len)
    }

    /// The share of days in each component.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The mean of each component.
    #[must_use]
    pub fn means(&self) -> &[Vec<f64>] {
        &self.means
    }

    /// The covariance of each component, row by row.
    #[must_use]
    pub fn covariances(&self) -> &[Vec<f64>] {
        &self.covariances
    }

    /// After `steps` steps of expectation and maximisation, with the log-likelihood before each step. `ridge` is
    /// added to every variance. The number of steps is fixed: no tolerance decides.
    #[must_use]
    pub fn fitted(mut self, days: &Table, steps: u32, ridge: f64) -> (Self, Vec<f64>) {
        let mut scratch = em::Scratch::new(self.clusters(), self.width());
        let likelihoods = (0..steps).map(|_| em::step(&mut self, days, ridge, &mut scratch)).collect();
        (self, likelihoods)
    }

    /// The log-likelihood of the days.
    #[must_use]
    pub fn log_likelihood(&self, days: &Table) -> f64 {
        let mut copy = self.clone();
        em::step(&mut copy, days, 0.0, &mut em::Scratch::new(self.clusters(), self.width()))
    }

    /// The free parameters: weights, means and variances or covariances.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let width = self.width();
        let spread = match self.shape {
            Covariance::Diagonal => width,
            Covariance::Full => width * (width + 1) / 2,
        };
        self.clusters() * (1 + width + spread) - 1
    }

    /// The probability of each component on one day, with log densities divided by `temperature`. A NaN is a feature
    /// that the day lacks: its marginal density is taken. All lacking gives the weights.
    #[must_use]
    pub fn posterior(&self, day: &[f64], temperature: f64) -> Vec<f64> {
        let present: Vec<usize> = (0..self.width()).filter(|at| day[*at].is_finite()).collect();
        let logs: Vec<f64> = (0..self.clusters())
            .map(|cluster| {
                let factor = factor(&self.covariances[cluster], self.width(), &present);
                ln(self.weights[cluster]) + self.log_density(cluster, day, &present, &factor) / temperature
            })
            .collect();
        normalised(&logs)
    }

    fn log_density(&self, cluster: usize, day: &[f64], present: &[usize], factor: &Factor) -> f64 {
        let mut solved: Vec<f64> = Vec::with_capacity(present.len());
        let mut squares = 0.0;
        for (j, at) in present.iter().enumerate() {
            let mut value = day[*at] - self.means[cluster][*at];
            for (i, earlier) in solved.iter().enumerate() {
                value -= factor.lower[j * present.len() + i] * earlier;
            }
            value *= factor.inverse[j];
            squares += value * value;
            solved.push(value);
        }
        factor.constant - 0.5 * squares
    }

    /// The same mixture with every feature moved and stretched: `x → (x − offset) / scale`.
    #[must_use]
    pub fn rescaled(mut self, offset: &[f64], scale: &[f64]) -> Self {
        let width = self.width();
        for (mean, covariance) in self.means.iter_mut().zip(&mut self.covariances) {
            for j in 0..width {
                mean[j] = (mean[j] - offset[j]) / scale[j];
                (0..width).for_each(|i| covariance[j * width + i] /= scale[j] * scale[i]);
            }
        }
        self
    }

    /// Appends the parameters.
    pub fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.clusters() as u32).put_u32(self.width() as u32);
        let parts = self.means.iter().chain(&self.covariances);
        for value in self.weights.iter().chain(parts.flatten()) {
            bytes.put_f64(*value);
        }
    }

    /// Reads the parameters back.
    pub fn restore(shape: Covariance, saved: &mut Saved<'_>) -> Option<Self> {
        let (clusters, width) = (saved.u32()? as usize, saved.u32()? as usize);
        let mut read = |count: usize| (0..count).map(|_| saved.f64()).collect::<Option<Vec<f64>>>();
        let weights = read(clusters)?;
        let means = (0..clusters).map(|_| read(width)).collect::<Option<_>>()?;
        let covariances = (0..clusters).map(|_| read(width * width)).collect::<Option<_>>()?;
        Some(Self { shape, weights, means, covariances })
    }
}

/// `exp(log) / Σ exp(log)` without overflow.
fn normalised(logs: &[f64]) -> Vec<f64> {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raised: Vec<f64> = logs.iter().map(|log| exp(log - top)).collect();
    let total = domain::numeric::sum(&raised);
    raised.iter().map(|value| value / total).collect()
}
