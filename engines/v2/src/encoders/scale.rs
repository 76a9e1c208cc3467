//! Robust scales: a median and a spread for each figure of each entity, from its own trailing history.
//!
//! The spread is 1.4826 times the median distance from the median (MAD), which is the standard deviation for normal
//! values and does not care about the worst days (Rousseeuw & Croux 1993). It is never below the figure's floor, so
//! a z-score moves by at most 1 / floor of what its figure moves by. Worked example: the values 1, 2, 3, 4, 100 have
//! median 3, distances 2, 1, 0, 1, 97 with median 1, spread 1.4826.

use domain::ordered::{key, value};

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

/// Around the last centre and spread, the share of the spread within which the next ones are looked for first.
const NEAR: f64 = 0.35;

impl Scales {
    /// The scales as they were known `lag` days ago. `before` are those of an earlier day, or none: they say where to
    /// look, and no answer depends on them.
    pub(super) fn of(rows: &Rows, config: &EncodersConfig, lag: usize, before: &Self) -> Self {
        let entities = rows.groups.entities();
        let lags = (lag..lag + scale_rows(config)).step_by(config.scale_stride_days as usize);
        let history: Vec<&[f64]> = lags.map_while(|lag| rows.row(lag)).collect();
        let mut scales = Self { centres: vec![f64::NAN; OWN * entities], inverses: vec![f64::NAN; OWN * entities] };
        let (mut all, mut room) = (vec![0; history.len()], vec![0; history.len()]);
        for at in 0..OWN * entities {
            let mut count = 0;
            for value in history.iter().map(|row| row[at]) {
                all[count] = key(value);
                count += usize::from(value.is_finite());
            }
            if count < config.scale_min_values as usize {
                continue;
            }
            let keys = &mut all[..count];
            let known = |column: &[f64]| column.get(at).copied().unwrap_or(f64::NAN);
            let (centre, spread) = (known(&before.centres), 1.0 / known(&before.inverses));
            let centre = median_near(keys, [centre - NEAR * spread, centre + NEAR * spread], &mut room);
            for key in &mut *keys {
                *key = domain::ordered::key((value(*key) - centre).abs());
            }
            let distance = spread / MAD_TO_DEVIATION;
            let distance = median_near(keys, [(1.0 - NEAR) * distance, (1.0 + NEAR) * distance], &mut room);
            let spread = (MAD_TO_DEVIATION * distance).max(config.spread_floors[at / entities]);
            (scales.centres[at], scales.inverses[at]) = (centre, 1.0 / spread);
        }
        scales
    }
}

/// The median, looked for within `near` first: what lies below is only counted.
fn median_near(keys: &mut [i64], near: [f64; 2], room: &mut [i64]) -> f64 {
    let [low, high] = near.map(key);
    let (mut below, mut within) = (0, 0);
    for key in &*keys {
        below += usize::from(*key < low);
        room[within] = *key;
        within += usize::from(low <= *key && *key <= high);
    }
    let (half, even) = (keys.len() / 2, keys.len().is_multiple_of(2));
    if half >= below + usize::from(even) && half < below + within {
        return middle(&mut room[..within], half - below, even);
    }
    middle(keys, half, even)
}

/// The value at `half`, or the mean of it and the one before where their number is even.
fn middle(keys: &mut [i64], half: usize, even: bool) -> f64 {
    let (below, middle, _) = keys.select_nth_unstable(half);
    let upper = value(*middle);
    match below.iter().max() {
        Some(lower) if even => (value(*lower) + upper) / 2.0,
        _ => upper,
    }
}

#[cfg(test)]
mod tests {
    use super::{key, median_near, value};

    fn median(keys: &mut [i64]) -> f64 {
        let mut room = vec![0; keys.len()];
        let plain = median_near(&mut keys.to_vec(), [f64::NAN; 2], &mut room);
        // Wherever the search begins, it ends at the same value.
        for (low, high) in [(-1e9, 1e9), (1.5, 3.5), (2.5, 2.5), (3.0, 1e3), (-1e9, 2.0), (3.0, -3.0)] {
            let found = median_near(&mut keys.to_vec(), [low, high], &mut room);
            assert_eq!(found.to_bits(), plain.to_bits(), "{low} to {high}");
        }
        plain
    }

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
