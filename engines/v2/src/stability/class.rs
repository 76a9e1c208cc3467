//! Scores and classes of one entity: the pure rules of engines-v2 §4.
//!
//! ```
//! use v2::stability::{Aggregation, ComponentWeights, IndexClass, SoftTargetClass, Thresholds, score};
//! // Fundamentals are missing: the other weights, 0.8 in all, are renormalised.
//! let parts = [Some(0.5), Some(0.25), Some(1.0), None];
//! let (value, coverage) = score(&parts, &ComponentWeights::default(), Aggregation::Mean, 0.5);
//! assert!((value.unwrap() - (0.3 * 0.5 + 0.3 * 0.25 + 0.2) / 0.8).abs() < 1e-15);
//! assert!((coverage - 0.8).abs() < 1e-15);
//! let class = SoftTargetClass::of(Some(0.2), Some(0.8), Some(0.9), &Thresholds::default());
//! assert_eq!(class, Some(SoftTargetClass::SoftTarget));
//! assert_eq!(IndexClass::of(28.38, &[30.0, 45.0, 60.0, 75.0]), IndexClass::Stable);
//! ```

use super::config::parts::IndexConfig;
use super::config::{Aggregation, ComponentWeights, Thresholds};

/// Half of the weights is half of the weights, whatever the last digit of their sum says.
const ROUNDING: f64 = 1e-12;

/// Whether an entity is a soft target; worse classes are larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SoftTargetClass {
    /// Neither.
    None,
    /// To be watched.
    Watchlist,
    /// Unstable, fragile and weak at once.
    SoftTarget,
}

/// The class of the soft-target index; worse classes are larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexClass {
    /// Below 30.
    Stable,
    /// Below 45.
    Watch,
    /// Below 60.
    Fragile,
    /// Below 75.
    Targetable,
    /// The rest.
    Breaker,
}

impl SoftTargetClass {
    /// The class by stability score, high fragility and profile weakness, each 0 to 1. What is absent satisfies no
    /// comparison, and is not 0 either: NONE takes a score and a fragility that are both known (engines-v2 §4). With one
    /// of them the class is WATCHLIST or absent.
    #[must_use]
    pub fn of(score: Option<f64>, fragility: Option<f64>, weakness: Option<f64>, cuts: &Thresholds) -> Option<Self> {
        let below = |cut: f64| score.is_some_and(|score| score < cut);
        let above = |cut: f64| fragility.is_some_and(|fragility| fragility > cut);
        let weak = weakness.is_some_and(|weakness| weakness > cuts.profile_weakness);
        if below(cuts.stability_score) && above(cuts.high_fragility) && weak {
            return Some(Self::SoftTarget);
        }
        let watched = below(cuts.watch_stability) || above(cuts.watch_fragility);
        if watched {
            return Some(Self::Watchlist);
        }
        score.and(fragility).map(|_| Self::None)
    }

    /// As the tables write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Watchlist => "WATCHLIST",
            Self::SoftTarget => "SOFT_TARGET",
        }
    }
}

impl IndexClass {
    /// The class of an index, by where STABLE, WATCH, FRAGILE and TARGETABLE end.
    #[must_use]
    pub fn of(index: f64, cuts: &[f64; 4]) -> Self {
        let classes = [Self::Stable, Self::Watch, Self::Fragile, Self::Targetable];
        let found = classes.iter().zip(cuts).find(|(_, cut)| index < **cut);
        found.map_or(Self::Breaker, |(class, _)| *class)
    }

    /// As the tables write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stable => "STABLE",
            Self::Watch => "WATCH",
            Self::Fragile => "FRAGILE",
            Self::Targetable => "TARGETABLE",
            Self::Breaker => "BREAKER",
        }
    }
}

/// The stability score, 0 to 1, and the coverage: the share of the weights whose component is present. Components lie in
/// the order liquidity, vol, contagion, fundamental, each 0 to 1 with 1 the steadiest.
#[must_use]
#[inline]
pub fn score(
    components: &[Option<f64>; 4],
    weights: &ComponentWeights,
    aggregation: Aggregation,
    min_coverage: f64,
) -> (Option<f64>, f64) {
    let (mut total, mut present, mut weighted) = (0.0, 0.0, 0.0);
    for (component, weight) in components.iter().zip(weights.in_order()) {
        total += weight;
        if let Some(component) = component {
            present += weight;
            weighted += weight * component;
        }
    }
    let coverage = present / total;
    // The last digit of a quotient of sums may fall outside the range.
    let mean = (present > 0.0 && coverage >= min_coverage - ROUNDING).then(|| (weighted / present).clamp(0.0, 1.0));
    match aggregation {
        Aggregation::Mean => (mean, coverage),
        Aggregation::Min => (mean.and(ranked(components, weights, 0.0)), coverage),
        Aggregation::Percentile(at) => (mean.and(ranked(components, weights, at)), coverage),
    }
}

/// The present component at the share `at` of the way up, by nearest rank from below.
fn ranked(components: &[Option<f64>; 4], weights: &ComponentWeights, at: f64) -> Option<f64> {
    let weighed = components.iter().zip(weights.in_order()).filter(|(_, weight)| *weight > 0.0);
    let mut present: Vec<f64> = weighed.filter_map(|(component, _)| *component).collect();
    present.sort_by(f64::total_cmp);
    let rank = (at * present.len().saturating_sub(1) as f64) as usize;
    present.get(rank).copied()
}

/// The soft-target index, 0 to 100 with 100 the worst, from a window's daily volatility (sample, log returns), its
/// largest drawdown (0 to 1) and its trend (last / first − 1).
#[must_use]
#[inline]
pub fn soft_target_index(vol: f64, drawdown: f64, trend: f64, config: &IndexConfig) -> f64 {
    let part = |value: f64, reference: f64| (50.0 * value / reference).clamp(0.0, 100.0);
    config.weight_vol * part(vol, config.reference_vol)
        + config.weight_drawdown * part(drawdown, config.reference_drawdown)
        + config.weight_trend * part(-trend, config.reference_trend)
}
