//! One region, day by day: features, refits, the smoothed posterior, the label.

use std::collections::VecDeque;

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::numeric::exact::exp;
use domain::state::Saved;

use super::config::{RegimeConfig, Smoothing};
use super::economy::Economy;
use super::features::{COUNT, Proxy, Row, at, breadth};
use super::model::Model;
use super::naming::{Tag, tags};
use super::stress::{Evidence, Gate};
use super::transitions::History;
use crate::windows::Windows;

/// Trading days in a year, for the volatility that stands for an absent VIX.
const YEAR: f64 = 252.0;
/// Days of staying that a cluster's row of the filter's matrix starts with \[chosen\].
const STAYS: f64 = 30.0;

/// The state of one region.
#[derive(Clone, Debug)]
pub(super) struct Tracker {
    pub(super) region: String,
    proxy: Proxy,
    /// Features of the past, every `stride_days`-th day, the oldest first.
    rows: VecDeque<Row>,
    /// Days with features.
    pub(super) days: u32,
    /// The day count of the last fit.
    fitted_at: Option<u32>,
    model: Option<Model>,
    /// Yesterday's filtered posterior.
    filtered: Option<Vec<f64>>,
    /// Posteriors of the last days, for the moving mode.
    recent: VecDeque<Vec<f64>>,
    /// Pairs of most probable clusters on consecutive days.
    moves: Vec<f64>,
    /// Yesterday's most probable cluster.
    cluster: Option<usize>,
    pub(super) gate: Gate,
    pub(super) history: History,
    /// Today's answer; `None` while there is none.
    pub(super) today: Option<Today>,
}

/// What a region answers on one day, before composition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Today {
    pub(super) posterior: Vec<f64>,
    pub(super) cluster: usize,
    pub(super) confidence: f64,
    pub(super) tags: Vec<Tag>,
    pub(super) features: Row,
    pub(super) coverage: f64,
    pub(super) fit: u32,
}

impl Tracker {
    pub(super) fn new(region: &str, config: &RegimeConfig) -> Self {
        Self {
            region: region.to_owned(),
            proxy: Proxy::new(config.window_length_days as usize),
            rows: VecDeque::new(),
            days: 0,
            fitted_at: None,
            model: None,
            filtered: None,
            recent: VecDeque::new(),
            moves: Vec::new(),
            cluster: None,
            gate: Gate::default(),
            history: History::default(),
            today: None,
        }
    }

    /// Today's features; `None` before a window is complete.
    pub(super) fn features(&mut self, windows: &Windows, members: &[usize], economy: &Economy) -> Option<Row> {
        self.today = None;
        self.proxy.take(windows, members);
        let mut row = self.proxy.features(breadth(windows, members, self.proxy.window()))?;
        economy.fill(&mut row);
        Some(row)
    }

    /// Takes a day.
    pub(super) fn take(&mut self, day: Date, row: &Row, economy: &Economy, config: &RegimeConfig) {
        self.remember(row, config);
        self.refit(config);
        let Some(model) = self.model.take() else { return };
        if let Some(raw) = model.posterior(row, config.fit.temperature) {
            self.label(day, &model, &raw, row, economy, config);
        }
        self.model = Some(model);
    }

    fn remember(&mut self, row: &Row, config: &RegimeConfig) {
        if self.days.is_multiple_of(config.fit.stride_days) {
            if self.rows.len() as u32 >= config.fit.rows_kept() {
                self.rows.pop_front();
            }
            self.rows.push_back(*row);
        }
        self.days += 1;
    }

    fn refit(&mut self, config: &RegimeConfig) {
        let due = self.fitted_at.is_none_or(|at| self.days - at >= config.fit.refit_days);
        if self.days < config.fit.min_days || !due {
            return;
        }
        let rows: Vec<Row> = self.rows.iter().copied().collect();
        let Some(model) = Model::fit(&rows, config, &self.region, self.model.as_ref()) else { return };
        if self.moves.len() != model.mixture.clusters() * model.mixture.clusters() {
            // Clusters of another fit are not these: what was counted between them is void.
            (self.moves, self.filtered, self.cluster) = (moves_before(model.mixture.clusters()), None, None);
            self.recent.clear();
        }
        self.model = Some(model);
        self.fitted_at = Some(self.days);
    }

    fn label(&mut self, day: Date, model: &Model, raw: &[f64], row: &Row, economy: &Economy, config: &RegimeConfig) {
        let posterior = self.smoothed(raw, model, config);
        let cluster = largest(&posterior);
        self.count_move(largest(raw), raw.len());
        let evidence = evidence(model.rank(&posterior), row, economy, config);
        let label = self.gate.take(&evidence, &config.naming, config.min_regime_duration_days);
        self.history.set(day, label);
        let state = economy.state(Some(row[at::RETURN_63]).filter(|value| value.is_finite()));
        self.today = Some(Today {
            cluster,
            confidence: posterior[cluster].clamp(0.0, 1.0),
            posterior,
            tags: tags(&state, label.family(), &config.naming),
            features: *row,
            coverage: model.coverage(&config.fit),
            fit: model.number,
        });
    }

    fn count_move(&mut self, to: usize, clusters: usize) {
        if let Some(from) = self.cluster {
            self.moves[from * clusters + to] += 1.0;
        }
        self.cluster = Some(to);
    }

