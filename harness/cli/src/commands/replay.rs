//! `replay SCENARIO`: one run, one journal.

use std::path::{Path, PathBuf};

use ::journal::journal::Journal;
use ::journal::store::{self, StoreError};
use ::replay::scenario::{Scenario, SystemSpec};
use columnar::tables::{self, WrittenTable};
use domain::date::Date;
use domain::digest::Digest;
use domain::ids::InstrumentId;
use domain::seed::Seed;
use judge::metrics::Metrics;
use serde::Serialize;

use super::Context;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::read_text;
use crate::languages;
use crate::library::Library;
use crate::output::Report;
use crate::prepared::{Prepared, Recording, SystemSource};
use crate::progress::Progress;
use crate::table::{Align, table};

/// The folder beside a journal that holds its tables.
pub(crate) const TABLES_FOLDER: &str = "tables";

/// Replay one scenario, keep its journal, and print run id, digest and figures.
///
/// The journal lies in .prometheus/journals/<run id>/ unless --out says otherwise: a log of events and a manifest,
/// with Parquet tables beside them for pandas, polars or DuckDB. A run that was killed leaves a folder that ends with
/// `.partial`; --resume goes on from it to the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus replay us-1990-2022-momentum
  prometheus replay my-scenario.toml --system momentum --config fast.toml --out /tmp/run
  prometheus replay us-2007-2009-crisis --system 'external:python3 docs/examples/momentum.py'
  prometheus replay us-1990-2022-momentum --crash-after-day 2008-09-15   # ends like a power cut
  prometheus replay us-1990-2022-momentum --resume .prometheus/journals/<run id>.partial")]
pub struct Arguments {
    /// A case by its name, or the path of a scenario file that ends with .toml.
    pub scenario: String,
    /// Another system than the scenario's, by its name; `prometheus scenario systems` shows them. `external:COMMAND` is
    /// an engine in another language (docs/external.md): words are parted by spaces, quotes hold one together, and paths
    /// start from the folder that holds scenarios/.
    #[arg(long, value_name = "NAME")]
    pub system: Option<String>,
    /// A TOML file that takes the whole place of the scenario's [system.config]; with `external:COMMAND` it is what the engine
    /// itself is told of its config.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder that the journal gets.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Go on with the killed run in this folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "fresh"])]
    pub resume: Option<PathBuf>,
    /// Throw away what an earlier run of the same inputs left in the folder, finished or not.
    #[arg(long)]
    pub fresh: bool,
    /// Write Parquet tables beside the manifest; this is the default.
    #[arg(long, overrides_with = "no_tables")]
    pub tables: bool,
    /// Write no Parquet tables.
    #[arg(long)]
    pub no_tables: bool,
    /// A drill: abort the process in the middle of writing this day, as a power cut would.
    #[arg(long, value_name = "DATE")]
    pub crash_after_day: Option<Date>,
    /// Replay once and throw it away before the run that is kept.
    #[arg(long, hide = true)]
    pub warmed: bool,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Replayed {
    scenario: String,
    run_id: Digest,
    digest: Digest,
    system: String,
    system_version: String,
    config_digest: Digest,
    tape_digest: Digest,
    seed: Seed,
    first_day: Date,
    last_day: Date,
    days: u64,
    events: u64,
    currency: String,
    instruments: Vec<InstrumentId>,
    journal: String,
    /// `None` with `--no-tables`.
    tables: Option<Tables>,
    metrics: Metrics,
}

/// The Parquet tables beside a journal.
#[derive(Serialize)]
struct Tables {
    folder: String,
    written: Vec<WrittenTable>,
}

impl Replayed {
    fn of(journal: &Journal, folder: &Path, tables: Option<Tables>) -> Self {
        let manifest = &journal.manifest;
        let inputs = &manifest.inputs;
        Self {
            scenario: inputs.scenario.clone(),
            run_id: manifest.run_id,
            digest: manifest.digest,
            system: inputs.system.clone(),
            system_version: inputs.system_version.clone(),
            config_digest: inputs.config_digest,
            tape_digest: inputs.tape_digest,
            seed: inputs.seed,
            first_day: manifest.first_day,
            last_day: manifest.last_day,
            days: manifest.days,
            events: manifest.events,
            currency: manifest.currency.clone(),
            instruments: manifest.instruments.clone(),
            journal: folder.display().to_string(),
            tables,
            metrics: Metrics::of(journal),
        }
    }
}

impl Report for Replayed {
    fn command(&self) -> &'static str {
        "replay"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Self { scenario, run_id, digest, system, first_day, last_day, days, events, journal, .. } = self;
        let mut lines = vec![
            format!("scenario  {scenario}"),
            format!("system    {system} {}, config {}", self.system_version, self.config_digest.short()),
            format!(
                "tape      {}, {} instruments, {}",
                self.tape_digest.short(),
                self.instruments.len(),
                self.currency
            ),
            format!("days      {days}, {first_day} to {last_day}; {events} events; seed {}", self.seed.0),
            format!("run       {run_id}"),
            format!("digest    {digest}"),
            format!("journal   {journal}"),
        ];
        lines.extend(self.tables.iter().map(|tables| format!("tables    {}", tables.folder)));
        let figures = self.metrics.figures();
        let rows = figures
            .iter()
            .map(|figure| vec![figure.name.to_owned(), figure.value.to_string(), figure.unit.to_string()]);
        let figures = table(&[("figure", Align::Left), ("value", Align::Right), ("unit", Align::Left)], rows.collect());
        lines.join("\n") + "\n\n" + &figures
    }
}

