//! `data check`: what is wrong with tapes.

use columnar::quality::Severity;
use serde::Serialize;

use crate::arguments::{Jobs, JsonFlag};
use crate::commands::Context;
use crate::error::CliError;
use crate::examination::Problem;
use crate::exit::Exit;
use crate::market;
use crate::output::Report;
use crate::parallel::in_parallel;
use crate::tapes::{CheckedTape, check_tape, line};

/// What is wrong with tapes, and what only looks wrong; all tapes when none is named.
///
/// Every table is read and proved to be what was imported. Then its rows are looked at: prices and their order, sessions
/// of the calendar, currency, days of knowledge, returns beyond bounds, gaps, stale prices. A finding that tape.toml
/// speaks of is known; one that nothing explains is refused or flagged.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus data check
  prometheus data check us_eq_2000_2012 --known
  prometheus data check ./my-tapes/panel")]
pub struct Arguments {
    /// Tapes: folders of scenarios/tapes/, or paths that hold a /.
    #[arg(value_name = "TAPE")]
    tapes: Vec<String>,
    /// Show the known findings as well; JSON always has them.
    #[arg(long)]
    known: bool,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Checked {
    tapes: Vec<CheckedTape>,
    #[serde(skip)]
    show_known: bool,
}

/// Checks.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let names = if arguments.tapes.is_empty() { market::tapes(&root)? } else { arguments.tapes.clone() };
    if names.is_empty() {
        return Err(CliError::evidence_missing("scenarios/tapes/ holds no tape", "`prometheus data import` makes one"));
    }
    // The output cannot be shared between threads, and a command for a person needs nothing of it.
    let program = context.command("");
    let tapes = in_parallel(arguments.jobs.count(), &names, |name| {
        check_tape(&root, name, market::open_argument, |words| format!("{program}{words}"))
    });
    context.output.show(&Checked { tapes, show_known: arguments.known })
}

impl Report for Checked {
    fn command(&self) -> &'static str {
        "data check"
    }

    fn exit(&self) -> Exit {
        Exit::of_all(self.tapes.iter().map(|tape| tape.verdict))
    }

    fn text(&self) -> String {
        let mut text = CheckedTape::table(&self.tapes);
        for tape in &self.tapes {
            let shown = |severity| severity == Severity::Flag || (severity == Severity::Known && self.show_known);
            let findings: Vec<String> = tape
                .findings
                .iter()
                .filter(|finding| shown(finding.severity))
                .map(|finding| format!("  {}\n", line(finding)))
                .collect();
            text += &Problem::block(&tape.tape, &tape.problems);
            if !findings.is_empty() {
                text += &format!("\n{}\n{}", tape.tape, findings.concat());
            }
        }
        let verdict = self.exit();
        text + &format!("\nverdict: {verdict} (exit {})\n", verdict.code())
    }
}
