//! The first difference between two journals, and what lies upstream of it.
//!
//! A running digest covers everything up to its day, so once two runs differ they differ on every later day: a
//! binary search over the digests finds the first such day, and only that day is read event by event.
//!
//! ```text
//! running digests   old  a b c d e      the first pair that differs is day 3;
//!                   new  a b c x y      its events are compared, then its fields
//! ```
//!
//! The journals may be of different lengths: a prefix of another journal differs from it on the first day that it
//! lacks. Instruments are compared by name; for journals over different lists of instruments every day is read,
//! because their digests differ from the start.
//!
//! ```
//! # use domain::{digest::Digest, ids::Instrument, seed::Seed};
//! # use journal::{event::{BookMark, Event, JournalDay}, header::RunHeader, journal::Journal};
//! # use journal::manifest::{FORMAT_VERSION, RunInputs};
//! # let header = RunHeader {
//! #     first_day: "2008-09-12".parse()?, currency: "USD".into(), initial_cash_micros: 1_000_000_000,
//! #     instruments: vec!["EQUITY:GE".parse()?, "EQUITY:LEH".parse()?],
//! #     inputs: RunInputs {
//! #         scenario: "doc".into(), scenario_digest: Digest::ZERO, system: "null".into(),
//! #         system_version: "1".into(), config_digest: Digest::ZERO, tape_digest: Digest::ZERO,
//! #         seed: Seed(7), replay_version: 1, format_version: FORMAT_VERSION,
//! #     },
//! # };
//! # let run = |weight: f64| {
//! #     let day = |on: &str, weight| JournalDay { on: on.parse().unwrap(), events: vec![
//! #         Event::TargetSet { instrument: Instrument(1), weight }, Event::BookMarked(BookMark::default()),
//! #     ] };
//! #     Journal::of_days(&header, vec![day("2008-09-12", 0.5), day("2008-09-15", weight)])
//! # };
//! use judge::diff::first_difference;
//! let (old, new) = (run(0.25)?, run(0.2)?); // the same but for one weight on the second day
//! let difference = first_difference(&old, &new).ok_or("they differ")?;
//! assert_eq!(
//!     difference.to_string(),
//!     "2008-09-15 event 0 target_set EQUITY:LEH: weight was 0.25, is 0.2; upstream: targets"
//! );
//! assert_eq!(first_difference(&old, &old), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use domain::date::Date;
use domain::ids::InstrumentId;
use journal::journal::Journal;
use journal::manifest::Manifest;
use serde::Serialize;

pub(crate) mod day;
pub(crate) mod lanes;
#[cfg(test)]
mod tests;

use day::{ABSENT, Parted};

/// The first place at which two journals differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The trading day.
    pub day: Date,
    /// The number of the day in the journals, from 0.
    pub day_number: usize,
    /// The position of the event in its day, from 0; `None` when whole days or lists of instruments differ.
    pub event: Option<usize>,
    /// The kind of the event, `day`, or `journal` for the list of instruments.
    pub kind: String,
    /// The engine, or the part of the harness, whose event it is.
    pub lane: String,
    /// The instrument, by name.
    pub instrument: Option<String>,
    /// The field; `event` when one side lacks the event or has it elsewhere.
    pub field: String,
    /// The value in the old journal, or `absent`.
    pub old: String,
    /// The value in the new journal, or `absent`.
    pub new: String,
    /// Where the difference came from.
    pub upstream: Upstream,
}

/// What lies upstream of a difference. The first lane is the nearest cause in the output; the inputs, where they
/// differ, are the reason before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Upstream {
    /// The inputs of the runs that differ.
    pub inputs: Vec<InputDifference>,
    /// The lanes whose events differ on the day itself, in the order of the day.
    pub lanes_of_day: Vec<String>,
    /// The lanes whose digests differ in the first month with a difference, causes first.
    pub lanes_of_month: Vec<String>,
}

/// An input in which two runs differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputDifference {
    /// The input, as in a journal's manifest.
    pub field: String,
    /// Its value in the old run.
    pub old: String,
    /// Its value in the new run.
    pub new: String,
}

/// The first difference between the events of two journals; `None` when all days are equal.
///
/// Equal events under different inputs are no difference here; see [`input_differences`].
#[must_use]
pub fn first_difference(old: &Journal, new: &Journal) -> Option<Difference> {
    let same_instruments = old.manifest.instruments == new.manifest.instruments;
    let at = if same_instruments { first_day_by_digest(old, new) } else { first_day_by_events(old, new) };
    let mut difference = match (old.days.get(at), new.days.get(at)) {
        (None, None) if same_instruments => return None,
        (None, None) => instrument_difference(old, new)?,
        (Some(ours), Some(theirs)) if ours.on == theirs.on => event_difference(old, new, at)?,
        _ => day_difference(old, new, at)?,
    };
    difference.upstream.inputs = input_differences(&old.manifest, &new.manifest);
    let months = lanes::first_month(&old.manifest.lane_digests, &new.manifest.lane_digests);
    difference.upstream.lanes_of_month = months.map(|(_, lanes)| lanes).unwrap_or_default();
    Some(difference)
}

