//! The made-up market, and the system run over it day by day.

use std::fs;
use std::sync::LazyLock;

use domain::book::BookView;
use domain::decision::Decision;
use domain::quantity::{Cash, Quantity};
use domain::seed::{Seed, Streams};
use domain::system::{DecisionSystem, Today};
use domain::tape::Tape;
use domain::view::View;
use prometheus::market;
use prometheus::reference::laid_over;
use prometheus::root::Root;
use replay::scenario::Scenario;
use v2::system::{V2Config, V2System};

use crate::support::repository;

/// The reference config for US shares, with the families that the tape has inputs for and a decision on every day, so
/// that every day's report holds the figures of single instruments.
const OWN: &str = r#"
[assessment.alpha_family_models]
value = "alpha-value-v1"
quality = "alpha-quality-v1"
carry = "alpha-carry-v1"
fragility = "alpha-fragility-v1"
[portfolio.shape]
every_days = 1
"#;

const SCENARIO: &str = r#"
format = 1
name = "whole"
purpose = "All days of the made-up market."
seed = 1
[market]
tape = "synthetic_fundamentals"
calendar = "US_EQ"
price_basis = "raw"
first_day = "2010-01-04"
last_day = "2014-12-31"
[account]
currency = "USD"
cash = 1_000_000
[system]
name = "v2"
[execution]
fill = "next-close"
"#;

/// All days of the tape.
pub static TAPE: LazyLock<Tape> = LazyLock::new(|| {
    let root = Root::discover(Some(&repository())).unwrap();
    market::load(&root, &Scenario::parse(SCENARIO, "whole.toml").unwrap()).unwrap()
});

/// The config of these proofs.
pub fn config() -> V2Config {
    let file = repository().join("scenarios/configs/us-equity.toml");
    let reference: toml::Table = fs::read_to_string(file).unwrap().parse().unwrap();
    let config = reference["config"].as_table().unwrap();
    laid_over(config, &OWN.parse().unwrap()).try_into().unwrap()
}

/// A fresh system.
pub fn system() -> V2System {
    V2System::new(config()).unwrap()
}

/// One day of the system with an account that holds cash alone.
pub fn decide(system: &mut V2System, day: usize, day_number: u32) -> Decision {
    let view = View::as_of(&TAPE, day).unwrap();
    let cash = Cash::from_units(1e6).unwrap();
    let positions = vec![Quantity::ZERO; TAPE.instruments().len()];
    let book = BookView { cash, equity: cash, positions: &positions };
    system.decide(&Today { view, book, streams: Streams::new(Seed(1)), day_number })
}

/// The number of the first trading day from a date on.
pub fn day_from(date: &str) -> usize {
    let date = date.parse().unwrap();
    TAPE.days().partition_point(|day| *day < date)
}
