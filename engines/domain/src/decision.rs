//! What a decision system answers: complete enough that execution has nothing left to judge.
//!
//! An answer is a value with a verdict, target weights or explicit orders, the figures of each engine that took
//! part, and a report of every instrument that was dropped. A system that cannot decide abstains with a reason;
//! it never answers with NaN or an empty list as a message.

use crate::ids::Instrument;
use crate::order::OrderRequest;

pub use crate::report::{Abstention, Dropped, EngineReport, Figure, FigureValue, Verdict};

/// A share of equity that a system wants to hold in one instrument. Negative for a short position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TargetWeight {
    /// The instrument.
    pub instrument: Instrument,
    /// Fraction of the account's equity at the decision, finite.
    pub weight: f64,
}

/// The answer of a decision system for one day.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Decision {
    /// One report an engine, in the order in which they ran.
    pub reports: Vec<EngineReport>,
    /// The wanted portfolio, ascending by instrument. `Some` is complete: what it does not name is to be sold.
    pub targets: Option<Vec<TargetWeight>>,
    /// Explicit orders, planned after those that the targets imply.
    pub orders: Vec<OrderRequest>,
}

impl Decision {
    /// The answer that leaves everything as it is.
    #[must_use]
    pub fn unchanged(engine: &'static str) -> Self {
        Self { reports: vec![EngineReport::plain(engine, Verdict::Unchanged)], ..Self::default() }
    }

    /// The answer of a system that cannot decide.
    #[must_use]
    pub fn abstained(engine: &'static str, why: Abstention) -> Self {
        Self { reports: vec![EngineReport::plain(engine, Verdict::Abstained(why))], ..Self::default() }
    }
}
