//! Where verdicts and trials lie: a folder `kronos/` below the root, beside the log of the orchestrator.
//!
//! | path | holds |
//! |---|---|
//! | `kronos/trials/ledger.txt` | the ledger of trials |
//! | `kronos/trials/returns/DIGEST.txt` | the daily returns of a trial, named by their digest |
//! | `kronos/verdicts/ID/` | a verdict's bundle |

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use domain::digest::Digest;
use judge::evidence::text::Files;
use judge::trials::ledger::{Ledger, LedgerError};

use crate::error::CliError;
use crate::exit::Exit;
use crate::files::{make_folder, read_text, write_whole};
use crate::root::Root;

/// The store below one folder.
#[derive(Clone, Debug)]
pub struct Store(PathBuf);

impl Store {
    /// The store in `folder`; the root's own when none is given.
    #[must_use]
    pub fn of(root: &Root, folder: Option<&PathBuf>) -> Self {
        Self(folder.cloned().unwrap_or_else(|| root.kronos()))
    }

    /// The file of the ledger.
    #[must_use]
    pub fn ledger_file(&self) -> PathBuf {
        self.0.join("trials").join("ledger.txt")
    }

    /// The ledger; empty when there is none yet.
    ///
    /// # Errors
    /// [`CliError`] for a ledger that was edited, torn, or cannot be read.
    pub fn ledger(&self) -> Result<Ledger, CliError> {
        let path = self.ledger_file();
        if !path.exists() {
            return Ok(Ledger::default());
        }
        Ledger::parse(&read_text(&path)?, &path.display().to_string()).map_err(|error| of_ledger(&error))
    }

    /// Writes the ledger whole and keeps the returns of its last trial.
    ///
    /// # Errors
    /// [`CliError`] when the file system refuses, or the stored ledger is no prefix of this one.
    pub fn write_trial(&self, ledger: &Ledger, returns: &str) -> Result<(), CliError> {
        let stored = self.ledger()?;
        if !ledger.text().starts_with(&stored.text()) {
            let message = format!("{}: another trial was written meanwhile", self.ledger_file().display());
            return Err(CliError::new(Exit::Environment, message, "judge the candidate again"));
        }
        let folder = self.0.join("trials").join("returns");
        make_folder(&folder)?;
        write_whole(&folder.join(format!("{}.txt", Digest::of(returns.as_bytes()))), returns.as_bytes())?;
        write_whole(&self.ledger_file(), ledger.text().as_bytes())
    }

    /// The daily returns of the trials of a ledger, by their digests; those that are missing or edited are left out, and
    /// whoever counts takes each for a trial of its own.
    #[must_use]
    pub fn returns(&self, ledger: &Ledger) -> BTreeMap<Digest, Vec<f64>> {
        let read = |digest: Digest| {
            let path = self.0.join("trials").join("returns").join(format!("{digest}.txt"));
            let text = fs::read_to_string(path).ok().filter(|text| Digest::of(text.as_bytes()) == digest)?;
            let values = text.lines().map(|line| line.parse::<f64>().ok().filter(|value| value.is_finite()));
            Some((digest, values.collect::<Option<Vec<f64>>>()?))
        };
        ledger.trials().iter().filter_map(|trial| read(trial.returns)).collect()
    }

    /// The folder of a verdict.
    #[must_use]
    pub fn verdict_folder(&self, id: Digest) -> PathBuf {
        self.0.join("verdicts").join(id.to_string())
    }

    /// Writes a bundle into its folder.
    ///
    /// # Errors
    /// [`CliError`] when the file system refuses.
    pub fn write_bundle(&self, id: Digest, files: &Files) -> Result<PathBuf, CliError> {
        let folder = self.verdict_folder(id);
        write_files(&folder, files)?;
        Ok(folder)
    }
}

/// Writes texts below a folder, the verdict last: a folder without one is no bundle.
///
/// # Errors
/// [`CliError`] when the file system refuses.
pub fn write_files(folder: &Path, files: &Files) -> Result<(), CliError> {
    let is_verdict = |name: &str| name == judge::verdict::bundle::VERDICT_FILE;
    let order =
        files.iter().filter(|(name, _)| !is_verdict(name)).chain(files.iter().filter(|(name, _)| is_verdict(name)));
    for (name, text) in order {
        let path = folder.join(name);
        make_folder(path.parent().unwrap_or(folder))?;
        write_whole(&path, text.as_bytes())?;
    }
    Ok(())
}

/// Reads every file below a folder as text, by its path from there.
///
/// # Errors
/// [`CliError`] for a folder or a file that cannot be read.
pub fn read_files(folder: &Path) -> Result<Files, CliError> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        let entries = fs::read_dir(&below).map_err(|error| CliError::file("read the folder", &below, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| CliError::file("read the folder", &below, &error))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name: Vec<String> = path
                .strip_prefix(folder)
                .unwrap_or(&path)
                .components()
                .map(|part| part.as_os_str().to_string_lossy().into_owned())
                .collect();
            files.insert(name.join("/"), read_text(&path)?);
        }
    }
    Ok(files)
}

/// A ledger that cannot be used.
pub(crate) fn of_ledger(error: &LedgerError) -> CliError {
    CliError::bad_input(error.to_string(), "restore the ledger from version control; trials are appended, never edited")
}
