//! The config of the encoders: the numbers of engines-v2 §1, and the ids of the spaces.
//!
//! A space is named by its model id. Its version adds twelve digits of the digest of everything that decides a
//! vector (seed, features, window, scaling), so another seed can never be mistaken for the same space:
//!
//! ```
//! use v2::encoders::EncodersConfig;
//! let config = EncodersConfig::default();
//! let other = EncodersConfig { projection_seed: 1, ..config.clone() };
//! assert!(config.version("num-stab-core-v1").starts_with("num-stab-core-v1+"));
//! assert_ne!(config.version("num-stab-core-v1"), other.version("num-stab-core-v1"));
//! ```

use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, EngineConfig, Ranges};
use crate::encoders::DIMENSION;

/// The model ids of engines-v2 §1.
pub mod models {
    /// Texts of issuers, profiles and the economy.
    pub const TEXT: [&str; 3] = ["text-fin-general-v1", "text-profile-v1", "text-macro-v1"];
    /// Numeric windows.
    pub const NUMERIC: [&str; 5] = [
        "num-regime-core-v1",
        "num-stab-core-v1",
        "num-profile-core-v1",
        "num-scenario-core-v1",
        "num-portfolio-core-v1",
    ];
    /// Joint spaces, each with the numeric space that it joins with `text-macro-v1` for a market.
    pub const JOINT: [(&str, &str); 7] = [
        ("joint-regime-core-v1", "num-regime-core-v1"),
        ("joint-stab-fragility-v1", "num-stab-core-v1"),
        ("joint-profile-core-v1", "num-profile-core-v1"),
        ("joint-episode-core-v1", "num-scenario-core-v1"),
        ("joint-assessment-context-v1", "num-profile-core-v1"),
        ("joint-meta-config-env-v1", "num-regime-core-v1"),
        ("joint-portfolio-core-v1", "num-portfolio-core-v1"),
    ];
}

/// One number a day and entity: the columns of a numeric window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumericFeature {
    /// Daily log return.
    Return,
    /// Sample deviation of the last 20 daily log returns.
    Volatility,
    /// ln(peak / now) over 63 prices: 0 at a high.
    Drawdown,
    /// Correlation of 62 daily log returns with those of the market, −1 to 1.
    Correlation,
    /// Slope of 62 daily log returns on those of the market.
    Beta,
    /// The market's own log return of that day.
    FactorReturn,
}

/// How texts and windows become vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EncodersConfig {
    /// The seed of the projections; part of every numeric model's version.
    pub projection_seed: u64,
    /// Outputs that each input of a projection goes to; a divisor of 384; 4 by default.
    pub projection_fan_out: u32,
    /// Rows of a numeric window, trading days; 63 by default.
    pub window_days: u32,
    /// The least share of complete rows of a window; 0.87 by default (55 of 63).
    pub min_rows_share: f64,
    /// The columns of a numeric window, without repeats.
    pub features: Vec<NumericFeature>,
    /// Where a robust z-score is cut off, either side; 8 by default.
    pub clip: f64,
    /// Days between two refreshes of the scales; 21 by default.
    pub scale_refresh_days: u32,
    /// The trailing days of returns that a scale may know; 756 by default.
    pub scale_days: u32,
    /// Every how many-th row of that history is looked at; 12 by default (58 of 694 rows).
    pub scale_stride_days: u32,
    /// The least values for a scale; 5 by default.
    pub scale_min_values: u32,
    /// The least spread of return, volatility, drawdown, correlation and beta: what keeps a z-score continuous where
    /// a history does not move at all.
    pub spread_floors: [f64; 5],
    /// Added to both variances of correlation and beta, daily log return squared; 1e-10 by default.
    pub variance_floor: f64,
    /// Numeric models of the markets, each day.
    pub market_models: Vec<String>,
    /// Numeric models of the sectors, each day.
    pub sector_models: Vec<String>,
    /// Numeric models of the instruments, on their schedule.
    pub instrument_models: Vec<String>,
    /// Days between two encodings of the instruments; 21 by default.
    pub instrument_every_days: u32,
    /// Calendar days for which a text speaks of its subject; 91 by default.
    pub text_days: u32,
    /// The weight of the text in a joint vector; 0.5 by default.
    pub text_weight: f64,
}

