//! Who may do what (gates-and-lifecycle §1), as one table.
//!
//! ```text
//!                          engine kronos chat scheduler reviewer policy-rule promotion operator
//! propose                    ·      x     x      ·         x         ·          ·        x
//! convert                    ·      ·     ·      ·         x         x          ·        ·
//! discard                    ·      ·     ·      ·         x         ·          ·        ·
//! create an experiment       ·      x     ·      ·         x         ·          ·        ·
//! queue                      ·      ·     ·      ·         x         x          ·        ·
//! claim, finish, fail        ·      ·     ·      x         ·         ·          ·        ·
//! approve, reject, continue  ·      ·     ·      ·         x         x          ·        ·
//! clear an alert             ·      ·     ·      ·         x         ·          ·        x
//! activate                   ·      ·     ·      ·         ·         ·          x        ·
//! roll back                  ·      ·     ·      ·         ·         ·          x        x
//! ```
//!
//! ```
//! use kronos::{actor::ActorKind, rights::{ActKind, may}};
//! assert!(may(ActorKind::Operator, ActKind::RollBack).is_ok());
//! assert_eq!(
//!     may(ActorKind::Chat, ActKind::Activate).unwrap_err().to_string(),
//!     "chat may not activate: the chat layer explains and drafts proposals; it writes no config and touches no \
//!      portfolio"
//! );
//! ```

use std::fmt;

use crate::actor::ActorKind;

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActKind {
    /// Open a proposal.
    Propose,
    /// Make an experiment of a proposal.
    Convert,
    /// Discard a proposal.
    Discard,
    /// Create an experiment without a proposal.
    Create,
    /// Queue an experiment for its backtests.
    Queue,
    /// Take the next experiment from the queue.
    Claim,
    /// Hand in all results.
    Finish,
    /// Say that a backtest crashed or ran out of time.
    Fail,
    /// Approve an experiment.
    Approve,
    /// Reject an experiment.
    Reject,
    /// Send an experiment into another round.
    Continue,
    /// Clear an alert.
    Clear,
    /// Make a config the active one of a scope.
    Activate,
    /// Restore what was active before.
    RollBack,
}

/// An act that is not the actor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{actor} may not {act}: {why}")]
pub struct Forbidden {
    /// Who asked.
    pub actor: ActorKind,
    /// What for.
    pub act: ActKind,
    /// What this actor is there for.
    pub why: &'static str,
}

impl ActKind {
    /// Every act, in the order of a config's life.
    pub const ALL: [Self; 14] = [
        Self::Propose,
        Self::Convert,
        Self::Discard,
        Self::Create,
        Self::Queue,
        Self::Claim,
        Self::Finish,
        Self::Fail,
        Self::Approve,
        Self::Reject,
        Self::Continue,
        Self::Clear,
        Self::Activate,
        Self::RollBack,
    ];

    /// The verb for it.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Convert => "convert",
            Self::Discard => "discard",
            Self::Create => "create an experiment",
            Self::Queue => "queue",
            Self::Claim => "claim",
            Self::Finish => "finish",
            Self::Fail => "fail",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Continue => "continue",
            Self::Clear => "clear an alert",
            Self::Activate => "activate",
            Self::RollBack => "roll back",
        }
    }
}

impl fmt::Display for ActKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.verb())
    }
}

/// Whether an actor may do such a thing at all. What stands in its way in a single case is for [`crate::state`].
///
/// # Errors
/// [`Forbidden`], with the sentence of what the actor is there for.
pub const fn may(actor: ActorKind, act: ActKind) -> Result<(), Forbidden> {
    use ActKind as A;
    use ActorKind as K;
    let allowed = match act {
        A::Propose => matches!(actor, K::Kronos | K::Chat | K::Reviewer | K::Operator),
        A::Discard => matches!(actor, K::Reviewer),
        A::Create => matches!(actor, K::Kronos | K::Reviewer),
        A::Convert | A::Queue | A::Approve | A::Reject | A::Continue => matches!(actor, K::Reviewer | K::PolicyRule),
        A::Claim | A::Finish | A::Fail => matches!(actor, K::Scheduler),
        A::Clear => matches!(actor, K::Reviewer | K::Operator),
        A::Activate => matches!(actor, K::Promotion),
        A::RollBack => matches!(actor, K::Promotion | K::Operator),
    };
    if allowed { Ok(()) } else { Err(Forbidden { actor, act, why: duty(actor) }) }
}

/// What an actor is there for, and what it therefore does not do.
const fn duty(actor: ActorKind) -> &'static str {
    match actor {
        ActorKind::Engine => "an engine reads data and writes its own outputs and decisions; it changes no config",
        ActorKind::Kronos => {
            "the analytics read logs and create reports, proposals and experiments; they judge none and activate none"
        }
        ActorKind::Chat => "the chat layer explains and drafts proposals; it writes no config and touches no portfolio",
        ActorKind::Scheduler => "the scheduler runs queued experiments and stores their results; it judges none",
        ActorKind::Reviewer => {
            "a reviewer judges proposals and experiments; the scheduler runs them, the promotion path activates"
        }
        ActorKind::PolicyRule => {
            "a policy rule converts, queues and judges within its limits; what is discarded, cleared or activated \
             needs somebody else"
        }
        ActorKind::Promotion => "the promotion path activates what is approved and rolls it back, and nothing else",
        ActorKind::Operator => {
            "an operator proposes, clears alerts and rolls back; experiments are judged by a reviewer and activated \
             by the promotion path"
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{ActKind, may};
    use crate::actor::ActorKind;

    /// A row for each act; a column for each kind of actor in the order of [`ActorKind::ALL`]. Written by hand beside
    /// the code, so that a change of either shows.
    #[rstest]
    #[case(ActKind::Propose, ".xx.x..x")]
    #[case(ActKind::Convert, "....xx..")]
    #[case(ActKind::Discard, "....x...")]
    #[case(ActKind::Create, ".x..x...")]
    #[case(ActKind::Queue, "....xx..")]
    #[case(ActKind::Claim, "...x....")]
    #[case(ActKind::Finish, "...x....")]
    #[case(ActKind::Fail, "...x....")]
    #[case(ActKind::Approve, "....xx..")]
    #[case(ActKind::Reject, "....xx..")]
    #[case(ActKind::Continue, "....xx..")]
    #[case(ActKind::Clear, "....x..x")]
    #[case(ActKind::Activate, "......x.")]
    #[case(ActKind::RollBack, "......xx")]
    fn every_actor_and_act(#[case] act: ActKind, #[case] row: &str) {
        for (kind, allowed) in ActorKind::ALL.into_iter().zip(row.chars()) {
            let ruling = may(kind, act);
            assert_eq!(ruling.is_ok(), allowed == 'x', "{kind} and {act}");
            if let Err(forbidden) = ruling {
                assert!(forbidden.to_string().starts_with(&format!("{kind} may not {act}: ")));
            }
        }
    }

    #[test]
    fn no_act_is_left_out() {
        assert_eq!(ActKind::ALL.len(), 14);
        assert!(ActKind::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
