//! Everything that is printed goes through here, and nothing is printed elsewhere.
//!
//! A command makes one [`Report`]. People see its text; with `--json` a program sees one JSON document on standard
//! output and nothing else, errors included. What tells of progress goes to standard error, and only to people.
//!
//! ```
//! use prometheus::{exit::Exit, output::{Format, Output, Report}};
//! #[derive(serde::Serialize)]
//! struct Greeting { name: &'static str }
//! impl Report for Greeting {
//!     fn command(&self) -> &'static str { "greet" }
//!     fn exit(&self) -> Exit { Exit::Pass }
//!     fn text(&self) -> String { format!("Hello, {}.\n", self.name) }
//! }
//! let mut paper = Vec::new();
//! Output::on(&mut paper, Format::Json).show(&Greeting { name: "reader" })?;
//! assert_eq!(String::from_utf8(paper)?.lines().nth(1), Some("  \"schema\": 1,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::path::PathBuf;

use serde::Serialize;

use crate::error::CliError;
use crate::exit::Exit;

/// The version of the JSON documents, described in `docs/json.md`.
pub const SCHEMA: u32 = 1;

/// What a command found, as text and as JSON.
pub trait Report: Serialize {
    /// The command, for example `golden list`.
    fn command(&self) -> &'static str;
    /// How the program ends.
    fn exit(&self) -> Exit;
    /// The report for people, lines with their ends; no times, no absolute paths.
    fn text(&self) -> String;
}

/// In which form the report is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text on standard output.
    Text,
    /// JSON on standard output, nothing else anywhere.
    Json,
    /// Text on standard output and JSON in a file.
    JsonFile(PathBuf),
}

/// Where a command's report goes.
pub struct Output<'w> {
    paper: Box<dyn Write + 'w>,
    format: Format,
}

/// One JSON document.
#[derive(Serialize)]
struct Document<'a, T: ?Sized> {
    schema: u32,
    command: &'a str,
    exit: u8,
    verdict: Exit,
    #[serde(flatten)]
    body: &'a T,
}

#[derive(Serialize)]
struct Refusal<'a> {
    error: Explained<'a>,
}

#[derive(Serialize)]
struct Explained<'a> {
    message: &'a str,
    hint: &'a str,
}

impl Output<'static> {
    /// On standard output.
    #[must_use]
    pub fn standard(format: Format) -> Self {
        Self { paper: Box::new(io::stdout()), format }
    }
}

impl<'w> Output<'w> {
    /// On anything that can be written to.
    pub fn on(paper: impl Write + 'w, format: Format) -> Self {
        Self { paper: Box::new(paper), format }
    }

    /// Whether people read along, so that progress may be told.
    #[must_use]
    pub fn is_for_people(&self) -> bool {
        self.format != Format::Json
    }

    /// Shows a report and says how the program ends.
    ///
    /// # Errors
    /// [`CliError`] when it cannot be written.
    pub fn show<R: Report>(&mut self, report: &R) -> Result<Exit, CliError> {
        let exit = report.exit();
        if self.is_for_people() {
            self.say(&report.text())?;
        }
        let json = || json(report);
        match &self.format {
            Format::Text => {}
            Format::Json => self.say(&json()?)?,
            Format::JsonFile(path) => {
                fs::write(path, json()?).map_err(|error| CliError::file("write the JSON report", path, &error))?;
            }
        }
        Ok(exit)
    }

    /// Writes text as it is.
    ///
    /// # Errors
    /// [`CliError`] when it cannot be written. A reader that went away is no error: it has what it wanted.
    pub fn say(&mut self, text: &str) -> Result<(), CliError> {
        let written = self.paper.write_all(text.as_bytes()).and_then(|()| self.paper.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let hint = "check where standard output goes";
                Err(CliError::new(Exit::Environment, format!("cannot write to standard output: {error}"), hint))
            }
            _ => Ok(()),
        }
    }

    /// Shows an error: as text on standard error, or as JSON on standard output.
    pub fn explain(&mut self, command: &str, error: &CliError) {
        let explained = Explained { message: &error.message, hint: &error.hint };
        let json = document(command, error.exit, &Refusal { error: explained });
        match (&self.format, json) {
            (Format::Json, Ok(json)) => {
                // There is nobody left to tell if this fails too; the exit code still speaks.
                let _ = self.say(&json);
            }
            (format, json) => {
                if let (Format::JsonFile(path), Ok(json)) = (format, json) {
                    let _ = fs::write(path, json);
                }
                note(&format!("error: {error}"));
            }
        }
    }

    /// Whether somebody is there to answer a question.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.is_for_people() && io::stdin().is_terminal() && io::stdout().is_terminal()
    }

    /// Asks a person and waits for a line; `None` when nobody is there to answer.
    ///
    /// # Errors
    /// [`CliError`] when the question cannot be written.
    pub fn ask(&mut self, question: &str) -> Result<Option<String>, CliError> {
        if !self.is_answered() {
            return Ok(None);
        }
        self.say(question)?;
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer).unwrap_or(0);
        Ok((read > 0).then(|| answer.trim().to_owned()))
    }
}

/// Writes a line to standard error, for people; a standard error that is closed is not worth failing for.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A report as the JSON document that `--json` prints.
///
/// # Errors
/// [`CliError`] for a report that has no JSON form, which is a defect.
pub fn json<R: Report>(report: &R) -> Result<String, CliError> {
    document(report.command(), report.exit(), report)
}

/// A document as indented JSON with a line end.
fn document<T: Serialize + ?Sized>(command: &str, exit: Exit, body: &T) -> Result<String, CliError> {
    let document = Document { schema: SCHEMA, command, exit: exit.code(), verdict: exit, body };
    let json = serde_json::to_string_pretty(&document);
    json.map(|json| json + "\n")
        .map_err(|error| CliError::defect(format!("the report cannot be written as JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::{Format, Output};
    use crate::error::CliError;

    #[test]
    fn an_error_is_a_document_too() {
        let mut paper = Vec::new();
        Output::on(&mut paper, Format::Json).explain("replay", &CliError::bad_input("a is wrong", "mend a"));
        let text = String::from_utf8(paper).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["exit"], 2);
        assert_eq!(value["error"]["hint"], "mend a");
    }
}
