//! The worlds of a battery: scenarios with their tapes, in which any subject can be put.
//!
//! A resampled world keeps the beginning of its tape as history and draws every later day anew, for all names at once,
//! in blocks of random length (Politis and Romano 1994): the next source day is the one after the last with probability
//! `1 − 1/block_days`, else any day of the tape.

use std::path::Path;

use domain::digest::{CanonicalBytes, Digest};
use domain::seed::{Seed, Streams};
use domain::tape::Tape;
use judge::evidence::Part;
use replay::scenario::Scenario;
use toml::Table;

use super::file::{BatteryFile, Resampling, Window};
use crate::error::CliError;
use crate::library::Library;
use crate::market;
use crate::reference_config::laid_over;
use crate::root::Root;

/// A world of the battery.
#[derive(Clone, Debug)]
pub struct World {
    /// The part that it belongs to.
    pub part: Part,
    /// Its name in evidence.
    pub name: String,
    /// The market on which it trades.
    pub market: String,
    /// The scenario; its system is a base for the subject's.
    pub scenario: Scenario,
    /// Its facts.
    pub tape: Tape,
    /// Keys laid over every subject's config.
    pub over: Table,
    /// Days of the future that a system is shown here: none, except in a control.
    pub peek_days: u32,
}

/// A battery with its worlds.
#[derive(Clone, Debug)]
pub struct Battery {
    /// The file.
    pub file: BatteryFile,
    /// Its worlds, in the order of evidence.
    pub worlds: Vec<World>,
    /// The digest of the file and of every world and tape.
    pub digest: Digest,
}

impl Battery {
    /// Loads a battery by its name.
    ///
    /// # Errors
    /// [`CliError`] for a battery, a case or a tape that cannot be used.
    pub fn load(root: &Root, name: &str) -> Result<Self, CliError> {
        let (file, text) = BatteryFile::read(root, name)?;
        let mut worlds = Vec::new();
        for window in &file.historical {
            worlds.push(historical(root, window)?.under(&file.rules_of(window)));
        }
        for resampling in &file.bootstrap {
            let rules = file.rules_of_case(&resampling.case);
            worlds.extend(resampled(root, resampling)?.into_iter().map(|world| world.under(&rules)));
        }
        let stressed = stressed(&file, &worlds);
        worlds.extend(stressed);
        let mut bytes = CanonicalBytes::new();
        bytes.put_text("prometheus battery v1").put_text(&text);
        for world in &worlds {
            bytes.put_text(world.part.name()).put_text(&world.name);
            bytes.put_bytes(&world.scenario.world_digest().0).put_bytes(&world.tape.digest().0);
        }
        Ok(Self { digest: Digest::of(bytes.as_slice()), file, worlds })
    }

    /// The historical world of a window.
    #[must_use]
    pub fn window(&self, name: &str) -> Option<&World> {
        window(&self.worlds, name)
    }
}

/// The world of a stretch of history.
///
/// # Errors
/// [`CliError`] for a case or a tape that cannot be used.
pub fn historical(root: &Root, window: &Window) -> Result<World, CliError> {
    let mut scenario = Library::of(root).case(&window.case)?;
    let market = &mut scenario.market;
    market.history_from = window.history_from.or(market.history_from);
    market.first_day = window.first_day.unwrap_or(market.first_day);
    market.last_day = window.last_day.unwrap_or(market.last_day);
    let tape = market::load(root, &scenario)?;
    let last = tape.days().iter().rev().find(|day| **day <= scenario.market.last_day);
    // A window may end on a holiday; the run ends on the trading day before.
    scenario.market.last_day = last.copied().unwrap_or(scenario.market.last_day);
    let market = scenario.market.calendar.clone();
    Ok(World {
        part: Part::Historical,
        name: window.name.clone(),
        market,
        scenario,
        tape,
        over: Table::new(),
        peek_days: 0,
    })
}

/// The worlds of a resampling, one for each seed.
///
/// # Errors
/// [`CliError`] for a case or a tape that cannot be used, and a tape that is too short or tied to its dates.
pub fn resampled(root: &Root, resampling: &Resampling) -> Result<Vec<World>, CliError> {
    let case = &resampling.case;
    let scenario = Library::of(root).case(case)?;
    let tape = market::load(root, &scenario)?;
    let worlds = resampling.seeds.iter().map(|seed| one_resampled(&scenario, &tape, resampling, *seed));
    worlds.collect::<Result<Vec<World>, String>>().map_err(|what| {
        CliError::bad_input(format!("bootstrap of {case}: {what}"), "choose another case or fewer days")
    })
}

