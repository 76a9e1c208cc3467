//! The body of a golden: what a run did, as lines of text.
//!
//! | file | one line for each | columns |
//! |---|---|---|
//! | `summary.txt` | figure of the run, mean or share of a figure of an engine | name, unit, value |
//! | `daily.txt` | trading day | day, equity, turnover, gross exposure, regime, running digest (16 digits) |
//! | `weights.txt` | target weight on a day with new targets | day, instrument, weight |
//! | `digests.txt` | lane and month | lane, month, digest |
//!
//! ```text
//! # day                  equity turnover               gross                  regime       running digest
//! 2008-09-12         998.500000 0.25                   0.25037556334501754    CALM_CARRY   2e9f479797e08bb6
//! ```
//!
//! Lines are sorted, columns are fixed, floats stand in the shortest form that reads back to the same bits, money
//! with its six decimals, and `-` for what is absent. A text has one canonical form only: reading renders again and
//! refuses a line that comes out otherwise.

use domain::date::Date;
use domain::digest::Digest;
use domain::quantity::Cash;
use journal::event::Event;
use journal::journal::Journal;

use super::engine_lines::engine_lines;
use crate::labels::regime_of;
use crate::metrics::Metrics;
use crate::metrics::trading::{TradingDay, gross_exposure};

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// The figures for people.
    pub summary: Vec<SummaryLine>,
    /// One line a day.
    pub daily: Vec<DailyLine>,
    /// The target weights.
    pub weights: Vec<WeightLine>,
    /// The digest of each lane and month.
    pub digests: Vec<DigestLine>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryLine {
    /// The name, as in [`Metrics`].
    pub name: String,
    /// The unit.
    pub unit: String,
    /// The value as it stands in the text.
    pub value: String,
}

/// One trading day.
#[derive(Clone, Debug, PartialEq)]
pub struct DailyLine {
    /// The day.
    pub day: Date,
    /// Equity at its end.
    pub equity: Cash,
    /// Two-way turnover; `None` on a day without trade.
    pub turnover: Option<f64>,
    /// Gross exposure as a fraction of equity; `None` when there is no equity.
    pub gross: Option<f64>,
    /// The regime's label, where an engine gave one.
    pub regime: Option<String>,
    /// The first 16 digits of the running digest.
    pub running: String,
}

/// One target weight.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightLine {
    /// The day of the decision.
    pub day: Date,
    /// The instrument.
    pub instrument: String,
    /// Fraction of equity.
    pub weight: f64,
}

/// One lane and month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestLine {
    /// The engine, or the part of the harness.
    pub lane: String,
    /// `YYYY-MM`.
    pub month: String,
    /// The digest of its events.
    pub digest: Digest,
}

/// The figures of a summary, in their order: what a reviewer asks first.
const SUMMARY: [&str; 17] = [
    "first_day",
    "last_day",
    "trading_days",
    "final_equity",
    "total_return",
    "annual_return",
    "volatility",
    "sharpe_ratio",
    "sortino_ratio",
    "max_drawdown",
    "var_95_interpolated",
    "turnover_per_rebalance",
    "costs_total",
    "fills",
    "refusals",
    "cancels",
    "gross_exposure_mean",
];

impl Body {
    /// What the run of a journal did.
    #[must_use]
    pub fn of(journal: &Journal) -> Self {
        Self {
            summary: [summary_of(&Metrics::of(journal)), engine_lines(journal)].concat(),
            daily: daily_of(journal),
            weights: weights_of(journal),
            digests: digests_of(journal),
        }
    }
}

fn summary_of(metrics: &Metrics) -> Vec<SummaryLine> {
    let figures = metrics.figures();
    let line = |name: &&str| {
        let figure = figures.iter().find(|figure| figure.name == *name)?;
        let (unit, value) = (figure.unit.to_string(), figure.value.to_string());
        Some(SummaryLine { name: (*name).to_owned(), unit, value })
    };
    SUMMARY.iter().filter_map(line).collect()
}

fn daily_of(journal: &Journal) -> Vec<DailyLine> {
    let days = journal.days.iter().zip(&journal.running);
    let line = |(day, running): (&journal::event::JournalDay, &Digest)| {
        let Some(Event::BookMarked(mark)) = day.events.last() else { return None };
        let turnover = TradingDay::of(day).filter(TradingDay::is_rebalance).and_then(|trading| trading.turnover());
        let regime = regime_of(day).map(one_word);
        let (equity, gross, running) = (mark.equity, gross_exposure(mark), running.short());
        Some(DailyLine { day: day.on, equity, turnover, gross, regime, running })
    };
    days.filter_map(line).collect()
}

fn weights_of(journal: &Journal) -> Vec<WeightLine> {
    let mut lines = Vec::new();
    for (day, event) in journal.events() {
        if let Event::TargetSet { instrument, weight } = event {
            let instrument = journal.id(*instrument).map_or_else(|| "unknown".to_owned(), ToString::to_string);
            lines.push(WeightLine { day, instrument, weight: *weight });
        }
    }
    lines
}

fn digests_of(journal: &Journal) -> Vec<DigestLine> {
    let mut lines = Vec::new();
    for (lane, months) in &journal.manifest.lane_digests {
        for (month, digest) in months {
            lines.push(DigestLine { lane: one_word(lane), month: month.clone(), digest: *digest });
        }
    }
    lines
}

/// A label as one column: white space would shift the columns after it, and a dash says that there is none.
pub(crate) fn one_word(label: &str) -> String {
    let word: String = label.chars().map(|letter| if letter.is_whitespace() { '_' } else { letter }).collect();
    if word.is_empty() || word == "-" { "_".to_owned() } else { word }
}

impl SummaryLine {
    /// The value as a number; `None` for a day or what is absent.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.value.parse().ok().filter(|value: &f64| value.is_finite() && self.unit != "day")
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, SUMMARY};
    use crate::golden::TOLERABLE_FIELDS;

    #[test]
    fn every_figure_of_the_summary_exists_and_every_tolerable_one_is_in_it() {
        let summary = Body::of(&crate::fixture::journal()).summary;
        let names: Vec<&str> = summary.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names[..SUMMARY.len()], SUMMARY);
        let figures = TOLERABLE_FIELDS.iter().filter_map(|field| field.strip_prefix("summary."));
        assert!(figures.clone().count() > 0 && figures.clone().all(|name| SUMMARY.contains(&name)));
    }
}
