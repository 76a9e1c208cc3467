//! The counter-plant: a system that copies the number it needs. The compiler must accept it.

use domain::decision::Decision;
use domain::ids::Instrument;
use domain::system::{DecisionSystem, StateError, Today};

/// Remembers yesterday's close of the first instrument, as a number.
pub struct Honest(Option<f64>);

impl DecisionSystem for Honest {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        self.0 = today.view.close(Instrument(0));
        Decision::unchanged("honest")
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), StateError> {
        Ok(())
    }
}
