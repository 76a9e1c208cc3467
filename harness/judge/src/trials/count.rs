//! How many independent trials led to a candidate, and what the search was worth.
//!
//! Trials whose returns go together are one idea tried twice, and ideas are counted. Whoever holds stocks goes together with
//! the market, so it is the returns *in excess of the baseline's* that are compared: a trial that does what the baseline
//! does is no trial of anything. A trial whose returns are not at hand, are of other days, or never move, is an idea
//! of its own, which is the safe side; its Sharpe ratio stands in the ledger. The variance of the ratios over all ideas says
//! how high luck alone reaches ([`crate::statistics::deflated`]): nobody lowers it by deleting returns.
//!
//! Over the trials with returns of the same days, combinatorial cross-validation says how often the best in sample was below
//! the median out of sample, and Hansen's test whether the best beats cash.

use std::collections::{BTreeMap, BTreeSet};

use domain::digest::Digest;
use domain::seed::Streams;

use super::ledger::{Ledger, Trial};
use crate::evidence::checks::TrialCount;
use crate::metrics::moments::Moments;
use crate::statistics::blocks::{Draws, Scheme};
use crate::statistics::{overfitting, superior, trials};

/// Resamples of Hansen's test.
const RESAMPLES: usize = 1000;
/// Mean days of a block in them.
const BLOCK_DAYS: f64 = 21.0;
/// Blocks of cross-validation: 70 ways to halve eight.
const BLOCKS: usize = 8;
/// Excess returns that correlate from here on are of one idea.
const SAME_IDEA: f64 = 0.9;

/// Counts what the ledger says of the search that led to `behaviour`; `returns` holds the daily returns of its trials by
/// their digests, `baseline` those of the baseline over the days of the candidate.
///
/// # Errors
/// Why nothing can be counted, in words.
pub fn count(
    ledger: &Ledger,
    behaviour: Digest,
    returns: &BTreeMap<Digest, Vec<f64>>,
    baseline: &[f64],
    streams: Streams,
) -> Result<TrialCount, String> {
    let distinct = distinct(ledger);
    let mut search = Search::default();
    for trial in &distinct {
        search.add(trial, returns.get(&trial.returns), baseline);
    }
    let sharpes = search.sharpes()?;
    let (overfitting, superiority) = if search.series.len() < 2 { (None, None) } else { search.worth(streams)? };
    let windows: BTreeSet<String> = ledger.trials().iter().map(|trial| trial.windows.clone()).collect();
    let holds_candidate = distinct.iter().any(|trial| trial.behaviour == behaviour);
    Ok(TrialCount {
        head: ledger.head(),
        tried: distinct.len() as u64,
        // Whoever does what the baseline does is one trial, if nobody did anything else.
        effective: sharpes.len().max(usize::from(!distinct.is_empty())) as u64,
        sharpe_variance: Moments::of(&sharpes).and_then(|moments| moments.variance_sample()).unwrap_or(0.0),
        holds_candidate,
        overfitting,
        superiority,
        spent: windows.into_iter().collect(),
    })
}

/// One trial a behaviour, in the order in which they were first tried. The last line of a behaviour stands for all of its
/// lines: the same journals have the same returns.
fn distinct(ledger: &Ledger) -> Vec<&Trial> {
    let last: BTreeMap<Digest, &Trial> = ledger.trials().iter().map(|trial| (trial.behaviour, trial)).collect();
    let mut seen = BTreeSet::new();
    let first = ledger.trials().iter().filter(|trial| seen.insert(trial.behaviour));
    first.filter_map(|trial| last.get(&trial.behaviour).copied()).collect()
}

/// The trials as they are compared.
#[derive(Default)]
struct Search<'a> {
    /// Daily returns over the days of the candidate.
    series: Vec<&'a [f64]>,
    /// Of those that part from the baseline, by how much on each day, with their Sharpe ratios.
    excess: Vec<(Vec<f64>, f64)>,
    /// The Sharpe ratios of those that cannot be compared with any other.
    apart: Vec<f64>,
}

impl<'a> Search<'a> {
    fn add(&mut self, trial: &Trial, returns: Option<&'a Vec<f64>>, baseline: &[f64]) {
        let Some(returns) = returns.filter(|returns| returns.len() == baseline.len()) else {
            self.apart.push(trial.sharpe);
            return;
        };
        if returns.iter().all(|value| value.abs() <= 0.0) {
            self.series.push(returns);
            self.apart.push(trial.sharpe);
            return;
        }
        let correlates = trials::correlates(returns);
        if correlates {
            self.series.push(returns);
        }
        let excess: Vec<f64> = returns.iter().zip(baseline).map(|(ours, theirs)| ours - theirs).collect();
        let parts = excess.iter().any(|value| value.abs() > 0.0);
        if !parts {
            return;
        }
        if correlates && trials::correlates(&excess) {
            self.excess.push((excess, trial.sharpe));
        } else {
            self.apart.push(trial.sharpe);
        }
    }

    /// One Sharpe ratio an idea.
    fn sharpes(&self) -> Result<Vec<f64>, String> {
        let excess: Vec<&[f64]> = self.excess.iter().map(|(excess, _)| excess.as_slice()).collect();
        let ideas = if excess.is_empty() { Ok(Vec::new()) } else { trials::ideas(&excess, SAME_IDEA) };
        let ideas = ideas.map_err(|refusal| refusal.to_string())?;
        let speaks = |idea: &Vec<usize>| self.excess.get(*idea.first()?).map(|(_, sharpe)| *sharpe);
        Ok(ideas.iter().filter_map(speaks).chain(self.apart.iter().copied()).collect())
    }

