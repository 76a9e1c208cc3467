//! What the portfolio engine answers: a target portfolio and a risk report, or which constraints contradict each other.
//!
//! Units: weights are shares of the account's value; `expected_return` and `expected_cost` are over the horizon of the
//! expected returns; `expected_volatility` and every figure of risk are daily, as the risk model is. Losses of VaR and
//! expected shortfall are positive numbers.

use std::collections::BTreeMap;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::numeric::mean;
use domain::report::{Abstention, Figure, FigureValue};

use crate::face::Told;

/// The answer of a day of decision.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioOutput {
    /// The target, or why there is none.
    pub target: Result<TargetPortfolio, Infeasible>,
    /// The risk of the target; `None` without one.
    pub risk: Option<RiskReport>,
}

/// The portfolio to trade to (data-model §4, `target_portfolios`).
#[derive(Clone, Debug, PartialEq)]
pub struct TargetPortfolio {
    /// The portfolio's id.
    pub portfolio_id: String,
    /// The id of its risk model.
    pub model_id: String,
    /// Weights other than zero, ascending by instrument; whoever is absent is sold.
    pub weights: Vec<(Instrument, f64)>,
    /// wᵀμ over the horizon.
    pub expected_return: f64,
    /// √(wᵀΣw), daily.
    pub expected_volatility: f64,
    /// Named figures of risk, ascending by name.
    pub risk_metrics: Vec<(&'static str, f64)>,
    /// Bᵀw for each factor of the risk model.
    pub factor_exposures: Vec<(String, f64)>,
    /// Every constraint, with its slack and price.
    pub constraints_status: Vec<ConstraintStatus>,
    /// How it was found.
    pub metadata: SolveRecord,
}

/// One constraint at the target.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintStatus {
    /// The key of the config, with the group's name after a dot, for example `sector_limits.Energy`.
    pub name: String,
    /// What is limited, at the target.
    pub value: f64,
    /// The limit of the day.
    pub limit: f64,
    /// `limit − value`, at least −1e-8; for the budget, −|Σw − limit|.
    pub slack: f64,
    /// The objective gained for a unit more of the limit; 0 where it does not bind.
    pub shadow_price: f64,
    /// Whether the limit is reached, to 1e-8.
    pub binding: bool,
}

/// How a portfolio was found.
#[derive(Clone, Debug, PartialEq)]
pub struct SolveRecord {
    /// Where the weights come from.
    pub outcome: Outcome,
    /// The largest violation of a condition of optimality, by our own arithmetic; 0 in cash.
    pub kkt_residual: f64,
    /// wᵀμ − λ·Risk − Cost at the target, over the horizon.
    pub objective: f64,
    /// The cost of the trades by the cost model's bound.
    pub expected_cost: f64,
    /// Σ|w − w0|, two-way.
    pub turnover: f64,
    /// The part of it that could not be avoided.
    pub forced_turnover: f64,
    /// Steps of the interior-point solver; 0 where the dual was enough.
    pub iterations: u32,
    /// Steps of the polish.
    pub polish_steps: u32,
    /// Cuts for the scenario limit.
    pub cuts: u32,
    /// The share of members with an average daily value, by which impact is known.
    pub impact_coverage: f64,
    /// The constraints in conflict, where the outcome is cash.
    pub conflict: Vec<String>,
}

/// Where the weights of a target come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They are optimal, and checked.
    Optimal,
    /// No portfolio satisfies the constraints, and the config says cash.
    Cash,
}

/// There is no portfolio.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Infeasible {
    /// These constraints contradict each other.
    #[error("no portfolio satisfies {}; the least total breach is {breach:e}", binding.join(", "))]
    Conflict {
        /// The keys of the constraints in conflict, ascending.
        binding: Vec<String>,
        /// The least sum of breaches with which weights within their bounds exist; below 1e-7 a lower bound of it.
        breach: f64,
    },
    /// The solver did not reach a point that the check of optimality accepts.
    #[error("the solver stopped at a residual of {residual:e}")]
    NotSolved {
        /// The residual that was reached.
        residual: f64,
    },
}

