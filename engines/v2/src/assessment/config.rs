//! The config of the assessment: engines-v2 §6 and §13, every chosen number with its default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::baseline::BaselineConfig;
use super::family::Family;
use super::label::LabelCuts;
use crate::config::{ConfigError, EngineConfig, Ranges};

/// Which scores a strategy wants, and how they are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentConfig {
    /// The strategy that the scores belong to.
    pub strategy_id: String,
    /// The markets whose instruments are scored, for example `US_EQ`. Each is a cross-section of its own.
    pub markets: Vec<String>,
    /// The horizons in trading days, for example 5 and 21, rising.
    pub horizons_days: Vec<u32>,
    /// The model that makes the score.
    pub base_model_id: BaseModel,
    /// The families in use, each with the id of its model. A family without a model has no say.
    pub alpha_family_models: BTreeMap<Family, String>,
    /// The id of the feature definitions that the families read.
    pub feature_spec_id: String,
    /// The families that coverage is counted against; empty means every family with a model. A strategy for tapes of
    /// prices alone lists `momentum` only: other families still count where they are there, and none is missed.
    #[serde(default)]
    pub required_families: Vec<Family>,
    /// Whether fragility costs expected return; true by default.
    #[serde(default = "yes")]
    pub use_fragility_penalty: bool,
    /// The share of a positive score and expected return that a SOFT_TARGET keeps, 0 to 1; 0 by default.
    #[serde(default)]
    pub max_soft_target_exposure: f64,
    /// The weights of the families.
    #[serde(default)]
    pub weights: FamilyWeights,
    /// How a cross-section is standardised and what counts as enough.
    #[serde(default)]
    pub standard: StandardConfig,
    /// Expected return by unit of signal and of σ_H: the assumed correlation of signal and return; 0.04 by default.
    #[serde(default = "information_coefficient")]
    pub information_coefficient: f64,
    /// λ: the expected return, in units of σ_H, that a HighFragility of 1 costs; 0.04 by default, which is as much as
    /// one unit of signal earns.
    #[serde(default = "information_coefficient")]
    pub fragility_lambda: f64,
    /// Where scores become labels.
    #[serde(default)]
    pub label_cuts: LabelCuts,
    /// The numbers of the reference model `momentum_baseline`.
    #[serde(default)]
    pub baseline: BaselineConfig,
}

/// The models that make a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseModel {
    /// Families of standardised signals, linearly combined: the v2 model.
    AlphaFamilies,
    /// The earlier implementation's model, kept to compare with ([`super::baseline`]).
    MomentumBaseline,
}

/// The weight of each family in the signal, −10 to 10; only their ratios matter. A negative weight bets against the
/// family: the sign-inverted negative control has nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FamilyWeights {
    /// 1 by default.
    pub value: f64,
    /// 1 by default.
    pub momentum: f64,
    /// 1 by default.
    pub quality: f64,
    /// 1 by default.
    pub carry: f64,
    /// 1 by default; never negative, so that more fragility never raises a long score.
    pub fragility: f64,
    /// 0.5 by default.
    pub growth: f64,
    /// 0.5 by default.
    pub sentiment: f64,
}

/// How a cross-section is standardised.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StandardConfig {
    /// A z-score is cut at ± this; 3 by default.
    pub winsor: f64,
    /// Below this many names with a value a cross-section has no z-scores; 5 by default.
    pub min_names: u32,
    /// A sector with fewer values is compared with the whole market instead; 3 by default.
    pub sector_min_names: u32,
    /// Below this coverage there is no score, and below this share of its inputs no family; 0.5 by default.
    pub min_coverage: f64,
}

const fn yes() -> bool {
    true
}

const fn information_coefficient() -> f64 {
    0.04
}

impl Default for FamilyWeights {
    fn default() -> Self {
        Self { value: 1.0, momentum: 1.0, quality: 1.0, carry: 1.0, fragility: 1.0, growth: 0.5, sentiment: 0.5 }
    }
}

impl Default for StandardConfig {
    fn default() -> Self {
        Self { winsor: 3.0, min_names: 5, sector_min_names: 3, min_coverage: 0.5 }
    }
}

impl FamilyWeights {
    /// The weight of one family.
    #[must_use]
    pub const fn of(&self, family: Family) -> f64 {
        match family {
            Family::Value => self.value,
            Family::Momentum => self.momentum,
            Family::Quality => self.quality,
            Family::Carry => self.carry,
            Family::Fragility => self.fragility,
            Family::Growth => self.growth,
            Family::Sentiment => self.sentiment,
        }
    }
}

impl AssessmentConfig {
    /// Whether coverage is counted against `family`.
    #[must_use]
    pub fn requires(&self, family: Family) -> bool {
        if self.required_families.is_empty() {
            return self.alpha_family_models.contains_key(&family);
        }
        self.required_families.contains(&family)
    }

    fn check_names(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        ranges.name("strategy_id", &self.strategy_id)?;
        ranges.name("feature_spec_id", &self.feature_spec_id)?;
        if self.markets.is_empty() {
            return ranges.refuse("markets", "[]", "at least one market");
        }
        for market in &self.markets {
            ranges.name("markets", market)?;
        }
        for (family, model) in &self.alpha_family_models {
            ranges.name(&format!("alpha_family_models.{}", family.name()), model)?;
        }
        Ok(())
    }

    fn check_families(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        for family in Family::ALL {
            let low = if family == Family::Fragility { 0.0 } else { -10.0 };
            ranges.number(&format!("weights.{}", family.name()), self.weights.of(family), low, 10.0)?;
        }
        if self.base_model_id == BaseModel::MomentumBaseline {
            return Ok(());
        }
        for family in &self.required_families {
            if !self.alpha_family_models.contains_key(family) {
                return ranges.refuse("required_families", family.name(), "families of alpha_family_models only");
            }
        }
        let weighted = |family: Family| self.requires(family) && self.weights.of(family) != 0.0;
        if !Family::ALL.into_iter().any(weighted) {
            return ranges.refuse("alpha_family_models", "without a weight", "a required family of non-zero weight");
        }
        Ok(())
    }
}

impl EngineConfig for AssessmentConfig {
    const ENGINE: &'static str = "assessment";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("assessment");
        self.check_names(&ranges)?;
        if self.horizons_days.is_empty() || self.horizons_days.windows(2).any(|pair| pair[0] >= pair[1]) {
            return ranges.refuse("horizons_days", format!("{:?}", self.horizons_days), "rising whole numbers of days");
        }
        for horizon in &self.horizons_days {
            ranges.count("horizons_days", *horizon, 1, 252)?;
        }
        self.check_families(&ranges)?;
        ranges.share("max_soft_target_exposure", self.max_soft_target_exposure)?;
        ranges.number("information_coefficient", self.information_coefficient, 0.001, 1.0)?;
        ranges.number("fragility_lambda", self.fragility_lambda, 0.0, 10.0)?;
        ranges.number("standard.winsor", self.standard.winsor, 0.5, 10.0)?;
        ranges.count("standard.min_names", self.standard.min_names, 2, 10_000)?;
        ranges.count("standard.sector_min_names", self.standard.sector_min_names, 2, 10_000)?;
        ranges.share("standard.min_coverage", self.standard.min_coverage)?;
        self.label_cuts.check(&Ranges::of("assessment.label_cuts"))?;
        self.baseline.check(&Ranges::of("assessment.baseline"))
    }
}
