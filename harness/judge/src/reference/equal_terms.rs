//! Hypothetical profit and loss: both books filled by one model at one price, so that only the decisions differ.
//!
//! A book held after the close of common day `i` is taken up at the close of common day `i + 1`, as if it had been
//! decided at `i` and traded on the next day, and it earns the total return of the successor's world from there to day
//! `i + 2`. What is traded costs `cost_bps` of its value; cash earns nothing; a name without a level on one of the two
//! days earns nothing either, for both sides alike. With all of equity in a name that goes 100, 100, 110, taken up from
//! cash at a cost of 10 basis points:
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

/// What a side's books would have earned under one fill model.
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
    /// The books of one side at `cost_bps` basis points of the value traded.
    pub(super) fn of(common: &Common<'_>, whose: Whose, cost_bps: f64) -> Self {
        let (mut equity, mut held) = (vec![1.0], vec![0.0; common.names.len()]);
        let (mut turnovers, mut costs) = (Vec::new(), Vec::new());
        for window in common.days.windows(3) {
            let wanted: Vec<f64> = common.names.iter().map(|name| weight(&window[0], name, whose)).collect();
            let traded: Vec<f64> = wanted.iter().zip(&held).map(|(wanted, held)| (wanted - held).abs()).collect();
            let (turnover, cost) = (sum(&traded), sum(&traded) * cost_bps / 10_000.0);
            let returns: Vec<f64> =
                common.names.iter().map(|name| change(&window[1], &window[2], name).unwrap_or(0.0)).collect();
            let gains: Vec<f64> = wanted.iter().zip(&returns).map(|(weight, change)| weight * change).collect();
            let growth = 1.0 + sum(&gains) - cost;
            equity.push(equity[equity.len() - 1] * growth);
            // What is held drifts with its own return and with the account's.
            let drift =
                |(weight, change): (&f64, &f64)| if growth > 0.0 { weight * (1.0 + change) / growth } else { 0.0 };
            held = wanted.iter().zip(&returns).map(drift).collect();
            turnovers.push(turnover);
            costs.push(cost);
        }
        let account: Vec<Cash> =
            equity.iter().map(|value| Cash::from_units(value * START_UNITS).unwrap_or(Cash::ZERO)).collect();
        Self { figures: Figures::of(&account), turnover_total: sum(&turnovers), costs_total: sum(&costs) }
    }
}

fn weight(day: &CommonDay<'_>, name: &Name, whose: Whose) -> f64 {
    match (day.priced(name), whose) {
        (Err(_), _) => 0.0,
        (Ok(()), Whose::Reference) => day.reference.weight(name.reference),
        (Ok(()), Whose::Successor) => day.successor.weight(name.successor),
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

    fn of(closes: &[f64], weights: &[[f64; 2]], cost_bps: f64) -> EqualTerms {
        let day = |at: usize| Day {
            on: DAYS[at],
            equity: 100.0,
            closes: [Some(closes[at]), Some(1.0)],
            weights: weights[at],
            ..Day::default()
        };
        let days: Vec<Day> = (0..closes.len()).map(day).collect();
        let both = side(&days);
        EqualTerms::of(&Common::of(&both, &both), Whose::Reference, cost_bps)
    }

    #[test]
    fn the_worked_example() {
        let found = of(&[100.0, 100.0, 110.0], &[[1.0, 0.0]; 3], 10.0);
        assert!((found.figures.total_return.value().unwrap() - 0.099).abs() < 1e-12);
        assert_eq!((found.turnover_total, found.costs_total), (1.0, 0.001));
    }

    #[test]
    fn what_drifts_is_not_traded() {
        // Half of equity goes up by half: 0.75 of 1.25 is held, and the book wants 0.6 of it: nothing is traded.
        let found = of(&[100.0, 100.0, 150.0, 150.0], &[[0.5, 0.0], [0.6, 0.0], [0.6, 0.0], [0.0; 2]], 0.0);
        assert!((found.turnover_total - 0.5).abs() < 1e-12);
        assert!((found.figures.total_return.value().unwrap() - 0.25).abs() < 1e-12);
    }

    #[test]
    fn two_days_are_too_few() {
        let found = of(&[100.0, 100.0], &[[1.0, 0.0]; 2], 10.0);
        assert_eq!((found.figures.total_return.value(), found.turnover_total), (None, 0.0));
    }
}
