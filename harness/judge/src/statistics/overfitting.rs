//! The probability of backtest overfitting, by combinatorially symmetric cross-validation.
//!
//! Bailey, Borwein, López de Prado and Zhu 2015, "The probability of backtest overfitting", Journal of Computational
//! Finance 20(4), 39–69. The days are cut into S blocks; each of the C(S, S/2) ways to choose half of them is a sample,
//! the rest is out of sample. Whoever picks the trial with the best Sharpe ratio in sample wants it to be good out of
//! sample too: with its rank r among N there, `ω = r / (N + 1)` and the logit is `ln(ω / (1 − ω))`. The probability of
//! overfitting is the share of splits whose logit is zero or below, that is, in which the best in sample is at or
//! below the median out of sample.
//!
//! Sums of deviations and of their squares for each block are enough for every split, so the cost is C(S, S/2) · N · S
//! and does not depend on the days. Blocks are of ⌊T/S⌋ or ⌈T/S⌉ days. Equal ratios share the mean of their ranks,
//! and among equal best ratios in sample the first is picked. A half without spread has the ratio zero if it is
//! all zero (nothing was held), and is refused otherwise.
//!
//! ```
//! use judge::statistics::overfitting::backtest_overfitting;
//! // One trial is better in every block: it is picked in sample and is best out of sample.
//! let day = |step: u32| (0..240_u32).map(move |day| f64::from(day * step % 101) / 1e4 - 0.005);
//! let (a, b): (Vec<f64>, Vec<f64>) = (day(37).collect(), day(53).collect());
//! let good: Vec<f64> = day(41).map(|value| value + 0.003).collect();
//! let found = backtest_overfitting(&[&a, &b, &good], 6)?;
//! assert_eq!((found.splits, found.probability, found.loss), (20, 0.0, 0.0)); // C(6, 3)
//! assert!((found.logits[0] - 1.098_612_288_668_109_8).abs() < 1e-15); // rank 3 of 3: ln 3
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::{exact, mean, sum};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::sample::{Centred, check, same_length};

/// Blocks up to which all splits are walked: C(20, 10) = 184,756.
const BLOCKS_MOST: usize = 20;
/// A ratio of a half needs two days and something left.
const DAYS_LEAST: usize = 4;

/// What picking the best in sample is worth out of sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overfitting {
    /// The share of splits whose logit is zero or below.
    pub probability: f64,
    /// The slope of the picked trial's ratio out of sample on its ratio in sample (per day both), by least squares over
    /// the splits: negative where more in sample means less out of sample. 0 when the ratio in sample never varies.
    pub degradation_slope: f64,
    /// The share of splits in which the picked trial has a negative ratio out of sample.
    pub loss: f64,
    /// Splits: C(S, S/2).
    pub splits: usize,
    /// The logit of each split, in the order of the sets of blocks in sample as binary numbers.
    pub logits: Vec<f64>,
}

/// The probability of overfitting for at least two `trials` over the same days, cut into `blocks` blocks: an even
/// number from 2 to 20, and at least two days to a block.
///
/// # Errors
/// [`Refusal`] for fewer than two trials, trials of different lengths, values that are not finite, a number of blocks
/// out of range, or a half without spread.
pub fn backtest_overfitting(trials: &[&[f64]], blocks: usize) -> Result<Overfitting, Refusal> {
    let days = trials.first().map_or(0, |trial| trial.len());
    if trials.len() < 2 {
        return Err(Refusal::count("trials", trials.len(), "2 or more"));
    }
    if !blocks.is_multiple_of(2) || !(2..=BLOCKS_MOST).contains(&blocks) || days < 2 * blocks {
        return Err(Refusal::count("blocks", blocks, "even, 2 to 20, of two days or more"));
    }
    let sums: Vec<Blocks> =
        trials.iter().map(|trial| Blocks::of(trials[0], trial, blocks)).collect::<Result<_, _>>()?;
    let (mut logits, mut inside, mut outside) = (Vec::new(), Vec::new(), Vec::new());
    let all = (1_u32 << blocks) - 1;
    let (mut here, mut there) = (vec![0.0; trials.len()], vec![0.0; trials.len()]);
    for set in (0..=all).filter(|set| set.count_ones() as usize == blocks / 2) {
        for (at, trial) in sums.iter().enumerate() {
            here[at] = trial.sharpe(set)?;
            there[at] = trial.sharpe(all ^ set)?;
        }
        let best = first_largest(&here);
        logits.push(logit(&there, best));
        inside.push(here[best]);
        outside.push(there[best]);
    }
    let share = |count: usize| count as f64 / logits.len() as f64;
    Ok(Overfitting {
        probability: share(logits.iter().filter(|logit| **logit <= 0.0).count()),
        degradation_slope: slope(&inside, &outside),
        loss: share(outside.iter().filter(|ratio| **ratio < 0.0).count()),
        splits: logits.len(),
        logits,
    })
}

