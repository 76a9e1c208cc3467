//! From the config and today's inputs to a programme.
//!
//! Only limits that can bind become rows: if the bounds and the budget alone keep a row below its limit, it is watched
//! and reported but not solved for. So `gross ≤ 1` costs nothing to a long-only portfolio of Σw = 0.999.

use std::collections::BTreeMap;

use domain::facts::InstrumentFact;
use domain::ids::Instrument;

use super::config::PortfolioConfig;
use super::covariance::FactorModel;
use super::problem::{Measure, Problem, Row};
use crate::column::Column;

/// The name of the equation Σw = budget.
pub(super) const BUDGET: &str = "budget";
/// The name of the turnover limit.
pub(super) const TURNOVER: &str = "turnover_limit";

/// Today's parts of the programme; slices by member, columns by instrument.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub config: &'a PortfolioConfig,
    pub members: &'a [Instrument],
    pub facts: &'a [InstrumentFact],
    pub model: &'a FactorModel,
    pub expected_return: &'a Column,
    pub adv: &'a Column,
    /// What is held and can be traded.
    pub current: Vec<(Instrument, f64)>,
    /// What is held and cannot.
    pub stuck: Vec<(Instrument, f64)>,
    pub soft_targets: Option<&'a [bool]>,
    pub countries: Option<&'a [Option<String>]>,
}

/// A programme, with what is reported beside it.
#[derive(Debug)]
pub(super) struct Case {
    pub problem: Problem,
    /// Every constraint over several instruments, also those that cannot bind.
    pub watched: Vec<Row>,
    pub forced_turnover: f64,
    pub impact_coverage: f64,
    /// What the sale of names that left costs, by the half-spread.
    pub exit_cost: f64,
}

/// The country of an instrument: as given, or the part of its market before the underscore.
pub(super) fn country<'a>(parts: &'a Parts<'_>, at: Instrument) -> Option<&'a str> {
    match parts.countries {
        Some(countries) => countries.get(at.index())?.as_deref(),
        None => parts.facts.get(at.index())?.market.split('_').next(),
    }
}

/// The sector of an instrument, where it is known.
pub(super) fn sector<'a>(parts: &'a Parts<'_>, at: Instrument) -> Option<&'a str> {
    parts.facts.get(at.index())?.sector.as_deref()
}

impl Parts<'_> {
    pub(super) fn case(&self) -> Case {
        let (config, size) = (self.config, self.members.len());
        let mut held = vec![0.0; self.facts.len()];
        self.current.iter().for_each(|(at, weight)| held[at.index()] += weight);
        let current: Vec<f64> = self.members.iter().map(|member| held[member.index()]).collect();
        let gone = self.current.iter().filter(|(at, _)| self.members.binary_search(at).is_err());
        let exits = gone.fold(0.0, |total, (_, weight)| total + weight.abs());
        let curvature = 2.0 * config.risk_aversion_lambda * f64::from(config.shape.horizon_days);
        let root = curvature.sqrt();
        let mut problem = Problem {
            mean: self.members.iter().map(|at| self.expected_return.get(*at).unwrap_or(0.0)).collect(),
            diagonal: self.model.specific.iter().map(|variance| curvature * variance).collect(),
            loads: self.model.loads().iter().map(|load| root * load).collect(),
            factors: self.model.width(),
            lower: vec![config.shape.per_instrument_min_weight; size],
            upper: vec![config.per_instrument_max_weight; size],
            linear_cost: Vec::new(),
            quadratic_cost: Vec::new(),
            current,
            rows: Vec::new(),
        };
        let impact_coverage = self.put_costs(&mut problem);
        let forced_turnover = exits + forced(&problem, self.budget());
        let watched = self.rows(&problem, exits, forced_turnover);
        problem.rows = self.live(&problem, &watched);
        Case { problem, watched, forced_turnover, impact_coverage, exit_cost: exits * config.cost.half_spread }
    }

    /// Σw of the names that can be traded.
    fn budget(&self) -> f64 {
        let left = self.config.budget() - self.stuck(|_| true, |weight| weight);
        if self.config.shape.per_instrument_min_weight < 0.0 { left } else { left.max(0.0) }
    }

    /// What is stuck of the chosen names.
    pub(super) fn stuck(&self, chosen: impl Fn(Instrument) -> bool, measure: fn(f64) -> f64) -> f64 {
        let stuck = self.stuck.iter().filter(|(at, _)| chosen(*at));
        stuck.fold(0.0, |total, (_, weight)| total + measure(*weight))
    }

    /// Half-spread, and the quadratic bound of the impact where the average daily value is known.
    fn put_costs(&self, problem: &mut Problem) -> f64 {
        let cost = &self.config.cost;
        let width = self.model.width();
        let loads = self.model.loads();
        let mut known = 0.0;
        for (at, member) in self.members.iter().enumerate() {
            let common = loads[at * width..(at + 1) * width].iter().fold(0.0, |total, load| total + load * load);
            let sigma = (common + self.model.specific[at]).sqrt();
            let adv = self.adv.get(*member).filter(|adv| *adv > 0.0);
            known += f64::from(u8::from(adv.is_some()));
            let impact = adv.map_or(0.0, |adv| cost.impact * sigma * (cost.account_value / adv).sqrt());
            let reference = cost.reference_trade.sqrt();
            problem.linear_cost.push(cost.half_spread + impact * reference / 2.0);
            problem.quadratic_cost.push(impact / reference);
        }
        known / self.members.len() as f64
    }

    fn rows(&self, problem: &Problem, exits: f64, forced: f64) -> Vec<Row> {
        let config = self.config;
        let all: Vec<usize> = (0..problem.size()).collect();
        let row = |name: &str, measure, places: &[usize], limit| Row {
            name: name.to_owned(),
            measure,
            terms: places.iter().map(|at| (*at, 1.0)).collect(),
            constant: 0.0,
            limit,
            equal: false,
        };
        let allowance = if config.shape.turnover_counts_forced { 0.0 } else { forced };
        let is_soft =
            |at: Instrument| self.soft_targets.and_then(|soft| soft.get(at.index())).is_some_and(|soft| *soft);
        let soft: Vec<usize> = all.iter().copied().filter(|at| is_soft(self.members[*at])).collect();
        // What is stuck beyond a limit is no reason to sell everything else.
        let left = |limit: f64, stuck: f64| (limit - stuck).max(0.0);
        let stuck = self.stuck(|_| true, f64::abs);
        let soft_left = left(config.fragility_exposure_limit, self.stuck(is_soft, f64::abs));
        let mut rows = vec![
            Row { equal: true, ..row(BUDGET, Measure::Net, &all, self.budget()) },
            row("gross_exposure_limit", Measure::Gross, &all, left(config.gross_exposure_limit, stuck)),
            row("leverage_limit", Measure::Gross, &all, left(config.leverage_limit, stuck)),
            Row { constant: exits, ..row(TURNOVER, Measure::Traded, &all, config.turnover_limit + allowance) },
            row("fragility_exposure_limit", Measure::Gross, &soft, soft_left),
        ];
        let groups = [
            ("sector_limits", &config.sector_limits, sector as fn(&Self, Instrument) -> Option<&str>),
            ("country_limits", &config.country_limits, country),
        ];
        for (key, limits, group) in groups {
            for (name, places) in self.grouped(group) {
                if let Some(limit) = limit_of(limits, name) {
                    let stuck = self.stuck(|at| group(self, at) == Some(name), |weight| weight);
                    two_sided(&mut rows, row(&format!("{key}.{name}"), Measure::Net, &places, limit), stuck);
                }
            }
        }
        let width = self.model.width();
        for (factor, name) in self.model.names.iter().enumerate() {
            if let Some(limit) = limit_of(&config.factor_limits, name) {
                let mut exposed = row(&format!("factor_limits.{name}"), Measure::Net, &all, limit);
                exposed.terms.iter_mut().for_each(|(at, load)| *load = self.model.exposures[*at * width + factor]);
                two_sided(&mut rows, exposed, 0.0);
            }
        }
        rows
    }

    /// Members by the name of their group, ascending; those without a name belong to none.
    fn grouped<'s>(&'s self, group: fn(&'s Self, Instrument) -> Option<&'s str>) -> BTreeMap<&'s str, Vec<usize>> {
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, member) in self.members.iter().enumerate() {
            if let Some(name) = group(self, *member) {
                groups.entry(name).or_default().push(at);
            }
        }
        groups
    }

    /// The rows that can bind. Of the limits of gross and of leverage only the lower one can.
    fn live(&self, problem: &Problem, watched: &[Row]) -> Vec<Row> {
        let config = self.config;
        let spare =
            if config.leverage_limit < config.gross_exposure_limit { "gross_exposure_limit" } else { "leverage_limit" };
        let can_bind = |row: &&Row| row.equal || (row.name != spare && reach(problem, row, self.budget()) > row.limit);
        watched.iter().filter(can_bind).cloned().collect()
    }
}

