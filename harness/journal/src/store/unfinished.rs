//! What a killed run leaves: taken up again, or thrown away.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use domain::digest::Digest;

use super::files::{self, failed, lock, remove_if_present};
use super::write::{JournalWriter, left_behind, occupied};
use super::{EVENTS, INPUTS, MANIFEST, StoreError, texts};
use crate::header::RunHeader;
use crate::log::last_checkpoint;
use crate::manifest::Manifest;
use crate::progress::Progress;

/// The ending of the name of an unfinished folder.
const ENDING: &str = "partial";

/// Where a killed run goes on.
#[derive(Debug)]
pub struct ResumePoint {
    /// The progress of the recording, for [`crate::recorder::Recorder::resume`]; at its start when the run was
    /// killed before its first checkpoint.
    pub progress: Progress,
    /// The state that the replay laid down; `None` when it starts anew.
    pub state: Option<Vec<u8>>,
    /// Writes on, directly after the checkpoint.
    pub writer: JournalWriter,
}

/// The folder in which the run that will be named `dir` is written. The name of such a folder stands for itself.
#[must_use]
pub fn unfinished_path(dir: &Path) -> PathBuf {
    if is_unfinished(dir) { dir.to_path_buf() } else { dir.with_added_extension(ENDING) }
}

/// Takes up the killed run of `dir` (its final name, or the name of its unfinished folder) at its last checkpoint.
/// Whatever lies after the checkpoint is cut off: the replay gives the same days again.
///
/// # Errors
/// [`StoreError::NothingToResume`], [`StoreError::OtherRun`] when `header` is not the one that the run began with,
/// [`StoreError::Busy`] while its process lives, [`StoreError::Log`] for a log that was edited, and failures of
/// the file system.
pub fn resume(dir: &Path, header: &RunHeader) -> Result<ResumePoint, StoreError> {
    let folder = unfinished_path(dir);
    let dir = final_path(dir);
    check_header_of(&folder, &dir, header)?;
    let path = folder.join(EVENTS);
    let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = opened.map_err(failed("open", &path))?;
    lock(&file, &folder)?;
    // A run that was killed between its manifest and its name has a manifest already; it will write it again.
    remove_if_present(&folder.join(MANIFEST))?;
    let refused = |source| StoreError::Log { path: path.clone(), source };
    let last = last_checkpoint(&files::read(&path)?, &header.instruments).map_err(refused)?;
    let end = last.as_ref().map_or(0, |last| last.end);
    let cut = file.set_len(end).and_then(|()| file.seek(SeekFrom::Start(end)));
    cut.and_then(|_| file.sync_all()).map_err(failed("cut the torn end off", &path))?;
    Ok(match last {
        Some(last) => ResumePoint {
            progress: last.progress,
            state: Some(last.state),
            writer: JournalWriter::append_to(&dir, folder, header, file),
        },
        None => ResumePoint {
            progress: Progress::start(&header.instruments),
            state: None,
            writer: JournalWriter::begin(&dir, folder, header, file)?,
        },
    })
}

/// Throws the unfinished run of `dir` away, if there is one.
///
/// # Errors
/// [`StoreError::Busy`] while its process lives, and failures of the file system.
pub fn discard_unfinished(dir: &Path) -> Result<(), StoreError> {
    let folder = unfinished_path(dir);
    if !folder.exists() {
        return Ok(());
    }
    let path = folder.join(EVENTS);
    if path.exists() {
        lock(&File::open(&path).map_err(failed("open", &path))?, &folder)?;
    }
    fs::remove_dir_all(&folder).map_err(failed("remove", &folder))
}

/// Throws the finished run of `dir` away, so that the same run can be written anew. `beside` are the names that a run's
/// owner puts next to the journal. A folder without a journal stays as it is: writing into it is refused later.
///
/// # Errors
/// [`StoreError::Occupied`] for the journal of another run and for a folder that holds anything else, and failures of
/// the file system. What is refused is left whole.
pub fn discard_finished(dir: &Path, run_id: Digest, beside: &[&str]) -> Result<(), StoreError> {
    let manifest = dir.join(MANIFEST);
    if !manifest.is_file() || !dir.join(EVENTS).is_file() {
        return Ok(());
    }
    // A manifest that cannot be read is a broken run, which is what is to be thrown away.
    let stored = texts::parse::<Manifest>(&files::read(&manifest)?, &manifest, &["format_version"]);
    if let Some(other) = stored.ok().map(|stored| stored.run_id).filter(|stored| *stored != run_id) {
        return Err(occupied(dir, &format!("run {other}")));
    }
    for entry in fs::read_dir(dir).map_err(failed("list", dir))? {
        let name = entry.map_err(failed("list", dir))?.file_name().to_string_lossy().into_owned();
        if ![MANIFEST, EVENTS, INPUTS].contains(&name.as_str()) && !beside.contains(&name.as_str()) {
            return Err(occupied(dir, &format!("{name}, which no run wrote")));
        }
    }
    fs::remove_dir_all(dir).map_err(failed("remove", dir))
}

/// Says what lies in the unfinished folder of `dir`, if there is one: a run that was left behind, or one whose process
/// lives.
///
/// # Errors
/// [`StoreError::Unfinished`] and [`StoreError::Busy`].
pub fn refuse_unfinished(dir: &Path) -> Result<(), StoreError> {
    let folder = unfinished_path(dir);
    if folder.exists() { Err(left_behind(&folder)) } else { Ok(()) }
}

fn check_header_of(folder: &Path, dir: &Path, given: &RunHeader) -> Result<(), StoreError> {
    let nothing = |why| StoreError::NothingToResume { path: folder.to_path_buf(), why };
    if !folder.exists() {
        return Err(nothing(match (dir.join(MANIFEST).exists(), dir.exists()) {
            (true, _) => "the run is finished",
            (false, true) => "the folder holds no run",
            (false, false) => "there is no such folder",
        }));
    }
    let path = folder.join(INPUTS);
    if !path.exists() {
        return Err(nothing("it was stopped before it wrote its inputs; delete the folder and start the run anew"));
    }
    let stored: RunHeader = texts::parse(&files::read(&path)?, &path, &["inputs", "format_version"])?;
    match stored.first_difference(given) {
        Some(difference) => Err(StoreError::OtherRun { path: folder.to_path_buf(), difference }),
        None => Ok(()),
    }
}

/// The name that the run will have when it is finished.
pub(super) fn final_path(dir: &Path) -> PathBuf {
    if is_unfinished(dir) { dir.with_extension("") } else { dir.to_path_buf() }
}

fn is_unfinished(dir: &Path) -> bool {
    dir.extension().is_some_and(|extension| extension == ENDING)
}
