//! A decision system opened at its seams.
//!
//! Behind its one face ([`crate::system`]) a generation of engines is a chain: it watches the market, says which names
//! may be held, scores them, turns scores into weights, cuts the weights to its limits, and may plan the orders itself.
//! Two chains meet in the small types of this module, so one can be swapped for the other at a single seam: that is
//! how a difference between two generations is taken apart, stage by stage, until the parts sum to the whole.
//!
//! ```text
//! watch ─ names ─ scores ─ weights wanted ─ weights within limits ─ orders (or the harness plans)
//! ```
//!
//! ```
//! use domain::chain::{Score, Stage};
//! assert!(Stage::Signal < Stage::Sizing); // the order of the stages is the order in which they are swapped
//! assert_eq!("signal".parse(), Ok(Stage::Signal));
//! let score = Score { instrument: domain::ids::Instrument(3), score: 0.4, confidence: 1.0 };
//! assert!(score.score.abs() <= 1.0);
//! ```

use std::fmt;
use std::str::FromStr;

use crate::decision::{EngineReport, TargetWeight};
use crate::digest::CanonicalBytes;
use crate::ids::Instrument;
use crate::order::OrderRequest;
use crate::report::Abstention;
use crate::state::Saved;
use crate::system::Today;

/// The stages between two generations, in the order in which one is swapped for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Prices as traded or restated for splits and dividends; gaps left or carried.
    Data,
    /// Weekdays or exchange days.
    Calendar,
    /// Which names may be held.
    Universe,
    /// What they are worth.
    Signal,
    /// How much of each is wanted.
    Sizing,
    /// What the limits leave of it.
    Limits,
    /// How it is traded.
    Execution,
}

/// What a chain thinks of one name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The name.
    pub instrument: Instrument,
    /// From −1, get out, to 1, hold as much as possible.
    pub score: f64,
    /// From 0 to 1.
    pub confidence: f64,
}

/// Weights, or why there are none. `Ok(None)`: nothing is due today, what is held stays.
pub type Wanted = Result<Option<Vec<TargetWeight>>, Abstention>;

/// A generation of engines, stage by stage. Every function is called at most once a trading day, in the order of
/// this declaration; the lists are ascending by instrument.
pub trait Chain {
    /// Watches today. Whatever the later stages need of the market is remembered here.
    fn watch(&mut self, today: &Today<'_>);

    /// The names that may be held.
    ///
    /// # Errors
    /// [`Abstention`] when nothing can be chosen from.
    fn universe(&mut self, today: &Today<'_>) -> Result<Vec<Instrument>, Abstention>;

    /// A score for each of `names` and for each name held; names without one are left out.
    ///
    /// # Errors
    /// [`Abstention`] when nothing can be scored.
    fn signal(&mut self, today: &Today<'_>, names: &[Instrument]) -> Result<Vec<Score>, Abstention>;

    /// The weights that `scores` of `names` call for, before limits: complete, so what they leave out is to be sold.
    ///
    /// # Errors
    /// [`Abstention`] when no weights can be found.
    fn sizing(&mut self, today: &Today<'_>, names: &[Instrument], scores: &[Score]) -> Wanted;

    /// What the chain's limits leave of `wanted`, names without a weight left out.
    ///
    /// # Errors
    /// [`Abstention`] when the limits contradict each other.
    fn limits(&mut self, today: &Today<'_>, wanted: &[TargetWeight]) -> Wanted;

    /// The orders that lead to `targets`, sells before buys; `None` leaves the plan to the harness.
    fn orders(&mut self, today: &Today<'_>, targets: &[TargetWeight]) -> Option<Vec<OrderRequest>>;

    /// The reports of the stages that have run today, in their order. Called once, at the end of the day.
    fn report(&mut self) -> Vec<EngineReport>;

    /// Appends the state between two days.
    fn save(&self, bytes: &mut CanonicalBytes);

    /// Takes up a saved state; `None` when the bytes are not one of this chain under this config.
    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()>;
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 7] =
        [Self::Data, Self::Calendar, Self::Universe, Self::Signal, Self::Sizing, Self::Limits, Self::Execution];

    /// The name in files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Calendar => "calendar",
            Self::Universe => "universe",
            Self::Signal => "signal",
            Self::Sizing => "sizing",
            Self::Limits => "limits",
            Self::Execution => "execution",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no stage: expected data, calendar, universe, signal, sizing, limits or execution")]
pub struct StageError(String);

impl FromStr for Stage {
    type Err = StageError;

    fn from_str(text: &str) -> Result<Self, StageError> {
        Self::ALL.into_iter().find(|stage| stage.name() == text).ok_or_else(|| StageError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;

    #[test]
    fn names_and_stages_go_both_ways() {
        for stage in Stage::ALL {
            assert_eq!(stage.name().parse(), Ok(stage));
        }
        let refusal = "tuning".parse::<Stage>().unwrap_err().to_string();
        assert_eq!(
            refusal,
            "`tuning` is no stage: expected data, calendar, universe, signal, sizing, limits or execution"
        );
        assert!(Stage::ALL.is_sorted());
    }
}
