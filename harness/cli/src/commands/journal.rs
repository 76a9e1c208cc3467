//! `journal verify`: proves that a stored journal is what a run wrote.

use std::path::{Path, PathBuf};

use ::journal::journal::Journal;
use ::journal::store;
use clap::Subcommand;
use columnar::tables;
use domain::date::Date;
use domain::digest::Digest;
use judge::audit::{Violation, audit};
use serde::Serialize;

use super::Context;
use super::replay::TABLES_FOLDER;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::table::count;

/// Violations that are shown as text; JSON has all.
const SHOWN_MAX: usize = 20;

/// Look at stored journals.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compute every digest of a journal anew, derive its ledger again from the events, and
    /// compare the tables beside it with them.
    #[command(after_long_help = "Example:\n  prometheus journal verify .prometheus/journals/<run id>")]
    Verify {
        /// The folder of the journal.
        dir: PathBuf,
        /// In which form.
        #[command(flatten)]
        json: JsonFlag,
    },
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        "journal verify"
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        let Self::Verify { json, .. } = self;
        *json
    }
}

#[derive(Serialize)]
struct Verified {
    scenario: String,
    run_id: Digest,
    digest: Digest,
    format_version: u32,
    first_day: Date,
    last_day: Date,
    days: u64,
    events: u64,
    lanes: Vec<String>,
    /// Whether Parquet tables lie beside the journal; if so, they have exactly its rows.
    tables: bool,
    violations: Vec<Violation>,
}

impl Verified {
    fn of(journal: &Journal, tables: bool) -> Self {
        let manifest = &journal.manifest;
        Self {
            scenario: manifest.inputs.scenario.clone(),
            run_id: manifest.run_id,
            digest: manifest.digest,
            format_version: manifest.format_version,
            first_day: manifest.first_day,
            last_day: manifest.last_day,
            days: manifest.days,
            events: manifest.events,
            lanes: manifest.lane_digests.keys().cloned().collect(),
            tables,
            violations: audit(journal),
        }
    }
}

impl Report for Verified {
    fn command(&self) -> &'static str {
        "journal verify"
    }

    fn exit(&self) -> Exit {
        if self.violations.is_empty() { Exit::Pass } else { Exit::Defect }
    }

    fn text(&self) -> String {
        let Self { scenario, run_id, digest, first_day, last_day, days, events, .. } = self;
        let mut lines = vec![
            format!("scenario  {scenario}"),
            format!("run       {run_id}"),
            format!("digest    {digest}"),
            format!("days      {days}, {first_day} to {last_day}"),
            format!("events    {events} in the lanes {}", self.lanes.join(", ")),
            "digests   all as computed anew".to_owned(),
        ];
        if self.tables {
            lines.push("tables    exactly the rows of the journal".to_owned());
        }
        if self.violations.is_empty() {
            lines.push("ledger    as derived anew, exact to the last micro-unit".to_owned());
        } else {
            lines.push(format!(
                "ledger    {} that the events do not bear out:",
                count(self.violations.len(), "statement")
            ));
            lines.extend(self.violations.iter().take(SHOWN_MAX).map(|violation| format!("  {violation}")));
        }
        lines.join("\n") + "\n"
    }
}

/// Verifies a journal.
///
/// # Errors
/// [`CliError`] for a folder that is not exactly what a finished run wrote.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let Command::Verify { dir, .. } = command;
    if !dir.is_dir() {
        let message = format!("{}: no folder of that name", dir.display());
        return Err(CliError::bad_input(message, "journals lie in .prometheus/journals/, by run id"));
    }
    if !dir.join("manifest.toml").is_file() {
        return Err(unfinished(dir));
    }
    let journal = store::open(dir)?;
    let folder = dir.join(TABLES_FOLDER);
    let has_tables = folder.is_dir();
    if has_tables {
        tables::read_back(&journal, &folder).map_err(|error| {
            CliError::from(error).with_hint("the journal is sound; `prometheus replay` writes its tables again")
        })?;
    }
    context.output.show(&Verified::of(&journal, has_tables))
}

/// A folder without a manifest: of a run that was stopped, or of something else.
fn unfinished(dir: &Path) -> CliError {
    let message = format!("{}: no finished journal: it holds no manifest.toml", dir.display());
    if dir.extension().is_some_and(|ending| ending == "partial") {
        let resume = format!("go on with `prometheus replay SCENARIO --resume {}`", dir.display());
        return CliError::bad_input(message, resume);
    }
    CliError::bad_input(message, "journals lie in .prometheus/journals/, by run id")
}
