//! `reference record`: what a pair does now becomes its record.

use std::path::PathBuf;

use domain::date::Date;
use domain::digest::Digest;
use judge::pair::record::{Act, Record};
use judge::pair::walk::{StandIn, Walk};
use serde::Serialize;
use toml::Table;

use super::chosen;
use super::shown::ActArguments;
use crate::arguments::{Jobs, JsonFlag};
use crate::commands::Context;
use crate::commands::golden::refuse_in_ci;
use crate::commands::replay::read_config;
use crate::error::CliError;
use crate::exit::Exit;
use crate::languages;
use crate::output::Report;
use crate::pairs::{self, Ends, legs, seal};
use crate::progress::Progress;
use crate::table::{Align, count, table};

/// Record what pairs do now: the reference's outputs, the legs to its successor, the comparison.
///
/// Every leg is replayed. The legs must close: the first is the reference's own run, the last the successor's. Nothing
/// is written when one does not, or while the sources of engines/v1 are not the sealed ones. The reference may be any
/// system: v1, decisions that were recorded elsewhere, or an engine in another language behind `external`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus reference record us-2007-2009-crisis --by \"A. Reviewer\" --reason \"the solver ends a bit nearer\"
  prometheus reference record us-2007-2009-crisis --system 'external:python3 legacy.py' --by \"A. Reviewer\" --reason \"the old engine itself\"
  prometheus reference record --all --by \"A. Reviewer\" --reason \"first records\"")]
pub struct Arguments {
    /// Pairs by their names.
    #[arg(value_name = "PAIR", required_unless_present = "all")]
    pub names: Vec<String>,
    /// All pairs.
    #[arg(long, conflicts_with = "names")]
    pub all: bool,
    /// Another system as the reference, in the world of the pair's case: a name, or `external:COMMAND`.
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    pub system: Option<String>,
    /// A TOML file with the config of that system.
    #[arg(long, value_name = "FILE", requires = "system")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Recorded {
    by: String,
    on: Date,
    reason: String,
    pairs: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    pair: String,
    reference: Digest,
    successor: Digest,
    gap: String,
    leading: Option<String>,
    seal: Digest,
}

/// Records.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    refuse_in_ci("reference record")?;
    let root = context.root()?;
    seal::demand_sources(&root)?;
    let stand_in = arguments.stand_in()?;
    let ends = chosen(&root, &arguments.names)?.into_iter().map(|pair| pair.ends(&root));
    let ends = ends.map(|ends| Ok(ends?.played_by(stand_in.clone())));
    let ends = ends.collect::<Result<Vec<Ends>, CliError>>()?;
    let act: Act = arguments.act.act();
    let progress = Progress::begin(&context.output, "legs", legs::count(context.registry, &ends));
    let walked = legs::walk(&root, context.registry, &ends, arguments.jobs.count(), &|leg| progress.step(leg));
    progress.end();
    // All or nothing: a record of half of the pairs would be of two states of the engines.
    let walks = walked.into_iter().collect::<Result<Vec<Walk>, CliError>>()?;
    let folder = pairs::records(&root);
    let lines = walks.into_iter().map(|walk| {
        let stored = Record { act: act.clone(), walk }.write(&folder)?;
        let (walk, seal) = (stored.record.walk, stored.seal);
        Ok(Line {
            pair: walk.pair,
            reference: walk.reference.journal_digest,
            successor: walk.successor.journal_digest,
            gap: walk.attribution.gap().to_string(),
            leading: walk.attribution.leading().map(|part| part.name()),
            seal,
        })
    });
    let lines = lines.collect::<Result<Vec<Line>, CliError>>()?;
    seal::write_records(&root, &act)?;
    let Act { by, on, reason } = act;
    context.output.show(&Recorded { by, on, reason, pairs: lines })
}

impl Arguments {
    /// The system that is named to stand in for the reference's own.
    fn stand_in(&self) -> Result<Option<StandIn>, CliError> {
        let Some(system) = &self.system else { return Ok(None) };
        let config = self.config.as_ref().map_or_else(|| Ok(Table::new()), |path| read_config(path))?;
        let stand_in = match languages::command_of(system) {
            Some(command) => {
                StandIn { name: external::system::NAME.to_owned(), config: languages::config(command?, config) }
            }
            None => StandIn { name: system.clone(), config },
        };
        Ok(Some(stand_in))
    }
}

impl Report for Recorded {
    fn command(&self) -> &'static str {
        "reference record"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Self { by, on, reason, pairs } = self;
        let columns = [
            ("pair", Align::Left),
            ("reference", Align::Left),
            ("successor", Align::Left),
            ("gap", Align::Right),
            ("most of it", Align::Left),
        ];
        let row = |line: &Line| {
            let leading = line.leading.clone().unwrap_or_else(|| "-".to_owned());
            vec![line.pair.clone(), line.reference.short(), line.successor.short(), line.gap.clone(), leading]
        };
        let mut text = table(&columns, pairs.iter().map(row).collect());
        text += &format!("\n{} recorded by {by} on {on}: {reason}\n", count(pairs.len(), "pair"));
        text + "review them with git diff golden/v1/, write what is new into golden/policy/differences.toml, commit both\n"
    }
}
