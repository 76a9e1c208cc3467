//! The slow encoder: one entity from the view alone, nothing kept, nothing beside each other.

use domain::ids::Instrument;
use domain::numeric::exact::{ln, ln_1p};
use domain::numeric::mean;
use domain::view::View;

use crate::encoders::projection::Projection;
use crate::encoders::{DIMENSION, EncodersConfig, NumericFeature};

/// The log returns of one instrument by lag, over gaps of at most five days.
fn returns(view: &View<'_>, at: usize) -> Vec<f64> {
    let level = |lag: usize| view.level(Instrument(at as u32), lag);
    let one = |lag: usize| {
        let before = (lag + 1..=lag + 6).find_map(level);
        Some((level(lag)?, before?))
    };
    (0..view.day_count()).map(|lag| one(lag).map_or(f64::NAN, |(now, before)| ln(now / before))).collect()
}

/// The market's log returns by lag.
fn market(view: &View<'_>) -> Vec<f64> {
    let level = |at: usize, lag: usize| view.level(Instrument(at as u32), lag);
    let simple = |at: usize, lag: usize| Some(level(at, lag)? / (lag + 1..=lag + 6).find_map(|k| level(at, k))? - 1.0);
    let day = |lag: usize| {
        let there: Vec<f64> = (0..view.instruments().len()).filter_map(|at| simple(at, lag)).collect();
        mean(&there).map_or(f64::NAN, ln_1p)
    };
    (0..view.day_count()).map(day).collect()
}

/// Return, volatility, drawdown, correlation and beta of the day `lag` days ago.
fn figures(own: &[f64], factor: &[f64], lag: usize) -> [f64; 5] {
    let take = |days: usize| {
        let pairs = own[lag..].iter().zip(&factor[lag..]).take(days);
        pairs.filter(|(own, _)| own.is_finite()).map(|(own, factor)| (*own, *factor)).collect::<Vec<_>>()
    };
    let total = |pairs: &[(f64, f64)], of: &dyn Fn(f64, f64) -> f64| {
        pairs.iter().fold(0.0, |total, (own, factor)| total + of(*own, *factor))
    };
    let own_today = own[lag];
    let (short, long) = (take(20), take(62));
    let spread = |pairs: &[(f64, f64)]| {
        let own = total(pairs, &|own, _| own);
        (total(pairs, &|own, _| own * own) - own * own / pairs.len() as f64).max(0.0)
    };
    let volatility = (spread(&short) / (short.len() as f64 - 1.0)).sqrt();
    let count = long.len() as f64;
    let (own, market) = (total(&long, &|own, _| own), total(&long, &|_, factor| factor));
    let own_variance = spread(&long) / count + 1e-10;
    let squares = total(&long, &|_, factor| factor * factor);
    let factor_variance = (squares - market * market / count).max(0.0) / count + 1e-10;
    let covariance = (total(&long, &|own, factor| own * factor) - own * market / count) / count;
    let (mut since, mut peak) = (0.0, 0.0);
    for (value, _) in &long {
        since += value;
        peak = f64::max(peak, -since);
    }
    let gap = |there: bool, value: f64| if there { value } else { f64::NAN };
    let (enough_short, enough_long) = (short.len() >= 18, long.len() >= 54);
    [
        own_today,
        gap(enough_short, volatility),
        gap(enough_long, peak),
        gap(enough_long, covariance / (own_variance * factor_variance).sqrt()),
        gap(enough_long, covariance / factor_variance),
    ]
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len().is_multiple_of(2) { (values[half - 1] + values[half]) / 2.0 } else { values[half] }
}

/// Centre and inverse spread of each figure, as known `lag` days ago.
fn scale(rows: &[[f64; 5]], lag: usize, config: &EncodersConfig) -> Option<[(f64, f64); 5]> {
    let mut scales = [(0.0, 0.0); 5];
    for (figure, scale) in scales.iter_mut().enumerate() {
        let lags = (lag..lag + config.scale_days as usize - 62).step_by(config.scale_stride_days as usize);
        let there = lags.filter_map(|lag| Some(rows.get(lag)?[figure]));
        let values: Vec<f64> = there.filter(|value| value.is_finite()).collect();
        if values.len() < config.scale_min_values as usize {
            return None;
        }
        let centre = median(values.clone());
        let spread = 1.4826 * median(values.iter().map(|value| (value - centre).abs()).collect());
        *scale = (centre, 1.0 / spread.max(config.spread_floors[figure]));
    }
    Some(scales)
}

/// The vector of one instrument as of the view's today.
pub(super) fn encode(view: &View<'_>, config: &EncodersConfig, model: &str, at: usize) -> Option<[f32; DIMENSION]> {
    let (own, factor) = (returns(view, at), market(view));
    let rows: Vec<[f64; 5]> = (0..view.day_count()).map(|lag| figures(&own, &factor, lag)).collect();
    let market_rows: Vec<[f64; 5]> = (0..view.day_count()).map(|lag| figures(&factor, &factor, lag)).collect();
    let lag = (view.day_count() - 1) % config.scale_refresh_days as usize;
    let (scales, market_scales) = (scale(&rows, lag, config)?, scale(&market_rows, lag, config)?);
    let (mut inputs, mut complete) = (Vec::new(), 0);
    for k in 0..config.window_days as usize {
        let (row, market_row) = (rows.get(k)?, market_rows.get(k)?);
        let whole = row.iter().all(|value| value.is_finite()) && market_row[0].is_finite();
        complete += u32::from(whole);
        for feature in &config.features {
            let (value, (centre, inverse)) = match feature {
                NumericFeature::FactorReturn => (market_row[0], market_scales[0]),
                own => (row[*own as usize], scales[*own as usize]),
            };
            let z = ((value - centre) * inverse).clamp(-config.clip, config.clip);
            inputs.push(if whole { z } else { 0.0 });
        }
    }
    let fan_out = config.projection_fan_out as usize;
    let projection = Projection::new(config.projection_seed, model, inputs.len(), fan_out);
    (complete >= 55).then(|| projection.project(&inputs).map(|value| value as f32))
}
