//! What the benches share: the synthetic panel, the floor that is measured against, and the harness at work.
//!
//! | module | holds |
//! |---|---|
//! | [`panel`] | panel *synthetic*: a seeded geometric random walk with one market factor |
//! | [`floor`] | jobs A and B as bare array programs |
//! | [`ours`] | the same jobs as replays |
//!
//! The work is fixed by seeds and sizes, so that two measurements differ by the machine and the code alone.

pub mod floor;
pub mod ours;
pub mod panel;
