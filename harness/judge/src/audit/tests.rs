//! One statement of the run is changed, and the audit says which.

use domain::ids::Instrument;
use domain::order::{CancelReason, OrderKind, Side};
use domain::quantity::{Cash, Price, Quantity};
use journal::event::{BookMark, Event, JournalDay};

use super::{AccountRules, Rule, audit, audit_under};
use crate::fixture::{GE, LEH, filled, journal, mark, planned, shares, units};

type Edit = fn(&mut Vec<JournalDay>);

/// Changes the days and gives the violations as `(rule, day, event, field, expected, found)`.
fn found(change: impl FnOnce(&mut Vec<JournalDay>)) -> Vec<(Rule, Option<usize>, String, String, String)> {
    let mut journal = journal();
    change(journal.days.to_mut());
    // The counts follow the change, so that only what is under test is out of step.
    journal.manifest.events = journal.days.iter().map(|day| day.events.len() as u64).sum();
    let row = |violation: super::Violation| {
        (violation.rule, violation.event, violation.field, violation.expected, violation.found)
    };
    audit(&journal).into_iter().map(row).collect()
}

fn row(
    rule: Rule,
    event: usize,
    field: &str,
    expected: &str,
    found: &str,
) -> (Rule, Option<usize>, String, String, String) {
    (rule, Some(event), field.into(), expected.into(), found.into())
}

#[test]
fn a_run_that_adds_up_is_clean() {
    assert_eq!(found(|_| {}), []);
    let strict = AccountRules { allow_short: Some(false), allow_debt: Some(false) };
    assert_eq!(audit_under(&journal(), strict), []);
}

#[test]
fn a_micro_unit_of_cash_is_missed_once() {
    let cash = found(|days| mark(days, 1).cash = Cash::from_micros(767_750_001));
    let expected = row(Rule::CashConserved, 5, "cash", "767.750000", "767.750001");
    // The equity that no longer adds up follows from it, and so does the next day's cash, counted on from there.
    let equity = row(Rule::EquityAdds, 5, "equity", "947.750001", "947.750000");
    let next = row(Rule::CashConserved, 3, "cash", "772.750001", "772.750000");
    assert_eq!(cash, [expected, equity, next]);
}

#[test]
fn amounts_follow_from_prices_and_positions() {
    let value = found(|days| {
        if let Event::OrderFilled { value, .. } = &mut days[0].events[9] {
            *value = units(199.0);
        }
    });
    assert_eq!(value[0], row(Rule::ValueExact, 9, "value", "200.000000", "199.000000"));
    let dividend = found(|days| {
        days[2].events[0] = Event::DividendPaid { instrument: GE, per_share: 0.4, amount: units(5.0) };
    });
    assert_eq!(dividend, [row(Rule::ValueExact, 0, "amount", "4.000000", "5.000000")]);
    let realised = found(|days| {
        if let Event::OrderFilled { realised, .. } = &mut days[1].events[4] {
            *realised = units(-30.0);
        }
    });
    assert_eq!(realised[0], row(Rule::RealisedExact, 4, "realised", "-30.500000", "-30.000000"));
    assert_eq!(realised[1], row(Rule::TotalsAdd, 5, "realised", "-30.000000", "-30.500000"));
}

#[test]
fn totals_and_counts_of_the_mark() {
    let edits: [(&str, Edit, Rule); 7] = [
        ("traded", |days| mark(days, 0).traded = units(249.0), Rule::TotalsAdd),
        ("costs", |days| mark(days, 0).costs = units(1.0), Rule::TotalsAdd),
        ("dividends", |days| mark(days, 2).dividends = units(1.0), Rule::TotalsAdd),
        ("positions", |days| mark(days, 1).positions = 2, Rule::PositionConserved),
        ("stale_positions", |days| mark(days, 1).stale_positions = 2, Rule::PositionConserved),
        ("equity", |days| mark(days, 1).equity = units(1.0), Rule::EquityAdds),
        ("position_marked events", |days| drop(days[2].events.remove(2)), Rule::PositionConserved),
    ];
    for (field, edit, rule) in edits {
        let violations = found(edit);
        assert!(violations.iter().any(|row| row.0 == rule && row.2 == field), "{field}: {violations:?}");
    }
}

