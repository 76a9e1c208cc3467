//! Classes and places of differences, from the lines and from the events.

use domain::decision::{FigureValue, Verdict};
use domain::digest::Digest;
use domain::order::{RefusalReason, Side};
use journal::event::{Event, JournalDay};
use journal::journal::Journal;

use super::{fresh, policy, stored};
use crate::fixture::{GE, LEH, changed, days, filled, header, journal, mark, planned, regime, shares, units};
use crate::golden::compare::{Comparison, compare, compare_journals};
use crate::golden::scope::Class;

fn by_lines(new: &Journal) -> Comparison {
    compare(&stored(&journal()), &fresh(new), &policy())
}

fn by_events(new: &Journal) -> Comparison {
    compare_journals(&stored(&journal()), &fresh(new), &policy(), &journal(), new)
}

fn with_signal(value: f64) -> Journal {
    changed(|days| days[0].events[3] = signal(value))
}

fn signal(value: f64) -> Event {
    let (engine, field) = ("momentum".into(), "signal".into());
    Event::FigureRecorded { engine, instrument: Some(GE), field, value: FigureValue::Number(value) }
}

/// The same days, run by other engines.
fn upgraded(change: impl FnOnce(&mut Vec<JournalDay>)) -> Journal {
    let (mut header, mut days) = (header(), days());
    header.inputs.system_version = "1.1.0".into();
    change(&mut days);
    Journal::of_days(&header, days).unwrap()
}

#[test]
fn the_same_run_passes_without_a_finding() {
    for comparison in [by_lines(&journal()), by_events(&journal())] {
        assert!(comparison.passes() && comparison.first().is_none() && comparison.class().is_none());
    }
    // Another version that does the same is no difference.
    let same = by_lines(&upgraded(|_| {}));
    assert!(same.passes() && same.noise_allowed);
    assert_eq!(same.versions[0].field, "system_version");
}

#[test]
fn every_class_has_its_differences() {
    type Edit = fn(&mut Vec<JournalDay>);
    let table: [(Edit, Class, &str, &str); 12] = [
        (|days| days[0].events[1] = regime("CALM"), Class::Label, "regime", "regime"),
        (|days| days[0].events.swap(3, 4), Class::Order, "momentum", "order of events"),
        (|days| days[0].events[3] = signal(0.76), Class::Numeric, "momentum", "signal"),
        (|days| days[0].events[3] = signal(0.75 + 1e-13), Class::Noise, "momentum", "signal"),
        (|days| drop(days[0].events.remove(3)), Class::Schema, "momentum", "signal"),
        (|days| mark(days, 2).equity = units(900.0), Class::Numeric, "book", "equity"),
        (
            |days| days[1].events[2] = Event::TargetSet { instrument: GE, weight: 0.3 },
            Class::Behaviour,
            "targets",
            "weight",
        ),
        (|days| days[0].events[7] = planned(0, GE, Side::Buy, shares(11)), Class::Behaviour, "plan", "quantity"),
        (
            |days| days[0].events[9] = filled(0, GE, Side::Buy, shares(9), 20.0, 1.0),
            Class::Behaviour,
            "execution",
            "quantity",
        ),
        (
            |days| {
                let (side, quantity, reason) = (Side::Buy, shares(1), RefusalReason::Halted);
                days[0].events.insert(9, Event::OrderRefused { instrument: LEH, side, quantity, reason });
            },
            Class::Behaviour,
            "plan",
            "event",
        ),
        (
            |days| days[2].events[1] = Event::EngineDecided { engine: "regime".into(), verdict: Verdict::Decided },
            Class::Label,
            "regime",
            "verdict",
        ),
        (|days| drop(days.pop()), Class::Behaviour, "book", "day"),
    ];
    for (edit, class, lane, field) in table {
        let comparison = by_events(&changed(edit));
        let found = comparison.findings.iter().find(|finding| finding.lane == lane && finding.field == field);
        assert_eq!(found.map(|finding| finding.class), Some(class), "{lane} {field}: {:?}", comparison.findings);
        assert!(!comparison.passes() && comparison.first_event.is_some());
        // Without the journal of the golden, the lines come to a verdict that is no milder.
        let lines = by_lines(&changed(edit));
        assert!(!lines.passes() && lines.class() >= Some(class.max(Class::Label)), "{lane} {field}: {lines:?}");
    }
}

