//! `kronos log show | verify | repair`: the log itself.

use clap::Subcommand;
use domain::digest::Digest;
use kronos::event::Row;
use kronos::object::Object;
use kronos::store::{read, repair};
use serde::Serialize;

use super::StoreArguments;
use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::commands::golden::refuse_in_ci;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::table::{Align, count, table};

/// Show, verify and repair the log.
#[derive(Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "the words of each command stand with its arguments, and its help takes them from there"
)]
pub enum Command {
    Show(ShowArguments),
    Verify(VerifyArguments),
    Repair(RepairArguments),
}

/// Show the rows of the log: who did what, when, and why.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus kronos log show
  prometheus kronos log show experiment-2 --json")]
pub struct ShowArguments {
    /// Only rows about this: proposal-N, experiment-N, alert-N or ENGINE/SCOPE/STAGE.
    #[arg(value_name = "OBJECT")]
    object: Option<Object>,
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// Compute every digest of the log anew and play its history again.
///
/// A log that lost rows at its end is still a log. Whoever kept its head elsewhere names it with --head: the log must
/// then hold that row, and all before it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus kronos log verify
  prometheus kronos log verify --head <digest>")]
pub struct VerifyArguments {
    /// The digest of a row that must be there.
    #[arg(long, value_name = "DIGEST")]
    head: Option<Digest>,
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    json: JsonFlag,
}

/// Move a torn last line, which a stopped writer left, into a file of its own.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  prometheus kronos log repair")]
pub struct RepairArguments {
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    json: JsonFlag,
}

#[derive(Serialize)]
struct Shown {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Verified {
    rows: usize,
    head: Digest,
}

#[derive(Serialize)]
struct Repaired {
    /// The file with the torn line; `null` where nothing was torn.
    kept: Option<String>,
}

impl Command {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Show(_) => "kronos log show",
            Self::Verify(_) => "kronos log verify",
            Self::Repair(_) => "kronos log repair",
        }
    }

    pub(crate) const fn json(&self) -> JsonFlag {
        match self {
            Self::Show(arguments) => arguments.json,
            Self::Verify(arguments) => arguments.json,
            Self::Repair(arguments) => arguments.json,
        }
    }
}

/// Shows, verifies or repairs.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    match command {
        Command::Show(ShowArguments { object, store, .. }) => {
            let mut rows = read(&store.folder(&root))?.rows;
            rows.retain(|row| object.as_ref().is_none_or(|object| row.object == *object));
            context.output.show(&Shown { rows })
        }
        Command::Verify(VerifyArguments { head, store, .. }) => {
            let reading = read(&store.folder(&root))?;
            if let Some(head) = head.filter(|head| !reading.holds(head)) {
                let message = format!("no row of the log has the digest {head}: rows were lost at its end");
                return Err(CliError::evidence_missing(message, "restore the log from version control"));
            }
            context.output.show(&Verified { rows: reading.rows.len(), head: reading.log.head() })
        }
        Command::Repair(RepairArguments { store, .. }) => {
            refuse_in_ci("kronos log repair")?;
            let kept = repair(&store.folder(&root))?.map(|path| path.display().to_string());
            context.output.show(&Repaired { kept })
        }
    }
}

impl Report for Shown {
    fn command(&self) -> &'static str {
        "kronos log show"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let columns = [
            ("row", Align::Right),
            ("time", Align::Left),
            ("object", Align::Left),
            ("from", Align::Left),
            ("to", Align::Left),
            ("by", Align::Left),
            ("reason", Align::Left),
        ];
        let row = |row: &Row| {
            vec![
                row.number.to_string(),
                row.at.to_string(),
                row.object.to_string(),
                row.from.clone().unwrap_or_else(|| "-".to_owned()),
                row.to.clone(),
                row.actor.to_string(),
                row.reason.clone(),
            ]
        };
        table(&columns, self.rows.iter().map(row).collect())
    }
}

impl Report for Verified {
    fn command(&self) -> &'static str {
        "kronos log verify"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        format!(
            "{}, each as it was written, in a history that can have happened\nhead {}\n",
            count(self.rows, "row"),
            self.head
        )
    }
}

impl Report for Repaired {
    fn command(&self) -> &'static str {
        "kronos log repair"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        match &self.kept {
            Some(path) => format!("the torn line lies in {path}; every whole row stands\n"),
            None => "nothing is torn\n".to_owned(),
        }
    }
}
