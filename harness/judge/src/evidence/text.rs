//! Evidence as canonical text, and back.
//!
//! | file | holds |
//! |---|---|
//! | `evidence.toml` | subjects, runs with the origins of their sides, checks, trials, controls |
//! | `runs/NNN-candidate.txt`, `runs/NNN-baseline.txt` | one line a trading day of run NNN |
//!
//! ```text
//! # day                  equity turnover gross costs breaches regime stability
//! 2008-09-15     998500.000000 0.25     0.7   12.5  0        RISK_OFF 0.3-0.5
//! ```
//!
//! A text has one form only: reading renders again and refuses what comes out otherwise, so no two texts say the same
//! and a changed byte is either a refusal or another evidence.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use super::checks::{Check, ControlStanding, TrialCount};
use super::side::{Side, SideDay, SideOrigin};
use super::{Evidence, Part, Run, Subject};
use crate::golden::lines::{self, Line, cash, expected, number_or_dash, optional, parsed, put};

/// Texts by the names of their files.
pub type Files = BTreeMap<String, String>;

/// The file that names all others.
pub const HEAD: &str = "evidence.toml";

/// The version of the format.
const FORMAT: u32 = 2;

/// A text that is no evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {what}", .line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct EvidenceError {
    /// The file.
    pub file: String,
    /// Its line, from 1, where one is at fault.
    pub line: Option<usize>,
    /// What is wrong, and what was expected.
    pub what: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: u32,
    on: Date,
    battery: Digest,
    candidate: Subject,
    baseline: Subject,
    trials: Option<TrialCount>,
    controls: Option<ControlStanding>,
    #[serde(default)]
    runs: Vec<HeadRun>,
    #[serde(default)]
    checks: Vec<Check>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadRun {
    part: Part,
    case: String,
    market: String,
    candidate: SideOrigin,
    baseline: SideOrigin,
}

/// Evidence as texts.
///
/// # Errors
/// [`EvidenceError`] for what has no text: a figure that is not finite.
pub fn render(evidence: &Evidence) -> Result<Files, EvidenceError> {
    let run = |run: &Run| HeadRun {
        part: run.part,
        case: run.case.clone(),
        market: run.market.clone(),
        candidate: run.candidate.origin.clone(),
        baseline: run.baseline.origin.clone(),
    };
    let head = Head {
        format: FORMAT,
        candidate: evidence.candidate.clone(),
        baseline: evidence.baseline.clone(),
        on: evidence.on,
        battery: evidence.battery,
        runs: evidence.runs.iter().map(run).collect(),
        checks: evidence.checks.clone(),
        trials: evidence.trials.clone(),
        controls: evidence.controls.clone(),
    };
    let text = toml::to_string(&head).map_err(|error| bad(HEAD, error.to_string()))?;
    let mut files = Files::from([(HEAD.to_owned(), text)]);
    for (at, run) in evidence.runs.iter().enumerate() {
        for (name, side) in [("candidate", &run.candidate), ("baseline", &run.baseline)] {
            files.insert(file_of(at, name), lines::render(&side.days));
        }
    }
    Ok(files)
}

/// Evidence from texts; files that are no part of it are refused.
///
/// # Errors
/// [`EvidenceError`] with file and line for everything that [`render`] would not have written.
pub fn parse(files: &Files) -> Result<Evidence, EvidenceError> {
    let text = files.get(HEAD).ok_or_else(|| bad(HEAD, "there is no such file".to_owned()))?;
    let head: Head = toml::from_str(text).map_err(|error| bad(HEAD, error.to_string().trim().to_owned()))?;
    if head.format != FORMAT {
        return Err(bad(HEAD, format!("format is {}, and this program reads format {FORMAT}", head.format)));
    }
    let runs = head.runs.into_iter().enumerate().map(|(at, run)| {
        let days = |side: &str| {
            let file = file_of(at, side);
            let text = files.get(&file).ok_or_else(|| bad(&file, "there is no such file".to_owned()))?;
            lines::parse::<SideDay>(text)
                .map_err(|fault| EvidenceError { line: Some(fault.line), ..bad(&file, fault.what) })
        };
        Ok(Run {
            part: run.part,
            case: run.case,
            market: run.market,
            candidate: Side { days: days("candidate")?, origin: run.candidate },
            baseline: Side { days: days("baseline")?, origin: run.baseline },
        })
    });
    let evidence = Evidence {
        candidate: head.candidate,
        baseline: head.baseline,
        on: head.on,
        battery: head.battery,
        runs: runs.collect::<Result<Vec<Run>, EvidenceError>>()?,
        checks: head.checks,
        trials: head.trials,
        controls: head.controls,
    };
    same(&render(&evidence)?, files)?;
    Ok(evidence)
}

fn same(canonical: &Files, found: &Files) -> Result<(), EvidenceError> {
    if let Some(file) = found.keys().find(|file| !canonical.contains_key(*file)) {
        return Err(bad(file, "no run has this file: remove it".to_owned()));
    }
    match canonical.iter().find(|(file, text)| found.get(*file) != Some(text)) {
        Some((file, _)) => Err(bad(file, "not in canonical form: write it with this program".to_owned())),
        None => Ok(()),
    }
}

fn file_of(at: usize, side: &str) -> String {
    format!("runs/{at:03}-{side}.txt")
}

fn bad(file: &str, what: String) -> EvidenceError {
    EvidenceError { file: file.to_owned(), line: None, what }
}

impl Line for SideDay {
    const HEAD: &'static str = "# day                  equity turnover gross costs breaches regime stability";

    fn render(&self, out: &mut String) {
        let Self { on, equity, turnover, gross, costs, breaches, regime, stability } = self;
        let (equity, turnover, gross) = (equity.to_string(), optional(*turnover), optional(*gross));
        let costs = costs.map_or_else(dash, |costs| costs.to_string());
        let breaches = breaches.map_or_else(dash, |breaches| breaches.to_string());
        let [regime, stability] = [regime, stability].map(|label| label.clone().unwrap_or_else(dash));
        put(out, format_args!("{on} {equity:>18} {turnover} {gross} {costs} {breaches} {regime} {stability}"));
    }

    fn parse(columns: &[&str]) -> Result<Self, String> {
        let [on, equity, turnover, gross, costs, breaches, regime, stability] = columns else {
            return Err(expected("day, equity, turnover, gross, costs, breaches, regime and stability", columns));
        };
        let there = |text: &&str| *text != "-";
        let label = |text: &str| Some(text.to_owned()).filter(|text| text != "-");
        Ok(Self {
            on: parsed("day", on)?,
            equity: cash(equity)?,
            turnover: number_or_dash("turnover", turnover)?,
            gross: number_or_dash("gross", gross)?,
            costs: Some(*costs).filter(there).map(cash).transpose()?,
            breaches: Some(*breaches).filter(there).map(|text| parsed("breaches", text)).transpose()?,
            regime: label(regime),
            stability: label(stability),
        })
    }

    fn follows(&self, before: &Self) -> bool {
        self.on > before.on
    }
}

fn dash() -> String {
    "-".to_owned()
}
