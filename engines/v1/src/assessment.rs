//! The assessment engine: three rule agents and their synthesis (engines-v1 §6).
//!
//! | agent | from −1 to 1 |
//! |---|---|
//! | fundamental | mean of clipped z(roe), z(net margin), −z(leverage), z(revenue growth), over 3 |
//! | technical | 63-day return over 0.15, clipped |
//! | risk | −1/3 for each risk flag, at least −1; −1 if the main bank's index is above 60 |
//!
//! The synthesis is 0.45 F + 0.35 T + 0.20 R. A name that is not held is entered at the bar of the regime state or
//! above; one that is held is left at 0 or below, or when the universe no longer has it [chosen]. The weight hint is
//! maximum × size × conviction. Stops are hints; v1's backtest never acted on them.
//!
//! A worked example: F 0.5, T 1 and R 0 give 0.225 + 0.35 = 0.575, an entry in state 3 (bar 0.50) and none in state 4
//! (bar 0.60); the weight hint in state 3 is 0.03 × 0.6 × 0.575 = 0.01035.
//!
//! ```
//! use v1::assessment::{Bars, DecisionType, decide, synthesis};
//! use v1::regime::State;
//! let s = synthesis(0.5, 1.0, 0.0);
//! let in_state = |state: State| decide(Some(s), false, true, Bars { entry: state.posture().entry_bar });
//! assert_eq!(in_state(State::Transition), DecisionType::LongEntry);
//! assert_eq!(in_state(State::RiskOffGrinding), DecisionType::Skip);
//! ```

use domain::chain::Score;
use domain::ids::Instrument;
use domain::numeric::{mean, sum};
use domain::view::View;

use crate::black_swan::EmergencyState;
use crate::fundamentals::Ratios;
use crate::regime::State;
use crate::regime::alert::AlertLevel;
use crate::stats::{Z_LIMIT, clip, z_scores};

/// The name in reports.
pub const ENGINE: &str = "v1.assessment";

/// Weights of the agents: fundamental, technical, risk [chosen].
const WEIGHTS: [f64; 3] = [0.45, 0.35, 0.20];
/// Days of the technical agent's return [chosen].
const TECHNICAL_DAYS: usize = 63;
/// The return at which the technical agent is sure [chosen].
const TECHNICAL_FULL: f64 = 0.15;
/// Risk flags at which the risk agent is sure [chosen].
const FLAGS_FULL: f64 = 3.0;
/// A main bank's index above which a company is avoided (§2).
const BANK_INDEX: f64 = 60.0;

/// v1's decision types. It is long only, so the last three of its table, SHORT_ENTRY, SHORT_HOLD and SHORT_EXIT,
/// never appear and are not written down here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecisionType {
    /// Buy.
    LongEntry,
    /// Keep.
    LongHold,
    /// Sell.
    LongExit,
    /// Leave alone.
    Skip,
}

/// What an entry needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bars {
    /// The least synthesis; `None` when nothing is entered.
    pub entry: Option<f64>,
}

/// One line of `pipeline_decisions`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PipelineDecision {
    /// The name.
    pub instrument: Instrument,
    /// What to do.
    pub decision: DecisionType,
    /// The synthesis, −1 to 1; 0 where there is none.
    pub synthesis: f64,
    /// From 0 to 1.
    pub conviction: f64,
    /// The wanted weight, a fraction of equity.
    pub weight_hint: f64,
}

impl DecisionType {
    /// The name in v1's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LongEntry => "LONG_ENTRY",
            Self::LongHold => "LONG_HOLD",
            Self::LongExit => "LONG_EXIT",
            Self::Skip => "SKIP",
        }
    }
}

impl Bars {
    /// The bar under a state, an alert and a black swan level: the sum of what each asks for.
    #[must_use]
    pub fn of(state: State, alert: AlertLevel, emergency: EmergencyState) -> Self {
        let bar = state.posture().entry_bar;
        let entry = bar.zip(emergency.bar_added()).map(|(bar, added)| bar + added + alert.bar_added());
        Self { entry }
    }
}

