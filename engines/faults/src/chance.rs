//! Draws of a fault: a named stream for each kind, name and day, so that a fault is the same on every run of a seed.
//!
//! A name is drawn for by its id, never by its position, and the size of a fault is no part of the stream: what a fault
//! of 5 % leaves out, one of 10 % leaves out too, so that a ladder climbs and does not jump.

use domain::ids::Instrument;
use domain::system::Today;

use crate::config::Planted;

/// The first part of the names of all streams of this crate.
const PURPOSE: &str = "faults";
/// Uniform draws that are summed for one that is near normal.
const SUMMED: u32 = 12;

/// A number from `[0, 1)` for a name on this day.
pub(crate) fn of_name(planted: &Planted, today: &Today<'_>, instrument: Instrument) -> f64 {
    today.streams.uniform(&[PURPOSE, planted.info.name, &id(today, instrument)], u64::from(today.day_number))
}

/// A number from `[0, 1)` for this day.
pub(crate) fn of_day(planted: &Planted, today: &Today<'_>) -> f64 {
    today.streams.uniform(&[PURPOSE, planted.info.name], u64::from(today.day_number))
}

/// A number of mean 0 and standard deviation 1 for a name on this day, from −6 to 6: twelve uniform draws less their
/// mean, so that no logarithm is asked for.
pub(crate) fn normal(planted: &Planted, today: &Today<'_>, instrument: Instrument) -> f64 {
    let (id, day) = (id(today, instrument), u64::from(today.day_number));
    let draw = |at: u32| today.streams.uniform(&[PURPOSE, planted.info.name, &id, &at.to_string()], day);
    (0..SUMMED).fold(0.0, |total, at| total + draw(at)) - f64::from(SUMMED) / 2.0
}

fn id(today: &Today<'_>, instrument: Instrument) -> String {
    today.view.instruments().get(instrument.index()).map_or_else(String::new, |fact| fact.id.to_string())
}
