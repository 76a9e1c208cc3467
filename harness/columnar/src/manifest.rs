//! `tape.toml`: what a tape says of itself.
//!
//! The first part is written by people: where the data come from, on what terms, what the columns mean, when each
//! series becomes known, what is wrong and known to be wrong. The last part, `[tables]`, is measured by the
//! importer. A file without it is a recipe that has not been imported yet.
//!
//! ```
//! use columnar::manifest::TapeManifest;
//! let recipe = TapeManifest::parse("tape.toml", r#"
//!     format_version = 1
//!     [about]
//!     name = "example"
//!     source = "made up"
//!     licence = "public domain"
//!     market = "US_EQ"
//!     currency = "USD"
//!     price_bases = ["raw"]
//!     [inputs]
//!     bars = ["prices.csv"]
//! "#)?;
//! assert!(recipe.tables.is_empty()); // not imported yet
//! assert!(TapeManifest::parse("tape.toml", "format_version = 2").is_err());
//! # Ok::<(), columnar::error::DataError>(())
//! ```

use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::Digest;
use domain::facts::PriceBasis;
use serde::{Deserialize, Serialize};

use crate::columns::measure::Measured;
use crate::error::DataError;
use crate::notes::{Note, SeriesNote};

/// The version of the tape's format that this crate reads and writes.
pub const TAPE_FORMAT: i64 = 1;

/// The whole of `tape.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TapeManifest {
    /// The version of the format; read before anything else.
    pub format_version: i64,
    /// What the tape is.
    pub about: About,
    /// The files it is imported from.
    #[serde(default)]
    pub inputs: Inputs,
    /// What each series is and when it becomes known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<SeriesNote>,
    /// What is wrong with the data and known to be; never repaired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_defects: Vec<Note>,
    /// What looks wrong and is right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<Note>,
    /// What the importer measured, by table; empty in a recipe.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, TableNote>,
}

/// What a tape is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The name of the tape and of its folder.
    pub name: String,
    /// Where the data come from.
    pub source: String,
    /// On what terms.
    pub licence: String,
    /// What the columns mean and what to mind, a sentence each.
    #[serde(default)]
    pub basis: Vec<String>,
    /// The market of instruments that do not name one; absent on a tape without instruments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<String>,
    /// The currency of all prices, three capitals; absent on a tape without instruments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The price bases on which a scenario may trade the tape.
    #[serde(default)]
    pub price_bases: Vec<PriceBasis>,
    /// The tape beside this one that says which instruments an index held, for the check of missing members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_members: Option<String>,
}

/// The files that a tape is imported from, relative to one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inputs {
    /// Bars.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bars: Vec<String>,
    /// Macro and factor series.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<String>,
    /// Corporate actions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
    /// Instruments; those that the bars do not name are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instruments: Vec<String>,
    /// Members of indices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub membership: Vec<String>,
    /// Filings, news, calls and releases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
    /// Columns of these files that nothing reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignored_columns: Vec<String>,
    /// Days from `happened_on` to `known_on` for series that no note speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_lag_days: Option<u16>,
    /// Whether and how the series, exchange rates by six-letter name, become bars as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
}

/// How a series `EURUSD` (dollars for one euro) becomes bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rates {
    /// Instrument `FX:EURUSD`, close the rate, in USD.
    AsQuoted,
    /// Instrument `FX:USDEUR`, close one over the rate, in EUR.
    Inverted,
}

/// What was measured on one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableNote {
    /// Rows.
    pub rows: u64,
    /// The first day on which something happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// The digest of the logical rows.
    pub digest: Digest,
}

impl TapeManifest {
    /// Reads the text of a manifest or a recipe. The version comes first: a file of another version is refused for
    /// that, not for a field that this version does not know.
    ///
    /// # Errors
    /// [`DataError::Format`] for another version, [`DataError::Unreadable`] with the line for anything else.
    pub fn parse(file: &str, text: &str) -> Result<Self, DataError> {
        let unreadable = |error: toml::de::Error| DataError::unreadable(file, error.to_string().trim_end());
        let table: toml::Table = text.parse().map_err(unreadable)?;
        match table.get("format_version") {
            Some(toml::Value::Integer(TAPE_FORMAT)) => {}
            Some(&toml::Value::Integer(found)) => {
                return Err(DataError::Format { file: file.to_owned(), found, known: TAPE_FORMAT });
            }
            other => {
                let found = other.map_or_else(|| "missing".to_owned(), ToString::to_string);
                let what = format!("format_version is {found}, expected the whole number {TAPE_FORMAT}");
                return Err(DataError::unreadable(file, what));
            }
        }
        toml::from_str(text).map_err(unreadable)
    }

    /// The text of the manifest.
    ///
    /// # Errors
    /// When the text cannot be formed, which would be a defect of this program.
    pub fn to_text(&self) -> Result<String, DataError> {
        toml::to_string_pretty(self).map_err(|error| DataError::unreadable("tape.toml", error))
    }
}

impl TableNote {
    pub(crate) fn of(measured: &Measured) -> Self {
        Self { rows: measured.rows, first: measured.first, last: measured.last, digest: measured.digest }
    }

    pub(crate) fn measured(&self) -> Measured {
        Measured { rows: self.rows, first: self.first, last: self.last, digest: self.digest }
    }
}
