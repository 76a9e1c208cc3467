//! Robust scales: a median and a spread for each figure of each entity, from its own trailing history.
//!
//! The spread is 1.4826 times the median distance from the median (MAD), which is the standard deviation for normal
//! values and does not care about the worst days (Rousseeuw & Croux 1993). It is never below the figure's floor, so
//! a z-score moves by at most 1 / floor of what its figure moves by. Worked example: the values 1, 2, 3, 4, 100 have
//! median 3, distances 2, 1, 0, 1, 97 with median 1, spread 1.4826.

use super::config::EncodersConfig;
use super::rows::{OWN, Rows, scale_rows};

/// What turns a median distance into a standard deviation for normal values.
const MAD_TO_DEVIATION: f64 = 1.4826;

/// Centres and inverse spreads, figure by figure, each over all entities; NaN without enough history.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Scales {
    pub(super) centres: Vec<f64>,
    pub(super) inverses: Vec<f64>,
}

impl Scales {
    /// The scales as they were known `lag` days ago.
    pub(super) fn of(rows: &Rows, config: &EncodersConfig, lag: usize) -> Self {
        let entities = rows.groups.entities();
        let lags = (lag..lag + scale_rows(config)).step_by(config.scale_stride_days as usize);
        let history: Vec<&[f64]> = lags.map_while(|lag| rows.row(lag)).collect();
        let mut scales = Self { centres: vec![f64::NAN; OWN * entities], inverses: vec![f64::NAN; OWN * entities] };
        let mut keys = Vec::with_capacity(history.len());
        for at in 0..OWN * entities {
            keys.clear();
            keys.extend(history.iter().map(|row| row[at]).filter(|value| value.is_finite()).map(key));
            if keys.len() < config.scale_min_values as usize {
                continue;
            }
            let centre = median(&mut keys);
            for key in &mut keys {
                *key = self::key((value(*key) - centre).abs());
            }
            let spread = (MAD_TO_DEVIATION * median(&mut keys)).max(config.spread_floors[at / entities]);
            (scales.centres[at], scales.inverses[at]) = (centre, 1.0 / spread);
        }
        scales
    }
}

/// An integer with the order of the float: selection over integers needs no comparison function.
fn key(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ ((((bits >> 63) as u64) >> 1) as i64)
}

fn value(key: i64) -> f64 {
    f64::from_bits((key ^ ((((key >> 63) as u64) >> 1) as i64)) as u64)
}

/// The middle value, or the mean of the two middle values.
fn median(keys: &mut [i64]) -> f64 {
    let (half, even) = (keys.len() / 2, keys.len().is_multiple_of(2));
    let (below, middle, _) = keys.select_nth_unstable(half);
    let upper = value(*middle);
    match below.iter().max() {
        Some(lower) if even => (value(*lower) + upper) / 2.0,
        _ => upper,
    }
}

#[cfg(test)]
mod tests {
    use super::{key, median, value};

    #[test]
    fn keys_keep_order_and_value() {
        let values = [-1e300, -2.0, -1e-9, -0.0, 0.0, 1e-300, 3.0, 1e9];
        assert!(values.map(key).is_sorted());
        assert!(values.iter().all(|known| value(key(*known)).to_bits() == known.to_bits()));
    }

    #[test]
    fn medians_of_even_and_odd_counts() {
        assert_eq!(median(&mut [1.0, 100.0, 3.0, 2.0, 4.0].map(key)), 3.0);
        assert_eq!(median(&mut [4.0, -1.0, 2.0, 3.0].map(key)), 2.5);
        assert_eq!(median(&mut [7.0].map(key)), 7.0);
    }
}
