//! Section 2: index, cuts, gates.

use domain::date::Date;
use v1::regime::alert::AlertLevel;
use v1::stability::track::{Track, asked};
use v1::stability::{Dimensions, ENTITY_COUNTS, EntityState, Measured, cds_stress};

fn all_at(value: f64) -> Dimensions {
    Dimensions { financial: value, political: value, operational: value, attack_surface: value }
}

fn sure(value: f64) -> Measured {
    Measured { dimensions: all_at(value), confidence: 1.0 }
}

fn day(number: i32) -> Date {
    "2010-03-01".parse::<Date>().unwrap().plus_days(number)
}

#[test]
fn seventy_entities() {
    assert_eq!(ENTITY_COUNTS.map(|(_, count)| count), [30, 15, 10, 6, 9]);
}

#[test]
fn the_published_example_and_the_swaps() {
    let bank = Dimensions { financial: 0.75, political: 0.6, operational: 0.4, attack_surface: 0.4 };
    assert!((bank.index() - 58.0).abs() < 1e-9);
    assert_eq!((cds_stress(150.0), cds_stress(200.0), cds_stress(900.0)), (0.75, 1.0, 1.0));
}

#[test]
fn states_hold_from_their_lower_edge() {
    for (index, state, alert) in [
        (29.99, EntityState::Stable, AlertLevel::Green),
        (30.0, EntityState::Watch, AlertLevel::Green),
        (44.99, EntityState::Watch, AlertLevel::Green),
        (45.0, EntityState::Fragile, AlertLevel::Yellow),
        (59.99, EntityState::Fragile, AlertLevel::Yellow),
        (60.0, EntityState::Targetable, AlertLevel::Orange),
        (74.99, EntityState::Targetable, AlertLevel::Orange),
        (75.0, EntityState::Breaker, AlertLevel::Red),
        (100.0, EntityState::Breaker, AlertLevel::Red),
    ] {
        assert_eq!((EntityState::of_index(index), state.alert()), (state, alert), "{index}");
    }
    assert_eq!(EntityState::ALL.map(EntityState::persistence_days), [1, 1, 3, 5, 1]);
}

#[test]
fn gates_before_time() {
    let one = Dimensions { financial: 1.0, political: 0.59, operational: 0.59, attack_surface: 0.59 };
    assert!(one.index() > 75.0);
    assert_eq!(asked(&Measured { dimensions: one, confidence: 1.0 }), EntityState::Fragile, "one dimension elevated");
    assert_eq!(asked(&sure(0.8)), EntityState::Breaker);
    assert_eq!(asked(&Measured { confidence: 0.49, ..sure(0.8) }), EntityState::Watch);
    assert_eq!(asked(&Measured { confidence: 0.5, ..sure(0.8) }), EntityState::Breaker);
}

#[test]
fn persistence_by_state() {
    for (value, days, state) in [
        (0.35, 1, EntityState::Watch),
        (0.50, 3, EntityState::Fragile),
        (0.65, 5, EntityState::Targetable),
        (0.80, 1, EntityState::Breaker),
    ] {
        let mut track = Track::default();
        for number in 1..days {
            assert_eq!(track.step(day(number), &sure(value)), EntityState::Stable);
        }
        assert_eq!(track.step(day(days), &sure(value)), state);
    }
}

#[test]
fn a_worse_state_cools_off_and_a_breaker_does_not() {
    let mut track = Track::default();
    assert_eq!(track.step(day(0), &sure(0.35)), EntityState::Watch);
    assert_eq!(track.step(day(1), &sure(0.1)), EntityState::Stable);
    assert_eq!(track.step(day(2), &sure(0.35)), EntityState::Stable, "one day after a change");
    assert_eq!(track.step(day(3), &sure(0.35)), EntityState::Watch);
    assert_eq!(track.step(day(4), &sure(0.8)), EntityState::Breaker);
}

#[test]
fn four_changes_in_a_month() {
    let mut track = Track::default();
    let asked = [0.35, 0.1, 0.8, 0.1];
    for (number, value) in asked.iter().enumerate() {
        track.step(day(number as i32), &sure(*value));
    }
    assert_eq!(track.step(day(10), &sure(0.8)), EntityState::Stable, "the fifth waits for April");
    assert_eq!(track.step(day(31), &sure(0.8)), EntityState::Breaker);
}
