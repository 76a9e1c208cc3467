//! Reference configs: what a strategy runs with, in one reviewed file that scenarios start from.
//!
//! A scenario names a reference and, in its own table, the keys that differ. Tables are laid over each other key by
//! key; a list or a number replaces the reference's.
//!
//! ```
//! use prometheus::reference_config::laid_over;
//! let reference = "every = 21\n[universe]\nmin_price = 5\nmax_universe_size = 50".parse()?;
//! let own = "[universe]\nmin_price = 1".parse()?;
//! let both = laid_over(&reference, &own);
//! assert_eq!(both, "every = 21\n[universe]\nmin_price = 1\nmax_universe_size = 50".parse()?);
//! # Ok::<(), toml::de::Error>(())
//! ```

use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

use crate::error::CliError;
use crate::files::read_text;

/// The version of the format of a reference config.
const FORMAT: u32 = 1;

/// A file of `scenarios/configs/`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceConfig {
    format: u32,
    name: String,
    /// For whoever reads the file; it must be there.
    #[serde(rename = "purpose")]
    _purpose: String,
    system: String,
    config: Table,
}

impl ReferenceConfig {
    /// Reads the reference `name`.
    ///
    /// # Errors
    /// [`CliError`] for a file that is not a reference config of that name.
    pub fn read(file: &Path, name: &str) -> Result<Self, CliError> {
        let refuse = |what: String, hint: &str| Err(CliError::bad_input(format!("{}: {what}", file.display()), hint));
        let hint = "a reference config has format, name, purpose, system and the table [config]";
        let reference: Self = match toml::from_str(&read_text(file)?) {
            Ok(reference) => reference,
            Err(error) => return refuse(error.to_string().trim().to_owned(), hint),
        };
        if reference.format != FORMAT {
            return refuse(format!("format is {}: expected {FORMAT}", reference.format), "use a matching version");
        }
        if reference.name != name {
            let what = format!("name is \"{}\": expected \"{name}\", the file's own name", reference.name);
            return refuse(what, "rename the file, or the name in it");
        }
        Ok(reference)
    }

    /// Refuses a reference of another system than the scenario's.
    ///
    /// # Errors
    /// [`CliError`] that names both files.
    pub fn must_be_of(&self, file: &Path, scenario: &Path, system: &str) -> Result<(), CliError> {
        if self.system == system {
            return Ok(());
        }
        let (file, own, scenario) = (file.display(), &self.system, scenario.display());
        let message = format!("{scenario}: system.name is \"{system}\", but {file} is a config of \"{own}\"");
        Err(CliError::bad_input(message, "name a reference config of the same system"))
    }

    /// The system that it is a config of.
    #[must_use]
    pub fn system(&self) -> &str {
        &self.system
    }

    /// The config by itself.
    #[must_use]
    pub const fn config(&self) -> &Table {
        &self.config
    }

    /// The reference's config with `own` laid over it.
    #[must_use]
    pub fn with(&self, own: &Table) -> Table {
        laid_over(&self.config, own)
    }
}

/// `own` laid over `reference`: tables key by key, everything else replaced.
#[must_use]
pub fn laid_over(reference: &Table, own: &Table) -> Table {
    let mut both = reference.clone();
    for (key, value) in own {
        let laid = match (both.get(key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => Value::Table(laid_over(below, above)),
            _ => value.clone(),
        };
        both.insert(key.clone(), laid);
    }
    both
}