#[test]
fn positions_are_derived() {
    let marked = found(|days| {
        days[2].events[2] =
            Event::PositionMarked { instrument: GE, quantity: shares(11), price: 21.0, value: units(231.0) };
    });
    assert_eq!(marked[0], row(Rule::PositionConserved, 2, "quantity", "10.000000", "11.000000"));
    let split = found(|days| {
        days[2].events.insert(0, Event::SharesChanged { instrument: GE, before: shares(10), after: shares(20) });
    });
    // The dividend is then paid on 20 shares, and 20 are to be written down.
    assert_eq!(split[0], row(Rule::ValueExact, 1, "amount", "10.000000", "5.000000"));
    assert_eq!(split[1], row(Rule::PositionConserved, 3, "quantity", "20.000000", "10.000000"));
}

#[test]
fn a_settlement_closes_a_position_even_for_nothing() {
    let settled = |price: f64, amount: f64, realised: f64| {
        found(|days| {
            let (amount, realised) = (units(amount), units(realised));
            days[2].events[0] =
                Event::PositionSettled { instrument: GE, quantity: shares(10), price, amount, realised };
            days[2].events.remove(2);
            let end = mark(days, 2);
            (end.cash, end.equity) = (units(767.75).plus(amount).unwrap(), units(767.75).plus(amount).unwrap());
            (end.long_value, end.dividends, end.realised, end.positions) = (Cash::ZERO, Cash::ZERO, realised, 0);
        })
    };
    assert_eq!(settled(0.0, 0.0, -200.0), []);
    assert_eq!(settled(2.5, 25.0, -175.0), []);
    assert_eq!(settled(2.5, 26.0, -174.0)[0], row(Rule::ValueExact, 0, "amount", "25.000000", "26.000000"));
}

#[test]
fn the_life_of_an_order() {
    let edits: [(Edit, Rule, &str); 7] = [
        (|days| days[0].events[8] = planned(2, LEH, Side::Buy, shares(5)), Rule::OrdersNumbered, "order"),
        (|days| days[0].events[9] = filled(7, GE, Side::Buy, shares(10), 20.0, 1.0), Rule::OrderWorks, "order"),
        (|days| days[0].events[9] = filled(1, GE, Side::Buy, shares(5), 40.0, 1.0), Rule::OrderAgrees, "instrument"),
        (|days| days[0].events[9] = filled(0, GE, Side::Sell, shares(10), 20.0, 1.0), Rule::OrderAgrees, "side"),
        (|days| days[0].events[7] = planned(0, GE, Side::Buy, shares(9)), Rule::FillsWithinOrder, "quantity"),
        (|days| days[0].events[7] = planned(0, GE, Side::Buy, shares(11)), Rule::OrderEnds, "order 0"),
        (|days| days[0].events[8] = planned(1, LEH, Side::Buy, Quantity::ZERO), Rule::SignsHold, "quantity"),
    ];
    for (edit, rule, field) in edits {
        let violations = found(edit);
        assert!(violations.iter().any(|row| row.0 == rule && row.2 == field), "{rule}: {violations:?}");
    }
}

#[test]
fn an_order_may_be_restated_filled_in_parts_and_cancelled() {
    let (order, instrument) = (3, GE);
    let worked = |remaining: i64| {
        found(move |days| {
            let kind = OrderKind::Limit { limit: Price::new(20.0).unwrap() };
            let (side, quantity) = (Side::Buy, shares(2));
            let plan = Event::OrderPlanned { order, instrument, side, kind, quantity, sessions: 1 };
            days[1].events.insert(4, plan);
            let restated = Event::OrderAdjusted { order, instrument, before: shares(2), after: shares(4) };
            days[2].events.insert(0, restated);
            let mut part = filled(order, instrument, side, shares(1), 20.0, 0.0);
            if let Event::OrderFilled { at_decision_close, .. } = &mut part {
                *at_decision_close = false;
            }
            let (remaining, reason) = (shares(remaining), CancelReason::ParticipationCap);
            let rest = Event::OrderCancelled { order, instrument, remaining, reason, at_decision_close: false };
            days[2].events.splice(2..2, [part, rest]);
            days[2].events[5] =
                Event::PositionMarked { instrument, quantity: shares(11), price: 21.0, value: units(231.0) };
            let end = mark(days, 2);
            (end.cash, end.long_value, end.traded) = (units(752.75), units(231.0), units(20.0));
            end.equity = units(983.75);
        })
    };
    assert_eq!(worked(3), []);
    assert_eq!(worked(1), [row(Rule::OrderAgrees, 3, "remaining", "3.000000", "1.000000")]);
}

