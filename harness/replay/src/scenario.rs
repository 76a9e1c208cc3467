//! Scenario files: everything that a run depends on, in one reviewed text.
//!
//! A scenario names its tape and price basis, its days, its account, the system and its config, and the rules of
//! execution. Unknown keys are refused. There are no hidden defaults for anything that moves a number: a key with
//! a default shows it in `scenario describe`.
//!
//! ```
//! use replay::scenario::Scenario;
//! let text = r#"
//! format = 1
//! name = "quick-look"
//! purpose = "Shows the shape of a scenario file."
//! seed = 7
//!
//! [market]
//! tape = "us_eq_close_1990_2022"
//! calendar = "US_EQ"
//! price_basis = "adjusted"
//! first_day = "2007-01-03"
//! last_day = "2009-12-31"
//!
//! [account]
//! currency = "USD"
//! cash = 1_000_000
//!
//! [system]
//! name = "equal-weight"
//!
//! [execution]
//! fill = "next-close"
//! slippage_bps = 5.0
//! "#;
//! let scenario = Scenario::parse(text, "quick-look.toml")?;
//! assert_eq!(scenario.execution.cost_bps, 0.0);
//! let typo = text.replace("slippage_bps", "slipage_bps");
//! assert!(Scenario::parse(&typo, "quick-look.toml").unwrap_err().to_string().contains("slipage_bps"));
//! # Ok::<(), replay::scenario::ScenarioError>(())
//! ```

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};
use domain::facts::PriceBasis;
use domain::ids::InstrumentId;
use domain::quantity::Cash;
use domain::seed::Seed;
use serde::{Deserialize, Serialize};

mod borrowed;
mod checks;
mod parts;
mod shape;

pub use borrowed::{SeriesFrom, TextsFrom};
pub use parts::{AccountSpec, ExecutionSpec, FillMode, HaltSpec, MarketSpec, PlanSpec, SystemSpec};
pub use shape::{Actions, Gaps};

/// The version of the scenario format that this crate reads.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// A checked scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of the format.
    pub format: u32,
    /// The name: lower-case letters, digits and dashes; also the file's name and the golden's.
    pub name: String,
    /// What the scenario is for, in a sentence or two.
    pub purpose: String,
    /// The seed of all chance in the run.
    #[serde(deserialize_with = "parts::seed")]
    pub seed: Seed,
    /// Tape, calendar, days and instruments.
    pub market: MarketSpec,
    /// The account at the start.
    pub account: AccountSpec,
    /// The system and its config.
    pub system: SystemSpec,
    /// The rules of simulated execution.
    pub execution: ExecutionSpec,
    /// The rules of order planning.
    #[serde(default)]
    pub plan: PlanSpec,
    /// Trading halts laid over the tape.
    #[serde(default)]
    pub halts: Vec<HaltSpec>,
}

/// Why a scenario or suite file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// The text is not what the format asks for.
    #[error("{path}: {what}")]
    Syntax {
        /// The file.
        path: String,
        /// The parser's words, with line and column.
        what: String,
    },
    /// The format is newer or older than this program reads.
    #[error("{path}: format is {found}, and this program reads format {known}; use a matching version of prometheus")]
    Format {
        /// The file.
        path: String,
        /// The version found.
        found: i64,
        /// The version known.
        known: u32,
    },
    /// A value cannot stand.
    #[error("{path}: {key} is {value}: expected {expected}")]
    Value {
        /// The file.
        path: String,
        /// The key, with its table.
        key: String,
        /// What it says.
        value: String,
        /// What was expected.
        expected: String,
    },
}

impl Scenario {
    /// Reads and checks a scenario; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`ScenarioError`]; the format's version is read before anything else.
    pub fn parse(text: &str, path: &str) -> Result<Self, ScenarioError> {
        check_format(text, path)?;
        let scenario: Self = toml::from_str(text).map_err(|error| ScenarioError::Syntax {
            path: path.to_owned(),
            what: error.to_string().trim().to_owned(),
        })?;
        checks::check(&scenario, path)?;
        Ok(scenario)
    }

    /// The digest of everything but name, purpose and system: the world in which a system is put. Renaming a
    /// scenario or rewording its purpose leaves it alone.
    #[must_use]
    pub fn world_digest(&self) -> Digest {
        let mut bytes = CanonicalBytes::new();
        bytes.put_text("prometheus scenario v1");
        parts::put_market(&mut bytes, &self.market);
        parts::put_account(&mut bytes, &self.account);
        parts::put_execution(&mut bytes, &self.execution);
        bytes.put_f64(self.plan.minimum_value);
        bytes.put_u64(self.halts.len() as u64);
        for halt in &self.halts {
            bytes.put_text(halt.instrument.as_str());
            bytes.put_i32(halt.first_day.epoch_days()).put_i32(halt.until.epoch_days());
        }
        Digest::of(bytes.as_slice())
    }

    /// The starting cash. Checked on reading to fit.
    #[must_use]
    pub fn initial_cash(&self) -> Cash {
        Cash::from_units(self.account.cash).unwrap_or_default()
    }
}

/// Refuses another format before the fields are read, so that a newer file is called newer, not malformed.
pub(crate) fn check_format(text: &str, path: &str) -> Result<(), ScenarioError> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ScenarioError::Syntax {
        path: path.to_owned(),
        what: error.to_string().trim().to_owned(),
    })?;
    match table.get("format") {
        Some(toml::Value::Integer(found)) if *found == i64::from(FORMAT_VERSION) => Ok(()),
        Some(toml::Value::Integer(found)) => {
            Err(ScenarioError::Format { path: path.to_owned(), found: *found, known: FORMAT_VERSION })
        }
        other => Err(ScenarioError::Value {
            path: path.to_owned(),
            key: "format".to_owned(),
            value: other.map_or_else(|| "absent".to_owned(), ToString::to_string),
            expected: format!("the number {FORMAT_VERSION}"),
        }),
    }
}

/// Days and ids used by the parts; kept private to the module tree.
type Ids = Vec<InstrumentId>;
type Basis = PriceBasis;
type Day = Date;
