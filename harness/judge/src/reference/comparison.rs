//! The comparison of two sides, whole: every measure of gates-and-lifecycle §4 that two journals can give.
//!
//! ```text
//! measures of a day   overlap, top-k overlap, rank correlation, active share, direction clash, turnover, sectors
//!                     ⇒ mean, worst day, days without a value by reason
//! measures of a run   completeness, return and risk of each, correlation, tracking error, equal terms, regimes
//! ```
//!
//! A journal compared with itself has an overlap of 1, an active share of 0 and a correlation of 1. The sector distance
//! of a day is `Σ |s₁ − s₂| / 2` over the sums of weights by sector: a book of ½ ENERGY against one of ½ HEALTH is ½
//! apart. A turnover of a side's day that is no common day counts to the next common one: with 0.1 on Thursday, 0.2 on
//! the holiday and 0.3 on Monday, Monday's is 0.5.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::numeric::sum;
use domain::quantity::Cash;
use serde::{Deserialize, Serialize};

use super::books::{Pair, active_share, direction_clash, overlap, rank_correlation, top_overlap};
use super::common::{Common, CommonDay, Completeness};
use super::equal_terms::{EqualTerms, Whose};
use super::figures::{Figures, Together};
use super::measured::{Absence, Daily, Measured, Worse};
use super::regimes::RegimeTable;
use super::side::{Side, SideDay};
use super::terms::{ComparisonError, Terms, same_currency};

/// The measures of one common day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayMeasures {
    /// The day.
    pub day: Date,
    /// Jaccard's index of the names held.
    pub overlap: Measured,
    /// The overlap of the largest positions.
    pub top_overlap: Measured,
    /// Spearman's correlation of the weights.
    pub rank_correlation: Measured,
    /// `Σ |w₁ − w₂| / 2`.
    pub active_share: Measured,
    /// The share of common names held in opposite directions.
    pub direction_clash: Measured,
    /// Distance of the sector exposures.
    pub sector_distance: Measured,
    /// One-way turnover of the reference since the last common day.
    pub turnover_reference: Measured,
    /// One-way turnover of the successor since the last common day.
    pub turnover_successor: Measured,
}

/// Who a side is, and what its account did on the common days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SideReport {
    /// The scenario.
    pub scenario: String,
    /// The system and its version.
    pub system: String,
    /// The id of the run.
    pub run_id: String,
    /// Days of the run.
    pub days: u64,
    /// Costs and slippage up to the last common day, in units of currency.
    pub costs: f64,
    /// One-way turnover of a common day; the worst is the highest.
    pub turnover: Daily,
    /// Return and risk on the common days.
    pub figures: Figures,
    /// Return and risk under one fill model.
    pub equal_terms: EqualTerms,
}

/// How far apart the books are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookReport {
    /// Jaccard's index of the names held; the worst is the lowest.
    pub overlap: Daily,
    /// The overlap of the `top_k` largest positions; the worst is the lowest.
    pub top_overlap: Daily,
    /// Spearman's correlation of the weights; the worst is the lowest.
    pub rank_correlation: Daily,
    /// `Σ |w₁ − w₂| / 2`; the worst is the highest.
    pub active_share: Daily,
    /// The share of common names held in opposite directions; the worst is the highest.
    pub direction_clash: Daily,
    /// Distance of the sector exposures; the worst is the highest.
    pub sector_distance: Daily,
}

/// A reference beside its successor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The terms.
    pub terms: Terms,
    /// What was compared, and what was not.
    pub completeness: Completeness,
    /// The reference.
    pub reference: SideReport,
    /// The successor.
    pub successor: SideReport,
    /// How far apart the books are.
    pub books: BookReport,
    /// How far the accounts went together.
    pub together: Together,
    /// What the sides say of the market's state.
    pub regimes: RegimeTable,
}

