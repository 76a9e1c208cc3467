//! Expected shortfall over scenarios.
//!
//! With `n` losses, `ES_α` is the mean of the `n − ⌊α·n⌋` largest, at least one: of 100 losses at α = 0.95 the mean of
//! the five largest.
//!
//! ```
//! use v2::stability::expected_shortfall;
//! let mut losses: Vec<f64> = (1..=100).map(f64::from).collect();
//! assert_eq!(expected_shortfall(&mut losses, 0.95), Some((98.0, 100.0))); // and the worst
//! assert_eq!(expected_shortfall(&mut [], 0.95), None); // no scenarios: absent, not zero
//! ```

use domain::numeric::sum;
use domain::ordered::{key, value};

/// The expected shortfall at level `alpha` and the worst of the losses, which are put in another order; `None` without
/// losses. Losses are finite and positive when something is lost.
#[must_use]
pub fn expected_shortfall(losses: &mut [f64], alpha: f64) -> Option<(f64, f64)> {
    let count = losses.len();
    if count == 0 {
        return None;
    }
    // A count such as 0.95 · 100 must not fall below itself by the last digit.
    let below = ((alpha * count as f64 + 1e-9) as usize).min(count - 1);
    // Integers with the order of the floats need no comparison function.
    let mut keys: Vec<i64> = losses.iter().map(|loss| key(*loss)).collect();
    keys.select_nth_unstable(below);
    // A defined order of the sum: ascending.
    keys[below..].sort_unstable();
    losses.iter_mut().zip(&keys).for_each(|(loss, key)| *loss = value(*key));
    let tail = &losses[below..];
    let worst = *tail.last()?;
    Some(((sum(tail) / tail.len() as f64).min(worst), worst))
}
