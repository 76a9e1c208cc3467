//! Activations: which config is active where, and what stands below it.
//!
//! The active config of a scope is the newest activation row of it. An activation lies on top of the one that it
//! replaced; a rollback is a row of its own that makes one further down the active one again, and the first activation
//! rolls back to nothing:
//!
//! ```text
//! row 7   ACTIVATE a        active: a        below: –
//! row 9   ACTIVATE b        active: b        below: a
//! row 12  ROLLBACK to 7     active: a        below: –
//! row 15  ROLLBACK to none  active: nothing
//! ```

use std::collections::{BTreeMap, BTreeSet};

use domain::digest::Digest;

use crate::event::{Event, Row};
use crate::object::{Object, Scope, Stage};
use crate::refusal::Refusal;
use crate::rights::ActKind;
use crate::time::UtcTime;
use crate::verdict::Need;

use super::experiment::{Experiment, ExperimentStatus};
use super::{Move, contradiction};

/// What was made active: a line of the table `engine_config_activations`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// The row.
    pub number: u64,
    /// The config.
    pub config_id: String,
    /// The experiment that it comes from.
    pub experiment: u64,
    /// The verdict of this stage.
    pub verdict: Digest,
    /// The activation that it replaced, `prev_activation_id`; `None` where nothing was active.
    pub replaced: Option<u64>,
    /// When.
    pub at: UtcTime,
}

/// All activations, and the active one of each scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Activations {
    all: BTreeMap<u64, Activation>,
    active: BTreeMap<Scope, Option<u64>>,
    /// Verdicts that have carried an activation.
    used: BTreeSet<Digest>,
}

impl Activations {
    pub(super) fn active(&self, scope: &Scope) -> Option<&Activation> {
        self.all.get(&self.active.get(scope).copied().flatten()?)
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = (&Scope, Option<&Activation>)> {
        self.active.iter().map(|(scope, active)| (scope, active.and_then(|number| self.all.get(&number))))
    }

    /// From the active one down.
    pub(super) fn chain(&self, scope: &Scope) -> impl Iterator<Item = &Activation> {
        let below = |upper: &&Activation| upper.replaced.and_then(|number| self.all.get(&number));
        std::iter::successors(self.active(scope), below)
    }

    pub(super) fn stands_at(&self, scope: &Scope, stage: Stage, config_id: &str) -> bool {
        self.chain(&scope.at(stage)).any(|activation| activation.config_id == config_id)
    }

    /// The move of an activation.
    pub(super) fn activated(&self, row: &Row, experiment: &Experiment) -> Result<Move, Refusal> {
        let (Object::Scope(scope), Event::Activated { verdict, replaces, .. }) = (&row.object, &row.event) else {
            return Err(contradiction("object", &row.object, "a scope"));
        };
        let own = experiment.draft.at(scope.stage);
        if own != *scope {
            return Err(contradiction("object", scope, own));
        }
        experiment.must_be(ExperimentStatus::Approved, ActKind::Activate)?;
        let (candidate, active) = (&experiment.draft.proposed_config_id, self.active(scope));
        if active.is_some_and(|active| active.config_id == *candidate) {
            return Err(Refusal::AlreadyActive { scope: row.object.clone(), config_id: candidate.clone() });
        }
        if let Some(before) = scope.stage.before().filter(|before| !self.stands_at(scope, *before, candidate)) {
            return Err(Refusal::StageSkipped { config_id: candidate.clone(), stage: scope.stage, before });
        }
        let baseline = active.map_or(&experiment.draft.base_config_id, |active| &active.config_id);
        Need { baseline, ..experiment.need(row.at, u32::MAX) }.met_by(verdict)?;
        if self.used.contains(&verdict.id) {
            return Err(Refusal::VerdictUsed { id: verdict.id });
        }
        let number = active.map(|active| active.number);
        if number != *replaces {
            return Err(contradiction("replaces", in_words(*replaces), in_words(number)));
        }
        Ok((active.map(|active| active.config_id.clone()), candidate.clone()))
    }

    /// The move of a rollback.
    pub(super) fn rolled_back(&self, row: &Row) -> Result<Move, Refusal> {
        let (Object::Scope(scope), Event::RolledBack { replaces, restores }) = (&row.object, &row.event) else {
            return Err(contradiction("object", &row.object, "a scope"));
        };
        let Some(active) = self.active(scope) else {
            return Err(Refusal::NothingActive { scope: row.object.clone() });
        };
        if active.number != *replaces {
            return Err(contradiction("replaces", in_words(Some(*replaces)), in_words(Some(active.number))));
        }
        let from = Some(active.config_id.clone());
        let Some(number) = restores else { return Ok((from, NOTHING.to_owned())) };
        match self.chain(scope).skip(1).find(|lower| lower.number == *number) {
            Some(lower) => Ok((from, lower.config_id.clone())),
            None => Err(contradiction("restores", in_words(*restores), "an activation below the active one")),
        }
    }

    pub(super) fn enact(&mut self, row: &Row) {
        let Object::Scope(scope) = &row.object else { return };
        match &row.event {
            Event::Activated { experiment, verdict, replaces } => {
                let activation = Activation {
                    number: row.number,
                    config_id: row.to.clone(),
                    experiment: *experiment,
                    verdict: verdict.id,
                    replaced: *replaces,
                    at: row.at,
                };
                self.used.insert(verdict.id);
                self.all.insert(row.number, activation);
                self.active.insert(scope.clone(), Some(row.number));
            }
            Event::RolledBack { restores, .. } => {
                self.active.insert(scope.clone(), *restores);
            }
            _ => {}
        }
    }
}

/// The state of a scope after its first activation was rolled back.
const NOTHING: &str = "none";

fn in_words(activation: Option<u64>) -> String {
    activation.map_or_else(|| NOTHING.to_owned(), |number| format!("activation {number}"))
}
