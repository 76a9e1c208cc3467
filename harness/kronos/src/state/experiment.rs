//! Experiments (gates-and-lifecycle §2.2): created, queued, run, judged.
//!
//! The queue is ordered by priority, then by the time of creation, then by number, whatever order its members came in.
//! An attempt is counted when it is claimed; another round begins with none.

use std::collections::{BTreeMap, BTreeSet};

use domain::digest::Digest;

use crate::actor::Actor;
use crate::event::{Draft, Event, Purpose, Row};
use crate::object::{ExpectedOutcome, Object, ResourceClass};
use crate::refusal::Refusal;
use crate::rights::ActKind;
use crate::time::UtcTime;
use crate::verdict::Need;

use super::{Move, contradiction};

/// An experiment: a line of the table `experiments`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// Its number.
    pub number: u64,
    /// What is tried.
    pub draft: Draft,
    /// What for.
    pub purpose: Purpose,
    /// When it was created.
    pub created_at: UtcTime,
    /// By whom.
    pub created_by: Actor,
    /// Who had the idea: the one who proposed it, or created it without a proposal.
    pub proposed_by: Actor,
    /// Where it stands.
    pub status: ExperimentStatus,
    /// 0 to 9, the lower first; `None` before it was ever queued.
    pub priority: Option<u8>,
    /// What its backtests use; `None` before it was ever queued.
    pub resource_class: Option<ResourceClass>,
    /// Rounds begun, from 1.
    pub round: u32,
    /// Attempts of this round.
    pub attempts: u32,
    /// Whether the round ended without results.
    pub failed: bool,
    /// The ids of the results of the last round that had some.
    pub results: Vec<String>,
    /// The verdict that it was approved or rejected by.
    pub verdict: Option<Digest>,
}

/// Where an experiment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExperimentStatus {
    /// Created.
    Pending,
    /// Waits for its turn.
    QueuedForBacktest,
    /// Runs.
    RunningBacktests,
    /// Waits for a reviewer.
    AwaitingReview,
    /// Approved. Terminal.
    Approved,
    /// Rejected. Terminal.
    Rejected,
}

/// A place in the queue. The order of places is the order of the queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// 0 to 9; the lower goes first.
    pub priority: u8,
    /// The older goes first.
    pub created_at: UtcTime,
    /// The experiment.
    pub number: u64,
    /// What it uses.
    pub resource_class: ResourceClass,
}

/// The experiments, and those of them that wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Experiments {
    all: BTreeMap<u64, Experiment>,
    queue: BTreeSet<Place>,
}

impl ExperimentStatus {
    /// The name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::QueuedForBacktest => "QUEUED_FOR_BACKTEST",
            Self::RunningBacktests => "RUNNING_BACKTESTS",
            Self::AwaitingReview => "AWAITING_REVIEW",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
        }
    }

    /// From where an act moves an experiment, and where to.
    const fn of(event: &Event) -> Option<(Self, Self)> {
        Some(match event {
            Event::Queued { .. } => (Self::Pending, Self::QueuedForBacktest),
            Event::Claimed { .. } => (Self::QueuedForBacktest, Self::RunningBacktests),
            Event::Finished | Event::Failed { again: false, .. } => (Self::RunningBacktests, Self::AwaitingReview),
            Event::Failed { again: true, .. } => (Self::RunningBacktests, Self::QueuedForBacktest),
            Event::Approved { .. } => (Self::AwaitingReview, Self::Approved),
            Event::Rejected { .. } => (Self::AwaitingReview, Self::Rejected),
            Event::Continued => (Self::AwaitingReview, Self::QueuedForBacktest),
            _ => return None,
        })
    }
}

impl Place {
    /// The place whose turn it is among some: the first in order that can use what is free.
    #[must_use]
    pub fn next<'p>(places: impl IntoIterator<Item = &'p Self>, free: &[ResourceClass]) -> Option<&'p Self> {
        places.into_iter().filter(|place| free.contains(&place.resource_class)).min()
    }
}

impl Experiment {
    pub(super) fn begun(row: &Row, draft: &Draft, purpose: &Purpose, proposed_by: &Actor) -> Self {
        Self {
            number: row.number,
            draft: draft.clone(),
            purpose: purpose.clone(),
            created_at: row.at,
            created_by: row.actor.clone(),
            proposed_by: proposed_by.clone(),
            status: ExperimentStatus::Pending,
            priority: None,
            resource_class: None,
            round: 1,
            attempts: 0,
            failed: false,
            results: Vec::new(),
            verdict: None,
        }
    }

    /// Whether a machine had the idea.
    #[must_use]
    pub const fn is_auto_generated(&self) -> bool {
        self.proposed_by.kind.is_machine()
    }

    /// Whether it must never be approved.
    #[must_use]
    pub fn is_negative_control(&self) -> bool {
        self.purpose.expected_outcome == ExpectedOutcome::NegativeControl
    }

    /// Its name.
    #[must_use]
    pub const fn object(&self) -> Object {
        Object::Experiment(self.number)
    }

    /// Refuses an act that this experiment is not in the state for.
    pub(crate) fn must_be(&self, status: ExperimentStatus, act: ActKind) -> Result<(), Refusal> {
        if self.status == status {
            return Ok(());
        }
        let (object, state) = (self.object(), self.status.name().to_owned());
        Err(Refusal::WrongState { object, state, act, expected: status.name() })
    }

