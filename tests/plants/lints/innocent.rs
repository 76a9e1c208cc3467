//! The counter-plant: ordered maps, seeded arithmetic, square roots. No wall may refuse it, or the others prove little.

use std::collections::BTreeMap;

/// The best score; ties go to the lower key.
pub fn winner(scores: &BTreeMap<u32, f64>) -> Option<u32> {
    let best = scores.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
    (best.1.sqrt() > 1.0).then_some(*best.0)
}
