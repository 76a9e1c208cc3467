//! The system on a small market: a run that stops and goes on, stages driven from outside, and the paper account.

use domain::book::BookView;
use domain::chain::Chain;
use domain::date::Date;
use domain::decision::{Decision, FigureValue};
use domain::facts::{BarFact, InstrumentFact, PriceBasis, SeriesFact};
use domain::order::Side;
use domain::quantity::{Cash, Quantity};
use domain::seed::{Seed, Streams};
use domain::system::{DecisionSystem, Today};
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;

use super::V1System;
use crate::backtesting::Slippage;
use crate::config::{StrategyId, V1Config};
use crate::observations::weekday_before;

const NAMES: usize = 6;
const DAYS: usize = 220;

/// Six names that rise at different speeds with a wave, and every series of the defaults.
fn market(series: bool) -> Tape {
    let mut days = vec!["2015-06-30".parse::<Date>().unwrap()];
    while days.len() < DAYS {
        days.push(weekday_before(days[days.len() - 1]));
    }
    days.reverse();
    let fact = |at: usize| InstrumentFact {
        id: format!("EQUITY:N{at}").parse().unwrap(),
        market: "US_EQ".to_owned(),
        currency: "USD".to_owned(),
        issuer: Some(format!("N{at}")),
        sector: Some(if at < 3 { "Utilities" } else { "Technology" }.to_owned()),
    };
    let facts: Vec<InstrumentFact> = (0..NAMES).map(fact).collect();
    let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), facts.clone()).unwrap();
    for (at, fact) in facts.iter().enumerate() {
        let mut close = 20.0 + at as f64;
        for (number, day) in days.iter().enumerate() {
            close *= 1.0 + 0.001 * (at as f64 + 1.0) + if (number / 30) % 2 == 0 { 0.002 } else { -0.003 };
            let bar = BarFact {
                instrument: fact.id.clone(),
                happened_on: *day,
                open: None,
                high: None,
                low: None,
                close: Some(close),
                adjusted_close: None,
                volume: Some(1e6),
            };
            builder.push_bar(&bar).unwrap();
        }
    }
    let names = ["VIX", "BAA_MINUS_AAA_M", "MOODYS_BAA_M", "UST_10Y", "UST_2Y", "UST_1Y", "UST_3M"];
    for (at, name) in names.into_iter().enumerate().filter(|_| series) {
        for (number, day) in days.iter().enumerate() {
            let value = if at == 0 { 12.0 } else { 3.0 - 0.001 * number as f64 - 0.1 * at as f64 };
            let fact = SeriesFact { series: name.to_owned(), happened_on: *day, known_on: *day, value };
            builder.push_series(&fact).unwrap();
        }
    }
    builder.finish()
}

/// The harness under v1's terms, in a few lines.
struct Harness {
    cash: Cash,
    positions: Vec<Quantity>,
}

impl Harness {
    fn new() -> Self {
        Self { cash: Cash::from_micros(1_000_000_000_000), positions: vec![Quantity::ZERO; NAMES] }
    }

    fn equity(&self, view: &View<'_>) -> Cash {
        let value = |(at, close): (domain::ids::Instrument, f64)| {
            domain::quantity::Price::new(close).unwrap().value_of(self.positions[at.index()]).unwrap()
        };
        view.closes(0).unwrap().iter().map(value).fold(self.cash, |sum, value| sum.plus(value).unwrap())
    }

