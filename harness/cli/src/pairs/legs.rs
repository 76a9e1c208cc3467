//! Running the legs of a pair, to its attribution and its comparison.
//!
//! ```text
//! reference itself, successor itself                 two runs, the ends
//! reference with the stages up to data, calendar, …  a run for each, both systems watching
//! ⇒ the first leg must be the reference's run and the last the successor's: the attribution closes
//! ```
//!
//! A system that is not open at its seams, such as an engine in another language, has no stages that could be swapped
//! one by one. Its worlds are swapped, and everything from universe to limits is one part.

use domain::chain::{Chain, Stage};
use domain::tape::Tape;
use journal::journal::Journal;
use judge::pair::attribution::{Attribution, Leg};
use judge::pair::outputs;
use judge::pair::run_of::RunOf;
use judge::pair::walk::Walk;
use judge::reference::{Comparison, Side, Terms, compare};
use replay::mirror::swapped::Swapped;
use replay::run::{self, SystemIdentity};
use replay::scenario::Scenario;

use super::Ends;
use super::worlds::world;
use crate::error::CliError;
use crate::library::Library;
use crate::market;
use crate::parallel::in_parallel;
use crate::prepared::SystemSource;
use crate::registry::Registry;
use crate::root::Root;

/// A run with the market that it was given.
pub struct Ran {
    /// What it did.
    pub journal: Journal,
    /// What it saw.
    pub tape: Tape,
}

/// One run of a walk.
struct Task<'e> {
    ends: &'e Ends,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Reference,
    Successor,
    Leg(Option<Stage>),
}

/// How many runs a walk of these pairs has.
#[must_use]
pub fn count(registry: &Registry, pairs: &[Ends]) -> usize {
    tasks(registry, pairs).len()
}

/// Walks pairs, so many runs at once. `tell` hears of each finished run.
#[must_use]
pub fn walk(
    root: &Root,
    registry: &Registry,
    pairs: &[Ends],
    jobs: usize,
    tell: &(dyn Fn(&str) + Sync),
) -> Vec<Result<Walk, CliError>> {
    let tasks = tasks(registry, pairs);
    let done = in_parallel(jobs, &tasks, |task| {
        let ran = task.run(root, registry).and_then(|ran| Reduced::of(task.kind, &ran));
        tell(&format!("{} {}", task.ends.pair.name, task.name()));
        ran
    });
    let sizes = pairs.iter().map(|ends| tasks.iter().filter(|task| task.ends.pair.name == ends.pair.name).count());
    pairs.iter().zip(parted(done, sizes)).map(|(ends, runs)| joined(ends, &runs?)).collect()
}

/// A list cut into pieces of these sizes; the first error of a piece stands for it, and leaves the other pieces alone.
fn parted<T, E>(list: Vec<Result<T, E>>, sizes: impl Iterator<Item = usize>) -> Vec<Result<Vec<T>, E>> {
    let mut rest = list.into_iter();
    // The whole piece is taken before any of it is looked at: what is left of it would else be the next one's.
    let piece = |size| rest.by_ref().take(size).collect::<Vec<_>>().into_iter().collect();
    sizes.map(piece).collect()
}

/// A scenario by its own system, in memory.
///
/// # Errors
/// [`CliError`] for a market or system that does not serve it, and a run that stops.
pub fn run_as_it_is(root: &Root, registry: &Registry, scenario: &Scenario) -> Result<Ran, CliError> {
    let tape = market::load(root, scenario)?;
    let mut running = source_of(root, scenario).assemble(registry, scenario)?;
    let journal = run::replay_in_memory(scenario, &running.identity, &tape, running.system.as_mut())?;
    Ok(Ran { journal, tape })
}

/// The run of a leg, both systems in it.
///
/// # Errors
/// [`CliError`] as for [`run_as_it_is`].
pub fn run_leg(root: &Root, registry: &Registry, ends: &Ends, stage: Option<Stage>) -> Result<Ran, CliError> {
    let Ends { reference, successor, .. } = ends;
    let scenario = world(reference, successor, stage);
    if !is_open(registry, ends) {
        let system = if stage == Some(Stage::Execution) { &successor.system } else { &reference.system };
        return run_as_it_is(root, registry, &Scenario { system: system.clone(), ..scenario });
    }
    let taken = Stage::ALL.into_iter().filter(|own| Some(*own) <= stage);
    run_swapped(root, registry, ends, &scenario, taken)
}

/// The pair's systems in a world of their own, with some stages of the reference taken from the successor.
pub(super) fn run_swapped(
    root: &Root,
    registry: &Registry,
    ends: &Ends,
    scenario: &Scenario,
    taken: impl IntoIterator<Item = Stage>,
) -> Result<Ran, CliError> {
    let Ends { reference, successor, .. } = ends;
    let tape = market::load(root, scenario)?;
    let (legacy, old) = chain(root, registry, reference)?;
    let (modern, new) = chain(root, registry, successor)?;
    let identity = SystemIdentity {
        name: format!("{} to {}", legacy.name, modern.name),
        version: format!("{} to {}", legacy.version, modern.version),
        config_digest: legacy.config_digest.chained(modern.config_digest.to_string().as_bytes()),
    };
    let mut swapped = Swapped::new(old, new, taken);
    let journal = run::replay_in_memory(scenario, &identity, &tape, &mut swapped)?;
    Ok(Ran { journal, tape })
}

