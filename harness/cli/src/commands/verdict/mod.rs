//! `verdict show | verify`: what the gates decided, and whether it is what they decide.

mod show;
mod verify;

use clap::Subcommand;

use super::Context;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::exit::Exit;

/// Show verdicts and compute them anew.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    Show(show::Arguments),
    Verify(verify::Arguments),
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Show(_) => "verdict show",
            Self::Verify(_) => "verdict verify",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::Show(arguments) => arguments.json,
            Self::Verify(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`CliError`] for everything that keeps the command from its report.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    match command {
        Command::Show(arguments) => show::run(arguments, context),
        Command::Verify(arguments) => verify::run(arguments, context),
    }
}
