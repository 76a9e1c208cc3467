//! The market-wide series behind the features: curve, credit, implied volatility, consumer prices.
//!
//! A value is used from the day it is known until it is too old; a series that has stopped is absent, not constant.

use std::cmp::Ordering;

use domain::view::View;

use super::config::{NamingConfig, RegimeConfig};
use super::features::{Row, at};
use super::naming::MacroState;

/// Trading days between two levels of the curve or the spread that make its change.
const CHANGE_DAYS: usize = 20;
/// Months in the growth of consumer prices, and before its comparison.
const YEAR_MONTHS: usize = 12;
const HALF_YEAR_MONTHS: usize = 6;

/// What the market-wide series say today.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Economy {
    slope: Option<f64>,
    slope_change: Option<f64>,
    spread: Option<f64>,
    spread_change: Option<f64>,
    pub(super) vix: Option<f64>,
    pub(super) high_yield: Option<f64>,
    /// The rank of the credit spread among its own trailing points, 0 to 1.
    pub(super) spread_rank: Option<f64>,
    inflation: Option<f64>,
    inflation_before: Option<f64>,
}

impl Economy {
    pub(super) fn of(view: &View<'_>, config: &RegimeConfig) -> Self {
        let series = &config.series;
        let (daily, monthly) = (series.max_age_days, series.max_age_monthly_days);
        let slope =
            |view: &View<'_>| Some(last(view, &series.curve_long, daily)? - last(view, &series.curve_short, daily)?);
        let spread = |view: &View<'_>| last(view, &series.credit_spread, monthly);
        let before = view.earlier(CHANGE_DAYS);
        let change = |now: Option<f64>, then: Option<f64>| Some(now? - then?);
        Self {
            slope: slope(view),
            slope_change: change(slope(view), before.as_ref().and_then(slope)),
            spread: spread(view),
            spread_change: change(spread(view), before.as_ref().and_then(spread)),
            vix: last(view, &series.vix, daily),
            high_yield: last(view, &series.high_yield_oas, daily),
            spread_rank: spread(view).map(|now| trailing_rank(view, &series.credit_spread, now, &config.naming)),
            inflation: growth(view, &series.cpi, monthly, 0),
            inflation_before: growth(view, &series.cpi, monthly, HALF_YEAR_MONTHS),
        }
    }

    /// Fills the features of the economy; what is absent stays NaN.
    pub(super) fn fill(&self, row: &mut Row) {
        let fields = [
            (at::CURVE_SLOPE, self.slope),
            (at::CURVE_CHANGE, self.slope_change),
            (at::CREDIT_SPREAD, self.spread),
            (at::CREDIT_CHANGE, self.spread_change),
            (at::VIX, self.vix),
        ];
        for (at, value) in fields {
            row[at] = value.unwrap_or(f64::NAN);
        }
    }

    pub(super) fn state(&self, return_63: Option<f64>) -> MacroState {
        let (inflation, inflation_before) = (self.inflation, self.inflation_before);
        MacroState { inflation, inflation_before, credit_change: self.spread_change, return_63 }
    }
}

/// The newest value that is known and not too old.
fn last(view: &View<'_>, name: &str, max_age: u32) -> Option<f64> {
    let point = view.series(name).last()?;
    let age = view.today().epoch_days() - point.known_on.epoch_days();
    (age <= max_age as i32 && point.value.is_finite()).then_some(point.value)
}

/// The share of the trailing known points below `now`, an equal one counted as half.
fn trailing_rank(view: &View<'_>, name: &str, now: f64, rules: &NamingConfig) -> f64 {
    let points = view.series(name);
    let trailing = &points[points.len().saturating_sub(rules.spread_rank_points as usize)..];
    let score = trailing.iter().fold(0.0, |total, point| match point.value.total_cmp(&now) {
        Ordering::Less => total + 1.0,
        Ordering::Equal => total + 0.5,
        Ordering::Greater => total,
    });
    // A few points say nothing of what is usual.
    if (trailing.len() as u32) * 2 < rules.spread_rank_points { 0.5 } else { score / trailing.len() as f64 }
}

/// The growth over twelve months that was the newest `months` months ago.
fn growth(view: &View<'_>, name: &str, max_age: u32, months: usize) -> Option<f64> {
    last(view, name, max_age)?;
    let points = view.series(name);
    let at = points.len().checked_sub(1 + months)?;
    let before = points[at.checked_sub(YEAR_MONTHS)?].value;
    Some(points[at].value / before - 1.0).filter(|growth| growth.is_finite())
}
