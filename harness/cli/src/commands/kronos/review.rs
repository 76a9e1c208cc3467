//! `kronos review convert | discard`: what becomes of a proposal.

use clap::Subcommand;
use kronos::act::Request;
use kronos::actor::ActorKind;
use kronos::event::Purpose;
use kronos::object::ExpectedOutcome;

use super::acts::{ActArguments, perform, proposal};
use crate::arguments::{JsonFlag, one_line};
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Make an experiment of a proposal, or discard it.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    Convert(ConvertArguments),
    Discard(DiscardArguments),
}

/// Make an experiment of a proposal, and register its config by its content.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos review convert proposal-1 --description \"half the turnover\" \\
      --by \"B. Reviewer\" --reason \"worth a test\"")]
pub struct ConvertArguments {
    /// The proposal.
    #[arg(value_name = "PROPOSAL", value_parser = proposal)]
    proposal: u64,
    #[command(flatten)]
    purpose: PurposeArguments,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// Discard a proposal.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus kronos review discard proposal-1 --by \"B. Reviewer\" --reason \"tried last year\"")]
pub struct DiscardArguments {
    /// The proposal.
    #[arg(value_name = "PROPOSAL", value_parser = proposal)]
    proposal: u64,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// What an experiment is for.
#[derive(Clone, Debug, clap::Args)]
pub struct PurposeArguments {
    /// What is tried, in a line.
    #[arg(long, value_name = "TEXT", value_parser = one_line)]
    description: String,
    /// What it is to show: BASELINE, CANDIDATE or NEGATIVE_CONTROL.
    #[arg(long, value_name = "OUTCOME", default_value = "CANDIDATE")]
    outcome: ExpectedOutcome,
}

impl PurposeArguments {
    pub(super) fn purpose(&self) -> Purpose {
        Purpose { description: self.description.clone(), expected_outcome: self.outcome }
    }
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Convert(_) => "kronos review convert",
            Self::Discard(_) => "kronos review discard",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::Convert(arguments) => arguments.json,
            Self::Discard(arguments) => arguments.json,
        }
    }
}

/// Reviews.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let (act, request) = match command {
        Command::Convert(ConvertArguments { proposal, purpose, act, .. }) => {
            (act, Request::Convert(*proposal, purpose.purpose()))
        }
        Command::Discard(DiscardArguments { proposal, act, .. }) => (act, Request::Discard(*proposal)),
    };
    perform(command.name(), ActorKind::Reviewer, act, request, context)
}
