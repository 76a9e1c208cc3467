//! The black swan engine: NORMAL, ELEVATED_RISK, EMERGENCY (engines-v1 §3).
//!
//! An event of severity 0.8 and confidence 0.7 or more is an emergency, one of 0.5 and 0.5 or more an elevated risk,
//! a weaker one is recorded and changes nothing. After 10 trading days without a further such event the state steps
//! down by one level, never two. A person's override wins. Each new level logs one action a component; they are
//! logged as PROPOSED and stay so, as in v1's code. The consumers follow the state, not the log.
//!
//! A worked example: an event (0.9, 0.8) makes an EMERGENCY; the tenth quiet day makes it ELEVATED_RISK, the
//! twentieth NORMAL.
//!
//! ```
//! use v1::black_swan::{EmergencyState, Tracker};
//! let mut tracker = Tracker::default();
//! assert_eq!(tracker.step(Some(EmergencyState::of_event(0.9, 0.8))), EmergencyState::Emergency);
//! let quiet: Vec<EmergencyState> = (0..20).map(|_| tracker.step(None)).collect();
//! assert_eq!((quiet[8], quiet[9]), (EmergencyState::Emergency, EmergencyState::ElevatedRisk));
//! assert_eq!((quiet[18], quiet[19]), (EmergencyState::ElevatedRisk, EmergencyState::Normal));
//! ```

mod actions;

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::report::EngineReport;
use domain::state::Saved;
use domain::view::View;
use serde::{Deserialize, Serialize};

use crate::config::{Override, V1Config};
use crate::regime::falls_today;
use crate::tell;

pub use actions::{Action, ActionStatus, actions_of};

/// The name in reports.
pub const ENGINE: &str = "v1.black_swan";

/// The level of alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmergencyState {
    /// Nothing.
    #[default]
    Normal,
    /// Caps × 0.75, a higher entry bar.
    ElevatedRisk,
    /// Caps × 0.5, gross at most 0.5, no new positions, the most liquid half.
    Emergency,
}

/// What kind of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventKind {
    /// War.
    War,
    /// Terror.
    TerrorAttack,
    /// A pandemic.
    Pandemic,
    /// A financial crisis.
    FinancialCrisis,
    /// An attack on computers.
    Cyberattack,
    /// Anything else.
    Other,
}

/// An event that was registered by hand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventFact {
    /// The day from which it is known.
    pub date: Date,
    /// What kind it is.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// From 0 to 1.
    pub severity: f64,
    /// From 0 to 1.
    pub confidence: f64,
}

/// Severity and confidence from which each level is entered [chosen].
const LEVELS: [(EmergencyState, f64, f64); 2] =
    [(EmergencyState::Emergency, 0.8, 0.7), (EmergencyState::ElevatedRisk, 0.5, 0.5)];
/// Quiet trading days before a step down [chosen].
const QUIET_DAYS: u32 = 10;

/// The level over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tracker {
    state: EmergencyState,
    quiet_days: u32,
}

/// The engine.
#[derive(Clone, Debug)]
pub struct BlackSwan {
    events: Vec<EventFact>,
    overrides: Vec<Override<EmergencyState>>,
    tracker: Tracker,
    proposed: u32,
    overridden: u32,
}

impl EmergencyState {
    /// All levels, the calmest first.
    pub const ALL: [Self; 3] = [Self::Normal, Self::ElevatedRisk, Self::Emergency];

    /// The level that an event alone asks for.
    #[must_use]
    pub fn of_event(severity: f64, confidence: f64) -> Self {
        let fits = |(_, least, sure): &&(Self, f64, f64)| severity >= *least && confidence >= *sure;
        LEVELS.iter().find(fits).map_or(Self::Normal, |(state, ..)| *state)
    }

