//! The written rules: names of clusters, the gate of labels, tags, transitions.

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::state::Saved;
use proptest::prelude::*;
use rstest::rstest;

use crate::config::EngineConfig;
use crate::regime::config::{NamingConfig, RegimeConfig};
use crate::regime::naming::{ClusterRanks, Family, Label, MacroState, Tag, name_cluster, tags};
use crate::regime::stress::{Evidence, Gate};
use crate::regime::transitions::{History, TransitionMatrix};

#[rstest]
#[case(0.9, 0.9, 1.1, -0.2, Label::RiskOffCrisis)]
#[case(0.8, 0.8, 0.9, 0.2, Label::RiskOffCrisis)]
#[case(0.9, 0.5, 1.0, 0.1, Label::RiskOff)]
#[case(0.6, 0.6, 1.1, -0.1, Label::RiskOff)]
#[case(0.6, 0.3, 0.9, 0.1, Label::Recovery)]
#[case(0.6, 0.3, 1.1, 0.1, Label::Neutral)]
#[case(0.3, 0.3, 1.0, 0.1, Label::CalmCarry)]
#[case(0.3, 0.7, 1.0, 0.1, Label::Neutral)]
fn clusters_are_named(
    #[case] vol: f64,
    #[case] spread: f64,
    #[case] vol_ratio: f64,
    #[case] return_63: f64,
    #[case] expected: Label,
) {
    let ranks = ClusterRanks { vol, spread, vol_ratio, return_63 };
    assert_eq!(name_cluster(&ranks, &NamingConfig::default()), expected);
}

#[test]
fn every_name_of_the_contract_exists() {
    let labels: Vec<&str> = Label::ALL.iter().map(|label| label.name()).collect();
    assert_eq!(labels, ["RISK_OFF_CRISIS", "RISK_OFF", "RECOVERY", "CALM_CARRY", "NEUTRAL"]);
    assert_eq!(Family::ALL.map(Family::name), ["CRISIS", "RISK_OFF", "CARRY", "NEUTRAL"]);
    let later = [
        (Tag::ExtractionSetup, "EXTRACTION_SETUP"),
        (Tag::ExtractionTriggered, "EXTRACTION_TRIGGERED"),
        (Tag::ExtractionConsolidation, "EXTRACTION_CONSOLIDATION"),
        (Tag::EliteExitAccelerating, "ELITE_EXIT_ACCELERATING"),
        (Tag::BailoutRegime, "BAILOUT_REGIME"),
    ];
    later.iter().for_each(|(tag, name)| assert_eq!(tag.name(), *name));
}

fn day(rank: f64) -> Evidence {
    Evidence { rank, rises: true, crisis: false, risk_off: false }
}

/// Ranks as they are, so that a table can be read.
fn plain() -> NamingConfig {
    NamingConfig { stress_smoothing_days: 1, ..NamingConfig::default() }
}

/// Days until another label holds, and that label; the held label starts with `start`.
fn until_change(start: f64, then: &Evidence) -> Option<(u32, Label)> {
    let (rules, mut gate) = (plain(), Gate::default());
    let held = gate.take(&day(start), &rules, 5);
    (1..=30).map(|days| (days, gate.take(then, &rules, 5))).find(|(_, label)| *label != held)
}

