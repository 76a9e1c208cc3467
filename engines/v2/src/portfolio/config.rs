//! The config of portfolio and risk: the required keys of engines-v2 §8, and the chosen numbers with their defaults.
//!
//! Every limit is a share of the account's value: `per_instrument_max_weight = 0.05` means 5 %. A map of limits names
//! each group; the name `*` stands for every group that is not named. An empty map limits nothing. A limit above all
//! that can be held limits nothing either, so it is refused: `"*" = 5` is not 5 %, and `"*" = 1` is the way to say that
//! there is no limit.
//!
//! ```
//! use v2::config::EngineConfig;
//! use v2::portfolio::config::PortfolioConfig;
//! let config: PortfolioConfig = toml::from_str(r#"
//!     portfolio_id = "US_CORE_LONG"
//!     strategies = ["US_CORE_LONG_EQ"]
//!     markets = ["US_EQ"]
//!     base_currency = "USD"
//!     risk_model_id = "risk-factor-252-v1"
//!     optimizer_type = "QP"
//!     risk_aversion_lambda = 5.0
//!     leverage_limit = 1.0
//!     gross_exposure_limit = 1.0
//!     per_instrument_max_weight = 0.05
//!     sector_limits = { "*" = 0.3 }
//!     country_limits = {}
//!     factor_limits = { market = 1.2 }
//!     fragility_exposure_limit = 0.05
//!     turnover_limit = 0.6
//!     cost_model_id = "cost-half-spread-root-v1"
//! "#).unwrap();
//! assert_eq!(config.check(), Ok(()));
//! assert_eq!(config.cost.half_spread, 0.0005); // a chosen default: 5 bp
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, EngineConfig, Ranges};

/// What a portfolio may hold, and how it is chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortfolioConfig {
    /// The portfolio; it stands in every row of `target_portfolios`.
    pub portfolio_id: String,
    /// The strategies that it serves; at least one.
    pub strategies: Vec<String>,
    /// The markets it may hold, for example `US_EQ`; at least one.
    pub markets: Vec<String>,
    /// The currency of the account, three capitals; instruments in another are left out.
    pub base_currency: String,
    /// The id of the risk model, for example `risk-factor-252-v1`.
    pub risk_model_id: String,
    /// The kind of programme; only `QP` is built.
    pub optimizer_type: OptimizerType,
    /// λ, return lost for a unit of variance over the horizon; above 0.
    pub risk_aversion_lambda: f64,
    /// The limit of gross exposure by the account's value.
    pub leverage_limit: f64,
    /// The limit of Σ|w|.
    pub gross_exposure_limit: f64,
    /// The limit of |w| of one instrument.
    pub per_instrument_max_weight: f64,
    /// The limit of the absolute net weight of each sector.
    pub sector_limits: BTreeMap<String, f64>,
    /// The limit of the absolute net weight of each country.
    pub country_limits: BTreeMap<String, f64>,
    /// The limit of |Bᵀw| of each factor of the risk model: `market`, `sector:…`, `momentum`, `volatility`, `liquidity`.
    pub factor_limits: BTreeMap<String, f64>,
    /// The limit of Σ|w| over instruments of class SOFT_TARGET.
    pub fragility_exposure_limit: f64,
    /// The limit of two-way turnover Σ|w − w0| on one decision, above what is forced.
    pub turnover_limit: f64,
    /// The id of the cost model, for example `cost-half-spread-root-v1`.
    pub cost_model_id: String,
    /// The limit of expected shortfall over the scenarios, as a share of the account; none by default.
    #[serde(default)]
    pub scenario_es_limit: Option<f64>,
    /// The chosen numbers of shape and timing.
    #[serde(default)]
    pub shape: ShapeConfig,
    /// The chosen numbers of the risk model.
    #[serde(default)]
    pub covariance: CovarianceConfig,
    /// The chosen numbers of the cost model.
    #[serde(default)]
    pub cost: CostConfig,
}

/// The kind of programme that is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptimizerType {
    /// Quadratic objective, linear constraints.
    #[serde(rename = "QP")]
    Qp,
    /// Second-order cones; refused, because it is not built.
    #[serde(rename = "SOCP")]
    Socp,
}

/// What is done when no portfolio satisfies every constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenInfeasible {
    /// No portfolio: a typed infeasibility with the constraints in conflict.
    Error,
    /// Everything is sold, and the portfolio says so.
    Cash,
}

