//! What configs earned, as a whole and by slice, and which of them is worth keeping (engines-v2 §10).
//!
//! A report is made of journals and of nothing else, so the same journals give the same report. The days of a run are
//! cut three ways, and each way adds up to the whole:
//!
//! | dimension | a day belongs to |
//! |---|---|
//! | regime | the word that the regime engine told on it; `NOT_TOLD` where it told none |
//! | market | the market that the caller names for the run |
//! | stability bucket | the band of the mean stability score of the day; `NOT_TOLD` where there was none |
//!
//! A dimension of which no day says anything is absent, with the reason; it is never made up.
//!
//! | module | holds |
//! |---|---|
//! | [`figures`] | days, annual return, volatility, Sharpe ratio, drawdown, turnover, hit rate of some days |
//! | [`report`] | the figures of each config, whole and sliced |
//! | [`comparison`] | dominated, robust, niche |

pub mod comparison;
pub mod figures;
pub mod report;
