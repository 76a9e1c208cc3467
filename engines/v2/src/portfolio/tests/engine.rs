//! The engine on a small tape: what it answers, what it leaves out, and what it never does.

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::facts::{BarFact, InstrumentFact, PriceBasis};
use domain::ids::Instrument;
use domain::report::{Abstention, FigureValue};
use domain::state::Saved;
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;
use rstest::rstest;

use super::super::config::{OptimizerType, PortfolioConfig, ShapeConfig, WhenInfeasible};
use super::super::output::{Infeasible, Outcome, PortfolioOutput, TargetPortfolio};
use super::super::risk::ScenarioLosses;
use super::super::{Portfolio, PortfolioInput};
use crate::column::Column;
use crate::config::EngineConfig;
use crate::face::{Answer, Engine, Told};
use crate::windows::{Windows, WindowsConfig};

const NAMES: usize = 24;
const DAYS: usize = 300;

pub(super) fn config() -> PortfolioConfig {
    let limits = |limits: &[(&str, f64)]| limits.iter().map(|(name, limit)| ((*name).to_owned(), *limit)).collect();
    PortfolioConfig {
        portfolio_id: "US_CORE_LONG".into(),
        strategies: vec!["US_CORE_LONG_EQ".into()],
        markets: vec!["US_EQ".into()],
        base_currency: "USD".into(),
        risk_model_id: "risk-factor-252-v1".into(),
        optimizer_type: OptimizerType::Qp,
        risk_aversion_lambda: 5.0,
        leverage_limit: 1.0,
        gross_exposure_limit: 1.0,
        per_instrument_max_weight: 0.15,
        sector_limits: limits(&[("*", 0.4)]),
        country_limits: limits(&[("US", 1.0)]),
        factor_limits: limits(&[("market", 1.1)]),
        fragility_exposure_limit: 0.05,
        turnover_limit: 0.3,
        cost_model_id: "cost-half-spread-root-v1".into(),
        scenario_es_limit: None,
        shape: ShapeConfig::default(),
        covariance: Default::default(),
        cost: Default::default(),
    }
}

/// 24 instruments in four sectors; a fixed rule stands in for chance.
pub(super) fn tape(days: usize) -> Tape {
    let id = |at: usize| format!("EQUITY:N{at:02}").parse::<domain::ids::InstrumentId>().unwrap();
    let facts = (0..NAMES).map(|at| InstrumentFact {
        id: id(at),
        market: if at == 23 { "EU_EQ" } else { "US_EQ" }.into(),
        currency: if at == 22 { "EUR" } else { "USD" }.into(),
        issuer: Some(format!("I{at}")),
        sector: (at < 20).then(|| format!("S{}", at % 4)),
    });
    let dates: Vec<Date> = (0..days as i32).map(|day| Date::from_epoch_days(14_000 + day)).collect();
    let mut builder = TapeBuilder::new(PriceBasis::Adjusted, dates.clone(), facts.collect()).unwrap();
    let noise = |seed: usize| ((seed * 7919 + 104_729) % 1009) as f64 / 1009.0 - 0.5;
    let mut prices = [50.0; NAMES];
    for (day, date) in dates.iter().enumerate() {
        let (market, sectors) = (0.02 * noise(day * 31), [0, 1, 2, 3].map(|k| 0.01 * noise(day * 17 + k * 977)));
        for (at, price) in prices.iter_mut().enumerate() {
            let own = (0.01 + 0.001 * at as f64) * noise(day * 1013 + at * 337);
            *price *= 1.0 + 0.0003 + (0.6 + 0.03 * at as f64) * market + sectors[at % 4] + own;
            // The twenty-first has a price on one day of three only.
            let there = at != 21 || day % 3 == 0 || day + 1 == days;
            let bar = BarFact {
                instrument: id(at),
                happened_on: *date,
                open: None,
                high: None,
                low: None,
                close: there.then_some(*price),
                adjusted_close: there.then_some(*price),
                volume: Some(1e5),
            };
            if there {
                builder.push_bar(&bar).unwrap();
            }
        }
    }
    builder.finish()
}

