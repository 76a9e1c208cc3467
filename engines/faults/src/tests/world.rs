//! A market of 26 shares over 330 weekdays, a config for it, and an account that trades at the close without costs.
//!
//! Limits bind, names join and leave the universe, volumes span three powers of ten, and one name is excluded by hand:
//! what a fault needs in order to show.

use domain::book::BookView;
use domain::date::Date;
use domain::decision::{Decision, TargetWeight};
use domain::facts::{BarFact, InstrumentFact, PriceBasis};
use domain::ids::{Instrument, InstrumentId};
use domain::numeric::{exact, power};
use domain::quantity::{Cash, Quantity};
use domain::seed::{Seed, Streams};
use domain::system::{DecisionSystem, Today};
use domain::tape::{Tape, TapeBuilder};
use domain::view::View;
use v2::system::V2Config;

use crate::config::{Fault, FaultyConfig};
use crate::system::FaultySystem;

/// The first day of a run; the days before it are history.
pub(super) const FIRST: usize = 285;
/// Trading days of a run: six decisions.
pub(super) const LENGTH: usize = 37;
const WIDTH: usize = 26;
const SECTORS: [&str; 3] = ["BANKS", "ENERGY", "MAKERS"];

fn draw(name: &[&str], at: usize) -> f64 {
    2.0 * Streams::new(Seed(20_150_105)).uniform(name, at as u64) - 1.0
}

/// The market.
pub(super) fn tape() -> Tape {
    let first = Date::from_ymd(2015, 1, 5).unwrap();
    let weekdays = (0..).map(|day| first.plus_days(day)).filter(|day| day.weekday() < 5);
    let days: Vec<Date> = weekdays.take(FIRST + LENGTH).collect();
    let id = |share: usize| format!("EQUITY:F{share:02}").parse::<InstrumentId>().unwrap();
    let fact = |share: usize| InstrumentFact {
        id: id(share),
        market: "US_EQ".into(),
        currency: "USD".into(),
        issuer: None,
        sector: Some(SECTORS[share % 3].into()),
    };
    let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), (0..WIDTH).map(fact).collect()).unwrap();
    for share in 0..WIDTH {
        let name = share.to_string();
        let (mut close, usual) = (30.0 + 2.0 * share as f64, 3e4 * power(1.34, share as u32));
        for (day, on) in days.iter().enumerate() {
            let common = 0.012 * draw(&["market"], day);
            close *= exact::exp(0.0004 + (0.6 + 0.03 * share as f64) * common + 0.025 * draw(&["own", &name], day));
            let volume = (usual * (1.2 + draw(&["volume", &name], day))).floor();
            let bar = BarFact {
                instrument: id(share),
                happened_on: *on,
                open: None,
                high: None,
                low: None,
                close: Some(close),
                adjusted_close: None,
                volume: Some(volume),
            };
            builder.push_bar(&bar).unwrap();
        }
    }
    builder.finish()
}

/// The reference config for closes alone, with limits that bind on two dozen names and models fitted on a short past.
pub(super) fn v2_table() -> toml::Table {
    let text = include_str!("../../../../scenarios/configs/us-equity-closes.toml");
    let file: toml::Table = text.parse().unwrap();
    let mut table = file["config"].as_table().unwrap().clone();
    let changes = r#"
        windows = { percentile_days = 252, percentile_min_days = 126 }
        encoders = { scale_days = 252 }
        regime = { fit = { min_days = 200 } }
        synthetic = { request = { num_paths = 40 } }
        stability = { contagion = { max_days = 252, min_days = 126 } }
        fragility = { pricing = { percentile_points = 252, percentile_min_points = 63 } }
        universe = { max_universe_size = 21, hard_exclusion_list = ["EQUITY:F25"] }
        [portfolio]
        per_instrument_max_weight = 0.2
        turnover_limit = 0.3
        factor_limits = { market = 0.97 }
        shape = { every_days = 7 }
    "#;
    put(&mut table, changes.parse().unwrap());
    table
}

