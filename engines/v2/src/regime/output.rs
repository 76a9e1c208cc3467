//! What the engine answers: a state for each region.

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::report::{Figure, FigureValue};

use super::features::NAMES;
use super::naming::{Family, Label, Tag};
use super::transitions::{Forecast, TransitionMatrix};
use crate::face::Told;

/// The regime of one region on one day (engines-v2 §3, data-model §4).
#[derive(Clone, Debug, PartialEq)]
pub struct RegimeState {
    /// The day.
    pub as_of_date: Date,
    /// The region, for example `GLOBAL`.
    pub region: String,
    /// The label.
    pub label: Label,
    /// Its family.
    pub family: Family,
    /// The posterior of the most probable cluster, 0 to 1; for GLOBAL the mean over the regions that agree with it
    /// times the weight that they have.
    pub confidence: f64,
    /// The market embedding of the encoders, where it was given: 384 numbers.
    pub embedding: Option<Vec<f32>>,
    /// What else is said of the day, ascending.
    pub tags: Vec<Tag>,
    /// The features of the day in the order of `features::NAMES`; none for a composed region.
    pub features: Vec<Option<f64>>,
    /// The share of the configured features that the fit sees, 0 to 1.
    pub coverage: f64,
    /// The posterior of each cluster; empty for a composed region.
    pub posterior: Vec<f64>,
    /// The averaged rank of stress among the days of the fit, 0 to 1.
    pub stress_rank: f64,
    /// Days for which the label has held, today included.
    pub days_in_label: u32,
    /// The number of the fit, from 0.
    pub fit_number: u32,
    /// From each family to each other within a day.
    pub transitions: TransitionMatrix,
    /// Where the region may stand after the horizon.
    pub forecast: Forecast,
}

/// The states of all answered regions.
#[derive(Clone, Debug, PartialEq)]
pub struct RegimeOutput {
    /// One for each region, in the order of the config.
    pub states: Vec<RegimeState>,
}

impl RegimeOutput {
    /// The state of a region.
    #[must_use]
    pub fn region(&self, name: &str) -> Option<&RegimeState> {
        self.states.iter().find(|state| state.region == name)
    }

    /// The state that the engines after this one use: GLOBAL, or the first region where GLOBAL is not answered.
    #[must_use]
    pub fn leading(&self) -> Option<&RegimeState> {
        self.region(super::GLOBAL).or_else(|| self.states.first())
    }
}

impl RegimeState {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_i32(self.as_of_date.epoch_days()).put_text(&self.region).put_text(self.label.name());
        bytes.put_text(self.family.name()).put_f64(self.confidence);
        let embedding = self.embedding.as_deref().unwrap_or(&[]);
        bytes.put_short(embedding.len() as u64);
        for value in embedding {
            bytes.put_u32(value.to_bits());
        }
        bytes.put_short(self.tags.len() as u64);
        for tag in &self.tags {
            bytes.put_text(tag.name());
        }
        bytes.put_short(self.features.len() as u64);
        for value in &self.features {
            bytes.put_u64(value.map_or(u64::MAX, f64::to_bits));
        }
        bytes.put_f64(self.coverage).put_f64(self.stress_rank).put_u32(self.days_in_label).put_u32(self.fit_number);
        bytes.put_short(self.posterior.len() as u64);
        let matrix = self.transitions.0.iter().flatten();
        for value in self.posterior.iter().chain(matrix).chain(&self.forecast.families) {
            bytes.put_f64(*value);
        }
        bytes.put_u32(self.forecast.days).put_f64(self.forecast.p_change).put_f64(self.forecast.risk_score);
    }
}

impl Told for RegimeOutput {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short(self.states.len() as u64);
        self.states.iter().for_each(|state| state.put(bytes));
    }

    fn day_figures(&self) -> Vec<Figure> {
        let Some(state) = self.leading() else { return Vec::new() };
        let figure = |field: &'static str, value| Figure { instrument: None, field: field.into(), value };
        let number = |field, value| figure(field, FigureValue::Number(value));
        let mut figures = vec![
            figure("regime", FigureValue::Label(state.label.name().into())),
            figure("family", FigureValue::Label(state.family.name().into())),
            number("confidence", state.confidence),
            number("stress_rank", state.stress_rank),
            number("coverage", state.coverage),
            number("p_change", state.forecast.p_change),
            number("risk_score", state.forecast.risk_score),
        ];
        if !state.tags.is_empty() {
            let names: Vec<&str> = state.tags.iter().map(|tag| tag.name()).collect();
            figures.push(figure("tags", FigureValue::Label(names.join(" ").into())));
        }
        figures
    }

    fn instrument_figures(&self) -> Vec<Figure> {
        Vec::new()
    }
}

/// The features of a state by name.
impl RegimeState {
    /// One feature of the day, by its name in `features::NAMES`.
    #[must_use]
    pub fn feature(&self, name: &str) -> Option<f64> {
        let at = NAMES.iter().position(|other| *other == name)?;
        self.features.get(at).copied().flatten()
    }
}
