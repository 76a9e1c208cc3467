//! What can be asked for, judged against the state, the policy and the world outside.
//!
//! [`decide`] looks up what the fold must not ask for again (the engine's reading of a config, the verdict, the numbers
//! of the policy), writes it into a row, and lets [`State::moves`] judge that row. It changes nothing.
//!
//! | asked for | beside the table of rights and states |
//! |---|---|
//! | propose, create | the body is read by its engine; the base exists; it differs from its base |
//! | propose | confidence and expected gain of the Sharpe ratio reach the policy's; a person may leave both out |
//! | claim | the first in the queue that can use what is free |
//! | fail | tried again while fewer attempts were made than the policy allows |
//! | approve | an ELIGIBLE verdict of this config against its base, sound, not too old; a rule below the capital cap |
//! | reject | a verdict of this config, unless the evidence failed |
//! | activate | APPROVED; a verdict of its own against what is active there; the stage before |
//! | roll back | something is active |

use domain::digest::Digest;

use crate::actor::{Actor, ActorKind, Screening};
use crate::configs::Configs;
use crate::event::{Breakdown, Draft, Event, Expectation, Purpose, Row};
use crate::object::{Object, ResourceClass, Scope, Stage};
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::rights::{ActKind, may};
use crate::state::{Experiment, ExperimentStatus, Place, State};
use crate::time::UtcTime;
use crate::verdict::{Attested, Need, VerdictRefusal, Verdicts};

/// Somebody asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// When; handed in by whoever has a clock.
    pub at: UtcTime,
    /// Who.
    pub actor: Actor,
    /// Why, in a line.
    pub reason: String,
    /// What shows it: ids of runs, reports, verdicts.
    pub evidence: Vec<String>,
    /// Where the evidence came from.
    pub screening: Screening,
    /// What for.
    pub request: Request,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Open a proposal.
    Propose(Wish),
    /// Make an experiment of a proposal.
    Convert(u64, Purpose),
    /// Discard a proposal.
    Discard(u64),
    /// Create an experiment without a proposal.
    Create(Wish, Purpose),
    /// Queue an experiment with a priority from 0 to 9.
    Queue(u64, u8, ResourceClass),
    /// Take the next experiment that can use one of these classes.
    Claim(Vec<ResourceClass>),
    /// Hand in the results of an experiment; the evidence names them.
    Finish(u64),
    /// Say that an experiment's backtest broke down.
    Fail(u64, Breakdown),
    /// Approve an experiment by a verdict.
    Approve(u64, Option<Digest>),
    /// Reject an experiment by a verdict; without one where the evidence failed.
    Reject(u64, Option<Digest>),
    /// Send an experiment into another round.
    Continue(u64),
    /// Clear an alert.
    Clear(u64),
    /// Make the config of an experiment active at a stage of its scope, by a verdict of its own.
    Activate(u64, Stage, Option<Digest>),
    /// Restore what was active below: directly, or the config that is named.
    RollBack(Scope, Option<String>),
}

/// A config that somebody wants to see tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The engine.
    pub engine_name: String,
    /// The portfolio or strategy.
    pub scope: String,
    /// The config that it starts from.
    pub base_config_id: String,
    /// The config, as its engine reads it.
    pub proposed_config_body: String,
    /// Capital of the scope, in whole units of its currency; 0 for one without.
    pub capital: u64,
    /// What is expected of it.
    pub expectation: Option<Expectation>,
}

/// What an act is judged by, beside the log.
#[derive(Clone, Copy)]
pub struct World<'w> {
    /// The numbers.
    pub policy: &'w Policy,
    /// Configs.
    pub configs: &'w dyn Configs,
    /// Verdicts.
    pub verdicts: &'w dyn Verdicts,
}

/// An act that was refused, and the alert that the attempt was worth.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Refused {
    /// Why.
    pub why: Box<Refusal>,
    /// The row to append in the place of the one that was asked for.
    pub alert: Option<Box<Row>>,
}

impl From<Refusal> for Refused {
    fn from(why: Refusal) -> Self {
        Self { why: Box::new(why), alert: None }
    }
}

/// The row that an act becomes.
///
/// # Errors
/// [`Refused`]; for an attempt to approve a negative control with the row of the alert.
pub fn decide(act: &Act, state: &State, world: &World<'_>) -> Result<Row, Refused> {
    may(act.actor.kind, act.request.kind()).map_err(Refusal::from)?;
    if let Request::Approve(number, _) = act.request
        && state.experiment(number)?.is_negative_control()
    {
        return Err(alarmed(act, number, state));
    }
    let (object, event) = event_of(act, state, world)?;
    Ok(settled(act, object, event, state)?)
}

