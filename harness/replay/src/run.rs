//! The loop over the days of a run, its checkpoints, and going on from one.
//!
//! A replay is a pure function: scenario, tape and system in, events out. The recorder that it appends to may keep
//! them in memory or write them to a file. Every [`CHECKPOINT_DAYS`] days the replay hands it a checkpoint (the
//! account, the working orders, the state of the system) from which [`replay`] can go on later to the same bytes.

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::quantity::QuantityError;
use domain::system::{DecisionSystem, StateError, SystemFailure};
use domain::tape::Tape;
use domain::view::View;
use journal::header::RunHeader;
use journal::journal::Journal;
use journal::manifest::{FORMAT_VERSION, ManifestError, RunInputs};
use journal::recorder::{DaySink, MemorySink, Recorder};

use crate::day::{Account, DayError, Terms, trade};
use crate::scenario::Scenario;
use domain::state::Saved;

/// The version of the trading day and its rules; part of every run's identity. It rises whenever a rule changes what
/// a journal holds.
pub const REPLAY_VERSION: u32 = 1;

/// Trading days between checkpoints: about a quarter, so a killed run of 33 years loses at most a hundredth.
pub const CHECKPOINT_DAYS: u32 = 63;

/// Who decides, by name, version and config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemIdentity {
    /// The name by which the registry knows the system.
    pub name: String,
    /// The version of its engines.
    pub version: String,
    /// The digest of its config.
    pub config_digest: Digest,
}

