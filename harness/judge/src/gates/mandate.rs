//! Gate `mandate`: the firm's hard limits are kept, on every day of every run.

use super::finding::{Measured, Outcome};
use super::rules::MandateRule;
use crate::evidence::Evidence;

/// Sums the breaches of the candidate.
#[must_use]
pub fn judge(evidence: &Evidence, rule: &MandateRule) -> Measured {
    if evidence.runs.is_empty() {
        return Measured::missing("nothing was run");
    }
    let mut measured = Measured::new();
    let mut total = 0;
    for run in &evidence.runs {
        let place = format!("{} {}", run.part, run.case);
        match run.candidate.breaches() {
            None => measured.add(Outcome::Inconclusive, format!("{place}: nobody held it against the mandate")),
            Some(0) => {}
            Some(breaches) => {
                total += breaches;
                let first = run.candidate.days.iter().find(|day| day.breaches.is_some_and(|count| count > 0));
                let first = first.map_or_else(String::new, |day| format!(", the first on {}", day.on));
                measured.add(Outcome::Fail, format!("{place}: {breaches} breaches of the mandate{first}"));
            }
        }
    }
    measured.count("breaches of the mandate", total, format!("at most {}", rule.max_breaches));
    measured
}
