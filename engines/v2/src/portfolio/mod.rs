//! Portfolio and risk: from expected returns to target weights, and what they can lose (engines-v2 §8).
//!
//! ```text
//! maximise   wᵀμ − λ·wᵀΣw − Cost(w, w0)      Σ = B·F·Bᵀ + D over the horizon
//! subject to Σw = budget, bounds, gross, leverage, turnover, soft targets, sectors, countries, factors, scenario ES
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`config`] | required keys and chosen numbers |
//! | [`covariance`], [`shrinkage`] | the factor model; closed-form shrinkage |
//! | [`problem`] | the programme in the plain space of weights |
//! | `build` | from config and inputs to a programme |
//! | [`qp`] | the one way to a solution: dual or interior point, polish, check |
//! | `dual`, `conic`, `polish`, [`kkt`], `conflict` | its steps, and phase 1 |
//! | `loosened` | the programme taken apart: without its limits, and the limits alone |
//! | [`risk`] | tails of history, of a Gaussian, of scenarios |
//! | [`caps`] | the earlier implementation's rule, as a reference |
//! | [`output`] | target portfolio and risk report |
//!
//! The answer is an optimal portfolio whose optimality is checked, or the constraints that contradict each other; where
//! the config says so, the contradiction is answered by cash, which is then named as such. A limit is never broken to
//! make a portfolio.
//!
//! Turnover is two-way, Σ|w − w0|. What cannot be avoided (names that left, drift beyond a bound, the first investment)
//! is granted on top of `turnover_limit` unless `turnover_counts_forced`; otherwise a portfolio could never begin.
//!
//! What is held and has no price today stays where it is: the others share what it leaves of the budget, of gross,
//! leverage, soft targets, sectors and countries, never less than nothing of each. Its factors are unknown and count for
//! none.
//!
//! Worked example: two instruments of equal specific variance 0.01, no common factor, μ = (0.02, 0.01), λ·H = 1: along
//! Σw = 1 the optimum has 0.02 − 0.02·w₁ = 0.01 − 0.02·w₂, so w = (0.75, 0.25):
//!
//! ```
//! use v2::portfolio::problem::{Measure, Problem, Row};
//! use v2::portfolio::qp::solve;
//! let budget = Row { name: "budget".into(), measure: Measure::Net, terms: vec![(0, 1.0), (1, 1.0)], constant: 0.0,
//!     limit: 1.0, equal: true };
//! let problem = Problem { mean: vec![0.02, 0.01], diagonal: vec![0.02; 2], current: vec![0.0; 2],
//!     linear_cost: vec![0.0; 2], quadratic_cost: vec![0.0; 2], lower: vec![0.0; 2], upper: vec![1.0; 2],
//!     rows: vec![budget], ..Problem::default() };
//! let solution = solve(&problem, None).unwrap();
//! assert!((solution.weights[0] - 0.75).abs() < 1e-12);
//! assert!(solution.certificate.residual() <= 1e-12);
//! ```

mod build;
pub mod caps;
pub mod config;
mod conflict;
mod conic;
pub mod covariance;
mod dual;
pub mod kkt;
pub mod linalg;
mod loosened;
pub mod output;
mod polish;
pub mod problem;
pub mod qp;
mod report;
pub mod risk;
pub mod shrinkage;
#[cfg(test)]
mod tests;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::{Abstention, Dropped};
use domain::state::Saved;
use domain::view::View;

use crate::column::Column;
use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::windows::Windows;
use build::Parts;
use config::{PortfolioConfig, WhenInfeasible};
use covariance::{FactorModel, Returns};
use output::{Infeasible, PortfolioOutput};
use qp::TailLimit;
use report::Decided;
use risk::ScenarioLosses;

/// What the engine is given on a day of decision.
#[derive(Clone, Copy, Debug)]
pub struct PortfolioInput<'a> {
    /// Today.
    pub view: View<'a>,
    /// The trailing windows, at today.
    pub windows: &'a Windows,
    /// The members of the universe, in any order.
    pub members: &'a [Instrument],
    /// Expected return over the config's `horizon_days`, by instrument.
    pub expected_return: &'a Column,
    /// The weights held, as shares of the account; names outside the universe are sold. What has no price today cannot
    /// be: it takes its part of the budget and of the limits.
    pub current: &'a [(Instrument, f64)],
    /// For each instrument whether its class is SOFT_TARGET; `None` when there are no classes.
    pub soft_targets: Option<&'a [bool]>,
    /// The country of each instrument; `None` takes the part of its market before the underscore.
    pub countries: Option<&'a [Option<String>]>,
    /// Scenario losses by path and instrument.
    pub scenarios: Option<&'a ScenarioLosses>,
    /// Stability columns whose means by weight stand in the risk report, by name.
    pub stability: &'a [(&'static str, &'a Column)],
}

/// The portfolio engine. Its state is the day of the last decision; everything else is recomputed.
#[derive(Clone, Debug)]
pub struct Portfolio {
    config: PortfolioConfig,
    last_decision: Option<u32>,
}

