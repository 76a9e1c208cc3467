//! The reference part of a check: every pair whose two cases were checked, held against its record and the register.
//!
//! The legs between the ends are believed as recorded while both ends are the recorded runs; `reference check` walks
//! them anew.

use judge::pair::record;
use judge::pair::register::Register;
use judge::pair::run_of::RunOf;
use replay::scenario::Scenario;
use serde::Serialize;

use crate::clock::today;
use crate::commands::reference::shown;
use crate::error::CliError;
use crate::examination::{Examined, Examiner, Problem};
use crate::exit::Exit;
use crate::library::Library;
use crate::pairs::standing::{self, Standing, Terms};
use crate::pairs::{self, Ends, Pair, seal};
use crate::root::Root;

/// What a check found of the pairs.
#[derive(Default, Serialize)]
pub struct References {
    /// How each pair stands, by name.
    pub pairs: Vec<Standing>,
    /// What is wrong beside the pairs: the seal, records without a pair, v1 cases without one.
    pub problems: Vec<Problem>,
    /// The register with the sizes that were seen.
    #[serde(skip)]
    pub register: String,
}

impl References {
    /// Holds every pair whose two cases are among the examined; for a whole suite, the seal and what has no pair too.
    ///
    /// # Errors
    /// [`CliError`] for a pair or register that cannot be read.
    pub fn of(root: &Root, examiner: &Examiner, examined: &[Examined], whole: bool) -> Result<Self, CliError> {
        let names = pairs::names(root)?;
        let all = names.iter().map(|name| Pair::read(root, name)).collect::<Result<Vec<Pair>, CliError>>()?;
        let orphans = record::records(&pairs::records(root))?.into_iter().filter(|name| !names.contains(name));
        let orphans: Vec<Problem> = orphans.map(|name| orphan(&name, examiner)).collect();
        if all.is_empty() && orphans.is_empty() {
            return Ok(Self::default());
        }
        let register = standing::register(root)?;
        let command = |words: &str| examiner.command(words);
        let terms = Terms { register: &register, today: today(), command: &command };
        let is_there = |case: &str| examined.iter().any(|one| one.case == case);
        let here = all.iter().filter(|pair| is_there(&pair.reference) && is_there(&pair.successor));
        let pairs: Vec<Standing> = here.map(|pair| stand(root, pair, examined, &terms)).collect();
        let mut problems = Vec::new();
        if whole {
            problems.extend(orphans);
            problems.extend(alone(root, &all, examined, examiner));
            problems.extend(seal::broken(root, &command("reference check"))?);
        }
        let register = register_of(&register, &pairs);
        Ok(Self { pairs, problems, register })
    }

    /// The verdicts of everything found.
    pub fn verdicts(&self) -> impl Iterator<Item = Exit> {
        let pairs = self.pairs.iter().map(|standing| standing.verdict);
        pairs.chain(self.problems.iter().map(|problem| problem.verdict))
    }
}

fn register_of(register: &Register, pairs: &[Standing]) -> String {
    if pairs.is_empty() { String::new() } else { shown::register_table(register, pairs) }
}

fn stand(root: &Root, pair: &Pair, examined: &[Examined], terms: &Terms<'_>) -> Standing {
    let mut standing = Standing::of(pair);
    let reproduce = (terms.command)(&format!("reference check {}", pair.name));
    let ends: Ends = match pair.clone().ends(root) {
        Ok(ends) => ends,
        Err(error) => {
            standing.add(Problem::of_error(&error, reproduce));
            return standing;
        }
    };
    match [run_of(examined, &pair.reference), run_of(examined, &pair.successor)] {
        [Some(reference), Some(successor)] => Standing::by_record(root, &ends, &[reference, successor], terms),
        _ => {
            standing.add(Problem {
                verdict: Exit::EvidenceMissing,
                message: "one of its two cases came to no journal".to_owned(),
                details: Vec::new(),
                hint: "mend the case first".to_owned(),
                reproduce,
            });
            standing
        }
    }
}

/// The run of an examined case, by what its golden would say of it.
fn run_of(examined: &[Examined], case: &str) -> Option<RunOf> {
    let fresh = examined.iter().find(|one| one.case == case)?.fresh.as_ref()?;
    Some(RunOf::of_origin(&fresh.origin))
}

fn orphan(name: &str, examiner: &Examiner) -> Problem {
    Problem {
        verdict: Exit::EvidenceMissing,
        message: format!("golden/v1/{name} has no pair: scenarios/pairs/{name}.toml does not exist"),
        details: Vec::new(),
        hint: "restore the pair from version control, or remove the record together with it".to_owned(),
        reproduce: examiner.command("reference list"),
    }
}

/// Cases of v1 that no pair compares with anything.
fn alone(root: &Root, all: &[Pair], examined: &[Examined], examiner: &Examiner) -> Vec<Problem> {
    let is_v1 = |case: &str| Library::of(root).case(case).is_ok_and(|Scenario { system, .. }| system.name == "v1");
    let lonely = examined.iter().filter(|one| all.iter().all(|pair| pair.reference != one.case) && is_v1(&one.case));
    lonely
        .map(|one| Problem {
            verdict: Exit::EvidenceMissing,
            message: format!("{} is a case of v1 and the reference of no pair", one.case),
            details: Vec::new(),
            hint: "pair it with a case of v2 in scenarios/pairs/ and record the pair".to_owned(),
            reproduce: examiner.command("reference list"),
        })
        .collect()
}
