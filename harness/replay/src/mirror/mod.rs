//! Two generations of engines on the same days.
//!
//! | module | holds |
//! |---|---|
//! | [`swapped`] | one generation with some stages taken from the other |
//! | [`beside`] | the modern one walks beside the legacy, and each stage is compared |
//! | [`findings`] | where two generations part, and how often |
//!
//! Both are chains ([`domain::chain`]): they watch every day, and at each stage one of them is asked. What a stage
//! answers is handed to the next one, whoever that is:
//!
//! ```text
//! legacy   watch ─ universe          sizing ─ limits ─ orders
//!                      └─ signal ──────┘
//! modern   watch ────────┘
//! ```
//!
//! Worked example: on a day on which the legacy's universe is {A, B} and the modern signal scores A 0.8 and B −0.2,
//! the legacy's sizing sees its own two names with scores that it did not give them, and may enter A alone.

pub mod beside;
mod compare;
pub mod findings;
pub mod swapped;

#[cfg(test)]
mod fixture;
