//! What a user of the v1 reference may say: which strategy, which series stand for its inputs, and what people
//! entered by hand. The numbers of the rules are constants beside the rules, because a frozen reference has no
//! switches.
//!
//! ```
//! use v1::config::{StrategyId, V1Config};
//! let config = V1Config::default();
//! assert_eq!(config.strategy, StrategyId::QualityGrowthCore);
//! assert_eq!(config.inputs.vix.series, "VIX");
//! let wrong = V1Config { max_abs_weight_per_name: 5.0, ..config };
//! let refusal = wrong.check().unwrap_err().to_string();
//! assert_eq!(refusal, "max_abs_weight_per_name is 5: expected a number from 0 to 1");
//! ```

mod inputs;

use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::CanonicalBytes;
use serde::{Deserialize, Serialize};

use crate::black_swan::{EmergencyState, EventFact};
use crate::regime::State;
use crate::stability::EntityFact;

pub use inputs::{Inputs, Source};

/// The two strategies that v1 backtested (engines-v1 §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StrategyId {
    /// Assessment, then risk, then a rebalance, every day.
    #[default]
    #[serde(rename = "QUALITY_GROWTH_CORE")]
    QualityGrowthCore,
    /// Equal cash for every name on the first day: the control.
    #[serde(rename = "EQUAL_WEIGHT_BUY_AND_HOLD")]
    EqualWeightBuyAndHold,
}

/// A state that a person declared on a day, at once and whatever the rules say.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override<S> {
    /// The first day on which it holds.
    pub date: Date,
    /// The state.
    pub state: S,
}

/// The config of [`crate::system::V1System`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct V1Config {
    /// The strategy; `QUALITY_GROWTH_CORE` by default.
    pub strategy: StrategyId,
    /// Names in the universe at most; 50 by default.
    pub max_names: u32,
    /// Names of one sector in the universe at most; 10 by default. Names without a sector are not counted.
    pub max_names_per_sector: u32,
    /// The least 20-day mean value traded a day, in units of currency; 5,000,000 by default.
    pub min_dollar_volume: f64,
    /// The least price, in units of currency; 5 by default.
    pub min_price: f64,
    /// The largest weight of a name, either sign, as a fraction of equity; 0.05 by default.
    pub max_abs_weight_per_name: f64,
    /// Slippage that orders are planned with and the paper account pays, in basis points; 5 by default.
    pub slippage_bps: f64,
    /// Instruments that may not be held, by id; none by default.
    pub exclude: Vec<String>,
    /// The series behind the inputs.
    pub inputs: Inputs,
    /// Days of emergency policy: rate cuts between meetings, rescue programmes. None by default.
    pub emergency_policy: Vec<Date>,
    /// Regime states that people declared; none by default.
    pub regime_overrides: Vec<Override<State>>,
    /// Black swan events that were registered; none by default.
    pub black_swan_events: Vec<EventFact>,
    /// Black swan states that people declared; none by default.
    pub black_swan_overrides: Vec<Override<EmergencyState>>,
    /// The tier-1 entities that are watched; none by default, because no bundled tape knows them.
    pub entities: Vec<EntityFact>,
    /// The main bank of an issuer, as an id among `entities`; none by default.
    pub main_banks: BTreeMap<String, String>,
}

/// A config whose types are read but whose values cannot stand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} is {value}: expected {expected}")]
pub struct ConfigError {
    /// The key.
    pub key: String,
    /// What it says.
    pub value: String,
    /// What was expected.
    pub expected: String,
}

impl Default for V1Config {
    fn default() -> Self {
        Self {
            strategy: StrategyId::default(),
            max_names: 50,                  // engines-v1 §5
            max_names_per_sector: 10,       // engines-v1 §5
            min_dollar_volume: 5_000_000.0, // engines-v1 §5, generation 0
            min_price: 5.0,                 // engines-v1 §5, generation 0
            max_abs_weight_per_name: crate::risk::MAX_ABS_WEIGHT_PER_NAME,
            slippage_bps: 5.0, // engines-v1 §8, §10
            exclude: Vec::new(),
            inputs: Inputs::default(),
            emergency_policy: Vec::new(),
            regime_overrides: Vec::new(),
            black_swan_events: Vec::new(),
            black_swan_overrides: Vec::new(),
            entities: Vec::new(),
            main_banks: BTreeMap::new(),
        }
    }
}

