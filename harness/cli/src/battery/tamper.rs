//! What a control does to its evidence before it is judged: the ways in which evidence goes missing, or is chosen.

use domain::date::Date;
use domain::digest::Digest;
use domain::quantity::Cash;
use judge::evidence::checks::{CheckKind, CheckState, TrialCount};
use judge::evidence::side::Side;
use judge::evidence::{Evidence, Part, Run};
use judge::metrics::drawdown::Drawdown;
use serde::Deserialize;

use super::{degrade, search};

/// What is done.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Tamper {
    /// The candidate's last days are gone from every historical run.
    EndsEarly {
        /// How many.
        days: u32,
    },
    /// Only these windows are shown.
    Only {
        /// Their names.
        windows: Vec<String>,
    },
    /// Only the windows in which the candidate did better are shown.
    OnlyTheBest,
    /// No day has a regime or a stability bucket.
    Unlabelled,
    /// No day has a stability bucket.
    WithoutStability,
    /// A part of the battery was not run.
    Without {
        /// Which.
        part: Part,
    },
    /// A kind of check was not made.
    Unchecked {
        /// Which.
        check: CheckKind,
    },
    /// A kind of check does not hold.
    Broken {
        /// Which.
        check: CheckKind,
    },
    /// Nobody held the candidate against the mandate.
    UnseenBreaches,
    /// The candidate lost everything on the way, so it has no returns.
    Ruined,
    /// No ledger of trials was asked.
    NoLedger,
    /// The candidate is the luckiest of so many coin-tossers, all of which stand in the ledger.
    Searched {
        /// How many.
        trials: u64,
    },
    /// The search picked by luck.
    Overfitted,
    /// The best of the search does not beat cash.
    NoSuperiority,
    /// The controls were never run.
    NoControls,
    /// A control passed that must not.
    Suspect,
    /// The deepest fall of one run is deeper, and made good.
    DeeperOnce,
    /// The resampled histories are a third wilder.
    HeavierTail,
    /// A half more is traded, for the same returns.
    MoreTurnover,
    /// Costs are told as a half higher.
    HigherCosts,
    /// Money is lost in crises and made elsewhere.
    LosesInCrises,
    /// One resampled history rises every day.
    TooSmooth,
}

impl Tamper {
    /// Does it.
    pub fn apply(&self, evidence: &mut Evidence) {
        match self {
            Self::EndsEarly { days } => each_of(evidence, Part::Historical, |side| {
                side.days.truncate(side.days.len().saturating_sub(*days as usize));
            }),
            Self::Only { windows } => evidence.runs.retain(|run| windows.contains(&run.case)),
            Self::OnlyTheBest => evidence.runs.retain(|run| run.candidate.sharpe() > run.baseline.sharpe()),
            Self::Unlabelled => evidence.runs.iter_mut().for_each(unlabel),
            Self::WithoutStability => {
                for run in &mut evidence.runs {
                    let days = run.candidate.days.iter_mut().chain(&mut run.baseline.days);
                    days.for_each(|day| day.stability = None);
                }
            }
            Self::Without { part } => evidence.runs.retain(|run| run.part != *part),
            Self::Unchecked { check } => evidence.checks.retain(|made| made.kind != *check),
            Self::Broken { check } => {
                let broken = evidence.checks.iter_mut().filter(|made| made.kind == *check);
                broken.for_each(|made| made.state = CheckState::Broken);
            }
            Self::UnseenBreaches => each_of(evidence, Part::Historical, |side| {
                side.days.iter_mut().for_each(|day| day.breaches = None);
            }),
            Self::Ruined => each_of(evidence, Part::Historical, |side| {
                let half = side.days.len() / 2;
                side.days.iter_mut().skip(half).for_each(|day| day.equity = Cash::default());
            }),
            Self::NoLedger => evidence.trials = None,
            Self::Searched { trials } => search::luckiest(evidence, *trials),
            Self::Overfitted => {
                evidence.trials =
                    Some(TrialCount { tried: 2, overfitting: Some(0.8), superiority: Some(0.01), ..searched(2) });
            }
            Self::NoSuperiority => {
                evidence.trials =
                    Some(TrialCount { tried: 2, overfitting: Some(0.1), superiority: Some(0.6), ..searched(2) });
            }
            Self::NoControls => evidence.controls = None,
            Self::DeeperOnce => deeper_once(evidence),
            Self::HeavierTail => each_of(evidence, Part::Bootstrap, |side| side.restate(|_, value| value * 1.33)),
            Self::MoreTurnover => each_of(evidence, Part::Historical, |side| degrade::trade(side, 1.5)),
            Self::HigherCosts => each_of(evidence, Part::Historical, |side| degrade::costs(side, 1.5)),
            Self::LosesInCrises => each_of(evidence, Part::Historical, |side| {
                side.restate(|day, value| {
                    let crisis = day.regime.as_deref().is_some_and(|regime| regime.contains("CRISIS"));
                    if crisis { value - 0.0004 } else { value + 0.0004 }
                });
            }),
            Self::TooSmooth => {
                let first = evidence.runs.iter_mut().find(|run| run.part == Part::Bootstrap);
                first.into_iter().for_each(|run| run.candidate.restate(|_, value| 0.001 + value / 10.0));
            }
            Self::Suspect => {
                if let Some(standing) = &mut evidence.controls {
                    standing.passed = vec!["a-control".to_owned()];
                    standing.cleared = None;
                }
            }
        }
    }
}

fn each_of(evidence: &mut Evidence, part: Part, change: impl Fn(&mut Side)) {
    evidence.runs.iter_mut().filter(|run| run.part == part).for_each(|run| change(&mut run.candidate));
}

/// Sixty days before its trough the first run loses three tenths of a per cent a day more, and has it back sixty days after.
fn deeper_once(evidence: &mut Evidence) {
    const DAYS: usize = 60;
    let Some(run) = evidence.runs.iter_mut().find(|run| run.part == Part::Historical) else { return };
    let equity: Vec<Cash> = run.candidate.days.iter().map(|day| day.equity).collect();
    let Some(trough) = Drawdown::of(&equity).map(|drawdown| drawdown.trough) else { return };
    let days: Vec<Date> = run.candidate.days.iter().map(|day| day.on).collect();
    let around =
        |from: usize, to: usize| days.get(from.min(days.len())..to.min(days.len())).unwrap_or_default().to_vec();
    let (before, after) = (around(trough.saturating_sub(DAYS), trough), around(trough, trough + DAYS));
    run.candidate.restate(|day, value| {
        let less = if before.contains(&day.on) { 0.003 } else { 0.0 };
        let more = if after.contains(&day.on) { 0.003 } else { 0.0 };
        value - less + more
    });
}

fn unlabel(run: &mut Run) {
    for day in run.candidate.days.iter_mut().chain(&mut run.baseline.days) {
        (day.regime, day.stability) = (None, None);
    }
}

/// What a ledger would say of so many trials without skill: over ten years their daily ratios vary by one over the days.
fn searched(trials: u64) -> TrialCount {
    const DAYS: f64 = 2520.0;
    TrialCount {
        head: Digest::of(b"a search"),
        tried: trials,
        effective: trials,
        sharpe_variance: 1.0 / DAYS,
        holds_candidate: true,
        overfitting: Some(0.1),
        superiority: Some(0.05),
        spent: vec!["all windows".to_owned()],
    }
}
