//! The engine whole: abstention, causality, order, schedule, state, composition, overrides.

use domain::digest::CanonicalBytes;
use domain::facts::SeriesFact;
use domain::report::Abstention;
use domain::seed::{Seed, Streams};
use domain::state::Saved;
use domain::view::View;
use proptest::prelude::*;
use rstest::rstest;

use super::{market, returns, small, tape_of, walk};
use crate::face::{Engine, Told};
use crate::regime::config::Smoothing;
use crate::regime::naming::{Family, Label};
use crate::regime::{Input, Regime, RegimeOutput};
use crate::windows::{Windows, WindowsConfig};

fn engine() -> Regime {
    Regime::new(small()).unwrap()
}

fn bytes_of(output: &RegimeOutput) -> Vec<u8> {
    let mut bytes = CanonicalBytes::new();
    output.put(&mut bytes);
    bytes.as_slice().to_vec()
}

#[test]
fn a_short_history_abstains_until_the_day_it_is_long_enough() {
    let tape = market(8, 200);
    let answers = walk(&tape, &mut engine(), 0);
    // 42 returns of the window's first day of features need 43 prices; 126 days of features end 125 days later.
    let first = answers.iter().position(|answer| answer.output.is_ok()).unwrap();
    assert_eq!(first, 42 + 126 - 1);
    assert_eq!(answers[10].output, Err(Abstention::ShortHistory { have: 11, need: 168 }));
    assert!(answers[first..].iter().all(|answer| answer.output.is_ok()));
}

#[rstest]
#[case(Smoothing::None)]
#[case(Smoothing::Hmm)]
#[case(Smoothing::MovingMode)]
fn storms_are_stress_and_figures_are_in_range(#[case] smoothing: Smoothing) {
    let tape = market(8, 900);
    let mut config = small();
    config.smoothing_method = smoothing;
    config.naming.stress_smoothing_days = 5;
    let answers = walk(&tape, &mut Regime::new(config).unwrap(), 0);
    let (mut storm, mut stressed) = (0, 0);
    for (day, answer) in answers.iter().enumerate() {
        let Ok(output) = &answer.output else { continue };
        for state in &output.states {
            assert!((0.0..=1.0).contains(&state.confidence) && (0.0..=1.0).contains(&state.stress_rank));
            state.transitions.0.iter().for_each(|row| assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12));
            assert!(state.days_in_label >= 1 && state.family == state.label.family());
        }
        // The last third of a storm, when windows have seen it; from the second storm on.
        if day > 400 && day % 260 >= 230 {
            storm += 1;
            stressed += usize::from(output.region("US").unwrap().family.is_stress());
        }
    }
    assert!(stressed * 10 >= storm * 9, "{stressed} of {storm}");
}

#[test]
fn nothing_after_a_day_reaches_back() {
    let tape = market(6, 420);
    let whole = walk(&tape, &mut engine(), 0);
    for last in [180, 260, 333] {
        let other = tape.with_another_future(last, &Streams::new(Seed(9)));
        for changed in [tape.truncated_after(last), other] {
            let again = walk(&changed, &mut engine(), 0);
            assert_eq!(whole[..=last], again[..=last], "day {last}");
        }
    }
}

