//! The request for a scenario set, as a user writes it, and everything it is refused for.
//!
//! ```
//! use v2::config::EngineConfig;
//! use v2::synthetic::SyntheticConfig;
//! let config: SyntheticConfig = toml::from_str(r#"
//!     [request]
//!     name = "US_EQ_BASELINE_BOOTSTRAP_30D"
//!     description = "Thirty days out of the last three years."
//!     category = "BOOTSTRAP"
//!     horizon_days = 30
//!     num_paths = 500
//!     markets = ["US_EQ"]
//!     generator_spec = { return_kind = "SIMPLE", method = "STATIONARY", block_days = 10 }
//! "#).unwrap();
//! assert!(config.check().is_ok());
//! assert_eq!(config.refresh_days, 21);
//! ```

use domain::date::Date;
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, EngineConfig, Ranges};

/// The families of gates-and-lifecycle §8, under the names of data-model §4. The first two are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// Contiguous windows of the past.
    Historical,
    /// Blocks of the past, drawn with replacement.
    Bootstrap,
    /// Factors and residuals drawn apart.
    FactorBootstrap,
    /// Shocks laid over a base path.
    ShockOverlay,
    /// Shocks of the drivers that hurt the most fragile.
    FragilityAdversarial,
    /// Fixed tables of a regulator.
    Regulatory,
    /// Whatever a user brings.
    Custom,
    /// A named crisis in stages.
    HistoricalTemplate,
}

impl Category {
    /// The name that a request has for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Historical => "HISTORICAL",
            Self::Bootstrap => "BOOTSTRAP",
            Self::FactorBootstrap => "FACTOR_BOOTSTRAP",
            Self::ShockOverlay => "SHOCK_OVERLAY",
            Self::FragilityAdversarial => "FRAGILITY_ADVERSARIAL",
            Self::Regulatory => "REGULATORY",
            Self::Custom => "CUSTOM",
            Self::HistoricalTemplate => "HISTORICAL_TEMPLATE",
        }
    }
}

/// How blocks are laid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BlockMethod {
    /// Blocks of one length within the past.
    Fixed,
    /// Blocks of one length on the ring.
    Circular,
    /// Blocks of geometric length on the ring.
    Stationary,
}

impl BlockMethod {
    /// The name that a request has for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fixed => "FIXED",
            Self::Circular => "CIRCULAR",
            Self::Stationary => "STATIONARY",
        }
    }
}

/// What a path's daily return is. Losses are the same under both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReturnKind {
    /// `level / level before − 1`.
    Simple,
    /// `ln(level / level before)`.
    Log,
}

/// How paths are made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratorSpec {
    /// Simple or log: must be declared (engines-v2 §9).
    pub return_kind: ReturnKind,
    /// For BOOTSTRAP, and only there.
    #[serde(default)]
    pub method: Option<BlockMethod>,
    /// Block length, or its mean: 5 to 20 days; for BOOTSTRAP, and only there.
    #[serde(default)]
    pub block_days: Option<u32>,
    /// A day on which a price rose by more than this share counts as missing; 1 by default (a doubling). A simple
    /// return is never below −1, because prices are positive.
    #[serde(default = "one")]
    pub return_bound: f64,
}

/// Which instruments of the markets; an empty list filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UniverseFilter {
    /// Ids.
    pub instruments: Vec<String>,
    /// Sectors.
    pub sectors: Vec<String>,
}

/// A request for a scenario set (engines-v2 §9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The set's name; it also names the random stream.
    pub name: String,
    /// For the reader.
    pub description: String,
    /// The family.
    pub category: Category,
    /// Days of a path, 1 to 60.
    pub horizon_days: u32,
    /// Paths, 1 to 100,000.
    pub num_paths: u32,
    /// Markets whose instruments are in the set; at least one.
    pub markets: Vec<String>,
    /// The first day that may be drawn; the trailing `history_days` when absent.
    #[serde(default)]
    pub base_date_start: Option<Date>,
    /// The last day that may be drawn; the day of the set when absent.
    #[serde(default)]
    pub base_date_end: Option<Date>,
    /// Labels, families or tags of regimes; a day is drawn only when it had one of them.
    #[serde(default)]
    pub regime_filter: Option<Vec<String>>,
    /// Which instruments of the markets.
    #[serde(default)]
    pub universe_filter: Option<UniverseFilter>,
    /// How paths are made.
    pub generator_spec: GeneratorSpec,
}

