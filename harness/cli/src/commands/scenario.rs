//! `scenario list | describe | generate | systems`: what can be replayed.

use ::replay::scenario::Scenario;
use clap::Subcommand;
use domain::date::Date;
use domain::digest::Digest;
use serde::Serialize;

use super::Context;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::exit::Exit;
use crate::library::Library;
use crate::output::Report;
use crate::prepared::SystemSource;
use crate::table::{Align, count, table};

const FILE_FORM: &str =
    "A scenario file holds everything that a run depends on. Keys that may be left out stand with their default:

  format = 1                       # the version of this form
  name = \"my-case\"                 # lower-case letters, digits, dashes; the file's own name
  purpose = \"What it is for.\"
  seed = 7                         # all chance of the run; there is no default

  [market]
  tape = \"us_eq_close_1990_2022\"   # a folder below scenarios/tapes/, or a path that holds a /
  calendar = \"US_EQ\"               # a file of scenarios/calendars/, or \"tape\": the days on the tape
  price_basis = \"adjusted\"         # or \"raw\"
  first_day = \"2007-01-03\"
  last_day = \"2009-12-31\"
  # history_from = \"2006-01-03\"    # what the system sees of the time before; first_day when absent
  # instruments = [\"EQUITY:GE\"]    # all of the tape when absent
  # series = [{ tape = \"macro\", names = [\"VIX\"] }]         # series of other tapes; none when absent
  # texts = [{ tape = \"filings\", subjects = [\"MACRO\"] }]   # texts of other tapes; none when absent

  [account]
  currency = \"USD\"
  cash = 1_000_000
  allow_short = false
  allow_debt = false

  [system]
  name = \"momentum\"                # `prometheus scenario systems` shows all
  # reference = \"us-equity\"        # a file of scenarios/configs/ that the config starts from
  [system.config]                  # the system's own affair

  [execution]
  fill = \"next-close\"              # or \"next-open\", \"same-close\"
  slippage_bps = 0
  cost_bps = 0
  # max_participation_rate = 0.1   # no cap when absent
  limit_fill_probability = 1
  delisting_recovery = 1

  [plan]
  minimum_value = 0

  # [[halts]]                      # no fills from first_day to the day before until
  # instrument = \"EQUITY:GE\"
  # first_day = \"2008-09-15\"
  # until = \"2008-09-19\"";

/// Show the scenarios, suites and systems.
#[derive(Debug, Subcommand)]
#[command(after_long_help = FILE_FORM)]
pub enum Command {
    /// All cases with their days, system, tape and suites.
    #[command(after_long_help = "Examples:\n  prometheus scenario list\n  prometheus scenario list --json")]
    List {
        /// In which form.
        #[command(flatten)]
        json: JsonFlag,
    },
    /// One scenario with every default filled in, its purpose and its digest.
    #[command(after_long_help = "Examples:
  prometheus scenario describe us-1990-2022-momentum
  prometheus scenario describe my-scenario.toml")]
    Describe {
        /// A case by its name, or the path of a scenario file that ends with .toml.
        scenario: String,
        /// In which form.
        #[command(flatten)]
        json: JsonFlag,
    },
    #[allow(missing_docs, reason = "the words stand with its arguments, and its help takes them from there")]
    Generate(super::generate::Arguments),
    /// The systems that a scenario may name.
    #[command(after_long_help = "Example:\n  prometheus scenario systems")]
    Systems {
        /// In which form.
        #[command(flatten)]
        json: JsonFlag,
    },
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::List { .. } => "scenario list",
            Self::Describe { .. } => "scenario describe",
            Self::Generate(_) => "scenario generate",
            Self::Systems { .. } => "scenario systems",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::List { json } | Self::Describe { json, .. } | Self::Systems { json } => *json,
            Self::Generate(arguments) => arguments.json,
        }
    }
}

/// Shows what was asked for.
///
/// # Errors
/// [`CliError`] for a scenario or suite that cannot be read.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    match command {
        Command::List { .. } => {
            let root = context.root()?;
            let listed = List::of(Library::of(&root))?;
            context.output.show(&listed)
        }
        Command::Describe { scenario, .. } => {
            let root = context.root()?;
            let source = SystemSource::scenario(&root, &Library::of(&root).file_of(scenario));
            let described = Described::of(Library::of(&root), context, scenario, &source)?;
            context.output.show(&described)
        }
        Command::Generate(arguments) => super::generate::run(arguments, context),
        Command::Systems { .. } => {
            let systems = Systems::of(context);
            context.output.show(&systems)
        }
    }
}

#[derive(Serialize)]
struct List {
    cases: Vec<Case>,
    suites: Vec<SuiteLine>,
    refused: Vec<Refused>,
}

#[derive(Serialize)]
struct Case {
    name: String,
    purpose: String,
    first_day: Date,
    last_day: Date,
    system: String,
    tape: String,
    suites: Vec<String>,
}

