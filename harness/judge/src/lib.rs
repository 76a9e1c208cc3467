//! Judging journals.
//!
//! | module | holds |
//! |---|---|
//! | [`metrics`] | the figures of a run |
//! | [`audit`] | the ledger derived anew from events |
//! | [`diff`] | the first difference between two journals |
//! | [`labels`] | what engines say of a whole day: regime, stability |
//! | [`golden`] | what a run did, frozen as reviewable text; comparing, accepting, undoing |
//! | [`pair`] | a reference beside its successor: the gap taken apart, frozen, held against a register |
//! | [`reference`] | two journals over one market, compared: a reference and its successor |
//! | [`statistics`] | candidate against baseline: resampled differences, deflation, overfitting |
//! | [`policy`] | tolerances by field, each with its reason |
//! | [`gates`] | what a policy asks of evidence: one pure function a gate |
//! | [`trials`] | the ledger of every config that was tried |
//! | [`verdict`] | a decision in a bundle that anyone can compute anew |
//! | [`evidence`] | what a gate may look at: two subjects, their runs, the checks |
//! | [`outcome`] | how a check ends, and its exit code |
//!
//! Never here: an engine, a scenario, a clock. Whatever is judged is read from a journal or a golden; only [`reference`]
//! reads closes beside it, as they were known on each day.

pub mod audit;
pub mod diff;
pub mod evidence;
mod fields;
#[cfg(test)]
mod fixture;
mod folders;
pub mod gates;
pub mod golden;
pub mod labels;
pub mod metrics;
pub mod outcome;
pub mod pair;
pub mod policy;
pub mod reference;
pub mod statistics;
pub mod trials;
pub mod verdict;
