//! From a scenario to a journal in a folder, inside this process.
//!
//! ```text
//! scenario ─ tape (columnar) ─ system (registry) ─ header ⇒ Prepared ─ record ⇒ journal on disk
//! ```

use std::path::{Path, PathBuf};

use domain::chain::Chain;
use domain::date::Date;
use domain::digest::Digest;
use domain::ids::InstrumentId;
use domain::tape::Tape;
use journal::header::RunHeader;
use journal::journal::Journal;
use journal::progress::Progress;
use journal::recorder::{DaySink, Recorder};
use journal::store::{self, JournalWriter, ResumePoint};
use replay::run::{self, ReplayError, SystemIdentity};
use replay::scenario::Scenario;

use crate::drill::CrashDrill;
use crate::error::CliError;
use crate::files::write_whole;
use crate::library::Library;
use crate::market;
use crate::reference_config::ReferenceConfig;
use crate::registry::{Registry, RegistryError, Running};
use crate::root::Root;
use crate::suggest;

/// The file beside a journal that holds the scenario it was made from, overrides included.
pub const SCENARIO_FILE: &str = "scenario.toml";

const REFERENCE_HINT: &str = "mend the table [config] there, or lay the key over it in [system.config] of the scenario; `prometheus scenario \
     systems` shows the keys with their defaults";

/// Trading days that a rehearsal has at most: half a year.
const REHEARSED_DAYS: usize = 126;

/// A scenario with its tape and a name for its run, ready to be replayed.
pub struct Prepared<'r> {
    registry: &'r Registry,
    scenario: Scenario,
    source: SystemSource,
    tape: Tape,
    header: RunHeader,
}

/// Where a run's system was named and configured, for the words of a refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemSource {
    /// What names the system: the file of the scenario, or an option.
    pub name: String,
    /// What configures it: the file of the scenario, the file of --config, or an option.
    pub config: String,
    /// What to mend when the config is refused.
    pub hint: &'static str,
    /// The folder from which paths in the config start: the root, wherever the config was written.
    pub folder: PathBuf,
    /// The reference config that the scenario starts from, with its file; `None` when there is none or it is replaced.
    pub reference: Option<(PathBuf, ReferenceConfig)>,
}

/// Where and how a run is recorded.
#[derive(Clone, Debug)]
pub struct Recording<'a> {
    /// The folder that the finished journal gets.
    pub folder: &'a Path,
    /// Whether to go on with what a killed run left there.
    pub resume: bool,
    /// The day in the middle of whose frame the process aborts, for drills.
    pub crash_after_day: Option<Date>,
}

impl<'r> Prepared<'r> {
    /// Loads the tape and tries the system's config.
    ///
    /// # Errors
    /// [`CliError`] for a tape, calendar, system or config that does not fit.
    pub fn new(
        root: &Root,
        registry: &'r Registry,
        scenario: Scenario,
        source: SystemSource,
    ) -> Result<Self, CliError> {
        // The system first: a wrong name is told before a large tape is read.
        let Running { identity, days, instruments, .. } = source.assemble(registry, &scenario)?;
        let tape = market::load(root, &scenario)?;
        let header = run::header(&scenario, &identity, &tape)?;
        source.check_instruments(&instruments, &tape)?;
        source.check_days(&days, traded(&scenario, &tape))?;
        Ok(Self { registry, scenario, source, tape, header })
    }

    /// The header of the run.
    #[must_use]
    pub const fn header(&self) -> &RunHeader {
        &self.header
    }

    /// The identity of the run.
    #[must_use]
    pub fn run_id(&self) -> Digest {
        self.header.inputs.run_id()
    }

    /// Where the journal lies unless the caller chooses another folder.
    #[must_use]
    pub fn default_folder(&self, root: &Root) -> PathBuf {
        root.journals().join(self.run_id().to_string())
    }