#[test]
fn the_order_of_instruments_does_not_matter() {
    let rows = returns(8, 300);
    // The same columns under other ids of the same market, in another order; sums differ in their last bits only.
    let (plain, moved) = ([0, 1, 2, 4, 5, 6, 8, 9], [9, 6, 1, 5, 4, 2, 8, 0]);
    let answers = [plain, moved].map(|names| walk(&tape_of(&rows, &names, &[]), &mut engine(), 0));
    for (left, right) in answers[0].iter().zip(&answers[1]) {
        let (Ok(left), Ok(right)) = (&left.output, &right.output) else { continue };
        for (left, right) in left.states.iter().zip(&right.states) {
            assert_eq!(left.label, right.label);
            assert!((left.confidence - right.confidence).abs() < 1e-6);
            for (left, right) in left.features.iter().zip(&right.features) {
                assert!((left.unwrap_or(0.0) - right.unwrap_or(0.0)).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn fits_keep_to_their_schedule() {
    let tape = market(6, 400);
    let answers = walk(&tape, &mut engine(), 0);
    for (day, answer) in answers.iter().enumerate() {
        if let Ok(output) = &answer.output {
            let expected = (day - (42 + 126 - 1)) / 42;
            assert_eq!(output.region("US").unwrap().fit_number as usize, expected, "day {day}");
        }
    }
}

#[test]
fn a_late_start_walks_through_the_past() {
    let tape = market(6, 320);
    let whole = walk(&tape, &mut engine(), 0);
    let late = walk(&tape, &mut engine(), 250);
    assert_eq!(whole[250..], late);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn a_run_split_at_any_day_gives_the_same_bytes(stop in 5_usize..298, which in 0_usize..3) {
        let tape = market(6, 300);
        let mut config = small();
        config.smoothing_method = [Smoothing::None, Smoothing::Hmm, Smoothing::MovingMode][which];
        let mut first = Regime::new(config.clone()).unwrap();
        let (mut windows, mut saved) = (Windows::new(WindowsConfig::default()), Vec::new());
        let mut answers = Vec::new();
        for day in 0..300 {
            let view = View::as_of(&tape, day).unwrap();
            windows.step(&view);
            answers.push(first.run(&Input { view: &view, windows: &windows, embedding: None }));
            if day == stop {
                let mut bytes = CanonicalBytes::new();
                first.save(&mut bytes);
                saved = bytes.as_slice().to_vec();
            }
        }
        let mut second = Regime::new(config.clone()).unwrap();
        let mut reader = Saved::new(&saved);
        second.restore(&mut reader).unwrap();
        prop_assert!(reader.is_empty());
        // The windows are walked through again; days that the state has seen are not taken twice.
        let after = walk(&tape, &mut second, stop + 1);
        prop_assert_eq!(&answers[stop + 1..], &after[..]);
        for (left, right) in answers[stop + 1..].iter().zip(&after) {
            if let (Ok(left), Ok(right)) = (&left.output, &right.output) {
                prop_assert_eq!(bytes_of(left), bytes_of(right));
            }
        }
        let mut ends = [&first, &second].map(|engine| {
            let mut bytes = CanonicalBytes::new();
            engine.save(&mut bytes);
            bytes.as_slice().to_vec()
        });
        prop_assert_eq!(&ends[0], &ends[1]);
        ends[0].pop();
        prop_assert!(Regime::new(config).unwrap().restore(&mut Saved::new(&ends[0])).is_none());
    }
}

fn series(name: &str, days: std::ops::Range<i32>, value: f64) -> Vec<SeriesFact> {
    let start: domain::date::Date = "2001-01-01".parse().unwrap();
    let fact = |day| SeriesFact {
        series: name.into(),
        happened_on: start.plus_days(day),
        known_on: start.plus_days(day),
        value,
    };
    days.map(fact).collect()
}

#[test]
fn a_vix_above_thirty_is_a_crisis_at_once() {
    let rows = returns(6, 330);
    let names: Vec<usize> = (0..6).collect();
    let facts = [series("VIX", 0..300, 15.0), series("VIX", 300..310, 35.0)].concat();
    let answers = walk(&tape_of(&rows, &names, &facts), &mut engine(), 0);
    let label = |day: usize| answers[day].output.as_ref().unwrap().region("US").unwrap().label;
    assert_ne!(label(299), Label::RiskOffCrisis);
    assert_eq!(label(300), Label::RiskOffCrisis);
}

#[test]
fn a_high_yield_spread_above_six_hundred_is_risk_off_after_the_minimum_duration() {
    let rows = returns(6, 180 + 260);
    let names: Vec<usize> = (0..6).collect();
    let facts = [series("US_HY_OAS", 0..380, 400.0), series("US_HY_OAS", 380..440, 700.0)].concat();
    let mut config = small();
    // Prices alone never get here, so that what is seen is the spread's doing.
    (config.naming.stress_enter, config.naming.crisis_enter) = (1.0, 1.0);
    (config.naming.stress_leave, config.naming.crisis_leave) = (0.99, 0.995);
    config.naming.stress_leave_days = 1;
    let answers = walk(&tape_of(&rows, &names, &facts), &mut Regime::new(config).unwrap(), 0);
    let family = |day: usize| answers[day].output.as_ref().unwrap().region("US").unwrap().family;
    assert!(!family(383).is_stress());
    assert_eq!(family(384), Family::RiskOff);
}

#[test]
fn global_is_the_vote_of_the_regions() {
    let tape = market(8, 320);
    let mut config = small();
    config.regions = vec!["GLOBAL".into(), "JP_EQ".into(), "US".into()];
    config.region_weights.insert("JP_EQ".into(), 0.4);
    let mut engine = Regime::new(config).unwrap();
    let answers = walk(&tape, &mut engine, 0);
    let mut seen = 0;
    for output in answers.iter().filter_map(|answer| answer.output.as_ref().ok()) {
        let [global, jp, us] = ["GLOBAL", "JP_EQ", "US"].map(|name| output.region(name).unwrap());
        assert_eq!(global.label, us.label, "the heavier region decides");
        assert!(global.confidence <= f64::max(jp.confidence, us.confidence) + 1e-12);
        assert_eq!(output.leading(), Some(global));
        seen += 1;
    }
    assert!(seen > 100);
    assert_eq!(engine.history("GLOBAL").unwrap().iter().count(), seen);
    assert!(engine.history("MOON").is_none());
}

#[test]
fn an_index_of_fear_is_no_asset() {
    let mut config = small();
    config.not_in_proxy = vec!["EQUITY:S002".into()];
    let tape = market(4, 60);
    let answers = walk(&tape, &mut Regime::new(config).unwrap(), 0);
    let dropped = &answers[59].dropped;
    assert_eq!((dropped.len(), dropped[0].instrument.0, dropped[0].reason.as_ref()), (1, 2, "not_in_proxy"));
}

#[test]
fn the_embedding_is_handed_through() {
    let tape = market(6, 200);
    let mut engine = engine();
    let mut windows = Windows::new(WindowsConfig::default());
    let vector = vec![0.5_f32; 384];
    let view = View::as_of(&tape, 199).unwrap();
    windows.step_with(&view, &mut |windows, view| engine.observe(view, windows));
    let answer = engine.run(&Input { view: &view, windows: &windows, embedding: Some(&vector) });
    let output = answer.output.unwrap();
    assert_eq!(output.leading().unwrap().embedding.as_deref(), Some(&vector[..]));
    assert!(output.day_figures().iter().any(|figure| figure.field == "regime"));
}