    /// The name in v1's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::ElevatedRisk => "ELEVATED_RISK",
            Self::Emergency => "EMERGENCY",
        }
    }

    /// What is left of the caps on weights [chosen].
    #[must_use]
    pub const fn cap_factor(self) -> f64 {
        match self {
            Self::Normal => 1.0,
            Self::ElevatedRisk => 0.75,
            Self::Emergency => 0.5,
        }
    }

    /// The most that all weights may sum to, where there is a limit [chosen].
    #[must_use]
    pub const fn gross_limit(self) -> Option<f64> {
        match self {
            Self::Emergency => Some(0.5),
            _ => None,
        }
    }

    /// The share of the names, most liquid first, that may be held [chosen].
    #[must_use]
    pub const fn liquid_share(self) -> f64 {
        match self {
            Self::Emergency => 0.5,
            _ => 1.0,
        }
    }

    /// What is added to the entry bar [chosen]; `None` where no position may be opened.
    #[must_use]
    pub const fn bar_added(self) -> Option<f64> {
        match self {
            Self::Normal => Some(0.0),
            Self::ElevatedRisk => Some(0.10),
            Self::Emergency => None,
        }
    }
}

impl EventKind {
    /// The name in v1's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::War => "WAR",
            Self::TerrorAttack => "TERROR_ATTACK",
            Self::Pandemic => "PANDEMIC",
            Self::FinancialCrisis => "FINANCIAL_CRISIS",
            Self::Cyberattack => "CYBERATTACK",
            Self::Other => "OTHER",
        }
    }
}

impl Tracker {
    /// Takes the worst level that today's events ask for, or none, and answers today's level.
    pub fn step(&mut self, asked: Option<EmergencyState>) -> EmergencyState {
        match asked.filter(|state| *state > EmergencyState::Normal) {
            Some(asked) => (self.state, self.quiet_days) = (self.state.max(asked), 0),
            None => self.quiet_days += 1,
        }
        if self.quiet_days >= QUIET_DAYS {
            let below = match self.state {
                EmergencyState::Emergency => EmergencyState::ElevatedRisk,
                _ => EmergencyState::Normal,
            };
            (self.state, self.quiet_days) = (below, 0);
        }
        self.state
    }
}

impl BlackSwan {
    /// The engine under `config`.
    #[must_use]
    pub fn new(config: &V1Config) -> Self {
        let (events, overrides) = (config.black_swan_events.clone(), config.black_swan_overrides.clone());
        Self { events, overrides, tracker: Tracker::default(), proposed: 0, overridden: 0 }
    }

    /// Takes today's events and answers today's level.
    pub fn step(&mut self, view: &View<'_>) -> EmergencyState {
        let events = self.events.iter().filter(|event| falls_today(view, event.date));
        let asked = events.map(|event| EmergencyState::of_event(event.severity, event.confidence)).max();
        let before = self.tracker.state;
        self.tracker.step(asked);
        if let Some(by_hand) = self.overrides.iter().find(|entry| falls_today(view, entry.date)) {
            self.tracker = Tracker { state: by_hand.state, quiet_days: 0 };
            self.overridden += 1;
        }
        if self.tracker.state > before {
            self.proposed += actions_of(self.tracker.state).len() as u32;
        }
        self.tracker.state
    }

    /// Today's level.
    #[must_use]
    pub const fn state(&self) -> EmergencyState {
        self.tracker.state
    }

    pub(crate) fn report(&self) -> EngineReport {
        let figures = vec![
            tell::label("state", self.tracker.state.name()),
            tell::number("actions_proposed", f64::from(self.proposed)),
            tell::number("overrides", f64::from(self.overridden)),
        ];
        tell::decided(ENGINE, figures)
    }

    pub(crate) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u8(self.tracker.state as u8).put_u32(self.tracker.quiet_days);
        bytes.put_u32(self.proposed).put_u32(self.overridden);
    }

    pub(crate) fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        let state = *EmergencyState::ALL.get(saved.u8()? as usize)?;
        self.tracker = Tracker { state, quiet_days: saved.u32()? };
        (self.proposed, self.overridden) = (saved.u32()?, saved.u32()?);
        Some(())
    }
}
