//! The config of stability, soft targets and fragility measures: every number of engines-v2 §4 and §13.
//!
//! ```
//! use v2::config::EngineConfig;
//! use v2::stability::StabilityConfig;
//! let text = r#"
//!     stability_model_id = "num-stab-core-v1"
//!     fragility_model_id = "joint-stab-fragility-v1"
//!     scenario_set_id = "US_EQ_BASELINE_BOOTSTRAP_21D"
//! "#;
//! let config: StabilityConfig = toml::from_str(text).unwrap();
//! assert!(config.check().is_ok());
//! assert_eq!((config.weights.liquidity, config.thresholds.stability_score), (0.3, 0.3));
//! assert!(toml::from_str::<StabilityConfig>("stability_model_id = \"x\"").is_err()); // the others have no default
//! ```

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, EngineConfig, Ranges};

/// How stability is measured and classed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StabilityConfig {
    /// The id under which stability vectors are stored.
    pub stability_model_id: String,
    /// The id under which fragility measures are stored.
    pub fragility_model_id: String,
    /// The name of the scenario set that losses are taken from; a set of another name is refused.
    pub scenario_set_id: String,
    /// The markets whose instruments are measured; `US_EQ` by default.
    #[serde(default = "us_equities")]
    pub markets: Vec<String>,
    /// Prices in a window; 63, as the windows are laid.
    #[serde(default = "window")]
    pub window_length_days: u32,
    /// Weights of the components.
    #[serde(default)]
    pub weights: ComponentWeights,
    /// Cuts of the soft-target classes.
    #[serde(default)]
    pub thresholds: Thresholds,
    /// How components become a score.
    #[serde(default)]
    pub aggregation: Aggregation,
    /// The weight of present components below which there is no score; 0.5 by default.
    #[serde(default = "half")]
    pub min_coverage: f64,
    /// Past days of a stress family from which volatility is compared within it; 120 by default.
    #[serde(default = "family_days")]
    pub stress_family_min_days: u32,
    /// How contagion is measured.
    #[serde(default)]
    pub contagion: parts::ContagionConfig,
    /// How losses become fragility.
    #[serde(default)]
    pub fragility: parts::FragilityConfig,
    /// The soft-target index.
    #[serde(default)]
    pub index: parts::IndexConfig,
}

/// Weights of the components, each not negative; they need not sum to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ComponentWeights {
    /// 0.3 by default.
    pub liquidity: f64,
    /// 0.3 by default.
    pub vol: f64,
    /// 0.2 by default.
    pub contagion: f64,
    /// 0.2 by default.
    pub fundamental: f64,
}

/// Cuts of the soft-target classes, each from 0 to 1; all comparisons are strict.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// A soft target scores below it; 0.3 by default.
    pub stability_score: f64,
    /// A soft target's fragility is above it; 0.7 by default.
    pub high_fragility: f64,
    /// A soft target's weakness is above it; 0.7 by default.
    pub profile_weakness: f64,
    /// Watched below it; 0.5 by default.
    pub watch_stability: f64,
    /// Watched above it; 0.5 by default.
    pub watch_fragility: f64,
}

/// How the components become one score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Aggregation {
    /// The weighted mean.
    #[default]
    Mean,
    /// The least component with a weight.
    Min,
    /// The component at this share of the way from the least to the largest, by nearest rank from below.
    Percentile(f64),
}

/// The smaller tables.
pub mod parts {
    use serde::{Deserialize, Serialize};

    /// How contagion is measured.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    pub struct ContagionConfig {
        /// The share of the proxy's days that count as its worst; 0.05 by default.
        pub worst_share: f64,
        /// The mean loss on those days that leaves no stability; 0.04 by default.
        pub reference_loss: f64,
        /// The least and the most trailing days; 252 and 756 by default.
        pub min_days: u32,
        /// The most trailing days.
        pub max_days: u32,
        /// For a market, the series with the level of its sovereign proxy, for example a government bond index.
        pub sovereign_series: std::collections::BTreeMap<String, String>,
    }

    /// How losses become fragility.
    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    pub struct FragilityConfig {
        /// The level of the expected shortfall; 0.95 by default.
        pub alpha: f64,
        /// The expected shortfall of full fragility; 0.40 by default.
        pub reference_loss: f64,
        /// The same of a portfolio; 0.20 by default.
        pub portfolio_reference_loss: f64,
        /// The share of paths that an entity must be on; 0.5 by default.
        pub min_path_share: f64,
    }

    /// The soft-target index: each part scores 50 at its reference and at most 100.
    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    pub struct IndexConfig {
        /// Weight of volatility; 0.4 by default.
        pub weight_vol: f64,
        /// Weight of drawdown; 0.4 by default.
        pub weight_drawdown: f64,
        /// Weight of a falling trend; 0.2 by default.
        pub weight_trend: f64,
        /// Daily volatility that scores 50; 0.02 by default.
        pub reference_vol: f64,
        /// Drawdown that scores 50; 0.20 by default.
        pub reference_drawdown: f64,
        /// Fall over the window that scores 50; 0.20 by default.
        pub reference_trend: f64,
        /// Where STABLE, WATCH, FRAGILE and TARGETABLE end; 30, 45, 60, 75 by default.
        pub cuts: [f64; 4],
    }

    impl Default for ContagionConfig {
        fn default() -> Self {
            let sovereign_series = std::collections::BTreeMap::new();
            Self { worst_share: 0.05, reference_loss: 0.04, min_days: 252, max_days: 756, sovereign_series }
        }
    }

    impl Default for FragilityConfig {
        fn default() -> Self {
            Self { alpha: 0.95, reference_loss: 0.40, portfolio_reference_loss: 0.20, min_path_share: 0.5 }
        }
    }

    impl Default for IndexConfig {
        fn default() -> Self {
            Self {
                weight_vol: 0.4,
                weight_drawdown: 0.4,
                weight_trend: 0.2,
                reference_vol: 0.02,
                reference_drawdown: 0.20,
                reference_trend: 0.20,
                cuts: [30.0, 45.0, 60.0, 75.0],
            }
        }
    }
}

