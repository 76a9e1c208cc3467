//! The stages of the system asked one by one: the same decisions, reports and states as the whole, and sense made of
//! names, scores and weights that come from elsewhere.

use domain::book::BookView;
use domain::chain::{Chain, Score};
use domain::decision::{Decision, TargetWeight};
use domain::ids::Instrument;
use domain::quantity::{Cash, Quantity};
use domain::report::{Abstention, Verdict};
use domain::seed::{Seed, Streams};
use domain::system::{DecisionSystem, Today};
use domain::tape::Tape;
use domain::view::View;
use rstest::rstest;

use super::drive::{Run, assert_same, config, small};
use super::panel::{DAYS, panel};
use super::restore::{FIRST, whole_run};
use crate::system::{V2Config, V2System};

/// Watches the day and asks every stage, as far as the stages before it answer.
pub(super) fn by_stages(chain: &mut V2System, today: &Today<'_>) -> Decision {
    chain.watch(today);
    let mut planned = || {
        let names = chain.universe(today).ok()?;
        let scores = chain.signal(today, &names).ok()?;
        let wanted = chain.sizing(today, &names, &scores).ok()??;
        let targets = chain.limits(today, &wanted).ok()??;
        assert_eq!(chain.orders(today, &targets), None);
        Some(targets)
    };
    let targets = planned();
    Decision { targets, reports: chain.report(), orders: Vec::new() }
}

#[test]
fn asked_stage_by_stage_it_says_what_it_says_as_a_whole() {
    let (tape, whole) = whole_run();
    let staged = Run::new(&tape, &small(), FIRST).by(by_stages).days(FIRST, DAYS);
    assert_same(&staged, &whole, FIRST, "by stages");
}

#[test]
fn a_run_may_change_from_one_face_to_the_other_on_any_day() {
    let (tape, whole) = whole_run();
    let mut last = whole[60].clone();
    for (day, wanted) in (FIRST + 61..).zip(&whole[61..85]) {
        let run = Run::after(&tape, &small(), FIRST, &last);
        let step = if day % 2 == 0 { run.by(by_stages) } else { run };
        let step = { step }.day(day);
        assert_same(std::slice::from_ref(&step), std::slice::from_ref(wanted), day, "the other face");
        last = step;
    }
}

/// Limits that contradict each other, always or in the crisis, answered by cash or by nothing; too short a past; a
/// universe without anybody; a limit on a factor that there is not.
#[rstest]
#[case::cash(&[("portfolio.per_instrument_max_weight", 0.05.into())], FIRST)]
#[case::error(&[("portfolio.per_instrument_max_weight", 0.05.into()), ("portfolio.shape.infeasible", "error".into())], FIRST)]
#[case::sectors(&[("portfolio.sector_limits.*", 0.2.into()), ("portfolio.shape.infeasible", "error".into())], FIRST)]
#[case::early(&[], 20)]
#[case::nobody(&[both_markets(), ("portfolio.markets", toml::Value::from(vec!["EU_EQ"]))], FIRST)]
#[case::no_universe(&[both_markets(), ("universe.markets", toml::Value::from(vec!["EU_EQ"]))], FIRST)]
#[case::no_scores(&[both_markets(), ("assessment.markets", toml::Value::from(vec!["EU_EQ"]))], FIRST)]
#[case::factor(&[("portfolio.factor_limits", toml::Table::from_iter([("tide".to_owned(), 0.5.into())]).into())], FIRST)]
fn days_without_a_portfolio_are_told_alike(#[case] keys: &[(&str, toml::Value)], #[case] first: usize) {
    let config = altered(keys);
    let (tape, end) = (panel(), first + 50);
    let whole = Run::new(&tape, &config, first).days(first, end);
    let staged = Run::new(&tape, &config, first).by(by_stages).days(first, end);
    assert_same(&staged, &whole, first, "by stages");
}

/// A market more than the panel has, so that another engine may have that one alone.
fn both_markets() -> (&'static str, toml::Value) {
    ("stability.markets", toml::Value::from(vec!["EU_EQ", "US_EQ"]))
}

/// [`small`] with these keys in place of its own.
fn altered(keys: &[(&str, toml::Value)]) -> V2Config {
    let mut table = toml::Table::try_from(small()).unwrap();
    for (key, value) in keys {
        let (below, last) = key.rsplit_once('.').unwrap();
        let table = below.split('.').fold(&mut table, |table, name| table[name].as_table_mut().unwrap());
        table.insert(last.to_owned(), value.clone());
    }
    table.try_into().unwrap()
}

