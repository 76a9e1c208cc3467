//! Columns on disk: tapes, calendars, and journals as tables.
//!
//! A tape is a folder of Parquet tables with a `tape.toml` that says where they come from, what they mean and what
//! is known to be wrong with them. This crate writes such folders from other people's files, checks them, and hands
//! a window of one to the replay as a [`domain::tape::Tape`].
//!
//! | module | holds |
//! |---|---|
//! | [`calendars`] | the calendars of `scenarios/calendars/` |
//! | [`manifest`] | `tape.toml`: what a tape says of itself |
//! | [`notes`] | what its series are, and what is known of single days |
//! | [`tape_folder`] | opening a tape and proving that nobody edited it |
//! | [`import`] | other people's files to a tape |
//! | [`quality`] | what is wrong with a tape |
//! | [`decisions`] | decisions that another system recorded |
//! | [`describe`] | what is on a tape, for a report |
//! | [`selection`] | a window of a stored tape, as the replay reads it |
//! | [`tables`] | a journal as tables for other tools |
//! | [`error`] | every refusal, with file, row, column, value and expectation |
//!
//! Digests are of logical rows, never of files: a better compression library may change every byte of a Parquet
//! file and no digest. Never here: an engine, a judgement, a clock.

#[cfg(test)]
mod bundle_tests;
pub mod calendars;
mod columns;
pub mod decisions;
pub mod describe;
pub mod error;
mod files;
pub mod import;
pub mod manifest;
pub mod notes;
pub mod quality;
mod rows;
pub mod selection;
#[cfg(test)]
mod selection_tests;
pub mod tables;
pub mod tape_folder;