/// The limit of a group: by its name, else by `*`.
fn limit_of(limits: &BTreeMap<String, f64>, name: &str) -> Option<f64> {
    limits.get(name).or_else(|| limits.get("*")).copied()
}

/// A limit of the absolute value: the row, and its mirror image. What is `stuck` takes from one side and adds to the
/// other.
fn two_sided(rows: &mut Vec<Row>, mut row: Row, stuck: f64) {
    let mut mirror = row.clone();
    mirror.terms.iter_mut().for_each(|(_, coefficient)| *coefficient = -*coefficient);
    (row.limit, mirror.limit) = ((row.limit - stuck).max(0.0), (row.limit + stuck).max(0.0));
    rows.extend([row, mirror]);
}

/// What a row can reach at most, by the bounds alone, and where nobody is short also by the budget.
fn reach(problem: &Problem, row: &Row, budget: f64) -> f64 {
    let most = |&(at, coefficient): &(usize, f64)| {
        let (low, high, held) = (problem.lower[at], problem.upper[at], problem.current[at]);
        match row.measure {
            Measure::Net => (coefficient * low).max(coefficient * high),
            Measure::Gross => coefficient * low.abs().max(high.abs()),
            Measure::Traded => coefficient * (low - held).abs().max((high - held).abs()),
        }
    };
    let by_bounds = row.terms.iter().map(most).fold(0.0, |total, part| total + part);
    let long = problem.lower.iter().all(|low| *low >= 0.0);
    let held = problem.current.iter().fold(0.0, |total, weight| total + weight.abs());
    let by_budget = match row.measure {
        _ if !long => f64::INFINITY,
        Measure::Traded => budget + held,
        _ => budget * row.terms.iter().fold(0.0_f64, |most, (_, coefficient)| most.max(*coefficient)),
    };
    row.constant + by_bounds.min(by_budget)
}

/// The turnover of members that no weights within bounds and budget can avoid.
fn forced(problem: &Problem, budget: f64) -> f64 {
    let (mut moved, mut total) = (0.0, 0.0);
    for (held, (low, high)) in problem.current.iter().zip(problem.lower.iter().zip(&problem.upper)) {
        let inside = held.clamp(*low, *high);
        moved += (held - inside).abs();
        total += inside;
    }
    moved + (budget - total).abs()
}
