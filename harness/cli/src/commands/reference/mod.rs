//! `reference list | record | check | explain | mirror | seal`: v2 beside the frozen v1.
//!
//! A check never writes. Recording and sealing are acts of a person, with a name and a reason; neither happens in
//! continuous integration.

mod check;
mod explain;
mod list;
mod mirror;
mod record;
mod seal;
pub(crate) mod shown;

use clap::Subcommand;

use super::Context;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::exit::Exit;
use crate::pairs;
use crate::root::Root;

/// Record, check and explain what v2 does otherwise than v1.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    List(list::Arguments),
    Record(record::Arguments),
    Check(check::Arguments),
    Explain(explain::Arguments),
    Mirror(mirror::Arguments),
    Seal(seal::Arguments),
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "reference list",
            Self::Record(_) => "reference record",
            Self::Check(_) => "reference check",
            Self::Explain(_) => "reference explain",
            Self::Mirror(_) => "reference mirror",
            Self::Seal(_) => "reference seal",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::List(arguments) => arguments.json,
            Self::Record(arguments) => arguments.json,
            Self::Check(arguments) => arguments.json,
            Self::Explain(arguments) => arguments.json,
            Self::Mirror(arguments) => arguments.json,
            Self::Seal(arguments) => arguments.json,
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
        Command::Record(arguments) => record::run(arguments, context),
        Command::Check(arguments) => check::run(arguments, context),
        Command::Explain(arguments) => explain::run(arguments, context),
        Command::Mirror(arguments) => mirror::run(arguments, context),
        Command::Seal(arguments) => seal::run(arguments, context),
    }
}

/// The pairs that were named, each once; all when none was.
fn chosen(root: &Root, names: &[String]) -> Result<Vec<pairs::Pair>, CliError> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(name) {
            once.push(name.clone());
        }
    }
    let names = if once.is_empty() { pairs::names(root)? } else { once };
    names.iter().map(|name| pairs::Pair::read(root, name)).collect()
}
