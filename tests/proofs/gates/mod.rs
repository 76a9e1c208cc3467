//! Gates: verdicts are the same everywhere and edited nowhere, and the facts beside the policies are current.
//!
//! What each gate refuses is proved where the gates are (`judge::gates::tests`); here are the facts of this repository
//! and the program as its users run it.

mod facts;
mod refused;
mod sample;
mod verified;
