//! Which names could not have been bought on a day, by what was known on the day before.
//!
//! The mandate's floor on price and on value traded is held against the tape itself, not against what an engine says of
//! its universe. Where a tape has no volumes (closes alone, currencies) nobody knows what trades, and the floor is not held.

use domain::date::Date;
use domain::ids::Instrument;
use domain::tape::Tape;
use domain::view::View;
use judge::gates::rules::MandateRule;

/// Days over which the value traded is taken; the median counts.
const DAYS: usize = 21;

/// Whether a purchase of `name` on `on` breaks the floor of the mandate.
#[must_use]
pub fn is_illiquid(tape: &Tape, rule: &MandateRule, on: Date, name: Instrument) -> bool {
    // A decision of yesterday meets today's session: what counts is what yesterday's close told.
    let Some(before) = tape.days().partition_point(|day| *day < on).checked_sub(1) else { return false };
    let Some(view) = View::as_of(tape, before) else { return false };
    let Some(price) = (0..DAYS).find_map(|lag| view.closes(lag)?.get(name)) else { return false };
    tape.has_volumes()
        && (price < rule.min_price || traded(&view, name).is_some_and(|value| value < rule.min_value_traded))
}

/// Median value traded a day; `None` where the tape knows none.
fn traded(view: &View<'_>, name: Instrument) -> Option<f64> {
    let value = |lag: usize| Some(view.closes(lag)?.get(name)? * view.volumes(lag)?.get(name)?);
    let mut values: Vec<f64> = (0..DAYS).filter_map(value).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
