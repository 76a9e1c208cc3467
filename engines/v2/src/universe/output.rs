//! What the universe answers.

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::{Dropped, Figure, FigureValue};

use super::reason::{Reason, Reasons};
use crate::face::Told;

/// The place of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Not in the universe.
    Excluded,
    /// In the universe.
    Satellite,
    /// In the first half of it.
    Core,
}

/// One candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UniverseEntry {
    /// Its place.
    pub tier: Tier,
    /// 0 to 1, less the penalty of the watch list; `None` for whom a hard filter kept out or who cannot be ranked.
    pub universe_score: Option<f64>,
    /// The share of the ranking's weights that its inputs cover, 0 to 1.
    pub coverage: f64,
    /// Why; never empty.
    pub reasons: Reasons,
}

/// The universe of a day: an entry for each instrument of the tape, by position.
#[derive(Clone, Debug, PartialEq)]
pub struct UniverseOutput {
    /// The entries.
    pub entries: Vec<UniverseEntry>,
}

impl Tier {
    /// The tier in tables and journals.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excluded => "EXCLUDED",
            Self::Satellite => "SATELLITE",
            Self::Core => "CORE",
        }
    }
}

impl UniverseEntry {
    /// The reason that is named.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reasons.first().map_or("", Reason::name)
    }
}

impl UniverseOutput {
    /// The entry of one instrument.
    #[must_use]
    pub fn get(&self, instrument: Instrument) -> Option<&UniverseEntry> {
        self.entries.get(instrument.index())
    }

    /// The effective universe: whoever is not EXCLUDED, ascending.
    pub fn members(&self) -> impl Iterator<Item = Instrument> {
        self.numbered().filter(|(_, entry)| entry.tier != Tier::Excluded).map(|(instrument, _)| instrument)
    }

    /// Whoever is EXCLUDED, ascending, each with the reason that is named.
    #[must_use]
    pub fn dropped(&self) -> Vec<Dropped> {
        let excluded = self.numbered().filter(|(_, entry)| entry.tier == Tier::Excluded);
        excluded.map(|(instrument, entry)| Dropped { instrument, reason: entry.reason().into() }).collect()
    }

    fn numbered(&self) -> impl Iterator<Item = (Instrument, &UniverseEntry)> {
        (0..).map(Instrument).zip(&self.entries)
    }

    fn count(&self, tier: Tier) -> f64 {
        self.entries.iter().filter(|entry| entry.tier == tier).count() as f64
    }
}

impl Told for UniverseOutput {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short(self.entries.len() as u64);
        for entry in &self.entries {
            bytes.put_u8(entry.tier as u8).put_u32(entry.reasons.bits());
            // A score is never NaN, so these bits mean "none".
            bytes.put_u64(entry.universe_score.map_or(u64::MAX, f64::to_bits)).put_f64(entry.coverage);
        }
    }

    fn day_figures(&self) -> Vec<Figure> {
        let named = |reason: Reason| {
            let first = self.entries.iter().filter(|entry| entry.reasons.first() == Some(reason));
            FigureValue::Number(first.count() as f64)
        };
        let figure = |field: &'static str, value| Figure { instrument: None, field: field.into(), value };
        vec![
            figure("core", FigureValue::Number(self.count(Tier::Core))),
            figure("satellite", FigureValue::Number(self.count(Tier::Satellite))),
            figure("excluded", FigureValue::Number(self.count(Tier::Excluded))),
            figure(Reason::ExcludedSectorCap.name(), named(Reason::ExcludedSectorCap)),
            figure(Reason::ExcludedMaxUniverseSize.name(), named(Reason::ExcludedMaxUniverseSize)),
        ]
    }

    fn instrument_figures(&self) -> Vec<Figure> {
        let mut figures = Vec::with_capacity(self.entries.len() * 3);
        for (instrument, entry) in self.numbered() {
            let mut tell = |field: &'static str, value| {
                figures.push(Figure { instrument: Some(instrument), field: field.into(), value });
            };
            tell("tier", FigureValue::Label(entry.tier.name().into()));
            tell("reason", FigureValue::Label(entry.reason().into()));
            entry.universe_score.into_iter().for_each(|score| tell("universe_score", FigureValue::Number(score)));
        }
        figures
    }
}
