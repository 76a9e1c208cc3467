//! `kronos experiment create | queue | approve | reject | continue | clear`: experiments and their judgement.

use clap::Subcommand;
use domain::digest::Digest;
use kronos::act::Request;
use kronos::actor::ActorKind;
use kronos::object::ResourceClass;

use super::acts::{ActArguments, alert, experiment, perform};
use super::propose::Wanted;
use super::review::PurposeArguments;
use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Create, queue and judge experiments; clear alerts.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    Create(CreateArguments),
    Queue(QueueArguments),
    /// Approve an experiment by an ELIGIBLE verdict of its config against its base.
    ///
    /// Where capital is at stake, whoever proposed it does not approve it. A NEGATIVE_CONTROL is never approved: the
    /// attempt is refused and raises an alert.
    #[command(after_long_help = "Example:
  prometheus kronos experiment approve experiment-2 --verdict ID --by \"B. Reviewer\" --reason \"every gate passed\"")]
    Approve(JudgeArguments),
    /// Reject an experiment by a verdict on its config; without one only where its evidence failed.
    #[command(after_long_help = "Example:
  prometheus kronos experiment reject experiment-2 --verdict ID --by \"B. Reviewer\" --reason \"drawdown in 2008\"")]
    Reject(JudgeArguments),
    Continue(ContinueArguments),
    Clear(ClearArguments),
}

/// Create an experiment without a proposal: a baseline, a negative control, a candidate.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos experiment create --engine v2 --scope US_CORE --base us-equity --config absurd.toml \\
      --outcome NEGATIVE_CONTROL --description \"ten times the leverage\" \\
      --by \"B. Reviewer\" --reason \"nightly control\"")]
pub struct CreateArguments {
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    purpose: PurposeArguments,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// Queue an experiment for its backtests.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos experiment queue experiment-2 --priority 5 --by \"B. Reviewer\" --reason \"next weekend\"")]
pub struct QueueArguments {
    /// The experiment.
    #[arg(value_name = "EXPERIMENT", value_parser = experiment)]
    experiment: u64,
    /// 0 to 9, the lower first.
    #[arg(long, value_name = "N", default_value_t = 5)]
    priority: u8,
    /// What its backtests use: CPU_HEAVY, GPU_HEAVY or MIXED.
    #[arg(long, value_name = "CLASS", default_value = "CPU_HEAVY")]
    class: ResourceClass,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// What a judgement takes.
#[derive(Debug, clap::Args)]
pub struct JudgeArguments {
    /// The experiment.
    #[arg(value_name = "EXPERIMENT", value_parser = experiment)]
    experiment: u64,
    /// The verdict that it leans on.
    #[arg(long, value_name = "ID")]
    verdict: Option<Digest>,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// Send an experiment into another round of backtests.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos experiment continue experiment-2 --by \"B. Reviewer\" --reason \"too few crisis days\"")]
pub struct ContinueArguments {
    /// The experiment.
    #[arg(value_name = "EXPERIMENT", value_parser = experiment)]
    experiment: u64,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// Clear an alert, once a person knows why somebody tried to approve a negative control.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos experiment clear alert-9 --by \"B. Reviewer\" --reason \"a typing error: experiment-3 was meant\"")]
pub struct ClearArguments {
    /// The alert.
    #[arg(value_name = "ALERT", value_parser = alert)]
    alert: u64,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "kronos experiment create",
            Self::Queue(_) => "kronos experiment queue",
            Self::Approve(_) => "kronos experiment approve",
            Self::Reject(_) => "kronos experiment reject",
            Self::Continue(_) => "kronos experiment continue",
            Self::Clear(_) => "kronos experiment clear",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::Create(arguments) => arguments.json,
            Self::Queue(arguments) => arguments.json,
            Self::Approve(arguments) | Self::Reject(arguments) => arguments.json,
            Self::Continue(arguments) => arguments.json,
            Self::Clear(arguments) => arguments.json,
        }
    }
}

/// Creates, queues or judges.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let (act, request) = match command {
        Command::Create(CreateArguments { wanted, purpose, act, .. }) => {
            (act, Request::Create(wanted.wish(act, context)?, purpose.purpose()))
        }
        Command::Queue(QueueArguments { experiment, priority, class, act, .. }) => {
            (act, Request::Queue(*experiment, *priority, *class))
        }
        Command::Approve(JudgeArguments { experiment, verdict, act, .. }) => {
            (act, Request::Approve(*experiment, *verdict))
        }
        Command::Reject(JudgeArguments { experiment, verdict, act, .. }) => {
            (act, Request::Reject(*experiment, *verdict))
        }
        Command::Continue(ContinueArguments { experiment, act, .. }) => (act, Request::Continue(*experiment)),
        Command::Clear(ClearArguments { alert, act, .. }) => (act, Request::Clear(*alert)),
    };
    perform(command.name(), ActorKind::Reviewer, act, request, context)
}
