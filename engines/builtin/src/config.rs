//! What the systems' configs have in common: typed fields, ranges, and a digest of the content.
//!
//! ```
//! use builtin::config::SystemConfig;
//! use builtin::momentum::MomentumConfig;
//! let config = MomentumConfig::default();
//! assert!(config.check().is_ok());
//! let wrong = MomentumConfig { invested: 1.5, ..config };
//! assert_eq!(wrong.check().unwrap_err().to_string(), "invested is 1.5: expected a number above 0 and up to 1");
//! ```

use domain::date::Date;
use domain::digest::{CanonicalBytes, Digest};

/// A config whose types are read but whose values cannot stand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} is {value}: expected {expected}")]
pub struct ConfigError {
    /// The key.
    pub key: String,
    /// What it says.
    pub value: String,
    /// What was expected.
    pub expected: String,
}

/// A config of a built-in system.
pub trait SystemConfig {
    /// Refuses values out of range.
    ///
    /// # Errors
    /// [`ConfigError`] with the key.
    fn check(&self) -> Result<(), ConfigError>;

    /// Appends the content, every field with its default filled in.
    fn put(&self, bytes: &mut CanonicalBytes);

    /// The days that the config names, each with its key. A run refuses one on which it does not trade, because what
    /// is asked for there would never happen and nobody would hear of it.
    fn days(&self) -> Vec<(String, Date)> {
        Vec::new()
    }

    /// The identity of the config: two files with the same content have the same digest.
    fn digest(&self) -> Digest {
        let mut bytes = CanonicalBytes::new();
        bytes.put_text("prometheus config v1");
        self.put(&mut bytes);
        Digest::of(bytes.as_slice())
    }
}

/// Refuses an invested share outside `(0, 1]`; NaN is outside.
pub(crate) fn check_invested(invested: f64) -> Result<(), ConfigError> {
    if invested > 0.0 && invested <= 1.0 {
        return Ok(());
    }
    let (key, expected) = ("invested".to_owned(), "a number above 0 and up to 1".to_owned());
    Err(ConfigError { key, value: invested.to_string(), expected })
}

/// Refuses a count of zero.
pub(crate) fn check_positive(key: &str, count: u32) -> Result<(), ConfigError> {
    if count > 0 {
        return Ok(());
    }
    let (key, expected) = (key.to_owned(), "a whole number of at least 1".to_owned());
    Err(ConfigError { key, value: count.to_string(), expected })
}
