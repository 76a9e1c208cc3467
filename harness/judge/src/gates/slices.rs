//! Gate `slices`: no market, no regime and no stability bucket is a catastrophe, or is made significantly worse.
//!
//! A slice is all days with one label of one dimension, over all historical runs. A slice below the absolute bounds is a
//! catastrophe where the candidate is worse there than the baseline by what matters; a crisis that both went through is
//! not the candidate's doing. Whether a slice got worse is tested for all slices at once: whole days are resampled in blocks,
//! and p-values are adjusted by the step-down of Romano and Wolf (2005), so that the chance of calling any slice worse
//! that is not stays below the level, however many slices there are.
//!
//! A slice with enough days in which a side never moved cannot be tested, and is missing.
//!
//! The drawdown of a slice is that of its days put end to end.

use std::collections::{BTreeMap, BTreeSet};

use super::Terms;
use super::finding::{Measured, Outcome};
use super::pooled::Pooled;
use super::rules::SlicesRule;
use super::sharpe::mean_block;
use crate::metrics::drawdown::deepest_compounded;
use crate::metrics::returns;
use crate::statistics::blocks::{Draws, Scheme};
use crate::statistics::refusal::Refusal;
use crate::statistics::slices::{Claim, bootstrap};

/// Looks at every slice.
#[must_use]
pub fn judge(rule: &SlicesRule, terms: &Terms<'_>) -> Measured {
    let pooled = match terms.pooled {
        Ok(pooled) => pooled,
        Err(what) => return Measured::missing(what.as_str()),
    };
    let mut measured = Measured::new();
    let slices = slices_of(pooled, rule.min_days as usize);
    measured.count("slices with enough days", slices.len() as u64, format!("at least {}", rule.min_slices));
    if slices.len() < rule.min_slices as usize {
        let (found, least) = (slices.len(), rule.min_slices);
        measured
            .add(Outcome::Inconclusive, format!("{found} slices have enough days where the policy asks for {least}"));
    }
    for dimension in ["market", "regime", "stability"] {
        if !slices.iter().any(|slice| slice.starts_with(dimension)) {
            measured.add(Outcome::Inconclusive, format!("no {dimension} has {} days", rule.min_days));
        }
    }
    absolute(pooled, &slices, rule, &mut measured);
    if let Err(refusal) = relative(pooled, &slices, rule, terms, &mut measured) {
        measured.add(Outcome::Inconclusive, refusal.to_string());
    }
    measured
}

/// The labels with enough days, ascending.
fn slices_of(pooled: &Pooled, least: usize) -> Vec<&str> {
    let mut days: BTreeMap<&str, usize> = BTreeMap::new();
    for label in pooled.labels.iter().flatten() {
        *days.entry(label.as_str()).or_default() += 1;
    }
    days.into_iter().filter(|(_, days)| *days >= least).map(|(label, _)| label).collect()
}

fn absolute(pooled: &Pooled, slices: &[&str], rule: &SlicesRule, measured: &mut Measured) {
    let (mut worst, mut deepest): (Option<f64>, Option<f64>) = (None, None);
    for slice in slices {
        let [ours, theirs] = [&pooled.candidate, &pooled.baseline].map(|side| of_slice(pooled, side, slice));
        let (depth, their_depth) =
            (deepest_compounded(ours.iter().copied()), deepest_compounded(theirs.iter().copied()));
        deepest = Some(deepest.map_or(depth, |deep| deep.min(depth)));
        if depth < rule.min_drawdown && depth < their_depth - rule.max_deeper {
            measured.add(
                Outcome::Fail,
                format!("{slice}: a drawdown of {depth:.3} where the baseline has {their_depth:.3}"),
            );
        }
        // A slice in which nothing was held has no ratio, and nothing that could be lost.
        let Some(sharpe) = returns::sharpe_ratio(&ours) else { continue };
        worst = Some(worst.map_or(sharpe, |low| low.min(sharpe)));
        let better = returns::sharpe_ratio(&theirs).is_none_or(|theirs| sharpe < theirs - rule.max_drop);
        if sharpe < rule.min_sharpe && better {
            measured.add(Outcome::Fail, format!("{slice}: a Sharpe ratio of {sharpe:.2} is below {}", rule.min_sharpe));
        }
    }
    measured.figure("worst Sharpe ratio of a slice", worst, format!("at least {}", rule.min_sharpe));
    measured.figure("deepest drawdown of a slice", deepest, format!("at least {}", rule.min_drawdown));
    if worst.is_none() {
        measured.add(Outcome::Inconclusive, "no slice has a Sharpe ratio");
    }
}

