//! Frames: how a payload lies in the file.

use std::io::{self, Write};

use domain::digest::Digest;

use super::{LogError, LogFault};
use crate::manifest::FORMAT_VERSION;

/// The first bytes of every log.
const MAGIC: &[u8; 8] = b"PROMJRNL";

/// Bytes before the first frame.
pub(super) const PREAMBLE: usize = MAGIC.len() + 4;

/// Bytes of a frame before its payload, and after it.
const FRAME_HEAD: usize = 5;
const CHECKSUM: usize = 8;

/// The kinds of frames, as their first byte.
pub(super) const DAY: u8 = 1;
pub(super) const CHECKPOINT: u8 = 2;
pub(super) const END: u8 = 3;

/// Writes the frames of a log. It neither buffers nor syncs; both are the business of whoever owns the file.
#[derive(Debug)]
pub struct LogWriter<W: Write>(W);

impl<W: Write> LogWriter<W> {
    /// Begins a new log.
    ///
    /// # Errors
    /// Whatever hindered the writing.
    pub fn begin(mut out: W) -> io::Result<Self> {
        out.write_all(MAGIC)?;
        out.write_all(&FORMAT_VERSION.to_le_bytes())?;
        Ok(Self(out))
    }

    /// Goes on with a log whose last frame is whole, at its end.
    pub(crate) const fn append_to(out: W) -> Self {
        Self(out)
    }

    /// Appends a day: its canonical bytes and the running digest after it.
    ///
    /// # Errors
    /// Whatever hindered the writing.
    pub fn day(&mut self, bytes: &[u8], running: &Digest) -> io::Result<()> {
        self.frame(DAY, [bytes, &running.0])
    }

    /// Appends a checkpoint.
    ///
    /// # Errors
    /// Whatever hindered the writing.
    pub fn checkpoint(&mut self, state: &[u8]) -> io::Result<()> {
        self.frame(CHECKPOINT, [state, &[]])
    }

    /// Appends the end: the digest of the journal and that of its manifest's text.
    ///
    /// # Errors
    /// Whatever hindered the writing.
    pub fn end(&mut self, journal: &Digest, manifest: &Digest) -> io::Result<()> {
        self.frame(END, [&journal.0, &manifest.0])
    }

    /// What the frames are written to.
    pub(crate) const fn inner(&mut self) -> &mut W {
        &mut self.0
    }

    fn frame(&mut self, kind: u8, payload: [&[u8]; 2]) -> io::Result<()> {
        let too_long = || io::Error::new(io::ErrorKind::InvalidInput, "a frame of a log holds less than 4 GiB");
        let length = u32::try_from(payload[0].len() + payload[1].len()).map_err(|_| too_long())?;
        let head = frame_head(kind, length);
        let parts = [&head, payload[0], payload[1]];
        parts.iter().try_for_each(|part| self.0.write_all(part))?;
        self.0.write_all(&checksum(&parts))
    }
}

/// A whole frame with a good checksum.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub kind: u8,
    pub payload: &'a [u8],
    /// Where the payload begins in the file.
    pub at: usize,
}

/// Reads frame by frame; stands at the first byte of the next one.
#[derive(Debug)]
pub(super) struct Frames<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Frames<'a> {
    /// Checks the first bytes of a log.
    pub fn open(bytes: &'a [u8]) -> Result<Self, LogError> {
        let refused = |offset, fault| Err(LogError { offset, fault });
        let known = bytes.len().min(MAGIC.len());
        if bytes[..known] != MAGIC[..known] {
            return refused(0, LogFault::NotALog);
        }
        let Some(format) = bytes.get(MAGIC.len()..).and_then(|rest| rest.first_chunk()) else {
            return refused(0, LogFault::Torn { needed: PREAMBLE as u64, left: bytes.len() as u64 });
        };
        let found = u32::from_le_bytes(*format);
        if found != FORMAT_VERSION {
            return refused(MAGIC.len() as u64, LogFault::OtherFormat { found });
        }
        Ok(Self { bytes, at: PREAMBLE })
    }

    /// The offset of the next frame.
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// Bytes from here to the end of the file.
    pub const fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The next frame; `None` at the end of the file.
    pub fn next(&mut self) -> Result<Option<Frame<'a>>, LogError> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return Ok(None);
        }
        let refused = |fault| LogError { offset: self.at as u64, fault };
        let torn = |needed: u64| refused(LogFault::Torn { needed, left: rest.len() as u64 });
        let (head, after) = rest.split_first_chunk::<FRAME_HEAD>().ok_or_else(|| torn(FRAME_HEAD as u64))?;
        let [kind, l0, l1, l2, l3] = *head;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let whole = torn((FRAME_HEAD + CHECKSUM + length) as u64);
        let (payload, after) = after.split_at_checked(length).ok_or_else(|| whole.clone())?;
        let stored = after.first_chunk::<CHECKSUM>().ok_or(whole)?;
        if *stored != checksum(&[head, payload]) {
            return Err(refused(LogFault::Checksum));
        }
        let at = self.at + FRAME_HEAD;
        self.at = at + length + CHECKSUM;
        Ok(Some(Frame { kind, payload, at }))
    }
}

fn frame_head(kind: u8, length: u32) -> [u8; FRAME_HEAD] {
    let [l0, l1, l2, l3] = length.to_le_bytes();
    [kind, l0, l1, l2, l3]
}

fn checksum(parts: &[&[u8]]) -> [u8; CHECKSUM] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    let mut first = [0; CHECKSUM];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..CHECKSUM]);
    first
}
