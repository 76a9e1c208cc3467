//! The config of fragility alpha: every number of engines-v2 §5 and §13.

use domain::numeric::exact;
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, EngineConfig, Ranges};

/// How fragility alpha is formed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FragilityAlphaConfig {
    /// Weights of the components.
    pub weights: ComponentWeights,
    /// The least that a component counts in the geometric mean; 0.01 by default.
    pub floor: f64,
    /// How the components become a score.
    pub score_type: ScoreType,
    /// Where NONE, WATCHLIST and SHORT_CANDIDATE end; 0.3, 0.5, 0.7 by default.
    pub cuts: [f64; 3],
    /// Outside a stress regime, CRISIS needs an instability above it; 0.8 by default.
    pub crisis_instability: f64,
    /// Weights of liquidity, vol and contagion in the instability; 0.4, 0.4, 0.2 by default.
    pub instability_weights: [f64; 3],
    /// The share of weights that must be present; 0.5 by default.
    pub min_coverage: f64,
    /// What borrowing a share costs a year, as a share of its value; 0.01 by default [chosen].
    pub borrow_rate: f64,
    /// Trading days of a year; 252 by default.
    pub days_a_year: f64,
    /// How complacency is measured.
    pub pricing: PricingConfig,
    /// How positions are proposed.
    pub template: TemplateConfig,
}

/// Weights of the components, each above 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ComponentWeights {
    /// 0.25 by default.
    pub weak_profile: f64,
    /// 0.25 by default.
    pub instability: f64,
    /// 0.25 by default.
    pub high_fragility: f64,
    /// 0.25 by default.
    pub complacent_pricing: f64,
}

/// How the components become a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreType {
    /// The weighted geometric mean.
    #[default]
    Geometric,
    /// The second-largest component: the level that at least two dimensions reach; a component at the floor still holds
    /// it down to the geometric mean.
    Max,
}

/// How complacency is measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PricingConfig {
    /// Trading days from one valuation kept for the own percentile to the next; 21 by default [chosen].
    pub valuation_sample_days: u32,
    /// Trading days of the own valuation history; 1260 by default, five years.
    pub valuation_history_days: u32,
    /// The least of kept valuations for a percentile; 12 by default [chosen].
    pub valuation_min_samples: u32,
    /// The least of names in a sector for a percentile within it; 5 by default [chosen].
    pub sector_min_names: u32,
    /// The trailing points of implied volatility and credit spread; 756 by default.
    pub percentile_points: u32,
    /// The least of them; 252 by default.
    pub percentile_min_points: u32,
    /// A latest point older than this many calendar days is none; 10 by default [chosen].
    pub series_max_age_days: u32,
}

/// How positions are proposed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateConfig {
    /// Only liquid equity and listed options, puts first (about 1 million of capital); true by default.
    pub small_capital: bool,
    /// The value traded a day, in currency, from which an equity is liquid; 5,000,000 by default [chosen].
    pub min_adv: f64,
    /// The hint is this share of value times the score; 0.05 by default.
    pub notional_per_score: f64,
    /// The least hint; 0.01 by default.
    pub notional_least: f64,
    /// The largest hint; 0.05 by default.
    pub notional_most: f64,
    /// Trading days that a position is meant for; 21 by default.
    pub horizon_days: u32,
}

impl Default for FragilityAlphaConfig {
    fn default() -> Self {
        Self {
            weights: ComponentWeights::default(),
            floor: 0.01,
            score_type: ScoreType::Geometric,
            cuts: [0.3, 0.5, 0.7],
            crisis_instability: 0.8,
            instability_weights: [0.4, 0.4, 0.2],
            min_coverage: 0.5,
            borrow_rate: 0.01,
            days_a_year: 252.0,
            pricing: PricingConfig::default(),
            template: TemplateConfig::default(),
        }
    }
}

impl Default for ComponentWeights {
    fn default() -> Self {
        Self { weak_profile: 0.25, instability: 0.25, high_fragility: 0.25, complacent_pricing: 0.25 }
    }
}

