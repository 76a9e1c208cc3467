//! The v2 system: all engines in the order of the day, behind the one face of a decision system.
//!
//! ```text
//! windows → encoders → profiles → regime → synthetic → stability → fragility alpha     every day, earlier days too
//!         → assessment → universe                                                       every day
//!         → portfolio and risk ⇒ target weights                                         every `every_days`
//! ```
//!
//! On the first day of a run the engines that watch the market walk through every earlier day of the tape, so a run
//! that begins in a crisis knows what calm was. An engine that cannot answer abstains with a reason; the engines
//! after it go on without it and say so by their coverage.
//!
//! A decision that fails (no scores, no universe, limits that contradict each other) leaves the portfolio as it is
//! and is tried again on the next day. Single instruments are told of on the day of a decision, on the day on which one
//! falls due and fails, and every `every_days` days after that for as long as it fails.

mod chain;
mod config;
mod day;
mod engines;
mod tell;

use domain::decision::Decision;
use domain::digest::CanonicalBytes;
use domain::report::{Abstention, EngineReport, Verdict};
use domain::state::Saved;
use domain::system::{DecisionSystem, StateError, Today};

use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::portfolio::Portfolio;
pub use config::V2Config;
use day::{Day, column_of, has_target, portfolio_report, targets, weights_held};
use engines::Engines;

/// The name of the system, and of its state in messages.
const SYSTEM: &str = "v2";
/// What is wrong with a state that cannot be read.
const TORN: &str = "its bytes end early or do not add up";

/// All engines of v2 behind the one face.
pub struct V2System {
    config: V2Config,
    /// Built on the first day, when the seed of the run is known, or from a saved state.
    engines: Option<Engines>,
    /// Told the name of each stage when it is done.
    after: Box<dyn FnMut(&'static str)>,
    /// Room for the bytes that are digested.
    room: CanonicalBytes,
    /// What the stages of today hand to each other, where they are asked one by one.
    staged: Option<chain::Staged>,
}

impl V2System {
    /// The system under `config`.
    ///
    /// # Errors
    /// [`ConfigError`] for values out of range and for engines that contradict each other.
    pub fn new(config: V2Config) -> Result<Self, ConfigError> {
        config.check()?;
        // Building once finds what only an engine itself can refuse.
        Engines::new(&config, domain::seed::Seed(0))?;
        Ok(Self { config, engines: None, after: Box::new(|_| ()), room: CanonicalBytes::new(), staged: None })
    }

    /// The same system; `after` hears the name of each stage of a day when it is done: `trading and journal`, which
    /// is what happened since the last decision, `windows`, the engines, `report`. For whoever measures what a day is spent on: the engines themselves know no clock.
    #[must_use]
    pub fn followed(mut self, after: Box<dyn FnMut(&'static str)>) -> Self {
        self.after = after;
        self
    }

    /// Today through all engines up to the assessment; `None` under another seed than that of the saved state.
    fn begin(&mut self, today: &Today<'_>) -> Option<Day> {
        let (seed, view) = (today.streams.seed(), today.view);
        if self.engines.is_none() {
            self.engines = Engines::new(&self.config, seed).ok();
        }
        let after = self.after.as_mut();
        after("trading and journal");
        let engines = self.engines.as_mut().filter(|engines| engines.seed == seed)?;
        let held = weights_held(&view, &today.book);
        let column = column_of(&held, view.instruments().len());
        let watched = engines.watch(&view, column.as_ref(), after)?;
        let assessment = engines.assess(&view, &watched, after);
        let due = engines.portfolio.due(&view);
        Some(Day { watched, assessment, universe: None, held, due })
    }

    fn take_up(&mut self, saved: &mut Saved<'_>) -> Result<(), StateError> {
        let torn = || StateError::new(SYSTEM, TORN);
        if saved.text().ok_or_else(torn)? != self.config.config_id() {
            return Err(StateError::new(SYSTEM, "it was saved under another config"));
        }
        (self.engines, self.staged) = (None, None);
        if saved.u8().ok_or_else(torn)? == 1 {
            let seed = domain::seed::Seed(saved.u64().ok_or_else(torn)?);
            let mut engines = Engines::new(&self.config, seed).map_err(|_| torn())?;
            engines.restore(saved).ok_or_else(torn)?;
            self.engines = Some(engines);
        }
        Ok(())
    }

    fn lay_down(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(&self.config.config_id()).put_u8(u8::from(self.engines.is_some()));
        if let Some(engines) = &self.engines {
            bytes.put_u64(engines.seed.0);
            engines.save(bytes);
        }
    }
}

/// Why a system of another seed answers nothing.
fn another_seed() -> Abstention {
    Abstention::MissingInput { input: "a state of this run's seed".to_owned() }
}

impl DecisionSystem for V2System {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let Some(mut day) = self.begin(today) else { return Decision::abstained(SYSTEM, another_seed()) };
        let (after, room) = (self.after.as_mut(), &mut self.room);
        let Some(engines) = &mut self.engines else { return Decision::abstained(SYSTEM, another_seed()) };
        day.universe = Some(engines.choose(&today.view, &day.watched, &day.assessment, after));
        if !day.due {
            let mut reports = day.reports(false, room);
            reports.push(EngineReport::plain(Portfolio::NAME, Verdict::Unchanged));
            after("report");
            return Decision { reports, ..Decision::default() };
        }
        let answer = match day.wish(engines.horizon_days) {
            Ok(wish) => day.lend(&engines.windows, today.view, &wish, |input| engines.portfolio.run(input)),
            Err(missing) => Answer::missing(missing),
        };
        after(Portfolio::NAME);
        let detailed = engines.tells_of_instruments(today.view.day_count() as u32, has_target(&answer));
        let mut reports = day.reports(detailed, room);
        reports.push(portfolio_report(&answer, detailed, room));
        after("report");
        Decision { reports, targets: targets(&answer), orders: Vec::new() }
    }

    fn save(&self) -> Vec<u8> {
        let mut bytes = CanonicalBytes::new();
        self.lay_down(&mut bytes);
        bytes.into_vec()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        let mut saved = Saved::new(state);
        self.take_up(&mut saved)?;
        if saved.is_empty() { Ok(()) } else { Err(StateError::new(SYSTEM, TORN)) }
    }
}

#[cfg(test)]
mod tests;
