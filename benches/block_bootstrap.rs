//! Job C: block bootstrap, 1,000 paths × 20 stocks × 30 days, stationary and circular, mean block 10, on panel
//! *synthetic*.
//!
//! The work is the draws and the returns they pick: a matrix of 600,000 log returns. `cargo bench -p benches --bench
//! block_bootstrap` prints criterion's estimates and the paths a second of the best round. The same work in Python, with
//! numpy and, where it is installed, with the package `arch`: `python3 benches/block_bootstrap.py`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::panel::Panel;
use criterion::Criterion;
use domain::numeric::exact;
use domain::seed::{Seed, Streams};
use v2::synthetic::{Block, Sampler};

const PATHS: usize = 1_000;
const STOCKS: usize = 20;
const HORIZON: usize = 30;
const DAYS: usize = 2_520;
/// Rounds of which the best counts.
const ROUNDS: usize = 201;

fn main() {
    let returns = log_returns(&Panel::synthetic(STOCKS, DAYS));
    let mut criterion = Criterion::default().configure_from_args();
    let methods = [
        ("stationary", Block::Stationary { mean_days: 10 }),
        ("circular", Block::Circular { days: 10 }),
        ("fixed", Block::Fixed { days: 10 }),
    ];
    let mut group = criterion.benchmark_group("block_bootstrap");
    for (name, block) in methods {
        group.bench_function(name, |bench| bench.iter(|| paths(block, black_box(&returns))));
    }
    group.finish();
    criterion.final_summary();
    println!("| blocks | best of {ROUNDS} | paths/s |");
    println!("|---|---|---|");
    for (name, block) in methods {
        let best = (0..ROUNDS).map(|_| time(|| paths(block, &returns))).min().unwrap_or(Duration::MAX);
        println!("| {name} | {best:.2?} | {:.0} |", PATHS as f64 / best.as_secs_f64());
    }
}

/// The returns of all paths, path after path and day after day, a sampler and its stream included.
fn paths(block: Block, returns: &[f64]) -> Vec<f64> {
    let days = (returns.len() / STOCKS) as u32;
    let lags: Vec<u32> = (0..days).rev().collect();
    let streams = Streams::new(Seed(1));
    let mut drawn = Vec::with_capacity(PATHS * HORIZON * STOCKS);
    let Some(sampler) = Sampler::blocks(&lags, HORIZON as u32, block, &streams, "job C") else { return drawn };
    let mut path = [0; HORIZON];
    for k in 0..PATHS as u32 {
        sampler.fill(k, &mut path);
        for lag in path {
            let day = (days - 1 - lag) as usize;
            drawn.extend_from_slice(&returns[day * STOCKS..(day + 1) * STOCKS]);
        }
    }
    drawn
}

fn log_returns(panel: &Panel) -> Vec<f64> {
    let pairs = (1..panel.days()).flat_map(|day| panel.row(day - 1).iter().zip(panel.row(day)));
    pairs.map(|(before, after)| exact::ln(after / before)).collect()
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    black_box(work());
    began.elapsed()
}
