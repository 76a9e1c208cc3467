//! The identity of a config is its content: order, comments and written-out defaults do not matter, every number does.

use rstest::rstest;
use serde_json::Value;

use super::drive::{config, reference};
use crate::config::EngineConfig;
use crate::system::{V2Config, V2System};

fn sound() -> V2Config {
    reference().try_into().unwrap()
}

/// Pointers to every number of the config, defaults included.
fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| numbers(item, &format!("{at}/{n}"), found));
        }
        Value::Object(fields) => fields.iter().for_each(|(key, item)| {
            numbers(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
        }),
        _ => {}
    }
}

/// The nearest other number of the same kind.
fn next(value: &Value) -> Value {
    match (value.as_u64(), value.as_f64()) {
        (Some(whole), _) if !value.is_f64() => Value::from(whole + 1),
        (_, Some(number)) => Value::from(f64::from_bits(number.to_bits() + 1)),
        _ => unreachable!("a number of a config is whole or not"),
    }
}

#[test]
fn any_number_changed_by_its_last_bit_gives_another_config_id() {
    let sound = sound();
    let whole = serde_json::to_value(&sound).unwrap();
    let mut pointers = Vec::new();
    numbers(&whole, "", &mut pointers);
    assert!(pointers.len() > 150, "{} numbers", pointers.len());
    let mut ids = std::collections::BTreeSet::from([sound.config_id()]);
    for pointer in &pointers {
        let mut other = whole.clone();
        let number = other.pointer_mut(pointer).unwrap();
        *number = next(number);
        let other: V2Config = serde_json::from_value(other).unwrap();
        assert!(ids.insert(other.config_id()), "{pointer} is not part of the identity");
    }
}

#[test]
fn order_and_written_defaults_are_no_part_of_the_identity() {
    let sound = sound();
    // Every default written out, and the keys in the order of the alphabet.
    let written = toml::Table::try_from(&sound).unwrap();
    let again: V2Config = toml::from_str(&toml::to_string(&written).unwrap()).unwrap();
    assert_eq!((again.config_id(), again.config_ids()), (sound.config_id(), sound.config_ids()));
    // The same tables backwards, under a comment.
    let text = toml::to_string(&reference()).unwrap();
    let (bare, tables) = text.split_at(text.find("\n[").unwrap());
    let mut tables: Vec<&str> = tables.split("\n[").filter(|table| !table.trim().is_empty()).collect();
    tables.reverse();
    let backwards = tables.iter().fold(format!("# backwards\n{bare}"), |text, table| format!("{text}\n[{table}\n"));
    let again: V2Config = toml::from_str(&backwards).unwrap();
    assert_ne!(backwards, text);
    assert_eq!(again.config_id(), sound.config_id());
}

/// A change within one engine changes the id of that engine and of no other.
#[test]
fn an_engine_has_an_identity_of_its_own() {
    let sound = sound();
    let mut other = sound.clone();
    other.stability.thresholds.watch_stability = 0.51;
    let differing = sound.config_ids().iter().zip(other.config_ids()).filter(|(a, b)| **a != *b).count();
    assert_eq!(differing, 1);
}

/// Windows too short for an engine: encoders would abstain for ever, and the others would look back less far than they
/// say, without a word.
#[rstest]
#[case::encoders(
    "windows.percentile_days",
    640,
    "encoders.scale_days is 756: expected at most 662, as far as the \
    windows reach with a percentile_days of 640"
)]
#[case::contagion(
    "stability.contagion.max_days",
    900,
    "stability.contagion.max_days is 900: expected at most 819, \
    as far as the windows reach with a percentile_days of 756"
)]
#[case::contagion_a_day_too_far(
    "stability.contagion.max_days",
    820,
    "stability.contagion.max_days is 820: expected at most 819, \
    as far as the windows reach with a percentile_days of 756"
)]
fn no_engine_looks_back_further_than_the_windows_reach(#[case] key: &str, #[case] days: u32, #[case] refusal: &str) {
    let config = config(&[(key, i64::from(days).into()), ("windows.percentile_min_days", 126.into())]);
    assert_eq!(V2System::new(config).err().unwrap().to_string(), refusal);
}