/// The risk of a portfolio (data-model §4, `portfolio_risk_reports`).
#[derive(Clone, Debug, PartialEq)]
pub struct RiskReport {
    /// Gross, net, cash, what is held without a price today (not part of gross or net), and the net weights of sectors,
    /// countries and factors, by name.
    pub exposures: Vec<(String, f64)>,
    /// Volatility, VaR and expected shortfall, ascending by name.
    pub risk_metrics: Vec<(&'static str, f64)>,
    /// Profit and loss on each scenario path that knows half of the exposure, as a share of the account; empty when
    /// these are fewer than `min_path_share` of all.
    pub scenario_pnl: Vec<f64>,
    /// The share of gross exposure that the scenarios speak of, over all paths; `None` without scenarios.
    pub scenario_coverage: Option<f64>,
    /// Means by absolute weight of the stability columns given, by name.
    pub stability_vector: Vec<(String, f64)>,
}

impl Outcome {
    /// `optimal` or `cash`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::Cash => "cash",
        }
    }
}

impl Infeasible {
    /// As the reason of an engine that could not decide.
    #[must_use]
    pub fn abstention(&self) -> Abstention {
        let binding = match self {
            Self::Conflict { binding, .. } => binding.join(","),
            Self::NotSolved { residual } => format!("not solved, residual {residual:e}"),
        };
        Abstention::Infeasible { binding }
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        match self {
            Self::Conflict { binding, breach } => {
                bytes.put_u8(0).put_short(binding.len() as u64);
                for name in binding {
                    bytes.put_short_text(name);
                }
                bytes.put_f64(*breach);
            }
            Self::NotSolved { residual } => {
                bytes.put_u8(1).put_f64(*residual);
            }
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Conflict { binding, .. } => binding.join(","),
            Self::NotSolved { .. } => "not_solved".to_owned(),
        }
    }
}

fn put_named<N: AsRef<str>>(bytes: &mut CanonicalBytes, named: &[(N, f64)]) {
    bytes.put_short(named.len() as u64);
    for (name, value) in named {
        bytes.put_short_text(name.as_ref()).put_f64(*value);
    }
}

impl TargetPortfolio {
    /// The least slack under each key of the config, ascending by key: of the sectors that which is nearest to its limit.
    fn least_slacks(&self) -> BTreeMap<&str, f64> {
        let mut least = BTreeMap::new();
        for status in &self.constraints_status {
            let key = status.name.split('.').next().unwrap_or(&status.name);
            let slack = least.entry(key).or_insert(status.slack);
            *slack = status.slack.min(*slack);
        }
        least
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short_text(&self.portfolio_id).put_short_text(&self.model_id);
        bytes.put_short(self.weights.len() as u64);
        for (instrument, weight) in &self.weights {
            bytes.put_u32(instrument.0).put_f64(*weight);
        }
        bytes.put_f64(self.expected_return).put_f64(self.expected_volatility);
        put_named(bytes, &self.risk_metrics);
        put_named(bytes, &self.factor_exposures);
        bytes.put_short(self.constraints_status.len() as u64);
        for status in &self.constraints_status {
            bytes.put_short_text(&status.name).put_f64(status.value).put_f64(status.limit).put_f64(status.slack);
            bytes.put_f64(status.shadow_price).put_u8(u8::from(status.binding));
        }
        self.metadata.put(bytes);
    }
}

impl SolveRecord {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short_text(self.outcome.label());
        let numbers = [
            self.kkt_residual,
            self.objective,
            self.expected_cost,
            self.turnover,
            self.forced_turnover,
            self.impact_coverage,
        ];
        for number in numbers {
            bytes.put_f64(number);
        }
        bytes.put_u32(self.iterations).put_u32(self.polish_steps).put_u32(self.cuts);
        bytes.put_short(self.conflict.len() as u64);
        for name in &self.conflict {
            bytes.put_short_text(name);
        }
    }
}

