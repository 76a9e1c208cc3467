//! Series and texts: each value soon after the one before it, and nothing known earlier than it happened.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Date;

use super::{Check, Finding};
use crate::columns::schema::{SERIES, TEXTS};
use crate::error::DataError;
use crate::notes::Frequency;
use crate::rows::{each_series, each_text};
use crate::tape_folder::StoredTape;

/// Runs the checks on every series of the tape.
pub(super) fn check(tape: &StoredTape) -> Result<Vec<Finding>, DataError> {
    let Some(path) = tape.file_of(&SERIES) else { return Ok(Vec::new()) };
    let described = tape.manifest().series.iter();
    let frequencies: BTreeMap<&str, Frequency> =
        described.flat_map(|note| note.series().map(|series| (series, note.frequency))).collect();
    let mut found = Vec::new();
    let cumulative: BTreeSet<&str> =
        tape.manifest().series.iter().filter(|note| note.cumulative).flat_map(|note| note.series()).collect();
    let mut before: Option<(String, Date, f64)> = None;
    each_series(&path, &mut |row, fact| {
        let own = |check, days, what| Finding::new(check, &fact.series, days, what);
        let on = fact.happened_on;
        if fact.known_on < on {
            let what = format!("row {row}: known on {}, before it happened", fact.known_on);
            found.push(own(Check::KnownOn, (on, on), what));
        }
        if !fact.value.is_finite() {
            found.push(own(Check::Schema, (on, on), format!("row {row}: value is {}", fact.value)));
        }
        if let Some((series, last, level)) = before.as_ref().filter(|(series, ..)| *series == fact.series) {
            if cumulative.contains(series.as_str()) && fact.value < *level {
                let what = format!("row {row}: {} after {level}, but the series is cumulative", fact.value);
                found.push(own(Check::MonotoneSeries, (on, on), what));
            }
            let days = on.epoch_days() - last.epoch_days();
            let allowed = frequencies.get(series.as_str()).map_or(i32::MAX, |frequency| step_max(*frequency));
            if days > allowed {
                let what = format!("{days} days between two values, at most {allowed} expected");
                // The gap itself: the days after the last value and before the next.
                found.push(own(Check::SeriesGap, (last.plus_days(1), on.plus_days(-1)), what));
            }
        }
        before = Some((fact.series.clone(), on, fact.value));
        Ok(())
    })?;
    Ok(found)
}

/// Days from one value to the next: a long weekend with a holiday, the longest month, the longest three.
const fn step_max(frequency: Frequency) -> i32 {
    match frequency {
        Frequency::Daily => 7,
        Frequency::Monthly => 31,
        Frequency::Quarterly => 92,
    }
}

/// Runs the checks on every text of the tape.
pub(super) fn check_texts(tape: &StoredTape) -> Result<Vec<Finding>, DataError> {
    let Some(path) = tape.file_of(&TEXTS) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    each_text(&path, &mut |row, fact| {
        let mut own = |check, what| {
            found.push(Finding::new(check, &fact.subject, (fact.happened_on, fact.happened_on), what));
        };
        if fact.known_on < fact.happened_on {
            own(Check::KnownOn, format!("row {row}: known on {}, before it happened", fact.known_on));
        }
        if fact.text.trim().is_empty() {
            own(Check::Schema, format!("row {row}: the text is blank"));
        }
        Ok(())
    })?;
    Ok(found)
}