/// The returns of one side on the days of a slice.
fn of_slice(pooled: &Pooled, side: &[f64], slice: &str) -> Vec<f64> {
    let days = side.iter().zip(&pooled.labels).filter(|(_, labels)| labels.iter().any(|label| label == slice));
    days.map(|(value, _)| *value).collect()
}

fn relative(
    pooled: &Pooled,
    slices: &[&str],
    rule: &SlicesRule,
    terms: &Terms<'_>,
    measured: &mut Measured,
) -> Result<(), Refusal> {
    if slices.is_empty() {
        return Ok(());
    }
    let dimensions = dimensions_of(pooled, slices);
    let columns: Vec<&[u16]> = dimensions.iter().map(|(_, column)| column.as_slice()).collect();
    let scheme = Scheme::Stationary { mean_days: mean_block(&pooled.candidate, &pooled.baseline) };
    let draws =
        Draws { streams: terms.streams, name: &["gate", "slices"], scheme, resamples: terms.resamples as usize };
    let mut found = bootstrap(&pooled.candidate, &pooled.baseline, &columns, &draws)?;
    let name_of = |dimension: usize, slice: u16| Some(*dimensions.get(dimension)?.0.get(slice as usize)?);
    // The last number of a dimension is that of days without a slice: no claim is made about them.
    found.slices.retain(|slice| name_of(slice.dimension, slice.slice).is_some());
    for (dimension, slice, _) in &found.left_out {
        let Some(name) = name_of(*dimension, *slice) else { continue };
        untested(pooled, name, measured);
    }
    if found.slices.is_empty() {
        return Ok(());
    }
    let p_values = found.sharpe_p_values(Claim::Worse)?;
    let mut smallest: Option<f64> = None;
    for (slice, p_value) in found.slices.iter().zip(&p_values) {
        let Some(name) = name_of(slice.dimension, slice.slice) else { continue };
        smallest = Some(smallest.map_or(p_value.adjusted, |small: f64| small.min(p_value.adjusted)));
        let drop = -slice.sharpe.point * returns::DAYS_A_YEAR.sqrt();
        if drop > rule.max_drop && p_value.adjusted <= rule.level {
            let p_value = p_value.adjusted;
            measured
                .add(Outcome::Fail, format!("{name}: the Sharpe ratio falls by {drop:.2} (adjusted p = {p_value:.4})"));
        }
    }
    measured.figure("smallest adjusted p-value of worse", smallest, format!("above {}", rule.level));
    Ok(())
}

/// A slice that the test left out: where a side never moved nobody can say that it was not made worse; where the slice is
/// too seldom in resamples, a person should know.
fn untested(pooled: &Pooled, slice: &str, measured: &mut Measured) {
    let still = [("candidate", &pooled.candidate), ("baseline", &pooled.baseline)];
    let still: Vec<&str> = still
        .into_iter()
        .filter(|(_, side)| returns::sharpe_ratio(&of_slice(pooled, side, slice)).is_none())
        .map(|(who, _)| who)
        .collect();
    if still.is_empty() {
        measured.add(Outcome::Flag, format!("{slice}: too few resamples hold enough of its days to test it"));
    } else {
        let who = still.join(" and the ");
        measured.add(Outcome::Inconclusive, format!("{slice}: the {who} did not move, so it cannot be tested"));
    }
}

/// For each dimension the names of its slices, and each day's number among them; days in none have the next number.
fn dimensions_of<'a>(pooled: &'a Pooled, slices: &[&'a str]) -> Vec<(Vec<&'a str>, Vec<u16>)> {
    let dimension = |label: &'a str| label.split('=').next().unwrap_or_default();
    let kinds: BTreeSet<&str> = slices.iter().map(|slice| dimension(slice)).collect();
    let of_kind = |kind: &str| {
        let names: Vec<&str> = slices.iter().copied().filter(|slice| dimension(slice) == kind).collect();
        let number = |labels: &Vec<String>| {
            let at = names.iter().position(|name| labels.iter().any(|label| label == name));
            at.unwrap_or(names.len()) as u16
        };
        let column = pooled.labels.iter().map(number).collect();
        (names, column)
    };
    kinds.into_iter().map(of_kind).collect()
}