/// Puts the keys of `changes` in place of those of `table`, table by table.
pub(super) fn put(table: &mut toml::Table, changes: toml::Table) {
    for (key, value) in changes {
        match (table.get_mut(&key).and_then(toml::Value::as_table_mut), value) {
            (Some(below), toml::Value::Table(changes)) => put(below, changes),
            (_, value) => {
                table.insert(key, value);
            }
        }
    }
}

/// The config of a fault, or of none.
pub(super) fn config(fault: Option<Fault>) -> FaultyConfig {
    let v2: V2Config = v2_table().try_into().unwrap();
    FaultyConfig { fault, v2 }
}

/// One day of a run.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) decision: Decision,
    pub(super) state: Vec<u8>,
    account: Account,
}

#[derive(Clone, Debug)]
struct Account {
    cash: Cash,
    positions: Vec<Quantity>,
}

impl Account {
    fn equity(&self, view: &View<'_>) -> Cash {
        let worth = |at: usize| view.close(Instrument(at as u32)).unwrap() * self.positions[at].to_units();
        Cash::from_units((0..WIDTH).fold(self.cash.to_units(), |total, at| total + worth(at))).unwrap()
    }

    fn trade(&mut self, view: &View<'_>, equity: Cash, targets: &[TargetWeight]) {
        for at in 0..WIDTH {
            let instrument = Instrument(at as u32);
            let close = view.close(instrument).unwrap();
            let weight = targets.iter().find(|target| target.instrument == instrument).map_or(0.0, |t| t.weight);
            // As in an account that may neither go short nor borrow without end.
            let wanted = (weight.clamp(0.0, 2.0) * equity.to_units() / close).floor();
            let spent = (wanted - self.positions[at].to_units()) * close;
            self.cash = Cash::from_units(self.cash.to_units() - spent).unwrap();
            self.positions[at] = Quantity::from_units(wanted).unwrap();
        }
    }
}

impl Step {
    /// Every bit of the day as text.
    pub(super) fn text(&self) -> String {
        format!("{:?} {:?} {:?}", self.decision, self.account, domain::digest::Digest::of(&self.state))
    }

    /// What is sent to the market.
    pub(super) fn sent(&self) -> String {
        format!("{:?} {:?}", self.decision.targets, self.decision.orders)
    }
}

/// A run that is under way.
pub(super) struct Run<'t> {
    tape: &'t Tape,
    system: Box<dyn DecisionSystem>,
    account: Account,
}

impl<'t> Run<'t> {
    /// A run of any system.
    pub(super) fn of(tape: &'t Tape, system: Box<dyn DecisionSystem>) -> Self {
        let positions = vec![Quantity::ZERO; WIDTH];
        Self { tape, system, account: Account { cash: Cash::from_units(1e6).unwrap(), positions } }
    }

    /// A run of v2 with this fault, or of v2.
    pub(super) fn new(tape: &'t Tape, fault: Option<Fault>) -> Self {
        Self::of(tape, Box::new(FaultySystem::new(config(fault)).unwrap()))
    }

    /// A fresh system that takes up where `step` ended.
    pub(super) fn after(tape: &'t Tape, fault: Option<Fault>, step: &Step) -> Self {
        let mut run = Self::new(tape, fault);
        run.system.restore(&step.state).unwrap();
        run.account = step.account.clone();
        run
    }

    /// The days of the run from `from` to before `end`, counted from its first.
    pub(super) fn days(&mut self, from: usize, end: usize) -> Vec<Step> {
        (from..end).map(|day| self.day(day)).collect()
    }

    fn day(&mut self, day: usize) -> Step {
        let view = View::as_of(self.tape, FIRST + day).unwrap();
        let equity = self.account.equity(&view);
        let book = BookView { cash: self.account.cash, equity, positions: &self.account.positions };
        let today = Today { view, book, streams: Streams::new(Seed(41)), day_number: day as u32 };
        let decision = self.system.decide(&today);
        if let Some(targets) = &decision.targets {
            self.account.trade(&view, equity, targets);
        }
        Step { decision, state: self.system.save(), account: self.account.clone() }
    }
}
