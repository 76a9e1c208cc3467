//! Jobs A and B on panel *synthetic*, 500 instruments by 2,520 days: the floor, and the harness with all it does.
//!
//! `cargo bench -p benches --bench job_a_b` prints criterion's estimates, then the ratios of the best times of
//! rounds in which floor and harness take turns, so that both meet the same machine. The best counts, because whatever
//! makes a round slower is not the program.

use std::error::Error;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use benches::floor;
use benches::ours::{Job, final_equity, in_folder, in_memory};
use benches::panel::Panel;
use criterion::Criterion;
use domain::tape::Tape;

const WIDTH: usize = 500;
const DAYS: usize = 2520;
/// Measurements for each ratio.
const ROUNDS: usize = 41;

/// The bare program of a job: the equity of each day.
type Floor = fn(&Panel) -> Vec<f64>;

fn main() -> Result<(), Box<dyn Error>> {
    let panel = Panel::synthetic(WIDTH, DAYS);
    let tape = panel.tape()?;
    let mut criterion = Criterion::default().configure_from_args();
    let jobs: [(&str, Job, Floor, f64); 2] =
        [("job A", Job::A, floor::momentum, 3.0), ("job B", Job::B, floor::equal_weight, 5.0)];
    for (name, job, floor, _) in jobs {
        check(name, job, floor, &panel, &tape)?;
        let mut group = criterion.benchmark_group(name);
        group.bench_function("floor", |bench| bench.iter(|| floor(black_box(&panel))));
        group.bench_function("journal in memory", |bench| bench.iter(|| in_memory(job, black_box(&tape))));
        group.bench_function("journal in a folder", |bench| bench.iter(|| in_folder(job, &tape, &folder())));
        group.finish();
    }
    criterion.final_summary();
    println!("| job | floor | journal in memory | ratio | limit | journal in a folder | ratio |");
    println!("|---|---|---|---|---|---|---|");
    for (name, job, floor, limit) in jobs {
        let [bare, memory, stored] = best_times(job, floor, &panel, &tape);
        let ratio = |time: Duration| time.as_secs_f64() / bare.as_secs_f64();
        println!(
            "| {name} | {bare:.2?} | {memory:.2?} | {:.2} | {limit:.0} | {stored:.2?} | {:.2} |",
            ratio(memory),
            ratio(stored)
        );
    }
    std::fs::remove_dir_all(folder())?;
    Ok(())
}

/// Both must have done the same work: the last day's equity agrees to one part in 10⁹.
fn check(name: &str, job: Job, floor: Floor, panel: &Panel, tape: &Tape) -> Result<(), Box<dyn Error>> {
    let bare = floor(panel).last().copied().unwrap_or(f64::NAN);
    let journal = in_memory(job, tape)?;
    let ours = final_equity(&journal);
    let stored = final_equity(&in_folder(job, tape, &folder())?);
    let apart = (ours / bare - 1.0).abs().max((stored / bare - 1.0).abs());
    println!(
        "{name}: final equity {bare} bare, {ours} in the journal, {apart:.1e} apart; {} events",
        journal.manifest.events
    );
    if apart < 1e-9 { Ok(()) } else { Err(format!("{name}: the two programs did not do the same work").into()) }
}

/// The best times of the bare program, of the replay into memory and of the replay into a folder.
fn best_times(job: Job, floor: Floor, panel: &Panel, tape: &Tape) -> [Duration; 3] {
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        let times = [
            time(|| floor(black_box(panel))),
            time(|| in_memory(job, black_box(tape))),
            time(|| in_folder(job, tape, &folder())),
        ];
        best = [0, 1, 2].map(|at| best[at].min(times[at]));
    }
    best
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    black_box(work());
    began.elapsed()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-journal")
}