/// Compares `successor` with `reference` on the days and names that both know.
///
/// # Errors
/// [`ComparisonError`] for two currencies or a term out of range.
pub fn compare(reference: &Side, successor: &Side, terms: &Terms) -> Result<Comparison, ComparisonError> {
    let (common, days) = measured_days(reference, successor, terms)?;
    let pick = |worse, measure: fn(&DayMeasures) -> Measured| {
        Daily::of(&days.iter().map(|day| (day.day, measure(day))).collect::<Vec<_>>(), worse)
    };
    let equity = |side: fn(&CommonDay<'_>) -> Cash| common.days.iter().map(side).collect::<Vec<Cash>>();
    let (left, right) = (equity(|day| day.reference.equity), equity(|day| day.successor.equity));
    let last = common.days.last().map(|day| day.on);
    let side = |side: &Side, turnover, equity: &[Cash], whose| SideReport {
        scenario: side.scenario.clone(),
        system: side.system.clone(),
        run_id: side.run_id.clone(),
        days: side.days.len() as u64,
        costs: costs(&side.days, last),
        turnover,
        figures: Figures::of(equity),
        equal_terms: EqualTerms::of(&common, whose, terms.cost_bps),
    };
    Ok(Comparison {
        terms: *terms,
        completeness: common.completeness(),
        reference: side(reference, pick(Worse::High, |day| day.turnover_reference), &left, Whose::Reference),
        successor: side(successor, pick(Worse::High, |day| day.turnover_successor), &right, Whose::Successor),
        books: BookReport {
            overlap: pick(Worse::Low, |day| day.overlap),
            top_overlap: pick(Worse::Low, |day| day.top_overlap),
            rank_correlation: pick(Worse::Low, |day| day.rank_correlation),
            active_share: pick(Worse::High, |day| day.active_share),
            direction_clash: pick(Worse::High, |day| day.direction_clash),
            sector_distance: pick(Worse::High, |day| day.sector_distance),
        },
        together: Together::of(&left, &right),
        regimes: RegimeTable::of(&common),
    })
}

/// The measures of each common day, ascending.
///
/// # Errors
/// [`ComparisonError`] as for [`compare`].
pub fn day_measures(reference: &Side, successor: &Side, terms: &Terms) -> Result<Vec<DayMeasures>, ComparisonError> {
    measured_days(reference, successor, terms).map(|(_, days)| days)
}

fn measured_days<'s>(
    reference: &'s Side,
    successor: &'s Side,
    terms: &Terms,
) -> Result<(Common<'s>, Vec<DayMeasures>), ComparisonError> {
    terms.check()?;
    same_currency(reference, successor)?;
    let common = Common::of(reference, successor);
    let mut since = (0, 0);
    let mut days = Vec::with_capacity(common.days.len());
    for day in &common.days {
        let (left, right) = (&reference.days[since.0..=day.at.0], &successor.days[since.1..=day.at.1]);
        since = (day.at.0 + 1, day.at.1 + 1);
        let pairs = pairs(&common, day);
        days.push(DayMeasures {
            day: day.on,
            overlap: overlap(&pairs),
            top_overlap: top_overlap(&pairs, terms.top_k as usize),
            rank_correlation: rank_correlation(&pairs),
            active_share: Measured::Value(active_share(&pairs)),
            direction_clash: direction_clash(&pairs),
            sector_distance: sector_distance(&common, &pairs),
            turnover_reference: turnover(left),
            turnover_successor: turnover(right),
        });
    }
    Ok((common, days))
}

/// The weights of every name on a day, 0 where it is not compared, in the order of the names.
fn pairs(common: &Common<'_>, day: &CommonDay<'_>) -> Vec<Pair> {
    let pair = |name| match day.priced(name) {
        Err(_) => Pair { reference: 0.0, successor: 0.0 },
        Ok(()) => {
            Pair { reference: day.reference.weight(name.reference), successor: day.successor.weight(name.successor) }
        }
    };
    common.names.iter().map(pair).collect()
}

/// `Σ |s₁ − s₂| / 2` over the sectors; names without one are together.
fn sector_distance(common: &Common<'_>, pairs: &[Pair]) -> Measured {
    if common.names.iter().all(|name| name.sector.is_none()) {
        return Measured::Absent(Absence::NoSectors);
    }
    let mut sectors = BTreeMap::<Option<&str>, (Vec<f64>, Vec<f64>)>::new();
    for (name, pair) in common.names.iter().zip(pairs) {
        let sector = sectors.entry(name.sector.as_deref()).or_default();
        sector.0.push(pair.reference);
        sector.1.push(pair.successor);
    }
    let distances: Vec<f64> = sectors.values().map(|(left, right)| (sum(left) - sum(right)).abs()).collect();
    Measured::Value(sum(&distances) / 2.0)
}

fn turnover(days: &[SideDay]) -> Measured {
    let turnovers: Option<Vec<f64>> = days.iter().map(|day| day.turnover).collect();
    Measured::or(turnovers.map(|turnovers| sum(&turnovers)), Absence::NoEquity)
}

/// Costs up to and with the last common day, in units of currency: summed as integers.
fn costs(days: &[SideDay], last: Option<Date>) -> f64 {
    let until = days.iter().filter(|day| last.is_some_and(|last| day.on <= last));
    let micros: i128 = until.map(|day| i128::from(day.costs.micros())).sum();
    micros as f64 / 1e6
}
