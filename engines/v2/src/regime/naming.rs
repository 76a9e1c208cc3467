//! Labels, families and tags, and the written rules that name a cluster.
//!
//! A cluster is named by the ranks of its means among the days of the fit (engines-v2 §13):
//!
//! | name | rule, the first that holds |
//! |---|---|
//! | `RISK_OFF_CRISIS` | volatility and spread both in the top quintile |
//! | `RISK_OFF` | volatility in the top quintile, or volatility and spread both in the upper half with a falling market |
//! | `RECOVERY` | volatility in the upper half but falling (vol_21 below vol_63), positive 63-day return |
//! | `CALM_CARRY` | volatility in the bottom half, spread tight |
//! | `NEUTRAL` | else |
//!
//! Where the tape has no spread, the drawdown stands for it. A day is not named by its cluster's name alone, because
//! a mean that crosses a quintile at a refit would rename every day at once: [`super::stress`] uses the same ranks
//! weighted by the posterior, with hysteresis.
//!
//! ```
//! use v2::regime::config::NamingConfig;
//! use v2::regime::naming::{ClusterRanks, Family, Label, name_cluster};
//! let rules = NamingConfig::default();
//! let ranks = ClusterRanks { vol: 0.95, spread: 0.9, vol_ratio: 1.1, return_63: -0.2 };
//! assert_eq!(name_cluster(&ranks, &rules), Label::RiskOffCrisis);
//! assert_eq!(Label::RiskOffCrisis.family(), Family::Crisis);
//! ```

use super::config::NamingConfig;

/// The families of the contract (data-model §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// `CRISIS`: stress at its height.
    Crisis,
    /// `RISK_OFF`: stress that has begun or has not been left.
    RiskOff,
    /// `CARRY`: calm and tight.
    Carry,
    /// `NEUTRAL`: the rest.
    Neutral,
}

/// The labels of days and clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// `RISK_OFF_CRISIS`.
    RiskOffCrisis,
    /// `RISK_OFF`.
    RiskOff,
    /// `RECOVERY`: after stress, with falling volatility and a positive return, until calm.
    Recovery,
    /// `CALM_CARRY`.
    CalmCarry,
    /// `NEUTRAL`.
    Neutral,
}

/// What is said of a day beside its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// Stress with high inflation.
    Stagflation,
    /// Rising inflation and a rising market outside stress.
    Reflation,
    /// Stress with falling inflation and widening spreads.
    Recessionary,
    /// Of the crisis work; needs evidence that no series of a tape carries yet, so no rule here sets it.
    ExtractionSetup,
    /// As [`Tag::ExtractionSetup`].
    ExtractionTriggered,
    /// As [`Tag::ExtractionSetup`].
    ExtractionConsolidation,
    /// As [`Tag::ExtractionSetup`].
    EliteExitAccelerating,
    /// As [`Tag::ExtractionSetup`].
    BailoutRegime,
}

/// What the rules see of a cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterRanks {
    /// The rank of its mean volatility among the days of the fit, 0 to 1.
    pub vol: f64,
    /// The rank of its mean credit spread, or drawdown.
    pub spread: f64,
    /// Its mean vol_21 / vol_63.
    pub vol_ratio: f64,
    /// Its mean 63-day log return.
    pub return_63: f64,
}

impl Family {
    /// Every family, in the order of matrices.
    pub const ALL: [Self; 4] = [Self::Crisis, Self::RiskOff, Self::Carry, Self::Neutral];

    /// The name in contracts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crisis => "CRISIS",
            Self::RiskOff => "RISK_OFF",
            Self::Carry => "CARRY",
            Self::Neutral => "NEUTRAL",
        }
    }

    /// Whether it is a family of stress: CRISIS or `RISK_OFF`.
    #[must_use]
    pub const fn is_stress(self) -> bool {
        matches!(self, Self::Crisis | Self::RiskOff)
    }
}

impl Label {
    /// Every label, from the most stressed.
    pub const ALL: [Self; 5] = [Self::RiskOffCrisis, Self::RiskOff, Self::Recovery, Self::CalmCarry, Self::Neutral];

    /// The name in contracts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RiskOffCrisis => "RISK_OFF_CRISIS",
            Self::RiskOff => "RISK_OFF",
            Self::Recovery => "RECOVERY",
            Self::CalmCarry => "CALM_CARRY",
            Self::Neutral => "NEUTRAL",
        }
    }

    /// The family. A recovery has not left stress yet, so it is `RISK_OFF`.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::RiskOffCrisis => Family::Crisis,
            Self::RiskOff | Self::Recovery => Family::RiskOff,
            Self::CalmCarry => Family::Carry,
            Self::Neutral => Family::Neutral,
        }
    }

    /// The label at a position of [`Self::ALL`].
    pub(super) fn of_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

impl Tag {
    /// The name in contracts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stagflation => "STAGFLATION",
            Self::Reflation => "REFLATION",
            Self::Recessionary => "RECESSIONARY",
            Self::ExtractionSetup => "EXTRACTION_SETUP",
            Self::ExtractionTriggered => "EXTRACTION_TRIGGERED",
            Self::ExtractionConsolidation => "EXTRACTION_CONSOLIDATION",
            Self::EliteExitAccelerating => "ELITE_EXIT_ACCELERATING",
            Self::BailoutRegime => "BAILOUT_REGIME",
        }
    }
}

/// Names a cluster by the table of this module.
#[must_use]
pub fn name_cluster(ranks: &ClusterRanks, rules: &NamingConfig) -> Label {
    let upper = ranks.vol >= rules.calm_cluster && ranks.spread >= rules.calm_cluster;
    if ranks.vol >= rules.crisis_cluster && ranks.spread >= rules.crisis_cluster {
        Label::RiskOffCrisis
    } else if ranks.vol >= rules.crisis_cluster || (upper && ranks.return_63 < 0.0) {
        Label::RiskOff
    } else if ranks.vol >= rules.calm_cluster && ranks.vol_ratio < 1.0 && ranks.return_63 > 0.0 {
        Label::Recovery
    } else if ranks.vol < rules.calm_cluster && ranks.spread < rules.calm_cluster {
        Label::CalmCarry
    } else {
        Label::Neutral
    }
}

/// What the tags are read from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct MacroState {
    /// Growth of consumer prices over twelve months, as a fraction.
    pub(super) inflation: Option<f64>,
    /// The same six months earlier.
    pub(super) inflation_before: Option<f64>,
    /// Change of the credit spread, percentage points.
    pub(super) credit_change: Option<f64>,
    /// The market's 63-day log return.
    pub(super) return_63: Option<f64>,
}

/// The tags of a day, ascending; none without consumer prices.
pub(super) fn tags(state: &MacroState, family: Family, rules: &NamingConfig) -> Vec<Tag> {
    let (Some(now), Some(before)) = (state.inflation, state.inflation_before) else { return Vec::new() };
    let mut tags = Vec::new();
    if family.is_stress() && now > rules.inflation_high {
        tags.push(Tag::Stagflation);
    }
    if !family.is_stress() && now > before && state.return_63.is_some_and(|value| value > 0.0) {
        tags.push(Tag::Reflation);
    }
    if family.is_stress() && now < before && state.credit_change.is_some_and(|value| value > 0.0) {
        tags.push(Tag::Recessionary);
    }
    tags
}
