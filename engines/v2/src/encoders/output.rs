//! What the encoders answer on one day.

use std::sync::Arc;

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::report::{Figure, FigureValue};

use super::embedding::{Absence, Embedding, EmbeddingTable};
use super::joint::JointEmbedding;
use super::subjects::SubjectText;
use crate::face::Told;

/// All vectors of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodersOutput {
    /// The markets, ascending.
    pub markets: Vec<MarketVectors>,
    /// The sectors within their markets, ascending.
    pub sectors: Vec<SectorVectors>,
    /// A table for each instrument model, as of [`Self::instruments_on`].
    pub tables: Vec<Arc<EmbeddingTable>>,
    /// The day of the instruments' last encoding.
    pub instruments_on: Date,
    /// Whether that day is today.
    pub instruments_today: bool,
    /// The subjects with texts, ascending.
    pub texts: Vec<SubjectText>,
}

/// A market's vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct MarketVectors {
    /// The market, for example `US_EQ`.
    pub market: String,
    /// Model id and vector, in the order of the config.
    pub numeric: Vec<(String, Result<Embedding, Absence>)>,
    /// Model id and vector; empty for models whose numeric vector is absent.
    pub joint: Vec<(String, JointEmbedding)>,
}

/// A sector's vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct SectorVectors {
    /// The market.
    pub market: String,
    /// The sector.
    pub sector: String,
    /// Model id and vector, in the order of the config.
    pub numeric: Vec<(String, Result<Embedding, Absence>)>,
}

impl EncodersOutput {
    /// The numeric vector of a market in the space `model_id`.
    #[must_use]
    pub fn market(&self, market: &str, model_id: &str) -> Option<&Embedding> {
        let found = self.markets.iter().find(|known| known.market == market)?;
        found.numeric.iter().find(|(known, _)| known == model_id)?.1.as_ref().ok()
    }

    /// The joint vector of a market in the space `model_id`.
    #[must_use]
    pub fn market_joint(&self, market: &str, model_id: &str) -> Option<&JointEmbedding> {
        let found = self.markets.iter().find(|known| known.market == market)?;
        found.joint.iter().find(|(known, _)| known == model_id).map(|(_, joint)| joint)
    }

    /// The instruments' table in the space `model_id`.
    #[must_use]
    pub fn table(&self, model_id: &str) -> Option<&EmbeddingTable> {
        let of_model = |table: &&Arc<EmbeddingTable>| table.model().split('+').next() == Some(model_id);
        self.tables.iter().find(of_model).map(AsRef::as_ref)
    }

    /// The vector of a subject's texts.
    #[must_use]
    pub fn text(&self, subject: &str) -> Option<&SubjectText> {
        let at = self.texts.binary_search_by(|known| known.subject.as_str().cmp(subject)).ok()?;
        Some(&self.texts[at])
    }
}

impl Told for EncodersOutput {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short(self.markets.len() as u64);
        for market in &self.markets {
            bytes.put_short_text(&market.market);
            put_numeric(&market.numeric, bytes);
            bytes.put_short(market.joint.len() as u64);
            for (model, joint) in &market.joint {
                bytes.put_short_text(model).put_u8(u8::from(joint.without_text));
                joint.embedding.put(bytes);
            }
        }
        bytes.put_short(self.sectors.len() as u64);
        for sector in &self.sectors {
            bytes.put_short_text(&sector.market).put_short_text(&sector.sector);
            put_numeric(&sector.numeric, bytes);
        }
        bytes.put_i32(self.instruments_on.epoch_days()).put_u8(u8::from(self.instruments_today));
        bytes.put_short(self.tables.len() as u64);
        for table in &self.tables {
            // The table's own digest covers its vectors: they change on their schedule, not each day.
            bytes.put_short_text(table.model()).put_bytes(&table.digest().0);
        }
        bytes.put_short(self.texts.len() as u64);
        for text in &self.texts {
            bytes.put_short_text(&text.subject).put_u32(text.count).put_u8(u8::from(text.text.empty));
            text.text.embedding.put(bytes);
        }
    }

    fn day_figures(&self) -> Vec<Figure> {
        let number = |field: &'static str, value| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Number(value),
        };
        let mut figures = vec![number("texts", self.texts.len() as f64)];
        if let Some(table) = self.tables.first() {
            figures.push(number("instruments_encoded", table.count() as f64));
        }
        let first = self.markets.first().and_then(|market| market.numeric.first());
        if let Some((_, Ok(embedding))) = first {
            figures.push(number("market_norm", embedding.norm()));
        }
        figures
    }

    /// Vectors are no figures: a table has its digest.
    fn instrument_figures(&self) -> Vec<Figure> {
        Vec::new()
    }
}

fn put_numeric(numeric: &[(String, Result<Embedding, Absence>)], bytes: &mut CanonicalBytes) {
    bytes.put_short(numeric.len() as u64);
    for (model, vector) in numeric {
        bytes.put_short_text(model);
        match vector {
            Ok(vector) => vector.put(bytes.put_u8(0)),
            Err(Absence::TooFewRows { have, need }) => {
                bytes.put_u8(1).put_u32(*have).put_u32(*need);
            }
            Err(Absence::NoScale) => {
                bytes.put_u8(2);
            }
        }
    }
}
