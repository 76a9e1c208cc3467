//! Synthetic scenarios: what could happen over the next days, drawn from what has happened (engines-v2 §9).
//!
//! A request names a family, a horizon and a number of paths. A path is a list of past days; on each of its days every
//! instrument has the return that it truly had on that past day, so whatever moved together then moves together here.
//!
//! | category | a path is |
//! |---|---|
//! | HISTORICAL | one contiguous window of past days, without replacement while there are enough of them |
//! | BOOTSTRAP, `FIXED` | blocks of B days, start uniform on 0..=T−B, the last block cut |
//! | BOOTSTRAP, `CIRCULAR` | the same with the past bent to a ring (Politis & Romano 1992) |
//! | BOOTSTRAP, `STATIONARY` | blocks of geometric length with mean B on the ring (Politis & Romano 1994) |
//!
//! Path `k` is a function of the seed, the set's name, the request and `k` alone: each path owns a fixed range of words
//! of one counter-based stream. So any path can be made without the others, by any thread, in any order.
//!
//! Worked example: a path that picked the days with returns −10 % and +5 % has a cumulative return of
//! `0.90 · 1.05 − 1 = −5.5 %`, that is a loss of 0.055. Prices enter as total-return levels, so a split is no loss;
//! a day that an instrument lacks makes it absent on the path, never flat.
//!
//! ```
//! use domain::seed::{Seed, Streams};
//! use v2::synthetic::{Block, Sampler};
//! // Ten past days, the newest with lag 0; paths of four days from blocks of two.
//! let lags: Vec<u32> = (0..10).rev().collect();
//! let sampler = Sampler::blocks(&lags, 4, Block::Fixed { days: 2 }, &Streams::new(Seed(7)), "EXAMPLE").unwrap();
//! let path = sampler.path(3);
//! assert_eq!(path.len(), 4);
//! assert_eq!(path[0] - 1, path[1]); // the second day of a block is the day after the first
//! assert_eq!(path, sampler.path(3)); // and the path stands alone
//! ```

mod history;
mod request;
mod sampler;
mod set;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use domain::digest::CanonicalBytes;
use domain::report::{Abstention, Dropped, Figure, FigureValue};
use domain::seed::{Seed, Streams};
use domain::state::Saved;
use domain::view::View;

use crate::face::{Answer, Engine, Told};
use crate::windows::Windows;
use history::History;

pub use request::{
    BlockMethod, Category, GeneratorSpec, Request, RequestError, ReturnKind, SyntheticConfig, UniverseFilter,
};
pub use sampler::{Block, Sampler};
pub use set::{ScenarioSet, SetMetadata};

/// What the engine is given each day.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The tape as of today.
    pub view: View<'a>,
    /// The trailing windows, at today.
    pub windows: &'a Windows,
    /// The names of today's regime: its label, family and tags. A day passes the regime filter when the filter holds
    /// one of them.
    pub regime: &'a [&'a str],
}

/// The scenario set in force, shared with whoever measures on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenarios(pub Arc<ScenarioSet>);

/// The engine: makes the set anew every `refresh_days` and hands out the same one in between.
#[derive(Clone, Debug)]
pub struct Synthetic {
    config: SyntheticConfig,
    seed: Seed,
    /// The day count of the view that the set in force was made from.
    made_at: Option<u32>,
    /// Made again from the same days when it is not there after a restore.
    set: Option<Arc<ScenarioSet>>,
    /// Whether each of the last days passed the regime filter, the newest last; empty without a filter.
    passed: VecDeque<bool>,
}

impl Synthetic {
    /// The engine before its first day.
    ///
    /// # Errors
    /// [`RequestError`]: a category that is not built yet, or a value out of range.
    pub fn new(config: SyntheticConfig, seed: Seed) -> Result<Self, RequestError> {
        config.request.refuse_unbuilt()?;
        crate::config::EngineConfig::check(&config)?;
        Ok(Self { config, seed, made_at: None, set: None, passed: VecDeque::new() })
    }

    fn note_regime(&mut self, names: &[&str]) {
        let Some(filter) = &self.config.request.regime_filter else { return };
        let longest = (self.config.history_days + self.config.refresh_days) as usize;
        if self.passed.len() >= longest {
            self.passed.pop_front();
        }
        self.passed.push_back(filter.iter().any(|wanted| names.contains(&wanted.as_str())));
    }

