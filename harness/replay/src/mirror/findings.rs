//! Where two generations part: by stage, the first day and name, and how often.
//!
//! Plain data that is read after the run, with words for people:
//!
//! ```
//! use domain::chain::Stage;
//! use replay::mirror::findings::{Divergence, Value};
//! let parted = Divergence {
//!     on: "2007-09-13".parse()?,
//!     stage: Stage::Signal,
//!     engines: ["v1".into(), "v2".into()],
//!     instrument: Some("EQUITY:AIG".parse()?),
//!     values: [Value::Number(0.4), Value::Number(-0.1)],
//!     tolerance: 1e-9,
//! };
//! assert_eq!(parted.to_string(), "2007-09-13 signal EQUITY:AIG: v1 says 0.4, v2 says -0.1 (tolerance 0.000000001)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::rc::Rc;

use domain::chain::Stage;
use domain::date::Date;
use domain::ids::InstrumentId;
use domain::quantity::Quantity;
use domain::report::Abstention;

/// The stages at which two chains can part, in their order.
pub(super) const STAGES: [Stage; 5] = [Stage::Universe, Stage::Signal, Stage::Sizing, Stage::Limits, Stage::Execution];

/// What one generation says at a stage, of a name or of the day.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The name is in the universe, or has no score.
    Member(bool),
    /// A score or a weight.
    Number(f64),
    /// Shares to buy, or to sell where negative.
    Trade(Quantity),
    /// So many names have an answer.
    Names(u32),
    /// Nothing is due.
    Nothing,
    /// It abstains.
    Abstained(Abstention),
}

/// One place at which two generations part.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The day.
    pub on: Date,
    /// The stage.
    pub stage: Stage,
    /// The generations, legacy first.
    pub engines: [Rc<str>; 2],
    /// The name; `None` where one generation had no answer at all.
    pub instrument: Option<InstrumentId>,
    /// What each of them says.
    pub values: [Value; 2],
    /// How far two numbers may be apart.
    pub tolerance: f64,
}

/// How often two generations part at one stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageFindings {
    /// Days on which both were asked.
    pub days: u32,
    /// Days on which they did not say the same.
    pub days_diverged: u32,
    /// Of these, days on which one of them alone had an answer.
    pub days_one_sided: u32,
    /// Names of which both answers spoke, or one of them.
    pub names: u64,
    /// Names of which they did not say the same.
    pub names_diverged: u64,
    /// Names of which they say the opposite: plus here, minus there.
    pub names_opposed: u64,
    /// The first name of which they did not say the same.
    pub first: Option<Divergence>,
    /// The first day on which one of them alone had an answer.
    pub first_one_sided: Option<Divergence>,
}

/// Where two generations part.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// The generations, legacy first.
    pub engines: [Rc<str>; 2],
    /// The first day that was looked at, and the last: a run that was taken up again begins there.
    pub days: Option<(Date, Date)>,
    /// By stage, from the universe to the execution.
    pub stages: [StageFindings; 5],
}

impl Findings {
    /// Nothing yet.
    pub(super) fn of(engines: [Rc<str>; 2]) -> Self {
        Self { engines, days: None, stages: Default::default() }
    }

    /// What was found at a stage; `None` for data and calendar, which no chain decides.
    #[must_use]
    pub fn stage(&self, stage: Stage) -> Option<&StageFindings> {
        STAGES.iter().position(|known| *known == stage).map(|at| &self.stages[at])
    }

    /// The very first divergence: of the earliest day that of the earliest stage.
    #[must_use]
    pub fn first(&self) -> Option<&Divergence> {
        let all = self.stages.iter().flat_map(|stage| [&stage.first, &stage.first_one_sided]).flatten();
        all.min_by_key(|divergence| (divergence.on, divergence.stage))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(true) => write!(out, "in"),
            Self::Member(false) => write!(out, "not there"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Trade(quantity) if quantity.is_zero() => write!(out, "no order"),
            Self::Trade(quantity) => {
                let side = if quantity.micros() > 0 { "buy" } else { "sell" };
                write!(out, "{side} {}", quantity.magnitude().to_units())
            }
            Self::Names(count) => write!(out, "{count} names"),
            Self::Nothing => write!(out, "nothing is due"),
            Self::Abstained(Abstention::ShortHistory { have, need }) => {
                write!(out, "cannot decide, {have} days of {need}")
            }
            Self::Abstained(Abstention::MissingInput { input }) => write!(out, "cannot decide without {input}"),
            Self::Abstained(Abstention::NothingEligible) => write!(out, "cannot decide, no name is eligible"),
            Self::Abstained(Abstention::Infeasible { binding }) => write!(out, "cannot decide, in conflict: {binding}"),
        }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { on, stage, engines: [old, new], instrument, values: [was, is], tolerance } = self;
        write!(out, "{on} {stage}")?;
        if let Some(instrument) = instrument {
            write!(out, " {instrument}")?;
        }
        write!(out, ": {old} says {was}, {new} says {is}")?;
        let numbers =
            matches!(was, Value::Number(_) | Value::Trade(_)) && matches!(is, Value::Number(_) | Value::Trade(_));
        if numbers { write!(out, " (tolerance {tolerance})") } else { Ok(()) }
    }
}

impl fmt::Display for StageFindings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, days_diverged, days_one_sided, names, names_diverged, names_opposed, .. } = self;
        write!(out, "{days} days, {days_diverged} differ, {days_one_sided} of them answered by one side alone; ")?;
        write!(out, "{names} names, {names_diverged} differ, {names_opposed} of them in sign")
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [old, new] = &self.engines;
        match &self.days {
            Some((first, last)) => writeln!(out, "{old} and {new} from {first} to {last}")?,
            None => return writeln!(out, "{old} and {new} have not been compared on any day"),
        }
        match self.first() {
            Some(divergence) => writeln!(out, "first: {divergence}")?,
            None => writeln!(out, "no divergence")?,
        }
        for (stage, found) in STAGES.iter().zip(&self.stages) {
            writeln!(out, "{stage}: {found}")?;
            for first in [&found.first, &found.first_one_sided].into_iter().flatten() {
                writeln!(out, "  {first}")?;
            }
        }
        Ok(())
    }
}
