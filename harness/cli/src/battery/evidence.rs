//! Both sides of every world, the audits, the ledger's count and the standing of the controls, put together.

use journal::journal::Journal;
use judge::evidence::checks::{Check, ControlStanding, TrialCount};
use judge::evidence::side::Side;
use judge::evidence::{Evidence, Run};
use judge::gates::policy::GatePolicy;

use super::audits;
use super::replays::{replay, scenario_of, side};
use super::subject::SubjectFile;
use super::worlds::{Battery, World};
use crate::clock::today;
use crate::error::CliError;
use crate::parallel::in_parallel;
use crate::registry::Registry;
use crate::root::Root;

/// A battery under a policy: what subjects are put through.
pub struct Arena<'a> {
    /// The folder of facts.
    pub root: &'a Root,
    /// The systems.
    pub registry: &'a Registry,
    /// The worlds.
    pub battery: &'a Battery,
    /// The numbers.
    pub policy: &'a GatePolicy,
    /// Replays at once.
    pub jobs: usize,
}

/// A subject's side of every world, in the order of the battery.
pub type Sides = Vec<Side>;

/// What is known beside the runs of a candidate.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Checks of the engines and the data: the same for every candidate.
    pub checks: Vec<Check>,
    /// The ledger's count.
    pub trials: Option<TrialCount>,
    /// The standing of the controls.
    pub controls: Option<ControlStanding>,
}

impl Arena<'_> {
    /// Replays a subject in every world; `tell` hears of each.
    ///
    /// # Errors
    /// [`CliError`] of the first world that could not be finished.
    pub fn sides(&self, subject: &SubjectFile, tell: &(dyn Fn(&str) + Sync)) -> Result<Sides, CliError> {
        let worlds: Vec<&World> = self.battery.worlds.iter().collect();
        let sides = in_parallel(self.jobs, &worlds, |world| {
            let side = self.side(world, subject)?;
            tell(&format!("{} {}: {}", world.part, world.name, subject.name));
            Ok(side)
        });
        sides.into_iter().collect()
    }

    /// Replays a subject in one world.
    ///
    /// # Errors
    /// [`CliError`] for a config that the system refuses, and a replay that stops.
    pub fn side(&self, world: &World, subject: &SubjectFile) -> Result<Side, CliError> {
        let journal: Journal = replay(self.registry, world, subject)?;
        Ok(side(&journal, &scenario_of(world, subject), &world.tape, self.policy, &self.battery.file.barred))
    }

    /// The audits of a candidate: determinism and look-ahead.
    ///
    /// # Errors
    /// [`CliError`] for a replay that stops.
    pub fn audits(&self, candidate: &SubjectFile) -> Result<Vec<Check>, CliError> {
        let kinds = [audits::determinism, audits::look_ahead];
        let checks = in_parallel(self.jobs, &kinds, |audit| audit(self.registry, self.battery, candidate));
        Ok(checks.into_iter().collect::<Result<Vec<Vec<Check>>, CliError>>()?.concat())
    }

    /// The evidence of a candidate against a baseline whose sides are known.
    ///
    /// # Errors
    /// [`CliError`] for a subject of an unknown system.
    pub fn evidence(
        &self,
        [candidate, baseline]: [(&SubjectFile, &Sides); 2],
        audits: Vec<Check>,
        beside: &Beside,
    ) -> Result<Evidence, CliError> {
        let sides = self.battery.worlds.iter().zip(candidate.1).zip(baseline.1);
        let run = |((world, candidate), baseline): ((&World, &Side), &Side)| Run {
            part: world.part,
            case: world.name.clone(),
            market: world.market.clone(),
            candidate: candidate.clone(),
            baseline: baseline.clone(),
        };
        Ok(Evidence {
            candidate: candidate.0.subject(self.root, self.registry)?,
            baseline: baseline.0.subject(self.root, self.registry)?,
            on: today(),
            battery: self.battery.digest,
            runs: sides.map(run).collect(),
            checks: [audits, beside.checks.clone()].concat(),
            trials: beside.trials.clone(),
            controls: beside.controls.clone(),
        })
    }
}
