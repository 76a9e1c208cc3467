//! `verdict verify`: a bundle computed anew, byte for byte.

use std::path::{Path, PathBuf};

use domain::digest::Digest;
use judge::verdict::Decision;
use judge::verdict::bundle::{self, Bundle};
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::battery::store::read_files;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::table::count;

/// Compute a verdict anew from its bundle and hold every byte against it.
///
/// Needs nothing but the folder: no scenarios, no journals, no network. The evidence is read, every gate of the policy in
/// the bundle is asked again, and the whole bundle is written anew in memory; each file must come out as it lies there.
/// Exit 0: it is what the gates say, whatever they say. Exit 2: it was edited, or is not whole.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus verdict verify kronos/verdicts/3f9a…
  prometheus verdict verify verdict --json")]
pub struct Arguments {
    /// The folder of the bundle.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Verified {
    id: Digest,
    decision: Decision,
    policy: String,
    runs: usize,
    files: usize,
}

/// Verifies.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let (bundle, files) = verified(&arguments.folder)?;
    let Bundle { id, evidence, policy, verdict, .. } = bundle;
    let verified = Verified { id, decision: verdict.decision, policy: policy.name, runs: evidence.runs.len(), files };
    context.output.show(&verified)
}

/// A bundle that is what the gates say, and how many files it has.
///
/// # Errors
/// [`CliError`] for a folder that is no bundle, or one that was edited.
pub fn verified(folder: &Path) -> Result<(Bundle, usize), CliError> {
    let files = read_files(folder)?;
    let bundle = bundle::verify(&files).map_err(|error| {
        let message = format!("{}: {error}", folder.display());
        CliError::bad_input(message, "take the bundle from where it was written, or judge the candidate again")
    })?;
    Ok((bundle, files.len()))
}

impl Report for Verified {
    fn command(&self) -> &'static str {
        "verdict verify"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Self { id, decision, policy, runs, files } = self;
        format!(
            "verdict {id}\n{decision} under policy {policy}, from {}: {} computed anew, all equal\n",
            count(*runs, "run"),
            count(*files, "file")
        )
    }
}
