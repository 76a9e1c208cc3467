//! How many trials were there, when many of them were alike?
//!
//! A hundred settings that all hold the same stocks are hardly more than one chance to be lucky. Trials whose daily
//! returns move together are put into one cluster, and the number of clusters is the number of trials that
//! [`super::deflated`] should count (López de Prado and Lewis 2019, "Detection of false investment strategies using
//! unsupervised learning methods", Quantitative Finance 19, 1555–1565, who cluster for the same end by k-means).
//!
//! **Average linkage.** The two clusters with the highest mean correlation between their members become one, as long as it
//! reaches the threshold. k-means would need chance; single linkage would chain trials together that have nothing in
//! common, which counts too few and deflates too little; leader clustering depends on the order.
//!
//! **Nothing depends on the order of the trials.** They are first brought into an order of their own, by their standardised
//! returns, and all is computed in that order. Trials that correlate to within 1e-9 of 1, such as the same trial
//! at another leverage, are one trial from the start, so repeating one changes nothing. Trials that mirror each other are two.
//!
//! A cluster speaks through the member with the highest mean correlation to the others; the variance of Sharpe ratios is
//! taken over these.
//!
//! ```
//! use judge::statistics::trials::independent_trials;
//! let day = |step: u32| (0..250_u32).map(move |day| f64::from(day * step % 101) / 1e4 - 0.004);
//! let (a, b): (Vec<f64>, Vec<f64>) = (day(37).collect(), day(53).collect());
//! let levered: Vec<f64> = a.iter().map(|value| value * 1.5).collect();
//! let found = independent_trials(&[&a, &b, &levered], 0.5)?;
//! assert_eq!(found.clusters, [vec![0, 2], vec![1]]);
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::{sum, total_order};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::sample::{Centred, same_length};
use super::sharpe_difference::deviation;

/// Days below which a correlation says nothing.
const DAYS_LEAST: usize = 10;
/// From this correlation on two trials are one.
const SAME: f64 = 1.0 - 1e-9;

/// Trials put together by what they did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndependentTrials {
    /// The places of the trials in each cluster, ascending; clusters by their first trial. Their number is the number
    /// of independent trials.
    pub clusters: Vec<Vec<usize>>,
    /// The trial that speaks for each cluster.
    pub representatives: Vec<usize>,
    /// The sample variance (ddof 1) of the representatives' Sharpe ratios per day; 0 for one cluster.
    pub sharpe_variance: f64,
}

/// The clusters of `trials`, daily returns over the same ten or more days, whose mean correlation reaches `threshold`.
///
/// # Errors
/// [`Refusal`] for no trial, a threshold outside (0, 1], trials of different lengths, too few days, values that are not
/// finite, or a trial without spread.
pub fn independent_trials(trials: &[&[f64]], threshold: f64) -> Result<IndependentTrials, Refusal> {
    let Some(first) = trials.first() else { return Err(Refusal::count("trials", 0, "1 or more")) };
    if !(threshold > 0.0 && threshold <= 1.0) {
        let value = if threshold.is_nan() { -1.0 } else { threshold };
        return Err(Refusal::OutOfRange { what: "threshold", value, allowed: "above 0, up to 1" });
    }
    let mut standard = Vec::with_capacity(trials.len());
    for (place, trial) in trials.iter().enumerate() {
        same_length(first, trial)?;
        let centred = Centred::of(trial, DAYS_LEAST, "a trial")?;
        let scale = 1.0 / ((trial.len() - 1) as f64 * centred.variance).sqrt();
        let values: Vec<f64> = centred.deviations.iter().map(|value| value * scale).collect();
        standard.push(Trial { place, sharpe: centred.sharpe(), values });
    }
    standard.sort_by(|a, b| in_order(&a.values, &b.values).then(a.place.cmp(&b.place)));
    let groups = same_trials(&standard);
    let leaders: Vec<&Trial> = groups.iter().map(|group| &standard[group[0]]).collect();
    let correlations = correlations(&leaders);
    let mut found = Vec::new();
    for cluster in average_linkage(&correlations, threshold) {
        let mut members: Vec<usize> =
            cluster.iter().flat_map(|at| &groups[*at]).map(|trial| standard[*trial].place).collect();
        members.sort_unstable();
        let speaker = leaders[center(&cluster, &correlations)];
        found.push((members, speaker.place, speaker.sharpe));
    }
    // The variance in the order of the returns; the clusters in the order of the trials.
    let sharpes: Vec<f64> = found.iter().map(|(_, _, sharpe)| *sharpe).collect();
    let spread = deviation(&sharpes);
    found.sort_by_key(|(members, ..)| members[0]);
    let (clusters, representatives) = found.into_iter().map(|(members, speaker, _)| (members, speaker)).unzip();
    Ok(IndependentTrials { clusters, representatives, sharpe_variance: spread * spread })
}