pub(super) struct Desk {
    pub tape: Tape,
    pub windows: Windows,
    pub expected: Column,
}

impl Desk {
    pub fn new(days: usize) -> Self {
        let tape = tape(days);
        let mut windows = Windows::new(WindowsConfig::default());
        windows.step(&View::as_of(&tape, days - 1).unwrap());
        let mut expected = Column::absent(NAMES);
        (0..20).for_each(|at| expected.set(Instrument(at), Some(0.002 * f64::from((at * 7) % 11) - 0.005)));
        (21..24).for_each(|at| expected.set(Instrument(at), Some(0.01)));
        Self { tape, windows, expected }
    }

    pub fn view(&self) -> View<'_> {
        View::as_of(&self.tape, self.windows.day_count() - 1).unwrap()
    }

    pub fn input<'a>(&'a self, members: &'a [Instrument], current: &'a [(Instrument, f64)]) -> PortfolioInput<'a> {
        PortfolioInput {
            view: self.view(),
            windows: &self.windows,
            members,
            expected_return: &self.expected,
            current,
            soft_targets: None,
            countries: None,
            scenarios: None,
            stability: &[],
        }
    }
}

pub(super) fn everyone() -> Vec<Instrument> {
    (0..NAMES as u32).map(Instrument).collect()
}

fn run(config: PortfolioConfig, input: &PortfolioInput<'_>) -> Answer<PortfolioOutput> {
    Portfolio::new(config).unwrap().run(input)
}

fn target(config: PortfolioConfig, input: &PortfolioInput<'_>) -> TargetPortfolio {
    run(config, input).output.unwrap().target.unwrap()
}

fn holds(target: &TargetPortfolio) {
    assert_eq!(target.metadata.outcome, Outcome::Optimal);
    assert!(target.metadata.kkt_residual <= 1e-9);
    for status in &target.constraints_status {
        assert!(status.slack >= -1e-8, "{status:?}");
    }
}

#[test]
fn a_portfolio_within_every_limit_and_a_word_on_whoever_is_left_out() {
    let desk = Desk::new(DAYS);
    let (members, soft) = (everyone(), (0..NAMES).map(|at| at % 5 == 0).collect::<Vec<_>>());
    let input = PortfolioInput { soft_targets: Some(&soft), ..desk.input(&members, &[]) };
    let answer = run(config(), &input);
    let reasons: Vec<_> = answer.dropped.iter().map(|d| (d.instrument.0, d.reason.as_ref())).collect();
    let expected = [(20, "no_expected_return"), (21, "short_history"), (22, "other_currency"), (23, "other_market")];
    assert_eq!(reasons, expected);
    let output = answer.output.unwrap();
    let target = output.target.as_ref().unwrap();
    holds(target);
    let total: f64 = target.weights.iter().map(|(_, weight)| weight).sum();
    assert!((total - 0.999).abs() < 1e-12);
    assert!(target.weights.iter().all(|(at, weight)| at.0 < 20 && *weight > 0.0 && *weight <= 0.15));
    let risky: f64 = target.weights.iter().filter(|(at, _)| soft[at.index()]).map(|(_, weight)| weight).sum();
    assert!(risky <= 0.05 + 1e-12);
    let names: Vec<&str> = target.factor_exposures.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["market", "sector:S0", "sector:S1", "sector:S2", "momentum", "volatility", "liquidity"]);
    let risk = output.risk.as_ref().unwrap();
    assert!(risk.metric("historical_es") >= risk.metric("historical_var"));
    assert!(risk.metric("gaussian_es") > risk.metric("gaussian_var"));
    assert!(!output.day_figures().is_empty() && output.instrument_figures().len() == target.weights.len());
}

#[test]
fn the_order_of_members_changes_no_bit() {
    let desk = Desk::new(DAYS);
    let (members, mut other) = (everyone(), everyone());
    other.reverse();
    other.push(Instrument(3));
    let bytes = |members: &[Instrument]| {
        let mut bytes = CanonicalBytes::new();
        run(config(), &desk.input(members, &[])).output.unwrap().put(&mut bytes);
        bytes.into_vec()
    };
    assert_eq!(bytes(&members), bytes(&other));
}

