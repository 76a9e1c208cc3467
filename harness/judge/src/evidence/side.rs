//! One side of a run: whose journal it is, on which terms it was made, and its days.
//!
//! A day keeps what gates ask for and no more: equity, turnover, gross exposure, costs, breaches of the mandate, and
//! the regime and stability bucket in which the day is counted. The stability bucket is the band of the market's mean
//! stability score in which the day falls, between the bounds that the policy gives: those of Kronos.

use domain::date::Date;
use domain::digest::Digest;
use domain::quantity::Cash;
use domain::seed::Seed;
use journal::event::{BookMark, Event, JournalDay};
use journal::journal::Journal;
use serde::{Deserialize, Serialize};

use super::breaches::Breaches;
use crate::golden::Golden;
use crate::golden::body::{DailyLine, one_word};
use crate::labels::{regime_of, stability_bucket, stability_of};
use crate::metrics::trading::{TradingDay, gross_exposure};

/// One side of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Identity and terms.
    pub origin: SideOrigin,
    /// The trading days, ascending.
    pub days: Vec<SideDay>,
}

/// Whose journal a side is, and on which terms it was made. Two sides compare when their worlds, tapes and seeds are
/// equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SideOrigin {
    /// The digest of the run's inputs.
    pub run_id: Digest,
    /// The digest of its journal: its behaviour.
    pub journal: Digest,
    /// The digest of the scenario's world: days, account, execution.
    pub world: Digest,
    /// The digest of its facts.
    pub tape: Digest,
    /// The seed of all chance in it.
    pub seed: Seed,
    /// The last day on which the scenario trades. A run that ends earlier broke off.
    pub last_day: Date,
    /// Cash before the first day.
    pub initial_cash_micros: i64,
}

/// One trading day of a side.
#[derive(Clone, Debug, PartialEq)]
pub struct SideDay {
    /// The day.
    pub on: Date,
    /// Equity at its end.
    pub equity: Cash,
    /// Two-way turnover as a fraction of equity; `None` on a day without trade.
    pub turnover: Option<f64>,
    /// Gross exposure as a fraction of equity; `None` when there is no equity.
    pub gross: Option<f64>,
    /// Costs and slippage paid; `None` where the source does not say.
    pub costs: Option<Cash>,
    /// Breaches of the mandate; `None` where nobody looked.
    pub breaches: Option<u32>,
    /// The regime's label, where an engine gave one.
    pub regime: Option<String>,
    /// The stability bucket, where an engine gave a score.
    pub stability: Option<String>,
}

impl Side {
    /// The side of a journal, held against its mandate. `last_day` is the last day on which its scenario trades,
    /// `stability_bounds` part the buckets of stability.
    #[must_use]
    pub fn of_journal(journal: &Journal, last_day: Date, breaches: &Breaches, stability_bounds: &[f64]) -> Self {
        let manifest = &journal.manifest;
        let origin = SideOrigin {
            run_id: manifest.run_id,
            journal: manifest.digest,
            world: manifest.inputs.scenario_digest,
            tape: manifest.inputs.tape_digest,
            seed: manifest.inputs.seed,
            last_day,
            initial_cash_micros: manifest.initial_cash_micros,
        };
        let days = journal.days.iter().filter_map(|day| day_of(day, breaches.on(day.on), stability_bounds)).collect();
        Self { origin, days: carried(days) }
    }

    /// The side that a golden froze. It does not tell costs, breaches or stability.
    #[must_use]
    pub fn of_golden(golden: &Golden, initial_cash: Cash) -> Option<Self> {
        let from = &golden.origin;
        let origin = SideOrigin {
            run_id: from.run_id,
            journal: from.journal_digest,
            world: from.scenario_digest,
            tape: from.tape_digest,
            seed: from.seed,
            last_day: golden.body.daily.last()?.day,
            initial_cash_micros: initial_cash.micros(),
        };
        let day = |line: &DailyLine| SideDay {
            on: line.day,
            equity: line.equity,
            turnover: line.turnover,
            gross: line.gross,
            costs: None,
            breaches: None,
            regime: line.regime.clone(),
            stability: None,
        };
        Some(Self { origin, days: carried(golden.body.daily.iter().map(day).collect()) })
    }
}

fn day_of(day: &JournalDay, breaches: Option<u32>, stability_bounds: &[f64]) -> Option<SideDay> {
    let Some(Event::BookMarked(mark)) = day.events.last() else { return None };
    let trading = TradingDay::of(day).filter(TradingDay::is_rebalance);
    let slippage = trading.as_ref().map_or(Cash::default(), |trading| trading.slippage);
    Some(SideDay {
        on: day.on,
        equity: mark.equity,
        turnover: trading.as_ref().and_then(TradingDay::turnover),
        gross: gross_exposure(mark),
        costs: Some(costs_of(mark, slippage)),
        breaches,
        regime: regime_of(day).map(one_word),
        stability: stability_of(day).map(|score| stability_bucket(score, stability_bounds)),
    })
}

fn costs_of(mark: &BookMark, slippage: Cash) -> Cash {
    Cash::from_micros(mark.costs.micros().saturating_add(slippage.micros()))
}

/// Labels stand until the next one: an engine that abstains for a day does not end a regime.
fn carried(mut days: Vec<SideDay>) -> Vec<SideDay> {
    let (mut regime, mut stability) = (None, None);
    for day in &mut days {
        keep(&mut regime, &mut day.regime);
        keep(&mut stability, &mut day.stability);
    }
    days
}

fn keep(standing: &mut Option<String>, today: &mut Option<String>) {
    if today.is_some() {
        standing.clone_from(today);
    } else {
        today.clone_from(standing);
    }
}
