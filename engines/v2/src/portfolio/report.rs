//! From a solution to the target portfolio and the risk report.

use std::collections::BTreeMap;

use domain::ids::Instrument;
use domain::numeric::{exact, sum};

use super::PortfolioInput;
use super::build::{Case, Parts, TURNOVER, country, sector};
use super::covariance::Returns;
use super::output::{ConstraintStatus, Outcome, PortfolioOutput, RiskReport, SolveRecord, TargetPortfolio};
use super::problem::Row;
use super::qp::{SCENARIO_ES, Solution};
use super::risk;

/// The slack below which a constraint counts as reached.
const REACHED: f64 = 1e-8;

/// A decision with everything that its report speaks of.
#[derive(Debug)]
pub(super) struct Decided<'a> {
    pub parts: &'a Parts<'a>,
    pub case: &'a Case,
    pub returns: &'a Returns,
    pub input: &'a PortfolioInput<'a>,
}

impl Decided<'_> {
    pub(super) fn optimal(&self, solution: &Solution) -> PortfolioOutput {
        let record = SolveRecord {
            outcome: Outcome::Optimal,
            kkt_residual: solution.certificate.residual(),
            iterations: solution.iterations,
            polish_steps: solution.polish_steps,
            cuts: solution.cuts,
            ..self.record(&solution.weights)
        };
        let mut status = self.status(&solution.weights, &solution.prices);
        let cap = status.iter_mut().filter(|status| status.name == "per_instrument_max_weight");
        cap.for_each(|status| status.shadow_price = solution.certificate.upper_price * solution.scale);
        self.output(&solution.weights, record, status)
    }

    pub(super) fn cash(&self, conflict: Vec<String>) -> PortfolioOutput {
        let nothing = vec![0.0; self.parts.members.len()];
        let status = self.status(&nothing, &[]);
        let record = SolveRecord { outcome: Outcome::Cash, conflict, ..self.record(&nothing) };
        self.output(&nothing, record, status)
    }

    fn output(&self, all: &[f64], metadata: SolveRecord, status: Vec<ConstraintStatus>) -> PortfolioOutput {
        let (config, model) = (self.parts.config, self.parts.model);
        let named = self.parts.members.iter().copied().zip(all.iter().copied());
        let weights: Vec<(Instrument, f64)> = named.filter(|(_, weight)| *weight != 0.0).collect();
        let returns: Vec<f64> = all.iter().zip(&self.case.problem.mean).map(|(weight, mean)| weight * mean).collect();
        let expected_volatility = model.variance(all).sqrt();
        let factor_exposures = model.factor_exposures(all);
        let risk = self.risk(&weights, all, expected_volatility, &factor_exposures);
        let target = TargetPortfolio {
            portfolio_id: config.portfolio_id.clone(),
            model_id: config.risk_model_id.clone(),
            weights,
            expected_return: sum(&returns),
            expected_volatility,
            risk_metrics: risk.risk_metrics.clone(),
            factor_exposures,
            constraints_status: status,
            metadata,
        };
        PortfolioOutput { target: Ok(target), risk: Some(risk) }
    }

    /// What is known of any weights: the solver's part is filled in by the caller.
    fn record(&self, weights: &[f64]) -> SolveRecord {
        let problem = &self.case.problem;
        let cost = |at: usize| {
            let trade = (weights[at] - problem.current[at]).abs();
            problem.linear_cost[at] * trade + problem.quadratic_cost[at] * trade * trade / 2.0
        };
        let traded = self.case.watched.iter().find(|row| row.name == TURNOVER);
        SolveRecord {
            outcome: Outcome::Cash,
            kkt_residual: 0.0,
            objective: -problem.objective(weights) - self.case.exit_cost,
            expected_cost: sum(&(0..weights.len()).map(cost).collect::<Vec<_>>()) + self.case.exit_cost,
            turnover: traded.map_or(0.0, |row| row.value(weights, &problem.current)),
            forced_turnover: self.case.forced_turnover,
            iterations: 0,
            polish_steps: 0,
            cuts: 0,
            impact_coverage: self.case.impact_coverage,
            conflict: Vec::new(),
        }
    }

    /// Every constraint, in the order of the rows, then the bounds and the scenario limit. Both sides of a limit of an
    /// absolute value are one constraint.
    fn status(&self, weights: &[f64], prices: &[f64]) -> Vec<ConstraintStatus> {
        let (config, problem) = (self.parts.config, &self.case.problem);
        let price_of = |name: &str| {
            let solved = problem.rows.iter().map(|row| row.name.as_str());
            // Rows beyond those of the problem are cuts of the scenario limit.
            let names = solved.chain(std::iter::repeat(SCENARIO_ES));
            let mine = prices.iter().zip(names).filter(|(_, known)| *known == name);
            mine.fold(0.0, |total, (price, _)| total + price)
        };
        let mut found: Vec<ConstraintStatus> = Vec::new();
        for row in &self.case.watched {
            let value = row.value(weights, &problem.current);
            match found.last_mut().filter(|last| last.name == row.name) {
                // Of the two sides the one that is nearer to its limit.
                Some(last) if last.slack <= row.limit - value => {}
                Some(last) => *last = one(row, value, last.shadow_price),
                None => found.push(one(row, value, price_of(&row.name))),
            }
        }
        let largest = weights.iter().fold(0.0_f64, |most, weight| most.max(weight.abs()));
        found.push(limited("per_instrument_max_weight", largest, config.per_instrument_max_weight, 0.0));
        if let (Some(limit), Some(scenarios)) = (config.scenario_es_limit, self.input.scenarios) {
            // By the same losses as the programme, in which who is not on a path loses as the others do.
            let rows = scenarios.of_members(self.parts.members);
            let lost =
                |path: &[f64]| sum(&path.iter().zip(weights).map(|(loss, weight)| loss * weight).collect::<Vec<_>>());
            let losses: Vec<f64> = rows.chunks_exact(weights.len().max(1)).map(lost).collect();
            let (shortfall, _) = risk::tail(&losses, config.shape.es_alpha);
            found.push(limited(SCENARIO_ES, shortfall, limit, price_of(SCENARIO_ES)));
        }
        found
    }

    fn risk(
        &self,
        weights: &[(Instrument, f64)],
        all: &[f64],
        volatility: f64,
        factors: &[(String, f64)],
    ) -> RiskReport {
        let alpha = self.parts.config.shape.es_alpha;
        let history = self.history(all);
        let (gaussian_var, gaussian_es) = risk::gaussian(volatility, alpha);
        let mut metrics = vec![
            ("expected_volatility", volatility),
            ("gaussian_es", gaussian_es),
            ("gaussian_var", gaussian_var),
            ("historical_es", risk::tail(&history, alpha).0),
            ("historical_var", risk::value_at_risk(&history, alpha).unwrap_or(0.0)),
        ];
        let scenario_pnl = self.scenario_pnl(weights);
        let losses: Vec<f64> = scenario_pnl.iter().map(|profit| -profit).collect();
        if let Some(var) = risk::value_at_risk(&losses, alpha) {
            let worst = losses.iter().fold(f64::NEG_INFINITY, |worst, loss| worst.max(*loss));
            metrics.extend([
                ("scenario_es", risk::tail(&losses, alpha).0),
                ("scenario_var", var),
                ("scenario_worst", worst),
            ]);
        }
        let means = self.input.stability.iter();
        let means = means.filter_map(|(name, column)| Some(((*name).to_owned(), risk::weighted(column, weights)?)));
        RiskReport {
            exposures: self.exposures(weights, factors),
            risk_metrics: metrics,
            scenario_coverage: self.input.scenarios.and_then(|scenarios| scenarios.coverage(weights)),
            scenario_pnl,
            stability_vector: means.collect(),
        }
    }

    /// Nothing where too few paths know the portfolio: a tail of what is left would be another portfolio's.
    fn scenario_pnl(&self, weights: &[(Instrument, f64)]) -> Vec<f64> {
        let Some(scenarios) = self.input.scenarios else { return Vec::new() };
        let profits = scenarios.profits(weights);
        let least = self.parts.config.shape.min_path_share * scenarios.path_count() as f64;
        if (profits.len() as f64) < least { Vec::new() } else { profits }
    }

    /// The loss that the weights would have had on each day of the window.
    fn history(&self, all: &[f64]) -> Vec<f64> {
        let held: Vec<usize> = (0..all.len()).filter(|at| all[*at] != 0.0).collect();
        let loss = |row: &[f64]| -held.iter().fold(0.0, |total, at| total + all[*at] * exact::exp_m1(row[*at]));
        self.returns.rows.chunks_exact(all.len().max(1)).map(loss).collect()
    }

    fn exposures(&self, weights: &[(Instrument, f64)], factors: &[(String, f64)]) -> Vec<(String, f64)> {
        let total =
            |measure: fn(f64) -> f64| sum(&weights.iter().map(|(_, weight)| measure(*weight)).collect::<Vec<_>>());
        let net = total(|weight| weight);
        let mut exposures = vec![("gross".to_owned(), total(f64::abs)), ("net".to_owned(), net)];
        exposures.push(("cash".to_owned(), 1.0 - net - self.parts.stuck(|_| true, |weight| weight)));
        exposures.push(("stuck".to_owned(), self.parts.stuck(|_| true, f64::abs)));
        let mut groups: BTreeMap<String, f64> = BTreeMap::new();
        for (at, weight) in weights {
            let names = [("sector", sector(self.parts, *at)), ("country", country(self.parts, *at))];
            for (kind, name) in names.into_iter().filter_map(|(kind, name)| Some((kind, name?))) {
                *groups.entry(format!("{kind}:{name}")).or_default() += weight;
            }
        }
        exposures.extend(groups);
        exposures.extend(factors.iter().map(|(name, value)| (format!("factor:{name}"), *value)));
        exposures
    }
}

fn one(row: &Row, value: f64, price: f64) -> ConstraintStatus {
    let slack = if row.equal { -(value - row.limit).abs() } else { row.limit - value };
    ConstraintStatus {
        name: row.name.clone(),
        value,
        limit: row.limit,
        slack,
        shadow_price: price,
        binding: slack <= REACHED,
    }
}

fn limited(name: &str, value: f64, limit: f64, price: f64) -> ConstraintStatus {
    let slack = limit - value;
    ConstraintStatus { name: name.to_owned(), value, limit, slack, shadow_price: price, binding: slack <= REACHED }
}
