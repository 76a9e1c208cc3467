//! What a row of the log says happened.
//!
//! A row is complete: who, when, on what, from which state to which, why, by what evidence, and everything that the
//! fold needs of the world at that moment. Reading a log asks no policy and no verdict again, so it reads the same
//! after both have moved on.
//!
//! | event | moves |
//! |---|---|
//! | `proposed` | – → PENDING_REVIEW |
//! | `converted` | PENDING_REVIEW → CONVERTED_TO_EXPERIMENT; begins the experiment of the row's number |
//! | `discarded` | PENDING_REVIEW → DISCARDED |
//! | `created` | – → PENDING |
//! | `queued` | PENDING → QUEUED_FOR_BACKTEST |
//! | `claimed` | QUEUED_FOR_BACKTEST → RUNNING_BACKTESTS |
//! | `finished` | RUNNING_BACKTESTS → AWAITING_REVIEW |
//! | `failed` | RUNNING_BACKTESTS → QUEUED_FOR_BACKTEST, or AWAITING_REVIEW after the last attempt |
//! | `approved`, `rejected` | AWAITING_REVIEW → APPROVED, REJECTED |
//! | `continued` | AWAITING_REVIEW → QUEUED_FOR_BACKTEST, in a new round |
//! | `alerted`, `cleared` | somebody tried to approve a negative control; a person looked into it |
//! | `activated`, `rolled_back` | the active config of a scope → another |

use serde::{Deserialize, Serialize};

use crate::actor::{Actor, Screening};
use crate::object::{ExpectedOutcome, Object, ResourceClass, Scope};
use crate::rights::ActKind;
use crate::time::UtcTime;
use crate::verdict::Attested;

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// From 1, without a gap.
    pub number: u64,
    /// When.
    pub at: UtcTime,
    /// Who.
    pub actor: Actor,
    /// On what.
    pub object: Object,
    /// What happened.
    pub event: Event,
    /// The state before; `None` for what begins here.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// Why, in a line.
    pub reason: String,
    /// What shows it: ids of runs, reports, verdicts.
    pub evidence: Vec<String>,
    /// Where the evidence came from.
    pub screening: Screening,
}

/// What happened, with what the fold needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A proposal was opened.
    Proposed(Draft),
    /// A proposal became an experiment.
    Converted(Purpose),
    /// A proposal was discarded.
    Discarded,
    /// An experiment was created without a proposal.
    Created {
        /// What is tried.
        draft: Draft,
        /// What for.
        purpose: Purpose,
    },
    /// An experiment was queued.
    Queued {
        /// 0 to 9; the lower goes first.
        priority: u8,
        /// What its backtests use.
        resource_class: ResourceClass,
    },
    /// The next experiment was taken from the queue.
    Claimed {
        /// The classes with room.
        free: Vec<ResourceClass>,
    },
    /// All results are stored; the evidence names them.
    Finished,
    /// A backtest ended without a result.
    Failed {
        /// How.
        breakdown: Breakdown,
        /// Whether it is tried again.
        again: bool,
    },
    /// An experiment was approved by a verdict.
    Approved {
        /// The verdict.
        verdict: Attested,
    },
    /// An experiment was rejected: by a verdict, or because its last attempt failed.
    Rejected {
        /// The verdict.
        verdict: Option<Attested>,
    },
    /// An experiment goes into another round.
    Continued,
    /// Somebody tried to approve a negative control.
    Alerted,
    /// A person cleared an alert.
    Cleared,
    /// A config became the active one.
    Activated {
        /// The approved experiment that it comes from.
        experiment: u64,
        /// The verdict of this stage.
        verdict: Attested,
        /// The activation that it replaces, by its row; `None` where nothing was active.
        replaces: Option<u64>,
    },
    /// What was active before is active again.
    RolledBack {
        /// The activation that is taken back, by its row.
        replaces: u64,
        /// The activation that stands again, by its row; `None` for nothing.
        restores: Option<u64>,
    },
}

/// A config that is proposed for a scope. Field names as in the tables `config_proposals` and `experiments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The engine.
    pub engine_name: String,
    /// The portfolio or strategy.
    pub scope: String,
    /// The config that it starts from.
    pub base_config_id: String,
    /// The config that is proposed, named by its content.
    pub proposed_config_id: String,
    /// Its canonical text.
    pub proposed_config_body: String,
    /// Capital of the scope, in whole units of its currency; 0 for one without.
    pub capital: u64,
    /// What is expected of it, where somebody computed it.
    pub expectation: Option<Expectation>,
}

/// What is expected of a config, in ten-thousandths so that a row holds no rounded number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Confidence, 0 to 10 000.
    pub confidence_bp: u32,
    /// Expected gain of the Sharpe ratio, in ten-thousandths.
    pub sharpe_gain_bp: i32,
}

/// What an experiment is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// One line.
    pub description: String,
    /// What it is to show.
    pub expected_outcome: ExpectedOutcome,
}

/// How a backtest ended without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breakdown {
    /// It ended by itself.
    Crash,
    /// It was ended.
    Timeout,
}

impl Event {
    /// The act that makes such an event. An alert is what becomes of an approval.
    #[must_use]
    pub const fn act(&self) -> ActKind {
        match self {
            Self::Proposed(_) => ActKind::Propose,
            Self::Converted(_) => ActKind::Convert,
            Self::Discarded => ActKind::Discard,
            Self::Created { .. } => ActKind::Create,
            Self::Queued { .. } => ActKind::Queue,
            Self::Claimed { .. } => ActKind::Claim,
            Self::Finished => ActKind::Finish,
            Self::Failed { .. } => ActKind::Fail,
            Self::Approved { .. } | Self::Alerted => ActKind::Approve,
            Self::Rejected { .. } => ActKind::Reject,
            Self::Continued => ActKind::Continue,
            Self::Cleared => ActKind::Clear,
            Self::Activated { .. } => ActKind::Activate,
            Self::RolledBack { .. } => ActKind::RollBack,
        }
    }
}

impl Draft {
    /// The scope at a stage.
    #[must_use]
    pub fn at(&self, stage: crate::object::Stage) -> Scope {
        Scope { engine_name: self.engine_name.clone(), scope: self.scope.clone(), stage }
    }
}