/// Days and sums of one trial, block by block.
struct Blocks {
    centred: Option<Centred>,
    /// Days, sum of deviations, sum of their squares.
    parts: Vec<[f64; 3]>,
}

impl Blocks {
    fn of(first: &[f64], trial: &[f64], blocks: usize) -> Result<Self, Refusal> {
        same_length(first, trial)?;
        check(trial, DAYS_LEAST)?;
        // A trial that never held anything is a trial; its ratio is zero throughout.
        let idle = trial.iter().all(|value| value.abs() <= 0.0);
        let centred = if idle { None } else { Some(Centred::of(trial, DAYS_LEAST, "a trial")?) };
        let deviations = centred.as_ref().map_or(trial, |centred| &centred.deviations);
        let part = |block: usize| {
            let days = &deviations[block * trial.len() / blocks..(block + 1) * trial.len() / blocks];
            let squares: Vec<f64> = days.iter().map(|x| x * x).collect();
            [days.len() as f64, sum(days), sum(&squares)]
        };
        let parts = (0..blocks).map(part).collect();
        Ok(Self { centred, parts })
    }

    /// The ratio over a set of blocks.
    fn sharpe(&self, set: u32) -> Result<f64, Refusal> {
        let Some(centred) = &self.centred else { return Ok(0.0) };
        let mut total = [0.0; 3];
        for (block, part) in self.parts.iter().enumerate() {
            if set >> block & 1 == 1 {
                (0..3).for_each(|at| total[at] += part[at]);
            }
        }
        let [days, sum, squares] = total;
        match centred.sharpe_of(days, sum, squares) {
            Some(ratio) => Ok(ratio),
            // No spread and no return but rounding: nothing was held.
            None if (centred.mean + sum / days).abs() <= 1e-12 * centred.variance.sqrt() => Ok(0.0),
            None => Err(Refusal::NoSpread { what: "a trial in half of the blocks" }),
        }
    }
}

fn first_largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

/// The logit of the rank of `values[at]` among all, 1 for the lowest; equals share their mean rank.
fn logit(values: &[f64], at: usize) -> f64 {
    let lower = values.iter().filter(|value| **value < values[at]).count() as f64;
    let equal = values.iter().filter(|value| value.total_cmp(&values[at]).is_eq()).count() as f64;
    let rank = lower + 0.5 * (equal + 1.0);
    exact::ln(rank / (values.len() as f64 + 1.0 - rank))
}

