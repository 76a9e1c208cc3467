//! Is a candidate better than a baseline, or was it luck?
//!
//! What a promotion gate asks of two series of daily returns, and of the many series that were tried before them.
//!
//! | module | holds |
//! |---|---|
//! | [`blocks`] | plans of resamples in blocks of days: the stationary and the circular bootstrap |
//! | [`block_length`] | how long the blocks should be |
//! | [`sharpe_difference`] | the difference of two Sharpe ratios over the same days: interval and p-values |
//! | [`studentised`] | the same difference over its standard error, and the bootstrap of that quotient |
//! | [`slices`] | the difference in each regime or bucket at once, resampled by whole days |
//! | [`stepdown`] | p-values of many hypotheses, adjusted so that no true one is rejected by chance |
//! | [`deflated`] | a Sharpe ratio judged against the best of so many trials without skill |
//! | [`trials`] | how many trials there were, when many of them were alike |
//! | [`overfitting`] | the probability that the best in sample is below the median out of sample |
//! | [`superior`] | whether any of many candidates beats the benchmark |
//! | [`folds`] | train and test days that share no label |
//! | [`proportion`] | what a share of so many says about a probability |
//! | [`loss`] | the mean of the worst days |
//! | [`refusal`] | why there is no figure |
//!
//! All series are daily simple returns (0.01 is one per cent), one entry a day, finite and within ±1e9. A Sharpe
//! ratio is mean over sample deviation (ddof 1) without a risk-free rate, as in [`crate::metrics`]; where nothing else
//! is said it is per day, and a field named `annual` is √252 times that. Chance comes from a named stream that the
//! caller gives. A p-value is `(1 + hits) / (1 + resamples)`: never zero, because the sample itself is one of the
//! draws under the null hypothesis.

pub mod block_length;
pub mod blocks;
pub mod deflated;
pub mod folds;
pub mod loss;
pub mod overfitting;
mod prefix;
pub mod proportion;
pub mod refusal;
mod sample;
#[cfg(test)]
pub(crate) mod series;
pub mod sharpe_difference;
pub mod slices;
mod special;
pub mod stepdown;
pub mod studentised;
pub mod superior;
pub mod trials;
