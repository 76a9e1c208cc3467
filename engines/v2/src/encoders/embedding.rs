//! Vectors of 384 numbers, each under the version of its space.
//!
//! ```
//! use v2::encoders::{Embedding, DIMENSION};
//! let east = Embedding::of("model+1", &[3.0; DIMENSION]);
//! assert!((east.unit().unwrap().norm() - 1.0).abs() < 1e-6);
//! assert_eq!(Embedding::of("model+1", &[0.0; DIMENSION]).unit(), None); // no direction
//! ```

use std::sync::Arc;

use domain::digest::{CanonicalBytes, Digest};
use domain::ids::Instrument;
use domain::numeric::sum;

/// The length of every vector of this crate.
pub const DIMENSION: usize = 384;

/// One vector: computed in `f64`, stored in `f32`.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    model: Arc<str>,
    vector: Vec<f32>,
}

/// Why there is no vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Absence {
    /// The window has too few complete rows. Nothing is padded.
    #[error("{have} complete rows, and {need} are needed")]
    TooFewRows {
        /// Rows with every feature.
        have: u32,
        /// Rows needed.
        need: u32,
    },
    /// There is too little history to scale by.
    #[error("too little history to scale by")]
    NoScale,
}

/// The vectors of all instruments in one space, as of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct EmbeddingTable {
    pub(super) model: Arc<str>,
    pub(super) vectors: Vec<f32>,
    pub(super) absences: Vec<Option<Absence>>,
    pub(super) digest: Digest,
}

impl Embedding {
    /// The vector of `values` in the space `model` (a version, see `EncodersConfig::version`).
    ///
    /// # Panics
    /// When a value is not finite: a defect of the caller.
    #[must_use]
    pub fn of(model: &str, values: &[f64; DIMENSION]) -> Self {
        Self::shared(&model.into(), values)
    }

    pub(super) fn shared(model: &Arc<str>, values: &[f64; DIMENSION]) -> Self {
        assert!(values.iter().all(|value| value.is_finite()), "a vector holds finite numbers only");
        Self { model: model.clone(), vector: values.iter().map(|value| *value as f32).collect() }
    }

    /// The version of its space.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The 384 numbers.
    #[must_use]
    pub fn vector(&self) -> &[f32] {
        &self.vector
    }

    /// The Euclidean length.
    #[must_use]
    pub fn norm(&self) -> f64 {
        norm(&widened(&self.vector))
    }

    /// The vector of length 1 in its direction; `None` for the zero vector.
    #[must_use]
    pub fn unit(&self) -> Option<Self> {
        let unit = normalised(&widened(&self.vector))?;
        Some(Self::shared(&self.model, &unit))
    }

    /// Appends model and vector.
    pub fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short_text(&self.model);
        put_floats(&self.vector, bytes);
    }
}

impl EmbeddingTable {
    /// The version of the space.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The vector of one instrument, or why there is none.
    ///
    /// # Errors
    /// [`Absence`]; an instrument beyond the table has no scale.
    pub fn vector(&self, instrument: Instrument) -> Result<&[f32], Absence> {
        match self.absences.get(instrument.index()) {
            Some(None) => Ok(&self.vectors[instrument.index() * DIMENSION..(instrument.index() + 1) * DIMENSION]),
            Some(Some(absence)) => Err(*absence),
            None => Err(Absence::NoScale),
        }
    }

    /// Instruments with a vector.
    #[must_use]
    pub fn count(&self) -> usize {
        self.absences.iter().filter(|absence| absence.is_none()).count()
    }

    /// ISSUER: the mean vector of those of its `instruments` that have one.
    #[must_use]
    pub fn issuer(&self, instruments: &[Instrument]) -> Option<Embedding> {
        let found: Vec<&[f32]> = instruments.iter().filter_map(|at| self.vector(*at).ok()).collect();
        let mut mean = [0.0; DIMENSION];
        for (at, mean) in mean.iter_mut().enumerate() {
            let column: Vec<f64> = found.iter().map(|vector| f64::from(vector[at])).collect();
            *mean = domain::numeric::mean(&column)?;
        }
        Some(Embedding::shared(&self.model, &mean))
    }

    /// The digest of all vectors, taken once when they were made.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    pub(super) fn sealed(mut self) -> Self {
        let mut bytes = CanonicalBytes::new();
        bytes.put_short_text(&self.model);
        for (at, absence) in self.absences.iter().enumerate() {
            bytes.put_u8(u8::from(absence.is_none()));
            if absence.is_none() {
                put_floats(&self.vectors[at * DIMENSION..(at + 1) * DIMENSION], &mut bytes);
            }
        }
        self.digest = Digest::of(bytes.as_slice());
        self
    }
}

/// `values` with length 1; `None` for the zero vector.
pub(crate) fn normalised(values: &[f64; DIMENSION]) -> Option<[f64; DIMENSION]> {
    let length = norm(values);
    (length > 0.0).then(|| values.map(|value| value / length))
}

pub(crate) fn norm(values: &[f64; DIMENSION]) -> f64 {
    sum(&values.map(|value| value * value)).sqrt()
}

pub(crate) fn widened(vector: &[f32]) -> [f64; DIMENSION] {
    let mut values = [0.0; DIMENSION];
    for (value, stored) in values.iter_mut().zip(vector) {
        *value = f64::from(*stored);
    }
    values
}

fn put_floats(vector: &[f32], bytes: &mut CanonicalBytes) {
    bytes.put_all_f32(vector);
}
