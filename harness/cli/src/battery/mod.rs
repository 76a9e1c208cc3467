//! The battery: every world in which a candidate meets its baseline, and what is checked beside them.
//!
//! ```text
//! scenarios/batteries/NAME.toml ─ worlds ┐
//!                                        ├─ replays of both sides ─► evidence ─ gates ─► verdict
//! candidate.toml ─ subject ──────────────┘
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`file`] | the file of a battery |
//! | [`worlds`] | its scenarios with their tapes: windows of history, resampled ones, stressed ones |
//! | [`subject`] | a candidate's file: a system and the keys of its config that differ |
//! | [`replays`] | a subject in a world, and what its journal shows |
//! | [`control`], [`tamper`], [`search`], [`peeking`] | configs that must be rejected, and what is done to them |
//! | [`measure`], [`pool`], [`degrade`], [`mutants`], [`zero_skill`] | the gates themselves, measured |
//! | [`trial_run`] | one control through the pipeline |
//! | [`audits`] | determinism, look-ahead, goldens, pairs, data |
//! | [`engines`] | the engines and the data behind it, asked once |
//! | [`illiquid`] | what could not have been bought |
//! | [`evidence`] | all of it put together |
//! | [`session`] | a policy with all that stands beside it |
//! | [`store`] | where verdicts and trials lie |

pub mod audits;
pub mod control;
pub mod degrade;
pub mod engines;
pub mod evidence;
pub mod file;
pub mod illiquid;
pub mod measure;
pub mod mutants;
pub mod peeking;
pub mod pool;
pub mod replays;
pub mod search;
pub mod session;
pub mod store;
pub mod subject;
pub mod tamper;
pub mod trial_run;
pub mod worlds;
pub mod zero_skill;
