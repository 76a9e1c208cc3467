//! `golden accept`: what a case does now becomes its golden, with a name, a reason and a scope.

use domain::date::Date;
use domain::digest::Digest;
use judge::golden::Acceptance;
use judge::golden::accept::{self, Accepted};
use judge::golden::scope::Scope;
use serde::Serialize;

use super::{Cases, examine, refuse_in_ci};
use crate::arguments::{Jobs, JsonFlag, one_line};
use crate::clock::today;
use crate::commands::Context;
use crate::error::CliError;
use crate::examination::{Depth, Examined, Examiner, GoldenState};
use crate::exit::Exit;
use crate::library::Library;
use crate::output::Report;
use crate::table::{Align, count, table};

/// Accept what cases do now as their goldens.
///
/// Every case is replayed twice first, and nothing is accepted unless all of them repeat and balance. What was accepted
/// before is kept for `golden undo`. The scope says which classes of difference may be accepted; a graver one that came
/// in with them is refused.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus golden accept us-2007-2009-crisis --by \"A. Reviewer\" --reason \"rounded half to even\"
  prometheus golden accept --suite pr --by \"A. Reviewer\" --reason \"first goldens\"
  prometheus golden accept fx-1999-2026 --scope \"label order\" --by \"A. Reviewer\" --reason \"reworded\"")]
pub struct Arguments {
    #[command(flatten)]
    cases: Cases,
    #[command(flatten)]
    pub(super) act: Act,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// Who accepts, why, and what.
#[derive(Clone, Debug, clap::Args)]
pub struct Act {
    /// Who accepts.
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    pub by: String,
    /// Why the new behaviour is right, in a sentence.
    #[arg(long, value_name = "TEXT", value_parser = one_line)]
    pub reason: String,
    /// Which classes may differ: `all`, or some of noise label order schema numeric behaviour.
    #[arg(long, value_name = "CLASSES", default_value = "all")]
    pub scope: Scope,
    /// The day of the act; today in UTC when not given.
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
}

/// What became of a case.
#[derive(Serialize)]
pub struct Line {
    pub case: String,
    /// `written` or `unchanged`.
    pub outcome: &'static str,
    pub digest: Digest,
    pub seal: Option<Digest>,
    pub replaces: Option<Digest>,
}

#[derive(Serialize)]
struct AcceptReport {
    by: String,
    on: Date,
    reason: String,
    scope: String,
    cases: Vec<Line>,
}

/// Accepts.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    refuse_in_ci("golden accept")?;
    let root = context.root()?;
    let cases = arguments.cases.given(Library::of(&root))?.ok_or_else(|| {
        CliError::bad_input(
            "golden accept: no case is named",
            "name the cases, or a suite with --suite; nothing is accepted unnamed",
        )
    })?;
    let examiner = Examiner::new(&root, context)?;
    let examined = examine(&examiner, &cases, Depth::Twice, arguments.jobs, context);
    examined.iter().try_for_each(acceptable)?;
    let acceptance = arguments.act.acceptance();
    let lines = examined.iter().map(|case| accept_one(&examiner, case, &acceptance)).collect::<Result<_, _>>()?;
    let Acceptance { by, on, reason, scope } = acceptance;
    context.output.show(&AcceptReport { by, on, reason, scope: scope.to_string(), cases: lines })
}

impl Act {
    /// The act as it stands in a golden.
    pub fn acceptance(&self) -> Acceptance {
        let Self { by, reason, scope, on } = self.clone();
        Acceptance { by, reason, scope, on: on.unwrap_or_else(today) }
    }
}

/// Refuses a case with a problem that no acceptance mends.
pub(super) fn acceptable(case: &Examined) -> Result<(), CliError> {
    let mended = |verdict: Exit| matches!(verdict, Exit::Regression | Exit::EvidenceMissing);
    match case.problems.iter().find(|problem| !mended(problem.verdict)) {
        None => Ok(()),
        Some(problem) => {
            let message = format!("{} cannot be accepted: {}", case.case, problem.text().trim_end());
            Err(CliError::new(problem.verdict, message, "mend this first; nothing was accepted"))
        }
    }
}

/// Accepts one case and keeps its journal, so that later runs are compared with it event by event.
pub(super) fn accept_one(examiner: &Examiner, case: &Examined, acceptance: &Acceptance) -> Result<Line, CliError> {
    let fresh = case.fresh.as_ref().ok_or_else(|| CliError::defect(format!("{}: no run to accept", case.case)))?;
    let accepted = accept::accept(&examiner.places(), fresh, acceptance, examiner.policy())?;
    if let Some(folder) = &case.folder {
        examiner.store(folder, fresh.origin.run_id)?;
    }
    let (outcome, seal, replaces) = match accepted {
        Accepted::Written(stored) => ("written", Some(stored.seals.golden), stored.replaces),
        Accepted::Unchanged => ("unchanged", None, None),
    };
    Ok(Line { case: case.case.clone(), outcome, digest: fresh.origin.journal_digest, seal, replaces })
}

/// The lines as a table.
pub(super) fn lines_text(lines: &[Line]) -> String {
    let columns = ["case", "outcome", "digest", "replaces"].map(|name| (name, Align::Left));
    let row = |line: &Line| {
        let replaces = line.replaces.map_or_else(|| "-".to_owned(), |seal| seal.short());
        vec![line.case.clone(), line.outcome.to_owned(), line.digest.short(), replaces]
    };
    table(&columns, lines.iter().map(row).collect())
}

impl Report for AcceptReport {
    fn command(&self) -> &'static str {
        "golden accept"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Self { by, on, reason, scope, cases } = self;
        let written = cases.iter().filter(|line| line.outcome == "written").count();
        let mut text = lines_text(cases);
        if written == 0 {
            return text + "\nnothing was written: each golden says this already\n";
        }
        text += &format!("\n{} written, by {by} on {on}, scope {scope}: {reason}\n", count(written, "golden"));
        text + "review them with git diff golden/, commit them, or take one back with `prometheus golden undo CASE`\n"
    }
}

/// Whether a case has something to accept.
pub(super) const fn is_open(case: &Examined) -> bool {
    matches!(case.golden, GoldenState::Differs | GoldenState::Missing)
}
