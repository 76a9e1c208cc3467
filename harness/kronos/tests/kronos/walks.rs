//! Walks of a modest length; `cargo run --release -p kronos --example million` walks a million steps.

use proptest::prelude::*;

use crate::walk::{Summary, walk};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_walk_keeps_the_books(seed in any::<u64>(), steps in 1_u64..300) {
        let walked = walk(seed, steps);
        prop_assert!(walked.is_ok(), "seed {}: {}", seed, walked.unwrap_err());
    }
}

/// One long walk reaches everything: each act is done and each kind of refusal is met.
#[test]
fn a_long_walk_goes_everywhere() {
    let mut all = Summary::default();
    for seed in 0..4 {
        all.add(walk(seed, 4_000).unwrap());
    }
    assert_eq!(all.done.len(), kronos::rights::ActKind::ALL.len(), "{all}");
    for kind in [
        "Forbidden",
        "NotAPerson",
        "Argument",
        "Backwards",
        "Unknown",
        "WrongState",
        "NoConfig",
        "NoBase",
        "Filtered",
        "NothingQueued",
        "NoEvidence",
        "FailedEvidence",
        "NegativeControl",
        "SameHand",
        "OverCap",
        "OpenAlert",
        "Verdict Absent",
        "Verdict Unknown",
        "Verdict NotEligible",
        "Verdict OtherCandidate",
        "Verdict OtherBaseline",
        "Verdict Suspect",
        "Verdict Expired",
        "Verdict FromTheFuture",
        "VerdictUsed",
        "AlreadyActive",
        "StageSkipped",
        "NothingActive",
        "NotBeneath",
    ] {
        assert!(all.refused.contains_key(kind), "{kind} was never met: {all}");
    }
    assert!(all.deepest >= 4, "{all}");
}

#[test]
fn the_same_seed_walks_the_same_way() {
    assert_eq!(walk(7, 500).unwrap().to_string(), walk(7, 500).unwrap().to_string());
}
