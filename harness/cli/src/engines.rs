//! The engines of both generations as systems of the registry: their configs behind the face that every system's
//! config has.

use builtin::config::{ConfigError, SystemConfig};
use domain::digest::CanonicalBytes;
use serde::{Deserialize, Serialize};
use v1::config::V1Config;
use v1::system::V1System;
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

/// [`V1Config`] as a system's config.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Legacy(V1Config);

impl SystemConfig for Legacy {
    fn check(&self) -> Result<(), ConfigError> {
        self.0.check().map_err(of_legacy)
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        self.0.put(bytes);
    }
}

/// The line of the registry for v1.
pub(crate) fn v1() -> Entry {
    Entry::new::<Legacy, _>(
        "v1",
        v1::VERSION,
        "Runs the nine v1 engines, the frozen reference that v2 is measured against.",
        |config| V1System::new(config.0).map_err(of_legacy),
    )
}

fn of_legacy(error: v1::config::ConfigError) -> ConfigError {
    ConfigError { key: error.key, value: error.value, expected: error.expected }
}

/// The line of the registry for v2.
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
