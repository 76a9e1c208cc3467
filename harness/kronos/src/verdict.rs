//! What the caller knows of verdicts, and what a verdict must say before something leans on it.
//!
//! Absence is never a pass: no verdict, an unknown one, one of another config, one against another baseline, one of
//! gates that are SUSPECT and one that is too old are each refused in words of their own.
//!
//! ```
//! use domain::digest::Digest;
//! use judge::verdict::Decision;
//! use kronos::verdict::{Attested, Need, VerdictRefusal};
//! let id = Digest::of(b"verdict");
//! let attested = Attested {
//!     id, decision: Decision::Eligible, candidate: "v2_b".into(), baseline: "v2_a".into(),
//!     policy: Digest::of(b"gates"), suspect: false, on: "2026-01-05".parse()?,
//! };
//! let need = Need { candidate: "v2_b", baseline: "v2_a", today: "2026-01-20".parse()?, max_age_days: 90 };
//! assert_eq!(need.met_by(&attested), Ok(()));
//! let late = Need { today: "2026-04-06".parse()?, ..need };
//! assert!(matches!(late.met_by(&attested), Err(VerdictRefusal::Expired { age_days: 91, .. })));
//! # Ok::<(), domain::date::DateError>(())
//! ```

use domain::date::Date;
use domain::digest::Digest;
use judge::verdict::Decision;
use serde::{Deserialize, Serialize};

/// Where verdicts are found. The caller verifies what it finds before it hands it over.
pub trait Verdicts {
    /// The verdict of an id.
    ///
    /// # Errors
    /// [`VerdictRefusal::Unknown`], or [`VerdictRefusal::Broken`] for one that does not verify.
    fn find(&self, id: &Digest) -> Result<Attested, VerdictRefusal>;
}

/// What a verdict says, as a row keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attested {
    /// The verdict, by its content.
    pub id: Digest,
    /// What it decided.
    pub decision: Decision,
    /// The config that was judged.
    pub candidate: String,
    /// The config that it was judged against.
    pub baseline: String,
    /// The policy of the gates.
    pub policy: Digest,
    /// Whether the gates were SUSPECT: a negative control had passed them (§5.5).
    pub suspect: bool,
    /// The day of the verdict, in UTC.
    pub on: Date,
}

/// What is asked of a verdict before something leans on it.
#[derive(Clone, Copy, Debug)]
pub struct Need<'n> {
    /// The config that it must have judged.
    pub candidate: &'n str,
    /// The config that it must have judged against.
    pub baseline: &'n str,
    /// The day of the act.
    pub today: Date,
    /// The greatest age, in days.
    pub max_age_days: u32,
}

/// Why a verdict does not carry an act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerdictRefusal {
    /// None was named.
    #[error("no verdict is named: absence is never a pass")]
    Absent,
    /// None of this id is known.
    #[error("no verdict of this id: {id}")]
    Unknown {
        /// The id.
        id: Digest,
    },
    /// One is there and does not verify.
    #[error("verdict {id} does not verify: {what}")]
    Broken {
        /// The id.
        id: Digest,
        /// What is wrong.
        what: String,
    },
    /// It does not say ELIGIBLE.
    #[error("verdict {id} says {decision}: expected ELIGIBLE")]
    NotEligible {
        /// The id.
        id: Digest,
        /// What it says.
        decision: Decision,
    },
    /// It is about another config.
    #[error("verdict {id} is of config {found}: expected {expected}")]
    OtherCandidate {
        /// The id.
        id: Digest,
        /// The config that it judged.
        found: String,
        /// The config that was to be judged.
        expected: String,
    },
    /// It was measured against another config.
    #[error("verdict {id} was measured against {found}: expected {expected}, which it would replace")]
    OtherBaseline {
        /// The id.
        id: Digest,
        /// The baseline that it names.
        found: String,
        /// The config that stands there.
        expected: String,
    },
    /// The gates were not to be trusted.
    #[error("verdict {id} comes from gates that are SUSPECT: a negative control had passed them")]
    Suspect {
        /// The id.
        id: Digest,
    },
    /// It is too old.
    #[error("verdict {id} is {age_days} days old: the policy allows {max_age_days}")]
    Expired {
        /// The id.
        id: Digest,
        /// Its age at the act, in days.
        age_days: i32,
        /// The greatest age allowed.
        max_age_days: u32,
    },
    /// It is dated after the act.
    #[error("verdict {id} is dated {on}, after the act")]
    FromTheFuture {
        /// The id.
        id: Digest,
        /// Its day.
        on: Date,
    },
}

