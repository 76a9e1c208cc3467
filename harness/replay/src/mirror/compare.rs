//! Two answers of one stage, name by name.
//!
//! An answer of any stage is a list of names with a value each, ascending; a name that one list lacks has there the
//! value that stands for nothing:
//!
//! | stage | value | a name that is not listed |
//! |---|---|---|
//! | universe | in | not in |
//! | signal | score | without a score |
//! | sizing, limits | weight | 0 |
//! | execution | shares, sold ones negative | 0 |
//!
//! So weights `{A: 0.5}` and `{A: 0.4, B: 0.1}` differ in two names of two.

use domain::chain::{Score, Stage};
use domain::decision::TargetWeight;
use domain::ids::Instrument;
use domain::order::{OrderRequest, Side};
use domain::quantity::{Cash, Price, Quantity};
use domain::report::Abstention;
use domain::system::Today;

use super::findings::Value;

/// A stage's answer: names with values, nothing due, or no answer.
pub(super) type Told = Result<Option<Vec<(Instrument, Value)>>, Abstention>;

/// What the comparison of two lists came to.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub names: u64,
    pub opposed: u64,
    pub diverged: Vec<(Instrument, [Value; 2])>,
}

pub(super) fn of_names(answer: &Result<Vec<Instrument>, Abstention>) -> Told {
    let names = answer.as_ref().map_err(Clone::clone)?;
    Ok(Some(names.iter().map(|instrument| (*instrument, Value::Member(true))).collect()))
}

pub(super) fn of_scores(answer: &Result<Vec<Score>, Abstention>) -> Told {
    let scores = answer.as_ref().map_err(Clone::clone)?;
    Ok(Some(scores.iter().map(|score| (score.instrument, Value::Number(score.score))).collect()))
}

pub(super) fn of_weights(answer: &Result<Option<Vec<TargetWeight>>, Abstention>) -> Told {
    let weights = answer.as_ref().map_err(Clone::clone)?;
    let listed = |weights: &Vec<TargetWeight>| {
        weights.iter().map(|target| (target.instrument, Value::Number(target.weight))).collect()
    };
    Ok(weights.as_ref().map(listed))
}

/// The trades of a plan; where the harness plans, those that lead to `targets`.
pub(super) fn of_orders(today: &Today<'_>, targets: &[TargetWeight], answer: Option<&Vec<OrderRequest>>) -> Told {
    let mut trades = vec![Quantity::ZERO; today.view.instruments().len()];
    match answer {
        Some(orders) => {
            for order in orders {
                let signed = if order.side == Side::Buy { order.quantity } else { order.quantity.negated() };
                // A sum beyond the range of an amount is refused by the harness; here the last order stands for it.
                trades[order.instrument.index()] = trades[order.instrument.index()].plus(signed).unwrap_or(signed);
            }
        }
        None => {
            let numbered = (0..).map(Instrument);
            numbered.zip(&mut trades).for_each(|(at, trade)| *trade = implied(today, targets, at).unwrap_or_default());
        }
    }
    let named = (0..).map(Instrument).zip(trades).filter(|(_, trade)| !trade.is_zero());
    Ok(Some(named.map(|(instrument, trade)| (instrument, Value::Trade(trade))).collect()))
}

/// What the harness would trade of one name; `None` where it has no close.
fn implied(today: &Today<'_>, targets: &[TargetWeight], at: Instrument) -> Option<Quantity> {
    let held = today.book.position(at);
    let place = targets.binary_search_by_key(&at, |target| target.instrument).ok();
    let Some(place) = place else { return Some(held.negated()) };
    let value = Cash::from_units(targets[place].weight * today.book.equity.to_units()).ok()?;
    Price::new(today.view.close(at)?).ok()?.quantity_for(value).ok()?.minus(held).ok()
}

/// Compares two lists, within a tolerance.
pub(super) fn compared(stage: Stage, lists: [&[(Instrument, Value)]; 2], tolerance: f64) -> Compared {
    let nothing = match stage {
        Stage::Sizing | Stage::Limits => Value::Number(0.0),
        Stage::Execution => Value::Trade(Quantity::ZERO),
        Stage::Data | Stage::Calendar | Stage::Universe | Stage::Signal => Value::Member(false),
    };
    let mut all: Vec<Instrument> = lists.iter().flat_map(|list| list.iter().map(|(at, _)| *at)).collect();
    all.sort_unstable();
    all.dedup();
    let mut found = Compared { names: all.len() as u64, ..Compared::default() };
    for instrument in all {
        let values = lists.map(|list| {
            let at = list.binary_search_by_key(&instrument, |(at, _)| *at).ok();
            at.map_or_else(|| nothing.clone(), |at| list[at].1.clone())
        });
        if !alike(&values, tolerance) {
            found.opposed += u64::from(opposed(&values));
            found.diverged.push((instrument, values));
        }
    }
    found
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Trade(quantity) => Some(quantity.to_units()),
        Value::Member(_) | Value::Names(_) | Value::Nothing | Value::Abstained(_) => None,
    }
}

fn alike([old, new]: &[Value; 2], tolerance: f64) -> bool {
    match (number(old), number(new)) {
        // Written so that a NaN is never alike.
        (Some(old), Some(new)) => (old - new).abs() <= tolerance,
        _ => old == new,
    }
}

fn opposed([old, new]: &[Value; 2]) -> bool {
    number(old).zip(number(new)).is_some_and(|(old, new)| old * new < 0.0)
}
