//! `golden list`: what was accepted, by whom, when and why.

use domain::date::Date;
use domain::digest::Digest;
use judge::golden::{self, GoldenError, accept};
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::library::Library;
use crate::output::Report;
use crate::root::Root;
use crate::table::{Align, count, table};

/// All goldens: who accepted them, when and why; with those that lack a scenario, and scenarios that lack one.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  prometheus golden list\n  prometheus golden list --json")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct List {
    goldens: Vec<Line>,
    /// Goldens that cannot be used.
    refused: Vec<Refused>,
    /// Scenarios without a golden.
    missing: Vec<String>,
    /// Goldens without a scenario.
    orphans: Vec<String>,
}

#[derive(Serialize)]
struct Line {
    case: String,
    accepted_by: String,
    accepted_on: Date,
    reason: String,
    scope: String,
    system: String,
    run_id: Digest,
    digest: Digest,
    seal: Digest,
    replaces: Option<Digest>,
    toolchain: String,
}

#[derive(Serialize)]
struct Refused {
    case: String,
    #[serde(skip)]
    verdict: Exit,
    message: String,
}

/// Lists.
pub fn run(context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let list = List::of(&root)?;
    context.output.show(&list)
}

impl List {
    fn of(root: &Root) -> Result<Self, CliError> {
        let folder = root.golden();
        let (missing, orphans) = accept::pairs(&folder, &Library::of(root).cases()?)?;
        let (mut goldens, mut refused) = (Vec::new(), Vec::new());
        for case in accept::cases(&folder)? {
            match Line::of(root, &case) {
                Ok(line) => goldens.push(line),
                Err(error) => {
                    let verdict = if error.is_environment() { Exit::Environment } else { Exit::BadInput };
                    refused.push(Refused { case, verdict, message: error.to_string() });
                }
            }
        }
        Ok(Self { goldens, refused, missing, orphans })
    }
}

impl Line {
    fn of(root: &Root, case: &str) -> Result<Self, GoldenError> {
        let stored = golden::read(&root.golden().join(case))?;
        let (origin, acceptance) = (stored.golden.origin, stored.acceptance);
        Ok(Self {
            case: case.to_owned(),
            accepted_by: acceptance.by,
            accepted_on: acceptance.on,
            reason: acceptance.reason,
            scope: acceptance.scope.to_string(),
            system: format!("{} {}", origin.system, origin.system_version),
            run_id: origin.run_id,
            digest: origin.journal_digest,
            seal: stored.seals.golden,
            replaces: stored.replaces,
            toolchain: origin.toolchain,
        })
    }
}

impl Report for List {
    fn command(&self) -> &'static str {
        "golden list"
    }

    fn exit(&self) -> Exit {
        let unpaired = !self.missing.is_empty() || !self.orphans.is_empty();
        let pairs = if unpaired { Exit::EvidenceMissing } else { Exit::Pass };
        Exit::of_all(self.refused.iter().map(|refused| refused.verdict).chain([pairs]))
    }

    fn text(&self) -> String {
        let columns = ["case", "digest", "accepted", "by", "scope", "reason"].map(|name| (name, Align::Left));
        let row = |line: &Line| {
            let Line { case, digest, accepted_on, accepted_by, scope, reason, .. } = line;
            vec![
                case.clone(),
                digest.short(),
                accepted_on.to_string(),
                accepted_by.clone(),
                scope.clone(),
                reason.clone(),
            ]
        };
        let mut text = table(&columns, self.goldens.iter().map(row).collect());
        text += "\n";
        self.refused.iter().for_each(|refused| text += &format!("refused {}: {}\n", refused.case, refused.message));
        self.missing.iter().for_each(|case| text += &format!("missing {case}: the scenario has no golden\n"));
        self.orphans.iter().for_each(|case| text += &format!("orphan {case}: the golden has no scenario\n"));
        text + &format!("{}\n", count(self.goldens.len(), "golden"))
    }
}
