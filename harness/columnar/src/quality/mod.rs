//! What is wrong with a stored tape, and what only looks wrong (gates-and-lifecycle §5.2).
//!
//! | check | asks | breach |
//! |---|---|---|
//! | `schema` | prices positive, `low ≤ open, close ≤ high`, rows sorted, each key once | refuse |
//! | `calendar` | every bar on a session of its market | refuse |
//! | `currency` | every bar in the currency of the tape | refuse |
//! | `known_on` | nothing known before it happened, a bar on its own day | refuse |
//! | `outlier` | a return beyond the larger of 25 % and eight robust deviations | refuse |
//! | `unlisted_action` | raw closes and actions move as the vendor's adjusted closes do, within 2 % | flag |
//! | `missing_share` | at most 2 % of the active instruments without a bar on a session | flag |
//! | `missing_members` | at most 0.5 % of the active members of an index without one | flag |
//! | `gap` | no session without a bar between an instrument's first and last | flag |
//! | `stale_price` | fewer than five sessions in a row with one close and no volume | flag |
//! | `monotone_series` | no fall of a series that `tape.toml` declares cumulative | refuse |
//! | `day_statistics` | count, mean and dispersion of a day's returns within six deviations of the days before | flag |
//! | `series_gap` | the next value of a series within a step of its frequency | flag |
//! | `unused_note` | every remark in `tape.toml` explains something | flag |
//!
//! The row on embeddings of that table is about vectors, and a tape holds none. The numbers stand in `policy.toml`.
//!
//! A finding that a remark in `tape.toml` speaks of is known: it keeps its place in the list with the explanation,
//! and counts against nothing.

mod baseline;
mod coverage;
mod members;
mod panel;
mod policy;
mod prices;
pub(crate) mod returns;
mod steps;
#[cfg(test)]
mod tests;

use domain::calendar::Calendar;
use domain::date::Date;
use serde::Serialize;

use crate::error::DataError;
use crate::notes::Notes;
use crate::tape_folder::StoredTape;

use panel::Panel;
use policy::Policy;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Values, order and keys of the rows.
    Schema,
    /// Bars on sessions of their market.
    Calendar,
    /// The currency of the tape.
    Currency,
    /// Knowledge after the fact.
    KnownOn,
    /// Returns within bounds.
    Outlier,
    /// Raw and adjusted closes that move alike.
    UnlistedAction,
    /// Sessions on which too many instruments have no bar.
    MissingShare,
    /// Sessions on which too many members of an index have no bar.
    MissingMembers,
    /// Sessions without a bar of one instrument.
    Gap,
    /// One close for days without trade.
    StalePrice,
    /// A series that pauses.
    SeriesGap,
    /// A cumulative series that falls.
    MonotoneSeries,
    /// A day unlike the days before it.
    DayStatistics,
    /// A remark that explains nothing.
    UnusedNote,
}

/// What a finding means for the tape. The order is that of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The rows cannot stand unless a person explains them.
    Refuse,
    /// Worth a look.
    Flag,
    /// `tape.toml` speaks of it.
    Known,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What it means.
    pub severity: Severity,
    /// What was asked.
    pub check: Check,
    /// The instrument, series or market.
    pub subject: String,
    /// The first day.
    pub first: Date,
    /// The last day; the same for a finding of one day.
    pub last: Date,
    /// What was found, with values and bounds.
    pub what: String,
    /// What `tape.toml` says of it.
    pub explanation: Option<String>,
}

/// Runs every check; those about sessions need the calendar. Findings come by severity, check, subject and day.
///
/// # Errors
/// When the tape cannot be read.
pub fn check(tape: &StoredTape, calendar: Option<&Calendar>) -> Result<Vec<Finding>, DataError> {
    let (panel, policy) = (Panel::read(tape)?, Policy::bundled()?);
    let mut found = prices::check(&panel);
    if let Some(calendar) = calendar {
        found.extend(coverage::check(&panel, calendar, policy.missing));
        found.extend(members::check(tape, &panel, calendar, policy.missing)?);
    }
    found.extend(baseline::check(&panel, policy.day_statistics));
    found.extend(steps::check(tape)?);
    found.extend(steps::check_texts(tape)?);
    let manifest = tape.manifest();
    let remarks: Vec<_> = manifest.known_defects.iter().chain(&manifest.explained).cloned().collect();
    let notes = Notes::parse(&format!("{}/tape.toml", tape.name()), &remarks)?;
    let mut used = vec![false; remarks.len()];
    for finding in &mut found {
        if let Some(at) = notes.position(finding.check.code(), &finding.subject, finding.first, finding.last) {
            used[at] = true;
            finding.severity = Severity::Known;
            finding.explanation = Some(remarks[at].what.clone());
        }
    }
    found.extend(unused(tape, &notes, &used, calendar.is_some()));
    found.sort();
    Ok(found)
}

/// Remarks on checks that ran and found nothing of the kind.
fn unused(tape: &StoredTape, notes: &Notes, used: &[bool], with_calendar: bool) -> Vec<Finding> {
    let ran = |check: &Check| with_calendar || !check.needs_calendar();
    let idle = |(at, _): &(usize, &bool)| {
        Check::ALL.iter().filter(|check| ran(check)).any(|check| notes.asks(*at, check.code()))
    };
    let lines = used.iter().enumerate().filter(|(_, used)| !**used).filter(idle);
    let finding = |(at, _)| {
        let first = notes.first_day(at).unwrap_or(Date::from_epoch_days(0));
        Finding::new(Check::UnusedNote, tape.name(), (first, first), format!("remark {} explains no finding", at + 1))
    };
    lines.map(finding).collect()
}

impl Check {
    /// Every check, in the order of a report.
    pub const ALL: &'static [Self] = &[
        Self::Schema,
        Self::Calendar,
        Self::Currency,
        Self::KnownOn,
        Self::Outlier,
        Self::UnlistedAction,
        Self::MissingShare,
        Self::MissingMembers,
        Self::Gap,
        Self::StalePrice,
        Self::SeriesGap,
        Self::MonotoneSeries,
        Self::DayStatistics,
        Self::UnusedNote,
    ];

    /// The name in reports and in `tape.toml`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Calendar => "calendar",
            Self::Currency => "currency",
            Self::KnownOn => "known_on",
            Self::Outlier => "outlier",
            Self::UnlistedAction => "unlisted_action",
            Self::MissingShare => "missing_share",
            Self::MissingMembers => "missing_members",
            Self::Gap => "gap",
            Self::StalePrice => "stale_price",
            Self::SeriesGap => "series_gap",
            Self::MonotoneSeries => "monotone_series",
            Self::DayStatistics => "day_statistics",
            Self::UnusedNote => "unused_note",
        }
    }

    /// What an unexplained breach means.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Schema | Self::Calendar | Self::Currency | Self::KnownOn | Self::Outlier | Self::MonotoneSeries => {
                Severity::Refuse
            }
            _ => Severity::Flag,
        }
    }

    const fn needs_calendar(self) -> bool {
        matches!(self, Self::Calendar | Self::MissingShare | Self::MissingMembers | Self::Gap)
    }
}

impl Severity {
    /// The name in reports.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Flag => "flag",
            Self::Known => "known",
        }
    }
}

impl Finding {
    fn new(check: Check, subject: &str, (first, last): (Date, Date), what: String) -> Self {
        Self { severity: check.severity(), check, subject: subject.to_owned(), first, last, what, explanation: None }
    }
}