impl RiskReport {
    fn put(&self, bytes: &mut CanonicalBytes) {
        put_named(bytes, &self.exposures);
        put_named(bytes, &self.risk_metrics);
        bytes.put_short(self.scenario_pnl.len() as u64);
        for pnl in &self.scenario_pnl {
            bytes.put_f64(*pnl);
        }
        bytes.put_u8(u8::from(self.scenario_coverage.is_some())).put_f64(self.scenario_coverage.unwrap_or(0.0));
        put_named(bytes, &self.stability_vector);
    }

    /// What the journal is told on a day of decision (data-model §4): every measure of risk, what the scenarios come to,
    /// exposures as `exposure.…` and means as `stability.…`. All are of the portfolio as a whole.
    fn told(&self) -> Vec<(String, f64)> {
        let metrics = self.risk_metrics.iter().filter(|(name, _)| *name != "expected_volatility");
        let mut told: Vec<(String, f64)> = metrics.map(|(name, value)| ((*name).to_owned(), *value)).collect();
        told.extend(mean(&self.scenario_pnl).map(|pnl| ("scenario_mean_pnl".to_owned(), pnl)));
        told.extend(self.scenario_coverage.map(|coverage| ("scenario_coverage".to_owned(), coverage)));
        let under = |prefix: &str, named: &[(String, f64)]| {
            named.iter().map(|(name, value)| (format!("{prefix}.{name}"), *value)).collect::<Vec<_>>()
        };
        told.extend(under("exposure", &self.exposures));
        told.extend(under("stability", &self.stability_vector));
        told
    }

    /// The figure of this name, if it is there.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.risk_metrics.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

impl Told for PortfolioOutput {
    fn put(&self, bytes: &mut CanonicalBytes) {
        match &self.target {
            Ok(target) => target.put(bytes.put_u8(1)),
            Err(why) => why.put(bytes.put_u8(0)),
        }
        bytes.put_u8(u8::from(self.risk.is_some()));
        if let Some(risk) = &self.risk {
            risk.put(bytes);
        }
    }

    fn day_figures(&self) -> Vec<Figure> {
        let number = |field: &'static str, value| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Number(value),
        };
        let label = |field: &'static str, text: String| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Label(text.into()),
        };
        let target = match &self.target {
            Ok(target) => target,
            Err(why) => return vec![label("outcome", "infeasible".into()), label("conflict", why.label())],
        };
        let mut figures = vec![
            label("outcome", target.metadata.outcome.label().into()),
            number("names", target.weights.len() as f64),
            number("expected_return", target.expected_return),
            number("expected_volatility", target.expected_volatility),
            number("turnover", target.metadata.turnover),
            number("kkt_residual", target.metadata.kkt_residual),
        ];
        let told = self.risk.as_ref().map(RiskReport::told).unwrap_or_default();
        let slacks = target.least_slacks().into_iter().map(|(key, slack)| (format!("slack.{key}"), slack));
        figures.extend(told.into_iter().chain(slacks).map(|(field, value)| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Number(value),
        }));
        if target.metadata.outcome == Outcome::Cash {
            figures.push(label("conflict", target.metadata.conflict.join(",")));
        } else {
            let binding = target.constraints_status.iter().filter(|status| status.binding);
            let names: Vec<&str> = binding.map(|status| status.name.as_str()).collect();
            figures.push(label("binding", if names.is_empty() { "none".into() } else { names.join(",") }));
        }
        figures
    }

    fn instrument_figures(&self) -> Vec<Figure> {
        let Ok(target) = &self.target else { return Vec::new() };
        let figure = |(instrument, weight): &(Instrument, f64)| Figure {
            instrument: Some(*instrument),
            field: "target_weight".into(),
            value: FigureValue::Number(*weight),
        };
        target.weights.iter().map(figure).collect()
    }
}
