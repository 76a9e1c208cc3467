//! Which series stand for v1's raw inputs.
//!
//! The defaults take what the tape `macro` has. Two of them are stand-ins [chosen]: the spread of Baa bonds over
//! Treasuries for the loan spread, and the one-year less the three-month yield for the front-end futures curve. The
//! names of issuance, basis and real yield are v1's own and stand on no bundled tape, so with the tape `macro` three
//! of the 15 indicators are unavailable, and a tape with less makes the regime UNKNOWN.

use domain::digest::CanonicalBytes;
use serde::{Deserialize, Serialize};

use super::{ConfigError, require};

/// A series, or the difference of two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The name of the series.
    pub series: String,
    /// The name of the series that is subtracted, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minus: Option<String>,
}

/// The raw inputs of regime and macro (engines-v1 §1.2, §4). Units do not matter to percentiles and z-scores; the
/// VIX is in index points and the slope must be below 0 when the curve is inverted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inputs {
    /// Volatility of shares, in points; `VIX` by default.
    pub vix: Source,
    /// High-yield less investment-grade spread; `BAA_MINUS_AAA_M` by default.
    pub credit_spread: Source,
    /// Leveraged-loan spread; `MOODYS_BAA_M` less `UST_10Y` by default.
    pub loan_spread: Source,
    /// Investment-grade issuance over refinancing; `IG_ISSUANCE` by default.
    pub ig_issuance: Source,
    /// CDS less bond spread; `CDS_BASIS` by default.
    pub cds_basis: Source,
    /// Ten-year less two-year yield; `UST_10Y` less `UST_2Y` by default.
    pub slope: Source,
    /// Ten-year real yield; `TIPS10` by default.
    pub real_yield: Source,
    /// Front-end curve, below 0 when cuts are expected; `UST_1Y` less `UST_3M` by default.
    pub front_spread: Source,
}

impl Source {
    /// The difference of two series.
    fn difference(series: &str, minus: &str) -> Self {
        Self { series: series.to_owned(), minus: Some(minus.to_owned()) }
    }

    /// One series.
    #[must_use]
    pub fn plain(series: &str) -> Self {
        Self { series: series.to_owned(), minus: None }
    }
}

impl Default for Inputs {
    fn default() -> Self {
        Self {
            vix: Source::plain("VIX"),
            credit_spread: Source::plain("BAA_MINUS_AAA_M"),
            loan_spread: Source::difference("MOODYS_BAA_M", "UST_10Y"),
            ig_issuance: Source::plain("IG_ISSUANCE"),
            cds_basis: Source::plain("CDS_BASIS"),
            slope: Source::difference("UST_10Y", "UST_2Y"),
            real_yield: Source::plain("TIPS10"),
            front_spread: Source::difference("UST_1Y", "UST_3M"),
        }
    }
}

impl Inputs {
    fn all(&self) -> [(&'static str, &Source); 8] {
        [
            ("vix", &self.vix),
            ("credit_spread", &self.credit_spread),
            ("loan_spread", &self.loan_spread),
            ("ig_issuance", &self.ig_issuance),
            ("cds_basis", &self.cds_basis),
            ("slope", &self.slope),
            ("real_yield", &self.real_yield),
            ("front_spread", &self.front_spread),
        ]
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, source) in self.all() {
            let named = !source.series.is_empty() && source.minus.as_ref().is_none_or(|minus| !minus.is_empty());
            require(named, &format!("inputs.{key}"), "\"\"", "the name of a series")?;
        }
        Ok(())
    }

    pub(super) fn put(&self, bytes: &mut CanonicalBytes) {
        for (_, source) in self.all() {
            bytes.put_text(&source.series).put_text(source.minus.as_deref().unwrap_or_default());
        }
    }
}
