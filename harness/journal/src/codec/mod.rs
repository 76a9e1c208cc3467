//! Canonical bytes of events and days, and back.
//!
//! Each event is one tag byte and its fields in the order of their declaration: integers in their short form
//! ([`CanonicalBytes::put_short`](domain::digest::CanonicalBytes::put_short)), floats by their eight bytes, texts
//! with their length before them, an absent instrument as the byte 0. A tag is never reused; 0 and 255 are none. There is
//! one way to write an event and the decoder accepts no other, so equal bytes and equal events are
//! the same thing and a digest of bytes speaks of events.
//!
//! A day is its date, the number of its events, and the events:
//!
//! ```text
//! date i32 │ count u32 │ event … event
//! ```
//!
//! ```
//! use domain::{digest::CanonicalBytes, ids::Instrument};
//! use journal::{codec, event::Event};
//! let target = Event::TargetSet { instrument: Instrument(3), weight: 0.25 };
//! let mut bytes = CanonicalBytes::new();
//! codec::encode_event(&target, &mut bytes);
//! assert_eq!(bytes.as_slice(), [9, 7, 0, 0, 0, 0, 0, 0, 0xd0, 0x3f]);
//! let mut rest = bytes.as_slice();
//! assert_eq!(codec::decode_event(&mut rest)?, target);
//! assert!(rest.is_empty());
//! assert!(codec::decode_event(&mut [0xee].as_slice()).is_err()); // no event has this tag
//! # Ok::<(), journal::codec::CodecError>(())
//! ```

mod day;
mod decode;
mod encode;
#[cfg(test)]
mod tests;

pub use day::{DayFault, decode_day, encode_day};
pub(crate) use day::{HEAD, Place, Reached, decode_head, is_in_range};
pub use decode::decode_event;
pub use encode::encode_event;

use domain::date::Date;

/// Why bytes are not an event or not a day.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CodecError {
    /// The bytes end within a field.
    #[error("{what}: {left} bytes are left, expected {needed}")]
    Torn {
        /// The field.
        what: &'static str,
        /// Bytes that the field needs.
        needed: u64,
        /// Bytes that are left.
        left: u64,
    },
    /// A tag, code or flag that this version does not know.
    #[error("{what}: {code} has no meaning in this version of the format")]
    UnknownCode {
        /// The field.
        what: &'static str,
        /// The byte found.
        code: u8,
    },
    /// A number that its field cannot hold.
    #[error("{what}: {value} is refused, expected {expected}")]
    BadNumber {
        /// The field.
        what: &'static str,
        /// The number found.
        value: f64,
        /// What the field holds.
        expected: &'static str,
    },
    /// A number in more bytes than it needs.
    #[error("{what}: {value} is written in more bytes than it needs, expected its shortest form")]
    LongForm {
        /// The field.
        what: &'static str,
        /// The number.
        value: u64,
    },
    /// A text that is not UTF-8.
    #[error("{what}: the bytes are not UTF-8")]
    BadText {
        /// The field.
        what: &'static str,
    },
    /// A day outside the years 1 to 9999.
    #[error("date: day {days} after 1970-01-01 is outside the years 1 to 9999")]
    BadDate {
        /// Days after 1970-01-01.
        days: i32,
    },
    /// An event stands where the order of the trading day has no place for it.
    #[error("event {number} of {on}: {kind} {problem}")]
    OutOfOrder {
        /// The day.
        on: Date,
        /// The event's number in the day, from 0.
        number: usize,
        /// The kind of the event.
        kind: &'static str,
        /// What is wrong about its place.
        problem: &'static str,
    },
    /// An instrument that the journal does not name.
    #[error("event {number} of {on} names instrument {instrument}, and the journal has {count}, counted from 0")]
    UnknownInstrument {
        /// The day.
        on: Date,
        /// The event's number in the day, from 0.
        number: usize,
        /// The instrument found.
        instrument: u32,
        /// How many instruments the journal names.
        count: u32,
    },
    /// A day without the mark that ends it.
    #[error("{on} does not end with a book_marked event")]
    NoMark {
        /// The day.
        on: Date,
    },
    /// Bytes after the last event of a day.
    #[error("{count} bytes follow the last event of {on}")]
    Trailing {
        /// The day.
        on: Date,
        /// How many.
        count: usize,
    },
}
