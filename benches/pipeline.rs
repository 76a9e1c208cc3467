//! Job P: the whole v2 pipeline on panel *synthetic*, all engines every day, the portfolio's programme every 21 days.
//!
//! `cargo bench -p benches --bench pipeline` replays 500 instruments over 2,520 days with the journal and its digests in
//! memory, then prints what a day is spent on and how the cost grows with days and with instruments. Time is that of
//! the thread's own CPU where the system counts it, with the wall clock beside it: a busy machine stretches the one
//! only. Names of engines as arguments print nothing else; `-- quick` leaves the growth out.
//!
//! The tape has closes, volumes, issuers and ten sectors, and neither fundamentals nor texts: profiles and the text
//! encoder look for them every day and find none.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use benches::panel::Panel;
use domain::tape::Tape;
use journal::journal::Journal;
use replay::run::{SystemIdentity, replay_in_memory};
use replay::scenario::Scenario;
use v2::config::EngineConfig;
use v2::system::{V2Config, V2System};

const WIDTH: usize = 500;
const DAYS: usize = 2520;
/// The floor that the job must reach, instrument-days per second of one core.
const FLOOR: f64 = 300_000.0;
/// Days after which every trailing window is full.
const FILLED: usize = 840;
/// Measurements of each line; the best counts.
const ROUNDS: usize = 3;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let quick = std::env::args().any(|argument| argument == "quick");
    job(quick)?;
    stages()?;
    if !quick {
        println!("\n| instruments | days | CPU | us per instrument-day | peak so far |\n|---|---|---|---|---|");
        growth("instruments", &[125, 250, 500].map(|width| (width, DAYS)))?;
        days()?;
    }
    Ok(())
}

/// The job itself.
fn job(quick: bool) -> Result<(), Failure> {
    let tape = Panel::synthetic(WIDTH, DAYS).market_tape()?;
    let before = peak_megabytes();
    let mut best = Spent { cpu: Duration::MAX, wall: Duration::MAX };
    for _ in 0..if quick { 1 } else { ROUNDS } {
        let (journal, spent) = spent_on(|| run(&tape, V2System::new(config(WIDTH)?)?))?;
        println!("{} events, digest {}", journal.manifest.events, journal.manifest.digest.short());
        best = best.less(spent);
    }
    let rate = |spent: Duration| (WIDTH * DAYS) as f64 / spent.as_secs_f64();
    println!(
        "| job | instruments x days | CPU | wall | instrument-days/s of CPU | of wall | floor | peak, tape alone |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    println!(
        "| P | {WIDTH} x {DAYS} | {:.2?} | {:.2?} | {:.0} | {:.0} | {FLOOR:.0} | {:.0} MB, {before:.0} MB |",
        best.cpu,
        best.wall,
        rate(best.cpu),
        rate(best.wall),
        peak_megabytes()
    );
    Ok(())
}

/// What a day is spent on: CPU between one stage and the next.
fn stages() -> Result<(), Failure> {
    let tape = Panel::synthetic(WIDTH, DAYS).market_tape()?;
    let book: Rc<RefCell<Book>> = Rc::default();
    let heard = Rc::clone(&book);
    let system = V2System::new(config(WIDTH)?)?.followed(Box::new(move |stage| heard.borrow_mut().note(stage)));
    book.borrow_mut().note("building");
    black_box(run(&tape, system)?);
    book.borrow_mut().note("trading and journal");
    println!("\n| stage | times | CPU | us per instrument-day |\n|---|---|---|---|");
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / (WIDTH * DAYS) as f64;
    let book = book.borrow();
    let stages = || book.spent.iter().filter(|(stage, _)| **stage != "building");
    for (stage, (times, spent)) in stages() {
        println!("| {stage} | {times} | {spent:.2?} | {:.3} |", each(*spent));
    }
    let total: Duration = stages().map(|(_, (_, spent))| *spent).sum();
    println!("| all |  | {total:.2?} | {:.3} |", each(total));
    Ok(())
}

/// What a further day costs. The first days are cheaper: the trailing windows are still filling, so the cost of all
/// days is no straight line. From the first full window on it is, and the exponent is that of the cost after it.
fn days() -> Result<(), Failure> {
    println!("\n| instruments | days | CPU | us per further instrument-day |\n|---|---|---|---|");
    let begin = (FILLED, least_cpu(WIDTH, FILLED)?);
    println!("| {WIDTH} | {FILLED} | {:.2} s | windows full from here on |", begin.1);
    let (mut before, mut points) = (begin, Vec::new());
    for days in [1260, 1890, DAYS] {
        let cost = least_cpu(WIDTH, days)?;
        let each = (cost - before.1) * 1e6 / (WIDTH * (days - before.0)) as f64;
        println!("| {WIDTH} | {days} | {cost:.2} s | {each:.3} |");
        points.push(((days - begin.0) as f64, cost - begin.1));
        before = (days, cost);
    }
    println!("| cost after {FILLED} days grows with days to the power |  | {:.2} |  |", exponent(&points));
    Ok(())
}

