//! v2 with a bug at one of its stages: proof that the reference check sees it and names the stage.
//!
//! The bug is a key of the system's config beside those of v2, so that a pair can be recorded without it and checked
//! with it.

use builtin::config::{ConfigError, SystemConfig};
use domain::chain::{Chain, Score, Wanted};
use domain::decision::{Decision, EngineReport, TargetWeight};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::order::OrderRequest;
use domain::report::Abstention;
use domain::state::Saved;
use domain::system::{DecisionSystem, StateError, Today};
use serde::{Deserialize, Deserializer, Serialize, de};
use v2::config::EngineConfig;
use v2::system::{V2Config, V2System};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bug {
    /// The universe takes the volume for the price and drops every name of which few shares were traded.
    WrongColumn,
    /// Scores are yesterday's.
    OffByOneDay,
    /// The fee of a purchase is added to the budget instead of being kept for it.
    FeeSign,
    /// The limits are asked and not obeyed.
    LimitNotEnforced,
}

/// The config of v2, with a bug or without.
#[derive(Clone, Serialize)]
pub struct PlantedConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    bug: Option<Bug>,
    #[serde(flatten)]
    v2: V2Config,
}

impl<'de> Deserialize<'de> for PlantedConfig {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut table = toml::Table::deserialize(from)?;
        let bug = table.remove("bug").map(toml::Value::try_into).transpose().map_err(de::Error::custom)?;
        let v2 = table.try_into().map_err(de::Error::custom)?;
        Ok(Self { bug, v2 })
    }
}

impl SystemConfig for PlantedConfig {
    fn check(&self) -> Result<(), ConfigError> {
        self.v2.check().map_err(|error| ConfigError { key: error.path, value: error.value, expected: error.expected })
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(&self.v2.canonical()).put_text(&format!("{:?}", self.bug));
    }
}

/// v2 with its bug.
pub struct Planted {
    inner: V2System,
    bug: Option<Bug>,
    yesterday: Vec<Score>,
}

impl Planted {
    /// The system under `config`.
    pub fn new(config: PlantedConfig) -> Result<Self, ConfigError> {
        let PlantedConfig { bug, v2 } = config;
        let inner = V2System::new(v2).map_err(|error| ConfigError {
            key: error.path,
            value: error.value,
            expected: error.expected,
        })?;
        Ok(Self { inner, bug, yesterday: Vec::new() })
    }
}

/// Fewer shares than this, and the universe with the wrong column thinks that a share costs less than a penny stock.
const FEW_SHARES: f64 = 5_000_000.0;
/// Seven basis points: what a purchase costs in the planted cases.
const FEE: f64 = 0.0007;

impl Chain for Planted {
    fn watch(&mut self, today: &Today<'_>) {
        self.inner.watch(today);
    }

    fn universe(&mut self, today: &Today<'_>) -> Result<Vec<Instrument>, Abstention> {
        let mut names = self.inner.universe(today)?;
        if self.bug == Some(Bug::WrongColumn) {
            names.retain(|name| {
                today.view.volumes(0).and_then(|row| row.get(*name)).is_some_and(|shares| shares >= FEW_SHARES)
            });
        }
        Ok(names)
    }

    fn signal(&mut self, today: &Today<'_>, names: &[Instrument]) -> Result<Vec<Score>, Abstention> {
        let scores = self.inner.signal(today, names)?;
        let yesterday = std::mem::replace(&mut self.yesterday, scores.clone());
        Ok(if self.bug == Some(Bug::OffByOneDay) { yesterday } else { scores })
    }

    fn sizing(&mut self, today: &Today<'_>, names: &[Instrument], scores: &[Score]) -> Wanted {
        let mut wanted = self.inner.sizing(today, names, scores)?;
        if self.bug == Some(Bug::FeeSign) {
            for target in wanted.iter_mut().flatten() {
                target.weight *= (1.0 + FEE) / (1.0 - FEE);
            }
        }
        Ok(wanted)
    }

    fn limits(&mut self, today: &Today<'_>, wanted: &[TargetWeight]) -> Wanted {
        let limited = self.inner.limits(today, wanted)?;
        Ok(if self.bug == Some(Bug::LimitNotEnforced) { Some(wanted.to_vec()) } else { limited })
    }

    fn orders(&mut self, today: &Today<'_>, targets: &[TargetWeight]) -> Option<Vec<OrderRequest>> {
        self.inner.orders(today, targets)
    }

    fn report(&mut self) -> Vec<EngineReport> {
        Chain::report(&mut self.inner)
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        Chain::save(&self.inner, bytes);
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        Chain::restore(&mut self.inner, saved)
    }
}

impl Planted {
    /// The weights of today, stage by stage as far as they answer.
    fn targets(&mut self, today: &Today<'_>) -> Option<Vec<TargetWeight>> {
        let names = self.universe(today).ok()?;
        let scores = self.signal(today, &names).ok()?;
        let wanted = self.sizing(today, &names, &scores).ok()??;
        self.limits(today, &wanted).ok()?
    }
}

impl DecisionSystem for Planted {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        self.watch(today);
        let targets = self.targets(today);
        Decision { reports: Chain::report(self), targets, orders: Vec::new() }
    }

    fn save(&self) -> Vec<u8> {
        DecisionSystem::save(&self.inner)
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        DecisionSystem::restore(&mut self.inner, state)
    }
}
