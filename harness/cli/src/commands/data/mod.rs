//! `data list | describe | check | import`: market data.

mod check;
mod describe;
mod import;
mod list;

use clap::Subcommand;

use super::Context;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::exit::Exit;

/// Show, check and import market data.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    List(list::Arguments),
    Describe(describe::Arguments),
    Check(check::Arguments),
    Import(Box<import::Arguments>),
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "data list",
            Self::Describe(_) => "data describe",
            Self::Check(_) => "data check",
            Self::Import(_) => "data import",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::List(arguments) => arguments.json,
            Self::Describe(arguments) => arguments.json,
            Self::Check(arguments) => arguments.json,
            Self::Import(arguments) => arguments.json,
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
        Command::Describe(arguments) => describe::run(arguments, context),
        Command::Check(arguments) => check::run(arguments, context),
        Command::Import(arguments) => import::run(arguments, context),
    }
}
