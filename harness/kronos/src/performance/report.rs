//! Reports: what each config did, as a whole and by regime, market and stability bucket.
//!
//! A config is named by the journal itself: `{system}_{first twelve digits of its config digest}`. The runs of one
//! config are put together in the order of market, first day and run, whatever order they are handed in.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Date;
use domain::digest::Digest;
use journal::event::JournalDay;
use journal::journal::Journal;
use judge::labels::{regime_of, stability_bucket, stability_of};
use judge::metrics::series::Series;
use judge::metrics::trading::TradingDay;
use serde::Serialize;

use super::figures::{Day, Figures};

/// The slice of days that say nothing in a dimension of which other days say something.
const NOT_TOLD: &str = "NOT_TOLD";

/// A run with the market that it traded.
#[derive(Clone, Copy, Debug)]
pub struct Run<'j> {
    /// The market, for example `US_EQ`; `None` where the caller does not know.
    pub market: Option<&'j str>,
    /// What it did.
    pub journal: &'j Journal,
}

/// What a config did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Performance {
    /// The system that ran.
    pub engine_name: String,
    /// Its config.
    pub config_id: String,
    /// The first day with a return.
    pub period_start: Date,
    /// The last day with a return.
    pub period_end: Date,
    /// The runs.
    pub runs: Vec<Digest>,
    /// The figures of all days.
    pub metrics: Figures,
    /// By the regime told on the day.
    pub by_regime: Slices,
    /// By market.
    pub by_market: Slices,
    /// By the band of the mean stability score of the day.
    pub by_stability_bucket: Slices,
    /// Every day that counts, with its market; what makes two reports comparable.
    #[serde(skip)]
    pub days: BTreeSet<(Option<String>, Date)>,
}

/// A dimension: figures by slice, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Slices {
    /// The slices by name.
    Present(BTreeMap<String, Figures>),
    /// Why the dimension is absent.
    Absent(&'static str),
}

/// Why a report cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// No run at all.
    #[error("no run is named: a report is made of journals")]
    NoRuns,
    /// A run that counts twice.
    #[error("run {run} is named twice: its days would count twice")]
    Twice {
        /// The run.
        run: Digest,
    },
    /// A run without a return.
    #[error("run {run} has no daily return: {why}")]
    NoReturns {
        /// The run.
        run: Digest,
        /// Why.
        why: &'static str,
    },
}

/// A day with what it is sliced by.
struct Told {
    on: Date,
    day: Day,
    regime: Option<String>,
    market: Option<String>,
    bucket: Option<String>,
}

impl Performance {
    /// A report for each config among the runs, ascending by config. `bounds` cut the stability score into buckets; the
    /// lower bound belongs to its bucket.
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn of_runs(runs: &[Run<'_>], bounds: &[f64]) -> Result<Vec<Self>, ReportError> {
        let mut known = BTreeSet::new();
        let mut by_config: BTreeMap<String, Vec<Run<'_>>> = BTreeMap::new();
        for run in runs {
            let manifest = &run.journal.manifest;
            if !known.insert(manifest.run_id.to_string()) {
                return Err(ReportError::Twice { run: manifest.run_id });
            }
            by_config.entry(config_id(run.journal)).or_default().push(*run);
        }
        if by_config.is_empty() {
            return Err(ReportError::NoRuns);
        }
        by_config.into_iter().map(|(config_id, runs)| Self::of_config(config_id, runs, bounds)).collect()
    }

    fn of_config(config_id: String, mut runs: Vec<Run<'_>>, bounds: &[f64]) -> Result<Self, ReportError> {
        let key = |run: &Run<'_>| {
            let manifest = &run.journal.manifest;
            (run.market.map(str::to_owned), manifest.first_day, manifest.run_id.to_string())
        };
        runs.sort_by_cached_key(key);
        let mut told = Vec::new();
        for (at, run) in runs.iter().enumerate() {
            told.extend(days_of(at, run, bounds)?);
        }
        let days: BTreeSet<(Option<String>, Date)> = told.iter().map(|day| (day.market.clone(), day.on)).collect();
        let dates: BTreeSet<Date> = days.iter().map(|(_, on)| *on).collect();
        let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return Err(ReportError::NoRuns) };
        let no_market = "no market was named for any run";
        Ok(Self {
            engine_name: runs[0].journal.manifest.inputs.system.clone(),
            config_id,
            period_start: *first,
            period_end: *last,
            runs: runs.iter().map(|run| run.journal.manifest.run_id).collect(),
            metrics: Figures::of(&told.iter().map(|day| day.day).collect::<Vec<Day>>()),
            by_regime: sliced(&told, |day| day.regime.as_ref(), "no engine told a regime on any day"),
            by_market: sliced(&told, |day| day.market.as_ref(), no_market),
            by_stability_bucket: sliced(
                &told,
                |day| day.bucket.as_ref(),
                "the stability engine told no mean stability score on any day",
            ),
            days,
        })
    }

    /// Every slice that is there, by dimension and name.
    pub fn slices(&self) -> impl Iterator<Item = (String, &Figures)> {
        let dimensions =
            [("regime", &self.by_regime), ("market", &self.by_market), ("stability_bucket", &self.by_stability_bucket)];
        dimensions.into_iter().flat_map(|(dimension, slices)| {
            let slices = match slices {
                Slices::Present(slices) => Some(slices),
                Slices::Absent(_) => None,
            };
            slices.into_iter().flatten().map(move |(name, figures)| (format!("{dimension} {name}"), figures))
        })
    }
}

/// The config of a run: `{system}_{hash}`.
#[must_use]
pub fn config_id(journal: &Journal) -> String {
    let inputs = &journal.manifest.inputs;
    crate::configs::config_id(&inputs.system, inputs.config_digest)
}

fn days_of(at: usize, run: &Run<'_>, bounds: &[f64]) -> Result<Vec<Told>, ReportError> {
    let id = run.journal.manifest.run_id;
    let refuse = |why: &'static str| ReportError::NoReturns { run: id, why };
    let returns = Series::of(&run.journal.days).returns();
    let returns = returns.ok_or_else(|| refuse("its equity was zero or less"))?;
    if returns.is_empty() {
        return Err(refuse("it has fewer than two days"));
    }
    let marked: Vec<(&JournalDay, TradingDay)> =
        run.journal.days.iter().filter_map(|day| Some((day, TradingDay::of(day)?))).collect();
    let told = marked.iter().skip(1).zip(returns).map(|((day, trading), growth)| Told {
        on: day.on,
        day: Day { run: at, growth, turnover: trading.turnover() },
        regime: regime_of(day).map(str::to_owned),
        market: run.market.map(str::to_owned),
        bucket: stability_of(day).map(|score| stability_bucket(score, bounds)),
    });
    Ok(told.collect())
}

fn sliced<'t>(told: &'t [Told], name: impl Fn(&'t Told) -> Option<&'t String>, absent: &'static str) -> Slices {
    if told.iter().all(|day| name(day).is_none()) {
        return Slices::Absent(absent);
    }
    let mut slices: BTreeMap<String, Vec<Day>> = BTreeMap::new();
    for day in told {
        let name = name(day).map_or_else(|| NOT_TOLD.to_owned(), Clone::clone);
        slices.entry(name).or_default().push(day.day);
    }
    Slices::Present(slices.into_iter().map(|(name, days)| (name, Figures::of(&days))).collect())
}
