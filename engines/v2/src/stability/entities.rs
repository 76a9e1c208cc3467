//! Entities above instruments: what their members are, in equal parts, or by weight for the portfolio.
//!
//! | entity | members |
//! |---|---|
//! | MARKET | the measured instruments of a market |
//! | SECTOR | those of a sector |
//! | ISSUER | those of an issuer with at least two; an issuer with one instrument is that instrument's row |
//! | FX | one instrument of class `FX` each |
//! | PORTFOLIO | the instruments with a weight, by weight |
//!
//! A component or score of an entity is the mean over the members that have one, absent when they carry less than half of
//! the weight. Its losses are the weighted losses of its members path by path, so what its members lose on different
//! paths does not add up.

use std::sync::Arc;

use domain::facts::InstrumentFact;
use domain::ids::Instrument;

use super::Input;
use super::class::SoftTargetClass;
use super::components::Layout;
use super::config::StabilityConfig;
use super::measures::{Measure, Measured};
use crate::column::Column;

/// The kinds of entity of the stability tables, beside instruments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityType {
    /// A market.
    Market,
    /// An issuer.
    Issuer,
    /// A sector.
    Sector,
    /// A currency pair.
    Fx,
    /// The portfolio.
    Portfolio,
}

impl EntityType {
    /// As the tables write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Market => "MARKET",
            Self::Issuer => "ISSUER",
            Self::Sector => "SECTOR",
            Self::Fx => "FX",
            Self::Portfolio => "PORTFOLIO",
        }
    }
}

/// Stability and fragility of one entity above instruments; units as for instruments.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// The kind.
    pub entity_type: EntityType,
    /// The market, issuer, sector, instrument id of the pair, or `PORTFOLIO`.
    pub entity_id: Arc<str>,
    /// Means of liquidity, vol, contagion and fundamental.
    pub components: [Option<f64>; 4],
    /// The mean score.
    pub stability_score: Option<f64>,
    /// The share of the weight whose members have a score.
    pub coverage: f64,
    /// The expected shortfall over the scenario set.
    pub expected_shortfall: Option<f64>,
    /// The worst loss over the scenario set.
    pub worst_case_loss: Option<f64>,
    /// The expected shortfall by the reference loss, 0 to 1.
    pub high_fragility: Option<f64>,
    /// The class.
    pub class: Option<SoftTargetClass>,
}

/// An entity and its members.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) entity_type: EntityType,
    pub(super) entity_id: Arc<str>,
    /// Positions, ascending, and weights.
    pub(super) members: Vec<(u32, f64)>,
}

/// The groups of the measured instruments, ascending by kind and name.
pub(super) fn groups(instruments: &[InstrumentFact], measured: &[u32]) -> Vec<Group> {
    let mut keyed: Vec<(EntityType, &str, u32)> = Vec::new();
    for at in measured {
        let fact = &instruments[*at as usize];
        keyed.push((EntityType::Market, &fact.market, *at));
        keyed.extend(fact.issuer.as_deref().map(|issuer| (EntityType::Issuer, issuer, *at)));
        keyed.extend(fact.sector.as_deref().map(|sector| (EntityType::Sector, sector, *at)));
        if fact.id.asset_class() == "FX" {
            keyed.push((EntityType::Fx, fact.id.as_str(), *at));
        }
    }
    keyed.sort_unstable();
    let same = |a: &(EntityType, &str, u32), b: &(EntityType, &str, u32)| (a.0, a.1) == (b.0, b.1);
    let group = |chunk: &[(EntityType, &str, u32)]| Group {
        entity_type: chunk[0].0,
        entity_id: chunk[0].1.into(),
        members: chunk.iter().map(|(_, _, at)| (*at, 1.0)).collect(),
    };
    let chunks = keyed.chunk_by(same).filter(|chunk| chunk[0].0 != EntityType::Issuer || chunk.len() > 1);
    chunks.map(group).collect()
}

/// The portfolio as a group; `None` without a weight.
pub(super) fn portfolio(weights: Option<&Column>) -> Option<Group> {
    let held = weights?.present().filter(|(_, weight)| *weight != 0.0);
    let members: Vec<(u32, f64)> = held.map(|(instrument, weight)| (instrument.0, weight)).collect();
    (!members.is_empty()).then(|| Group { entity_type: EntityType::Portfolio, entity_id: "PORTFOLIO".into(), members })
}

impl Group {
    /// The mean over the members that have a value, by the size of their weights, and the share that has one.
    fn mean(&self, column: &Column) -> (Option<f64>, f64) {
        let (mut total, mut present, mut weighted) = (0.0, 0.0, 0.0);
        for (at, weight) in &self.members {
            let weight = weight.abs();
            total += weight;
            if let Some(value) = column.get(Instrument(*at)) {
                present += weight;
                weighted += weight * value;
            }
        }
        let coverage = present / total;
        ((coverage >= 0.5).then(|| (weighted / present).clamp(0.0, 1.0)), coverage)
    }

    fn aggregate(
        &self,
        components: &[Column; 4],
        scores: &Column,
        weakness: Option<&Column>,
        measure: Option<Measure>,
        config: &StabilityConfig,
    ) -> Aggregate {
        let (stability_score, coverage) = self.mean(scores);
        let weakness = weakness.and_then(|weakness| self.mean(weakness).0);
        let high_fragility = measure.map(|measure| measure.high_fragility);
        Aggregate {
            entity_type: self.entity_type,
            entity_id: Arc::clone(&self.entity_id),
            components: components.each_ref().map(|column| self.mean(column).0),
            stability_score,
            coverage,
            expected_shortfall: measure.map(|measure| measure.expected_shortfall),
            worst_case_loss: measure.map(|measure| measure.worst_case_loss),
            high_fragility,
            class: SoftTargetClass::of(stability_score, high_fragility, weakness, &config.thresholds),
        }
    }
}

impl Layout {
    /// All entities, ascending by kind and name, the portfolio last.
    pub(super) fn aggregates(
        &self,
        input: &Input<'_>,
        components: &[Column; 4],
        scores: &Column,
        measured: &Measured,
        config: &StabilityConfig,
    ) -> Vec<Aggregate> {
        let held = portfolio(input.weights);
        let entities = self.groups.iter().zip(&measured.groups).chain(held.iter().zip([&measured.portfolio]));
        let aggregate = |(group, measure): (&Group, &Option<Measure>)| {
            group.aggregate(components, scores, input.weakness, *measure, config)
        };
        entities.map(aggregate).collect()
    }
}
