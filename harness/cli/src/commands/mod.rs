//! The commands, a file each. A command takes its arguments and the [`Context`], shows one report and returns how the
//! program ends.

pub mod check;
pub mod completions;
pub mod data;
pub mod gate;
pub mod generate;
pub mod golden;
pub mod journal;
pub mod kronos;
pub mod reference;
pub mod replay;
pub mod repro;
pub mod scenario;
pub mod verdict;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic;
use std::path::Path;

use crate::arguments::{Arguments, Command};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Output, note};
use crate::registry::Registry;
use crate::root::Root;

/// What every command may use.
pub struct Context<'c> {
    /// The systems by name.
    pub registry: &'c Registry,
    /// Where the report goes.
    pub output: Output<'c>,
    root: Option<&'c Path>,
}

impl Context<'_> {
    /// The folder of facts.
    ///
    /// # Errors
    /// [`CliError`] when there is none.
    pub fn root(&self) -> Result<Root, CliError> {
        Root::discover(self.root)
    }

    /// A command of this program on the same root, for a person to copy.
    #[must_use]
    pub fn command(&self, words: &str) -> String {
        match self.root {
            Some(root) => format!("prometheus --root {} {words}", root.display()),
            None => format!("prometheus {words}"),
        }
    }
}

/// Runs a command to its report and exit.
#[must_use]
pub fn run(arguments: &Arguments, registry: &Registry) -> Exit {
    let output = Output::standard(arguments.format());
    let mut context = Context { registry, output, root: arguments.root.as_deref() };
    let (name, ended) = match &arguments.command {
        Command::Check(arguments) => ("check", check::run(arguments, &mut context)),
        Command::Replay(arguments) => ("replay", replay::run(arguments, &mut context)),
        Command::Repro(arguments) => ("repro", repro::run(arguments, &mut context)),
        Command::Golden(command) => (command.name(), golden::run(command, &mut context)),
        Command::Reference(command) => (command.name(), reference::run(command, &mut context)),
        Command::Gate(command) => (command.name(), gate::run(command, &mut context)),
        Command::Verdict(command) => (command.name(), verdict::run(command, &mut context)),
        Command::Scenario(command) => (command.name(), scenario::run(command, &mut context)),
        Command::Data(command) => (command.name(), data::run(command, &mut context)),
        Command::Journal(command) => (command.name(), journal::run(command, &mut context)),
        Command::Kronos(command) => (command.name(), kronos::run(command, &mut context)),
        Command::Completions(arguments) => ("completions", completions::run(arguments, &mut context)),
    };
    ended.unwrap_or_else(|error| {
        context.output.explain(name, &error);
        error.exit
    })
}

/// A panic is a defect and says so, without the number of a thread or a process. The process then ends with the code of
/// [`Exit::Defect`] by itself.
pub(crate) fn explain_panics() {
    panic::set_hook(Box::new(|panicked| {
        let what = panicked.payload_as_str().unwrap_or("a panic without words");
        let place = panicked.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
        note(&format!("error: {}", CliError::defect(format!("{what}{place}"))));
        let stack = Backtrace::capture();
        if stack.status() == BacktraceStatus::Captured {
            note(&stack.to_string());
        }
    }));
}
