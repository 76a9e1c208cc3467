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
use std::path::Path;

use builtin::config::{ConfigError, SystemConfig};
use builtin::equal_weight::{EqualWeight, EqualWeightConfig};
use builtin::momentum::{Momentum, MomentumConfig};
use builtin::null::{NullConfig, NullSystem};
use builtin::script::{Script, ScriptConfig};
use domain::chain::Chain;
use domain::date::Date;
use domain::digest::Digest;
use domain::ids::InstrumentId;
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
    /// The days that its config names, each with its key.
    pub days: Vec<(String, Date)>,
    /// The instruments that its config names and that the tape must hold, each with its key.
    pub instruments: Vec<(String, InstrumentId)>,
    /// The system.
    pub system: Box<dyn DecisionSystem>,
}

/// One line of the registry.
pub struct Entry {
    name: &'static str,
    version: &'static str,
    about: &'static str,
    build: Box<Build>,
    /// For a system that is open at its seams.
    chain: Option<Box<BuildChain>>,
}

/// A system by its table of config, and the folder from which the paths in it start.
type Build = dyn Fn(&toml::Table, &Path) -> Result<Built, String> + Send + Sync;

/// The same system opened at its seams, with the digest of its config.
type BuildChain = dyn Fn(&toml::Table) -> Result<(Digest, Box<dyn Chain>), String> + Send + Sync;

/// What an entry builds of a table.
pub(crate) struct Built {
    pub(crate) digest: Digest,
    pub(crate) config: toml::Table,
    pub(crate) days: Vec<(String, Date)>,
    pub(crate) instruments: Vec<(String, InstrumentId)>,
    pub(crate) system: Box<dyn DecisionSystem>,
}

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
    /// The system is one piece.
    #[error("system `{name}` is not open at its seams: expected one of {open}")]
    Closed {
        /// The system.
        name: String,
        /// The systems that are.
        open: String,
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
        let build = move |table: &toml::Table, _: &Path| {
            let config: C = checked(table)?;
            let (digest, days) = (config.digest(), config.days());
            let full = toml::Table::try_from(&config).map_err(|error| error.to_string())?;
            let system = build(config).map_err(|error| error.to_string())?;
            Ok(Built { digest, config: full, days, instruments: Vec::new(), system: Box::new(system) })
        };
        Self::of(name, version, about, build)
    }

    /// As [`Self::new`], of a system that is open at its seams.
    #[must_use]
    pub fn open<C, S>(
        name: &'static str,
        version: &'static str,
        about: &'static str,
        build: fn(C) -> Result<S, ConfigError>,
    ) -> Self
    where
        C: SystemConfig + Serialize + DeserializeOwned + 'static,
        S: DecisionSystem + Chain + 'static,
    {
        let chain = move |table: &toml::Table| {
            let config: C = checked(table)?;
            let digest = config.digest();
            let chain: Box<dyn Chain> = Box::new(build(config).map_err(|error| error.to_string())?);
            Ok((digest, chain))
        };
        Self { chain: Some(Box::new(chain)), ..Self::new(name, version, about, build) }
    }

    /// A system that is built in its own way.
    pub(crate) fn of(
        name: &'static str,
        version: &'static str,
        about: &'static str,
        build: impl Fn(&toml::Table, &Path) -> Result<Built, String> + Send + Sync + 'static,
    ) -> Self {
        Self { name, version, about, build: Box::new(build), chain: None }
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

    fn identity(&self, config_digest: Digest) -> SystemIdentity {
        SystemIdentity { name: self.name.to_owned(), version: self.version.to_owned(), config_digest }
    }
}

