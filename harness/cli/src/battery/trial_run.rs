//! A control through the pipeline: registration, replays, audits, evidence, gates.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::digest::Digest;
use judge::evidence::checks::{CONTROLS_FORMAT, Check, ControlStanding, ControlTerms, TrialCount};
use judge::evidence::{Evidence, Part};
use judge::gates::calibration::{Calibration, FEWEST_RUNS};
use judge::gates::finding::Outcome;
use judge::gates::policy::GatePolicy;
use judge::gates::rates::{GateRate, Mutants, Rate};
use judge::gates::{GATES_VERSION, policy::Gate};
use judge::pair::record::Act;
use judge::verdict::{Decision, Verdict};
use serde::Serialize;

use super::control::{Control, Expectation, Family, WorldChange};
use super::evidence::{Arena, Beside, Sides};
use super::replays::scenario_of;
use super::subject::SubjectFile;
use crate::error::CliError;
use crate::exit::Exit;

/// How a control ended.
#[derive(Clone, Debug, Serialize)]
pub struct Ended {
    /// The control.
    pub control: String,
    /// Its family.
    pub family: Family,
    /// How it must end.
    pub expect: Expectation,
    /// How it ended.
    pub ended: Expectation,
    /// The gates that refused it, or found too little; the refusal's own words where it never came to gates.
    pub by: Vec<String>,
    /// Whether it ended as it must, by the gate that must say so.
    pub right: bool,
    /// Why, in the words of the gate that must say so, or of the first that spoke.
    pub reason: String,
}

/// Runs controls; sides of baselines are kept, for most controls share one.
pub struct Runner<'a> {
    arena: &'a Arena<'a>,
    checks: &'a [Check],
    kept: Mutex<BTreeMap<Digest, Arc<Entered>>>,
}

/// A subject's sides of every world, with its audits.
struct Entered {
    sides: Sides,
    audits: Vec<Check>,
}

impl<'a> Runner<'a> {
    /// A runner in an arena; `checks` are those of the engines and the data.
    #[must_use]
    pub const fn new(arena: &'a Arena<'a>, checks: &'a [Check]) -> Self {
        Self { arena, checks, kept: Mutex::new(BTreeMap::new()) }
    }

    /// Runs one control to its end.
    ///
    /// # Errors
    /// [`CliError`] for what is no property of the control: a tape that cannot be read, a broken baseline.
    pub fn run(&self, control: &Control) -> Result<Ended, CliError> {
        if let Some(refused) = self.refused(control) {
            return Ok(ended(control, Expectation::Refused, vec![refused.clone()], &refused));
        }
        let evidence = self.evidence(control)?;
        let policy = self.arena.policy;
        let verdict = Verdict::of(&evidence, policy, Some(&assumed(policy, &evidence)));
        let spoke = |finding: &&judge::gates::finding::Finding| finding.outcome > Outcome::Flag;
        let by: Vec<String> = verdict.findings.iter().filter(spoke).map(|finding| finding.gate.clone()).collect();
        let named = verdict.findings.iter().filter(spoke).find(|finding| Some(&finding.gate) == control.gate.as_ref());
        let first = named.or_else(|| verdict.findings.iter().find(spoke));
        let reason = first.map_or_else(|| "every gate passes".to_owned(), |finding| finding.reason.clone());
        let how = match verdict.decision {
            Decision::Eligible => Expectation::Eligible,
            Decision::NotEligible => Expectation::NotEligible,
            Decision::InsufficientEvidence => Expectation::InsufficientEvidence,
        };
        Ok(ended(control, how, by, &reason))
    }

    /// The evidence of a control, tampered with where it says so.
    ///
    /// # Errors
    /// [`CliError`] for a replay that stops.
    pub fn evidence(&self, control: &Control) -> Result<Evidence, CliError> {
        let (candidate, baseline) = (control.candidate(), control.baseline());
        let ours = self.entered(&candidate, &control.world)?;
        let theirs = self.entered(&baseline, &WorldChange::default())?;
        let beside = Beside { checks: self.checks.to_vec(), trials: Some(alone()), controls: Some(sound(self.arena)) };
        let sides = [(&candidate, &ours.sides), (&baseline, &theirs.sides)];
        let mut evidence = self.arena.evidence(sides, ours.audits.clone(), &beside)?;
        if let Some(tamper) = &control.evidence {
            tamper.apply(&mut evidence);
        }
        Ok(evidence)
    }

