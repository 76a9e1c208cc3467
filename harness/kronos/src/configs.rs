//! What the caller knows of configs: how an engine reads one, and which exist already.
//!
//! Kronos links no engine. Whoever does hands in a reader; a config is then named by its content:
//!
//! ```
//! use kronos::configs::{Configs, ReadConfig};
//! struct Numbers;
//! impl Configs for Numbers {
//!     fn read(&self, engine_name: &str, body: &str) -> Result<ReadConfig, String> {
//!         let number: u32 = body.trim().parse().map_err(|_| "expected a whole number".to_owned())?;
//!         Ok(ReadConfig { config_id: format!("{engine_name}_{number}"), canonical: number.to_string() })
//!     }
//!     fn exists(&self, _: &str, config_id: &str) -> bool { config_id == "v2_1" }
//! }
//! assert_eq!(Numbers.read("v2", " 7\n").map(|read| read.config_id).as_deref(), Ok("v2_7"));
//! assert!(Numbers.read("v2", "seven").is_err());
//! ```

use domain::digest::Digest;

/// The id of a config by the digest of its content: `{engine}_{first twelve digits}`.
#[must_use]
pub fn config_id(engine_name: &str, digest: Digest) -> String {
    format!("{engine_name}_{}", &digest.to_string()[..12])
}

/// Reads configs and knows which there are.
pub trait Configs {
    /// Reads a body as a config of an engine.
    ///
    /// # Errors
    /// What is wrong with it, with the key.
    fn read(&self, engine_name: &str, body: &str) -> Result<ReadConfig, String>;

    /// Whether a config exists outside the log: as a reference config, for example. What was registered by a row of the
    /// log exists in any case.
    fn exists(&self, engine_name: &str, config_id: &str) -> bool;
}

/// A config as its engine read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadConfig {
    /// `{engine}_{hash}`: equal content, equal id.
    pub config_id: String,
    /// The content with every default filled in, in one spelling.
    pub canonical: String,
}
