//! Reference values, defects shown absent, invariants.

#![allow(clippy::unwrap_used)]

mod invariants;
pub(crate) mod support;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::state::Saved;
use domain::view::View;
use rstest::rstest;

use super::*;
use crate::config::EngineConfig;
use crate::face::{Engine, Told};
use support::{Chain, builder, config, last_day, series, split, walks};

const A: Instrument = Instrument(0);

/// engines-v2 §4, reference values of the index over 63 prices.
#[rstest]
#[case::steady(|day: usize| 100.0 + 0.2 * day as f64, 0.064, 0.0005, IndexClass::Stable)]
#[case::then_90(|day: usize| if day < 20 { 100.0 } else { 90.0 }, 28.38, 0.005, IndexClass::Stable)]
#[case::then_70(|day: usize| if day < 20 { 100.0 } else { 70.0 }, 85.0, 1e-9, IndexClass::Breaker)]
fn the_index_on_reference_closes(
    #[case] close: fn(usize) -> f64,
    #[case] index: f64,
    #[case] within: f64,
    #[case] class: IndexClass,
) {
    let tape = builder(2, 63, |day, _| Some((close(day), 1e5))).finish();
    let output = last_day(&tape, config());
    assert!((output.soft_target_index.get(A).unwrap() - index).abs() < within, "{:?}", output.soft_target_index);
    assert_eq!(output.index_class[0], Some(class));
    let short = View::as_of(&tape, 61).unwrap();
    let output = Chain::new(config()).step(short, None, None);
    assert_eq!((output.soft_target_index.get(A), output.index_class[0]), (None, None)); // 62 rows
}

#[test]
fn a_gap_in_the_window_leaves_no_index() {
    let tape = builder(2, 80, |day, at| (at == 1 || day != 60).then_some((100.0 + day as f64, 1e5))).finish();
    let output = last_day(&tape, config());
    assert_eq!(output.soft_target_index.get(A), None);
    assert!(output.soft_target_index.get(Instrument(1)).is_some());
}

/// Defect of the earlier implementation: it read raw closes, so a split looked like a crash.
#[test]
fn a_split_is_no_crash() {
    let steady = |day: usize| 100.0 + 0.2 * day as f64;
    let mut split_tape = builder(1, 63, |day, _| Some((if day < 40 { steady(day) } else { steady(day) / 4.0 }, 1e5)));
    split(&mut split_tape, 0, 40, 4);
    let whole = last_day(&builder(1, 63, |day, _| Some((steady(day), 1e5))).finish(), config());
    let halved = last_day(&split_tape.finish(), config());
    let (a, b) = (whole.soft_target_index.get(A).unwrap(), halved.soft_target_index.get(A).unwrap());
    assert!((a - b).abs() < 1e-6, "{a} {b}");
    assert_eq!(halved.index_class[0], Some(IndexClass::Stable));
}

/// Defect of the earlier implementation: the latest state was looked up without a date. Here a day's answer is the same
/// whether or not the tape goes on, and whatever follows.
#[test]
fn nothing_later_than_today_is_looked_up() {
    let calm = |_: usize, _: usize| 0.01;
    let crash = |day: usize, _: usize| if day < 300 { 0.01 } else { 0.2 };
    let (short, long) = (walks(6, 300, calm, |_| 1e5).finish(), walks(6, 400, crash, |_| 1e5).finish());
    let mut on_long = Chain::new(config());
    let then = (0..300).map(|day| on_long.step(View::as_of(&long, day).unwrap(), None, None)).last();
    assert_eq!(then.unwrap(), last_day(&short, config()));
}

