//! The v1 engines as one system: the nightly order of engines-v1 §0.
//!
//! ```text
//! regime → stability → black swan → macro → universe → assessment → risk → orders → paper account → meta
//! ```
//!
//! The regime reads how the entities stood at the end of the day before, because stability runs after it. [`V1System`]
//! is a [`domain::chain::Chain`]; its decision is the chain's stages in their order, so the same answers come of it
//! whether it is run as a whole or stage by stage. It answers orders, not targets.

mod chain;
mod memory;

use domain::chain::Chain;
use domain::decision::{Decision, EngineReport};
use domain::digest::CanonicalBytes;
use domain::order::OrderRequest;
use domain::state::Saved;
use domain::system::{DecisionSystem, StateError, Today};

use crate::backtesting::Account;
use crate::black_swan::BlackSwan;
use crate::config::{ConfigError, V1Config};
use crate::fundamentals::Fundamentals;
use crate::regime::alert::AlertLevel;
use crate::regime::{Regime, State};
use crate::stability::Stability;
use memory::Memory;

/// All v1 engines.
#[derive(Clone, Debug)]
pub struct V1System {
    config: V1Config,
    regime: Regime,
    stability: Stability,
    black_swan: BlackSwan,
    fundamentals: Fundamentals,
    /// What was said of each name, so that only changes are told.
    memory: Memory,
    /// The paper account; `None` before the first day.
    account: Option<Account>,
    /// Whether the control strategy has bought.
    bought: bool,
    /// Today's state and alert, for the stages after the watch.
    mood: (State, AlertLevel),
    /// Whether today is the first trading day of its month, or of the run.
    monthly: bool,
    /// Today's reports, in the order of the stages; those after the watch may be missing.
    told: Told,
}

/// The reports of a day.
#[derive(Clone, Debug, Default)]
struct Told {
    watched: Vec<EngineReport>,
    universe: Option<EngineReport>,
    assessment: Option<EngineReport>,
    risk: Option<EngineReport>,
}

impl V1System {
    /// The system under `config`.
    ///
    /// # Errors
    /// [`ConfigError`] for values out of range.
    pub fn new(config: V1Config) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            regime: Regime::new(&config),
            stability: Stability::new(&config),
            black_swan: BlackSwan::new(&config),
            fundamentals: Fundamentals::default(),
            memory: Memory::default(),
            account: None,
            bought: false,
            mood: (State::Unknown, AlertLevel::Green),
            monthly: false,
            told: Told::default(),
            config,
        })
    }

    /// The paper account; `None` before the first day.
    #[must_use]
    pub const fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// The stages from the universe to the orders. A stage without an answer leaves everything as it is.
    fn planned(&mut self, today: &Today<'_>) -> Option<Vec<OrderRequest>> {
        let names = self.universe(today).ok()?;
        let scores = self.signal(today, &names).ok()?;
        let wanted = self.sizing(today, &names, &scores).ok()??;
        let targets = self.limits(today, &wanted).ok()??;
        self.orders(today, &targets)
    }
}

impl DecisionSystem for V1System {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        self.watch(today);
        let orders = self.planned(today).unwrap_or_default();
        Decision { reports: self.report(), targets: None, orders }
    }

    fn save(&self) -> Vec<u8> {
        let mut bytes = CanonicalBytes::new();
        Chain::save(self, &mut bytes);
        bytes.into_vec()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        let mut saved = Saved::new(state);
        let taken = Chain::restore(self, &mut saved).filter(|()| saved.is_empty());
        taken.ok_or_else(|| StateError::new("v1", "expected the bytes that this system saved under this config"))
    }
}

#[cfg(test)]
mod tests;
