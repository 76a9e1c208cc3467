//! Gate `floor`: flags what a firm would want to look at, whatever the baseline does. It never refuses by itself: the
//! best config of a bad decade is still the best.

use super::Terms;
use super::finding::{Measured, Outcome};
use super::rules::FloorRule;
use crate::evidence::{Evidence, Part};
use crate::metrics::returns;

/// Holds the candidate's pooled figures against absolute bounds.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &FloorRule, terms: &Terms<'_>) -> Measured {
    let pooled = match terms.pooled {
        Ok(pooled) => pooled,
        Err(what) => return Measured::missing(what.as_str()),
    };
    let drawdowns = evidence.of_part(Part::Historical).filter_map(|run| run.candidate.drawdown());
    let drawdown = drawdowns.min_by(f64::total_cmp);
    let (sharpe, volatility) = (returns::sharpe_ratio(&pooled.candidate), returns::volatility(&pooled.candidate));
    let mut measured = Measured::new();
    measured.figure("Sharpe ratio", sharpe, format!("at least {}", rule.min_sharpe));
    measured.figure("deepest drawdown", drawdown, format!("at least {}", rule.min_drawdown));
    measured.figure("volatility", volatility, format!("at most {}", rule.max_volatility));
    let below = |value: Option<f64>, floor: f64| value.is_none_or(|value| value < floor);
    if below(sharpe, rule.min_sharpe) {
        measured.add(Outcome::Flag, format!("the Sharpe ratio is below {}", rule.min_sharpe));
    }
    if below(drawdown, rule.min_drawdown) {
        measured.add(Outcome::Flag, format!("the deepest drawdown is beyond {}", rule.min_drawdown));
    }
    if below(volatility.map(|volatility| -volatility), -rule.max_volatility) {
        measured.add(Outcome::Flag, format!("volatility is above {}", rule.max_volatility));
    }
    measured
}
