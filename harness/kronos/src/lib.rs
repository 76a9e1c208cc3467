//! Kronos: the life of a config, from a proposal to an activation and back.
//!
//! Everything that happens is one row of one log ([`log`]); everything that is true is a fold over the rows
//! ([`state`]). Nothing else is stored, so nothing can disagree with the history.
//!
//! ```text
//! proposal    PENDING_REVIEW → CONVERTED_TO_EXPERIMENT | DISCARDED
//! experiment  PENDING → QUEUED_FOR_BACKTEST ⇄ RUNNING_BACKTESTS → AWAITING_REVIEW → APPROVED | REJECTED
//! activation  BACKTESTED → SHADOW → LIMITED → FULL, each by its own verdict; back by a row of its own
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`actor`] | who acts |
//! | [`time`] | when: a second of UTC, handed in by the caller |
//! | [`rights`] | who may do what, as one table |
//! | [`object`] | what is acted upon: proposals, experiments, alerts, scopes |
//! | [`event`] | what a row says happened |
//! | [`log`] | rows as canonical text, chained by digests |
//! | [`store`] | the log on disk: appended, locked, repaired |
//! | [`state`] | the fold: proposals, experiments, activations |
//! | [`act`] | what can be asked for, judged against the state, the policy and the world |
//! | [`refusal`] | why an act was refused |
//! | [`configs`] | what the caller knows of configs |
//! | [`verdict`] | what the caller knows of verdicts |
//! | [`policy`] | every number of these rules, with its reason |
//! | [`performance`] | reports by config and slice; configs compared |
//!
//! Never here: a clock, the environment, a thread, an engine.

pub mod act;
pub mod actor;
pub mod configs;
pub mod event;
pub mod log;
pub mod object;
pub mod performance;
pub mod policy;
pub mod refusal;
pub mod rights;
pub mod state;
pub mod store;
pub mod time;
pub mod verdict;

/// Whether a text is one line with something on it.
pub(crate) fn is_one_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}
