//! Writing a run, from its header to the finished folder.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use domain::date::Date;
use domain::digest::Digest;

use super::files::{failed, lock, remove_if_present, sync_folder, write_whole};
use super::read::{FolderTexts, open};
use super::unfinished::final_path;
use super::{EVENTS, INPUTS, MANIFEST, StoreError, texts, unfinished_path};
use crate::header::RunHeader;
use crate::journal::Journal;
use crate::log::LogWriter;
use crate::manifest::{FORMAT_VERSION, Manifest};
use crate::progress::Recording;
use crate::recorder::DaySink;

/// Bytes that are gathered before they go to the file.
const BUFFER: usize = 1 << 18;

/// Writes one run into `<dir>.partial`, and gives it its name when it is whole.
///
/// The days reach the disk at checkpoints and at the end. The writer holds a lock on the log; it ends with the
/// process, so what a killed process leaves can be resumed and what a living one writes cannot.
#[derive(Debug)]
pub struct JournalWriter {
    pub(super) dir: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) header: RunHeader,
    pub(super) log: LogWriter<BufWriter<File>>,
}

impl JournalWriter {
    /// Begins a new run that will be named `dir`.
    ///
    /// # Errors
    /// [`StoreError::BadHeader`], [`StoreError::Unfinished`] when a killed process left one there,
    /// [`StoreError::Busy`] when a living one writes there, [`StoreError::Occupied`] when `dir` holds anything but a journal of the same run, and failures of the file
    /// system.
    pub fn create(dir: &Path, header: &RunHeader) -> Result<Self, StoreError> {
        check_header(header)?;
        let (folder, dir) = (unfinished_path(dir), &final_path(dir));
        check_vacant(dir, header)?;
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent).map_err(failed("create", parent))?;
        }
        fs::create_dir(&folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => left_behind(&folder),
            _ => failed("create", &folder)(error),
        })?;
        let path = folder.join(INPUTS);
        write_whole(&path, &texts::write(header, &path)?)?;
        let path = folder.join(EVENTS);
        let file = File::create_new(&path).map_err(failed("create", &path))?;
        lock(&file, &folder)?;
        Self::begin(dir, folder, header, file)
    }

    /// Begins the log of a run in an empty file that is locked already.
    pub(super) fn begin(dir: &Path, folder: PathBuf, header: &RunHeader, file: File) -> Result<Self, StoreError> {
        let path = folder.join(EVENTS);
        let log = LogWriter::begin(BufWriter::with_capacity(BUFFER, file)).map_err(failed("write", &path))?;
        let mut writer = Self { dir: dir.to_path_buf(), header: header.clone(), log, folder };
        writer.flush().map_err(failed("write", &path))?;
        Ok(writer)
    }

    /// Goes on with a log of whole frames, in a file that is locked already and stands at its end.
    pub(super) fn append_to(dir: &Path, folder: PathBuf, header: &RunHeader, file: File) -> Self {
        let log = LogWriter::append_to(BufWriter::with_capacity(BUFFER, file));
        Self { dir: dir.to_path_buf(), folder, header: header.clone(), log }
    }

    /// Ends the run: writes the end and the manifest, reads everything back from the file, verifies it, and only
    /// then gives the folder its name. When a journal of the same run and content has the name already, the new
    /// one is dropped.
    ///
    /// # Errors
    /// [`StoreError::Manifest`] for a run without days, [`StoreError::Conflict`] when the stored journal of the
    /// same run has another content, whatever the verification refuses, and failures of the file system.
    pub fn finish(mut self, recording: Recording) -> Result<Journal, StoreError> {
        let manifest = Manifest::of_run(&self.header, recording)?;
        let path = self.folder.join(MANIFEST);
        let text = texts::write(&manifest, &path)?;
        let events = self.folder.join(EVENTS);
        let ended = self.log.end(&manifest.digest, &Digest::of(text.as_bytes()));
        ended.and_then(|()| self.sync()).map_err(failed("write", &events))?;
        write_whole(&path, &text)?;
        let journal = FolderTexts::read(&self.folder)?.verify(&self.folder)?;
        if self.dir.exists() { self.compare_with_stored(journal) } else { self.publish(journal) }
    }

    /// Hands the days so far to the file without waiting for the disk, for whoever wants to see how far a run is.
    ///
    /// # Errors
    /// Failures of the file system.
    pub fn flush(&mut self) -> io::Result<()> {
        self.log.inner().flush()
    }

    fn publish(self, journal: Journal) -> Result<Journal, StoreError> {
        fs::rename(&self.folder, &self.dir).map_err(failed("rename to its final name", &self.folder))?;
        self.dir.parent().map_or(Ok(()), sync_folder)?;
        // Only now: until the folder has its name, a killed run needs its inputs to resume.
        remove_if_present(&self.dir.join(INPUTS))?;
        sync_folder(&self.dir)?;
        Ok(journal)
    }

    fn compare_with_stored(self, journal: Journal) -> Result<Journal, StoreError> {
        let stored = open(&self.dir)?.manifest;
        if stored.run_id != journal.manifest.run_id {
            return Err(occupied(&self.dir, &format!("run {}", stored.run_id)));
        }
        if stored.digest != journal.manifest.digest {
            return Err(StoreError::Conflict {
                stored: stored.digest,
                new: journal.manifest.digest,
                path: self.dir,
                kept: self.folder,
            });
        }
        fs::remove_dir_all(&self.folder).map_err(failed("remove", &self.folder))?;
        Ok(journal)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.log.inner().flush()?;
        self.log.inner().get_ref().sync_all()
    }

    fn named(&self, doing: &str, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("cannot {doing} {}: {error}", self.folder.join(EVENTS).display()))
    }
}

