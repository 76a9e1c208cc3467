//! What generation 0 held, and when it let go (engines-v1 §11).
//!
//! Selection kept the top percentile and explored 15 % at random, 30 at most; the random part is left out here,
//! because its stream is lost. Example of the rank: conviction 80, reward-risk 2 and risk 3 give 80 × 2 / 4 = 40.

/// Names that selection kept at most.
pub const SELECTED_MAX: usize = 30;
/// The share of the selection that was drawn at random.
pub const EXPLORATION: f64 = 0.15;

/// The hard filter: value traded above 5 M and price above 5; the test of market value was switched off.
#[must_use]
pub fn passes_hard_filter(dollar_volume: f64, price: f64) -> bool {
    dollar_volume > 5_000_000.0 && price > 5.0
}

/// Whether a candidate may join the portfolio, of `candidates` in all: with more than 10, conviction (0 to 100) must
/// be 65 or more; the volume ratio must be 1 or more.
#[must_use]
pub fn may_join(candidates: usize, conviction: f64, volume_ratio: f64) -> bool {
    (candidates <= 10 || conviction >= 65.0) && volume_ratio >= 1.0
}

/// The rank of a candidate.
#[must_use]
pub fn rank(conviction: f64, reward_risk: f64, risk: f64) -> f64 {
    conviction * reward_risk / (risk + 1.0)
}

/// Picks at most 5 names, at most 2 of a sector, from `ranked` sectors, best first; answers their positions.
#[must_use]
pub fn pick(ranked: &[&str]) -> Vec<usize> {
    let mut picked: Vec<usize> = Vec::new();
    for (at, sector) in ranked.iter().enumerate() {
        let same = picked.iter().filter(|before| ranked[**before] == *sector).count();
        if picked.len() < 5 && same < 2 {
            picked.push(at);
        }
    }
    picked
}

/// Weights clipped to 15 to 35 % and brought back to a sum of 1, which can undo the clip: a flaw that is kept.
#[must_use]
pub fn weights(raw: &[f64]) -> Vec<f64> {
    let clipped: Vec<f64> = raw.iter().map(|weight| weight.clamp(0.15, 0.35)).collect();
    let total = domain::numeric::sum(&clipped);
    clipped.iter().map(|weight| weight / total).collect()
}
