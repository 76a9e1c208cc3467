//! Cross-sectional momentum with the most recent month left out (benchmark job A; Jegadeesh and Titman 1993).
//!
//! Trading days are numbered from 0. On days `first`, `first + every`, … the signal of an instrument is its return
//! from `lookback` days ago to `skip` days ago,
//!
//! ```text
//! signal = P[t − skip] / P[t − lookback] − 1
//! ```
//!
//! with `P` the total-return level known on day t (the close itself on an adjusted basis). The `n / hold_one_in`
//! strongest of the tape's `n` instruments are held at `invested / k` each; ties go to the lower instrument.
//!
//! Example with `skip` 1, `lookback` 3 and prices 10, 11, 12, 9 up to today: the signal is 12 / 10 − 1 = 0.2;
//! today's fall to 9 does not enter it.

use std::borrow::Cow;

use domain::decision::{Abstention, Decision, Dropped, EngineReport, Figure, FigureValue, Verdict};
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::ordered::key as rank;
use domain::system::{DecisionSystem, StateError, Today};
use domain::view::{Levels, View};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, SystemConfig, check_invested, check_positive};
use crate::equal_targets;
use crate::null::no_state;

const ENGINE: &str = "momentum";

/// The config of [`Momentum`]. The defaults are benchmark job A.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MomentumConfig {
    /// The start of the return window, in trading days before the decision; 147 by default.
    pub lookback: u32,
    /// The end of the return window, in trading days before the decision; 21 by default.
    pub skip: u32,
    /// The number of the first trading day with a rebalance; 147 by default.
    pub first: u32,
    /// Trading days between rebalances; 21 by default.
    pub every: u32,
    /// One in how many instruments is held, rounded down; 5 by default.
    pub hold_one_in: u32,
    /// The share of equity to invest; 0.999 by default.
    pub invested: f64,
}

/// Holds the strongest.
#[derive(Clone, Copy, Debug)]
pub struct Momentum {
    config: MomentumConfig,
}

impl Default for MomentumConfig {
    fn default() -> Self {
        Self { lookback: 147, skip: 21, first: 147, every: 21, hold_one_in: 5, invested: 0.999 }
    }
}

impl SystemConfig for MomentumConfig {
    fn check(&self) -> Result<(), ConfigError> {
        check_positive("every", self.every)?;
        check_positive("hold_one_in", self.hold_one_in)?;
        if self.skip >= self.lookback {
            let (key, expected) = ("skip".to_owned(), format!("less than lookback, which is {}", self.lookback));
            return Err(ConfigError { key, value: self.skip.to_string(), expected });
        }
        check_invested(self.invested)
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(ENGINE).put_u32(self.lookback).put_u32(self.skip).put_u32(self.first);
        bytes.put_u32(self.every).put_u32(self.hold_one_in).put_f64(self.invested);
    }
}

impl Momentum {
    /// The system under `config`.
    ///
    /// # Errors
    /// [`ConfigError`] for values out of range.
    pub fn new(config: MomentumConfig) -> Result<Self, ConfigError> {
        config.check().map(|()| Self { config })
    }

    fn is_due(&self, day_number: u32) -> bool {
        day_number.checked_sub(self.config.first).is_some_and(|since| since.is_multiple_of(self.config.every))
    }

    /// The signal of each instrument that has one, ascending, and why the others have none.
    fn signals(&self, view: &View<'_>) -> (Vec<Ranked>, Vec<Dropped>) {
        let (start, end) = (view.levels(self.config.lookback as usize), view.levels(self.config.skip as usize));
        let width = view.instruments().len();
        let (mut ranked, mut dropped) = (Vec::with_capacity(width), Vec::new());
        let mut take = |instrument, signal: f64, close: f64| {
            // A gap in either level leaves no finite signal.
            if signal.is_finite() && close.is_finite() && !view.is_delisted(instrument) {
                ranked.push((signal, instrument));
            } else {
                dropped.push(Dropped { instrument, reason: Cow::Borrowed(why_none(view, start, instrument)) });
            }
        };
        let instruments = (0..).map(Instrument).take(width);
        match (start, end, view.closes(0)) {
            (Some(start), Some(end), Some(closes)) => {
                let signals = start.with_gaps().zip(end.with_gaps()).map(|(start, end)| end / start - 1.0);
                let priced = signals.zip(closes.with_gaps());
                instruments.zip(priced).for_each(|(instrument, (signal, close))| take(instrument, signal, *close));
            }
            _ => instruments.for_each(|instrument| take(instrument, f64::NAN, f64::NAN)),
        }
        (ranked, dropped)
    }
}

