//! What one engine says of its work on a day: how it ended, its figures, and what it left out.
//!
//! A report lies beside every answer, refusals included, so that a journal can explain a decision without the engine
//! that made it.
//!
//! ```
//! use domain::ids::Instrument;
//! use domain::report::{Abstention, Dropped, EngineReport, Verdict};
//! let short = Verdict::Abstained(Abstention::ShortHistory { have: 20, need: 148 });
//! let mut report = EngineReport::plain("momentum", short);
//! report.dropped.push(Dropped { instrument: Instrument(3), reason: "no_price_today".into() });
//! assert!(report.figures.is_empty());
//! ```

use std::borrow::Cow;

use crate::ids::Instrument;

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
    /// The limits contradict each other, so there is no answer that keeps them all.
    Infeasible {
        /// The limits in conflict, joined by commas.
        binding: String,
    },
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

impl EngineReport {
    /// A report without figures.
    #[must_use]
    pub fn plain(engine: &'static str, verdict: Verdict) -> Self {
        Self { engine: Cow::Borrowed(engine), verdict, figures: Vec::new(), dropped: Vec::new() }
    }
}
