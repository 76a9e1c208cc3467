//! The ledger of trials: every config that was ever simulated for promotion, by what it did.
//!
//! Whoever tries a hundred configs and shows the best has shown nothing: a hundred zero-skill configs have a good one
//! among them. So every trial is written down before its verdict is known, and the gates take the number of trials from
//! here. A trial is counted by its *behaviour*, the digest of its journals: the same config under another name, split
//! into two files or written otherwise is the same trial, and a new battery does not begin a new count.
//!
//! | module | holds |
//! |---|---|
//! | [`ledger`] | the lines, each chained to the one before it |
//! | [`count`] | how many independent trials there were, and what the search was worth |

pub mod count;
pub mod ledger;
