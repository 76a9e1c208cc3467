//! What is known of an issuer's statements today: the latest period, and the one a year before.
//!
//! A figure counts from its report date (`known_on`), never from its period's end: the defect of choosing statements
//! by `period_end ≤ as_of` cannot be written here, because a view shows only what is known. A figure that was
//! restated counts as it was last reported. The period is the latest with at least half of the issuer's fields, so
//! that no ratio mixes two periods.
//!
//! Stocks are those of that period's end. Flows are a year's, and the reports' own dates say how long each speaks of:
//!
//! | the report before it ends | a flow is |
//! |---|---|
//! | a quarter of a year before, within `quarter_slack_days` | the sum of the last four quarters; absent when one of the four is not known |
//! | a year before, within `growth_slack_days`, or longer ago | the figure itself |
//! | in between, or there is none | absent: nobody can tell what span the figure is of |
//!
//! Worked example: revenues of 20, 22, 24 and 26 for quarters that end in March, June, September and December are 92;
//! without the 22 there is none. Dividends per share of a quarter count by the shares of that quarter, so that a split
//! within the year does not double them.

use domain::date::Date;
use domain::numeric::sum;
use domain::tape::SeriesPoint;
use domain::view::View;

use super::config::ProfilesConfig;
use super::fields::series::{DIVIDENDS, SHARES};

/// Calendar days of a year and of its quarter.
const YEAR: i32 = 365;
const QUARTER: i32 = 91;

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

/// How long a report speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Quarter,
    Year,
    Unknown,
}

/// Reads the series of `names`, `None` where the tape has no such series; `flows` are the positions of those that add
/// up over time.
pub(super) fn read(view: &View<'_>, names: &[Option<String>], flows: &[usize], config: &ProfilesConfig) -> Statement {
    let known: Vec<&[SeriesPoint]> =
        names.iter().map(|name| name.as_ref().map_or(&[][..], |name| view.series(name))).collect();
    let none = vec![None; names.len()];
    let oldest = view.today().plus_days(-i32::try_from(config.max_age_days).unwrap_or(i32::MAX));
    let reports = Reports::of(&known, oldest, config);
    let Some(period) = reports.ends.first().copied().filter(|period| *period >= oldest) else {
        return Statement { period: None, now: none.clone(), year_before: none, shares_known: None };
    };
    let span = reports.span();
    let figure = |field: usize, end: Date| {
        if flows.contains(&field) { reports.flow(field, end, span) } else { value_at(known[field], end) }
    };
    let before = |field: usize| {
        let wanted = period.plus_days(-YEAR);
        let end = if flows.contains(&field) && span == Span::Quarter {
            nearest(reports.ends.iter().copied(), wanted, reports.slack_year)
        } else {
            nearest(known[field].iter().map(|point| point.happened_on), wanted, reports.slack_year)
        };
        figure(field, end?)
    };
    let now = (0..known.len()).map(|field| figure(field, period)).collect();
    let year_before = (0..known.len()).map(before).collect();
    let shares_known = known.get(SHARES).and_then(|points| at(points, period)).map(|point| point.known_on);
    Statement { period: Some(period), now, year_before, shares_known }
}

/// The reports of one issuer.
struct Reports<'a> {
    known: &'a [&'a [SeriesPoint]],
    /// The ends of the periods with enough fields, the latest first, two years back from the oldest that counts.
    ends: Vec<Date>,
    slack_quarter: i32,
    slack_year: i32,
}

impl<'a> Reports<'a> {
    fn of(known: &'a [&'a [SeriesPoint]], oldest: Date, config: &ProfilesConfig) -> Self {
        let days = |days: u32| i32::try_from(days).unwrap_or(0);
        let (slack_quarter, slack_year) = (days(config.quarter_slack_days), days(config.growth_slack_days));
        let farthest = oldest.plus_days(-2 * (YEAR + slack_year));
        let mut ends: Vec<Date> =
            known.iter().flat_map(|points| points.iter().map(|point| point.happened_on)).collect();
        ends.retain(|end| *end >= farthest);
        ends.sort_unstable();
        ends.dedup();
        ends.reverse();
        let fields = known.iter().filter(|points| !points.is_empty()).count();
        let least = config.min_period_share * fields as f64;
        ends.retain(|end| known.iter().filter(|points| at(points, *end).is_some()).count() as f64 >= least);
        Self { known, ends, slack_quarter, slack_year }
    }

    /// What the latest report speaks of, by the end of the one before it.
    fn span(&self) -> Span {
        let [latest, before, ..] = self.ends[..] else { return Span::Unknown };
        let apart = latest.epoch_days() - before.epoch_days();
        match apart {
            _ if (apart - QUARTER).abs() <= self.slack_quarter => Span::Quarter,
            _ if apart >= YEAR - self.slack_year => Span::Year,
            _ => Span::Unknown,
        }
    }

    /// A year's flow up to `end`.
    fn flow(&self, field: usize, end: Date, span: Span) -> Option<f64> {
        match span {
            Span::Unknown => None,
            Span::Year => value_at(self.known[field], end),
            Span::Quarter => self.four_quarters(field, end),
        }
    }

    fn four_quarters(&self, field: usize, end: Date) -> Option<f64> {
        let mut ends = [end; 4];
        for quarter in 1..4 {
            let wanted = ends[quarter - 1].plus_days(-QUARTER);
            ends[quarter] = nearest(self.ends.iter().copied(), wanted, self.slack_quarter)?;
        }
        let of =
            |field: usize| -> Option<Vec<f64>> { ends.iter().map(|end| value_at(self.known[field], *end)).collect() };
        let mut figures = of(field)?;
        let shares = (field == DIVIDENDS).then(|| of(SHARES)).flatten().filter(|shares| shares[0] > 0.0);
        if let Some(shares) = shares {
            figures.iter_mut().zip(&shares).for_each(|(figure, then)| *figure *= then / shares[0]);
        }
        Some(sum(&figures))
    }
}

/// The figure of a period as it was last reported.
fn at(points: &[SeriesPoint], period: Date) -> Option<&SeriesPoint> {
    points.iter().rev().find(|point| point.happened_on == period)
}

fn value_at(points: &[SeriesPoint], period: Date) -> Option<f64> {
    at(points, period).map(|point| point.value)
}

/// The end nearest to `wanted`, the later one of two as near.
fn nearest(ends: impl Iterator<Item = Date>, wanted: Date, slack: i32) -> Option<Date> {
    let away = |end: &Date| (end.epoch_days() - wanted.epoch_days()).abs();
    let within = ends.filter(|end| away(end) <= slack);
    within.min_by_key(|end| (away(end), -end.epoch_days()))
}
