//! The legacy decides as it does alone; a generation beside itself parts nowhere; a planted difference is named where
//! it is.

use std::cell::RefCell;
use std::rc::Rc;

use domain::chain::Stage::{self, Execution, Limits, Signal, Sizing, Universe};
use domain::system::DecisionSystem;
use proptest::prelude::*;
use rstest::rstest;

use super::super::findings::{Findings, STAGES, Value};
use super::super::fixture::{DAYS, LEGACY, Likes, MODERN, Small, Whole, events, journal, likes};
use super::{Feed, Mirror, Tolerances};

fn mirror(legacy: Likes, modern: Likes, feed: Feed) -> (Mirror, Rc<RefCell<Findings>>) {
    let named = |name: &str, likes| (name.to_owned(), Small::boxed(likes));
    Mirror::new(named("old", legacy), named("new", modern), feed, Tolerances::default())
}

fn found(legacy: Likes, modern: Likes, feed: Feed) -> Findings {
    let (mut mirror, found) = mirror(legacy, modern, feed);
    journal(&mut mirror);
    let found = found.borrow();
    found.clone()
}

/// The stages at which anything was found.
fn parted(found: &Findings) -> Vec<Stage> {
    STAGES.into_iter().filter(|stage| found.stage(*stage).unwrap().days_diverged > 0).collect()
}

const FEEDS: [Feed; 2] = [Feed::Legacy, Feed::Own];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_legacy_decides_as_it_does_alone(legacy in likes("old"), modern in likes("new"), feed in prop::sample::select(&FEEDS)) {
        let (whole, beside) = (journal(&mut Whole(Small::of(legacy))), journal(&mut mirror(legacy, modern, feed).0));
        for (found, wanted) in beside.days.iter().zip(&whole.days) {
            prop_assert_eq!(events(found, "old"), events(wanted, "old"));
        }
    }

    #[test]
    fn beside_itself_nothing_parts(likes in likes("old"), feed in prop::sample::select(&FEEDS)) {
        let found = found(likes, likes, feed);
        prop_assert_eq!(parted(&found), []);
        prop_assert_eq!(found.first(), None);
        prop_assert_eq!(found.stage(Universe).unwrap().days, DAYS as u32);
    }
}

/// A modern generation that differs in one thing, and where that shows.
#[rstest]
#[case::names(Likes { step: 2, ..LEGACY }, Feed::Legacy, &[Universe, Signal])]
#[case::names_on(Likes { step: 2, ..LEGACY }, Feed::Own, &[Universe, Signal, Sizing, Limits, Execution])]
#[case::days(Likes { every: 2, ..LEGACY }, Feed::Legacy, &[Sizing])]
#[case::cap(Likes { cap: 0.2, ..LEGACY }, Feed::Legacy, &[Limits])]
#[case::cap_on(Likes { cap: 0.2, ..LEGACY }, Feed::Own, &[Limits, Execution])]
#[case::plan(Likes { plans: false, ..LEGACY }, Feed::Legacy, &[Execution])]
#[case::abstains(Likes { fails_at: Some(Signal), ..LEGACY }, Feed::Legacy, &[Signal])]
fn a_planted_difference_shows_where_it_is(#[case] modern: Likes, #[case] feed: Feed, #[case] stages: &[Stage]) {
    let found = found(LEGACY, modern, feed);
    assert_eq!(parted(&found), stages, "{found}");
    assert_eq!(found.first().map(|first| first.stage), Some(stages[0]));
}

/// A cap of 0.2 beside one of 0.3: the first name that wants more than 0.2 on the first day.
#[test]
fn the_first_divergence_is_told_to_the_name_and_the_number() {
    let found = found(LEGACY, Likes { cap: 0.2, ..LEGACY }, Feed::Legacy);
    let limits = found.stage(Limits).unwrap();
    let first = limits.first.clone().unwrap();
    assert_eq!((first.stage, first.engines.map(|name| name.to_string())), (Limits, ["old".into(), "new".into()]));
    let [Value::Number(old), Value::Number(new)] = first.values else { panic!("{:?}", first.values) };
    assert!(old > 0.2 && new == 0.2, "{old} {new}");
    let counts = [limits.days, limits.days_one_sided, limits.days_diverged];
    assert_eq!(counts[..2], [DAYS as u32, 0]);
    assert!(limits.names_diverged >= u64::from(counts[2]) && limits.names > limits.names_diverged, "{limits}");
    assert_eq!(limits.names_opposed, 0);
    let told = found.to_string();
    let id = first.instrument.unwrap();
    let line = format!("first: 2020-01-01 limits {id}: old says {old}, new says 0.2 (tolerance 0.000000001)");
    assert!(told.contains(&line), "{told}");
}

#[test]
fn a_day_on_which_one_side_has_no_answer_is_told_as_such() {
    let modern = Likes { fails_at: Some(Universe), ..LEGACY };
    let parted = found(LEGACY, modern, Feed::Legacy);
    let universe = parted.stage(Universe).unwrap();
    assert_eq!((universe.days_one_sided, universe.first.clone()), (DAYS as u32 / 5, None));
    let first = universe.first_one_sided.clone().unwrap();
    let told = "2020-01-05 universe: old says 6 names, new says cannot decide, no name is eligible";
    assert_eq!(first.to_string(), told);
    // Later stages live on the legacy's names, so nothing else is missing.
    assert_eq!(parted.stage(Execution).unwrap().days, DAYS as u32);
    // Where the legacy has no answer, nobody is asked any further.
    let turned = found(modern, LEGACY, Feed::Legacy);
    assert_eq!(turned.stage(Signal).unwrap().days, DAYS as u32 - DAYS as u32 / 5);
}

#[test]
fn a_score_of_the_other_sign_is_counted() {
    let same = found(LEGACY, Likes { step: 1, ..MODERN }, Feed::Legacy);
    assert_eq!(same.stage(Signal).unwrap().names_diverged, 0, "the same rule");
    let other = found(LEGACY, MODERN, Feed::Legacy);
    let signal = other.stage(Signal).unwrap();
    assert!(signal.names_opposed > 0 && signal.names_opposed < signal.names_diverged, "{signal}");
}

#[test]
fn a_state_goes_on_and_another_one_is_refused() {
    let (mut whole, _) = mirror(LEGACY, MODERN, Feed::Legacy);
    journal(&mut whole);
    let state = whole.save();
    let (mut fresh, found) = mirror(LEGACY, MODERN, Feed::Legacy);
    fresh.restore(&state).unwrap();
    assert!(fresh.save() == state);
    assert_eq!(found.borrow().days, None, "findings are no part of a state");
    for length in 0..state.len() {
        assert!(fresh.restore(&state[..length]).is_err(), "{length} bytes");
    }
    assert!(mirror(MODERN, LEGACY, Feed::Legacy).0.restore(&state).is_err());
}
