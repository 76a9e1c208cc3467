//! The contract between whoever runs and whoever judges.
//!
//! A replay appends [`event::Event`]s in the order (day, phase, instrument). Everything else, goldens, reference
//! comparison, gates, reports and reproduction, is a function of journals.
//!
//! | module | holds |
//! |---|---|
//! | [`event`] | what can happen on a day, and the phases that order it |
//! | [`codec`] | canonical bytes of an event, and back |
//! | [`header`] | what is known of a run before its first day |
//! | [`recorder`] | appends events, asserts their order, hands each finished day to a sink |
//! | [`progress`] | the digests that are kept as the days come |
//! | [`days`] | the days of a journal in memory: canonical bytes, decoded when somebody looks |
//! | [`manifest`] | the text beside the events: identity, digests, counts |
//! | [`mod@journal`] | a whole journal in memory |
//! | [`log`] | the file: framed days, checkpoints, torn tails |
//! | [`store`] | a folder with one journal: write safely, read back, verify |
//!
//! Never here: an engine, a scenario, a clock.

pub mod codec;
pub mod days;
pub mod event;
#[cfg(test)]
mod fixture;
pub mod header;
pub mod journal;
pub mod log;
pub mod manifest;
pub mod progress;
pub mod recorder;
pub mod store;
