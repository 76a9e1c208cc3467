//! The daily returns of both sides, run after run, with the slices that each day belongs to.
//!
//! Only days that both sides have are paired, and a run whose sides have other days is no pair at all: the gate that
//! asked finds its evidence missing. A day is counted in the regime and the stability bucket that the *baseline* saw,
//! so that a candidate cannot move a bad day to another slice by calling it otherwise.

use crate::evidence::side::{Side, SideDay};
use crate::evidence::{Evidence, Part, Run};

/// Paired daily returns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pooled {
    /// The candidate's simple returns.
    pub candidate: Vec<f64>,
    /// The baseline's, of the same days.
    pub baseline: Vec<f64>,
    /// The labels of each day, as `dimension=value`.
    pub labels: Vec<Vec<String>>,
}

impl Pooled {
    /// The pairs of all runs of a part.
    ///
    /// # Errors
    /// What is missing, in words: no run, sides with other days, an account without a return.
    pub fn of(evidence: &Evidence, part: Part) -> Result<Self, String> {
        let mut pooled = Self::default();
        for run in evidence.of_part(part) {
            pooled.add(run)?;
        }
        if pooled.candidate.is_empty() { Err(format!("no {part} run")) } else { Ok(pooled) }
    }

    fn add(&mut self, run: &Run) -> Result<(), String> {
        let in_run = |what: &str| format!("{} {}: {what}", run.part, run.case);
        if !same_days(&run.candidate, &run.baseline) {
            return Err(in_run("the sides have other days"));
        }
        let returns =
            |side: &Side, who: &str| side.returns().ok_or_else(|| in_run(&format!("the {who} has no returns")));
        self.candidate.extend(returns(&run.candidate, "candidate")?);
        self.baseline.extend(returns(&run.baseline, "baseline")?);
        let days = run.baseline.days.iter().zip(&run.candidate.days).skip(1);
        self.labels.extend(days.map(|(theirs, ours)| labels_of(run, theirs, ours)));
        Ok(())
    }
}

/// Whether two sides traded on the same days.
#[must_use]
pub fn same_days(candidate: &Side, baseline: &Side) -> bool {
    let days = |side: &Side| side.days.iter().map(|day| day.on).collect::<Vec<_>>();
    days(candidate) == days(baseline)
}

/// A golden does not tell stability; there the candidate's own label stands.
fn labels_of(run: &Run, theirs: &SideDay, ours: &SideDay) -> Vec<String> {
    let mut labels = vec![format!("market={}", run.market)];
    labels.extend(theirs.regime.as_ref().map(|regime| format!("regime={regime}")));
    labels.extend(theirs.stability.as_ref().or(ours.stability.as_ref()).map(|bucket| format!("stability={bucket}")));
    labels
}
