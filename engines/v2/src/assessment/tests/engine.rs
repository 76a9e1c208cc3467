//! Coverage, abstention, what is left out, and what is kept.

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::Abstention;
use domain::state::Saved;

use super::fixture::{Books, column, config, draws, equities, fact, prices, stand, tape, wiggle, wiggling};
use crate::assessment::Assessment;
use crate::assessment::family::Family;
use crate::assessment::label::SignalLabel;
use crate::face::{Engine, Told};

const FIRST: Instrument = Instrument(0);

#[test]
fn a_tape_of_prices_is_scored_by_momentum_alone() {
    let tape = tape(&equities(8), 260, &|day, name| Some((wiggle(day, name), None)));
    let (view, windows) = stand(&tape, 259);
    let mut all = config(&["value", "momentum", "quality", "carry", "fragility"]);
    let answer = Assessment::new(all.clone()).unwrap().run(&prices(view, &windows));
    assert_eq!(answer.output, Err(Abstention::NothingEligible));
    assert!(answer.dropped.iter().all(|dropped| dropped.reason == "low_coverage"));

    all.required_families = vec![Family::Momentum];
    let output = Assessment::new(all).unwrap().run(&prices(view, &windows)).output.unwrap();
    let score = output.get(FIRST, 5).unwrap();
    assert_eq!((score.coverage, score.confidence), (1.0, 1.0));
    assert_eq!(score.alpha_components.len(), 1);
}

