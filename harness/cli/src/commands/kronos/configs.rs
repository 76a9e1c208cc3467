//! Configs as the registry of systems reads them, and those that the facts hold already.
//!
//! A config exists when a case runs with it or a reference config is it. A body is the text of a TOML table; its
//! canonical text has every default filled in, so equal content has one id, the one that journals name too.

use kronos::configs::{Configs, ReadConfig, config_id};
use toml::Table;

use crate::error::CliError;
use crate::library::Library;
use crate::reference_config::ReferenceConfig;
use crate::registry::Registry;
use crate::root::Root;

/// The configs of a repository.
pub(super) struct Shelf<'s> {
    root: &'s Root,
    registry: &'s Registry,
}

impl<'s> Shelf<'s> {
    pub(super) const fn of(root: &'s Root, registry: &'s Registry) -> Self {
        Self { root, registry }
    }

    /// The config of a table under its engine.
    fn named(&self, engine_name: &str, table: &Table) -> Result<ReadConfig, String> {
        let running = self.registry.assemble(engine_name, table).map_err(|error| error.to_string())?;
        let canonical = toml::to_string(&running.config).map_err(|error| error.to_string())?;
        Ok(ReadConfig { config_id: config_id(engine_name, running.identity.config_digest), canonical })
    }

    /// The config that a name stands for: a case, a reference config, or an id that one of them has.
    pub(super) fn find(&self, engine_name: &str, name: &str) -> Result<Option<(String, Table)>, CliError> {
        let library = Library::of(self.root);
        for known in library.references()? {
            let file = self.root.scenarios().join("configs").join(format!("{known}.toml"));
            let reference = ReferenceConfig::read(&file, &known)?;
            if reference.system() == engine_name
                && let Some(found) = self.matching(engine_name, name, &known, reference.config())
            {
                return Ok(Some(found));
            }
        }
        for known in library.cases()? {
            let system = library.case(&known)?.system;
            if system.name == engine_name
                && let Some(found) = self.matching(engine_name, name, &known, &system.config)
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn matching(&self, engine_name: &str, name: &str, known: &str, table: &Table) -> Option<(String, Table)> {
        // A reference that is no whole config by itself has no id.
        let read = self.named(engine_name, table).ok()?;
        (name == known || name == read.config_id).then(|| (read.config_id, table.clone()))
    }
}

impl Configs for Shelf<'_> {
    fn read(&self, engine_name: &str, body: &str) -> Result<ReadConfig, String> {
        let table: Table = body.parse().map_err(|error: toml::de::Error| error.to_string().trim().to_owned())?;
        self.named(engine_name, &table)
    }

    fn exists(&self, engine_name: &str, config_id: &str) -> bool {
        self.find(engine_name, config_id).is_ok_and(|found| found.is_some_and(|(id, _)| id == config_id))
    }
}
