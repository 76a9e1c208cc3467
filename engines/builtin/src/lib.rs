//! The small built-in systems behind the one face.
//!
//! | system | decides | stands for |
//! |---|---|---|
//! | [`null`] | nothing, ever | the harness with no engine in it |
//! | [`equal_weight`] | equal shares of equity on the first day | buy and hold, benchmark job B |
//! | [`momentum`] | the strongest fifth, every 21 days | cross-sectional momentum, benchmark job A |
//! | [`script`] | what the scenario writes down, day by day | cases that need exact orders |
//! | [`recorded`] | what another system decided | recorded decisions of a system that is not here |
//!
//! They are complete strategies of a few lines each: enough to hold the whole chain to, from tape to golden,
//! before an engine with more to say is put into it.

use domain::decision::TargetWeight;

pub mod config;
pub mod equal_weight;
pub mod momentum;
pub mod null;
pub mod recorded;
pub mod script;
mod weights;

/// The version of the systems in this crate; part of every run's identity. It rises whenever a decision changes.
pub const VERSION: &str = "1";

/// `invested / n` in each of `n` instruments, given ascending.
fn equal_targets(instruments: &[domain::ids::Instrument], invested: f64) -> Vec<TargetWeight> {
    let weight = invested / instruments.len() as f64;
    instruments.iter().map(|instrument| TargetWeight { instrument: *instrument, weight }).collect()
}
