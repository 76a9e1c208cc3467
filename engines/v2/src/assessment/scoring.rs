//! A day's scores under either model.

use domain::ids::Instrument;

use super::Input;
use super::baseline::Reading;
use super::combine::{Part, Signal, squash};
use super::config::AssessmentConfig;
use super::family::{Family, Standing};
use super::output::{AssessmentOutput, HorizonScores};
use super::standard::CrossSection;
use crate::column::Column;

/// The class number from which a name is a SOFT_TARGET.
const SOFT_TARGET: f64 = 2.0;

/// What the families say of one name.
struct Verdict {
    signal: Signal,
    coverage: f64,
}

/// The scores by alpha families.
pub(super) fn by_families(
    config: &AssessmentConfig,
    input: &Input<'_>,
    markets: &[CrossSection],
    sectors: &[Option<u32>],
    reasons: &mut [Option<&'static str>],
) -> AssessmentOutput {
    let width = reasons.len();
    let families = config.alpha_family_models.keys().copied().filter(|family| config.weights.of(*family) != 0.0);
    let standings: Vec<Standing> =
        families.filter_map(|family| family.stand(input, markets, sectors, &config.standard)).collect();
    let required = required_weight(config);
    let mut coverage = Column::absent(width);
    let absent = |horizon: &u32| HorizonScores::absent(*horizon, width);
    let mut horizons: Vec<HorizonScores> = config.horizons_days.iter().map(absent).collect();
    for at in markets.iter().flat_map(|market| &market.members) {
        let instrument = Instrument(*at as u32);
        let (found, share) = verdict(config, &standings, *at, required);
        coverage.set(instrument, Some(share));
        let verdict = found.ok_or("low_coverage");
        let volatility = input.windows.today().vol_63.get(instrument).ok_or("no_volatility");
        match verdict.and_then(|verdict| Ok((verdict, volatility?))) {
            Ok((verdict, volatility)) => write(config, input, instrument, &verdict, volatility, &mut horizons),
            Err(reason) => reasons[*at] = Some(reason),
        }
    }
    let components = standings.into_iter().map(|standing| (standing.family, standing.z)).collect();
    AssessmentOutput { horizons, coverage, components }
}

fn required_weight(config: &AssessmentConfig) -> f64 {
    let required = Family::ALL.into_iter().filter(|family| config.requires(*family));
    required.fold(0.0, |total, family| total + config.weights.of(family).abs())
}

/// What the families say of the name at `at`, where coverage suffices; and the coverage.
fn verdict(config: &AssessmentConfig, standings: &[Standing], at: usize, required: f64) -> (Option<Verdict>, f64) {
    let mut parts = [Part { weight: 0.0, z: 0.0 }; Family::ALL.len()];
    let (mut count, mut covered) = (0, 0.0);
    for standing in standings {
        let Some(z) = standing.z.get(Instrument(at as u32)) else { continue };
        let weight = config.weights.of(standing.family);
        parts[count] = Part { weight, z };
        count += 1;
        covered += if config.requires(standing.family) { weight.abs() * standing.share[at] } else { 0.0 };
    }
    // Rounding may leave a full coverage a hair above one.
    let coverage = (covered / required).min(1.0);
    if coverage < config.standard.min_coverage {
        return (None, coverage);
    }
    (Signal::of(&parts[..count]).map(|signal| Verdict { signal, coverage }), coverage)
}

/// Writes the scores of one name for every horizon.
fn write(
    config: &AssessmentConfig,
    input: &Input<'_>,
    instrument: Instrument,
    verdict: &Verdict,
    volatility: f64,
    horizons: &mut [HorizonScores],
) {
    let ic = config.information_coefficient;
    let fragility = if config.use_fragility_penalty { value(input.high_fragility, instrument) } else { None };
    let penalty = config.fragility_lambda * fragility.unwrap_or(0.0);
    let net = verdict.signal.strength - penalty / ic;
    let is_soft_target = value(input.soft_target, instrument).is_some_and(|class| class >= SOFT_TARGET);
    let kept = if is_soft_target && net > 0.0 { config.max_soft_target_exposure } else { 1.0 };
    let score = squash(net) * kept;
    let confidence = verdict.coverage * (1.0 - verdict.signal.disagreement);
    for scores in horizons {
        let sigma = volatility * f64::from(scores.horizon_days).sqrt();
        scores.expected_return.set(instrument, Some(ic * sigma * net * kept));
        scores.penalty.set(instrument, Some(penalty * sigma));
        scores.score.set(instrument, Some(score));
        scores.confidence.set(instrument, Some(confidence));
        scores.labels[instrument.index()] = Some(config.label_cuts.label(score));
    }
}

/// The scores by the reference model.
pub(super) fn by_baseline(
    config: &AssessmentConfig,
    input: &Input<'_>,
    markets: &[CrossSection],
    reasons: &mut [Option<&'static str>],
) -> AssessmentOutput {
    let width = reasons.len();
    let mut coverage = Column::absent(width);
    let mut horizons = Vec::with_capacity(config.horizons_days.len());
    let members = || markets.iter().flat_map(|market| &market.members);
    members().for_each(|at| reasons[*at] = Some("no_price_at_lookback"));
    for horizon in &config.horizons_days {
        let mut scores = HorizonScores::absent(*horizon, width);
        let lag = config.baseline.window(*horizon) as usize - 1;
        let rows = input.windows.levels(lag).zip(input.windows.levels(0));
        for at in rows.iter().flat_map(|_| members()) {
            let Some((first, last)) = rows.map(|(first, last)| (first[*at], last[*at])) else { continue };
            if !(first.is_finite() && last.is_finite()) {
                continue;
            }
            let instrument = Instrument(*at as u32);
            let index = value(input.soft_target_index, instrument).filter(|_| config.use_fragility_penalty);
            let driver = value(input.weak_driver, instrument);
            let is_weak = driver.is_some_and(|driver| driver >= config.baseline.weak_profile);
            let found = config.baseline.score(&Reading { first, last, index, is_weak });
            scores.expected_return.set(instrument, Some(found.expected_return));
            scores.penalty.set(instrument, Some(found.penalty));
            scores.score.set(instrument, Some(found.score));
            scores.confidence.set(instrument, Some(found.confidence));
            scores.labels[*at] = Some(found.label);
            coverage.set(instrument, Some(1.0));
            reasons[*at] = None;
        }
        horizons.push(scores);
    }
    AssessmentOutput { horizons, coverage, components: Vec::new() }
}

fn value(column: Option<&Column>, instrument: Instrument) -> Option<f64> {
    column.and_then(|column| column.get(instrument))
}