#[test]
fn turnover_is_limited_beyond_what_is_forced() {
    let desk = Desk::new(DAYS);
    let members = everyone();
    // One name has left, one is above its cap.
    let current = [(Instrument(1), 0.3), (Instrument(2), 0.1), (Instrument(3), 0.15), (Instrument(23), 0.2)];
    let record = target(config(), &desk.input(&members, &current));
    holds(&record);
    let forced = 0.2 + 0.15 + (0.999 - 0.4);
    assert!((record.metadata.forced_turnover - forced).abs() < 1e-12);
    assert!(record.metadata.turnover <= forced + 0.3 + 1e-8);
    let mut strict = config();
    strict.shape.turnover_counts_forced = true;
    strict.shape.infeasible = WhenInfeasible::Error;
    let refused = run(strict, &desk.input(&members, &current)).output.unwrap().target.unwrap_err();
    let Infeasible::Conflict { binding, .. } = refused else { panic!("a conflict") };
    assert!(binding.contains(&"turnover_limit".to_owned()), "{binding:?}");
}

#[rstest]
#[case(WhenInfeasible::Error)]
#[case(WhenInfeasible::Cash)]
fn too_few_names_are_a_conflict_or_cash_but_never_a_breach(#[case] infeasible: WhenInfeasible) {
    let desk = Desk::new(DAYS);
    let members = [Instrument(0), Instrument(1), Instrument(2)];
    let mut config = config();
    config.shape.infeasible = infeasible;
    let output = run(config, &desk.input(&members, &[(Instrument(0), 0.1)])).output.unwrap();
    let expected = ["budget", "per_instrument_max_weight"];
    match (infeasible, output.target) {
        (WhenInfeasible::Error, Err(Infeasible::Conflict { binding, breach })) => {
            assert_eq!(binding, expected);
            assert!((breach - (0.999 - 0.45)).abs() < 1e-6);
        }
        (WhenInfeasible::Cash, Ok(target)) => {
            assert_eq!(target.metadata.outcome, Outcome::Cash);
            assert_eq!(target.metadata.conflict, expected);
            assert!(target.weights.is_empty() && target.expected_volatility == 0.0);
        }
        (_, other) => panic!("{other:?}"),
    }
}

#[test]
fn short_positions_and_a_neutral_book() {
    let desk = Desk::new(DAYS);
    let members = everyone();
    let mut config = config();
    (config.shape.long_only, config.shape.neutral) = (false, true);
    config.shape.per_instrument_min_weight = -0.15;
    let target = target(config, &desk.input(&members, &[(Instrument(5), 0.1), (Instrument(6), -0.1)]));
    holds(&target);
    let net: f64 = target.weights.iter().map(|(_, weight)| weight).sum();
    assert!(net.abs() < 1e-9 && target.weights.iter().any(|(_, weight)| *weight < 0.0));
}

#[test]
fn scenario_losses_are_limited_and_reported() {
    let desk = Desk::new(DAYS);
    let members = everyone();
    let loss = |path: usize, at: usize| ((path * 37 + at * 101) % 23) as f64 / 100.0 - 0.05;
    let losses = (0..200).flat_map(|path| (0..NAMES).map(move |at| loss(path, at))).collect();
    let scenarios = ScenarioLosses::new(NAMES, losses).unwrap();
    let input = PortfolioInput { scenarios: Some(&scenarios), ..desk.input(&members, &[]) };
    let free = run(config(), &input).output.unwrap().risk.unwrap();
    let (shortfall, worst) = (free.metric("scenario_es").unwrap(), free.metric("scenario_worst").unwrap());
    assert!(shortfall <= worst && free.scenario_pnl.len() == 200 && free.scenario_coverage == Some(1.0));
    let limit = shortfall * 0.97;
    let limited = PortfolioConfig { scenario_es_limit: Some(limit), ..config() };
    let output = run(limited.clone(), &input).output.unwrap();
    holds(output.target.as_ref().unwrap());
    assert!(output.risk.unwrap().metric("scenario_es").unwrap() <= limit + 1e-8);
    let without = run(limited, &desk.input(&members, &[])).output;
    assert_eq!(without, Err(Abstention::MissingInput { input: "scenarios".into() }));
}

