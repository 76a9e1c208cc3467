//! The log on disk: one file that only grows, one writer at a time.
//!
//! ```text
//! kronos/actions.jsonl      the log; read whole and checked before anything is appended
//! kronos/lock               held while a process writes; it ends with the process
//! kronos/torn-<digest>      what a stopped writer left, moved here by a repair
//! ```
//!
//! A row is appended in one write and synced before anybody is told that it stands. A writer that is stopped leaves a
//! last line without its end; the next reader says so and refuses, until [`repair`] moves that line out of the way.
//!
//! ```
//! # let folder = std::env::temp_dir().join(format!("kronos-store-doc-{}", std::process::id()));
//! use kronos::store::Store;
//! let store = Store::open(&folder)?;
//! assert!(Store::open(&folder).unwrap_err().to_string().contains("another process"));
//! drop(store);
//! assert_eq!(kronos::store::read(&folder)?.rows.len(), 0);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use domain::digest::Digest;

use crate::act::{Act, Refused, World};
use crate::event::Row;
use crate::log::{HEAD, Log, LogError, Reading};

/// The name of the log in its folder.
const LOG: &str = "actions.jsonl";
/// The name of the lock.
const LOCK: &str = "lock";

/// A log that may be written to. It holds the lock until it is dropped.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    file: File,
    /// Bytes that are known to be whole rows.
    length: u64,
    log: Log,
    _lock: File,
}

/// Why a store was refused, or could not be written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system failed.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: String,
        /// Why it failed.
        source: io::Error,
    },
    /// Somebody else writes.
    #[error("{path}: another process writes to this log and holds the lock; wait for it, or end it")]
    Busy {
        /// The lock.
        path: String,
    },
    /// The log is not what its writers wrote.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The act was refused.
    #[error(transparent)]
    Refused(Box<Refused>),
}

impl Store {
    /// Opens the log of a folder for writing; an empty folder, or none, gets an empty log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        at("create", folder, fs::create_dir_all(folder))?;
        let lock = locked(folder)?;
        let path = folder.join(LOG);
        if !path.exists() {
            write_whole(&path, format!("{HEAD}\n").as_bytes())?;
        }
        let text = at("read", &path, fs::read(&path))?;
        let log = Log::read(&text, &path.display().to_string())?.log;
        let file = at("open", &path, File::options().append(true).open(&path))?;
        Ok(Self { path, file, length: text.len() as u64, log, _lock: lock })
    }

    /// The log as it stands.
    #[must_use]
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// Does an act: judges it and appends its row, or the alert that it is worth.
    ///
    /// # Errors
    /// [`StoreError::Refused`], with nothing but an alert written; any other, with nothing written.
    pub fn act(&mut self, act: &Act, world: &World<'_>) -> Result<Row, StoreError> {
        match self.log.decide(act, world) {
            Ok(row) => {
                self.append(&row)?;
                Ok(row)
            }
            Err(refused) => {
                if let Some(alert) = &refused.alert {
                    self.append(alert)?;
                }
                Err(StoreError::Refused(Box::new(refused)))
            }
        }
    }

    fn append(&mut self, row: &Row) -> Result<(), StoreError> {
        let line = self.log.line(row);
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(source) = written {
            // Half a line is taken back where the disk lets us; where not, the next reader finds it torn.
            let _ = self.file.set_len(self.length);
            return Err(StoreError::Io { doing: "append to", path: self.path.display().to_string(), source });
        }
        self.length += line.len() as u64;
        self.log.push(row).map_err(|why| StoreError::Refused(Box::new(why.into())))
    }
}

/// Reads the log of a folder without locking it; a folder without one has an empty log.
///
/// # Errors
/// [`StoreError`].
pub fn read(folder: &Path) -> Result<Reading, StoreError> {
    let path = folder.join(LOG);
    if !path.exists() {
        return Ok(Reading::empty());
    }
    let text = at("read", &path, fs::read(&path))?;
    Ok(Log::read(&text, &path.display().to_string())?)
}

/// Moves the torn last line of a log into a file of its own, and says which; `None` where nothing is torn. Whole rows
/// are never touched, and a log that is wrong in another way is refused.
///
/// # Errors
/// [`StoreError`].
pub fn repair(folder: &Path) -> Result<Option<PathBuf>, StoreError> {
    let path = folder.join(LOG);
    if !path.exists() {
        return Ok(None);
    }
    let _lock = locked(folder)?;
    let text = at("read", &path, fs::read(&path))?;
    match Log::read(&text, &path.display().to_string()) {
        Ok(_) => return Ok(None),
        Err(error) if error.is_torn_tail() => {}
        Err(error) => return Err(error.into()),
    }
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let kept = folder.join(format!("torn-{}", Digest::of(&text[whole..]).short()));
    write_whole(&kept, &text[whole..])?;
    // A log whose very head is torn begins anew.
    let sound = if whole == 0 { format!("{HEAD}\n").into_bytes() } else { text[..whole].to_vec() };
    write_whole(&path, &sound)?;
    Ok(Some(kept))
}

/// The result of the file system, with what was tried on which path.
fn at<T>(doing: &'static str, path: &Path, result: io::Result<T>) -> Result<T, StoreError> {
    result.map_err(|source| StoreError::Io { doing, path: path.display().to_string(), source })
}

fn locked(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let file = at("open", &path, File::options().create(true).truncate(false).write(true).open(&path))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy { path: path.display().to_string() }),
        // Without locks nobody can tell whether somebody else writes, and a log with two writers is lost.
        Err(TryLockError::Error(source)) => {
            Err(StoreError::Io { doing: "lock", path: path.display().to_string(), source })
        }
        Ok(()) => Ok(file),
    }
}

/// Writes a file beside its name, syncs it, and gives it its name: it is whole or not there.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = path.with_added_extension("partial");
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    at("write", path, written.and_then(|()| fs::rename(&temporary, path)))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    at("sync", folder, File::open(folder).and_then(|folder| folder.sync_all()))
}
