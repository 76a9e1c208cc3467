//! From the words of one generation to those of the other, for reports only (engines-v1 §12).
//!
//! | v1's state | v2's family |
//! |---|---|
//! | 1 `risk_on_low_vol`, 2 `risk_on_high_vol` | CARRY |
//! | 3 `transition`, 6 `policy_recovery` | NEUTRAL |
//! | 4 `risk_off_grinding` | RISK_OFF |
//! | 5 `risk_off_panic` | CRISIS |
//! | UNKNOWN | none: no comparison |
//!
//! A journal tells its own words every day, under `v1.regime.state` or `regime.family`:
//!
//! ```
//! use judge::reference::{Family, Regime};
//! assert_eq!(Regime::told("v1.regime", "state", "risk_off_panic").and_then(|told| told.family), Some(Family::Crisis));
//! assert_eq!(Regime::told("regime", "family", "CRISIS").and_then(|told| told.family), Some(Family::Crisis));
//! let unknown = Regime::told("v1.regime", "state", "UNKNOWN").ok_or("v1 told it")?;
//! assert_eq!(unknown.family, None); // said, and without a counterpart
//! assert!(Regime::told("v1.macro", "regime", "credit_freeze").is_none()); // another engine's word
//! # Ok::<(), &str>(())
//! ```

use std::fmt;

use domain::decision::FigureValue;
use journal::event::{Event, JournalDay};
use serde::{Deserialize, Serialize};

/// What both generations can be told in: v2's families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Family {
    /// Calm, and rising.
    Carry,
    /// Neither.
    Neutral,
    /// Stress.
    RiskOff,
    /// Great stress.
    Crisis,
}

/// A day's word for the state of the market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regime {
    /// The word itself.
    pub label: String,
    /// Its family; `None` where it has no counterpart.
    pub family: Option<Family>,
}

impl Family {
    /// Every family, from calm to crisis: the order of tables.
    pub const ALL: [Self; 4] = [Self::Carry, Self::Neutral, Self::RiskOff, Self::Crisis];

    /// The name in v2's contracts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Carry => "CARRY",
            Self::Neutral => "NEUTRAL",
            Self::RiskOff => "RISK_OFF",
            Self::Crisis => "CRISIS",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl Regime {
    /// What a figure of an engine says of the market's state; `None` for a figure of something else.
    #[must_use]
    pub fn told(engine: &str, field: &str, label: &str) -> Option<Self> {
        let family = match (engine, field) {
            ("v1.regime", "state") => of_state(label),
            ("regime", "family") => Family::ALL.into_iter().find(|family| family.name() == label),
            _ => return None,
        };
        Some(Self { label: label.to_owned(), family })
    }

    /// What the engines of a day say of it; `None` when none of them does.
    pub(super) fn of(day: &JournalDay) -> Option<Self> {
        day.events.iter().find_map(|event| match event {
            Event::FigureRecorded { engine, instrument: None, field, value: FigureValue::Label(label) } => {
                Self::told(engine, field, label)
            }
            _ => None,
        })
    }
}

fn of_state(code: &str) -> Option<Family> {
    match code {
        "risk_on_low_vol" | "risk_on_high_vol" => Some(Family::Carry),
        "transition" | "policy_recovery" => Some(Family::Neutral),
        "risk_off_grinding" => Some(Family::RiskOff),
        "risk_off_panic" => Some(Family::Crisis),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, Regime};
    use rstest::rstest;

    #[rstest]
    #[case("v1.regime", "state", "risk_on_low_vol", Some(Family::Carry))]
    #[case("v1.regime", "state", "risk_on_high_vol", Some(Family::Carry))]
    #[case("v1.regime", "state", "transition", Some(Family::Neutral))]
    #[case("v1.regime", "state", "risk_off_grinding", Some(Family::RiskOff))]
    #[case("v1.regime", "state", "risk_off_panic", Some(Family::Crisis))]
    #[case("v1.regime", "state", "policy_recovery", Some(Family::Neutral))]
    #[case("v1.regime", "state", "UNKNOWN", None)]
    #[case("regime", "family", "CARRY", Some(Family::Carry))]
    #[case("regime", "family", "NEUTRAL", Some(Family::Neutral))]
    #[case("regime", "family", "RISK_OFF", Some(Family::RiskOff))]
    #[case("regime", "family", "CRISIS", Some(Family::Crisis))]
    fn the_worked_example(#[case] engine: &str, #[case] field: &str, #[case] label: &str, #[case] to: Option<Family>) {
        let told = Regime::told(engine, field, label).unwrap();
        assert_eq!((told.label.as_str(), told.family), (label, to));
    }

    #[test]
    fn other_figures_say_nothing_of_it() {
        for (engine, field) in [("v1.regime", "raw_state"), ("v1.macro", "regime"), ("regime", "regime")] {
            assert_eq!(Regime::told(engine, field, "CRISIS"), None);
        }
    }
}