/// The row with the move that follows from the state.
fn settled(act: &Act, object: Object, event: Event, state: &State) -> Result<Row, Refusal> {
    let Act { at, actor, reason, evidence, screening, .. } = act.clone();
    let (number, from, to) = (state.next_number(), None, String::new());
    let row = Row { number, at, actor, object, event, from, to, reason, evidence, screening };
    let (from, to) = state.moves(&row)?;
    Ok(Row { from, to, ..row })
}

/// The refusal of approving a negative control, with its alert unless the act is malformed beside.
fn alarmed(act: &Act, number: u64, state: &State) -> Refused {
    let object = Object::Experiment(number);
    match settled(act, object.clone(), Event::Alerted, state) {
        Ok(row) => {
            let why = Refusal::NegativeControl { object, alert: Object::Alert(row.number) };
            Refused { why: Box::new(why), alert: Some(Box::new(row)) }
        }
        Err(why) => why.into(),
    }
}

fn event_of(act: &Act, state: &State, world: &World<'_>) -> Result<(Object, Event), Refusal> {
    let begun = state.next_number();
    Ok(match &act.request {
        Request::Propose(wish) => {
            passes_filter(act.actor.kind, wish.expectation, world.policy)?;
            let draft = read(wish, state, world)?;
            if draft.proposed_config_id == draft.base_config_id {
                return Err(Refusal::NothingChanges { config_id: draft.base_config_id });
            }
            (Object::Proposal(begun), Event::Proposed(draft))
        }
        Request::Create(wish, purpose) => {
            let draft = read(wish, state, world)?;
            (Object::Experiment(begun), Event::Created { draft, purpose: purpose.clone() })
        }
        Request::Convert(number, purpose) => (Object::Proposal(*number), Event::Converted(purpose.clone())),
        Request::Discard(number) => (Object::Proposal(*number), Event::Discarded),
        Request::Queue(number, priority, class) => {
            (Object::Experiment(*number), Event::Queued { priority: *priority, resource_class: *class })
        }
        Request::Claim(free) => {
            let next = Place::next(state.queue(), free).ok_or(Refusal::NothingQueued)?;
            (Object::Experiment(next.number), Event::Claimed { free: free.clone() })
        }
        Request::Finish(number) => (Object::Experiment(*number), Event::Finished),
        Request::Fail(number, breakdown) => {
            let again = state.experiment(*number)?.attempts < world.policy.max_attempts;
            (Object::Experiment(*number), Event::Failed { breakdown: *breakdown, again })
        }
        Request::Approve(number, id) => (Object::Experiment(*number), approved(act, *number, *id, state, world)?),
        Request::Reject(number, id) => {
            state.experiment(*number)?.must_be(ExperimentStatus::AwaitingReview, ActKind::Reject)?;
            let verdict = id.map(|id| world.verdicts.find(&id)).transpose()?;
            (Object::Experiment(*number), Event::Rejected { verdict })
        }
        Request::Continue(number) => (Object::Experiment(*number), Event::Continued),
        Request::Clear(number) => (Object::Alert(*number), Event::Cleared),
        Request::Activate(number, stage, id) => activated(act, *number, *stage, *id, state, world)?,
        Request::RollBack(scope, to) => rolled_back(scope, to.as_deref(), state)?,
    })
}

/// A config as its engine reads it.
fn read(wish: &Wish, state: &State, world: &World<'_>) -> Result<Draft, Refusal> {
    let Wish { engine_name, scope, base_config_id, proposed_config_body, capital, expectation } = wish.clone();
    let registered = state.config(&base_config_id).is_some_and(|config| config.engine_name == engine_name);
    if !registered && !world.configs.exists(&engine_name, &base_config_id) {
        return Err(Refusal::NoBase { engine_name, config_id: base_config_id });
    }
    let read = world.configs.read(&engine_name, &proposed_config_body);
    let read = read.map_err(|what| Refusal::NoConfig { engine_name: engine_name.clone(), what })?;
    Ok(Draft {
        engine_name,
        scope,
        base_config_id,
        proposed_config_id: read.config_id,
        proposed_config_body: read.canonical,
        capital,
        expectation,
    })
}

