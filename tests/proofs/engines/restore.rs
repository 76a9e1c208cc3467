//! The whole system on a tape with reports, texts and credit, stopped and taken up: the same bytes.

use domain::seed::{Seed, Streams};
use domain::system::DecisionSystem;

use super::market::{day_from, decide, system};

/// Days of the run, across the planted crash and the delisting that follows it.
const DAYS: usize = 90;

#[test]
fn taken_up_on_a_random_day_the_run_goes_on_with_the_same_bytes() {
    let first = day_from("2013-04-15");
    let mut whole = system();
    let mut steps = Vec::new();
    for at in 0..DAYS {
        let decision = decide(&mut whole, first + at, at as u32);
        steps.push((format!("{decision:?}"), whole.save()));
    }
    let streams = Streams::new(Seed(2013));
    for counter in 0..3 {
        let stop = (streams.uniform(&["stop"], counter) * (DAYS - 2) as f64) as usize;
        let mut system = system();
        system.restore(&steps[stop].1).unwrap();
        for at in stop + 1..DAYS {
            let decision = decide(&mut system, first + at, at as u32);
            let what = format!("stopped after day {stop}, day {at} differs");
            assert!(format!("{decision:?}") == steps[at].0, "{what}: {decision:?}\n{}", steps[at].0);
            assert!(system.save() == steps[at].1, "{what} in its state");
        }
    }
}