/// Shape and timing; every number is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ShapeConfig {
    /// Whether every weight is at least 0; true by default.
    pub long_only: bool,
    /// Whether weights sum to 0 rather than to `invested_share`; false by default.
    pub neutral: bool,
    /// Σw when not neutral; 0.999 by default, so that costs can be paid from cash.
    pub invested_share: f64,
    /// The least weight of an instrument; 0 by default, negative where short positions are allowed.
    pub per_instrument_min_weight: f64,
    /// Trading days from one decision to the next; 21 by default.
    pub every_days: u32,
    /// The days that the expected return and the risk of the objective speak of; 21 by default.
    pub horizon_days: u32,
    /// Whether trades that the limits force (names that left, drift beyond a bound, first investment) count against
    /// the turnover limit; false by default.
    pub turnover_counts_forced: bool,
    /// What is done when the constraints contradict each other; `cash` by default.
    pub infeasible: WhenInfeasible,
    /// The level of VaR and expected shortfall; 0.95 by default.
    pub es_alpha: f64,
    /// The share of the scenario paths that must know the loss of a name for it to be held under a
    /// `scenario_es_limit`, and that must know a portfolio for its scenario figures to be told; 0.5 by default [chosen].
    pub min_path_share: f64,
}

/// The risk model; every number is chosen (engines-v2 §13, "covariance").
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CovarianceConfig {
    /// Trading days of returns; 252 by default.
    pub window_days: u32,
    /// The fewest days that an estimate is made from; 126 by default.
    pub min_days: u32,
    /// The share of an instrument's returns in the window that must be there; 0.87 by default.
    pub min_rows_share: f64,
    /// The fewest members for which a sector has a factor; 5 by default.
    pub sector_min_names: u32,
    /// The percentile below which specific variances are raised to it; 0.10 by default.
    pub specific_floor_percentile: f64,
    /// Whether the style factors momentum, volatility and liquidity are used; true by default.
    pub styles: bool,
}

/// The cost model (engines-v2 §13, "cost"), in return units for a unit of weight traded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CostConfig {
    /// Half the spread; 0.0005 by default, 5 bp.
    pub half_spread: f64,
    /// k of k·σ_day·√(trade/ADV); 0.1 by default.
    pub impact: f64,
    /// The trade, as a weight, at which the quadratic bound of the impact is exact; 0.01 by default.
    pub reference_trade: f64,
    /// The account's value in its currency, by which weights become trades; 1,000,000 by default.
    pub account_value: f64,
}

impl Default for ShapeConfig {
    fn default() -> Self {
        Self {
            long_only: true,
            neutral: false,
            invested_share: 0.999,
            per_instrument_min_weight: 0.0,
            every_days: 21,
            horizon_days: 21,
            turnover_counts_forced: false,
            infeasible: WhenInfeasible::Cash,
            es_alpha: 0.95,
            min_path_share: 0.5,
        }
    }
}

impl Default for CovarianceConfig {
    fn default() -> Self {
        Self {
            window_days: 252,
            min_days: 126,
            min_rows_share: 0.87,
            sector_min_names: 5,
            specific_floor_percentile: 0.10,
            styles: true,
        }
    }
}

impl Default for CostConfig {
    fn default() -> Self {
        Self { half_spread: 0.0005, impact: 0.1, reference_trade: 0.01, account_value: 1_000_000.0 }
    }
}

/// The largest limit that is not a mistake: ten times the account.
const LIMIT_MAX: f64 = 10.0;
/// Everything sold and as much bought anew.
const TURNOVERS_MAX: f64 = 2.0;
/// The largest exposure to a factor for a unit of weight that is not a mistake.
const EXPOSURES_MAX: f64 = 3.0;

impl PortfolioConfig {
    /// Σw of every portfolio: 0 when neutral.
    #[must_use]
    pub fn budget(&self) -> f64 {
        if self.shape.neutral { 0.0 } else { self.shape.invested_share }
    }

    fn check_names(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        let names = [
            ("portfolio_id", &self.portfolio_id),
            ("risk_model_id", &self.risk_model_id),
            ("cost_model_id", &self.cost_model_id),
        ];
        names.into_iter().try_for_each(|(key, name)| ranges.name(key, name))?;
        for (key, list) in [("strategies", &self.strategies), ("markets", &self.markets)] {
            if list.is_empty() {
                return ranges.refuse(key, "an empty list", "at least one name");
            }
            list.iter().try_for_each(|name| ranges.name(key, name))?;
        }
        let capitals = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if !capitals(&self.base_currency) {
            return ranges.refuse("base_currency", &self.base_currency, "three capitals, for example USD");
        }
        if self.optimizer_type == OptimizerType::Socp {
            return ranges.refuse("optimizer_type", "SOCP", "QP: no programme with second-order cones is built");
        }
        Ok(())
    }

