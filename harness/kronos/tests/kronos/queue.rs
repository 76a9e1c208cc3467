//! The order of the queue: priority, then age, then number, whatever order its members came in.

use kronos::act::Request;
use kronos::actor::ActorKind as K;
use kronos::object::{ExpectedOutcome, Object, ResourceClass};
use kronos::refusal::Refusal;
use kronos::state::Place;
use kronos::time::UtcTime;
use proptest::prelude::*;

use crate::support::{bench, purpose, wish};

fn place() -> impl Strategy<Value = Place> {
    (0_u8..10, 0_i64..4, 1_u64..40, 0_usize..3).prop_map(|(priority, at, number, class)| Place {
        priority,
        created_at: UtcTime::from_epoch_seconds(at),
        number,
        resource_class: ResourceClass::ALL[class],
    })
}

/// The order as the words say it, by hand.
fn by_hand(places: &[Place], free: &[ResourceClass]) -> Option<Place> {
    let mut best: Option<&Place> = None;
    for place in places.iter().filter(|place| free.contains(&place.resource_class)) {
        let earlier = |other: &Place| {
            place.priority < other.priority
                || (place.priority == other.priority
                    && (place.created_at < other.created_at
                        || (place.created_at == other.created_at && place.number < other.number)))
        };
        if best.is_none_or(earlier) {
            best = Some(place);
        }
    }
    best.cloned()
}

proptest! {
    #[test]
    fn the_next_is_the_same_in_every_order_of_arrival(
        (places, shuffled) in prop::collection::vec(place(), 0..20)
            .prop_map(|mut places| { places.sort(); places.dedup_by_key(|place| place.number); places })
            .prop_flat_map(|places| (Just(places.clone()), Just(places).prop_shuffle())),
        classes in prop::sample::subsequence(ResourceClass::ALL.to_vec(), 0..=3),
    ) {
        let next = Place::next(&places, &classes).cloned();
        prop_assert_eq!(&next, &Place::next(&shuffled, &classes).cloned());
        prop_assert_eq!(next, by_hand(&places, &classes));
    }

    #[test]
    fn a_log_hands_out_its_queue_in_that_order(
        (priorities, order) in prop::collection::vec(0_u8..3, 2..9)
            .prop_flat_map(|list| (Just(list.clone()), Just((0..list.len()).collect::<Vec<usize>>()).prop_shuffle())),
    ) {
        let mut bench = bench();
        let made: Vec<u64> = (0..priorities.len()).map(|at| {
            let made = Request::Create(wish(&format!("c{at}"), 0), purpose(ExpectedOutcome::Candidate));
            bench.does(K::Kronos, made).number
        }).collect();
        for at in order {
            bench.does(K::PolicyRule, Request::Queue(made[at], priorities[at], ResourceClass::CpuHeavy));
        }
        let mut expected: Vec<(u8, u64)> = priorities.iter().copied().zip(made).collect();
        expected.sort_unstable();
        for (_, number) in expected {
            let row = bench.does(K::Scheduler, Request::Claim(vec![ResourceClass::CpuHeavy]));
            prop_assert_eq!(row.object, Object::Experiment(number));
        }
    }
}

#[test]
fn nothing_is_claimed_without_room() {
    let mut bench = bench();
    let made = Request::Create(wish("x", 0), purpose(ExpectedOutcome::Candidate));
    let number = bench.does(K::Kronos, made).number;
    bench.does(K::Reviewer, Request::Queue(number, 0, ResourceClass::GpuHeavy));
    let claim = bench.act(K::Scheduler, Request::Claim(vec![ResourceClass::CpuHeavy]));
    assert_eq!(bench.judged(&claim), Err(Refusal::NothingQueued));
    let high = bench.act(K::Reviewer, Request::Queue(number, 10, ResourceClass::GpuHeavy));
    assert!(bench.judged(&high).is_err());
}
