//! What the configs of the engines have in common: ranges with a path, canonical bytes, and an identity by content.
//!
//! A config is typed, so an unknown key, a missing one or a number written as a text with a unit is refused while it
//! is read. Values out of range are refused by [`EngineConfig::check`], with the path of the key. The canonical bytes
//! are the compact JSON of the struct in the order of its fields, every default filled in, so two files with the same
//! content have the same `config_id`.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use v2::config::{ConfigError, EngineConfig, Ranges};
//!
//! #[derive(Serialize, Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct LiquidityConfig { window_days: u32, floor_share: f64 }
//!
//! impl EngineConfig for LiquidityConfig {
//!     const ENGINE: &'static str = "liquidity";
//!     fn check(&self) -> Result<(), ConfigError> {
//!         let ranges = Ranges::of("liquidity");
//!         ranges.count("window_days", self.window_days, 2, 756)?;
//!         ranges.share("floor_share", self.floor_share)
//!     }
//! }
//! let wrong = LiquidityConfig { window_days: 63, floor_share: 50.0 };
//! assert_eq!(
//!     wrong.check().unwrap_err().to_string(),
//!     "liquidity.floor_share is 50: expected a share from 0 to 1, where 0.05 means 5 %"
//! );
//! let right = LiquidityConfig { window_days: 63, floor_share: 0.5 };
//! assert!(right.config_id().starts_with("liquidity_"));
//! ```

use domain::digest::Digest;
use serde::Serialize;

/// A config whose types are read but whose values cannot stand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} is {value}: expected {expected}")]
pub struct ConfigError {
    /// The key with the tables around it, joined by dots.
    pub path: String,
    /// What it says.
    pub value: String,
    /// What was expected.
    pub expected: String,
}

/// A config of one engine.
pub trait EngineConfig: Serialize {
    /// The engine's name, lower case.
    const ENGINE: &'static str;

    /// Refuses values out of range.
    ///
    /// # Errors
    /// [`ConfigError`] with the path of the key.
    fn check(&self) -> Result<(), ConfigError>;

    /// The canonical text: compact JSON with every default filled in.
    fn canonical(&self) -> String {
        // Serialising plain structs of numbers, texts, lists and maps with text keys cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// `{engine}_{hash}`: twelve digits of the digest of the canonical text.
    fn config_id(&self) -> String {
        let digest = Digest::of(self.canonical().as_bytes()).to_string();
        format!("{}_{}", Self::ENGINE, &digest[..12])
    }
}

/// Checks of ranges that name the path of the key.
#[derive(Clone, Debug)]
pub struct Ranges {
    table: String,
}

impl Ranges {
    /// Checks for keys of the table `table`; blank for keys that stand in no table.
    #[must_use]
    pub fn of(table: &str) -> Self {
        Self { table: table.to_owned() }
    }

    /// The refusal of a key.
    ///
    /// # Errors
    /// Always: this is the refusal itself, as a result.
    pub fn refuse(&self, key: &str, value: impl ToString, expected: impl ToString) -> Result<(), ConfigError> {
        let path = if self.table.is_empty() { key.to_owned() } else { format!("{}.{key}", self.table) };
        Err(ConfigError { path, value: value.to_string(), expected: expected.to_string() })
    }

    /// A share from 0 to 1, both included; NaN is outside.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn share(&self, key: &str, value: f64) -> Result<(), ConfigError> {
        if (0.0..=1.0).contains(&value) {
            return Ok(());
        }
        self.refuse(key, value, "a share from 0 to 1, where 0.05 means 5 %")
    }

    /// A finite number from `low` to `high`, both included.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn number(&self, key: &str, value: f64, low: f64, high: f64) -> Result<(), ConfigError> {
        if (low..=high).contains(&value) {
            return Ok(());
        }
        self.refuse(key, value, format!("a number from {low} to {high}"))
    }

    /// A whole number from `low` to `high`, both included.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn count(&self, key: &str, value: u32, low: u32, high: u32) -> Result<(), ConfigError> {
        if (low..=high).contains(&value) {
            return Ok(());
        }
        self.refuse(key, value, format!("a whole number from {low} to {high}"))
    }

    /// A name that is not blank.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn name(&self, key: &str, value: &str) -> Result<(), ConfigError> {
        if value.trim().is_empty() {
            return self.refuse(key, format!("`{value}`"), "a name that is not blank");
        }
        Ok(())
    }
}
