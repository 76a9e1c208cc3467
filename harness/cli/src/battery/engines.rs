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
use crate::pairs::standing::Standing;
use crate::parallel::in_parallel;
use crate::root::Root;
use crate::tapes::{CheckedTape, check_tape};

/// What is said of a case that its golden agrees with.
pub const EQUAL: &str = "equal to its golden";

/// The checks of the engines and of the data that a battery asks for.
///
/// # Errors
/// [`CliError`] for pairs or a register that cannot be read.
pub fn checks(root: &Root, examiner: &Examiner, battery: &Battery, jobs: usize) -> Result<Vec<Check>, CliError> {
    let cases = &battery.file.audits.goldens;
    let examined = in_parallel(jobs, cases, |case| examiner.examine(case, Depth::Once));
    let golden = |one: &Examined| of_case(CheckKind::Golden, one, one.verdict.is_pass(), EQUAL);
    let mut checks: Vec<Check> = examined.iter().map(golden).collect();
    let references = References::of(root, examiner, &examined, false)?;
    let wanted = references.pairs.iter().filter(|standing| battery.file.audits.pairs.contains(&standing.pair));
    checks.extend(wanted.map(reference));
    let tapes: Vec<String> = battery.worlds.iter().map(tape_name).collect::<BTreeSet<String>>().into_iter().collect();
    checks.extend(in_parallel(jobs, &tapes, |tape| {
        data_quality(&check_tape(root, tape, market::open_tape, |words| examiner.command(words)))
    }));
    Ok(checks)
}

/// A kind of check of a case: whether it holds, and what was seen.
#[must_use]
pub fn of_case(kind: CheckKind, examined: &Examined, holds: bool, passed: &str) -> Check {
    check(kind, &examined.case, holds, told(examined.verdict, &examined.problems, passed))
}

/// A pair against its record and the register.
#[must_use]
pub fn reference(standing: &Standing) -> Check {
    let detail = told(standing.verdict, &standing.problems, "every difference from v1 is expected");
    check(CheckKind::Reference, &standing.pair, standing.verdict.is_pass(), detail)
}

/// A tape against the rules of data quality.
#[must_use]
pub fn data_quality(tape: &CheckedTape) -> Check {
    let rows = format!("{} rows refused, {} flagged, {} known", tape.refused, tape.flagged, tape.known);
    check(CheckKind::DataQuality, &tape.tape, tape.verdict.is_pass(), told(tape.verdict, &tape.problems, &rows))
}

/// The first problem in its own words, or what holds.
fn told(verdict: Exit, problems: &[Problem], passed: &str) -> String {
    let first = problems.first().map(|problem| problem.message.clone());
    first.filter(|_| !verdict.is_pass()).unwrap_or_else(|| passed.to_owned())
}
