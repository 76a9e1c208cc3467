//! A tape under examination: opened, proved unedited, and its rows looked at.
//!
//! What `tape.toml` speaks of is known and counts against nothing; a breach that nothing explains refuses the tape, and
//! what is only worth a look is told and passes.

use columnar::manifest::TapeManifest;
use columnar::quality::{self, Finding, Severity};
use columnar::tape_folder::StoredTape;
use domain::calendar::Calendar;
use domain::date::Date;
use serde::Serialize;

use crate::error::CliError;
use crate::examination::Problem;
use crate::exit::Exit;
use crate::market;
use crate::root::Root;
use crate::table::{Align, count, table};

/// What a check of a tape found.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedTape {
    /// The tape.
    pub tape: String,
    /// The gravest of its problems; a pass when there is none.
    pub verdict: Exit,
    /// What it holds, unless it cannot be opened.
    pub extent: Option<Extent>,
    /// Findings that nothing explains and that cannot stand.
    pub refused: usize,
    /// Findings that nothing explains and that are worth a look.
    pub flagged: usize,
    /// Findings that the tape itself explains.
    pub known: usize,
    /// All findings, the gravest first.
    pub findings: Vec<Finding>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// What a tape holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extent {
    /// Instruments with bars.
    pub instruments: usize,
    /// Rows of all tables.
    pub rows: u64,
    /// The first day on which something happened.
    pub first: Option<Date>,
    /// The last day.
    pub last: Option<Date>,
}

/// How a tape is opened: [`market::open_tape`] or [`market::open_argument`].
pub type Open = fn(&Root, &str) -> Result<StoredTape, CliError>;

/// Opens and checks a tape; `command` completes a command for a person to copy.
#[must_use]
pub fn check_tape(root: &Root, name: &str, open: Open, command: impl Fn(&str) -> String) -> CheckedTape {
    let reproduce = command(&format!("data check {name}"));
    let found = open(root, name).and_then(|tape| {
        let calendar = calendar_of(root, tape.manifest())?;
        Ok((Extent::of(&tape), quality::check(&tape, calendar.as_ref())?))
    });
    match found {
        Ok((extent, findings)) => CheckedTape::of(name, extent, findings, reproduce),
        Err(error) => {
            let problem = Problem::of_error(&error, reproduce);
            CheckedTape { verdict: error.exit, problems: vec![problem], ..CheckedTape::unopened(name) }
        }
    }
}

/// The calendar of the tape's market; `None` for a tape without one, or a market without a calendar.
///
/// # Errors
/// [`CliError`] for a calendar whose facts contradict each other.
pub fn calendar_of(root: &Root, manifest: &TapeManifest) -> Result<Option<Calendar>, CliError> {
    let Some(market) = &manifest.about.market else { return Ok(None) };
    let known = columnar::calendars::list(&root.scenarios())?;
    if known.contains(market) { market::calendar(root, market) } else { Ok(None) }
}

impl Extent {
    /// The extent of a tape.
    #[must_use]
    pub fn of(tape: &StoredTape) -> Self {
        let tables = &tape.manifest().tables;
        Self {
            instruments: tape.instruments().len(),
            rows: tables.values().map(|table| table.rows).sum(),
            first: tables.values().filter_map(|table| table.first).min(),
            last: tables.values().filter_map(|table| table.last).max(),
        }
    }
}

impl CheckedTape {
    fn unopened(name: &str) -> Self {
        Self {
            tape: name.to_owned(),
            verdict: Exit::Pass,
            extent: None,
            refused: 0,
            flagged: 0,
            known: 0,
            findings: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn of(name: &str, extent: Extent, findings: Vec<Finding>, reproduce: String) -> Self {
        let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let (refused, flagged, known) = (of(Severity::Refuse), of(Severity::Flag), of(Severity::Known));
        let problem = (refused > 0).then(|| Problem {
            verdict: Exit::BadInput,
            message: format!("{} that nothing explains:", count(refused, "finding")),
            details: findings.iter().filter(|finding| finding.severity == Severity::Refuse).map(line).collect(),
            hint: "import the tape again with --quarantine, or explain each under [[known_defects]] in its tape.toml"
                .to_owned(),
            reproduce,
        });
        let verdict = if refused > 0 { Exit::BadInput } else { Exit::Pass };
        let problems = problem.into_iter().collect();
        Self { verdict, extent: Some(extent), refused, flagged, known, findings, problems, ..Self::unopened(name) }
    }

    /// The columns of the table of tapes.
    pub const COLUMNS: [(&'static str, Align); 9] = [
        ("tape", Align::Left),
        ("instruments", Align::Right),
        ("rows", Align::Right),
        ("first day", Align::Left),
        ("last day", Align::Left),
        ("refused", Align::Right),
        ("flagged", Align::Right),
        ("known", Align::Right),
        ("verdict", Align::Left),
    ];

    /// The rows of the table of tapes.
    #[must_use]
    pub fn rows(tapes: &[Self]) -> Vec<Vec<String>> {
        tapes.iter().map(Self::row).collect()
    }

    /// The table of tapes.
    #[must_use]
    pub fn table(tapes: &[Self]) -> String {
        table(&Self::COLUMNS, Self::rows(tapes))
    }

    fn row(&self) -> Vec<String> {
        let mut row = vec![self.tape.clone()];
        row.extend(match &self.extent {
            None => vec!["-".to_owned(); 7],
            Some(extent) => vec![
                extent.instruments.to_string(),
                extent.rows.to_string(),
                day(extent.first),
                day(extent.last),
                self.refused.to_string(),
                self.flagged.to_string(),
                self.known.to_string(),
            ],
        });
        row.push(self.verdict.to_string());
        row
    }
}

/// A finding in a line.
#[must_use]
pub fn line(finding: &Finding) -> String {
    let Finding { severity, check, subject, first, last, what, explanation } = finding;
    let days = if first == last { first.to_string() } else { format!("{first}..{last}") };
    let known = explanation.as_ref().map_or_else(String::new, |explanation| format!(" (known: {explanation})"));
    format!("{:<6} {:<15} {subject} {days}: {what}{known}", severity.text(), check.code())
}

/// A day, or `-`.
#[must_use]
pub fn day(day: Option<Date>) -> String {
    day.map_or_else(|| "-".to_owned(), |day| day.to_string())
}
