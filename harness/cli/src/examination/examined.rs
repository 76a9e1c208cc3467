//! What became of a case: the run, how it stands with its golden, and what went wrong.

use std::path::PathBuf;

use ::journal::journal::Journal;
use domain::date::Date;
use domain::digest::Digest;
use judge::evidence::side::Side;
use judge::golden::Golden;
use judge::golden::compare::Comparison;
use judge::golden::scope::Class;
use judge::metrics::Metrics;
use serde::Serialize;

use super::Problem;
use crate::exit::Exit;

/// What became of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Examined {
    /// The case.
    pub case: String,
    /// The gravest of its problems; a pass when there is none.
    pub verdict: Exit,
    /// The run, unless it came to none.
    pub run: Option<Run>,
    /// How it stands with the golden.
    pub golden: GoldenState,
    /// Every difference from the golden, where there is one.
    pub comparison: Option<Comparison>,
    /// What went wrong, in the order of the work.
    pub problems: Vec<Problem>,
    /// The golden that the run would have.
    #[serde(skip)]
    pub fresh: Option<Golden>,
    /// The run and what was accepted, as a gate sees them.
    #[serde(skip)]
    pub sides: Option<CaseSides>,
    /// Where the journal lies.
    #[serde(skip)]
    pub folder: Option<PathBuf>,
}

/// A run by its identity, content and figures.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// The identity.
    pub run_id: Digest,
    /// The digest of all events.
    pub digest: Digest,
    /// The first trading day.
    pub first_day: Date,
    /// The last trading day.
    pub last_day: Date,
    /// Trading days.
    pub days: u64,
    /// Events.
    pub events: u64,
    /// The currency of all money.
    pub currency: String,
    /// The figures.
    pub metrics: Metrics,
}

/// A case as a gate sees it.
#[derive(Clone, Debug)]
pub struct CaseSides {
    /// The market on which it trades.
    pub market: String,
    /// The run.
    pub now: Side,
    /// What was accepted.
    pub accepted: Side,
}

/// How a case stands with its golden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GoldenState {
    /// Nothing differs.
    Equal,
    /// What differs is within tolerance, and the policy lets it pass between versions.
    Noise,
    /// Something differs.
    Differs,
    /// There is none.
    Missing,
    /// It cannot be used.
    Refused,
    /// The run came to no journal.
    NotCompared,
}

impl Examined {
    pub(super) fn of(case: &str) -> Self {
        Self {
            case: case.to_owned(),
            verdict: Exit::Pass,
            run: None,
            golden: GoldenState::NotCompared,
            comparison: None,
            problems: Vec::new(),
            fresh: None,
            sides: None,
            folder: None,
        }
    }

    /// Notes a problem.
    pub(crate) fn add(&mut self, problem: Problem) {
        self.verdict = self.verdict.max(problem.verdict);
        self.problems.push(problem);
    }
}

impl Run {
    /// The run of a journal.
    #[must_use]
    pub fn of(journal: &Journal) -> Self {
        let manifest = &journal.manifest;
        Self {
            run_id: manifest.run_id,
            digest: manifest.digest,
            first_day: manifest.first_day,
            last_day: manifest.last_day,
            days: manifest.days,
            events: manifest.events,
            currency: manifest.currency.clone(),
            metrics: Metrics::of(journal),
        }
    }
}

impl GoldenState {
    pub(super) fn of(comparison: &Comparison) -> Self {
        match comparison.class() {
            None => Self::Equal,
            Some(Class::Noise) if comparison.passes() => Self::Noise,
            Some(_) => Self::Differs,
        }
    }

    /// The state in a word or two.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Noise => "noise",
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::Refused => "refused",
            Self::NotCompared => "-",
        }
    }
}
