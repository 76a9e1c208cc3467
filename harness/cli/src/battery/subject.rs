//! A candidate's file: a system, and the keys in which its config differs from the reference config of each world.
//!
//! ```toml
//! format = 1
//! name = "slower"
//! purpose = "Decides every two months instead of every month."
//! system = "v2"
//!
//! [config.portfolio.shape]
//! every_days = 42
//! ```
//!
//! The baseline is a file of the same form; without one it is `v2` as the reference configs have it.

use std::path::Path;

use domain::digest::{CanonicalBytes, Digest};
use judge::evidence::Subject;
use serde::Deserialize;
use toml::Table;

use crate::error::CliError;
use crate::files::read_text;
use crate::registry::Registry;

/// The version of the format.
const FORMAT: u32 = 1;

/// A subject as its file says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectFile {
    pub(super) format: u32,
    /// Its name to people.
    pub name: String,
    /// What it changes and why, in a sentence.
    pub purpose: String,
    /// The system.
    pub system: String,
    /// The keys that differ.
    #[serde(default)]
    pub config: Table,
}

impl SubjectFile {
    /// The baseline when none is named: v2 as the reference configs have it.
    #[must_use]
    pub fn reference() -> Self {
        Self {
            format: FORMAT,
            name: "reference".to_owned(),
            purpose: "v2 as its reference configs have it.".to_owned(),
            system: "v2".to_owned(),
            config: Table::new(),
        }
    }

    /// Reads a subject.
    ///
    /// # Errors
    /// [`CliError`] for a file that is none.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        Self::parse(&read_text(path)?, &path.display().to_string())
    }

    /// Checks a text; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`CliError`] for unknown, missing or mistyped keys and another format.
    pub fn parse(text: &str, path: &str) -> Result<Self, CliError> {
        let hint = "a candidate has format, name, purpose, system and the keys of [config] that differ";
        let refuse = |what: String| CliError::bad_input(format!("{path}: {what}"), hint);
        let subject: Self = toml::from_str(text).map_err(|error| refuse(error.to_string().trim().to_owned()))?;
        if subject.format != FORMAT {
            return Err(refuse(format!("format is {}, and this program reads format {FORMAT}", subject.format)));
        }
        if subject.name.trim().is_empty() || subject.purpose.trim().is_empty() {
            return Err(refuse("name and purpose: expected words".to_owned()));
        }
        Ok(subject)
    }

    /// The subject of evidence. Its identity is of the keys that differ: names and remarks leave it alone.
    ///
    /// # Errors
    /// [`CliError`] for a system that the registry does not know.
    pub fn subject(&self, registry: &Registry) -> Result<Subject, CliError> {
        let version = registry.version(&self.system).ok_or_else(|| {
            let message = format!("candidate {}: no system is named `{}`", self.name, self.system);
            CliError::bad_input(message, "`prometheus scenario systems` shows all systems")
        })?;
        let mut bytes = CanonicalBytes::new();
        bytes.put_text("prometheus subject v1").put_text(&self.system).put_text(version);
        // TOML's tables are sorted by key, so this text is one for all ways of writing the same keys.
        bytes.put_text(&toml::to_string(&self.config).map_err(|error| CliError::defect(error.to_string()))?);
        Ok(Subject {
            name: self.name.clone(),
            system: self.system.clone(),
            version: version.to_owned(),
            config: Digest::of(bytes.as_slice()),
        })
    }
}