/// Configs whose tables are each in range and that could still decide on no day.
#[rstest]
#[case::scenarios_of_too_short_a_past(&[("synthetic.history_days", 200.into())], "synthetic.min_history_days")]
#[case::a_history_that_is_forgotten(&[("universe.min_history_days", 826.into())], "universe.min_history_days")]
#[case::gross_below_what_is_invested(&[("portfolio.gross_exposure_limit", 0.9.into())], "portfolio.gross_exposure_limit")]
#[case::leverage_below_it(&[("portfolio.leverage_limit", 0.9.into())], "portfolio.leverage_limit")]
#[case::scenarios_elsewhere(&[elsewhere("synthetic.request.markets")], "synthetic.request.markets")]
#[case::scores_elsewhere(&[elsewhere("assessment.markets")], "assessment.markets")]
#[case::a_universe_elsewhere(&[elsewhere("universe.markets")], "universe.markets")]
#[case::a_portfolio_elsewhere(&[elsewhere("portfolio.markets")], "portfolio.markets")]
#[case::growth_without_an_input(&required("growth"), "assessment.required_families")]
#[case::sentiment_without_an_input(&required("sentiment"), "assessment.required_families")]
#[case::too_few_rows_for_a_fit(
    &[("regime.fit.min_days", 252.into()), ("regime.fit.trailing_days", 252.into())],
    "regime.fit.trailing_days"
)]
#[case::a_region_without_a_market(
    &[("stress_region", "JP".into()), ("regime.regions", toml::Value::from(vec!["GLOBAL", "JP"]))],
    "stress_region"
)]
#[case::breakers_before_the_fragile(&[("universe.soft_targets.breaker_index", 40.0.into())], "universe.soft_targets.breaker_index")]
#[case::more_valuations_than_are_kept(
    &[("fragility.pricing.valuation_min_samples", 61.into())],
    "fragility.pricing.valuation_min_samples"
)]
fn what_could_never_work_is_refused(#[case] keys: &[(&str, toml::Value)], #[case] path: &str) {
    let refusal = V2System::new(config(keys)).err().unwrap();
    assert_eq!(refusal.path, path, "{refusal}");
}

#[rstest]
#[case(include_str!("../../../../../scenarios/configs/fx-euro.toml"))]
#[case(include_str!("../../../../../scenarios/configs/us-equity-closes.toml"))]
#[case(include_str!("../../../../../scenarios/configs/us-equity-fundamentals.toml"))]
#[case(include_str!("../../../../../scenarios/configs/us-equity-long-short.toml"))]
#[case(include_str!("../../../../../scenarios/configs/us-equity.toml"))]
#[case(include_str!("../../../../../scenarios/configs/us-index.toml"))]
fn every_reference_config_stands(#[case] text: &str) {
    let file: toml::Table = text.parse().unwrap();
    let config: V2Config = file["config"].clone().try_into().unwrap();
    assert_eq!(config.check(), Ok(()));
}

fn elsewhere(key: &'static str) -> (&'static str, toml::Value) {
    (key, toml::Value::from(vec!["JP_EQ"]))
}

fn required(family: &str) -> [(&'static str, toml::Value); 2] {
    let models = ["momentum", family].map(|family| (family.to_owned(), toml::Value::from("v1")));
    [
        ("assessment.alpha_family_models", toml::Table::from_iter(models).into()),
        ("assessment.required_families", toml::Value::from(vec!["momentum", family])),
    ]
}

/// At each of these bounds the same key stands.
#[rstest]
#[case(&[("synthetic.history_days", 252.into())])]
#[case(&[("universe.min_history_days", 825.into())])]
#[case(&[("portfolio.gross_exposure_limit", 0.999.into()), ("portfolio.leverage_limit", 0.999.into())])]
#[case(&[("regime.fit.min_days", 252.into()), ("regime.fit.trailing_days", 300.into())])]
#[case(&[("universe.soft_targets.breaker_index", 45.0.into())])]
#[case(&[("fragility.pricing.valuation_min_samples", 60.into())])]
fn what_just_works_stands(#[case] keys: &[(&str, toml::Value)]) {
    assert!(V2System::new(config(keys)).is_ok());
}

#[test]
fn an_engine_alone_does_not_read_the_keys_of_another() {
    for (from, to) in [("[stability]", "[stabilitee]"), ("num_clusters", "clusters"), ("min_price", "least_price")] {
        let text = toml::to_string(&reference()).unwrap();
        assert!(text.contains(from));
        let refusal = toml::from_str::<V2Config>(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(refusal.contains(to.trim_matches(['[', ']'])) || refusal.contains(from), "{refusal}");
    }
}
