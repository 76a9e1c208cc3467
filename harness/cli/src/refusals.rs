//! What the crates below refuse, as errors of the command line: the exit code, and what to do next.

use std::path::Path;

use columnar::error::DataError;
use domain::system::SystemFailure;
use journal::log::LogFault;
use journal::store::{self, StoreError};
use judge::golden::GoldenError;
use judge::golden::accept::AcceptError;
use replay::day::DayError;
use replay::run::ReplayError;

use crate::error::CliError;
use crate::exit::Exit;

/// What to do about a finished journal that is not what its run wrote.
const ANEW: &str = "delete the folder and replay the scenario again";

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Io { source, path, doing } => Self::file(doing, &path, &source),
            StoreError::Busy { .. } => Self::new(Exit::Environment, message, "one process writes a run at a time"),
            StoreError::Conflict { .. } => Self::new(
                Exit::NotDeterministic,
                message,
                "if the code changed since, replay with --fresh to replace what is stored; if not, \
                 `prometheus check --case NAME` finds the first difference",
            ),
            StoreError::Unfinished { .. } => {
                Self::bad_input(message, "go on with --resume DIR, or start anew with --fresh")
            }
            StoreError::OtherRun { .. } | StoreError::NothingToResume { .. } => {
                Self::bad_input(message, "give --resume the folder of an unfinished run of this very scenario")
            }
            StoreError::Occupied { .. } => Self::bad_input(message, "give --out a folder of its own"),
            StoreError::Manifest(_) => Self::bad_input(message, "check the days of the scenario against its tape"),
            StoreError::Log { path, source } => Self::bad_input(message, hint_of_log(&path, &source.fault)),
            _ => Self::bad_input(message, ANEW),
        }
    }
}

/// A finished journal that is torn is lost; an unfinished one is torn by nature, and goes on from its last checkpoint.
fn hint_of_log(path: &Path, fault: &LogFault) -> String {
    let torn = matches!(fault, LogFault::Torn { .. } | LogFault::NoEnd | LogFault::Checksum);
    match path.parent().filter(|folder| torn && store::unfinished_path(folder) == *folder) {
        Some(folder) => format!("go on with `prometheus replay SCENARIO --resume {}`", folder.display()),
        None => ANEW.to_owned(),
    }
}

impl From<ReplayError> for CliError {
    fn from(error: ReplayError) -> Self {
        let message = error.to_string();
        let hint = match &error {
            ReplayError::Finish(failure) | ReplayError::Day { source: DayError::System(failure), .. } => {
                return of_system(failure, message);
            }
            ReplayError::Sink(_) => return Self::new(Exit::Environment, message, "check that the disk has room"),
            ReplayError::Checkpoint(_) | ReplayError::State(_) => "start the run anew with --fresh",
            ReplayError::Day { source: DayError::Decision(_), .. } => {
                "mend the system: it gave a decision that cannot stand"
            }
            ReplayError::Day { source: DayError::Amount(_), .. } => "start the account with less cash",
            _ => {
                "`prometheus scenario describe` shows the scenario with all its defaults, `prometheus data describe` its tape"
            }
        };
        Self::bad_input(message, hint)
    }
}

/// A system that failed: whose fault it is decides the exit code.
fn of_system(failure: &SystemFailure, message: String) -> CliError {
    match failure {
        SystemFailure::Broken(_) => {
            CliError::bad_input(message, "mend the system or its command; docs/external.md has the protocol")
        }
        SystemFailure::Unrepeatable(_) => CliError::new(
            Exit::NotDeterministic,
            message,
            "an engine may depend on nothing but what it is told; start the run anew with --fresh",
        ),
        SystemFailure::Unavailable(_) => CliError::new(
            Exit::Environment,
            message,
            "check that the program may be run, and that the machine has room",
        ),
    }
}

impl From<DataError> for CliError {
    fn from(error: DataError) -> Self {
        match &error {
            DataError::Io { path, action, source } => return Self::file(action, Path::new(path), source),
            DataError::Taken { .. } => {
                return Self::new(Exit::Environment, error.to_string(), "one process at a time writes a tape");
            }
            _ => {}
        }
        let hint = match &error {
            DataError::Edited { .. } => {
                "a tape is never edited in place: restore it from version control, or import it anew with `prometheus data import`"
            }
            DataError::Calendar(_) => {
                "choose days inside the calendar's range, or extend its facts in scenarios/calendars/"
            }
            DataError::Unreadable { .. } | DataError::Format { .. } | DataError::Column { .. } => {
                "mend the file, restore it from version control, or import the tape anew"
            }
            DataError::Foreign { .. } => "only a tape, or the tables of a journal, is ever replaced",
            DataError::Request(_) => "add --help to the command for examples",
            _ => "`prometheus data describe` shows what each tape holds",
        };
        let message = error.to_string();
        Self::bad_input(message, hint)
    }
}

impl From<GoldenError> for CliError {
    fn from(error: GoldenError) -> Self {
        let message = error.to_string();
        match &error {
            GoldenError::NoGolden { .. } => {
                Self::evidence_missing(message, "`prometheus golden list` shows all goldens")
            }
            error if error.is_environment() => {
                Self::new(Exit::Environment, message, "check that the folder can be read and written")
            }
            _ => Self::bad_input(message, "a golden changes by `golden accept` and `golden undo` alone"),
        }
    }
}

impl From<AcceptError> for CliError {
    fn from(error: AcceptError) -> Self {
        let message = error.to_string();
        match error {
            AcceptError::Golden(error) => error.into(),
            AcceptError::OutOfScope { .. } => {
                Self::bad_input(message, "`prometheus golden diff CASE` shows the difference")
            }
            AcceptError::Argument { .. } => {
                Self::bad_input(message, "an acceptance needs a name and a reason, a line each")
            }
            AcceptError::NothingKept { .. } | AcceptError::KeptEdited { .. } => {
                Self::evidence_missing(message, "what was accepted elsewhere is undone in version control")
            }
        }
    }
}
