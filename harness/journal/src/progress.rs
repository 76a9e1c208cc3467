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
//! running(day)                  = digest(date i32, count of events u32, run … run), keyed with running(day before)
//! lane(name, month)             = digest(for each day with events of the lane: 0x00, date i32, run … run)
//! run                           = the bytes of neighbouring events of one lane, where they are at most 1,024
//!                               = 0xff, digest(the bytes), where they are more
//! ```
//!
//! A long run enters both digests by its own, so its bytes are hashed once, and many at a time. No event begins with
//! 0x00 or 0xff, so there is one way to read what a digest was taken of.
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
//! let mark = [&head.as_slice()[8..], &[1; 10]].concat(); // a run of one event
//! let day = [&head.as_slice()[..8], &mark].concat();
//! let recording = recorder.finish();
//! assert_eq!(recording.digest, Progress::start(&ids).running().keyed(&day));
//! let book = Digest::of(&[&[0][..], &14_137_i32.to_le_bytes(), &mark].concat());
//! assert_eq!(recording.lane_digests["book"]["2008-09"], book);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::ids::InstrumentId;

use crate::codec::HEAD;
use crate::event::{Event, Phase};

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

/// The lanes, and the month that is open in all of them. Those of the phases come first, engines as they appear.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lanes {
    month: Option<Month>,
    lanes: Vec<Lane>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Lane {
    name: String,
    /// The latest day with events of the lane.
    latest: Option<Date>,
    /// What the digest of the open month will be taken of.
    open: Vec<u8>,
    closed: Vec<(Month, Digest)>,
}

/// The neighbouring events of one lane in the open day.
#[derive(Clone, Copy, Debug)]
struct Run {
    lane: usize,
    /// Where it ends in the bytes of the day.
    end: usize,
}

/// The runs of the open day, noted event by event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    runs: Vec<Run>,
    events: u64,
    /// The engine that spoke last, if its name is one of the program's, and its lane. The name's address then decides:
    /// such names never move, and those that were made at run time are compared letter by letter.
    engine: Option<(&'static str, usize)>,
    /// What a running digest is taken of.
    bytes: Vec<u8>,
}

/// Stands before the date of a day in a lane, and before the digest of a long run. No event has these tags.
const DAY_TAG: u8 = 0;
const DIGEST_TAG: u8 = 255;

/// The most bytes of a run that enter a digest as they are: one chunk of BLAKE3, beyond which it hashes several at a
/// time.
const LONGEST_RUN: usize = 1024;

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
            lanes: Lanes::start(),
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
        let used = self.lanes.lanes.into_iter().filter(|lane| !lane.closed.is_empty());
        Recording {
            digest: self.running,
            span: self.span,
            days: self.days,
            events: self.events,
            lane_digests: used.map(months).collect(),
        }
    }

    /// Takes the day `on`, which the caller has checked to come after the latest: its canonical bytes, and the runs
    /// that lie in them.
    pub(crate) fn take_day(&mut self, on: Date, day: &[u8], runs: &mut Runs) {
        self.span = Some((self.span.map_or(on, |(first, _)| first), on));
        self.days += 1;
        self.events += runs.events;
        self.lanes.begin_day(on.year_month());
        let bytes = &mut runs.bytes;
        bytes.clear();
        bytes.extend_from_slice(&day[..HEAD]);
        let mut start = HEAD;
        for Run { lane, end } in &runs.runs {
            let (run, from) = (&day[start..*end], bytes.len());
            if run.len() > LONGEST_RUN {
                bytes.push(DIGEST_TAG);
                bytes.extend_from_slice(&Digest::of(run).0);
            } else {
                bytes.extend_from_slice(run);
            }
            self.lanes.lanes[*lane].append(on, &bytes[from..]);
            start = *end;
        }
        self.running = self.running.keyed(bytes);
    }
}

impl Runs {
    /// Forgets the day before.
    pub(crate) fn begin_day(&mut self) {
        self.runs.clear();
        self.events = 0;
    }

    /// Notes the next event of the day, whose bytes end at `end`.
    #[inline]
    pub(crate) fn note(&mut self, event: &Event, end: usize, progress: &mut Progress) {
        self.events += 1;
        let lane = match event.engine() {
            None => number_of(event.phase()),
            Some(Cow::Borrowed(engine)) => self.lane_of(engine, &mut progress.lanes),
            Some(Cow::Owned(engine)) => progress.lanes.of_engine(engine),
        };
        match self.runs.last_mut() {
            Some(run) if run.lane == lane => run.end = end,
            _ => self.runs.push(Run { lane, end }),
        }
    }

    #[inline]
    fn lane_of(&mut self, engine: &'static str, lanes: &mut Lanes) -> usize {
        if let Some((latest, lane)) = self.engine
            && std::ptr::eq(engine, latest)
        {
            return lane;
        }
        let lane = lanes.of_engine(engine);
        self.engine = Some((engine, lane));
        lane
    }
}

impl Lanes {
    /// The lanes of the harness.
    fn start() -> Self {
        let named = |phase: Phase| Lane { name: phase.lane().to_owned(), ..Lane::default() };
        Self { month: None, lanes: Phase::WITH_LANES.map(named).into() }
    }

    fn begin_day(&mut self, month: Month) {
        if self.month != Some(month) {
            self.close_month();
            self.month = Some(month);
        }
    }

    #[cold]
    fn of_engine(&mut self, name: &str) -> usize {
        let known = self.lanes.iter().position(|lane| lane.name == name);
        known.unwrap_or_else(|| {
            self.lanes.push(Lane { name: name.to_owned(), ..Lane::default() });
            self.lanes.len() - 1
        })
    }

    fn close_month(&mut self) {
        let Some(month) = self.month else { return };
        for lane in self.lanes.iter_mut().filter(|lane| !lane.open.is_empty()) {
            lane.closed.push((month, Digest::of(&lane.open)));
            lane.open.clear();
        }
    }
}

/// The number of a phase's lane in [`Phase::WITH_LANES`]; both executions write to one.
#[inline]
const fn number_of(phase: Phase) -> usize {
    match phase {
        Phase::Action => 0,
        Phase::Execution | Phase::CloseExecution => 1,
        Phase::Decision => 2,
        Phase::Plan => 3,
        Phase::Mark => 4,
    }
}

impl Lane {
    fn append(&mut self, on: Date, run: &[u8]) {
        if self.latest != Some(on) {
            self.latest = Some(on);
            self.open.push(DAY_TAG);
            self.open.extend_from_slice(&on.epoch_days().to_le_bytes());
        }
        self.open.extend_from_slice(run);
    }
}

fn text_of((year, month): Month) -> String {
    format!("{year:04}-{month:02}")
}
