//! A sovereign's flags.
//!
//! debt_sustainability_score is the mean of what is there of: debt to GDP / 1.2; debt service to revenue / 0.4; fiscal
//! deficit to GDP / 0.10; 1 − mean maturity / 10 years. external_vulnerability_score: current-account deficit to GDP /
//! 0.10; 1 − reserves to short-term debt / 1.5; bank assets to GDP / 4. Each part is cut to 0 to 1, and
//! with less than `min_coverage` of its parts a score is absent. Worked example: debt of 60 % of GDP, a service of 20 %
//! of revenue and nothing else of debt give (0.6 / 1.2 + 0.2 / 0.4) / 2 = 0.5.

use super::company::{mean_of, unit};
use super::config::ProfilesConfig;
use super::snapshot::Flags;

/// The flags out of the values in the order of `fields::SOVEREIGN`.
pub(super) fn flags(values: &[Option<f64>], config: &ProfilesConfig) -> Flags {
    let part =
        |at: usize, score: &dyn Fn(f64) -> f64| values.get(at).copied().flatten().map(|value| unit(score(value)));
    let debt = [
        part(0, &|debt| debt / config.debt_to_gdp_ref),
        part(1, &|service| service / config.debt_service_ref),
        part(2, &|years| 1.0 - years / config.maturity_ref),
        part(5, &|balance| -balance / config.deficit_ref),
    ];
    let external = [
        part(3, &|account| -account / config.deficit_ref),
        part(4, &|reserves| 1.0 - reserves / config.reserves_ref),
        part(6, &|assets| assets / config.bank_assets_ref),
    ];
    Flags {
        debt_sustainability_score: mean_of(&debt, config),
        external_vulnerability_score: mean_of(&external, config),
        ..Flags::default()
    }
}
