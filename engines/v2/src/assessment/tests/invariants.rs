//! The invariants of engines-v2 §6.

use domain::ids::Instrument;
use domain::seed::{Seed, Streams};
use domain::tape::Tape;
use proptest::prelude::*;

use super::fixture::{config, draws, equities, prices, stand, tape, wiggle, wiggling};
use crate::assessment::Assessment;
use crate::assessment::label::LabelCuts;
use crate::assessment::output::AssessmentOutput;
use crate::column::Column;
use crate::face::{Answer, Engine};

const WIDTH: usize = 9;

/// The day's answer by these families, on a tape too short for momentum.
fn score(tape: &Tape, families: &[&str], columns: [Option<&Column>; 4]) -> Answer<AssessmentOutput> {
    let (view, windows) = stand(tape, 69);
    let mut input = prices(view, &windows);
    [input.sentiment, input.growth, input.high_fragility, input.fragility_alpha] = columns;
    Assessment::new(config(families)).unwrap().run(&input)
}

fn values(low: f64, high: f64) -> impl Strategy<Value = Column> {
    prop::collection::vec(low..high, WIDTH).prop_map(Column::with_gaps)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_in_its_range(a in values(-1e6, 1e6), b in values(-1.0, 1.0), fragility in values(0.0, 1.0)) {
        let tape = wiggling(&equities(WIDTH));
        let output = score(&tape, &["sentiment", "growth"], [Some(&a), Some(&b), Some(&fragility), None]).output.unwrap();
        for at in 0..WIDTH as u32 {
            for horizon in [5, 21] {
                let found = output.get(Instrument(at), horizon).unwrap();
                prop_assert!((-1.0..=1.0).contains(&found.score));
                prop_assert!((0.0..=1.0).contains(&found.confidence) && (0.0..=1.0).contains(&found.coverage));
                prop_assert!(found.expected_return.is_finite() && found.penalty >= 0.0);
                prop_assert!(found.alpha_components.iter().all(|(_, z)| z.abs() <= 3.0));
                // Score and expected return never disagree in sign.
                prop_assert!(found.score * found.expected_return >= 0.0);
                prop_assert_eq!(found.signal_label, LabelCuts::default().label(found.score));
            }
        }
    }

    #[test]
    fn labels_rise_with_the_score(a in -1.0..=1.0_f64, b in -1.0..=1.0_f64) {
        let cuts = LabelCuts::default();
        prop_assert!(cuts.label(a.min(b)) <= cuts.label(a.max(b)));
    }

    #[test]
    fn a_lone_strong_signal_keeps_its_sign(sign in prop_oneof![Just(-1.0), Just(1.0)], size in 3.0..100.0_f64, at in 0..WIDTH) {
        let tape = wiggling(&equities(WIDTH));
        let mut sentiment = draws("quiet", WIDTH, 4);
        sentiment.set(Instrument(at as u32), Some(sign * size));
        let output = score(&tape, &["sentiment"], [Some(&sentiment), None, None, None]).output.unwrap();
        let found = output.get(Instrument(at as u32), 21).unwrap();
        prop_assert!(found.score * sign > 0.5 && found.expected_return * sign > 0.0);
        prop_assert_eq!(found.confidence, 1.0);
    }

    /// More fragility, by either measure and with the family or the penalty alone, never raises a score, long or not.
    #[test]
    fn fragility_never_raises_a_score(
        sentiment in values(-1.0, 1.0), fragility in values(0.0, 1.0), alpha in values(-0.5, 0.5),
        at in 0..WIDTH as u32, more in 0.0..1.0_f64, with_family: bool,
    ) {
        let tape = wiggling(&equities(WIDTH));
        let families: &[&str] = if with_family { &["sentiment", "fragility"] } else { &["sentiment"] };
        let at = Instrument(at);
        let run = |fragility: &Column, alpha: &Column| {
            let columns = [Some(&sentiment), None, Some(fragility), Some(alpha)];
            score(&tape, families, columns).output.unwrap().get(at, 21).unwrap()
        };
        let before = run(&fragility, &alpha);
        let (mut worse, mut worth_shorting) = (fragility.clone(), alpha.clone());
        worse.set(at, fragility.get(at).map(|value| (value + more).min(1.0)));
        worth_shorting.set(at, alpha.get(at).map(|value| value + more));
        for after in [run(&worse, &alpha), run(&fragility, &worth_shorting), run(&worse, &worth_shorting)] {
            // The others' mean and spread move with the name's own value: a rounding of slack.
            prop_assert!(after.score <= before.score + 1e-12, "{} {}", after.score, before.score);
            prop_assert!(after.expected_return <= before.expected_return + 1e-12);
            prop_assert!(after.signal_label <= before.signal_label);
        }
    }

    /// The order in which instruments are given changes nothing, and neither do other names but for a rounding.
    #[test]
    fn the_order_of_instruments_does_not_matter(sentiment in values(-1.0, 1.0), fragility in values(0.0, 1.0), turn in 1..WIDTH) {
        let facts = equities(WIDTH);
        let mut turned = facts.clone();
        turned.rotate_left(turn);
        let whole = wiggling(&facts);
        prop_assert_eq!(whole.digest(), wiggling(&turned).digest());

        let flat = |facts: &[_]| tape(facts, 70, &|day, _| Some((wiggle(day, "EQUITY:SAME"), None)));
        let rotated = |column: &Column| {
            let mut values = column.raw().to_vec();
            values.rotate_left(turn);
            Column::with_gaps(values)
        };
        let plain = score(&flat(&facts), &["sentiment"], [Some(&sentiment), None, Some(&fragility), None]).output.unwrap();
        let columns = (rotated(&sentiment), rotated(&fragility));
        let other = score(&flat(&facts), &["sentiment"], [Some(&columns.0), None, Some(&columns.1), None]).output.unwrap();
        for at in 0..WIDTH {
            let there = Instrument(((at + WIDTH - turn) % WIDTH) as u32);
            let (plain, other) = (plain.get(Instrument(at as u32), 21).unwrap(), other.get(there, 21).unwrap());
            prop_assert!((plain.score - other.score).abs() < 1e-12);
        }
    }

    /// A power of two in prices or figures changes no bit; any other positive factor nothing but rounding.
    #[test]
    fn scale_does_not_matter(sentiment in values(-1.0, 1.0), factor in 0.01..100.0_f64, power in -6..6_i32) {
        let exact = libm::ldexp(1.0, power);
        let priced = |factor: f64| tape(&equities(WIDTH), 70, &|day, name| Some((wiggle(day, name) * factor, None)));
        let scaled = |factor: f64| Column::with_gaps(sentiment.raw().iter().map(|value| value * factor).collect());
        let run = |tape: Tape, column: Column| score(&tape, &["sentiment"], [Some(&column), None, None, None]).output.unwrap();
        let plain = run(priced(1.0), scaled(1.0));
        prop_assert_eq!(&run(priced(exact), scaled(exact)), &plain);
        let other = run(priced(factor), scaled(factor));
        for at in (0..WIDTH as u32).map(Instrument) {
            let (plain, other) = (plain.get(at, 21).unwrap(), other.get(at, 21).unwrap());
            prop_assert!((plain.score - other.score).abs() < 1e-9);
            prop_assert!((plain.expected_return - other.expected_return).abs() < 1e-9);
        }
    }

    #[test]
    fn no_future_row_is_read(seed: u64, day in 56..69_usize) {
        let tape = wiggling(&equities(WIDTH));
        let sentiment = draws("sentiment", WIDTH, seed);
        let run = |tape: &Tape| {
            let (view, windows) = stand(tape, day);
            let mut input = prices(view, &windows);
            input.sentiment = Some(&sentiment);
            Assessment::new(config(&["sentiment"])).unwrap().run(&input)
        };
        let whole = run(&tape);
        prop_assert_eq!(&run(&tape.truncated_after(day)), &whole);
        prop_assert_eq!(&run(&tape.with_another_future(day, &Streams::new(Seed(seed)))), &whole);
    }
}