/// data-model §4: exposures, tails, what the scenarios come to and how far each limit is, on the day of the decision; and
/// none of them for single instruments.
#[test]
fn the_report_of_a_decision_tells_the_risk() {
    let desk = Desk::new(DAYS);
    let members = everyone();
    let losses = (0..200 * NAMES).map(|at| (at % 7) as f64 / 100.0 - 0.02).collect();
    let scenarios = ScenarioLosses::new(NAMES, losses).unwrap();
    let input = PortfolioInput {
        scenarios: Some(&scenarios),
        stability: &[("liquidity", &desk.expected)],
        ..desk.input(&members, &[])
    };
    let output = run(config(), &input).output.unwrap();
    let (figures, risk) = (output.day_figures(), output.risk.as_ref().unwrap());
    let told = |field: &str| {
        let mut found = figures.iter().filter(|figure| figure.field == field);
        let value = found.next().map(|figure| figure.value.clone());
        assert!(found.next().is_none(), "{field} stands twice");
        if let Some(FigureValue::Number(value)) = value { Some(value) } else { None }
    };
    for name in [
        "gaussian_es",
        "gaussian_var",
        "historical_es",
        "historical_var",
        "scenario_es",
        "scenario_var",
        "scenario_worst",
    ] {
        assert_eq!(told(name), risk.metric(name), "{name}");
        assert!(told(name).is_some(), "{name}");
    }
    let mean: f64 = risk.scenario_pnl.iter().sum::<f64>() / 200.0;
    assert!((told("scenario_mean_pnl").unwrap() - mean).abs() < 1e-12);
    assert_eq!(told("scenario_coverage"), Some(1.0));
    for (name, value) in &risk.exposures {
        assert_eq!(told(&format!("exposure.{name}")), Some(*value));
    }
    // A key with many groups tells the one that is nearest to its limit.
    let status = &output.target.as_ref().unwrap().constraints_status;
    let sectors = status.iter().filter(|status| status.name.starts_with("sector_limits."));
    let nearest = sectors.map(|status| status.slack).reduce(f64::min);
    assert_eq!(told("slack.sector_limits"), nearest);
    assert!(nearest.is_some() && told("slack.turnover_limit").is_some() && told("slack.budget").is_some());
    assert!(told("stability.liquidity").is_some());
    assert!(figures.iter().all(|figure| figure.instrument.is_none()) && figures.len() < 50, "{}", figures.len());
}

/// A name of which no path speaks is not riskless: under the limit it is not held, and it never counts as a loss of 0.
#[test]
fn who_is_on_too_few_paths_is_not_held_under_a_scenario_limit() {
    let desk = Desk::new(DAYS);
    let members = everyone();
    let loss = |path: usize, at: usize| match at {
        4 if !path.is_multiple_of(5) => f64::NAN,
        5 if path.is_multiple_of(3) => f64::NAN,
        _ => ((path * 37 + at * 101) % 23) as f64 / 100.0 - 0.05,
    };
    let losses = (0..200).flat_map(|path| (0..NAMES).map(move |at| loss(path, at))).collect();
    let scenarios = ScenarioLosses::new(NAMES, losses).unwrap();
    let input = PortfolioInput { scenarios: Some(&scenarios), ..desk.input(&members, &[]) };
    let reasons = |answer: &Answer<PortfolioOutput>| {
        let few = answer.dropped.iter().filter(|dropped| dropped.reason == "few_scenario_paths");
        few.map(|dropped| dropped.instrument).collect::<Vec<_>>()
    };
    let free = run(config(), &input);
    assert!(reasons(&free).is_empty());
    let risk = free.output.unwrap().risk.unwrap();
    assert!(risk.scenario_coverage < Some(1.0) && risk.scenario_pnl.len() == 200);
    let limit = risk.metric("scenario_es").unwrap();
    let limited = run(PortfolioConfig { scenario_es_limit: Some(limit), ..config() }, &input);
    assert_eq!(reasons(&limited), [Instrument(4)]);
    let target = limited.output.unwrap().target.unwrap();
    holds(&target);
    assert!(target.weights.iter().all(|(at, _)| at.0 != 4));
}

