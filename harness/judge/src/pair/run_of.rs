//! A run by name and digests: what a record remembers of its two ends.
//!
//! Two runs are one when every field is equal. When they are not, the first field that differs says most: another
//! version of the engines explains another journal, and another tape explains both.

use domain::digest::Digest;
use journal::journal::Journal;
use serde::{Deserialize, Serialize};

use crate::golden::Origin;

/// A run by everything that determines it, and its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunOf {
    /// The scenario.
    pub case: String,
    /// The decision system.
    pub system: String,
    /// The version of its engines.
    pub system_version: String,
    /// The digest of its config.
    pub config_digest: Digest,
    /// The digest of the tape that the run was given.
    pub tape_digest: Digest,
    /// The identity of the run.
    pub run_id: Digest,
    /// The digest of all its events.
    pub journal_digest: Digest,
}

impl RunOf {
    /// The run of a journal.
    #[must_use]
    pub fn of(journal: &Journal) -> Self {
        let (manifest, inputs) = (&journal.manifest, &journal.manifest.inputs);
        Self {
            case: inputs.scenario.clone(),
            system: inputs.system.clone(),
            system_version: inputs.system_version.clone(),
            config_digest: inputs.config_digest,
            tape_digest: inputs.tape_digest,
            run_id: manifest.run_id,
            journal_digest: manifest.digest,
        }
    }

    /// The run of a case, by what its golden says of it.
    #[must_use]
    pub fn of_origin(origin: &Origin) -> Self {
        Self {
            case: origin.scenario.clone(),
            system: origin.system.clone(),
            system_version: origin.system_version.clone(),
            config_digest: origin.config_digest,
            tape_digest: origin.tape_digest,
            run_id: origin.run_id,
            journal_digest: origin.journal_digest,
        }
    }

    /// The first input in which two runs differ, in words; `None` when they are the same run.
    #[must_use]
    pub fn difference(&self, fresh: &Self) -> Option<String> {
        let fields = |run: &Self| {
            [
                ("case", run.case.clone()),
                ("system", run.system.clone()),
                ("system_version", run.system_version.clone()),
                ("config_digest", run.config_digest.short()),
                ("tape_digest", run.tape_digest.short()),
                ("run_id", run.run_id.short()),
                ("journal_digest", run.journal_digest.short()),
            ]
        };
        let differs = fields(self).into_iter().zip(fields(fresh)).find(|(ours, theirs)| ours.1 != theirs.1);
        differs.map(|((field, recorded), (_, fresh))| format!("{field} was {recorded}, is {fresh}"))
    }
}

#[cfg(test)]
mod tests {
    use super::RunOf;
    use crate::fixture;

    #[test]
    fn a_run_that_changed_says_in_what() {
        let run = RunOf::of(&fixture::journal());
        let other = RunOf { system_version: "2.0.0".into(), ..run.clone() };
        assert_eq!(run.difference(&other).as_deref(), Some("system_version was 1.0.0, is 2.0.0"));
        assert_eq!(run.difference(&run), None);
    }
}
