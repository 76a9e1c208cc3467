//! Worlds for runs of the same config twice: short histories drawn anew, each replayed on two seeds.
//!
//! A run of the same config twice (an A/A run) is put together from the pool like the evidence of a candidate: so many
//! worlds for its historical part, so many for its resampled one, and the stressed runs of some of the former. Every
//! world of the pool is drawn from its own seed and used in as few runs as the pool's size allows. Drawn worlds have no
//! volumes, so more capital would change nothing in them: that stress is laid on the battery's own windows, on several seeds.

use domain::seed::Streams;
use domain::tape::Tape;
use judge::evidence::side::Side;
use judge::evidence::{Part, Run};
use replay::scenario::Scenario;

use super::evidence::Arena;
use super::file::Resampling;
use super::subject::SubjectFile;
use super::worlds::{World, one_resampled};
use crate::error::CliError;
use crate::library::Library;
use crate::market;
use crate::parallel::in_parallel;
use crate::root::Root;

/// What the worlds are drawn from: a case of each market, and how many of twenty worlds are of it.
const SOURCES: [(&str, usize); 2] = [("v2-us-1990-2022", 17), ("v2-fx-1999-2026", 3)];
/// Two years of history as it was, then two years drawn anew.
const HISTORY_DAYS: u32 = 504;
const DAYS: u32 = 504;
const BLOCK_DAYS: f64 = 21.0;
/// The first seed; the battery's own are far below.
const FIRST_SEED: u64 = 1_000_000;
/// Added to the seed of the second of two runs.
const OTHER_SEED: u64 = 500_000_000;

/// One world with both runs of it, plain and stressed.
#[derive(Clone, Debug)]
pub struct Pooled {
    market: String,
    name: String,
    plain: [Side; 2],
    stressed: Vec<(Part, [Side; 2])>,
}

/// The pool, by market, beside the windows that are tried with more capital.
#[derive(Clone, Debug)]
pub struct Pool {
    markets: Vec<Vec<Pooled>>,
    larger: Vec<Pooled>,
}

impl Pool {
    /// Replays a pool of `worlds` worlds with one config on two seeds; `tell` hears of each world.
    ///
    /// # Errors
    /// [`CliError`] for a case or a tape that cannot be used, and a replay that stops.
    pub fn fill(root: &Root, arena: &Arena<'_>, worlds: usize, tell: &(dyn Fn(&str) + Sync)) -> Result<Self, CliError> {
        let mut sources = Vec::new();
        for (case, of_twenty) in SOURCES {
            let scenario = Library::of(root).case(case)?;
            let tape = market::load(root, &scenario)?;
            sources.push((scenario, tape, (worlds * of_twenty / 20).max(HISTORICAL + BOOTSTRAPS)));
        }
        let wanted: Vec<(usize, u64)> = sources
            .iter()
            .enumerate()
            .flat_map(|(source, (.., count))| (0..*count as u64).map(move |at| (source, at)))
            .collect();
        let filled = in_parallel(arena.jobs, &wanted, |(source, at)| {
            let (scenario, tape, _) = &sources[*source];
            let pooled = one(arena, scenario, tape, FIRST_SEED + at);
            tell(&format!("{} {at}", scenario.market.calendar));
            Ok::<_, CliError>((*source, pooled?))
        });
        let mut markets = vec![Vec::new(); SOURCES.len()];
        for one in filled {
            let (source, pooled) = one?;
            markets[source].push(pooled);
        }
        Ok(Self { markets, larger: larger(arena)? })
    }

    /// The runs of A/A number `at`: historical worlds and resampled ones, with the stressed runs of the former.
    #[must_use]
    pub fn draw(&self, at: u64, streams: Streams) -> Vec<Run> {
        let [us, fx] = [&self.markets[0], &self.markets[1]];
        let from = |pool: &[Pooled], count: usize, name: &str| {
            let start = (streams.uniform(&["pool", name], at) * pool.len() as f64) as usize;
            let count = if pool.is_empty() { 0 } else { count };
            (0..count).map(|step| (start + step * step_of(pool.len())) % pool.len()).collect::<Vec<usize>>()
        };
        let drawn = from(us, HISTORICAL + BOOTSTRAPS, "us");
        let (historical, bootstraps) = drawn.split_at(HISTORICAL);
        let mut runs: Vec<Run> = historical.iter().map(|at| us[*at].run(Part::Historical)).collect();
        runs.extend(from(fx, 1, "fx").iter().map(|at| fx[*at].run(Part::Historical)));
        runs.extend(bootstraps.iter().map(|at| us[*at].run(Part::Bootstrap)));
        let windows = from(&self.larger, 1, "larger");
        let windows: Vec<&Pooled> = windows.iter().filter_map(|at| self.larger.get(*at)).collect();
        runs.extend(windows.iter().map(|window| window.run(Part::Historical)));
        for part in [Part::Ablated, Part::Costlier] {
            runs.extend(historical.iter().take(STRESSED).filter_map(|at| us[*at].stressed(part)));
        }
        runs.extend(windows.iter().filter_map(|window| window.stressed(Part::Larger)));
        runs
    }
}

