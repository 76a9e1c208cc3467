//! The faults that are a wrong number in v2's own config, and the config that has it.
//!
//! Where a mistake is one that somebody could have written down, v2 runs under what was written down, and its journal
//! says what an engine under that config would say. The number is cut to the range that v2 takes.

use builtin::config::ConfigError;
use v2::config::EngineConfig;
use v2::portfolio::config::PortfolioConfig;
use v2::system::V2Config;
use v2::universe::config::UniverseConfig;

use crate::config::{Planted, of_v2, refusal};
use crate::kinds::Kind;

/// The range of the price of risk that v2 takes.
const AVERSION: (f64, f64) = (1e-6, 1e6);
/// The highest half-spread and the highest factor of impact that v2 takes.
const COSTS: (f64, f64) = (0.1, 10.0);

/// v2's config under a fault; the same where the fault sits elsewhere.
///
/// # Errors
/// [`ConfigError`] for a fault that could not show under this config.
pub(crate) fn altered(config: &V2Config, planted: &Planted) -> Result<V2Config, ConfigError> {
    let mut config = config.clone();
    let before = config.clone();
    if alter_universe(&mut config.universe, planted) || alter_portfolio(&mut config.portfolio, planted) {
        if config == before {
            let expected = "another kind or size: under this config of v2 it changes nothing".to_owned();
            return Err(refusal("kind", format!("`{}`", planted.info.name), expected));
        }
        config.check().map_err(of_v2)?;
    }
    Ok(config)
}

/// Whether the fault sits here.
fn alter_universe(universe: &mut UniverseConfig, planted: &Planted) -> bool {
    let is_here = planted.info.kind == Kind::IgnoresBlacklist;
    if is_here {
        universe.hard_exclusion_list.clear();
        universe.issuer_exclusion_list.clear();
    }
    is_here
}

/// Whether the fault sits here.
fn alter_portfolio(portfolio: &mut PortfolioConfig, planted: &Planted) -> bool {
    let size = planted.size;
    // All that can be held, above which v2 refuses a limit.
    let whole = portfolio.gross_exposure_limit.max(1.0);
    match planted.info.kind {
        Kind::RiskAversionZero => portfolio.risk_aversion_lambda = AVERSION.0,
        Kind::RiskAversionSlip => {
            portfolio.risk_aversion_lambda = (portfolio.risk_aversion_lambda * size).clamp(AVERSION.0, AVERSION.1);
        }
        Kind::ShortCovariance => {
            let covariance = &mut portfolio.covariance;
            covariance.window_days = covariance.window_days.min(size as u32);
            covariance.min_days = covariance.min_days.min(covariance.window_days);
        }
        Kind::CostTimes => {
            let cost = &mut portfolio.cost;
            cost.half_spread = (cost.half_spread * size).min(COSTS.0);
            cost.impact = (cost.impact * size).min(COSTS.1);
        }
        Kind::Overtrades => portfolio.shape.every_days = size as u32,
        Kind::CapTimes => {
            portfolio.per_instrument_max_weight = (portfolio.per_instrument_max_weight * size).min(1.0);
        }
        Kind::TurnoverTimes => portfolio.turnover_limit = (portfolio.turnover_limit * size).min(2.0 * whole),
        Kind::DropsSectorLimit => portfolio.sector_limits.clear(),
        Kind::DropsFactorLimit => portfolio.factor_limits.clear(),
        Kind::DropsFragilityLimit => portfolio.fragility_exposure_limit = whole,
        _ => return false,
    }
    true
}
