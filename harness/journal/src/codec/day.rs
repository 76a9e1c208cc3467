//! Whole days to bytes and back, with the order that a day must have.

use domain::date::Date;
use domain::digest::CanonicalBytes;

use super::{CodecError, decode_event, encode_event};
use crate::event::{Event, JournalDay, Phase};

/// The days 0001-01-01 and 9999-12-31, in days after 1970-01-01: the range of a journal's dates.
const DATE_RANGE: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

/// The bytes of the head of a day: its date and its count of events.
pub(crate) const HEAD: usize = 8;

/// What is wrong with the bytes of a day, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("byte {at} of the day: {error}")]
pub struct DayFault {
    /// The first byte that was refused, counted from the first byte of the day.
    pub at: usize,
    /// Why.
    #[source]
    pub error: CodecError,
}

/// Appends the canonical bytes of `day`: what its running digest is taken of.
///
/// # Panics
/// When a float of an event is not finite, or the day has more than 4,294,967,295 events.
pub fn encode_day(day: &JournalDay, out: &mut CanonicalBytes) {
    let count = u32::try_from(day.events.len());
    assert!(count.is_ok(), "{} has {} events, more than its count can hold", day.on, day.events.len());
    out.put_i32(day.on.epoch_days()).put_u32(count.unwrap_or(u32::MAX));
    for event in &day.events {
        encode_event(event, out);
    }
}

/// Reads the canonical bytes of one whole day of a journal over `instruments` instruments, and hands each event
/// with its own bytes to `each`.
///
/// # Errors
/// [`DayFault`] for bytes that no journal writes: fields out of range, phases that go back, a day that does not
/// end with its one `book_marked`, bytes after it.
pub fn decode_day(bytes: &[u8], instruments: u32, mut each: impl FnMut(&Event, &[u8])) -> Result<JournalDay, DayFault> {
    let (on, count) = decode_head(bytes).map_err(|error| DayFault { at: 0, error })?;
    let mut rest = &bytes[HEAD..];
    // An event has at least 5 bytes, so a count that lies cannot make this reserve much.
    let mut events = Vec::with_capacity((count as usize).min(rest.len() / 5));
    let mut reached = Reached::START;
    for number in 0..count as usize {
        let before = rest;
        let refused = |rest: &[u8], error| DayFault { at: bytes.len() - rest.len(), error };
        let event = decode_event(&mut rest).map_err(|error| refused(rest, error))?;
        let place = Place { on, number, instruments };
        reached = place.check(reached, &event).map_err(|error| refused(before, error))?;
        each(&event, &before[..before.len() - rest.len()]);
        events.push(event);
    }
    let at = bytes.len() - rest.len();
    if reached != Reached::MARK {
        return Err(DayFault { at, error: CodecError::NoMark { on } });
    }
    if !rest.is_empty() {
        return Err(DayFault { at, error: CodecError::Trailing { on, count: rest.len() } });
    }
    Ok(JournalDay { on, events })
}

/// A place in a journal for one event.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The day.
    pub on: Date,
    /// The number of the event in the day, from 0.
    pub number: usize,
    /// How many instruments the journal names.
    pub instruments: u32,
}

impl Place {
    /// Whether `event` may stand here after events up to `reached`: phases never go back, nothing follows the mark,
    /// and its instrument is one of the journal's. Gives what is reached with it.
    ///
    /// # Errors
    /// [`CodecError::OutOfOrder`] and [`CodecError::UnknownInstrument`].
    #[inline]
    pub fn check(self, reached: Reached, event: &Event) -> Result<Reached, CodecError> {
        let now = Reached::by(event);
        let known = event.instrument().is_none_or(|instrument| instrument.0 < self.instruments);
        if known && reached <= now && reached < Reached::MARK { Ok(now) } else { Err(self.refusal(reached, event)) }
    }

    #[cold]
    fn refusal(self, reached: Reached, event: &Event) -> CodecError {
        let Self { on, number, instruments: count } = self;
        let problem = if reached == Reached::MARK {
            "follows book_marked, which ends the day"
        } else if reached > Reached::by(event) {
            "belongs to a phase that is already over"
        } else {
            let instrument = event.instrument().map_or(0, |instrument| instrument.0);
            return CodecError::UnknownInstrument { on, number, instrument, count };
        };
        CodecError::OutOfOrder { on, number, kind: event.kind(), problem }
    }
}

/// How far a day has come: the phase of its latest event, with the mark of the book after everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reached(u8);

impl Reached {
    /// Before the first event.
    pub const START: Self = Self(Phase::Action as u8);
    /// After `book_marked`.
    pub const MARK: Self = Self(Phase::Mark as u8 + 1);

    #[inline]
    const fn by(event: &Event) -> Self {
        match event {
            Event::BookMarked(_) => Self::MARK,
            other => Self(other.phase() as u8),
        }
    }
}

/// Whether a journal can hold the date.
pub(crate) fn is_in_range(on: Date) -> bool {
    DATE_RANGE.contains(&on.epoch_days())
}

/// The date and the count of events.
pub(crate) fn decode_head(bytes: &[u8]) -> Result<(Date, u32), CodecError> {
    let torn = CodecError::Torn { what: "day", needed: HEAD as u64, left: bytes.len() as u64 };
    let (head, _) = bytes.split_first_chunk::<HEAD>().ok_or(torn)?;
    let [d0, d1, d2, d3, n0, n1, n2, n3] = *head;
    let days = i32::from_le_bytes([d0, d1, d2, d3]);
    let on = Date::from_epoch_days(days);
    if !is_in_range(on) {
        return Err(CodecError::BadDate { days });
    }
    Ok((on, u32::from_le_bytes([n0, n1, n2, n3])))
}
