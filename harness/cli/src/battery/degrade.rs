//! Known degradations of a run: the same account, made worse by a stated size.
//!
//! | what | of size s |
//! |---|---|
//! | Sharpe ratio | loses s of its annual ratio: every daily return is lower by `s · σ / √252` |
//! | drawdown | every daily return is s times as large, and so are turnover and costs: leverage that nobody sees |
//! | turnover | s times as much is traded, at the same returns |
//! | slippage | costs and slippage are s times as high, and are paid |

use domain::quantity::Cash;
use judge::evidence::side::Side;
use judge::evidence::{Evidence, Part};
use judge::metrics::returns;

/// A kind of degradation with the sizes at which it is tried.
#[derive(Clone, Copy, Debug)]
pub struct Degradation {
    /// What is made worse.
    pub what: &'static str,
    /// The unit of the sizes.
    pub unit: &'static str,
    /// The gate that should see it.
    pub gate: &'static str,
    /// The sizes, ascending.
    pub sizes: &'static [f64],
    apply: fn(&mut Side, f64),
}

/// All kinds.
pub const ALL: [Degradation; 4] = [
    Degradation {
        what: "Sharpe ratio",
        unit: "fall of the annual ratio",
        gate: "sharpe",
        sizes: &[0.02, 0.05, 0.08, 0.1, 0.12, 0.2],
        apply: lower,
    },
    Degradation {
        what: "drawdown",
        unit: "multiple of every daily return",
        gate: "drawdown",
        sizes: &[1.01, 1.03, 1.05, 1.1, 1.15, 1.2],
        apply: lever,
    },
    Degradation {
        what: "turnover",
        unit: "multiple",
        gate: "turnover",
        sizes: &[1.05, 1.1, 1.2, 1.25, 1.3, 1.5],
        apply: trade,
    },
    Degradation {
        what: "slippage",
        unit: "multiple of costs and slippage",
        gate: "costs",
        sizes: &[1.05, 1.1, 1.2, 1.25, 1.3, 1.5],
        apply: slip,
    },
];

impl Degradation {
    /// The evidence with its candidate made worse in every run.
    #[must_use]
    pub fn of(&self, mut evidence: Evidence, size: f64) -> Evidence {
        for run in evidence.runs.iter_mut().filter(|run| matches!(run.part, Part::Historical | Part::Bootstrap)) {
            (self.apply)(&mut run.candidate, size);
        }
        evidence
    }
}

fn lower(side: &mut Side, size: f64) {
    let volatility = side.returns().and_then(|returns| returns::volatility(&returns));
    let Some(volatility) = volatility else { return };
    let less = size * volatility / returns::DAYS_A_YEAR;
    side.restate(|_, value| value - less);
}

fn lever(side: &mut Side, size: f64) {
    side.restate(|_, value| value * size);
    trade(side, size);
    costs(side, size);
}

/// So many times as much is traded.
pub(super) fn trade(side: &mut Side, size: f64) {
    for turnover in side.days.iter_mut().filter_map(|day| day.turnover.as_mut()) {
        *turnover *= size;
    }
}

fn slip(side: &mut Side, size: f64) {
    side.restate(|day, value| {
        let equity = day.equity.to_units();
        let share = if equity > 0.0 { day.costs.unwrap_or_default().to_units() / equity } else { 0.0 };
        value - (size - 1.0) * share
    });
    costs(side, size);
}

/// Costs and slippage are told as so many times as high.
pub(super) fn costs(side: &mut Side, size: f64) {
    for cost in side.days.iter_mut().filter_map(|day| day.costs.as_mut()) {
        *cost = Cash::from_units(cost.to_units() * size).unwrap_or_default();
    }
}
