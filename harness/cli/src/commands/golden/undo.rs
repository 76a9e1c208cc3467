//! `golden undo`: the last acceptance of a case is taken back, byte for byte.

use domain::digest::Digest;
use judge::golden::accept::{self, Undone};
use serde::Serialize;

use super::refuse_in_ci;
use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::examination::Examiner;
use crate::exit::Exit;
use crate::output::Report;
use crate::suggest;

/// Take the last acceptance of a case back: the golden that it replaced returns byte for byte; a first golden goes.
///
/// What was replaced is kept in .prometheus/golden-undo/ on the machine that accepted; elsewhere version control has it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  prometheus golden undo us-2007-2009-crisis")]
pub struct Arguments {
    /// The case.
    case: String,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct UndoReport {
    case: String,
    /// `restored` or `removed`.
    outcome: &'static str,
    seal: Option<Digest>,
    digest: Option<Digest>,
}

/// Undoes.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    refuse_in_ci("golden undo")?;
    let root = context.root()?;
    let known = accept::cases(&root.golden())?;
    let case = &arguments.case;
    if !known.contains(case) {
        let offer = suggest::offer("golden", case, &known);
        let hint = "`prometheus golden list` shows all goldens";
        return Err(CliError::bad_input(format!("no golden is named `{case}`: {offer}"), hint));
    }
    let undone = accept::undo(&Examiner::new(&root, context)?.places(), case)?;
    let (outcome, stored) = match undone {
        Undone::Restored(stored) => ("restored", Some(stored)),
        Undone::Removed => ("removed", None),
    };
    let seal = stored.as_ref().map(|stored| stored.seals.golden);
    let digest = stored.as_ref().map(|stored| stored.golden.origin.journal_digest);
    context.output.show(&UndoReport { case: case.clone(), outcome, seal, digest })
}

impl Report for UndoReport {
    fn command(&self) -> &'static str {
        "golden undo"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        match self.digest {
            Some(digest) => format!("{}: the golden with digest {} is back\n", self.case, digest.short()),
            None => format!("{}: its first golden is gone; the scenario has none now\n", self.case),
        }
    }
}
