//! Texts as facts: a filing, a piece of news, a call, a macro release.
//!
//! A text is known from the day it was published, which for a filing is weeks after the period it speaks of.
//! Engines that read texts see those known by today and no others.
//!
//! ```
//! use domain::facts::{TextFact, TextKind};
//! let filing = TextFact {
//!     subject: "ACME".into(),
//!     kind: "filing".parse()?,
//!     happened_on: "2010-12-31".parse()?,
//!     known_on: "2011-02-14".parse()?,
//!     text: "Leverage rose; covenants were amended.".into(),
//! };
//! assert_eq!(filing.kind, TextKind::Filing);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// One text about an issuer or about the economy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFact {
    /// The issuer, or `MACRO`.
    pub subject: String,
    /// What sort of text it is.
    pub kind: TextKind,
    /// The day or the end of the period that the text speaks of.
    pub happened_on: Date,
    /// The first day on which a decision may read it.
    pub known_on: Date,
    /// The text, UTF-8, not blank.
    pub text: String,
}

/// The sorts of text. The order is that of the declaration; it breaks ties between texts of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextKind {
    /// A report to a regulator.
    Filing,
    /// A piece of news.
    News,
    /// The transcript of a call.
    Call,
    /// A release about the economy.
    Macro,
}

/// The text names no kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of text: expected filing, news, call or macro")]
pub struct TextKindError(String);

impl TextKind {
    /// Every kind, in order.
    pub const ALL: [Self; 4] = [Self::Filing, Self::News, Self::Call, Self::Macro];

    /// The name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filing => "filing",
            Self::News => "news",
            Self::Call => "call",
            Self::Macro => "macro",
        }
    }

    /// The code in canonical bytes.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Filing => 0,
            Self::News => 1,
            Self::Call => 2,
            Self::Macro => 3,
        }
    }
}

impl fmt::Display for TextKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for TextKind {
    type Err = TextKindError;

    fn from_str(name: &str) -> Result<Self, TextKindError> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| TextKindError(name.to_owned()))
    }
}
