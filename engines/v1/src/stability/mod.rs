//! The stability engine: how near the tier-1 entities are to breaking (engines-v1 §2).
//!
//! Each entity has four dimensions of stress from 0 to 1; their weighted sum is the index from 0 to 100, and cuts at
//! 30, 45, 60 and 75 name its state. Gates in [`track`] keep a state from following every day's index. The worked
//! example of v1's own notes: financial 0.75, political 0.6, operational 0.4 and attack surface 0.4 give 58, which is
//! Fragile.
//!
//! ```
//! use v1::stability::{Dimensions, EntityState};
//! let bank = Dimensions { financial: 0.75, political: 0.6, operational: 0.4, attack_surface: 0.4 };
//! assert!((bank.index() - 58.0).abs() < 1e-9);
//! assert_eq!(EntityState::of_index(bank.index()), EntityState::Fragile);
//! ```

mod entity;
mod metrics;
pub mod track;

use domain::digest::CanonicalBytes;
use domain::report::EngineReport;
use domain::state::Saved;
use domain::view::View;

use crate::config::V1Config;
use crate::tell;
use track::Track;

pub use entity::{ENTITY_COUNTS, EntityFact, EntityKind, EntityState};
pub use metrics::{Dimensions, Measured, cds_stress, measure};

/// The name in reports.
pub const ENGINE: &str = "v1.stability";

/// How many entities are weak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weakness {
    /// Fragile or Targetable.
    pub weak: usize,
    /// Breaker.
    pub breakers: usize,
}

/// The engine.
#[derive(Clone, Debug)]
pub struct Stability {
    entities: Vec<EntityFact>,
    tracks: Vec<Track>,
    /// The index of each entity today, 0 to 100.
    indices: Vec<f64>,
    /// The last transitions: entity and the state that it entered, newest last.
    transitions: Vec<(u32, EntityState)>,
}

/// Transitions that the assessment is told of (§2).
const LAST_TRANSITIONS: usize = 20;
/// Soft targets that the assessment is told of (§2).
const TOP_TARGETS: usize = 10;
/// More Breakers than these among the last transitions call for an emergency review (§2).
const REVIEW_BREAKERS: usize = 3;

impl Stability {
    /// The engine under `config`.
    #[must_use]
    pub fn new(config: &V1Config) -> Self {
        let entities = config.entities.clone();
        let (tracks, indices) = (vec![Track::default(); entities.len()], vec![0.0; entities.len()]);
        Self { entities, tracks, indices, transitions: Vec::new() }
    }

    /// Measures every entity today.
    pub fn step(&mut self, view: &View<'_>) {
        for (at, entity) in self.entities.iter().enumerate() {
            let measured = measure(view, entity);
            self.indices[at] = measured.dimensions.index();
            let before = self.tracks[at].state;
            let state = self.tracks[at].step(view.today(), &measured);
            if state != before {
                self.transitions.push((at as u32, state));
            }
        }
        let surplus = self.transitions.len().saturating_sub(LAST_TRANSITIONS);
        self.transitions.drain(..surplus);
    }

    /// How the entities stand.
    #[must_use]
    pub fn weakness(&self) -> Weakness {
        let count = |states: &[EntityState]| self.tracks.iter().filter(|track| states.contains(&track.state)).count();
        let weak = count(&[EntityState::Fragile, EntityState::Targetable]);
        Weakness { weak, breakers: count(&[EntityState::Breaker]) }
    }

    /// State and index (0 to 100) of an entity by its id.
    #[must_use]
    pub fn entity(&self, id: &str) -> Option<(EntityState, f64)> {
        let at = self.entities.iter().position(|entity| entity.id == id)?;
        Some((self.tracks[at].state, self.indices[at]))
    }

    /// The entities with the highest indices, at most 10, ties by id.
    #[must_use]
    pub fn soft_targets(&self) -> Vec<(&str, f64)> {
        let ids = self.entities.iter().map(|entity| entity.id.as_str());
        let mut ranked: Vec<(&str, f64)> = ids.zip(self.indices.iter().copied()).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        ranked.truncate(TOP_TARGETS);
        ranked
    }

    /// Whether more than 3 of the last 20 transitions led to Breaker.
    #[must_use]
    pub fn needs_review(&self) -> bool {
        self.transitions.iter().filter(|(_, state)| *state == EntityState::Breaker).count() > REVIEW_BREAKERS
    }

    pub(crate) fn report(&self) -> EngineReport {
        let mut figures = vec![tell::number("entities", self.entities.len() as f64)];
        let in_state = |state: EntityState| self.tracks.iter().filter(|track| track.state == state).count() as f64;
        if let Some((id, index)) = self.soft_targets().first() {
            for (field, state) in EntityState::ALL.into_iter().map(|state| (state.field(), state)) {
                figures.push(tell::number(field, in_state(state)));
            }
            figures.push(tell::label("top_target", (*id).to_owned()));
            figures.push(tell::number("top_index", *index));
            figures.push(tell::label("review", if self.needs_review() { "yes" } else { "no" }));
        }
        tell::decided(ENGINE, figures)
    }

    pub(crate) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u64(self.tracks.len() as u64);
        for (track, index) in self.tracks.iter().zip(&self.indices) {
            track.save(bytes);
            bytes.put_f64(*index);
        }
        bytes.put_u64(self.transitions.len() as u64);
        for (entity, state) in &self.transitions {
            bytes.put_u32(*entity).put_u8(*state as u8);
        }
    }

    pub(crate) fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        if saved.u64()? != self.tracks.len() as u64 {
            return None;
        }
        for (track, index) in self.tracks.iter_mut().zip(&mut self.indices) {
            (*track, *index) = (Track::restore(saved)?, saved.f64()?);
        }
        self.transitions.clear();
        for _ in 0..saved.u64()? {
            let (entity, state) = (saved.u32()?, EntityState::of_byte(saved.u8()?)?);
            self.transitions.push((entity, state));
        }
        Some(())
    }
}
