//! Numeric windows: the slow encoder agrees, nothing comes from the future, levels do not matter.

use domain::digest::CanonicalBytes;
use domain::facts::{ActionFact, ActionKind};
use domain::ids::Instrument;
use domain::seed::{Seed, Streams};
use domain::state::Saved;
use domain::view::View;
use proptest::prelude::*;
use rstest::rstest;

use super::{MARKET, Market, bytes, config, day, reference, run};
use crate::config::EngineConfig;
use crate::encoders::projection::Projection;
use crate::encoders::{Absence, DIMENSION, Encoders, EncodersConfig, EncodersInput, EncodersOutput, NumericFeature};
use crate::face::Engine;
use crate::windows::{Windows, WindowsConfig};

const MODEL: &str = "num-stab-core-v1";

fn vectors(output: &EncodersOutput) -> Vec<Option<Vec<f32>>> {
    let table = output.table(MODEL).unwrap();
    (0..MARKET.width as u32).map(|at| table.vector(Instrument(at)).ok().map(<[f32]>::to_vec)).collect()
}

fn distance(left: &[f32], right: &[f32]) -> f64 {
    left.iter().zip(right).map(|(a, b)| f64::from(a - b) * f64::from(a - b)).sum::<f64>().sqrt()
}

#[test]
fn the_slow_encoder_has_the_same_bits() {
    let (tape, config) = (MARKET.tape(), config(1));
    let outputs = run(&tape, &config, 0);
    let mut compared = 0;
    for at in [150, 189, 205, 229] {
        let view = View::as_of(&tape, at).unwrap();
        for (instrument, fast) in vectors(&outputs[at]).into_iter().enumerate() {
            let slow = reference::encode(&view, &config, MODEL, instrument);
            compared += usize::from(slow.is_some());
            assert_eq!(
                slow.map(|slow| slow.map(f32::to_bits).to_vec()),
                fast.map(|fast| fast.iter().map(|x| x.to_bits()).collect()),
                "day {at}, instrument {instrument}"
            );
        }
    }
    assert!(compared > 20, "{compared}");
}

#[rstest]
#[case::daily(1)]
#[case::on_schedule(21)]
#[case::out_of_step(13)]
fn an_engine_that_starts_late_or_again_has_the_same_bytes(#[case] every: u32) {
    let (tape, config) = (MARKET.tape(), config(every));
    let whole = run(&tape, &config, 0);
    for from in [140, 189, 190, 207] {
        let late = run(&tape, &config, from);
        assert!(late.iter().zip(&whole[from..]).all(|(late, whole)| bytes(late) == bytes(whole)), "from {from}");
    }
    let mut engine = Encoders::new(config).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    for (at, whole) in whole.iter().enumerate() {
        assert!(bytes(&day(&mut engine, &mut windows, &tape, at)) == bytes(whole), "day {at}");
        if at % 50 == 33 {
            let mut saved = CanonicalBytes::new();
            engine.save(&mut saved);
            engine.restore(&mut Saved::new(saved.as_slice())).unwrap();
        }
    }
}

/// Longer than the windows are deep: what a late start cannot see, a continued run must not have used.
#[test]
fn a_late_start_on_a_long_tape_has_the_same_bytes() {
    let market = Market { days: 880, width: 3, seed: 5 };
    let (tape, config) = (market.tape(), config(13));
    let (whole, late) = (run(&tape, &config, 0), run(&tape, &config, 872));
    assert!(late.iter().zip(&whole[872..]).all(|(late, whole)| bytes(late) == bytes(whole)));
    let slow = reference::encode(&View::as_of(&tape, 858).unwrap(), &config, MODEL, 1).unwrap();
    assert_eq!(whole[858].table(MODEL).unwrap().vector(Instrument(1)).unwrap(), slow);
}

#[test]
fn nothing_after_today_is_read() {
    let (tape, config) = (MARKET.tape(), config(5));
    let whole = run(&tape, &config, 0);
    let last = 201;
    let other = tape.with_another_future(last, &Streams::new(Seed(3)));
    for tape in [tape.truncated_after(last), other] {
        let cut = run(&tape, &config, 0);
        assert!(cut[..=last].iter().zip(&whole).all(|(cut, whole)| bytes(cut) == bytes(whole)));
    }
}

/// The defect of raw levels: a price a thousand times as high dominated every distance.
#[rstest]
#[case::power_of_two(1024.0, 0.0)]
#[case::thousand(1000.0, 1e-5)]
fn a_level_does_not_matter(#[case] factor: f64, #[case] bound: f64) {
    let mut closes = MARKET.closes();
    let plain = run(&MARKET.builder(&closes).finish(), &config(1), 229);
    closes.iter_mut().for_each(|row| row[2] = row[2].map(|close| close * factor));
    let scaled = run(&MARKET.builder(&closes).finish(), &config(1), 229);
    for (plain, scaled) in vectors(&plain[0]).into_iter().zip(vectors(&scaled[0])) {
        assert!(plain.zip(scaled).is_none_or(|(plain, scaled)| distance(&plain, &scaled) <= bound));
    }
}

#[test]
fn a_split_does_not_matter() {
    let mut closes = MARKET.closes();
    let plain = run(&MARKET.builder(&closes).finish(), &config(1), 229);
    closes[180..].iter_mut().for_each(|row| row[3] = row[3].map(|close| close / 2.0));
    let mut builder = MARKET.builder(&closes);
    let (instrument, on) = (MARKET.facts()[3].id.clone(), MARKET.dates()[180]);
    let kind = ActionKind::Split { numerator: 2, denominator: 1 };
    builder.push_action(ActionFact { instrument, happened_on: on, known_on: on, kind }).unwrap();
    let split = run(&builder.finish(), &config(1), 229);
    assert_eq!(vectors(&plain[0]), vectors(&split[0]));
}

