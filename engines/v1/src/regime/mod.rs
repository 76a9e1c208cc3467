//! The regime engine: 15 indicators, a decision tree, hysteresis, an alert level (engines-v1 §1).
//!
//! Each day the raw inputs are read as weekday observations, the tree names a state, and the state is declared once it
//! has held for three days. A Breaker among the entities, as they stood at the end of the day before, forces state 5
//! and a red alert. More than 3 unavailable indicators of 15 give UNKNOWN with a confidence of 0.1: the 8 stubs count
//! as available, so it takes 4 of the 7 built ones.
//!
//! A worked example: VIX 17, a spread at its 5-year percentile of 0.55 and breadth 0.6 meet no branch, because a VIX
//! from 15 to 20 belongs to none, so the state is Transition with a confidence of 0.3.
//!
//! ```
//! use v1::regime::tree::{Signals, classify};
//! use v1::regime::State;
//! let day = Signals { vix: Some(17.0), spread_percentile: Some(0.55), breadth: Some(0.6), ..Signals::default() };
//! assert_eq!((classify(&day).state, classify(&day).confidence), (State::Transition, 0.3));
//! ```

pub mod alert;
mod hysteresis;
pub mod indicators;
mod state;
pub mod transitions;
pub mod tree;

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::numeric::sum;
use domain::report::{EngineReport, Figure};
use domain::state::Saved;
use domain::view::View;

use crate::config::{Inputs, Override, V1Config};
use crate::observations::{FIVE_YEARS, observations, weekday_before};
use crate::stability::Weakness;
use crate::tell;
use alert::{AlertLevel, SEVERAL, alert_level};
use indicators::{Category, INDICATORS, NEUTRAL, Reading, SPEED};
use transitions::{STATES, Transitions};
use tree::{Call, Signals, classify};

pub use hysteresis::Hysteresis;
pub use state::{Duration, Posture, State};

/// The name in reports.
pub const ENGINE: &str = "v1.regime";

/// Days of the mean that breadth compares with (§1.3).
const BREADTH_DAYS: usize = 50;
/// Days of the VIX's high (§1.3).
const VIX_HIGH_DAYS: usize = 60;
/// Trading days in which emergency policy counts as recent (§1.3).
const POLICY_DAYS: usize = 60;
/// Days of the spread's change that says whether it stabilises (§1.3).
const STABILISING_DAYS: usize = 10;
/// The 1-year percentile from which a rising credit indicator counts as widening (§1.3).
const WIDENING_PERCENTILE: f64 = 0.75;
/// Days between two counts of warnings (§1.4).
const MOMENTUM_DAYS: usize = 5;

/// What the engine says of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct RegimeOutput {
    /// What the tree says today.
    pub raw: Call,
    /// The declared state.
    pub state: State,
    /// The alert level.
    pub alert: AlertLevel,
    /// The readings, in the order of [`INDICATORS`]; `None` where one is unavailable.
    pub readings: Vec<Option<Reading>>,
    /// What the tree looked at.
    pub signals: Signals,
    /// The probabilities of the next state; `None` from UNKNOWN.
    pub probabilities: Option<[f64; STATES]>,
}

/// The engine.
#[derive(Clone, Debug)]
pub struct Regime {
    inputs: Inputs,
    policy: Vec<Date>,
    overrides: Vec<Override<State>>,
    hysteresis: Hysteresis,
    transitions: Transitions,
    /// Warnings of the last days, newest first.
    warnings: Vec<u8>,
}

impl Regime {
    /// The engine under `config`.
    #[must_use]
    pub fn new(config: &V1Config) -> Self {
        Self {
            inputs: config.inputs.clone(),
            policy: config.emergency_policy.clone(),
            overrides: config.regime_overrides.clone(),
            hysteresis: Hysteresis::default(),
            transitions: Transitions::default(),
            warnings: Vec::new(),
        }
    }

    /// Watches today; `entities` is how the entities stood at the end of the day before.
    pub fn step(&mut self, view: &View<'_>, entities: Weakness) -> RegimeOutput {
        let (readings, spread) = self.readings(view);
        let signals = self.signals(view, &readings, &spread);
        let raw = classify(&signals);
        let warned: Vec<(Category, bool)> = INDICATORS
            .iter()
            .zip(&readings)
            .filter_map(|(line, reading)| reading.filter(|reading| reading.warning).map(|r| (line.category, r.severe)))
            .collect();
        let categories: Vec<Category> = warned.iter().map(|(category, _)| *category).collect();
        let counted = alert_level(&categories, warned.iter().filter(|(_, severe)| *severe).count());
        let breaker = entities.breakers > 0;
        let alert = if breaker { AlertLevel::Red } else { counted };
        let forced = if breaker { State::RiskOffPanic } else { raw.state };
        let before = self.hysteresis.declared();
        let by_hand = self.overrides.iter().find(|entry| falls_today(view, entry.date));
        let state = match by_hand {
            Some(entry) => self.hysteresis.set(entry.state),
            None => self.hysteresis.declare(forced, alert == AlertLevel::Red),
        };
        if let Some(before) = before {
            self.transitions.count(before, state);
        }
        self.warnings.insert(0, warned.len() as u8);
        self.warnings.truncate(MOMENTUM_DAYS + 1);
        let ago = self.warnings.last().copied().unwrap_or(0);
        let weak = if entities.weak >= SEVERAL { entities.weak as f64 } else { 0.0 };
        let momentum = f64::from(warned.len() as u8) - f64::from(ago) + weak;
        let probabilities = self.transitions.probabilities(state, momentum);
        RegimeOutput { raw, state, alert, readings, signals, probabilities }
    }

