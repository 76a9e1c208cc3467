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
//! and is tried again on the next day.

mod config;
mod engines;
mod tell;

use domain::book::BookView;
use domain::decision::{Decision, TargetWeight};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::{Abstention, EngineReport, Verdict};
use domain::state::Saved;
use domain::system::{DecisionSystem, StateError, Today};
use domain::view::View;

use crate::column::Column;
use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::portfolio::output::{Infeasible, PortfolioOutput};
use crate::portfolio::risk::ScenarioLosses;
use crate::portfolio::{Portfolio, PortfolioInput};
use crate::stability::SoftTargetClass;
use crate::synthetic::ScenarioSet;
pub use config::V2Config;
use engines::{Chosen, Engines, Watched};
use tell::report;

/// The name of the system, and of its state in messages.
const SYSTEM: &str = "v2";

/// All engines of v2 behind the one face.
pub struct V2System {
    config: V2Config,
    /// Built on the first day, when the seed of the run is known, or from a saved state.
    engines: Option<Engines>,
    /// Told the name of each stage when it is done.
    after: Box<dyn FnMut(&'static str)>,
    /// Room for the bytes that are digested.
    room: CanonicalBytes,
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
        Ok(Self { config, engines: None, after: Box::new(|_| ()), room: CanonicalBytes::new() })
    }

    /// The same system; `after` hears the name of each stage of a day when it is done: `trading and journal`, which
    /// is what happened since the last decision, `windows`, the engines, `report`. For whoever measures what a day is spent on: the engines themselves know no clock.
    #[must_use]
    pub fn followed(mut self, after: Box<dyn FnMut(&'static str)>) -> Self {
        self.after = after;
        self
    }
}

impl DecisionSystem for V2System {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let seed = today.streams.seed();
        if self.engines.is_none() {
            self.engines = Engines::new(&self.config, seed).ok();
        }
        let after = self.after.as_mut();
        after("trading and journal");
        let nothing = || Abstention::MissingInput { input: "a state of this run's seed".to_owned() };
        let Some(engines) = self.engines.as_mut().filter(|engines| engines.seed == seed) else {
            return Decision::abstained(SYSTEM, nothing());
        };
        let view = today.view;
        let Some(watched) = engines.watch(&view, after) else { return Decision::abstained(SYSTEM, nothing()) };
        let chosen = engines.choose(&view, &watched, after);
        let due = engines.portfolio.due(&view);
        let mut reports = told(&watched, &chosen, due, &mut self.room);
        after("report");
        if !due {
            reports.push(EngineReport::plain(Portfolio::NAME, Verdict::Unchanged));
            return Decision { reports, ..Decision::default() };
        }
        let answer = decided(engines, &view, &today.book, &watched, &chosen);
        after(Portfolio::NAME);
        reports.push(portfolio_report(&answer, &mut self.room));
        after("report");
        Decision { reports, targets: targets(&answer), orders: Vec::new() }
    }

    fn save(&self) -> Vec<u8> {
        let mut bytes = CanonicalBytes::new();
        bytes.put_text(&self.config.config_id()).put_u8(u8::from(self.engines.is_some()));
        if let Some(engines) = &self.engines {
            bytes.put_u64(engines.seed.0);
            engines.save(&mut bytes);
        }
        bytes.into_vec()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        let torn = || StateError::new(SYSTEM, "its bytes end early or do not add up");
        let mut saved = Saved::new(state);
        if saved.text().ok_or_else(torn)? != self.config.config_id() {
            return Err(StateError::new(SYSTEM, "it was saved under another config"));
        }
        self.engines = None;
        if saved.u8().ok_or_else(torn)? == 1 {
            let seed = domain::seed::Seed(saved.u64().ok_or_else(torn)?);
            let mut engines = Engines::new(&self.config, seed).map_err(|_| torn())?;
            engines.restore(&mut saved).ok_or_else(torn)?;
            self.engines = Some(engines);
        }
        if saved.is_empty() { Ok(()) } else { Err(torn()) }
    }
}

