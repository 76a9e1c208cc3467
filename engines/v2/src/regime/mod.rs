//! Regimes: in which kind of market a region is, how sure that is, and where it may go (engines-v2 §3, §13).
//!
//! Each day of a region becomes a row of features ([`features`]). A Gaussian mixture ([`mixture`]) is fitted on the
//! rows that are known, every `refit_days`; its clusters are named by written rules ([`naming`]), and a day's label
//! follows from the posterior-weighted stress of the clusters with hysteresis and a minimum duration (`stress`).
//! Daily labels make the transition matrix and the forecast ([`transitions`]). GLOBAL is the weighted vote of the
//! regions, a tie going to the more stressed label.
//!
//! Everything is causal: a day's answer is a function of that day and earlier ones. The history that a fit needs is
//! kept here, so the engine must see every day once, in order: on its first day on a tape with a past, the pipeline
//! shows it each earlier day through [`Regime::observe`] from `windows.step_with`, and then calls `run` as on any
//! other day. A day that was observed already is not taken twice. Worked example: with the defaults (63 days of window,
//! 504 days of history) the first label comes on the 567th day with a price; before, the answer is `ShortHistory`.

pub mod config;
mod economy;
pub mod features;
pub mod mixture;
mod model;
pub mod naming;
mod output;
mod stress;
mod tracker;
pub mod transitions;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::digest::CanonicalBytes;
use domain::facts::InstrumentFact;
use domain::report::{Abstention, Dropped};
use domain::seed::{Seed, Streams};
use domain::state::Saved;
use domain::view::View;

use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::windows::Windows;
use config::RegimeConfig;
use economy::Economy;
use naming::{Label, Tag};
pub use output::{RegimeOutput, RegimeState};
use stress::Gate;
use tracker::Tracker;
use transitions::History;

/// The region that is composed of all others.
const GLOBAL: &str = "GLOBAL";

/// What the engine is given each day.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The tape as of today.
    pub view: &'a View<'a>,
    /// The windows of today.
    pub windows: &'a Windows,
    /// The encoders' embedding of the market window, 384 numbers; handed through.
    pub embedding: Option<&'a [f32]>,
}

/// The regime engine.
#[derive(Clone, Debug)]
pub struct Regime {
    config: RegimeConfig,
    /// Days of the view that have been taken; 0 before the first.
    taken: u32,
    /// The composed region's labels.
    global: History,
    global_days: u32,
    trackers: Vec<Tracker>,
    /// The positions of each tracker's instruments; a function of the tape.
    members: Vec<Vec<usize>>,
    /// Instruments that belong to no proxy.
    left_out: Vec<Dropped>,
    width: usize,
    shake: Option<Shake>,
}

/// A disturbance of the features, for proofs of stability.
#[derive(Clone, Debug)]
struct Shake {
    seed: Seed,
    sizes: Vec<f64>,
}

