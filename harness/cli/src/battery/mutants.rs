//! Mutants: the reference with one planted fault, or one key of its config slipped.
//!
//! A mutant is put through the historical part of the battery and judged by the gates that this part feeds; the gate
//! `golden` says whether it did anything else than the accepted engines at all, as it would in a change of the engines.
//! Whatever no gate refuses is a survivor, and is listed by name.

use faults::config::Fault;
use faults::kinds::mutants;
use judge::evidence::checks::{Check, CheckKind};
use judge::evidence::{Evidence, Part, Run};
use judge::gates::finding::{Finding, Outcome};
use judge::gates::findings;
use judge::gates::policy::GatePolicy;
use toml::{Table, Value};

use super::audits::check;
use super::evidence::Arena;
use super::replays::scenario_of;
use super::subject::SubjectFile;
use super::trial_run::{alone, assumed, sound};
use super::worlds::World;
use crate::clock::today;
use crate::error::CliError;

/// The gates that the historical part alone feeds.
const FED: [&str; 9] =
    ["same-terms", "golden", "plausible", "mandate", "sharpe", "drawdown", "turnover", "costs", "slices"];

/// Keys of the config by which a slip of unit, sign or size is planted, each with factors that v2 accepts.
const SLIPS: [(&str, &[f64]); 6] = [
    ("portfolio.per_instrument_max_weight", &[0.1, 0.5, 1.5, 5.0, 10.0]),
    ("portfolio.risk_aversion_lambda", &[0.01, 0.1, 10.0, 100.0]),
    ("portfolio.turnover_limit", &[0.1, 0.5, 2.0]),
    ("portfolio.fragility_exposure_limit", &[0.1, 10.0]),
    ("assessment.fragility_lambda", &[0.01, 10.0, 25.0]),
    ("assessment.information_coefficient", &[0.1, 5.0, 20.0]),
];

/// One mutant.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// Its name: the fault and its size, or the key and its factor.
    pub name: String,
    /// The mutant as a candidate.
    pub subject: SubjectFile,
}

/// What became of a mutant under one policy.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Its name.
    pub name: String,
    /// The gates that it did not pass.
    pub killed_by: Vec<String>,
}

/// Every mutant that the config of the battery's worlds admits.
#[must_use]
pub fn all(arena: &Arena<'_>) -> Vec<Mutant> {
    let worlds: Vec<&World> = windows(arena).collect();
    let faults = mutants().into_iter().map(of_fault).filter(|mutant| admitted(arena, &worlds, mutant));
    let slips = SLIPS.iter().flat_map(|(key, factors)| factors.iter().map(|factor| of_slip(&worlds, key, *factor)));
    faults.chain(slips.flatten().filter(|mutant| admitted(arena, &worlds, mutant))).collect()
}

fn windows<'a>(arena: &'a Arena<'_>) -> impl Iterator<Item = &'a World> {
    arena.battery.worlds.iter().filter(|world| world.part == Part::Historical)
}

fn admitted(arena: &Arena<'_>, worlds: &[&World], mutant: &Mutant) -> bool {
    worlds.iter().all(|world| {
        let scenario = scenario_of(world, &mutant.subject);
        arena.registry.assemble(&scenario.system.name, &scenario.system.config).is_ok()
    })
}

fn of_fault(fault: Fault) -> Mutant {
    let mut table = Table::new();
    table.insert("kind".to_owned(), Value::String(fault.kind.clone()));
    if let Some(size) = fault.size {
        table.insert("size".to_owned(), Value::Float(size));
    }
    let name = fault.size.map_or_else(|| fault.kind.clone(), |size| format!("{} {size}", fault.kind));
    let config = Table::from_iter([("fault".to_owned(), Value::Table(table))]);
    let subject =
        SubjectFile { name: name.clone(), system: "v2-faulty".to_owned(), config, ..SubjectFile::reference() };
    Mutant { name, subject }
}

/// A key multiplied, by what the first world's config says there.
fn of_slip(worlds: &[&World], key: &str, factor: f64) -> Option<Mutant> {
    let (table, field) = key.split_once('.')?;
    let config = &worlds.first()?.scenario.system.config;
    let value = config.get(table)?.as_table()?.get(field)?;
    let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))?;
    let slipped = Table::from_iter([(field.to_owned(), Value::Float(number * factor))]);
    let config = Table::from_iter([(table.to_owned(), Value::Table(slipped))]);
    let name = format!("{key} × {factor}");
    Some(Mutant { subject: SubjectFile { name: name.clone(), config, ..SubjectFile::reference() }, name })
}

/// Puts a mutant through the historical part, beside the reference's sides of the whole battery, and judges it under
/// every policy.
///
/// # Errors
/// [`CliError`] for a replay that stops.
pub fn judge(
    arena: &Arena<'_>,
    mutant: &Mutant,
    reference: &[Run],
    policies: &[GatePolicy],
) -> Result<Vec<Judged>, CliError> {
    let mut runs = Vec::new();
    let mut checks: Vec<Check> = Vec::new();
    for (world, run) in arena.battery.worlds.iter().zip(reference).filter(|(world, _)| world.part == Part::Historical) {
        let side = arena.side(world, &mutant.subject)?;
        let same = side.origin.journal == run.baseline.origin.journal;
        checks.push(check(
            CheckKind::Golden,
            &world.name,
            same,
            "another journal than the accepted engines'".to_owned(),
        ));
        runs.push(Run { candidate: side, ..run.clone() });
    }
    let subject = SubjectFile::reference().subject(arena.root, arena.registry)?;
    let evidence = Evidence {
        candidate: subject.clone(),
        baseline: subject,
        on: today(),
        battery: arena.battery.digest,
        runs,
        checks,
        trials: Some(alone()),
        controls: Some(sound(arena)),
    };
    Ok(policies.iter().map(|policy| judged(mutant, &evidence, policy)).collect())
}

fn judged(mutant: &Mutant, evidence: &Evidence, policy: &GatePolicy) -> Judged {
    let found = findings(evidence, policy, Some(&assumed(policy, evidence)));
    let killed = found.iter().filter(|finding| FED.contains(&finding.gate.as_str()) && finding.outcome > Outcome::Flag);
    let killed_by = killed.map(|finding: &Finding| finding.gate.clone()).collect();
    Judged { name: mutant.name.clone(), killed_by }
}