#[test]
fn abstains_with_a_reason() {
    let short = Desk::new(100);
    let members = everyone();
    let answer = run(config(), &short.input(&members, &[]));
    assert_eq!(answer.output, Err(Abstention::ShortHistory { have: 99, need: 126 }));
    let desk = Desk::new(DAYS);
    assert_eq!(run(config(), &desk.input(&[], &[])).output, Err(Abstention::NothingEligible));
    let mut unknown = config();
    unknown.factor_limits.insert("oil".into(), 0.1);
    let expected = Abstention::MissingInput { input: "factor oil".into() };
    assert_eq!(run(unknown, &desk.input(&members, &[])).output, Err(expected));
}

#[test]
fn nothing_after_today_is_read_and_the_past_can_be_walked_again() {
    let (long, short) = (tape(DAYS), Desk::new(280));
    let view = View::as_of(&long, 279).unwrap();
    let mut windows = Windows::new(WindowsConfig::default());
    windows.step(&view);
    let members: Vec<Instrument> = everyone().into_iter().filter(|at| at.0 != 21).collect();
    let input = PortfolioInput { view, windows: &windows, ..short.input(&members, &[]) };
    assert_eq!(run(config(), &input), run(config(), &short.input(&members, &[])));
}

#[test]
fn the_state_is_the_day_of_the_last_decision() {
    let desk = Desk::new(DAYS);
    let members = everyone();
    let mut engine = Portfolio::new(config()).unwrap();
    assert!(engine.due(&desk.view()));
    engine.run(&desk.input(&members, &[])).output.unwrap();
    let mut bytes = CanonicalBytes::new();
    engine.save(&mut bytes);
    let mut other = Portfolio::new(config()).unwrap();
    other.restore(&mut Saved::new(bytes.as_slice())).unwrap();
    for engine in [&engine, &other] {
        assert!(!engine.due(&desk.view()));
    }
    assert!(other.restore(&mut Saved::new(&[1])).is_none());
    let later = tape(DAYS + 21);
    assert!(!other.due(&View::as_of(&later, DAYS + 19).unwrap()));
    assert!(other.due(&View::as_of(&later, DAYS + 20).unwrap()));
}

/// Limits that contradict each other are no decision: another is due on the next day, as after an abstention. Cash is one.
#[rstest]
#[case(WhenInfeasible::Error, true)]
#[case(WhenInfeasible::Cash, false)]
fn a_decision_that_fails_is_due_again(#[case] infeasible: WhenInfeasible, #[case] due: bool) {
    let desk = Desk::new(DAYS);
    let mut config = config();
    config.shape.infeasible = infeasible;
    let mut engine = Portfolio::new(config).unwrap();
    let answer = engine.run(&desk.input(&[Instrument(0), Instrument(1)], &[]));
    assert_eq!(answer.output.unwrap().target.is_err(), due);
    let tomorrow = tape(DAYS + 1);
    assert_eq!(engine.due(&View::as_of(&tomorrow, DAYS).unwrap()), due);
}

/// What is held and has no price today takes its part of the budget and of the limits, and is neither sold nor bought.
#[test]
fn what_has_no_price_today_leaves_the_rest_to_the_others() {
    let mut desk = Desk::new(DAYS);
    desk.windows = Windows::new(WindowsConfig::default());
    desk.windows.step(&View::as_of(&desk.tape, DAYS - 2).unwrap());
    let (members, stuck) = (everyone(), Instrument(21));
    assert_eq!(desk.view().close(stuck), None);
    let held = [(stuck, 0.25), (Instrument(1), 0.1)];
    let soft: Vec<bool> = (0..NAMES).map(|at| at == 21 || at % 3 == 0).collect();
    let input = PortfolioInput { soft_targets: Some(&soft), ..desk.input(&members, &held) };
    let target = target(config(), &input);
    holds(&target);
    let limit = |name: &str| target.constraints_status.iter().find(|status| status.name == name).unwrap().limit;
    for (name, expected) in [
        ("budget", 0.999 - 0.25),
        ("gross_exposure_limit", 0.75),
        ("leverage_limit", 0.75),
        ("fragility_exposure_limit", 0.0),
        ("country_limits.US", 0.75),
    ] {
        assert!((limit(name) - expected).abs() < 1e-12, "{name}: {}", limit(name));
    }
    let total: f64 = target.weights.iter().map(|(_, weight)| weight).sum();
    assert!((total - 0.749).abs() < 1e-8 && target.weights.iter().all(|(at, _)| *at != stuck));
    assert!((target.metadata.forced_turnover - 0.649).abs() < 1e-12);
    let risk = run(config(), &input).output.unwrap().risk.unwrap();
    let exposure = |name: &str| risk.exposures.iter().find(|(known, _)| known == name).unwrap().1;
    assert!((exposure("stuck") - 0.25).abs() < 1e-12 && (exposure("cash") - 0.001).abs() < 1e-8);
}