impl StrategyId {
    /// The name in v1's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::QualityGrowthCore => "QUALITY_GROWTH_CORE",
            Self::EqualWeightBuyAndHold => "EQUAL_WEIGHT_BUY_AND_HOLD",
        }
    }
}

impl V1Config {
    /// Refuses values out of range.
    ///
    /// # Errors
    /// [`ConfigError`] with the key.
    pub fn check(&self) -> Result<(), ConfigError> {
        for (key, value) in [("max_names", self.max_names), ("max_names_per_sector", self.max_names_per_sector)] {
            require(value > 0, key, value, "a whole number above 0")?;
        }
        for (key, value) in [("min_dollar_volume", self.min_dollar_volume), ("min_price", self.min_price)] {
            require(value.is_finite() && value >= 0.0, key, value, "a finite number of at least 0")?;
        }
        let cap = self.max_abs_weight_per_name;
        require((0.0..=1.0).contains(&cap), "max_abs_weight_per_name", cap, "a number from 0 to 1")?;
        let slippage = self.slippage_bps;
        require((0.0..=1_000.0).contains(&slippage), "slippage_bps", slippage, "basis points from 0 to 1000")?;
        for event in &self.black_swan_events {
            for (key, value) in [("severity", event.severity), ("confidence", event.confidence)] {
                let key = format!("black_swan_events.{key}");
                require((0.0..=1.0).contains(&value), &key, value, "a number from 0 to 1")?;
            }
        }
        let known = |bank: &String| self.entities.iter().any(|entity| entity.id == *bank);
        for (issuer, bank) in &self.main_banks {
            require(known(bank), &format!("main_banks.{issuer}"), bank, "the id of one of entities")?;
        }
        for (at, entity) in self.entities.iter().enumerate() {
            let twice = self.entities[..at].iter().any(|other| other.id == entity.id);
            require(!twice && !entity.id.is_empty(), "entities.id", &entity.id, "an id that stands once")?;
        }
        self.inputs.check()
    }

    /// Appends the content, every field with its default filled in.
    pub fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(self.strategy.name()).put_u32(self.max_names).put_u32(self.max_names_per_sector);
        bytes
            .put_f64(self.min_dollar_volume)
            .put_f64(self.min_price)
            .put_f64(self.max_abs_weight_per_name)
            .put_f64(self.slippage_bps);
        bytes.put_u64(self.exclude.len() as u64);
        for id in &self.exclude {
            bytes.put_text(id);
        }
        self.inputs.put(bytes);
        bytes.put_u64(self.emergency_policy.len() as u64);
        for date in &self.emergency_policy {
            bytes.put_i32(date.epoch_days());
        }
        bytes.put_u64(self.regime_overrides.len() as u64);
        for Override { date, state } in &self.regime_overrides {
            bytes.put_i32(date.epoch_days()).put_text(state.code());
        }
        bytes.put_u64(self.black_swan_events.len() as u64);
        for event in &self.black_swan_events {
            bytes.put_i32(event.date.epoch_days()).put_text(event.kind.name());
            bytes.put_f64(event.severity).put_f64(event.confidence);
        }
        bytes.put_u64(self.black_swan_overrides.len() as u64);
        for Override { date, state } in &self.black_swan_overrides {
            bytes.put_i32(date.epoch_days()).put_text(state.name());
        }
        bytes.put_u64(self.entities.len() as u64);
        for entity in &self.entities {
            bytes.put_text(&entity.id).put_text(entity.kind.name());
        }
        bytes.put_u64(self.main_banks.len() as u64);
        for (issuer, bank) in &self.main_banks {
            bytes.put_text(issuer).put_text(bank);
        }
    }
}

/// Refuses `value` under `key` unless it is `good`.
pub(crate) fn require(good: bool, key: &str, value: impl ToString, expected: &str) -> Result<(), ConfigError> {
    if good {
        return Ok(());
    }
    Err(ConfigError { key: key.to_owned(), value: value.to_string(), expected: expected.to_owned() })
}
