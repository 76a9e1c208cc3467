//! What a config may say.

use rstest::rstest;

use super::fixture::{TEXT, config};
use crate::config::EngineConfig;
use crate::universe::config::UniverseConfig;

#[test]
fn the_defaults_are_those_of_the_specification() {
    let config = config("");
    assert!(config.check().is_ok());
    assert!(config.hard_exclusion_list.is_empty() && config.issuer_exclusion_list.is_empty());
    assert_eq!((config.allow_soft_targets_long, config.allow_soft_targets_short), (false, true));
    let ranking = config.ranking;
    assert_eq!((ranking.score, ranking.liquidity, ranking.quality, ranking.stability), (0.4, 0.2, 0.2, 0.2));
    assert_eq!(ranking.watchlist_penalty, 0.3);
}

#[rstest]
#[case("strategy_id")]
#[case("markets")]
#[case("max_universe_size")]
#[case("min_liquidity_adv")]
#[case("min_price")]
#[case("sector_max_names")]
#[case("universe_model_id")]
fn a_required_key_is_missed(#[case] key: &str) {
    let without: Vec<&str> = TEXT.lines().filter(|line| !line.trim().starts_with(key)).collect();
    let refused = toml::from_str::<UniverseConfig>(&without.join("\n")).unwrap_err();
    assert!(refused.to_string().contains(&format!("missing field `{key}`")), "{refused}");
}

#[rstest]
#[case("speed = 1")]
#[case("min_history_days = \"3 months\"")]
#[case("liquidity_unknown = \"perhaps\"")]
#[case("core_holdings = [\"AAPL\"]")]
fn an_unknown_key_or_unit_is_refused(#[case] more: &str) {
    assert!(toml::from_str::<UniverseConfig>(&(TEXT.to_owned() + more)).is_err());
}

#[rstest]
#[case("min_history_days = 0", "universe.min_history_days")]
#[case("min_quality = 50.0", "universe.min_quality")]
#[case("asset_classes = []", "universe.asset_classes")]
#[case("ranking = { score = -1.0 }", "universe.ranking.score")]
#[case("ranking = { score = 0.0, liquidity = 0.0, quality = 0.0, stability = 0.0 }", "universe.ranking")]
#[case("soft_targets = { breaker_index = 101.0 }", "universe.soft_targets.breaker_index")]
#[case("hard_exclusion_list = [\"EQUITY:A\"]\ncore_holdings = [\"EQUITY:A\"]", "universe.core_holdings")]
fn a_value_out_of_range_is_refused_with_its_path(#[case] more: &str, #[case] path: &str) {
    assert_eq!(config(more).check().unwrap_err().path, path);
}

#[test]
fn more_core_holdings_than_places_are_refused() {
    let mut config = config("core_holdings = [\"EQUITY:A\", \"EQUITY:B\"]");
    config.max_universe_size = 1;
    assert_eq!(config.check().unwrap_err().path, "universe.core_holdings");
    config.max_universe_size = 0;
    assert_eq!(config.check().unwrap_err().path, "universe.max_universe_size");
}
