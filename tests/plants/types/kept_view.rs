//! A system that keeps the view it was lent, to read days that it was never shown.
//!
//! compiler: lifetime may not live long enough

use domain::decision::Decision;
use domain::system::{DecisionSystem, StateError, Today};
use domain::view::View;

/// Keeps what it should give back.
pub struct Hoarder<'t>(Option<View<'t>>);

impl<'t> DecisionSystem for Hoarder<'t> {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        self.0 = Some(today.view);
        Decision::unchanged("hoarder")
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), StateError> {
        Ok(())
    }
}
