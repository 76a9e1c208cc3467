//! A folder with one journal: written safely, read back, verified.
//!
//! ```text
//! runs/3f9c.partial/   inputs.toml · events.log     a run that goes on, or was killed and can resume
//! runs/3f9c/           manifest.toml · events.log   a finished journal; tables made from it may lie beside
//! ```
//!
//! A journal appears under its name whole or not at all: everything is written under `.partial`, synced at its end,
//! read back and verified, and then renamed. What a killed run leaves behind is a prefix that [`resume`] takes up from its
//! last checkpoint. [`open`] computes every digest anew; a folder in which one byte was changed is refused.
//!
//! ```
//! # use domain::{digest::Digest, seed::Seed};
//! # use journal::{header::RunHeader, manifest::{FORMAT_VERSION, RunInputs}};
//! # let header = RunHeader {
//! #     first_day: "2008-09-02".parse()?, currency: "USD".into(), initial_cash_micros: 1_000_000,
//! #     instruments: vec!["EQUITY:GE".parse()?],
//! #     inputs: RunInputs {
//! #         scenario: "lehman".into(), scenario_digest: Digest::ZERO, system: "null".into(),
//! #         system_version: "1".into(), config_digest: Digest::ZERO, tape_digest: Digest::ZERO,
//! #         seed: Seed(7), replay_version: 1, format_version: FORMAT_VERSION,
//! #     },
//! # };
//! # let dir = std::env::temp_dir().join(format!("journal-store-{}", std::process::id()));
//! use journal::{event::{BookMark, Event}, recorder::Recorder, store::{self, JournalWriter}};
//! let mut writer = JournalWriter::create(&dir, &header)?;
//! let mut recorder = Recorder::new(&header.instruments, &mut writer);
//! recorder.begin_day("2008-09-15".parse()?);
//! recorder.push(Event::BookMarked(BookMark::default()));
//! recorder.end_day()?;
//! recorder.checkpoint(b"what the replay needs to go on")?;
//! drop(recorder);
//! drop(writer); // killed
//!
//! let mut point = store::resume(&dir, &header)?;
//! assert_eq!(point.state.as_deref(), Some(b"what the replay needs to go on".as_slice()));
//! let mut recorder = Recorder::resume(point.progress, &mut point.writer);
//! recorder.begin_day("2008-09-16".parse()?);
//! recorder.push(Event::BookMarked(BookMark::default()));
//! recorder.end_day()?;
//! let recording = recorder.finish();
//! let journal = point.writer.finish(recording)?;
//! assert_eq!(journal.days.len(), 2);
//! assert_eq!(store::open(&dir)?, journal);
//! # std::fs::remove_dir_all(&dir)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod files;
mod read;
#[cfg(test)]
mod tests;
mod texts;
mod unfinished;
mod write;

use std::path::PathBuf;

use domain::digest::Digest;

pub use read::open;
pub use unfinished::{ResumePoint, discard_finished, discard_unfinished, refuse_unfinished, resume, unfinished_path};
pub use write::JournalWriter;

use crate::header::HeaderDifference;
use crate::log::LogError;
use crate::manifest::{FORMAT_VERSION, ManifestError};

/// The names of the files in a journal's folder.
const MANIFEST: &str = "manifest.toml";
const EVENTS: &str = "events.log";
const INPUTS: &str = "inputs.toml";

/// Why a folder was refused, or could not be written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system failed.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A text file of the folder does not have its form.
    #[error("{}: {problem}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// Line, column, and what was expected there.
        problem: String,
    },
    /// The journal has another version of the format.
    #[error(
        "{}: format_version is {found}, and this version reads format {FORMAT_VERSION}: read it with the version \
         that wrote it, or record the run again with this one", path.display()
    )]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: i64,
    },
    /// A value of the manifest is not what the events or the other values give.
    #[error("{}: {key} is {found}, expected {expected}: the manifest was edited; record the run again", path.display())]
    Edited {
        /// The file.
        path: PathBuf,
        /// The key, for example `lane_digests.momentum.2008-09`.
        key: String,
        /// The value in the file.
        found: String,
        /// The value that follows from the rest of the journal.
        expected: String,
    },
    /// The log is torn or edited.
    #[error("{}, {source}", path.display())]
    Log {
        /// The log.
        path: PathBuf,
        /// Where and why.
        source: LogError,
    },
    /// The run has no manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The header cannot be of a run that this version records.
    #[error("the run's header: {0}")]
    BadHeader(String),
    /// The unfinished run under this name is another one.
    #[error("{}: {difference}; resume it with its own inputs, or delete the folder", path.display())]
    OtherRun {
        /// The unfinished folder.
        path: PathBuf,
        /// The first difference.
        difference: HeaderDifference,
    },
    /// There is an unfinished run under this name already.
    #[error("{} holds an unfinished run: resume it, or delete it to start anew", path.display())]
    Unfinished {
        /// The unfinished folder.
        path: PathBuf,
    },
    /// There is no run to resume.
    #[error("{}: nothing to resume: {why}", path.display())]
    NothingToResume {
        /// The unfinished folder.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// Another process is writing the run.
    #[error("{} is being written by another process: wait for it, or choose another folder", path.display())]
    Busy {
        /// The unfinished folder.
        path: PathBuf,
    },
    /// Something else lies under the name.
    #[error("{} exists and holds {holds}: choose another folder", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// What lies there.
        holds: String,
    },
    /// Two runs with equal inputs gave different journals: the system under replay is not deterministic.
    #[error(
        "{} holds the journal of the same run with digest {stored}, and now it came out with digest {new}: equal \
         inputs must give equal journals; the new one is kept in {} for comparison", path.display(), kept.display()
    )]
    Conflict {
        /// The folder of the stored journal.
        path: PathBuf,
        /// Its digest.
        stored: Digest,
        /// The digest of the new journal.
        new: Digest,
        /// The folder of the new journal.
        kept: PathBuf,
    },
}
