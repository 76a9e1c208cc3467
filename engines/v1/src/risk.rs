//! The risk engine: one cap on each name (engines-v1 §7).
//!
//! A weight within the cap is OK; one beyond it keeps its sign and is CAPPED; under a cap of nothing it is REJECTED.
//! An alert or a black swan level tightens the cap, and what that takes is SCALED_DOWN; an EMERGENCY also scales all
//! weights to a sum of at most 0.5. Sector, country, correlation and drawdown limits were only ever planned.
//!
//! v1's reference cases:
//!
//! ```
//! use v1::risk::{RiskResult, cap};
//! assert_eq!(cap(0.04, 0.05), (0.04, RiskResult::Ok));
//! assert_eq!(cap(0.20, 0.05), (0.05, RiskResult::Capped));
//! assert_eq!(cap(-0.20, 0.05), (-0.05, RiskResult::Capped));
//! assert_eq!(cap(0.10, 0.0), (0.0, RiskResult::Rejected));
//! ```

use domain::decision::TargetWeight;
use domain::ids::Instrument;
use domain::numeric::sum;

use crate::black_swan::EmergencyState;
use crate::regime::alert::AlertLevel;

/// The name in reports.
pub const ENGINE: &str = "v1.risk";

/// The cap of `StrategyRiskConfig`, for known and unknown strategies alike.
pub const MAX_ABS_WEIGHT_PER_NAME: f64 = 0.05;

/// Weights that differ by no more than this are equal.
const EPSILON: f64 = 1e-9;

/// What became of a weight: a row of `risk_actions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskResult {
    /// Within all limits.
    Ok,
    /// Beyond the cap.
    Capped,
    /// Tightened by an alert or a black swan level.
    ScaledDown,
    /// Nothing is left.
    Rejected,
}

/// A weight after the limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limited {
    /// The name.
    pub instrument: Instrument,
    /// The weight that is left, a fraction of equity.
    pub weight: f64,
    /// What became of it.
    pub result: RiskResult,
}

impl RiskResult {
    /// The name in v1's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Capped => "CAPPED",
            Self::ScaledDown => "SCALED_DOWN",
            Self::Rejected => "REJECTED",
        }
    }
}

/// What a cap leaves of a weight.
#[must_use]
pub fn cap(weight: f64, cap: f64) -> (f64, RiskResult) {
    if cap <= EPSILON && weight != 0.0 {
        (0.0, RiskResult::Rejected)
    } else if weight.abs() <= cap + EPSILON {
        (weight, RiskResult::Ok)
    } else {
        (cap.copysign(weight), RiskResult::Capped)
    }
}

/// What the limits of a day leave of `wanted`.
#[must_use]
pub fn limit(wanted: &[TargetWeight], cap_per_name: f64, alert: AlertLevel, emergency: EmergencyState) -> Vec<Limited> {
    let tightened = cap_per_name * alert.cap_factor() * emergency.cap_factor();
    let one = |target: &TargetWeight| {
        let (weight, result) = cap(target.weight, cap_per_name);
        let (weight, result) = match cap(weight, tightened) {
            (left, RiskResult::Capped) => (left, RiskResult::ScaledDown),
            _ => (weight, result),
        };
        Limited { instrument: target.instrument, weight, result }
    };
    let mut limited: Vec<Limited> = wanted.iter().map(one).collect();
    let gross = sum(&limited.iter().map(|line| line.weight.abs()).collect::<Vec<_>>());
    if let Some(most) = emergency.gross_limit().filter(|most| gross > most + EPSILON) {
        for line in limited.iter_mut().filter(|line| line.weight != 0.0) {
            (line.weight, line.result) = (line.weight * (most / gross), RiskResult::ScaledDown);
        }
    }
    limited
}

/// After a failure: no new positions, only smaller ones. `held` is the weight of each name of `wanted` today; a weight
/// that is no number leaves the position as it is.
#[must_use]
pub fn only_less(wanted: &[TargetWeight], held: &[f64]) -> Vec<TargetWeight> {
    let less = |(target, held): (&TargetWeight, &f64)| {
        let weight = if target.weight.is_finite() { target.weight.min(*held).max(0.0) } else { *held };
        TargetWeight { instrument: target.instrument, weight }
    };
    wanted.iter().zip(held).map(less).collect()
}
