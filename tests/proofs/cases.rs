//! The bundled cases, replayed inside the proofs.

use std::path::Path;

use domain::digest::Digest;
use domain::ids::InstrumentId;
use domain::tape::Tape;
use journal::journal::Journal;
use journal::recorder::{MemorySink, Recorder};
use prometheus::library::Library;
use prometheus::market;
use prometheus::registry::{Registry, Running};
use prometheus::root::Root;
use replay::run::{ReplayError, replay, replay_in_memory};
use replay::scenario::Scenario;

use crate::support::repository;

/// A case with its tape.
pub struct Case {
    pub scenario: Scenario,
    pub tape: Tape,
}

impl Case {
    /// The case of a file below `scenarios/cases`.
    pub fn of(file: &Path) -> Self {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a case is named in ASCII");
        let root = Root::discover(Some(&repository())).unwrap();
        let scenario = Library::of(&root).case(name).unwrap();
        let tape = market::load(&root, &scenario).unwrap();
        Self { scenario, tape }
    }

    /// The journal of the case on its own tape.
    pub fn journal(&self) -> Journal {
        let mut running = self.running();
        replay_in_memory(&self.scenario, &running.identity, &self.tape, running.system.as_mut()).unwrap()
    }

    /// The running digest after each day on another tape. A tape whose prices leap may take the account out of the
    /// range of the ledger; the run then ends on that day, and the days before it stand.
    pub fn running_on(&self, tape: &Tape) -> Vec<Digest> {
        let mut running = self.running();
        let ids: Vec<InstrumentId> = tape.instruments().iter().map(|fact| fact.id.clone()).collect();
        let mut sink = MemorySink::new();
        let mut recorder = Recorder::new(&ids, &mut sink);
        let ended = replay(&self.scenario, tape, running.system.as_mut(), &mut recorder, None, &mut |_, _| {});
        assert!(matches!(ended, Ok(()) | Err(ReplayError::Day { .. })), "{ended:?}");
        drop(recorder);
        sink.running().to_vec()
    }

    fn running(&self) -> Running {
        let spec = &self.scenario.system;
        Registry::builtin().assemble(&spec.name, &spec.config).unwrap()
    }
}
