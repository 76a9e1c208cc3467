//! What the engine answers, and what the journal is told of it.

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::{Figure, FigureValue};

use super::score::FragilityClass;
use super::template::PositionTemplate;
use crate::column::Column;
use crate::face::Told;

/// Scores, classes and proposals of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct FragilityOutput {
    /// 0 to 1, 1 the weakest.
    pub weak_profile: Column,
    /// 0 to 1, 1 the least steady.
    pub instability: Column,
    /// 0 to 1, 1 at the reference loss.
    pub high_fragility: Column,
    /// 0 to 1, 1 the most complacent.
    pub complacent_pricing: Column,
    /// The share of the weights whose component is present, 0 to 1.
    pub coverage: Column,
    /// 0 to 1, high when the components agree.
    pub soft_target_score: Column,
    /// Expected gain of being short over the horizon, as a share; positive is attractive.
    pub fragility_alpha: Column,
    /// The class; `None` without a score.
    pub class: Vec<Option<FragilityClass>>,
    /// Proposals, ascending by instrument.
    pub positions: Vec<PositionTemplate>,
}

impl FragilityOutput {
    pub(super) fn absent(width: usize) -> Self {
        Self {
            weak_profile: Column::absent(width),
            instability: Column::absent(width),
            high_fragility: Column::absent(width),
            complacent_pricing: Column::absent(width),
            coverage: Column::absent(width),
            soft_target_score: Column::absent(width),
            fragility_alpha: Column::absent(width),
            class: vec![None; width],
            positions: Vec::new(),
        }
    }

    /// The instruments with a score, the highest first; equal ones go to the lower instrument.
    #[must_use]
    pub fn ranking(&self) -> Vec<Instrument> {
        ranked(&self.soft_target_score)
    }

    /// The instruments with an alpha, the highest first; equal ones go to the lower instrument.
    #[must_use]
    pub fn alpha_ranking(&self) -> Vec<Instrument> {
        ranked(&self.fragility_alpha)
    }

    fn columns(&self) -> [(&'static str, &Column); 7] {
        [
            ("weak_profile", &self.weak_profile),
            ("instability", &self.instability),
            ("high_fragility", &self.high_fragility),
            ("complacent_pricing", &self.complacent_pricing),
            ("coverage", &self.coverage),
            ("soft_target_score", &self.soft_target_score),
            ("fragility_alpha", &self.fragility_alpha),
        ]
    }
}

fn ranked(column: &Column) -> Vec<Instrument> {
    let mut found: Vec<(Instrument, f64)> = column.present().collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.into_iter().map(|(instrument, _)| instrument).collect()
}

impl Told for FragilityOutput {
    fn put(&self, bytes: &mut CanonicalBytes) {
        for (_, column) in self.columns() {
            column.put(bytes);
        }
        // 0 is no class; the others count from 1.
        for class in &self.class {
            bytes.put_u8(class.map_or(0, |class| class as u8 + 1));
        }
        bytes.put_short(self.positions.len() as u64);
        for position in &self.positions {
            bytes.put_text(&position.entity_id).put_u32(position.instrument_id.0);
            bytes.put_i32(position.as_of_date.epoch_days());
            bytes.put_u8(position.direction as u8).put_u8(position.kind as u8);
            bytes.put_f64(position.notional_hint).put_u32(position.horizon_days);
            bytes.put_u8(position.class as u8).put_f64(position.score).put_f64(position.alpha);
        }
    }

    fn day_figures(&self) -> Vec<Figure> {
        let number = |field: &'static str, value: f64| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Number(value),
        };
        let count = |class: FragilityClass| self.class.iter().filter(|own| **own == Some(class)).count() as f64;
        let mut figures = vec![
            number("scored", self.soft_target_score.present().count() as f64),
            number("watchlist", count(FragilityClass::Watchlist)),
            number("short_candidates", count(FragilityClass::ShortCandidate)),
            number("crises", count(FragilityClass::Crisis)),
            number("positions", self.positions.len() as f64),
        ];
        let highest = |column: &Column| column.present().map(|(_, value)| value).max_by(f64::total_cmp);
        let tops = [("top_soft_target_score", &self.soft_target_score), ("top_fragility_alpha", &self.fragility_alpha)];
        figures.extend(tops.iter().filter_map(|(field, column)| Some(number(field, highest(column)?))));
        figures
    }

    fn instrument_figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        let mut positions = self.positions.iter().peekable();
        for (at, class) in self.class.iter().enumerate() {
            let instrument = Instrument(at as u32);
            let mut tell = |field: &'static str, value: FigureValue| {
                figures.push(Figure { instrument: Some(instrument), field: field.into(), value });
            };
            for (field, column) in self.columns() {
                if let Some(value) = column.get(instrument) {
                    tell(field, FigureValue::Number(value));
                }
            }
            if let Some(class) = class {
                tell("fragility_class", FigureValue::Label(class.name().into()));
            }
            if let Some(position) = positions.next_if(|position| position.instrument_id == instrument) {
                tell("position_direction", FigureValue::Label(position.direction.name().into()));
                tell("position_kind", FigureValue::Label(position.kind.name().into()));
                tell("notional_hint", FigureValue::Number(position.notional_hint));
                tell("position_horizon_days", FigureValue::Number(f64::from(position.horizon_days)));
            }
        }
        figures
    }
}
