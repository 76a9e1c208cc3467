//! `gate trials`: the ledger of every config that was tried.

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::digest::Digest;
use judge::trials::ledger::Trial;
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::battery::store::Store;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Report;
use crate::table::{Align, count, table};

/// Show the ledger of trials and verify its chain.
///
/// Every line is chained to the one before it, so an edited, removed or swapped line is refused by its number. Lines cut off
/// the end leave another head: keep the head elsewhere (a git tag or note) and give it with --head.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus gate trials
  prometheus gate trials --head 5d41…     # a head that was kept elsewhere is still in the chain
  git notes add -m \"$(prometheus gate trials --json | jq -r .head)\"")]
pub struct Arguments {
    /// A head of the ledger that was kept elsewhere.
    #[arg(long, value_name = "DIGEST")]
    pub head: Option<Digest>,
    /// The folder of ledger and verdicts; kronos/ below the root when not given.
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Trials {
    head: Digest,
    tried: usize,
    behaviours: usize,
    trials: Vec<Line>,
    /// Stretches of data on which trials were selected.
    spent: Vec<String>,
}

#[derive(Serialize)]
struct Line {
    number: usize,
    name: String,
    on: String,
    by: String,
    behaviour: Digest,
    days: u64,
    sharpe_day: f64,
    /// The number of the first trial with the same behaviour, where there was one.
    same_as: Option<usize>,
}

/// Shows.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let store = Store::of(&root, arguments.store.as_ref());
    let ledger = store.ledger()?;
    if let Some(head) = arguments.head.filter(|head| !ledger.holds(*head)) {
        let message = format!("{}: no line ends with {head}: lines were cut off", store.ledger_file().display());
        return Err(CliError::bad_input(message, "restore the ledger from version control"));
    }
    let trials = ledger.trials();
    let line = |(at, trial): (usize, &Trial)| {
        let first = trials.iter().position(|other| other.behaviour == trial.behaviour);
        Line {
            number: at + 1,
            name: trial.name.clone(),
            on: trial.on.clone(),
            by: trial.by.clone(),
            behaviour: trial.behaviour,
            days: trial.days,
            sharpe_day: trial.sharpe,
            same_as: first.filter(|first| *first < at).map(|first| first + 1),
        }
    };
    let spent: BTreeSet<String> =
        trials.iter().flat_map(|trial| trial.windows.split(", ").map(str::to_owned)).collect();
    context.output.show(&Trials {
        head: ledger.head(),
        tried: trials.len(),
        behaviours: ledger.behaviours(),
        trials: trials.iter().enumerate().map(line).collect(),
        spent: spent.into_iter().collect(),
    })
}

impl Report for Trials {
    fn command(&self) -> &'static str {
        "gate trials"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let columns = [
            ("trial", Align::Right),
            ("candidate", Align::Left),
            ("on", Align::Left),
            ("by", Align::Left),
            ("behaviour", Align::Left),
            ("Sharpe a year", Align::Right),
            ("same as", Align::Right),
        ];
        let row = |line: &Line| {
            let same = line.same_as.map_or_else(|| "-".to_owned(), |first| first.to_string());
            let year = format!("{:.2}", line.sharpe_day * 252.0_f64.sqrt());
            let Line { number, name, on, by, behaviour, .. } = line;
            vec![number.to_string(), name.clone(), on.clone(), by.clone(), behaviour.short(), year, same]
        };
        let mut text = table(&columns, self.trials.iter().map(row).collect());
        if !self.spent.is_empty() {
            text += &format!("\nselected on, and so spent: {}\n", self.spent.join(", "));
        }
        let different = count(self.behaviours, "different behaviour");
        text + &format!("\n{}, {different}; the chain holds, head {}\n", count(self.tried, "trial"), self.head)
    }
}