mod refusal {
    use super::{Category, ConfigError};

    /// Why a request was refused.
    #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
    pub enum RequestError {
        /// The family has a name and no generator.
        #[error("scenarios of category {} are not built yet: expected HISTORICAL or BOOTSTRAP", .category.name())]
        NotBuiltYet {
            /// The family.
            category: Category,
        },
        /// A value cannot stand.
        #[error(transparent)]
        Config(#[from] ConfigError),
    }

    impl From<RequestError> for ConfigError {
        fn from(error: RequestError) -> Self {
            match error {
                RequestError::Config(error) => error,
                RequestError::NotBuiltYet { category } => Self {
                    path: "synthetic.request.category".to_owned(),
                    value: category.name().to_owned(),
                    expected: "HISTORICAL or BOOTSTRAP: the other families are not built yet".to_owned(),
                },
            }
        }
    }
}

/// How the engine keeps a set fresh.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyntheticConfig {
    /// What is drawn.
    pub request: Request,
    /// Trading days from one making to the next; 21 by default.
    #[serde(default = "month")]
    pub refresh_days: u32,
    /// The trailing days that may be drawn without a base range; 756 by default.
    #[serde(default = "three_years")]
    pub history_days: u32,
    /// Below this many days there is no set; 252 by default.
    #[serde(default = "year")]
    pub min_history_days: u32,
    /// A return over a gap counts when the last price is at most this many trading days old, as in the windows; 5 by
    /// default.
    #[serde(default = "week")]
    pub max_gap_days: u32,
}

pub use refusal::RequestError;

const fn one() -> f64 {
    1.0
}

const fn week() -> u32 {
    5
}

const fn month() -> u32 {
    21
}

const fn year() -> u32 {
    252
}

const fn three_years() -> u32 {
    756
}

impl Request {
    /// Refuses the families that have a name and no generator.
    ///
    /// # Errors
    /// [`RequestError::NotBuiltYet`].
    pub fn refuse_unbuilt(&self) -> Result<(), RequestError> {
        match self.category {
            Category::Historical | Category::Bootstrap => Ok(()),
            category => Err(RequestError::NotBuiltYet { category }),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("synthetic.request");
        ranges.name("name", &self.name)?;
        ranges.count("horizon_days", self.horizon_days, 1, 60)?;
        ranges.count("num_paths", self.num_paths, 1, 100_000)?;
        if self.markets.is_empty() {
            ranges.refuse("markets", "empty", "at least one market")?;
        }
        if self.regime_filter.as_ref().is_some_and(Vec::is_empty) {
            ranges.refuse("regime_filter", "empty", "at least one label, or no filter")?;
        }
        if let (Some(start), Some(end)) = (self.base_date_start, self.base_date_end)
            && end < start
        {
            ranges.refuse("base_date_end", end, format!("a day not before base_date_start, {start}"))?;
        }
        self.check_generator()
    }

    fn check_generator(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("synthetic.request.generator_spec");
        let GeneratorSpec { method, block_days, return_bound, .. } = self.generator_spec;
        ranges.number("return_bound", return_bound, 0.01, 100.0)?;
        match (self.category, method, block_days) {
            (Category::Bootstrap, None, _) => ranges.refuse("method", "absent", "FIXED, CIRCULAR or STATIONARY"),
            (Category::Bootstrap, _, block) => ranges.count("block_days", block.unwrap_or(0), 5, 20),
            (_, Some(method), _) => ranges.refuse("method", method.name(), "none outside BOOTSTRAP"),
            (_, _, Some(block)) => ranges.refuse("block_days", block, "none outside BOOTSTRAP"),
            _ => Ok(()),
        }
    }
}

impl EngineConfig for SyntheticConfig {
    const ENGINE: &'static str = "synthetic";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("synthetic");
        self.request.check()?;
        ranges.count("refresh_days", self.refresh_days, 1, 63)?;
        ranges.count("history_days", self.history_days, 63, 2520)?;
        // Without a base range nothing beyond the trailing history is drawn.
        let most = if self.request.base_date_start.is_none() { self.history_days } else { 2520 };
        ranges.count("min_history_days", self.min_history_days, self.request.horizon_days, most)?;
        ranges.count("max_gap_days", self.max_gap_days, 0, 20)
    }
}