#[rstest]
#[case::calm_to_risk_off(0.2, day(0.85), Some((5, Label::RiskOff)))]
#[case::calm_to_crisis(0.2, day(0.95), Some((5, Label::RiskOffCrisis)))]
#[case::calm_to_neutral(0.2, day(0.75), Some((5, Label::Neutral)))]
#[case::calm_stays(0.2, day(0.6), None)]
#[case::no_recovery_while_prices_fall(0.85, Evidence { rises: false, ..day(0.4) }, None)]
#[case::stress_to_recovery(0.85, day(0.4), Some((5, Label::Recovery)))]
#[case::stress_is_left_slowly(0.85, day(0.2), Some((21, Label::CalmCarry)))]
#[case::crisis_to_risk_off(0.95, day(0.6), Some((5, Label::RiskOff)))]
#[case::crisis_stays(0.95, day(0.7), None)]
#[case::override_at_once(0.2, Evidence { crisis: true, ..day(0.2) }, Some((1, Label::RiskOffCrisis)))]
#[case::high_yield_after_the_minimum(0.2, Evidence { risk_off: true, ..day(0.2) }, Some((5, Label::RiskOff)))]
#[case::a_crisis_under_wide_spreads_is_left(0.95, Evidence { risk_off: true, ..day(0.6) }, Some((5, Label::RiskOff)))]
#[case::and_no_further(0.95, Evidence { risk_off: true, ..day(0.1) }, Some((5, Label::RiskOff)))]
#[case::nor_before_its_rank(0.95, Evidence { risk_off: true, ..day(0.7) }, None)]
#[case::wide_spreads_are_no_recovery(0.85, Evidence { risk_off: true, ..day(0.1) }, None)]
fn labels_move_by_the_table(#[case] start: f64, #[case] then: Evidence, #[case] expected: Option<(u32, Label)>) {
    assert_eq!(until_change(start, &then), expected);
}

#[test]
fn neutral_becomes_calm_below_its_own_bound() {
    let (rules, mut gate) = (plain(), Gate::default());
    let mut last = |rank: f64| (0..5).map(|_| gate.take(&day(rank), &rules, 5)).last();
    assert_eq!(last(0.2), Some(Label::CalmCarry));
    assert_eq!(last(0.75), Some(Label::Neutral));
    assert_eq!(last(0.41), Some(Label::Neutral));
    assert_eq!(last(0.39), Some(Label::CalmCarry));
}

#[test]
fn a_label_that_flickers_never_counts() {
    let (rules, mut gate) = (plain(), Gate::default());
    for at in 0..100 {
        let rank = if at % 5 < 4 && at > 0 { 0.85 } else { 0.2 };
        assert_eq!(gate.take(&day(rank), &rules, 5), Label::CalmCarry);
    }
}

#[rstest]
#[case(0.05, 0.06, Family::Crisis, &[Tag::Stagflation, Tag::Recessionary])]
#[case(0.01, 0.02, Family::RiskOff, &[Tag::Recessionary])]
#[case(0.03, 0.02, Family::Carry, &[Tag::Reflation])]
#[case(0.02, 0.03, Family::Neutral, &[])]
fn tags_follow_inflation(#[case] now: f64, #[case] before: f64, #[case] family: Family, #[case] expected: &[Tag]) {
    let (inflation, inflation_before) = (Some(now), Some(before));
    let state = MacroState { inflation, inflation_before, credit_change: Some(0.1), return_63: Some(0.05) };
    assert_eq!(tags(&state, family, &NamingConfig::default()), expected);
    assert!(tags(&MacroState { inflation: None, ..state }, family, &NamingConfig::default()).is_empty());
}

fn date(day: i32) -> Date {
    Date::from_epoch_days(10_000 + day)
}

#[test]
fn staying_is_counted() {
    // The defect: a log of changes alone has a zero diagonal.
    let mut history = History::default();
    let labels = [Label::CalmCarry, Label::CalmCarry, Label::Neutral, Label::CalmCarry];
    labels.iter().zip(0..).for_each(|(label, day)| {
        history.set(date(day), *label);
    });
    let carry = history.matrix(0.0).0[Family::Carry as usize];
    assert_eq!(carry, [0.0, 0.0, 0.5, 0.5]);
    let quiet = (0..100).fold(History::default(), |mut history, day| {
        history.set(date(day), Label::CalmCarry);
        history
    });
    let matrix = quiet.matrix(1.0);
    assert!(matrix.0[Family::Carry as usize][Family::Carry as usize] > 0.95);
    assert!(matrix.forecast(Family::Carry, 1).p_change < 0.05);
}

