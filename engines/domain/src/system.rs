//! The one face of a decision system.
//!
//! v2, v1, a process in another language, the null system and the small built-in strategies all answer the same
//! question: given what is knowable at today's close, the account and the named streams, what do you want? The
//! view is lent for the call, so a system cannot keep it, and it is a prefix of the tape, so a system cannot look
//! past it.
//!
//! ```
//! use domain::decision::Decision;
//! use domain::system::{Today, DecisionSystem, StateError};
//!
//! /// Counts the days; decides nothing.
//! struct Counter(u64);
//!
//! impl DecisionSystem for Counter {
//!     fn decide(&mut self, _: &Today<'_>) -> Decision {
//!         self.0 += 1;
//!         Decision::unchanged("counter")
//!     }
//!     fn save(&self) -> Vec<u8> {
//!         self.0.to_le_bytes().to_vec()
//!     }
//!     fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
//!         let bytes = state.try_into().map_err(|_| StateError::new("counter", "expected 8 bytes"))?;
//!         self.0 = u64::from_le_bytes(bytes);
//!         Ok(())
//!     }
//! }
//! ```
//!
//! A system that kept its view would see days that it was never shown, so that does not compile:
//!
//! ```compile_fail,E0521
//! use domain::{decision::Decision, system::{Today, DecisionSystem, StateError}, view::View};
//! struct Hoarder<'t>(Option<View<'t>>);
//! impl<'t> DecisionSystem for Hoarder<'t> {
//!     fn decide(&mut self, today: &Today<'_>) -> Decision {
//!         self.0 = Some(today.view);
//!         Decision::unchanged("hoarder")
//!     }
//!     fn save(&self) -> Vec<u8> { vec![] }
//!     fn restore(&mut self, _: &[u8]) -> Result<(), StateError> { Ok(()) }
//! }
//! ```

use crate::book::BookView;
use crate::decision::Decision;
use crate::seed::Streams;
use crate::view::View;

/// Everything that a decision may depend on.
#[derive(Clone, Copy)]
pub struct Today<'a> {
    /// The tape as of today's close.
    pub view: View<'a>,
    /// The account at today's close, before any trade of this decision.
    pub book: BookView<'a>,
    /// The run's named random streams.
    pub streams: Streams,
    /// The number of the trading day in the run, from 0.
    pub day_number: u32,
}

/// A whole decision system behind its one face.
pub trait DecisionSystem {
    /// Decides at today's close. Called once for each trading day of the run, in order.
    fn decide(&mut self, today: &Today<'_>) -> Decision;

    /// The incremental state, such that `restore` followed by the remaining days gives the same bytes.
    fn save(&self) -> Vec<u8>;

    /// Takes up a saved state.
    ///
    /// # Errors
    /// [`StateError`] when the bytes are not a state of this system.
    fn restore(&mut self, state: &[u8]) -> Result<(), StateError>;

    /// Why the last answer is none. The replay asks after every decision and ends there. A system that is a function
    /// of what it is shown never fails; one that speaks with another process may.
    fn failure(&self) -> Option<SystemFailure> {
        None
    }

    /// Called once, after the last day of the run.
    ///
    /// # Errors
    /// [`SystemFailure`] when the system cannot stand by what it answered.
    fn finish(&mut self) -> Result<(), SystemFailure> {
        Ok(())
    }
}

/// Why a system cannot go on, in words for whoever runs it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SystemFailure {
    /// It did not keep to its terms.
    #[error("{0}")]
    Broken(String),
    /// Asked the same again, it answered otherwise.
    #[error("{0}")]
    Unrepeatable(String),
    /// The machine did not let it work.
    #[error("{0}")]
    Unavailable(String),
}

/// A saved state that a system could not take up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{system}: the saved state does not fit: {what}")]
pub struct StateError {
    system: String,
    what: String,
}

impl StateError {
    /// Names the system and what is wrong.
    #[must_use]
    pub fn new(system: &str, what: &str) -> Self {
        Self { system: system.to_owned(), what: what.to_owned() }
    }
}