#[test]
fn components_follow_their_formulas() {
    let tape = walks(8, 500, |_, at| 0.005 * (1 + at) as f64, |at| 1e4 * (1 + at) as f64).finish();
    let mut chain = Chain::new(config());
    let weakness = Column::with_gaps((0..8).map(|at| if at == 3 { f64::NAN } else { at as f64 / 10.0 }).collect());
    let output =
        (0..500).map(|day| chain.step(View::as_of(&tape, day).unwrap(), Some(&weakness), None)).last().unwrap();
    let today = chain.windows.today();
    let share_below = |column: &Column, at: u32| {
        let own = column.get(Instrument(at)).unwrap();
        (column.present().filter(|(_, value)| *value < own).count() as f64 + 0.5) / 8.0
    };
    let returns: Vec<f64> = (0..499).map(|lag| chain.windows.proxies()[0].simple_return(lag).unwrap()).collect();
    let mut order: Vec<usize> = (0..499).collect();
    order.sort_by(|a, b| returns[*a].total_cmp(&returns[*b]));
    for at in 0..8 {
        let instrument = Instrument(at);
        let liquidity = 0.5 * share_below(&today.adv_63, at) + 0.5 * (1.0 - share_below(&today.amihud_63, at));
        assert!((output.liquidity.get(instrument).unwrap() - liquidity).abs() < 1e-12);
        let vol = 1.0 - today.vol_percentile.get(instrument).unwrap();
        assert_eq!(output.vol.get(instrument), Some(vol));
        // Simple returns: of a fall by 10 % and a rise by 10 % the mean is 0, that of their logarithms is not.
        let simple = |lag: &usize| {
            let level = |lag| chain.windows.levels(lag).unwrap()[at as usize];
            level(*lag) / level(lag + 1) - 1.0
        };
        let worst: f64 = order[..24].iter().map(simple).sum::<f64>() / 24.0;
        let contagion = 1.0 - (-worst / 0.04).clamp(0.0, 1.0);
        assert!((output.contagion.get(instrument).unwrap() - contagion).abs() < 1e-12);
        let fundamental = weakness.get(instrument).map(|weakness| 1.0 - weakness);
        assert_eq!(output.fundamental.get(instrument), fundamental);
        let score = match fundamental {
            Some(sound) => 0.3 * liquidity + 0.3 * vol + 0.2 * contagion + 0.2 * sound,
            None => (0.3 * liquidity + 0.3 * vol + 0.2 * contagion) / 0.8,
        };
        assert!((output.stability_score.get(instrument).unwrap() - score).abs() < 1e-12);
        let coverage = output.coverage.get(instrument).unwrap();
        assert!((coverage - if at == 3 { 0.8 } else { 1.0 }).abs() < 1e-12);
    }
}

#[test]
fn below_half_coverage_there_is_no_score() {
    // 100 days: no own percentile yet, no contagion yet; no volume, no profile.
    let tape = builder(3, 100, |day, at| Some((100.0 + (day * (at + 1) % 7) as f64, 0.0))).finish();
    let mut chain = Chain::new(config());
    let view = View::as_of(&tape, 99).unwrap();
    chain.windows.step(&view);
    let windows = &chain.windows;
    let input = Input { view, windows, weakness: None, stress: None, scenarios: None, weights: None };
    let answer = chain.stability.run(&input);
    let output = answer.output.unwrap();
    assert_eq!(output.stability_score.present().count(), 0);
    assert_eq!(output.class, vec![None; 3]);
    assert_eq!(answer.dropped.len(), 3);
    // No scenario set: absent, not zero.
    assert_eq!(output.fragility, FragilityMeasures::absent(3));
}

#[test]
fn in_stress_volatility_is_compared_within_the_family() {
    // Stress days alternate calm and wild; today is wild for all times and middling among the stressed.
    let stressed = |day: usize| day >= 400;
    let tape = walks(3, 700, |day, _| if stressed(day) { 0.05 } else { 0.005 }, |_| 1e5).finish();
    let mut chain = Chain::new(config());
    let mut output = None;
    for day in 0..700 {
        let stress = stressed(day).then_some(StressFamily::Crisis);
        output = Some(chain.step(View::as_of(&tape, day).unwrap(), None, stress));
        let plain = chain.windows.today().vol_percentile.get(A).map(|percentile| 1.0 - percentile);
        if !stressed(day) || day < 520 {
            assert_eq!(output.as_ref().unwrap().vol.get(A), plain, "{day}"); // 120 past days of the family at 520
        }
    }
    let vol = chain.windows.today().vol_63.get(A).unwrap();
    let within: Vec<f64> = (0..300).map(|lag| chain.windows.past_vols(lag).unwrap()[A.index()]).collect();
    let (below, up_to) = (within.iter().filter(|v| **v < vol).count(), within.iter().filter(|v| **v <= vol).count());
    let expected = 1.0 - (below + up_to) as f64 / 2.0 / within.len() as f64;
    assert_eq!(output.unwrap().vol.get(A), Some(expected));
}

