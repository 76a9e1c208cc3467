//! What the assessment answers.

use std::borrow::Cow;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::{Figure, FigureValue};

use super::combine::squash;
use super::family::Family;
use super::label::SignalLabel;
use crate::column::Column;
use crate::face::Told;

/// The scores of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct AssessmentOutput {
    /// One block for each horizon, rising.
    pub horizons: Vec<HorizonScores>,
    /// The share of the required inputs that a name has, 0 to 1; also for names that had too little for a score.
    pub coverage: Column,
    /// The families' standard scores, in the order of families; a family that nobody has is not listed.
    pub components: Vec<(Family, Column)>,
}

/// The scores for one horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonScores {
    /// The horizon, trading days.
    pub horizon_days: u32,
    /// Expected return over the horizon, after the penalty.
    pub expected_return: Column,
    /// What fragility took off the expected return, in units of return.
    pub penalty: Column,
    /// −1 to 1.
    pub score: Column,
    /// 0 to 1.
    pub confidence: Column,
    /// The score in a word.
    pub labels: Vec<Option<SignalLabel>>,
}

/// All that is said of one instrument for one horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct InstrumentScore {
    /// Expected return over the horizon.
    pub expected_return: f64,
    /// −1 to 1.
    pub score: f64,
    /// 0 to 1.
    pub confidence: f64,
    /// The score in a word.
    pub signal_label: SignalLabel,
    /// The families' standard scores that it is made of.
    pub alpha_components: Vec<(Family, f64)>,
    /// What fragility took off the expected return.
    pub penalty: f64,
    /// The share of the required inputs that were there, 0 to 1.
    pub coverage: f64,
}

impl HorizonScores {
    pub(super) fn absent(horizon_days: u32, width: usize) -> Self {
        let column = Column::absent(width);
        Self {
            horizon_days,
            expected_return: column.clone(),
            penalty: column.clone(),
            score: column.clone(),
            confidence: column,
            labels: vec![None; width],
        }
    }
}

impl AssessmentOutput {
    /// What is said of `instrument` over `horizon_days`; `None` without a score.
    #[must_use]
    pub fn get(&self, instrument: Instrument, horizon_days: u32) -> Option<InstrumentScore> {
        let scores = self.horizon(horizon_days)?;
        let component = |(family, z): &(Family, Column)| Some((*family, z.get(instrument)?));
        Some(InstrumentScore {
            expected_return: scores.expected_return.get(instrument)?,
            score: scores.score.get(instrument)?,
            confidence: scores.confidence.get(instrument)?,
            signal_label: (*scores.labels.get(instrument.index())?)?,
            alpha_components: self.components.iter().filter_map(component).collect(),
            penalty: scores.penalty.get(instrument)?,
            coverage: self.coverage.get(instrument)?,
        })
    }

    /// The scores for one horizon; `None` when the config does not list it.
    #[must_use]
    pub fn horizon(&self, horizon_days: u32) -> Option<&HorizonScores> {
        self.horizons.iter().find(|scores| scores.horizon_days == horizon_days)
    }

    /// The standard scores of one family; `None` when nobody has any.
    #[must_use]
    pub fn component(&self, family: Family) -> Option<&Column> {
        self.components.iter().find(|(known, _)| *known == family).map(|(_, z)| z)
    }

    /// Quality as the universe reads it, 0 to 1: (1 + tanh(z / 2)) / 2 of the quality family. `None` when nobody has
    /// any.
    #[must_use]
    pub fn quality01(&self) -> Option<Column> {
        let z = self.component(Family::Quality)?;
        Some(Column::with_gaps(z.raw().iter().map(|z| f64::midpoint(1.0, squash(*z))).collect()))
    }
}

impl Told for AssessmentOutput {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short(self.horizons.len() as u64);
        for scores in &self.horizons {
            bytes.put_u32(scores.horizon_days);
            let columns = [&scores.expected_return, &scores.penalty, &scores.score, &scores.confidence];
            columns.into_iter().for_each(|column| column.put(bytes));
            for label in &scores.labels {
                bytes.put_u8(label.map_or(0, |label| label as u8 + 1));
            }
        }
        self.coverage.put(bytes);
        bytes.put_short(self.components.len() as u64);
        for (family, z) in &self.components {
            bytes.put_u8(*family as u8);
            z.put(bytes);
        }
    }

    fn day_figures(&self) -> Vec<Figure> {
        let Some(scores) = self.horizons.last() else { return Vec::new() };
        let mut figures = vec![number("scored", scores.score.present().count() as f64)];
        let columns = [("mean_score", &scores.score), ("mean_confidence", &scores.confidence)];
        for (field, column) in columns {
            let present: Vec<f64> = column.present().map(|(_, value)| value).collect();
            figures.extend(domain::numeric::mean(&present).map(|mean| number(field, mean)));
        }
        let names = ["short", "sell", "hold", "buy", "strong_buy"];
        for (field, label) in names.into_iter().zip(SignalLabel::ALL) {
            figures.push(number(field, scores.labels.iter().filter(|found| **found == Some(label)).count() as f64));
        }
        figures
    }

    fn instrument_figures(&self) -> Vec<Figure> {
        let Some(longest) = self.horizons.last() else { return Vec::new() };
        let mut figures = Vec::new();
        for (instrument, score) in longest.score.present() {
            let mut tell = |field: Cow<'static, str>, value| {
                figures.push(Figure { instrument: Some(instrument), field, value });
            };
            for scores in &self.horizons {
                if let Some(value) = scores.expected_return.get(instrument) {
                    tell(expected_return(scores.horizon_days), FigureValue::Number(value));
                }
            }
            tell("score".into(), FigureValue::Number(score));
            for (field, column) in [("confidence", &longest.confidence), ("coverage", &self.coverage)] {
                column.get(instrument).into_iter().for_each(|value| tell(field.into(), FigureValue::Number(value)));
            }
            if let Some(label) = longest.labels[instrument.index()] {
                tell("signal_label".into(), FigureValue::Label(label.name().into()));
            }
            for (family, z) in &self.components {
                let value = z.get(instrument);
                value.into_iter().for_each(|value| tell(family.name().into(), FigureValue::Number(value)));
            }
        }
        figures
    }
}

/// The field of a horizon. Those of the usual ones are part of the program, for they stand in a journal by the million.
fn expected_return(horizon_days: u32) -> Cow<'static, str> {
    match horizon_days {
        5 => "expected_return_5".into(),
        10 => "expected_return_10".into(),
        21 => "expected_return_21".into(),
        63 => "expected_return_63".into(),
        126 => "expected_return_126".into(),
        252 => "expected_return_252".into(),
        other => format!("expected_return_{other}").into(),
    }
}

fn number(field: &'static str, value: f64) -> Figure {
    Figure { instrument: None, field: field.into(), value: FigureValue::Number(value) }
}
