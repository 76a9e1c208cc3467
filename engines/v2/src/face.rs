//! The one face of an engine: an input of today, an answer, and a state that can be saved.
//!
//! Every engine of this crate is the same kind of thing. It is built from its config, it is run once a trading day
//! with what the engines before it answered, and it answers an output or says why it could not, beside the list of
//! the instruments it left out. Between two days it keeps only what it can save and take up again.
//!
//! ```
//! use domain::{digest::CanonicalBytes, report::Abstention, state::Saved};
//! use v2::face::{Answer, Engine};
//!
//! /// Answers the mean of the prices it has seen.
//! struct RunningMean { total: f64, days: u32 }
//!
//! impl Engine for RunningMean {
//!     const NAME: &'static str = "running_mean";
//!     type Input<'a> = Option<f64>;
//!     type Output = f64;
//!     fn run(&mut self, price: &Option<f64>) -> Answer<f64> {
//!         let Some(price) = price else { return Answer::missing("price") };
//!         (self.total, self.days) = (self.total + price, self.days + 1);
//!         Answer::of(self.total / f64::from(self.days))
//!     }
//!     fn save(&self, bytes: &mut CanonicalBytes) {
//!         bytes.put_f64(self.total).put_u32(self.days);
//!     }
//!     fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
//!         (self.total, self.days) = (saved.f64()?, saved.u32()?);
//!         Some(())
//!     }
//! }
//! let mut engine = RunningMean { total: 0.0, days: 0 };
//! assert_eq!(engine.run(&Some(2.0)).output, Ok(2.0));
//! assert_eq!(engine.run(&None).output, Err(Abstention::MissingInput { input: "price".to_owned() }));
//! ```

use domain::digest::CanonicalBytes;
use domain::report::{Abstention, Dropped, Figure};
use domain::state::Saved;

/// What an engine answers on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<O> {
    /// The output, or why there is none.
    pub output: Result<O, Abstention>,
    /// The instruments that were left out, ascending, each with a reason.
    pub dropped: Vec<Dropped>,
}

/// An engine: incremental, deterministic, without a clock or a file.
pub trait Engine {
    /// Its name: lower case, also its lane in the journal.
    const NAME: &'static str;
    /// What it is given each day.
    type Input<'a>;
    /// What it answers.
    type Output;

    /// Works on one trading day. Called once for each day, in order.
    fn run(&mut self, input: &Self::Input<'_>) -> Answer<Self::Output>;

    /// Appends the state, such that [`Self::restore`] and the remaining days give the same bytes.
    fn save(&self, bytes: &mut CanonicalBytes);

    /// Takes up a saved state; `None` when the bytes are not one of this engine under this config.
    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()>;
}

/// What the journal is told of an output.
pub trait Told {
    /// Appends every field of the output: the engine's digest of the day covers exactly these bytes.
    fn put(&self, bytes: &mut CanonicalBytes);

    /// The figures of the whole day, few enough for every day's journal.
    fn day_figures(&self) -> Vec<Figure>;

    /// The figures of single instruments, by instrument, for the days on which the portfolio is decided anew.
    fn instrument_figures(&self) -> Vec<Figure>;
}

impl<O> Answer<O> {
    /// An output with nothing left out.
    pub const fn of(output: O) -> Self {
        Self { output: Ok(output), dropped: Vec::new() }
    }

    /// No output, for this reason.
    pub const fn abstained(why: Abstention) -> Self {
        Self { output: Err(why), dropped: Vec::new() }
    }

    /// No output, because `input` is missing.
    pub fn missing(input: &str) -> Self {
        Self::abstained(Abstention::MissingInput { input: input.to_owned() })
    }
}
