//! The scenarios and suites of a root: by name, checked, with the nearest names when one does not exist.

use std::path::{Path, PathBuf};

use replay::scenario::Scenario;
use replay::suite::Suite;

use crate::error::CliError;
use crate::files::{file_stems, read_text};
use crate::reference_config::ReferenceConfig;
use crate::root::Root;
use crate::suggest;

/// The scenarios and suites below one root.
#[derive(Clone, Copy, Debug)]
pub struct Library<'r> {
    root: &'r Root,
}

impl<'r> Library<'r> {
    /// The library of `root`.
    #[must_use]
    pub const fn of(root: &'r Root) -> Self {
        Self { root }
    }

    /// The names of all cases, ascending.
    ///
    /// # Errors
    /// [`CliError`] when the folder cannot be read.
    pub fn cases(&self) -> Result<Vec<String>, CliError> {
        file_stems(&self.root.scenarios().join("cases"), "toml")
    }

    /// The names of all suites, ascending.
    ///
    /// # Errors
    /// [`CliError`] when the folder cannot be read.
    pub fn suites(&self) -> Result<Vec<String>, CliError> {
        file_stems(&self.root.scenarios().join("suites"), "toml")
    }

    /// The file of a case.
    #[must_use]
    pub fn path_of(&self, case: &str) -> PathBuf {
        self.root.scenarios().join("cases").join(format!("{case}.toml"))
    }

    /// A case by its name.
    ///
    /// # Errors
    /// [`CliError`] for an unknown name, with the nearest ones, and for a file that is no scenario of that name.
    pub fn case(&self, name: &str) -> Result<Scenario, CliError> {
        let path = self.path_of(name);
        if !path.is_file() {
            return Err(self.unknown_case(name)?);
        }
        let scenario = self.read(&path)?;
        named_as_its_file(&path, &scenario.name, name)?;
        Ok(scenario)
    }

    /// A case by its name, or a scenario by the path of its file, which ends with `.toml`.
    ///
    /// # Errors
    /// [`CliError`] as for [`Self::case`].
    pub fn scenario(&self, name_or_path: &str) -> Result<Scenario, CliError> {
        if name_or_path.ends_with(".toml") { self.read(Path::new(name_or_path)) } else { self.case(name_or_path) }
    }

    /// The file that [`Self::scenario`] reads.
    #[must_use]
    pub fn file_of(&self, name_or_path: &str) -> PathBuf {
        if name_or_path.ends_with(".toml") { PathBuf::from(name_or_path) } else { self.path_of(name_or_path) }
    }

    /// A suite by its name. Its cases are names only: whether they exist is found when they are read.
    ///
    /// # Errors
    /// [`CliError`] for an unknown name, with the nearest ones, and for a file that is no suite of that name.
    pub fn suite(&self, name: &str) -> Result<Suite, CliError> {
        let path = self.root.scenarios().join("suites").join(format!("{name}.toml"));
        if !path.is_file() {
            let names = self.suites()?;
            let offer = suggest::offer("suite", name, &names);
            let message = format!("no suite is named `{name}`: {offer}");
            return Err(CliError::bad_input(message, "name a file of scenarios/suites/ without its .toml"));
        }
        let suite = Suite::parse(&read_text(&path)?, &path.display().to_string())
            .map_err(|error| CliError::bad_input(error.to_string(), "mend the suite file"))?;
        named_as_its_file(&path, &suite.name, name)?;
        Ok(suite)
    }

    /// The names of the suites that hold a case, ascending.
    ///
    /// # Errors
    /// [`CliError`] as for [`Self::suite`].
    pub fn suites_of(&self, case: &str) -> Result<Vec<String>, CliError> {
        let mut holding = Vec::new();
        for name in self.suites()? {
            if self.suite(&name)?.cases.iter().any(|held| held == case) {
                holding.push(name);
            }
        }
        Ok(holding)
    }

    /// The names of all reference configs, ascending.
    ///
    /// # Errors
    /// [`CliError`] when the folder cannot be read.
    pub fn references(&self) -> Result<Vec<String>, CliError> {
        let folder = self.root.scenarios().join("configs");
        if folder.is_dir() { file_stems(&folder, "toml") } else { Ok(Vec::new()) }
    }

    /// The reference config that the scenario of a file starts from, with the reference's own file.
    ///
    /// # Errors
    /// [`CliError`] for a scenario or a reference that cannot be read, or that do not fit each other.
    pub fn reference_of(&self, path: &Path) -> Result<Option<(PathBuf, ReferenceConfig)>, CliError> {
        self.reference_below(path, &read_scenario(path)?)
    }

    /// A scenario with its reference config laid below its own: from here on it stands for itself.
    fn read(&self, path: &Path) -> Result<Scenario, CliError> {
        let mut scenario = read_scenario(path)?;
        if let Some((_, reference)) = self.reference_below(path, &scenario)? {
            scenario.system.reference = None;
            scenario.system.config = reference.with(&scenario.system.config);
        }
        Ok(scenario)
    }

    fn reference_below(
        &self,
        path: &Path,
        scenario: &Scenario,
    ) -> Result<Option<(PathBuf, ReferenceConfig)>, CliError> {
        let Some(name) = &scenario.system.reference else { return Ok(None) };
        let file = self.root.scenarios().join("configs").join(format!("{name}.toml"));
        if !file.is_file() {
            let names = self.references()?;
            let offer = suggest::offer("reference config", name, &names);
            let message = format!("{}: system.reference is \"{name}\": {offer}", path.display());
            return Err(CliError::bad_input(message, "name a file of scenarios/configs/ without its .toml"));
        }
        let reference = ReferenceConfig::read(&file, name)?;
        reference.must_be_of(&file, path, &scenario.system.name)?;
        Ok(Some((file, reference)))
    }

    fn unknown_case(&self, name: &str) -> Result<CliError, CliError> {
        let names = self.cases()?;
        let offer = suggest::offer("case", name, &names);
        let hint = "`prometheus scenario list` shows all cases; a path to a scenario file ends with .toml";
        let file = self.path_of(name);
        Ok(CliError::bad_input(format!("no case is named `{name}`, there is no {}: {offer}", file.display()), hint))
    }
}

fn read_scenario(path: &Path) -> Result<Scenario, CliError> {
    let label = path.display().to_string();
    Scenario::parse(&read_text(path)?, &label).map_err(|error| {
        CliError::bad_input(error.to_string(), "`prometheus scenario --help` shows every key of a scenario file")
    })
}

fn named_as_its_file(path: &Path, inside: &str, outside: &str) -> Result<(), CliError> {
    if inside == outside {
        return Ok(());
    }
    let message = format!("{}: name is \"{inside}\": expected \"{outside}\", the file's own name", path.display());
    Err(CliError::bad_input(message, "rename the file, or the name in it"))
}
