//! The snapshot of one issuer, and its vector.

use std::sync::Arc;

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::numeric::exact::ln_1p;

use super::config::ProfilesConfig;
use super::fields;
use crate::encoders::projection::Projection;
use crate::encoders::text::TextEncoder;
use crate::encoders::{DIMENSION, Embedding, EncodersConfig, models};

/// What an issuer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IssuerKind {
    /// A company with statements of its own.
    Company,
    /// A country.
    Sovereign,
    /// The companies of a sector within a market.
    Sector,
    /// The companies of a market.
    Index,
}

/// Risk flags: 0 to 1, 1 = worst; absent where the input is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flags {
    /// min(1, volatility over 63 days / 0.02).
    pub vol_flag: Option<f64>,
    /// min(1, largest fall within 63 days / 0.30).
    pub dd_flag: Option<f64>,
    /// min(1, liabilities / equity / 3); equity at or below zero is 1.
    pub leverage_flag: Option<f64>,
    /// 1 − min(days since the last news, 30) / 30.
    pub news_recency_flag: Option<f64>,
    /// See `company`.
    pub leverage_score: Option<f64>,
    /// See `company`.
    pub earnings_quality_score: Option<f64>,
    /// See `company`.
    pub governance_risk_score: Option<f64>,
    /// See `sovereign`.
    pub debt_sustainability_score: Option<f64>,
    /// See `sovereign`.
    pub external_vulnerability_score: Option<f64>,
}

/// One issuer as it was known on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileSnapshot {
    /// The issuer; a country, a market, or `{market}/{sector}`.
    pub issuer_id: String,
    /// What it is.
    pub kind: IssuerKind,
    /// The day on which it was last read.
    pub as_of_date: Date,
    /// The end of the period that the figures are of.
    pub period: Option<Date>,
    /// A value or its absence for every field of [`ProfileSnapshot::fields`].
    pub structured: Vec<Option<f64>>,
    /// The flags out of statements; those of prices and news change daily and stand in the output's columns.
    pub risk_flags: Flags,
    /// The vector of the profile's text and numbers.
    pub embedding: Option<Embedding>,
    /// The share of fields with a value, 0 to 1.
    pub completeness: f64,
    /// Whether that share is below the config's.
    pub incomplete: bool,
    /// The digest of everything but the day, taken once when it was built.
    pub(super) content: Digest,
}

impl IssuerKind {
    /// The name in the specification.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Company => "COMPANY",
            Self::Sovereign => "SOVEREIGN",
            Self::Sector => "SECTOR",
            Self::Index => "INDEX",
        }
    }
}

impl Flags {
    /// Every flag with its name, in one order.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, Option<f64>); 9] {
        [
            ("vol_flag", self.vol_flag),
            ("dd_flag", self.dd_flag),
            ("leverage_flag", self.leverage_flag),
            ("news_recency_flag", self.news_recency_flag),
            ("leverage_score", self.leverage_score),
            ("earnings_quality_score", self.earnings_quality_score),
            ("governance_risk_score", self.governance_risk_score),
            ("debt_sustainability_score", self.debt_sustainability_score),
            ("external_vulnerability_score", self.external_vulnerability_score),
        ]
    }
}

impl ProfileSnapshot {
    /// The names of the structured fields, in the order of the values.
    #[must_use]
    pub const fn fields(&self) -> &'static [&'static str] {
        match self.kind {
            IssuerKind::Sovereign => &fields::SOVEREIGN,
            _ => &fields::COMPANY,
        }
    }

    /// The value of one field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<f64> {
        let at = self.fields().iter().position(|known| *known == field)?;
        self.structured[at]
    }

    /// Takes the digest of the content.
    pub(super) fn sealed(mut self) -> Self {
        let mut bytes = CanonicalBytes::new();
        self.put(&mut bytes);
        self.content = Digest::of(bytes.as_slice());
        self
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short_text(fields::SCHEMA).put_short_text(&self.issuer_id).put_u8(self.kind as u8);
        bytes.put_i32(self.period.map_or(i32::MIN, Date::epoch_days));
        let flags = self.risk_flags.named();
        for value in self.structured.iter().copied().chain(flags.into_iter().map(|(_, value)| value)) {
            bytes.put_u64(value.map_or(u64::MAX, f64::to_bits));
        }
        bytes.put_f64(self.completeness).put_u8(u8::from(self.embedding.is_some()));
        if let Some(embedding) = &self.embedding {
            embedding.put(bytes);
        }
    }
}

