//! The trading day, held to hand-computed accounts.

use domain::decision::{Decision, EngineReport, Figure, FigureValue, TargetWeight, Verdict};
use domain::facts::ActionKind;
use domain::ids::Instrument;
use domain::order::{CancelReason, OrderKind, RefusalReason, Side};
use domain::quantity::{Cash, Price, Quantity};
use journal::event::Event;

use crate::fixture::{day, flat, kinds, mark, order, run, scenario, tape};
use crate::scenario::FillMode;

const A: &str = "EQUITY:A";

fn units(units: f64) -> Cash {
    Cash::from_units(units).unwrap()
}

fn at(price: f64) -> Price {
    Price::new(price).unwrap()
}

fn only_on(when: u32, what: Decision) -> impl FnMut(u32) -> Decision {
    move |number| if number == when { what.clone() } else { Decision::unchanged("test") }
}

fn weights(weights: &[(u32, f64)]) -> Decision {
    let target =
        |(instrument, weight): &(u32, f64)| TargetWeight { instrument: Instrument(*instrument), weight: *weight };
    Decision { targets: Some(weights.iter().map(target).collect()), ..Decision::unchanged("test") }
}

/// engines-v2 §11: cash 100,000; buy 300 at close 100, volume 1,000, 5 bp, cap 0.1 gives 100 filled at 100.05, cash
/// 89,995 and equity 99,995.
#[test]
fn the_reference_fill_of_the_specification() {
    let bar = Some([100.0, 100.0, 100.0, 100.0, 1000.0]);
    let tape = tape(&[(A, &[bar, bar])], &[]);
    let scenario = scenario(|s| {
        s.execution.slippage_bps = 5.0;
        s.execution.max_participation_rate = Some(0.1);
    });
    let journal = run(&scenario, &tape, only_on(0, order(Side::Buy, OrderKind::Market, 300, 1)));
    assert_eq!(mark(&journal, 1).cash, units(89_995.0));
    assert_eq!(mark(&journal, 1).equity, units(99_995.0));
    let Event::OrderFilled { price, quantity, .. } = &journal.days[1].events[0] else { panic!("no fill") };
    assert_eq!((price.get(), *quantity), (100.05, Quantity::from_micros(100_000_000)));
    let Event::OrderCancelled { remaining, reason, .. } = &journal.days[1].events[1] else { panic!("no cancel") };
    assert_eq!((remaining.micros(), *reason), (200_000_000, CancelReason::ParticipationCap));
}

#[test]
fn a_trade_through_zero_closes_first_and_opens_then() {
    let tape = tape(&[(A, &[flat(10.0), flat(10.0), flat(12.0), flat(11.0)])], &[]);
    let scenario = scenario(|s| s.account.allow_short = true);
    let journal = run(&scenario, &tape, |number| match number {
        0 => order(Side::Buy, OrderKind::Market, 100, 1),
        1 => order(Side::Sell, OrderKind::Market, 150, 1),
        2 => order(Side::Buy, OrderKind::Market, 50, 1),
        _ => Decision::unchanged("test"),
    });
    // Bought 100 at 10; sold 150 at 12: 100 closed with a profit of 200, 50 opened short; covered at 11 with 50 more.
    assert_eq!(mark(&journal, 2).realised, units(200.0));
    assert_eq!(mark(&journal, 2).short_value, units(-600.0));
    assert_eq!(mark(&journal, 3).realised, units(50.0));
    assert_eq!(mark(&journal, 3).equity, units(100_250.0));
}

#[test]
fn splits_dividends_and_orders_are_restated() {
    let actions =
        [(A, 2, ActionKind::Split { numerator: 2, denominator: 1 }), (A, 2, ActionKind::CashDividend { amount: 0.5 })];
    let bars = [flat(10.0), flat(10.0), flat(5.0), Some([5.0, 6.2, 5.0, 6.0, 1e6])];
    let journal = run(&scenario(|_| {}), &tape(&[(A, &bars)], &actions), |number| match number {
        0 => order(Side::Buy, OrderKind::Market, 100, 1),
        1 => order(Side::Sell, OrderKind::Limit { limit: at(12.0) }, 40, 5),
        _ => Decision::unchanged("test"),
    });
    // 200 shares at 5 and 100 in dividends: the account is worth 100 more; the limit became 80 shares at 6.
    assert_eq!(kinds(&journal, 2)[..3], ["order_adjusted", "shares_changed", "dividend_paid"]);
    assert_eq!(mark(&journal, 2).equity, units(100_100.0));
    let Event::OrderFilled { price, quantity, realised, .. } = &journal.days[3].events[0] else { panic!("no fill") };
    assert_eq!((price.get(), quantity.micros()), (6.0, 80_000_000));
    assert_eq!(*realised, units(80.0));
}

