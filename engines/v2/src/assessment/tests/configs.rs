//! What a config may say.

use rstest::rstest;

use super::fixture::text;
use crate::assessment::config::AssessmentConfig;
use crate::assessment::label::{LabelCuts, SignalLabel};
use crate::config::EngineConfig;

fn read(more: &str) -> Result<AssessmentConfig, toml::de::Error> {
    toml::from_str(&(text("alpha_families", &["momentum", "value"]) + more))
}

#[test]
fn the_defaults_are_those_of_the_specification() {
    let config = read("").unwrap();
    assert!(config.check().is_ok());
    assert!(config.use_fragility_penalty);
    assert_eq!(config.max_soft_target_exposure, 0.0);
    assert_eq!((config.standard.winsor, config.standard.min_coverage), (3.0, 0.5));
    assert_eq!(config.information_coefficient, 0.04);
    assert_eq!(config.label_cuts, LabelCuts { strong_buy: 0.6, buy: 0.2, sell: -0.2, short: -0.6 });
    let spelled = read("use_fragility_penalty = true\nmax_soft_target_exposure = 0.0\n").unwrap();
    assert_eq!(config.config_id(), spelled.config_id());
    assert_ne!(config.config_id(), read("fragility_lambda = 0.05").unwrap().config_id());
}

#[rstest]
#[case("strategy_id")]
#[case("markets")]
#[case("horizons_days")]
#[case("base_model_id")]
#[case("alpha_family_models")]
#[case("feature_spec_id")]
fn a_required_key_is_missed(#[case] key: &str) {
    let whole = text("alpha_families", &["momentum"]);
    let without: Vec<&str> = whole.lines().filter(|line| !line.starts_with(key)).collect();
    let refused = toml::from_str::<AssessmentConfig>(&without.join("\n")).unwrap_err();
    assert!(refused.to_string().contains(&format!("missing field `{key}`")), "{refused}");
}

#[rstest]
#[case("speed = 1")]
#[case("fragility_lambda = \"4 %\"")]
#[case("required_families = [\"luck\"]")]
#[case("standard = { winsor_at = 3.0 }")]
fn an_unknown_key_or_unit_is_refused(#[case] more: &str) {
    assert!(read(more).is_err());
}

#[rstest]
#[case("max_soft_target_exposure = 1.5", "assessment.max_soft_target_exposure")]
#[case("information_coefficient = 0.0", "assessment.information_coefficient")]
#[case("fragility_lambda = -0.1", "assessment.fragility_lambda")]
#[case("fragility_lambda = nan", "assessment.fragility_lambda")]
#[case("required_families = [\"carry\"]", "assessment.required_families")]
#[case("weights = { fragility = -1.0 }", "assessment.weights.fragility")]
#[case("weights = { momentum = 0.0, value = 0.0 }", "assessment.alpha_family_models")]
#[case("standard = { winsor = 0.0 }", "assessment.standard.winsor")]
#[case("standard = { min_names = 1 }", "assessment.standard.min_names")]
#[case("label_cuts = { buy = 0.7 }", "assessment.label_cuts.buy")]
#[case("label_cuts = { short = -0.1 }", "assessment.label_cuts.short")]
#[case("baseline = { momentum_ref = 0.0 }", "assessment.baseline.momentum_ref")]
fn a_value_out_of_range_is_refused_with_its_path(#[case] more: &str, #[case] path: &str) {
    assert_eq!(read(more).unwrap().check().unwrap_err().path, path);
}

#[test]
fn horizons_rise() {
    let mut config = read("").unwrap();
    for horizons in [vec![], vec![21, 5], vec![5, 5], vec![0, 5]] {
        config.horizons_days = horizons;
        assert_eq!(config.check().unwrap_err().path, "assessment.horizons_days");
    }
}

#[test]
fn the_other_vocabulary_is_an_alias_on_import_alone() {
    assert_eq!(serde_json::from_str::<SignalLabel>("\"STRONG_SELL\"").unwrap(), SignalLabel::Short);
    assert_eq!(serde_json::to_string(&SignalLabel::Short).unwrap(), "\"SHORT\"");
    for label in SignalLabel::ALL {
        assert_eq!(label.name().parse(), Ok(label));
        assert_eq!(serde_json::to_string(&label).unwrap(), format!("\"{}\"", label.name()));
    }
    assert!("AVOID".parse::<SignalLabel>().is_err());
}
