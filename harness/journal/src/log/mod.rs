//! The file of a journal: framed days, checkpoints, and an end.
//!
//! ```text
//! file  = "PROMJRNL" │ format u32 │ frame … frame
//! frame = kind u8 │ length u32 │ payload │ first 8 bytes of BLAKE3(kind, length, payload)
//!
//! DAY        = 1: canonical bytes of the day (crate::codec) │ running digest after it
//! CHECKPOINT = 2: position of the recording │ state of the replay; after any day, as often as the replay likes
//! END        = 3: digest of the journal │ digest of manifest.toml; the last frame, and nothing follows it
//! ```
//!
//! A run that is killed leaves a prefix of this. A torn frame fails its length or its checksum; frames that are
//! whole but do not chain were edited. Every refusal names the first byte that was not accepted.
//!
//! ```
//! use journal::log::{LogFault, LogWriter, read};
//! let mut bytes = Vec::new();
//! LogWriter::begin(&mut bytes)?;
//! assert_eq!(bytes, *b"PROMJRNL\x02\0\0\0");
//! let refusal = read(&bytes, &[]).unwrap_err();
//! assert_eq!((refusal.offset, refusal.fault), (12, LogFault::NoEnd));
//! # Ok::<(), std::io::Error>(())
//! ```

mod frame;
#[cfg(test)]
mod tests;
mod walk;

pub use frame::LogWriter;
pub(crate) use walk::last_checkpoint;
pub use walk::{LogContents, read};

use domain::date::Date;
use domain::digest::Digest;

use crate::codec::CodecError;
use crate::manifest::FORMAT_VERSION;

/// Why a log was refused, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("byte {offset}: {fault}")]
pub struct LogError {
    /// The first byte of the file that was not accepted.
    pub offset: u64,
    /// Why.
    pub fault: LogFault,
}

/// Why a log was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LogFault {
    /// The file does not begin as a log does.
    #[error("this is not a journal's log: expected the file to begin with PROMJRNL")]
    NotALog,
    /// Another version of the format.
    #[error(
        "the log has format {found}, and this version reads format {FORMAT_VERSION}: read it with the version that \
         wrote it, or record the run again with this one"
    )]
    OtherFormat {
        /// The format of the file.
        found: u32,
    },
    /// The file ends within the frame that begins here.
    #[error("torn: a part of {needed} bytes begins here, and the file ends after {left} of them")]
    Torn {
        /// Bytes that were promised.
        needed: u64,
        /// Bytes that are left.
        left: u64,
    },
    /// The frame that begins here is not what was written.
    #[error("the checksum of the frame that begins here differs: bytes were changed after they were written")]
    Checksum,
    /// A frame of unknown kind.
    #[error("a frame of kind {kind}, which format {FORMAT_VERSION} does not know")]
    UnknownFrame {
        /// The kind.
        kind: u8,
    },
    /// The frame's payload is not what its kind demands.
    #[error("{0}")]
    Payload(CodecError),
    /// A day that does not come after the one before it.
    #[error("out of order: {on} follows {before}")]
    DayOrder {
        /// The day.
        on: Date,
        /// The day before it in the file.
        before: Date,
    },
    /// The running digest does not follow from the instruments and the days before it.
    #[error("the running digest of {on} is {stored}, and its events give {computed}: the journal was edited")]
    RunningDigest {
        /// The day.
        on: Date,
        /// The digest in the file.
        stored: Digest,
        /// The digest of what is in the file.
        computed: Digest,
    },
    /// A checkpoint that does not belong to the days before it.
    #[error("the checkpoint does not belong to the {days} days before it: the journal was edited")]
    Checkpoint {
        /// Days before it.
        days: u64,
    },
    /// The end's digest is not the running digest of the last day.
    #[error("the end has digest {stored}, and the days before it give {computed}: days were cut out or put in")]
    EndDigest {
        /// The digest in the file.
        stored: Digest,
        /// The digest of what is in the file.
        computed: Digest,
    },
    /// Bytes after the end.
    #[error("{count} bytes follow the end of the journal")]
    Trailing {
        /// How many.
        count: u64,
    },
    /// The file stops after a whole frame, without an end.
    #[error("the log stops here without its end: it was cut off, or its run was stopped")]
    NoEnd,
}
