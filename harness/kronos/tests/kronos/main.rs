//! The proofs of Kronos, through its public face alone.
//!
//! | module | proves |
//! |---|---|
//! | [`table`] | every act by every actor in every state: allowed or refused, and nothing between |
//! | [`rules`] | what stands in the way beside rights and states |
//! | [`queue`] | the order of the queue does not depend on the order of arrival |
//! | [`logs`] | every bit that is flipped and every row that is moved is found |
//! | [`stores`] | one writer; torn tails; nothing half-written |
//! | [`walks`] | walks at random: one active config a scope, approved, never lost, always taken back |
//! | [`reports`] | figures by slice add up to the whole; configs compared |
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a proof that cannot go on has failed, and its panic is the report"
)]

mod logs;
mod queue;
mod reports;
mod rules;
mod stores;
mod support;
mod table;
mod walk;
mod walks;
