//! `reference list`: the pairs, and who recorded them.

use domain::date::Date;
use judge::pair::record;
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::pairs::{self, Pair};
use crate::table::{Align, count, table};

/// All pairs of a reference and its successor: what each compares, and who recorded it when.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  prometheus reference list\n  prometheus reference list --json")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct List {
    pairs: Vec<Line>,
    /// Records whose pair is gone.
    orphans: Vec<String>,
}

#[derive(Serialize)]
struct Line {
    pair: String,
    purpose: String,
    reference: String,
    successor: String,
    control: bool,
    recorded_by: Option<String>,
    recorded_on: Option<Date>,
    reason: Option<String>,
    /// Why there is no record that can be used.
    refused: Option<String>,
}

/// Lists.
pub fn run(context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let names = pairs::names(&root)?;
    let folder = pairs::records(&root);
    let lines = names.iter().map(|name| {
        let Pair { name, purpose, reference, successor, control, .. } = Pair::read(&root, name)?;
        let (act, refused) = match record::read(&folder, &name) {
            Ok(stored) => (Some(stored.record.act), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let (recorded_by, recorded_on) = (act.as_ref().map(|act| act.by.clone()), act.as_ref().map(|act| act.on));
        let reason = act.map(|act| act.reason);
        let control = control.is_some();
        Ok(Line { pair: name, purpose, reference, successor, control, recorded_by, recorded_on, reason, refused })
    });
    let pairs = lines.collect::<Result<_, CliError>>()?;
    let orphans = record::records(&folder)?.into_iter().filter(|name| !names.contains(name)).collect();
    context.output.show(&List { pairs, orphans })
}

impl Report for List {
    fn command(&self) -> &'static str {
        "reference list"
    }

    fn exit(&self) -> Exit {
        let all = self.orphans.is_empty() && self.pairs.iter().all(|line| line.refused.is_none());
        if all { Exit::Pass } else { Exit::EvidenceMissing }
    }

    fn text(&self) -> String {
        let columns = ["pair", "reference", "successor", "recorded on", "by"].map(|name| (name, Align::Left));
        let dash = || "-".to_owned();
        let row = |line: &Line| {
            let on = line.recorded_on.map_or_else(dash, |on| on.to_string());
            let by = line.recorded_by.clone().unwrap_or_else(dash);
            vec![line.pair.clone(), line.reference.clone(), line.successor.clone(), on, by]
        };
        let mut text = table(&columns, self.pairs.iter().map(row).collect());
        for line in &self.pairs {
            text += &line.refused.as_ref().map_or_else(String::new, |why| format!("\n{}: {why}\n", line.pair));
        }
        for orphan in &self.orphans {
            text += &format!("\ngolden/v1/{orphan} has no pair: scenarios/pairs/{orphan}.toml does not exist\n");
        }
        text + &format!("\n{}\n", count(self.pairs.len(), "pair"))
    }
}
