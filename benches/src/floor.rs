//! The floor: jobs A and B as bare array programs, with nothing around them.
//!
//! This is what somebody writes who wants these numbers and nothing else: a matrix of prices, a vector of holdings,
//! the value of the whole vector every day, a sort for the ranks. No journal, no digest, no integer money, no orders,
//! no check of anything. Holdings are dense, one entry a column, as array languages keep them, but no temporary
//! array is made that a loop does not need.

use crate::panel::Panel;

const COST: f64 = 0.0005;
const INVESTED: f64 = 0.999;
const START: f64 = 1_000_000.0;

/// Job A: equity of each day.
#[must_use]
pub fn momentum(panel: &Panel) -> Vec<f64> {
    let held = panel.width / 5;
    let mut ranks: Vec<usize> = Vec::with_capacity(panel.width);
    run(panel, |day, wanted| {
        if day < 147 || (day - 147) % 21 != 0 {
            return false;
        }
        let (start, end) = (panel.row(day - 147), panel.row(day - 21));
        let signal: Vec<f64> = start.iter().zip(end).map(|(start, end)| end / start - 1.0).collect();
        ranks.clear();
        ranks.extend(0..panel.width);
        ranks.sort_by(|a, b| signal[*b].total_cmp(&signal[*a]));
        wanted.fill(0.0);
        ranks[..held].iter().for_each(|column| wanted[*column] = INVESTED / held as f64);
        true
    })
}

/// Job B: equity of each day.
#[must_use]
pub fn equal_weight(panel: &Panel) -> Vec<f64> {
    run(panel, |day, wanted| {
        wanted.fill(INVESTED / panel.width as f64);
        day == 0
    })
}

/// Holds the weights that `choose` writes, on the days on which it says so.
fn run(panel: &Panel, mut choose: impl FnMut(usize, &mut [f64]) -> bool) -> Vec<f64> {
    let mut cash = START;
    let mut shares = vec![0.0; panel.width];
    let mut weights = vec![0.0; panel.width];
    let mut equity = Vec::with_capacity(panel.days());
    for (day, row) in panel.rows().enumerate() {
        let mut value = cash + worth(&shares, row);
        if choose(day, &mut weights) {
            let (mut spent, mut traded) = (0.0, 0.0);
            for ((held, weight), price) in shares.iter_mut().zip(&weights).zip(row) {
                let wanted = weight * value / price;
                let amount = (wanted - *held) * price;
                spent += amount;
                traded += amount.abs();
                *held = wanted;
            }
            cash -= spent + COST * traded;
            value = cash + worth(&shares, row);
        }
        equity.push(value);
    }
    equity
}

fn worth(shares: &[f64], row: &[f64]) -> f64 {
    shares.iter().zip(row).map(|(held, price)| held * price).sum()
}