#[test]
fn what_is_missing_lowers_the_coverage() {
    let tape = wiggling(&equities(8));
    let (view, windows) = stand(&tape, 69);
    let mut books = Books::absent(8);
    for at in 0..4 {
        books.0[at] = draws("book", 8, at as u64);
    }
    books.0[7] = draws("dividends", 8, 9);
    let mut input = prices(view, &windows);
    input.fundamentals = Some(books.lend());
    // Value is whole, quality has one input of four and so no standing, carry is whole.
    let output = Assessment::new(config(&["value", "quality", "carry"])).unwrap().run(&input).output.unwrap();
    let score = output.get(FIRST, 21).unwrap();
    assert!((score.coverage - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(
        score.alpha_components.iter().map(|(family, _)| *family).collect::<Vec<_>>(),
        [Family::Value, Family::Carry]
    );
    assert!(output.quality01().is_none());
    // Two of four inputs give quality a standing, of half the weight in coverage.
    let mut more = books.clone();
    more.0[4] = draws("margins", 8, 5);
    input.fundamentals = Some(more.lend());
    let output = Assessment::new(config(&["value", "quality", "carry"])).unwrap().run(&input).output.unwrap();
    assert!((output.get(FIRST, 21).unwrap().coverage - 2.5 / 3.0).abs() < 1e-15);
    let quality = output.quality01().unwrap();
    assert!(quality.present().all(|(_, share)| (0.0..=1.0).contains(&share)));
}

#[test]
fn a_name_left_out_has_a_reason() {
    let mut facts = equities(7);
    facts.push(domain::facts::InstrumentFact { market: "EU_EQ".into(), ..fact("EQUITY:P", None) });
    let tape = tape(&facts, 70, &|day, name| match name {
        "EQUITY:N001" if day == 69 => None,
        "EQUITY:N002" if day < 40 => None,
        _ => Some((wiggle(day, name), None)),
    });
    let (view, windows) = stand(&tape, 69);
    let sentiment = column(&[1.0, 2.0, 3.0, f64::NAN, 5.0, 6.0, 7.0, 8.0]);
    let mut input = prices(view, &windows);
    input.sentiment = Some(&sentiment);
    let mut five = config(&["sentiment"]);
    let answer = Assessment::new(five.clone()).unwrap().run(&input);
    let dropped: Vec<(u32, &str)> =
        answer.dropped.iter().map(|dropped| (dropped.instrument.0, dropped.reason.as_ref())).collect();
    assert_eq!(dropped, [(1, "no_price_today"), (2, "no_volatility"), (3, "low_coverage"), (7, "other_market")]);
    let output = answer.output.unwrap();
    assert!(output.get(Instrument(3), 21).is_none() && output.get(FIRST, 22).is_none());
    // A cross-section of five names stands; one of six is asked for.
    five.standard.min_names = 6;
    assert_eq!(Assessment::new(five).unwrap().run(&input).output, Err(Abstention::NothingEligible));
}

#[test]
fn a_short_tape_is_said_to_be_short() {
    let tape = wiggling(&equities(8));
    let (view, windows) = stand(&tape, 69);
    let answer = Assessment::new(config(&["momentum"])).unwrap().run(&prices(view, &windows));
    assert_eq!(answer.output, Err(Abstention::ShortHistory { have: 70, need: 253 }));
}

#[test]
fn a_soft_target_keeps_the_allowed_share_of_a_long_score() {
    let tape = wiggling(&equities(6));
    let (view, windows) = stand(&tape, 69);
    let (sentiment, class) = (column(&[-5., 1., 1., 1., 1., 5.]), column(&[2.0; 6]));
    let score = |exposure: f64, class| {
        let mut config = config(&["sentiment"]);
        config.max_soft_target_exposure = exposure;
        let mut input = prices(view, &windows);
        (input.sentiment, input.soft_target) = (Some(&sentiment), class);
        Assessment::new(config).unwrap().run(&input).output.unwrap()
    };
    let (free, none, half) = (score(0.0, None), score(0.0, Some(&class)), score(0.5, Some(&class)));
    let (best, worst) = (Instrument(5), FIRST);
    let held = none.get(best, 21).unwrap();
    assert_eq!((held.score, held.expected_return, held.signal_label), (0.0, 0.0, SignalLabel::Hold));
    assert_eq!(half.get(best, 21).unwrap().score, free.get(best, 21).unwrap().score / 2.0);
    assert_eq!(none.get(worst, 21), free.get(worst, 21));
}

#[test]
fn there_is_no_state_and_the_bytes_repeat() {
    let tape = tape(&equities(8), 262, &|day, name| Some((wiggle(day, name), None)));
    let mut whole = Assessment::new(config(&["momentum"])).unwrap();
    let bytes = |engine: &mut Assessment, day| {
        let (view, windows) = stand(&tape, day);
        let mut bytes = CanonicalBytes::new();
        engine.run(&prices(view, &windows)).output.unwrap().put(&mut bytes);
        bytes.into_vec()
    };
    let expected: Vec<Vec<u8>> = (255..262).map(|day| bytes(&mut whole, day)).collect();
    let mut saved = CanonicalBytes::new();
    whole.save(&mut saved);
    let mut resumed = Assessment::new(config(&["momentum"])).unwrap();
    assert_eq!(resumed.restore(&mut Saved::new(saved.as_slice())), Some(()));
    assert_eq!((258..262).map(|day| bytes(&mut resumed, day)).collect::<Vec<_>>(), expected[3..]);
}

#[test]
fn the_figures_tell_the_day_and_its_names() {
    let tape = wiggling(&equities(6));
    let (view, windows) = stand(&tape, 69);
    let sentiment = column(&[-5., 1., 1., 1., 1., 5.]);
    let mut input = prices(view, &windows);
    input.sentiment = Some(&sentiment);
    let output = Assessment::new(config(&["sentiment"])).unwrap().run(&input).output.unwrap();
    assert!(output.day_figures().len() <= 10);
    let figures = output.instrument_figures();
    let of_first: Vec<&str> =
        figures.iter().filter(|figure| figure.instrument == Some(FIRST)).map(|figure| figure.field.as_ref()).collect();
    assert_eq!(
        of_first,
        ["expected_return_5", "expected_return_21", "score", "confidence", "coverage", "signal_label", "sentiment"]
    );
}
