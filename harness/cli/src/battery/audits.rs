//! What is audited beside the runs of a battery: each audit is a check of the evidence, made or honestly not made.
//!
//! | audit | asks |
//! |---|---|
//! | determinism | the same window twice: the same bytes |
//! | look-ahead | the tape cut after a day, and with another future after it: the same run up to that day |
//! | data-quality | the tapes themselves, by the rules of `data check` |
//! | golden, reference | the engines as they were accepted, and explained against v1 |

use domain::seed::{Seed, Streams};
use domain::tape::Tape;
use judge::evidence::checks::{Check, CheckKind, CheckState};
use replay::scenario::Scenario;

use super::file::Cut;
use super::replays::{replay, replay_on, scenario_of};
use super::subject::SubjectFile;
use super::worlds::{Battery, World};
use crate::error::CliError;
use crate::registry::Registry;

/// Trading days that a replaced future runs on after the cut: enough for it to be felt if it could be.
const FUTURE_DAYS: usize = 30;

/// The determinism of a subject in the windows that the battery names.
///
/// # Errors
/// [`CliError`] for a replay that stops.
pub fn determinism(registry: &Registry, battery: &Battery, subject: &SubjectFile) -> Result<Vec<Check>, CliError> {
    let windows = battery.file.audits.determinism.iter().filter_map(|name| battery.window(name));
    windows
        .map(|world| {
            let [first, second] = [replay(registry, world, subject)?, replay(registry, world, subject)?];
            let same = first.manifest.digest == second.manifest.digest;
            let detail = if same { "two runs, the same bytes" } else { "two runs of the same inputs differ" };
            Ok(check(CheckKind::Determinism, &world.name, same, detail.to_owned()))
        })
        .collect()
}

/// Whether anything after a day reaches back, at every cut that the battery names.
///
/// # Errors
/// [`CliError`] for a replay that stops.
pub fn look_ahead(registry: &Registry, battery: &Battery, subject: &SubjectFile) -> Result<Vec<Check>, CliError> {
    let mut checks = Vec::new();
    for Cut { window, days } in &battery.file.audits.look_ahead {
        let Some(world) = battery.window(window) else { continue };
        for day in days {
            checks.push(cut(registry, world, subject, *day as usize)?);
        }
    }
    Ok(checks)
}

/// One cut: the run up to `day` on the whole tape, on the tape cut after it, and with another future.
fn cut(registry: &Registry, world: &World, subject: &SubjectFile, day: usize) -> Result<Check, CliError> {
    let (scenario, tape) = (scenario_of(world, subject), &world.tape);
    let first = tape.days().partition_point(|known| *known < scenario.market.first_day);
    let name = format!("{} day {day}", world.name);
    let at = first + day;
    let Some(on) = tape.days().get(at) else {
        let detail = "the window has no such day".to_owned();
        return Ok(Check { kind: CheckKind::LookAhead, subject: name, state: CheckState::NotDone, detail });
    };
    let end = (at + FUTURE_DAYS).min(tape.days().len() - 1);
    let running = |tape: &Tape, last: usize| {
        let mut until: Scenario = scenario.clone();
        until.market.last_day = tape.days().get(last).copied().unwrap_or(until.market.last_day);
        replay_on(registry, &until, tape, world.peek_days).map(|journal| journal.running)
    };
    let whole = running(tape, end)?;
    let streams = Streams::new(Seed(scenario.seed.0 ^ day as u64));
    let cut = running(&tape.truncated_after(at), at)?;
    let other = running(&tape.with_another_future(at, &streams), end)?;
    let same = |other: &[domain::digest::Digest]| whole.get(..=day).is_some() && whole.get(..=day) == other.get(..=day);
    let detail = match (same(&cut), same(&other)) {
        (true, true) => format!("nothing after {on} reaches back"),
        (false, _) => format!("with the tape cut after {on} the run is another: something knew what came later"),
        (_, false) => format!("with another future after {on} the run is another: something knew what came later"),
    };
    Ok(check(CheckKind::LookAhead, &name, same(&cut) && same(&other), detail))
}

/// A check that was made.
#[must_use]
pub fn check(kind: CheckKind, subject: &str, holds: bool, detail: String) -> Check {
    let state = if holds { CheckState::Holds } else { CheckState::Broken };
    Check { kind, subject: subject.to_owned(), state, detail }
}
