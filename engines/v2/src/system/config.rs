//! The config of the whole system: a table for each engine, and the keys that must agree between them.
//!
//! ```
//! use v2::system::V2Config;
//! let refusal = toml::from_str::<V2Config>("strategy_id = \"US_CORE\"\nstrateggy = 1").unwrap_err();
//! assert!(refusal.to_string().contains("strateggy"));
//! ```

use serde::{Deserialize, Serialize};

use crate::assessment::config::{AssessmentConfig, BaseModel};
use crate::assessment::family::Family;
use crate::config::{ConfigError, EngineConfig, Ranges};
use crate::encoders::EncodersConfig;
use crate::fragility::FragilityAlphaConfig;
use crate::portfolio::config::PortfolioConfig;
use crate::profiles::ProfilesConfig;
use crate::regime::config::RegimeConfig;
use crate::stability::StabilityConfig;
use crate::synthetic::SyntheticConfig;
use crate::universe::config::UniverseConfig;
use crate::windows::{Windows, WindowsConfig};

/// The config of [`super::V2System`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct V2Config {
    /// The strategy that the system runs; assessment and universe name the same.
    pub strategy_id: String,
    /// The region whose stress the instruments are judged under; `GLOBAL` by default.
    #[serde(default = "global")]
    pub stress_region: String,
    /// Trailing windows.
    #[serde(default)]
    pub windows: WindowsConfig,
    /// Encoders.
    #[serde(default)]
    pub encoders: EncodersConfig,
    /// Profiles.
    #[serde(default)]
    pub profiles: ProfilesConfig,
    /// Regime.
    pub regime: RegimeConfig,
    /// Synthetic scenarios.
    pub synthetic: SyntheticConfig,
    /// Stability, soft targets, fragility measures.
    pub stability: StabilityConfig,
    /// Fragility alpha.
    #[serde(default)]
    pub fragility: FragilityAlphaConfig,
    /// Assessment.
    pub assessment: AssessmentConfig,
    /// Universe.
    pub universe: UniverseConfig,
    /// Portfolio and risk.
    pub portfolio: PortfolioConfig,
}

fn global() -> String {
    "GLOBAL".to_owned()
}

impl EngineConfig for V2Config {
    const ENGINE: &'static str = "v2";

    fn check(&self) -> Result<(), ConfigError> {
        self.windows.check()?;
        self.encoders.check()?;
        self.profiles.check()?;
        self.regime.check()?;
        self.synthetic.check()?;
        self.stability.check()?;
        self.fragility.check()?;
        self.assessment.check()?;
        self.universe.check()?;
        self.portfolio.check()?;
        self.check_agreement()?;
        self.check_markets()?;
        self.check_inputs()?;
        self.check_depth()
    }
}

impl V2Config {
    /// The `config_id` of each engine, in the order of the day.
    #[must_use]
    pub fn config_ids(&self) -> [String; 9] {
        [
            self.encoders.config_id(),
            self.profiles.config_id(),
            self.regime.config_id(),
            self.synthetic.config_id(),
            self.stability.config_id(),
            self.fragility.config_id(),
            self.assessment.config_id(),
            self.universe.config_id(),
            self.portfolio.config_id(),
        ]
    }

    /// What two engines both name must be the same thing.
    fn check_agreement(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("");
        ranges.name("strategy_id", &self.strategy_id)?;
        let same = |key: &str, found: &str, wanted: &str, whose: &str| {
            if found == wanted {
                Ok(())
            } else {
                ranges.refuse(key, format!("`{found}`"), format!("`{wanted}`, {whose}"))
            }
        };
        same("assessment.strategy_id", &self.assessment.strategy_id, &self.strategy_id, "the system's strategy_id")?;
        same("universe.strategy_id", &self.universe.strategy_id, &self.strategy_id, "the system's strategy_id")?;
        let set = &self.synthetic.request.name;
        same("stability.scenario_set_id", &self.stability.scenario_set_id, set, "the name of synthetic.request")?;
        if !self.portfolio.strategies.contains(&self.strategy_id) {
            let expected = format!("a list with `{}`, the system's strategy_id", self.strategy_id);
            return ranges.refuse("portfolio.strategies", format!("{:?}", self.portfolio.strategies), expected);
        }
        if !self.regime.regions.contains(&self.stress_region) {
            let expected = format!("one of regime.regions, {:?}", self.regime.regions);
            return ranges.refuse("stress_region", format!("`{}`", self.stress_region), expected);
        }
        let horizon = self.portfolio.shape.horizon_days;
        if !self.assessment.horizons_days.contains(&horizon) {
            let expected = format!("one of assessment.horizons_days, {:?}", self.assessment.horizons_days);
            return ranges.refuse("portfolio.shape.horizon_days", horizon, expected);
        }
        Ok(())
    }

