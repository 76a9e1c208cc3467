//! The cost of job A for each instrument-day, from 50 to 2,000 instruments and from 1 to 40 years.
//!
//! `cargo bench -p benches --bench scaling` prints two tables. A constant column means that twice the panel takes
//! twice the time. A day also costs something that does not depend on its width (its frame, its digest, its mark),
//! which a narrow panel shows; the straight line under the first table tells the two apart.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::ours::{Job, in_memory};
use benches::panel::Panel;

/// Trading days in a year.
const YEAR: usize = 252;
/// Each size is measured at least this often, and until the time below has passed; the best counts.
const ROUNDS: usize = 5;
const MEASURED: Duration = Duration::from_millis(400);

fn main() -> Result<(), Box<dyn Error>> {
    println!("job A, journal and digests in memory: nanoseconds for each instrument-day\n");
    println!("| instruments | years | days | time | ns per instrument-day |");
    println!("|---|---|---|---|---|");
    let mut points = Vec::new();
    for width in [50, 100, 200, 500, 1000, 2000] {
        let best = line(width, 10)?;
        points.push((width as f64, best.as_nanos() as f64 / (10 * YEAR) as f64));
    }
    let (day, instrument) = straight(&points);
    println!("| a day costs |  |  | {day:.0}ns, and for each instrument | {instrument:.2} |");
    println!("|  |  |  |  |  |");
    for years in [1, 2, 5, 10, 20, 40] {
        line(500, years)?;
    }
    Ok(())
}

fn line(width: usize, years: usize) -> Result<Duration, Box<dyn Error>> {
    let days = years * YEAR;
    let tape = Panel::synthetic(width, days).tape()?;
    let (mut best, mut rounds, began) = (Duration::MAX, 0, Instant::now());
    while rounds < ROUNDS || began.elapsed() < MEASURED {
        let start = Instant::now();
        black_box(in_memory(Job::A, &tape)?);
        best = best.min(start.elapsed());
        rounds += 1;
    }
    let cost = best.as_nanos() as f64 / (width * days) as f64;
    println!("| {width} | {years} | {days} | {best:.2?} | {cost:.2} |");
    Ok(best)
}

/// Height at zero and slope of the straight line through the points that is nearest to each relative to its height:
/// the narrow panels count as much as the wide ones.
fn straight(points: &[(f64, f64)]) -> (f64, f64) {
    let (mut one, mut x, mut xx, mut y, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (at, height) in points {
        let weight = 1.0 / (height * height);
        one += weight;
        x += weight * at;
        xx += weight * at * at;
        y += weight * height;
        xy += weight * at * height;
    }
    let slope = (one * xy - x * y) / (one * xx - x * x);
    ((y - slope * x) / one, slope)
}
