//! Checks that need no calendar: values, keys, returns, stale prices.

use super::panel::{Own, Panel, PanelBar};
use super::returns::{Close, Rule, levels, outliers};
use super::{Check, Finding};
use crate::import::check_prices;

/// Sessions in a row with one close and no volume that make a price stale.
const STALE_SESSIONS: usize = 5;

/// How far a raw return with actions may lie from the vendor's adjusted return. Derived dividends are uncertain by
/// a cent or two; a forgotten split is not.
const ACTION_SLACK: f64 = 0.02;

/// Vendors round adjusted closes to a cent: on a low price that alone moves a return.
const CENT: f64 = 0.01;

/// Runs the checks on every instrument.
pub(super) fn check(panel: &Panel) -> Vec<Finding> {
    let mut found = Vec::new();
    for own in &panel.instruments {
        rows(own, &panel.currency, &mut found);
        let closes: Vec<Close> =
            own.bars.iter().map(|bar| Close { on: bar.on, raw: bar.close(), adjusted: bar.adjusted_close() }).collect();
        let rule = if panel.has_actions { Rule::ByActions } else { Rule::VendorAdjusted };
        for outlier in outliers(&closes, &own.actions, rule) {
            let on = closes[outlier.at].on;
            let what = format!("a return of {:+.1} %, bound ±{:.1} %", outlier.change * 100.0, outlier.bound * 100.0);
            found.push(Finding::new(Check::Outlier, &own.id, (on, on), what));
        }
        if panel.trades_raw {
            unlisted_actions(own, &closes, &mut found);
        }
        stale(own, &mut found);
    }
    found
}

fn rows(own: &Own, currency: &str, found: &mut Vec<Finding>) {
    let mut latest = None;
    for bar in &own.bars {
        let mut note = |check, what: String| {
            found.push(Finding::new(check, &own.id, (bar.on, bar.on), format!("row {}: {what}", bar.row)));
        };
        if let Err(fault) = check_prices(&bar.cells) {
            note(Check::Schema, format!("{} is {}, expected {}", fault.column, fault.value, fault.expected));
        }
        if latest.is_some_and(|latest| latest >= bar.on) {
            note(Check::Schema, "the day does not come after that of the row before".to_owned());
        }
        if bar.known_on != bar.on {
            note(Check::KnownOn, format!("known on {}, expected its own day", bar.known_on));
        }
        if let Some(other) = &bar.other_currency {
            note(Check::Currency, format!("in {other}, expected {currency}"));
        }
        latest = Some(bar.on);
    }
}

/// Days on which the raw close, with the tape's actions, moves otherwise than the vendor's adjusted close.
fn unlisted_actions(own: &Own, closes: &[Close], found: &mut Vec<Finding>) {
    let raw = levels(closes, &own.actions, Rule::ByActions);
    for (at, pair) in closes.windows(2).enumerate() {
        let (Some(before), Some(after), true) = (pair[0].adjusted, pair[1].adjusted, pair[1].raw.is_some()) else {
            continue;
        };
        let (by_raw, by_vendor) = (raw[at + 1] / raw[at] - 1.0, after / before - 1.0);
        if (by_raw - by_vendor).abs() > ACTION_SLACK + CENT / before.min(after) {
            let (by_raw, by_vendor) = (by_raw * 100.0, by_vendor * 100.0);
            let what = format!("raw closes and actions move by {by_raw:+.1} %, adjusted closes by {by_vendor:+.1} %");
            found.push(Finding::new(Check::UnlistedAction, &own.id, (pair[1].on, pair[1].on), what));
        }
    }
}

fn stale(own: &Own, found: &mut Vec<Finding>) {
    let same = |a: &PanelBar, b: &PanelBar| {
        let idle = |bar: &PanelBar| bar.volume() == Some(0.0);
        idle(a) && idle(b) && a.close().map(f64::to_bits) == b.close().map(f64::to_bits)
    };
    for run in own.bars.chunk_by(same).filter(|run| run.len() >= STALE_SESSIONS) {
        let (first, last) = (run[0].on, run[run.len() - 1].on);
        let what =
            format!("{} sessions with the close {} and no volume", run.len(), run[0].close().unwrap_or_default());
        found.push(Finding::new(Check::StalePrice, &own.id, (first, last), what));
    }
}
