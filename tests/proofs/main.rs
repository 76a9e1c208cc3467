//! The proofs of the house, in one integration binary.
//!
//! | module | proves |
//! |---|---|
//! | [`tidy`] | the house rules: sizes, heads, words, reasons, directions, pairs of facts |
//! | [`plants`] | what the lints and the types refuse, by planting it |
//! | [`oracle`] | jobs A and B against 60-digit arithmetic |
//! | [`invariants`] | what holds in every run, on markets and orders at random |
//! | [`engines`] | what the v2 engines answer on the bundled tapes; the crosswalk of invariants and tests |
//! | [`comparison`] | a reference beside its successor: rebuilt positions are the ledger's |
//! | [`external`] | engines in another language: every break is told, and the process leaves no trace in a result |
//! | [`recorded`] | decisions that were exported and played back trade as they did |
//! | [`legacy`] | the tables of the v1 description, against the frozen reference |
//! | [`reference`] | two generations taken apart at their seams, and one with stages of the other |
//! | [`lookahead`] | nothing after a day reaches back: every case with its future cut off and replaced |
//! | [`determinism`] | the same bytes on every way to run a case; planted leaks are caught |
//! | [`gates`] | verdicts are the same everywhere and edited nowhere; the facts beside the policies are current |
//! | [`tampering`] | what was changed behind the back of a golden or tape is caught |
//! | [`bad_input`] | bad input is refused in words that were reviewed |
//!
//! Every rule is shown to fail on a violation of its own before it is believed on the repository.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a proof that cannot go on has failed, and its panic is the report"
)]

mod bad_input;
mod cases;
mod comparison;
mod determinism;
mod engines;
mod external;
mod gates;
mod invariants;
#[path = "../legacy/mod.rs"]
mod legacy;
mod lookahead;
mod oracle;
mod plants;
mod recorded;
mod reference;
mod snapshots;
mod support;
mod tampering;
mod texts;
mod tidy;
mod tiny;