impl Default for PricingConfig {
    fn default() -> Self {
        Self {
            valuation_sample_days: 21,
            valuation_history_days: 1260,
            valuation_min_samples: 12,
            sector_min_names: 5,
            percentile_points: 756,
            percentile_min_points: 252,
            series_max_age_days: 10,
        }
    }
}

impl Default for TemplateConfig {
    fn default() -> Self {
        Self {
            small_capital: true,
            min_adv: 5e6,
            notional_per_score: 0.05,
            notional_least: 0.01,
            notional_most: 0.05,
            horizon_days: 21,
        }
    }
}

impl ComponentWeights {
    /// In the order weak profile, instability, high fragility, complacent pricing.
    #[must_use]
    pub const fn in_order(&self) -> [f64; 4] {
        [self.weak_profile, self.instability, self.high_fragility, self.complacent_pricing]
    }
}

impl PricingConfig {
    /// The most valuations that are kept.
    pub(super) fn samples_kept(&self) -> u32 {
        (self.valuation_history_days / self.valuation_sample_days).max(1)
    }
}

impl EngineConfig for FragilityAlphaConfig {
    const ENGINE: &'static str = "fragility";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("fragility");
        ranges.number("floor", self.floor, 1e-9, 0.5)?;
        let [watch, short, crisis] = self.cuts;
        if !(0.0 < watch && watch < short && short < crisis && crisis <= 1.0) {
            ranges.refuse("cuts", format!("{:?}", self.cuts), "three rising numbers above 0, the last at most 1")?;
        }
        ranges.share("crisis_instability", self.crisis_instability)?;
        for weight in self.instability_weights {
            ranges.number("instability_weights", weight, 0.001, 100.0)?;
        }
        ranges.share("min_coverage", self.min_coverage)?;
        ranges.number("borrow_rate", self.borrow_rate, 0.0, 10.0)?;
        ranges.number("days_a_year", self.days_a_year, 200.0, 366.0)?;
        self.check_weights()?;
        self.check_pricing()?;
        self.check_template()
    }
}

impl FragilityAlphaConfig {
    /// A zero in any one component must keep an entity out of SHORT_CANDIDATE (engines-v2 §5, invariants), whatever the
    /// others are: `floor^(w / Σw)` is below the cut.
    fn check_weights(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("fragility.weights");
        let weights = self.weights.in_order();
        let total = weights.iter().fold(0.0, |total, weight| total + weight);
        let least = exact::ln(self.cuts[1]) / exact::ln(self.floor);
        let names = ["weak_profile", "instability", "high_fragility", "complacent_pricing"];
        for (name, weight) in names.iter().zip(weights) {
            ranges.number(name, weight, 1e-6, 100.0)?;
            if weight / total <= least {
                let expected = format!("more than {least:.3} of all weights, so that a zero holds the score down");
                ranges.refuse(name, weight, expected)?;
            }
        }
        Ok(())
    }

    fn check_pricing(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("fragility.pricing");
        let pricing = &self.pricing;
        ranges.count("valuation_sample_days", pricing.valuation_sample_days, 1, 252)?;
        ranges.count("valuation_history_days", pricing.valuation_history_days, pricing.valuation_sample_days, 5040)?;
        ranges.count("valuation_min_samples", pricing.valuation_min_samples, 1, pricing.samples_kept())?;
        ranges.count("sector_min_names", pricing.sector_min_names, 2, 1000)?;
        ranges.count("percentile_points", pricing.percentile_points, 21, 5040)?;
        ranges.count("percentile_min_points", pricing.percentile_min_points, 2, pricing.percentile_points)?;
        ranges.count("series_max_age_days", pricing.series_max_age_days, 0, 366)
    }

    fn check_template(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("fragility.template");
        let template = &self.template;
        ranges.number("min_adv", template.min_adv, 0.0, 1e12)?;
        ranges.share("notional_per_score", template.notional_per_score)?;
        ranges.share("notional_most", template.notional_most)?;
        ranges.number("notional_least", template.notional_least, 0.0, template.notional_most)?;
        ranges.count("horizon_days", template.horizon_days, 1, 252)
    }
}
