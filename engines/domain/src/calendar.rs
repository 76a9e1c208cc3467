//! The sessions of one market, from facts.
//!
//! A calendar is built from a reviewed text file in `scenarios/calendars/`: the hours in force from each date, the
//! holidays, the early closes, and the rare session on a weekend. It knows the range of days that the facts cover
//! and refuses, with a typed error, every question outside it; there is no rule to fall back on.
//!
//! Minutes are UTC, counted from 00:00 of the session's own date; they are negative where a session opens on the
//! evening before, as in Sydney.
//!
//! ```
//! use domain::calendar::{Calendar, CalendarFacts, Hours};
//! let day = |text: &str| text.parse::<domain::date::Date>();
//! let calendar = Calendar::from_facts(&CalendarFacts {
//!     market: "US_EQ".into(), source: "example".into(), zone: "America/New_York".into(),
//!     first: day("2024-01-01")?, last: day("2024-01-31")?,
//!     hours: vec![Hours { from: day("2024-01-01")?, utc_offset_min: -300, open_utc_min: 870, close_utc_min: 1260 }],
//!     holidays: vec![day("2024-01-01")?, day("2024-01-15")?], exceptions: vec![], weekend_sessions: vec![],
//! })?;
//! assert_eq!(calendar.previous(day("2024-01-08")?, 1)?, day("2024-01-05")?); // over a weekend
//! assert!(calendar.session(day("2024-01-15")?)?.is_none());                  // a holiday
//! assert!(calendar.session(day("2024-02-01")?).is_err());                    // beyond the facts
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// What a calendar file states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFacts {
    /// The market, for example `US_EQ`.
    pub market: String,
    /// Where the facts come from.
    pub source: String,
    /// The IANA zone that the hours follow; for the reader, never evaluated.
    pub zone: String,
    /// The first day that the facts cover.
    pub first: Date,
    /// The last day that the facts cover.
    pub last: Date,
    /// The weekdays without a session.
    pub holidays: Vec<Date>,
    /// The Saturdays and Sundays with a session.
    #[serde(default)]
    pub weekend_sessions: Vec<Date>,
    /// Regular hours, each in force from its date on; sorted, and the first not after `first`.
    pub hours: Vec<Hours>,
    /// The days with other hours, most of them early closes.
    #[serde(default)]
    pub exceptions: Vec<Session>,
}

/// Regular hours from a date on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The first day of these hours.
    pub from: Date,
    /// Local time minus UTC, in minutes.
    pub utc_offset_min: i32,
    /// Open, in minutes UTC from 00:00 of the session's date.
    pub open_utc_min: i32,
    /// Close, likewise.
    pub close_utc_min: i32,
}

/// One session of the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The local date of the session.
    pub on: Date,
    /// Open, in minutes UTC from 00:00 of `on`.
    pub open_utc_min: i32,
    /// Close, likewise.
    pub close_utc_min: i32,
    /// Whether the close is earlier than the regular hours say.
    #[serde(default)]
    pub early_close: bool,
}

/// What a market does at an instant (gates-and-lifecycle §7.1). Lower bounds belong to a state, upper ones do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarketState {
    /// The local date has no session.
    Holiday,
    /// Between the day's other states.
    Overnight,
    /// From the open minus the lead to the open.
    PreOpen,
    /// From the open to the close.
    Session,
    /// From the close to the close plus the lag.
    PostClose,
}

/// The sessions of one market over the range of its facts.
#[derive(Clone, Debug)]
pub struct Calendar {
    facts: CalendarFacts,
    sessions: Vec<Session>,
}

/// Why a calendar could not answer or could not be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The question is about a day that the facts do not cover.
    #[error("{market}: {asked} is outside the calendar's known range {first} to {last}")]
    OutOfRange {
        /// The market.
        market: String,
        /// The day asked for, or the edge that a count of sessions ran over.
        asked: Date,
        /// The first known day.
        first: Date,
        /// The last known day.
        last: Date,
    },
    /// The facts contradict each other.
    #[error("{market}: {what}")]
    BadFacts {
        /// The market.
        market: String,
        /// What is wrong, with the day.
        what: String,
    },
}

impl Calendar {
    /// Checks the facts and lays out the sessions.
    ///
    /// # Errors
    /// [`CalendarError::BadFacts`] for facts out of order, out of range or in contradiction.
    pub fn from_facts(facts: &CalendarFacts) -> Result<Self, CalendarError> {
        check_facts(facts).map_err(|what| CalendarError::BadFacts { market: facts.market.clone(), what })?;
        let days = (facts.first.epoch_days()..=facts.last.epoch_days()).map(Date::from_epoch_days);
        let sessions = days.filter_map(|day| session_by_facts(facts, day)).collect();
        Ok(Self { facts: facts.clone(), sessions })
    }

    /// The market, for example `US_EQ`.
    #[must_use]
    pub fn market(&self) -> &str {
        &self.facts.market
    }

    /// The facts that the calendar was built from.
    #[must_use]
    pub const fn facts(&self) -> &CalendarFacts {
        &self.facts
    }

