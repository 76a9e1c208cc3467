//! The modern generation beside the legacy on the same days, stage by stage.
//!
//! The legacy decides, exactly as it does alone. Fed with the legacy's inputs the modern chain is asked at each stage
//! what it would make of what the legacy has at hand, so a difference at one stage is not carried into the next:
//!
//! ```text
//! legacy   universe ──► signal ──► sizing ──► limits ──► orders ──► the decision
//!             ║      ╲     ║    ╲     ║    ╲     ║    ╲     ║
//! modern   universe   ► signal   ► sizing   ► limits   ► orders      ═ compared
//! ```
//!
//! Fed with its own inputs it walks its own way, and differences add up as they would if it decided. Where a stage of
//! the legacy has no answer its day ends, and with it that of whoever lives on its inputs. A plan that is left to the
//! harness is compared by the trades that the harness would make of it.
//!
//! Worked example: two generations that differ in a cap of 0.3 and 0.2 alone. Fed with the legacy's inputs they part
//! at the limits and nowhere else; fed with its own ones the modern one also trades something else.
//!
//! A run that is taken up again begins its findings there: they are no part of the saved state.

use std::cell::RefCell;
use std::rc::Rc;

use domain::chain::{Chain, Stage};
use domain::decision::{Decision, EngineReport, Figure, FigureValue, TargetWeight, Verdict};
use domain::digest::CanonicalBytes;
use domain::order::OrderRequest;
use domain::state::Saved;
use domain::system::{DecisionSystem, StateError, Today};

use super::compare::{Told, compared, of_names, of_orders, of_scores, of_weights};
use super::findings::{Divergence, Findings, STAGES, Value};
use super::swapped::{saved, taken_up};

/// The lane of the comparison.
pub const ENGINE: &str = "mirror";
/// Stands before a saved state.
const STATE: &str = "mirror 1";

/// Whose inputs the modern chain is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// The legacy's: differences are those of each stage alone.
    Legacy,
    /// Its own: differences add up.
    Own,
}

/// How far two numbers may be apart and count as the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerances {
    /// Of scores.
    pub score: f64,
    /// Of weights.
    pub weight: f64,
    /// Of shares traded.
    pub shares: f64,
}

/// A chain and the name of its generation.
pub type Generation = (String, Box<dyn Chain>);

/// Two generations side by side, of which the legacy decides.
pub struct Mirror {
    legacy: Box<dyn Chain>,
    modern: Box<dyn Chain>,
    feed: Feed,
    tolerances: Tolerances,
    found: Rc<RefCell<Findings>>,
}

/// What the legacy's day came to.
#[derive(Default)]
struct Decided {
    targets: Option<Vec<TargetWeight>>,
    orders: Vec<OrderRequest>,
}

impl Default for Tolerances {
    fn default() -> Self {
        Self { score: 1e-9, weight: 1e-9, shares: 1e-6 }
    }
}

impl Mirror {
    /// `legacy` decides, `modern` walks beside it. What was found is read through the second value, after the run.
    #[must_use]
    pub fn new(
        legacy: Generation,
        modern: Generation,
        feed: Feed,
        tolerances: Tolerances,
    ) -> (Self, Rc<RefCell<Findings>>) {
        let found = Rc::new(RefCell::new(Findings::of([legacy.0.into(), modern.0.into()])));
        let mirror = Self { legacy: legacy.1, modern: modern.1, feed, tolerances, found: Rc::clone(&found) };
        (mirror, found)
    }

    /// Both through the day; answers the legacy's decision and, by stage, in how many names they part.
    fn walk(&mut self, today: &Today<'_>) -> (Decided, Vec<(Stage, u64)>) {
        let mut parted = Vec::new();
        let (old, new) = (self.legacy.universe(today), self.modern.universe(today));
        parted.extend(self.note(today, Stage::Universe, Some(of_names(&old)), Some(of_names(&new))));
        let names = self.fed(old.ok(), new.ok());

        let old = names[0].as_ref().map(|names| self.legacy.signal(today, names));
        let new = names[1].as_ref().map(|names| self.modern.signal(today, names));
        parted.extend(self.note(today, Stage::Signal, old.as_ref().map(of_scores), new.as_ref().map(of_scores)));
        let scores = self.fed(old.and_then(Result::ok), new.and_then(Result::ok));

        let both = |at: usize| names[at].as_ref().zip(scores[at].as_ref());
        let old = both(0).map(|(names, scores)| self.legacy.sizing(today, names, scores));
        let new = both(1).map(|(names, scores)| self.modern.sizing(today, names, scores));
        parted.extend(self.note(today, Stage::Sizing, old.as_ref().map(of_weights), new.as_ref().map(of_weights)));
        let wanted = self.fed(old.and_then(Result::ok).flatten(), new.and_then(Result::ok).flatten());

        let old = wanted[0].as_ref().map(|wanted| self.legacy.limits(today, wanted));
        let new = wanted[1].as_ref().map(|wanted| self.modern.limits(today, wanted));
        parted.extend(self.note(today, Stage::Limits, old.as_ref().map(of_weights), new.as_ref().map(of_weights)));
        let targets = self.fed(old.and_then(Result::ok).flatten(), new.and_then(Result::ok).flatten());

        let old = targets[0].as_ref().map(|targets| self.legacy.orders(today, targets));
        let new = targets[1].as_ref().map(|targets| self.modern.orders(today, targets));
        let trades = |at: usize, orders: &Option<Vec<OrderRequest>>| {
            targets[at].as_ref().map(|targets| of_orders(today, targets, orders.as_ref()))
        };
        let told =
            [old.as_ref().and_then(|orders| trades(0, orders)), new.as_ref().and_then(|orders| trades(1, orders))];
        let [told_old, told_new] = told;
        parted.extend(self.note(today, Stage::Execution, told_old, told_new));
        let [targets, _] = targets;
        let decided = match old.flatten() {
            Some(orders) => Decided { targets: None, orders },
            None => Decided { targets, orders: Vec::new() },
        };
        (decided, parted)
    }

