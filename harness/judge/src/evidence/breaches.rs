//! A journal held against the mandate: hard limits that no engine may break, whatever its own config says.
//!
//! The limits of an engine's config are its own affair, and a config that asks for the name cap 1.0 keeps it. The
//! mandate is the firm's: it is written in the policy, and it is held against what was wanted and what was traded.
//!
//! ```text
//! wanted  a target above the name cap, or targets above the gross cap       one breach each
//! traded  a purchase of a barred or an illiquid name                        one breach each
//! held    gross exposure at the close above the gross cap                   one breach a day
//! ```
//!
//! A price that moves a holding above the name cap is no breach; wanting it there is.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::Instrument;
use domain::order::Side as OrderSide;
use journal::event::{Event, JournalDay};
use journal::journal::Journal;

use crate::metrics::trading::gross_exposure;

/// The firm's hard limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Mandate {
    /// The largest target weight of one name, either side, as a fraction of equity.
    pub max_weight: f64,
    /// The largest gross exposure wanted, as a fraction of equity.
    pub max_gross: f64,
    /// How far prices may carry gross exposure above that by the close.
    pub gross_drift: f64,
    /// Ids of names that may never be bought.
    pub barred: Vec<String>,
}

/// The breaches of each day of a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breaches(BTreeMap<Date, u32>);

/// What rounding may add to a weight: a solver ends within 1e-8 of its limits, and shares are rounded.
const ROUNDING: f64 = 1e-6;

impl Breaches {
    /// Counts the breaches of a journal. `illiquid` says whether a name could not have been bought on a day, by what
    /// was known then.
    #[must_use]
    pub fn of(journal: &Journal, mandate: &Mandate, illiquid: &dyn Fn(Date, Instrument) -> bool) -> Self {
        let barred =
            |name: Instrument| journal.id(name).is_some_and(|id| mandate.barred.iter().any(|bar| bar == id.as_str()));
        let forbidden = |on: Date, name: Instrument| barred(name) || illiquid(on, name);
        Self(journal.days.iter().map(|day| (day.on, count(day, mandate, &forbidden))).collect())
    }

    /// The breaches of a day; `None` for a day on which nobody looked.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<u32> {
        self.0.get(&day).copied()
    }
}

fn count(day: &JournalDay, mandate: &Mandate, forbidden: &dyn Fn(Date, Instrument) -> bool) -> u32 {
    let mut breaches = 0;
    let mut wanted = 0.0;
    for event in &day.events {
        match event {
            Event::TargetSet { weight, .. } => {
                wanted += weight.abs();
                breaches += u32::from(weight.abs() > mandate.max_weight + ROUNDING);
            }
            Event::OrderFilled { instrument, side: OrderSide::Buy, .. } => {
                breaches += u32::from(forbidden(day.on, *instrument));
            }
            Event::BookMarked(mark) => {
                // Without equity there is nothing that a limit could be a fraction of.
                let gross = gross_exposure(mark).unwrap_or(f64::INFINITY);
                breaches += u32::from(gross > mandate.max_gross + mandate.gross_drift);
            }
            _ => {}
        }
    }
    breaches + u32::from(wanted > mandate.max_gross + ROUNDING)
}
