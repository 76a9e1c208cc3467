//! Proposals (gates-and-lifecycle §2.1): opened, then converted or discarded, and then at rest.

use crate::actor::Actor;
use crate::event::{Draft, Event, Row};
use crate::object::Object;
use crate::refusal::Refusal;
use crate::time::UtcTime;

use super::Move;

/// A proposal: a line of the table `config_proposals`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub number: u64,
    /// What is proposed.
    pub draft: Draft,
    /// When it was opened.
    pub created_at: UtcTime,
    /// By whom.
    pub created_by: Actor,
    /// Where it stands.
    pub status: ProposalStatus,
    /// The experiment that it became.
    pub experiment: Option<u64>,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalStatus {
    /// It waits for a reviewer.
    PendingReview,
    /// It became an experiment. Terminal.
    ConvertedToExperiment,
    /// It was discarded. Terminal.
    Discarded,
}

impl ProposalStatus {
    /// The name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PendingReview => "PENDING_REVIEW",
            Self::ConvertedToExperiment => "CONVERTED_TO_EXPERIMENT",
            Self::Discarded => "DISCARDED",
        }
    }
}

impl Proposal {
    pub(super) fn opened(row: &Row, draft: &Draft) -> Self {
        Self {
            number: row.number,
            draft: draft.clone(),
            created_at: row.at,
            created_by: row.actor.clone(),
            status: ProposalStatus::PendingReview,
            experiment: None,
        }
    }

    /// The move of a conversion or a discard.
    pub(super) fn moves(&self, row: &Row) -> Result<Move, Refusal> {
        let to = match row.event {
            Event::Converted(_) => ProposalStatus::ConvertedToExperiment,
            _ => ProposalStatus::Discarded,
        };
        if self.status == ProposalStatus::PendingReview {
            return Ok((Some(self.status.name().to_owned()), to.name().to_owned()));
        }
        Err(Refusal::WrongState {
            object: Object::Proposal(self.number),
            state: self.status.name().to_owned(),
            act: row.event.act(),
            expected: ProposalStatus::PendingReview.name(),
        })
    }
}
