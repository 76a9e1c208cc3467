//! The tapes and calendars of a root, and the window of a tape that a scenario asks for.

mod borrowed;

use std::path::Path;

use columnar::calendars;
use columnar::error::DataError;
use columnar::selection::Selection;
use columnar::tape_folder::StoredTape;
use domain::calendar::Calendar;
use domain::facts::{ActionFact, ActionKind};
use domain::tape::Tape;
use replay::scenario::{Actions, Gaps, HaltSpec, Scenario};

use crate::error::CliError;
use crate::files::folder_names;
use crate::root::Root;
use crate::suggest;

/// The calendar of scenarios whose trading days are those on which the tape itself has a bar.
pub const TAPE_CALENDAR: &str = "tape";

/// The calendar of scenarios that trade on every weekday, holidays included.
pub const WEEKDAYS_CALENDAR: &str = "weekdays";

/// The names of the tapes below the root, ascending.
///
/// # Errors
/// [`CliError`] when the folder cannot be read.
pub fn tapes(root: &Root) -> Result<Vec<String>, CliError> {
    folder_names(&root.scenarios().join("tapes"))
}

/// Opens the tape that a scenario names: a folder below `scenarios/tapes/`, or a path from the root when the name holds
/// a `/`; and proves that nobody edited it.
///
/// # Errors
/// [`CliError`] for an unknown name, with the nearest ones, and for a tape whose rows are not those of its manifest.
pub fn open_tape(root: &Root, name: &str) -> Result<StoredTape, CliError> {
    open_folder(root, name, &root.tape(name))
}

/// Opens the tape that a command names: as in a scenario, but a path starts from the current folder.
///
/// # Errors
/// [`CliError`] as for [`open_tape`].
pub fn open_argument(root: &Root, name: &str) -> Result<StoredTape, CliError> {
    if name.contains('/') { open_folder(root, name, Path::new(name)) } else { open_tape(root, name) }
}

fn open_folder(root: &Root, name: &str, folder: &Path) -> Result<StoredTape, CliError> {
    if folder.is_dir() {
        return Ok(StoredTape::open(folder)?);
    }
    if name.contains('/') {
        let message = format!("{}: no folder of that name, so no tape", folder.display());
        return Err(CliError::bad_input(message, "check the path, or name a tape of `prometheus data list`"));
    }
    let names = tapes(root)?;
    let offer = suggest::offer("tape", name, &names);
    let message = format!("no tape is named `{name}`: {offer}");
    Err(CliError::bad_input(message, "`prometheus data list` shows all tapes; a path to one holds a /"))
}

/// The calendar of a market; `None` for [`TAPE_CALENDAR`] and [`WEEKDAYS_CALENDAR`].
///
/// # Errors
/// [`CliError`] for a market without a calendar, or facts that contradict each other.
pub fn calendar(root: &Root, market: &str) -> Result<Option<Calendar>, CliError> {
    if market == TAPE_CALENDAR || market == WEEKDAYS_CALENDAR {
        return Ok(None);
    }
    let loaded = calendars::load(&root.scenarios(), market).map_err(|error| match error {
        DataError::Request(_) => CliError::from(error).with_hint("`prometheus data list` shows all calendars"),
        error => error.into(),
    });
    loaded.map(Some)
}

/// The tape of a scenario, cut to its window.
///
/// # Errors
/// [`CliError`] for a tape or calendar that does not serve the scenario.
pub fn load(root: &Root, scenario: &Scenario) -> Result<Tape, CliError> {
    let calendar = calendar(root, &scenario.market.calendar)?;
    let stored = open_tape(root, &scenario.market.tape)?;
    let mut selection = selection(scenario);
    borrowed::add(&mut selection, root, &stored, scenario)?;
    let tape = stored.select(&selection, calendar.as_ref()).map_err(CliError::from)?;
    Ok(tape)
}

fn selection(scenario: &Scenario) -> Selection {
    let market = &scenario.market;
    Selection {
        basis: market.price_basis,
        first_day: market.first_day,
        last_day: market.last_day,
        history_from: Some(market.history_from.unwrap_or(market.first_day)),
        instruments: market.instruments.clone(),
        currency: scenario.account.currency.clone(),
        extra_actions: scenario.halts.iter().map(halt).collect(),
        extra_series: Vec::new(),
        extra_texts: Vec::new(),
        weekdays: market.calendar == WEEKDAYS_CALENDAR,
        gaps_carried: market.gaps == Gaps::Carried,
        actions_ignored: market.actions == Actions::Ignored,
    }
}

fn halt(halt: &HaltSpec) -> ActionFact {
    ActionFact {
        instrument: halt.instrument.clone(),
        happened_on: halt.first_day,
        known_on: halt.first_day,
        kind: ActionKind::Halt { until: halt.until },
    }
}
