//! The second bookkeeping: by the words of the rows alone.

use std::collections::{BTreeMap, BTreeSet};

use domain::digest::Digest;
use judge::verdict::Decision;
use kronos::event::{Event, Row};
use kronos::object::{ExpectedOutcome, Object, Scope};

/// The second bookkeeping: by the words of the rows alone.
#[derive(Default)]
pub(super) struct Books {
    pub(super) active: BTreeMap<Scope, BTreeSet<String>>,
    pub(super) below: BTreeMap<Scope, Vec<String>>,
    pub(super) controls: BTreeSet<u64>,
    pub(super) approved: BTreeSet<u64>,
    pub(super) rows: u64,
    pub(super) chain: Option<Digest>,
}

impl Books {
    /// Takes a row in by its words.
    pub(super) fn enter(&mut self, row: &Row) -> Result<(), String> {
        let json = serde_json::to_string(row).map_err(|error| error.to_string())?;
        self.chain = Some(self.chain.unwrap_or(Digest::ZERO).chained(json.as_bytes()));
        self.rows += 1;
        let begins = match &row.event {
            Event::Created { purpose, .. } | Event::Converted(purpose) => Some(purpose.expected_outcome),
            _ => None,
        };
        if begins == Some(ExpectedOutcome::NegativeControl) {
            self.controls.insert(row.number);
        }
        match (&row.object, &row.event) {
            (Object::Experiment(number), Event::Approved { .. }) => {
                if self.controls.contains(number) {
                    return Err(format!("row {}: a negative control was approved", row.number));
                }
                self.approved.insert(*number);
            }
            (Object::Scope(scope), Event::Activated { experiment, verdict, .. }) => {
                if !self.approved.contains(experiment) || self.controls.contains(experiment) {
                    return Err(format!("row {}: experiment {experiment} is active and not approved", row.number));
                }
                if verdict.decision != Decision::Eligible || verdict.suspect || verdict.candidate != row.to {
                    return Err(format!("row {}: the verdict does not carry it", row.number));
                }
                self.moved(scope, row)?;
                self.below.entry(scope.clone()).or_default().push(row.to.clone());
            }
            (Object::Scope(scope), Event::RolledBack { .. }) => {
                self.moved(scope, row)?;
                let below = self.below.entry(scope.clone()).or_default();
                below.pop();
                // To a config further down: everything above it is gone.
                while below.last().is_some_and(|top| *top != row.to) {
                    below.pop();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn moved(&mut self, scope: &Scope, row: &Row) -> Result<(), String> {
        let active = self.active.entry(scope.clone()).or_default();
        if row.from.as_ref().is_some_and(|from| !active.remove(from)) {
            return Err(format!("row {}: what it takes away was not active in {scope}", row.number));
        }
        if row.to != "none" {
            active.insert(row.to.clone());
        }
        if active.len() > 1 {
            return Err(format!("row {}: {} configs are active in {scope}", row.number, active.len()));
        }
        Ok(())
    }
}
