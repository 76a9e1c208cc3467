//! Job D: a Gaussian mixture of 4 states with full covariances on 8,250 days × 3 window features, from a fixed start
//! through a fixed number of steps of expectation and maximisation.
//!
//! The features are the volatilities over 21 and 63 days and the drawdown over 63 days of panel *synthetic*'s mean,
//! each scaled to mean 0 and variance 1; the start is four days, evenly spaced. `cargo bench -p benches --bench
//! regime_fit` prints criterion's estimate, then runs `regime_fit.py` on the same days, which does the same steps with
//! numpy and, where it is installed, scikit-learn. All must end at the same likelihood. The variable `PYTHON` chooses
//! the interpreter.

use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use benches::panel::Panel;
use criterion::Criterion;
use domain::numeric::{exact, mean, sum};
use v2::regime::config::Covariance;
use v2::regime::mixture::{Mixture, Table};

const DAYS: usize = 8_250;
const CLUSTERS: usize = 4;
const WINDOW: usize = 63;
const STEPS: u32 = 50;
const RIDGE: f64 = 1e-6;
/// Rounds of which the best counts.
const ROUNDS: usize = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let rows = features();
    let means: Vec<Vec<f64>> = (0..CLUSTERS).map(|at| rows[at * DAYS / CLUSTERS].clone()).collect();
    let table = Table::of_rows(&rows);
    let fit = || Mixture::around(Covariance::Full, means.clone(), 1.0).fitted(&table, STEPS, RIDGE).0;
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("regime_fit", |bench| bench.iter(&fit));
    criterion.final_summary();
    let ours = (0..ROUNDS).map(|_| time(fit)).min().unwrap_or(Duration::MAX).as_secs_f64();
    let likelihood = fit().log_likelihood(&table) / DAYS as f64;
    println!("| program | best of {ROUNDS} | ours / it | mean log-likelihood |\n|---|---|---|---|");
    println!("| ours | {:.2} ms | 1 | {likelihood:.9} |", ours * 1e3);
    for (name, seconds, theirs) in peers(&means, &rows)? {
        println!("| {name} | {:.2} ms | {:.2} | {theirs:.9} |", seconds * 1e3, ours / seconds);
        if (theirs - likelihood).abs() > 1e-6 {
            return Err(format!("{name} ends at another likelihood: {theirs}").into());
        }
    }
    Ok(())
}

/// Name, seconds, log-likelihood.
type Peer = (String, f64, f64);

/// The programs of `regime_fit.py` with their times and likelihoods; none where Python or numpy is missing.
fn peers(means: &[Vec<f64>], rows: &[Vec<f64>]) -> Result<Vec<Peer>, Box<dyn Error>> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("regime_fit.f64");
    let bytes: Vec<u8> = means.iter().chain(rows).flatten().flat_map(|value| value.to_le_bytes()).collect();
    std::fs::write(&path, bytes)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("regime_fit.py");
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(python).arg(script).arg(&path).arg(STEPS.to_string()).arg(RIDGE.to_string()).output();
    let Some(output) = output.ok().filter(|output| output.status.success()) else {
        println!("no Python with numpy: our time alone");
        return Ok(Vec::new());
    };
    let text = String::from_utf8(output.stdout)?;
    let line = |line: &str| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.parse().ok()?, words.next()?.parse().ok()?))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Three window features of the panel's mean, each with mean 0 and variance 1.
fn features() -> Vec<Vec<f64>> {
    let panel = Panel::synthetic(20, DAYS + WINDOW);
    let change = |day: usize| {
        let pairs = panel.row(day - 1).iter().zip(panel.row(day));
        mean(&pairs.map(|(before, after)| exact::ln(after / before)).collect::<Vec<f64>>()).unwrap_or(0.0)
    };
    let returns: Vec<f64> = (1..panel.days()).map(change).collect();
    let mut columns = vec![Vec::new(), Vec::new(), Vec::new()];
    for window in returns.windows(WINDOW).take(DAYS) {
        let (mut level, mut peak, mut fall) = (0.0_f64, 0.0_f64, 0.0_f64);
        for value in window {
            level += value;
            peak = peak.max(level);
            fall = fall.max(peak - level);
        }
        let figures = [deviation(&window[WINDOW - 21..]), deviation(window), fall];
        columns.iter_mut().zip(figures).for_each(|(column, figure)| column.push(figure));
    }
    for column in &mut columns {
        let (middle, spread) = (mean(column).unwrap_or(0.0), deviation(column));
        column.iter_mut().for_each(|value| *value = (*value - middle) / spread);
    }
    (0..DAYS).map(|day| columns.iter().map(|column| column[day]).collect()).collect()
}

fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values).unwrap_or(0.0);
    let squares: Vec<f64> = values.iter().map(|value| (value - middle) * (value - middle)).collect();
    (sum(&squares) / (values.len() - 1) as f64).sqrt()
}

fn time<T>(work: impl Fn() -> T) -> Duration {
    let began = Instant::now();
    black_box(work());
    began.elapsed()
}