#[test]
fn a_sovereign_proxy_adds_its_worst_days() {
    let mut raw = walks(4, 400, |_, _| 0.01, |_| 1e5);
    let mut level = 100.0;
    for day in 0..400 {
        level *= if day % 40 == 7 { 0.95 } else { 1.001 };
        series(&mut raw, "SOVEREIGN:US:bond_index", day, level);
    }
    let tape = raw.finish();
    let plain = last_day(&tape, config());
    let mut with = config();
    with.contagion.sovereign_series.insert("US_EQ".into(), "SOVEREIGN:US:bond_index".into());
    let both = last_day(&tape, with.clone());
    assert_ne!(plain.contagion, both.contagion);
    with.contagion.sovereign_series.insert("US_EQ".into(), "SOVEREIGN:US:unknown".into());
    assert_eq!(last_day(&tape, with).contagion, plain.contagion);
}

#[test]
fn measures_are_those_of_the_scenario_set() {
    let tape = walks(13, 300, |_, at| 0.002 * (1 + at) as f64, |_| 1e5).finish();
    let mut chain = Chain::new(config());
    let weights = Column::with_gaps((0..13).map(|at| if at < 4 { 0.25 } else { 0.0 }).collect());
    chain.step(View::as_of(&tape, 299).unwrap(), None, None);
    let view = View::as_of(&tape, 299).unwrap();
    let (windows, scenarios) = (&chain.windows, chain.set.as_deref());
    let input = Input { view, windows, weakness: None, stress: None, scenarios, weights: Some(&weights) };
    let output = chain.stability.run(&input).output.unwrap();
    let set = chain.set.as_deref().unwrap();
    let slow = |mut losses: Vec<f64>| {
        losses.sort_by(f64::total_cmp);
        (losses[190..].iter().sum::<f64>() / 10.0, losses[199])
    };
    for instrument in (0..13).map(Instrument) {
        let (shortfall, worst) = slow((0..200).map(|path| set.loss(instrument, path).unwrap()).collect());
        let found = output.fragility.expected_shortfall.get(instrument).unwrap();
        assert!((found - shortfall).abs() < 1e-15);
        assert_eq!(output.fragility.worst_case_loss.get(instrument), Some(worst));
        assert_eq!(output.fragility.high_fragility.get(instrument), Some((found / 0.40).clamp(0.0, 1.0)));
    }
    let held = |path: usize| (0..4).map(|at| 0.25 * set.loss(Instrument(at), path).unwrap()).sum::<f64>();
    let (shortfall, _) = slow((0..200).map(held).collect());
    let portfolio = output.aggregates.last().unwrap();
    assert_eq!(portfolio.entity_type, EntityType::Portfolio);
    assert!((portfolio.expected_shortfall.unwrap() - shortfall).abs() < 1e-14);
    // A portfolio is fragile at half the loss of an instrument.
    assert!((portfolio.high_fragility.unwrap() - (shortfall / 0.20).clamp(0.0, 1.0)).abs() < 1e-12);
    let kinds: Vec<&str> = output.aggregates.iter().map(|entity| entity.entity_type.name()).collect();
    assert_eq!(kinds, ["MARKET", "SECTOR", "SECTOR", "SECTOR", "PORTFOLIO"]);
}

#[test]
fn a_set_of_another_name_is_none() {
    let tape = walks(3, 300, |_, _| 0.01, |_| 1e5).finish();
    let mut other = config();
    other.scenario_set_id = "ANOTHER".into();
    assert_eq!(last_day(&tape, other).fragility, FragilityMeasures::absent(3));
    assert!(last_day(&tape, config()).fragility.scenario_set_id.is_some());
}

