//! The config of the profiles: every reference level of a flag, and the schedule.

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, EngineConfig, Ranges};

/// How profiles are built. A reference is the level at which a flag is 1, the worst.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProfilesConfig {
    /// Trading days between two looks at all series of an issuer; 5 by default. One series of each issuer is looked
    /// at every day, and a change of it rebuilds the profile at once.
    pub refresh_days: u32,
    /// A period older than this many calendar days is no longer the latest known; 550 by default.
    pub max_age_days: u32,
    /// The share of an issuer's fields that a period must have; 0.5 by default.
    pub min_period_share: f64,
    /// How far from a year the period of a growth rate may be, calendar days; 45 by default.
    pub growth_slack_days: u32,
    /// How far from a quarter of a year two periods may end to be those of quarterly reports, calendar days; 15 by
    /// default [chosen].
    pub quarter_slack_days: u32,
    /// Below this share of fields a profile is flagged incomplete; 0.8 by default.
    pub complete_share: f64,
    /// Daily volatility over 63 days with a flag of 1; 0.02 by default.
    pub vol_ref: f64,
    /// Largest fall within 63 days with a flag of 1; 0.30 by default.
    pub drawdown_ref: f64,
    /// Liabilities to equity with a flag of 1; 3 by default.
    pub leverage_ref: f64,
    /// Calendar days after which news are forgotten; 30 by default.
    pub news_days: u32,
    /// Weights of the weak-profile driver: volatility, drawdown, leverage; 0.4, 0.4, 0.2 by default.
    pub driver_weights: [f64; 3],
    /// The driver from which a profile is weak; 0.7 by default.
    pub weak_from: f64,
    /// Below this share of what a score, the driver or the weakness is made of there is none; 0.5 by default.
    pub min_coverage: f64,
    /// Debt to EBITDA with a leverage score of 1; 6 by default.
    pub debt_to_ebitda_ref: f64,
    /// Interest coverage at and above which there is no burden; 6 by default.
    pub interest_coverage_ref: f64,
    /// Accruals to total assets with a score of 1; 0.10 by default.
    pub accruals_ref: f64,
    /// Weights of the governance score: litigation, governance, accruals; 0.4, 0.4, 0.2 by default.
    pub governance_weights: [f64; 3],
    /// Government debt to GDP with a score of 1; 1.2 by default.
    pub debt_to_gdp_ref: f64,
    /// Debt service to revenue with a score of 1; 0.4 by default.
    pub debt_service_ref: f64,
    /// A fiscal or current-account deficit to GDP with a score of 1; 0.10 by default.
    pub deficit_ref: f64,
    /// Mean years to maturity at and above which there is no burden; 10 by default.
    pub maturity_ref: f64,
    /// Reserves to short-term debt at and above which there is no burden; 1.5 by default.
    pub reserves_ref: f64,
    /// Bank assets to GDP with a score of 1; 4 by default.
    pub bank_assets_ref: f64,
    /// The seed of the projection of the numbers.
    pub projection_seed: u64,
    /// The weight of the text in the vector; 0.5 by default.
    pub text_weight: f64,
    /// The least and greatest length of a vector; 0.99 and 1.01 by default.
    pub norm_band: [f64; 2],
    /// Calendar days of cash dividends in the dividend yield; 365 by default.
    pub dividend_days: u32,
}

impl Default for ProfilesConfig {
    fn default() -> Self {
        Self {
            refresh_days: 5,
            max_age_days: 550,
            min_period_share: 0.5,
            growth_slack_days: 45,
            quarter_slack_days: 15,
            complete_share: 0.8,
            vol_ref: 0.02,
            drawdown_ref: 0.30,
            leverage_ref: 3.0,
            news_days: 30,
            driver_weights: [0.4, 0.4, 0.2],
            weak_from: 0.7,
            min_coverage: 0.5,
            debt_to_ebitda_ref: 6.0,
            interest_coverage_ref: 6.0,
            accruals_ref: 0.10,
            governance_weights: [0.4, 0.4, 0.2],
            debt_to_gdp_ref: 1.2,
            debt_service_ref: 0.4,
            deficit_ref: 0.10,
            maturity_ref: 10.0,
            reserves_ref: 1.5,
            bank_assets_ref: 4.0,
            projection_seed: 384_035,
            text_weight: 0.5,
            norm_band: [0.99, 1.01],
            dividend_days: 365,
        }
    }
}

impl EngineConfig for ProfilesConfig {
    const ENGINE: &'static str = "profiles";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("profiles");
        ranges.count("refresh_days", self.refresh_days, 1, 63)?;
        ranges.count("max_age_days", self.max_age_days, 90, 3660)?;
        ranges.count("growth_slack_days", self.growth_slack_days, 0, 180)?;
        ranges.count("quarter_slack_days", self.quarter_slack_days, 0, 30)?;
        ranges.count("news_days", self.news_days, 1, 3660)?;
        ranges.count("dividend_days", self.dividend_days, 1, 3660)?;
        let shares = [
            ("min_period_share", self.min_period_share),
            ("complete_share", self.complete_share),
            ("weak_from", self.weak_from),
            ("min_coverage", self.min_coverage),
            ("text_weight", self.text_weight),
        ];
        shares.into_iter().try_for_each(|(key, value)| ranges.share(key, value))?;
        let references = [
            ("vol_ref", self.vol_ref),
            ("drawdown_ref", self.drawdown_ref),
            ("leverage_ref", self.leverage_ref),
            ("debt_to_ebitda_ref", self.debt_to_ebitda_ref),
            ("interest_coverage_ref", self.interest_coverage_ref),
            ("accruals_ref", self.accruals_ref),
            ("debt_to_gdp_ref", self.debt_to_gdp_ref),
            ("debt_service_ref", self.debt_service_ref),
            ("deficit_ref", self.deficit_ref),
            ("maturity_ref", self.maturity_ref),
            ("reserves_ref", self.reserves_ref),
            ("bank_assets_ref", self.bank_assets_ref),
        ];
        references.into_iter().try_for_each(|(key, value)| ranges.number(key, value, 1e-6, 1e6))?;
        for (key, weights) in [("driver_weights", self.driver_weights), ("governance_weights", self.governance_weights)]
        {
            weights.into_iter().try_for_each(|weight| ranges.share(key, weight))?;
            if weights.iter().sum::<f64>() <= 0.0 {
                ranges.refuse(key, format!("{weights:?}"), "at least one weight above zero")?;
            }
        }
        ranges.number("norm_band", self.norm_band[0], 0.0, self.norm_band[1])?;
        ranges.number("norm_band", self.norm_band[1], self.norm_band[0], 2.0)
    }
}