impl Regime {
    /// An engine before its first day.
    ///
    /// # Errors
    /// [`ConfigError`] for a value out of range.
    pub fn new(config: RegimeConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let (taken, global, global_days, width) = (0, History::default(), 0, 0);
        let (trackers, members, left_out) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { config, taken, global, global_days, trackers, members, left_out, width, shake: None })
    }

    /// The same engine with normal noise on every feature of every day: `sizes` are the standard deviations, in the
    /// order of [`features::NAMES`]. For proofs that labels do not hang on the last digits of a feature.
    #[must_use]
    pub fn shaken(mut self, sizes: Vec<f64>, seed: Seed) -> Self {
        self.shake = Some(Shake { seed, sizes });
        self
    }

    /// Takes a day without answering: for the days before the first one, each once and in order.
    pub fn observe(&mut self, view: &View<'_>, windows: &Windows) {
        if view.day_count() as u32 <= self.taken {
            return;
        }
        if self.width != view.instruments().len() {
            self.lay_out(view.instruments());
        }
        self.taken = view.day_count() as u32;
        let economy = Economy::of(view, &self.config);
        for (tracker, members) in self.trackers.iter_mut().zip(&self.members) {
            let Some(mut row) = tracker.features(windows, members, &economy) else { continue };
            if let Some(shake) = &self.shake {
                shake.disturb(&mut row, self.taken);
            }
            tracker.take(view.today(), &row, &economy, &self.config);
        }
        self.compose(view);
    }

    /// The daily labels of a region so far, by date; empty for a region that is not on the tape.
    #[must_use]
    pub fn history(&self, region: &str) -> Option<&History> {
        if region == GLOBAL {
            return Some(&self.global);
        }
        self.trackers.iter().find(|tracker| tracker.region == region).map(|tracker| &tracker.history)
    }

    /// Sorts the instruments into regions, ascending by region; keeps the state of regions that are known.
    fn lay_out(&mut self, instruments: &[InstrumentFact]) {
        let mut regions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        self.left_out.clear();
        for (at, fact) in instruments.iter().enumerate() {
            if self.config.not_in_proxy.contains(&fact.id.to_string()) {
                let instrument = domain::ids::Instrument(at as u32);
                self.left_out.push(Dropped { instrument, reason: "not_in_proxy".into() });
                continue;
            }
            let region = self.config.market_regions.get(&fact.market).unwrap_or(&fact.market);
            regions.entry(region.clone()).or_default().push(at);
        }
        let mut known: Vec<Tracker> = std::mem::take(&mut self.trackers);
        self.members.clear();
        for (region, members) in regions {
            let held = known.iter().position(|tracker| tracker.region == region).map(|at| known.swap_remove(at));
            self.trackers.push(held.unwrap_or_else(|| Tracker::new(&region, &self.config)));
            self.members.push(members);
        }
        self.width = instruments.len();
    }

    /// Today's vote of the regions, kept as GLOBAL's history.
    fn compose(&mut self, view: &View<'_>) {
        let Some(vote) = self.vote() else { return };
        let before = self.global.set(view.today(), vote.label);
        self.global_days = if before == Some(vote.label) { self.global_days + 1 } else { 1 };
    }

    fn vote(&self) -> Option<Vote> {
        let mut weights = [0.0; Label::ALL.len()];
        let mut vote = Vote::default();
        let mut total = 0.0;
        for (tracker, today) in self.answering() {
            let weight = self.config.region_weights.get(&tracker.region).copied().unwrap_or(1.0);
            let Some(label) = tracker.gate.label else { continue };
            weights[label as usize] += weight;
            total += weight;
            vote.rank += weight * tracker.gate.rank.unwrap_or(0.5);
            vote.coverage += weight * today.coverage;
        }
        if total <= 0.0 {
            return None;
        }
        // Labels are ordered from the most stressed: of equals the first wins.
        let best = (1..weights.len()).fold(0, |best, at| if weights[at] > weights[best] { at } else { best });
        vote.label = Label::ALL[best];
        (vote.rank, vote.coverage) = (vote.rank / total, vote.coverage / total);
        for (tracker, today) in self.answering().filter(|(tracker, _)| tracker.gate.label == Some(vote.label)) {
            let weight = self.config.region_weights.get(&tracker.region).copied().unwrap_or(1.0);
            vote.confidence += weight * today.confidence / total;
            vote.tags.extend(&today.tags);
        }
        vote.tags.sort_unstable();
        vote.tags.dedup();
        Some(vote)
    }

    fn answering(&self) -> impl Iterator<Item = (&Tracker, &tracker::Today)> {
        self.trackers.iter().filter_map(|tracker| Some((tracker, tracker.today.as_ref()?)))
    }

    fn state(&self, region: &str, input: &Input<'_>) -> Option<RegimeState> {
        let embedding = input.embedding.map(<[f32]>::to_vec);
        if region == GLOBAL {
            let vote = self.vote()?;
            let mut state = self.plain(region, vote.label, &self.global, input.view);
            (state.confidence, state.tags, state.stress_rank) = (vote.confidence.clamp(0.0, 1.0), vote.tags, vote.rank);
            (state.coverage, state.days_in_label, state.embedding) = (vote.coverage, self.global_days, embedding);
            return Some(state);
        }
        let (tracker, today) = self.answering().find(|(tracker, _)| tracker.region == region)?;
        let Gate { rank, label, days, .. } = tracker.gate;
        let mut state = self.plain(region, label?, &tracker.history, input.view);
        (state.confidence, state.tags, state.stress_rank) = (today.confidence, today.tags.clone(), rank?);
        (state.coverage, state.days_in_label, state.embedding) = (today.coverage, days, embedding);
        state.features = today.features.iter().map(|value| Some(*value).filter(|value| value.is_finite())).collect();
        (state.posterior, state.fit_number) = (today.posterior.clone(), today.fit);
        Some(state)
    }

    fn plain(&self, region: &str, label: Label, history: &History, view: &View<'_>) -> RegimeState {
        let transitions = history.matrix(self.config.transition_smoothing);
        RegimeState {
            as_of_date: view.today(),
            region: region.to_owned(),
            label,
            family: label.family(),
            confidence: 0.0,
            embedding: None,
            tags: Vec::new(),
            features: Vec::new(),
            coverage: 0.0,
            posterior: Vec::new(),
            stress_rank: 0.5,
            days_in_label: 0,
            fit_number: 0,
            forecast: transitions.forecast(label.family(), self.config.forecast_days),
            transitions,
        }
    }

    fn why_not(&self) -> Abstention {
        let need = self.config.fit.min_days + self.config.window_length_days;
        let have = self.trackers.iter().map(|tracker| tracker.days).max().unwrap_or(0);
        if have >= self.config.fit.min_days {
            return Abstention::MissingInput { input: "regime features".to_owned() };
        }
        Abstention::ShortHistory { have: self.taken.min(need - 1), need }
    }
}

