//! `repro ID | CASE`: from a red light to its cause. One run, alone, beside what is stored of it.

use std::path::{Path, PathBuf};

use ::journal::journal::Journal;
use ::journal::store;
use judge::diff::{Difference, InputDifference, first_difference, input_differences};
use judge::golden;
use serde::Serialize;

use super::Context;
use crate::arguments::JsonFlag;
use crate::error::CliError;
use crate::examination::{Examined, Examiner, GoldenState, Problem};
use crate::exit::Exit;
use crate::files::folder_names;
use crate::library::Library;
use crate::output::Report;
use crate::prepared::SCENARIO_FILE;
use crate::root::Root;

/// Hexadecimal digits without which a text is no run id.
const ID_DIGITS_MIN: usize = 6;

/// Repeat one run alone, in a fresh process, and compare it with what is stored of it.
///
/// A run is named by its case or by its run id, or the first digits of that. A case is held against its golden, event by
/// event where the journal of the accepted run is stored. A run id is held against the stored journal: the run is
/// repeated from the scenario that lies beside it, and must come out the same.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus repro us-2007-2009-crisis
  prometheus repro 3f9c2ab1")]
pub struct Arguments {
    /// A case by its name, or a stored run by the first digits of its run id (at least 6).
    #[arg(value_name = "ID|CASE")]
    run: String,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Reproduced {
    // Not flattened: its verdict and the document's would be one key twice.
    examined: Examined,
    stored: Option<Stored>,
}

/// The stored journal beside the repeated one.
#[derive(Serialize)]
struct Stored {
    journal: String,
    same: bool,
    inputs: Vec<InputDifference>,
    difference: Option<Difference>,
}

/// Repeats a run.
///
/// # Errors
/// [`CliError`] for a name that is neither a case nor a stored run, and a run that comes to no journal.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let examiner = Examiner::new(&root, context)?;
    let reproduced = match find_run(&root, &arguments.run)? {
        Some(folder) => of_stored(&root, &examiner, &folder)?,
        None => of_case(&root, &examiner, &arguments.run)?,
    };
    context.output.show(&reproduced)
}

/// A case, held against its golden. What the store has of the same run is told, and judged by the golden alone.
fn of_case(root: &Root, examiner: &Examiner, case: &str) -> Result<Reproduced, CliError> {
    let scenario = Library::of(root).case(case)?;
    let fresh = examiner.replay(case, case)?;
    let folder = root.journals().join(fresh.manifest.run_id.to_string());
    let stored = store::open(&folder).ok().map(|stored| Stored::beside(&folder, &stored, &fresh));
    Ok(Reproduced { examined: examiner.hold(&scenario, &fresh), stored })
}

/// A stored run, held against its journal; and against the golden of its scenario, if that is of this very run.
fn of_stored(root: &Root, examiner: &Examiner, folder: &Path) -> Result<Reproduced, CliError> {
    let stored = store::open(folder)?;
    let name = &stored.manifest.inputs.scenario;
    let beside = folder.join(SCENARIO_FILE);
    let source = if beside.is_file() { beside.display().to_string() } else { name.clone() };
    let scenario = Library::of(root).scenario(&source)?;
    let fresh = examiner.replay(&source, name)?;
    let golden = golden::read(&root.golden().join(name)).ok();
    let is_of_this_run = golden.is_some_and(|golden| golden.golden.origin.run_id == fresh.manifest.run_id);
    let mut examined =
        if is_of_this_run { examiner.hold(&scenario, &fresh) } else { examiner.balance(&scenario, &fresh) };
    let comparison = Stored::beside(folder, &stored, &fresh);
    let reproduce = examiner.command(&format!("repro {}", stored.manifest.run_id.short()));
    comparison.problem(&reproduce).into_iter().for_each(|problem| examined.add(problem));
    Ok(Reproduced { examined, stored: Some(comparison) })
}

/// The folder of a stored run, if the text is the beginning of a run id; `None` if it is no id at all.
fn find_run(root: &Root, text: &str) -> Result<Option<PathBuf>, CliError> {
    let is_id = text.len() >= ID_DIGITS_MIN && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id || Library::of(root).path_of(text).is_file() {
        return Ok(None);
    }
    let names = folder_names(&root.journals())?;
    let matching: Vec<&String> = names.iter().filter(|name| name.starts_with(text) && name.len() == 64).collect();
    let hint = "journals lie in .prometheus/journals/, by run id; `prometheus replay CASE` makes one";
    match matching.as_slice() {
        [one] => Ok(Some(root.journals().join(one))),
        [] => Err(CliError::bad_input(format!("no stored run has an id that begins with {text}"), hint)),
        many => Err(CliError::bad_input(
            format!("{} stored runs have ids that begin with {text}", many.len()),
            "give more digits",
        )),
    }
}

impl Stored {
    fn beside(folder: &Path, stored: &Journal, fresh: &Journal) -> Self {
        Self {
            journal: folder.display().to_string(),
            same: stored.manifest.digest == fresh.manifest.digest,
            inputs: input_differences(&stored.manifest, &fresh.manifest),
            difference: first_difference(stored, fresh),
        }
    }

    /// Other inputs make another run, which says nothing about this one; equal inputs must have equal journals.
    fn problem(&self, reproduce: &str) -> Option<Problem> {
        let problem = |verdict, message: &str, details, hint: &str| Problem {
            verdict,
            message: message.to_owned(),
            details,
            hint: hint.to_owned(),
            reproduce: reproduce.to_owned(),
        };
        if !self.inputs.is_empty() {
            let details = self.inputs.iter().map(ToString::to_string).collect();
            let hint = "go back to the commit that recorded the run, or replay the scenario as it is now";
            return Some(problem(
                Exit::EvidenceMissing,
                "the run cannot be repeated: its inputs have changed since",
                details,
                hint,
            ));
        }
        let difference = self.difference.as_ref()?;
        let hint = "the code changed without its version, or the system is not deterministic; `prometheus check --case` tells which";
        let message = "equal inputs gave another journal than the stored one; the first difference:";
        Some(problem(Exit::NotDeterministic, message, vec![difference.to_string()], hint))
    }
}

impl Report for Reproduced {
    fn command(&self) -> &'static str {
        "repro"
    }

    fn exit(&self) -> Exit {
        self.examined.verdict
    }

    fn text(&self) -> String {
        let Examined { case, run, golden, comparison, problems, verdict, .. } = &self.examined;
        let mut text = format!("scenario  {case}\n");
        if let Some(run) = run {
            text += &format!("run       {}\ndigest    {}\n", run.run_id, run.digest);
            text += &format!("days      {}, {} to {}; {} events\n", run.days, run.first_day, run.last_day, run.events);
        }
        text += &match &self.stored {
            None => "stored    nothing under this run id\n".to_owned(),
            Some(stored) if stored.same => format!("stored    equal: {}\n", stored.journal),
            Some(stored) => format!("stored    differs: {}\n", stored.journal),
        };
        text += &match golden {
            GoldenState::NotCompared => "golden    is of another run\n".to_owned(),
            golden => format!("golden    {}\n", golden.text()),
        };
        if let Some(first) = comparison.as_ref().and_then(|comparison| comparison.first_event.as_ref()) {
            text += &format!("first     {first}\n");
        }
        problems.iter().for_each(|problem| text += &format!("\n{}", problem.text()));
        text + &format!("\nverdict: {verdict} (exit {})\n", verdict.code())
    }
}
