//! A numeric window becomes a vector: complete rows, z-scores cut off at ±8, projection.
//!
//! Input number `row · features + feature` of the projection is the z-score of that feature in that row, rows counted
//! back from the newest. A row that lacks a figure counts as a whole as missing and adds nothing; below the least
//! count of complete rows there is no vector. Eight instruments go through the projection beside each other;
//! the order of every sum is that of a single one.

use std::ops::Range;
use std::sync::Arc;

use domain::digest::Digest;

use super::config::{EncodersConfig, NumericFeature};
use super::embedding::{Absence, DIMENSION, Embedding, EmbeddingTable};
use super::projection::{LANES, Projection};
use super::rows::{OWN, Rows};
use super::scale::Scales;

/// What all numeric spaces see: the z-scores of a window. They are taken once, however many spaces there are.
#[derive(Clone, Debug)]
pub(super) struct Window {
    days: usize,
    least: u32,
    clip: f64,
    /// For each feature the figure of a row, and whether it is the market's.
    cells: Vec<(usize, bool)>,
}

/// The encoder of one numeric space.
#[derive(Clone, Debug)]
pub(super) struct NumericEncoder {
    pub(super) model_id: String,
    pub(super) version: Arc<str>,
    projection: Projection,
}

/// The z-scores of eight entities beside each other, input by input, and which of them have what a vector needs.
struct Block {
    scores: Vec<[f64; LANES]>,
    rows: [u32; LANES],
    scaled: [bool; LANES],
}

/// Where the figures of eight entities stand in a row, and by what they are scaled, feature by feature.
struct Places {
    at: Vec<Place>,
    centres: Vec<[f64; LANES]>,
    inverses: Vec<[f64; LANES]>,
}

/// Where one figure of eight entities stands: side by side, or each at its market's place.
enum Place {
    From(usize),
    Of([usize; LANES]),
}

impl Window {
    pub(super) fn new(config: &EncodersConfig) -> Self {
        Self {
            days: config.window_days as usize,
            least: config.least_rows(),
            clip: config.clip,
            cells: config.features.iter().map(cell).collect(),
        }
    }

    /// The inputs of one market or sector today.
    pub(super) fn inputs(&self, rows: &Rows, scales: &Scales, at: usize) -> Result<Vec<f64>, Absence> {
        let (groups, entities) = (rows.groups.count(), rows.groups.entities());
        let place = |(figure, of_market): &(usize, bool)| {
            let at = if *of_market { rows.groups.market_of[at] } else { at };
            let scale = figure * entities + at;
            (figure * groups + at, scales.centres[scale], scales.inverses[scale])
        };
        let places: Vec<(usize, f64, f64)> = self.cells.iter().map(place).collect();
        let mut inputs = Vec::with_capacity(self.days * places.len());
        let mut have = 0;
        for row in (0..self.days).map_while(|lag| rows.group_row(lag)) {
            let start = inputs.len();
            let mut whole = true;
            inputs.extend(places.iter().map(|(place, centre, inverse)| {
                let cell = row[*place];
                whole &= cell.is_finite();
                self.score(cell, *centre, *inverse)
            }));
            have += u32::from(whole);
            if !whole {
                inputs[start..].fill(0.0);
            }
        }
        if have < self.least {
            return Err(Absence::TooFewRows { have, need: self.least });
        }
        if places.iter().any(|(_, centre, _)| !centre.is_finite()) {
            return Err(Absence::NoScale);
        }
        Ok(inputs)
    }

    /// The z-score of a cell, cut off on either side.
    #[inline(always)]
    fn score(&self, cell: f64, centre: f64, inverse: f64) -> f64 {
        let z = (cell - centre) * inverse;
        let z = if z < -self.clip { -self.clip } else { z };
        if z > self.clip { self.clip } else { z }
    }

    /// The vectors of all instruments as of `lag` days ago, a table for each of `encoders`.
    pub(super) fn tables(
        &self,
        encoders: &[&NumericEncoder],
        rows: &Rows,
        scales: &Scales,
        lag: usize,
    ) -> Vec<EmbeddingTable> {
        let (start, end) = (rows.groups.count(), rows.groups.entities());
        let mut vectors: Vec<Vec<f32>> = encoders.iter().map(|_| vec![0.0; (end - start) * DIMENSION]).collect();
        let mut absences = vec![None; end - start];
        let mut sums = vec![[0.0; LANES]; DIMENSION];
        for first in (start..end).step_by(LANES) {
            let range = first..end.min(first + LANES);
            let block = self.block(rows, scales, range.clone(), lag);
            for (lane, absence) in absences[first - start..range.end - start].iter_mut().enumerate() {
                *absence = self.absence(&block, lane);
            }
            for (encoder, vectors) in encoders.iter().zip(&mut vectors) {
                encoder.project(&block, &mut sums);
                for at in (first - start..range.end - start).filter(|at| absences[*at].is_none()) {
                    let lane = at + start - first;
                    for (value, sums) in vectors[at * DIMENSION..].iter_mut().zip(&sums) {
                        *value = (sums[lane] * encoder.projection.unit()) as f32;
                    }
                }
            }
        }
        let table = |(encoder, vectors): (&&NumericEncoder, Vec<f32>)| {
            let (model, absences) = (encoder.version.clone(), absences.clone());
            EmbeddingTable { model, vectors, absences, digest: Digest::ZERO }.sealed()
        };
        encoders.iter().zip(vectors).map(table).collect()
    }

