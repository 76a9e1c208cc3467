//! Goldens and scenarios in pairs, checked both ways.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::GoldenError;
use super::folder::io_at;

/// Folders beside the cases that are no cases: tolerances, one small golden of every past format, and references of
/// the older engines.
pub(super) const RESERVED: [&str; 3] = ["policy", "formats", "v1"];

/// The names of all goldens, ascending.
///
/// # Errors
/// [`GoldenError::FileSystem`].
pub fn cases(golden: &Path) -> Result<Vec<String>, GoldenError> {
    let mut names = BTreeSet::new();
    if !golden.exists() {
        return Ok(Vec::new());
    }
    for entry in io_at(golden, fs::read_dir(golden))? {
        let entry = io_at(golden, entry)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_case = entry.path().is_dir() && !name.starts_with('.') && !RESERVED.contains(&name.as_str());
        if is_case {
            names.insert(name);
        }
    }
    Ok(names.into_iter().collect())
}

/// Pairs scenarios and goldens both ways: the scenarios without a golden, and the goldens without a scenario.
///
/// # Errors
/// [`GoldenError::FileSystem`].
pub fn pairs(golden: &Path, scenarios: &[String]) -> Result<(Vec<String>, Vec<String>), GoldenError> {
    let (goldens, scenarios): (BTreeSet<String>, BTreeSet<String>) =
        (cases(golden)?.into_iter().collect(), scenarios.iter().cloned().collect());
    let lonely = |these: &BTreeSet<String>, those: &BTreeSet<String>| these.difference(those).cloned().collect();
    Ok((lonely(&scenarios, &goldens), lonely(&goldens, &scenarios)))
}
