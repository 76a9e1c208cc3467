//! The system: v2 asked stage by stage, with one fault between two of its stages.
//!
//! v2's engines run and report every day as they would without the fault, each on what it is given. Without a fault v2
//! is asked as a whole, and decisions, reports and state are its own bytes.
//!
//! ```text
//! what is seen ─ v2 watches ─ names ─ scores ─ v2's programme ─ weights ─ what is sent
//!    state                  universe  signal    altered config   sizing     orders
//! ```
//!
//! The system is one piece and no chain: a portfolio that is late, sent twice or jittered is an answer on days on which
//! the stages of a chain have none.

use builtin::config::ConfigError;
use domain::book::BookView;
use domain::chain::Chain;
use domain::decision::{Decision, EngineReport, TargetWeight, Verdict};
use domain::digest::CanonicalBytes;
use domain::quantity::{Cash, Quantity};
use domain::state::Saved;
use domain::system::{DecisionSystem, StateError, Today};
use v2::face::Engine;
use v2::portfolio::Portfolio as PortfolioEngine;
use v2::system::{V2Config, V2System};

use crate::altered::altered;
use crate::chance;
use crate::config::{FaultyConfig, Planted, of_v2};
use crate::kinds::Kind;
use crate::memory::Memory;
use crate::sizing::{Portfolio, jittered};
use crate::weights::clean;
use crate::{orders, signal, sizing, universe};

/// The name of the system, and of its state in messages.
const SYSTEM: &str = "v2-faulty";

/// v2, or v2 with one fault.
pub struct FaultySystem {
    inner: V2System,
    /// v2's config with the fault in it, if it sits there.
    config: V2Config,
    fault: Option<Planted>,
    memory: Memory,
}

impl FaultySystem {
    /// The system under `config`.
    ///
    /// # Errors
    /// [`ConfigError`] for what v2 refuses, for what is no fault, and for a fault that cannot show under this config.
    pub fn new(config: FaultyConfig) -> Result<Self, ConfigError> {
        let FaultyConfig { fault, v2 } = config;
        let fault = fault.map(|fault| fault.planted()).transpose()?;
        let config = fault.map_or_else(|| Ok(v2.clone()), |planted| altered(&v2, &planted))?;
        let inner = V2System::new(config.clone()).map_err(of_v2)?;
        Ok(Self { inner, config, fault, memory: Memory::default() })
    }

    /// One day with a fault.
    fn decide_with(&mut self, planted: &Planted, today: &Today<'_>) -> Decision {
        let lag = if planted.info.kind == Kind::LateData { planted.count() } else { 0 };
        // Before there is a day that is late enough, nothing has arrived.
        let Some(view) = today.view.earlier(lag) else { return Decision::unchanged(SYSTEM) };
        let (cash, equity, positions) = self.account(planted, today);
        let seen = Today { view, book: BookView { cash, equity, positions: &positions }, ..*today };
        let restarts = planted.info.kind == Kind::Forgets && today.day_number > 0 && universe::is_due(today, planted);
        if restarts && let Ok(fresh) = V2System::new(self.config.clone()) {
            self.inner = fresh;
        }
        self.inner.watch(&seen);
        let decided = self.weights(planted, &seen, today);
        let reports = self.reports();
        let (targets, orders) = orders::sent(planted, today, decided, &mut self.memory);
        let frozen = planted.info.kind == Kind::Frozen && f64::from(today.day_number) >= planted.size;
        Decision { reports, targets: targets.filter(|_| !frozen).map(clean), orders }
    }

    /// Cash, equity and positions as the system believes them to be.
    fn account(&mut self, planted: &Planted, today: &Today<'_>) -> (Cash, Cash, Vec<Quantity>) {
        let book = &today.book;
        match planted.info.kind {
            Kind::NoBook => (book.equity, book.equity, vec![Quantity::ZERO; book.positions.len()]),
            Kind::StaleBook => {
                let positions = book.positions.iter().map(|quantity| quantity.micros());
                let row = [book.cash.micros(), book.equity.micros()].into_iter().chain(positions).collect();
                let row = self.memory.books.delayed(row, planted.count());
                let amount = |at: usize| Cash::from_micros(row.get(at).copied().unwrap_or_default());
                let positions = row.iter().skip(2).map(|micros| Quantity::from_micros(*micros)).collect();
                (amount(0), amount(1), positions)
            }
            _ => (book.cash, book.equity, book.positions.to_vec()),
        }
    }

    /// The weights of today, as far as the stages answer.
    fn weights(&mut self, planted: &Planted, seen: &Today<'_>, today: &Today<'_>) -> Option<Vec<TargetWeight>> {
        let decided = self.decided(planted, seen, today);
        match planted.info.kind {
            Kind::Jitters if decided.is_none() => jittered(planted, today, &self.memory),
            _ => decided,
        }
    }

    fn decided(&mut self, planted: &Planted, seen: &Today<'_>, today: &Today<'_>) -> Option<Vec<TargetWeight>> {
        let kind = planted.info.kind;
        let names = self.inner.universe(seen).ok()?;
        let names = universe::names(planted, seen, names, &mut self.memory);
        let scores = self.inner.signal(seen, &names).ok()?;
        let scores = signal::scores(planted, seen, scores, &mut self.memory);
        if kind == Kind::MissedRuns && chance::of_day(planted, today) < planted.size {
            return None;
        }
        let wanted = self.inner.sizing(seen, &names, &scores).ok()??;
        let limited = self.inner.limits(seen, &wanted).ok()??;
        let weights = if kind == Kind::LimitNotEnforced { wanted } else { limited };
        let portfolio = Portfolio { names: &names, scores: &scores, weights };
        Some(sizing::weights(planted, today, portfolio, &mut self.memory))
    }

    /// v2's reports of today, with a line for the portfolio also where it was not asked.
    fn reports(&mut self) -> Vec<EngineReport> {
        let mut reports = Chain::report(&mut self.inner);
        let silent = reports.len() > 1 && reports.iter().all(|report| report.engine != PortfolioEngine::NAME);
        if silent {
            reports.push(EngineReport::plain(PortfolioEngine::NAME, Verdict::Unchanged));
        }
        reports
    }

    fn take_up(&mut self, planted: &Planted, saved: &mut Saved<'_>) -> Result<(), StateError> {
        let torn = || StateError::new(SYSTEM, "its bytes end early or do not add up");
        let same = saved.text().ok_or_else(torn)? == planted.info.name;
        if !same || saved.f64().ok_or_else(torn)?.to_bits() != planted.size.to_bits() {
            return Err(StateError::new(SYSTEM, "it was saved under another fault"));
        }
        DecisionSystem::restore(&mut self.inner, saved.bytes().ok_or_else(torn)?)?;
        self.memory = Memory::take(saved).filter(|_| saved.is_empty()).ok_or_else(torn)?;
        Ok(())
    }
}

impl DecisionSystem for FaultySystem {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        match self.fault {
            None => self.inner.decide(today),
            Some(planted) => self.decide_with(&planted, today),
        }
    }

    fn save(&self) -> Vec<u8> {
        let inner = DecisionSystem::save(&self.inner);
        let Some(planted) = &self.fault else { return inner };
        let mut bytes = CanonicalBytes::new();
        bytes.put_text(planted.info.name).put_f64(planted.size).put_bytes(&inner);
        self.memory.put(&mut bytes);
        bytes.into_vec()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        match self.fault {
            None => DecisionSystem::restore(&mut self.inner, state),
            Some(planted) => self.take_up(&planted, &mut Saved::new(state)),
        }
    }
}
