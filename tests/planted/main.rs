//! The command line with a system that leaks: proof that the double run catches what no lint may have seen.
//!
//! The system reads something that is no input of the run and lets it into a target weight; its config says what.
//! `check` replays every scenario in two fresh processes, the second of which has replayed it before, and must
//! end with exit 4. And with v2 under a key that plants a bug at one of its stages: the reference check must see it.

mod bugs;
mod leak;

use std::process::ExitCode;

use bugs::{Planted, PlantedConfig};
use builtin::config::{ConfigError, SystemConfig};
use domain::decision::{Decision, TargetWeight};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::system::{DecisionSystem, StateError, Today};
use leak::Leak;
use prometheus::main_with;
use prometheus::registry::{Entry, Registry};
use serde::{Deserialize, Serialize};

/// What the system reads beside its inputs.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeakyConfig {
    leak: Leak,
}

/// Holds a share of the first instrument that the leak decides, anew every day.
struct Leaky(Leak);

fn main() -> ExitCode {
    let leaky = Entry::new("leaky", "1", "Reads more than its inputs.", |config: LeakyConfig| Ok(Leaky(config.leak)));
    let planted = Entry::open::<PlantedConfig, _>("v2", v2::VERSION, "v2, or v2 with a bug.", Planted::new);
    main_with(&Registry::builtin().with(leaky).with(planted))
}

impl SystemConfig for LeakyConfig {
    fn check(&self) -> Result<(), ConfigError> {
        Ok(())
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text("leaky").put_u8(self.leak as u8);
    }
}

impl DecisionSystem for Leaky {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let weight = 0.1 + 0.5 * self.0.read(today);
        let targets = Some(vec![TargetWeight { instrument: Instrument(0), weight }]);
        Decision { targets, ..Decision::unchanged("leaky") }
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), StateError> {
        Ok(())
    }
}
