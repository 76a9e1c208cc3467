//! What is held reaches the engines: at its last price, and as the portfolio whose stability is measured.

use domain::book::BookView;
use domain::ids::Instrument;
use domain::quantity::{Cash, Quantity};
use domain::report::{EngineReport, FigureValue};
use domain::tape::Tape;
use domain::view::View;

use super::panel::panel;
use super::restore::{FIRST, whole_run};
use crate::column::Column;
use crate::stability::tests::support::{builder, split};
use crate::system::day::{column_of, weights_held};

/// What is held as the engines are handed it.
fn held(view: &View<'_>, book: &BookView<'_>) -> Option<Column> {
    column_of(&weights_held(view, book), view.instruments().len())
}

/// The weights of 1,000 shares of everybody in an account of a million, on one day.
fn weights(tape: &Tape, day: usize) -> Vec<Option<f64>> {
    let width = tape.instruments().len();
    let positions = vec![Quantity::from_units(1000.0).unwrap(); width];
    let equity = Cash::from_units(1e6).unwrap();
    let book = BookView { cash: equity, equity, positions: &positions };
    let column = held(&View::as_of(tape, day).unwrap(), &book).unwrap();
    (0..width as u32).map(|at| column.get(Instrument(at))).collect()
}

#[test]
fn what_has_no_close_today_is_worth_its_last_one() {
    let tape = panel();
    let before = View::as_of(&tape, 439).unwrap().close(Instrument(3)).unwrap();
    assert_eq!(View::as_of(&tape, 445).unwrap().close(Instrument(3)), None);
    assert_eq!(weights(&tape, 445)[3], Some(before * 1000.0 / 1e6));
    // Not yet listed: there is no price at all.
    assert_eq!(weights(&tape, 100)[9], None);
    // Silent since day 5, split two for one on day 8: half the last close for each share of today.
    let mut tape = builder(2, 12, |day, at| (at == 0 || day <= 5).then_some((40.0, 1e3)));
    split(&mut tape, 1, 8, 2);
    let tape = tape.finish();
    assert_eq!([7, 8, 11].map(|day| weights(&tape, day)[1]), [Some(0.04), Some(0.02), Some(0.02)]);
    assert_eq!(weights(&tape, 11)[0], Some(0.04));
}

#[test]
fn nothing_held_is_no_portfolio() {
    let tape = panel();
    let positions = vec![Quantity::ZERO; tape.instruments().len()];
    let equity = Cash::from_units(1e6).unwrap();
    let book = BookView { cash: equity, equity, positions: &positions };
    assert!(held(&View::as_of(&tape, FIRST).unwrap(), &book).is_none());
}

/// The entity PORTFOLIO is there from the day after the first trades, and its fragility is by its own reference loss.
#[test]
fn the_portfolio_held_is_an_entity_of_stability() {
    let (_, whole) = whole_run();
    let figure = |report: &EngineReport, field: &str| {
        let found = report.figures.iter().find(|figure| figure.field == field)?;
        if let FigureValue::Number(value) = found.value { Some(value) } else { None }
    };
    let bought = whole.iter().position(|step| step.decision.targets.as_ref().is_some_and(|t| !t.is_empty())).unwrap();
    let reports = |at: usize| {
        let stability = whole[at].decision.reports.iter().find(|report| report.engine == "stability").unwrap();
        let fields = ["portfolio_stability_score", "portfolio_expected_shortfall", "portfolio_high_fragility"];
        fields.map(|field| figure(stability, field))
    };
    assert!((0..=bought).all(|at| reports(at) == [None; 3]));
    let mut told = 0;
    for at in bought + 1..whole.len() {
        let [score, shortfall, fragility] = reports(at);
        assert!(score.is_none_or(|score| (0.0..=1.0).contains(&score)), "{score:?}");
        assert_eq!(fragility, shortfall.map(|shortfall| (shortfall / 0.20).clamp(0.0, 1.0)));
        told += usize::from(score.is_some() && fragility.is_some());
    }
    // On some days the members with half of the weight are on too few paths, and then nothing is told.
    assert!(told > (whole.len() - bought) * 3 / 4, "{told} of {}", whole.len() - bought);
}
