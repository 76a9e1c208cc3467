//! What is acted upon, and by what name.
//!
//! A proposal or experiment is named by the number of the row that began it, so a name is never given twice and no
//! chance is needed. A scope is where one config at a time is active: an engine, a portfolio or strategy, a stage.
//!
//! ```
//! use kronos::object::{Object, Scope, Stage};
//! let scope: Scope = "v2/US_CORE/SHADOW".parse()?;
//! assert_eq!((scope.engine_name.as_str(), scope.scope.as_str(), scope.stage), ("v2", "US_CORE", Stage::Shadow));
//! assert_eq!(scope.stage.before(), Some(Stage::Backtested));
//! assert_eq!("experiment-17".parse::<Object>()?, Object::Experiment(17));
//! assert!("experiment-017".parse::<Object>().is_err()); // one name a thing
//! # Ok::<(), kronos::object::ObjectError>(())
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How far a promoted config has come (gates-and-lifecycle §2.2): each stage asks for a verdict of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// Shown on the past.
    Backtested,
    /// Decides beside the active one and never trades.
    Shadow,
    /// Trades a part of the capital.
    Limited,
    /// Trades all of it.
    Full,
}

/// Where one config at a time is active.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope {
    /// The engine, as the registry of systems names it.
    pub engine_name: String,
    /// The portfolio or strategy.
    pub scope: String,
    /// The stage.
    pub stage: Stage,
}

/// The thing that a row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Object {
    /// The proposal that row began.
    Proposal(u64),
    /// The experiment that row began.
    Experiment(u64),
    /// The alert that row raised.
    Alert(u64),
    /// What is active there.
    Scope(Scope),
}

/// What an experiment's backtests use most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResourceClass {
    /// Processors.
    CpuHeavy,
    /// Graphics processors.
    GpuHeavy,
    /// Both.
    Mixed,
}

/// What an experiment is there to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExpectedOutcome {
    /// What everything else is measured against.
    Baseline,
    /// A config that may be promoted.
    Candidate,
    /// A config known to be bad: the gates must refuse it, and it is never approved (§5.5).
    NegativeControl,
}

/// A text that names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {kind}: expected {expected}")]
pub struct ObjectError {
    text: String,
    kind: &'static str,
    expected: &'static str,
}

impl Stage {
    /// Every stage, from the least evidence to the most.
    pub const ALL: [Self; 4] = [Self::Backtested, Self::Shadow, Self::Limited, Self::Full];

    /// The name of the stage.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backtested => "BACKTESTED",
            Self::Shadow => "SHADOW",
            Self::Limited => "LIMITED",
            Self::Full => "FULL",
        }
    }

    /// The stage before it; `None` for the first.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|stage| *stage < self)
    }
}

impl Scope {
    /// The same engine and portfolio or strategy at another stage.
    #[must_use]
    pub fn at(&self, stage: Stage) -> Self {
        Self { stage, ..self.clone() }
    }
}

impl ResourceClass {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::CpuHeavy, Self::GpuHeavy, Self::Mixed];

    /// The name of the class.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CpuHeavy => "CPU_HEAVY",
            Self::GpuHeavy => "GPU_HEAVY",
            Self::Mixed => "MIXED",
        }
    }
}

impl ExpectedOutcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Candidate, Self::NegativeControl];

    /// The name of the outcome.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "BASELINE",
            Self::Candidate => "CANDIDATE",
            Self::NegativeControl => "NEGATIVE_CONTROL",
        }
    }
}

/// Whether a text can be a part of a scope's name.
pub(crate) fn is_name(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    !text.is_empty() && text.bytes().all(good)
}

macro_rules! named {
    ($($kind:ident: $word:literal, $expected:literal;)*) => {$(
        impl fmt::Display for $kind {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(self.name())
            }
        }

        impl FromStr for $kind {
            type Err = ObjectError;

            fn from_str(text: &str) -> Result<Self, ObjectError> {
                let error = || ObjectError { text: text.to_owned(), kind: $word, expected: $expected };
                Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(error)
            }
        }
    )*};
}

