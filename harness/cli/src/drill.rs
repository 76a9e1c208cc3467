//! A crash on demand: the process ends in the middle of writing a day, as if the machine had lost power.
//!
//! Whether a killed run can be resumed to the same bytes is a promise, and a promise wants a drill. On the chosen day
//! the days before it are handed to the system, half of the day's frame follows them, and the process aborts: no
//! destructor runs, nothing is flushed, no exit code is chosen. What is left on disk is what a power cut leaves.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use domain::date::Date;
use domain::digest::Digest;
use journal::recorder::DaySink;
use journal::store::JournalWriter;

/// Passes the days on to the writer, until the day of the crash.
pub struct CrashDrill<'w> {
    writer: &'w mut JournalWriter,
    day: Date,
    log: PathBuf,
}

impl<'w> CrashDrill<'w> {
    /// A drill on `day`, for the writer of the unfinished journal in `folder`.
    #[must_use]
    pub fn new(writer: &'w mut JournalWriter, day: Date, folder: &Path) -> Self {
        Self { writer, day, log: folder.join("events.log") }
    }

    /// Appends the first half of a frame behind the writer's back.
    fn tear(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.flush()?;
        let mut log = File::options().append(true).open(&self.log)?;
        // The head of a day's frame: its kind, and a length that the rest of the file will not reach.
        log.write_all(&[1])?;
        log.write_all(&u32::try_from(bytes.len() + 32).unwrap_or(u32::MAX).to_le_bytes())?;
        log.write_all(&bytes[..bytes.len() / 2])
    }
}

impl DaySink for CrashDrill<'_> {
    fn take(&mut self, on: Date, bytes: &[u8], running: &Digest) -> io::Result<()> {
        if on == self.day {
            self.tear(bytes)?;
            std::process::abort();
        }
        self.writer.take(on, bytes, running)
    }

    fn checkpoint(&mut self, state: &[u8]) -> io::Result<()> {
        self.writer.checkpoint(state)
    }
}