/// Whether enough stands behind a proposal. Whoever states no expectation must be a person.
fn passes_filter(actor: ActorKind, expectation: Option<Expectation>, policy: &Policy) -> Result<(), Refusal> {
    let Some(expectation) = expectation else {
        if matches!(actor, ActorKind::Reviewer | ActorKind::Operator) {
            return Ok(());
        }
        let expected = decimal(i64::from(policy.min_confidence_bp));
        return Err(Refusal::Filtered { figure: "confidence", found: "absent".to_owned(), expected });
    };
    let figures = [
        ("confidence", i64::from(expectation.confidence_bp), i64::from(policy.min_confidence_bp)),
        ("expected Sharpe gain", i64::from(expectation.sharpe_gain_bp), i64::from(policy.min_sharpe_gain_bp)),
    ];
    match figures.into_iter().find(|(_, found, expected)| found < expected) {
        Some((figure, found, expected)) => {
            Err(Refusal::Filtered { figure, found: decimal(found), expected: decimal(expected) })
        }
        None => Ok(()),
    }
}

/// Ten-thousandths as a decimal number, for a person.
fn decimal(ten_thousandths: i64) -> String {
    (ten_thousandths as f64 / 10_000.0).to_string()
}

fn approved(act: &Act, number: u64, id: Option<Digest>, state: &State, world: &World<'_>) -> Result<Event, Refusal> {
    let experiment = state.experiment(number)?;
    experiment.must_be(ExperimentStatus::AwaitingReview, ActKind::Approve)?;
    let (capital, cap) = (experiment.draft.capital, world.policy.capital_cap);
    if act.actor.kind == ActorKind::PolicyRule && capital >= cap {
        return Err(Refusal::OverCap { object: experiment.object(), capital, cap });
    }
    if experiment.failed {
        return Err(Refusal::FailedEvidence { object: experiment.object() });
    }
    let verdict = carrying(id, &experiment.need(act.at, world.policy.verdict_max_age_days), world)?;
    Ok(Event::Approved { verdict })
}

fn activated(
    act: &Act,
    number: u64,
    stage: Stage,
    id: Option<Digest>,
    state: &State,
    world: &World<'_>,
) -> Result<(Object, Event), Refusal> {
    let experiment: &Experiment = state.experiment(number)?;
    experiment.must_be(ExperimentStatus::Approved, ActKind::Activate)?;
    let scope = experiment.draft.at(stage);
    let active = state.active(&scope);
    let own = &experiment.draft.proposed_config_id;
    if active.is_some_and(|active| active.config_id == *own) {
        return Err(Refusal::AlreadyActive { scope: Object::Scope(scope), config_id: own.clone() });
    }
    let baseline = active.map_or(&experiment.draft.base_config_id, |active| &active.config_id);
    let need = Need { baseline, ..experiment.need(act.at, world.policy.verdict_max_age_days) };
    let verdict = carrying(id, &need, world)?;
    let replaces = active.map(|active| active.number);
    Ok((Object::Scope(scope), Event::Activated { experiment: number, verdict, replaces }))
}

fn rolled_back(scope: &Scope, to: Option<&str>, state: &State) -> Result<(Object, Event), Refusal> {
    let object = Object::Scope(scope.clone());
    let Some(active) = state.active(scope) else { return Err(Refusal::NothingActive { scope: object }) };
    let restores = match to {
        None => active.replaced,
        Some(config_id) => {
            let found = state.beneath(scope).skip(1).find(|lower| lower.config_id == config_id);
            let missing = || Refusal::NotBeneath { scope: object.clone(), config_id: config_id.to_owned() };
            Some(found.ok_or_else(missing)?.number)
        }
    };
    Ok((object, Event::RolledBack { replaces: active.number, restores }))
}

/// The verdict of an id, if it carries what leans on it.
fn carrying(id: Option<Digest>, need: &Need<'_>, world: &World<'_>) -> Result<Attested, Refusal> {
    let id = id.ok_or(VerdictRefusal::Absent)?;
    let verdict = world.verdicts.find(&id)?;
    // A finder that answers with another verdict than was asked for has found nothing.
    if verdict.id != id {
        return Err(VerdictRefusal::Unknown { id }.into());
    }
    need.met_by(&verdict)?;
    Ok(verdict)
}

impl Request {
    /// What it asks to do.
    #[must_use]
    pub const fn kind(&self) -> ActKind {
        match self {
            Self::Propose(_) => ActKind::Propose,
            Self::Convert(..) => ActKind::Convert,
            Self::Discard(_) => ActKind::Discard,
            Self::Create(..) => ActKind::Create,
            Self::Queue(..) => ActKind::Queue,
            Self::Claim(_) => ActKind::Claim,
            Self::Finish(_) => ActKind::Finish,
            Self::Fail(..) => ActKind::Fail,
            Self::Approve(..) => ActKind::Approve,
            Self::Reject(..) => ActKind::Reject,
            Self::Continue(_) => ActKind::Continue,
            Self::Clear(_) => ActKind::Clear,
            Self::Activate(..) => ActKind::Activate,
            Self::RollBack(..) => ActKind::RollBack,
        }
    }
}
