//! The four dimensions of an entity, and what stands in where nothing is measured (engines-v1 §2).
//!
//! A metric that no series gives is a placeholder that keeps the index just below 30. Confidence is the share of
//! dimensions that were measured [chosen], so an entity of placeholders never leaves Watch.

use domain::view::View;

use super::entity::EntityFact;
use crate::observations::latest;

/// Stress of an entity in four dimensions, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dimensions {
    /// Credit default swaps, leverage, liquidity.
    pub financial: f64,
    /// Politics.
    pub political: f64,
    /// Operations.
    pub operational: f64,
    /// How much of it can be attacked.
    pub attack_surface: f64,
}

/// What was measured of an entity on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The dimensions.
    pub dimensions: Dimensions,
    /// From 0 to 1.
    pub confidence: f64,
}

/// Weights of the dimensions [chosen]; they fit the one published example.
const WEIGHTS: [f64; 4] = [0.40, 0.20, 0.20, 0.20];
/// A swap at this many basis points is full stress [chosen]; 150 maps to 0.75 in v1's notes.
const CDS_FULL: f64 = 200.0;
/// A dimension at this or more is elevated [chosen].
const ELEVATED: f64 = 0.6;
/// What stands in for a dimension without a metric: a score near 30, and below it [chosen].
const PLACEHOLDER: f64 = 0.29;

impl Dimensions {
    const fn all(&self) -> [f64; 4] {
        [self.financial, self.political, self.operational, self.attack_surface]
    }

    /// The index from 0 to 100: the built form, a weighted sum.
    #[must_use]
    pub fn index(&self) -> f64 {
        let parts: Vec<f64> = self.all().iter().zip(WEIGHTS).map(|(value, weight)| value * weight).collect();
        (100.0 * domain::numeric::sum(&parts)).clamp(0.0, 100.0)
    }

    /// How many dimensions are elevated.
    #[must_use]
    pub fn elevated(&self) -> usize {
        self.all().iter().filter(|value| **value >= ELEVATED).count()
    }
}

/// The stress of a credit default swap, 0 to 1, from its basis points.
#[must_use]
pub fn cds_stress(basis_points: f64) -> f64 {
    (basis_points / CDS_FULL).clamp(0.0, 1.0)
}

/// Measures an entity today.
#[must_use]
pub fn measure(view: &View<'_>, entity: &EntityFact) -> Measured {
    let metric = |name: &str| latest(view, &format!("ENTITY:{}:{name}", entity.id)).map(|value| value.clamp(0.0, 1.0));
    let cds = latest(view, &format!("CDS:{}", entity.id)).map(cds_stress);
    let financial: Vec<f64> = [cds, metric("leverage"), metric("liquidity")].into_iter().flatten().collect();
    let found =
        [domain::numeric::mean(&financial), metric("political"), metric("operational"), metric("attack_surface")];
    let [financial, political, operational, attack_surface] = found.map(|value| value.unwrap_or(PLACEHOLDER));
    let confidence = found.iter().flatten().count() as f64 / found.len() as f64;
    Measured { dimensions: Dimensions { financial, political, operational, attack_surface }, confidence }
}
