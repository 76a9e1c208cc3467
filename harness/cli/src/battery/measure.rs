//! Measuring the gates: false alarms, power, mutants.

use std::collections::BTreeMap;

use domain::seed::Streams;
use judge::evidence::checks::{Check, CheckKind, CheckState};
use judge::evidence::{Evidence, Run};
use judge::gates::calibration::ASSUMED;
use judge::gates::finding::Outcome;
use judge::gates::policy::GatePolicy;
use judge::gates::rates::{GateRate, Mutants, Power, Rate};
use judge::statistics::proportion::upper_limit;
use judge::verdict::{Decision, Verdict};

use super::degrade::{ALL, Degradation};
use super::evidence::Arena;
use super::mutants::{self, Judged, Mutant};
use super::pool::Pool;
use super::subject::SubjectFile;
use super::trial_run::{alone, assumed, sound};
use crate::clock::today;
use crate::error::CliError;
use crate::parallel::in_parallel;

/// One-sided confidence of the upper bounds.
const CONFIDENCE: f64 = 0.95;
/// The share of runs in which a size must be caught to be within the gates' power.
const POWER: f64 = 0.8;

/// Runs of the same config twice, put together from a pool.
pub struct Same<'a> {
    /// The arena.
    pub arena: &'a Arena<'a>,
    /// The pool.
    pub pool: &'a Pool,
}

/// What every gate did in some runs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    runs: u64,
    refused: u64,
    inconclusive: u64,
    gates: BTreeMap<String, (u64, u64)>,
}

impl Same<'_> {
    /// The evidence of run `at`.
    ///
    /// # Errors
    /// [`CliError`] when the reference is no subject.
    pub fn evidence(&self, at: u64) -> Result<Evidence, CliError> {
        let runs: Vec<Run> = self.pool.draw(at, Streams::new(self.arena.policy.seed));
        let subject = SubjectFile::reference().subject(self.arena.root, self.arena.registry)?;
        Ok(Evidence {
            candidate: subject.clone(),
            baseline: subject,
            on: today(),
            battery: self.arena.battery.digest,
            runs,
            checks: checks(),
            trials: Some(alone()),
            controls: Some(sound(self.arena)),
        })
    }

    /// Judges runs `0..count`, each changed by `change`.
    ///
    /// # Errors
    /// [`CliError`] as for [`Self::evidence`].
    pub fn tally(
        &self,
        count: u64,
        change: &(dyn Fn(Evidence) -> Evidence + Sync),
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<Tally, CliError> {
        let all: Vec<u64> = (0..count).collect();
        let verdicts = in_parallel(self.arena.jobs, &all, |at| {
            let evidence = change(self.evidence(*at)?);
            let verdict = Verdict::of(&evidence, self.arena.policy, Some(&assumed(self.arena.policy, &evidence)));
            tell(&format!("run {at}"));
            Ok::<Verdict, CliError>(verdict)
        });
        let mut tally = Tally::default();
        for verdict in verdicts {
            tally.add(&verdict?);
        }
        Ok(tally)
    }

    /// What it takes for a degradation to be caught, over `count` runs a size.
    ///
    /// # Errors
    /// [`CliError`] as for [`Self::evidence`].
    pub fn power(&self, kind: &Degradation, count: u64, tell: &(dyn Fn(&str) + Sync)) -> Result<Power, CliError> {
        let mut caught = Vec::new();
        for size in kind.sizes {
            let tally = self.tally(count, &|evidence| kind.of(evidence, *size), tell)?;
            caught.push((tally.refused + tally.inconclusive) as f64 / tally.runs as f64);
        }
        Ok(Power {
            what: kind.what.to_owned(),
            unit: kind.unit.to_owned(),
            gate: kind.gate.to_owned(),
            at_80: at(kind.sizes, &caught, POWER),
            sizes: kind.sizes.to_vec(),
            caught,
        })
    }

    /// The power of every kind.
    ///
    /// # Errors
    /// [`CliError`] as for [`Self::evidence`].
    pub fn powers(&self, count: u64, tell: &(dyn Fn(&str) + Sync)) -> Result<Vec<Power>, CliError> {
        ALL.iter().map(|kind| self.power(kind, count, tell)).collect()
    }
}

