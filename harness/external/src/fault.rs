//! What can go wrong between the harness and the process, a sentence each.
//!
//! Whose fault it is decides how the program ends: an engine or a command that breaks the terms is bad input, answers
//! that cannot be had a second time are not deterministic, and a program that exists but cannot be started is a matter
//! of the machine.

use domain::date::Date;
use domain::system::SystemFailure;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// There is no such program.
    #[error("the program is not found")]
    NotFound,
    /// The program is there and cannot be started.
    #[error("the program cannot be started: {0}")]
    NotStarted(String),
    /// The process is over.
    #[error("the process ended without an answer: {0}")]
    Ended(String),
    /// The process lives and has closed the door.
    #[error("the process closed its standard output and went on running")]
    Closed,
    /// It took too long.
    #[error("no answer within {0} s; timeout_seconds in the config sets how long is waited")]
    Silent(u32),
    /// A line without an end.
    #[error("the answer is longer than {0} bytes")]
    TooLong(u64),
    /// A line that is no text.
    #[error("the answer is not UTF-8")]
    NotText,
    /// A line that is no JSON.
    #[error("the answer is not JSON: {why}; standard output is for answers alone\n  it wrote: {line}")]
    NotJson {
        /// The parser's words.
        why: String,
        /// The beginning of the line.
        line: String,
    },
    /// A bare NaN or infinity.
    #[error("the answer holds NaN or Infinity, which JSON does not have: leave out what has no value\n  it wrote: {0}")]
    NotANumber(String),
    /// JSON of another shape.
    #[error("the answer does not fit the protocol: {0}")]
    Shape(String),
    /// Another message than was asked for.
    #[error("the answer is of type `{found}`: expected `{expected}`")]
    Type {
        /// The type that was asked for.
        expected: &'static str,
        /// The type of the answer.
        found: String,
    },
    /// Another version of the protocol.
    #[error("the process speaks protocol {0}, and this program speaks protocol 1")]
    Protocol(u32),
    /// An answer to another question.
    #[error("the answer is for {answered}, and {asked} was asked for: each day is answered by exactly one line")]
    Date {
        /// The day asked for.
        asked: Date,
        /// The day of the answer.
        answered: Date,
    },
    /// A decision where none can be carried out.
    #[error("the answer holds targets, orders or reports on a day before the run")]
    BeforeTheRun,
    /// A name that the tape does not have.
    #[error("{place}: `{id}` is not on the tape")]
    Stranger {
        /// Targets, orders or a report.
        place: String,
        /// The id.
        id: String,
    },
    /// A target that contradicts another.
    #[error("targets name `{0}` twice")]
    Twice(String),
    /// A value out of range.
    #[error("{key} of `{id}` is {value}: expected {expected}")]
    Value {
        /// The field.
        key: &'static str,
        /// The instrument.
        id: String,
        /// What it says.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A report that explains nothing.
    #[error("the report of engine `{engine}`: {what}")]
    Report {
        /// The engine.
        engine: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A line too many, at the end.
    #[error("the process wrote after `bye`: {0}")]
    AfterBye(String),
    /// An end that is none.
    #[error("the process had not ended {0} s after `bye`")]
    Unending(u32),
    /// A bad end.
    #[error("the process ended with {0} after `bye`: expected exit code 0")]
    Exit(String),
    /// The state is of another day than the run.
    #[error("the saved state is of day {saved} of the run, and the run stands on day {now}")]
    OtherDay {
        /// Days in the state.
        saved: u32,
        /// Days of the run.
        now: u32,
    },
    /// Told the same again, it answered otherwise.
    #[error("told the first {0} days of the run again, the process gave other answers than before the run was killed")]
    Unrepeatable(u32),
}

impl Fault {
    /// The failure of the system: which command, asked for what, what went wrong, and what the process said of it.
    #[must_use]
    pub fn of(&self, command: &str, asked: &str, stderr: &[String]) -> SystemFailure {
        let mut text = format!("external engine `{command}`, asked for {asked}: {self}");
        if !stderr.is_empty() {
            text += "\n  its standard error ended with:";
            stderr.iter().for_each(|line| text += &format!("\n    {line}"));
        }
        match self {
            Self::NotStarted(_) => SystemFailure::Unavailable(text),
            Self::Unrepeatable(_) => SystemFailure::Unrepeatable(text),
            _ => SystemFailure::Broken(text),
        }
    }
}
