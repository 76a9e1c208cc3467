//! The engines and the data behind a battery: goldens as they were accepted, pairs as they were explained, tapes as they
//! are checked. The same for every candidate, so it is asked once a command.

use std::collections::BTreeSet;

use judge::evidence::checks::{Check, CheckKind};

use super::audits::check;
use super::worlds::{Battery, tape_name};
use crate::commands::check::reference::References;
use crate::error::CliError;
use crate::examination::{Depth, Examined, Examiner, Problem};
use crate::exit::Exit;
use crate::market;
use crate::parallel::in_parallel;
use crate::root::Root;
use crate::tapes::check_tape;

/// The checks of the engines and of the data that a battery asks for.
///
/// # Errors
/// [`CliError`] for pairs or a register that cannot be read.
pub fn checks(root: &Root, examiner: &Examiner, battery: &Battery, jobs: usize) -> Result<Vec<Check>, CliError> {
    let cases = &battery.file.audits.goldens;
    let examined = in_parallel(jobs, cases, |case| examiner.examine(case, Depth::Once));
    let mut checks: Vec<Check> = examined.iter().map(golden).collect();
    checks.extend(pairs(root, examiner, battery, &examined)?);
    let tapes: Vec<String> = battery.worlds.iter().map(tape_name).collect::<BTreeSet<String>>().into_iter().collect();
    checks.extend(in_parallel(jobs, &tapes, |tape| data(root, examiner, tape)));
    Ok(checks)
}

fn golden(examined: &Examined) -> Check {
    let detail = told(examined.verdict, &examined.problems, "equal to its golden");
    check(CheckKind::Golden, &examined.case, examined.verdict.is_pass(), detail)
}

fn pairs(root: &Root, examiner: &Examiner, battery: &Battery, examined: &[Examined]) -> Result<Vec<Check>, CliError> {
    let wanted = &battery.file.audits.pairs;
    let references = References::of(root, examiner, examined, false)?;
    let standing = references.pairs.iter().filter(|standing| wanted.contains(&standing.pair));
    let checks = standing.map(|standing| {
        let detail = told(standing.verdict, &standing.problems, "every difference from v1 is expected");
        check(CheckKind::Reference, &standing.pair, standing.verdict.is_pass(), detail)
    });
    Ok(checks.collect())
}

fn data(root: &Root, examiner: &Examiner, tape: &str) -> Check {
    let checked = check_tape(root, tape, market::open_tape, |words| examiner.command(words));
    let refused = format!("{} rows refused, {} flagged, {} known", checked.refused, checked.flagged, checked.known);
    check(CheckKind::DataQuality, tape, checked.verdict.is_pass(), told(checked.verdict, &checked.problems, &refused))
}

fn told(verdict: Exit, problems: &[Problem], passed: &str) -> String {
    let first = problems.first().map(|problem| problem.message.clone());
    first.filter(|_| !verdict.is_pass()).unwrap_or_else(|| passed.to_owned())
}