/// The synthesis of the agents, −1 to 1.
#[must_use]
pub fn synthesis(fundamental: f64, technical: f64, risk: f64) -> f64 {
    sum(&[WEIGHTS[0] * fundamental, WEIGHTS[1] * technical, WEIGHTS[2] * risk])
}

/// What is done with a name of which `synthesis` is thought (`None`: too little data).
#[must_use]
pub fn decide(synthesis: Option<f64>, held: bool, in_universe: bool, bars: Bars) -> DecisionType {
    match (synthesis, held) {
        (Some(synthesis), true) if in_universe && synthesis > 0.0 => DecisionType::LongHold,
        (_, true) => DecisionType::LongExit,
        (Some(synthesis), false) if in_universe && bars.entry.is_some_and(|bar| synthesis >= bar) => {
            DecisionType::LongEntry
        }
        _ => DecisionType::Skip,
    }
}

/// The weight that a conviction (0 to 1) calls for in a state.
#[must_use]
pub fn weight_hint(state: State, conviction: f64) -> f64 {
    let posture = state.posture();
    posture.max_position * posture.size_used() * conviction
}

/// Scores `names`, ascending; one without a 63-day return has too little data and is left out.
pub(crate) fn score(
    view: &View<'_>,
    names: &[Instrument],
    ratios: impl Fn(Instrument) -> Ratios,
    bank_index: impl Fn(Instrument) -> Option<f64>,
) -> Vec<Score> {
    let ratios: Vec<Ratios> = names.iter().map(|name| ratios(*name)).collect();
    let column = |of: fn(&Ratios) -> Option<f64>| z_scores(&ratios.iter().map(of).collect::<Vec<_>>());
    let (roe, margin) = (column(|ratios| ratios.roe), column(|ratios| ratios.net_margin));
    let (leverage, growth) = (column(|ratios| ratios.leverage), column(|ratios| ratios.revenue_growth));
    let (today, before) = (view.closes(0), view.closes(TECHNICAL_DAYS));
    let mut scores = Vec::with_capacity(names.len());
    for (at, instrument) in names.iter().copied().enumerate() {
        let prices = today.and_then(|row| row.get(instrument)).zip(before.and_then(|row| row.get(instrument)));
        let Some((today, before)) = prices else { continue };
        let fundamental = fundamental([roe[at], margin[at], leverage[at], growth[at]]);
        let risk = risk(ratios[at].risk_flags, bank_index(instrument));
        let score = synthesis(fundamental, technical(today / before - 1.0), risk);
        scores.push(Score { instrument, score, confidence: conviction(score) });
    }
    scores
}

/// The fundamental agent, from z-scores of return on equity, net margin, leverage and growth.
fn fundamental([roe, margin, leverage, growth]: [f64; 4]) -> f64 {
    mean(&[roe, margin, -leverage, growth]).unwrap_or(0.0) / Z_LIMIT
}

fn technical(change: f64) -> f64 {
    clip(change / TECHNICAL_FULL, 1.0)
}

fn risk(flags: u32, bank_index: Option<f64>) -> f64 {
    if bank_index.is_some_and(|index| index > BANK_INDEX) {
        return -1.0;
    }
    (-f64::from(flags) / FLAGS_FULL).max(-1.0)
}

/// How sure v1 is of a synthesis.
fn conviction(synthesis: f64) -> f64 {
    synthesis.abs().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::{conviction, fundamental, risk, technical};

    #[test]
    fn the_agents() {
        assert_eq!(fundamental([3.0, 3.0, -3.0, 3.0]), 1.0);
        assert_eq!(fundamental([1.0, 1.0, 1.0, -1.0]), 0.0);
        assert_eq!((technical(0.3), technical(-0.3), technical(0.075)), (1.0, -1.0, 0.5));
        assert_eq!((risk(0, None), risk(1, Some(60.0)), risk(3, None), risk(9, None)), (0.0, -1.0 / 3.0, -1.0, -1.0));
        assert_eq!(risk(0, Some(60.1)), -1.0);
        assert_eq!((conviction(-0.4), conviction(1.2)), (0.4, 1.0));
    }
}