#[test]
fn a_position_that_a_split_rounds_away_is_settled_for_nothing() {
    let actions = [(A, 2, ActionKind::Split { numerator: 1, denominator: 4_000_000_000 })];
    let bars = [flat(10.0), flat(10.0), flat(1e10)];
    let journal =
        run(&scenario(|_| {}), &tape(&[(A, &bars)], &actions), only_on(0, order(Side::Buy, OrderKind::Market, 1, 1)));
    let Event::PositionSettled { quantity, realised, .. } = journal.days[2].events[0] else { panic!("not settled") };
    assert_eq!((quantity.micros(), realised), (1_000_000, units(-10.0)));
}

#[test]
fn a_delisted_position_is_settled_and_its_orders_die() {
    let bars = [flat(10.0), flat(10.0), flat(8.0), None, None];
    let other = [flat(1.0); 5];
    let tape = tape(&[(A, &bars), ("EQUITY:B", &other)], &[(A, 3, ActionKind::Delisting)]);
    let scenario = scenario(|s| s.execution.delisting_recovery = 0.25);
    let journal = run(&scenario, &tape, |number| match number {
        0 => order(Side::Buy, OrderKind::Market, 100, 1),
        2 => order(Side::Sell, OrderKind::Market, 100, 3),
        3 => order(Side::Buy, OrderKind::Market, 1, 1),
        _ => Decision::unchanged("test"),
    });
    assert_eq!(mark(&journal, 3).realised, units(-800.0));
    assert_eq!(mark(&journal, 3).cash, units(99_200.0));
    let cancelled = |event: &Event| matches!(event, Event::OrderCancelled { reason: CancelReason::Delisted, .. });
    assert!(journal.days[3].events.iter().any(cancelled));
    let refused = |event: &Event| matches!(event, Event::OrderRefused { reason: RefusalReason::Delisted, .. });
    assert!(journal.days[3].events.iter().any(refused));
}

#[test]
fn nothing_fills_on_a_halted_day_or_without_a_price() {
    let bars = [flat(10.0), flat(10.0), None, flat(11.0)];
    let tape = tape(&[(A, &bars)], &[(A, 1, ActionKind::Halt { until: day(2) })]);
    let journal = run(&scenario(|_| {}), &tape, only_on(0, order(Side::Buy, OrderKind::Market, 10, 3)));
    assert_eq!(kinds(&journal, 1), ["engine_decided", "book_marked"]);
    assert_eq!(kinds(&journal, 2), ["engine_decided", "book_marked"]);
    assert_eq!(kinds(&journal, 3)[0], "order_filled");
    let day_order = run(&scenario(|_| {}), &tape, only_on(0, order(Side::Buy, OrderKind::Market, 10, 1)));
    let Event::OrderCancelled { reason, .. } = &day_order.days[1].events[0] else { panic!("not cancelled") };
    assert_eq!(*reason, CancelReason::Halted);
}

#[test]
fn an_account_without_debt_buys_what_it_can_pay_for() {
    let tape = tape(&[(A, &[flat(10.0), flat(30.0)])], &[]);
    let scenario = scenario(|s| s.execution.cost_bps = 10.0);
    let journal = run(&scenario, &tape, only_on(0, order(Side::Buy, OrderKind::Market, 5_000, 1)));
    let left = mark(&journal, 1).cash.micros();
    // Less than one micro-share's price, a few of them at most, may stay behind.
    assert!((0..200).contains(&left), "{left} micro-units are left");
    assert_eq!(kinds(&journal, 1)[..2], ["order_filled", "order_cancelled"]);
}

