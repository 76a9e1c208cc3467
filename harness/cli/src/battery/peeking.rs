//! A system that is shown a later day than today: the look-ahead control.
//!
//! A view cannot see beyond its day, so whoever wants to peek must bring the future along. This wrapper holds the whole
//! tape and hands its system the view of some days later. It exists to be caught: cut off the tape after a day, and the
//! wrapper has no later day to show, so the run up to that day is another one.

use domain::decision::Decision;
use domain::system::{DecisionSystem, StateError, Today};
use domain::tape::Tape;
use domain::view::View;

/// A system that sees `days` days too much.
pub struct Peeking {
    inner: Box<dyn DecisionSystem>,
    tape: Tape,
    days: usize,
}

impl Peeking {
    /// `inner`, shown the market of `days` days later as far as `tape` has them.
    #[must_use]
    pub fn new(inner: Box<dyn DecisionSystem>, tape: &Tape, days: usize) -> Self {
        Self { inner, tape: tape.clone(), days }
    }
}

impl DecisionSystem for Peeking {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let days = self.tape.days();
        let at = days.partition_point(|day| *day < today.view.today());
        let later = (at + self.days).min(days.len() - 1);
        let Some(view) = View::as_of(&self.tape, later) else { return self.inner.decide(today) };
        self.inner.decide(&Today { view, ..*today })
    }

    fn save(&self) -> Vec<u8> {
        self.inner.save()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        self.inner.restore(state)
    }
}
