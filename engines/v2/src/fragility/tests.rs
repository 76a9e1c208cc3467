//! Reference values, defects shown absent, invariants, and the planted entity.

#![allow(clippy::unwrap_used)]

use domain::digest::Digest;
use domain::tape::{Tape, TapeBuilder};
use proptest::prelude::*;
use rstest::rstest;

use super::template::notional_hint;
use super::*;
use crate::face::Told;
use crate::stability::tests::support::{Chain, Draws, builder, config, series, walks};

fn own() -> FragilityAlphaConfig {
    FragilityAlphaConfig::default()
}

/// engines-v2 §5, reference values of the earlier implementation.
#[rstest]
#[case(80.0, None, 0.40, FragilityClass::Watchlist, 0.020)]
#[case(60.0, Some(0.28), 0.58, FragilityClass::ShortCandidate, 0.029)]
#[case(100.0, Some(0.6), 1.0, FragilityClass::Crisis, 0.05)]
fn legacy_reference_values(
    #[case] index: f64,
    #[case] worst: Option<f64>,
    #[case] score: f64,
    #[case] class: FragilityClass,
    #[case] hint: f64,
) {
    let (found, found_class) = legacy::legacy_score(index, worst);
    assert!((found - score).abs() < 1e-12);
    assert_eq!(found_class, class);
    assert!((notional_hint(found, &TemplateConfig::default()) - hint).abs() < 1e-12);
}

/// Defect of the earlier implementation: a missing scenario set halves the score.
#[test]
fn a_missing_component_does_not_halve_the_score() {
    assert!((0..=100).all(|index| legacy::legacy_score(f64::from(index), None).0 <= 0.5));
    let (whole, _) = soft_target_score(&[Some(0.9); 4], &own());
    let (without, coverage) = soft_target_score(&[Some(0.9), Some(0.9), None, Some(0.9)], &own());
    assert!((whole.unwrap() - without.unwrap()).abs() < 1e-12);
    assert_eq!(coverage, 0.75);
    assert_eq!(soft_target_score(&[Some(0.9), None, None, None], &own()), (None, 0.25));
}

#[rstest]
#[case(0.29, true, FragilityClass::None)]
#[case(0.3, false, FragilityClass::Watchlist)]
#[case(0.5, false, FragilityClass::ShortCandidate)]
#[case(0.7, false, FragilityClass::ShortCandidate)]
#[case(0.7, true, FragilityClass::Crisis)]
fn a_crisis_needs_stress_or_instability(#[case] score: f64, #[case] open: bool, #[case] class: FragilityClass) {
    assert_eq!(FragilityClass::of(score, open, &own().cuts), class);
}

#[rstest]
#[case("floor", |c: &mut FragilityAlphaConfig| c.floor = 0.0)]
#[case("cuts", |c: &mut FragilityAlphaConfig| c.cuts = [0.5, 0.3, 0.7])]
#[case("weak_profile", |c: &mut FragilityAlphaConfig| c.weights.weak_profile = 0.05)]
#[case("min_coverage", |c: &mut FragilityAlphaConfig| c.min_coverage = 50.0)]
#[case("percentile_min_points", |c: &mut FragilityAlphaConfig| c.pricing.percentile_min_points = 757)]
#[case("notional_least", |c: &mut FragilityAlphaConfig| c.template.notional_least = 0.06)]
fn values_out_of_range_are_refused(#[case] key: &str, #[case] spoil: fn(&mut FragilityAlphaConfig)) {
    let mut wrong = own();
    spoil(&mut wrong);
    let error = Fragility::new(wrong).unwrap_err();
    assert!(error.path.ends_with(key), "{error}");
}

fn part() -> impl Strategy<Value = Option<f64>> {
    proptest::option::weighted(0.8, prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64])
}

proptest! {
    #[test]
    fn the_score_is_monotone_in_each_component(
        parts in [part(), part(), part(), part()], which in 0_usize..4, rise in 0.0..=1.0_f64, max: bool,
    ) {
        let config = FragilityAlphaConfig { score_type: if max { ScoreType::Max } else { ScoreType::Geometric }, ..own() };
        let (score, coverage) = soft_target_score(&parts, &config);
        prop_assert_eq!(score.is_some(), coverage >= 0.5);
        prop_assert!(score.is_none_or(|score| (0.0..=1.0).contains(&score)));
        let mut worse = parts;
        worse[which] = parts[which].map(|part| (part + rise).min(1.0));
        let (more, _) = soft_target_score(&worse, &config);
        prop_assert!(more.zip(score).is_none_or(|(more, score)| more >= score - 1e-15));
    }

    #[test]
    fn a_zero_in_any_component_keeps_out_of_short_candidate(
        mut parts in [part(), part(), part(), part()], which in 0_usize..4, max: bool,
    ) {
        parts[which] = Some(0.0);
        let config = FragilityAlphaConfig { score_type: if max { ScoreType::Max } else { ScoreType::Geometric }, ..own() };
        let score = soft_target_score(&parts, &config).0;
        prop_assert!(score.is_none_or(|score| FragilityClass::of(score, true, &config.cuts) < FragilityClass::ShortCandidate));
    }

    #[test]
    fn hints_stay_between_their_bounds(score in 0.0..=1.0_f64) {
        let hint = notional_hint(score, &TemplateConfig::default());
        prop_assert!((0.01..=0.05).contains(&hint));
    }
}