    /// The session of `day`, or `None` when the market is closed all day.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn session(&self, day: Date) -> Result<Option<Session>, CalendarError> {
        self.known(day)?;
        Ok(self.sessions.binary_search_by_key(&day, |session| session.on).ok().map(|at| self.sessions[at]))
    }

    /// Whether `day` has a session.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn is_trading_day(&self, day: Date) -> Result<bool, CalendarError> {
        self.session(day).map(|session| session.is_some())
    }

    /// The `n`-th trading day after `day`, for `n ≥ 1`; `day` itself need not be one.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`], also for `n = 0`.
    pub fn next(&self, day: Date, n: usize) -> Result<Date, CalendarError> {
        self.known(day)?;
        let after = self.sessions.partition_point(|session| session.on <= day);
        let at = n.checked_sub(1).and_then(|steps| after.checked_add(steps));
        at.and_then(|at| self.sessions.get(at)).map(|s| s.on).ok_or_else(|| self.out_of_range(self.facts.last))
    }

    /// The `n`-th trading day before `day`, for `n ≥ 1`.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`], also for `n = 0`.
    pub fn previous(&self, day: Date, n: usize) -> Result<Date, CalendarError> {
        self.known(day)?;
        let before = self.sessions.partition_point(|session| session.on < day);
        let at = if n == 0 { None } else { before.checked_sub(n) };
        at.map(|at| self.sessions[at].on).ok_or_else(|| self.out_of_range(self.facts.first))
    }

    /// The sessions from `first` to `last`, both inclusive.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn sessions_between(&self, first: Date, last: Date) -> Result<&[Session], CalendarError> {
        self.known(first)?;
        self.known(last)?;
        let from = self.sessions.partition_point(|session| session.on < first);
        let to = self.sessions.partition_point(|session| session.on <= last);
        Ok(self.sessions.get(from..to).unwrap_or_default())
    }

    /// The weekdays of `year` without a session.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`] unless the facts cover the whole year.
    pub fn holidays(&self, year: i16) -> Result<Vec<Date>, CalendarError> {
        for (month, day) in [(1, 1), (12, 31)] {
            self.known(Date::from_ymd(year, month, day).map_err(|_| self.out_of_range(self.facts.first))?)?;
        }
        Ok(self.facts.holidays.iter().copied().filter(|day| day.year() == year).collect())
    }

    /// The state of the market `minute` minutes (UTC) after 00:00 of `day`, with `lead` minutes of pre-open and
    /// `lag` of post-close. The states belong to local dates: Tokyo's pre-open falls on the UTC day before.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn state_at(&self, day: Date, minute: i32, lead: i32, lag: i32) -> Result<MarketState, CalendarError> {
        let local = minute + hours_on(&self.facts, day).utc_offset_min;
        let local_day = day.plus_days(local.div_euclid(1440));
        let Some(session) = self.session(local_day)? else { return Ok(MarketState::Holiday) };
        let since = minute + 1440 * (day.epoch_days() - local_day.epoch_days());
        Ok(match since {
            at if at < session.open_utc_min - lead => MarketState::Overnight,
            at if at < session.open_utc_min => MarketState::PreOpen,
            at if at < session.close_utc_min => MarketState::Session,
            at if at < session.close_utc_min + lag => MarketState::PostClose,
            _ => MarketState::Overnight,
        })
    }

    fn known(&self, day: Date) -> Result<(), CalendarError> {
        let inside = (self.facts.first..=self.facts.last).contains(&day);
        if inside { Ok(()) } else { Err(self.out_of_range(day)) }
    }

    fn out_of_range(&self, asked: Date) -> CalendarError {
        let CalendarFacts { market, first, last, .. } = &self.facts;
        CalendarError::OutOfRange { market: market.clone(), asked, first: *first, last: *last }
    }
}

fn check_facts(facts: &CalendarFacts) -> Result<(), String> {
    fn rising(name: &str, days: &[Date]) -> Result<(), String> {
        days.windows(2).find(|pair| pair[0] >= pair[1]).map_or(Ok(()), |pair| {
            Err(format!("{name}: {} stands before {}, expected rising dates without repeats", pair[0], pair[1]))
        })
    }
    let dates_of_hours: Vec<Date> = facts.hours.iter().map(|hours| hours.from).collect();
    let dates_of_exceptions: Vec<Date> = facts.exceptions.iter().map(|session| session.on).collect();
    rising("holidays", &facts.holidays)?;
    rising("weekend_sessions", &facts.weekend_sessions)?;
    rising("hours", &dates_of_hours)?;
    rising("exceptions", &dates_of_exceptions)?;
    if facts.first > facts.last {
        return Err(format!("first {} is after last {}", facts.first, facts.last));
    }
    if dates_of_hours.first().is_none_or(|from| *from > facts.first) {
        return Err(format!("hours: none in force on the first day {}", facts.first));
    }
    if let Some(hours) = facts.hours.iter().find(|hours| hours.open_utc_min >= hours.close_utc_min) {
        return Err(format!("hours from {}: the open is not before the close", hours.from));
    }
    if let Some(weekend) = facts.holidays.iter().find(|day| day.weekday() > 4) {
        return Err(format!("holidays: {weekend} is on a weekend, which has no session anyway"));
    }
    if let Some(session) = facts.exceptions.iter().find(|session| facts.holidays.binary_search(&session.on).is_ok()) {
        return Err(format!("exceptions: {} is also a holiday", session.on));
    }
    Ok(())
}

fn hours_on(facts: &CalendarFacts, day: Date) -> Hours {
    let after = facts.hours.partition_point(|hours| hours.from <= day);
    facts.hours[after.max(1) - 1]
}

fn session_by_facts(facts: &CalendarFacts, day: Date) -> Option<Session> {
    let weekend = day.weekday() > 4;
    let open = if weekend {
        facts.weekend_sessions.binary_search(&day).is_ok()
    } else {
        facts.holidays.binary_search(&day).is_err()
    };
    if !open {
        return None;
    }
    if let Ok(at) = facts.exceptions.binary_search_by_key(&day, |session| session.on) {
        return Some(facts.exceptions[at]);
    }
    let hours = hours_on(facts, day);
    let (open_utc_min, close_utc_min) = (hours.open_utc_min, hours.close_utc_min);
    Some(Session { on: day, open_utc_min, close_utc_min, early_close: false })
}
