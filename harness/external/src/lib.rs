//! A decision system in another language: a process that is told the tape day by day, and answers.
//!
//! | module | holds |
//! |---|---|
//! | [`told`] | what the process is told: the start, a day, the end |
//! | [`answer`] | what it answers, read and checked to the last key |
//! | [`fault`] | everything that can go wrong between the two, a sentence each |
//! | [`process`] | the process itself: started, spoken with, waited for, ended; the only threads |
//! | [`past`] | the books of the days behind, so that a fresh process can be told all of them again |
//! | [`system`] | the face of a decision system over all of it |
//!
//! A message is one line of JSON. The process is told of a day after its close and answers with one line before it is
//! told of the next, so it cannot look ahead: what it would have to see has not been written yet.
//!
//! ```text
//! harness  {"type":"hello", …}          {"type":"day","date":"2020-01-02", …}                       {"type":"bye"}
//! engine               {"type":"ready", …}                {"type":"decision","date":"2020-01-02", …}     exit 0
//! ```
//!
//! Waiting has a limit, and the limit can only end a run, never change what it says. `docs/external.md` is the
//! protocol for whoever writes an engine.

pub mod answer;
pub mod fault;
pub mod past;
pub mod process;
pub mod system;
pub mod told;

/// The version of the protocol; part of every run's identity. It rises when a message changes its meaning.
pub const PROTOCOL: u32 = 1;
