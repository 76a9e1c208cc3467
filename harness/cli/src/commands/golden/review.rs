//! `golden review`: one difference after the other, with a decision on each.

use serde::Serialize;

use super::accept::{Line, accept_one, acceptable, is_open, lines_text};
use super::compare::difference;
use super::{Cases, examine};
use crate::arguments::{Jobs, JsonFlag, one_line};
use crate::clock::today;
use crate::commands::Context;
use crate::environment::is_ci;
use crate::error::CliError;
use crate::examination::{Depth, Examined, Examiner};
use crate::exit::Exit;
use crate::output::Report;
use crate::table::count;
use judge::golden::Acceptance;
use judge::golden::scope::Scope;

/// Walk through the cases that differ from their goldens or lack one, and accept or leave each.
///
/// On a terminal each difference is shown and asked about; the reason of each acceptance is asked for when --reason is
/// not given. Elsewhere, and in continuous integration, the differences are shown and nothing is accepted.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  prometheus golden review --suite pr --by \"A. Reviewer\"")]
pub struct Arguments {
    #[command(flatten)]
    cases: Cases,
    /// Who reviews.
    #[arg(long, value_name = "NAME", value_parser = one_line)]
    by: String,
    /// The reason for every acceptance; asked for each time when not given.
    #[arg(long, value_name = "TEXT", value_parser = one_line)]
    reason: Option<String>,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Reviewed {
    /// Cases that were replayed.
    replayed: usize,
    /// What was accepted.
    accepted: Vec<Line>,
    /// What still differs or lacks a golden.
    open: Vec<Examined>,
    /// Whether a person has seen the differences already.
    #[serde(skip)]
    shown: bool,
}

/// What the reviewer says of a case.
enum Answer {
    Accept(String),
    Leave,
    Stop,
}

/// Reviews.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let cases = arguments.cases.or_all(&root)?;
    let examiner = Examiner::new(&root, context)?;
    let examined = examine(&examiner, &cases, Depth::Twice, arguments.jobs, context);
    let replayed = examined.len();
    let differing = examined.into_iter().filter(|case| !case.verdict.is_pass());
    let mut differing = differing.map(|case| examiner.in_full(case)).peekable();
    let (mut accepted, mut open) = (Vec::new(), Vec::new());
    while let Some(case) = differing.next() {
        match answer(arguments, context, &case, differing.peek().is_none())? {
            Answer::Accept(reason) => {
                let acceptance = Acceptance { by: arguments.by.clone(), on: today(), reason, scope: Scope::all() };
                accepted.push(accept_one(&examiner, &case, &acceptance)?);
            }
            Answer::Leave => open.push(case),
            Answer::Stop => {
                open.push(case);
                break;
            }
        }
    }
    open.extend(differing);
    let shown = context.output.is_answered() && !is_ci();
    context.output.show(&Reviewed { replayed, accepted, open, shown })
}

/// Shows a case and asks; leaves it where nobody answers or nothing can be accepted.
fn answer(arguments: &Arguments, context: &mut Context<'_>, case: &Examined, last: bool) -> Result<Answer, CliError> {
    if is_ci() || !is_open(case) || acceptable(case).is_err() {
        return Ok(Answer::Leave);
    }
    let others = if last { "" } else { ", [q]uit" };
    let choices = format!("[a]ccept, [l]eave{others}? ");
    let mut question = format!("\n{}\n{}\n{choices}", case.case, difference(case));
    loop {
        let Some(said) = context.output.ask(&question)? else { return Ok(Answer::Leave) };
        question.clone_from(&choices);
        match said.as_str() {
            "a" | "accept" => return reason(arguments, context),
            "l" | "leave" => return Ok(Answer::Leave),
            "q" | "quit" => return Ok(Answer::Stop),
            _ => {}
        }
    }
}

fn reason(arguments: &Arguments, context: &mut Context<'_>) -> Result<Answer, CliError> {
    if let Some(reason) = &arguments.reason {
        return Ok(Answer::Accept(reason.clone()));
    }
    let said = context.output.ask("why is it right? ")?;
    // Without a reason there is no acceptance.
    Ok(said.filter(|reason| !reason.is_empty()).map_or(Answer::Leave, Answer::Accept))
}

impl Report for Reviewed {
    fn command(&self) -> &'static str {
        "golden review"
    }

    fn exit(&self) -> Exit {
        Exit::of_all(self.open.iter().map(|case| case.verdict).chain([Exit::Pass]))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for case in &self.open {
            let seen = self.shown && is_open(case);
            text += &if seen {
                format!("\nopen: {}\n", case.case)
            } else {
                format!("\n{}\n{}", case.case, difference(case))
            };
        }
        if !self.accepted.is_empty() {
            text += &format!("\n{}", lines_text(&self.accepted));
        }
        let Self { replayed, accepted, open, .. } = self;
        text + &format!(
            "\n{} replayed twice: {} accepted, {} open\n",
            count(*replayed, "case"),
            accepted.len(),
            open.len()
        )
    }
}
