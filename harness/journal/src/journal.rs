//! A whole journal in memory: the manifest, the days, and the running digest after each.
//!
//! Whoever judges reads this. It comes from a folder on disk ([`crate::store::open`]) or straight from a replay.
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
//! use journal::{event::{BookMark, Event}, journal::Journal, recorder::{MemorySink, Recorder}};
//! let mut sink = MemorySink::new();
//! let mut recorder = Recorder::new(&header.instruments, &mut sink);
//! for day in ["2008-09-12", "2008-09-15"] {
//!     recorder.begin_day(day.parse()?);
//!     recorder.push(Event::BookMarked(BookMark::default()));
//!     recorder.end_day()?;
//! }
//! let recording = recorder.finish();
//! let journal = Journal::of_memory(&header, recording, sink)?;
//! assert_eq!(journal.manifest.run_id, header.inputs.run_id());
//! assert_eq!(journal.running.last(), Some(&journal.manifest.digest));
//! assert_eq!(journal.marks().count(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use domain::date::Date;
use domain::digest::Digest;
use domain::ids::{Instrument, InstrumentId};

use crate::days::Days;
use crate::event::{BookMark, Event, JournalDay};
use crate::header::RunHeader;
use crate::manifest::{Manifest, ManifestError};
use crate::progress::Recording;
use crate::recorder::{MemorySink, Recorder};

/// A whole journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// The identity of the run, its digests and counts.
    pub manifest: Manifest,
    /// The days, ascending.
    pub days: Days,
    /// The running digest after each day.
    pub running: Vec<Digest>,
}

impl Journal {
    /// The journal of a run that was recorded in memory.
    ///
    /// # Errors
    /// [`ManifestError`] for a run without a day, or with one before the header's first.
    pub fn of_memory(header: &RunHeader, recording: Recording, sink: MemorySink) -> Result<Self, ManifestError> {
        let manifest = Manifest::of_run(header, recording)?;
        let (days, running) = sink.into_parts();
        Ok(Self { manifest, days, running })
    }

    /// The journal that a run with exactly these days has: for tests and for whatever makes journals by hand.
    ///
    /// # Errors
    /// [`ManifestError`] for no days, or one before the header's first.
    ///
    /// # Panics
    /// Where [`Recorder`] does: for days or events out of order.
    pub fn of_days(header: &RunHeader, days: Vec<JournalDay>) -> Result<Self, ManifestError> {
        let mut sink = MemorySink::new();
        let mut recorder = Recorder::new(&header.instruments, &mut sink);
        for day in days {
            recorder.begin_day(day.on);
            day.events.into_iter().for_each(|event| recorder.push(event));
            let taken = recorder.end_day();
            assert!(taken.is_ok(), "memory takes every day");
        }
        let recording = recorder.finish();
        Self::of_memory(header, recording, sink)
    }

    /// The id of an instrument that an event names; `None` for a number that the journal lacks.
    #[must_use]
    pub fn id(&self, instrument: Instrument) -> Option<&InstrumentId> {
        self.manifest.instruments.get(instrument.index())
    }

    /// The day `on`, if it was recorded.
    #[must_use]
    pub fn day(&self, on: Date) -> Option<&JournalDay> {
        self.days.binary_search_by_key(&on, |day| day.on).ok().map(|at| &self.days[at])
    }

    /// All events with their days, in order.
    pub fn events(&self) -> impl Iterator<Item = (Date, &Event)> {
        self.days.iter().flat_map(|day| day.events.iter().map(|event| (day.on, event)))
    }

    /// The account at the end of each day, in order.
    pub fn marks(&self) -> impl Iterator<Item = (Date, &BookMark)> {
        self.days.iter().filter_map(|day| match day.events.last() {
            Some(Event::BookMarked(mark)) => Some((day.on, mark)),
            _ => None,
        })
    }
}
