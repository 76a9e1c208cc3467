//! `golden list | check | diff | review | accept | undo`: baselines.
//!
//! A check never writes. Accepting is an act of a person, with a name and a reason; it replays the case twice, writes,
//! reads back what it wrote, and can be undone. Neither happens in continuous integration.

mod accept;
mod compare;
mod list;
mod review;
mod undo;

use clap::Subcommand;

use super::Context;
use crate::arguments::{Jobs, JsonFlag};
use crate::environment::is_ci;
use crate::error::CliError;
use crate::examination::{Depth, Examined, Examiner};
use crate::exit::Exit;
use crate::library::Library;
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::root::Root;

/// Show, compare, accept and undo baselines.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    List(list::Arguments),
    Check(compare::CheckArguments),
    Diff(compare::DiffArguments),
    Review(review::Arguments),
    Accept(accept::Arguments),
    Undo(undo::Arguments),
}

/// Which cases a command is about.
#[derive(Debug, clap::Args)]
pub struct Cases {
    /// Cases by their names.
    #[arg(value_name = "CASE")]
    pub names: Vec<String>,
    /// All cases of a suite instead.
    #[arg(long, value_name = "NAME", conflicts_with = "names")]
    pub suite: Option<String>,
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "golden list",
            Self::Check(_) => "golden check",
            Self::Diff(_) => "golden diff",
            Self::Review(_) => "golden review",
            Self::Accept(_) => "golden accept",
            Self::Undo(_) => "golden undo",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::List(arguments) => arguments.json,
            Self::Check(arguments) => arguments.json,
            Self::Diff(arguments) => arguments.json,
            Self::Review(arguments) => arguments.json,
            Self::Accept(arguments) => arguments.json,
            Self::Undo(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`CliError`] for everything that keeps the command from its report.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    match command {
        Command::List(_) => list::run(context),
        Command::Check(arguments) => compare::run_check(arguments, context),
        Command::Diff(arguments) => compare::run_diff(arguments, context),
        Command::Review(arguments) => review::run(arguments, context),
        Command::Accept(arguments) => accept::run(arguments, context),
        Command::Undo(arguments) => undo::run(arguments, context),
    }
}

impl Cases {
    /// The names that were given, or those of the suite; `None` when neither was given.
    fn given(&self, library: Library<'_>) -> Result<Option<Vec<String>>, CliError> {
        match (&self.suite, self.names.as_slice()) {
            (Some(suite), _) => Ok(Some(library.suite(suite)?.cases)),
            (None, []) => Ok(None),
            (None, names) => {
                // A typing error is told before anything is replayed.
                names.iter().try_for_each(|name| library.case(name).map(|_| ()))?;
                let mut once: Vec<String> = Vec::new();
                for name in names {
                    if !once.contains(name) {
                        once.push(name.clone());
                    }
                }
                Ok(Some(once))
            }
        }
    }

    /// The names that were given, or all cases.
    fn or_all(&self, root: &Root) -> Result<Vec<String>, CliError> {
        let library = Library::of(root);
        self.given(library)?.map_or_else(|| library.cases(), Ok)
    }
}

/// Examines cases, so many at once.
fn examine(examiner: &Examiner, cases: &[String], depth: Depth, jobs: Jobs, context: &Context<'_>) -> Vec<Examined> {
    let progress = Progress::begin(&context.output, "replays", cases.len());
    let examined = in_parallel(jobs.count(), cases, |case| {
        let examined = examiner.examine(case, depth);
        progress.step(&format!("{case}: {}", examined.verdict));
        examined
    });
    progress.end();
    examined
}

/// Refuses acts of a person where no person acts.
pub(crate) fn refuse_in_ci(act: &str) -> Result<(), CliError> {
    if !is_ci() {
        return Ok(());
    }
    let message =
        format!("{act} is refused: the variable CI is set, and what was accepted changes by the act of a person alone");
    Err(CliError::bad_input(message, "run it on your own machine, review, and commit what it wrote"))
}
