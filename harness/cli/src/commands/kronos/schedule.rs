//! `kronos schedule claim | finish | fail`: what runs next, and what became of it.

use clap::Subcommand;
use kronos::act::Request;
use kronos::actor::ActorKind;
use kronos::event::Breakdown;
use kronos::object::ResourceClass;

use super::acts::{ActArguments, experiment, perform};
use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Take experiments from the queue and hand in what became of them.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    Claim(ClaimArguments),
    Finish(FinishArguments),
    Fail(FailArguments),
}

/// Take the next experiment from the queue: by priority, then age, among those that can use what is free.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus kronos schedule claim --by nightly --reason \"both machines idle\"
  prometheus kronos schedule claim --free CPU_HEAVY --by nightly --reason \"one machine idle\"")]
pub struct ClaimArguments {
    /// A class with room: CPU_HEAVY, GPU_HEAVY or MIXED; all of them when not given.
    #[arg(long, value_name = "CLASS")]
    free: Vec<ResourceClass>,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// Hand in the results of an experiment; --evidence names each.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos schedule finish experiment-2 --evidence RUN_ID --by nightly --reason \"all cases ran\"")]
pub struct FinishArguments {
    /// The experiment.
    #[arg(value_name = "EXPERIMENT", value_parser = experiment)]
    experiment: u64,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// Say that a backtest broke down: it is tried again while the policy allows, and then reviewed as it is.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos schedule fail experiment-2 --how timeout --by nightly --reason \"six hours were not enough\"")]
pub struct FailArguments {
    /// The experiment.
    #[arg(value_name = "EXPERIMENT", value_parser = experiment)]
    experiment: u64,
    /// How: crash or timeout.
    #[arg(long, value_name = "HOW", value_parser = breakdown)]
    how: Breakdown,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

fn breakdown(text: &str) -> Result<Breakdown, String> {
    match text {
        "crash" => Ok(Breakdown::Crash),
        "timeout" => Ok(Breakdown::Timeout),
        _ => Err("expected crash or timeout".to_owned()),
    }
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Claim(_) => "kronos schedule claim",
            Self::Finish(_) => "kronos schedule finish",
            Self::Fail(_) => "kronos schedule fail",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::Claim(arguments) => arguments.json,
            Self::Finish(arguments) => arguments.json,
            Self::Fail(arguments) => arguments.json,
        }
    }
}

/// Schedules.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let (act, request) = match command {
        Command::Claim(ClaimArguments { free, act, .. }) => {
            let free = if free.is_empty() { ResourceClass::ALL.to_vec() } else { free.clone() };
            (act, Request::Claim(free))
        }
        Command::Finish(FinishArguments { experiment, act, .. }) => (act, Request::Finish(*experiment)),
        Command::Fail(FailArguments { experiment, how, act, .. }) => (act, Request::Fail(*experiment, *how)),
    };
    perform(command.name(), ActorKind::Scheduler, act, request, context)
}