    fn absence(&self, block: &Block, lane: usize) -> Option<Absence> {
        if block.rows[lane] < self.least {
            return Some(Absence::TooFewRows { have: block.rows[lane], need: self.least });
        }
        (!block.scaled[lane]).then_some(Absence::NoScale)
    }

    fn block(&self, rows: &Rows, scales: &Scales, range: Range<usize>, lag: usize) -> Block {
        let lanes = range.len();
        let features = self.cells.len();
        let mut block =
            Block { scores: Vec::with_capacity(self.days * features), rows: [0; LANES], scaled: [true; LANES] };
        let places = self.places(rows, scales, range, &mut block.scaled);
        let mut cells = vec![[0.0; LANES]; features];
        for k in 0..self.days {
            let Some(row) = rows.row(lag + k) else { break };
            cells.iter_mut().zip(&places.at).for_each(|(cells, place)| place.read(row, lanes, cells));
            // All bits for the lanes that are here and have every figure of the row.
            let mut kept = [0_u64; LANES];
            for lane in 0..lanes {
                let complete = cells.iter().all(|cells| cells[lane].is_finite());
                block.rows[lane] += u32::from(complete);
                kept[lane] = if complete && block.scaled[lane] { u64::MAX } else { 0 };
            }
            for ((cells, centres), inverses) in cells.iter().zip(&places.centres).zip(&places.inverses) {
                let mut score = [0.0; LANES];
                for lane in 0..LANES {
                    let z = self.score(cells[lane], centres[lane], inverses[lane]);
                    score[lane] = f64::from_bits(z.to_bits() & kept[lane]);
                }
                block.scores.push(score);
            }
        }
        block
    }

    /// Places and scales of the entities of `range`; notes which of them have a scale for every feature.
    fn places(&self, rows: &Rows, scales: &Scales, range: Range<usize>, scaled: &mut [bool; LANES]) -> Places {
        let entities = rows.groups.entities();
        let none = || vec![[0.0; LANES]; self.cells.len()];
        let mut places = Places { at: Vec::with_capacity(self.cells.len()), centres: none(), inverses: none() };
        for (feature, (figure, of_market)) in self.cells.iter().enumerate() {
            let mut at = [0; LANES];
            for (lane, entity) in range.clone().enumerate() {
                let entity = if *of_market { rows.groups.market_of[entity] } else { entity };
                let place = figure * entities + entity;
                at[lane] = place;
                scaled[lane] &= scales.centres[place].is_finite();
                places.centres[feature][lane] = scales.centres[place];
                places.inverses[feature][lane] = scales.inverses[place];
            }
            places.at.push(if *of_market { Place::Of(at) } else { Place::From(at[0]) });
        }
        places
    }
}

impl Place {
    /// The cells of the lanes that are here; the others stay as they are.
    #[inline(always)]
    fn read(&self, row: &[f64], lanes: usize, cells: &mut [f64; LANES]) {
        match self {
            Self::From(at) => match row[*at..].first_chunk() {
                Some(here) if lanes == LANES => *cells = *here,
                _ => cells[..lanes].copy_from_slice(&row[*at..at + lanes]),
            },
            Self::Of(at) => cells.iter_mut().zip(at).for_each(|(cell, at)| *cell = row[*at]),
        }
    }
}

impl NumericEncoder {
    pub(super) fn new(config: &EncodersConfig, model_id: &str) -> Self {
        let inputs = config.window_days as usize * config.features.len();
        Self {
            model_id: model_id.to_owned(),
            version: config.version(model_id).into(),
            projection: Projection::new(config.projection_seed, model_id, inputs, config.projection_fan_out as usize),
        }
    }

    /// The vector of one entity's inputs.
    pub(super) fn entity(&self, inputs: &Result<Vec<f64>, Absence>) -> Result<Embedding, Absence> {
        match inputs {
            Ok(inputs) => Ok(Embedding::shared(&self.version, &self.projection.project(inputs))),
            Err(absence) => Err(*absence),
        }
    }

    fn project(&self, block: &Block, sums: &mut [[f64; LANES]]) {
        sums.fill([0.0; LANES]);
        for (at, score) in block.scores.iter().enumerate() {
            self.projection.add(at, score, sums);
        }
    }
}

/// The figure that a feature is, and whether it is taken from the market's row.
fn cell(feature: &NumericFeature) -> (usize, bool) {
    match feature {
        NumericFeature::Return => (0, false),
        NumericFeature::Volatility => (1, false),
        NumericFeature::Drawdown => (2, false),
        NumericFeature::Correlation => (3, false),
        NumericFeature::Beta => (OWN - 1, false),
        NumericFeature::FactorReturn => (0, true),
    }
}
