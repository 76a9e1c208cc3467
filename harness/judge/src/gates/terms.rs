//! Gate `same-terms`: both sides of every run traded the same facts, in the same world, from the same seed.
//!
//! A candidate on other prices, later days, cheaper fills or another seed is not better, it is elsewhere.

use super::finding::{Measured, Outcome};
use crate::evidence::Evidence;

/// Holds the terms of both sides against each other.
#[must_use]
pub fn judge(evidence: &Evidence) -> Measured {
    let mut measured = Measured::new();
    if evidence.runs.is_empty() {
        return Measured::missing("nothing was run");
    }
    for run in &evidence.runs {
        let (ours, theirs) = (&run.candidate.origin, &run.baseline.origin);
        let terms = [
            ("another tape", ours.tape == theirs.tape),
            ("another world (days, account, execution)", ours.world == theirs.world),
            ("another seed", ours.seed == theirs.seed),
            ("another starting cash", ours.initial_cash_micros == theirs.initial_cash_micros),
            ("another last day", ours.last_day == theirs.last_day),
        ];
        for (what, _) in terms.into_iter().filter(|(_, same)| !same) {
            measured.add(Outcome::Fail, format!("{} {}: the candidate traded {what}", run.part, run.case));
        }
    }
    measured.count("runs on equal terms", evidence.runs.len() as u64, "all");
    measured
}