    fn check_limits(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        for (key, limit) in
            [("leverage_limit", self.leverage_limit), ("gross_exposure_limit", self.gross_exposure_limit)]
        {
            ranges.number(key, limit, 0.0, LIMIT_MAX)?;
        }
        ranges.share("per_instrument_max_weight", self.per_instrument_max_weight)?;
        let whole = Most::of(self.gross_exposure_limit);
        whole.check(ranges, "fragility_exposure_limit", self.fragility_exposure_limit, 1.0)?;
        whole.check(ranges, "scenario_es_limit", self.scenario_es_limit.unwrap_or(0.0), 1.0)?;
        whole.check(ranges, "turnover_limit", self.turnover_limit, TURNOVERS_MAX)?;
        let maps = [
            ("sector_limits", &self.sector_limits, 1.0),
            ("country_limits", &self.country_limits, 1.0),
            ("factor_limits", &self.factor_limits, EXPOSURES_MAX),
        ];
        for (key, map, times) in maps {
            for (name, limit) in map {
                ranges.name(key, name)?;
                whole.check(ranges, &format!("{key}.{name}"), *limit, times)?;
            }
        }
        Ok(())
    }
}

/// All that a portfolio can hold: the gross limit, and never less than the account, so that 1 always means "no limit".
struct Most {
    share: f64,
    name: &'static str,
}

impl Most {
    fn of(gross_exposure_limit: f64) -> Self {
        if gross_exposure_limit > 1.0 {
            return Self { share: gross_exposure_limit, name: "the gross_exposure_limit" };
        }
        Self { share: 1.0, name: "the whole account" }
    }

    /// Refuses a limit above so many `times` all that can be held: it would limit nothing, so something else was meant,
    /// most often a share in percent.
    fn check(&self, ranges: &Ranges, key: &str, limit: f64, times: f64) -> Result<(), ConfigError> {
        let most = times * self.share;
        if (0.0..=most).contains(&limit) {
            return Ok(());
        }
        let whose = if times > 1.0 { format!("{times} times {}", self.name) } else { self.name.to_owned() };
        ranges.refuse(key, limit, format!("a share from 0 to {most}, {whose}, where 0.05 means 5 %"))
    }
}

impl EngineConfig for PortfolioConfig {
    const ENGINE: &'static str = "portfolio";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("portfolio");
        self.check_names(&ranges)?;
        self.check_limits(&ranges)?;
        ranges.number("risk_aversion_lambda", self.risk_aversion_lambda, 1e-6, 1e6)?;
        self.shape.check(self.per_instrument_max_weight)?;
        self.covariance.check()?;
        self.cost.check()
    }
}

impl ShapeConfig {
    fn check(&self, max_weight: f64) -> Result<(), ConfigError> {
        let ranges = Ranges::of("portfolio.shape");
        ranges.share("invested_share", self.invested_share)?;
        let lowest = if self.long_only { 0.0 } else { -max_weight };
        ranges.number("per_instrument_min_weight", self.per_instrument_min_weight, lowest, max_weight)?;
        ranges.count("every_days", self.every_days, 1, 252)?;
        ranges.count("horizon_days", self.horizon_days, 1, 252)?;
        ranges.number("es_alpha", self.es_alpha, 0.5, 0.999)?;
        ranges.number("min_path_share", self.min_path_share, 0.01, 1.0)?;
        if self.neutral && self.long_only {
            return ranges.refuse("neutral", true, "false where long_only is true");
        }
        Ok(())
    }
}

impl CovarianceConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("portfolio.covariance");
        ranges.count("window_days", self.window_days, 42, 756)?;
        ranges.count("min_days", self.min_days, 42, self.window_days)?;
        ranges.number("min_rows_share", self.min_rows_share, 0.5, 1.0)?;
        ranges.count("sector_min_names", self.sector_min_names, 2, 100)?;
        ranges.share("specific_floor_percentile", self.specific_floor_percentile)
    }
}

impl CostConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("portfolio.cost");
        ranges.number("half_spread", self.half_spread, 0.0, 0.1)?;
        ranges.number("impact", self.impact, 0.0, 10.0)?;
        ranges.number("reference_trade", self.reference_trade, 1e-6, 1.0)?;
        ranges.number("account_value", self.account_value, 1.0, 1e15)
    }
}
