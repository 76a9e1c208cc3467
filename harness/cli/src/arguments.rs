//! What can be asked of the program, as a tree of commands.
//!
//! The arguments of each command stand in its own file in [`crate::commands`], beside what it does with them. Every
//! help text is a function of the source alone: no terminal width, no colour, no path enters it.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::error::ErrorKind;
use clap::{ColorChoice, Parser, Subcommand};

use crate::commands::{
    check, completions, data, gate, golden, journal, kronos, reference, replay, repro, scenario, verdict,
};
use crate::error::CliError;
use crate::exit::{self, Exit};
use crate::output::{Format, Output};

/// Replays trading systems over real market data, bit for bit the same every time, and holds the result against
/// accepted baselines.
#[derive(Debug, Parser)]
#[command(
    name = "prometheus",
    version,
    about = "Replays, freezes and judges trading systems",
    after_help = exit::table(),
    max_term_width = 100,
    color = ColorChoice::Never,
    arg_required_else_help = true,
    disable_help_subcommand = false
)]
pub struct Arguments {
    /// The folder that holds scenarios/ and golden/; the nearest one at or above the current folder when not given.
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    pub root: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands: nouns, then verbs.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    Check(check::Arguments),
    Replay(replay::Arguments),
    Repro(repro::Arguments),
    /// Show, compare, accept and undo baselines.
    #[command(subcommand)]
    Golden(golden::Command),
    /// Record, check and explain what v2 does otherwise than v1.
    #[command(subcommand)]
    Reference(reference::Command),
    /// Judge configs, test the gates that judge them, measure what the gates catch.
    #[command(subcommand)]
    Gate(gate::Command),
    /// Show verdicts and compute them anew.
    #[command(subcommand)]
    Verdict(verdict::Command),
    /// Show the scenarios, suites and systems.
    #[command(subcommand)]
    Scenario(scenario::Command),
    /// Show, check and import market data.
    #[command(subcommand)]
    Data(data::Command),
    /// Look at stored journals.
    #[command(subcommand)]
    Journal(journal::Command),
    /// Propose, try, judge, activate and roll back configs; report what they earned.
    #[command(subcommand)]
    Kronos(kronos::Command),
    Completions(completions::Arguments),
}

/// The flag that every command has.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct JsonFlag {
    /// Print the report as JSON, and nothing else; docs/json.md describes every field.
    #[arg(long)]
    pub json: bool,
}

/// How much runs at once.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Jobs {
    /// How many replays or checks run at once; as many as the machine has processors when not given.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub jobs: Option<NonZeroUsize>,
}

impl Jobs {
    /// The number, at least 1.
    #[must_use]
    pub fn count(self) -> usize {
        let machine = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or_else(machine, NonZeroUsize::get)
    }
}

/// Reads a count of at least one.
fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a whole number of at least 1".to_owned())
}

/// Reads a line of text that is not empty.
pub(crate) fn one_line(text: &str) -> Result<String, String> {
    let sound = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if sound { Ok(text.to_owned()) } else { Err("expected one line of text that is not empty".to_owned()) }
}

impl JsonFlag {
    /// The format that the flag asks for.
    #[must_use]
    pub const fn format(self) -> Format {
        if self.json { Format::Json } else { Format::Text }
    }
}

impl Arguments {
    /// In which form the report is wanted.
    #[must_use]
    pub fn format(&self) -> Format {
        match &self.command {
            Command::Check(arguments) => arguments.format(),
            Command::Replay(arguments) => arguments.json.format(),
            Command::Repro(arguments) => arguments.json.format(),
            Command::Golden(command) => command.json().format(),
            Command::Reference(command) => command.json().format(),
            Command::Gate(command) => command.json().format(),
            Command::Verdict(command) => command.json().format(),
            Command::Scenario(command) => command.json().format(),
            Command::Data(command) => command.json().format(),
            Command::Journal(command) => command.json().format(),
            Command::Kronos(command) => command.json().format(),
            Command::Completions(arguments) => arguments.json.format(),
        }
    }
}

/// Reads the arguments, the program's name first. Help, the version and what cannot be read are printed here, and
/// the exit says how the program ends then.
///
/// # Errors
/// The exit, for everything but a command to run.
pub fn parse(arguments: Vec<OsString>) -> Result<Arguments, Exit> {
    let json = arguments.iter().any(|argument| argument == "--json");
    Arguments::try_parse_from(arguments).map_err(|refusal| {
        let help = [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion].contains(&refusal.kind());
        if help || !json {
            // A closed standard output is not worth another exit.
            let _ = refusal.print();
        } else {
            Output::standard(Format::Json).explain("prometheus", &explained(&refusal));
        }
        if help { Exit::Pass } else { Exit::BadInput }
    })
}

/// The parser's words as one message, its advice as the hint.
fn explained(refusal: &clap::Error) -> CliError {
    let text = refusal.render().to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let advice = |line: &&str| line.starts_with("Usage:") || line.starts_with("For more") || line.starts_with("tip:");
    let message: Vec<&str> = lines.iter().copied().take_while(|line| !advice(line)).collect();
    let message = message.join(" ");
    CliError::bad_input(message.trim_start_matches("error: "), "add --help to the command to see what it takes")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Arguments, parse};
    use crate::exit::Exit;

    #[test]
    fn the_tree_of_commands_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example_and_json() {
        fn walk(path: &str, command: &clap::Command) {
            let path = format!("{path} {}", command.get_name());
            let leaves: Vec<_> = command.get_subcommands().filter(|leaf| leaf.get_name() != "help").collect();
            if leaves.is_empty() {
                let after = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
                assert!(after.is_some_and(|text| text.contains("Example")), "{path} has no example");
                assert!(command.get_arguments().any(|argument| argument.get_id() == "json"), "{path} has no --json");
            }
            leaves.into_iter().for_each(|leaf| walk(&path, leaf));
        }
        walk("", &Arguments::command());
    }

    #[test]
    fn what_cannot_be_read_is_bad_input() {
        for arguments in [vec!["prometheus", "chek"], vec!["prometheus", "replay"], vec!["prometheus", "--frobnicate"]]
        {
            let refused = parse(arguments.iter().map(Into::into).collect());
            assert_eq!(refused.err(), Some(Exit::BadInput), "{arguments:?}");
        }
    }
}
