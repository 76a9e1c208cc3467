//! Stopped on any day and taken up by a fresh system, every kind of fault goes on with the same bytes.

use domain::system::DecisionSystem;
use rstest::rstest;

use super::world::{LENGTH, Run, Step, config, tape};
use crate::config::Fault;
use crate::kinds::{KindInfo, Seam, kinds};
use crate::system::FaultySystem;

fn fault(info: &KindInfo) -> Fault {
    // The second rung where there is one: old enough to reach over a stop, young enough for a short run.
    Fault { kind: info.name.to_owned(), size: info.ladder.get(1).or(info.ladder.first()).copied() }
}

#[rstest]
#[case(Seam::Universe)]
#[case(Seam::Signal)]
#[case(Seam::Sizing)]
#[case(Seam::Limits)]
#[case(Seam::Orders)]
#[case(Seam::State)]
fn a_run_that_was_stopped_goes_on_with_the_same_bytes(#[case] seam: Seam) {
    let tape = tape();
    for info in kinds().iter().filter(|info| info.seam == seam) {
        let whole = Run::new(&tape, Some(fault(info))).days(0, 24);
        for stop in [0, 6, 15] {
            let end = (stop + 9).min(whole.len());
            let went_on = Run::after(&tape, Some(fault(info)), &whole[stop]).days(stop + 1, end);
            for (at, (found, wanted)) in went_on.iter().zip(&whole[stop + 1..end]).enumerate() {
                assert!(found.text() == wanted.text(), "{}: stopped after day {stop}, {at} days on", info.name);
            }
        }
    }
}

/// A fresh system for every single day, where what is remembered is longest.
#[rstest]
#[case("stale-scores", 5.0)]
#[case("late-orders", 5.0)]
#[case("stale-book", 5.0)]
#[case("forgets", 13.0)]
fn a_fresh_system_for_each_day_gives_the_same_bytes(#[case] kind: &str, #[case] size: f64) {
    let (tape, fault) = (tape(), Fault { kind: kind.to_owned(), size: Some(size) });
    let whole = Run::new(&tape, Some(fault.clone())).days(0, LENGTH.min(16));
    let mut last: Step = whole[0].clone();
    for (day, wanted) in whole.iter().enumerate().skip(1) {
        let step = Run::after(&tape, Some(fault.clone()), &last).days(day, day + 1).remove(0);
        assert!(step.text() == wanted.text(), "{kind}: day {day}");
        last = step;
    }
}

#[test]
fn a_state_that_is_torn_or_of_another_fault_is_refused() {
    let tape = tape();
    let of = |kind: &str, size| Some(Fault { kind: kind.to_owned(), size });
    let state = Run::new(&tape, of("stale-scores", Some(2.0))).days(0, 3).remove(2).state;
    let restored = |fault, state: &[u8]| FaultySystem::new(config(fault)).unwrap().restore(state);
    assert_eq!(restored(of("stale-scores", Some(2.0)), &state), Ok(()));
    for other in [of("stale-scores", Some(3.0)), of("short-memory", Some(2.0))] {
        let refusal = restored(other, &state).unwrap_err().to_string();
        assert_eq!(refusal, "v2-faulty: the saved state does not fit: it was saved under another fault");
    }
    assert!(restored(None, &state).is_err());
    for length in (0..state.len()).step_by(1 + state.len() / 100).chain([state.len() - 1]) {
        assert!(restored(of("stale-scores", Some(2.0)), &state[..length]).is_err(), "{length} of {}", state.len());
    }
    let longer = [state.as_slice(), &[0]].concat();
    assert!(restored(of("stale-scores", Some(2.0)), &longer).is_err());
}
