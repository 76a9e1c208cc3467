//! A new state must hold for three consecutive days before it is declared (engines-v1 §1.4).
//!
//! A red alert skips the wait, and so does UNKNOWN, which is a failure to measure and no state of the market [chosen].
//! What follows UNKNOWN waits as usual.
//!
//! ```
//! use v1::regime::{Hysteresis, State};
//! let mut state = Hysteresis::default();
//! let mut declare = |raw| state.declare(raw, false);
//! assert_eq!(declare(State::Transition), State::Transition); // the first day has nothing to wait for
//! assert_eq!(declare(State::RiskOffGrinding), State::Transition);
//! assert_eq!(declare(State::RiskOffGrinding), State::Transition);
//! assert_eq!(declare(State::RiskOffGrinding), State::RiskOffGrinding);
//! ```

use domain::digest::CanonicalBytes;
use domain::state::Saved;

use super::State;

/// Days that a new state must hold.
const HOLDS_DAYS: u8 = 3;

/// The declared state, and the one that waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hysteresis {
    declared: Option<State>,
    waiting: Option<(State, u8)>,
}

impl Hysteresis {
    /// Takes a day's raw state and answers the declared one.
    pub fn declare(&mut self, raw: State, red: bool) -> State {
        let Some(declared) = self.declared else { return self.set(raw) };
        if raw == declared {
            self.waiting = None;
            return declared;
        }
        if red || raw == State::Unknown {
            return self.set(raw);
        }
        let days = self.waiting.filter(|(state, _)| *state == raw).map_or(1, |(_, days)| days + 1);
        if days >= HOLDS_DAYS {
            return self.set(raw);
        }
        self.waiting = Some((raw, days));
        declared
    }

    /// Declares a state at once: by a person, or by a red alert.
    pub fn set(&mut self, state: State) -> State {
        *self = Self { declared: Some(state), waiting: None };
        state
    }

    /// The declared state; `None` before the first day.
    #[must_use]
    pub const fn declared(&self) -> Option<State> {
        self.declared
    }

    pub(super) fn save(&self, bytes: &mut CanonicalBytes) {
        let byte = |state: Option<State>| state.map_or(u8::MAX, |state| state as u8);
        bytes.put_u8(byte(self.declared)).put_u8(byte(self.waiting.map(|(state, _)| state)));
        bytes.put_u8(self.waiting.map_or(0, |(_, days)| days));
    }

    pub(super) fn restore(saved: &mut Saved<'_>) -> Option<Self> {
        let state = |byte: u8| if byte == u8::MAX { Some(None) } else { State::of_byte(byte).map(Some) };
        let (declared, waiting, days) = (state(saved.u8()?)?, state(saved.u8()?)?, saved.u8()?);
        Some(Self { declared, waiting: waiting.map(|state| (state, days)) })
    }
}