impl DaySink for JournalWriter {
    fn take(&mut self, _: Date, bytes: &[u8], running: &Digest) -> io::Result<()> {
        self.log.day(bytes, running).map_err(|error| self.named("write", &error))
    }

    /// Hands the checkpoint to the operating system, which a killed process outlives. A loss of power may take some of
    /// it: the checksums show that, and the run resumes from an earlier one. Waiting for the disk at each checkpoint
    /// would cost more than the whole replay.
    fn checkpoint(&mut self, state: &[u8]) -> io::Result<()> {
        self.log.checkpoint(state).and_then(|()| self.flush()).map_err(|error| self.named("write", &error))
    }
}

fn check_header(header: &RunHeader) -> Result<(), StoreError> {
    if header.inputs.format_version != FORMAT_VERSION {
        let found = header.inputs.format_version;
        let problem = format!("inputs.format_version is {found}, expected {FORMAT_VERSION}, which this version writes");
        return Err(StoreError::BadHeader(problem));
    }
    let falling = header.instruments.windows(2).find(|pair| pair[0] >= pair[1]);
    falling.map_or(Ok(()), |pair| {
        let problem = format!("instruments: {} stands before {}, expected ascending ids", pair[0], pair[1]);
        Err(StoreError::BadHeader(problem))
    })
}

/// Refuses a final name under which anything but a journal of the same run lies.
fn check_vacant(dir: &Path, header: &RunHeader) -> Result<(), StoreError> {
    if !dir.exists() {
        return Ok(());
    }
    let path = dir.join(MANIFEST);
    if !path.exists() {
        return Err(occupied(dir, "no journal"));
    }
    let stored: Manifest = texts::parse(&super::files::read(&path)?, &path, &["format_version"])?;
    if stored.run_id == header.inputs.run_id() { Ok(()) } else { Err(occupied(dir, &format!("run {}", stored.run_id))) }
}

/// Whether what lies in an unfinished folder is being written or was left behind.
pub(super) fn left_behind(folder: &Path) -> StoreError {
    let locked = File::open(folder.join(EVENTS)).ok().and_then(|file| lock(&file, folder).err());
    locked.unwrap_or_else(|| StoreError::Unfinished { path: folder.to_path_buf() })
}

pub(super) fn occupied(dir: &Path, holds: &str) -> StoreError {
    StoreError::Occupied { path: dir.to_path_buf(), holds: holds.to_owned() }
}
