//! Every number of these rules, each with its reason, in one strict file.
//!
//! A key is a table with `value` and `why`. An unknown key, a missing one, one that stands twice, a value of another
//! type or out of range and a blank reason are each refused with the path of the key:
//!
//! ```
//! use kronos::policy::Policy;
//! let text = include_str!("../../../golden/policy/kronos.toml");
//! let policy = Policy::parse(text, "kronos.toml")?;
//! assert_eq!((policy.max_attempts, policy.min_confidence_bp), (3, 3_000));
//! let typo = text.replace("[max_attempts]", "[max_atempts]");
//! assert_eq!(
//!     Policy::parse(&typo, "kronos.toml").unwrap_err().to_string(),
//!     "kronos.toml: max_atempts is no key of this policy: expected max_attempts, capital_cap, verdict_max_age_days, \
//!      min_confidence, min_sharpe_gain, slice_days_min, worst_parts, robust_within, bad_beyond or stability_bounds"
//! );
//! # Ok::<(), kronos::policy::PolicyError>(())
//! ```

use std::path::Path;

use domain::digest::Digest;
use judge::labels::part_buckets;
use toml::{Table, Value};

/// The version of the format that this crate reads.
const FORMAT_VERSION: i64 = 1;

/// The keys, in the order of the file.
const KEYS: [&str; 10] = [
    "max_attempts",
    "capital_cap",
    "verdict_max_age_days",
    "min_confidence",
    "min_sharpe_gain",
    "slice_days_min",
    "worst_parts",
    "robust_within",
    "bad_beyond",
    "stability_bounds",
];

/// The numbers of these rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Attempts that a round of an experiment has, 1 to 100.
    pub max_attempts: u32,
    /// A policy rule approves below this capital, in whole units of a currency.
    pub capital_cap: u64,
    /// A verdict that is older carries nothing, in days, 1 to 3,660.
    pub verdict_max_age_days: u32,
    /// The least confidence of a proposal, in ten-thousandths.
    pub min_confidence_bp: u32,
    /// The least expected gain of the Sharpe ratio, in ten-thousandths.
    pub min_sharpe_gain_bp: i32,
    /// How configs are compared.
    pub comparison: Comparing,
    /// Where one bucket of stability ends and the next begins; ascending, within 0 and 1.
    pub stability_bounds: Vec<f64>,
    digest: Digest,
}

/// The numbers of a comparison of configs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparing {
    /// A slice with fewer days is not compared, 2 to 10,000.
    pub slice_days_min: u32,
    /// In how many parts the ranks of a slice are cut; the last is the worst. 2 to 10; 3 for terciles.
    pub worst_parts: u32,
    /// So near to the best Sharpe ratio of each slice a config is robust, 0 to 10.
    pub robust_within: f64,
    /// So far behind the best Sharpe ratio of a slice a config is bad there, 0 to 10.
    pub bad_beyond: f64,
}

/// Why a policy was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct PolicyError {
    /// The file.
    pub path: String,
    /// The key, what it says, and what was expected.
    pub what: String,
}

/// The tables of a policy that was parsed.
struct Tables<'t> {
    path: &'t str,
    tables: Table,
}

