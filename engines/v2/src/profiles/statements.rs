//! What is known of an issuer's statements today: one period, and the one a year before.
//!
//! A figure counts from its report date (`known_on`), never from its period's end: the defect of choosing statements
//! by `period_end ≤ as_of` cannot be written here, because a view shows only what is known. A figure that was
//! restated counts as it was last reported. The period is the latest with at least half of the issuer's fields, so
//! that no ratio mixes two periods.

use domain::date::Date;
use domain::tape::SeriesPoint;
use domain::view::View;

use super::config::ProfilesConfig;
use super::fields::series::SHARES;

/// Figures of one period, by position in the list of fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Statement {
    /// The end of the period.
    pub(super) period: Option<Date>,
    pub(super) now: Vec<Option<f64>>,
    pub(super) year_before: Vec<Option<f64>>,
    /// The day on which the count of shares became known.
    pub(super) shares_known: Option<Date>,
}

/// Reads the series of `names`, `None` where the tape has no such series.
pub(super) fn read(view: &View<'_>, names: &[Option<String>], config: &ProfilesConfig) -> Statement {
    let known: Vec<&[SeriesPoint]> =
        names.iter().map(|name| name.as_ref().map_or(&[][..], |name| view.series(name))).collect();
    let none = vec![None; names.len()];
    let fields = known.iter().filter(|points| !points.is_empty()).count();
    let oldest = view.today().plus_days(-i32::try_from(config.max_age_days).unwrap_or(i32::MAX));
    let mut periods: Vec<Date> = known.iter().flat_map(|points| points.iter().map(|point| point.happened_on)).collect();
    periods.retain(|period| *period >= oldest);
    periods.sort_unstable();
    let least = config.min_period_share * fields as f64;
    let mut enough = periods.chunk_by(|a, b| a == b).map(|run| run[0]).rev().filter(|period| {
        let there = known.iter().filter(|points| at(points, *period).is_some()).count();
        there as f64 >= least
    });
    let Some(period) = enough.next() else {
        return Statement { period: None, now: none.clone(), year_before: none, shares_known: None };
    };
    let now = known.iter().map(|points| value_at(points, period)).collect();
    let shares_known = known.get(SHARES).and_then(|points| at(points, period)).map(|point| point.known_on);
    let slack = i32::try_from(config.growth_slack_days).unwrap_or(0);
    let year_before = known.iter().map(|points| near(points, period.plus_days(-365), slack)).collect();
    Statement { period: Some(period), now, year_before, shares_known }
}

/// The figure of a period as it was last reported.
fn at(points: &[SeriesPoint], period: Date) -> Option<&SeriesPoint> {
    points.iter().rev().find(|point| point.happened_on == period)
}

fn value_at(points: &[SeriesPoint], period: Date) -> Option<f64> {
    at(points, period).map(|point| point.value)
}

/// The value of the period nearest to `wanted`, the later one of two as near.
fn near(points: &[SeriesPoint], wanted: Date, slack: i32) -> Option<f64> {
    let away = |point: &SeriesPoint| (point.happened_on.epoch_days() - wanted.epoch_days()).abs();
    let within = points.iter().filter(|point| away(point) <= slack);
    let nearest = within.min_by_key(|point| (away(point), -point.happened_on.epoch_days()))?;
    value_at(points, nearest.happened_on)
}
