//! The v2 engines on the bundled tapes, outside any replay.
//!
//! | module | proves |
//! |---|---|
//! | [`crisis_labels`] | known crises are stress, and labels do not hang on details |
//! | [`planted`] | the chain from reports to fragility alpha names the planted issuer before its crash, and not the sound one |
//! | [`restore`] | stopping and going on changes no byte on a tape where every engine has all its inputs |
//! | [`crosswalk`] | every test that `docs/invariants.md` names exists |
//!
//! What needs no stored tape is proved beside the system itself, in `engines/v2/src/system/tests/`.

mod crisis_labels;
mod crosswalk;
mod market;
mod planted;
mod restore;
