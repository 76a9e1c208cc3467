//! Buy and hold with equal weights (benchmark job B).
//!
//! On the run's first day each instrument with a price gets `invested / n` of equity; nothing is traded afterwards.
//! With 20 instruments and 0.999 invested that is a weight of 0.04995 each, and 0.1 % stays in cash: a fully
//! invested target plus its costs cannot be paid from the account.

use std::borrow::Cow;

use domain::chain::{Chain, Score, Wanted};
use domain::decision::{Abstention, Decision, Dropped, EngineReport, TargetWeight, Verdict};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::order::OrderRequest;
use domain::state::Saved;
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
#[derive(Clone, Debug)]
pub struct EqualWeight {
    config: EqualWeightConfig,
    /// Today's report, once a stage has run.
    told: Option<EngineReport>,
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
        config.check().map(|()| Self { config, told: None })
    }
}

/// The universe is whoever has a close today, everyone is worth the same, and nothing limits the weights.
impl Chain for EqualWeight {
    fn watch(&mut self, _: &Today<'_>) {
        self.told = None;
    }

    fn universe(&mut self, today: &Today<'_>) -> Result<Vec<Instrument>, Abstention> {
        let all = (0..).map(Instrument).take(today.view.instruments().len());
        let (priced, unpriced): (Vec<_>, Vec<_>) = all.partition(|at| today.view.close(*at).is_some());
        let dropped = unpriced.into_iter().map(|instrument| Dropped { instrument, reason: Cow::Borrowed("no_price") });
        self.told = Some(match (today.day_number, priced.is_empty()) {
            (0, true) => EngineReport::plain(ENGINE, Verdict::Abstained(Abstention::NothingEligible)),
            (0, false) => EngineReport { dropped: dropped.collect(), ..EngineReport::plain(ENGINE, Verdict::Decided) },
            _ => EngineReport::plain(ENGINE, Verdict::Unchanged),
        });
        if priced.is_empty() { Err(Abstention::NothingEligible) } else { Ok(priced) }
    }

    fn signal(&mut self, today: &Today<'_>, names: &[Instrument]) -> Result<Vec<Score>, Abstention> {
        let mut all: Vec<Instrument> = names.iter().copied().chain(today.book.held().map(|held| held.0)).collect();
        all.sort_unstable();
        all.dedup();
        Ok(all.into_iter().map(|instrument| Score { instrument, score: 1.0, confidence: 1.0 }).collect())
    }

    fn sizing(&mut self, today: &Today<'_>, names: &[Instrument], _: &[Score]) -> Wanted {
        let due = today.day_number == 0;
        let verdict = || if due { Verdict::Decided } else { Verdict::Unchanged };
        self.told.get_or_insert_with(|| EngineReport::plain(ENGINE, verdict()));
        Ok(due.then(|| equal_targets(names, self.config.invested)))
    }

    fn limits(&mut self, _: &Today<'_>, wanted: &[TargetWeight]) -> Wanted {
        Ok(Some(wanted.to_vec()))
    }

    fn orders(&mut self, _: &Today<'_>, _: &[TargetWeight]) -> Option<Vec<OrderRequest>> {
        None
    }

    fn report(&mut self) -> Vec<EngineReport> {
        self.told.take().into_iter().collect()
    }

    fn save(&self, _: &mut CanonicalBytes) {}

    fn restore(&mut self, _: &mut Saved<'_>) -> Option<()> {
        Some(())
    }
}

impl DecisionSystem for EqualWeight {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        self.watch(today);
        // Nothing is decided after the first day, so nobody is looked at either.
        if today.day_number > 0 {
            return Decision::unchanged(ENGINE);
        }
        let names = self.universe(today).unwrap_or_default();
        // Everyone is worth the same and nothing is limited, so the other stages have nothing to add.
        let targets = if names.is_empty() { Ok(None) } else { self.sizing(today, &names, &[]) };
        Decision { reports: self.report(), targets: targets.unwrap_or_default(), orders: Vec::new() }
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        no_state(ENGINE, state)
    }
}
