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

/// The encoder of one numeric space.
#[derive(Clone, Debug)]
pub(super) struct NumericEncoder {
    pub(super) model_id: String,
    pub(super) version: Arc<str>,
    projection: Projection,
    window: usize,
    least: u32,
    clip: f64,
    /// For each feature the figure of a row, and whether it is the market's.
    cells: Vec<(usize, bool)>,
}

/// What eight entities need of a day.
struct Block {
    sums: Vec<[f64; LANES]>,
    rows: [u32; LANES],
    scaled: [bool; LANES],
}

impl NumericEncoder {
    pub(super) fn new(config: &EncodersConfig, model_id: &str) -> Self {
        let inputs = config.window_days as usize * config.features.len();
        Self {
            model_id: model_id.to_owned(),
            version: config.version(model_id).into(),
            projection: Projection::new(config.projection_seed, model_id, inputs, config.projection_fan_out as usize),
            window: config.window_days as usize,
            least: config.least_rows(),
            clip: config.clip,
            cells: config.features.iter().map(cell).collect(),
        }
    }

    /// The vector of one entity today.
    pub(super) fn entity(&self, rows: &Rows, scales: &Scales, at: usize) -> Result<Embedding, Absence> {
        let entities = rows.groups.entities();
        let place = |(figure, of_market): &(usize, bool)| {
            figure * entities + if *of_market { rows.groups.market_of[at] } else { at }
        };
        let places: Vec<usize> = self.cells.iter().map(place).collect();
        let mut inputs = Vec::with_capacity(self.window * places.len());
        let mut have = 0;
        for row in (0..self.window).map_while(|lag| rows.row(lag)) {
            let whole = places.iter().all(|place| row[*place].is_finite());
            have += u32::from(whole);
            inputs.extend(places.iter().map(|place| {
                let z = ((row[*place] - scales.centres[*place]) * scales.inverses[*place]).clamp(-self.clip, self.clip);
                if whole { z } else { 0.0 }
            }));
        }
        if have < self.least {
            return Err(Absence::TooFewRows { have, need: self.least });
        }
        if places.iter().any(|place| !scales.centres[*place].is_finite()) {
            return Err(Absence::NoScale);
        }
        Ok(Embedding::shared(&self.version, &self.projection.project(&inputs)))
    }

    /// The vectors of all instruments as of `lag` days ago.
    pub(super) fn table(&self, rows: &Rows, scales: &Scales, lag: usize) -> EmbeddingTable {
        let (start, end) = (rows.groups.count(), rows.groups.entities());
        let mut vectors = vec![0.0_f32; (end - start) * DIMENSION];
        let mut absences = vec![None; end - start];
        for first in (start..end).step_by(LANES) {
            let range = first..end.min(first + LANES);
            let block = self.block(rows, scales, range.clone(), lag);
            for lane in 0..range.len() {
                let at = first + lane - start;
                absences[at] = self.absence(&block, lane);
                if absences[at].is_some() {
                    continue;
                }
                for (value, sums) in vectors[at * DIMENSION..].iter_mut().zip(&block.sums) {
                    *value = (sums[lane] * self.projection.unit()) as f32;
                }
            }
        }
        EmbeddingTable { model: self.version.clone(), vectors, absences, digest: Digest::ZERO }.sealed()
    }

    fn absence(&self, block: &Block, lane: usize) -> Option<Absence> {
        if block.rows[lane] < self.least {
            return Some(Absence::TooFewRows { have: block.rows[lane], need: self.least });
        }
        (!block.scaled[lane]).then_some(Absence::NoScale)
    }

    fn block(&self, rows: &Rows, scales: &Scales, range: Range<usize>, lag: usize) -> Block {
        let entities = rows.groups.entities();
        let lanes = range.len();
        let mut block = Block { sums: vec![[0.0; LANES]; DIMENSION], rows: [0; LANES], scaled: [true; LANES] };
        let (mut centres, mut inverses) = (vec![[0.0; LANES]; self.cells.len()], vec![[0.0; LANES]; self.cells.len()]);
        let mut places = vec![[0; LANES]; self.cells.len()];
        for (feature, (figure, of_market)) in self.cells.iter().enumerate() {
            for lane in 0..lanes {
                let entity = range.start + lane;
                let entity = if *of_market { rows.groups.market_of[entity] } else { entity };
                let place = figure * entities + entity;
                places[feature][lane] = place;
                block.scaled[lane] &= scales.centres[place].is_finite();
                centres[feature][lane] = scales.centres[place];
                inverses[feature][lane] = scales.inverses[place];
            }
        }
        let mut scores = vec![[0.0; LANES]; self.cells.len()];
        for k in 0..self.window {
            let Some(row) = rows.row(lag + k) else { break };
            let complete = complete(row, &places, lanes);
            for ((score, place), (centre, inverse)) in scores.iter_mut().zip(&places).zip(centres.iter().zip(&inverses))
            {
                for lane in 0..lanes {
                    let z = ((row[place[lane]] - centre[lane]) * inverse[lane]).clamp(-self.clip, self.clip);
                    score[lane] = if complete[lane] && block.scaled[lane] { z } else { 0.0 };
                }
            }
            for (rows, complete) in block.rows.iter_mut().zip(complete) {
                *rows += u32::from(complete);
            }
            for (feature, score) in scores.iter().enumerate() {
                self.projection.add(k * self.cells.len() + feature, score, &mut block.sums);
            }
        }
        block
    }
}

/// Which lanes have every figure in this row.
fn complete(row: &[f64], places: &[[usize; LANES]], lanes: usize) -> [bool; LANES] {
    let mut complete = [false; LANES];
    for (lane, complete) in complete.iter_mut().enumerate().take(lanes) {
        *complete = places.iter().all(|place| row[place[lane]].is_finite());
    }
    complete
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
