//! How a check ends, and the exit code that says so.
//!
//! Each case ends with one outcome, and a check with the gravest of them. The order is not that of the numbers; it
//! asks what the other outcomes are still worth once this one is known:
//!
//! | outcome | code | why it stands above the ones below |
//! |---|---|---|
//! | defect | 101 | a broken judge proves nothing, not even a failure |
//! | not deterministic | 4 | a run that differs from itself cannot be compared with anything |
//! | bad input | 2 | what was judged is not what was asked for |
//! | environment | 6 | some of the work was not done, for a reason outside the project |
//! | regression | 1 | the work was done, and a result has changed |
//! | gate refused | 3 | the results stand, and a rule says no to them |
//! | evidence missing | 5 | nothing speaks against it, and something is missing that should speak for it |
//! | pass | 0 | |
//!
//! ```
//! use judge::outcome::Outcome;
//! assert_eq!(Outcome::of_all([Outcome::Pass, Outcome::EvidenceMissing, Outcome::Regression]), Outcome::Regression);
//! assert_eq!(Outcome::of_all([Outcome::Regression, Outcome::NotDeterministic]).code(), 4);
//! assert_eq!(Outcome::of_all([]), Outcome::EvidenceMissing); // nothing was checked, so nothing is shown
//! ```

use std::fmt;

use serde::Serialize;

/// How a case or a whole check ended. Ordered by gravity: a greater outcome outweighs a lesser one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything was checked and nothing differs.
    Pass,
    /// Something that should be there is not: a golden, a sample, a verdict.
    EvidenceMissing,
    /// A gate said no.
    GateRefused,
    /// A golden or a reference differs without an explanation.
    Regression,
    /// A file system or database did not do its part.
    Environment,
    /// An argument, a scenario, a tape, a golden or a policy cannot be used.
    BadInput,
    /// Two runs of one scenario differ.
    NotDeterministic,
    /// A broken invariant of the harness itself.
    Defect,
}

impl Outcome {
    /// The outcome of a check from those of its cases: the gravest. No case at all is missing evidence.
    #[must_use]
    pub fn of_all(cases: impl IntoIterator<Item = Self>) -> Self {
        cases.into_iter().max().unwrap_or(Self::EvidenceMissing)
    }

    /// The exit code; part of the contract of the command line and never reused.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Regression => 1,
            Self::BadInput => 2,
            Self::GateRefused => 3,
            Self::NotDeterministic => 4,
            Self::EvidenceMissing => 5,
            Self::Environment => 6,
            Self::Defect => 101,
        }
    }

    /// Whether nothing speaks against the case.
    #[must_use]
    pub const fn is_pass(self) -> bool {
        matches!(self, Self::Pass)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Pass => "pass",
            Self::Regression => "regression",
            Self::BadInput => "bad input",
            Self::GateRefused => "gate refused",
            Self::NotDeterministic => "not deterministic",
            Self::EvidenceMissing => "evidence missing",
            Self::Environment => "environment",
            Self::Defect => "defect",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn the_written_precedence_holds() {
        use Outcome::{
            BadInput, Defect, Environment, EvidenceMissing, GateRefused, NotDeterministic, Pass, Regression,
        };
        let ladder = [Defect, NotDeterministic, BadInput, Environment, Regression, GateRefused, EvidenceMissing, Pass];
        for pair in ladder.windows(2) {
            assert!(pair[0] > pair[1], "{} must outweigh {}", pair[0], pair[1]);
            assert_eq!(Outcome::of_all(pair.iter().copied()), pair[0]);
        }
        assert_eq!(ladder.map(Outcome::code), [101, 4, 2, 6, 1, 3, 5, 0]);
    }
}
