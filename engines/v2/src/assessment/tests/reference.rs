//! The reference values of engines-v2 §6 and §13, and the defect that the reference model keeps.

use domain::ids::Instrument;
use rstest::rstest;

use super::fixture::{column, config, equities, prices, stand, tape, text, wiggling};
use crate::assessment::Assessment;
use crate::assessment::baseline::{BaselineConfig, Reading};
use crate::assessment::label::{LabelCuts, SignalLabel};
use crate::assessment::output::AssessmentOutput;
use crate::face::Engine;

#[rstest]
#[case::no_stability(None, false, 0.082_644_6, 1.0, "STRONG_BUY")]
#[case::steady(Some(5.0), false, 0.032_644_6, 0.652_892_6, "STRONG_BUY")]
#[case::fragile_and_weak(Some(80.0), true, -1.117_355_4, -1.0, "STRONG_SELL")]
fn the_reference_model(
    #[case] index: Option<f64>,
    #[case] is_weak: bool,
    #[case] expected_return: f64,
    #[case] score: f64,
    #[case] label: &str,
) {
    let config = BaselineConfig { momentum_ref: 0.05, ..BaselineConfig::default() };
    let found = config.score(&Reading { first: 121.0, last: 131.0, index, is_weak });
    assert!((found.momentum - 0.082_644_6).abs() < 1e-7);
    assert!((found.expected_return - expected_return).abs() < 1e-7, "{found:?}");
    assert!((found.score - score).abs() < 1e-7);
    assert_eq!(found.confidence, 1.0);
    assert_eq!(found.label, label.parse().unwrap());
}

#[test]
fn the_reference_model_runs_as_an_engine() {
    let tape = tape(&equities(1), 63, &|day, _| Some((100.0 + 0.5 * day as f64, None)));
    let (view, windows) = stand(&tape, 62);
    let config = text("momentum_baseline", &[]) + "baseline = { momentum_ref = 0.05 }";
    let mut engine = Assessment::new(toml::from_str(&config).unwrap()).unwrap();
    let (index, weak) = (column(&[80.0]), column(&[0.9]));
    let mut input = prices(view, &windows);
    let plain = engine.run(&input).output.unwrap().get(Instrument(0), 21).unwrap();
    assert!((plain.expected_return - 0.082_644_6).abs() < 1e-7);
    assert_eq!(plain.signal_label, SignalLabel::StrongBuy);
    (input.soft_target_index, input.weak_driver) = (Some(&index), Some(&weak));
    let fragile = engine.run(&input).output.unwrap().get(Instrument(0), 21).unwrap();
    assert!((fragile.expected_return + 1.117_355_4).abs() < 1e-7);
    assert_eq!((fragile.signal_label, fragile.score), (SignalLabel::Short, -1.0));
}

/// The reference model takes 0.20 of return off an ordinary name of index 20. This crate's model charges the same
/// fragility in units of return, and the name stays a HOLD.
#[test]
fn an_ordinary_name_is_no_short() {
    let ordinary = Reading { first: 100.0, last: 100.0, index: Some(20.0), is_weak: false };
    assert_eq!(BaselineConfig::default().score(&ordinary).label, SignalLabel::Short);

    let tape = wiggling(&equities(9));
    let (view, windows) = stand(&tape, 69);
    // Everyone is ordinary but for sentiment, in which the middle name is average.
    let (fragility, sentiment) = (column(&[0.2; 9]), column(&[-4., -3., -2., -1., 0., 1., 2., 3., 4.]));
    let mut input = prices(view, &windows);
    (input.high_fragility, input.sentiment) = (Some(&fragility), Some(&sentiment));
    let output = Assessment::new(config(&["sentiment"])).unwrap().run(&input).output.unwrap();
    let found = output.get(Instrument(4), 21).unwrap();
    assert_eq!(found.signal_label, SignalLabel::Hold);
    assert!((found.score + 0.1_f64 * (1.0 - 0.01 / 3.0)).abs() < 1e-4); // tanh(−0.2 / 2)
    let volatility = windows.today().vol_63.get(Instrument(4)).unwrap();
    assert!((found.penalty - 0.04 * 0.2 * volatility * 21.0_f64.sqrt()).abs() < 1e-15);
    // Nobody is a SHORT who would not be one without any fragility.
    input.high_fragility = None;
    let free = Assessment::new(config(&["sentiment"])).unwrap().run(&input).output.unwrap();
    let shorts = |output: &AssessmentOutput| {
        let labels = &output.horizon(21).unwrap().labels;
        labels.iter().filter(|label| **label == Some(SignalLabel::Short)).count()
    };
    assert_eq!((shorts(&output), shorts(&free)), (1, 1));
}

#[rstest]
#[case(1.0, "STRONG_BUY")]
#[case(0.6, "STRONG_BUY")]
#[case(0.599, "BUY")]
#[case(0.2, "BUY")]
#[case(0.199, "HOLD")]
#[case(0.0, "HOLD")]
#[case(-0.199, "HOLD")]
#[case(-0.2, "SELL")]
#[case(-0.599, "SELL")]
#[case(-0.6, "SHORT")]
#[case(-1.0, "SHORT")]
fn labels(#[case] score: f64, #[case] label: &str) {
    assert_eq!(LabelCuts::default().label(score).name(), label);
}
