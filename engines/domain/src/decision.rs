//! What a decision system answers: complete enough that execution has nothing left to judge.
//!
//! An answer is a value with a verdict, target weights or explicit orders, the figures of each engine that took
//! part, and a report of every instrument that was dropped. A system that cannot decide abstains with a reason;
//! it never answers with NaN or an empty list as a message.

use std::borrow::Cow;

use crate::ids::Instrument;
use crate::order::OrderRequest;

/// How an engine's work on a day ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It decided anew.
    Decided,
    /// Nothing was due: what was decided before stands.
    Unchanged,
    /// It could not decide.
    Abstained(Abstention),
}

/// Why an engine could not decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Abstention {
    /// The view is too short.
    ShortHistory {
        /// Days in the view.
        have: u32,
        /// Days needed.
        need: u32,
    },
    /// An input that the engine cannot do without is missing.
    MissingInput {
        /// Which one.
        input: String,
    },
    /// After all refusals nothing was left to decide about.
    NothingEligible,
}

/// A share of equity that a system wants to hold in one instrument. Negative for a short position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TargetWeight {
    /// The instrument.
    pub instrument: Instrument,
    /// Fraction of the account's equity at the decision, finite.
    pub weight: f64,
}

/// An instrument that an engine left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The instrument.
    pub instrument: Instrument,
    /// A short lower-case reason, for example `no_price_at_lookback`.
    pub reason: Cow<'static, str>,
}

/// One named value of an engine's output, for journals, goldens and explanations.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The instrument it belongs to; `None` for a figure of the whole day.
    pub instrument: Option<Instrument>,
    /// The field, lower case, for example `signal`.
    pub field: Cow<'static, str>,
    /// The value.
    pub value: FigureValue,
}

/// A number or a label.
#[derive(Clone, Debug, PartialEq)]
pub enum FigureValue {
    /// A finite number; the replay refuses any other.
    Number(f64),
    /// A label such as a regime's name.
    Label(Cow<'static, str>),
}

/// What one engine did on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineReport {
    /// The engine, lower case, for example `momentum`.
    pub engine: Cow<'static, str>,
    /// How its work ended.
    pub verdict: Verdict,
    /// Its output.
    pub figures: Vec<Figure>,
    /// What it left out.
    pub dropped: Vec<Dropped>,
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

impl EngineReport {
    /// A report without figures.
    #[must_use]
    pub fn plain(engine: &'static str, verdict: Verdict) -> Self {
        Self { engine: Cow::Borrowed(engine), verdict, figures: Vec::new(), dropped: Vec::new() }
    }
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