/// The least CPU of a few runs, in seconds.
fn least_cpu(width: usize, days: usize) -> Result<f64, Failure> {
    let tape = Panel::synthetic(width, days).market_tape()?;
    let mut best = Spent { cpu: Duration::MAX, wall: Duration::MAX };
    for _ in 0..ROUNDS {
        best = best.less(spent_on(|| run(&tape, V2System::new(config(width)?)?))?.1);
    }
    Ok(best.cpu.as_secs_f64())
}

/// A line for each size, and the exponent that a straight line through their logarithms has.
fn growth(what: &str, sizes: &[(usize, usize)]) -> Result<(), Failure> {
    let mut points = Vec::new();
    for (width, days) in sizes.iter().copied() {
        let cost = least_cpu(width, days)?;
        let each = cost * 1e6 / (width * days) as f64;
        println!("| {width} | {days} | {cost:.2} s | {each:.3} | {:.0} MB |", peak_megabytes());
        points.push((width as f64, cost));
    }
    println!("| time grows with {what} to the power | {:.2} |  |  |  |", exponent(&points));
    Ok(())
}

fn run(tape: &Tape, mut system: V2System) -> Result<Journal, Failure> {
    let identity = SystemIdentity {
        name: "v2".into(),
        version: v2::VERSION.into(),
        config_digest: domain::digest::Digest::of(b"the config of job P"),
    };
    let scenario = Scenario::parse(SCENARIO, "pipeline.toml")?;
    Ok(replay_in_memory(&scenario, &identity, tape, &mut system)?)
}

/// The reference config for shares of the United States, wide open: every instrument may be a member.
fn config(width: usize) -> Result<V2Config, Failure> {
    let mut document: toml::Table = toml::from_str(include_str!("../scenarios/configs/us-equity.toml"))?;
    let mut set = |table: &str, key: &str, value: toml::Value| {
        let table = document.get_mut("config").and_then(|config| config.get_mut(table));
        table.and_then(|table| table.as_table_mut()).map(|table| table.insert(key.into(), value))
    };
    set("universe", "max_universe_size", i64::try_from(width)?.into());
    set("universe", "sector_max_names", i64::try_from(width)?.into());
    set("universe", "min_liquidity_adv", 1_000.into());
    set("universe", "min_price", 0.01.into());
    set("portfolio", "per_instrument_max_weight", 0.05.into());
    let config: V2Config = document.remove("config").ok_or("the reference config has no table `config`")?.try_into()?;
    config.check()?;
    Ok(config)
}

const SCENARIO: &str = r#"
    format = 1
    name = "pipeline"
    purpose = "Fixed work for the benches."
    seed = 1
    [market]
    tape = "synthetic"
    calendar = "tape"
    price_basis = "raw"
    first_day = "1970-01-01"
    last_day = "2069-12-31"
    [account]
    currency = "USD"
    cash = 1_000_000
    [system]
    name = "v2"
    [execution]
    fill = "next-close"
    slippage_bps = 5
    cost_bps = 2
    max_participation_rate = 0.10
"#;

/// CPU by stage; wall time where the system counts no CPU. The system counts in ticks, so only sums over many days
/// say anything.
#[derive(Default)]
struct Book {
    at: Duration,
    spent: BTreeMap<&'static str, (u32, Duration)>,
}

impl Book {
    fn note(&mut self, stage: &'static str) {
        let now = thread_cpu().unwrap_or_else(|| BEGIN.with(Instant::elapsed));
        let (times, spent) = self.spent.entry(stage).or_default();
        *times += 1;
        *spent += now.saturating_sub(self.at);
        self.at = now;
    }
}

thread_local! {
    static BEGIN: Instant = Instant::now();
}

#[derive(Clone, Copy)]
struct Spent {
    cpu: Duration,
    wall: Duration,
}

impl Spent {
    fn less(self, other: Self) -> Self {
        Self { cpu: self.cpu.min(other.cpu), wall: self.wall.min(other.wall) }
    }
}

fn spent_on<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, Spent), Failure> {
    let (cpu, start) = (thread_cpu(), Instant::now());
    let answer = black_box(work()?);
    let wall = start.elapsed();
    let cpu = thread_cpu().zip(cpu).map_or(wall, |(after, before)| after.saturating_sub(before));
    Ok((answer, Spent { cpu, wall }))
}

/// What the thread has spent on a CPU; `None` where the system does not say.
fn thread_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The most memory that the process has held; NaN where the system does not say.
fn peak_megabytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes * 1024.0 / 1e6)
}

/// The slope of a least-squares line through the logarithms.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.log2(), y.log2())).collect();
    let count = logs.len() as f64;
    let (x, y) = logs.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
    let (up, down) = logs.iter().fold((0.0, 0.0), |(up, down), point| {
        (up + (point.0 - x) * (point.1 - y), down + (point.0 - x) * (point.0 - x))
    });
    up / down
}
