//! Controls: configs of which it is known how the gates must end.
//!
//! A negative control is wrong on purpose, and must be rejected; a positive one is better on purpose, and must be
//! accepted. They go through the same pipeline as every candidate. One that ends on the wrong side says that the gates
//! cannot be trusted.
//!
//! ```toml
//! format = 1
//! name = "random-scores"
//! purpose = "Scores drawn at random."
//! family = "assessment"
//! expect = "not-eligible"
//! gate = "sharpe"
//!
//! [candidate]
//! system = "v2-faulty"
//! config.fault = { kind = "random-scores" }
//! ```

use std::path::Path;

use domain::ids::InstrumentId;
use judge::evidence::Part;
use replay::scenario::{Actions, FillMode};
use serde::{Deserialize, Serialize};
use toml::Table;

use super::subject::SubjectFile;
use super::tamper::Tamper;
use super::worlds::{Battery, historical};
use crate::error::CliError;
use crate::files::{file_stems, read_text};
use crate::root::Root;

/// The version of the format.
const FORMAT: u32 = 1;

/// A file of `scenarios/controls/`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    format: u32,
    /// Its name, the file's own.
    pub name: String,
    /// What is wrong with it, in a sentence.
    pub purpose: String,
    /// What kind of mistake it stands for.
    pub family: Family,
    /// How it must end.
    pub expect: Expectation,
    /// The gate that must say so; none for what is refused before, or accepted.
    pub gate: Option<String>,
    /// The candidate.
    pub candidate: Entrant,
    /// Another baseline than the reference.
    pub baseline: Option<Entrant>,
    /// What the candidate's world has otherwise.
    #[serde(default)]
    pub world: WorldChange,
    /// What is done to the evidence.
    pub evidence: Option<Tamper>,
}

/// A system with the keys that differ.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entrant {
    system: String,
    #[serde(default)]
    config: Table,
}

/// What a control stands for (gates-and-lifecycle §5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Scores that say nothing, or the opposite.
    Assessment,
    /// Names that should not be held.
    Universe,
    /// Weights that should not be held.
    Portfolio,
    /// Trades that should not be made.
    Execution,
    /// Knowledge of the future.
    LookAhead,
    /// Evidence that is missing, cut, or chosen.
    Evidence,
    /// A config that cannot be.
    Schema,
    /// Facts that are not the baseline's.
    Data,
    /// The luckiest of many.
    Selection,
    /// Better on purpose.
    Positive,
}

/// How a control must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// A gate refuses.
    NotEligible,
    /// The evidence does not suffice.
    InsufficientEvidence,
    /// The config is refused before anything is run.
    Refused,
    /// Every gate passes.
    Eligible,
}

/// What the candidate's world has otherwise than the baseline's.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldChange {
    /// Days of the future that the candidate is shown.
    #[serde(default)]
    pub peek_days: u32,
    /// Names that are left out of its tape.
    #[serde(default)]
    pub without: Vec<InstrumentId>,
    /// Splits, dividends and delistings are ignored.
    #[serde(default)]
    pub actions_ignored: bool,
    /// Its costs and slippage as a multiple.
    pub costs: Option<f64>,
    /// Its orders fill at the close of the decision.
    #[serde(default)]
    pub same_close: bool,
    /// Its starting cash as a multiple.
    pub cash: Option<f64>,
    /// Added to its seeds.
    #[serde(default)]
    pub seed: u64,
}

impl Control {
    /// All controls of a root, by name.
    ///
    /// # Errors
    /// [`CliError`] for a file that is no control.
    pub fn all(root: &Root) -> Result<Vec<Self>, CliError> {
        let folder = root.scenarios().join("controls");
        file_stems(&folder, "toml")?.iter().map(|name| Self::read(&folder.join(format!("{name}.toml")), name)).collect()
    }

    fn read(path: &Path, name: &str) -> Result<Self, CliError> {
        let control = Self::parse(&read_text(path)?, &path.display().to_string())?;
        if control.name == name {
            return Ok(control);
        }
        let message = format!("{}: name is \"{}\": expected \"{name}\"", path.display(), control.name);
        Err(CliError::bad_input(message, "rename the file, or the name in it"))
    }

    /// Checks a text; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`CliError`] for unknown, missing or mistyped keys, and a control of which nothing is expected.
    pub fn parse(text: &str, path: &str) -> Result<Self, CliError> {
        let refuse = |what: String| CliError::bad_input(format!("{path}: {what}"), "mend the control's file");
        let control: Self = toml::from_str(text).map_err(|error| refuse(error.to_string().trim().to_owned()))?;
        if control.format != FORMAT {
            return Err(refuse(format!("format is {}, and this program reads format {FORMAT}", control.format)));
        }
        let judged = matches!(control.expect, Expectation::NotEligible | Expectation::InsufficientEvidence);
        match &control.gate {
            None if judged => Err(refuse("gate is missing: name the gate that must say so".to_owned())),
            Some(gate) if !judge::gates::GATES.contains(&gate.as_str()) => {
                Err(refuse(format!("no gate is named `{gate}`")))
            }
            Some(_) if !judged => Err(refuse("gate: no gate is asked of what is refused or accepted".to_owned())),
            _ => Ok(control),
        }
    }

    /// The candidate as a subject.
    #[must_use]
    pub fn candidate(&self) -> SubjectFile {
        subject(&self.name, &self.purpose, &self.candidate)
    }

    /// The baseline as a subject.
    #[must_use]
    pub fn baseline(&self) -> SubjectFile {
        self.baseline
            .as_ref()
            .map_or_else(SubjectFile::reference, |entrant| subject("baseline", &self.purpose, entrant))
    }
}

fn subject(name: &str, purpose: &str, entrant: &Entrant) -> SubjectFile {
    SubjectFile {
        name: name.to_owned(),
        purpose: purpose.to_owned(),
        system: entrant.system.clone(),
        config: entrant.config.clone(),
        ..SubjectFile::reference()
    }
}

impl WorldChange {
    /// The battery as the candidate finds it.
    ///
    /// # Errors
    /// [`CliError`] for a tape that does not serve the changed scenario.
    pub fn applied(&self, root: &Root, battery: &Battery) -> Result<Battery, CliError> {
        let mut changed = battery.clone();
        for world in &mut changed.worlds {
            world.peek_days = self.peek_days;
            world.multiply_costs(self.costs.unwrap_or(1.0));
            if self.same_close {
                world.scenario.execution.fill = FillMode::SameClose;
            }
            world.scenario.account.cash *= self.cash.unwrap_or(1.0);
            world.scenario.seed.0 = world.scenario.seed.0.wrapping_add(self.seed);
        }
        if self.actions_ignored || !self.without.is_empty() {
            self.other_facts(root, &mut changed)?;
        }
        Ok(changed)
    }

    fn other_facts(&self, root: &Root, battery: &mut Battery) -> Result<(), CliError> {
        let file = battery.file.clone();
        for world in battery.worlds.iter_mut().filter(|world| world.part == Part::Historical) {
            let Some(window) = file.historical.iter().find(|window| window.name == world.name) else { continue };
            let mut fresh = historical(root, window)?;
            let market = &mut fresh.scenario.market;
            let all = fresh.tape.instruments().iter().map(|fact| fact.id.clone());
            market.instruments = all.filter(|id| !self.without.contains(id)).collect();
            if self.actions_ignored {
                market.actions = Actions::Ignored;
            }
            world.scenario.market = fresh.scenario.market.clone();
            world.tape = crate::market::load(root, &fresh.scenario)?;
        }
        Ok(())
    }
}
