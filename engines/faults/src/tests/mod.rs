//! The faulty system on a made-up market.
//!
//! | module | proves |
//! |---|---|
//! | [`same`] | without a fault it is v2, to the last byte of decisions, reports and state |
//! | [`shows`] | every mutant decides otherwise than v2, or it is written down why this market cannot show it |
//! | [`restore`] | stopped and taken up, every kind goes on with the same bytes |
//! | [`refusals`] | what is no fault is refused by key, value and expectation |

mod refusals;
mod restore;
mod same;
mod shows;
mod world;
