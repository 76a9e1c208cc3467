//! Mean, spread, skew and kurtosis of a sample, in two passes.
//!
//! The first pass finds the mean, the second sums powers of the deviations from it; the textbook forms that
//! subtract large sums of squares from each other lose the digits that matter. The mean itself is corrected by the
//! mean of the deviations, which would be zero without rounding. A sample whose values are all equal has a spread
//! of exactly zero, and what would be divided by it is absent.
//!
//! For 1, 2, 2, 3, 7 the mean is 3 and the deviations −2, −1, −1, 0, 4:
//!
//! ```
//! use judge::metrics::moments::Moments;
//! let moments = Moments::of(&[1.0, 2.0, 2.0, 3.0, 7.0]).ok_or("not empty")?;
//! assert_eq!(moments.mean, 3.0);
//! assert_eq!(moments.variance_sample(), Some(22.0 / 4.0)); // (4 + 1 + 1 + 0 + 16) / (5 − 1)
//! assert_eq!(moments.skew_biased(), Some((54.0 / 5.0) / (4.4_f64.sqrt() * 4.4))); // (−8 −1 −1 + 0 + 64) / 5 over m₂^1.5
//! assert!(Moments::of(&[]).is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use domain::numeric::{mean, power, sum};

/// The central moments of a sample, dividing by its size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The size of the sample, at least 1.
    pub count: usize,
    /// The arithmetic mean.
    pub mean: f64,
    /// `Σ (x − mean)² / n`.
    pub second: f64,
    /// `Σ (x − mean)³ / n`.
    pub third: f64,
    /// `Σ (x − mean)⁴ / n`.
    pub fourth: f64,
}

impl Moments {
    /// The moments of `values`; `None` for an empty sample.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let first = *values.first()?;
        let count = values.len();
        if values.iter().all(|value| value.to_bits() == first.to_bits()) {
            return Some(Self { count, mean: first, second: 0.0, third: 0.0, fourth: 0.0 });
        }
        let rough = mean(values)?;
        let rest: Vec<f64> = values.iter().map(|value| value - rough).collect();
        let correction = mean(&rest)?;
        let about = |order| {
            let powers: Vec<f64> = rest.iter().map(|deviation| power(deviation - correction, order)).collect();
            sum(&powers) / count as f64
        };
        Some(Self { count, mean: rough + correction, second: about(2), third: about(3), fourth: about(4) })
    }

    /// The sample variance, dividing by `n − 1` (ddof 1); `None` below two values.
    #[must_use]
    pub fn variance_sample(&self) -> Option<f64> {
        (self.count >= 2).then(|| self.second * self.size() / (self.size() - 1.0))
    }

    /// The sample standard deviation (ddof 1); `None` below two values.
    #[must_use]
    pub fn deviation_sample(&self) -> Option<f64> {
        self.variance_sample().map(f64::sqrt)
    }

    /// The skew g₁ = m₃ / m₂^1.5, biased: what `scipy.stats.skew` gives by default. `None` without spread.
    #[must_use]
    pub fn skew_biased(&self) -> Option<f64> {
        self.spread().map(|second| self.third / (second.sqrt() * second))
    }

    /// The sample-adjusted skew G₁ = g₁ √(n (n − 1)) / (n − 2): what `pandas.Series.skew` and spreadsheets give.
    /// `None` without spread or below three values.
    #[must_use]
    pub fn skew_adjusted(&self) -> Option<f64> {
        let n = self.size();
        let skew = self.skew_biased()?;
        (self.count >= 3).then(|| skew * (n * (n - 1.0)).sqrt() / (n - 2.0))
    }

    /// The excess kurtosis g₂ = m₄ / m₂² − 3, biased: what `scipy.stats.kurtosis` gives by default. `None` without
    /// spread.
    #[must_use]
    pub fn kurtosis_excess_biased(&self) -> Option<f64> {
        self.spread().map(|second| self.fourth / (second * second) - 3.0)
    }

    /// The sample-adjusted excess kurtosis G₂ = (n − 1) / ((n − 2)(n − 3)) · ((n + 1) g₂ + 6): what
    /// `pandas.Series.kurt` and spreadsheets give. `None` without spread or below four values.
    #[must_use]
    pub fn kurtosis_excess_adjusted(&self) -> Option<f64> {
        let n = self.size();
        let kurtosis = self.kurtosis_excess_biased()?;
        (self.count >= 4).then(|| (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * kurtosis + 6.0))
    }

    fn size(&self) -> f64 {
        self.count as f64
    }

    /// The second moment where there is one to divide by; powers of tiny deviations may vanish.
    fn spread(&self) -> Option<f64> {
        (self.second * self.second > 0.0).then_some(self.second)
    }
}

#[cfg(test)]
mod tests {
    use super::Moments;

    fn close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found / expected - 1.0).abs() < 1e-14, "{found} is not {expected}");
    }

    #[test]
    fn both_variants_of_the_shape() {
        // Deviations −2, −1, −1, 0, 4: m₂ = 22/5, m₃ = 54/5, m₄ = 274/5.
        let moments = Moments::of(&[1.0, 2.0, 2.0, 3.0, 7.0]).unwrap();
        close(moments.skew_biased(), 10.8 / (4.4_f64.sqrt() * 4.4));
        close(moments.skew_adjusted(), 10.8 / (4.4_f64.sqrt() * 4.4) * 20.0_f64.sqrt() / 3.0);
        let g2 = 54.8 / 19.36 - 3.0;
        close(moments.kurtosis_excess_biased(), g2);
        close(moments.kurtosis_excess_adjusted(), 4.0 / 6.0 * (6.0 * g2 + 6.0));
    }

    #[test]
    fn a_large_offset_does_not_eat_the_digits() {
        // 10⁹ + 4, 7, 13, 16: the sample variance is exactly 30.
        let values = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
        assert_eq!(Moments::of(&values).unwrap().variance_sample(), Some(30.0));
    }

    #[test]
    fn equal_values_have_no_spread_at_all() {
        // The mean of many 0.1 is not 0.1 in floating point; the spread is zero none the less.
        let moments = Moments::of(&[0.1; 1000]).unwrap();
        assert_eq!((moments.mean, moments.variance_sample()), (0.1, Some(0.0)));
        assert_eq!((moments.skew_biased(), moments.kurtosis_excess_adjusted()), (None, None));
    }

    #[test]
    fn small_samples_have_few_moments() {
        let one = Moments::of(&[0.5]).unwrap();
        assert_eq!((one.variance_sample(), one.skew_biased()), (None, None));
        let two = Moments::of(&[0.0, 1.0]).unwrap();
        assert_eq!((two.variance_sample(), two.skew_biased(), two.skew_adjusted()), (Some(0.5), Some(0.0), None));
        let three = Moments::of(&[0.0, 1.0, 5.0]).unwrap();
        assert!(three.skew_adjusted().is_some() && three.kurtosis_excess_adjusted().is_none());
    }
}
