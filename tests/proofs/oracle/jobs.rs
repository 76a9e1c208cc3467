//! Benchmark jobs A and B in exact words: same-close fills, fractional shares, 5 bps of traded value.
//!
//! Nothing of the harness is used here: no tape, no view, no order, no integer money. The panel is a plain table,
//! `closes[day][column]`, and columns stand in the order of the ids.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use bigdecimal::{One, Zero};

use super::decimal::{Decimal, constant, count, exact, quotient, rounded, total};

/// What a job leaves behind.
pub struct Outcome {
    /// Equity of each day, after the day's trades and costs.
    pub equity: Vec<Decimal>,
    /// Traded value over the value before trading, two-way, by the number of the day.
    pub turnover: BTreeMap<usize, Decimal>,
    /// The columns that are held after each rebalance.
    pub held: BTreeMap<usize, Vec<usize>>,
}

/// Job A: from day 147 on, every 21 days, hold the fifth with the highest return from t−147 to t−21.
pub fn momentum(closes: &[Vec<f64>]) -> Outcome {
    let due = |day: usize| day >= 147 && (day - 147).is_multiple_of(21);
    run(closes, |day| due(day).then(|| strongest(&closes[day - 147], &closes[day - 21])))
}

/// Job B: all columns on day 0, and never again.
pub fn equal_weight(closes: &[Vec<f64>]) -> Outcome {
    run(closes, |day| (day == 0).then(|| (0..closes[0].len()).collect()))
}

/// The fifth of the columns with the highest `end / start`; ties go to the lower column.
fn strongest(start: &[f64], end: &[f64]) -> Vec<usize> {
    let gross: Vec<Decimal> =
        start.iter().zip(end).map(|(start, end)| quotient(&exact(*end), &exact(*start))).collect();
    let mut columns: Vec<usize> = (0..gross.len()).collect();
    let stronger = |a: &usize, b: &usize| gross[*b].partial_cmp(&gross[*a]).unwrap_or(Ordering::Equal).then(a.cmp(b));
    columns.sort_by(stronger);
    columns.truncate(gross.len() / 5);
    columns.sort_unstable();
    columns
}

/// Holds `0.999 / k` of the value in each column that `choose` names, on the days on which it names any.
fn run(closes: &[Vec<f64>], choose: impl Fn(usize) -> Option<Vec<usize>>) -> Outcome {
    let (invested, rate) = (constant("0.999"), constant("0.0005"));
    let mut cash = Decimal::from(1_000_000);
    let mut shares: BTreeMap<usize, Decimal> = BTreeMap::new();
    let mut outcome = Outcome { equity: Vec::new(), turnover: BTreeMap::new(), held: BTreeMap::new() };
    for (day, row) in closes.iter().enumerate() {
        let mut equity = value(&cash, &shares, row);
        if let Some(chosen) = choose(day) {
            let target = quotient(&(&invested * &equity), &count(chosen.len()));
            let wanted = chosen.iter().map(|&column| (column, quotient(&target, &exact(row[column])))).collect();
            let spent = trades(&shares, &wanted, row);
            let traded = total(spent.iter().map(Decimal::abs).collect::<Vec<_>>().iter());
            cash = rounded(&(cash - total(&spent) - &traded * &rate));
            outcome.turnover.insert(day, quotient(&traded, &equity));
            outcome.held.insert(day, chosen);
            shares = wanted;
            equity = value(&cash, &shares, row);
        }
        outcome.equity.push(equity);
    }
    outcome
}

fn value(cash: &Decimal, shares: &BTreeMap<usize, Decimal>, row: &[f64]) -> Decimal {
    shares.iter().fold(cash.clone(), |sum, (&column, held)| rounded(&(sum + held * exact(row[column]))))
}

/// The cash that each change of holding takes; negative for a sale.
fn trades(held: &BTreeMap<usize, Decimal>, wanted: &BTreeMap<usize, Decimal>, row: &[f64]) -> Vec<Decimal> {
    let amount =
        |shares: &BTreeMap<usize, Decimal>, column: &usize| shares.get(column).cloned().unwrap_or_else(Decimal::zero);
    let columns: BTreeSet<usize> = held.keys().chain(wanted.keys()).copied().collect();
    let change = |column: &usize| rounded(&((amount(wanted, column) - amount(held, column)) * exact(row[*column])));
    columns.iter().map(change).collect()
}

/// The growth from the first to the last day.
pub fn growth(equity: &[Decimal]) -> Decimal {
    quotient(equity.last().expect("a day"), &equity[0]) - Decimal::one()
}

#[cfg(test)]
mod tests {
    use super::{constant, equal_weight, momentum, quotient};

    #[test]
    fn job_b_by_hand() {
        // 999 000 invested at a cost of 499.5; one half gains a tenth, the other loses a twentieth.
        let outcome = equal_weight(&[vec![10.0, 20.0], vec![11.0, 19.0]]);
        assert_eq!(outcome.turnover[&0], constant("0.999"));
        assert_eq!(outcome.equity, [constant("999500.5"), constant("1024475.5")]);
    }

    #[test]
    fn job_a_by_hand() {
        // Five flat columns but for day 126, the end of the first window: column 3 doubles for a day, and so does
        // column 1, so the tie goes to column 1.
        let mut closes = vec![vec![8.0; 5]; 169];
        (closes[126][1], closes[126][3]) = (16.0, 16.0);
        closes[148][1] = 12.0;
        let outcome = momentum(&closes);
        assert_eq!(outcome.held[&147], vec![1]);
        assert_eq!(outcome.equity[146], constant("1000000"));
        assert_eq!(outcome.equity[147], constant("999500.5"));
        assert_eq!(outcome.equity[148], constant("1499000.5"));
        // Day 168 sees no column move from day 21 to day 147, so column 0 leads the tie: 999 000 are sold, and
        // 0.999 of the 999 500.5 are bought.
        assert_eq!(outcome.held[&168], vec![0]);
        assert_eq!(outcome.turnover[&168], quotient(&constant("1997500.9995"), &constant("999500.5")));
        assert_eq!(outcome.equity[168], constant("999500.5") - constant("1997500.9995") * constant("0.0005"));
    }
}
