//! Pairs: a case of the reference and the case of its successor that answers it.
//!
//! ```text
//! scenarios/pairs/us-2007-2009-crisis.toml
//!
//! format = 1
//! name = "us-2007-2009-crisis"
//! purpose = "v1 and v2 through the financial crisis, each in its own world."
//! reference = "v1-us-2007-2009-crisis"
//! successor = "v2-us-2007-2009-crisis"
//!
//! [control]                         # only for a strategy that both must play alike
//! reference = { slippage_bps = 0 }  # laid over the config of the reference
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`worlds`] | the scenario of each leg between the two |
//! | [`legs`] | running the legs, to the attribution and the comparison |
//! | [`control`] | a strategy that both generations must play alike once their worlds are |
//! | [`standing`] | how a pair stands with its record and the register |
//! | [`seal`] | the seal over the sources of v1 and all records |

pub mod control;
pub mod legs;
pub mod seal;
pub mod standing;
pub mod worlds;

use std::path::PathBuf;

use judge::pair::walk::StandIn;
use replay::scenario::{Scenario, SystemSpec};
use serde::Deserialize;

use crate::error::CliError;
use crate::files::{file_stems, read_text};
use crate::library::Library;
use crate::root::Root;
use crate::suggest;

/// The version of the format of a pair's file.
const FORMAT: u32 = 1;

/// A file of `scenarios/pairs/`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    format: u32,
    /// The name, also the file's and the record's.
    pub name: String,
    /// What is compared, and why.
    pub purpose: String,
    /// The case of the reference.
    pub reference: String,
    /// The case of its successor.
    pub successor: String,
    /// For a strategy that both must play alike once their worlds are; absent for any other.
    #[serde(default)]
    pub control: Option<Control>,
}

/// How the last difference between the worlds of a control is switched off: keys laid over the configs of the systems.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Laid over the config of the reference.
    #[serde(default)]
    pub reference: toml::Table,
    /// Laid over the config of the successor.
    #[serde(default)]
    pub successor: toml::Table,
}

/// A pair with its two cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// The pair.
    pub pair: Pair,
    /// The case of the reference.
    pub reference: Scenario,
    /// The case of its successor.
    pub successor: Scenario,
    /// The system that stands in for that of the reference's case; absent when its own runs.
    pub stand_in: Option<StandIn>,
}

/// The names of all pairs, ascending.
///
/// # Errors
/// [`CliError`] when the folder cannot be read.
pub fn names(root: &Root) -> Result<Vec<String>, CliError> {
    file_stems(&folder(root), "toml")
}

/// Where the records of pairs lie.
#[must_use]
pub fn records(root: &Root) -> PathBuf {
    root.golden().join("v1")
}

fn folder(root: &Root) -> PathBuf {
    root.scenarios().join("pairs")
}

impl Pair {
    /// Reads a pair by its name.
    ///
    /// # Errors
    /// [`CliError`] for an unknown name, with the nearest ones, and for a file that is no pair of that name.
    pub fn read(root: &Root, name: &str) -> Result<Self, CliError> {
        let file = folder(root).join(format!("{name}.toml"));
        if !file.is_file() {
            let offer = suggest::offer("pair", name, &names(root)?);
            let hint = "`prometheus reference list` shows all pairs";
            return Err(CliError::bad_input(format!("no pair is named `{name}`: {offer}"), hint));
        }
        let refuse = |what: String| {
            let hint = "a pair has format, name, purpose, reference, successor and, for a control, the table [control]";
            Err(CliError::bad_input(format!("{}: {what}", file.display()), hint))
        };
        let pair: Self = match toml::from_str(&read_text(&file)?) {
            Ok(pair) => pair,
            Err(error) => return refuse(error.to_string().trim().to_owned()),
        };
        if pair.format != FORMAT {
            return refuse(format!("format is {}: expected {FORMAT}", pair.format));
        }
        if pair.name != name {
            return refuse(format!("name is \"{}\": expected \"{name}\", the file's own name", pair.name));
        }
        if pair.purpose.trim().is_empty() {
            return refuse("purpose is blank: expected a sentence".to_owned());
        }
        Ok(pair)
    }

    /// The pair with its two cases, which must start alike.
    ///
    /// # Errors
    /// [`CliError`] for a case that cannot be read, and for two that differ in what no stage accounts for.
    pub fn ends(self, root: &Root) -> Result<Ends, CliError> {
        let library = Library::of(root);
        let file = folder(root).join(format!("{}.toml", self.name));
        let (reference, successor) = (library.case(&self.reference)?, library.case(&self.successor)?);
        if let Some((key, ours, theirs)) = unequal(&reference, &successor) {
            let message = format!(
                "{}: {key} is {ours} in {} and {theirs} in {}: expected the same in both",
                file.display(),
                self.reference,
                self.successor
            );
            let hint = "a gap between runs of other days, money or chance could not be told from one of the systems";
            return Err(CliError::bad_input(message, hint));
        }
        Ok(Ends { pair: self, reference, successor, stand_in: None })
    }
}

impl Ends {
    /// The pair with another system in the world of the reference's case; with its own when there is none.
    #[must_use]
    pub fn played_by(mut self, stand_in: Option<StandIn>) -> Self {
        if let Some(StandIn { name, config }) = &stand_in {
            self.reference.system = SystemSpec { name: name.clone(), reference: None, config: config.clone() };
        }
        self.stand_in = stand_in;
        self
    }
}

/// The first key in which the two cases of a pair must agree and do not.
fn unequal(reference: &Scenario, successor: &Scenario) -> Option<(&'static str, String, String)> {
    let keys = |scenario: &Scenario| {
        let Scenario { market, account, .. } = scenario;
        [
            ("market.first_day", market.first_day.to_string()),
            ("market.last_day", market.last_day.to_string()),
            ("account.currency", account.currency.clone()),
            ("account.cash", account.cash.to_string()),
            ("seed", scenario.seed.0.to_string()),
        ]
    };
    let pairs = keys(reference).into_iter().zip(keys(successor));
    let differs = pairs.into_iter().find(|(ours, theirs)| ours.1 != theirs.1);
    differs.map(|((key, ours), (_, theirs))| (key, ours, theirs))
}

#[cfg(test)]
mod tests;
