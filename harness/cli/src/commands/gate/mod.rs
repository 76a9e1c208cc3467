//! `gate list | judge | controls | calibrate | clear | trials`: may a config take the place of the active one?
//!
//! Judging writes the trial into the ledger and the verdict as a bundle. Controls and calibration are facts beside the
//! policy; writing them is an act of a person.

pub(crate) mod calibrate;
mod clear;
mod controls;
mod judge;
mod list;
pub(crate) mod shown;
mod trials;

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
    List(list::Arguments),
    Judge(judge::Arguments),
    Controls(controls::Arguments),
    Calibrate(calibrate::Arguments),
    Clear(clear::Arguments),
    Trials(trials::Arguments),
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "gate list",
            Self::Judge(_) => "gate judge",
            Self::Controls(_) => "gate controls",
            Self::Calibrate(_) => "gate calibrate",
            Self::Clear(_) => "gate clear",
            Self::Trials(_) => "gate trials",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::List(arguments) => arguments.json,
            Self::Judge(arguments) => arguments.json,
            Self::Controls(arguments) => arguments.json,
            Self::Calibrate(arguments) => arguments.json,
            Self::Clear(arguments) => arguments.json,
            Self::Trials(arguments) => arguments.json,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`CliError`] for everything that keeps the command from its report.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    match command {
        Command::List(arguments) => list::run(arguments, context),
        Command::Judge(arguments) => judge::run(arguments, context),
        Command::Controls(arguments) => controls::run(arguments, context),
        Command::Calibrate(arguments) => calibrate::run(arguments, context),
        Command::Clear(arguments) => clear::run(arguments, context),
        Command::Trials(arguments) => trials::run(arguments, context),
    }
}
