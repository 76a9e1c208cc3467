//! Scores kept in a hash map: ties go to whichever key comes first in this process.
//!
//! engines: use of a disallowed type `std::collections::HashMap`
//! engines: use of a disallowed type `std::collections::HashSet`
//! harness: use of a disallowed type `std::collections::HashMap`
//! harness: use of a disallowed type `std::collections::HashSet`
//! command line: use of a disallowed type `std::collections::HashMap`
//! command line: use of a disallowed type `std::collections::HashSet`

/// The first of the best.
pub fn winner(scores: &std::collections::HashMap<u32, u64>) -> Option<u32> {
    let seen: std::collections::HashSet<u32> = scores.keys().copied().collect();
    seen.into_iter().next()
}
