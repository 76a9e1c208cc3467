//! Job F: the paired stationary bootstrap of a Sharpe difference, 2,000 resamples of 2,520 days in blocks of mean length
//! ten; and the same at once over twelve slices of 5,040 days.
//!
//! The floor is what an array language does: draw the index of every day of every resample, gather both series into
//! matrices, two passes over each row for mean and sample deviation, difference, sort. Its generator is the cheapest
//! there is (SplitMix64, one draw a day, where ours is ChaCha12), and its loops are written to be vectorised. "Gathered" is
//! the same floor with the indices of our own plans, so without drawing, and must give the same differences. Part of the
//! floor is the memory of its matrices; a program of its own kind that copies ready runs into one row at a time, which no
//! array language does, took some three and a half times as long as ours, of which three quarters is ChaCha12.
//!
//! `cargo bench -p benches --bench statistics` prints criterion's estimates, then the ratios of the best times of rounds in
//! which all take turns.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use domain::seed::{Seed, Streams, unit_interval};
use judge::metrics::normal::quantile;
use judge::statistics::blocks::{Draws, Run, Scheme};
use judge::statistics::refusal::Refusal;
use judge::statistics::sharpe_difference::{self, SharpeDifference};
use judge::statistics::slices::{self, SliceBootstrap};
use rand_chacha::rand_core::Rng;

const DAYS: usize = 2_520;
const SLICED_DAYS: usize = 5_040;
const RESAMPLES: usize = 2_000;
const MEAN_DAYS: f64 = 10.0;
/// Measurements for each ratio.
const ROUNDS: usize = 41;
/// The floor takes at least so many times as long.
const LIMIT: f64 = 10.0;

/// Daily returns of a candidate and of a baseline with correlation 0.8.
struct Series {
    candidate: Vec<f64>,
    baseline: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let series = Series::drawn(DAYS);
    let sliced = Series::drawn(SLICED_DAYS);
    let dimensions = dimensions();
    let mut criterion = Criterion::default().configure_from_args();
    check(&series)?;
    let mut group = criterion.benchmark_group("job F");
    group.sample_size(20);
    group.bench_function("floor", |bench| bench.iter(|| floor(black_box(&series), drawn_indices())));
    group.bench_function("prefix sums", |bench| bench.iter(|| ours(black_box(&series))));
    group.bench_function("twelve slices", |bench| bench.iter(|| twelve(black_box(&sliced), &dimensions)));
    group.finish();
    criterion.final_summary();
    let plans = plans()?;
    let mut best = [Duration::MAX; 4];
    for _ in 0..ROUNDS {
        let times = [
            time(|| floor(black_box(&series), drawn_indices())),
            time(|| floor(black_box(&series), planned_indices(&plans))),
            time(|| ours(black_box(&series))),
            time(|| twelve(black_box(&sliced), &dimensions)),
        ];
        best = [0, 1, 2, 3].map(|at| best[at].min(times[at]));
    }
    let [bare, gathered, fast, slices] = best;
    let times = |time: Duration| time.as_secs_f64() / fast.as_secs_f64();
    println!("| job | floor | gathered | prefix sums | floor over ours | limit | gathered over ours | twelve slices |");
    println!("|---|---|---|---|---|---|---|---|");
    println!(
        "| job F | {bare:.2?} | {gathered:.2?} | {fast:.2?} | {:.1} | {LIMIT:.0} | {:.1} | {slices:.2?} |",
        times(bare),
        times(gathered)
    );
    Ok(())
}

/// Both must have done the same work: the same plans give the same ends of the interval.
fn check(series: &Series) -> Result<(), Box<dyn Error>> {
    let found = ours(series)?;
    let slow = floor(series, planned_indices(&plans()?));
    let end = |share: f64| {
        let position = share * (RESAMPLES - 1) as f64;
        let whole = position as usize;
        slow[whole] + (slow[whole + 1] - slow[whole]) * (position - whole as f64)
    };
    let apart = (found.lower_day - end(0.025)).abs().max((found.upper_day - end(0.975)).abs());
    println!("job F: {} from {} to {} a day, {apart:.1e} apart", found.point_day, found.lower_day, found.upper_day);
    if apart < 1e-12 { Ok(()) } else { Err("the two programs did not do the same work".into()) }
}