/// The inputs in which two runs differ, in the order of the manifest.
#[must_use]
pub fn input_differences(old: &Manifest, new: &Manifest) -> Vec<InputDifference> {
    let fields = |manifest: &Manifest| {
        let inputs = &manifest.inputs;
        [
            ("scenario", inputs.scenario.clone()),
            ("scenario_digest", inputs.scenario_digest.to_string()),
            ("system", inputs.system.clone()),
            ("system_version", inputs.system_version.clone()),
            ("config_digest", inputs.config_digest.to_string()),
            ("tape_digest", inputs.tape_digest.to_string()),
            ("seed", inputs.seed.0.to_string()),
            ("replay_version", inputs.replay_version.to_string()),
            ("format_version", inputs.format_version.to_string()),
            ("initial_cash_micros", manifest.initial_cash_micros.to_string()),
            ("currency", manifest.currency.clone()),
        ]
    };
    let pairs = fields(old).into_iter().zip(fields(new)).filter(|(ours, theirs)| ours.1 != theirs.1);
    pairs.map(|((field, old), (_, new))| InputDifference { field: field.to_owned(), old, new }).collect()
}

/// The number of the first day whose running digests differ, or the length of the shorter journal.
fn first_day_by_digest(old: &Journal, new: &Journal) -> usize {
    let length = old.running.len().min(new.running.len());
    // A digest covers all days before it, so equal ones are a prefix. Halving stays within it.
    let (mut equal, mut open) = (0, length);
    while equal < open {
        let middle = equal + (open - equal) / 2;
        if old.running[middle] == new.running[middle] { equal = middle + 1 } else { open = middle }
    }
    equal
}

fn first_day_by_events(old: &Journal, new: &Journal) -> usize {
    let length = old.days.len().min(new.days.len());
    let same = |at: &usize| {
        let (ours, theirs) = (&old.days[*at], &new.days[*at]);
        let (left, right) = (Parted::day(old, ours), Parted::day(new, theirs));
        ours.on == theirs.on && day::first_difference(&left, &right).is_none()
    };
    (0..length).find(|at| !same(at)).unwrap_or(length)
}

fn event_difference(old: &Journal, new: &Journal, at: usize) -> Option<Difference> {
    let (ours, theirs) = (Parted::day(old, &old.days[at]), Parted::day(new, &new.days[at]));
    let found = day::first_difference(&ours, &theirs)?;
    Some(Difference {
        day: old.days[at].on,
        day_number: at,
        event: Some(found.event),
        kind: found.key.kind.to_owned(),
        lane: found.key.lane.to_owned(),
        instrument: found.key.instrument.map(ToOwned::to_owned),
        field: found.field,
        old: found.old,
        new: found.new,
        upstream: Upstream { lanes_of_day: day::lanes(&ours, &theirs), ..Upstream::default() },
    })
}

/// A day that only one journal has, or that has another date there.
fn day_difference(old: &Journal, new: &Journal, at: usize) -> Option<Difference> {
    let date = |journal: &Journal| journal.days.get(at).map(|day| day.on);
    let text = |day: Option<Date>| day.map_or_else(|| ABSENT.to_owned(), |day| day.to_string());
    let day = [date(old), date(new)].into_iter().flatten().min()?;
    Some(whole("day", day, at, "day".to_owned(), text(date(old)), text(date(new))))
}

/// Lists of instruments that differ while all events agree by name.
fn instrument_difference(old: &Journal, new: &Journal) -> Option<Difference> {
    let (ours, theirs) = (&old.manifest.instruments, &new.manifest.instruments);
    let at = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at))?;
    let text = |id: Option<&InstrumentId>| id.map_or_else(|| ABSENT.to_owned(), ToString::to_string);
    let field = format!("instruments[{at}]");
    Some(whole("journal", old.manifest.first_day, 0, field, text(ours.get(at)), text(theirs.get(at))))
}

/// A difference that is larger than an event. Its lane is the run's input: no engine made it.
fn whole(kind: &str, day: Date, day_number: usize, field: String, old: String, new: String) -> Difference {
    let (kind, lane, upstream) = (kind.to_owned(), "inputs".to_owned(), Upstream::default());
    Difference { day, day_number, event: None, kind, lane, instrument: None, field, old, new, upstream }
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.day)?;
        if let Some(event) = self.event {
            write!(out, " event {event}")?;
        }
        write!(out, " {}", self.kind)?;
        if let Some(instrument) = &self.instrument {
            write!(out, " {instrument}")?;
        }
        write!(out, ": {} was {}, is {}", self.field, self.old, self.new)?;
        write!(out, "{}", self.upstream)
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lanes = if self.lanes_of_day.is_empty() { &self.lanes_of_month } else { &self.lanes_of_day };
        if !lanes.is_empty() {
            write!(out, "; upstream: {}", lanes.join(", then "))?;
        }
        self.inputs.iter().try_for_each(|input| write!(out, "; {input}"))
    }
}

impl fmt::Display for InputDifference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "input {} was {}, is {}", self.field, self.old, self.new)
    }
}
