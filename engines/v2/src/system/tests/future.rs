//! Nothing after a day reaches back to it: cut the tape after day t, or put another future there, and every decision,
//! report and state up to t stays as it was, through all nine engines.

use domain::seed::{Seed, Streams};
use domain::tape::Tape;

use super::drive::{Run, Step, assert_same, small};
use super::panel::DAYS;
use super::restore::{FIRST, PANEL, WHOLE};

/// A day before the stress, one within it, the day before the split, one after the delisting.
const CUTS: [usize; 4] = [FIRST + 5, 452, 469, 610];

fn up_to(tape: &Tape, last: usize) -> Vec<Step> {
    Run::new(tape, &small(), FIRST).days(FIRST, last + 1)
}

#[test]
fn the_tape_may_end_after_today() {
    for last in CUTS {
        let cut = PANEL.truncated_after(last);
        assert_eq!(cut.days().len(), last + 1);
        assert_same(&up_to(&cut, last), &WHOLE[..=last - FIRST], FIRST, &format!("cut after day {last}"));
    }
}

#[test]
fn another_future_changes_nothing_before_it_and_is_noticed_after_it() {
    let streams = Streams::new(Seed(3));
    for last in CUTS {
        let other = PANEL.with_another_future(last, &streams);
        let end = (last + 30).min(DAYS);
        let found = up_to(&other, end - 1);
        let (past, later) = found.split_at(last + 1 - FIRST);
        assert_same(past, &WHOLE[..=last - FIRST], FIRST, &format!("another future after day {last}"));
        for (at, step) in later.iter().enumerate() {
            let wanted = &WHOLE[last + 1 + at - FIRST];
            assert_ne!(step.decision.reports, wanted.decision.reports, "day {} is no other", last + 1 + at);
        }
    }
}
