//! The decision tree: five branches, the first that matches wins (engines-v1 §1.3).
//!
//! Every branch is a list of tests that must all be met. Confidence is the share of them that are met with a margin
//! of a tenth of the cut, and at least 0.3; a flag, and a cut at 0, have no scale and count as met clearly [chosen].
//!
//! ```
//! use v1::regime::tree::{Signals, classify};
//! use v1::regime::State;
//! let calm = Signals {
//!     vix: Some(12.0), breadth: Some(0.52), spread_percentile: Some(0.2), ..Signals::default()
//! };
//! let call = classify(&calm);
//! assert_eq!(call.state, State::RiskOnLowVol);
//! assert!((call.confidence - 2.0 / 3.0).abs() < 1e-12); // breadth is above 0.50, but not by a tenth of it
//! ```

use super::State;

/// The version of the tree, stored with what it says.
pub const TREE_VERSION: &str = "v1-tree-1";
/// More unavailable indicators than these, of 15, and nothing is known (§1.1).
pub const UNAVAILABLE_MAX: usize = 3;

/// What the tree looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals {
    /// The VIX, in points.
    pub vix: Option<f64>,
    /// The highest VIX of the last 60 days.
    pub vix_high: Option<f64>,
    /// The 5-year percentile of the credit spread, 0 to 1.
    pub spread_percentile: Option<f64>,
    /// The change of the credit spread over 10 days.
    pub spread_change: Option<f64>,
    /// The share of members above their 50-day mean, 0 to 1.
    pub breadth: Option<f64>,
    /// Whether there was emergency policy within 60 trading days.
    pub emergency_policy: bool,
    /// How many of the 4 credit indicators widen.
    pub widening: usize,
    /// How many of the 15 indicators are unavailable.
    pub unavailable: usize,
}

/// What the tree says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// The state.
    pub state: State,
    /// From 0 to 1.
    pub confidence: f64,
}

/// The cuts of §1.3.
mod cut {
    pub(super) const PANIC_VIX: f64 = 40.0;
    pub(super) const PANIC_SPREAD: f64 = 0.90;
    pub(super) const COLLAPSING: f64 = 0.20;
    pub(super) const OFF_ITS_HIGH: f64 = 0.75;
    pub(super) const WIDENING: usize = 2;
    pub(super) const LOW_VIX: f64 = 15.0;
    pub(super) const HIGH_BAND: (f64, f64) = (20.0, 30.0);
    pub(super) const HEALTHY: f64 = 0.50;
    pub(super) const TIGHT: f64 = 0.40;
    pub(super) const FINE: f64 = 0.70;
}
/// The margin, as a share of the cut, that counts as clear.
const MARGIN: f64 = 0.10;
const CONFIDENCE_FLOOR: f64 = 0.3;
const CONFIDENCE_UNKNOWN: f64 = 0.1;

/// Whether a test is met, and whether clearly.
type Test = (bool, bool);

const UNMET: Test = (false, false);

/// The state of a day, before hysteresis.
#[must_use]
pub fn classify(signals: &Signals) -> Call {
    if signals.unavailable > UNAVAILABLE_MAX {
        return Call { state: State::Unknown, confidence: CONFIDENCE_UNKNOWN };
    }
    for (state, tests) in branches(signals) {
        if tests.iter().all(|(met, _)| *met) {
            let clear = tests.iter().filter(|(_, clear)| *clear).count();
            return Call { state, confidence: (clear as f64 / tests.len() as f64).max(CONFIDENCE_FLOOR) };
        }
    }
    Call { state: State::Transition, confidence: CONFIDENCE_FLOOR }
}

/// The branches in their order.
fn branches(signals: &Signals) -> [(State, Vec<Test>); 5] {
    let Signals { vix, spread_percentile: spread, breadth, .. } = *signals;
    let healthy = at_least(breadth, cut::HEALTHY);
    let off_high = signals.vix_high.map_or(UNMET, |high| at_most(vix, cut::OFF_ITS_HIGH * high));
    let policy = signals.emergency_policy;
    let stabilising = signals.spread_change.is_some_and(|change| change <= 0.0);
    [
        (
            State::RiskOffPanic,
            vec![above(vix, cut::PANIC_VIX), above(spread, cut::PANIC_SPREAD), at_most(breadth, cut::COLLAPSING)],
        ),
        (State::PolicyRecovery, vec![(policy, policy), off_high, (stabilising, stabilising)]),
        (State::RiskOffGrinding, vec![at_least(Some(signals.widening as f64), cut::WIDENING as f64)]),
        (State::RiskOnLowVol, vec![below(vix, cut::LOW_VIX), healthy, at_most(spread, cut::TIGHT)]),
        (State::RiskOnHighVol, vec![within(vix, cut::HIGH_BAND), healthy, at_most(spread, cut::FINE)]),
    ]
}

fn above(value: Option<f64>, cut: f64) -> Test {
    value.map_or(UNMET, |value| (value > cut, value >= cut * (1.0 + MARGIN)))
}

fn at_least(value: Option<f64>, cut: f64) -> Test {
    value.map_or(UNMET, |value| (value >= cut, value >= cut * (1.0 + MARGIN)))
}

fn below(value: Option<f64>, cut: f64) -> Test {
    value.map_or(UNMET, |value| (value < cut, value <= cut * (1.0 - MARGIN)))
}

fn at_most(value: Option<f64>, cut: f64) -> Test {
    value.map_or(UNMET, |value| (value <= cut, value <= cut * (1.0 - MARGIN)))
}

fn within(value: Option<f64>, (low, high): (f64, f64)) -> Test {
    let ((from, clearly_from), (to, clearly_to)) = (at_least(value, low), at_most(value, high));
    (from && to, clearly_from && clearly_to)
}
