//! The fold: what is true after the rows so far.
//!
//! [`State::moves`] says from which state to which a row moves its object, and refuses a row that cannot stand:
//! whoever acts must have the right, the object must be in the state, and what the row leans on must carry it. The same
//! function judges a row before it is written and every row of a log that is read, so a log that was forged with all
//! its digests right still cannot hold an unapproved activation.
//!
//! ```
//! use kronos::{actor::{Actor, ActorKind, Screening}, event::{Draft, Event, Row}, object::Object, state::State};
//! let draft = Draft {
//!     engine_name: "v2".into(), scope: "US_CORE".into(), base_config_id: "v2_a".into(),
//!     proposed_config_id: "v2_b".into(), proposed_config_body: "{}".into(), capital: 0, expectation: None,
//! };
//! let row = Row {
//!     number: 1, at: "2026-01-05T09:00:00Z".parse()?, actor: Actor::new(ActorKind::Reviewer, "A. Reviewer")?,
//!     object: Object::Proposal(1), event: Event::Proposed(draft), from: None, to: "PENDING_REVIEW".into(),
//!     reason: "less turnover".into(), evidence: vec![], screening: Screening::Person,
//! };
//! let mut state = State::default();
//! state.apply(&row)?;
//! assert_eq!(state.proposal(1)?.status.name(), "PENDING_REVIEW");
//! let skipped = Row { number: 2, event: Event::Discarded, to: "CONVERTED_TO_EXPERIMENT".into(), ..row };
//! assert!(state.apply(&skipped).is_err()); // the row says another state than follows
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod activation;
mod experiment;
mod proposal;

use std::collections::BTreeMap;

pub use activation::Activation;
pub use experiment::{Experiment, ExperimentStatus, Place};
pub use proposal::{Proposal, ProposalStatus};

use crate::actor::{Actor, Screening};
use crate::event::{Draft, Event, Row};
use crate::is_one_line;
use crate::object::{Object, Scope, Stage, is_name};
use crate::refusal::Refusal;
use crate::rights::may;
use crate::time::UtcTime;
use activation::Activations;
use experiment::Experiments;

/// What is true after the rows so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    rows: u64,
    last: Option<UtcTime>,
    configs: BTreeMap<String, Registered>,
    proposals: BTreeMap<u64, Proposal>,
    experiments: Experiments,
    /// Configs of negative controls, each with the first experiment that has it.
    controls: BTreeMap<String, u64>,
    /// Open alerts and the experiments that they are about.
    alerts: BTreeMap<u64, u64>,
    activations: Activations,
}

/// A config that a row registered: a line of the table `engine_configs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The engine.
    pub engine_name: String,
    /// The canonical text.
    pub config_body: String,
    /// When.
    pub created_at: UtcTime,
    /// By whom.
    pub created_by: Actor,
}

/// The move of an object: the state before, `None` for a beginning, and the state after.
pub(crate) type Move = (Option<String>, String);

impl State {
    /// The number of the next row.
    #[must_use]
    pub const fn next_number(&self) -> u64 {
        self.rows + 1
    }

    /// The time of the last row.
    #[must_use]
    pub const fn last(&self) -> Option<UtcTime> {
        self.last
    }

    /// A proposal.
    ///
    /// # Errors
    /// [`Refusal::Unknown`].
    pub fn proposal(&self, number: u64) -> Result<&Proposal, Refusal> {
        self.proposals.get(&number).ok_or(Refusal::Unknown { object: Object::Proposal(number) })
    }

    /// An experiment.
    ///
    /// # Errors
    /// [`Refusal::Unknown`].
    pub fn experiment(&self, number: u64) -> Result<&Experiment, Refusal> {
        self.experiments.get(number)
    }

    /// Every proposal, by number.
    pub fn proposals(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.values()
    }

    /// Every experiment, by number.
    pub fn experiments(&self) -> impl Iterator<Item = &Experiment> {
        self.experiments.all()
    }

    /// The queue, the next one first.
    pub fn queue(&self) -> impl Iterator<Item = &Place> {
        self.experiments.queue()
    }

    /// A registered config.
    #[must_use]
    pub fn config(&self, config_id: &str) -> Option<&Registered> {
        self.configs.get(config_id)
    }

    /// The open alerts, the oldest first, each with its experiment.
    pub fn open_alerts(&self) -> impl Iterator<Item = (u64, u64)> {
        self.alerts.iter().map(|(alert, experiment)| (*alert, *experiment))
    }