impl Portfolio {
    /// The engine under `config`.
    ///
    /// # Errors
    /// [`ConfigError`] for a value out of range.
    pub fn new(config: PortfolioConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config, last_decision: None })
    }

    /// Its config.
    #[must_use]
    pub const fn config(&self) -> &PortfolioConfig {
        &self.config
    }

    /// Whether a decision is due: none has been made, or `every_days` trading days have passed since.
    #[must_use]
    pub fn due(&self, view: &View<'_>) -> bool {
        let today = view.day_count() as u32;
        self.last_decision.is_none_or(|last| today >= last.saturating_add(self.config.shape.every_days))
    }

    /// The members that may be held, ascending, and those that may not.
    fn eligible(&self, input: &PortfolioInput<'_>) -> (Vec<Instrument>, Vec<Dropped>) {
        let mut members = input.members.to_vec();
        members.sort_unstable();
        members.dedup();
        let mut dropped = Vec::new();
        members.retain(|at| {
            let reason = self.refused(input, *at);
            dropped.extend(reason.map(|reason| Dropped { instrument: *at, reason: reason.into() }));
            reason.is_none()
        });
        (members, dropped)
    }

    fn refused(&self, input: &PortfolioInput<'_>, at: Instrument) -> Option<&'static str> {
        let Some(fact) = input.view.instruments().get(at.index()) else { return Some("unknown_instrument") };
        if !self.config.markets.contains(&fact.market) {
            return Some("other_market");
        }
        if fact.currency != self.config.base_currency {
            return Some("other_currency");
        }
        if input.view.close(at).is_none() {
            return Some("no_price");
        }
        if input.expected_return.get(at).is_none() {
            return Some("no_expected_return");
        }
        // A limit on losses that nobody knows would be none.
        let scenarios = self.config.scenario_es_limit.and(input.scenarios)?;
        (scenarios.known_share(at) < self.config.shape.min_path_share).then_some("few_scenario_paths")
    }

    /// The risk model of the eligible members; members without enough returns are dropped.
    fn model(
        &self,
        input: &PortfolioInput<'_>,
        members: &[Instrument],
        dropped: &mut Vec<Dropped>,
    ) -> Result<(Returns, FactorModel), Abstention> {
        if members.is_empty() {
            return Err(Abstention::NothingEligible);
        }
        let (returns, gaps) = Returns::of(input.windows, members, &self.config.covariance);
        if returns.days < self.config.covariance.min_days as usize {
            let (have, need) = (returns.days as u32, self.config.covariance.min_days);
            return Err(Abstention::ShortHistory { have, need });
        }
        dropped.extend(gaps.into_iter().map(|instrument| Dropped { instrument, reason: "short_history".into() }));
        dropped.sort_by_key(|dropped| dropped.instrument);
        let facts = input.view.instruments();
        let model = FactorModel::estimate(&returns, facts, input.windows, &self.config.covariance);
        let model = model.ok_or(Abstention::NothingEligible)?;
        // A limit on a factor that today's model does not have could not be held, so it is not passed over.
        let unknown = self.config.factor_limits.keys().find(|name| *name != "*" && !model.names.contains(name));
        match unknown {
            Some(name) => Err(Abstention::MissingInput { input: format!("factor {name}") }),
            None => Ok((returns, model)),
        }
    }

    /// Today's parts of the programme.
    fn parts<'a>(&'a self, input: &PortfolioInput<'a>, returns: &'a Returns, model: &'a FactorModel) -> Parts<'a> {
        Parts {
            config: &self.config,
            members: &returns.members,
            facts: input.view.instruments(),
            model,
            expected_return: input.expected_return,
            adv: &input.windows.today().adv_63,
            current: held(input, true),
            stuck: held(input, false),
            soft_targets: input.soft_targets,
            countries: input.countries,
        }
    }

    /// The limit of the scenarios, where there is one.
    fn tail_limit(&self, input: &PortfolioInput<'_>, returns: &Returns) -> Option<TailLimit> {
        let (limit, scenarios) = self.config.scenario_es_limit.zip(input.scenarios)?;
        let losses = scenarios.of_members(&returns.members);
        Some(TailLimit { losses, alpha: self.config.shape.es_alpha, limit })
    }

    fn decide(&self, input: &PortfolioInput<'_>, returns: &Returns, model: &FactorModel) -> PortfolioOutput {
        let parts = self.parts(input, returns, model);
        let case = parts.case();
        let tail_limit = self.tail_limit(input, returns);
        let decided = Decided { parts: &parts, case: &case, returns, input };
        let solved = qp::solve(&case.problem, tail_limit.as_ref());
        match (solved, self.config.shape.infeasible) {
            (Ok(solution), _) => decided.optimal(&solution),
            (Err(Infeasible::Conflict { binding, .. }), WhenInfeasible::Cash) => decided.cash(binding),
            (Err(why), _) => PortfolioOutput { target: Err(why), risk: None },
        }
    }
}

/// The weights held of names that can be traded today, or of those that cannot, because they have no price.
fn held(input: &PortfolioInput<'_>, tradable: bool) -> Vec<(Instrument, f64)> {
    let chosen = |(at, _): &&(Instrument, f64)| input.view.close(*at).is_some() == tradable;
    input.current.iter().filter(chosen).copied().collect()
}

impl Engine for Portfolio {
    const NAME: &'static str = "portfolio";
    type Input<'a> = PortfolioInput<'a>;
    type Output = PortfolioOutput;

    fn run(&mut self, input: &PortfolioInput<'_>) -> Answer<PortfolioOutput> {
        if self.config.scenario_es_limit.is_some() && input.scenarios.is_none() {
            return Answer::missing("scenarios");
        }
        let (members, mut dropped) = self.eligible(input);
        let output = self.model(input, &members, &mut dropped);
        let output = output.map(|(returns, model)| self.decide(input, &returns, &model));
        // What contradicts itself is no decision and is due again tomorrow.
        if output.as_ref().is_ok_and(|output| output.target.is_ok()) {
            self.last_decision = Some(input.view.day_count() as u32);
        }
        Answer { output, dropped }
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        // A day count is at least 1, so 0 stands for none.
        bytes.put_u32(self.last_decision.unwrap_or(0));
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        self.last_decision = Some(saved.u32()?).filter(|day| *day > 0);
        Some(())
    }
}