#[test]
fn targets_size_on_equity_and_sell_what_they_do_not_name() {
    let tape = tape(&[(A, &[flat(20.0); 3]), ("EQUITY:B", &[flat(50.0); 3])], &[]);
    let scenario = scenario(|s| s.execution.fill = FillMode::SameClose);
    let journal = run(&scenario, &tape, |number| match number {
        0 => weights(&[(0, 0.5)]),
        1 => weights(&[(1, 0.999)]),
        _ => Decision::unchanged("test"),
    });
    let planned = |number: usize| -> Vec<(Side, i64)> {
        let orders = journal.days[number].events.iter().filter_map(|event| match event {
            Event::OrderPlanned { side, quantity, .. } => Some((*side, quantity.micros())),
            _ => None,
        });
        orders.collect()
    };
    assert_eq!(planned(0), [(Side::Buy, 2_500_000_000)]);
    assert_eq!(planned(1), [(Side::Sell, 2_500_000_000), (Side::Buy, 1_998_000_000)]);
    assert_eq!(mark(&journal, 2).positions, 1);
    assert_eq!(mark(&journal, 1).traded, units(149_900.0));
}

#[test]
fn a_short_target_needs_permission() {
    let tape = tape(&[(A, &[flat(20.0); 2])], &[]);
    let journal = run(&scenario(|_| {}), &tape, only_on(0, weights(&[(0, -0.5)])));
    let Some(Event::OrderRefused { reason, quantity, .. }) = journal.days[0].events.get(2) else {
        panic!("no refusal")
    };
    assert_eq!((*reason, quantity.micros()), (RefusalReason::ShortNotAllowed, 2_500_000_000));
}

#[test]
fn new_targets_replace_what_still_works() {
    let tape = tape(&[(A, &[flat(20.0); 3])], &[]);
    let journal = run(&scenario(|_| {}), &tape, |number| match number {
        0 => order(Side::Buy, OrderKind::Limit { limit: at(1.0) }, 10, 9),
        1 => weights(&[(0, 0.1)]),
        _ => Decision::unchanged("test"),
    });
    let superseded = |event: &Event| matches!(event, Event::OrderCancelled { reason: CancelReason::Superseded, .. });
    assert!(journal.days[1].events.iter().any(superseded));
}

#[test]
fn what_is_not_a_number_stops_the_run_with_its_name() {
    let tape = tape(&[(A, &[flat(20.0); 2])], &[]);
    let figure = Figure { instrument: None, field: "signal".into(), value: FigureValue::Number(f64::NAN) };
    let report = EngineReport { figures: vec![figure], ..EngineReport::plain("bad", Verdict::Decided) };
    let decisions = [
        (Decision { reports: vec![report], ..Decision::default() }, "bad: figure signal is NaN"),
        (weights(&[(0, f64::INFINITY)]), "the weight of instrument number 0 is inf"),
        (weights(&[(7, 0.1)]), "instrument number 7 is not on the tape"),
        (weights(&[(0, 0.1), (0, 0.1)]), "stands twice"),
    ];
    for (decision, expected) in decisions {
        let (name, version) = ("bad".to_owned(), "1".to_owned());
        let identity = crate::run::SystemIdentity { name, version, config_digest: domain::digest::Digest::ZERO };
        let mut system = crate::fixture::Scripted(only_on(0, decision));
        let error = crate::run::replay_in_memory(&scenario(|_| {}), &identity, &tape, &mut system).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().starts_with("2020-01-01"), "{error}");
    }
}

#[test]
fn an_ambiguous_stop_limit_works_on_as_a_limit_order() {
    let bars = [flat(100.0), Some([100.0, 105.0, 95.0, 101.0, 1e6]), Some([99.0, 100.0, 96.0, 98.0, 1e6])];
    let kind = OrderKind::StopLimit { stop: at(103.0), limit: at(97.0) };
    let journal = run(&scenario(|_| {}), &tape(&[(A, &bars)], &[]), only_on(0, order(Side::Buy, kind, 10, 1)));
    assert_eq!(kinds(&journal, 1), ["engine_decided", "book_marked"]);
    let Event::OrderFilled { price, .. } = &journal.days[2].events[0] else { panic!("no fill") };
    assert_eq!(price.get(), 97.0);
}

#[test]
fn a_limit_draw_belongs_to_its_order_and_day() {
    let bar = Some([100.0, 105.0, 95.0, 101.0, 1e6]);
    let bars = [bar; 40];
    let scenario = scenario(|s| s.execution.limit_fill_probability = 0.5);
    let kind = OrderKind::Limit { limit: at(97.0) };
    let journal = run(&scenario, &tape(&[(A, &bars)], &[]), |_| order(Side::Buy, kind, 1, 1));
    let fills = journal.events().filter(|(_, event)| matches!(event, Event::OrderFilled { .. })).count();
    assert!((8..=31).contains(&fills), "{fills} of 39 at a probability of one half");
}