fn draws() -> Draws<'static> {
    let scheme = Scheme::Stationary { mean_days: MEAN_DAYS };
    Draws { streams: Streams::new(Seed(1)), name: &["bench", "statistics"], scheme, resamples: RESAMPLES }
}

fn ours(series: &Series) -> Result<SharpeDifference, Refusal> {
    sharpe_difference::bootstrap(&series.candidate, &series.baseline, &draws(), 0.95)
}

fn twelve(series: &Series, dimensions: &[Vec<u16>]) -> Result<SliceBootstrap, Refusal> {
    let views: Vec<&[u16]> = dimensions.iter().map(Vec::as_slice).collect();
    slices::bootstrap(&series.candidate, &series.baseline, &views, &draws())
}

/// Three dimensions of four slices, each in spells of its own length.
fn dimensions() -> Vec<Vec<u16>> {
    [21, 60, 250].map(|spell| (0..SLICED_DAYS).map(|day| (day / spell % 4) as u16).collect()).into()
}

impl Series {
    fn drawn(days: usize) -> Self {
        let normals = |name: &str| -> Vec<f64> {
            let mut generator = Streams::new(Seed(2)).generator(&["bench", name], 0);
            (0..days).filter_map(|_| quantile(unit_interval(generator.next_u64() | 1 << 11))).collect()
        };
        let (common, own) = (normals("common"), normals("own"));
        let mixed = common.iter().zip(&own).map(|(a, b)| 0.0006 + 0.01 * (0.8 * a + 0.6 * b)).collect();
        Self { candidate: mixed, baseline: common.iter().map(|value| 0.0004 + 0.01 * value).collect() }
    }
}

fn plans() -> Result<Vec<Vec<Run>>, Refusal> {
    let mut plans = draws().plans(DAYS)?;
    let one = |_| {
        let mut runs = Vec::new();
        plans.draw(&mut runs);
        runs
    };
    Ok((0..RESAMPLES).map(one).collect())
}

/// The day of each place in each resample, drawn day by day: a new block with probability 1/10, else the next day.
fn drawn_indices() -> Vec<u32> {
    let bound = ((1_u64 << 32) as f64 / MEAN_DAYS) as u64;
    let mut state = 1_u64;
    let mut indices = Vec::with_capacity(RESAMPLES * DAYS);
    for _ in 0..RESAMPLES {
        let mut day = 0;
        for place in 0..DAYS {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bits = mixed ^ (mixed >> 31);
            let next = if day + 1 == DAYS as u32 { 0 } else { day + 1 };
            let start = (((bits >> 32) * DAYS as u64) >> 32) as u32;
            day = if place == 0 || (bits & 0xffff_ffff) < bound { start } else { next };
            indices.push(day);
        }
    }
    indices
}

/// The same from our plans.
fn planned_indices(plans: &[Vec<Run>]) -> Vec<u32> {
    let mut indices = Vec::with_capacity(RESAMPLES * DAYS);
    for run in plans.iter().flatten() {
        let end = run.start + run.length;
        indices.extend(run.start..end.min(DAYS as u32));
        indices.extend(0..end.saturating_sub(DAYS as u32));
    }
    indices
}

/// The sorted differences of Sharpe ratios per day.
fn floor(series: &Series, indices: Vec<u32>) -> Vec<f64> {
    let gather = |values: &[f64]| -> Vec<f64> { indices.iter().map(|day| values[*day as usize]).collect() };
    let (candidate, baseline) = (gather(&series.candidate), gather(&series.baseline));
    let rows = candidate.chunks_exact(DAYS).zip(baseline.chunks_exact(DAYS));
    let mut differences: Vec<f64> = rows.map(|(ours, theirs)| sharpe(ours) - sharpe(theirs)).collect();
    differences.sort_unstable_by(f64::total_cmp);
    differences
}

fn sharpe(row: &[f64]) -> f64 {
    let mean = summed(row, |value| value) / DAYS as f64;
    let squares = summed(row, |value| (value - mean) * (value - mean));
    mean / (squares / (DAYS - 1) as f64).sqrt()
}

/// A sum in eight lanes, so that the compiler can vectorise it.
fn summed(row: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; 8];
    let chunks = row.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|value| of(*value)).sum();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += of(*value);
        }
    }
    lanes.iter().sum::<f64>() + rest
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    black_box(work());
    began.elapsed()
}
