//! The score of the earlier public implementation, kept for comparison and never used by an engine.
//!
//! ```text
//! score = (0.5 · index / 100 + 0.5 · min(1, worst loss / 0.5)) / (0.5 + 0.5)
//! ```
//!
//! Its defect: without a scenario set the second term is gone and the sum is still divided by both weights, so the
//! score cannot exceed 0.5 and the worst entity is at most a candidate. Our own score divides by the weights of what is
//! present.
//!
//! ```
//! use v2::fragility::{FragilityAlphaConfig, FragilityClass, legacy, soft_target_score};
//! assert_eq!(legacy::legacy_score(80.0, None), (0.4, FragilityClass::Watchlist));
//! assert_eq!(legacy::legacy_score(100.0, None).0, 0.5); // the defect: the worst index of all
//! let (ours, _) = soft_target_score(&[Some(1.0), Some(1.0), None, None], &FragilityAlphaConfig::default());
//! assert_eq!(ours, Some(1.0));
//! ```

use super::score::FragilityClass;

/// The earlier score and class from a soft-target index (0 to 100) and the worst scenario loss (a share), defect
/// included (engines-v2 §5, Python).
#[must_use]
pub fn legacy_score(index: f64, worst_loss: Option<f64>) -> (f64, FragilityClass) {
    let scenario = worst_loss.map_or(0.0, |loss| 0.5 * (loss / 0.5).min(1.0));
    let score = (0.5 * index / 100.0 + scenario) / (0.5 + 0.5);
    (score, FragilityClass::of(score, true, &[0.3, 0.5, 0.7]))
}