/// The system of a case, open at its seams.
///
/// # Errors
/// [`CliError`] for a system that is one piece, and a config that it refuses.
pub(crate) fn chain(
    root: &Root,
    registry: &Registry,
    scenario: &Scenario,
) -> Result<(SystemIdentity, Box<dyn Chain>), CliError> {
    source_of(root, scenario).chain(registry, scenario)
}

/// Where the system of a case is named and configured.
fn source_of(root: &Root, scenario: &Scenario) -> SystemSource {
    SystemSource::scenario(root, &Library::of(root).path_of(&scenario.name))
}

/// The stages that a pair can be taken apart into.
#[must_use]
pub fn stages(registry: &Registry, ends: &Ends) -> Vec<Stage> {
    if is_open(registry, ends) { Stage::ALL.to_vec() } else { vec![Stage::Data, Stage::Calendar, Stage::Execution] }
}

/// Whether both systems of a pair can be taken apart.
pub(super) fn is_open(registry: &Registry, ends: &Ends) -> bool {
    registry.is_open(&ends.reference.system.name) && registry.is_open(&ends.successor.system.name)
}

fn tasks<'e>(registry: &Registry, pairs: &'e [Ends]) -> Vec<Task<'e>> {
    let of = |ends: &'e Ends| {
        let legs = std::iter::once(None).chain(stages(registry, ends).into_iter().map(Some)).map(Kind::Leg);
        [Kind::Reference, Kind::Successor].into_iter().chain(legs).map(move |kind| Task { ends, kind })
    };
    pairs.iter().flat_map(of).collect()
}

impl Task<'_> {
    fn run(&self, root: &Root, registry: &Registry) -> Result<Ran, CliError> {
        let Ends { reference, successor, .. } = self.ends;
        match self.kind {
            Kind::Reference => run_as_it_is(root, registry, reference),
            Kind::Successor => run_as_it_is(root, registry, successor),
            Kind::Leg(stage) => run_leg(root, registry, self.ends, stage),
        }
    }

    const fn name(&self) -> &'static str {
        match self.kind {
            Kind::Reference => "reference",
            Kind::Successor => "successor",
            Kind::Leg(None) => "leg reference",
            Kind::Leg(Some(stage)) => stage.name(),
        }
    }
}

/// What is kept of a run, so that many can be walked at once.
struct Reduced {
    leg: Leg,
    run: RunOf,
    side: Side,
    outputs: String,
}

impl Reduced {
    fn of(kind: Kind, ran: &Ran) -> Result<Self, CliError> {
        let stage = if let Kind::Leg(stage) = kind { stage } else { None };
        let outputs = if kind == Kind::Reference { outputs::text_of(&ran.journal) } else { String::new() };
        let side = Side::read(&ran.journal, &ran.tape).map_err(|error| CliError::defect(error.to_string()))?;
        Ok(Self { leg: Leg::of(stage, &ran.journal, None), run: RunOf::of(&ran.journal), side, outputs })
    }
}

/// The walk of the runs of one pair: both ends, then the legs.
fn joined(ends: &Ends, runs: &[Reduced]) -> Result<Walk, CliError> {
    let [reference, successor, legs @ ..] = runs else {
        return Err(CliError::defect("a pair without its two ends"));
    };
    closes(ends, reference, legs.first())?;
    closes(ends, successor, legs.last())?;
    let mut walked: Vec<Leg> = Vec::with_capacity(legs.len());
    for (at, leg) in legs.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| legs.get(before));
        let moved = match before {
            Some(before) => compared(ends, &before.side, &leg.side)?.books.active_share.mean.value(),
            None => None,
        };
        walked.push(Leg { moved, ..leg.leg.clone() });
    }
    let attribution = Attribution::new(walked).map_err(|error| CliError::defect(error.to_string()))?;
    Ok(Walk {
        pair: ends.pair.name.clone(),
        stand_in: ends.stand_in.clone(),
        reference: reference.run.clone(),
        successor: successor.run.clone(),
        attribution,
        comparison: compared(ends, &reference.side, &successor.side)?,
        outputs: reference.outputs.clone(),
    })
}

/// Two runs on the terms of the pair: what trading costs the successor is what it costs both where they are priced alike.
fn compared(ends: &Ends, left: &Side, right: &Side) -> Result<Comparison, CliError> {
    let execution = &ends.successor.execution;
    let terms = Terms { cost_bps: execution.slippage_bps + execution.cost_bps, ..Terms::default() };
    compare(left, right, &terms).map_err(|error| CliError::defect(format!("{}: {error}", ends.pair.name)))
}

/// A leg at an end must do what the system of that end does by itself.
fn closes(ends: &Ends, end: &Reduced, leg: Option<&Reduced>) -> Result<(), CliError> {
    let same =
        leg.is_some_and(|leg| leg.leg.decisions == end.leg.decisions && leg.leg.final_equity == end.leg.final_equity);
    if same {
        return Ok(());
    }
    let case = &end.run.case;
    let (found, own) = (leg.map(|leg| leg.leg.final_equity.to_string()), end.leg.final_equity);
    let message = format!(
        "{}: the legs do not close: {case} by itself ends with {own}, its leg with {}",
        ends.pair.name,
        found.unwrap_or_else(|| "nothing".to_owned())
    );
    Err(CliError::defect(message))
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn an_error_stays_in_its_piece() {
        let list = vec![Ok(1), Err("a"), Ok(2), Ok(3), Ok(4), Err("b")];
        let pieces = parted(list, [3, 2, 1].into_iter());
        assert_eq!(pieces, [Err("a"), Ok(vec![3, 4]), Err("b")]);
    }
}
