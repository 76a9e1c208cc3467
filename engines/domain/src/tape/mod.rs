//! The tape: every fact of one scenario, laid out by trading day.
//!
//! Prices lie in one column a field, day after day, one entry an instrument:
//!
//! ```text
//!            AAPL   GE   JPM
//! day 0      [  1 |  2 |  3 ]   ← View::as_of(tape, 0) borrows this line
//! day 1      [  4 |  - |  6 ]   ← View::as_of(tape, 1) borrows both
//! day 2      [  7 |  8 |  9 ]
//! ```
//!
//! So what is known as of a day is a prefix of every column, and [`crate::view::View`] is the only reader.
//! Nothing here hands out a price.
//!
//! A tape is built by [`TapeBuilder`](builder::TapeBuilder), which refuses what is not finite, not positive, out
//! of order or off the calendar, and it never changes afterwards.

pub mod builder;
mod carried;
mod contents;
mod levels;
mod resampled;
pub mod surgery;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::date::Date;
use crate::digest::Digest;
use crate::facts::{ActionKind, InstrumentFact, PriceBasis, TextKind};
use crate::ids::{Instrument, InstrumentId};

pub use builder::{TapeBuilder, TapeError};
pub use resampled::ResampleError;

/// Every fact of one scenario, by trading day.
#[derive(Clone, Debug)]
pub struct Tape {
    pub(crate) basis: PriceBasis,
    pub(crate) days: Vec<Date>,
    pub(crate) instruments: Vec<InstrumentFact>,
    pub(crate) columns: Columns,
    pub(crate) actions: Vec<TapeAction>,
    /// The delistings and halts among the actions: few, and asked for with every order.
    pub(crate) interruptions: Vec<TapeAction>,
    pub(crate) series: BTreeMap<String, Vec<SeriesPoint>>,
    pub(crate) texts: BTreeMap<String, Vec<TextPoint>>,
    /// Growth of one share by splits and dividends since day 0, where anything ever grows.
    pub(crate) growth: Option<Vec<f64>>,
    pub(crate) digest: Digest,
}

/// Prices, one entry for each day and instrument; NaN where there is none. Only this crate sees the NaN.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) close: Vec<f64>,
    pub(crate) open: Option<Vec<f64>>,
    pub(crate) high: Option<Vec<f64>>,
    pub(crate) low: Option<Vec<f64>>,
    pub(crate) volume: Option<Vec<f64>>,
}

/// A corporate action on the day from which it applies: the first trading day on which it is both due and known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TapeAction {
    /// The number of that day on the tape.
    pub day: u32,
    /// The instrument.
    pub instrument: Instrument,
    /// What changes.
    pub kind: ActionKind,
}

/// One value of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesPoint {
    /// The first day on which a decision may use it.
    pub known_on: Date,
    /// The day or the first day of the period that it speaks of.
    pub happened_on: Date,
    /// The value.
    pub value: f64,
}

/// One text about a subject. The order is by the day it became known, the day it speaks of, kind and text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPoint {
    /// The first day on which a decision may read it.
    pub known_on: Date,
    /// The day or the end of the period that it speaks of.
    pub happened_on: Date,
    /// What sort of text it is.
    pub kind: TextKind,
    /// The text, never blank.
    pub text: String,
}

/// Picks the delistings and halts out of all actions.
pub(crate) fn interruptions(actions: &[TapeAction]) -> Vec<TapeAction> {
    let stops = |action: &&TapeAction| matches!(action.kind, ActionKind::Delisting | ActionKind::Halt { .. });
    actions.iter().filter(stops).copied().collect()
}

impl Tape {
    /// The trading days, ascending. A calendar is known in advance, so this tells nothing of the future.
    #[must_use]
    pub fn days(&self) -> &[Date] {
        &self.days
    }

    /// The instruments, ascending by id; [`Instrument`] is the position in this list.
    #[must_use]
    pub fn instruments(&self) -> &[InstrumentFact] {
        &self.instruments
    }

    /// The position of `id`, if it is on the tape.
    #[must_use]
    pub fn find(&self, id: &InstrumentId) -> Option<Instrument> {
        let at = self.instruments.binary_search_by(|fact| fact.id.cmp(id)).ok()?;
        u32::try_from(at).ok().map(Instrument)
    }

    /// Which price the columns hold.
    #[must_use]
    pub const fn basis(&self) -> PriceBasis {
        self.basis
    }

    /// The digest of all that the tape holds.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether any session of the tape has a volume.
    #[must_use]
    pub const fn has_volumes(&self) -> bool {
        self.columns.volume.is_some()
    }

    /// Whether any session of the tape has an open.
    #[must_use]
    pub const fn has_opens(&self) -> bool {
        self.columns.open.is_some()
    }

    /// The bytes of the price columns: what "the panel" means where memory is compared.
    #[must_use]
    pub fn panel_bytes(&self) -> usize {
        let optional = [&self.columns.open, &self.columns.high, &self.columns.low, &self.columns.volume];
        let columns = 1 + optional.iter().filter(|column| column.is_some()).count();
        columns * self.columns.close.len() * size_of::<f64>()
    }
}