/// Replays a scenario.
///
/// # Errors
/// [`CliError`] for everything that keeps the run from its journal.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let library = Library::of(&root);
    let source = SystemSource::scenario(&root, &library.file_of(&arguments.scenario));
    let (scenario, source) = chosen(arguments, library.scenario(&arguments.scenario)?, source)?;
    let prepared = Prepared::new(&root, context.registry, scenario, source)?;
    let folder = match (&arguments.resume, &arguments.out) {
        (Some(folder), _) => finished_name(folder),
        (None, Some(folder)) => folder.clone(),
        (None, None) => prepared.default_folder(&root),
    };
    if arguments.fresh {
        make_way(&folder, prepared.run_id())?;
    }
    refuse_unfinished(arguments, context, &folder)?;
    if arguments.warmed {
        prepared.rehearse()?;
    }
    let resume = arguments.resume.is_some();
    let how = Recording { folder: &folder, resume, crash_after_day: arguments.crash_after_day };
    let progress = Progress::quiet_begin(&context.output, "days");
    let journal = prepared.record(&how, &mut |done, all| progress.at(done, all));
    progress.end();
    let journal = journal?;
    let tables = if arguments.no_tables { None } else { Some(write_tables(&journal, &folder)?) };
    context.output.show(&Replayed::of(&journal, &folder, tables))
}

/// The scenario with the system and config of the arguments. Another system does not inherit the config.
fn chosen(
    arguments: &Arguments,
    scenario: Scenario,
    mut source: SystemSource,
) -> Result<(Scenario, SystemSource), CliError> {
    let SystemSpec { mut name, mut config, .. } = scenario.system.clone();
    if let Some(command) = arguments.system.as_deref().and_then(languages::command_of) {
        let own = arguments.config.as_deref().map(read_config).transpose()?.unwrap_or_default();
        (source.name, source.config) = ("--system".to_owned(), "--system external:COMMAND".to_owned());
        source.reference = None;
        source.hint = "docs/external.md says how a command and its config are written";
        let config = languages::config(command?, own);
        let system = SystemSpec { name: external::system::NAME.to_owned(), reference: None, config };
        return Ok((Scenario { system, ..scenario }, source));
    }
    if let Some(other) = arguments.system.as_ref().filter(|other| **other != name) {
        source.name = "--system".to_owned();
        (source.config, source.hint) = (format!("--system {other}"), "give it a config with --config FILE");
        (name, config, source.reference) = (other.clone(), toml::Table::new(), None);
    }
    if let Some(path) = &arguments.config {
        (config, source.reference) = (read_config(path)?, None);
        (source.config, source.hint) = (path.display().to_string(), KEYS_OF_CONFIG);
    }
    Ok((Scenario { system: SystemSpec { name, reference: None, config }, ..scenario }, source))
}

/// What a file of --config holds.
const KEYS_OF_CONFIG: &str = "--config takes all keys of [system.config], without that heading; \
                              `prometheus scenario describe CASE` prints a whole one, `prometheus scenario systems` \
                              the keys with their defaults";

/// The table of a file of --config.
pub(super) fn read_config(path: &Path) -> Result<toml::Table, CliError> {
    read_text(path)?.parse().map_err(|error: toml::de::Error| {
        let message = format!("{}: {}", path.display(), error.to_string().trim());
        CliError::bad_input(message, KEYS_OF_CONFIG)
    })
}

/// `runs/a` for `runs/a.partial`: the name that the unfinished run will get.
fn finished_name(folder: &Path) -> PathBuf {
    if folder.extension().is_some_and(|ending| ending == "partial") {
        folder.with_extension("")
    } else {
        folder.to_owned()
    }
}

/// Removes what an earlier run of the same inputs left. Whatever else lies there stays, and is refused.
fn make_way(folder: &Path, run_id: Digest) -> Result<(), CliError> {
    store::discard_unfinished(folder)?;
    Ok(store::discard_finished(folder, run_id, &[TABLES_FOLDER])?)
}

/// An unfinished run in the way is met with the very command that goes on with it, unless its process still lives.
fn refuse_unfinished(arguments: &Arguments, context: &Context<'_>, folder: &Path) -> Result<(), CliError> {
    if arguments.resume.is_some() {
        return Ok(());
    }
    match store::refuse_unfinished(folder) {
        Err(StoreError::Unfinished { path }) => {
            let go_on = context.command(&format!("replay {} --resume {}", arguments.scenario, path.display()));
            let message = format!("{} holds an unfinished run", path.display());
            Err(CliError::bad_input(message, format!("go on with `{go_on}`, or start anew with --fresh")))
        }
        other => Ok(other?),
    }
}

fn write_tables(journal: &Journal, folder: &Path) -> Result<Tables, CliError> {
    let folder = folder.join(TABLES_FOLDER);
    let written = tables::write(journal, &folder)?;
    Ok(Tables { folder: folder.display().to_string(), written })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::finished_name;

    #[test]
    fn a_partial_folder_stands_for_its_run() {
        assert_eq!(finished_name(Path::new("runs/3f.partial")), Path::new("runs/3f"));
        assert_eq!(finished_name(Path::new("runs/3f")), Path::new("runs/3f"));
    }
}