/// Worlds of a run, beside one of the second market.
const HISTORICAL: usize = 10;
const BOOTSTRAPS: usize = 6;
const STRESSED: usize = 3;

/// A step that meets every world of a pool before one twice: near the golden section, and prime to the length.
fn step_of(length: usize) -> usize {
    let divides = |mut a: usize, mut b: usize| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a == 1
    };
    let near = (length as f64 * 0.618) as usize;
    (near.max(1)..=near + length).find(|step| divides(*step, length)).unwrap_or(1)
}

impl Pooled {
    fn run(&self, part: Part) -> Run {
        let [baseline, candidate] = self.plain.clone();
        Run { part, case: self.name.clone(), market: self.market.clone(), candidate, baseline }
    }

    fn stressed(&self, part: Part) -> Option<Run> {
        let (_, [baseline, candidate]) = self.stressed.iter().find(|(known, _)| *known == part)?;
        let (candidate, baseline) = (candidate.clone(), baseline.clone());
        Some(Run { part, case: self.name.clone(), market: self.market.clone(), candidate, baseline })
    }
}

fn one(arena: &Arena<'_>, scenario: &Scenario, tape: &Tape, seed: u64) -> Result<Pooled, CliError> {
    let how = Resampling {
        case: scenario.name.clone(),
        history_days: HISTORY_DAYS,
        days: DAYS,
        block_days: BLOCK_DAYS,
        seeds: vec![seed],
    };
    let file = &arena.battery.file;
    let world = one_resampled(scenario, tape, &how, seed).map_err(CliError::defect)?;
    let world = world.under(&file.rules_of_case(&scenario.name));
    let plain = twice(arena, &world)?;
    let mut stressed = Vec::new();
    for part in [Part::Ablated, Part::Costlier] {
        stressed.push((part, twice(arena, &world.stressed(part, file))?));
    }
    Ok(Pooled { market: world.market, name: world.name, plain, stressed })
}

/// The battery's windows that are tried with more capital, each on several pairs of seeds.
fn larger(arena: &Arena<'_>) -> Result<Vec<Pooled>, CliError> {
    const PAIRS: u64 = 6;
    let file = &arena.battery.file;
    let windows = file.capacity.iter().flat_map(|stress| &stress.windows).filter_map(|name| arena.battery.window(name));
    let wanted: Vec<(&World, u64)> = windows.flat_map(|world| (0..PAIRS).map(move |pair| (world, pair))).collect();
    let filled = in_parallel(arena.jobs, &wanted, |(world, pair)| {
        let mut world = (*world).clone();
        world.scenario.seed.0 = world.scenario.seed.0.wrapping_add(FIRST_SEED + pair);
        let (plain, more) = (twice(arena, &world)?, twice(arena, &world.stressed(Part::Larger, file))?);
        let (market, name) = (world.market, world.name);
        Ok::<_, CliError>(Pooled { market, name, plain, stressed: vec![(Part::Larger, more)] })
    });
    filled.into_iter().collect()
}

/// The reference on two seeds. The second is called by the first's seed: which seed chance came from is what such a run
/// varies, and no reason to refuse it.
fn twice(arena: &Arena<'_>, world: &World) -> Result<[Side; 2], CliError> {
    let reference = SubjectFile::reference();
    let first = arena.side(world, &reference)?;
    let mut other = world.clone();
    other.scenario.seed.0 = other.scenario.seed.0.wrapping_add(OTHER_SEED);
    let mut second = arena.side(&other, &reference)?;
    second.origin.seed = first.origin.seed;
    Ok([first, second])
}
