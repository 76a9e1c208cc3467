//! How many trials were there, when many of them were alike?
//!
//! A hundred settings that all hold the same stocks are hardly more than one chance to be lucky. Trials whose daily
//! returns move together are one idea, and the number of ideas is the number of trials that [`super::deflated`] should
//! count (López de Prado and Lewis 2019, "Detection of false investment strategies using unsupervised learning methods",
//! Quantitative Finance 19, 1555–1565, who cluster for the same end by k-means).
//!
//! **Whoever has an idea first speaks for it.** Trials come in the order in which they were tried. One that correlates with
//! the first of an earlier idea at the threshold or above is that idea again, the most alike of them; every other one is
//! an idea of its own. So a further trial leaves every earlier one where it was, and the number of ideas never falls: what
//! was tried stays tried. Linkage by means, or k-means, would let a trial between two ideas join them to one, and a chain of
//! small steps cannot lead from one idea to another either. Trials that mirror each other are two.
//!
//! ```
//! use judge::statistics::trials::ideas;
//! let day = |step: u32| (0..250_u32).map(move |day| f64::from(day * step % 101) / 1e4 - 0.004);
//! let (a, b): (Vec<f64>, Vec<f64>) = (day(37).collect(), day(53).collect());
//! let levered: Vec<f64> = a.iter().map(|value| value * 1.5).collect();
//! assert_eq!(ideas(&[&a, &b, &levered], 0.5)?, [vec![0, 2], vec![1]]);
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::numeric::sum;

use super::refusal::Refusal;
use super::sample::{Centred, same_length};

/// Days below which a correlation says nothing.
const DAYS_LEAST: usize = 10;

/// The ideas among `trials`, daily returns over the same ten or more days in the order in which they were tried: the
/// places of each idea's trials, ascending, the one that speaks for it first.
///
/// # Errors
/// [`Refusal`] for no trial, a threshold outside (0, 1], trials of different lengths, too few days, values that are not
/// finite, or a trial without spread.
pub fn ideas(trials: &[&[f64]], threshold: f64) -> Result<Vec<Vec<usize>>, Refusal> {
    let Some(first) = trials.first() else { return Err(Refusal::count("trials", 0, "1 or more")) };
    if !(threshold > 0.0 && threshold <= 1.0) {
        let value = if threshold.is_nan() { -1.0 } else { threshold };
        return Err(Refusal::OutOfRange { what: "threshold", value, allowed: "above 0, up to 1" });
    }
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut speakers: Vec<Vec<f64>> = Vec::new();
    let mut products = Vec::with_capacity(first.len());
    for (place, trial) in trials.iter().enumerate() {
        same_length(first, trial)?;
        let standard = standard(trial)?;
        let mut closest: Option<(f64, usize)> = None;
        for (at, speaker) in speakers.iter().enumerate() {
            products.clear();
            products.extend(speaker.iter().zip(&standard).map(|(a, b)| a * b));
            let correlation = sum(&products);
            // Two of the same correlate to 1 but for rounding.
            if correlation + ROUNDING >= threshold && closest.is_none_or(|(most, _)| correlation > most) {
                closest = Some((correlation, at));
            }
        }
        match closest.and_then(|(_, at)| found.get_mut(at)) {
            Some(idea) => idea.push(place),
            None => {
                found.push(vec![place]);
                speakers.push(standard);
            }
        }
    }
    Ok(found)
}

/// What rounding may take from a correlation.
const ROUNDING: f64 = 1e-9;

/// Whether a series is long enough and moves enough to correlate with anything.
#[must_use]
pub fn correlates(series: &[f64]) -> bool {
    Centred::of(series, DAYS_LEAST, "a trial").is_ok()
}

/// The series with mean zero and length one.
fn standard(trial: &[f64]) -> Result<Vec<f64>, Refusal> {
    let centred = Centred::of(trial, DAYS_LEAST, "a trial")?;
    let scale = 1.0 / ((trial.len() - 1) as f64 * centred.variance).sqrt();
    Ok(centred.deviations.iter().map(|value| value * scale).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::series::returns;
    use super::{Refusal, ideas};

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
        let expected: Vec<Vec<usize>> = (0..4).map(|family| (family * 5..family * 5 + 5).collect()).collect();
        assert_eq!(ideas(&views(&trials), 0.5).unwrap(), expected);
        assert_eq!(ideas(&views(&trials), 1.0).unwrap().len(), 20);
    }

    #[test]
    fn mirrors_are_two_and_one_is_one() {
        let series = returns(2, "a", 100, 0.1);
        let mirror: Vec<f64> = series.iter().map(|value| -value).collect();
        assert_eq!(ideas(&[&series, &mirror], 0.1).unwrap().len(), 2);
        assert_eq!(ideas(&[&series, &series], 1.0).unwrap(), [vec![0, 1]]);
        assert!(ideas(&[], 0.5).is_err() && ideas(&[&series], 0.0).is_err());
        let flat = ideas(&[&series, &[0.1; 100]], 0.5);
        assert_eq!(flat, Err(Refusal::NoSpread { what: "a trial" }));
    }

    /// The mean of two ideas is as near to both as they are far from each other; it joins one and leaves the other.
    #[test]
    fn a_trial_between_two_ideas_does_not_join_them() {
        let (a, b) = (returns(3, "a", 300, 0.0), returns(3, "b", 300, 0.0));
        let between: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
        assert_eq!(ideas(&[&a, &b], 0.6).unwrap().len(), 2);
        assert_eq!(ideas(&[&a, &b, &between], 0.6).unwrap().len(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_further_trial_moves_no_earlier_one(seed: u64, threshold in 0.05_f64..0.95, factor in 0.1_f64..10.0, again in 0_usize..9) {
            let mut trials = families(seed, 3, 3);
            let mut before: Vec<Vec<usize>> = Vec::new();
            for count in 1..=trials.len() {
                let now = ideas(&views(&trials[..count]), threshold).unwrap();
                prop_assert!(now.len() >= before.len());
                prop_assert!(before.iter().zip(&now).all(|(before, now)| now.starts_with(before)));
                before = now;
            }
            trials.push(trials[again].iter().map(|value| value * factor).collect());
            prop_assert_eq!(ideas(&views(&trials), threshold).unwrap().len(), before.len());
        }
    }
}
