//! The contract between whoever runs and whoever judges.
//!
//! A replay appends [`event::Event`]s in the order (day, phase, instrument). Everything else, goldens, reference
//! comparison, gates, reports and reproduction, is a function of journals.
//!
//! | module | holds |
//! |---|---|
//! | [`event`] | what can happen on a day, and the phases that order it |
//! | [`codec`] | canonical bytes of an event, and back |
//! | [`recorder`] | appends events and keeps the running digests |
//! | [`manifest`] | the text beside the events: identity, digests, counts |
//! | [`log`] | the file: framed days, checkpoints, torn tails |
//! | [`store`] | a folder with one journal: write safely, read back, verify |
//!
//! Never here: an engine, a scenario, a clock.

pub mod codec;
pub mod event;
pub mod log;
pub mod manifest;
pub mod recorder;
pub mod store;
