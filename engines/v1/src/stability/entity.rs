//! The entities that are watched, and the five states that each can be in (engines-v1 §2).

use serde::{Deserialize, Serialize};

use crate::regime::alert::AlertLevel;

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntityKind {
    /// A bank of global weight.
    GSib,
    /// A state.
    Sovereign,
    /// A strait, a canal, a plant that others hang on.
    Chokepoint,
    /// A central bank.
    CentralBank,
    /// A raw material.
    Commodity,
}

/// An entity of the config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityFact {
    /// Its id: its series are `CDS:{id}` in basis points, and `ENTITY:{id}:{metric}` from 0 to 1 for the metrics
    /// `leverage`, `liquidity`, `political`, `operational` and `attack_surface`, where 1 is the worst.
    pub id: String,
    /// What it is.
    pub kind: EntityKind,
}

/// How near an entity is to breaking, mildest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityState {
    /// Index below 30: nothing.
    #[default]
    Stable,
    /// From 30: no new exposure.
    Watch,
    /// From 45: cut exposure by 30 %.
    Fragile,
    /// From 60: out within 2 days.
    Targetable,
    /// From 75: out at once, hedge.
    Breaker,
}

/// How many entities of each kind v1 listed: 70.
pub const ENTITY_COUNTS: [(EntityKind, usize); 5] = [
    (EntityKind::GSib, 30),
    (EntityKind::Sovereign, 15),
    (EntityKind::Chokepoint, 10),
    (EntityKind::CentralBank, 6),
    (EntityKind::Commodity, 9),
];

/// The index from which each state holds; ties go to the state above the cut.
const CUTS: [(f64, EntityState); 4] = [
    (75.0, EntityState::Breaker),
    (60.0, EntityState::Targetable),
    (45.0, EntityState::Fragile),
    (30.0, EntityState::Watch),
];

impl EntityKind {
    /// The name in v1's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GSib => "G_SIB",
            Self::Sovereign => "SOVEREIGN",
            Self::Chokepoint => "CHOKEPOINT",
            Self::CentralBank => "CENTRAL_BANK",
            Self::Commodity => "COMMODITY",
        }
    }
}

impl EntityState {
    /// All states, mildest first.
    pub const ALL: [Self; 5] = [Self::Stable, Self::Watch, Self::Fragile, Self::Targetable, Self::Breaker];

    /// The state that an index from 0 to 100 names.
    #[must_use]
    pub fn of_index(index: f64) -> Self {
        CUTS.iter().find(|(from, _)| index >= *from).map_or(Self::Stable, |(_, state)| *state)
    }

    /// The alert that the state raises; Watch is monitored without one.
    #[must_use]
    pub const fn alert(self) -> AlertLevel {
        match self {
            Self::Stable | Self::Watch => AlertLevel::Green,
            Self::Fragile => AlertLevel::Yellow,
            Self::Targetable => AlertLevel::Orange,
            Self::Breaker => AlertLevel::Red,
        }
    }

    /// Consecutive days before the state is entered [chosen].
    #[must_use]
    pub const fn persistence_days(self) -> u32 {
        match self {
            Self::Stable | Self::Watch | Self::Breaker => 1,
            Self::Fragile => 3,
            Self::Targetable => 5,
        }
    }

    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Watch => "watch",
            Self::Fragile => "fragile",
            Self::Targetable => "targetable",
            Self::Breaker => "breaker",
        }
    }

    pub(super) fn of_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(byte as usize).copied()
    }
}
