//! The classes of difference, and the scope of an acceptance.
//!
//! | class | what differs |
//! |---|---|
//! | noise | a number, within the tolerance of its field |
//! | label | a name, a reason, a verdict, a report |
//! | order | the same facts in another order |
//! | schema | which facts there are: fields, lanes, inputs, versions of formats |
//! | numeric | a number beyond its tolerance, while nothing is traded differently |
//! | behaviour | orders, fills, weights, positions, or the days themselves |
//!
//! An acceptance names the classes that it covers. Accepting a change of labels does not let a change of behaviour
//! through that came in with it.
//!
//! ```
//! use judge::golden::scope::{Class, Scope};
//! let scope: Scope = "label numeric".parse()?;
//! assert!(scope.covers(Class::Label) && !scope.covers(Class::Behaviour));
//! assert!("everything".parse::<Scope>().is_err());
//! assert!("all".parse::<Scope>()?.covers(Class::Behaviour));
//! # Ok::<(), judge::golden::scope::ScopeError>(())
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The class of a difference. A greater class is graver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Within tolerance.
    Noise,
    /// A text.
    Label,
    /// The same in another order.
    Order,
    /// Which facts there are.
    Schema,
    /// A number beyond tolerance.
    Numeric,
    /// What was traded.
    Behaviour,
}

/// Which classes an acceptance covers: `all`, or some by name with spaces between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(BTreeSet<Class>);

/// The text is not a scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a scope: expected `all`, or some of noise label order schema numeric behaviour")]
pub struct ScopeError {
    text: String,
}

const CLASSES: [(Class, &str); 6] = [
    (Class::Noise, "noise"),
    (Class::Label, "label"),
    (Class::Order, "order"),
    (Class::Schema, "schema"),
    (Class::Numeric, "numeric"),
    (Class::Behaviour, "behaviour"),
];

impl Scope {
    /// Every class.
    #[must_use]
    pub fn all() -> Self {
        Self(CLASSES.iter().map(|(class, _)| *class).collect())
    }

    /// Whether a difference of this class is covered.
    #[must_use]
    pub fn covers(&self, class: Class) -> bool {
        self.0.contains(&class)
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let named = |word: &str| CLASSES.iter().find(|(_, name)| *name == word).map(|(class, _)| *class);
        let error = || ScopeError { text: text.to_owned() };
        if text == "all" {
            return Ok(Self::all());
        }
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        let classes: Option<BTreeSet<Class>> = words.map(named).collect();
        classes.filter(|classes| !classes.is_empty()).map(Self).ok_or_else(error)
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, ScopeError> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::all() {
            return out.pad("all");
        }
        let words: Vec<String> = self.0.iter().map(Class::to_string).collect();
        out.pad(&words.join(" "))
    }
}

impl fmt::Display for Class {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = CLASSES.iter().find(|(class, _)| class == self).map_or("", |(_, name)| name);
        out.pad(name)
    }
}
