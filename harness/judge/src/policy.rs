//! Tolerances by field, each with its reason.
//!
//! Inside one version of the engines nothing is tolerated: a journal repeats bit by bit. Between versions a
//! difference within the tolerance of its field is *noise*; every other difference is a change. A field that the
//! table does not name has no tolerance.
//!
//! ```
//! use judge::policy::Policy;
//! let text = r#"
//! format = 1
//! noise = "between-versions"
//!
//! [[tolerance]]
//! field = "daily.equity"
//! absolute = 0.01
//! relative = 1e-9
//! why = "A re-ordered sum moves an equity of a million by less than a cent."
//! "#;
//! let policy = Policy::parse(text, "tolerance.toml")?;
//! assert!(policy.allows("daily.equity", 1_000_000.0, 1_000_000.009)); // the larger of 0.01 and 1e-9 of the value
//! assert!(!policy.allows("daily.equity", 1_000_000.0, 1_000_000.011));
//! assert!(!policy.allows("daily.gross", 1.0, 1.0 + 1e-15)); // not named, so not tolerated
//! let typo = text.replace("daily.equity", "daily.equty");
//! assert!(Policy::parse(&typo, "tolerance.toml").unwrap_err().to_string().contains("daily.equty"));
//! # Ok::<(), judge::policy::PolicyError>(())
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use domain::digest::Digest;
use serde::Deserialize;

use crate::fields::POLICY_FIELDS;
use crate::golden;

/// The version of the format that this crate reads.
const FORMAT_VERSION: u32 = 1;

/// A checked table of tolerances.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// When a difference within tolerance passes.
    pub noise: NoiseRule,
    tolerances: BTreeMap<String, Tolerance>,
    digest: Digest,
}

/// When a difference within tolerance passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseRule {
    /// Never: every difference fails.
    Never,
    /// When engines, replay, journal format or toolchain are of another version than those of the golden.
    BetweenVersions,
}

/// How far one field may move.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// The field, as `place.field`: `daily.equity`, `order_filled.price`, `figure.momentum.signal`.
    pub field: String,
    /// In the unit of the field; zero or more.
    #[serde(default)]
    pub absolute: f64,
    /// As a fraction of the larger of the two sizes; zero or more.
    #[serde(default)]
    pub relative: f64,
    /// Why the field may move so far.
    pub why: String,
}

/// Why a policy was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The file could not be read.
    #[error("{path}: {what}; a check needs its tolerance policy, restore the file from version control")]
    Unreadable {
        /// The file.
        path: String,
        /// The system's words.
        what: String,
    },
    /// The text is not what the format asks for.
    #[error("{path}: {what}")]
    Syntax {
        /// The file.
        path: String,
        /// The parser's words, with line and column.
        what: String,
    },
    /// Another version of the format.
    #[error("{path}: format is {found}, and this program reads format {FORMAT_VERSION}; use a matching version")]
    Format {
        /// The file.
        path: String,
        /// The version found, or what stands in its place.
        found: String,
    },
    /// An entry that cannot stand.
    #[error("{path}: tolerance of `{field}`: {what}")]
    Entry {
        /// The file.
        path: String,
        /// The field.
        field: String,
        /// What is wrong, and what was expected.
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "format")]
    _format: u32,
    noise: NoiseRule,
    #[serde(default)]
    tolerance: Vec<Tolerance>,
}

impl Policy {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn read(path: &Path) -> Result<Self, PolicyError> {
        let name = path.display().to_string();
        let unreadable = |error: std::io::Error| PolicyError::Unreadable { path: name.clone(), what: in_words(&error) };
        Self::parse(&std::fs::read_to_string(path).map_err(unreadable)?, &name)
    }

    /// Checks a text; `path` is named in every refusal. The version of the format is read before anything else.
    ///
    /// # Errors
    /// [`PolicyError`]; also for an unknown or repeated field, a tolerance that is negative or not finite, one
    /// without a reason, and one that tolerates nothing.
    pub fn parse(text: &str, path: &str) -> Result<Self, PolicyError> {
        let syntax = |error: toml::de::Error| PolicyError::Syntax {
            path: path.to_owned(),
            what: error.to_string().trim().to_owned(),
        };
        let table: toml::Table = text.parse().map_err(syntax)?;
        let format = table.get("format").map_or_else(|| "absent".to_owned(), ToString::to_string);
        if format != FORMAT_VERSION.to_string() {
            return Err(PolicyError::Format { path: path.to_owned(), found: format });
        }
        let table: Table = toml::from_str(text).map_err(syntax)?;
        let mut tolerances = BTreeMap::new();
        for tolerance in table.tolerance {
            let refuse =
                |what: String| Err(PolicyError::Entry { path: path.to_owned(), field: tolerance.field.clone(), what });
            if let Some(what) = problem_of(&tolerance) {
                return refuse(what);
            }
            if tolerances.contains_key(&tolerance.field) {
                return refuse("stands twice; keep one entry a field".to_owned());
            }
            tolerances.insert(tolerance.field.clone(), tolerance);
        }
        Ok(Self { noise: table.noise, tolerances, digest: Digest::of(text.as_bytes()) })
    }

