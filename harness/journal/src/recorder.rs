//! Appending events, with their order asserted and the digests kept as they come.
//!
//! A recorder takes the events of one day, refuses what the order of the trading day has no place for, writes each as
//! canonical bytes at once, feeds the digests of [`crate::progress`] with the bytes of the day, and hands them to a
//! [`DaySink`]: memory, or a folder on disk. Between two days it can lay down a checkpoint, and a run that was
//! killed goes on from the last one to the same bytes.
//!
//! ```
//! use domain::{date::Date, ids::{Instrument, InstrumentId}};
//! use journal::{event::{BookMark, Event}, recorder::{MemorySink, Recorder}};
//! let ids: [InstrumentId; 1] = ["EQUITY:GE".parse()?];
//! let mut sink = MemorySink::new();
//! let mut recorder = Recorder::new(&ids, &mut sink);
//! recorder.begin_day("2008-09-15".parse::<Date>()?);
//! recorder.push(Event::TargetSet { instrument: Instrument(0), weight: 1.0 });
//! recorder.push(Event::BookMarked(BookMark::default()));
//! recorder.end_day()?;
//! let recording = recorder.finish();
//! assert_eq!((recording.days, recording.events), (1, 2));
//! assert_eq!(recording.lane_digests.keys().collect::<Vec<_>>(), ["book", "targets"]);
//! assert_eq!(sink.days()[0].events.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::ids::InstrumentId;

use crate::codec::{Place, Reached, encode_event, is_in_range};
use crate::days::Days;
use crate::event::{Event, JournalDay};
use crate::progress::{Progress, Recording, Runs};

/// Receives the days of a replay.
pub trait DaySink {
    /// Takes the finished day `on`: its canonical bytes ([`crate::codec::encode_day`]) and the running digest after it.
    ///
    /// # Errors
    /// Whatever hindered the sink; the replay stops.
    fn take(&mut self, on: Date, bytes: &[u8], running: &Digest) -> std::io::Result<()>;

    /// Takes a checkpoint after the last taken day: an opaque state from which a replay can go on. The recorder has
    /// put its own position before the state of the replay.
    ///
    /// # Errors
    /// Whatever hindered the sink; the replay stops.
    fn checkpoint(&mut self, state: &[u8]) -> std::io::Result<()>;

    /// Whether checkpoints are of use to the sink; where they are not, none need be made.
    fn keeps_checkpoints(&self) -> bool {
        true
    }
}

/// A sink may be lent to a recorder, and asked for what it holds afterwards.
impl<S: DaySink + ?Sized> DaySink for &mut S {
    fn take(&mut self, on: Date, bytes: &[u8], running: &Digest) -> std::io::Result<()> {
        (**self).take(on, bytes, running)
    }

    fn checkpoint(&mut self, state: &[u8]) -> std::io::Result<()> {
        (**self).checkpoint(state)
    }

    fn keeps_checkpoints(&self) -> bool {
        (**self).keeps_checkpoints()
    }
}

/// Where the count of events stands in the bytes of a day, after its date.
const COUNT: usize = 4;

/// Appends the events of a run, day by day.
///
/// Calls that break the order of the trading day are defects of the caller and panic, in release builds too: a
/// journal out of order would be compared as if it were in order.
#[derive(Debug)]
pub struct Recorder<S: DaySink> {
    sink: S,
    progress: Progress,
    /// The open day, or the one that ended last.
    on: Date,
    open: bool,
    reached: Reached,
    /// Its canonical bytes so far, with a count that is put in at the end.
    bytes: CanonicalBytes,
    count: u32,
    runs: Runs,
}

impl<S: DaySink> Recorder<S> {
    /// A recorder before the first day of a run over `instruments`, ascending.
    #[must_use]
    pub fn new(instruments: &[InstrumentId], sink: S) -> Self {
        Self::resume(Progress::start(instruments), sink)
    }

    /// A recorder that goes on after the days of `progress`, as [`crate::store::resume`] or [`Self::progress`]
    /// gave it. The sink must hold these days already.
    #[must_use]
    pub fn resume(progress: Progress, sink: S) -> Self {
        Self {
            sink,
            on: progress.last_day().unwrap_or(Date::from_epoch_days(0)),
            progress,
            open: false,
            reached: Reached::START,
            bytes: CanonicalBytes::new(),
            count: 0,
            runs: Runs::default(),
        }
    }

    /// Begins the day `on`.
    ///
    /// # Panics
    /// When the day before was not ended, or `on` is not after it or outside the years 1 to 9999.
    pub fn begin_day(&mut self, on: Date) {
        assert!(!self.open, "{on} begins before {} has ended", self.on);
        assert!(self.progress.last_day().is_none_or(|last| last < on), "{on} does not come after {}", self.on);
        assert!(is_in_range(on), "{on} is outside the years 1 to 9999");
        self.on = on;
        self.open = true;
        self.reached = Reached::START;
        self.bytes.clear();
        self.bytes.put_i32(on.epoch_days()).put_u32(0);
        self.count = 0;
        self.runs.begin_day();
    }

