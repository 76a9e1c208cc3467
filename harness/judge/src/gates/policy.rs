//! Gate policies: which gates a decision needs, with every number and its why.
//!
//! A policy decides one kind of question. Each kind has its gates, and a policy must name every one of them exactly
//! once, so that a gate can be neither forgotten nor muted. A policy has no switches: whoever wants a looser bound
//! writes the number down, and then its digest changes, its calibration no longer counts, and nothing is eligible
//! until the gates have shown anew what they catch ([`super::calibration`]).
//!
//! ```
//! use judge::gates::policy::{GatePolicy, Kind};
//! let missing = "format = 1\nname = \"p\"\nkind = \"pull-request\"\nresamples = 500\nseed = 7\n\
//!                [stability_bounds]\nvalue = [0.5]\nwhy = \"halves\"\n";
//! let refusal = GatePolicy::parse(missing, "p.toml").unwrap_err().to_string();
//! assert!(refusal.contains("gate `evidence` is missing"), "{refusal}");
//! assert!(Kind::Promotion.gates().contains(&"ablation") && !Kind::PullRequest.gates().contains(&"ablation"));
//! ```

use domain::digest::Digest;
use domain::seed::Seed;
use serde::{Deserialize, Serialize};

use super::rules::Rule;
use crate::labels::part_buckets;

/// The version of the format that this crate reads.
const FORMAT_VERSION: i64 = 1;

/// What a policy decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Whether what the engines now do may take the place of what was accepted.
    PullRequest,
    /// Whether a config may take the place of the active one.
    Promotion,
}

/// A checked policy.
#[derive(Clone, Debug, PartialEq)]
pub struct GatePolicy {
    /// Its name: the file's own.
    pub name: String,
    /// What it decides.
    pub kind: Kind,
    /// Resamples of every bootstrap.
    pub resamples: u32,
    /// The seed of every bootstrap.
    pub seed: Seed,
    /// Where one bucket of stability ends and the next begins; ascending, within 0 and 1.
    pub stability_bounds: Vec<f64>,
    /// The gates in the order of the file.
    pub gates: Vec<Gate>,
    /// The digest of the file's text.
    pub digest: Digest,
}

/// One gate of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// Its name.
    pub name: &'static str,
    /// Its numbers.
    pub rule: Rule,
    /// Why these numbers.
    pub why: String,
}

/// Why a policy was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct GatePolicyError {
    /// The file.
    pub path: String,
    /// What is wrong, and what was expected.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "format")]
    _format: i64,
    name: String,
    kind: Kind,
    resamples: u32,
    seed: Seed,
    stability_bounds: Bounds,
    #[serde(default)]
    gate: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    value: Vec<f64>,
    why: String,
}

impl Bounds {
    fn checked(self) -> Result<Vec<f64>, String> {
        let Self { value, why } = self;
        if !part_buckets(&value) {
            return Err(format!("stability_bounds.value is {value:?}: expected ascending numbers between 0 and 1"));
        }
        if why.trim().is_empty() {
            return Err("stability_bounds.why is blank: say where the numbers come from".to_owned());
        }
        Ok(value)
    }
}

/// Gates of every kind of policy.
const COMMON: [&str; 11] = [
    "evidence",
    "same-terms",
    "determinism",
    "golden",
    "reference",
    "data-quality",
    "plausible",
    "sharpe",
    "drawdown",
    "turnover",
    "slices",
];

/// Gates of a promotion alone: they need runs that only a battery has.
const OF_PROMOTIONS: [&str; 10] = [
    "look-ahead",
    "mandate",
    "costs",
    "scenario-loss",
    "floor",
    "ablation",
    "cost-stress",
    "capacity",
    "trials",
    "controls",
];

/// Fewer resamples than this make no p-value of one in a hundred.
const RESAMPLES: std::ops::RangeInclusive<u32> = 200..=100_000;

impl Kind {
    /// The gates that a policy of this kind must name.
    #[must_use]
    pub fn gates(self) -> Vec<&'static str> {
        match self {
            Self::PullRequest => COMMON.to_vec(),
            Self::Promotion => [COMMON.as_slice(), &OF_PROMOTIONS].concat(),
        }
    }
}

impl GatePolicy {
    /// Checks a text; `path` is named in every refusal.
    ///
    /// # Errors
    /// [`GatePolicyError`]: another format; unknown, missing, repeated or mistyped keys; numbers out of their range; a
    /// gate that is unknown, missing, named twice, or without a why.
    pub fn parse(text: &str, path: &str) -> Result<Self, GatePolicyError> {
        let refuse = |what: String| GatePolicyError { path: path.to_owned(), what };
        let syntax = |error: toml::de::Error| refuse(error.to_string().trim().to_owned());
        let table: toml::Table = text.parse().map_err(syntax)?;
        match table.get("format") {
            Some(toml::Value::Integer(FORMAT_VERSION)) => {}
            other => {
                let found = other.map_or_else(|| "absent".to_owned(), ToString::to_string);
                return Err(refuse(format!("format is {found}, and this program reads format {FORMAT_VERSION}")));
            }
        }
        let file: File = toml::from_str(text).map_err(syntax)?;
        if !RESAMPLES.contains(&file.resamples) {
            let (low, high) = (RESAMPLES.start(), RESAMPLES.end());
            return Err(refuse(format!("resamples is {}: expected a number from {low} to {high}", file.resamples)));
        }
        let gates = file.gate.iter().map(|table| gate_of(table, file.kind)).collect::<Result<Vec<Gate>, String>>();
        let gates = gates.map_err(refuse)?;
        every_gate_once(&gates, file.kind).map_err(refuse)?;
        let File { name, kind, resamples, seed, stability_bounds, .. } = file;
        let stability_bounds = stability_bounds.checked().map_err(refuse)?;
        Ok(Self { name, kind, resamples, seed, stability_bounds, gates, digest: Digest::of(text.as_bytes()) })
    }

    /// The gate of a name.
    #[must_use]
    pub fn gate(&self, name: &str) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.name == name)
    }
}

fn gate_of(table: &toml::Table, kind: Kind) -> Result<Gate, String> {
    let text = |key: &str| match table.get(key) {
        Some(toml::Value::String(text)) if !text.trim().is_empty() => Ok(text.clone()),
        Some(other) => Err(format!("{key} is {other}: expected words")),
        None => Err(format!("{key} is missing")),
    };
    let name = text("gate").map_err(|what| format!("a [[gate]] whose {what}"))?;
    let of_gate = |what: String| format!("gate `{name}`: {what}");
    let rule = Rule::of(&name, table).map_err(|error| of_gate(error.to_string()))?;
    let why = text("why").map_err(|what| of_gate(format!("{what}; say where the numbers come from")))?;
    let known = kind.gates().into_iter().find(|known| *known == name);
    let known = known.ok_or_else(|| of_gate("needs runs that a policy of this kind does not have".to_owned()))?;
    Ok(Gate { name: known, rule, why })
}

fn every_gate_once(gates: &[Gate], kind: Kind) -> Result<(), String> {
    for name in kind.gates() {
        match gates.iter().filter(|gate| gate.name == name).count() {
            1 => {}
            0 => return Err(format!("gate `{name}` is missing: a policy of this kind names every one of its gates")),
            count => return Err(format!("gate `{name}` stands {count} times: name every gate once")),
        }
    }
    Ok(())
}
