//! The 15 indicators: where today stands among the last years, and whether that is a warning (engines-v1 §1.2).
//!
//! Thresholds are percentiles, never levels: the share of the last 252 or 1260 observations that are not above
//! today's. Example: of the observations 1, 2, 4, 3 up to today, 3 of 4 are at most 3, so today's percentile is 0.75.
//! Seven indicators were built; the other eight are stubs that say 0.5, no warning, and count as available.
//!
//! ```
//! use v1::regime::indicators::{INDICATORS, Rule, percentile};
//! assert_eq!(percentile(&[3.0, 4.0, 2.0, 1.0], 252), Some(0.75)); // newest first
//! assert_eq!(INDICATORS.iter().filter(|indicator| indicator.rule == Rule::Stub).count(), 8);
//! ```

use crate::observations::{FIVE_YEARS, MIN_OBSERVATIONS, YEAR};

/// What an indicator watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Credit.
    Credit,
    /// The curve.
    Rates,
    /// The inside of the share market.
    Internals,
    /// Who buys.
    Flows,
    /// The economy.
    Macro,
}

/// When an indicator warns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// At a 5-year percentile of at least this.
    AtLeast(f64),
    /// At a 5-year percentile of at most this.
    AtMost(f64),
    /// At a 5-year percentile of the 20-day change of at least this, while the level was below 0 in the last 60 days.
    Uninverting(f64),
    /// Never: it was not built.
    Stub,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indicator {
    /// What it watches.
    pub category: Category,
    /// Its name in v1's tables.
    pub name: &'static str,
    /// How far ahead the plan believed it to lead.
    pub lead: &'static str,
    /// When it warns.
    pub rule: Rule,
}

/// What an indicator reads on a day: a row of `indicator_readings`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The value.
    pub value: f64,
    /// Share of the last 252 observations not above it, 0 to 1.
    pub percentile_1y: f64,
    /// Share of the last 1260 observations not above it, 0 to 1.
    pub percentile_5y: f64,
    /// Change over 5 observations.
    pub change_5d: f64,
    /// Change over 20 observations.
    pub change_20d: f64,
    /// Whether it warns.
    pub warning: bool,
    /// Whether it warns from the outermost part of its range [chosen].
    pub severe: bool,
}

/// The table, in v1's order.
pub const INDICATORS: [Indicator; 15] = [
    line(Category::Credit, "hy_ig_spread", "3-6 m", Rule::AtLeast(0.90)),
    line(Category::Credit, "loan_spread", "3-6 m", Rule::AtLeast(0.90)),
    line(Category::Credit, "ig_issuance", "3-6 m", Rule::AtMost(0.10)),
    line(Category::Credit, "cds_basis", "3-6 m", Rule::AtMost(0.10)),
    line(Category::Rates, "uninversion_speed", "0-3 m", Rule::Uninverting(0.95)),
    line(Category::Rates, "real_yields", "0-3 m", Rule::AtLeast(0.90)),
    line(Category::Rates, "front_end_curve", "0-3 m", Rule::AtMost(0.10)),
    line(Category::Internals, "advance_decline", "1-3 m", Rule::Stub),
    line(Category::Internals, "new_highs_lows", "1-3 m", Rule::Stub),
    line(Category::Internals, "small_large", "1-3 m", Rule::Stub),
    line(Category::Flows, "equity_flows", "weeks", Rule::Stub),
    line(Category::Flows, "margin_debt", "weeks", Rule::Stub),
    line(Category::Macro, "ism_new_orders", "3-12 m", Rule::Stub),
    line(Category::Macro, "leading_index", "3-12 m", Rule::Stub),
    line(Category::Macro, "sahm_rule", "3-12 m", Rule::Stub),
];

/// Days in which an inverted curve counts as recent (§1.2).
pub(super) const INVERTED_WITHIN: usize = 60;
/// Observations between a value and the one that its speed is measured against.
pub(super) const SPEED: usize = 20;
/// A warning within this share of the end of the range is severe [chosen].
const SEVERE: f64 = 0.02;

const fn line(category: Category, name: &'static str, lead: &'static str, rule: Rule) -> Indicator {
    Indicator { category, name, lead, rule }
}

/// The share of the first `window` observations, newest first, that are not above the newest; `None` without any.
#[must_use]
pub fn percentile(newest_first: &[f64], window: usize) -> Option<f64> {
    let seen = &newest_first[..newest_first.len().min(window)];
    let today = seen.first()?;
    let below = seen.iter().filter(|value| *value <= today).count();
    Some(below as f64 / seen.len() as f64)
}

/// What a stub reads.
pub(super) const NEUTRAL: Reading = Reading {
    value: 0.0,
    percentile_1y: 0.5,
    percentile_5y: 0.5,
    change_5d: 0.0,
    change_20d: 0.0,
    warning: false,
    severe: false,
};

/// What an indicator with `rule` reads from the levels of its source, newest first; `None` when it is unavailable.
#[must_use]
pub fn read(rule: Rule, levels: &[f64]) -> Option<Reading> {
    let speeds: Vec<f64>;
    let values = match rule {
        Rule::Stub => return Some(NEUTRAL),
        Rule::Uninverting(_) => {
            speeds = levels.iter().zip(levels.iter().skip(SPEED)).map(|(now, before)| now - before).collect();
            &speeds
        }
        _ => levels,
    };
    if values.len() < MIN_OBSERVATIONS {
        return None;
    }
    let percentile_5y = percentile(values, FIVE_YEARS)?;
    let inverted = levels.iter().take(INVERTED_WITHIN).any(|level| *level < 0.0);
    let (warning, severe) = match rule {
        Rule::AtLeast(cut) => (percentile_5y >= cut, percentile_5y >= 1.0 - SEVERE),
        Rule::AtMost(cut) => (percentile_5y <= cut, percentile_5y <= SEVERE),
        Rule::Uninverting(cut) => (percentile_5y >= cut && inverted, percentile_5y >= 1.0 - SEVERE),
        Rule::Stub => (false, false),
    };
    Some(Reading {
        value: values[0],
        percentile_1y: percentile(values, YEAR)?,
        percentile_5y,
        change_5d: values[0] - values[5],
        change_20d: values[0] - values[SPEED],
        warning,
        severe: warning && severe,
    })
}