    /// Engines without a market in common would have nothing to say to each other on any day.
    fn check_markets(&self) -> Result<(), ConfigError> {
        let (ranges, measured) = (Ranges::of(""), &self.stability.markets);
        let others = [
            ("synthetic.request.markets", &self.synthetic.request.markets),
            ("assessment.markets", &self.assessment.markets),
            ("universe.markets", &self.universe.markets),
            ("portfolio.markets", &self.portfolio.markets),
        ];
        for (key, markets) in others {
            if !markets.iter().any(|market| measured.contains(market)) {
                let expected = format!("at least one of stability.markets, {measured:?}");
                return ranges.refuse(key, format!("{markets:?}"), expected);
            }
        }
        let mapped = &self.regime.market_regions;
        let regions = others.iter().flat_map(|(_, markets)| *markets).chain(mapped.keys());
        let mut regions = regions.map(|market| mapped.get(market).unwrap_or(market));
        if self.stress_region != global() && !regions.any(|region| *region == self.stress_region) {
            let expected = "a region of regime.market_regions, or of a market without an entry there";
            return ranges.refuse("stress_region", format!("`{}`", self.stress_region), expected);
        }
        Ok(())
    }

    /// What is asked for must be there to be had.
    fn check_inputs(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("");
        let unfed = [Family::Growth, Family::Sentiment];
        let families = self.assessment.base_model_id == BaseModel::AlphaFamilies;
        if let Some(family) = unfed.into_iter().find(|family| families && self.assessment.requires(*family)) {
            let key =
                if self.assessment.required_families.is_empty() { "alpha_family_models" } else { "required_families" };
            let expected = "families that this system has inputs for: all but growth and sentiment";
            return ranges.refuse(&format!("assessment.{key}"), family.name(), expected);
        }
        let (invested, portfolio) = (self.portfolio.budget(), &self.portfolio);
        for (key, limit) in
            [("gross_exposure_limit", portfolio.gross_exposure_limit), ("leverage_limit", portfolio.leverage_limit)]
        {
            if limit < invested {
                let expected = format!("at least {invested}, portfolio.shape.invested_share");
                return ranges.refuse(&format!("portfolio.{key}"), limit, expected);
            }
        }
        let depth = Windows::new(self.windows).depth() as u32;
        ranges.count("universe.min_history_days", self.universe.min_history_days, 1, depth)
    }

    /// What an engine looks back over must lie within the returns that the trailing windows have on every day, also on
    /// the first after they were taken up: encoders without it would abstain on every day, and the others would go by
    /// a shorter past than their config says.
    fn check_depth(&self) -> Result<(), ConfigError> {
        let whole = Windows::new(self.windows).whole_returns() as u32;
        let encoders = &self.encoders;
        // Of the days that encoders rebuild their rows from, the oldest has no part in a row that is kept.
        let beside = (encoders.scale_refresh_days + encoders.instrument_every_days).saturating_sub(1);
        let looks_back = [
            ("encoders.scale_days", encoders.scale_days, beside),
            ("stability.contagion.max_days", self.stability.contagion.max_days, 0),
            ("portfolio.covariance.window_days", self.portfolio.covariance.window_days, 0),
        ];
        for (key, days, beside) in looks_back {
            let most = whole.saturating_sub(beside);
            if days > most {
                let reach = self.windows.percentile_days;
                let expected = format!("at most {most}, as far as the windows reach with a percentile_days of {reach}");
                Ranges::of("").refuse(key, days, expected)?;
            }
        }
        Ok(())
    }
}
