//! Tables, and the invariants of engines-v2 §7.

mod configs;
mod fixture;
mod invariants;
mod rules;
