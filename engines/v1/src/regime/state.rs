//! The six states of the market, and what each allows (engines-v1 §1.1, §1.5).
//!
//! ```
//! use v1::regime::State;
//! assert_eq!(State::RiskOffGrinding.posture().max_position, 0.03);
//! assert_eq!(State::Unknown.posture(), State::RiskOffGrinding.posture()); // consumers go defensive
//! ```

use serde::{Deserialize, Serialize};

/// A state of the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Full allocation is safe.
    RiskOnLowVol,
    /// Growth, but choppy.
    RiskOnHighVol,
    /// No clear trend: the default.
    Transition,
    /// A slow decline.
    RiskOffGrinding,
    /// Forced selling.
    RiskOffPanic,
    /// A rescue is under way.
    PolicyRecovery,
    /// More than 3 of 15 indicators are unavailable.
    #[serde(rename = "UNKNOWN")]
    Unknown,
}

/// How long a position was meant to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duration {
    /// Days.
    ShortTerm,
    /// Weeks and more.
    Position,
}

/// What a state allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posture {
    /// The size of the book as a fraction of a full one: the least and the most that the state names.
    pub size: (f64, f64),
    /// The least synthesis of an entry (§6); `None` where nothing is entered.
    pub entry_bar: Option<f64>,
    /// The loss at which a position stops, as a fraction; 0 is at once.
    pub stop: f64,
    /// The largest weight of a name.
    pub max_position: f64,
    /// The distance of a stop in average true ranges.
    pub stop_distance_atr: f64,
    /// Confirming bars before an entry.
    pub entry_bars_required: u32,
    /// Value at risk of a day, as a fraction of equity.
    pub max_portfolio_risk: f64,
    /// How long to hold.
    pub preferred_duration: Duration,
    /// What the book is made of, in words.
    pub mix: &'static str,
}

/// Section 1.5, one row a state: size, entry bar, stop, maximum, ATR, bars, VaR, duration, mix.
const POSTURES: [Posture; 6] = [
    row((1.0, 1.0), Some(0.25), 0.08, 0.05, (3.0, 2, 0.025), Duration::Position, "all"),
    row((0.8, 0.8), Some(0.35), 0.05, 0.04, (2.5, 3, 0.02), Duration::Position, "momentum favoured"),
    row((0.6, 0.6), Some(0.50), 0.05, 0.03, (2.0, 4, 0.0175), Duration::ShortTerm, "no mean reversion"),
    row((0.4, 0.4), Some(0.60), 0.03, 0.03, (1.5, 4, 0.0125), Duration::ShortTerm, "no growth or cyclical"),
    row((0.0, 0.2), None, 0.0, 0.02, (1.5, 5, 0.01), Duration::ShortTerm, "hedges"),
    row((1.0, 1.2), Some(0.20), 0.08, 0.06, (3.0, 2, 0.025), Duration::Position, "quality value, momentum back"),
];

/// The book is never borrowed for, so a size beyond the account is not used.
const LARGEST_SIZE: f64 = 1.0;

const fn row(
    size: (f64, f64),
    entry_bar: Option<f64>,
    stop: f64,
    max_position: f64,
    (stop_distance_atr, entry_bars_required, max_portfolio_risk): (f64, u32, f64),
    preferred_duration: Duration,
    mix: &'static str,
) -> Posture {
    Posture {
        size,
        entry_bar,
        stop,
        max_position,
        stop_distance_atr,
        entry_bars_required,
        max_portfolio_risk,
        preferred_duration,
        mix,
    }
}

impl Posture {
    /// The size that weights are made with: the most that the state names, without borrowing [chosen].
    #[must_use]
    pub fn size_used(&self) -> f64 {
        self.size.1.min(LARGEST_SIZE)
    }
}

impl State {
    /// All states, by id, then UNKNOWN.
    pub const ALL: [Self; 7] = [
        Self::RiskOnLowVol,
        Self::RiskOnHighVol,
        Self::Transition,
        Self::RiskOffGrinding,
        Self::RiskOffPanic,
        Self::PolicyRecovery,
        Self::Unknown,
    ];

    /// The id in v1's tables, from 1; `None` for UNKNOWN.
    #[must_use]
    pub const fn id(self) -> Option<u8> {
        match self {
            Self::Unknown => None,
            known => Some(known as u8 + 1),
        }
    }

    /// The code in v1's tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RiskOnLowVol => "risk_on_low_vol",
            Self::RiskOnHighVol => "risk_on_high_vol",
            Self::Transition => "transition",
            Self::RiskOffGrinding => "risk_off_grinding",
            Self::RiskOffPanic => "risk_off_panic",
            Self::PolicyRecovery => "policy_recovery",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn display(self) -> &'static str {
        match self {
            Self::RiskOnLowVol => "Risk-On / Low Vol",
            Self::RiskOnHighVol => "Risk-On / High Vol",
            Self::Transition => "Transition / Rotation",
            Self::RiskOffGrinding => "Risk-Off / Grinding",
            Self::RiskOffPanic => "Risk-Off / Panic",
            Self::PolicyRecovery => "Policy Response / Recovery",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// What the state allows. Under UNKNOWN consumers go defensive: as in state 4 [chosen].
    #[must_use]
    pub const fn posture(self) -> Posture {
        match self {
            Self::Unknown => POSTURES[Self::RiskOffGrinding as usize],
            known => POSTURES[known as usize],
        }
    }

    /// The state of a saved byte.
    pub(crate) fn of_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(byte as usize).copied()
    }
}