    /// The posterior after causal smoothing.
    fn smoothed(&mut self, raw: &[f64], model: &Model, config: &RegimeConfig) -> Vec<f64> {
        match config.smoothing_method {
            Smoothing::None => raw.to_vec(),
            Smoothing::Hmm => {
                let next = filter(self.filtered.as_deref(), raw, model.mixture.weights(), &self.moves);
                self.filtered = Some(next.clone());
                next
            }
            Smoothing::MovingMode => {
                if self.recent.len() as u32 >= config.naming.mode_days {
                    self.recent.pop_front();
                }
                self.recent.push_back(raw.to_vec());
                let count = self.recent.len() as f64;
                let total = |at: usize| self.recent.iter().fold(0.0, |total, day| total + day[at]);
                (0..raw.len()).map(|at| total(at) / count).collect()
            }
        }
    }

    pub(super) fn save(&self, bytes: &mut CanonicalBytes) {
        self.proxy.save(bytes);
        bytes.put_u32(self.rows.len() as u32);
        for value in self.rows.iter().flatten() {
            bytes.put_f64(*value);
        }
        bytes.put_u32(self.days).put_u32(self.fitted_at.unwrap_or(u32::MAX));
        bytes.put_u8(u8::from(self.model.is_some()));
        if let Some(model) = &self.model {
            model.save(bytes);
        }
        put_all(bytes, self.filtered.as_deref().unwrap_or(&[]));
        bytes.put_u32(self.recent.len() as u32);
        self.recent.iter().for_each(|day| put_all(bytes, day));
        put_all(bytes, &self.moves);
        bytes.put_u32(self.cluster.map_or(u32::MAX, |cluster| cluster as u32));
        self.gate.save(bytes);
        self.history.save(bytes);
    }

    pub(super) fn restore(&mut self, config: &RegimeConfig, saved: &mut Saved<'_>) -> Option<()> {
        self.proxy.restore(saved)?;
        self.rows.clear();
        for _ in 0..saved.u32()? {
            let mut row = [f64::NAN; COUNT];
            for value in &mut row {
                *value = saved.f64()?;
            }
            self.rows.push_back(row);
        }
        self.days = saved.u32()?;
        self.fitted_at = Some(saved.u32()?).filter(|at| *at != u32::MAX);
        self.model = if saved.u8()? == 1 { Some(Model::restore(&config.fit, saved)?) } else { None };
        self.filtered = Some(take_all(saved)?).filter(|filtered| !filtered.is_empty());
        self.recent.clear();
        for _ in 0..saved.u32()? {
            self.recent.push_back(take_all(saved)?);
        }
        self.moves = take_all(saved)?;
        self.cluster = Some(saved.u32()?).filter(|at| *at != u32::MAX).map(|at| at as usize);
        self.gate = Gate::restore(saved)?;
        self.history = History::restore(saved)?;
        self.today = None;
        Some(())
    }
}

/// What the day shows, with the hints of engines-v2 §3: VIX above 30 is a crisis, a high-yield spread above 600 bp is
/// risk-off, and so is a credit spread that is rare by its own past. Where there is no VIX, the market's own volatility in the same unit stands for it, if the clusters agree.
fn evidence(rank: f64, row: &Row, economy: &Economy, config: &RegimeConfig) -> Evidence {
    let rules = &config.naming;
    let realised = 100.0 * exp(row[at::VOL_21]) * YEAR.sqrt();
    let crisis =
        economy.vix.map_or(realised > rules.vix_crisis && rank >= rules.crisis_enter, |vix| vix > rules.vix_crisis);
    Evidence {
        rank,
        rises: row[at::RETURN_63] > 0.0,
        crisis,
        risk_off: economy.high_yield.is_some_and(|spread| spread > rules.high_yield_risk_off_bp)
            || economy.spread_rank.is_some_and(|rank| rank > rules.spread_risk_off_rank),
    }
}

/// One step of the forward filter: yesterday's belief moved by the matrix, times the likelihood of today.
fn filter(before: Option<&[f64]>, raw: &[f64], weights: &[f64], moves: &[f64]) -> Vec<f64> {
    let Some(before) = before else { return raw.to_vec() };
    let count = raw.len();
    let mut next = vec![0.0; count];
    for (from, share) in before.iter().enumerate() {
        let row = &moves[from * count..(from + 1) * count];
        let total = domain::numeric::sum(row);
        next.iter_mut().zip(row).for_each(|(next, entry)| *next += share * entry / total);
    }
    for ((next, raw), weight) in next.iter_mut().zip(raw).zip(weights) {
        *next *= raw / weight;
    }
    let total = domain::numeric::sum(&next);
    if total > 0.0 { next.iter().map(|value| value / total).collect() } else { raw.to_vec() }
}

/// One move to each cluster and a month of staying, before anything is counted.
fn moves_before(clusters: usize) -> Vec<f64> {
    (0..clusters * clusters).map(|at| if at % (clusters + 1) == 0 { STAYS } else { 1.0 }).collect()
}

/// The position of the largest value, the first of equals.
fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

fn put_all(bytes: &mut CanonicalBytes, values: &[f64]) {
    bytes.put_u32(values.len() as u32);
    for value in values {
        bytes.put_f64(*value);
    }
}

fn take_all(saved: &mut Saved<'_>) -> Option<Vec<f64>> {
    (0..saved.u32()?).map(|_| saved.f64()).collect()
}