#[test]
fn what_the_scenario_forbids() {
    let mut short = journal();
    // 15 sold where 5 are held.
    short.days.to_mut()[1].events[3] = planned(2, LEH, Side::Sell, shares(15));
    short.days.to_mut()[1].events[4] = filled(2, LEH, Side::Sell, shares(15), 3.9, 0.25);
    // 60 bought at 20, which is 200 more than there is.
    short.days.to_mut()[0].events[9] = filled(0, GE, Side::Buy, shares(60), 20.0, 1.0);
    let rules = AccountRules { allow_short: Some(false), allow_debt: Some(false) };
    let broken: Vec<Rule> = audit_under(&short, rules).iter().map(|violation| violation.rule).collect();
    assert!(broken.contains(&Rule::NoShort) && broken.contains(&Rule::NoDebt), "{broken:?}");
    let lenient: Vec<Rule> = audit(&short).iter().map(|violation| violation.rule).collect();
    assert!(!lenient.contains(&Rule::NoShort) && !lenient.contains(&Rule::NoDebt));
}

#[test]
fn a_position_that_crosses_zero_closes_first() {
    // 5 LEH bought at 10; 15 sold at 4: 5 close at a loss of 30, 10 open short with a basis of −40.
    let violations = found(|days| {
        days[1].events[3] = planned(2, LEH, Side::Sell, shares(15));
        let mut sale = filled(2, LEH, Side::Sell, shares(15), 4.0, 0.25);
        if let Event::OrderFilled { realised, .. } = &mut sale {
            *realised = units(-30.0);
        }
        days[1].events[4] = sale;
        let end = mark(days, 1);
        (end.cash, end.traded, end.realised) = (units(808.25), units(60.0), units(-30.0));
        (end.short_value, end.equity, end.positions) = (units(-40.0), units(948.25), 2);
        days.truncate(2);
    });
    // Only the manifest, which still counts three days, disagrees.
    let rules: Vec<Rule> = violations.into_iter().map(|row| row.0).collect();
    assert!(rules.iter().all(|rule| *rule == Rule::ManifestAgrees), "{rules:?}");
}

#[test]
fn the_frame_of_a_journal() {
    let edits: [(Edit, Rule); 8] = [
        (|days| days.swap(0, 1), Rule::DatesRise),
        (|days| days[0].events.swap(0, 9), Rule::PhasesInOrder),
        (|days| drop(days[1].events.pop()), Rule::MarkIsLast),
        (|days| days[1].events.push(Event::BookMarked(BookMark::default())), Rule::MarkIsLast),
        (|days| days[0].events.swap(5, 6), Rule::TargetsAscend),
        (|days| days[0].events[5] = Event::TargetSet { instrument: GE, weight: f64::NAN }, Rule::NumberIsFinite),
        (|days| days[0].events[6] = Event::TargetSet { instrument: Instrument(9), weight: 0.1 }, Rule::InstrumentKnown),
        (|days| drop(days.pop()), Rule::ManifestAgrees),
    ];
    for (edit, rule) in edits {
        let violations = found(edit);
        assert!(violations.iter().any(|row| row.0 == rule), "{rule}: {violations:?}");
    }
}

#[test]
fn a_manifest_of_another_run_is_named() {
    let mut journal = journal();
    journal.manifest.inputs.seed.0 = 1;
    let violations = audit(&journal);
    assert_eq!(violations.len(), 1);
    assert_eq!((violations[0].kind.as_str(), violations[0].field.as_str()), ("manifest", "run_id"));
}