/// An instrument and its signal.
type Ranked = (f64, Instrument);

/// Why an instrument without a signal has none.
#[cold]
fn why_none(view: &View<'_>, start: Option<Levels<'_>>, instrument: Instrument) -> &'static str {
    if view.is_delisted(instrument) {
        "delisted"
    } else if view.close(instrument).is_none() {
        "no_price_today"
    } else if start.is_none_or(|start| start.get(instrument).is_none()) {
        "no_price_at_lookback"
    } else {
        "no_price_at_skip"
    }
}

/// Keeps the `count` highest signals, ties to the lower instrument, in the order in which they stand: nothing need be
/// sorted for that, the weakest that stays parts them.
fn keep_strongest(ranked: &mut Vec<Ranked>, count: usize) {
    if count >= ranked.len() {
        return;
    }
    let Some(last) = count.checked_sub(1) else { return ranked.clear() };
    let mut ranks: Vec<i64> = ranked.iter().map(|(signal, _)| rank(*signal)).collect();
    let (stronger, weakest, _) = ranks.select_nth_unstable_by(last, |a, b| b.cmp(a));
    let weakest = *weakest;
    // Those as strong as the weakest stand in the order of their instruments: the first of them fill what is left.
    let mut ties = count - stronger.iter().filter(|rank| **rank > weakest).count();
    ranked.retain(|(signal, _)| {
        let rank = rank(*signal);
        let tied = rank == weakest && ties > 0;
        ties -= usize::from(tied);
        rank > weakest || tied
    });
}

impl DecisionSystem for Momentum {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let view = today.view;
        if !self.is_due(today.day_number) {
            return Decision::unchanged(ENGINE);
        }
        let (have, need) = (view.day_count() as u32, self.config.lookback + 1);
        if have < need {
            return Decision::abstained(ENGINE, Abstention::ShortHistory { have, need });
        }
        let width = view.instruments().len();
        let (mut ranked, dropped) = self.signals(&view);
        keep_strongest(&mut ranked, width / self.config.hold_one_in as usize);
        let held: Vec<Instrument> = ranked.iter().map(|(_, instrument)| *instrument).collect();
        if held.is_empty() {
            let verdict = Verdict::Abstained(Abstention::NothingEligible);
            let report = EngineReport { dropped, ..EngineReport::plain(ENGINE, verdict) };
            return Decision { reports: vec![report], ..Decision::default() };
        }
        let figures = ranked.iter().map(|(signal, instrument)| Figure {
            instrument: Some(*instrument),
            field: Cow::Borrowed("signal"),
            value: FigureValue::Number(*signal),
        });
        let (engine, verdict) = (Cow::Borrowed(ENGINE), Verdict::Decided);
        let report = EngineReport { engine, verdict, figures: figures.collect(), dropped };
        Decision { reports: vec![report], targets: Some(equal_targets(&held, self.config.invested)), orders: vec![] }
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        no_state(ENGINE, state)
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::Instrument;
    use domain::numeric::total_order;

    use super::{Ranked, keep_strongest, rank};

    #[test]
    fn ranks_order_as_floats_do() {
        let signals = [f64::MIN, -1.5, -1.0, -f64::MIN_POSITIVE, -0.0, 0.0, 5e-324, 0.25, 1.0, f64::MAX];
        for (a, b) in signals.iter().flat_map(|a| signals.iter().map(move |b| (a, b))) {
            assert_eq!(rank(*a).cmp(&rank(*b)), total_order(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn the_strongest_are_those_of_a_sorted_list() {
        for (case, count) in (0..60_u32).flat_map(|case| (0..22).map(move |count| (case, count))) {
            // Few different signals, so that there are ties.
            let signal = |at: u32| f64::from((at * (case + 3) * 7 + case) % 11) - 4.0;
            let all: Vec<Ranked> = (0..20).map(|at| (signal(at), Instrument(at))).collect();
            let mut expected = all.clone();
            expected.sort_by(|a, b| total_order(&b.0, &a.0).then(a.1.cmp(&b.1)));
            expected.truncate(count);
            expected.sort_by_key(|entry| entry.1);
            let mut kept = all;
            keep_strongest(&mut kept, count);
            assert_eq!(kept, expected);
        }
    }
}