/// A trial with mean zero and length one.
struct Trial {
    place: usize,
    sharpe: f64,
    values: Vec<f64>,
}

fn in_order(left: &[f64], right: &[f64]) -> std::cmp::Ordering {
    let differs = left.iter().zip(right).map(|(a, b)| total_order(a, b)).find(|order| order.is_ne());
    differs.unwrap_or(std::cmp::Ordering::Equal)
}

fn correlation(left: &Trial, right: &Trial) -> f64 {
    let products: Vec<f64> = left.values.iter().zip(&right.values).map(|(a, b)| a * b).collect();
    sum(&products)
}

/// Trials that are one and the same but for leverage and rounding; each with the first of its kind.
fn same_trials(trials: &[Trial]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, trial) in trials.iter().enumerate() {
        match groups.iter_mut().find(|group| correlation(&trials[group[0]], trial) >= SAME) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

fn correlations(trials: &[&Trial]) -> Vec<Vec<f64>> {
    let mut square = vec![vec![1.0; trials.len()]; trials.len()];
    for left in 0..trials.len() {
        for right in 0..left {
            let value = correlation(trials[left], trials[right]);
            (square[left][right], square[right][left]) = (value, value);
        }
    }
    square
}

/// Joins the two clusters with the highest mean correlation until none reaches the threshold; the first pair of equals.
fn average_linkage(correlations: &[Vec<f64>], threshold: f64) -> Vec<Vec<usize>> {
    let mut clusters: Vec<Vec<usize>> = (0..correlations.len()).map(|at| vec![at]).collect();
    // Summed correlations between the members of each two clusters.
    let mut sums = correlations.to_vec();
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        for left in 0..clusters.len() {
            for right in left + 1..clusters.len() {
                let mean = sums[left][right] / (clusters[left].len() * clusters[right].len()) as f64;
                if mean >= threshold && best.is_none_or(|(most, ..)| mean > most) {
                    best = Some((mean, left, right));
                }
            }
        }
        let Some((_, left, right)) = best else { return clusters };
        let joined = clusters.remove(right);
        clusters[left].extend(joined);
        let row = sums.remove(right);
        sums[left].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        sums.iter_mut().for_each(|row| {
            let value = row.remove(right);
            row[left] += value;
        });
    }
}

