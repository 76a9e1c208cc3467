//! The soft-target score and the class of one entity.

use domain::numeric::exact;

use super::config::{FragilityAlphaConfig, ScoreType};

/// How attractive it is to be short; worse entities are larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FragilityClass {
    /// Below the first cut.
    None,
    /// From the first cut on.
    Watchlist,
    /// From the second cut on.
    ShortCandidate,
    /// From the third cut on, in a stress regime or with a high instability.
    Crisis,
}

impl FragilityClass {
    /// The class of a score; `crisis` says whether CRISIS is open.
    #[must_use]
    pub fn of(score: f64, crisis: bool, cuts: &[f64; 3]) -> Self {
        match score {
            score if score >= cuts[2] && crisis => Self::Crisis,
            score if score >= cuts[1] => Self::ShortCandidate,
            score if score >= cuts[0] => Self::Watchlist,
            _ => Self::None,
        }
    }

    /// As the tables write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Watchlist => "WATCHLIST",
            Self::ShortCandidate => "SHORT_CANDIDATE",
            Self::Crisis => "CRISIS",
        }
    }
}

/// The soft-target score, 0 to 1, of the components weak profile, instability, high fragility and complacent pricing,
/// each 0 to 1, and the share of the weights that is present. Below `min_coverage` there is no score.
#[must_use]
#[inline]
pub fn soft_target_score(components: &[Option<f64>; 4], config: &FragilityAlphaConfig) -> (Option<f64>, f64) {
    let (mut total, mut present, mut logs) = (0.0, 0.0, 0.0);
    for (component, weight) in components.iter().zip(config.weights.in_order()) {
        total += weight;
        if let Some(component) = component {
            present += weight;
            logs += weight * exact::ln(component.max(config.floor));
        }
    }
    let coverage = present / total;
    if present <= 0.0 || coverage < config.min_coverage - 1e-12 {
        return (None, coverage);
    }
    let geometric = exact::exp(logs / present).clamp(0.0, 1.0);
    let score = match config.score_type {
        ScoreType::Geometric => geometric,
        ScoreType::Max => aligned(components, config.floor, geometric),
    };
    (Some(score), coverage)
}

/// The second-largest component, or the geometric mean while a component is at the floor.
fn aligned(components: &[Option<f64>; 4], floor: f64, geometric: f64) -> f64 {
    let mut present: Vec<f64> = components.iter().filter_map(|component| *component).collect();
    present.sort_by(|a, b| b.total_cmp(a));
    let second = present.get(1).copied().unwrap_or(geometric);
    let held = present.last().is_some_and(|least| *least <= floor);
    if held { second.min(geometric) } else { second }
}
