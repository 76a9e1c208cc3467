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

/// Writes daily returns back into the account, from its first day on.
fn restated(side: &mut Side, returns: &[f64]) {
    let Some(first) = side.days.first() else { return };
    let mut equity = first.equity.to_units();
    for (day, value) in side.days.iter_mut().skip(1).zip(returns) {
        equity *= 1.0 + value;
        day.equity = Cash::from_units(equity).unwrap_or_default();
    }
}

fn lower(side: &mut Side, size: f64) {
    let Some(returns) = side.returns() else { return };
    let Some(volatility) = returns::volatility(&returns) else { return };
    let less = size * volatility / returns::DAYS_A_YEAR;
    let lower: Vec<f64> = returns.iter().map(|value| value - less).collect();
    restated(side, &lower);
}

fn lever(side: &mut Side, size: f64) {
    let Some(returns) = side.returns() else { return };
    let larger: Vec<f64> = returns.iter().map(|value| value * size).collect();
    restated(side, &larger);
    trade(side, size);
    costs(side, size);
}

fn trade(side: &mut Side, size: f64) {
    for turnover in side.days.iter_mut().filter_map(|day| day.turnover.as_mut()) {
        *turnover *= size;
    }
}

fn slip(side: &mut Side, size: f64) {
    let Some(returns) = side.returns() else { return };
    let share = |at: usize| {
        let day = side.days.get(at + 1)?;
        let equity = day.equity.to_units();
        (equity > 0.0).then(|| day.costs.unwrap_or_default().to_units() / equity)
    };
    let lower: Vec<f64> =
        returns.iter().enumerate().map(|(at, value)| value - (size - 1.0) * share(at).unwrap_or(0.0)).collect();
    restated(side, &lower);
    costs(side, size);
}

fn costs(side: &mut Side, size: f64) {
    for cost in side.days.iter_mut().filter_map(|day| day.costs.as_mut()) {
        *cost = Cash::from_units(cost.to_units() * size).unwrap_or_default();
    }
}