impl Default for ComponentWeights {
    fn default() -> Self {
        Self { liquidity: 0.3, vol: 0.3, contagion: 0.2, fundamental: 0.2 }
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            stability_score: 0.3,
            high_fragility: 0.7,
            profile_weakness: 0.7,
            watch_stability: 0.5,
            watch_fragility: 0.5,
        }
    }
}

fn us_equities() -> Vec<String> {
    vec!["US_EQ".to_owned()]
}

const fn window() -> u32 {
    63
}

const fn family_days() -> u32 {
    120
}

const fn half() -> f64 {
    0.5
}

impl ComponentWeights {
    /// In the order liquidity, vol, contagion, fundamental.
    #[must_use]
    pub const fn in_order(&self) -> [f64; 4] {
        [self.liquidity, self.vol, self.contagion, self.fundamental]
    }
}

impl EngineConfig for StabilityConfig {
    const ENGINE: &'static str = "stability";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("stability");
        ranges.name("stability_model_id", &self.stability_model_id)?;
        ranges.name("fragility_model_id", &self.fragility_model_id)?;
        ranges.name("scenario_set_id", &self.scenario_set_id)?;
        if self.markets.is_empty() {
            ranges.refuse("markets", "empty", "at least one market")?;
        }
        ranges.count("window_length_days", self.window_length_days, 63, 63)?;
        ranges.share("min_coverage", self.min_coverage)?;
        ranges.count("stress_family_min_days", self.stress_family_min_days, 1, 756)?;
        if let Aggregation::Percentile(at) = self.aggregation {
            ranges.share("aggregation", at)?;
        }
        self.check_weights()?;
        self.check_thresholds()?;
        self.check_contagion()?;
        self.check_fragility()?;
        self.check_index()
    }
}

impl StabilityConfig {
    fn check_weights(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("stability.weights");
        let names = ["liquidity", "vol", "contagion", "fundamental"];
        for (name, weight) in names.iter().zip(self.weights.in_order()) {
            ranges.number(name, weight, 0.0, 100.0)?;
        }
        if self.weights.in_order().iter().all(|weight| *weight == 0.0) {
            ranges.refuse("liquidity", 0.0, "at least one weight above 0")?;
        }
        Ok(())
    }

    fn check_thresholds(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("stability.thresholds");
        let Thresholds { stability_score, high_fragility, profile_weakness, watch_stability, watch_fragility } =
            self.thresholds;
        ranges.share("profile_weakness", profile_weakness)?;
        ranges.share("watch_stability", watch_stability)?;
        ranges.share("watch_fragility", watch_fragility)?;
        // A soft target is always at least watched, so that a class never falls as fragility rises.
        ranges.number("stability_score", stability_score, 0.0, watch_stability)?;
        ranges.number("high_fragility", high_fragility, watch_fragility, 1.0)
    }

    fn check_contagion(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("stability.contagion");
        ranges.number("worst_share", self.contagion.worst_share, 0.001, 0.5)?;
        ranges.number("reference_loss", self.contagion.reference_loss, 0.001, 1.0)?;
        ranges.count("max_days", self.contagion.max_days, 63, 2520)?;
        ranges.count("min_days", self.contagion.min_days, 21, self.contagion.max_days)
    }

    fn check_fragility(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("stability.fragility");
        ranges.number("alpha", self.fragility.alpha, 0.5, 0.999)?;
        ranges.number("reference_loss", self.fragility.reference_loss, 0.01, 1.0)?;
        ranges.number("portfolio_reference_loss", self.fragility.portfolio_reference_loss, 0.01, 1.0)?;
        ranges.share("min_path_share", self.fragility.min_path_share)
    }

    fn check_index(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("stability.index");
        let index = &self.index;
        ranges.share("weight_vol", index.weight_vol)?;
        ranges.share("weight_drawdown", index.weight_drawdown)?;
        ranges.share("weight_trend", index.weight_trend)?;
        ranges.number("reference_vol", index.reference_vol, 1e-4, 1.0)?;
        ranges.number("reference_drawdown", index.reference_drawdown, 1e-3, 1.0)?;
        ranges.number("reference_trend", index.reference_trend, 1e-3, 1.0)?;
        if !(index.cuts.windows(2).all(|pair| pair[0] < pair[1]) && index.cuts.iter().all(|cut| cut.is_finite())) {
            ranges.refuse("cuts", format!("{:?}", index.cuts), "four rising numbers")?;
        }
        Ok(())
    }
}
