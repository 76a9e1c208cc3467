//! The "Invariants" lines of engines-v2 §4.

use domain::ids::Instrument;
use domain::view::View;
use proptest::prelude::*;

use super::support::{Chain, config, walks};
use crate::stability::{
    Aggregation, ComponentWeights, SoftTargetClass, Thresholds, expected_shortfall, parts::IndexConfig, score,
    soft_target_index,
};

fn share() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0_f64]
}

fn components() -> impl Strategy<Value = [Option<f64>; 4]> {
    [
        proptest::option::of(share()),
        proptest::option::of(share()),
        proptest::option::of(share()),
        proptest::option::of(share()),
    ]
}

fn aggregation() -> impl Strategy<Value = Aggregation> {
    prop_oneof![Just(Aggregation::Mean), Just(Aggregation::Min), share().prop_map(Aggregation::Percentile)]
}

proptest! {
    #[test]
    fn a_score_is_a_share_and_never_rises_when_a_component_falls(
        parts in components(), which in 0_usize..4, lower in share(), how in aggregation(),
    ) {
        let weights = ComponentWeights::default();
        let (value, coverage) = score(&parts, &weights, how, 0.5);
        prop_assert!((0.0..=1.0 + 1e-15).contains(&coverage));
        prop_assert_eq!(value.is_some(), coverage > 0.5 - 1e-9);
        prop_assert!(value.is_none_or(|value| (0.0..=1.0).contains(&value)));
        // Higher leverage lowers `fundamental`, higher volatility lowers `vol`: a component falls, the rest is fixed.
        let mut worse = parts;
        worse[which] = parts[which].map(|part| part.min(lower));
        prop_assert!(score(&worse, &weights, how, 0.5).0 <= value);
    }

    #[test]
    fn the_index_rises_with_volatility_drawdown_and_fall(
        vol in 0.0..0.1_f64, more_vol in 0.0..0.1_f64, drawdown in 0.0..1.0_f64, more_drawdown in 0.0..1.0_f64,
        trend in -0.9..2.0_f64, fall in 0.0..1.0_f64,
    ) {
        let config = IndexConfig::default();
        let index = soft_target_index(vol, drawdown, trend, &config);
        prop_assert!((0.0..=100.0 + 1e-12).contains(&index));
        prop_assert!(soft_target_index(vol + more_vol, drawdown, trend, &config) >= index);
        prop_assert!(soft_target_index(vol, drawdown + more_drawdown, trend, &config) >= index);
        prop_assert!(soft_target_index(vol, drawdown, trend - fall, &config) >= index);
    }

    #[test]
    fn severity_never_falls_as_fragility_rises(
        value in proptest::option::of(share()), low in share(), high in share(), weak in proptest::option::of(share()),
    ) {
        let cuts = Thresholds::default();
        let class = |fragility| SoftTargetClass::of(value, Some(fragility), weak, &cuts);
        prop_assert!(class(low.min(high)) <= class(low.max(high)));
    }

    #[test]
    fn the_shortfall_never_exceeds_the_worst(mut losses in prop::collection::vec(-2.0..1.0_f64, 0..300), alpha in 0.5..0.999_f64) {
        let mut sorted = losses.clone();
        sorted.sort_by(f64::total_cmp);
        match expected_shortfall(&mut losses, alpha) {
            None => prop_assert!(sorted.is_empty()),
            Some((shortfall, worst)) => {
                prop_assert!(shortfall <= worst);
                prop_assert_eq!(Some(&worst), sorted.last());
                prop_assert!(shortfall >= domain::numeric::mean(&sorted).unwrap() - 1e-12);
            }
        }
    }
}

/// Stability is not volatility under another name: across instruments liquidity explains part of the score that the rank
/// of volatility does not, and neither index nor volatility alone orders the score.
#[test]
fn the_score_is_no_mere_proxy_of_volatility() {
    let volume = |at: usize| 1e4 * (1 + (at * 17) % 30) as f64;
    let tape = walks(30, 420, |_, at| 0.005 + 0.0007 * at as f64, volume).finish();
    let mut chain = Chain::new(config());
    let output = (0..420).map(|day| chain.step(View::as_of(&tape, day).unwrap(), None, None)).last().unwrap();
    let raw = |column: &crate::column::Column| -> Vec<f64> {
        (0..30).map(|at| column.get(Instrument(at)).unwrap()).collect()
    };
    let (scores, vols) = (ranks(&raw(&output.stability_score)), ranks(&raw(&chain.windows.today().vol_63)));
    let traded = ranks(&raw(&chain.windows.today().adv_63));
    let (sv, sl, vl) = (correlation(&scores, &vols), correlation(&scores, &traded), correlation(&vols, &traded));
    let partial = (sl - sv * vl) / ((1.0 - sv * sv) * (1.0 - vl * vl)).sqrt();
    assert!(sv.abs() < 0.9, "rank correlation with volatility {sv}");
    assert!(partial > 0.3, "partial rank correlation with liquidity {partial}");
}

fn ranks(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| values.iter().filter(|other| *other < value).count() as f64).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |v: &[f64]| domain::numeric::mean(v).unwrap();
    let (m, n) = (mean(a), mean(b));
    let cov = |v: &[f64], m: f64, w: &[f64], n: f64| v.iter().zip(w).map(|(x, y)| (x - m) * (y - n)).sum::<f64>();
    cov(a, m, b, n) / (cov(a, m, a, m) * cov(b, n, b, n)).sqrt()
}
