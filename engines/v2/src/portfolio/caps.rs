//! The earlier implementation's way to weights, kept as a reference: proportional to scores, with a cap.
//!
//! Weights are proportional to max(0, score), or equal when no score is positive. What a name has above the cap goes to
//! the names below it in proportion to their scores, until none is above. The earlier implementation rescaled at the end
//! so that the weights sum to 1, and so broke the cap whenever the names below it could not take everything. Here that
//! is an infeasibility with the constraints in conflict.
//!
//! ```
//! use v2::portfolio::caps::proportional;
//! let near = |weights: &[f64], expected: &[f64]| weights.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
//! assert!(near(&proportional(&[5.0, 3.0, 1.0, 1.0], 0.4).unwrap(), &[0.4, 0.36, 0.12, 0.12]));
//! assert!(proportional(&[10.0, 1.0], 0.3).is_err()); // the earlier one: 0.5 and 0.5
//! ```

use domain::numeric::sum;

use super::output::Infeasible;

/// Weights of sum 1 in proportion to the scores, none above `cap`.
///
/// # Errors
/// [`Infeasible::Conflict`] between `budget` and `per_instrument_max_weight`, with the weight that has no place.
pub fn proportional(scores: &[f64], cap: f64) -> Result<Vec<f64>, Infeasible> {
    let positive = |score: &f64| score.max(0.0);
    let mut pull: Vec<f64> = scores.iter().map(positive).collect();
    if pull.iter().all(|score| *score <= 0.0) {
        pull.fill(1.0);
    }
    let mut capped = vec![false; pull.len()];
    loop {
        let open = |at: &usize| !capped[*at];
        let places: Vec<usize> = (0..pull.len()).filter(open).collect();
        let left = 1.0 - cap * (pull.len() - places.len()) as f64;
        let total = sum(&places.iter().map(|at| pull[*at]).collect::<Vec<_>>());
        if left > 1e-12 && total <= 0.0 {
            let binding = vec!["budget".to_owned(), "per_instrument_max_weight".to_owned()];
            return Err(Infeasible::Conflict { binding, breach: left });
        }
        let share = if total > 0.0 { left.max(0.0) / total } else { 0.0 };
        let above: Vec<usize> = places.into_iter().filter(|at| pull[*at] * share > cap).collect();
        if above.is_empty() {
            let weight = |(pull, capped): (&f64, &bool)| if *capped { cap } else { pull * share };
            return Ok(pull.iter().zip(&capped).map(weight).collect());
        }
        above.into_iter().for_each(|at| capped[at] = true);
    }
}
