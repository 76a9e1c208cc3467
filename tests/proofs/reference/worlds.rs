//! The worlds of the proofs: bundled cases cut to a stretch of days, and both generations in one of them.

use std::sync::LazyLock;

use domain::chain::Chain;
use domain::system::DecisionSystem;
use journal::event::Event;
use journal::journal::Journal;
use prometheus::reference_config::ReferenceConfig;
use prometheus::registry::{Registry, Running};
use replay::run::replay_in_memory;
use toml::Table;

use crate::cases::Case;
use crate::support::repository;

/// A bundled case that ends on another day.
pub fn until(name: &str, last_day: &str) -> Case {
    let mut case = Case::of(&repository().join(format!("scenarios/cases/{name}.toml")));
    case.scenario.market.last_day = last_day.parse().unwrap();
    case
}

/// The world of the legacy, around its first entries in September 2007: weekdays, closes carried over gaps, fills at
/// the close of the decision.
pub static LEGACY: LazyLock<Case> = LazyLock::new(|| {
    let mut case = until("v1-us-2007-2009-crisis", "2007-12-31");
    case.scenario.market.first_day = "2007-07-02".parse().unwrap();
    case
});

/// A system's name and config.
#[derive(Clone)]
pub struct Named {
    pub name: &'static str,
    pub config: Table,
}

impl Named {
    /// v1 under a strategy.
    pub fn v1(strategy: &str) -> Self {
        Self { name: "v1", config: Table::from_iter([("strategy".to_owned(), strategy.into())]) }
    }

    /// v2 under the reference config for US shares.
    pub fn v2() -> Self {
        let file = repository().join("scenarios/configs/us-equity.toml");
        Self { name: "v2", config: ReferenceConfig::read(&file, "us-equity").unwrap().with(&Table::new()) }
    }

    pub fn system(&self) -> Running {
        Registry::builtin().assemble(self.name, &self.config).unwrap()
    }

    pub fn chain(&self) -> Box<dyn Chain> {
        Registry::builtin().chain(self.name, &self.config).unwrap().1
    }

    /// Its journal in the legacy's world.
    pub fn journal(&self) -> Journal {
        let mut running = self.system();
        replay_in_memory(&LEGACY.scenario, &running.identity, &LEGACY.tape, running.system.as_mut()).unwrap()
    }
}

/// The journal of any system in the legacy's world, under the name of v1.
pub fn journal(system: &mut dyn DecisionSystem) -> Journal {
    let identity = Named::v1("QUALITY_GROWTH_CORE").system().identity;
    replay_in_memory(&LEGACY.scenario, &identity, &LEGACY.tape, system).unwrap()
}

/// Day by day the events but the reports of the engines that are not `kept`.
pub fn events(journal: &Journal, kept: impl Fn(&str) -> bool) -> Vec<Vec<&Event>> {
    let told = |event: &&Event| match event {
        Event::EngineDecided { engine, .. }
        | Event::FigureRecorded { engine, .. }
        | Event::InstrumentDropped { engine, .. } => kept(engine),
        _ => true,
    };
    journal.days.iter().map(|day| day.events.iter().filter(told).collect()).collect()
}