const WIDTH: usize = 12;
const DAYS: usize = 620;
/// The day of the planted crash.
const CRASH: usize = 600;
/// The fragile one and the sound one.
const FRAGILE: Instrument = Instrument(4);
const SOUND: Instrument = Instrument(5);

/// The days on which the fragile entity trembles: a little less than the last three months before its crash, with falls
/// whenever the market falls. Its options and its bonds are priced ever more calmly meanwhile.
fn planted() -> Tape {
    let (mut draws, mut close, mut common) = (Draws::new("planted"), [100.0; WIDTH], 0.0);
    let bar = |day: usize, at: usize| {
        if at == 0 {
            common = draws.next(0.012);
        }
        let fragile = at == FRAGILE.index();
        let trembles = fragile && day + 70 >= CRASH;
        let beta = if fragile { 3.0 } else { 1.0 };
        let own = draws.next(if trembles { 0.06 } else { 0.008 });
        let crash = if fragile && day == CRASH { -0.5 } else { 0.0 };
        close[at] *= 1.0 + beta * common + own + crash;
        Some((close[at], if fragile { 2e3 } else { 1e6 * (1.0 + at as f64 / 10.0) }))
    };
    let mut tape = builder(WIDTH, DAYS, bar);
    let mut draws = Draws::new("planted series");
    for day in 0..DAYS {
        for at in [FRAGILE.index(), SOUND.index()] {
            let calm = if at == FRAGILE.index() { -0.0002 } else { 0.0002 } * day as f64;
            series(&mut tape, &format!("IMPLIED_VOL:I{at:02}"), day, 0.4 + calm + draws.next(0.01));
            series(&mut tape, &format!("SPREAD:I{at:02}"), day, 300.0 + 1000.0 * calm + draws.next(5.0));
        }
    }
    tape.finish()
}

/// Profiles of the planted tape: the fragile one is weak and dear.
fn profiles() -> (Column, Column) {
    let all = |fragile: f64, sound: f64, other: f64| {
        let value = |at: usize| match at {
            at if at == FRAGILE.index() => fragile,
            at if at == SOUND.index() => sound,
            at => other + 0.01 * at as f64,
        };
        Column::with_gaps((0..WIDTH).map(value).collect())
    };
    (all(0.95, 0.05, 0.3), all(0.01, 0.09, 0.05))
}

struct Day<'a> {
    view: View<'a>,
    output: FragilityOutput,
}

fn walk<'a>(tape: &'a Tape, config_of: FragilityAlphaConfig, mut each: impl FnMut(usize, Day<'a>)) {
    let (mut chain, mut engine) = (Chain::new(config()), Fragility::new(config_of).unwrap());
    let (weakness, earnings_yield) = profiles();
    for day in 0..tape.days().len() {
        let view = View::as_of(tape, day).unwrap();
        let stability = chain.step(view, Some(&weakness), None);
        let valuation = Valuation { earnings_yield: Some(&earnings_yield), ..Valuation::default() };
        let input = Input {
            view,
            windows: &chain.windows,
            stability: &stability,
            weakness: Some(&weakness),
            valuation,
            dividend_yield: None,
            stress: None,
            horizon_days: 21,
        };
        each(day, Day { view, output: engine.run(&input).output.unwrap() });
    }
}

