//! Two generations of engines, taken apart at their seams on the bundled tapes.
//!
//! | module | proves |
//! |---|---|
//! | [`control`] | buy and hold is one strategy in both generations, to the last micro-unit |
//! | [`planted`] | a bug at a stage of v2 turns the reference check red and names the stage |
//! | [`records`] | every record sums, every pair has one, and v1 is sealed |
//! | [`seams`] | a system asked stage by stage says what it says as a whole: decisions, reports, states |
//! | [`mirror`] | the modern one beside the legacy: the legacy's decisions stand, the first difference is told |
//! | [`swapped`] | with no stage taken the legacy decides, with all of them the modern one; stopped on any day it goes on |
//!
//! That the laws hold for any chain is proved on small ones, in `harness/replay/src/mirror/`.

mod control;
mod mirror;
mod planted;
mod records;
mod seams;
mod swapped;
mod worlds;
