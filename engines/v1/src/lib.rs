//! The v1 engines: a frozen reference of the generation that v2 replaces.
//!
//! They are rule-based: tables of cuts, a decision tree, weighted sums with fixed weights. They are kept as they
//! were, flaws included, so that the move away from them can be measured; nothing here may learn from v2. The
//! numbers stand as constants beside the rule that uses them, with the section of the v1 description (`engines-v1`)
//! that names them. `[chosen]` marks what the description leaves open and this crate had to decide.
//!
//! Known flaws that are kept on purpose:
//!
//! | flaw | where |
//! |---|---|
//! | 8 of 15 indicators are stubs, so ORANGE and RED cannot come from counts | [`regime`] |
//! | a VIX from 15 to 20 or from 30 to 40 always falls through to Transition | [`regime`] |
//! | closes are not adjusted: a split looks like a loss | [`universe`], [`assessment`], [`backtesting`] |
//! | every weekday counts, so a holiday's carried close is a day of no change and no volume | [`universe`] |
//! | ratios mix periods: each field is the latest reported of its own | [`fundamentals`] |
//! | black swan actions are logged as PROPOSED and never change status | [`black_swan`] |
//! | the meta orchestrator proposes nothing | [`meta`] |

pub mod assessment;
pub mod backtesting;
pub mod black_swan;
pub mod config;
pub mod fundamentals;
pub mod generation0;
pub mod macro_;
pub mod meta;
pub mod observations;
pub mod regime;
pub mod risk;
pub mod stability;
mod stats;
pub mod system;
mod tell;
pub mod universe;

/// The version of the engines: part of the identity of every run. A frozen reference keeps it, but for corrections
/// towards its description.
pub const VERSION: &str = "1";
