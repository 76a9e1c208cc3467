//! Who acts: a kind, which has rights, and a name, which has responsibility.
//!
//! Two actors are one hand when their names are the same to a reader, whatever hats they wear:
//!
//! ```
//! use kronos::actor::{Actor, ActorKind};
//! let proposer = Actor::new(ActorKind::Operator, "A. Person")?;
//! let reviewer = Actor::new(ActorKind::Reviewer, "a.  person")?;
//! assert!(proposer.is_same_hand(&reviewer));
//! assert!(Actor::new(ActorKind::Kronos, " ").is_err()); // nobody is no actor
//! # Ok::<(), kronos::actor::ActorError>(())
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::is_one_line;

/// The kinds of actors (gates-and-lifecycle §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// An engine of the daily chain.
    Engine,
    /// The analytics over logs.
    Kronos,
    /// The layer that explains and drafts in words.
    Chat,
    /// What runs backtests.
    Scheduler,
    /// A person who judges proposals and experiments.
    Reviewer,
    /// A written rule that judges in a reviewer's place.
    PolicyRule,
    /// The change manager: the only way to an active config.
    Promotion,
    /// The person who runs the house.
    Operator,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// What it may do.
    pub kind: ActorKind,
    /// Who it is; one line, not blank.
    pub name: String,
}

/// Where the evidence of an act came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screening {
    /// A machine looked at it first, and nobody else did.
    Automatic,
    /// A person looked at it.
    Person,
}

/// A kind or name that no actor has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} of the actor is `{found}`: expected {expected}")]
pub struct ActorError {
    field: &'static str,
    found: String,
    expected: &'static str,
}

impl ActorKind {
    /// Every kind, in the order of the table of rights.
    pub const ALL: [Self; 8] = [
        Self::Engine,
        Self::Kronos,
        Self::Chat,
        Self::Scheduler,
        Self::Reviewer,
        Self::PolicyRule,
        Self::Promotion,
        Self::Operator,
    ];

    /// The word for it, in files and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Kronos => "kronos",
            Self::Chat => "chat",
            Self::Scheduler => "scheduler",
            Self::Reviewer => "reviewer",
            Self::PolicyRule => "policy-rule",
            Self::Promotion => "promotion",
            Self::Operator => "operator",
        }
    }

    /// Whether no person stands behind its acts, so that it cannot vouch for one having looked.
    #[must_use]
    pub const fn is_machine(self) -> bool {
        matches!(self, Self::Engine | Self::Kronos | Self::Scheduler | Self::PolicyRule)
    }
}

impl Actor {
    /// An actor by kind and name.
    ///
    /// # Errors
    /// [`ActorError`] for a name that is blank or more than one line.
    pub fn new(kind: ActorKind, name: &str) -> Result<Self, ActorError> {
        let actor = Self { kind, name: name.to_owned() };
        if actor.is_named() {
            return Ok(actor);
        }
        Err(ActorError { field: "name", found: name.to_owned(), expected: "one line of text that is not empty" })
    }

    /// Whether the name is one line and not blank.
    pub(crate) fn is_named(&self) -> bool {
        is_one_line(&self.name)
    }

    /// Whether both are the same to a reader: case and spaces do not make two people of one.
    #[must_use]
    pub fn is_same_hand(&self, other: &Self) -> bool {
        let plain = |name: &str| name.to_lowercase().split_whitespace().collect::<Vec<&str>>().join(" ");
        plain(&self.name) == plain(&other.name)
    }
}

impl fmt::Display for ActorKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.word())
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({})", self.name, self.kind)
    }
}

impl FromStr for ActorKind {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, ActorError> {
        let expected = "engine, kronos, chat, scheduler, reviewer, policy-rule, promotion or operator";
        let error = || ActorError { field: "kind", found: text.to_owned(), expected };
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or_else(error)
    }
}