impl Default for EncodersConfig {
    fn default() -> Self {
        use NumericFeature::{Beta, Correlation, Drawdown, FactorReturn, Return, Volatility};
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            projection_seed: 384_030,
            projection_fan_out: 4,
            window_days: 63,
            min_rows_share: 0.87,
            features: vec![Return, Volatility, Drawdown, Correlation, Beta, FactorReturn],
            clip: 8.0,
            scale_refresh_days: 21,
            scale_days: 756,
            scale_stride_days: 12,
            scale_min_values: 5,
            spread_floors: [1e-4, 1e-4, 1e-3, 0.01, 0.01],
            variance_floor: 1e-10,
            market_models: named(&models::NUMERIC),
            sector_models: named(&models::NUMERIC[..1]),
            instrument_models: named(&models::NUMERIC[1..3]),
            instrument_every_days: 21,
            text_days: 91,
            text_weight: 0.5,
        }
    }
}

impl EngineConfig for EncodersConfig {
    const ENGINE: &'static str = "encoders";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("encoders");
        ranges.count("projection_fan_out", self.projection_fan_out, 1, 16)?;
        if !DIMENSION.is_multiple_of(self.projection_fan_out as usize) {
            ranges.refuse("projection_fan_out", self.projection_fan_out, "a divisor of 384")?;
        }
        ranges.count("window_days", self.window_days, 5, 63)?;
        ranges.number("min_rows_share", self.min_rows_share, 0.5, 1.0)?;
        ranges.number("clip", self.clip, 1.0, 100.0)?;
        ranges.count("scale_refresh_days", self.scale_refresh_days, 1, 21)?;
        ranges.count("scale_days", self.scale_days, 252, 756)?;
        ranges.count("scale_stride_days", self.scale_stride_days, 1, 21)?;
        ranges.count("scale_min_values", self.scale_min_values, 3, 100)?;
        for floor in self.spread_floors {
            ranges.number("spread_floors", floor, 1e-9, 1.0)?;
        }
        ranges.number("variance_floor", self.variance_floor, 1e-16, 1e-4)?;
        ranges.count("instrument_every_days", self.instrument_every_days, 1, 21)?;
        ranges.count("text_days", self.text_days, 1, 3660)?;
        ranges.share("text_weight", self.text_weight)?;
        self.check_names(&ranges)
    }
}

impl EncodersConfig {
    /// The model id, `+`, and twelve digits of the digest of what decides its vectors.
    #[must_use]
    pub fn version(&self, model_id: &str) -> String {
        // The lists of models and the schedule choose which vectors there are, not what one of them is.
        let spec = Self {
            market_models: Vec::new(),
            sector_models: Vec::new(),
            instrument_models: Vec::new(),
            ..self.clone()
        };
        let spec = Self { instrument_every_days: 0, ..spec };
        let digest = Digest::of(format!("{model_id}\n{}", spec.canonical()).as_bytes()).to_string();
        format!("{model_id}+{}", &digest[..12])
    }

    /// Complete rows that a window needs.
    pub(super) fn least_rows(&self) -> u32 {
        libm::ceil(self.min_rows_share * f64::from(self.window_days)) as u32
    }

    fn check_names(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        let mut features = self.features.clone();
        features.sort_unstable();
        features.dedup();
        if features.is_empty() || features.len() != self.features.len() {
            ranges.refuse("features", format!("{:?}", self.features), "at least one feature, none twice")?;
        }
        let lists = [
            ("market_models", &self.market_models),
            ("sector_models", &self.sector_models),
            ("instrument_models", &self.instrument_models),
        ];
        for (key, list) in lists {
            for model in list.iter().filter(|model| !models::NUMERIC.contains(&model.as_str())) {
                ranges.refuse(key, model, format!("one of {}", models::NUMERIC.join(", ")))?;
            }
        }
        Ok(())
    }
}
