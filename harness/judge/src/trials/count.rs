//! How many independent trials led to a candidate, and what the search was worth.
//!
//! Trials whose returns go together are one idea tried twice, so trials are put into clusters by correlation and the
//! clusters are counted; a trial whose returns are not at hand, or are of other days, is a cluster of its own, which is
//! the safe side. The variance of the Sharpe ratio over clusters says how high luck alone reaches
//! ([`crate::statistics::deflated`]). Over the trials with returns of the same days, combinatorial cross-validation says
//! how often the best in sample was below the median out of sample, and Hansen's test whether the best beats cash.

use std::collections::{BTreeMap, BTreeSet};

use domain::digest::Digest;
use domain::seed::Streams;

use super::ledger::{Ledger, Trial};
use crate::evidence::checks::TrialCount;
use crate::statistics::blocks::{Draws, Scheme};
use crate::statistics::{overfitting, superior, trials};

/// Resamples of Hansen's test.
const RESAMPLES: usize = 1000;
/// Mean days of a block in them.
const BLOCK_DAYS: f64 = 21.0;
/// Blocks of cross-validation: 70 ways to halve eight.
const BLOCKS: usize = 8;
/// Returns that correlate above this are of one idea.
const SAME_IDEA: f64 = 0.9;

/// Counts what the ledger says of the search that led to `behaviour`; `returns` holds the daily returns of its trials by
/// their digests.
///
/// # Errors
/// Why nothing can be counted, in words.
pub fn count(
    ledger: &Ledger,
    behaviour: Digest,
    returns: &BTreeMap<Digest, Vec<f64>>,
    streams: Streams,
) -> Result<TrialCount, String> {
    // The last line of a behaviour stands for all of its lines: the same journals have the same returns.
    let distinct: BTreeMap<Digest, &Trial> = ledger.trials().iter().map(|trial| (trial.behaviour, trial)).collect();
    let own = distinct.get(&behaviour).and_then(|trial| returns.get(&trial.returns));
    let days = own.map_or(0, Vec::len);
    let alike: Vec<&Vec<f64>> = distinct
        .values()
        .filter_map(|trial| returns.get(&trial.returns))
        .filter(|returns| returns.len() == days && days > 0)
        .collect();
    let apart = distinct.len() - alike.len();
    let series: Vec<&[f64]> = alike.iter().map(|returns| returns.as_slice()).collect();
    let effective = if series.is_empty() {
        None
    } else {
        Some(trials::independent_trials(&series, SAME_IDEA).map_err(|refusal| refusal.to_string())?)
    };
    let (overfitting, superiority) = if series.len() < 2 { (None, None) } else { search(&series, streams)? };
    let (clusters, sharpe_variance) = effective.map_or((0, 0.0), |found| (found.clusters.len(), found.sharpe_variance));
    Ok(TrialCount {
        head: ledger.head(),
        tried: distinct.len() as u64,
        effective: (clusters + apart) as u64,
        sharpe_variance,
        holds_candidate: distinct.contains_key(&behaviour),
        overfitting,
        superiority,
        spent: ledger
            .trials()
            .iter()
            .map(|trial| trial.windows.clone())
            .collect::<BTreeSet<String>>()
            .into_iter()
            .collect(),
    })
}

/// What the search over these trials was worth.
fn search(series: &[&[f64]], streams: Streams) -> Result<(Option<f64>, Option<f64>), String> {
    let found = overfitting::backtest_overfitting(series, BLOCKS).map_err(|refusal| refusal.to_string())?;
    let cash = vec![0.0; series[0].len()];
    let scheme = Scheme::Stationary { mean_days: BLOCK_DAYS };
    let draws = Draws { streams, name: &["trials", "superiority"], scheme, resamples: RESAMPLES };
    let best = superior::superior_ability(&cash, series, &draws).map_err(|refusal| refusal.to_string())?;
    Ok((Some(found.probability), Some(best.consistent)))
}
