//! Buy and hold with equal weights (benchmark job B).
//!
//! On the run's first day each instrument with a price gets `invested / n` of equity; nothing is traded afterwards.
//! With 20 instruments and 0.999 invested that is a weight of 0.04995 each, and 0.1 % stays in cash: a fully
//! invested target plus its costs cannot be paid from the account.

use std::borrow::Cow;

use domain::decision::{Abstention, Decision, Dropped, EngineReport, Verdict};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::system::{DecisionSystem, StateError, Today};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, SystemConfig, check_invested};
use crate::equal_targets;
use crate::null::no_state;

const ENGINE: &str = "equal_weight";

/// The config of [`EqualWeight`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EqualWeightConfig {
    /// The share of equity to invest, above 0 and up to 1; 0.999 by default.
    pub invested: f64,
}

/// Buys once and holds.
#[derive(Clone, Copy, Debug)]
pub struct EqualWeight {
    config: EqualWeightConfig,
}

impl Default for EqualWeightConfig {
    fn default() -> Self {
        Self { invested: 0.999 }
    }
}

impl SystemConfig for EqualWeightConfig {
    fn check(&self) -> Result<(), ConfigError> {
        check_invested(self.invested)
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(ENGINE).put_f64(self.invested);
    }
}

impl EqualWeight {
    /// The system under `config`.
    ///
    /// # Errors
    /// [`ConfigError`] for values out of range.
    pub fn new(config: EqualWeightConfig) -> Result<Self, ConfigError> {
        config.check().map(|()| Self { config })
    }
}

impl DecisionSystem for EqualWeight {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        if today.day_number > 0 {
            return Decision::unchanged(ENGINE);
        }
        let all = (0..).map(Instrument).take(today.view.instruments().len());
        let (priced, unpriced): (Vec<_>, Vec<_>) = all.partition(|at| today.view.close(*at).is_some());
        if priced.is_empty() {
            return Decision::abstained(ENGINE, Abstention::NothingEligible);
        }
        let dropped = unpriced.into_iter().map(|instrument| Dropped { instrument, reason: Cow::Borrowed("no_price") });
        let report = EngineReport { dropped: dropped.collect(), ..EngineReport::plain(ENGINE, Verdict::Decided) };
        let targets = Some(equal_targets(&priced, self.config.invested));
        Decision { reports: vec![report], targets, orders: Vec::new() }
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        no_state(ENGINE, state)
    }
}