/// Why a replay stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The tape has no trading day inside the scenario's window.
    #[error(
        "{scenario}: the tape has no trading day from {first} to {last}; check first_day and last_day against `data describe`"
    )]
    NoTradingDay {
        /// The scenario.
        scenario: String,
        /// Its first day.
        first: Date,
        /// Its last day.
        last: Date,
    },
    /// The scenario caps participation, and the tape has no volumes to cap by.
    #[error(
        "{scenario}: execution.max_participation_rate needs volumes, and the tape has none; leave the key out or choose a tape with volumes"
    )]
    NoVolumes {
        /// The scenario.
        scenario: String,
    },
    /// Market orders fill at the open, and the tape has no opens.
    #[error(
        "{scenario}: execution.fill is next-open, and the tape has no opens; choose next-close or a tape with opens"
    )]
    NoOpens {
        /// The scenario.
        scenario: String,
    },
    /// The starting cash does not fit the ledger.
    #[error("{scenario}: account.cash: {source}")]
    Cash {
        /// The scenario.
        scenario: String,
        /// Why.
        source: QuantityError,
    },
    /// A day could not be finished.
    #[error("{on}: {source}")]
    Day {
        /// The day.
        on: Date,
        /// Why.
        source: DayError,
    },
    /// The checkpoint is not one of this scenario and system.
    #[error("the checkpoint cannot be taken up: {0}; start the run anew")]
    Checkpoint(String),
    /// The system refused its saved state.
    #[error(transparent)]
    State(#[from] StateError),
    /// The system failed after the last day.
    #[error("at the end of the run: {0}")]
    Finish(#[from] SystemFailure),
    /// The recorder could not take a day.
    #[error("the journal could not be written: {0}")]
    Sink(#[from] std::io::Error),
    /// The finished events make no journal.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// The header under which a run is recorded: everything that determines it.
///
/// # Errors
/// [`ReplayError`] for a scenario that the tape cannot serve: no such run is begun, so nothing of it is left behind.
pub fn header(scenario: &Scenario, identity: &SystemIdentity, tape: &Tape) -> Result<RunHeader, ReplayError> {
    check_columns(scenario, tape)?;
    window(scenario, tape)?;
    Ok(RunHeader {
        first_day: scenario.market.first_day,
        currency: scenario.account.currency.clone(),
        initial_cash_micros: scenario.initial_cash().micros(),
        instruments: tape.instruments().iter().map(|fact| fact.id.clone()).collect(),
        inputs: RunInputs {
            scenario: scenario.name.clone(),
            scenario_digest: scenario.world_digest(),
            system: identity.name.clone(),
            system_version: identity.version.clone(),
            config_digest: identity.config_digest,
            tape_digest: tape.digest(),
            seed: scenario.seed,
            replay_version: REPLAY_VERSION,
            format_version: FORMAT_VERSION,
        },
    })
}

/// Replays a scenario from its first day, or from the state of a checkpoint, to its last.
///
/// `tell` hears of each finished day, for whoever shows progress: days done, days in all.
///
/// # Errors
/// [`ReplayError`]; the recorder then holds the days before the one that failed.
pub fn replay<S: DaySink>(
    scenario: &Scenario,
    tape: &Tape,
    system: &mut dyn DecisionSystem,
    recorder: &mut Recorder<S>,
    checkpoint: Option<&[u8]>,
    tell: &mut dyn FnMut(u32, u32),
) -> Result<(), ReplayError> {
    check_columns(scenario, tape)?;
    let (first, end) = window(scenario, tape)?;
    let terms = Terms::of(scenario);
    let (mut account, mut done) = match checkpoint {
        Some(saved) => take_up(saved, tape, system)?,
        None => (open_account(scenario, tape)?, 0),
    };
    let all = (end - first) as u32;
    // The year of the day before: none before the first of the run.
    let mut year =
        done.checked_sub(1).and_then(|before| tape.days().get(first + before as usize)).map(|day| day.year());
    while done < all {
        let at = first + done as usize;
        let Some(view) = View::as_of(tape, at) else { break };
        let on = view.today();
        let new_year = year.replace(on.year()) != Some(on.year());
        recorder.begin_day(on);
        trade(&terms, view, done, new_year, &mut account, system, &mut |event| recorder.push(event))
            .map_err(|source| ReplayError::Day { on, source })?;
        recorder.end_day()?;
        done += 1;
        if done.is_multiple_of(CHECKPOINT_DAYS) && recorder.keeps_checkpoints() {
            recorder.checkpoint(&lay_down(&account, done, system))?;
        }
        tell(done, all);
    }
    system.finish()?;
    Ok(())
}

/// Replays a scenario in memory.
///
/// # Errors
/// [`ReplayError`].
pub fn replay_in_memory(
    scenario: &Scenario,
    identity: &SystemIdentity,
    tape: &Tape,
    system: &mut dyn DecisionSystem,
) -> Result<Journal, ReplayError> {
    let header = header(scenario, identity, tape)?;
    let mut sink = MemorySink::new();
    let mut recorder = Recorder::new(&header.instruments, &mut sink);
    replay(scenario, tape, system, &mut recorder, None, &mut |_, _| {})?;
    let recording = recorder.finish();
    Ok(Journal::of_memory(&header, recording, sink)?)
}

/// The tape's day numbers inside the scenario's window, as `first..end`.
fn window(scenario: &Scenario, tape: &Tape) -> Result<(usize, usize), ReplayError> {
    let (first, last) = (scenario.market.first_day, scenario.market.last_day);
    let from = tape.days().partition_point(|day| *day < first);
    let end = tape.days().partition_point(|day| *day <= last);
    if from >= end {
        return Err(ReplayError::NoTradingDay { scenario: scenario.name.clone(), first, last });
    }
    Ok((from, end))
}

/// Refuses rules that the tape has no column for: without one they would silently do nothing.
fn check_columns(scenario: &Scenario, tape: &Tape) -> Result<(), ReplayError> {
    let name = || scenario.name.clone();
    if scenario.execution.max_participation_rate.is_some() && !tape.has_volumes() {
        return Err(ReplayError::NoVolumes { scenario: name() });
    }
    if scenario.execution.fill == crate::scenario::FillMode::NextOpen && !tape.has_opens() {
        return Err(ReplayError::NoOpens { scenario: name() });
    }
    Ok(())
}

fn open_account(scenario: &Scenario, tape: &Tape) -> Result<Account, ReplayError> {
    let opened = Account::opened_with(scenario.initial_cash(), tape.instruments().len());
    opened.map_err(|source| ReplayError::Cash { scenario: scenario.name.clone(), source })
}

fn lay_down(account: &Account, done: u32, system: &dyn DecisionSystem) -> Vec<u8> {
    let mut bytes = CanonicalBytes::new();
    bytes.put_u32(REPLAY_VERSION).put_u32(done);
    account.save(&mut bytes);
    bytes.put_bytes(&system.save());
    bytes.into_vec()
}

fn take_up(bytes: &[u8], tape: &Tape, system: &mut dyn DecisionSystem) -> Result<(Account, u32), ReplayError> {
    let torn = || ReplayError::Checkpoint("its bytes end early or do not add up".to_owned());
    let mut saved = Saved::new(bytes);
    let version = saved.u32().ok_or_else(torn)?;
    if version != REPLAY_VERSION {
        let what = format!("it was laid down by replay version {version}, and this is {REPLAY_VERSION}");
        return Err(ReplayError::Checkpoint(what));
    }
    let done = saved.u32().ok_or_else(torn)?;
    let account = Account::restore(&mut saved).ok_or_else(torn)?;
    let state = saved.bytes().ok_or_else(torn)?;
    if !saved.is_empty() || account.book.quantities().len() != tape.instruments().len() {
        return Err(torn());
    }
    system.restore(state)?;
    Ok((account, done))
}
