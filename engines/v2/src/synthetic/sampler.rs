//! Which past days a path is made of.
//!
//! The words of one stream are divided among the paths: path `k` starts at word `k · words`, a multiple of 16 that
//! covers its longest need, and each draw takes exactly two words. A draw below `T` is the upper half of
//! `word · T / 2³²`: the bias is below T / 2³², a millionth for any past in use.
//!
//! With a regime filter or a base range the days need not be contiguous. Windows and fixed blocks lie fully inside runs
//! of consecutive trading days; the ring joins the runs in their order, as it joins its end with its beginning.

use domain::seed::Streams;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;

use super::{BlockMethod, Category, Request};

/// How the blocks of a bootstrap are laid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// Blocks of `days` days, the start uniform over all starts with a whole block, the last block cut.
    Fixed {
        /// Length, at least 1.
        days: u32,
    },
    /// Blocks of `days` days on the ring, the start uniform over all days.
    Circular {
        /// Length, at least 1.
        days: u32,
    },
    /// Blocks of geometric length: each day starts a new one with probability `1 / mean_days`.
    Stationary {
        /// Mean length, at least 1.
        mean_days: u32,
    },
}

/// Makes paths: lists of lags, in the order of the path's days.
#[derive(Clone, Debug)]
pub struct Sampler {
    /// The days that may be drawn, the oldest first.
    lags: Vec<u32>,
    horizon: usize,
    rule: Rule,
    stream: ChaCha12Rng,
    words: u128,
}

#[derive(Clone, Debug)]
enum Rule {
    /// A block length and the positions at which a block can start.
    Blocks {
        days: usize,
        starts: Vec<u32>,
    },
    Ring {
        days: usize,
    },
    /// The draw below which a new block starts, of 2³².
    Stationary {
        restart: u64,
    },
    Windows {
        starts: Vec<u32>,
    },
    /// Path `k` is the window of rank `k`.
    WindowsInOrder {
        starts: Vec<u32>,
    },
}

impl Sampler {
    /// The sampler of a request; `None` when the days hold no window or block of the length asked for.
    #[must_use]
    pub fn of(request: &Request, lags: &[u32], streams: &Streams) -> Option<Self> {
        let (horizon, name) = (request.horizon_days, request.name.as_str());
        if request.category == Category::Historical {
            return Self::windows(lags, horizon, request.num_paths, streams, name);
        }
        let days = request.generator_spec.block_days?;
        let block = match request.generator_spec.method? {
            BlockMethod::Fixed => Block::Fixed { days },
            BlockMethod::Circular => Block::Circular { days },
            BlockMethod::Stationary => Block::Stationary { mean_days: days },
        };
        Self::blocks(lags, horizon, block, streams, name)
    }

    /// A block bootstrap of paths of `horizon` days over the days `lags`, the oldest first.
    #[must_use]
    pub fn blocks(lags: &[u32], horizon: u32, block: Block, streams: &Streams, name: &str) -> Option<Self> {
        let rule = match block {
            Block::Fixed { days } => {
                let starts = starts(lags, days);
                (!starts.is_empty() && days > 0).then_some(Rule::Blocks { days: days as usize, starts })?
            }
            Block::Circular { days } => (days > 0).then_some(Rule::Ring { days: days as usize })?,
            Block::Stationary { mean_days } => {
                Rule::Stationary { restart: (1_u64 << 32).checked_div(u64::from(mean_days))? }
            }
        };
        Self::with(lags, horizon, rule, streams, name)
    }

    /// Contiguous windows of `horizon` days: each at most once while `paths` does not exceed their number.
    #[must_use]
    pub fn windows(lags: &[u32], horizon: u32, paths: u32, streams: &Streams, name: &str) -> Option<Self> {
        let mut starts = starts(lags, horizon);
        if starts.is_empty() {
            return None;
        }
        let rule = if paths as usize <= starts.len() {
            // Sorting by a draw of its own for each window is a shuffle that needs no state.
            let mut stream = streams.generator(&["synthetic", name, "window order"], 0);
            let mut drawn: Vec<(u64, u32)> = starts.iter().map(|start| (stream.next_u64(), *start)).collect();
            drawn.sort_unstable();
            starts = drawn.into_iter().map(|(_, start)| start).collect();
            Rule::WindowsInOrder { starts }
        } else {
            Rule::Windows { starts }
        };
        Self::with(lags, horizon, rule, streams, name)
    }

    fn with(lags: &[u32], horizon: u32, rule: Rule, streams: &Streams, name: &str) -> Option<Self> {
        let stream = streams.generator(&["synthetic", name, "paths"], 0);
        let words = u128::from((2 * horizon).next_multiple_of(16));
        let (lags, horizon) = (lags.to_vec(), horizon as usize);
        (!lags.is_empty() && horizon > 0).then_some(Self { lags, horizon, rule, stream, words })
    }

    /// The lags of path `k`, in the order of its days.
    #[must_use]
    pub fn path(&self, k: u32) -> Vec<u32> {
        let mut path = vec![0; self.horizon];
        self.fill(k, &mut path);
        path
    }

    /// Writes the lags of path `k` over `path`, as many as it has room for.
    pub fn fill(&self, k: u32, path: &mut [u32]) {
        let mut stream = self.stream.clone();
        stream.set_word_pos(u128::from(k) * self.words);
        let lags = &self.lags;
        match &self.rule {
            Rule::Blocks { days, starts } => {
                for block in path.chunks_mut(*days) {
                    let start = starts[below(starts.len(), stream.next_u64())] as usize;
                    block.copy_from_slice(&lags[start..start + block.len()]);
                }
            }
            Rule::Ring { days } => {
                for block in path.chunks_mut(*days) {
                    let start = below(lags.len(), stream.next_u64());
                    block.iter_mut().enumerate().for_each(|(at, day)| *day = lags[(start + at) % lags.len()]);
                }
            }
            Rule::Stationary { restart } => {
                let mut at = 0;
                for (day, lag) in path.iter_mut().enumerate() {
                    let draw = stream.next_u64();
                    let fresh = day == 0 || (draw & 0xffff_ffff) < *restart;
                    let next = if at + 1 == lags.len() { 0 } else { at + 1 };
                    at = if fresh { below(lags.len(), draw) } else { next };
                    *lag = lags[at];
                }
            }
            Rule::Windows { starts } => {
                let start = starts[below(starts.len(), stream.next_u64())] as usize;
                path.copy_from_slice(&lags[start..start + path.len()]);
            }
            Rule::WindowsInOrder { starts } => {
                let start = starts[k as usize % starts.len()] as usize;
                path.copy_from_slice(&lags[start..start + path.len()]);
            }
        }
    }
}

/// A number from 0 to `count − 1` out of the upper half of a draw.
const fn below(count: usize, draw: u64) -> usize {
    (((draw >> 32) * count as u64) >> 32) as usize
}

/// The positions at which `days` consecutive trading days begin.
fn starts(lags: &[u32], days: u32) -> Vec<u32> {
    let run = |start: &usize| lags.get(start + days as usize - 1).is_some_and(|last| lags[*start] - last == days - 1);
    let positions = 0..if days == 0 { 0 } else { lags.len() };
    positions.filter(run).map(|start| start as u32).collect()
}