    /// The lags of the days that may be drawn, the oldest first, counted from `view`, which is `age` days old.
    fn days(&self, view: &View<'_>, age: usize) -> Vec<u32> {
        let request = &self.config.request;
        let oldest = match request.base_date_start {
            Some(_) => view.day_count() - 1,
            None => (self.config.history_days as usize).min(view.day_count() - 1),
        };
        let eligible = |lag: &usize| {
            let Some(date) = view.date(*lag) else { return false };
            let passed = || self.passed.len().checked_sub(1 + age + lag).is_some_and(|at| self.passed[at]);
            request.base_date_start.is_none_or(|start| start <= date)
                && request.base_date_end.is_none_or(|end| date <= end)
                && (request.regime_filter.is_none() || passed())
        };
        (0..oldest).rev().filter(eligible).map(|lag| lag as u32).collect()
    }

    fn make(&self, input: &Input<'_>, age: usize) -> Result<ScenarioSet, Abstention> {
        let short = |have: usize| Abstention::ShortHistory { have: have as u32, need: self.config.min_history_days };
        let view = input.view.earlier(age).ok_or_else(|| short(0))?;
        let days = self.days(&view, age);
        let least = self.config.min_history_days as usize;
        let streams = Streams::new(self.seed);
        let sampler = (days.len() >= least).then(|| Sampler::of(&self.config.request, &days, &streams)).flatten();
        let sampler = sampler.ok_or_else(|| short(days.len()))?;
        let history = History::read(&view, input.windows, age, &days, &self.config);
        Ok(ScenarioSet::make(&self.config.request, self.seed, &view, &days, &sampler, &history))
    }
}

impl Engine for Synthetic {
    const NAME: &'static str = "synthetic";
    type Input<'a> = Input<'a>;
    type Output = Scenarios;

    fn run(&mut self, input: &Input<'_>) -> Answer<Scenarios> {
        self.note_regime(input.regime);
        let today = input.view.day_count() as u32;
        let age = self.made_at.map(|made| today.saturating_sub(made)).filter(|age| *age < self.config.refresh_days);
        if let (Some(_), Some(set)) = (age, &self.set) {
            return Answer::of(Scenarios(Arc::clone(set)));
        }
        let age = age.unwrap_or(0);
        match self.make(input, age as usize) {
            Err(why) => {
                (self.made_at, self.set) = (None, None);
                Answer::abstained(why)
            }
            Ok(set) => {
                let set = Arc::new(set);
                (self.made_at, self.set) = (Some(today - age), Some(Arc::clone(&set)));
                let dropped = if age == 0 { left_out(&set) } else { Vec::new() };
                Answer { output: Ok(Scenarios(set)), dropped }
            }
        }
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.made_at.unwrap_or(0)).put_u32(self.passed.len() as u32);
        for passed in &self.passed {
            bytes.put_u8(u8::from(*passed));
        }
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        self.made_at = Some(saved.u32()?).filter(|made| *made > 0);
        self.set = None;
        let count = saved.u32()?;
        self.passed = (0..count).map(|_| saved.u8().map(|flag| flag != 0)).collect::<Option<_>>()?;
        Some(())
    }
}

/// The instruments of the request without a single path, on the day on which the set is made.
fn left_out(set: &ScenarioSet) -> Vec<Dropped> {
    let empty = set.instruments().filter(|instrument| set.present(*instrument) == 0);
    empty.map(|instrument| Dropped { instrument, reason: "no_path_with_all_returns".into() }).collect()
}

impl Told for Scenarios {
    /// The digest of the set covers its metadata, every pick and every loss; it is taken once, when the set is made.
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(&self.0.content().to_string());
    }

    fn day_figures(&self) -> Vec<Figure> {
        let meta = self.0.metadata();
        let label = |field: &'static str, text: String| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Label(text.into()),
        };
        let number = |field: &'static str, value: f64| Figure {
            instrument: None,
            field: field.into(),
            value: FigureValue::Number(value),
        };
        vec![
            label("scenario_set_id", meta.scenario_set_id.short()),
            label("as_of_date", meta.as_of_date.to_string()),
            number("num_paths", f64::from(meta.num_paths)),
            number("horizon_days", f64::from(meta.horizon_days)),
            number("base_days", f64::from(meta.base_days)),
            number("absent_share", self.0.absent_share()),
        ]
    }

    fn instrument_figures(&self) -> Vec<Figure> {
        Vec::new()
    }
}
