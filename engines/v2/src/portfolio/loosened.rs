//! The programme taken apart: what is wanted before the limits, and what the limits leave of other weights.
//!
//! The limits of the portfolio are part of its programme, so its answer is both sizing and limits at once. Where the
//! two are asked apart, the first is the programme without the limits of names, sectors, countries, factors, soft
//! targets, scenarios and turnover; the budget, the gross exposure and what may be short stay:
//!
//! ```text
//! loosened:  maximise wᵀμ − λ·wᵀΣw − Cost(w, w0)     subject to Σw = budget, Σ|w| ≤ gross, w ≥ 0 where long only
//! nearest:   minimise Σ(w − wanted)²                 subject to every limit, without a budget
//! ```
//!
//! The limits on this engine's own wish are its whole programme, solved anew. On weights that came from elsewhere they
//! are the nearest weights within the limits: to hold 40 % in all is sizing, so no budget asks them to be more.
//!
//! Worked example: a cap of 0.15, and 0.20, 0.10 and 0.10 wanted: 0.15, 0.10 and 0.10 are left.

use domain::decision::TargetWeight;
use domain::ids::Instrument;
use domain::report::Abstention;

use super::build::BUDGET;
use super::config::{PortfolioConfig, WhenInfeasible};
use super::output::Infeasible;
use super::problem::Problem;
use super::{Portfolio, PortfolioInput, qp};
use crate::column::Column;

/// A limit that nothing reaches.
const NONE: f64 = f64::MAX;

impl PortfolioConfig {
    /// The same without the limits.
    fn loosened(&self) -> Self {
        // Nobody can have more than all of the gross exposure.
        let whole = self.gross_exposure_limit.min(self.leverage_limit);
        let mut loosened = self.clone();
        loosened.per_instrument_max_weight = whole;
        if self.shape.per_instrument_min_weight < 0.0 {
            loosened.shape.per_instrument_min_weight = -whole;
        }
        loosened.sector_limits.clear();
        loosened.country_limits.clear();
        loosened.factor_limits.clear();
        (loosened.fragility_exposure_limit, loosened.turnover_limit) = (NONE, NONE);
        loosened.scenario_es_limit = None;
        loosened
    }
}

impl Portfolio {
    /// The engine of the programme without the limits. What it decides is no decision of this one.
    pub(crate) fn loosened(&self) -> Self {
        Self { config: self.config.loosened(), last_decision: self.last_decision }
    }

    /// Takes note that today's weights, wanted by the loosened programme, are the decision.
    pub(crate) const fn decided_on(&mut self, day_count: u32) {
        self.last_decision = Some(day_count);
    }

    /// The weights nearest to `wanted` within every limit; names that may not be held are left out. Of `input` the
    /// members and the expected returns are not read.
    ///
    /// # Errors
    /// [`Abstention`] when there is no risk model of these names, or when the limits contradict each other.
    pub(crate) fn nearest(
        &self,
        input: &PortfolioInput<'_>,
        wanted: &[TargetWeight],
    ) -> Result<Vec<TargetWeight>, Abstention> {
        if self.config.scenario_es_limit.is_some() && input.scenarios.is_none() {
            return Err(Abstention::MissingInput { input: "scenarios".to_owned() });
        }
        let names: Vec<Instrument> = wanted.iter().map(|target| target.instrument).collect();
        let mut weights = Column::absent(input.view.instruments().len());
        wanted.iter().for_each(|target| weights.set(target.instrument, Some(target.weight)));
        // The gradient of −Σ(w − wanted)²/2 at 0 is what is wanted, so it stands where expected returns stand.
        let input = PortfolioInput { members: &names, expected_return: &weights, ..*input };
        let (members, mut dropped) = self.eligible(&input);
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let (returns, model) = self.model(&input, &members, &mut dropped)?;
        let case = self.parts(&input, &returns, &model).case();
        let size = case.problem.size();
        let rows = case.watched.into_iter().filter(|row| row.name != BUDGET).collect();
        let (nothing, unit) = (vec![0.0; size], vec![1.0; size]);
        let problem = Problem {
            diagonal: unit,
            loads: Vec::new(),
            factors: 0,
            linear_cost: nothing.clone(),
            quadratic_cost: nothing,
            rows,
            ..case.problem
        };
        let all = match (qp::solve(&problem, self.tail_limit(&input, &returns).as_ref()), self.config.shape.infeasible)
        {
            (Ok(solution), _) => solution.weights,
            (Err(Infeasible::Conflict { .. }), WhenInfeasible::Cash) => return Ok(Vec::new()),
            (Err(why), _) => return Err(why.abstention()),
        };
        let named = returns.members.iter().copied().zip(all);
        let left = named.filter(|(_, weight)| *weight != 0.0);
        Ok(left.map(|(instrument, weight)| TargetWeight { instrument, weight }).collect())
    }
}
