//! `reference check`: every leg of the pairs walked anew and held against record and register.

use std::path::{Path, PathBuf};

use domain::date::Date;
use judge::pair::record;
use judge::reference::markdown;
use serde::Serialize;

use super::{chosen, shown};
use crate::arguments::{Jobs, JsonFlag};
use crate::clock::today;
use crate::commands::Context;
use crate::error::CliError;
use crate::examination::Problem;
use crate::exit::Exit;
use crate::files::{make_folder, write_whole};
use crate::output::Report;
use crate::pairs::control::{self, Rung};
use crate::pairs::standing::{self, Standing, Terms};
use crate::pairs::{self, Ends, legs, seal};
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::root::Root;
use crate::table::{Align, count, percent, table};

/// Walk every leg from v1 to v2 and hold it against the records, the register and the seal.
///
/// Each pair is replayed with one stage after the other taken from the successor. The legs must be the recorded ones,
/// every part of the gap must be expected by golden/policy/differences.toml, controls must be equal once their worlds
/// are, and nothing under the seal may have changed. Nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus reference check
  prometheus reference check us-2007-2009-crisis --json
  prometheus reference check --report out")]
pub struct Arguments {
    /// Pairs by their names; all when none is named.
    #[arg(value_name = "PAIR")]
    pub names: Vec<String>,
    /// Write an equivalence report for each pair into this folder: decisions, portfolios, profit and loss, risk.
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// The day by which entries of the register are in force; today in UTC when not given.
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

/// What the check found.
#[derive(Serialize)]
struct Checked {
    pairs: Vec<Standing>,
    controls: Vec<Control>,
    /// What breaks the seal.
    seal: Vec<Problem>,
    #[serde(skip)]
    register: String,
}

#[derive(Serialize)]
struct Control {
    pair: String,
    rungs: Vec<Rung>,
}

/// Checks.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let register = standing::register(&root)?;
    let ends = chosen(&root, &arguments.names)?.into_iter().map(|pair| pair.ends(&root));
    let ends = ends.map(|ends| Ok(as_recorded(&root, ends?)));
    let ends = ends.collect::<Result<Vec<Ends>, CliError>>()?;
    let command = |words: &str| context.command(words);
    let today = arguments.on.unwrap_or_else(today);
    let again = |ends: &Ends| command(&format!("reference check {}", ends.pair.name));
    let terms = Terms { register: &register, today, command: &command };
    let progress = Progress::begin(&context.output, "legs", legs::count(context.registry, &ends));
    let jobs = arguments.jobs.count();
    let walked = legs::walk(&root, context.registry, &ends, jobs, &|leg| progress.step(leg));
    let mut pairs: Vec<Standing> = ends
        .iter()
        .zip(walked)
        .map(|(ends, fresh)| match fresh {
            Ok(fresh) => Standing::by_walk(&root, ends, &fresh, &terms),
            Err(error) => {
                let mut standing = Standing::of(&ends.pair);
                standing.add(Problem::of_error(&error, again(ends)));
                standing
            }
        })
        .collect();
    let controlled: Vec<&Ends> = ends.iter().filter(|ends| ends.pair.control.is_some()).collect();
    let ladders = in_parallel(jobs, &controlled, |ends| control::ladder(&root, context.registry, ends));
    progress.end();
    let mut controls = Vec::new();
    for (ends, rungs) in controlled.iter().zip(ladders) {
        let (problem, rungs) = match rungs {
            Ok(rungs) => (broken(ends, &rungs, &command), rungs),
            Err(error) => (Some(Problem::of_error(&error, again(ends))), Vec::new()),
        };
        let standing = pairs.iter_mut().find(|standing| standing.pair == ends.pair.name);
        if let (Some(standing), Some(problem)) = (standing, problem) {
            standing.add(problem);
        }
        controls.push(Control { pair: ends.pair.name.clone(), rungs });
    }
    if let Some(folder) = &arguments.report {
        write_reports(folder, &pairs, &controls)?;
    }
    let seal = seal::broken(&root, &command("reference check"))?;
    let register = shown::register_table(&register, &pairs);
    context.output.show(&Checked { pairs, controls, seal, register })
}

/// A page a pair: what the two decided, held, earned and risked, and what each stage adds to the gap.
fn write_reports(folder: &Path, pairs: &[Standing], controls: &[Control]) -> Result<(), CliError> {
    make_folder(folder)?;
    for standing in pairs {
        let control = controls.iter().find(|control| control.pair == standing.pair);
        let page = page(standing, control.map(|control| control.rungs.as_slice()));
        write_whole(&folder.join(format!("{}.md", standing.pair)), page.as_bytes())?;
    }
    Ok(())
}