    /// Replays the first half-year of the scenario and throws the journal away, so that whatever survives a run inside a
    /// process is there when the next one begins. What a run leaves behind, it leaves early: after half a year every
    /// engine is warm and has decided many times, and the cases of a suite begin in many markets.
    ///
    /// # Errors
    /// [`CliError`] as for [`Self::record`].
    pub fn rehearse(&self) -> Result<(), CliError> {
        let Running { identity, mut system, .. } = self.source.assemble(self.registry, &self.scenario)?;
        let mut scenario = self.scenario.clone();
        if let Some(last) = traded(&self.scenario, &self.tape).get(REHEARSED_DAYS - 1) {
            scenario.market.last_day = *last;
        }
        run::replay_in_memory(&scenario, &identity, &self.tape, system.as_mut())?;
        Ok(())
    }

    /// Replays the scenario into a folder. `tell` hears of days done and days in all.
    ///
    /// # Errors
    /// [`CliError`] for a scenario that its tape cannot serve, a folder that is taken, an unfinished run of other
    /// inputs, failures of the file system, and a stored journal of equal inputs with another content.
    pub fn record(&self, how: &Recording<'_>, tell: &mut dyn FnMut(u32, u32)) -> Result<Journal, CliError> {
        self.check_drill(how)?;
        let mut system = self.source.assemble(self.registry, &self.scenario)?.system;
        let Opened { progress, state, mut writer } = self.open(how)?;
        let mut drill;
        let sink: &mut dyn DaySink = match how.crash_after_day {
            Some(day) => {
                drill = CrashDrill::new(&mut writer, day, &store::unfinished_path(how.folder));
                &mut drill
            }
            None => &mut writer,
        };
        let mut recorder = Recorder::resume(progress, sink);
        let replayed = run::replay(&self.scenario, &self.tape, system.as_mut(), &mut recorder, state.as_deref(), tell);
        if let Err(error) = replayed {
            drop(writer);
            // A run that the same inputs will always stop at the same place is not worth resuming.
            if !matches!(error, ReplayError::Sink(_)) {
                store::discard_unfinished(how.folder)?;
            }
            return Err(error.into());
        }
        let recording = recorder.finish();
        let journal = writer.finish(recording)?;
        self.write_scenario(how.folder)?;
        Ok(journal)
    }

    fn open(&self, how: &Recording<'_>) -> Result<Opened, CliError> {
        if how.resume {
            let ResumePoint { progress, state, writer } = store::resume(how.folder, &self.header)?;
            return Ok(Opened { progress, state, writer });
        }
        let writer = JournalWriter::create(how.folder, &self.header)?;
        Ok(Opened { progress: Progress::start(&self.header.instruments), state: None, writer })
    }

    /// A drill on a day that the run never reaches would be a run without one.
    fn check_drill(&self, how: &Recording<'_>) -> Result<(), CliError> {
        let market = &self.scenario.market;
        let traded = traded(&self.scenario, &self.tape);
        match how.crash_after_day.filter(|day| !traded.contains(day)) {
            None => Ok(()),
            Some(day) => Err(CliError::bad_input(
                format!("--crash-after-day {day}: not a trading day of the run"),
                format!("choose one from {} to {}", market.first_day, market.last_day),
            )),
        }
    }

    /// Lays the scenario beside the journal, so that the run can be repeated when its file has changed or gone.
    fn write_scenario(&self, folder: &Path) -> Result<(), CliError> {
        let path = folder.join(SCENARIO_FILE);
        let text = toml::to_string_pretty(&self.scenario)
            .map_err(|error| CliError::defect(format!("the scenario cannot be written as TOML: {error}")))?;
        write_whole(&path, text.as_bytes())
    }
}

struct Opened {
    progress: Progress,
    state: Option<Vec<u8>>,
    writer: JournalWriter,
}

impl SystemSource {
    /// A system that its scenario's file names and configures.
    #[must_use]
    pub fn scenario(root: &Root, file: &Path) -> Self {
        let file = file.display().to_string();
        let folder = root.as_argument().to_owned();
        let hint = "mend the table [system.config]; `prometheus scenario systems` shows the keys with their defaults";
        // A file that cannot be read is refused where the scenario is read.
        let reference = Library::of(root).reference_of(Path::new(&file)).ok().flatten();
        Self { name: file.clone(), config: file, hint, folder, reference }
    }

