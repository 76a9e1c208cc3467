//! Scores turned back into expected returns.

use domain::chain::Score;
use domain::ids::Instrument;
use proptest::prelude::*;
use rstest::rstest;

use super::fixture::{column, config, draws, equities, prices, stand, text, wiggling};
use crate::assessment::Assessment;
use crate::column::Column;
use crate::face::Engine;

const WIDTH: usize = 9;

fn given(at: u32, score: f64) -> Score {
    Score { instrument: Instrument(at), score, confidence: 1.0 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Its own scores give its own expected returns to the last bit; and read as another's, the same up to rounding.
    #[test]
    fn own_scores_stand_for_their_own_expected_returns(seed in 0_u64..10_000, horizon in prop_oneof![Just(5_u32), Just(21)]) {
        let tape = wiggling(&equities(WIDTH));
        let (view, windows) = stand(&tape, 69);
        let (mood, fragility) = (draws("mood", WIDTH, seed), draws("fragility", WIDTH, seed));
        let fragility = Column::with_gaps(fragility.raw().iter().map(|value| value.abs()).collect());
        let mut input = prices(view, &windows);
        (input.sentiment, input.high_fragility) = (Some(&mood), Some(&fragility));
        let config = config(&["sentiment"]);
        let output = Assessment::new(config.clone()).unwrap().run(&input).output.unwrap();
        let own = output.horizon(horizon).unwrap();
        let scores: Vec<Score> = own.score.present().map(|(at, score)| given(at.0, score)).collect();
        prop_assert_eq!(scores.len(), WIDTH);
        let volatility = &windows.today().vol_63;
        let exact = config.expected_returns(&scores, Some(own), volatility, horizon);
        prop_assert_eq!(&exact, &own.expected_return);
        let inverted = config.expected_returns(&scores, None, volatility, horizon);
        for (at, expected) in own.expected_return.present() {
            let sigma = volatility.get(at).unwrap() * f64::from(horizon).sqrt();
            // Beyond the strongest signal that the families can reach a score stands for that one.
            let expected = expected.clamp(-0.12 * sigma, 0.12 * sigma);
            prop_assert!((inverted.get(at).unwrap() - expected).abs() < 1e-12, "{:?}", at);
        }
    }

    #[test]
    fn a_higher_score_never_stands_for_less(a in -1.0..=1.0_f64, b in -1.0..=1.0_f64) {
        let volatility = column(&[0.02, 0.02]);
        let config = config(&["momentum", "quality"]);
        let found = config.expected_returns(&[given(0, a.min(b)), given(1, a.max(b))], None, &volatility, 21);
        prop_assert!(found.get(Instrument(0)) <= found.get(Instrument(1)));
    }
}

/// IC = 0.04, 2 % a day over 21 days: the largest strength of one family is 3, of four equal ones 6.
#[rstest]
#[case::nothing(&["momentum"], 0.0, 0.0)]
#[case::worked(&["momentum"], 0.379_948_962_255_224_9, 0.8)]
#[case::full(&["momentum"], 1.0, 3.0)]
#[case::beyond(&["momentum"], 7.0, 3.0)]
#[case::out(&["value", "momentum", "quality", "carry"], -1.0, -6.0)]
fn a_score_is_a_signal(#[case] families: &[&str], #[case] score: f64, #[case] strength: f64) {
    let found = config(families).expected_returns(&[given(0, score)], None, &column(&[0.02]), 21);
    let expected = 0.04 * 0.02 * 21.0_f64.sqrt() * strength;
    assert!((found.get(Instrument(0)).unwrap() - expected).abs() < 1e-15, "{found:?}");
}

#[test]
fn without_volatility_or_score_there_is_no_expected_return() {
    let found = config(&["momentum"]).expected_returns(&[given(0, 0.5)], None, &column(&[f64::NAN, 0.02]), 21);
    assert_eq!((found.get(Instrument(0)), found.get(Instrument(1))), (None, None));
}

#[test]
fn the_reference_model_is_turned_back_by_its_momentum() {
    let config: super::super::config::AssessmentConfig =
        toml::from_str(&text("momentum_baseline", &["momentum"])).unwrap();
    let found = config.expected_returns(&[given(0, 0.5)], None, &column(&[f64::NAN]), 21);
    assert_eq!(found.get(Instrument(0)), Some(0.05));
}