    /// The digest of the file's text: a golden records under which policy it was accepted.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The tolerance of a field, if the table names it.
    #[must_use]
    pub fn tolerance(&self, field: &str) -> Option<&Tolerance> {
        self.tolerances.get(field)
    }

    /// Whether a field may differ so: `|new − old| ≤ max(absolute, relative · max(|old|, |new|))`.
    #[must_use]
    pub fn allows(&self, field: &str, old: f64, new: f64) -> bool {
        self.tolerance(field).is_some_and(|tolerance| {
            let scale = old.abs().max(new.abs());
            (new - old).abs() <= tolerance.absolute.max(tolerance.relative * scale)
        })
    }
}

/// Why a file cannot be read, in the same words on every system where it is simply not there.
fn in_words(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::NotFound { "there is no such file".to_owned() } else { error.to_string() }
}

fn problem_of(tolerance: &Tolerance) -> Option<String> {
    let Tolerance { field, absolute, relative, why } = tolerance;
    for (name, value) in [("absolute", *absolute), ("relative", *relative)] {
        if !(value >= 0.0 && value.is_finite()) {
            return Some(format!("{name} is {value}: expected a finite number, zero or more"));
        }
    }
    if *absolute == 0.0 && *relative == 0.0 {
        return Some("tolerates nothing: state `absolute` or `relative`, or remove the entry".to_owned());
    }
    if why.trim().is_empty() {
        return Some("has no reason: say in `why` what moves the field so far and no further".to_owned());
    }
    let text = "no such numeric field: expected summary.*, daily.equity, daily.turnover, daily.gross, \
                weights.weight, an event's field such as order_filled.price, or figure.<engine>.<field>";
    (!is_field(field)).then(|| text.to_owned())
}

fn is_field(field: &str) -> bool {
    if let Some(figure) = field.strip_prefix("figure.") {
        return figure.split_once('.').is_some_and(|(engine, name)| !engine.is_empty() && !name.is_empty());
    }
    golden::TOLERABLE_FIELDS.contains(&field) || POLICY_FIELDS.contains(&field)
}

#[cfg(test)]
mod tests {
    use super::{Policy, PolicyError};

    fn with(entry: &str) -> Result<Policy, PolicyError> {
        Policy::parse(&format!("format = 1\nnoise = \"never\"\n{entry}"), "tolerance.toml")
    }

    #[test]
    fn refuses_what_no_tolerance_can_be() {
        let table = [
            ("field = \"daily.equity\"\nabsolute = -1.0\nwhy = \"x\"", "absolute is -1"),
            ("field = \"daily.equity\"\nrelative = nan\nwhy = \"x\"", "relative is NaN"),
            ("field = \"daily.equity\"\nrelative = inf\nwhy = \"x\"", "relative is inf"),
            ("field = \"daily.equity\"\nwhy = \"x\"", "tolerates nothing"),
            ("field = \"daily.equity\"\nabsolute = 1.0\nwhy = \" \"", "has no reason"),
            ("field = \"daily.regime\"\nabsolute = 1.0\nwhy = \"x\"", "no such numeric field"),
            ("field = \"figure.momentum\"\nabsolute = 1.0\nwhy = \"x\"", "no such numeric field"),
            ("field = \"daily.equity\"\nabsolute = 1.0\nwhy = \"x\"\nunit = \"USD\"", "unknown field `unit`"),
            ("field = \"daily.equity\"\nabsolute = 1.0", "missing field `why`"),
            ("field = \"daily.equity\"\nabsolute = 1.0\nabsolute = 2.0\nwhy = \"x\"", "duplicate key"),
        ];
        for (entry, expected) in table {
            let message = with(&format!("[[tolerance]]\n{entry}")).unwrap_err().to_string();
            assert!(message.starts_with("tolerance.toml: "), "{message}");
            assert!(message.contains(expected), "{message} does not say {expected}");
        }
    }

    #[test]
    fn refuses_a_second_entry_for_a_field() {
        let entry = "[[tolerance]]\nfield = \"order_filled.price\"\nabsolute = 1.0\nwhy = \"x\"\n";
        assert!(with(entry).is_ok());
        assert!(with(&entry.repeat(2)).unwrap_err().to_string().contains("stands twice"));
    }

    #[test]
    fn the_policy_of_the_repository_can_be_used() {
        let text = include_str!("../../../golden/policy/tolerance.toml");
        let policy = Policy::parse(text, "golden/policy/tolerance.toml").unwrap();
        assert!(policy.allows("daily.equity", 1e6, 1e6 + 0.049) && !policy.allows("daily.equity", 1e6, 1e6 + 0.051));
    }

    #[test]
    fn the_version_is_read_first() {
        for (text, found) in
            [("format = 2\nnews = 1", "2"), ("noise = \"never\"", "absent"), ("format = \"1\"", "\"1\"")]
        {
            let expected = PolicyError::Format { path: "p".into(), found: found.into() };
            assert_eq!(Policy::parse(text, "p"), Err(expected));
        }
    }

    #[test]
    fn the_digest_is_of_the_text() {
        assert_ne!(with("").unwrap().digest(), with("# a remark\n").unwrap().digest());
    }
}