/// Checks that were made and hold, as many as any policy asks for: what calibration varies is the runs.
fn checks() -> Vec<Check> {
    const MANY: usize = 30;
    let kinds = CheckKind::ALL.into_iter().flat_map(|kind| (0..MANY).map(move |at| (kind, at)));
    kinds
        .map(|(kind, at)| Check {
            kind,
            subject: format!("assumed {at}"),
            state: CheckState::Holds,
            detail: "taken for granted while the gates are tested".to_owned(),
        })
        .collect()
}

/// The size at which a share is first reached, interpolated; the first size where even that is enough.
fn at(sizes: &[f64], shares: &[f64], wanted: f64) -> Option<f64> {
    let first = shares.iter().position(|share| *share >= wanted)?;
    let (size, share) = (*sizes.get(first)?, *shares.get(first)?);
    let before = first.checked_sub(1).and_then(|before| Some((*sizes.get(before)?, *shares.get(before)?)));
    Some(match before {
        Some((lower, below)) if share > below => lower + (size - lower) * (wanted - below) / (share - below),
        _ => size,
    })
}

impl Tally {
    fn add(&mut self, verdict: &Verdict) {
        self.runs += 1;
        self.refused += u64::from(verdict.decision == Decision::NotEligible);
        self.inconclusive += u64::from(verdict.decision == Decision::InsufficientEvidence);
        for finding in &verdict.findings {
            let (refused, inconclusive) = self.gates.entry(finding.gate.clone()).or_default();
            *refused += u64::from(finding.outcome == Outcome::Fail);
            *inconclusive += u64::from(finding.outcome == Outcome::Inconclusive);
        }
    }

    /// The rate of the policy as a whole.
    #[must_use]
    pub fn suite(&self) -> Rate {
        self.rate((self.refused, self.inconclusive))
    }

    fn rate(&self, (refused, inconclusive): (u64, u64)) -> Rate {
        let upper = upper_limit(refused, self.runs, CONFIDENCE).unwrap_or(1.0);
        Rate { runs: self.runs, refused, inconclusive, upper }
    }

    /// The rate of every gate of a policy, with what each caught of the mutants.
    #[must_use]
    pub fn gates(&self, policy: &GatePolicy, judged: &[Judged]) -> Vec<GateRate> {
        let killed = |gate: &str, alone: bool| {
            let by = judged.iter().filter(|one| one.killed_by.iter().any(|killer| killer == gate));
            by.filter(|one| !alone || one.killed_by.len() == 1).count() as u64
        };
        let gate = |name: &str| GateRate {
            gate: name.to_owned(),
            assumed: ASSUMED.contains(&name),
            same: (!ASSUMED.contains(&name)).then(|| self.rate(self.gates.get(name).copied().unwrap_or_default())),
            mutants: killed(name, false),
            mutants_alone: killed(name, true),
        };
        policy.gates.iter().map(|known| gate(known.name)).collect()
    }
}

/// Mutants through the historical part, judged under every policy: one list a mutant.
///
/// # Errors
/// [`CliError`] for a replay that stops.
pub fn judged(
    arena: &Arena<'_>,
    chosen: &[Mutant],
    reference: &[Run],
    policies: &[GatePolicy],
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Vec<Vec<Judged>>, CliError> {
    let single = Arena { jobs: 1, ..*arena };
    let judged = in_parallel(arena.jobs, chosen, |mutant| {
        let judged = mutants::judge(&single, mutant, reference, policies);
        tell(&mutant.name);
        judged
    });
    judged.into_iter().collect()
}

/// What became of mutants, in sum.
#[must_use]
pub fn summed(judged: &[Judged]) -> Mutants {
    let survivors: Vec<String> =
        judged.iter().filter(|one| one.killed_by.is_empty()).map(|one| one.name.clone()).collect();
    let planted = judged.len() as u64;
    Mutants { planted, killed: planted - survivors.len() as u64, survivors }
}
