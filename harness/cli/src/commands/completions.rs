//! `completions SHELL`: a script that completes commands and options.

use clap::CommandFactory as _;
use clap_complete::Shell;
use serde::Serialize;

use super::Context;
use crate::arguments::{self, JsonFlag};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;

/// Print a completion script for a shell to standard output.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus completions bash > ~/.local/share/bash-completion/completions/prometheus
  prometheus completions zsh > ~/.zfunc/_prometheus")]
pub struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Completions {
    shell: String,
    script: String,
}

impl Report for Completions {
    fn command(&self) -> &'static str {
        "completions"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        self.script.clone()
    }
}

/// Prints the script.
///
/// # Errors
/// [`CliError`] when it cannot be written.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut arguments::Arguments::command(), "prometheus", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    context.output.show(&Completions { shell: arguments.shell.to_string(), script })
}
