//! Walking a log from its first frame, with everything verified on the way.
//!
//! The walk computes the digests anew from the bytes of the events, so what it accepts follows from the list of
//! instruments alone.

use domain::digest::Digest;
use domain::ids::InstrumentId;

use super::frame::{self, Frame, Frames};
use super::{LogError, LogFault};
use crate::codec::{CodecError, HEAD, decode_day, decode_head};
use crate::event::JournalDay;
use crate::progress::{Progress, Recording, Runs};
use crate::recorder::Checkpoint;

/// What a whole log holds.
#[derive(Clone, Debug, PartialEq)]
pub struct LogContents {
    /// The days, ascending.
    pub days: Vec<JournalDay>,
    /// The running digest after each day.
    pub running: Vec<Digest>,
    /// The digests and counts, computed anew from the events.
    pub recording: Recording,
    /// The digest of the manifest's text, as the end states it.
    pub manifest_digest: Digest,
}

/// The last checkpoint of a log that may be torn after it.
#[derive(Debug)]
pub(crate) struct LastCheckpoint {
    /// The progress of the recording there.
    pub progress: Progress,
    /// The state of the replay there.
    pub state: Vec<u8>,
    /// The offset of the first byte after it.
    pub end: u64,
}

/// Reads and verifies a whole log of a journal over `instruments`.
///
/// # Errors
/// [`LogError`] at the first byte that is not what a finished run writes.
pub fn read(bytes: &[u8], instruments: &[InstrumentId]) -> Result<LogContents, LogError> {
    let mut walk = Walk::open(bytes, instruments)?;
    let (mut days, mut running) = (Vec::new(), Vec::new());
    let manifest_digest = loop {
        match walk.step()? {
            Some(Step::Day(day)) => {
                days.push(day);
                running.push(walk.progress.running());
            }
            Some(Step::Checkpoint(_)) => {}
            Some(Step::End { manifest }) => break manifest,
            None => return Err(walk.refused_here(LogFault::NoEnd)),
        }
    };
    match walk.frames.left() {
        0 => Ok(LogContents { days, running, recording: walk.progress.finish(), manifest_digest }),
        left => Err(walk.refused_here(LogFault::Trailing { count: left as u64 })),
    }
}

/// The last checkpoint before the end, or before the tail that a killed run left torn; `None` when there is none.
///
/// # Errors
/// [`LogError`] for a file that is no log, has another format, or whose whole frames do not chain.
pub(crate) fn last_checkpoint(bytes: &[u8], instruments: &[InstrumentId]) -> Result<Option<LastCheckpoint>, LogError> {
    let torn = |error: &LogError| matches!(error.fault, LogFault::Torn { .. } | LogFault::Checksum);
    let mut walk = match Walk::open(bytes, instruments) {
        Err(error) if torn(&error) => return Ok(None),
        opened => opened?,
    };
    let mut last = None;
    loop {
        match walk.step() {
            Ok(Some(Step::Day(_))) => {}
            Ok(Some(Step::Checkpoint(state))) => {
                let end = walk.frames.offset() as u64;
                last = Some(LastCheckpoint { progress: walk.progress.clone(), state: state.to_vec(), end });
            }
            Ok(Some(Step::End { .. }) | None) => return Ok(last),
            Err(error) if torn(&error) => return Ok(last),
            Err(error) => return Err(error),
        }
    }
}

struct Walk<'a> {
    frames: Frames<'a>,
    progress: Progress,
    runs: Runs,
}

enum Step<'a> {
    Day(JournalDay),
    /// With the state of the replay.
    Checkpoint(&'a [u8]),
    End {
        manifest: Digest,
    },
}

impl<'a> Walk<'a> {
    fn open(bytes: &'a [u8], instruments: &[InstrumentId]) -> Result<Self, LogError> {
        let (progress, runs) = (Progress::start(instruments), Runs::default());
        Ok(Self { frames: Frames::open(bytes)?, progress, runs })
    }

    fn step(&mut self) -> Result<Option<Step<'a>>, LogError> {
        let start = self.frames.offset();
        let Some(frame) = self.frames.next()? else { return Ok(None) };
        match frame.kind {
            frame::DAY => self.day(&frame).map(|day| Some(Step::Day(day))),
            frame::CHECKPOINT => self.checkpoint(&frame, start).map(|state| Some(Step::Checkpoint(state))),
            frame::END => self.end(&frame).map(|manifest| Some(Step::End { manifest })),
            kind => Err(refused(start, LogFault::UnknownFrame { kind })),
        }
    }

    fn day(&mut self, frame: &Frame<'_>) -> Result<JournalDay, LogError> {
        let (bytes, stored) = split_digest(frame)?;
        let payload = |at: usize, error| refused(frame.at + at, LogFault::Payload(error));
        let (on, _) = decode_head(bytes).map_err(|error| payload(0, error))?;
        if let Some(before) = self.progress.last_day().filter(|before| *before >= on) {
            return Err(refused(frame.at, LogFault::DayOrder { on, before }));
        }
        let instruments = self.progress.instruments();
        let (progress, runs) = (&mut self.progress, &mut self.runs);
        runs.begin_day();
        let mut end = HEAD;
        let day = decode_day(bytes, instruments, |event, bytes| {
            end += bytes.len();
            runs.note(event, end, progress);
        });
        let day = day.map_err(|fault| payload(fault.at, fault.error))?;
        progress.take_day(on, bytes, runs);
        let computed = progress.running();
        if stored != computed {
            return Err(refused(frame.at + bytes.len(), LogFault::RunningDigest { on, stored, computed }));
        }
        Ok(day)
    }

    fn checkpoint(&self, frame: &Frame<'a>, start: usize) -> Result<&'a [u8], LogError> {
        let days = self.progress.days();
        let position = (self.progress.running(), days, self.progress.events());
        Checkpoint::read(frame.payload)
            .filter(|found| (found.running, found.days, found.events) == position)
            .map(|found| found.state)
            .ok_or_else(|| refused(start, LogFault::Checkpoint { days }))
    }

    fn end(&self, frame: &Frame<'_>) -> Result<Digest, LogError> {
        let (journal, manifest) = split_digest(frame)?;
        let torn = CodecError::Torn { what: "digest of the journal", needed: 32, left: journal.len() as u64 };
        let stored = Digest(journal.try_into().map_err(|_| refused(frame.at, LogFault::Payload(torn)))?);
        let computed = self.progress.running();
        if stored != computed {
            return Err(refused(frame.at, LogFault::EndDigest { stored, computed }));
        }
        Ok(manifest)
    }

    fn refused_here(&self, fault: LogFault) -> LogError {
        refused(self.frames.offset(), fault)
    }
}

/// The payload without the digest at its end, and that digest.
fn split_digest<'a>(frame: &Frame<'a>) -> Result<(&'a [u8], Digest), LogError> {
    let left = frame.payload.len() as u64;
    let torn = CodecError::Torn { what: "digest at the end of the frame", needed: 32, left };
    let (rest, digest) = frame.payload.split_last_chunk().ok_or_else(|| refused(frame.at, LogFault::Payload(torn)))?;
    Ok((rest, Digest(*digest)))
}

const fn refused(offset: usize, fault: LogFault) -> LogError {
    LogError { offset: offset as u64, fault }
}
