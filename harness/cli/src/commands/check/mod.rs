//! `check`: the main job.
//!
//! ```text
//! every tape of the suite: opened, checked
//! every case of the suite: replayed twice in fresh processes, compared, audited, held against its golden
//! every golden: does a scenario of its name exist?
//! every pair of v1 and v2: the recorded runs, and every difference expected by the register
//! the gates of the suite's policy: may this tree take the place of what was accepted?
//! ⇒ table, problems with the command that shows each again, verdict, exit code
//! ```

mod junit;
mod markdown;
pub(crate) mod reference;
mod report;
mod verdict;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ::replay::scenario::Scenario;
use columnar::quality::Severity;
use judge::gates::policy::GatePolicy;
use judge::golden::accept;

use super::Context;
use crate::arguments::Jobs;
use crate::battery::session;
use crate::environment::step_summary;
use crate::error::CliError;
use crate::examination::{Depth, Examined, Examiner, Problem};
use crate::exit::Exit;
use crate::files::{append, make_folder, try_writing, write_whole};
use crate::library::Library;
use crate::market;
use crate::output::Format;
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::root::Root;
use crate::suggest;
use crate::tapes::{CheckedTape, check_tape};

use reference::References;
use report::Checked;
use verdict::Judged;

/// What --report writes into its folder.
const REPORT_FILES: [&str; 2] = ["summary.md", "check.json"];

/// Replay a suite twice, hold it against its goldens, and say whether all is well: the main job.
///
/// Every tape that the suite uses is opened and checked. Every case is replayed in two fresh processes, the second of
/// which has replayed its first half-year before; their journals must be equal. The ledger of each is derived anew from its events,
/// and the run is held against its golden. Where a case of v1 and one of v2 are a pair, their difference must be the recorded
/// one, and every part of it expected. Goldens without a scenario are found as well. At last the gates of the suite's policy
/// say whether this tree may take the place of what was accepted. Nothing is accepted here.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus check
  prometheus check --case us-2007-2009-crisis
  prometheus check --suite pr --jobs 2 --junit check.xml --report out --json check.json")]
pub struct Arguments {
    /// The suite: a file of scenarios/suites/ without its .toml.
    #[arg(long, value_name = "NAME", default_value = "pr", conflicts_with = "case")]
    pub suite: String,
    /// Only this case, of any suite or none; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub case: Vec<String>,
    #[command(flatten)]
    pub(crate) jobs: Jobs,
    /// Write a JUnit report to this file.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write summary.md and check.json into this folder.
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Write the verdict's bundle into this folder; `prometheus verdict verify` computes it anew.
    #[arg(long, value_name = "DIR", conflicts_with = "case")]
    pub bundle: Option<PathBuf>,
    /// Print the report as JSON and nothing else, or write it to FILE beside the text; docs/json.md describes it.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub json: Option<Option<PathBuf>>,
}

impl Arguments {
    pub(crate) fn format(&self) -> Format {
        match &self.json {
            None => Format::Text,
            Some(None) => Format::Json,
            Some(Some(path)) => Format::JsonFile(path.clone()),
        }
    }

    /// Proves that every report can be written, so that nobody waits for a check whose report is lost.
    fn try_reports(&self) -> Result<(), CliError> {
        let file = |option: &str, path: &Path| {
            let hint = format!("name a file for {option} that can be written, in a folder that is there");
            try_writing(path).map_err(|error| of_option(option, &error, hint))
        };
        if let Some(path) = &self.junit {
            file("--junit", path)?;
        }
        if let Some(path) = self.json.iter().flatten().next() {
            file("--json", path)?;
        }
        if let Some(folder) = &self.report {
            let hint = "name a folder for --report that can be written, or that can be made".to_owned();
            let files = REPORT_FILES.map(|file| folder.join(file));
            let tried = make_folder(folder).and_then(|()| files.iter().try_for_each(|file| try_writing(file)));
            tried.map_err(|error| of_option("--report", &error, hint))?;
        }
        step_summary().map_or(Ok(()), |path| file("GITHUB_STEP_SUMMARY", &path))
    }
}

/// Checks a suite.
///
/// # Errors
/// [`CliError`] for a suite or policy that cannot be read, and reports that cannot be written. What is wrong with a
/// case is in the report.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let library = Library::of(&root);
    let cases = chosen(arguments, library)?;
    arguments.try_reports()?;
    let policy = policy_of(arguments, &root, library)?;
    let examiner = Examiner::new(&root, context)?;
    let examiner = match &policy {
        Some((policy, _)) => examiner.judged_by(policy),
        None => examiner,
    };
    let progress = Progress::begin(&context.output, "check", cases.len());
    let tapes = check_tapes(arguments, &root, &examiner, &cases, &progress);
    let examined = examine(arguments, library, &examiner, &cases, &progress);
    progress.end();
    let orphans = if arguments.case.is_empty() { orphans(&root, library, &examiner)? } else { Vec::new() };
    let suite = arguments.case.is_empty().then(|| arguments.suite.clone());
    let references = References::of(&root, &examiner, &examined, arguments.case.is_empty())?;
    let judged = match &policy {
        Some(policy) => {
            let judged = Judged::of(&root, policy, &examined, &references, &tapes, &|words| examiner.command(words))?;
            arguments.bundle.as_ref().map_or(Ok(()), |folder| judged.write(folder))?;
            Some(judged)
        }
        None => None,
    };
    let checked = Checked::new(suite, tapes, examined, orphans, references, judged);
    write_reports(arguments, &checked)?;
    context.output.show(&checked)
}