impl Policy {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn read(path: &Path) -> Result<Self, PolicyError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            let what = if missing { "there is no such file".to_owned() } else { error.to_string() };
            PolicyError { path: name.clone(), what: format!("{what}; restore it from version control") }
        })?;
        Self::parse(&text, &name)
    }

    /// Checks a text; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn parse(text: &str, path: &str) -> Result<Self, PolicyError> {
        let refuse = |what: String| PolicyError { path: path.to_owned(), what };
        let mut tables: Table =
            text.parse().map_err(|error: toml::de::Error| refuse(error.to_string().trim().to_owned()))?;
        match tables.remove("format") {
            Some(Value::Integer(FORMAT_VERSION)) => {}
            other => {
                let found = other.map_or_else(|| "absent".to_owned(), |value| value.to_string());
                let what = format!("format is {found}, and this program reads format {FORMAT_VERSION}");
                return Err(refuse(format!("{what}; use a matching version")));
            }
        }
        if let Some(key) = tables.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let all = KEYS.split_last().map(|(last, most)| format!("{} or {last}", most.join(", ")));
            let what = format!("{key} is no key of this policy: expected {}", all.unwrap_or_default());
            return Err(refuse(what));
        }
        let tables = Tables { path, tables };
        Ok(Self {
            max_attempts: tables.count("max_attempts", 1, 100)? as u32,
            capital_cap: tables.count("capital_cap", 0, 1_000_000_000_000_000)?,
            verdict_max_age_days: tables.count("verdict_max_age_days", 1, 3_660)? as u32,
            min_confidence_bp: tables.ten_thousandths("min_confidence", 1.0)?,
            min_sharpe_gain_bp: tables.ten_thousandths("min_sharpe_gain", 10.0)? as i32,
            comparison: Comparing {
                slice_days_min: tables.count("slice_days_min", 2, 10_000)? as u32,
                worst_parts: tables.count("worst_parts", 2, 10)? as u32,
                robust_within: tables.number("robust_within", 10.0)?,
                bad_beyond: tables.number("bad_beyond", 10.0)?,
            },
            stability_bounds: tables.bounds("stability_bounds")?,
            digest: Digest::of(text.as_bytes()),
        })
    }

    /// The digest of the file's text.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}