impl Need<'_> {
    /// Whether a verdict carries the act.
    ///
    /// # Errors
    /// [`VerdictRefusal`]: the first of the reasons, from what it is about to what it says.
    pub fn met_by(&self, verdict: &Attested) -> Result<(), VerdictRefusal> {
        let id = verdict.id;
        self.is_about(verdict)?;
        if verdict.baseline != self.baseline {
            let (found, expected) = (verdict.baseline.clone(), self.baseline.to_owned());
            return Err(VerdictRefusal::OtherBaseline { id, found, expected });
        }
        if verdict.suspect {
            return Err(VerdictRefusal::Suspect { id });
        }
        if verdict.decision != Decision::Eligible {
            return Err(VerdictRefusal::NotEligible { id, decision: verdict.decision });
        }
        let age_days = self.today.epoch_days().saturating_sub(verdict.on.epoch_days());
        let Ok(age) = u32::try_from(age_days) else { return Err(VerdictRefusal::FromTheFuture { id, on: verdict.on }) };
        if age > self.max_age_days {
            return Err(VerdictRefusal::Expired { id, age_days, max_age_days: self.max_age_days });
        }
        Ok(())
    }

    /// Whether a verdict judged this config at all.
    ///
    /// # Errors
    /// [`VerdictRefusal::OtherCandidate`].
    pub fn is_about(&self, verdict: &Attested) -> Result<(), VerdictRefusal> {
        if verdict.candidate == self.candidate {
            return Ok(());
        }
        let (found, expected) = (verdict.candidate.clone(), self.candidate.to_owned());
        Err(VerdictRefusal::OtherCandidate { id: verdict.id, found, expected })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Attested, Need};
    use domain::digest::Digest;
    use judge::verdict::Decision;

    #[rstest]
    #[case::good(|_: &mut Attested| {}, "")]
    #[case::candidate(|verdict: &mut Attested| verdict.candidate = "c".into(), "is of config c: expected b")]
    #[case::baseline(|verdict: &mut Attested| verdict.baseline = "c".into(), "measured against c: expected a")]
    #[case::suspect(|verdict: &mut Attested| verdict.suspect = true, "SUSPECT")]
    #[case::refused(|verdict: &mut Attested| verdict.decision = Decision::NotEligible, "says NOT_ELIGIBLE")]
    #[case::thin(|verdict: &mut Attested| verdict.decision = Decision::InsufficientEvidence, "says INSUFFICIENT")]
    #[case::oldest(|verdict: &mut Attested| verdict.on = "2025-12-31".parse().unwrap(), "")]
    #[case::too_old(|verdict: &mut Attested| verdict.on = "2025-12-30".parse().unwrap(), "31 days old: the policy allows 30")]
    #[case::future(|verdict: &mut Attested| verdict.on = "2026-01-31".parse().unwrap(), "after the act")]
    fn each_reason_has_its_words(#[case] change: fn(&mut Attested), #[case] words: &str) {
        let mut verdict = Attested {
            id: Digest::of(b"v"),
            decision: Decision::Eligible,
            candidate: "b".into(),
            baseline: "a".into(),
            policy: Digest::of(b"p"),
            suspect: false,
            on: "2026-01-30".parse().unwrap(),
        };
        change(&mut verdict);
        let need = Need { candidate: "b", baseline: "a", today: "2026-01-30".parse().unwrap(), max_age_days: 30 };
        match need.met_by(&verdict) {
            Ok(()) => assert_eq!(words, ""),
            Err(refusal) => assert!(!words.is_empty() && refusal.to_string().contains(words), "{refusal}"),
        }
    }
}
