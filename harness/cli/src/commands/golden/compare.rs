//! `golden check` and `golden diff`: cases as they run now, beside their goldens.

use serde::Serialize;

use super::{Cases, examine};
use crate::arguments::{Jobs, JsonFlag};
use crate::commands::Context;
use crate::error::CliError;
use crate::examination::{Depth, Examined, Examiner, GoldenState, Problem};
use crate::exit::Exit;
use crate::library::Library;
use crate::output::Report;
use crate::table::{Align, table};

/// Replay cases once and hold them against their goldens; all cases when none is named. Nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus golden check
  prometheus golden check us-2007-2009-crisis fx-1999-2026
  prometheus golden check --suite pr")]
pub struct CheckArguments {
    #[command(flatten)]
    cases: Cases,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// Replay one case once and show every difference from its golden.
///
/// Each line names the class of the difference (noise, label, order, schema, numeric, behaviour), the first place (day,
/// event, file or kind of event, engine, instrument, field), the accepted and the new value, and the number of places.
/// Events are compared one by one when the journal of the accepted run is in the store; else the lines of the golden are.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  prometheus golden diff us-2007-2009-crisis")]
pub struct DiffArguments {
    /// The case.
    case: String,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Compared {
    #[serde(skip)]
    command: &'static str,
    cases: Vec<Examined>,
}

/// Compares several cases.
pub fn run_check(arguments: &CheckArguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let cases = arguments.cases.or_all(&root)?;
    let examiner = Examiner::new(&root, context)?;
    let cases = examine(&examiner, &cases, Depth::Once, arguments.jobs, context);
    context.output.show(&Compared { command: "golden check", cases })
}

/// Compares one case in full.
pub fn run_diff(arguments: &DiffArguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    Library::of(&root).case(&arguments.case)?;
    let examiner = Examiner::new(&root, context)?;
    let examined = examiner.in_full(examiner.examine(&arguments.case, Depth::Once));
    context.output.show(&Compared { command: "golden diff", cases: vec![examined] })
}

impl Report for Compared {
    fn command(&self) -> &'static str {
        self.command
    }

    fn exit(&self) -> Exit {
        Exit::of_all(self.cases.iter().map(|case| case.verdict))
    }

    fn text(&self) -> String {
        if let ("golden diff", [case]) = (self.command, self.cases.as_slice()) {
            return difference(case);
        }
        let columns = ["case", "digest", "golden", "verdict"].map(|name| (name, Align::Left));
        let row = |case: &Examined| {
            let digest = case.run.as_ref().map_or_else(|| "-".to_owned(), |run| run.digest.short());
            vec![case.case.clone(), digest, case.golden.text().to_owned(), case.verdict.to_string()]
        };
        let mut text = table(&columns, self.cases.iter().map(row).collect());
        self.cases.iter().for_each(|case| text += &Problem::block(&case.case, &case.problems));
        text
    }
}

/// All that is to be said of one case beside its golden.
pub(super) fn difference(case: &Examined) -> String {
    let mut text = String::new();
    if let Some(first) = case.comparison.as_ref().and_then(|comparison| comparison.first_event.as_ref()) {
        text += &format!("first difference: {first}\n");
    }
    let equal = matches!(case.golden, GoldenState::Equal | GoldenState::Noise);
    if equal {
        text += &format!("{}: the run is {} to its golden\n", case.case, case.golden.text());
    }
    case.problems.iter().for_each(|problem| text += &problem.full_text());
    text
}
