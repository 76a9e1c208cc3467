//! Runs the system over a tape day by day, with an account that trades at the close without costs.

use domain::book::BookView;
use domain::decision::{Decision, TargetWeight};
use domain::ids::Instrument;
use domain::quantity::{Cash, Quantity};
use domain::seed::{Seed, Streams};
use domain::system::{DecisionSystem, Today};
use domain::tape::Tape;
use domain::view::View;

use crate::system::{V2Config, V2System};

/// The reference config with these keys in place of its own; a key names its tables by dots.
pub(super) fn config(keys: &[(&str, toml::Value)]) -> V2Config {
    let mut table = reference();
    for (key, value) in keys {
        let mut path: Vec<&str> = key.split('.').collect();
        let last = path.pop().unwrap();
        let below = path.into_iter().fold(&mut table, |table, name| {
            table.entry(name).or_insert_with(|| toml::Table::new().into()).as_table_mut().unwrap()
        });
        below.insert(last.to_owned(), value.clone());
    }
    table.try_into().unwrap()
}

/// The table `config` of the reference config for US shares.
pub(super) fn reference() -> toml::Table {
    let text = include_str!("../../../../../scenarios/configs/us-equity.toml");
    let file: toml::Table = text.parse().unwrap();
    file["config"].as_table().unwrap().clone()
}

/// The reference config, with limits that a dozen names can keep and models fitted on a short past.
pub(super) fn small() -> V2Config {
    let families = ["value", "momentum", "quality", "carry", "fragility"];
    let models = families.map(|family| (family.to_owned(), toml::Value::from(format!("{family}-v1"))));
    config(&[
        ("regime.fit.min_days", 252.into()),
        ("windows.percentile_days", 252.into()),
        ("windows.percentile_min_days", 126.into()),
        ("encoders.scale_days", 252.into()),
        ("stability.contagion.max_days", 252.into()),
        ("stability.contagion.min_days", 126.into()),
        ("synthetic.request.num_paths", 60.into()),
        ("assessment.alpha_family_models", toml::Table::from_iter(models).into()),
        ("portfolio.per_instrument_max_weight", 0.25.into()),
        ("portfolio.sector_limits", toml::Table::from_iter([("*".to_owned(), 0.6.into())]).into()),
        ("portfolio.shape.every_days", 10.into()),
        ("fragility.pricing.percentile_points", 252.into()),
        ("fragility.pricing.percentile_min_points", 63.into()),
    ])
}

/// The account.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Account {
    cash: Cash,
    positions: Vec<Quantity>,
}

impl Account {
    fn new(tape: &Tape) -> Self {
        Self { cash: Cash::from_units(1e6).unwrap(), positions: vec![Quantity::ZERO; tape.instruments().len()] }
    }

    fn equity(&self, view: &View<'_>) -> Cash {
        let worth = |at: usize| {
            let close = (0..view.day_count()).find_map(|lag| view.closes(lag)?.get(Instrument(at as u32)));
            close.unwrap_or(0.0) * self.positions[at].to_units()
        };
        let held = (0..self.positions.len()).filter(|at| !self.positions[*at].is_zero());
        Cash::from_units(held.fold(self.cash.to_units(), |total, at| total + worth(at))).unwrap()
    }

    /// Trades to the targets in whole shares; what has no price today stays.
    fn trade(&mut self, view: &View<'_>, equity: Cash, targets: &[TargetWeight]) {
        for at in 0..self.positions.len() {
            let instrument = Instrument(at as u32);
            let Some(close) = view.close(instrument) else { continue };
            let weight = targets.iter().find(|target| target.instrument == instrument).map_or(0.0, |t| t.weight);
            let wanted = (weight * equity.to_units() / close).floor();
            let spent = (wanted - self.positions[at].to_units()) * close;
            self.cash = Cash::from_units(self.cash.to_units() - spent).unwrap();
            self.positions[at] = Quantity::from_units(wanted).unwrap();
        }
    }
}

/// One day of a run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    /// What the system decided.
    pub(super) decision: Decision,
    /// What it saved afterwards.
    pub(super) state: Vec<u8>,
    /// The account after the day's trades.
    pub(super) account: Account,
}

impl Step {
    /// Every bit of the day as text: two numbers that print alike are the same, and −0 is not 0.
    pub(super) fn text(&self) -> String {
        format!("{:?} {:?} {:?}", self.decision, self.account, domain::digest::Digest::of(&self.state))
    }
}

/// A run that is under way.
pub(super) struct Run<'t> {
    tape: &'t Tape,
    system: V2System,
    account: Account,
    first: usize,
    decide: fn(&mut V2System, &Today<'_>) -> Decision,
}

impl<'t> Run<'t> {
    /// A run whose first decision falls on day `first`; what lies before is history.
    pub(super) fn new(tape: &'t Tape, config: &V2Config, first: usize) -> Self {
        let (system, decide) = (V2System::new(config.clone()).unwrap(), <V2System as DecisionSystem>::decide);
        Self { tape, system, account: Account::new(tape), first, decide }
    }

    /// The same run with the system asked in another way.
    pub(super) fn by(self, decide: fn(&mut V2System, &Today<'_>) -> Decision) -> Self {
        Self { decide, ..self }
    }

    /// A fresh system that takes up where `step` ended.
    pub(super) fn after(tape: &'t Tape, config: &V2Config, first: usize, step: &Step) -> Self {
        let mut run = Self::new(tape, config, first);
        DecisionSystem::restore(&mut run.system, &step.state).unwrap();
        run.account = step.account.clone();
        run
    }

    /// The days from `from` to before `end`.
    pub(super) fn days(mut self, from: usize, end: usize) -> Vec<Step> {
        (from..end).map(|day| self.day(day)).collect()
    }

    /// One day.
    pub(super) fn day(&mut self, day: usize) -> Step {
        let view = View::as_of(self.tape, day).unwrap();
        let equity = self.account.equity(&view);
        let book = BookView { cash: self.account.cash, equity, positions: &self.account.positions };
        let day_number = (day - self.first) as u32;
        let today = Today { view, book, streams: Streams::new(Seed(41)), day_number };
        let decision = (self.decide)(&mut self.system, &today);
        if let Some(targets) = &decision.targets {
            self.account.trade(&view, equity, targets);
        }
        Step { decision, state: DecisionSystem::save(&self.system), account: self.account.clone() }
    }
}

/// That two runs of the same days are the same to the last bit.
#[track_caller]
pub(super) fn assert_same(found: &[Step], wanted: &[Step], first: usize, what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        if found.text() != wanted.text() {
            let report = found.decision.reports.iter().zip(&wanted.decision.reports).find(|(a, b)| a != b);
            panic!("{what}: day {} differs first, at {report:#?}", first + at);
        }
    }
}
