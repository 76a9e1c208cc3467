//! Searches without skill: the best of N coin-tossers, judged as if it had been the only one, and as what it is.
//!
//! A config without skill is long or short the market by the toss of a coin, anew every day. Of N such configs the best
//! Sharpe ratio is shown. The naive gate asks whether it is above zero at one in twenty; the gate `trials` deflates it by
//! N. With no skill anywhere every promotion is wrong.
//!
//! A coin turns the sign of a return and leaves its square, so a config's ratio is known from the sum of its returns; sums
//! are looked up eight days at a time.

use domain::seed::Streams;
use judge::gates::rates::ZeroSkill;
use judge::gates::rules::TrialsRule;
use judge::statistics::deflated::{TrackRecord, deflated_sharpe, probabilistic_sharpe};
use judge::statistics::proportion::upper_limit;
use rand_chacha::rand_core::Rng;

/// Numbers of configs tried.
pub const TRIED: [usize; 4] = [10, 100, 1000, 10_000];
/// The naive gate's level.
const NAIVE: f64 = 0.95;
/// One-sided confidence of the upper bound.
const CONFIDENCE: f64 = 0.95;
/// Days that are looked up at once.
const AT_ONCE: usize = 8;

/// How often a search of `tried` configs is promoted, over `runs` searches on the days of `market`.
#[must_use]
pub fn searches(market: &[f64], tried: usize, runs: u64, rule: &TrialsRule, streams: Streams) -> ZeroSkill {
    let sums = Sums::of(market);
    let (mut naive, mut promoted) = (0, 0);
    for run in 0..runs {
        let (best, variance) = sums.search(market, tried, streams, run);
        let Ok(record) = TrackRecord::of(&best) else { continue };
        let alone = probabilistic_sharpe(&record, 0.0).unwrap_or(0.0);
        let deflated = deflated_sharpe(&record, variance, tried).map_or(0.0, |found| found.probability);
        naive += u64::from(alone >= NAIVE);
        promoted += u64::from(deflated >= rule.min_deflated);
    }
    let upper = upper_limit(promoted, runs, CONFIDENCE).unwrap_or(1.0);
    ZeroSkill { tried: tried as u64, runs, naive, promoted, upper }
}

/// For eight days at a time, the sum of their returns under each of the 256 ways in which the coins can fall.
struct Sums {
    tables: Vec<[f64; 256]>,
    days: usize,
}

impl Sums {
    fn of(market: &[f64]) -> Self {
        let table = |days: &[f64]| {
            let mut table = [0.0; 256];
            for (coins, sum) in table.iter_mut().enumerate() {
                *sum = days.iter().enumerate().map(|(at, value)| signed(coins >> at & 1 == 1, *value)).sum();
            }
            table
        };
        Self { tables: market.chunks(AT_ONCE).map(table).collect(), days: market.len() }
    }

    /// The returns of the best of `tried` configs, and the variance of their daily ratios.
    fn search(&self, market: &[f64], tried: usize, streams: Streams, run: u64) -> (Vec<f64>, f64) {
        let mut generator = streams.generator(&["zero skill", &tried.to_string(), &run.to_string()], 0);
        let squares: f64 = market.iter().map(|value| value * value).sum();
        let days = self.days as f64;
        let mut coins = vec![0_u8; self.tables.len()];
        let (mut best, mut best_coins) = (f64::NEG_INFINITY, coins.clone());
        let (mut sum_of_ratios, mut sum_of_squares) = (0.0, 0.0);
        for _ in 0..tried {
            generator.fill_bytes(&mut coins);
            let sum: f64 = self.tables.iter().zip(&coins).map(|(table, coins)| table[usize::from(*coins)]).sum();
            let mean = sum / days;
            let ratio = mean / ((squares - days * mean * mean) / (days - 1.0)).sqrt();
            sum_of_ratios += ratio;
            sum_of_squares += ratio * ratio;
            if ratio > best {
                best = ratio;
                best_coins.clone_from(&coins);
            }
        }
        let count = tried as f64;
        let variance = (sum_of_squares - sum_of_ratios * sum_of_ratios / count) / (count - 1.0);
        let returns = market
            .iter()
            .enumerate()
            .map(|(day, value)| signed(best_coins[day / AT_ONCE] >> (day % AT_ONCE) & 1 == 1, *value));
        (returns.collect(), variance)
    }
}

fn signed(heads: bool, value: f64) -> f64 {
    if heads { value } else { -value }
}

#[cfg(test)]
mod tests {
    use domain::seed::{Seed, Streams};
    use judge::gates::rules::TrialsRule;

    use super::searches;

    #[test]
    fn the_naive_gate_promotes_luck_and_the_ledger_does_not() {
        let market: Vec<f64> = (0..1000).map(|day| f64::from(day * 37 % 101 - 50) / 5000.0).collect();
        let rule = TrialsRule { min_deflated: 0.95, max_overfitting: 0.5, max_superiority: 0.1 };
        for tried in [10, 100, 1000] {
            let found = searches(&market, tried, 40, &rule, Streams::new(Seed(5)));
            assert!(found.promoted <= 2, "{tried}: {found:?}");
            assert!(tried < 100 || found.naive >= 38, "{tried}: {found:?}");
        }
    }
}
