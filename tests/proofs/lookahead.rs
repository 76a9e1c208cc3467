//! The future replaced: nothing after day t can move a journal up to day t.
//!
//! For every case and several days t, the case is replayed on its tape cut off after t, and on its tape with another
//! future after t: every price and series value moved by a factor, bars gone, actions on other instruments. The
//! running digest covers all events up to a day, so it must be equal on every day up to t:
//!
//! ```text
//! tape          d0 d1 … dt dt+1 … dn       running digests  r0 r1 … rt rt+1 … rn
//! cut           d0 d1 … dt                                  r0 r1 … rt
//! other future  d0 d1 … dt  x  …  x                         r0 r1 … rt  ≠  …  ≠
//! ```

use std::path::PathBuf;

use domain::digest::Digest;
use domain::seed::{Seed, Streams};
use journal::journal::Journal;
use rstest::rstest;

use crate::cases::Case;

/// Days t for each case, beside the first and the last but one.
const CUTS: u64 = 4;

#[rstest]
fn nothing_after_a_day_reaches_back(#[files("../scenarios/cases/*.toml")] file: PathBuf) {
    let case = Case::of(&file);
    let journal = case.journal();
    let streams = Streams::new(Seed(case.scenario.seed.0 ^ 0x5eed));
    let last = journal.days.len() - 1;
    let drawn = (0..CUTS).map(|k| (streams.uniform(&["lookahead", "cut"], k) * last as f64) as usize);
    for at in [0, last - 1].into_iter().chain(drawn) {
        let on = journal.days[at].on;
        let number = case.tape.days().binary_search(&on).unwrap();

        let cut = case.running_on(&case.tape.truncated_after(number));
        assert_eq!(cut.len(), at + 1, "cut after {on}");
        assert_same_past(&journal, &cut, at, "cut off");

        let other_tape = case.tape.with_another_future(number, &streams);
        assert_ne!(other_tape.digest(), case.tape.digest());
        let other = case.running_on(&other_tape);
        assert_same_past(&journal, &other, at, "replaced");
        // The plant must be felt, or it would prove nothing: whoever holds anything is worth something else.
        let invested = journal.marks().skip(at + 1).any(|(_, mark)| mark.positions > 0);
        assert!(!invested || other != journal.running, "nobody noticed the other future after {on}");
    }
}

/// The running digests agree up to day number `at`.
#[track_caller]
fn assert_same_past(whole: &Journal, other: &[Digest], at: usize, how: &str) {
    if let Some(day) = (0..=at).find(|&day| other.get(day) != Some(&whole.running[day])) {
        let (on, first) = (whole.days[at].on, whole.days[day].on);
        panic!("{}: with the future after {on} {how}, {first} changes", whole.manifest.inputs.scenario);
    }
}