impl Shake {
    fn disturb(&self, row: &mut features::Row, day: u32) {
        let streams = Streams::new(self.seed);
        for ((value, size), name) in row.iter_mut().zip(&self.sizes).zip(features::NAMES) {
            // The sum of twelve uniform draws has variance 1 and mean 6, close enough to normal here.
            let draws = (0..12).map(|draw| streams.uniform(&["regime", "shake", name], u64::from(day) * 12 + draw));
            *value += size * (draws.fold(0.0, |total, draw| total + draw) - 6.0);
        }
    }
}

/// The composition of the regions.
struct Vote {
    label: Label,
    confidence: f64,
    rank: f64,
    coverage: f64,
    tags: Vec<Tag>,
}

impl Default for Vote {
    fn default() -> Self {
        Self { label: Label::Neutral, confidence: 0.0, rank: 0.0, coverage: 0.0, tags: Vec::new() }
    }
}

impl Engine for Regime {
    const NAME: &'static str = "regime";
    type Input<'a> = Input<'a>;
    type Output = RegimeOutput;

    fn run(&mut self, input: &Input<'_>) -> Answer<RegimeOutput> {
        self.observe(input.view, input.windows);
        let states: Vec<RegimeState> =
            self.config.regions.iter().filter_map(|region| self.state(region, input)).collect();
        let output = if states.is_empty() { Err(self.why_not()) } else { Ok(RegimeOutput { states }) };
        Answer { output, dropped: self.left_out.clone() }
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.taken).put_u32(self.global_days).put_u32(self.trackers.len() as u32);
        self.global.save(bytes);
        for tracker in &self.trackers {
            bytes.put_text(&tracker.region);
            tracker.save(bytes);
        }
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        (self.taken, self.global_days) = (saved.u32()?, saved.u32()?);
        let count = saved.u32()?;
        self.global = History::restore(saved)?;
        (self.trackers, self.members, self.width) = (Vec::new(), Vec::new(), 0);
        for _ in 0..count {
            let mut tracker = Tracker::new(saved.text()?, &self.config);
            tracker.restore(&self.config, saved)?;
            self.trackers.push(tracker);
        }
        Some(())
    }
}
