//! `v2-faulty`: v2 with one known fault of a stated size, at one of its seams.
//!
//! A gate that promotes a system is itself to be tested. It must refuse what is known to be worthless (scores drawn at
//! random: the negative control), and how often it notices a small mistake (scores a day old, a cap that is half as
//! much again) has to be measured before its silence means anything. So the mistakes are planted here, each as somebody
//! might make it, and the gate is shown v2 beside v2 with one of them.
//!
//! | module | holds |
//! |---|---|
//! | [`kinds`] | the table of faults: seam, sizes, the ladder of a calibration |
//! | [`config`] | v2's keys and the table `fault` |
//! | [`system`] | v2 asked stage by stage, with the fault in between |
//! | `universe`, `signal`, `sizing`, `orders` | the faults of each seam |
//! | `altered` | the faults that are a wrong number in v2's config |
//! | `memory`, `chance` | what is remembered from day to day; named draws |
//!
//! A fault changes what v2 says from the seam on and nothing before it. What needs the future (a universe of survivors)
//! cannot be planted, because a view holds none.

mod altered;
mod chance;
pub mod config;
pub mod kinds;
mod memory;
mod orders;
mod signal;
mod sizing;
pub mod system;
#[cfg(test)]
mod tests;
mod universe;
mod weights;

/// The version of the faults, behind that of v2: part of the identity of every run of the system. It rises whenever a
/// decision changes.
pub const VERSION: &str = "2.1";
