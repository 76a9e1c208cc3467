//! The v2 engines as a system of the registry: their config behind the face that every system's config has.

use builtin::config::{ConfigError, SystemConfig};
use domain::digest::CanonicalBytes;
use serde::{Deserialize, Serialize};
use v2::config::EngineConfig;
use v2::system::{V2Config, V2System};

use crate::registry::Entry;

/// [`V2Config`] as a system's config.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Wrapped(V2Config);

impl SystemConfig for Wrapped {
    fn check(&self) -> Result<(), ConfigError> {
        self.0.check().map_err(of_engines)
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(&self.0.canonical());
    }
}

/// The line of the registry.
pub(crate) fn v2() -> Entry {
    Entry::new::<Wrapped, _>(
        "v2",
        v2::VERSION,
        "Runs the nine v2 engines, from encoders to portfolio and risk.",
        |config| V2System::new(config.0).map_err(of_engines),
    )
}

fn of_engines(error: v2::config::ConfigError) -> ConfigError {
    ConfigError { key: error.path, value: error.value, expected: error.expected }
}