type Edit = fn(&mut PortfolioConfig);

#[test]
fn refuses_with_the_path() {
    let cases: [(&str, Edit); 15] = [
        ("optimizer_type", |c| c.optimizer_type = OptimizerType::Socp),
        ("risk_aversion_lambda", |c| c.risk_aversion_lambda = 0.0),
        ("per_instrument_max_weight", |c| c.per_instrument_max_weight = 5.0),
        ("sector_limits.A", |c| c.sector_limits = [("A".to_owned(), -0.1)].into()),
        ("sector_limits.A", |c| c.sector_limits = [("A".to_owned(), 5.0)].into()),
        ("country_limits.US", |c| c.country_limits = [("US".to_owned(), 1.01)].into()),
        ("factor_limits.market", |c| c.factor_limits = [("market".to_owned(), 5.0)].into()),
        ("fragility_exposure_limit", |c| c.fragility_exposure_limit = 5.0),
        ("turnover_limit", |c| c.turnover_limit = 5.0),
        ("turnover_limit", |c| c.turnover_limit = f64::NAN),
        ("shape.neutral", |c| c.shape.neutral = true),
        ("markets", |c| c.markets.clear()),
        ("base_currency", |c| c.base_currency = "usd".into()),
        ("covariance.min_days", |c| c.covariance.min_days = 300),
        ("cost.half_spread", |c| c.cost.half_spread = 5.0),
    ];
    assert_eq!(config().check(), Ok(()));
    for (path, edit) in cases {
        let mut config = config();
        edit(&mut config);
        assert_eq!(Portfolio::new(config).unwrap_err().path, format!("portfolio.{path}"));
    }
}

#[test]
fn a_limit_of_all_that_can_be_held_is_no_limit_and_stands() {
    for (gross, limit, stands) in
        [(0.5, 1.0, true), (0.5, 1.1, false), (1.0, 1.0, true), (1.5, 1.5, true), (1.5, 1.6, false)]
    {
        let sector_limits = [("*".to_owned(), limit)].into();
        let config = PortfolioConfig { gross_exposure_limit: gross, sector_limits, ..config() };
        assert_eq!(config.check().is_ok(), stands, "{limit} of {gross}");
    }
    let wrong = PortfolioConfig { sector_limits: [("A".to_owned(), 5.0)].into(), ..config() };
    let expected =
        "portfolio.sector_limits.A is 5: expected a share from 0 to 1, the whole account, where 0.05 means 5 %";
    assert_eq!(wrong.check().unwrap_err().to_string(), expected);
}

#[test]
fn a_missing_or_unknown_key_is_refused() {
    let text = toml::to_string(&config()).unwrap();
    assert_eq!(toml::from_str::<PortfolioConfig>(&text).unwrap(), config());
    for key in ["portfolio_id", "risk_aversion_lambda", "sector_limits", "turnover_limit", "cost_model_id"] {
        let mut table: toml::Table = toml::from_str(&text).unwrap();
        table.remove(key);
        assert!(table.try_into::<PortfolioConfig>().is_err(), "{key}");
    }
    let mut table: toml::Table = toml::from_str(&text).unwrap();
    table.insert("max_weight".into(), 0.1.into());
    assert!(table.try_into::<PortfolioConfig>().is_err());
}
