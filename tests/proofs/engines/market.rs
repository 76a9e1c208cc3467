//! The made-up market with reports, texts and credit, and the system run over it day by day.

use std::sync::LazyLock;

use domain::book::BookView;
use domain::decision::Decision;
use domain::quantity::Quantity;
use domain::seed::Streams;
use domain::system::{DecisionSystem, Today};
use domain::view::View;
use prometheus::reference_config::laid_over;
use v2::system::V2System;

use crate::cases::Case;
use crate::support::repository;

/// A decision on every day, so that every day's report holds the figures of single instruments.
const OWN: &str = "portfolio.shape.every_days = 1";

/// The bundled case on the made-up market, with its tape from the first day on.
pub static CASE: LazyLock<Case> =
    LazyLock::new(|| Case::of(&repository().join("scenarios/cases/v2-synthetic-fundamentals.toml")));

/// A fresh system.
pub fn system() -> V2System {
    let config = laid_over(&CASE.scenario.system.config, &OWN.parse().unwrap());
    V2System::new(config.try_into().unwrap()).unwrap()
}

/// One day of the system with an account that holds cash alone.
pub fn decide(system: &mut V2System, day: usize, day_number: u32) -> Decision {
    let view = View::as_of(&CASE.tape, day).unwrap();
    let cash = CASE.scenario.initial_cash();
    let positions = vec![Quantity::ZERO; CASE.tape.instruments().len()];
    let book = BookView { cash, equity: cash, positions: &positions };
    system.decide(&Today { view, book, streams: Streams::new(CASE.scenario.seed), day_number })
}

/// The number of the first trading day from a date on.
pub fn day_from(date: &str) -> usize {
    let date = date.parse().unwrap();
    CASE.tape.days().partition_point(|day| *day < date)
}
