//! Ids of instruments, and their dense index on one tape.
//!
//! A file names an instrument by its id, `{asset_class}:{symbol}`. A tape sorts its ids and hands out an
//! [`Instrument`], the position in that order; so "ties go to the lower instrument" and "ties go to the smaller
//! id" are the same rule.
//!
//! ```
//! use domain::ids::InstrumentId;
//! let apple: InstrumentId = "EQUITY:AAPL".parse()?;
//! assert_eq!(apple.as_str(), "EQUITY:AAPL");
//! assert!("AAPL".parse::<InstrumentId>().is_err());
//! # Ok::<(), domain::ids::IdError>(())
//! ```

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// `{asset_class}:{symbol}`: an upper-case class, a colon, a symbol without white space.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstrumentId(Arc<str>);

/// The text is not an instrument id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an instrument id: expected ASSET_CLASS:SYMBOL without spaces, for example EQUITY:AAPL")]
pub struct IdError {
    text: String,
}

/// The position of an instrument among the sorted ids of one tape.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Instrument(pub u32);

impl Instrument {
    /// The index for use with slices that have one entry an instrument.
    #[must_use]
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl InstrumentId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the colon, for example `EQUITY`.
    #[must_use]
    pub fn asset_class(&self) -> &str {
        self.0.split_once(':').map_or("", |(class, _)| class)
    }
}

impl FromStr for InstrumentId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let class_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let good = text.len() <= 64
            && text.split_once(':').is_some_and(|(class, symbol)| {
                !class.is_empty()
                    && class.bytes().all(class_letter)
                    && !symbol.is_empty()
                    && symbol.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',' && byte != b'"')
            });
        if good { Ok(Self(text.into())) } else { Err(IdError { text: text.to_owned() }) }
    }
}

impl TryFrom<String> for InstrumentId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<InstrumentId> for String {
    fn from(id: InstrumentId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for InstrumentId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::InstrumentId;

    #[test]
    fn accepts_class_and_symbol() {
        for text in ["EQUITY:BRK.B", "FX:USDEUR", "INDEX:SPX", "ETF:SPY"] {
            assert_eq!(text.parse::<InstrumentId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_blank_parts_and_spaces() {
        for text in ["", ":", "EQUITY:", ":AAPL", "EQUITY:GME ", "equity:GME", "EQUITY:A,B", "EQUITY:A\"B"] {
            assert!(text.parse::<InstrumentId>().is_err(), "{text:?} must be refused");
        }
    }
}
