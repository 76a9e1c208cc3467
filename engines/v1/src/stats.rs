//! The few statistics that the v1 formulas share.
//!
//! A z-score is taken across names or over days, divides by the spread of all values, and is clipped at ±3; a value
//! that is missing, or a spread of nothing, gives 0. Example: of 1, 3 and nothing, the z-scores are −1, 1 and 0.

use domain::numeric::{central_moment, mean};

/// Where z-scores are clipped (engines-v1 §5).
pub(crate) const Z_LIMIT: f64 = 3.0;

/// `value` held within ±`limit`.
pub(crate) fn clip(value: f64, limit: f64) -> f64 {
    value.max(-limit).min(limit)
}

/// Across names: the clipped z-score of each value, 0 where there is none.
pub(crate) fn z_scores(values: &[Option<f64>]) -> Vec<f64> {
    let there: Vec<f64> = values.iter().flatten().copied().collect();
    let spread = central_moment(&there, 2).map_or(0.0, f64::sqrt);
    let center = mean(&there).unwrap_or(0.0);
    let score = |value: &Option<f64>| value.map_or(0.0, |value| z_score(value, center, spread));
    values.iter().map(score).collect()
}

fn z_score(value: f64, center: f64, spread: f64) -> f64 {
    if spread > 0.0 { clip((value - center) / spread, Z_LIMIT) } else { 0.0 }
}

/// The standard deviation that divides by `n − 1`; `None` below two values.
pub(crate) fn sample_deviation(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    central_moment(values, 2).map(|variance| (variance * count / (count - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::{clip, sample_deviation, z_scores};

    #[test]
    fn the_worked_example() {
        assert_eq!(z_scores(&[Some(1.0), Some(3.0), None]), [-1.0, 1.0, 0.0]);
        assert_eq!(z_scores(&[Some(2.0), Some(2.0)]), [0.0, 0.0]);
    }

    #[test]
    fn clips_and_divides() {
        let mut values = vec![Some(0.0); 99];
        values.push(Some(1.0));
        assert_eq!(z_scores(&values)[99], 3.0);
        assert_eq!(clip(-0.4, 0.3), -0.3);
        assert_eq!(sample_deviation(&[1.0, 3.0]), Some(2.0_f64.sqrt()));
        assert_eq!(sample_deviation(&[1.0]), None);
    }
}