/// The digest of all snapshots.
pub(super) fn digest<'a>(snapshots: impl Iterator<Item = &'a Arc<ProfileSnapshot>>) -> Digest {
    let mut bytes = CanonicalBytes::new();
    for snapshot in snapshots {
        bytes.put_i32(snapshot.as_of_date.epoch_days()).put_bytes(&snapshot.content.0);
    }
    Digest::of(bytes.as_slice())
}

/// Makes the vectors of profiles: a canonical text in `text-profile-v1`, joined with the projected numbers.
#[derive(Clone, Debug)]
pub(super) struct ProfileEncoder {
    text: TextEncoder,
    projections: [Projection; 2],
    version: Arc<str>,
    text_weight: f64,
    norm_band: [f64; 2],
}

impl ProfileEncoder {
    pub(super) fn new(config: &ProfilesConfig) -> Self {
        let seed = config.projection_seed;
        let projection = |inputs| Projection::new(seed, fields::SCHEMA, inputs, 4);
        let spec =
            EncodersConfig { projection_seed: seed, text_weight: config.text_weight, ..EncodersConfig::default() };
        Self {
            text: TextEncoder::new(models::TEXT[1]),
            projections: [projection(fields::COMPANY.len()), projection(fields::SOVEREIGN.len())],
            version: spec.version(models::JOINT[2].0).into(),
            text_weight: config.text_weight,
            norm_band: config.norm_band,
        }
    }

    /// The vector, with length 1; `None` outside the band of lengths.
    pub(super) fn encode(&self, kind: IssuerKind, place: &str, structured: &[Option<f64>]) -> Option<Embedding> {
        let names: &[&str] = if kind == IssuerKind::Sovereign { &fields::SOVEREIGN } else { &fields::COMPANY };
        let scaled: Vec<f64> = structured.iter().map(|value| value.map_or(0.0, squashed)).collect();
        let mut text = format!("{} {place}", kind.name());
        for ((name, value), scaled) in names.iter().zip(structured).zip(&scaled) {
            if value.is_some() {
                // Sixteen levels from −1 to 1: a word that near values share.
                text.push_str(&format!(" {name} level{}", libm::floor((scaled + 1.0) * 8.0)));
            }
        }
        let text = self.text.encode(&text).embedding;
        let projection = &self.projections[usize::from(kind == IssuerKind::Sovereign)];
        let numbers = Embedding::of(&self.version, &projection.project(&scaled));
        let joint = crate::encoders::joint::join(&self.version, &numbers, Some(&text), self.text_weight);
        let joint = joint.map_or(text, |joint| joint.embedding);
        let unit = joint.unit()?;
        let mut values = [0.0; DIMENSION];
        values.iter_mut().zip(unit.vector()).for_each(|(value, stored)| *value = f64::from(*stored));
        let embedding = Embedding::of(&self.version, &values);
        (self.norm_band[0]..=self.norm_band[1]).contains(&embedding.norm()).then_some(embedding)
    }
}

/// Money and ratios alike to −1 to 1, continuous and rising: near x/2 for a ratio, slowly growing for money.
fn squashed(value: f64) -> f64 {
    let size = ln_1p(value.abs());
    let size = size / (1.0 + size);
    if value < 0.0 { -size } else { size }
}