impl Tables<'_> {
    fn refuse(&self, key: &str, what: &str) -> PolicyError {
        PolicyError { path: self.path.to_owned(), what: format!("{key} {what}") }
    }

    /// The value of a key, once its table is `value` and `why` and nothing else.
    fn value(&self, key: &str) -> Result<&Value, PolicyError> {
        let table = match self.tables.get(key) {
            Some(Value::Table(table)) => table,
            Some(other) => return Err(self.refuse(key, &format!("is {other}: expected a table with value and why"))),
            None => return Err(self.refuse(key, "is absent: expected a table with value and why")),
        };
        if let Some(other) = table.keys().find(|other| !["value", "why"].contains(&other.as_str())) {
            return Err(self.refuse(&format!("{key}.{other}"), "is no key of this policy: expected value and why"));
        }
        let why = table.get("why").and_then(Value::as_str).unwrap_or_default();
        if why.trim().is_empty() {
            return Err(self.refuse(&format!("{key}.why"), "is absent or blank: expected the reason, in a sentence"));
        }
        table.get("value").ok_or_else(|| self.refuse(&format!("{key}.value"), "is absent"))
    }

    fn count(&self, key: &str, low: u64, high: u64) -> Result<u64, PolicyError> {
        let value = self.value(key)?;
        let count = value.as_integer().and_then(|number| u64::try_from(number).ok());
        count.filter(|count| (low..=high).contains(count)).ok_or_else(|| {
            self.refuse(&format!("{key}.value"), &format!("is {value}: expected a whole number from {low} to {high}"))
        })
    }

    fn number(&self, key: &str, high: f64) -> Result<f64, PolicyError> {
        let value = self.value(key)?;
        value.as_float().filter(|number| (0.0..=high).contains(number)).ok_or_else(|| {
            self.refuse(
                &format!("{key}.value"),
                &format!("is {value}: expected a number with a point from 0 to {high}"),
            )
        })
    }

    /// A number as ten-thousandths; one that would have to be rounded is refused.
    fn ten_thousandths(&self, key: &str, high: f64) -> Result<u32, PolicyError> {
        let number = self.number(key, high)?;
        let scaled = (number * 10_000.0).round();
        if (scaled / 10_000.0).to_bits() == number.to_bits() {
            return Ok(scaled as u32);
        }
        Err(self.refuse(&format!("{key}.value"), &format!("is {number}: expected four decimals at most")))
    }

    fn bounds(&self, key: &str) -> Result<Vec<f64>, PolicyError> {
        let value = self.value(key)?;
        let bounds: Option<Vec<f64>> = value.as_array().and_then(|bounds| bounds.iter().map(Value::as_float).collect());
        bounds.filter(|bounds| part_buckets(bounds)).ok_or_else(|| {
            let what = format!("is {value}: expected ascending numbers between 0 and 1");
            self.refuse(&format!("{key}.value"), &what)
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Policy;

    const TEXT: &str = include_str!("../../../golden/policy/kronos.toml");

    #[rstest]
    #[case("format = 1", "format = 2", "format is 2, and this program reads format 1")]
    #[case("format = 1\n", "", "format is absent")]
    #[case(
        "[max_attempts]\nvalue = 3",
        "[max_attempts]\nvalue = 0",
        "max_attempts.value is 0: expected a whole number from 1"
    )]
    #[case("[max_attempts]\nvalue = 3", "[max_attempts]\nvalue = 3.0", "max_attempts.value is 3.0: expected a whole")]
    #[case("[max_attempts]\nvalue = 3", "[max_attempts]\nvalue = \"3\"", "max_attempts.value is \"3\"")]
    #[case("[max_attempts]\nvalue = 3", "[max_attempts]", "max_attempts.value is absent")]
    #[case("[max_attempts]\nvalue = 3", "[max_attempts]\nvalue = 3\nvalue = 4", "duplicate key")]
    #[case("[max_attempts]\nvalue = 3", "[max_attempts]\nvalue = 3\nunit = \"x\"", "max_attempts.unit is no key")]
    #[case("[capital_cap]", "[max_attempts]", "duplicate key")]
    #[case("[min_confidence]\nvalue = 0.3", "[min_confidence]\nvalue = 1.1", "min_confidence.value is 1.1")]
    #[case("[min_confidence]\nvalue = 0.3", "[min_confidence]\nvalue = nan", "min_confidence.value is nan")]
    #[case("[min_confidence]\nvalue = 0.3", "[min_confidence]\nvalue = 0.33333", "four decimals at most")]
    #[case("[0.3, 0.5, 0.7]", "[0.3, 0.3]", "stability_bounds.value is [0.3, 0.3]: expected ascending")]
    #[case("[0.3, 0.5, 0.7]", "[]", "expected ascending numbers")]
    #[case("[0.3, 0.5, 0.7]", "[0.3, 1]", "expected ascending numbers")]
    fn what_is_no_policy_is_refused(#[case] from: &str, #[case] to: &str, #[case] words: &str) {
        assert!(TEXT.contains(from), "the plant must take: {from}");
        let refusal = Policy::parse(&TEXT.replacen(from, to, 1), "kronos.toml").unwrap_err().to_string();
        assert!(refusal.starts_with("kronos.toml: ") && refusal.contains(words), "{refusal}");
    }

    #[test]
    fn every_key_needs_its_reason_and_its_table() {
        for key in super::KEYS {
            let head = format!("[{key}]\n");
            let at = TEXT.find(&head).unwrap();
            let end = TEXT[at + 1..].find("\n[").map_or(TEXT.len(), |end| at + 1 + end);
            let without = format!("{}{}", &TEXT[..at], &TEXT[end..]);
            let refusal = Policy::parse(&without, "p").unwrap_err().to_string();
            assert!(refusal.starts_with(&format!("p: {key} is absent")), "{refusal}");
            let unsaid: String = TEXT[at..end]
                .lines()
                .filter(|line| !line.starts_with("why"))
                .fold(String::new(), |text, line| text + line + "\n");
            let refusal = Policy::parse(&format!("{}{unsaid}{}", &TEXT[..at], &TEXT[end..]), "p").unwrap_err();
            assert!(refusal.to_string().starts_with(&format!("p: {key}.why is absent")), "{refusal}");
        }
    }
}