    /// What the search over these trials was worth.
    fn worth(&self, streams: Streams) -> Result<(Option<f64>, Option<f64>), String> {
        let series = &self.series;
        let found = overfitting::backtest_overfitting(series, BLOCKS).map_err(|refusal| refusal.to_string())?;
        let cash = vec![0.0; series[0].len()];
        let scheme = Scheme::Stationary { mean_days: BLOCK_DAYS };
        let draws = Draws { streams, name: &["trials", "superiority"], scheme, resamples: RESAMPLES };
        let best = superior::superior_ability(&cash, series, &draws).map_err(|refusal| refusal.to_string())?;
        Ok((Some(found.probability), Some(best.consistent)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::digest::Digest;
    use domain::seed::{Seed, Streams};

    use super::{Ledger, Trial, TrialCount, count};
    use crate::metrics::returns::sharpe_ratio;
    use crate::statistics::series::returns;

    const DAYS: usize = 400;

    /// The market that every trial below holds.
    fn market() -> Vec<f64> {
        returns(1, "market", DAYS, 0.05).iter().map(|value| value * 0.01).collect()
    }

    /// The market with a little of its own.
    fn of_its_own(name: &str) -> Vec<f64> {
        let own = returns(1, name, DAYS, 0.0);
        market().iter().zip(own).map(|(market, own)| market + 0.0005 * own).collect()
    }

    /// A ledger of these trials with their returns.
    fn tried(all: &[Vec<f64>]) -> (Ledger, BTreeMap<Digest, Vec<f64>>, Digest) {
        let (mut ledger, mut kept, mut last) = (Ledger::default(), BTreeMap::new(), Digest::of(b"none"));
        for (at, series) in all.iter().enumerate() {
            let digest = Digest::of(format!("{at} {series:?}").as_bytes());
            let trial = Trial {
                behaviour: digest,
                config: digest,
                battery: digest,
                returns: digest,
                days: series.len() as u64,
                sharpe: sharpe_ratio(series).unwrap_or(0.0) / 252_f64.sqrt(),
                on: "2026-11-25".into(),
                by: "A. Reviewer".into(),
                name: format!("trial {at}"),
                windows: "crisis".into(),
            };
            ledger.append(trial).unwrap();
            kept.insert(digest, series.clone());
            last = digest;
        }
        (ledger, kept, last)
    }

    fn counted(all: &[Vec<f64>]) -> TrialCount {
        let (ledger, kept, last) = tried(all);
        count(&ledger, last, &kept, &market(), Streams::new(Seed(1))).unwrap()
    }

    #[test]
    fn whoever_holds_nothing_is_one_trial_and_keeps_nobody_else_out() {
        let all = [vec![0.0; DAYS], of_its_own("a"), of_its_own("b")];
        let found = counted(&all);
        assert_eq!((found.tried, found.effective), (3, 3));
        assert!(found.overfitting.is_some() && found.superiority.is_some());
        assert_eq!(counted(&all[..1]).effective, 1);
    }

    #[test]
    fn unlike_candidates_are_unlike_whatever_the_market_does() {
        let all: Vec<Vec<f64>> = ["a", "b", "c", "d", "e"].map(of_its_own).to_vec();
        assert_eq!(counted(&all).effective, 5);
        let again: Vec<Vec<f64>> = ["a", "a", "b"].map(of_its_own).to_vec();
        assert_eq!(counted(&again).effective, 2);
    }

    #[test]
    fn the_baseline_itself_is_no_new_trial() {
        assert_eq!(counted(&[market()]).effective, 1);
        let found = counted(&[of_its_own("a"), market()]);
        assert_eq!((found.tried, found.effective), (2, 1));
    }

    #[test]
    fn deleting_returns_lowers_neither_the_number_nor_the_variance() {
        let names: Vec<Vec<f64>> = ["a", "b", "c", "d"].map(of_its_own).to_vec();
        let whole = counted(&names);
        let (ledger, kept, last) = tried(&names);
        let own: BTreeMap<Digest, Vec<f64>> = kept.into_iter().filter(|(digest, _)| *digest == last).collect();
        let less = count(&ledger, last, &own, &market(), Streams::new(Seed(1))).unwrap();
        assert_eq!((less.effective, less.tried), (whole.effective, 4));
        assert!(whole.sharpe_variance > 0.0);
        assert!((less.sharpe_variance / whole.sharpe_variance - 1.0).abs() < 1e-9, "{less:?} {whole:?}");
    }

    #[test]
    fn a_further_trial_never_lowers_the_count() {
        let blend = |share: f64| -> Vec<f64> {
            of_its_own("a").iter().zip(of_its_own("b")).map(|(a, b)| share * a + (1.0 - share) * b).collect()
        };
        let mut all = vec![of_its_own("a"), of_its_own("b"), vec![0.0; DAYS], market(), vec![0.01; DAYS], vec![0.1; 7]];
        all.extend([0.1, 0.3, 0.5, 0.7, 0.9].map(blend));
        let counts: Vec<u64> = (1..=all.len())
            .map(|first| {
                let (ledger, kept, last) = tried(&all[..first]);
                count(&ledger, last, &kept, &market(), Streams::new(Seed(1))).unwrap().effective
            })
            .collect();
        assert!(counts.is_sorted(), "{counts:?}");
        assert!(counts[5] >= 5, "{counts:?}");
    }
}
