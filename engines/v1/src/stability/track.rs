//! The gates between an entity's index and its state (engines-v1 §2).
//!
//! In this order: Targetable and Breaker need two elevated dimensions, else Fragile is the most; a confidence below
//! 0.5 allows Watch at most; the same state must be asked for on consecutive days; a worse state, Breaker excepted,
//! waits two days after the last change; and there are at most four changes in a calendar month. A milder state needs
//! the same persistence as when it is entered from below.
//!
//! Example: an entity at 50 with good data asks for Fragile, whose persistence is 3 days; it is Fragile on the third.

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::state::Saved;

use super::entity::EntityState;
use super::metrics::Measured;

/// Dimensions that must be elevated for the two worst states.
const ELEVATED_NEEDED: usize = 2;
/// Below this confidence nothing is worse than Watch [chosen].
const LOW_CONFIDENCE: f64 = 0.5;
/// Days between a change and the next one to a worse state [chosen].
const COOL_OFF_DAYS: u32 = 2;
/// Changes in a calendar month [chosen].
const CHANGES_A_MONTH: u32 = 4;

/// An entity's state over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// The state.
    pub state: EntityState,
    asked: EntityState,
    asked_days: u32,
    /// Days since the last change; `None` before the first.
    since_change: Option<u32>,
    /// The month of the last change, and the changes in it.
    month: (i16, i8),
    changes: u32,
}

/// The state that a day's measure asks for, before time is looked at.
#[must_use]
pub fn asked(measured: &Measured) -> EntityState {
    let state = EntityState::of_index(measured.dimensions.index());
    let elevated = measured.dimensions.elevated() >= ELEVATED_NEEDED;
    let state = if elevated { state } else { state.min(EntityState::Fragile) };
    if measured.confidence < LOW_CONFIDENCE { state.min(EntityState::Watch) } else { state }
}

impl Track {
    /// Takes a day's measure and answers the state.
    pub fn step(&mut self, today: Date, measured: &Measured) -> EntityState {
        let asked = asked(measured);
        self.asked_days = if asked == self.asked { self.asked_days + 1 } else { 1 };
        self.asked = asked;
        self.since_change = self.since_change.map(|days| days.saturating_add(1));
        if self.month != today.year_month() {
            (self.month, self.changes) = (today.year_month(), 0);
        }
        if asked != self.state && self.asked_days >= asked.persistence_days() && self.may_change(asked) {
            (self.state, self.since_change) = (asked, Some(0));
            self.changes += 1;
        }
        self.state
    }

    fn may_change(&self, to: EntityState) -> bool {
        let waits = to > self.state && to != EntityState::Breaker;
        let cool = !waits || self.since_change.is_none_or(|days| days >= COOL_OFF_DAYS);
        cool && self.changes < CHANGES_A_MONTH
    }

    pub(super) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u8(self.state as u8).put_u8(self.asked as u8).put_u32(self.asked_days);
        bytes.put_u32(self.since_change.unwrap_or(u32::MAX));
        bytes.put_i32(self.month.0.into()).put_i32(self.month.1.into()).put_u32(self.changes);
    }

    pub(super) fn restore(saved: &mut Saved<'_>) -> Option<Self> {
        let (state, asked) = (EntityState::of_byte(saved.u8()?)?, EntityState::of_byte(saved.u8()?)?);
        let asked_days = saved.u32()?;
        let since_change = Some(saved.u32()?).filter(|days| *days != u32::MAX);
        let month = (i16::try_from(saved.i32()?).ok()?, i8::try_from(saved.i32()?).ok()?);
        Some(Self { state, asked, asked_days, since_change, month, changes: saved.u32()? })
    }
}
