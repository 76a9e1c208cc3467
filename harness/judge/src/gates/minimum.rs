//! Gate `evidence`: enough was run, to its end, on both sides.
//!
//! Anything short of it is inconclusive, never a pass: a run that broke off is a run whose bad days are missing. A day,
//! a run and a market count only where the baseline held or traded something: beside an empty book a candidate cannot
//! do worse, and what compares the two has nothing to say.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Measured, Outcome};
use super::pooled::same_days;
use super::rules::EvidenceRule;
use crate::evidence::side::SideDay;
use crate::evidence::{Evidence, Part, Run};

/// Counts what was run.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &EvidenceRule) -> Measured {
    let mut measured = Measured::new();
    for run in &evidence.runs {
        broken_off(run, &mut measured);
    }
    let (historical, idle): (Vec<&Run>, Vec<&Run>) =
        evidence.of_part(Part::Historical).partition(|run| live(run).next().is_some());
    for Run { part, case, market, .. } in idle {
        measured.add(Outcome::Inconclusive, format!("{part} {case}: the baseline held nothing on {market}"));
    }
    let days: usize = historical.iter().map(|run| live(run).count()).sum();
    let markets: BTreeSet<&str> = historical.iter().map(|run| run.market.as_str()).collect();
    let bootstraps = evidence.of_part(Part::Bootstrap).count();
    let table = [
        ("historical runs", historical.len(), rule.min_runs),
        ("historical days", days, rule.min_days),
        ("regimes", regimes(&historical, rule.min_regime_days), rule.min_regimes),
        ("markets", markets.len(), rule.min_markets),
        ("resampled runs", bootstraps, rule.min_bootstraps),
    ];
    for (name, count, least) in table {
        measured.count(name, count as u64, format!("at least {least}"));
        if count < least as usize {
            measured.add(Outcome::Inconclusive, format!("{count} {name} where the policy asks for {least}"));
        }
    }
    measured
}

fn broken_off(run: &Run, measured: &mut Measured) {
    let Run { part, case, .. } = run;
    for (who, side) in [("candidate", &run.candidate), ("baseline", &run.baseline)] {
        if !side.is_whole() {
            let end =
                side.days.last().map_or_else(|| "before its first day".to_owned(), |day| format!("on {}", day.on));
            let planned = side.origin.last_day;
            measured
                .add(Outcome::Inconclusive, format!("{part} {case}: the {who}'s run ended {end}, not on {planned}"));
        } else if side.returns().is_none() {
            measured.add(Outcome::Inconclusive, format!("{part} {case}: the {who} has no daily returns"));
        }
    }
    if !same_days(&run.candidate, &run.baseline) {
        measured.add(Outcome::Inconclusive, format!("{part} {case}: the sides traded on other days"));
    }
}

/// The days on which the baseline held or traded something.
fn live(run: &Run) -> impl Iterator<Item = &SideDay> {
    let some = |figure: Option<f64>| figure.is_some_and(|figure| figure > 0.0);
    run.baseline.days.iter().filter(move |day| some(day.gross) || some(day.turnover))
}

/// Regimes with enough days, by what the baseline saw.
fn regimes(runs: &[&Run], least: u32) -> usize {
    let mut days: BTreeMap<&str, u32> = BTreeMap::new();
    for regime in runs.iter().flat_map(|run| live(run)).filter_map(|day| day.regime.as_deref()) {
        *days.entry(regime).or_default() += 1;
    }
    days.values().filter(|count| **count >= least).count()
}