/// The least-squares slope of `y` on `x`; 0 when `x` does not vary.
fn slope(x: &[f64], y: &[f64]) -> f64 {
    let (Some(center_x), Some(center_y)) = (mean(x), mean(y)) else { return 0.0 };
    let products: Vec<f64> = x.iter().zip(y).map(|(x, y)| (x - center_x) * (y - center_y)).collect();
    let squares: Vec<f64> = x.iter().map(|x| (x - center_x) * (x - center_x)).collect();
    let below = sum(&squares);
    if below > 0.0 { sum(&products) / below } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::series::{plain_sharpe, returns};
    use super::{Refusal, backtest_overfitting};

    fn noise(seed: u64, trials: usize, days: usize) -> Vec<Vec<f64>> {
        (0..trials).map(|trial| returns(seed, &format!("trial {trial}"), days, 0.0)).collect()
    }

    fn views(trials: &[Vec<f64>]) -> Vec<&[f64]> {
        trials.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn copying_days_gives_the_same_logits() {
        let trials = noise(1, 5, 96);
        let found = backtest_overfitting(&views(&trials), 4).unwrap();
        assert_eq!(found.splits, 6);
        let half = |trial: &[f64], set: u32, side: u32| -> Vec<f64> {
            (0..96).filter(|day| set >> (day / 24) & 1 == side).map(|day| trial[day]).collect()
        };
        let sets = (0_u32..16).filter(|set| set.count_ones() == 2);
        for (set, logit) in sets.zip(&found.logits) {
            let inside: Vec<f64> = trials.iter().map(|trial| plain_sharpe(&half(trial, set, 1))).collect();
            let outside: Vec<f64> = trials.iter().map(|trial| plain_sharpe(&half(trial, set, 0))).collect();
            let best = (0..5).max_by(|a, b| inside[*a].total_cmp(&inside[*b])).unwrap();
            let rank = outside.iter().filter(|value| **value <= outside[best]).count() as f64;
            assert!((logit - libm::log(rank / (6.0 - rank))).abs() < 1e-14);
        }
    }

    #[test]
    fn noise_is_overfitted_and_skill_is_not() {
        // Over many worlds of pure noise the best in sample is as often above the median as below.
        let worlds = (0..30).map(|seed| backtest_overfitting(&views(&noise(seed, 8, 240)), 6).unwrap().probability);
        let mean = worlds.sum::<f64>() / 30.0;
        assert!((0.35..0.75).contains(&mean), "{mean}");
        let mut trials = noise(40, 8, 400);
        trials[3].iter_mut().for_each(|value| *value += 0.004);
        let found = backtest_overfitting(&views(&trials), 8).unwrap();
        assert!(found.probability < 0.02 && found.loss < 0.02 && found.splits == 70);
    }

    #[test]
    fn what_wins_one_half_and_loses_the_other_is_overfitting_itself() {
        // Two mirrored trials over blocks: what is best in sample is worst out of sample, always.
        let base = returns(2, "base", 200, 0.0);
        let mean = base.iter().sum::<f64>() / 200.0;
        let first: Vec<f64> = base.iter().map(|value| value - mean).collect();
        let second: Vec<f64> = first.iter().map(|value| -value).collect();
        let found = backtest_overfitting(&[&first, &second], 4).unwrap();
        assert_eq!((found.probability, found.loss), (1.0, 1.0));
        assert!(found.degradation_slope < 0.0, "{}", found.degradation_slope);
    }

    #[test]
    fn refusals_and_idle_trials() {
        let trials = noise(3, 3, 40);
        let idle = vec![0.0; 40];
        let found = backtest_overfitting(&[&trials[0], &idle], 4).unwrap();
        assert!(found.probability >= 0.0);
        assert!(backtest_overfitting(&[&trials[0]], 4).is_err());
        for blocks in [0, 3, 22] {
            assert!(backtest_overfitting(&views(&trials), blocks).is_err());
        }
        let short = backtest_overfitting(&[&trials[0], &trials[1][1..]], 4);
        assert_eq!(short, Err(Refusal::LengthsDiffer { expected: 40, found: 39 }));
        // Constant in half of the blocks, and not zero.
        let half: Vec<f64> = (0..40).map(|day| if day < 20 { 0.01 } else { trials[0][day] }).collect();
        assert!(matches!(backtest_overfitting(&[&half, &trials[1]], 4), Err(Refusal::NoSpread { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_order_and_the_leverage_of_trials_do_not_matter(seed: u64, leverage in 0.2_f64..5.0) {
            let trials = noise(seed, 5, 60);
            let mut turned: Vec<Vec<f64>> = trials.iter().rev().cloned().collect();
            turned[2].iter_mut().for_each(|value| *value *= leverage);
            let (a, b) = (backtest_overfitting(&views(&trials), 6).unwrap(), backtest_overfitting(&views(&turned), 6).unwrap());
            prop_assert_eq!(&a.logits, &b.logits);
            prop_assert!((a.degradation_slope - b.degradation_slope).abs() < 1e-9);
        }
    }
}