/// "Must show" 6: before its planted crash the fragile entity ranks first by score and by alpha; the sound one beside it
/// does not.
#[test]
fn a_planted_fragile_entity_ranks_first_before_its_crash() {
    let tape = planted();
    walk(&tape, own(), |day, Day { view, output }| {
        if !(CRASH - 21..CRASH).contains(&day) {
            return;
        }
        assert_eq!(output.ranking()[0], FRAGILE, "day {day}");
        assert_eq!(output.alpha_ranking()[0], FRAGILE, "day {day}");
        let score = |instrument| output.soft_target_score.get(instrument).unwrap();
        assert!(score(FRAGILE) > 0.5 && score(SOUND) < 0.3, "{} {}", score(FRAGILE), score(SOUND));
        assert!(output.class[FRAGILE.index()] >= Some(FragilityClass::ShortCandidate));
        assert_eq!(output.class[SOUND.index()], Some(FragilityClass::None));
        assert!(output.alpha_ranking().iter().position(|at| *at == SOUND) > Some(WIDTH / 2));
        // Its options are listed, so the proposal is a put, not a short sale of a stock that hardly trades.
        let position = output.positions.iter().find(|position| position.instrument_id == FRAGILE).unwrap();
        assert_eq!((position.direction, position.kind), (Direction::Long, PositionKind::Option));
        assert_eq!(
            (position.entity_id.as_ref(), position.as_of_date, position.horizon_days),
            ("I04", view.today(), 21)
        );
        assert!((0.01..=0.05).contains(&position.notional_hint));
        let told =
            output.instrument_figures().into_iter().find(|figure| figure.field == "position_horizon_days").unwrap();
        assert_eq!((told.instrument, told.value), (Some(FRAGILE), domain::report::FigureValue::Number(21.0)));
        assert!(output.positions.iter().all(|position| position.instrument_id != SOUND));
    });
}

#[test]
fn complacency_is_the_mean_of_its_parts() {
    let tape = planted();
    let mut last = None;
    walk(&tape, own(), |day, found| {
        if day == CRASH - 1 {
            last = Some(found);
        }
    });
    let Day { view, output } = last.unwrap();
    let below = |name: &str| {
        let points = view.series(name);
        let latest = points.last().unwrap().value;
        (points.iter().filter(|point| point.value < latest).count() as f64 + 0.5) / points.len() as f64
    };
    // The yields never change: half of the own history is below, and in the sector (S00 to S05) it is the lowest of six.
    let valuation = (0.5 + (1.0 - 0.5 / 6.0)) / 2.0;
    let expected = (valuation + (1.0 - below("IMPLIED_VOL:I04")) + (1.0 - below("SPREAD:I04"))) / 3.0;
    assert!((output.complacent_pricing.get(FRAGILE).unwrap() - expected).abs() < 1e-12);
    let alpha = output.fragility_alpha.get(FRAGILE).unwrap();
    assert!(alpha > 0.0);
}

/// engines-v2 §13, "expected carry (borrow or premium)": by implied volatility where it is known that day, by trailing
/// volatility where the series has gone silent, by borrowing where no options are listed.
#[test]
fn the_carry_of_a_put_is_its_premium() {
    let tape = planted();
    walk(&tape, own(), |day, Day { view, output }| {
        if day != CRASH - 1 {
            return;
        }
        let gain = |at: Instrument, shortfall: f64| output.soft_target_score.get(at).unwrap() * shortfall;
        let implied = view.series("IMPLIED_VOL:I04").last().unwrap().value;
        let premium = 0.4 * implied * (21.0_f64 / 252.0).sqrt();
        let shortfall = 0.4 * output.high_fragility.get(FRAGILE).unwrap();
        assert!(output.high_fragility.get(FRAGILE).unwrap() < 1.0);
        let alpha = |at: Instrument| output.fragility_alpha.get(at).unwrap();
        assert!((alpha(FRAGILE) - (gain(FRAGILE, shortfall) - premium)).abs() < 1e-12);
        let plain = Instrument(7);
        let borrow = 0.01 * 21.0 / 252.0;
        let shortfall = 0.4 * output.high_fragility.get(plain).unwrap();
        assert!((alpha(plain) - (gain(plain, shortfall) - borrow)).abs() < 1e-12);
    });
}

/// Prices and nothing else.
fn of_prices<'a>(view: View<'a>, chain: &'a Chain, stability: &'a StabilityOutput) -> Input<'a> {
    Input {
        view,
        windows: &chain.windows,
        stability,
        weakness: None,
        valuation: Valuation::default(),
        dividend_yield: None,
        stress: None,
        horizon_days: 21,
    }
}

