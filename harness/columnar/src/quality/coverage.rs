//! Bars against sessions: none too many, few too few.

use std::collections::BTreeMap;

use domain::calendar::Calendar;
use domain::date::Date;

use super::panel::{Own, Panel};
use super::policy::Missing;
use super::{Check, Finding};

/// Instruments between their first and last bar, and those of them without one.
#[derive(Clone, Copy, Debug, Default)]
struct Attendance {
    active: u32,
    missing: u32,
}

/// Runs the checks against the calendar.
pub(super) fn check(panel: &Panel, calendar: &Calendar, policy: Missing) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut attendance: BTreeMap<Date, Attendance> = BTreeMap::new();
    let mut gaps: Vec<(&Own, Vec<Date>)> = Vec::new();
    for own in &panel.instruments {
        off_calendar(own, calendar, &mut found);
        let (Some(first), Some(last)) = (own.bars.first(), own.bars.last()) else { continue };
        // A calendar that does not reach so far has been found off calendar already.
        let Ok(sessions) = calendar.sessions_between(first.on, last.on) else { continue };
        let has = |day: Date| own.bars.binary_search_by_key(&day, |bar| bar.on).is_ok();
        let mut missing = Vec::new();
        for session in sessions {
            let seen = attendance.entry(session.on).or_default();
            seen.active += 1;
            if !has(session.on) {
                seen.missing += 1;
                missing.push(session.on);
            }
        }
        gaps.push((own, missing));
    }
    for (day, seen) in &attendance {
        let share = f64::from(seen.missing) / f64::from(seen.active);
        if share > policy.market_share_max {
            let what = format!("{} of {} active instruments have no bar", seen.missing, seen.active);
            found.push(Finding::new(Check::MissingShare, calendar.market(), (*day, *day), what));
        }
    }
    // A day without any bar is the market's matter, not that of each instrument.
    let market_closed = |day: &Date| attendance.get(day).is_some_and(|seen| seen.missing == seen.active);
    for (own, missing) in gaps {
        let missing: Vec<Date> =
            missing.into_iter().filter(|day| panel.instruments.len() == 1 || !market_closed(day)).collect();
        for run in missing.chunk_by(|a, b| calendar.next(*a, 1) == Ok(*b)) {
            let what = format!("{} sessions without a bar", run.len());
            found.push(Finding::new(Check::Gap, &own.id, (run[0], run[run.len() - 1]), what));
        }
    }
    found
}

fn off_calendar(own: &Own, calendar: &Calendar, found: &mut Vec<Finding>) {
    if own.market != calendar.market() {
        let what = format!("the instrument trades on {:?}, the calendar is that of {}", own.market, calendar.market());
        let day = own.bars.first().map_or(Date::from_epoch_days(0), |bar| bar.on);
        found.push(Finding::new(Check::Calendar, &own.id, (day, day), what));
    }
    for bar in &own.bars {
        if !calendar.is_trading_day(bar.on).unwrap_or(false) {
            let what = format!("row {}: no session of {} on this day", bar.row, calendar.market());
            found.push(Finding::new(Check::Calendar, &own.id, (bar.on, bar.on), what));
        }
    }
}