#[derive(Serialize)]
struct SuiteLine {
    name: String,
    purpose: String,
    cases: Vec<String>,
}

/// A file that is no scenario or suite.
#[derive(Serialize)]
struct Refused {
    name: String,
    message: String,
}

impl List {
    fn of(library: Library<'_>) -> Result<Self, CliError> {
        let mut refused = Vec::new();
        let mut suites = Vec::new();
        for name in library.suites()? {
            match library.suite(&name) {
                Ok(suite) => suites.push(SuiteLine { name, purpose: suite.purpose, cases: suite.cases }),
                Err(error) => refused.push(Refused { name, message: error.message }),
            }
        }
        let mut cases = Vec::new();
        for name in library.cases()? {
            match library.case(&name) {
                Ok(scenario) => cases.push(Case::of(scenario, &suites)),
                Err(error) => refused.push(Refused { name, message: error.message }),
            }
        }
        Ok(Self { cases, suites, refused })
    }
}

impl Case {
    fn of(scenario: Scenario, suites: &[SuiteLine]) -> Self {
        let Scenario { name, purpose, market, system, .. } = scenario;
        let holding = suites.iter().filter(|suite| suite.cases.contains(&name)).map(|suite| suite.name.clone());
        Self {
            suites: holding.collect(),
            name,
            purpose,
            first_day: market.first_day,
            last_day: market.last_day,
            system: system.name,
            tape: market.tape,
        }
    }
}

impl Report for List {
    fn command(&self) -> &'static str {
        "scenario list"
    }

    fn exit(&self) -> Exit {
        if self.refused.is_empty() { Exit::Pass } else { Exit::BadInput }
    }

    fn text(&self) -> String {
        let columns = ["case", "first day", "last day", "system", "tape", "suites"].map(|name| (name, Align::Left));
        let row = |case: &Case| {
            let days = [case.first_day.to_string(), case.last_day.to_string()];
            let [first, last] = days;
            vec![case.name.clone(), first, last, case.system.clone(), case.tape.clone(), case.suites.join(", ")]
        };
        let mut text = table(&columns, self.cases.iter().map(row).collect());
        text += "\n";
        for suite in &self.suites {
            text += &format!("suite {}: {}. {}\n", suite.name, count(suite.cases.len(), "case"), suite.purpose);
        }
        for Refused { name, message } in &self.refused {
            text += &format!("refused {name}: {message}\n");
        }
        text
    }
}

#[derive(Serialize)]
struct Described {
    scenario: Scenario,
    system_config: toml::Table,
    world_digest: Digest,
    suites: Vec<String>,
}

impl Described {
    fn of(library: Library<'_>, context: &Context<'_>, name: &str, source: &SystemSource) -> Result<Self, CliError> {
        let scenario = library.scenario(name)?;
        let running = source.assemble(context.registry, &scenario)?;
        let suites = library.suites_of(&scenario.name)?;
        Ok(Self { world_digest: scenario.world_digest(), system_config: running.config, suites, scenario })
    }
}

impl Report for Described {
    fn command(&self) -> &'static str {
        "scenario describe"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let mut full = self.scenario.clone();
        full.system.config = self.system_config.clone();
        let suites = if self.suites.is_empty() { "none".to_owned() } else { self.suites.join(", ") };
        let file = toml::to_string_pretty(&full).unwrap_or_else(|error| format!("# cannot be shown: {error}\n"));
        format!("# suites {suites}; world digest {}\n{file}", self.world_digest)
    }
}

#[derive(Serialize)]
struct Systems {
    systems: Vec<SystemLine>,
}

#[derive(Serialize)]
struct SystemLine {
    name: &'static str,
    version: &'static str,
    about: &'static str,
    /// `None` for a system that needs a config.
    default_config: Option<toml::Table>,
}

impl Systems {
    fn of(context: &Context<'_>) -> Self {
        let line = |entry: &crate::registry::Entry| SystemLine {
            name: entry.name(),
            version: entry.version(),
            about: entry.about(),
            default_config: context
                .registry
                .assemble(entry.name(), &toml::Table::new())
                .ok()
                .map(|running| running.config),
        };
        Self { systems: context.registry.entries().map(line).collect() }
    }
}

impl Report for Systems {
    fn command(&self) -> &'static str {
        "scenario systems"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let columns = ["system", "version", "default config", "what it does"].map(|name| (name, Align::Left));
        let config = |config: &Option<toml::Table>| match config {
            None => "must be given".to_owned(),
            Some(table) if table.is_empty() => "none".to_owned(),
            Some(table) => table.iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join(", "),
        };
        let row = |line: &SystemLine| {
            vec![line.name.to_owned(), line.version.to_owned(), config(&line.default_config), line.about.to_owned()]
        };
        table(&columns, self.systems.iter().map(row).collect())
    }
}
