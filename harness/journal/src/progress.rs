//! The digests that are kept as the days come.
//!
//! Three kinds of digest let a difference be found without reading two journals side by side:
//!
//! * the **running digest** of a day covers everything up to its end: the first day on which two runs differ is
//!   the first with different running digests;
//! * the **lane digest** of an engine and month says whose events differ, and when;
//! * the digest of the **whole journal** is the running digest of the last day.
//!
//! ```text
//! running(before the first day) = digest(count of instruments, id … id)
//! running(day)                  = digest(running(day before), bytes of the day)
//! lane(name, month)             = digest(for each day with events of the lane: 0x00, date i32, event … event)
//! ```
//!
//! A running digest starts from the list of instruments, not from the run's identity, so two runs over tapes that
//! agree up to day t have equal running digests up to t.
//!
//! ```
//! use domain::{date::Date, digest::{CanonicalBytes, Digest}, ids::InstrumentId};
//! use journal::{event::{BookMark, Event}, progress::Progress, recorder::{MemorySink, Recorder}};
//! let ids: [InstrumentId; 1] = ["EQUITY:GE".parse()?];
//! let mut sink = MemorySink::new();
//! let mut recorder = Recorder::new(&ids, &mut sink);
//! recorder.begin_day("2008-09-15".parse::<Date>()?);
//! recorder.push(Event::BookMarked(BookMark::default()));
//! recorder.end_day()?;
//!
//! let mut head = CanonicalBytes::new();
//! head.put_i32(14_137).put_u32(1).put_u8(13); // the date, one event, its tag; then ten short zeros
//! let mark = [&head.as_slice()[8..], &[1; 10]].concat();
//! let day = [&head.as_slice()[..8], &mark].concat();
//! let recording = recorder.finish();
//! assert_eq!(recording.digest, Progress::start(&ids).running().chained(&day));
//! let book = Digest::of(&[&[0][..], &14_137_i32.to_le_bytes(), &mark].concat());
//! assert_eq!(recording.lane_digests["book"]["2008-09"], book);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::ids::InstrumentId;

/// Where a recording stands between two days: digests and counts of all that came before.
///
/// It is a function of the instruments and the days alone, so whoever reads the days again arrives at the same
/// progress; that is how a journal is verified and how a run resumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    running: Digest,
    days: u64,
    events: u64,
    span: Option<(Date, Date)>,
    instruments: u32,
    lanes: Lanes,
}

/// The digests and counts of a whole recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The digest of the whole journal: the running digest of the last day.
    pub digest: Digest,
    /// The first and the last recorded day; `None` when there is none.
    pub span: Option<(Date, Date)>,
    /// Days.
    pub days: u64,
    /// Events.
    pub events: u64,
    /// A digest for each lane and month: `lane → YYYY-MM → digest`.
    pub lane_digests: BTreeMap<String, BTreeMap<String, Digest>>,
}

/// Year and month.
type Month = (i16, i8);

/// The lanes, and the month that is open in all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Lanes {
    month: Option<Month>,
    lanes: Vec<Lane>,
    /// The lane of the latest event: the next one is most often of the same lane.
    latest: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Lane {
    name: String,
    /// Whether the open month has the date of the open day already.
    dated: bool,
    /// The bytes of the open month.
    open: Vec<u8>,
    closed: Vec<(Month, Digest)>,
}

/// Stands before the date of a day in a lane. No event has this tag.
const DAY_TAG: u8 = 0;

impl Progress {
    /// Before the first day of a journal over `instruments`.
    #[must_use]
    pub fn start(instruments: &[InstrumentId]) -> Self {
        let mut bytes = CanonicalBytes::new();
        bytes.put_u64(instruments.len() as u64);
        for id in instruments {
            bytes.put_text(id.as_str());
        }
        Self {
            running: Digest::of(bytes.as_slice()),
            days: 0,
            events: 0,
            span: None,
            instruments: u32::try_from(instruments.len()).unwrap_or(u32::MAX),
            lanes: Lanes::default(),
        }
    }

    /// The running digest.
    #[must_use]
    pub const fn running(&self) -> Digest {
        self.running
    }

    /// Days so far.
    #[must_use]
    pub const fn days(&self) -> u64 {
        self.days
    }

    /// Events so far.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// The latest day, if there is one.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        self.span.map(|(_, last)| last)
    }

    /// How many instruments the journal names.
    #[must_use]
    pub const fn instruments(&self) -> u32 {
        self.instruments
    }

    /// Closes the open month and tells the digests of all days.
    #[must_use]
    pub fn finish(mut self) -> Recording {
        self.lanes.close_month();
        let months =
            |lane: Lane| (lane.name, lane.closed.into_iter().map(|(month, digest)| (text_of(month), digest)).collect());
        Recording {
            digest: self.running,
            span: self.span,
            days: self.days,
            events: self.events,
            lane_digests: self.lanes.lanes.into_iter().map(months).collect(),
        }
    }

    /// Opens `on`, which the caller has checked to come after the latest day.
    pub(crate) fn begin_day(&mut self, on: Date) {
        self.span = Some((self.span.map_or(on, |(first, _)| first), on));
        self.lanes.begin_day(on.year_month());
    }

    /// Counts `count` events of the open day that belong to one lane, by their canonical bytes.
    pub(crate) fn events_of(&mut self, lane: &str, count: usize, bytes: &[u8]) {
        if let Some((_, on)) = self.span {
            self.lanes.append(lane, on, bytes);
        }
        self.events += count as u64;
    }

    /// Closes the open day, given the running digest after it.
    pub(crate) const fn end_day(&mut self, running: Digest) {
        self.running = running;
        self.days += 1;
    }
}

impl Lanes {
    fn begin_day(&mut self, month: Month) {
        if self.month != Some(month) {
            self.close_month();
            self.month = Some(month);
        }
        self.lanes.iter_mut().for_each(|lane| lane.dated = false);
    }

    fn append(&mut self, name: &str, on: Date, bytes: &[u8]) {
        let lane = self.lane(name);
        if !lane.dated {
            lane.dated = true;
            lane.open.push(DAY_TAG);
            lane.open.extend_from_slice(&on.epoch_days().to_le_bytes());
        }
        lane.open.extend_from_slice(bytes);
    }

    fn lane(&mut self, name: &str) -> &mut Lane {
        if self.lanes.get(self.latest).is_none_or(|lane| lane.name != name) {
            self.latest = self.lanes.iter().position(|lane| lane.name == name).unwrap_or_else(|| {
                self.lanes.push(Lane { name: name.to_owned(), dated: false, open: Vec::new(), closed: Vec::new() });
                self.lanes.len() - 1
            });
        }
        &mut self.lanes[self.latest]
    }

    fn close_month(&mut self) {
        let Some(month) = self.month else { return };
        for lane in self.lanes.iter_mut().filter(|lane| !lane.open.is_empty()) {
            lane.closed.push((month, Digest::of(&lane.open)));
            lane.open.clear();
        }
    }
}

fn text_of((year, month): Month) -> String {
    format!("{year:04}-{month:02}")
}
