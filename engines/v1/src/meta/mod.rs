//! The meta orchestrator: proposals to change a config, and what becomes of them (engines-v1 §9).
//!
//! A proposal is PENDING, then APPROVED or REJECTED by a person or by rule; an approved one is APPLIED, and an applied
//! one can be reverted to the snapshot that it carries. Analysis and generator were empty stubs, so the faithful
//! output is an empty list.
//!
//! ```
//! use v1::meta::{Applier, Proposal, ProposalStatus, TargetType, proposals};
//! assert!(proposals().is_empty());
//! let mut live = String::from("{\"max_names\": 50}");
//! let mut change = Proposal::new(TargetType::UniverseRules, "ALL", &live, "{\"max_names\": 40}");
//! change.approve()?;
//! live = change.apply(Applier::Human)?.to_owned();
//! assert_eq!((live.as_str(), change.status()), ("{\"max_names\": 40}", ProposalStatus::Applied));
//! assert_eq!(change.revert()?, "{\"max_names\": 50}");
//! # Ok::<(), v1::meta::ProposalError>(())
//! ```

pub mod records;

use domain::report::EngineReport;

use crate::tell;

/// The name in reports.
pub const ENGINE: &str = "v1.meta";

/// What a proposal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetType {
    /// A strategy's parameters.
    StrategyConfig,
    /// A risk config.
    RiskConfig,
    /// A prompt template.
    PromptTemplate,
    /// Rules of the universe.
    UniverseRules,
}

/// How far a proposal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalStatus {
    /// Nobody has decided.
    Pending,
    /// It may be applied.
    Approved,
    /// It may not.
    Rejected,
    /// It is in force.
    Applied,
}

/// Who applied it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applier {
    /// A rule.
    Auto,
    /// A person.
    Human,
}

/// A proposed change of a config; configs are texts of JSON, as v1 stored them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What it is about.
    pub target_type: TargetType,
    /// Which one.
    pub target_id: String,
    snapshot: String,
    proposed: String,
    status: ProposalStatus,
    applied_by: Option<Applier>,
}

/// A step that the status does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a proposal that is {from:?} cannot become {to:?}")]
pub struct ProposalError {
    /// The status.
    pub from: ProposalStatus,
    /// The status asked for.
    pub to: ProposalStatus,
}

impl Proposal {
    /// A pending proposal to replace `current` by `proposed`.
    #[must_use]
    pub fn new(target_type: TargetType, target_id: &str, current: &str, proposed: &str) -> Self {
        Self {
            target_type,
            target_id: target_id.to_owned(),
            snapshot: current.to_owned(),
            proposed: proposed.to_owned(),
            status: ProposalStatus::Pending,
            applied_by: None,
        }
    }

    /// How far it has come.
    #[must_use]
    pub const fn status(&self) -> ProposalStatus {
        self.status
    }

    /// Who applied it, while it is in force.
    #[must_use]
    pub const fn applied_by(&self) -> Option<Applier> {
        self.applied_by
    }

    /// PENDING → APPROVED.
    ///
    /// # Errors
    /// [`ProposalError`] from any other status.
    pub fn approve(&mut self) -> Result<(), ProposalError> {
        self.step(ProposalStatus::Pending, ProposalStatus::Approved)
    }

    /// PENDING → REJECTED.
    ///
    /// # Errors
    /// [`ProposalError`] from any other status.
    pub fn reject(&mut self) -> Result<(), ProposalError> {
        self.step(ProposalStatus::Pending, ProposalStatus::Rejected)
    }

    /// APPROVED → APPLIED; answers the config that is now in force.
    ///
    /// # Errors
    /// [`ProposalError`] from any other status.
    pub fn apply(&mut self, by: Applier) -> Result<&str, ProposalError> {
        self.step(ProposalStatus::Approved, ProposalStatus::Applied)?;
        self.applied_by = Some(by);
        Ok(&self.proposed)
    }

    /// APPLIED → APPROVED; answers the config as it was.
    ///
    /// # Errors
    /// [`ProposalError`] from any other status.
    pub fn revert(&mut self) -> Result<&str, ProposalError> {
        self.step(ProposalStatus::Applied, ProposalStatus::Approved)?;
        self.applied_by = None;
        Ok(&self.snapshot)
    }

    fn step(&mut self, from: ProposalStatus, to: ProposalStatus) -> Result<(), ProposalError> {
        if self.status != from {
            return Err(ProposalError { from: self.status, to });
        }
        self.status = to;
        Ok(())
    }
}

/// What the orchestrator proposes today: nothing, as it always did.
#[must_use]
pub const fn proposals() -> Vec<Proposal> {
    Vec::new()
}

pub(crate) fn report() -> EngineReport {
    tell::decided(ENGINE, vec![tell::number("proposals", proposals().len() as f64)])
}