#[rstest]
#[case(Some(0.29), Some(0.71), Some(0.71), Some(SoftTargetClass::SoftTarget))]
#[case(Some(0.3), Some(0.71), Some(0.71), Some(SoftTargetClass::Watchlist))]
#[case(Some(0.29), Some(0.7), Some(0.71), Some(SoftTargetClass::Watchlist))]
#[case(Some(0.29), Some(0.71), Some(0.7), Some(SoftTargetClass::Watchlist))]
#[case(Some(0.29), Some(0.71), None, Some(SoftTargetClass::Watchlist))]
#[case(Some(0.5), Some(0.5), Some(1.0), Some(SoftTargetClass::None))]
#[case(None, Some(0.9), Some(1.0), Some(SoftTargetClass::Watchlist))]
#[case(Some(0.1), None, Some(1.0), Some(SoftTargetClass::Watchlist))]
#[case(Some(0.5), None, Some(1.0), None)]
#[case(None, Some(0.5), Some(1.0), None)]
#[case(None, None, Some(1.0), None)]
fn comparisons_are_strict(
    #[case] score: Option<f64>,
    #[case] fragility: Option<f64>,
    #[case] weakness: Option<f64>,
    #[case] class: Option<SoftTargetClass>,
) {
    assert_eq!(SoftTargetClass::of(score, fragility, weakness, &Thresholds::default()), class);
}

#[rstest]
#[case("stability_model_id", |c: &mut StabilityConfig| c.stability_model_id.clear())]
#[case("markets", |c: &mut StabilityConfig| c.markets.clear())]
#[case("window_length_days", |c: &mut StabilityConfig| c.window_length_days = 64)]
#[case("vol", |c: &mut StabilityConfig| c.weights.vol = -0.1)]
#[case("high_fragility", |c: &mut StabilityConfig| c.thresholds.high_fragility = 0.4)]
#[case("stability_score", |c: &mut StabilityConfig| c.thresholds.stability_score = 0.6)]
#[case("alpha", |c: &mut StabilityConfig| c.fragility.alpha = 95.0)]
#[case("cuts", |c: &mut StabilityConfig| c.index.cuts = [30.0, 30.0, 60.0, 75.0])]
#[case("aggregation", |c: &mut StabilityConfig| c.aggregation = Aggregation::Percentile(25.0))]
fn values_out_of_range_are_refused(#[case] key: &str, #[case] spoil: fn(&mut StabilityConfig)) {
    let mut wrong = config();
    spoil(&mut wrong);
    let error = wrong.check().unwrap_err();
    assert!(error.path.ends_with(key), "{error}");
}

#[test]
fn stop_and_restore_give_the_same_bytes() {
    let tape = walks(4, 460, |day, at| 0.01 + 0.02 * ((day / 60 + at) % 2) as f64, |at| 1e4 * (1 + at) as f64).finish();
    let digests = |stop: Option<usize>| {
        let mut chain = Chain::new(config());
        let mut digests = Vec::new();
        for day in 0..460 {
            if stop == Some(day) {
                chain = restored(&chain);
            }
            let stress = (day % 90 < 60).then_some(StressFamily::RiskOff);
            let mut bytes = CanonicalBytes::new();
            chain.step(View::as_of(&tape, day).unwrap(), None, stress).put(&mut bytes);
            digests.push(domain::digest::Digest::of(bytes.as_slice()));
        }
        digests
    };
    let whole = digests(None);
    for stop in [1, 130, 333, 441] {
        assert_eq!(digests(Some(stop)), whole, "stopped at {stop}");
    }
}

fn restored(chain: &Chain) -> Chain {
    let mut bytes = CanonicalBytes::new();
    chain.synthetic.save(&mut bytes);
    chain.stability.save(&mut bytes);
    let mut fresh = Chain::new(config());
    let mut saved = Saved::new(bytes.as_slice());
    fresh.synthetic.restore(&mut saved).unwrap();
    fresh.stability.restore(&mut saved).unwrap();
    assert!(saved.is_empty());
    fresh
}
