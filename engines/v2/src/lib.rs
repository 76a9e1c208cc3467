//! The v2 engines.
//!
//! One trading day, in order: trailing windows → encoders → profiles → regime → stability and soft targets →
//! fragility alpha → assessment → universe → portfolio and risk. Every engine has the same face ([`face::Engine`]):
//! an input of today, a config with an identity by content, an output or a typed abstention, a list of what was left
//! out and why, and a state that can be saved.
//!
//! Absence is carried, never filled: a missing input lowers a stored coverage and the weights of the others are
//! renormalised; below half coverage there is no figure at all.

pub mod assessment;
pub mod column;
pub mod config;
pub mod encoders;
pub mod face;
pub mod fragility;
pub mod portfolio;
pub mod profiles;
pub mod regime;
pub mod stability;
pub mod synthetic;
pub mod system;
pub mod universe;
pub mod windows;

/// The version of the engines: part of the identity of every run. It rises whenever an answer changes.
pub const VERSION: &str = "2";