/// One resampled world of a scenario and its tape.
///
/// # Errors
/// Why the tape cannot be drawn anew, in words.
pub fn one_resampled(scenario: &Scenario, tape: &Tape, how: &Resampling, seed: u64) -> Result<World, String> {
    let (first, days) = (how.history_days as usize, how.days as usize);
    let sources = sources(Seed(seed), tape.days().len(), days, how.block_days);
    if tape.days().len() < first + days {
        return Err(format!(
            "{} days of history and {} drawn days, and its tape has {}",
            first,
            days,
            tape.days().len()
        ));
    }
    let tape = tape.resampled(first, &sources).map_err(|error| error.to_string())?;
    let mut scenario = scenario.clone();
    scenario.seed = Seed(seed);
    let (begin, end) = (tape.days().first(), tape.days().last());
    scenario.market.history_from = begin.copied();
    scenario.market.first_day = tape.days().get(first).copied().ok_or("no day is drawn")?;
    scenario.market.last_day = end.copied().ok_or("no day is drawn")?;
    let (market, name) = (scenario.market.calendar.clone(), format!("{}~{seed}", how.case));
    Ok(World { part: Part::Bootstrap, name, market, scenario, tape, over: Table::new(), peek_days: 0 })
}

/// Source days of a stationary bootstrap over days 1 to `known − 1`.
fn sources(seed: Seed, known: usize, days: usize, block_days: f64) -> Vec<usize> {
    let streams = Streams::new(seed);
    let span = (known - 1) as f64;
    let mut at = 0;
    (0..days as u64)
        .map(|day| {
            let fresh = day == 0 || streams.uniform(&["battery", "block ends"], day) < 1.0 / block_days;
            let drawn = || (streams.uniform(&["battery", "block begins"], day) * span) as usize;
            at = if fresh { drawn() } else { (at + 1) % (known - 1) };
            at + 1
        })
        .collect()
}

impl World {
    /// The world with the firm's own rules laid over its reference config.
    #[must_use]
    pub fn under(mut self, rules: &Table) -> Self {
        let config = &mut self.scenario.system.config;
        *config = laid_over(config, rules);
        self
    }

    /// The same world under the stress that `part` stands for, as the battery's file has it.
    #[must_use]
    pub fn stressed(&self, part: Part, file: &BatteryFile) -> Self {
        let mut world = Self { part, ..self.clone() };
        match part {
            Part::Ablated => {
                if let Some(ablation) = &file.ablation {
                    world.over.clone_from(&ablation.config);
                }
            }
            Part::Costlier => world.multiply_costs(file.cost_stress.as_ref().map_or(1.0, |stress| stress.multiple)),
            Part::Larger => {
                world.scenario.account.cash *= file.capacity.as_ref().map_or(1.0, |stress| stress.multiple);
            }
            Part::Historical | Part::Bootstrap => {}
        }
        world
    }

    /// Costs and slippage as a multiple.
    pub fn multiply_costs(&mut self, multiple: f64) {
        self.scenario.execution.cost_bps *= multiple;
        self.scenario.execution.slippage_bps *= multiple;
    }
}

/// The stressed worlds that the file asks for, in the order of evidence.
fn stressed(file: &BatteryFile, worlds: &[World]) -> Vec<World> {
    let windows = |part: Part| match part {
        Part::Ablated => file.ablation.as_ref().map(|ablation| &ablation.windows),
        Part::Costlier => file.cost_stress.as_ref().map(|stress| &stress.windows),
        Part::Larger => file.capacity.as_ref().map(|stress| &stress.windows),
        Part::Historical | Part::Bootstrap => None,
    };
    let named =
        Part::ALL.into_iter().flat_map(|part| windows(part).into_iter().flatten().map(move |name| (part, name)));
    let world = |(part, name): (Part, &String)| Some(window(worlds, name)?.stressed(part, file));
    named.filter_map(world).collect()
}

/// The historical world of a window.
fn window<'w>(worlds: &'w [World], name: &str) -> Option<&'w World> {
    worlds.iter().find(|world| world.part == Part::Historical && world.name == name)
}

/// The name of the tape's folder, for whoever checks its data.
#[must_use]
pub fn tape_name(world: &World) -> String {
    let tape = &world.scenario.market.tape;
    Path::new(tape).file_name().map_or_else(|| tape.clone(), |name| name.to_string_lossy().into_owned())
}
