//! A subject in a world: one replay in memory, and the side of evidence that it makes.

use domain::tape::Tape;
use journal::journal::Journal;
use judge::evidence::breaches::{Breaches, Mandate};
use judge::evidence::side::Side;
use judge::gates::policy::GatePolicy;
use judge::gates::rules::{MandateRule, Rule};
use replay::run;
use replay::scenario::Scenario;

use super::illiquid::is_illiquid;
use super::peeking::Peeking;
use super::subject::SubjectFile;
use super::worlds::World;
use crate::error::CliError;
use crate::reference_config::laid_over;
use crate::registry::{Registry, Running};

/// The scenario of a subject in a world: the world's reference config with the subject's keys over it.
#[must_use]
pub fn scenario_of(world: &World, subject: &SubjectFile) -> Scenario {
    let mut scenario = world.scenario.clone();
    let own = laid_over(&subject.config, &world.over);
    scenario.system.config = laid_over(&scenario.system.config, &own);
    scenario.system.name.clone_from(&subject.system);
    scenario
}

/// Replays a subject in a world.
///
/// # Errors
/// [`CliError`] for a config that the system refuses, and a replay that stops.
pub fn replay(registry: &Registry, world: &World, subject: &SubjectFile) -> Result<Journal, CliError> {
    replay_on(registry, &scenario_of(world, subject), &world.tape, world.peek_days)
}

/// Replays a scenario on a tape, whose system is shown `peek_days` days of the future.
///
/// # Errors
/// [`CliError`] as for [`replay`].
pub fn replay_on(registry: &Registry, scenario: &Scenario, tape: &Tape, peek_days: u32) -> Result<Journal, CliError> {
    let assembled = registry.assemble(&scenario.system.name, &scenario.system.config);
    let Running { identity, mut system, .. } = assembled.map_err(|error| {
        CliError::bad_input(
            format!("{}: {error}", scenario.name),
            "mend the candidate's keys; `scenario describe` shows all",
        )
    })?;
    if peek_days > 0 {
        system = Box::new(Peeking::new(system, tape, peek_days as usize));
    }
    Ok(run::replay_in_memory(scenario, &identity, tape, system.as_mut())?)
}

/// The side of a journal, held against the mandate of the policy where it has one.
#[must_use]
pub fn side(journal: &Journal, scenario: &Scenario, tape: &Tape, policy: &GatePolicy, barred: &[String]) -> Side {
    let breaches = mandate_of(policy).map_or_else(Breaches::default, |rule| {
        let mandate = Mandate {
            max_weight: rule.max_weight_on(&scenario.market.calendar),
            max_gross: rule.max_gross,
            gross_drift: rule.gross_drift,
            barred: barred.to_vec(),
        };
        Breaches::of(journal, &mandate, &|on, name| is_illiquid(tape, rule, on, name))
    });
    Side::of_journal(journal, scenario.market.last_day, &breaches, &policy.stability_bounds)
}

fn mandate_of(policy: &GatePolicy) -> Option<&MandateRule> {
    policy.gates.iter().find_map(|gate| match &gate.rule {
        Rule::Mandate(rule) => Some(rule),
        _ => None,
    })
}
