//! The engines of both generations as systems of the registry: their configs behind the face that every system's
//! config has.

use builtin::config::{ConfigError, SystemConfig};
use domain::digest::CanonicalBytes;
use faults::config::FaultyConfig;
use faults::system::FaultySystem;
use serde::{Deserialize, Serialize};
use v1::config::V1Config;
use v1::system::V1System;
use v2::config::EngineConfig;
use v2::system::{V2Config, V2System};

use crate::registry::Entry;

/// The config of a generation as a system's config.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Generation<C>(C);

impl SystemConfig for Generation<V1Config> {
    fn check(&self) -> Result<(), ConfigError> {
        self.0.check().map_err(of_v1)
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        self.0.put(bytes);
    }
}

impl SystemConfig for Generation<V2Config> {
    fn check(&self) -> Result<(), ConfigError> {
        self.0.check().map_err(of_v2)
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(&self.0.canonical());
    }
}

/// The lines of the registry for both generations, legacy first.
pub(crate) fn generations() -> [Entry; 2] {
    [
        Entry::open::<Generation<V1Config>, _>(
            "v1",
            v1::VERSION,
            "Runs the nine v1 engines, the frozen reference that v2 is measured against.",
            |config| V1System::new(config.0).map_err(of_v1),
        ),
        Entry::open::<Generation<V2Config>, _>(
            "v2",
            v2::VERSION,
            "Runs the nine v2 engines, from encoders to portfolio and risk.",
            |config| V2System::new(config.0).map_err(of_v2),
        ),
    ]
}

/// v2 with a known fault: what the gates are tested with.
pub(crate) fn faulty() -> Entry {
    Entry::new::<FaultyConfig, _>(
        "v2-faulty",
        faults::VERSION,
        "Runs v2 with the one fault that its config names.",
        FaultySystem::new,
    )
}

fn of_v1(error: v1::config::ConfigError) -> ConfigError {
    ConfigError { key: error.key, value: error.value, expected: error.expected }
}

fn of_v2(error: v2::config::ConfigError) -> ConfigError {
    ConfigError { key: error.path, value: error.value, expected: error.expected }
}
