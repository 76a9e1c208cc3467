//! `kronos propose | review | experiment | schedule | promote | rollback | report | list | log`: the life of a config.
//!
//! Every act is one row of the log in `kronos/`, with a name and a reason; what is true is a fold over the rows. No act
//! happens in continuous integration. Reading and reporting write nothing.

mod acts;
mod configs;
mod experiment;
mod list;
mod log;
mod promote;
mod propose;
mod refusals;
mod report;
mod review;
mod schedule;
mod verdicts;

use std::path::PathBuf;

use clap::Subcommand;

use super::Context;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::exit::Exit;
use crate::root::Root;

/// Propose, try, judge, activate and roll back configs; report what they earned.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    Propose(propose::Arguments),
    /// Make an experiment of a proposal, or discard it.
    #[command(subcommand)]
    Review(review::Command),
    /// Create, queue and judge experiments; clear alerts.
    #[command(subcommand)]
    Experiment(experiment::Command),
    /// Take experiments from the queue and hand in what became of them.
    #[command(subcommand)]
    Schedule(schedule::Command),
    Promote(promote::Arguments),
    Rollback(promote::RollBackArguments),
    Report(report::Arguments),
    List(list::Arguments),
    /// Show, verify and repair the log.
    #[command(subcommand)]
    Log(log::Command),
}

/// Where the log lies.
#[derive(Clone, Debug, clap::Args)]
pub struct StoreArguments {
    /// The folder of the log, and of the verdicts and trials beside it; kronos/ below the root when not given.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
}

impl StoreArguments {
    fn folder(&self, root: &Root) -> PathBuf {
        self.store.clone().unwrap_or_else(|| root.kronos())
    }
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Propose(_) => "kronos propose",
            Self::Review(command) => command.name(),
            Self::Experiment(command) => command.name(),
            Self::Schedule(command) => command.name(),
            Self::Promote(_) => "kronos promote",
            Self::Rollback(_) => "kronos rollback",
            Self::Report(_) => "kronos report",
            Self::List(_) => "kronos list",
            Self::Log(command) => command.name(),
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::Propose(arguments) => arguments.json,
            Self::Review(command) => command.json(),
            Self::Experiment(command) => command.json(),
            Self::Schedule(command) => command.json(),
            Self::Promote(arguments) => arguments.json,
            Self::Rollback(arguments) => arguments.json,
            Self::Report(arguments) => arguments.json,
            Self::List(arguments) => arguments.json,
            Self::Log(command) => command.json(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`CliError`] for everything that keeps the command from its report.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    match command {
        Command::Propose(arguments) => propose::run(arguments, context),
        Command::Review(command) => review::run(command, context),
        Command::Experiment(command) => experiment::run(command, context),
        Command::Schedule(command) => schedule::run(command, context),
        Command::Promote(arguments) => promote::run(arguments, context),
        Command::Rollback(arguments) => promote::run_back(arguments, context),
        Command::Report(arguments) => report::run(arguments, context),
        Command::List(arguments) => list::run(arguments, context),
        Command::Log(command) => log::run(command, context),
    }
}