    /// What is active in a scope.
    #[must_use]
    pub fn active(&self, scope: &Scope) -> Option<&Activation> {
        self.activations.active(scope)
    }

    /// Every scope that ever had an active config, with what is active there now.
    pub fn scopes(&self) -> impl Iterator<Item = (&Scope, Option<&Activation>)> {
        self.activations.scopes()
    }

    /// What is active in a scope and what stands below it, down to the first.
    pub fn beneath(&self, scope: &Scope) -> impl Iterator<Item = &Activation> {
        self.activations.chain(scope)
    }

    /// The move that a row makes; its own `from` and `to` are not looked at.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn moves(&self, row: &Row) -> Result<Move, Refusal> {
        self.is_well_formed(row)?;
        match &row.event {
            Event::Proposed(draft) => self.begins(row, draft, Object::Proposal(row.number), "PENDING_REVIEW"),
            Event::Created { draft, purpose } => {
                is_line("description", &purpose.description)?;
                self.begins(row, draft, Object::Experiment(row.number), "PENDING")
            }
            Event::Converted(purpose) => {
                is_line("description", &purpose.description)?;
                self.of_proposal(row)?.moves(row)
            }
            Event::Discarded => self.of_proposal(row)?.moves(row),
            Event::Alerted => self.experiments.alerted(row),
            Event::Cleared => self.cleared(row),
            Event::Activated { experiment, .. } => {
                self.is_not_suspect(row)?;
                self.is_no_control(*experiment)?;
                self.activations.activated(row, self.experiment(*experiment)?)
            }
            Event::RolledBack { .. } => self.activations.rolled_back(row),
            Event::Approved { .. } => {
                self.is_not_suspect(row)?;
                let moves = self.experiments.moves(row)?;
                if let Object::Experiment(number) = row.object {
                    self.is_no_control(number)?;
                }
                Ok(moves)
            }
            _ => self.experiments.moves(row),
        }
    }

    /// Takes a row in.
    ///
    /// # Errors
    /// [`Refusal`]; the state is as it was then.
    pub fn apply(&mut self, row: &Row) -> Result<(), Refusal> {
        let (from, to) = self.moves(row)?;
        let text = |state: &Option<String>| state.clone().unwrap_or_else(|| "nothing".to_owned());
        if from != row.from {
            return Err(contradiction("from", text(&row.from), text(&from)));
        }
        if to != row.to {
            return Err(contradiction("to", &row.to, to));
        }
        self.enact(row);
        (self.rows, self.last) = (row.number, Some(row.at));
        Ok(())
    }

    /// Changes what a row that may stand changes.
    fn enact(&mut self, row: &Row) {
        match &row.event {
            Event::Proposed(draft) => {
                self.proposals.insert(row.number, Proposal::opened(row, draft));
            }
            Event::Discarded | Event::Converted(_) => self.enact_review(row),
            Event::Created { draft, purpose } => {
                self.register(row, draft);
                self.begin(Experiment::begun(row, draft, purpose, &row.actor));
            }
            Event::Alerted => {
                if let Object::Experiment(experiment) = row.object {
                    self.alerts.insert(row.number, experiment);
                }
            }
            Event::Cleared => {
                if let Object::Alert(alert) = row.object {
                    self.alerts.remove(&alert);
                }
            }
            Event::Activated { .. } | Event::RolledBack { .. } => self.activations.enact(row),
            _ => self.experiments.enact(row),
        }
    }

    fn enact_review(&mut self, row: &Row) {
        let Object::Proposal(number) = row.object else { return };
        let Some(proposal) = self.proposals.get_mut(&number) else { return };
        proposal.status = ProposalStatus::Discarded;
        if let Event::Converted(purpose) = &row.event {
            proposal.status = ProposalStatus::ConvertedToExperiment;
            proposal.experiment = Some(row.number);
            let (draft, proposer) = (proposal.draft.clone(), proposal.created_by.clone());
            self.register(row, &draft);
            self.begin(Experiment::begun(row, &draft, purpose, &proposer));
        }
    }

    fn begin(&mut self, experiment: Experiment) {
        if experiment.is_negative_control() {
            self.controls.entry(experiment.draft.proposed_config_id.clone()).or_insert(experiment.number);
        }
        self.experiments.begin(experiment);
    }

    /// Registers the proposed config of a draft, once: equal content is one config, whoever proposes it again.
    fn register(&mut self, row: &Row, draft: &Draft) {
        self.configs.entry(draft.proposed_config_id.clone()).or_insert_with(|| Registered {
            engine_name: draft.engine_name.clone(),
            config_body: draft.proposed_config_body.clone(),
            created_at: row.at,
            created_by: row.actor.clone(),
        });
    }

    fn is_well_formed(&self, row: &Row) -> Result<(), Refusal> {
        if row.number != self.next_number() {
            return Err(contradiction("number", row.number, self.next_number()));
        }
        may(row.actor.kind, row.event.act())?;
        if row.screening == Screening::Person && row.actor.kind.is_machine() {
            return Err(Refusal::NotAPerson { actor: row.actor.kind });
        }
        is_line("by", &row.actor.name)?;
        is_line("reason", &row.reason)?;
        row.evidence.iter().try_for_each(|id| is_line("evidence", id))?;
        match self.last {
            Some(last) if row.at < last => Err(Refusal::Backwards { at: row.at, last }),
            _ => Ok(()),
        }
    }

    /// A proposal or experiment that begins with this row.
    fn begins(&self, row: &Row, draft: &Draft, object: Object, to: &str) -> Result<Move, Refusal> {
        if row.object != object {
            return Err(contradiction("object", &row.object, object));
        }
        for (field, name) in [
            ("engine", &draft.engine_name),
            ("scope", &draft.scope),
            ("base config", &draft.base_config_id),
            ("proposed config", &draft.proposed_config_id),
        ] {
            if !is_name(name) {
                let expected = "letters, digits, and _ - . : between them";
                return Err(Refusal::Argument { field, found: name.clone(), expected });
            }
        }
        let expectation = draft.expectation.filter(|expectation| expectation.confidence_bp > 10_000);
        if let Some(expectation) = expectation {
            let found = expectation.confidence_bp.to_string();
            return Err(Refusal::Argument { field: "confidence", found, expected: "a share from 0 to 1" });
        }
        let known = self.configs.get(&draft.proposed_config_id);
        match known.filter(|known| known.config_body != draft.proposed_config_body) {
            Some(known) => Err(contradiction("config body", &draft.proposed_config_body, &known.config_body)),
            None => Ok((None, to.to_owned())),
        }
    }

    fn of_proposal(&self, row: &Row) -> Result<&Proposal, Refusal> {
        match row.object {
            Object::Proposal(number) => self.proposal(number),
            _ => Err(contradiction("object", &row.object, "a proposal")),
        }
    }

    fn cleared(&self, row: &Row) -> Result<Move, Refusal> {
        match &row.object {
            Object::Alert(alert) if self.alerts.contains_key(alert) => {
                Ok((Some("OPEN".to_owned()), "CLEARED".to_owned()))
            }
            object => Err(Refusal::Unknown { object: object.clone() }),
        }
    }

    /// A config that is known to be bad is not let in by another experiment's door.
    fn is_no_control(&self, experiment: u64) -> Result<(), Refusal> {
        let config_id = &self.experiment(experiment)?.draft.proposed_config_id;
        match self.controls.get(config_id) {
            Some(control) => {
                Err(Refusal::ControlConfig { config_id: config_id.clone(), control: Object::Experiment(*control) })
            }
            None => Ok(()),
        }
    }

    /// While an alert is open nothing goes by machines alone (§5.5).
    fn is_not_suspect(&self, row: &Row) -> Result<(), Refusal> {
        match self.alerts.keys().next() {
            Some(alert) if row.screening == Screening::Automatic => {
                Err(Refusal::OpenAlert { alert: Object::Alert(*alert) })
            }
            _ => Ok(()),
        }
    }

    /// Whether a config stands at a stage: activated there and not rolled back.
    #[must_use]
    pub fn stands_at(&self, scope: &Scope, stage: Stage, config_id: &str) -> bool {
        self.activations.stands_at(scope, stage, config_id)
    }
}

/// A row that says something else than follows from those before it.
pub(crate) fn contradiction(field: &'static str, found: impl ToString, expected: impl ToString) -> Refusal {
    Refusal::Contradiction { field, found: found.to_string(), expected: expected.to_string() }
}

fn is_line(field: &'static str, text: &str) -> Result<(), Refusal> {
    let expected = "one line of text that is not empty";
    if is_one_line(text) { Ok(()) } else { Err(Refusal::Argument { field, found: text.to_owned(), expected }) }
}
