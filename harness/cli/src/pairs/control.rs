//! The control: a strategy without opinions, which two generations must play alike once their worlds are.
//!
//! Buying equal shares once leaves nothing to decide. What two systems make of it differs by calendar, by splits and
//! gaps, by the rules of execution and by slippage; switched off one by one, they leave nothing:
//!
//! ```text
//! as they are ─ on the reference's calendar ─ on its data ─ under its execution ─ without slippage and costs
//!            ─ orders sized by one plan: equal
//! ```
//!
//! The last rung must be equal in every fill and in every day's cash and equity, to the micro-unit. Any gap that is
//! left there is a bug. The plan has a rung of its own because v1 scales all of its buys when they are dearer than the
//! cash, be it by a rounding, where the harness cuts the last of them: a few micro-units that nobody could trade.

use domain::chain::Stage;
use domain::date::Date;
use domain::quantity::Cash;
use journal::event::Event;
use journal::journal::Journal;
use replay::scenario::Scenario;
use serde::Serialize;

use super::Ends;
use super::legs::{is_open, run_as_it_is, run_swapped};
use super::worlds::world;
use crate::error::CliError;
use crate::reference_config::laid_over;
use crate::registry::Registry;
use crate::root::Root;

/// One rung: the two systems with some of the differences between their worlds switched off.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rung {
    /// What has been switched off, the last of it named.
    pub off: &'static str,
    /// What the reference ends with.
    #[serde(serialize_with = "judge::pair::exact")]
    pub reference: Cash,
    /// What the successor ends with.
    #[serde(serialize_with = "judge::pair::exact")]
    pub successor: Cash,
    /// The first day on which fills, cash or equity differ; absent when none does.
    pub first_difference: Option<Date>,
}

/// All rungs, from the cases as they are to the last difference switched off.
///
/// # Errors
/// [`CliError`] when a rung cannot be replayed.
pub fn ladder(root: &Root, registry: &Registry, ends: &Ends) -> Result<Vec<Rung>, CliError> {
    let Ends { pair, reference, successor, .. } = ends;
    let control = pair.control.clone().unwrap_or_default();
    let mut calendar = successor.clone();
    calendar.market.calendar.clone_from(&reference.market.calendar);
    let execution = in_world_of(reference, successor);
    let data = Scenario { execution: successor.execution.clone(), ..execution.clone() };
    let (ours, theirs) =
        (without_friction(reference, &control.reference), without_friction(&execution, &control.successor));
    let run = |scenario: &Scenario| run_as_it_is(root, registry, scenario).map(|ran| ran.journal);
    let as_it_is = run(reference)?;
    let mut ladder = Vec::new();
    for (off, theirs) in [("nothing", successor), ("calendar", &calendar), ("data", &data), ("execution", &execution)] {
        ladder.push(Rung::of(off, &as_it_is, &run(theirs)?));
    }
    let frictionless = run(&theirs)?;
    ladder.push(Rung::of("slippage", &run(&ours)?, &frictionless));
    if is_open(registry, ends) {
        let ends = Ends { reference: ours.clone(), successor: theirs, ..ends.clone() };
        let planned = run_swapped(root, registry, &ends, &ours, [Stage::Execution])?.journal;
        ladder.push(Rung::of("order sizes", &planned, &frictionless));
    }
    Ok(ladder)
}

impl Rung {
    fn of(off: &'static str, ours: &Journal, theirs: &Journal) -> Self {
        let first_difference = first_difference(ours, theirs);
        Self { off, reference: last(ours), successor: last(theirs), first_difference }
    }
}

/// The successor's system in the whole world of the reference.
fn in_world_of(reference: &Scenario, successor: &Scenario) -> Scenario {
    // The stages of a world are taken from one scenario into the other, here the other way round.
    let world = world(successor, reference, Some(Stage::Execution));
    Scenario { name: successor.name.clone(), system: successor.system.clone(), ..world }
}

/// Without slippage and costs, in the world and in what the system itself believes of them.
fn without_friction(scenario: &Scenario, own: &toml::Table) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.system.config = laid_over(&scenario.system.config, own);
    scenario.execution.slippage_bps = 0.0;
    scenario.execution.cost_bps = 0.0;
    scenario
}

fn last(journal: &Journal) -> Cash {
    let start = Cash::from_micros(journal.manifest.initial_cash_micros);
    journal.marks().last().map_or(start, |(_, mark)| mark.equity)
}

/// The first day on which two runs filled otherwise or ended with another account.
#[must_use]
pub fn first_difference(ours: &Journal, theirs: &Journal) -> Option<Date> {
    let mut pairs = ours.days.iter().zip(&theirs.days);
    let early = pairs.find(|(ours, theirs)| ours.on != theirs.on || done(&ours.events).ne(done(&theirs.events)));
    let longer = || {
        let at = ours.days.len().min(theirs.days.len());
        ours.days.get(at).or_else(|| theirs.days.get(at)).map(|day| day.on)
    };
    early.map(|(ours, theirs)| ours.on.min(theirs.on)).or_else(longer)
}

/// What was filled, and the account at the day's end. The number of an order is its plan's own affair.
fn done(events: &[Event]) -> impl Iterator<Item = (Option<u32>, bool, [i64; 4])> {
    use domain::order::Side;
    events.iter().filter_map(|event| match event {
        Event::OrderFilled { instrument, side, quantity, value, cost, slippage, .. } => {
            let amounts = [quantity.micros(), value.micros(), cost.micros(), slippage.micros()];
            Some((Some(instrument.0), *side == Side::Buy, amounts))
        }
        Event::BookMarked(mark) => Some((None, false, [mark.cash.micros(), mark.equity.micros(), 0, 0])),
        _ => None,
    })
}
