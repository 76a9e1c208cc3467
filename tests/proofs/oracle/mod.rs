//! Jobs A and B against 60-digit arithmetic.
//!
//! The oracle shares nothing with the harness but the table of closes: it knows shares as fractions without end,
//! money without micro-units, and no order of trades. What the harness loses against it is its rounding to
//! micro-shares and micro-units, and that must stay below one part in 10⁹: on every day's equity, on the turnover of
//! every rebalance, and on every metric.

mod decimal;
mod elementary;
mod jobs;
mod metrics;

use std::collections::BTreeMap;

use bigdecimal::ToPrimitive;
use domain::ids::Instrument;
use domain::view::View;
use journal::event::Event;
use judge::metrics::trading::TradingDay;
use judge::metrics::{MetricValue, Metrics};
use rstest::rstest;

use self::decimal::{Decimal, exact, quotient};
use self::jobs::Outcome;
use crate::cases::Case;
use crate::support::repository;

/// The largest relative difference that rounding may make.
const TOLERANCE: f64 = 1e-9;

#[rstest]
#[case::job_a("us-1990-2022-momentum", jobs::momentum as fn(&[Vec<f64>]) -> Outcome, 389)]
#[case::job_b("us-1990-2022-buy-and-hold", jobs::equal_weight as fn(&[Vec<f64>]) -> Outcome, 1)]
fn agrees_on_33_years(#[case] name: &str, #[case] job: fn(&[Vec<f64>]) -> Outcome, #[case] rebalances: usize) {
    let case = Case::of(&repository().join("scenarios/cases").join(format!("{name}.toml")));
    let closes = closes(&case);
    assert_eq!((closes.len(), closes[0].len()), (8313, 20), "the panel of the benchmark jobs");
    let (journal, expected) = (case.journal(), job(&closes));

    let equity: Vec<f64> = journal.marks().map(|(_, mark)| mark.equity.to_units()).collect();
    assert_eq!(equity.len(), expected.equity.len());
    for (day, (found, expected)) in equity.iter().zip(&expected.equity).enumerate() {
        close(&format!("equity of day {day}"), *found, expected);
    }
    let trading = journal.days.iter().filter_map(TradingDay::of).enumerate().filter(|(_, day)| day.is_rebalance());
    let turnover: BTreeMap<usize, f64> = trading.filter_map(|(number, day)| Some((number, day.turnover()?))).collect();
    assert_eq!((turnover.len(), expected.turnover.len()), (rebalances, rebalances));
    for (day, expected) in &expected.turnover {
        close(&format!("turnover of day {day}"), turnover[day], expected);
    }
    for (day, held) in &expected.held {
        let targets = journal.days[*day].events.iter().filter_map(|event| match event {
            Event::TargetSet { instrument, .. } => Some(instrument.index()),
            _ => None,
        });
        assert_eq!(&targets.collect::<Vec<_>>(), held, "held from day {day}");
    }
    let found = Metrics::of(&journal).figures();
    for (name, expected) in metrics::metrics(&expected.equity) {
        let figure = found.iter().find(|figure| figure.name == name).map(|figure| figure.value);
        let Some(MetricValue::Number(found)) = figure else { panic!("{name} is {figure:?}") };
        close(name, found, &expected);
    }
}

#[track_caller]
fn close(what: &str, found: f64, expected: &Decimal) {
    let apart = quotient(&(exact(found) - expected), expected).to_f64().unwrap();
    assert!(apart.abs() < TOLERANCE, "{what}: {found} is {apart:e} apart from {expected}");
}

/// The panel day after day, read through views as a system reads it.
fn closes(case: &Case) -> Vec<Vec<f64>> {
    let width = case.tape.instruments().len() as u32;
    let row = |day| {
        let view = View::as_of(&case.tape, day).unwrap();
        (0..width).map(|column| view.close(Instrument(column)).expect("the panel has no gaps")).collect()
    };
    (0..case.tape.days().len()).map(row).collect()
}
