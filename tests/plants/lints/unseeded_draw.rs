//! Chance without a seed: the standard library keys its hasher at random in each process.
//!
//! engines: use of a disallowed type `std::hash::RandomState`
//! harness: use of a disallowed type `std::hash::RandomState`
//! command line: use of a disallowed type `std::hash::RandomState`

use std::hash::BuildHasher;

/// A coin that nobody can toss again.
pub fn coin() -> bool {
    std::hash::RandomState::new().hash_one(0_u64) % 2 == 0
}
