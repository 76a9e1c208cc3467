//! `verdict show`: what every gate found.

use std::path::PathBuf;

use super::verify::verified;
use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::commands::gate::shown::VerdictReport;
use crate::error::CliError;
use crate::exit::Exit;

/// Show what every gate found, with its figures and bounds.
///
/// The bundle is verified first: what was edited is not shown. Exit 0: ELIGIBLE. Exit 3: NOT_ELIGIBLE. Exit 5:
/// INSUFFICIENT_EVIDENCE.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:
  prometheus verdict show kronos/verdicts/3f9a…")]
pub struct Arguments {
    /// The folder of the bundle.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// Shows.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let (bundle, _) = verified(&arguments.folder)?;
    let reproduce = context.command(&format!("verdict verify {}", arguments.folder.display()));
    context.output.show(&VerdictReport::of("verdict show", &bundle, &reproduce))
}
