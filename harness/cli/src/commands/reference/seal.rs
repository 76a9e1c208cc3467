//! `reference seal`: the sources of v1 and all records, sealed as they are now.

use domain::date::Date;
use domain::digest::Digest;
use judge::pair::record::Act;
use serde::Serialize;

use super::shown::ActArguments;
use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::commands::golden::refuse_in_ci;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::pairs::seal;

/// Seal the sources of engines/v1 and the records of golden/v1 as they are now.
///
/// v1 is a frozen reference. A deliberate change of it is made here, by a person with a reason, and reviewed like any
/// other change; until then every check fails.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus reference seal --by \"A. Reviewer\" --reason \"a comment was wrong, no figure moves\"")]
pub struct Arguments {
    #[command(flatten)]
    act: ActArguments,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Sealed {
    sources: Option<Digest>,
    records: Digest,
    by: String,
    on: Date,
    reason: String,
}

/// Seals.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    refuse_in_ci("reference seal")?;
    let root = context.root()?;
    let act: Act = arguments.act.act();
    let seal = seal::write(&root, &act)?;
    let Act { by, on, reason } = act;
    context.output.show(&Sealed { sources: seal.sources, records: seal.records, by, on, reason })
}

impl Report for Sealed {
    fn command(&self) -> &'static str {
        "reference seal"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Self { sources, records, by, on, reason } = self;
        format!(
            "sources of engines/v1  {}\nrecords of golden/v1   {}\n\nsealed by {by} on {on}: {reason}\n",
            sources.map_or_else(|| "not here".to_owned(), |sources| sources.short()),
            records.short()
        )
    }
}