#[test]
fn a_backfilled_date_is_compared_with_the_date_before_it() {
    let mut history = History::default();
    history.set(date(0), Label::CalmCarry);
    history.set(date(10), Label::RiskOffCrisis);
    // The defect: the newest row, a crisis, would be taken for the day before.
    assert_eq!(history.set(date(5), Label::Neutral), Some(Label::CalmCarry));
    let mut in_order = History::default();
    for (day, label) in [(0, Label::CalmCarry), (5, Label::Neutral), (10, Label::RiskOffCrisis)] {
        in_order.set(date(day), label);
    }
    assert_eq!(history, in_order);
    // And a date that is set again counts once.
    history.set(date(5), Label::RiskOff);
    in_order = History::default();
    for (day, label) in [(0, Label::CalmCarry), (5, Label::RiskOff), (10, Label::RiskOffCrisis)] {
        in_order.set(date(day), label);
    }
    assert_eq!(history, in_order);
}

#[test]
fn a_family_never_seen_stays_as_it_is() {
    let matrix = History::default().matrix(1.0);
    assert_eq!(matrix, TransitionMatrix::identity());
    let forecast = matrix.forecast(Family::Crisis, 21);
    assert_eq!((forecast.p_change, forecast.risk_score), (0.0, 1.0));
}

#[test]
fn a_forecast_is_a_power_of_the_matrix() {
    let mut matrix = TransitionMatrix::identity();
    matrix.0[2] = [0.1, 0.1, 0.6, 0.2];
    // Two days: stays 0.36, crisis and risk-off 0.1 + 0.6·0.1 each, for they never end here.
    let forecast = matrix.forecast(Family::Carry, 2);
    assert!((forecast.p_change - 0.64).abs() < 1e-12);
    assert!((forecast.risk_score - 0.32).abs() < 1e-12);
}

proptest! {
    #[test]
    fn rows_sum_to_one_in_any_order_of_days(
        labels in prop::collection::vec((0_i32..60, 0_usize..5), 1..80),
        smoothing in 0.0..5.0_f64,
        today in 0_usize..4,
    ) {
        let mut history = History::default();
        for (day, label) in &labels {
            history.set(date(*day), Label::ALL[*label]);
        }
        let matrix = history.matrix(smoothing);
        for row in matrix.0 {
            prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(row.iter().all(|entry| (0.0..=1.0).contains(entry)));
        }
        let forecast = matrix.forecast(Family::ALL[today], 21);
        prop_assert!((forecast.families.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!((0.0..=1.0).contains(&forecast.p_change) && (0.0..=1.0).contains(&forecast.risk_score));
        let mut sorted: Vec<_> = history.iter().collect();
        sorted.sort();
        let mut again = History::default();
        for (day, label) in sorted {
            again.set(day, label);
        }
        prop_assert_eq!(&again, &history);
        let mut bytes = CanonicalBytes::new();
        history.save(&mut bytes);
        prop_assert_eq!(History::restore(&mut Saved::new(bytes.as_slice())).unwrap(), history);
    }
}

#[rstest]
#[case("num_clusters = 4\nmin_regime_duration_days = 5", "missing field `joint_model_id`")]
#[case("joint_model_id = 'a'\nmin_regime_duration_days = 5", "missing field `num_clusters`")]
#[case("joint_model_id = 'a'\nnum_clusters = 4", "missing field `min_regime_duration_days`")]
#[case("joint_model_id = 'a'\nnum_clusters = 4\nmin_regime_duration_days = 5\nseeed = 1", "unknown field `seeed`")]
fn required_keys_have_no_default(#[case] text: &str, #[case] expected: &str) {
    let error = toml::from_str::<RegimeConfig>(text).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn the_defaults_are_those_of_the_specification() {
    let text = "joint_model_id = 'joint-regime-core-v1'\nnum_clusters = 6\nmin_regime_duration_days = 5";
    let config: RegimeConfig = toml::from_str(text).unwrap();
    assert_eq!(config, RegimeConfig::reference());
    assert_eq!((config.window_length_days, config.regions.join(" ").as_str()), (63, "GLOBAL US"));
    config.check().unwrap();
    let mut wrong = config;
    wrong.fit.features = vec!["moon_phase".into()];
    assert!(wrong.check().unwrap_err().to_string().starts_with("regime.fit.features is moon_phase: expected one of"));
}
