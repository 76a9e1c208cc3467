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

use judge::evidence::Subject;
use replay::run::SystemIdentity;
use serde::Deserialize;
use toml::Table;

use crate::error::CliError;
use crate::files::read_text;
use crate::reference_config::ReferenceConfig;
use crate::registry::Registry;
use crate::root::Root;

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
    /// The reference config under which the candidate is known: its id is that of this config with the keys laid over.
    #[serde(default = "us_equity")]
    pub base: String,
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
            base: us_equity(),
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

    /// The subject of evidence. Its identity is the digest of its whole config, every default filled in: names, remarks
    /// and the way in which keys are written leave it alone, and it is the one that journals and the orchestrator know.
    ///
    /// # Errors
    /// [`CliError`] for a system that the registry does not know, a base that is not there, and a config that the system
    /// refuses.
    pub fn subject(&self, root: &Root, registry: &Registry) -> Result<Subject, CliError> {
        let file = root.scenarios().join("configs").join(format!("{}.toml", self.base));
        let base = ReferenceConfig::read(&file, &self.base)?;
        let running = registry.assemble(&self.system, &base.with(&self.config)).map_err(|error| {
            if base.system() != self.system {
                return self.of_another_system(base.system());
            }
            let message = format!("candidate {}, over {}: {error}", self.name, file.display());
            CliError::bad_input(message, "mend the keys of [config]; `prometheus scenario systems` shows all systems")
        })?;
        let SystemIdentity { name, version, config_digest } = running.identity;
        Ok(Subject { name: self.name.clone(), system: name, version, config: config_digest })
    }

    /// Every world has a reference config, and a candidate is that config with other keys: a system that does not take those
    /// keys has nothing to run on.
    fn of_another_system(&self, system: &str) -> CliError {
        let (name, own) = (&self.name, &self.system);
        let message =
            format!("candidate {name}: its system is \"{own}\", and the reference configs are of \"{system}\"");
        CliError::bad_input(message, format!("only configs of \"{system}\" can be judged: name that system"))
    }

    /// What tells two subjects apart in every world: the system and the keys that differ.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {:?}", self.system, self.config)
    }
}

fn us_equity() -> String {
    "us-equity".to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::SubjectFile;
    use crate::registry::Registry;
    use crate::root::Root;

    #[test]
    fn a_system_that_the_reference_configs_are_not_of_is_refused_by_its_name() {
        let root = Root::discover(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))).unwrap();
        let subject = SubjectFile { system: "momentum".to_owned(), ..SubjectFile::reference() };
        let refusal = subject.subject(&root, &Registry::builtin()).unwrap_err().to_string();
        assert!(refusal.contains("its system is \"momentum\", and the reference configs are of \"v2\""), "{refusal}");
        assert!(SubjectFile::reference().subject(&root, &Registry::builtin()).is_ok());
    }
}
