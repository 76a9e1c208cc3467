//! One thing of the run is changed, and the first difference is there.

use domain::order::Side;
use journal::event::{Event, JournalDay};
use journal::journal::Journal;

use super::{Difference, first_difference};
use crate::fixture::{GE, LEH, changed, days, header, journal, mark, planned, shares, units};

fn between(change: impl FnOnce(&mut Vec<JournalDay>)) -> Difference {
    let (old, new) = (journal(), changed(change));
    let found = first_difference(&old, &new).expect("they differ");
    // Looked at from the other side, the same place with old and new exchanged.
    let back = first_difference(&new, &old).expect("they differ");
    assert_eq!((&back.old, &back.new, back.day, back.event), (&found.new, &found.old, found.day, found.event));
    found
}

#[test]
fn equal_journals_do_not_differ() {
    assert_eq!(first_difference(&journal(), &journal()), None);
}

#[test]
fn a_field_is_named_with_both_values() {
    let found = between(|days| mark(days, 2).equity = units(982.0));
    assert_eq!(
        found.to_string(),
        "2009-01-02 event 3 book_marked: equity was 982.750000, is 982.000000; upstream: book"
    );
    assert_eq!((found.day_number, found.upstream.lanes_of_month), (2, vec!["book".to_owned()]));
}

#[test]
fn the_nearest_cause_comes_first() {
    let found = between(|days| {
        days[1].events[2] = Event::TargetSet { instrument: GE, weight: 0.25 };
        days[1].events[3] = planned(2, LEH, Side::Sell, shares(4));
        mark(days, 1).equity = units(1.0);
    });
    assert_eq!(found.upstream.lanes_of_day, ["targets", "plan", "book"]);
    assert_eq!((found.lane.as_str(), found.instrument.as_deref()), ("targets", Some("EQUITY:GE")));
}

#[test]
fn an_event_removed_or_added_is_told_whole() {
    let removed = between(|days| drop(days[0].events.remove(3)));
    assert_eq!((removed.field.as_str(), removed.event), ("event", Some(3)));
    assert_eq!(removed.old, "figure_recorded EQUITY:GE momentum.signal value=0.75");
    assert_eq!((removed.new.as_str(), removed.lane.as_str()), ("absent", "momentum"));
}

#[test]
fn events_in_another_order_are_told_side_by_side() {
    let found = between(|days| days[0].events.swap(3, 4));
    assert_eq!(found.old, "figure_recorded EQUITY:GE momentum.signal value=0.75");
    assert_eq!(found.new, "figure_recorded EQUITY:LEH momentum.signal value=0.5");
}

#[test]
fn zeros_of_either_sign_differ() {
    let weight = |weight| changed(|days| days[1].events[2] = Event::TargetSet { instrument: GE, weight });
    let found = first_difference(&weight(0.0), &weight(-0.0)).unwrap();
    assert_eq!((found.old.as_str(), found.new.as_str()), ("0.0", "-0.0"));
}

#[test]
fn a_prefix_differs_where_it_ends() {
    let found = between(|days| drop(days.pop()));
    assert_eq!((found.kind.as_str(), found.day_number, found.event), ("day", 2, None));
    assert_eq!((found.old.as_str(), found.new.as_str()), ("2009-01-02", "absent"));
}

#[test]
fn a_day_with_another_date_is_a_day_that_differs() {
    let found = between(|days| days[2].on = days[2].on.plus_days(1));
    assert_eq!((found.day.to_string().as_str(), found.old.as_str()), ("2009-01-02", "2009-01-02"));
    assert_eq!(found.new, "2009-01-03");
}

#[test]
fn every_day_of_a_long_run_is_found() {
    let long = |other: Option<usize>| {
        let day = |at: usize| {
            let mut day = days().swap_remove(2);
            day.on = day.on.plus_days(at as i32);
            day.events.drain(..3);
            if other == Some(at) {
                day.events.insert(0, Event::TargetSet { instrument: GE, weight: 0.5 });
            }
            day
        };
        Journal::of_days(&header(), (0..37).map(day).collect()).unwrap()
    };
    for at in 0..37 {
        assert_eq!(first_difference(&long(None), &long(Some(at))).unwrap().day_number, at);
    }
}

#[test]
fn journals_over_other_instruments_compare_by_name() {
    let old = journal();
    let mut wider = header();
    wider.instruments.push("EQUITY:ZZZ".parse().unwrap());
    wider.inputs.tape_digest = domain::digest::Digest::of(b"wider");
    let same = Journal::of_days(&wider, days()).unwrap();
    let found = first_difference(&old, &same).unwrap();
    assert_eq!((found.kind.as_str(), found.field.as_str()), ("journal", "instruments[2]"));
    assert_eq!((found.old.as_str(), found.new.as_str()), ("absent", "EQUITY:ZZZ"));
    assert_eq!(found.upstream.inputs[0].field, "tape_digest");
    let mut other_days = days();
    mark(&mut other_days, 1).equity = units(1.0);
    let other = Journal::of_days(&wider, other_days).unwrap();
    let found = first_difference(&old, &other).unwrap();
    assert_eq!((found.day_number, found.field.as_str()), (1, "equity"));
}