/// A close moved by ε moves two log returns by about ε, and no figure by more than a few ε. Spreads are near 1e-2 here,
/// so a cell moves by some hundred ε, in at most 63 rows, and the projection shortens by 3 or more (see below): 1000 ε
/// bounds the move, and it shrinks with ε.
#[test]
fn a_small_move_moves_a_vector_little() {
    let plain = run(&MARKET.builder(&MARKET.closes()).finish(), &config(1), 229);
    let mut before = f64::INFINITY;
    for epsilon in [1e-5, 1e-7] {
        let mut closes = MARKET.closes();
        closes[215][1] = closes[215][1].map(|close| close * (1.0 + epsilon));
        let moved = run(&MARKET.builder(&closes).finish(), &config(1), 229);
        let (plain, moved) = (vectors(&plain[0]), vectors(&moved[0]));
        let all = plain.iter().zip(&moved).filter_map(|(a, b)| Some(distance(a.as_ref()?, b.as_ref()?)));
        let furthest = all.fold(0.0, f64::max);
        assert!(furthest > 0.0 && furthest <= 1e3 * epsilon && furthest < before, "{epsilon}: {furthest}");
        before = furthest / 3.0;
    }
}

#[test]
fn too_few_rows_are_a_typed_absence_and_dropped() {
    let tape = MARKET.tape();
    let mut engine = Encoders::new(config(1)).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    let view = View::as_of(&tape, 229).unwrap();
    windows.step(&view);
    let answer = engine.run(&EncodersInput { view, windows: &windows });
    let late = Instrument(MARKET.width as u32 - 1);
    let output = answer.output.unwrap();
    let absence = output.table(MODEL).unwrap().vector(late).unwrap_err();
    assert!(matches!(absence, Absence::TooFewRows { have: 1..=54, need: 55 }), "{absence}");
    assert_eq!(
        answer.dropped.iter().map(|drop| (drop.instrument, &*drop.reason)).collect::<Vec<_>>(),
        [(late, "too_few_rows")]
    );
    let issuer = output.table(MODEL).unwrap().issuer(&[Instrument(0), Instrument(1), late]).unwrap();
    let (a, b) = (vectors(&output)[0].clone().unwrap(), vectors(&output)[1].clone().unwrap());
    assert_eq!(issuer.vector()[7], ((f64::from(a[7]) + f64::from(b[7])) / 2.0) as f32);
    assert!(output.table(MODEL).unwrap().issuer(&[late]).is_none());
}

#[test]
fn markets_and_sectors_have_vectors_every_day() {
    let outputs = run(&MARKET.tape(), &config(21), 200);
    for output in &outputs {
        assert_eq!(output.sectors.len(), 2);
        assert!(output.sectors.iter().all(|sector| sector.numeric[0].1.is_ok()));
        let market = output.market("US_EQ", "num-regime-core-v1").unwrap();
        assert!(market.norm() > 0.1 && market.norm() < 8.0 * 4.0, "{}", market.norm());
        assert!(output.market("US_EQ", "num-portfolio-core-v1").is_some());
    }
    assert!(bytes(&outputs[0]) != bytes(&outputs[1]));
}

#[test]
fn a_changed_model_is_another_version() {
    let plain = EncodersConfig::default();
    let others = [
        EncodersConfig { projection_seed: 1, ..plain.clone() },
        EncodersConfig { window_days: 42, ..plain.clone() },
        EncodersConfig { features: vec![NumericFeature::Return], ..plain.clone() },
        EncodersConfig { clip: 4.0, ..plain.clone() },
    ];
    assert!(others.iter().all(|other| other.check().is_ok() && other.version(MODEL) != plain.version(MODEL)));
    assert_ne!(plain.version(MODEL), plain.version("num-regime-core-v1"));
    assert_eq!(config(1).version(MODEL), plain.version(MODEL)); // the schedule is no part of a vector
}

#[rstest]
#[case("window_days = 64", "encoders.window_days is 64")]
#[case("features = []", "encoders.features is []")]
#[case("features = [\"beta\", \"beta\"]", "encoders.features is [Beta, Beta]")]
#[case("market_models = [\"num\"]", "encoders.market_models is num")]
#[case("spread_floors = [0.0, 1.0, 1.0, 1.0, 1.0]", "encoders.spread_floors is 0")]
fn a_config_out_of_range_is_refused(#[case] text: &str, #[case] why: &str) {
    let config: EncodersConfig = toml::from_str(text).unwrap();
    assert!(config.check().unwrap_err().to_string().starts_with(why));
    assert!(toml::from_str::<EncodersConfig>("seed = 1").is_err());
}

proptest! {
    /// ‖Ax‖ ≤ √(‖A‖₁ ‖A‖∞) ‖x‖: 4 entries a column and fewer than 42 a row, each 1 / √(4 · 378), make at most ⅓.
    #[test]
    fn a_projection_is_linear_and_bounded(inputs in prop::collection::vec(-8.0..8.0_f64, 378), at in 0..378_usize) {
        let projection = Projection::new(5, MODEL, 378, 4);
        let length = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
        let vector = projection.project(&inputs);
        prop_assert!(length(&vector) <= length(&inputs) / 3.0);
        let mut moved = inputs.clone();
        moved[at] += 1e-3;
        let difference: [f64; DIMENSION] = std::array::from_fn(|k| projection.project(&moved)[k] - vector[k]);
        prop_assert!((length(&difference) - 1e-3 / 378.0_f64.sqrt()).abs() < 1e-12);
    }
}
