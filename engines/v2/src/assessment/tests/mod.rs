//! Reference values, tables, and the invariants of engines-v2 §6.

mod configs;
mod engine;
pub(crate) mod fixture;
mod given;
mod invariants;
mod planted;
mod reference;
mod slow;
