//! The terms of a comparison, and what cannot be compared.
//!
//! ```
//! use judge::reference::Terms;
//! let terms = Terms::default();
//! assert_eq!((terms.top_k, terms.cost_bps), (10, 7.0));
//! ```

use serde::{Deserialize, Serialize};

use super::side::Side;

/// The terms of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// How many of the largest positions the top overlap looks at, at least 1; 10 by default.
    pub top_k: u32,
    /// What trading costs on equal terms, in basis points of the value traded; 7 by default: 5 of slippage and 2 of
    /// costs, as in the cases of v2.
    pub cost_bps: f64,
}

/// Why two sides were not compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComparisonError {
    /// The accounts are kept in two currencies.
    #[error("the reference is kept in {reference} and the successor in {successor}: expected one currency")]
    Currencies {
        /// The reference's.
        reference: String,
        /// The successor's.
        successor: String,
    },
    /// A term is out of its range.
    #[error("{term} is {value}: expected {expected}")]
    Term {
        /// The term.
        term: &'static str,
        /// Its value.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
}

impl Default for Terms {
    fn default() -> Self {
        Self { top_k: 10, cost_bps: 7.0 }
    }
}

impl Terms {
    pub(super) fn check(&self) -> Result<(), ComparisonError> {
        let refused = |term, value, expected| Err(ComparisonError::Term { term, value, expected });
        if self.top_k == 0 {
            return refused("top_k", self.top_k.to_string(), "a whole number of at least 1");
        }
        if !(0.0..=10_000.0).contains(&self.cost_bps) {
            return refused("cost_bps", self.cost_bps.to_string(), "a number from 0 to 10000");
        }
        Ok(())
    }
}

/// Refuses accounts of two currencies: their equity and costs have no common measure.
pub(super) fn same_currency(reference: &Side, successor: &Side) -> Result<(), ComparisonError> {
    if reference.currency == successor.currency {
        return Ok(());
    }
    let (reference, successor) = (reference.currency.clone(), successor.currency.clone());
    Err(ComparisonError::Currencies { reference, successor })
}

#[cfg(test)]
mod tests {
    use super::Terms;

    #[test]
    fn the_worked_example() {
        let terms = Terms::default();
        assert_eq!((terms.top_k, terms.cost_bps), (10, 7.0));
        assert_eq!(terms.check(), Ok(()));
    }
}