/// The member with the highest summed correlation to its cluster; the first of equals.
fn center(cluster: &[usize], correlations: &[Vec<f64>]) -> usize {
    let closeness = |at: usize| sum(&cluster.iter().map(|other| correlations[at][*other]).collect::<Vec<f64>>());
    let closer = |best: usize, at: &usize| if closeness(*at) > closeness(best) { *at } else { best };
    cluster.iter().skip(1).fold(cluster[0], closer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::series::returns;
    use super::{Refusal, average_linkage, independent_trials};

    /// `families` of `each` trials with correlation 0.8 inside a family and none between them.
    fn families(seed: u64, families: usize, each: usize) -> Vec<Vec<f64>> {
        let mut trials = Vec::new();
        for family in 0..families {
            let common = returns(seed, &format!("family {family}"), 300, 0.05 * family as f64);
            for member in 0..each {
                let own = returns(seed, &format!("member {family} {member}"), 300, 0.0);
                trials.push(common.iter().zip(&own).map(|(a, b)| a + 0.5 * b).collect());
            }
        }
        trials
    }

    fn views(trials: &[Vec<f64>]) -> Vec<&[f64]> {
        trials.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn families_are_found() {
        let trials = families(1, 4, 5);
        let found = independent_trials(&views(&trials), 0.5).unwrap();
        let expected: Vec<Vec<usize>> = (0..4).map(|family| (family * 5..family * 5 + 5).collect()).collect();
        assert_eq!(found.clusters, expected);
        assert!(found.representatives.iter().enumerate().all(|(family, trial)| trial / 5 == family));
        // Ratios about 0, 0.05, 0.1 and 0.15 times 0.9: a variance of 0.0033, give or take the noise of 300 days.
        assert!((0.001..0.015).contains(&found.sharpe_variance), "{}", found.sharpe_variance);
        assert_eq!(independent_trials(&views(&trials), 1.0).unwrap().clusters.len(), 20);
    }

    #[test]
    fn linkage_by_hand() {
        // 0–1 at 0.9; then {0, 1}–2 at (0.7 + 0.3)/2 = 0.5; 3 stands alone.
        let square =
            [vec![1.0, 0.9, 0.7, 0.0], vec![0.9, 1.0, 0.3, 0.1], vec![0.7, 0.3, 1.0, 0.2], vec![0.0, 0.1, 0.2, 1.0]];
        assert_eq!(average_linkage(&square, 0.5), [vec![0, 1, 2], vec![3]]);
        assert_eq!(average_linkage(&square, 0.51), [vec![0, 1], vec![2], vec![3]]);
        // The mean of 0.0, 0.1 and 0.2 joins the last.
        assert_eq!(average_linkage(&square, 0.099).len(), 1);
    }

    #[test]
    fn mirrors_are_two_and_one_is_one() {
        let series = returns(2, "a", 100, 0.1);
        let mirror: Vec<f64> = series.iter().map(|value| -value).collect();
        assert_eq!(independent_trials(&[&series, &mirror], 0.1).unwrap().clusters.len(), 2);
        let one = independent_trials(&[&series], 0.5).unwrap();
        assert_eq!((one.clusters, one.representatives, one.sharpe_variance), (vec![vec![0]], vec![0], 0.0));
        assert!(independent_trials(&[], 0.5).is_err() && independent_trials(&[&series], 0.0).is_err());
        let flat = independent_trials(&[&series, &[0.1; 100]], 0.5);
        assert_eq!(flat, Err(Refusal::NoSpread { what: "a trial" }));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn order_and_repetition_do_not_matter(seed: u64, turn in 0_usize..9, factor in 0.1_f64..10.0, again in 0_usize..9) {
            let trials = families(seed, 3, 3);
            let plain = independent_trials(&views(&trials), 0.55).unwrap();
            let place = |at: usize| (at + turn) % 9;
            let turned: Vec<&[f64]> = (0..9).map(|at| trials[place(at)].as_slice()).collect();
            let moved = independent_trials(&turned, 0.55).unwrap();
            let mut back: Vec<Vec<usize>> = moved
                .clusters
                .iter()
                .map(|cluster| {
                    let mut places: Vec<usize> = cluster.iter().map(|at| place(*at)).collect();
                    places.sort_unstable();
                    places
                })
                .collect();
            back.sort();
            prop_assert_eq!(&back, &plain.clusters);
            prop_assert_eq!(moved.sharpe_variance.to_bits(), plain.sharpe_variance.to_bits());
            let mut more = trials.clone();
            more.push(trials[again].iter().map(|value| value * factor).collect());
            let repeated = independent_trials(&views(&more), 0.55).unwrap();
            prop_assert_eq!(repeated.clusters.len(), plain.clusters.len());
            prop_assert!((repeated.sharpe_variance - plain.sharpe_variance).abs() < 1e-12);
        }
    }
}