impl Registry {
    /// The systems that come with the program.
    #[must_use]
    pub fn builtin() -> Self {
        let version = builtin::VERSION;
        let [v1, v2] = crate::engines::generations();
        Self { entries: BTreeMap::new() }
            .with(Entry::new::<NullConfig, _>("null", version, "Decides nothing.", |_| Ok(NullSystem)))
            .with(Entry::open::<EqualWeightConfig, _>(
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
            .with(v1)
            .with(v2)
            .with(crate::engines::faulty())
            .with(crate::languages::external())
            .with(crate::recorded::recorded())
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

    /// A fresh system under `config`; nothing is shared with one assembled before. Paths in a config start from the
    /// current folder.
    ///
    /// # Errors
    /// [`RegistryError`] for an unknown name or a config that the system refuses.
    pub fn assemble(&self, name: &str, config: &toml::Table) -> Result<Running, RegistryError> {
        self.assemble_in(Path::new(""), name, config)
    }

    /// As [`Self::assemble`], with paths that start from `folder`.
    ///
    /// # Errors
    /// [`RegistryError`] as for [`Self::assemble`].
    pub fn assemble_in(&self, folder: &Path, name: &str, config: &toml::Table) -> Result<Running, RegistryError> {
        let entry = self.entry(name)?;
        let built =
            (entry.build)(config, folder).map_err(|what| RegistryError::Config { name: name.to_owned(), what })?;
        let Built { digest, config, days, instruments, system } = built;
        Ok(Running { identity: entry.identity(digest), config, days, instruments, system })
    }

    /// A fresh system under `config`, opened at its seams; who it is, as for [`Self::assemble`].
    ///
    /// # Errors
    /// [`RegistryError`] for an unknown name, a config that the system refuses, and a system that is one piece.
    pub fn chain(&self, name: &str, config: &toml::Table) -> Result<(SystemIdentity, Box<dyn Chain>), RegistryError> {
        let entry = self.entry(name)?;
        let Some(build) = &entry.chain else {
            let open = self.entries().filter(|entry| entry.chain.is_some()).map(Entry::name);
            let open = open.collect::<Vec<_>>().join(", ");
            return Err(RegistryError::Closed { name: name.to_owned(), open });
        };
        let (digest, chain) = build(config).map_err(|what| RegistryError::Config { name: name.to_owned(), what })?;
        Ok((entry.identity(digest), chain))
    }

    /// Whether a system is known and open at its seams.
    #[must_use]
    pub fn is_open(&self, name: &str) -> bool {
        self.entries.get(name).is_some_and(|entry| entry.chain.is_some())
    }

    fn entry(&self, name: &str) -> Result<&Entry, RegistryError> {
        self.entries.get(name).ok_or_else(|| RegistryError::Unknown {
            name: name.to_owned(),
            offer: suggest::offer("system", name, &self.names()),
        })
    }
}

/// A config of a table, in its range.
fn checked<C: SystemConfig + DeserializeOwned>(table: &toml::Table) -> Result<C, String> {
    let config: C = typed(table)?;
    config.check().map_err(|error| error.to_string())?;
    Ok(config)
}

/// A config of a table.
pub(crate) fn typed<C: DeserializeOwned>(table: &toml::Table) -> Result<C, String> {
    table.clone().try_into().map_err(|error: toml::de::Error| in_words(&error))
}

/// What the parser says, without the names of a machine's types: `invested is "all": expected a number`.
fn in_words(error: &toml::de::Error) -> String {
    // The parser puts the path of a key on a line of its own.
    let text = error.to_string().lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let (what, key) = match text.strip_suffix('`').and_then(|text| text.rsplit_once(" in `")) {
        Some((what, key)) => (what, key),
        None => return text,
    };
    let mistaken = what.strip_prefix("invalid type: ").or_else(|| what.strip_prefix("invalid value: "));
    match mistaken.and_then(|what| what.rsplit_once(", expected ")) {
        Some((found, expected)) => format!("{key} is {}: expected {}", found_in_words(found), kind_in_words(expected)),
        None => text,
    }
}

/// What was found, as it stands in the file where the parser tells it.
fn found_in_words(found: &str) -> &str {
    match found {
        "map" => "a table",
        "sequence" => "a list",
        _ => {
            let kinds = ["string ", "integer ", "floating point ", "boolean "];
            let value = kinds.iter().find_map(|kind| found.strip_prefix(kind)).unwrap_or(found);
            value.trim_matches('`')
        }
    }
}

/// The kind of value that was expected.
fn kind_in_words(expected: &str) -> &str {
    match expected {
        "f32" | "f64" => "a number",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number of at least 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "a boolean" => "true or false",
        "a string" => "text in quotes",
        "a sequence" => "a list",
        "a map" => "a table",
        other => other,
    }
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
        assert_eq!(
            registry.names(),
            ["equal-weight", "external", "momentum", "null", "recorded", "script", "v1", "v2", "v2-faulty"]
        );
        let chosen = ["v2", "v2-faulty", "external", "recorded"];
        for name in registry.names().into_iter().filter(|name| !chosen.contains(name)) {
            assert!(registry.assemble(name, &toml::Table::new()).is_ok(), "{name}");
        }
        assert!(refusal("v2", "").contains("strategy_id"), "v2 has keys that nobody can choose for a user");
        assert!(refusal("v2-faulty", "").contains("strategy_id"), "its keys are v2's");
        assert!(refusal("external", "").contains("command"), "nobody can choose a user's program");
        assert!(refusal("recorded", "").contains("decisions"), "nobody can choose a user's record");
    }

    #[test]
    fn systems_are_open_at_their_seams_or_say_who_is() {
        let registry = Registry::builtin();
        let table = |text: &str| text.parse::<toml::Table>().unwrap();
        for (name, config) in [("v1", ""), ("equal-weight", "invested = 0.5")] {
            let (identity, _) = registry.chain(name, &table(config)).unwrap();
            assert_eq!(identity, registry.assemble(name, &table(config)).unwrap().identity);
        }
        for (name, config, told) in [
            ("momentum", "", "system `momentum` is not open at its seams: expected one of equal-weight, v1, v2"),
            ("momentun", "", "no system is named `momentun`: did you mean `momentum`?"),
            (
                "equal-weight",
                "invested = true",
                "the config of system `equal-weight`: invested is true: expected a number",
            ),
        ] {
            let refusal = registry.chain(name, &table(config)).err().map(|error| error.to_string());
            assert_eq!(refusal.as_deref(), Some(told));
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

    #[test]
    fn refusals_speak_of_numbers_and_lists_not_of_machine_types() {
        for (name, config, told) in [
            ("equal-weight", "invested = \"all\"", "invested is \"all\": expected a number"),
            ("equal-weight", "invested = true", "invested is true: expected a number"),
            ("momentum", "lookback = -1", "lookback is -1: expected a whole number from 0 to 4294967295"),
            ("momentum", "lookback = 1.5", "lookback is 1.5: expected a whole number from 0 to 4294967295"),
            ("momentum", "lookback = [1]", "lookback is a list: expected a whole number from 0 to 4294967295"),
            ("script", "orders = 1", "orders is 1: expected a list"),
        ] {
            assert_eq!(refusal(name, config), format!("the config of system `{name}`: {told}"));
        }
    }
}