    /// Its place in the queue, once it has a priority and a class.
    fn place(&self) -> Option<Place> {
        let (priority, resource_class) = (self.priority?, self.resource_class?);
        Some(Place { priority, created_at: self.created_at, number: self.number, resource_class })
    }

    /// What an approval needs beside its state.
    fn can_be_approved(&self, row: &Row, verdict: &crate::verdict::Attested) -> Result<(), Refusal> {
        if self.is_negative_control() {
            return Err(contradiction("event", "approved", "no approval of a NEGATIVE_CONTROL"));
        }
        if self.failed {
            return Err(Refusal::FailedEvidence { object: self.object() });
        }
        if self.draft.capital > 0 && row.actor.is_same_hand(&self.proposed_by) {
            return Err(Refusal::SameHand { object: self.object(), name: row.actor.name.clone() });
        }
        // The greatest age is the policy's, which judged the row when it was written.
        self.need(row.at, u32::MAX).met_by(verdict).map_err(Refusal::from)
    }

    /// What a verdict on this experiment must say.
    pub(crate) fn need(&self, at: UtcTime, max_age_days: u32) -> Need<'_> {
        let Draft { proposed_config_id, base_config_id, .. } = &self.draft;
        Need { candidate: proposed_config_id, baseline: base_config_id, today: at.day(), max_age_days }
    }
}

impl Experiments {
    pub(super) fn get(&self, number: u64) -> Result<&Experiment, Refusal> {
        self.all.get(&number).ok_or(Refusal::Unknown { object: Object::Experiment(number) })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Experiment> {
        self.all.values()
    }

    pub(super) fn queue(&self) -> impl Iterator<Item = &Place> {
        self.queue.iter()
    }

    pub(super) fn begin(&mut self, experiment: Experiment) {
        self.all.insert(experiment.number, experiment);
    }

    fn of(&self, row: &Row) -> Result<&Experiment, Refusal> {
        match row.object {
            Object::Experiment(number) => self.get(number),
            _ => Err(contradiction("object", &row.object, "an experiment")),
        }
    }

    /// An alert moves nothing: it says who tried to approve what must never be.
    pub(super) fn alerted(&self, row: &Row) -> Result<Move, Refusal> {
        let experiment = self.of(row)?;
        if !experiment.is_negative_control() {
            return Err(contradiction("event", "alerted", "an alert about a NEGATIVE_CONTROL"));
        }
        let state = experiment.status.name();
        Ok((Some(state.to_owned()), state.to_owned()))
    }

    /// The move of an experiment that is there already.
    pub(super) fn moves(&self, row: &Row) -> Result<Move, Refusal> {
        let experiment = self.of(row)?;
        let Some((from, to)) = ExperimentStatus::of(&row.event) else {
            return Err(contradiction("object", &row.object, "another kind of object for this event"));
        };
        experiment.must_be(from, row.event.act())?;
        match &row.event {
            Event::Queued { priority, .. } if *priority > 9 => {
                let expected = "0 to 9, the lower first";
                return Err(Refusal::Argument { field: "priority", found: priority.to_string(), expected });
            }
            Event::Claimed { free } => self.is_next(experiment, free)?,
            Event::Finished if row.evidence.is_empty() => {
                return Err(Refusal::NoEvidence { object: row.object.clone(), act: ActKind::Finish });
            }
            Event::Approved { verdict } => experiment.can_be_approved(row, verdict)?,
            Event::Rejected { verdict: Some(verdict) } => experiment.need(row.at, u32::MAX).is_about(verdict)?,
            Event::Rejected { verdict: None } if !experiment.failed => {
                return Err(crate::verdict::VerdictRefusal::Absent.into());
            }
            _ => {}
        }
        Ok((Some(from.name().to_owned()), to.name().to_owned()))
    }

    fn is_next(&self, experiment: &Experiment, free: &[ResourceClass]) -> Result<(), Refusal> {
        let next = Place::next(&self.queue, free).ok_or(Refusal::NothingQueued)?;
        if next.number == experiment.number {
            return Ok(());
        }
        Err(Refusal::NotNext { object: experiment.object(), next: Object::Experiment(next.number) })
    }

    pub(super) fn enact(&mut self, row: &Row) {
        let Object::Experiment(number) = row.object else { return };
        let (Some(experiment), Some((_, to))) = (self.all.get_mut(&number), ExperimentStatus::of(&row.event)) else {
            return;
        };
        experiment.status = to;
        match &row.event {
            Event::Queued { priority, resource_class } => {
                (experiment.priority, experiment.resource_class) = (Some(*priority), Some(*resource_class));
            }
            Event::Claimed { .. } => experiment.attempts += 1,
            Event::Finished => experiment.results.clone_from(&row.evidence),
            Event::Failed { again, .. } => experiment.failed = !again,
            Event::Approved { verdict } => experiment.verdict = Some(verdict.id),
            Event::Rejected { verdict } => experiment.verdict = verdict.as_ref().map(|verdict| verdict.id),
            Event::Continued => {
                experiment.round += 1;
                (experiment.attempts, experiment.failed) = (0, false);
            }
            _ => {}
        }
        if let Some(place) = experiment.place() {
            if to == ExperimentStatus::QueuedForBacktest {
                self.queue.insert(place);
            } else {
                self.queue.remove(&place);
            }
        }
    }
}