named! {
    Stage: "stage", "BACKTESTED, SHADOW, LIMITED or FULL";
    ResourceClass: "resource class", "CPU_HEAVY, GPU_HEAVY or MIXED";
    ExpectedOutcome: "expected outcome", "BASELINE, CANDIDATE or NEGATIVE_CONTROL";
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.engine_name, self.scope, self.stage)
    }
}

impl FromStr for Scope {
    type Err = ObjectError;

    fn from_str(text: &str) -> Result<Self, ObjectError> {
        let expected = "ENGINE/SCOPE/STAGE, for example v2/US_CORE/SHADOW";
        let error = || ObjectError { text: text.to_owned(), kind: "scope", expected };
        let parts: Vec<&str> = text.split('/').collect();
        let [engine, scope, stage] = parts.as_slice() else { return Err(error()) };
        if !is_name(engine) || !is_name(scope) {
            return Err(error());
        }
        Ok(Self { engine_name: (*engine).to_owned(), scope: (*scope).to_owned(), stage: stage.parse()? })
    }
}

impl fmt::Display for Object {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proposal(number) => write!(out, "proposal-{number}"),
            Self::Experiment(number) => write!(out, "experiment-{number}"),
            Self::Alert(number) => write!(out, "alert-{number}"),
            Self::Scope(scope) => write!(out, "{scope}"),
        }
    }
}

impl FromStr for Object {
    type Err = ObjectError;

    fn from_str(text: &str) -> Result<Self, ObjectError> {
        if text.contains('/') {
            return Ok(Self::Scope(text.parse()?));
        }
        let expected = "proposal-N, experiment-N, alert-N or ENGINE/SCOPE/STAGE";
        let error = || ObjectError { text: text.to_owned(), kind: "object", expected };
        let (kind, number) = text.rsplit_once('-').ok_or_else(error)?;
        let number = number.parse().map_err(|_| error())?;
        let object = match kind {
            "proposal" => Self::Proposal(number),
            "experiment" => Self::Experiment(number),
            "alert" => Self::Alert(number),
            _ => return Err(error()),
        };
        if object.to_string() == text { Ok(object) } else { Err(error()) }
    }
}

macro_rules! through_text {
    ($($kind:ident),*) => {$(
        impl TryFrom<String> for $kind {
            type Error = ObjectError;

            fn try_from(text: String) -> Result<Self, ObjectError> {
                text.parse()
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.to_string()
            }
        }
    )*};
}

through_text!(Scope, Object);

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{ExpectedOutcome, Object, ResourceClass, Scope, Stage};

    #[rstest]
    #[case("experiment")]
    #[case("experiment-")]
    #[case("experiment-+1")]
    #[case("decision-1")]
    #[case("v2/US CORE/FULL")]
    #[case("v2/US_CORE/LIVE")]
    #[case("v2//FULL")]
    #[case("v2/US_CORE/FULL/")]
    fn what_names_nothing_is_refused(#[case] text: &str) {
        assert!(text.parse::<Object>().is_err(), "{text}");
    }

    #[test]
    fn names_read_back() {
        for text in ["proposal-1", "experiment-20", "alert-3", "v2/US_CORE/FULL"] {
            assert_eq!(text.parse::<Object>().map(|object| object.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(Stage::ALL.map(|stage| stage.name().parse()), Stage::ALL.map(Ok));
        assert_eq!(ResourceClass::ALL.map(|class| class.name().parse()), ResourceClass::ALL.map(Ok));
        assert_eq!(ExpectedOutcome::ALL.map(|outcome| outcome.name().parse()), ExpectedOutcome::ALL.map(Ok));
        assert_eq!(Stage::Backtested.before(), None);
        let shadow: Scope = "v2/A/SHADOW".parse().unwrap();
        assert_eq!(shadow.at(Stage::Full).to_string(), "v2/A/FULL");
    }
}
