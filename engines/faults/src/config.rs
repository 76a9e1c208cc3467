//! The config of the faulty system: v2's own keys, and the table `fault` beside them.
//!
//! ```text
//! [config]
//! strategy_id = "US_CORE_LONG_EQ"     # and all other keys of v2
//! fault = { kind = "stale-scores", size = 1 }
//! ```
//!
//! Without the table the system is v2. A kind that nobody knows, a size out of the kind's range, a size where there is
//! none and a fault that could not show under this config are refused, so that no mutant counts that is none:
//!
//! ```
//! use faults::config::Fault;
//! let fault = |kind: &str, size| Fault { kind: kind.to_owned(), size };
//! assert_eq!(
//!     fault("late-orders", Some(0.5)).check().unwrap_err().to_string(),
//!     "fault.size is 0.5: expected a whole number from 1 to 252, trading days"
//! );
//! assert!(fault("late-orders", None).check().is_err());
//! assert!(fault("inverted-scores", None).check().is_ok());
//! assert!(fault("inverted-scores", Some(1.0)).check().is_err());
//! ```

use builtin::config::{ConfigError, SystemConfig};
use domain::digest::CanonicalBytes;
use serde::{Deserialize, Deserializer, Serialize, de};
use v2::config::EngineConfig;
use v2::system::V2Config;

use crate::altered::altered;
use crate::kinds::{KindInfo, SizeRange, kinds};

/// One fault, as a config writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The name of a kind of [`crate::kinds`].
    pub kind: String,
    /// How large it is, in the unit of its kind; absent for kinds without a size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<f64>,
}

/// The config of [`crate::system::FaultySystem`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultyConfig {
    /// What is wrong; absent for v2 as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// All keys of v2.
    #[serde(flatten)]
    pub v2: V2Config,
}

/// A fault whose kind is known and whose size is in range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planted {
    pub info: &'static KindInfo,
    /// The size; 0 for kinds without.
    pub size: f64,
}

impl Planted {
    /// The size of a kind that counts.
    pub(crate) const fn count(&self) -> usize {
        self.size as usize
    }
}

impl SizeRange {
    /// Whether a size is one of these; NaN is none, nor is the neutral size.
    #[must_use]
    pub fn holds(&self, size: f64) -> bool {
        let is_in = (self.low..=self.high).contains(&size) && self.neutral != Some(size);
        is_in && (!self.whole || size.fract() == 0.0)
    }
}

impl Fault {
    /// Refuses what is no fault.
    ///
    /// # Errors
    /// [`ConfigError`] with `fault.kind` or `fault.size`.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.planted().map(|_| ())
    }

    pub(crate) fn planted(&self) -> Result<Planted, ConfigError> {
        let Some(info) = kinds().iter().find(|info| info.name == self.kind) else {
            let names: Vec<&str> = kinds().iter().map(|info| info.name).collect();
            return Err(refusal("kind", format!("`{}`", self.kind), format!("one of {}", names.join(", "))));
        };
        match (info.size, self.size) {
            (None, None) => Ok(Planted { info, size: 0.0 }),
            (Some(range), Some(size)) if range.holds(size) => Ok(Planted { info, size }),
            (None, Some(size)) => {
                let expected = format!("no such key: `{}` is there or not", info.name);
                Err(refusal("size", size.to_string(), expected))
            }
            (Some(range), size) => {
                let number = if range.whole { "a whole number" } else { "a number" };
                let but = range.neutral.map_or_else(String::new, |neutral| format!(" but not {neutral}"));
                let expected = format!("{number} from {} to {}{but}, {}", range.low, range.high, range.meaning);
                Err(refusal("size", size.map_or_else(|| "missing".to_owned(), |size| size.to_string()), expected))
            }
        }
    }
}

pub(crate) fn refusal(key: &str, value: String, expected: String) -> ConfigError {
    ConfigError { key: format!("fault.{key}"), value, expected }
}

pub(crate) fn of_v2(error: v2::config::ConfigError) -> ConfigError {
    ConfigError { key: error.path, value: error.value, expected: error.expected }
}

impl<'de> Deserialize<'de> for FaultyConfig {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut table = toml::Table::deserialize(from)?;
        let fault = table.remove("fault").map(toml::Value::try_into::<Fault>).transpose();
        // The keys of a table that is read by itself do not know in which table they stand.
        let fault = fault.map_err(|error| de::Error::custom(format!("in `fault`: {}", error.message())))?;
        let v2 = table.try_into().map_err(de::Error::custom)?;
        Ok(Self { fault, v2 })
    }
}

impl SystemConfig for FaultyConfig {
    fn check(&self) -> Result<(), ConfigError> {
        self.v2.check().map_err(of_v2)?;
        match &self.fault {
            None => Ok(()),
            Some(fault) => altered(&self.v2, &fault.planted()?).map(|_| ()),
        }
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(&self.v2.canonical());
        if let Some(fault) = &self.fault {
            bytes.put_text(&fault.kind).put_u8(u8::from(fault.size.is_some())).put_f64(fault.size.unwrap_or(0.0));
        }
    }
}
