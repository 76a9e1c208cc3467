//! `gate list | judge | controls | calibrate | clear`: may a config take the place of the active one?
//!
//! Judging writes the trial into the ledger and the verdict as a bundle. Controls and calibration are facts beside the
//! policy; writing them is an act of a person.

pub(crate) mod calibrate;
mod controls;
mod judge;
pub(crate) mod shown;

use clap::Subcommand;

use super::Context;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::exit::Exit;

/// Judge configs, test the gates that judge them, measure what the gates catch.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    Judge(judge::Arguments),
    Controls(controls::Arguments),
    Calibrate(calibrate::Arguments),
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Judge(_) => "gate judge",
            Self::Controls(_) => "gate controls",
            Self::Calibrate(_) => "gate calibrate",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::Judge(arguments) => arguments.json,
            Self::Controls(arguments) => arguments.json,
            Self::Calibrate(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`CliError`] for everything that keeps the command from its report.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    match command {
        Command::Judge(arguments) => judge::run(arguments, context),
        Command::Controls(arguments) => controls::run(arguments, context),
        Command::Calibrate(arguments) => calibrate::run(arguments, context),
    }
}
