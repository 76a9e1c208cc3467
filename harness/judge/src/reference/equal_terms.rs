//! Hypothetical profit and loss: what both sides decided, filled by one model at one price.
//!
//! What a side wants at the close of common day `i`, once its own orders of the day are filled, is bought in shares at
//! the close of day `i + 1`, whether the side itself fills at once or a day later. A day without an order trades nothing.
//! Shares earn the total return of the successor's world, for both sides alike; a name without a level on one of two days
//! earns nothing between them, so a delisted one keeps its last level until it is sold: what a failure recovers is no
//! decision. What is traded costs `cost_bps` of its value; cash earns nothing. With all of equity
//! wanted in a name that goes 100, 100, 110, from cash, at a cost of 10 basis points:
//!
//! ```text
//! day 0  decided: weight 1
//! day 1  traded: 1 × 0.0010 of equity in costs; held from 100
//! day 2  110: growth 1 + 0.10 − 0.001 = 1.099
//! ```

use domain::numeric::sum;
use domain::quantity::Cash;
use serde::{Deserialize, Serialize};

use super::common::{Common, CommonDay, Name};
use super::figures::Figures;

/// What a side's decisions would have earned under one fill model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EqualTerms {
    /// Return and risk of the hypothetical account, after costs.
    pub figures: Figures,
    /// Two-way turnover summed over the run, as a multiple of equity.
    pub turnover_total: f64,
    /// What it cost, summed over the run, each day's as a fraction of its equity.
    pub costs_total: f64,
}

/// Whose book is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Reference,
    Successor,
}

/// The hypothetical account starts with a million units, so that a micro-unit is 1e-12 of it.
const START_UNITS: f64 = 1e6;

impl EqualTerms {
    /// The decisions of one side at `cost_bps` basis points of the value traded.
    pub(super) fn of(common: &Common<'_>, whose: Whose, cost_bps: f64) -> Self {
        // The account on the first common day, before anything of it is traded; values, not weights.
        let (mut account, mut held) = (1.0, vec![0.0; common.names.len()]);
        let (mut equity, mut turnovers, mut costs) = (Vec::new(), Vec::new(), Vec::new());
        for (at, today) in common.days.iter().enumerate() {
            if let Some(before) = at.checked_sub(1).map(|at| &common.days[at]) {
                let growth = |name| 1.0 + change(before, today, name).unwrap_or(0.0);
                let growths: Vec<f64> = common.names.iter().map(growth).collect();
                let start = account;
                let gains: Vec<f64> = held.iter().zip(&growths).map(|(value, growth)| value * (growth - 1.0)).collect();
                account += sum(&gains);
                held.iter_mut().zip(&growths).for_each(|(value, growth)| *value *= growth);
                if decided(before, whose) {
                    let wanted = common.names.iter().zip(&growths);
                    let wanted: Vec<f64> =
                        wanted.map(|(name, growth)| start * wants(before, name, whose) * growth).collect();
                    let traded: Vec<f64> =
                        wanted.iter().zip(&held).map(|(wanted, held)| (wanted - held).abs()).collect();
                    let (traded, cost) = (sum(&traded), sum(&traded) * cost_bps / 10_000.0);
                    turnovers.push(if account > 0.0 { traded / account } else { 0.0 });
                    costs.push(if account > 0.0 { cost / account } else { 0.0 });
                    account -= cost;
                    held = wanted;
                }
            }
            equity.push(Cash::from_units(account * START_UNITS).unwrap_or(Cash::ZERO));
        }
        Self { figures: Figures::of(&equity), turnover_total: sum(&turnovers), costs_total: sum(&costs) }
    }
}

const fn decided(day: &CommonDay<'_>, whose: Whose) -> bool {
    match whose {
        Whose::Reference => day.decided.0,
        Whose::Successor => day.decided.1,
    }
}

fn wants(day: &CommonDay<'_>, name: &Name, whose: Whose) -> f64 {
    match (day.priced(name), whose) {
        (Err(_), _) => 0.0,
        (Ok(()), Whose::Reference) => day.reference.wants(name.reference),
        (Ok(()), Whose::Successor) => day.successor.wants(name.successor),
    }
}

/// The total return of a name between two days, in the successor's world.
fn change(before: &CommonDay<'_>, after: &CommonDay<'_>, name: &Name) -> Option<f64> {
    let level = |day: &CommonDay<'_>| Some((*day.successor.quotes.get(name.successor?.index())?)?.level);
    let (before, after) = (level(before)?, level(after)?);
    Some((after - before) / before)
}

#[cfg(test)]
mod tests {
    use super::{EqualTerms, Whose};
    use crate::reference::common::Common;
    use crate::reference::fixture::{Day, side};

    const DAYS: [&str; 4] = ["2008-07-01", "2008-07-02", "2008-07-03", "2008-07-07"];

    fn of(closes: &[f64], orders: &[Option<[f64; 2]>], cost_bps: f64) -> EqualTerms {
        let day = |at: usize| Day {
            on: DAYS[at],
            equity: 100.0,
            closes: [Some(closes[at]), Some(1.0)],
            weights: orders[at].unwrap_or([0.9, 0.0]), // what a side merely holds is not asked for
            decided: orders[at].is_some(),
            ..Day::default()
        };
        let both = side(&(0..closes.len()).map(day).collect::<Vec<Day>>());
        EqualTerms::of(&Common::of(&both, &both), Whose::Reference, cost_bps)
    }

    #[test]
    fn the_worked_example() {
        let found = of(&[100.0, 100.0, 110.0], &[Some([1.0, 0.0]), None, None], 10.0);
        assert!((found.figures.total_return.value().unwrap() - 0.099).abs() < 1e-12);
        assert_eq!((found.turnover_total, found.costs_total), (1.0, 0.001));
    }

    #[test]
    fn what_is_decided_is_bought_in_shares_and_what_drifts_is_not_traded() {
        // Half of equity wanted at 100 is traded at 150: 0.75 of equity. From there on it drifts to 0.75 · 200 / 150 = 1.
        let found = of(&[100.0, 150.0, 200.0], &[Some([0.5, 0.0]), None, None], 0.0);
        assert!((found.turnover_total - 0.75).abs() < 1e-12);
        assert!((found.figures.total_return.value().unwrap() - 0.25).abs() < 1e-12);
        // 0.6 of equity is what a half has become, so a decision for 0.6 trades nothing.
        let again = of(&[100.0, 100.0, 150.0, 150.0], &[Some([0.5, 0.0]), None, Some([0.6, 0.0]), None], 0.0);
        assert!((again.turnover_total - 0.5).abs() < 1e-12);
    }

    #[test]
    fn one_day_is_too_few() {
        let found = of(&[100.0], &[Some([1.0, 0.0])], 10.0);
        assert_eq!((found.figures.total_return.value(), found.turnover_total), (None, 0.0));
    }
}