#[test]
fn a_finding_tells_its_first_place_and_how_many_there_are() {
    let comparison = by_lines(&changed(|days| {
        mark(days, 1).equity = units(948.0);
        mark(days, 2).equity = units(983.75);
    }));
    let equity = comparison.findings.iter().find(|finding| finding.field == "equity").unwrap();
    assert_eq!(
        equity.to_string(),
        "numeric   2008-09-15 daily.txt [book]: equity was 947.750000, is 948.000000; 2 places, at most 1.0 apart"
    );
    let event = by_events(&changed(|days| days[0].events[9] = filled(0, GE, Side::Buy, shares(10), 20.5, 1.0)));
    assert_eq!(
        event.first().unwrap().to_string(),
        "behaviour 2008-09-12 event 9 order_filled [execution] EQUITY:GE: price was 20.0, is 20.5"
    );
    assert_eq!(event.upstream.lanes_of_day, ["execution"]);
}

#[test]
fn noise_passes_only_between_versions() {
    let nudge: fn(&mut Vec<JournalDay>) = |days| {
        days[1].events[2] = Event::TargetSet { instrument: GE, weight: 0.2 + 1e-12 };
        days[0].events[3] = signal(0.75 + 1e-13);
    };
    let within = by_events(&changed(nudge));
    assert_eq!((within.class(), within.passes()), (Some(Class::Noise), false));
    let between = by_events(&upgraded(nudge));
    assert!(between.passes(), "{:?}", between.findings);
    // From the lines alone the signal's digest cannot be shown to be within tolerance; the weight can.
    assert!(!by_lines(&upgraded(nudge)).passes());
    let weight_only = upgraded(|days| days[1].events[2] = Event::TargetSet { instrument: GE, weight: 0.2 + 1e-12 });
    assert!(by_lines(&weight_only).passes());
    // A policy that never lets noise pass.
    let strict = crate::policy::Policy::parse("format = 1\nnoise = \"never\"", "p").unwrap();
    let golden = super::super::folder::sealed(
        &crate::golden::Golden::from_journal(&journal(), &strict, "rustc"),
        &super::acceptance("x"),
        None,
    );
    let run = crate::golden::Golden::from_journal(&weight_only, &strict, "rustc");
    assert!(!compare(&golden.unwrap().1, &run, &strict).passes());
}

#[test]
fn other_inputs_are_a_golden_of_another_run() {
    let mut other = header();
    other.inputs.config_digest = Digest::of(b"another config");
    let run = Journal::of_days(&other, days()).unwrap();
    let comparison = by_lines(&run);
    let first = comparison.first().unwrap();
    assert_eq!((first.class, first.field.as_str(), first.lane.as_str()), (Class::Schema, "config_digest", "inputs"));
    assert!(!comparison.passes());
    // So is another policy: what passes is part of what was accepted.
    let looser = crate::policy::Policy::parse("format = 1\nnoise = \"between-versions\"", "p").unwrap();
    let fresh = crate::golden::Golden::from_journal(&journal(), &looser, super::TOOLCHAIN);
    let comparison = compare(&stored(&journal()), &fresh, &looser);
    assert_eq!(comparison.first().unwrap().field, "policy_digest");
}

#[test]
fn a_journal_of_another_run_is_no_help() {
    let (new, stranger) = (with_signal(0.9), changed(|days| mark(days, 0).equity = units(1.0)));
    let comparison = compare_journals(&stored(&journal()), &fresh(&new), &policy(), &stranger, &new);
    assert_eq!(comparison, by_lines(&new));
    assert!(comparison.first_event.is_none());
    // The lines still say which lane and month, and from which day on.
    let found = comparison.findings.iter().find(|finding| finding.lane == "momentum").unwrap();
    assert_eq!((found.field.as_str(), found.day.unwrap().to_string().as_str()), ("digest", "2008-09-12"));
    assert_eq!(comparison.upstream.lanes_of_month, ["momentum"]);
}

#[test]
fn renumbered_orders_are_another_order() {
    let swapped = by_events(&changed(|days| {
        days[0].events[7] = planned(1, GE, Side::Buy, shares(10));
        days[0].events[8] = planned(0, LEH, Side::Buy, shares(5));
    }));
    let plan: Vec<_> = swapped.findings.iter().filter(|finding| finding.lane == "plan").collect();
    assert!(plan.iter().all(|finding| finding.class == Class::Order && finding.field == "order"), "{plan:?}");
}
