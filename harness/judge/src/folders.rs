//! Folders that are there whole or not at all.
//!
//! Files are written into a folder beside the one that is meant, synced, and renamed:
//!
//! ```text
//! golden/case → golden/.case.new written, read back ─ golden/case renamed to golden/.case.old ─ .new renamed to case
//! ```
//!
//! A crash leaves the old folder, the new one, or none with the old one beside it under a name that starts with a dot.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What the file system refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FolderError {
    /// The file or folder.
    pub path: String,
    /// The system's words.
    pub what: String,
}

/// The result of the file system, with the path that it is about.
pub(crate) fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, FolderError> {
    result.map_err(|error| FolderError { path: path.display().to_string(), what: error.to_string() })
}

/// Makes a folder and those above it.
pub(crate) fn make(dir: &Path) -> Result<(), FolderError> {
    at(dir, fs::create_dir_all(dir))
}

/// Puts files in the place of whatever lies at `dir`, once `read_back` has found them as they should be.
pub(crate) fn replace<E: From<FolderError>>(
    dir: &Path,
    files: &[(&str, String)],
    read_back: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let (stage, old) = (beside(dir, "new")?, beside(dir, "old")?);
    remove(&stage)?;
    write_files(&stage, files)?;
    read_back(&stage)?;
    if dir.exists() {
        remove(&old)?;
        at(dir, fs::rename(dir, &old))?;
    }
    at(dir, fs::rename(&stage, dir))?;
    sync_parent(dir)?;
    Ok(remove(&old)?)
}

/// Where a folder lies while another takes its place; `None` for a path that names no folder.
pub(crate) fn set_aside(dir: &Path) -> Result<Option<PathBuf>, FolderError> {
    if dir.file_name().is_none() { Ok(None) } else { beside(dir, "old").map(Some) }
}

/// Takes a folder away.
pub(crate) fn take_away(dir: &Path) -> Result<(), FolderError> {
    let old = beside(dir, "old")?;
    remove(&old)?;
    at(dir, fs::rename(dir, &old))?;
    sync_parent(dir)?;
    remove(&old)
}

/// Writes files into a new folder under its final name; the folder appears with all of them or not at all.
pub(crate) fn write_new(dir: &Path, files: &[(&str, String)]) -> Result<(), FolderError> {
    let stage = beside(dir, "new")?;
    remove(&stage)?;
    write_files(&stage, files)?;
    at(dir, fs::rename(&stage, dir))?;
    sync_parent(dir)
}

fn write_files(dir: &Path, files: &[(&str, String)]) -> Result<(), FolderError> {
    make(dir)?;
    for (name, text) in files {
        let path = dir.join(name);
        let mut file = at(&path, File::create(&path))?;
        at(&path, file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))?;
    }
    at(dir, File::open(dir).and_then(|folder| folder.sync_all()))
}

/// `golden/.case.new` for `golden/case`: a name that no case can have.
fn beside(dir: &Path, suffix: &str) -> Result<PathBuf, FolderError> {
    let name = dir.file_name().and_then(|name| name.to_str());
    let no_name = || FolderError { path: dir.display().to_string(), what: "not a folder's name".to_owned() };
    Ok(dir.with_file_name(format!(".{}.{suffix}", name.ok_or_else(no_name)?)))
}

fn remove(dir: &Path) -> Result<(), FolderError> {
    if dir.exists() { at(dir, fs::remove_dir_all(dir)) } else { Ok(()) }
}

fn sync_parent(dir: &Path) -> Result<(), FolderError> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    at(parent, File::open(parent).and_then(|folder| folder.sync_all()))
}
