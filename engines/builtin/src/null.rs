//! The system that decides nothing.
//!
//! Its equity is its starting cash on every day, whatever the tape says; a replay that shows anything else is wrong.

use domain::decision::Decision;
use domain::digest::CanonicalBytes;
use domain::system::{DecisionSystem, StateError, Today};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, SystemConfig};

/// The null system has nothing to configure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NullConfig {}

/// Leaves everything as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullSystem;

impl SystemConfig for NullConfig {
    fn check(&self) -> Result<(), ConfigError> {
        Ok(())
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text("null");
    }
}

impl DecisionSystem for NullSystem {
    fn decide(&mut self, _: &Today<'_>) -> Decision {
        Decision::unchanged("null")
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        no_state("null", state)
    }
}

/// The `restore` of a system that keeps nothing between days.
pub(crate) fn no_state(system: &str, state: &[u8]) -> Result<(), StateError> {
    if state.is_empty() {
        Ok(())
    } else {
        Err(StateError::new(system, "expected no bytes: this system keeps no state"))
    }
}
