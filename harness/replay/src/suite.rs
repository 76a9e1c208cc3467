//! Suite files: which cases belong together, and why.
//!
//! ```
//! use replay::suite::Suite;
//! let text = "format = 1\nname = \"pr\"\npurpose = \"What a pull request must not change.\"\ncases = [\"fx-1999-2026\"]";
//! let suite = Suite::parse(text, "pr.toml")?;
//! assert_eq!(suite.cases, ["fx-1999-2026"]);
//! # Ok::<(), replay::scenario::ScenarioError>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::scenario::{ScenarioError, check_format};

/// A named list of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The version of the format.
    pub format: u32,
    /// The name, also the file's.
    pub name: String,
    /// What the suite is for.
    pub purpose: String,
    /// The policy whose gates judge the suite, a file of `golden/policy/`; none judges it when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Names of scenario files, in the order in which they are reported.
    pub cases: Vec<String>,
}

impl Suite {
    /// Reads and checks a suite; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`ScenarioError`] for a wrong format or key, no case at all, or a case that stands twice.
    pub fn parse(text: &str, path: &str) -> Result<Self, ScenarioError> {
        check_format(text, path)?;
        let suite: Self = toml::from_str(text).map_err(|error| ScenarioError::Syntax {
            path: path.to_owned(),
            what: error.to_string().trim().to_owned(),
        })?;
        let refuse = |value: String, expected: &str| {
            let (path, key) = (path.to_owned(), "cases".to_owned());
            Err(ScenarioError::Value { path, key, value, expected: expected.to_owned() })
        };
        if suite.cases.is_empty() {
            return refuse("empty".to_owned(), "at least one case: an empty suite proves nothing");
        }
        let mut sorted = suite.cases.clone();
        sorted.sort();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return refuse(format!("{:?} twice", pair[0]), "each case once");
        }
        Ok(suite)
    }
}