    /// A subject in its world, replayed and audited once however many controls share it.
    fn entered(&self, subject: &SubjectFile, change: &WorldChange) -> Result<Arc<Entered>, CliError> {
        let key = Digest::of(format!("{} {change:?}", subject.key()).as_bytes());
        let kept = self.kept.lock().map(|kept| kept.get(&key).cloned()).unwrap_or_default();
        if let Some(entered) = kept {
            return Ok(entered);
        }
        let battery = change.applied(self.arena.root, self.arena.battery)?;
        let arena = Arena { battery: &battery, ..*self.arena };
        let (sides, audits) = (arena.sides(subject, &|_| {})?, arena.audits(subject)?);
        let entered = Arc::new(Entered { sides, audits });
        if let Ok(mut kept) = self.kept.lock() {
            kept.insert(key, Arc::clone(&entered));
        }
        Ok(entered)
    }

    /// The words of the refusal at registration, if the candidate is refused there.
    fn refused(&self, control: &Control) -> Option<String> {
        let candidate = control.candidate();
        let worlds = self.arena.battery.worlds.iter().filter(|world| world.part == Part::Historical);
        worlds
            .map(|world| scenario_of(world, &candidate))
            .find_map(|scenario| self.arena.registry.assemble(&scenario.system.name, &scenario.system.config).err())
            .map(|error| error.to_string())
    }
}

fn ended(control: &Control, how: Expectation, by: Vec<String>, reason: &str) -> Ended {
    let named = control.gate.as_ref().is_none_or(|gate| by.contains(gate));
    Ended {
        control: control.name.clone(),
        family: control.family,
        expect: control.expect,
        ended: how,
        by,
        right: how == control.expect && named,
        reason: reason.to_owned(),
    }
}

/// A candidate that is the only trial.
#[must_use]
pub fn alone() -> TrialCount {
    TrialCount {
        head: Digest::of(b"controls are no trials"),
        tried: 1,
        effective: 1,
        sharpe_variance: 0.0,
        holds_candidate: true,
        overfitting: None,
        superiority: None,
        spent: Vec::new(),
    }
}

/// Controls taken for sound: while they are run, nobody knows yet whether they are.
#[must_use]
pub fn sound(arena: &Arena<'_>) -> ControlStanding {
    const MANY: u64 = 1_000_000;
    ControlStanding {
        format: CONTROLS_FORMAT,
        rejected: MANY,
        passed: Vec::new(),
        accepted: MANY,
        refused: Vec::new(),
        under: ControlTerms {
            policy: arena.policy.digest,
            battery: arena.battery.digest,
            gates_version: GATES_VERSION,
            controls: Digest::of(b"controls that are run just now"),
        },
        cleared: None,
    }
}

/// A calibration taken for granted: while the gates are tested, their figures are not there yet.
#[must_use]
pub fn assumed(policy: &GatePolicy, evidence: &Evidence) -> Calibration {
    let rate = || Rate { runs: FEWEST_RUNS, refused: 0, inconclusive: 0, upper: 0.01 };
    let gate = |gate: &Gate| GateRate {
        gate: gate.name.to_owned(),
        assumed: false,
        same: Some(rate()),
        mutants: 0,
        mutants_alone: 0,
    };
    Calibration {
        format: 1,
        gates_version: GATES_VERSION,
        policy: policy.digest,
        battery: evidence.battery,
        act: Act { by: "the harness".to_owned(), on: evidence.on, reason: "the gates are being tested".to_owned() },
        suite: rate(),
        gates: policy.gates.iter().map(gate).collect(),
        power: Vec::new(),
        mutants: Mutants { planted: 0, killed: 0, survivors: Vec::new() },
        zero_skill: Vec::new(),
    }
}

/// How a run of controls ends the program: one on the wrong side makes the gates suspect.
#[must_use]
pub fn exit_of(ended: &[Ended]) -> Exit {
    match ended.iter().all(|one| one.right) {
        _ if ended.is_empty() => Exit::EvidenceMissing,
        true => Exit::Pass,
        false => Exit::GateRefused,
    }
}
