//! Job G: the Ledoit-Wolf covariance of 252 days by 500 instruments.
//!
//! Ours against the same formula on nalgebra, whose matrix product picks its code by CPU and so may not stand on a path
//! that reaches a journal. Both take turns in one run and must agree to 1e-12 of the largest entry.
//!
//! `cargo bench -p benches --bench shrinkage_covariance`; for a comparison outside:
//! `python3 -m timeit -s "import numpy; from sklearn.covariance import ledoit_wolf; x = numpy.random.default_rng(1).standard_normal((252, 500))" "ledoit_wolf(x)"`

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use domain::seed::{Seed, Streams};
use nalgebra::DMatrix;
use v2::portfolio::shrinkage::ledoit_wolf;

const DAYS: usize = 252;
const WIDTH: usize = 500;
/// Measurements for the ratio.
const ROUNDS: usize = 201;

fn main() -> Result<(), Box<dyn Error>> {
    let streams = Streams::new(Seed(20_261_231));
    let market: Vec<f64> = (0..DAYS).map(|at| streams.uniform(&["job-g", "market"], at as u64) - 0.5).collect();
    let own = |at: usize| streams.uniform(&["job-g", "own"], at as u64) - 0.5;
    let samples: Vec<f64> = (0..DAYS * WIDTH).map(|at| 0.02 * market[at / WIDTH] + 0.03 * own(at)).collect();
    let matrix = DMatrix::from_row_slice(DAYS, WIDTH, &samples);
    let ours = ledoit_wolf(&samples, WIDTH).ok_or("no covariance")?;
    let theirs = on_nalgebra(&matrix);
    let largest = ours.covariance.iter().fold(0.0_f64, |most, entry| most.max(entry.abs()));
    let pairs = ours.covariance.iter().zip(theirs.iter());
    let apart = pairs.fold(0.0_f64, |most, (a, b)| most.max((a - b).abs())) / largest;
    println!("intensity {}; {apart:.1e} apart", ours.intensity);
    if apart > 1e-12 {
        return Err("the two covariances do not agree".into());
    }
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("job G, ours", |bench| bench.iter(|| ledoit_wolf(black_box(&samples), WIDTH)));
    criterion.bench_function("job G, nalgebra", |bench| bench.iter(|| on_nalgebra(black_box(&matrix))));
    criterion.final_summary();
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        best[0] = best[0].min(time(|| ledoit_wolf(black_box(&samples), WIDTH)));
        best[1] = best[1].min(time(|| on_nalgebra(black_box(&matrix))));
    }
    let ratio = best[0].as_secs_f64() / best[1].as_secs_f64();
    println!("| job | ours | nalgebra | ours / nalgebra |\n|---|---|---|---|");
    println!("| G | {:.2?} | {:.2?} | {ratio:.2} |", best[0], best[1]);
    Ok(())
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    black_box(work());
    began.elapsed()
}

/// Ledoit and Wolf 2004 in the words of nalgebra.
fn on_nalgebra(samples: &DMatrix<f64>) -> DMatrix<f64> {
    let (days, width) = (DAYS as f64, WIDTH as f64);
    let mean = samples.row_mean();
    let mut centred = samples.clone();
    for mut row in centred.row_iter_mut() {
        row -= &mean;
    }
    let product = centred.tr_mul(&centred);
    let fourth: f64 = centred.row_iter().map(|row| row.norm_squared() * row.norm_squared()).sum();
    let squared = product.norm_squared() / (days * days);
    let mut covariance = product / days;
    let trace = covariance.trace();
    let target = trace / width;
    let distance = (squared - 2.0 * target * trace + width * target * target) / width;
    let error = ((fourth / days - squared) / (width * days)).min(distance);
    let intensity = if error > 0.0 { error / distance } else { 0.0 };
    covariance *= 1.0 - intensity;
    for at in 0..WIDTH {
        covariance[(at, at)] += intensity * target;
    }
    covariance
}
