//! The proofs of the house, in one integration binary.
//!
//! | module | proves |
//! |---|---|
//! | [`tidy`] | the house rules: sizes, heads, words, reasons, directions, pairs of facts |
//! | [`plants`] | what the lints and the types refuse, by planting it |
//! | [`oracle`] | jobs A and B against 60-digit arithmetic |
//!
//! Every rule is shown to fail on a violation of its own before it is believed on the repository.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a proof that cannot go on has failed, and its panic is the report"
)]

mod bad_input;
mod cases;
mod determinism;
mod invariants;
mod lookahead;
mod oracle;
mod plants;
mod snapshots;
mod support;
mod tampering;
mod tidy;
mod tiny;