/// The policy whose gates decide, with its text; none for chosen cases, and for a suite without a policy.
fn policy_of(
    arguments: &Arguments,
    root: &Root,
    library: Library<'_>,
) -> Result<Option<(GatePolicy, String)>, CliError> {
    if !arguments.case.is_empty() {
        return Ok(None);
    }
    library.suite(&arguments.suite)?.policy.map(|name| session::policy(root, &name)).transpose()
}

/// The names of the cases, each once, in the order of the suite or of the arguments.
fn chosen(arguments: &Arguments, library: Library<'_>) -> Result<Vec<String>, CliError> {
    if arguments.case.is_empty() {
        return Ok(library.suite(&arguments.suite)?.cases);
    }
    let known = library.cases()?;
    let mut cases: Vec<String> = Vec::new();
    for case in &arguments.case {
        if !known.contains(case) {
            let offer = suggest::offer("case", case, &known);
            let hint = "`prometheus scenario list` shows all cases";
            return Err(CliError::bad_input(format!("--case: no case is named `{case}`: {offer}"), hint));
        }
        if !cases.contains(case) {
            cases.push(case.clone());
        }
    }
    Ok(cases)
}

/// Each tape once, by name.
fn check_tapes(
    arguments: &Arguments,
    root: &Root,
    examiner: &Examiner,
    cases: &[String],
    progress: &Progress,
) -> Vec<CheckedTape> {
    // A scenario that cannot be read is a problem of its case.
    let scenarios = cases.iter().filter_map(|case| Library::of(root).case(case).ok());
    let used: BTreeSet<String> = scenarios
        .flat_map(|Scenario { market, .. }| {
            let series = market.series.into_iter().map(|from| from.tape);
            let texts = market.texts.into_iter().map(|from| from.tape);
            std::iter::once(market.tape).chain(series).chain(texts)
        })
        .collect();
    let used: Vec<String> = used.into_iter().collect();
    in_parallel(arguments.jobs.count(), &used, |tape| {
        let mut checked = check_tape(root, tape, market::open_tape, |words| examiner.command(words));
        // What a tape explains itself is counted here and listed by `data check`.
        checked.findings.retain(|finding| finding.severity != Severity::Known);
        progress.tell(&format!("tape {tape}: {}", checked.verdict));
        checked
    })
}

/// Long cases are begun first, so that the last to end is a short one; the results stand in the order of the names.
fn examine(
    arguments: &Arguments,
    library: Library<'_>,
    examiner: &Examiner,
    cases: &[String],
    progress: &Progress,
) -> Vec<Examined> {
    let days = |case: &String| {
        library
            .case(case)
            .map_or(0, |scenario| scenario.market.last_day.epoch_days() - scenario.market.first_day.epoch_days())
    };
    let mut order: Vec<(usize, &String)> = cases.iter().enumerate().collect();
    order.sort_by_key(|(at, case)| (-days(case), *at));
    let mut examined = in_parallel(arguments.jobs.count(), &order, |(at, case)| {
        let examined = examiner.examine(case, Depth::Twice);
        progress.step(&format!("{case}: {}", examined.verdict));
        (*at, examined)
    });
    examined.sort_by_key(|(at, _)| *at);
    examined.into_iter().map(|(_, examined)| examined).collect()
}

/// Goldens whose scenario is gone.
fn orphans(root: &Root, library: Library<'_>, examiner: &Examiner) -> Result<Vec<Problem>, CliError> {
    let (_, orphans) = accept::pairs(&root.golden(), &library.cases()?)?;
    let problem = |name: String| Problem {
        verdict: Exit::EvidenceMissing,
        message: format!("golden/{name} has no scenario: scenarios/cases/{name}.toml does not exist"),
        details: Vec::new(),
        hint: "restore the scenario from version control, or remove the golden together with it".to_owned(),
        reproduce: examiner.command("golden list"),
    };
    Ok(orphans.into_iter().map(problem).collect())
}

fn write_reports(arguments: &Arguments, checked: &Checked) -> Result<(), CliError> {
    if let Some(path) = &arguments.junit {
        write_whole(path, junit::report(checked)?.as_bytes())?;
    }
    let summary = markdown::summary(checked);
    if let Some(folder) = &arguments.report {
        write_folder(folder, checked, &summary)?;
    }
    step_summary().map_or(Ok(()), |path| append(&path, &summary))
}

fn write_folder(folder: &Path, checked: &Checked, summary: &str) -> Result<(), CliError> {
    let [markdown, json] = REPORT_FILES.map(|file| folder.join(file));
    make_folder(folder)?;
    write_whole(&markdown, summary.as_bytes())?;
    write_whole(&json, crate::output::json(checked)?.as_bytes())
}

/// The error of a path that an option named.
fn of_option(option: &str, error: &CliError, hint: String) -> CliError {
    CliError::new(error.exit, format!("{option} {}", error.message), hint)
}