/// A day on which a decision is due, and a system that has watched it.
fn watching(tape: &Tape, config: &V2Config, act: impl FnOnce(&mut V2System, &Today<'_>)) {
    let view = View::as_of(tape, FIRST).unwrap();
    let positions = vec![Quantity::ZERO; tape.instruments().len()];
    let cash = Cash::from_units(1e6).unwrap();
    let book = BookView { cash, equity: cash, positions: &positions };
    let today = Today { view, book, streams: Streams::new(Seed(41)), day_number: 0 };
    let mut system = V2System::new(config.clone()).unwrap();
    system.watch(&today);
    act(&mut system, &today);
}

fn gross(weights: &[TargetWeight]) -> f64 {
    weights.iter().map(|target| target.weight.abs()).sum()
}

fn largest(weights: &[TargetWeight]) -> f64 {
    weights.iter().map(|target| target.weight).fold(0.0, f64::max)
}

#[test]
fn sizing_knows_no_limits_and_keeps_budget_and_sign() {
    watching(&panel(), &small(), |system, today| {
        let names = system.universe(today).unwrap();
        let scores = system.signal(today, &names).unwrap();
        let wanted = system.sizing(today, &names, &scores).unwrap().unwrap();
        assert!((gross(&wanted) - 0.999).abs() < 1e-8 && wanted.iter().all(|target| target.weight > 0.0), "{wanted:?}");
        assert!(largest(&wanted) > 0.25, "a cap of 0.25 would have bound: {wanted:?}");
        let left = system.limits(today, &wanted).unwrap().unwrap();
        assert!(largest(&left) <= 0.25 + 1e-8 && (gross(&left) - 0.999).abs() < 1e-8, "{left:?}");
    });
}

#[test]
fn names_and_scores_from_elsewhere_are_sized() {
    watching(&panel(), &small(), |system, today| {
        let names: Vec<Instrument> = [0, 2, 4, 6, 8].map(Instrument).to_vec();
        let own = system.signal(today, &names).unwrap();
        assert!(own.iter().map(|score| score.instrument).eq(names.iter().copied()), "{own:?}");
        // The first of them is all that the other generation believes in.
        let score = |instrument: &Instrument| Score {
            instrument: *instrument,
            score: if instrument.0 == 0 { 1.0 } else { -1.0 },
            confidence: 1.0,
        };
        let scores: Vec<Score> = names.iter().map(score).collect();
        let wanted = system.sizing(today, &names, &scores).unwrap().unwrap();
        assert_eq!(wanted[0].instrument, Instrument(0));
        assert!(wanted[0].weight > 0.5, "{wanted:?}");
        assert!(wanted.iter().all(|target| names.contains(&target.instrument)));
        // Without a score nobody is held, and what is due stays due.
        let none = system.sizing(today, &names, &[]);
        assert_eq!(none, Err(Abstention::NothingEligible));
        assert!(
            system
                .report()
                .last()
                .is_some_and(|report| report.verdict == Verdict::Abstained(Abstention::NothingEligible))
        );
    });
}

#[test]
fn of_weights_from_elsewhere_the_limits_leave_the_nearest() {
    watching(&panel(), &small(), |system, today| {
        let target = |(at, weight): (u32, f64)| TargetWeight { instrument: Instrument(at), weight };
        // Within every limit: untouched, and nobody asks them to be more.
        let modest: Vec<TargetWeight> = [(0, 0.1), (1, 0.05), (4, 0.1)].map(target).to_vec();
        let left = system.limits(today, &modest).unwrap().unwrap();
        let near = |(a, b): (&TargetWeight, &TargetWeight)| (a.weight - b.weight).abs() < 1e-9;
        assert!(left.len() == 3 && left.iter().zip(&modest).all(near), "{left:?}");
        // Above the cap of a name, and shares 0, 3, 6 and 9 above the 0.6 of their sector.
        let bold: Vec<TargetWeight> = [(0, 0.4), (1, 0.1), (3, 0.25), (6, 0.2)].map(target).to_vec();
        let left = system.limits(today, &bold).unwrap().unwrap();
        let weights: Vec<f64> = left.iter().map(|target| target.weight).collect();
        let expected = [0.25, 0.1, 0.2, 0.15];
        assert!(weights.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{weights:?}");
        let reports = system.report();
        let engines: Vec<&str> = reports.iter().map(|report| report.engine.as_ref()).collect();
        assert_eq!(engines.last(), Some(&"limits"));
        assert!(!engines.contains(&"portfolio") && !engines.contains(&"universe"), "{engines:?}");
    });
}

#[test]
fn where_the_limits_are_anothers_sizing_is_the_decision() {
    let tape = panel();
    let positions = vec![Quantity::ZERO; tape.instruments().len()];
    let cash = Cash::from_units(1e6).unwrap();
    let mut system = V2System::new(small()).unwrap();
    let mut sized = Vec::new();
    for day in FIRST..FIRST + 25 {
        let view = View::as_of(&tape, day).unwrap();
        let book = BookView { cash, equity: cash, positions: &positions };
        let today = Today { view, book, streams: Streams::new(Seed(41)), day_number: (day - FIRST) as u32 };
        system.watch(&today);
        let names = system.universe(&today).unwrap();
        let scores = system.signal(&today, &names).unwrap();
        if system.sizing(&today, &names, &scores).unwrap().is_some() {
            sized.push(day - FIRST);
        }
        system.report();
    }
    assert_eq!(sized, [0, 10, 20], "every_days is 10");
}

#[test]
fn a_system_of_another_seed_says_so_at_every_stage() {
    let (tape, whole) = whole_run();
    watching(&tape, &config(&[]), |_, today| {
        let mut system = V2System::new(small()).unwrap();
        DecisionSystem::restore(&mut system, &whole[3].state).unwrap();
        let other = Today { streams: Streams::new(Seed(42)), ..*today };
        let decision = by_stages(&mut system, &other);
        DecisionSystem::restore(&mut system, &whole[3].state).unwrap();
        assert_eq!(decision, system.decide(&other));
    });
}
