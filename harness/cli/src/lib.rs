//! The command line `prometheus`: arguments, progress, exit codes and reports.
//!
//! | module | holds |
//! |---|---|
//! | [`arguments`] | what can be asked, and its help |
//! | [`commands`] | a file a command: what is asked ⇒ a report |
//! | [`output`], [`table`], [`progress`] | how a report is shown, and what people see meanwhile |
//! | [`exit`], [`error`], [`refusals`] | the exit codes, and the one error with its exit and hint |
//! | [`root`], [`library`], [`market`], [`suggest`] | where scenarios, suites, tapes and calendars are, by name |
//! | [`registry`] | the systems, by name |
//! | `recorded` | recorded decisions as a system: a file, and what it names |
//! | `languages` | systems in other languages: a command line, and the files that it names |
//! | [`synthesis`] | made-up markets from recipes |
//! | [`prepared`], [`drill`] | scenario → journal on disk, inside this process |
//! | [`apart`], [`parallel`] | the same in processes of their own, so many at once |
//! | [`examination`] | a case under examination: replayed twice, compared, audited, held against its golden |
//! | [`pairs`] | a case of v1 and the case of v2 that answers it: legs, record, register, seal |
//! | [`clock`], [`environment`], [`files`] | the only doors to time, environment and the files of reports |
//!
//! A program with systems of its own is this one with a longer registry:
//!
//! ```no_run
//! use prometheus::{main_with, registry::Registry};
//! fn main() -> std::process::ExitCode {
//!     main_with(&Registry::builtin())
//! }
//! ```
//!
//! Never here: a rule of trading, a figure, a judgement. They live below, where they can be tested without a process.

pub mod apart;
pub mod arguments;
pub mod battery;
pub mod clock;
pub mod commands;
pub mod drill;
mod engines;
pub mod environment;
pub mod error;
pub mod examination;
pub mod exit;
pub mod files;
mod languages;
pub mod library;
pub mod market;
pub mod output;
pub mod pairs;
pub mod parallel;
pub mod prepared;
pub mod progress;
mod recorded;
pub mod reference_config;
mod refusals;
pub mod registry;
pub mod root;
pub mod suggest;
pub mod synthesis;
pub mod table;
pub mod tapes;

use std::process::ExitCode;

use registry::Registry;

/// Runs the program on the arguments of this process, with the systems of `registry`.
#[must_use]
pub fn main_with(registry: &Registry) -> ExitCode {
    commands::explain_panics();
    let exit = match arguments::parse(environment::arguments()) {
        Ok(arguments) => commands::run(&arguments, registry),
        Err(exit) => exit,
    };
    ExitCode::from(exit.code())
}