    /// The inputs of the next stage, legacy first.
    fn fed<T: Clone>(&self, old: Option<T>, new: Option<T>) -> [Option<T>; 2] {
        match self.feed {
            Feed::Legacy => [old.clone(), old],
            Feed::Own => [old, new],
        }
    }

    const fn tolerance(&self, stage: Stage) -> f64 {
        match stage {
            Stage::Data | Stage::Calendar | Stage::Universe => 0.0,
            Stage::Signal => self.tolerances.score,
            Stage::Sizing | Stage::Limits => self.tolerances.weight,
            Stage::Execution => self.tolerances.shares,
        }
    }

    /// Compares two answers of a stage, if both were asked for, and takes note; in how many names they part.
    fn note(&self, today: &Today<'_>, stage: Stage, old: Option<Told>, new: Option<Told>) -> Option<(Stage, u64)> {
        let (old, new) = (old?, new?);
        let tolerance = self.tolerance(stage);
        let mut findings = self.found.borrow_mut();
        let engines = findings.engines.clone();
        let at = STAGES.iter().position(|known| *known == stage)?;
        let found = &mut findings.stages[at];
        found.days += 1;
        let on = today.view.today();
        let part = |instrument, values| Divergence { on, stage, engines, instrument, values, tolerance };
        let (Ok(Some(old)), Ok(Some(new))) = (&old, &new) else {
            // Two that have no answer agree in that, whatever their reasons.
            let silent = |told: &Told| !matches!(told, Ok(Some(_)));
            if silent(&old) != silent(&new) {
                found.days_diverged += 1;
                found.days_one_sided += 1;
                found.first_one_sided.get_or_insert_with(|| part(None, [in_a_word(&old), in_a_word(&new)]));
            }
            return Some((stage, 0));
        };
        let compared = compared(stage, [old, new], tolerance);
        found.names += compared.names;
        found.names_diverged += compared.diverged.len() as u64;
        found.names_opposed += compared.opposed;
        let parted = compared.diverged.len() as u64;
        if let Some((instrument, values)) = compared.diverged.into_iter().next() {
            found.days_diverged += 1;
            let id = today.view.instruments().get(instrument.index()).map(|fact| fact.id.clone());
            found.first.get_or_insert_with(|| part(id, values));
        }
        Some((stage, parted))
    }
}

/// An answer as a whole.
fn in_a_word(told: &Told) -> Value {
    match told {
        Ok(Some(list)) => Value::Names(list.len() as u32),
        Ok(None) => Value::Nothing,
        Err(why) => Value::Abstained(why.clone()),
    }
}

/// In how many names the two part today, stage by stage.
fn report(parted: Vec<(Stage, u64)>) -> EngineReport {
    let figure = |(stage, names): (Stage, u64)| Figure {
        instrument: None,
        field: format!("{stage}_diverged").into(),
        value: FigureValue::Number(names as f64),
    };
    EngineReport { figures: parted.into_iter().map(figure).collect(), ..EngineReport::plain(ENGINE, Verdict::Decided) }
}

impl DecisionSystem for Mirror {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        self.legacy.watch(today);
        self.modern.watch(today);
        let (Decided { targets, orders }, parted) = self.walk(today);
        let on = today.view.today();
        let first = self.found.borrow().days.map_or(on, |(first, _)| first);
        self.found.borrow_mut().days = Some((first, on));
        let mut reports = self.legacy.report();
        reports.extend(self.modern.report());
        reports.push(report(parted));
        Decision { reports, targets, orders }
    }

    fn save(&self) -> Vec<u8> {
        let mut bytes = CanonicalBytes::new();
        bytes.put_text(STATE).put_bytes(&saved(self.legacy.as_ref())).put_bytes(&saved(self.modern.as_ref()));
        bytes.into_vec()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        let refuse = || StateError::new(ENGINE, "expected the bytes that a mirror of these two chains saved");
        let mut bytes = Saved::new(state);
        if bytes.text() != Some(STATE) {
            return Err(refuse());
        }
        let states = bytes.bytes().zip(bytes.bytes()).filter(|_| bytes.is_empty());
        let (legacy, modern) = states.ok_or_else(refuse)?;
        let both = taken_up(self.legacy.as_mut(), legacy).and_then(|()| taken_up(self.modern.as_mut(), modern));
        both.ok_or_else(refuse)
    }
}

#[cfg(test)]
mod tests;