fn page(standing: &Standing, rungs: Option<&[Rung]>) -> String {
    let Standing { pair, verdict, reference, successor, judged, comparison, problems, .. } = standing;
    let mut page = format!("# {pair}\n\n`{successor}` beside its reference `{reference}`: {verdict}.\n");
    if let Some(judged) = judged {
        page += &format!("\n## What each stage adds to the gap of {}\n\n", judged.gap);
        page += "| stage | part | of the starting cash | moved | register | reason |\n|---|--:|--:|--:|---|---|\n";
        for finding in &judged.findings {
            let (share, moved) = (percent(Some(finding.money_share)), percent(finding.moved));
            let reason = finding.reason.as_deref().unwrap_or("-");
            let (stages, money, state) = (&finding.stages, finding.money, finding.state);
            page += &format!("| {stages} | {money} | {share} | {moved} | {state} | {reason} |\n");
        }
    }
    if let Some(comparison) = comparison {
        page += &format!("\n## Decisions, portfolios, profit and loss, risk\n\n{}\n", markdown(comparison).join("\n"));
    }
    if let Some(rungs) = rungs {
        page += &format!("\n## The control\n\n```text\n{}```\n", ladder_table(rungs));
    }
    if !problems.is_empty() {
        let told: String = problems.iter().map(Problem::text).collect();
        page += &format!("\n## Problems\n\n```text\n{told}```\n");
    }
    page
}

/// The pair with the system that stood in when it was recorded.
pub(super) fn as_recorded(root: &Root, ends: Ends) -> Ends {
    let stored = record::read(&pairs::records(root), &ends.pair.name).ok();
    ends.played_by(stored.and_then(|stored| stored.record.walk.stand_in))
}

/// The last rung must be equal.
fn broken(ends: &Ends, rungs: &[Rung], command: &dyn Fn(&str) -> String) -> Option<Problem> {
    let last = rungs.last()?;
    let day = last.first_difference?;
    let (ours, theirs) = (last.reference, last.successor);
    Some(Problem {
        verdict: Exit::Regression,
        message: "the control is not equal with every difference of the worlds switched off".to_owned(),
        details: vec![format!("first on {day}; at the end {ours} and {theirs}")],
        hint: "what is left is a bug in one of the two systems, or in what they share".to_owned(),
        reproduce: command(&format!("reference check {}", ends.pair.name)),
    })
}

impl Report for Checked {
    fn command(&self) -> &'static str {
        "reference check"
    }

    fn exit(&self) -> Exit {
        let pairs = self.pairs.iter().map(|standing| standing.verdict);
        Exit::of_all(pairs.chain(self.seal.iter().map(|problem| problem.verdict)))
    }

    fn text(&self) -> String {
        let mut text = table(&shown::COLUMNS, shown::rows(&self.pairs));
        text += &format!("\n{}", table(&shown::MEASURES, shown::measure_rows(&self.pairs)));
        text += &format!("\nexpected differences\n\n{}", self.register);
        for Control { pair, rungs } in &self.controls {
            text +=
                &format!("\ncontrol {pair}: the gap with the differences of the worlds switched off one by one\n\n");
            text += &ladder_table(rungs);
        }
        for standing in &self.pairs {
            text += &Problem::block(&format!("pair {}", standing.pair), &standing.problems);
        }
        text += &Problem::block("seal", &self.seal);
        let passed = self.pairs.iter().filter(|standing| standing.verdict.is_pass()).count();
        let (verdict, pairs) = (self.exit(), count(self.pairs.len(), "pair"));
        text + &format!("\nverdict: {verdict} (exit {}): {passed} of {pairs} explained\n", verdict.code())
    }
}

fn ladder_table(rungs: &[Rung]) -> String {
    let columns = [
        ("switched off", Align::Left),
        ("reference", Align::Right),
        ("successor", Align::Right),
        ("first difference", Align::Left),
    ];
    let row = |rung: &Rung| {
        let day = rung.first_difference.map_or_else(|| "none".to_owned(), |day| day.to_string());
        vec![rung.off.to_owned(), rung.reference.to_string(), rung.successor.to_string(), day]
    };
    table(&columns, rungs.iter().map(row).collect())
}