/// The reports of all engines before the portfolio.
fn told(watched: &Watched, chosen: &Chosen, detailed: bool, room: &mut CanonicalBytes) -> Vec<EngineReport> {
    vec![
        report(crate::encoders::Encoders::NAME, &watched.encoders, detailed, room),
        report(crate::profiles::Profiles::NAME, &watched.profiles, detailed, room),
        report(crate::regime::Regime::NAME, &watched.regime, detailed, room),
        report(crate::synthetic::Synthetic::NAME, &watched.synthetic, detailed, room),
        report(crate::stability::Stability::NAME, &watched.stability, detailed, room),
        report(crate::fragility::Fragility::NAME, &watched.fragility, detailed, room),
        report(crate::assessment::Assessment::NAME, &chosen.assessment, detailed, room),
        report(crate::universe::Universe::NAME, &chosen.universe, detailed, room),
    ]
}

/// The portfolio's answer to today's scores and members.
fn decided(
    engines: &mut Engines,
    view: &View<'_>,
    book: &BookView<'_>,
    watched: &Watched,
    chosen: &Chosen,
) -> Answer<PortfolioOutput> {
    let horizon = engines.horizon_days;
    let scores = chosen.assessment.output.as_ref().ok().and_then(|scores| scores.horizon(horizon));
    let Some(scores) = scores else { return Answer::missing("assessment") };
    let Ok(universe) = &chosen.universe.output else { return Answer::missing("universe") };
    let stability = watched.stability.output.as_ref().ok();
    let soft: Option<Vec<bool>> = stability
        .map(|stability| stability.class.iter().map(|class| *class == Some(SoftTargetClass::SoftTarget)).collect());
    let losses = watched.synthetic.output.as_ref().ok().and_then(|scenarios| losses(&scenarios.0));
    let members: Vec<Instrument> = universe.members().collect();
    let columns: Vec<(&'static str, &Column)> = stability
        .map(|stability| vec![("stability_score", &stability.stability_score), ("liquidity", &stability.liquidity)])
        .unwrap_or_default();
    engines.portfolio.run(&PortfolioInput {
        view: *view,
        windows: &engines.windows,
        members: &members,
        expected_return: &scores.expected_return,
        current: &weights_held(view, book),
        soft_targets: soft.as_deref(),
        countries: None,
        scenarios: losses.as_ref(),
        stability: &columns,
    })
}

/// The shares of equity that are held, at today's closes; a position without a close today cannot be traded and is
/// left out.
fn weights_held(view: &View<'_>, book: &BookView<'_>) -> Vec<(Instrument, f64)> {
    let equity = book.equity.to_units();
    if equity <= 0.0 {
        return Vec::new();
    }
    let weight = |(instrument, quantity): (Instrument, domain::quantity::Quantity)| {
        let close = view.close(instrument)?;
        Some((instrument, close * quantity.to_units() / equity))
    };
    book.held().filter_map(weight).collect()
}

fn losses(set: &ScenarioSet) -> Option<ScenarioLosses> {
    ScenarioLosses::new(set.losses(0).len(), set.all_losses().to_vec())
}

/// The wanted portfolio, complete: what it does not name is sold. `None` leaves everything as it is.
fn targets(answer: &Answer<PortfolioOutput>) -> Option<Vec<TargetWeight>> {
    let target = answer.output.as_ref().ok()?.target.as_ref().ok()?;
    let held = target.weights.iter().filter(|(_, weight)| *weight != 0.0);
    Some(held.map(|(instrument, weight)| TargetWeight { instrument: *instrument, weight: *weight }).collect())
}

/// As any report; contradicting limits are an abstention.
fn portfolio_report(answer: &Answer<PortfolioOutput>, room: &mut CanonicalBytes) -> EngineReport {
    let mut told = report(Portfolio::NAME, answer, true, room);
    if let Ok(PortfolioOutput { target: Err(why), .. }) = &answer.output {
        let binding = match why {
            Infeasible::Conflict { binding, .. } => binding.join(","),
            Infeasible::NotSolved { residual } => format!("not solved, residual {residual:e}"),
        };
        told.verdict = Verdict::Abstained(Abstention::Infeasible { binding });
    }
    told
}

#[cfg(test)]
mod tests;