    /// A day; `decide` answers what the system under test decides.
    fn day(&mut self, tape: &Tape, day: usize, decide: &mut dyn FnMut(&Today<'_>) -> Decision) -> Decision {
        let view = View::as_of(tape, day).unwrap();
        let book = BookView { cash: self.cash, equity: self.equity(&view), positions: &self.positions };
        let today = Today { view, book, streams: Streams::new(Seed(7)), day_number: day as u32 };
        let decision = decide(&today);
        for order in &decision.orders {
            let close = view.close(order.instrument).unwrap();
            let value = Slippage::of_bps(5.0).price(close, order.side).unwrap().value_of(order.quantity).unwrap();
            let held = &mut self.positions[order.instrument.index()];
            (self.cash, *held) = match order.side {
                Side::Buy => (self.cash.minus(value).unwrap(), held.plus(order.quantity).unwrap()),
                Side::Sell => (self.cash.plus(value).unwrap(), held.minus(order.quantity).unwrap()),
            };
            assert!(self.cash >= Cash::ZERO && *held >= Quantity::ZERO);
        }
        decision
    }
}

fn config(strategy: StrategyId) -> V1Config {
    V1Config { strategy, ..V1Config::default() }
}

fn label(decision: &Decision, engine: &str, field: &str) -> String {
    let report = decision.reports.iter().find(|report| report.engine == engine).unwrap();
    match &report.figures.iter().find(|figure| figure.field == field).unwrap().value {
        FigureValue::Label(text) => text.to_string(),
        FigureValue::Number(number) => number.to_string(),
    }
}

#[test]
fn the_paper_account_is_the_ledger_to_the_micro_unit() {
    let tape = market(true);
    for strategy in [StrategyId::QualityGrowthCore, StrategyId::EqualWeightBuyAndHold] {
        let (mut harness, mut system) = (Harness::new(), V1System::new(config(strategy)).unwrap());
        let mut orders = 0;
        for day in 0..DAYS {
            let decision = harness.day(&tape, day, &mut |today| system.decide(today));
            orders += decision.orders.len();
            assert_eq!(system.account().unwrap().cash(), harness.cash);
            let equity = harness.equity(&View::as_of(&tape, day).unwrap());
            assert_eq!(system.account().unwrap().equity(), Some(equity));
            let engines: Vec<&str> = decision.reports.iter().map(|report| report.engine.as_ref()).collect();
            let expected = ["regime", "stability", "black_swan", "macro", "universe", "assessment", "risk"];
            let expected = expected.iter().chain(&["backtesting", "meta"]).map(|name| format!("v1.{name}"));
            assert_eq!(engines, expected.collect::<Vec<String>>());
        }
        let all_bought_once = strategy == StrategyId::EqualWeightBuyAndHold && orders == NAMES;
        assert!(all_bought_once || (strategy == StrategyId::QualityGrowthCore && orders > NAMES), "{orders} orders");
    }
}

#[test]
fn a_run_that_stops_and_goes_on_says_the_same() {
    let tape = market(true);
    let fresh = || V1System::new(config(StrategyId::QualityGrowthCore)).unwrap();
    let (mut harness, mut system) = (Harness::new(), fresh());
    for day in 0..DAYS {
        if [0, 1, 63, 64, 130, DAYS - 1].contains(&day) {
            let saved = DecisionSystem::save(&system);
            let mut other = fresh();
            DecisionSystem::restore(&mut other, &saved).unwrap();
            assert_eq!(DecisionSystem::save(&other), saved);
            assert!(DecisionSystem::restore(&mut fresh(), &saved[..saved.len() - 1]).is_err());
            let mut control = V1System::new(config(StrategyId::EqualWeightBuyAndHold)).unwrap();
            assert!(DecisionSystem::restore(&mut control, &saved).is_err());
            let mut uninterrupted = system.clone();
            harness.day(&tape, day, &mut |today| {
                let decision = other.decide(today);
                assert_eq!(decision, uninterrupted.decide(today));
                decision
            });
            assert_eq!(DecisionSystem::save(&other), DecisionSystem::save(&uninterrupted));
            system = other;
        } else {
            harness.day(&tape, day, &mut |today| system.decide(today));
        }
    }
}

#[test]
fn a_chain_driven_from_outside_says_what_the_system_says() {
    let tape = market(true);
    let fresh = || V1System::new(config(StrategyId::QualityGrowthCore)).unwrap();
    let (mut harness, mut whole, mut chain) = (Harness::new(), fresh(), fresh());
    for day in 0..DAYS {
        harness.day(&tape, day, &mut |today| {
            chain.watch(today);
            let names = chain.universe(today).unwrap();
            let scores = chain.signal(today, &names).unwrap();
            let wanted = chain.sizing(today, &names, &scores).unwrap().unwrap();
            let targets = chain.limits(today, &wanted).unwrap().unwrap();
            let orders = chain.orders(today, &targets).unwrap();
            let decision = whole.decide(today);
            assert_eq!((&decision.orders, &decision.reports), (&orders, &chain.report()));
            decision
        });
    }
    let last = &mut String::new();
    harness.day(&tape, DAYS - 1, &mut |today| {
        let decision = whole.decide(today);
        *last = label(&decision, "v1.regime", "state");
        decision
    });
    assert_eq!(last, "risk_on_low_vol", "a low VIX, breadth and a tight spread, with 3 indicators unavailable");
}

#[test]
fn without_its_series_the_regime_is_unknown_and_little_is_entered() {
    let tape = market(false);
    let (mut harness, mut system) = (Harness::new(), V1System::new(config(StrategyId::QualityGrowthCore)).unwrap());
    for day in 0..DAYS {
        let decision = harness.day(&tape, day, &mut |today| system.decide(today));
        assert_eq!(label(&decision, "v1.regime", "state"), "UNKNOWN");
        assert_eq!(label(&decision, "v1.regime", "unavailable"), "7");
        assert!(decision.orders.is_empty(), "a bar of 0.60 is out of reach without fundamentals");
    }
}