    /// Appends an event to the open day.
    ///
    /// # Panics
    /// Outside a day, for an event of a phase that is already over, after `book_marked`, and for an instrument
    /// that the journal does not name; for a float that is not finite, and for more events than a count can hold.
    #[inline(always)]
    pub fn push(&mut self, event: Event) {
        assert!(self.open, "{} was pushed outside a day", event.kind());
        let (number, instruments) = (self.count as usize, self.progress.instruments());
        let place = Place { on: self.on, number, instruments };
        match place.check(self.reached, &event) {
            Ok(reached) => self.reached = reached,
            Err(problem) => panic!("{problem}"),
        }
        assert!(self.count < u32::MAX, "{} has more events than its count can hold", self.on);
        self.count += 1;
        encode_event(&event, &mut self.bytes);
        self.runs.note(&event, self.bytes.as_slice().len(), &mut self.progress);
    }

    /// Ends the open day: digests it and hands it to the sink.
    ///
    /// # Errors
    /// Whatever hindered the sink.
    ///
    /// # Panics
    /// When no day is open, or the day does not end with `book_marked`.
    pub fn end_day(&mut self) -> std::io::Result<()> {
        assert!(self.open, "a day was ended that was never begun");
        assert!(self.reached == Reached::MARK, "{} does not end with book_marked", self.on);
        self.open = false;
        self.bytes.set_u32(COUNT, self.count);
        self.progress.take_day(self.on, self.bytes.as_slice(), &mut self.runs);
        self.sink.take(self.on, self.bytes.as_slice(), &self.progress.running())
    }

    /// Lays down a checkpoint after the last ended day. `state` is what the replay needs to go on.
    ///
    /// # Errors
    /// Whatever hindered the sink.
    ///
    /// # Panics
    /// Within a day.
    pub fn checkpoint(&mut self, state: &[u8]) -> std::io::Result<()> {
        assert!(!self.open, "a checkpoint was asked for within {}", self.on);
        self.sink.checkpoint(&Checkpoint::write(&self.progress, state))
    }

    /// Whether a checkpoint would be kept.
    #[must_use]
    pub fn keeps_checkpoints(&self) -> bool {
        self.sink.keeps_checkpoints()
    }

    /// Where the recording stands; the open day does not count.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Ends the recording.
    ///
    /// # Panics
    /// Within a day.
    #[must_use]
    pub fn finish(self) -> Recording {
        assert!(!self.open, "the recording was finished within {}", self.on);
        self.progress.finish()
    }
}

/// A checkpoint as a sink gets it: the position of the recording, then the state of the replay.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint<'a> {
    pub running: Digest,
    pub days: u64,
    pub events: u64,
    pub state: &'a [u8],
}

impl<'a> Checkpoint<'a> {
    fn write(progress: &Progress, state: &[u8]) -> Vec<u8> {
        let mut bytes = CanonicalBytes::new();
        bytes.put_u64(progress.days()).put_u64(progress.events());
        bytes.put_bytes(&progress.running().0).put_bytes(state);
        bytes.into_vec()
    }

    /// The parts of a checkpoint; `None` for bytes that no recorder wrote.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (days, rest) = bytes.split_first_chunk()?;
        let (events, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (running, rest) = rest.split_first_chunk()?;
        let (state_length, state) = rest.split_first_chunk()?;
        let lengths = (u64::from_le_bytes(*length), u64::from_le_bytes(*state_length));
        (lengths == (32, state.len() as u64)).then_some(Self {
            running: Digest(*running),
            days: u64::from_le_bytes(*days),
            events: u64::from_le_bytes(*events),
            state,
        })
    }
}

/// Keeps the days of a run in memory. Checkpoints are of no use to it.
#[derive(Clone, Debug, Default)]
pub struct MemorySink {
    days: Days,
    running: Vec<Digest>,
}

impl MemorySink {
    /// An empty sink.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The days so far.
    #[must_use]
    pub fn days(&self) -> &[JournalDay] {
        &self.days
    }

    /// The running digest after each day.
    #[must_use]
    pub fn running(&self) -> &[Digest] {
        &self.running
    }

    /// Hands over the days and the running digest after each.
    #[must_use]
    pub fn into_parts(self) -> (Days, Vec<Digest>) {
        (self.days, self.running)
    }
}

impl DaySink for MemorySink {
    fn take(&mut self, _: Date, bytes: &[u8], running: &Digest) -> std::io::Result<()> {
        self.days.push(bytes);
        self.running.push(*running);
        Ok(())
    }

    fn checkpoint(&mut self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }

    fn keeps_checkpoints(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