    /// The system of a scenario, fresh.
    ///
    /// # Errors
    /// [`CliError`] for an unknown name or a config that the system refuses, with the file or option at fault.
    pub fn assemble(&self, registry: &Registry, scenario: &Scenario) -> Result<Running, CliError> {
        let running = registry.assemble_in(&self.folder, &scenario.system.name, &scenario.system.config);
        running.map_err(|error| self.refused(registry, scenario, &error))
    }

    /// The system of a scenario, fresh and open at its seams.
    ///
    /// # Errors
    /// [`CliError`] as for [`Self::assemble`], and for a system that is one piece.
    pub fn chain(
        &self,
        registry: &Registry,
        scenario: &Scenario,
    ) -> Result<(SystemIdentity, Box<dyn Chain>), CliError> {
        let chain = registry.chain(&scenario.system.name, &scenario.system.config);
        chain.map_err(|error| self.refused(registry, scenario, &error))
    }

    /// A refusal of the registry with the file or option at fault.
    fn refused(&self, registry: &Registry, scenario: &Scenario, error: &RegistryError) -> CliError {
        let (place, hint) = match error {
            RegistryError::Unknown { .. } | RegistryError::Closed { .. } => {
                (self.name.clone(), "`prometheus scenario systems` shows all systems")
            }
            RegistryError::Config { .. } => match self.reference_at_fault(registry, scenario, error) {
                Some(file) => (file.display().to_string(), REFERENCE_HINT),
                None => (self.config.clone(), self.hint),
            },
        };
        CliError::bad_input(format!("{place}: {error}"), hint)
    }

    /// Refuses an instrument of the config that the tape lacks: it could never be held.
    fn check_instruments(&self, instruments: &[(String, InstrumentId)], tape: &Tape) -> Result<(), CliError> {
        let Some((key, id)) = instruments.iter().find(|(_, id)| tape.find(id).is_none()) else { return Ok(()) };
        let known: Vec<&str> = tape.instruments().iter().map(|fact| fact.id.as_str()).collect();
        let offer = suggest::offer("instrument", id.as_str(), &known);
        let message = format!("{}: {key} is {id}: expected an instrument of the scenario: {offer}", self.config);
        Err(CliError::bad_input(message, "mend the name, or add the instrument in [market] of the scenario"))
    }

    /// The file of the reference config, where it is refused in the same words without anything laid over it.
    fn reference_at_fault(&self, registry: &Registry, scenario: &Scenario, error: &RegistryError) -> Option<&Path> {
        let (file, reference) = self.reference.as_ref()?;
        let alone = registry.assemble_in(&self.folder, &scenario.system.name, reference.config()).err()?;
        (alone == *error).then_some(file.as_path())
    }

    /// Refuses a day of the config on which the run does not trade: what it asks for there would never happen.
    fn check_days(&self, days: &[(String, Date)], traded: &[Date]) -> Result<(), CliError> {
        let Some((key, day)) = days.iter().find(|(_, day)| traded.binary_search(day).is_err()) else { return Ok(()) };
        let after = traded.partition_point(|known| known < day);
        let near = after.checked_sub(1).into_iter().chain([after]).filter_map(|at| traded.get(at));
        let near = near.map(Date::to_string).collect::<Vec<_>>().join(" and ");
        let message =
            format!("{}: {key} is {day}: expected a trading day of the run, the nearest: {near}", self.config);
        Err(CliError::bad_input(message, "choose such a day, or other days in [market] of the scenario"))
    }
}

/// The trading days of a scenario's run, ascending.
fn traded<'t>(scenario: &Scenario, tape: &'t Tape) -> &'t [Date] {
    let (days, market) = (tape.days(), &scenario.market);
    let from = days.partition_point(|day| *day < market.first_day);
    let end = days.partition_point(|day| *day <= market.last_day);
    days.get(from..end).unwrap_or_default()
}
