//! What the engine answers, and what the journal is told of it.

use domain::digest::{CanonicalBytes, Digest};
use domain::ids::Instrument;
use domain::report::{Figure, FigureValue};

use super::class::{IndexClass, SoftTargetClass};
use super::entities::{Aggregate, EntityType};
use super::measures::Measure;
use crate::column::Column;
use crate::face::Told;

/// Stability vectors, fragility measures and classes of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct StabilityOutput {
    /// 0 to 1, 1 the most liquid.
    pub liquidity: Column,
    /// 0 to 1, 1 the calmest.
    pub vol: Column,
    /// 0 to 1, 1 the least drawn into the market's worst days.
    pub contagion: Column,
    /// 0 to 1, 1 the soundest.
    pub fundamental: Column,
    /// 0 unstable to 1 stable.
    pub stability_score: Column,
    /// The share of the weights whose component is present, 0 to 1.
    pub coverage: Column,
    /// 0 to 100, 100 the worst.
    pub soft_target_index: Column,
    /// The class of the index; `None` without one.
    pub index_class: Vec<Option<IndexClass>>,
    /// Losses over the scenario set.
    pub fragility: FragilityMeasures,
    /// The soft-target class; `None` where a score or a fragility is missing and the other is no reason to watch.
    pub class: Vec<Option<SoftTargetClass>>,
    /// Markets, issuers, sectors, currency pairs, and the portfolio.
    pub aggregates: Vec<Aggregate>,
}

/// Losses over a scenario set, as shares of value; absent without a set, never zero. The map of single losses is the
/// set itself: `ScenarioSet::loss(instrument, path)`.
#[derive(Clone, Debug, PartialEq)]
pub struct FragilityMeasures {
    /// The set.
    pub scenario_set_id: Option<Digest>,
    /// Mean of the worst share of losses.
    pub expected_shortfall: Column,
    /// The largest loss.
    pub worst_case_loss: Column,
    /// The expected shortfall by the reference loss, 0 to 1.
    pub high_fragility: Column,
}

impl FragilityMeasures {
    /// Measures without a set.
    #[must_use]
    pub fn absent(width: usize) -> Self {
        Self {
            scenario_set_id: None,
            expected_shortfall: Column::absent(width),
            worst_case_loss: Column::absent(width),
            high_fragility: Column::absent(width),
        }
    }

    pub(super) fn set(&mut self, instrument: Instrument, measure: Option<Measure>) {
        self.expected_shortfall.set(instrument, measure.map(|measure| measure.expected_shortfall));
        self.worst_case_loss.set(instrument, measure.map(|measure| measure.worst_case_loss));
        self.high_fragility.set(instrument, measure.map(|measure| measure.high_fragility));
    }
}

impl StabilityOutput {
    fn columns(&self) -> [(&'static str, &Column); 10] {
        [
            ("liquidity", &self.liquidity),
            ("vol", &self.vol),
            ("contagion", &self.contagion),
            ("fundamental", &self.fundamental),
            ("stability_score", &self.stability_score),
            ("coverage", &self.coverage),
            ("soft_target_index", &self.soft_target_index),
            ("expected_shortfall", &self.fragility.expected_shortfall),
            ("worst_case_loss", &self.fragility.worst_case_loss),
            ("high_fragility", &self.fragility.high_fragility),
        ]
    }
}

impl Told for StabilityOutput {
    fn put(&self, bytes: &mut CanonicalBytes) {
        for (_, column) in self.columns() {
            column.put(bytes);
        }
        // 0 is no class; the others count from 1.
        for class in &self.index_class {
            bytes.put_u8(class.map_or(0, |class| class as u8 + 1));
        }
        for class in &self.class {
            bytes.put_u8(class.map_or(0, |class| class as u8 + 1));
        }
        bytes.put_text(&self.fragility.scenario_set_id.map_or_else(String::new, |id| id.to_string()));
        bytes.put_short(self.aggregates.len() as u64);
        for aggregate in &self.aggregates {
            aggregate.put(bytes);
        }
    }

    fn day_figures(&self) -> Vec<Figure> {
        let number = |field: &'static str, value: f64| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Number(value),
        };
        let mean = |column: &Column| {
            let values: Vec<f64> = column.present().map(|(_, value)| value).collect();
            domain::numeric::mean(&values)
        };
        let count = |class: SoftTargetClass| self.class.iter().filter(|own| **own == Some(class)).count() as f64;
        let breakers = self.index_class.iter().filter(|own| **own == Some(IndexClass::Breaker)).count() as f64;
        let mut figures = vec![
            number("scored", self.stability_score.present().count() as f64),
            number("soft_targets", count(SoftTargetClass::SoftTarget)),
            number("watchlist", count(SoftTargetClass::Watchlist)),
            number("breakers", breakers),
        ];
        let means = [
            ("mean_stability_score", &self.stability_score),
            ("mean_soft_target_index", &self.soft_target_index),
            ("mean_expected_shortfall", &self.fragility.expected_shortfall),
        ];
        figures.extend(means.iter().filter_map(|(field, column)| Some(number(field, mean(column)?))));
        let held = self.aggregates.iter().find(|entity| entity.entity_type == EntityType::Portfolio);
        let measures = held.map(|held| {
            [
                ("portfolio_stability_score", held.stability_score),
                ("portfolio_expected_shortfall", held.expected_shortfall),
                ("portfolio_high_fragility", held.high_fragility),
            ]
        });
        figures.extend(measures.into_iter().flatten().filter_map(|(field, value)| Some(number(field, value?))));
        figures
    }

    fn instrument_figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for at in 0..self.class.len() {
            let instrument = Instrument(at as u32);
            let mut tell = |field: &'static str, value: FigureValue| {
                figures.push(Figure { instrument: Some(instrument), field: field.into(), value });
            };
            for (field, column) in self.columns() {
                if let Some(value) = column.get(instrument) {
                    tell(field, FigureValue::Number(value));
                }
            }
            if let Some(class) = self.index_class[at] {
                tell("index_class", FigureValue::Label(class.name().into()));
            }
            if let Some(class) = self.class[at] {
                tell("soft_target_class", FigureValue::Label(class.name().into()));
            }
        }
        figures
    }
}

impl Aggregate {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u8(self.entity_type as u8).put_text(&self.entity_id).put_f64(self.coverage);
        let measures = [self.stability_score, self.expected_shortfall, self.worst_case_loss, self.high_fragility];
        for value in self.components.iter().chain(&measures) {
            bytes.put_u64(value.map_or(u64::MAX, f64::to_bits));
        }
        bytes.put_u8(self.class.map_or(0, |class| class as u8 + 1));
    }
}
