//! Gates `determinism`, `look-ahead`, `golden`, `reference` and `data-quality`: a kind of check holds wherever it was
//! made, it was made often enough, and nothing was left out.

use super::CheckKind;
use super::finding::{Measured, Outcome};
use super::rules::CheckedRule;
use crate::evidence::Evidence;
use crate::evidence::checks::CheckState;

/// Reads the checks of one kind.
#[must_use]
pub fn judge(evidence: &Evidence, kind: CheckKind, rule: &CheckedRule) -> Measured {
    let mut measured = Measured::new();
    let checks = evidence.checks.iter().filter(|check| check.kind == kind);
    let mut holding: Vec<&str> = Vec::new();
    for check in checks {
        match check.state {
            CheckState::Holds => holding.push(&check.subject),
            CheckState::Broken => measured.add(Outcome::Fail, format!("{}: {}", check.subject, check.detail)),
            CheckState::NotDone => measured.add(Outcome::Inconclusive, format!("{}: {}", check.subject, check.detail)),
        }
    }
    let made = holding.len();
    // The same thing checked twice is one piece of evidence.
    holding.sort_unstable();
    holding.dedup();
    measured.count("checks that hold", holding.len() as u64, format!("at least {}", rule.min_checks));
    if holding.len() < made {
        measured.add(Outcome::Inconclusive, "a check stands twice");
    }
    if holding.len() < rule.min_checks as usize {
        let (found, least) = (holding.len(), rule.min_checks);
        measured.add(Outcome::Inconclusive, format!("{found} checks hold where the policy asks for {least}"));
    }
    measured
}