#[test]
fn without_an_implied_volatility_a_put_is_priced_by_the_trailing_one() {
    let mut tape = walks(1, 90, |_, _| 0.02, |_| 1e6);
    series(&mut tape, "IMPLIED_VOL:I00", 40, 0.9);
    let tape = tape.finish();
    let mut chain = Chain::new(config());
    let mut engine = Fragility::new(own()).unwrap();
    for day in 0..90 {
        let view = View::as_of(&tape, day).unwrap();
        let stability = chain.step(view, None, None);
        let input = of_prices(view, &chain, &stability);
        engine.run(&input).output.unwrap();
        let carry = engine.carry(&input, Instrument(0));
        let trailing = chain.windows.today().vol_63.get(Instrument(0)).map(|daily| 0.4 * daily * 21.0_f64.sqrt());
        let expected = match day {
            40..=50 => Some(0.4 * 0.9 * (1.0_f64 / 12.0).sqrt()),
            _ => trailing,
        };
        assert_eq!(carry.is_some(), expected.is_some(), "day {day}");
        assert!((carry.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-12, "day {day}");
    }
}

#[test]
fn stop_and_restore_give_the_same_bytes() {
    let tape = planted();
    let (weakness, earnings_yield) = profiles();
    let digests = |stop: Option<usize>| {
        let (mut chain, mut engine) = (Chain::new(config()), Fragility::new(own()).unwrap());
        let mut digests = Vec::new();
        for day in 200..420 {
            if stop == Some(day) {
                let mut bytes = CanonicalBytes::new();
                engine.save(&mut bytes);
                engine = Fragility::new(own()).unwrap();
                let mut saved = Saved::new(bytes.as_slice());
                engine.restore(&mut saved).unwrap();
                assert!(saved.is_empty());
                assert!(engine.restore(&mut Saved::new(&bytes.as_slice()[..7])).is_none());
                let mut saved = Saved::new(bytes.as_slice());
                engine.restore(&mut saved).unwrap();
            }
            let view = View::as_of(&tape, day).unwrap();
            let stability = chain.step(view, None, None);
            let valuation = Valuation { earnings_yield: Some(&earnings_yield), ..Valuation::default() };
            let input = Input {
                view,
                windows: &chain.windows,
                stability: &stability,
                weakness: Some(&weakness),
                valuation,
                dividend_yield: Some(&earnings_yield),
                stress: Some(StressFamily::Crisis),
                horizon_days: 21,
            };
            let mut bytes = CanonicalBytes::new();
            engine.run(&input).output.unwrap().put(&mut bytes);
            digests.push(Digest::of(bytes.as_slice()));
        }
        digests
    };
    let whole = digests(None);
    for stop in [201, 222, 301, 419] {
        assert_eq!(digests(Some(stop)), whole, "stopped at {stop}");
    }
}

/// A tape of prices alone: complacency is absent (a third of its parts), the score stands on the other two.
#[test]
fn prices_alone_leave_half_of_the_score() {
    let tape = walks(6, 420, |_, _| 0.02, |_| 1e6).finish();
    let (mut chain, mut engine) = (Chain::new(config()), Fragility::new(own()).unwrap());
    for day in 0..420 {
        let view = View::as_of(&tape, day).unwrap();
        let stability = chain.step(view, None, None);
        let input = of_prices(view, &chain, &stability);
        let answer = engine.run(&input);
        let output = answer.output.unwrap();
        assert_eq!(output.complacent_pricing.present().count(), 0);
        if day < 121 {
            // Without a scenario set there is not even half: absent is not "not fragile".
            assert_eq!((output.class, answer.dropped.len()), (vec![None; 6], 6));
        } else if day > 400 {
            assert_eq!(output.coverage.get(Instrument(0)), Some(0.5));
            let both = [&output.instability, &output.high_fragility].map(|column| column.get(Instrument(0)).unwrap());
            let score = output.soft_target_score.get(Instrument(0)).unwrap();
            assert!((score - (both[0].max(0.01) * both[1].max(0.01)).sqrt()).abs() < 1e-12);
        }
    }
}

/// The rule for small capital on a hand-made answer.
#[rstest]
#[case::liquid(1e6, true, Ok(Some((Direction::Short, PositionKind::Equity))))]
#[case::illiquid(1e3, true, Err("illiquid"))]
#[case::no_alpha(1e6, false, Err("carry_eats_the_alpha"))]
fn only_what_is_liquid_is_sold_short(
    #[case] volume: f64,
    #[case] worth: bool,
    #[case] expected: Result<Option<(Direction, PositionKind)>, &'static str>,
) {
    let tape: TapeBuilder = walks(1, 70, |_, _| 0.02, |_| volume);
    let tape = tape.finish();
    let view = View::as_of(&tape, 69).unwrap();
    let mut windows = Windows::new(crate::windows::WindowsConfig::default());
    windows.step(&view);
    let mut output = FragilityOutput::absent(1);
    output.soft_target_score.set(Instrument(0), Some(0.6));
    output.fragility_alpha.set(Instrument(0), Some(if worth { 0.1 } else { -0.1 }));
    output.class[0] = Some(FragilityClass::ShortCandidate);
    let pricing = Pricing::new(PricingConfig::default());
    let market = Market { view: &view, windows: &windows, pricing: &pricing };
    let found = template::position(&market, &output, Instrument(0), &TemplateConfig::default());
    assert_eq!(found.map(|position| position.map(|position| (position.direction, position.kind))), expected);
}
