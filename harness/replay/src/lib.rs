//! From a scenario to a journal.
//!
//! | module | holds |
//! |---|---|
//! | [`scenario`] | scenario and suite files, checked to the last key |
//! | [`ledger`] | double entry in integers; balances to zero after every posting |
//! | [`book`] | positions on top of the ledger: trades, splits, dividends, settlements, marks |
//! | [`session`] | the price rules of each kind of order against one session |
//! | [`execution`] | working orders meet a session |
//! | [`plan`] | from target weights and requests to orders |
//! | [`actions`] | corporate actions reach the book and the working orders |
//! | [`day`] | the trading day, in one function |
//! | [`run`] | the loop over days, checkpoints and resuming |
//! | [`mirror`] | two generations of engines on the same days: one with stages of the other |
//!
//! A system is handed in behind its one face, so nothing here knows an engine. No clock, no file, no thread: the
//! recorder that the caller brings may write files, the replay does not know.

pub mod actions;
pub mod book;
pub mod day;
pub mod execution;
pub mod ledger;
pub mod mirror;
pub mod plan;
pub mod run;
pub mod scenario;
pub mod session;
pub mod suite;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod resume_tests;
#[cfg(test)]
mod tests;