    /// The readings, and the observations of the credit spread.
    fn readings(&self, view: &View<'_>) -> (Vec<Option<Reading>>, Vec<f64>) {
        let inputs = &self.inputs;
        let sources = [
            &inputs.credit_spread,
            &inputs.loan_spread,
            &inputs.ig_issuance,
            &inputs.cds_basis,
            &inputs.slope,
            &inputs.real_yield,
            &inputs.front_spread,
        ];
        let mut spread = Vec::new();
        let mut readings = Vec::with_capacity(INDICATORS.len());
        for (at, line) in INDICATORS.iter().enumerate() {
            let Some(source) = sources.get(at) else {
                readings.push(Some(NEUTRAL));
                continue;
            };
            let levels = observations(view, source, FIVE_YEARS + SPEED);
            readings.push(indicators::read(line.rule, &levels));
            if at == 0 {
                spread = levels;
            }
        }
        (readings, spread)
    }

    fn signals(&self, view: &View<'_>, readings: &[Option<Reading>], spread: &[f64]) -> Signals {
        let vix = observations(view, &self.inputs.vix, VIX_HIGH_DAYS);
        let widens = |reading: &&Reading| reading.change_20d > 0.0 && reading.percentile_1y >= WIDENING_PERCENTILE;
        let credit = INDICATORS.iter().zip(readings).filter(|(line, _)| line.category == Category::Credit);
        Signals {
            vix: vix.first().copied(),
            vix_high: vix.iter().copied().max_by(f64::total_cmp),
            spread_percentile: readings.first().copied().flatten().map(|reading| reading.percentile_5y),
            spread_change: spread.get(STABILISING_DAYS).map(|before| spread[0] - before),
            breadth: breadth(view),
            emergency_policy: self.recent_policy(view.today()),
            widening: credit.filter_map(|(_, reading)| reading.as_ref()).filter(widens).count(),
            unavailable: readings.iter().filter(|reading| reading.is_none()).count(),
        }
    }

    fn recent_policy(&self, today: Date) -> bool {
        let since = (0..POLICY_DAYS).fold(today, |day, _| weekday_before(day));
        self.policy.iter().any(|day| (since..=today).contains(day))
    }

    pub(crate) fn save(&self, bytes: &mut CanonicalBytes) {
        self.hysteresis.save(bytes);
        for count in self.transitions.0.iter().flatten() {
            bytes.put_u32(*count);
        }
        bytes.put_bytes(&self.warnings);
    }

    pub(crate) fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        self.hysteresis = Hysteresis::restore(saved)?;
        for count in self.transitions.0.iter_mut().flatten() {
            *count = saved.u32()?;
        }
        self.warnings = saved.bytes()?.to_vec();
        (self.warnings.len() <= MOMENTUM_DAYS + 1).then_some(())
    }
}

/// Whether a day of the config falls on today: today is the first trading day on or after it.
pub(crate) fn falls_today(view: &View<'_>, date: Date) -> bool {
    date <= view.today() && view.date(1).is_none_or(|before| date > before)
}

/// The share of instruments above their 50-day mean, of those with a close on each of the 50 days.
fn breadth(view: &View<'_>) -> Option<f64> {
    let rows: Option<Vec<_>> = (0..BREADTH_DAYS).map(|lag| view.closes(lag)).collect();
    let rows = rows?;
    let (mut above, mut members) = (0_u32, 0_u32);
    let mut closes = Vec::with_capacity(BREADTH_DAYS);
    for instrument in (0..view.instruments().len() as u32).map(Instrument) {
        closes.clear();
        closes.extend(rows.iter().map_while(|row| row.get(instrument)));
        if closes.len() == BREADTH_DAYS {
            members += 1;
            above += u32::from(closes[0] > sum(&closes) / BREADTH_DAYS as f64);
        }
    }
    (members > 0).then(|| f64::from(above) / f64::from(members))
}

impl RegimeOutput {
    /// The number of warnings.
    #[must_use]
    pub fn warning_count(&self) -> usize {
        self.readings.iter().flatten().filter(|reading| reading.warning).count()
    }

    pub(crate) fn report(&self) -> EngineReport {
        let mut figures = vec![
            tell::label("state", self.state.code()),
            tell::label("raw_state", self.raw.state.code()),
            tell::number("confidence", self.raw.confidence),
            tell::label("alert", self.alert.name()),
            tell::number("warning_count", self.warning_count() as f64),
            tell::number("unavailable", self.signals.unavailable as f64),
        ];
        let risk_off = |row: [f64; STATES]| row[State::RiskOffGrinding as usize] + row[State::RiskOffPanic as usize];
        let found: [Option<Figure>; 4] = [
            tell::maybe("vix", self.signals.vix),
            tell::maybe("spread_percentile", self.signals.spread_percentile),
            tell::maybe("breadth", self.signals.breadth),
            tell::maybe("risk_off_probability", self.probabilities.map(risk_off)),
        ];
        figures.extend(found.into_iter().flatten());
        tell::decided(ENGINE, figures)
    }
}
