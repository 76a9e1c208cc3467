//! The systems that can be replayed, by name.
//!
//! A scenario names a system and gives it a table of config. The registry turns the two into a running system and its
//! identity: name, version of its engines, digest of its config with every default filled in. Whoever has systems of
//! their own adds them and hands the registry to [`crate::main_with`].
//!
//! ```
//! use prometheus::registry::{Entry, Registry};
//! # use builtin::null::{NullConfig, NullSystem};
//! let registry = Registry::builtin().with(Entry::new::<NullConfig, NullSystem>(
//!     "idle", "1", "Does nothing under another name.", |_| Ok(NullSystem),
//! ));
//! let running = registry.assemble("idle", &toml::Table::new())?;
//! assert_eq!(running.identity.name, "idle");
//! let refusal = registry.assemble("momentun", &toml::Table::new()).err().map(|error| error.to_string());
//! assert_eq!(refusal.as_deref(), Some("no system is named `momentun`: did you mean `momentum`?"));
//! # Ok::<(), prometheus::registry::RegistryError>(())
//! ```

use std::collections::BTreeMap;

use builtin::config::{ConfigError, SystemConfig};
use builtin::equal_weight::{EqualWeight, EqualWeightConfig};
use builtin::momentum::{Momentum, MomentumConfig};
use builtin::null::{NullConfig, NullSystem};
use builtin::script::{Script, ScriptConfig};
use domain::digest::Digest;
use domain::system::DecisionSystem;
use replay::run::SystemIdentity;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::suggest;

/// A system ready to decide, and who it is.
pub struct Running {
    /// Name, version and config digest: its part of a run's identity.
    pub identity: SystemIdentity,
    /// Its config with every default filled in.
    pub config: toml::Table,
    /// The system.
    pub system: Box<dyn DecisionSystem>,
}

/// One line of the registry.
pub struct Entry {
    name: &'static str,
    version: &'static str,
    about: &'static str,
    build: Box<Build>,
}

type Build = dyn Fn(&toml::Table) -> Result<Built, String> + Send + Sync;
type Built = (Digest, toml::Table, Box<dyn DecisionSystem>);

/// The systems by name.
pub struct Registry {
    entries: BTreeMap<&'static str, Entry>,
}

/// Why a system could not be assembled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// No system has this name.
    #[error("no system is named `{name}`: {offer}")]
    Unknown {
        /// The name.
        name: String,
        /// The names nearest to it.
        offer: String,
    },
    /// The config is not one of this system.
    #[error("the config of system `{name}`: {what}")]
    Config {
        /// The system.
        name: String,
        /// What is wrong, with the key.
        what: String,
    },
}

impl Entry {
    /// A system by the types of its config and itself. `version` must rise whenever a decision changes; `about` is one
    /// sentence for people.
    #[must_use]
    pub fn new<C, S>(
        name: &'static str,
        version: &'static str,
        about: &'static str,
        build: fn(C) -> Result<S, ConfigError>,
    ) -> Self
    where
        C: SystemConfig + Serialize + DeserializeOwned + 'static,
        S: DecisionSystem + 'static,
    {
        let build = move |table: &toml::Table| {
            let config: C = table.clone().try_into().map_err(|error: toml::de::Error| one_line(&error))?;
            config.check().map_err(|error| error.to_string())?;
            let digest = config.digest();
            let full = toml::Table::try_from(&config).map_err(|error| error.to_string())?;
            let system = build(config).map_err(|error| error.to_string())?;
            Ok((digest, full, Box::new(system) as Box<dyn DecisionSystem>))
        };
        Self { name, version, about, build: Box::new(build) }
    }

    /// The name by which scenarios call the system.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version of its engines.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// One sentence for people.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.about
    }
}

impl Registry {
    /// The systems that come with the program.
    #[must_use]
    pub fn builtin() -> Self {
        let version = builtin::VERSION;
        Self { entries: BTreeMap::new() }
            .with(Entry::new::<NullConfig, _>("null", version, "Decides nothing.", |_| Ok(NullSystem)))
            .with(Entry::new::<EqualWeightConfig, _>(
                "equal-weight",
                version,
                "Buys equal shares on the first day and holds.",
                EqualWeight::new,
            ))
            .with(Entry::new::<MomentumConfig, _>(
                "momentum",
                version,
                "Holds the strongest fifth, chosen anew every 21 days.",
                Momentum::new,
            ))
            .with(Entry::new::<ScriptConfig, _>(
                "script",
                version,
                "Gives the orders that the scenario writes down.",
                Script::new,
            ))
    }

    /// The registry with one more system; an equal name is replaced.
    #[must_use]
    pub fn with(mut self, entry: Entry) -> Self {
        self.entries.insert(entry.name, entry);
        self
    }

    /// The names, ascending.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.entries.keys().copied().collect()
    }

    /// The systems, ascending by name.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// A fresh system under `config`; nothing is shared with one assembled before.
    ///
    /// # Errors
    /// [`RegistryError`] for an unknown name or a config that the system refuses.
    pub fn assemble(&self, name: &str, config: &toml::Table) -> Result<Running, RegistryError> {
        let entry = self.entries.get(name).ok_or_else(|| RegistryError::Unknown {
            name: name.to_owned(),
            offer: suggest::offer(name, &self.names()),
        })?;
        let (config_digest, config, system) =
            (entry.build)(config).map_err(|what| RegistryError::Config { name: name.to_owned(), what })?;
        let identity = SystemIdentity { name: name.to_owned(), version: entry.version.to_owned(), config_digest };
        Ok(Running { identity, config, system })
    }
}

/// The parser puts the path of a key on a line of its own.
fn one_line(error: &toml::de::Error) -> String {
    error.to_string().lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::Registry;

    fn refusal(name: &str, config: &str) -> String {
        let table = config.parse().unwrap();
        Registry::builtin().assemble(name, &table).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn knows_the_builtin_systems() {
        let registry = Registry::builtin();
        assert_eq!(registry.names(), ["equal-weight", "momentum", "null", "script"]);
        for name in registry.names() {
            assert!(registry.assemble(name, &toml::Table::new()).is_ok(), "{name}");
        }
    }

    #[test]
    fn defaults_are_part_of_the_digest() {
        let registry = Registry::builtin();
        let digest = |config: &str| {
            let running = registry.assemble("momentum", &config.parse().unwrap()).unwrap();
            running.identity.config_digest
        };
        assert_eq!(digest(""), digest("lookback = 147"));
        assert_ne!(digest(""), digest("lookback = 148"));
    }

    #[test]
    fn refusals_name_the_key() {
        assert!(refusal("momentum", "lookbak = 3").contains("lookbak"));
        assert!(refusal("momentum", "lookback = \"long\"").contains("lookback"));
        assert!(refusal("equal-weight", "invested = nan").contains("invested"));
        assert!(refusal("null", "anything = 1").contains("anything"));
    }
}
