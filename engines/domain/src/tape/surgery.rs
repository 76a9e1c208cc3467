//! Tapes with another future: the tools of the look-ahead proof.
//!
//! If a replay up to day t reads nothing after t, then cutting the tape after t, or putting any other future in
//! its place, cannot change the journal up to t. These two functions make such tapes.

use crate::seed::Streams;

use super::{Columns, Tape, contents, interruptions, levels};

impl Tape {
    /// The same tape, ending with day number `last`; facts that became known later are gone.
    ///
    /// A `last` beyond the end leaves the tape as it is.
    #[must_use]
    pub fn truncated_after(&self, last: usize) -> Self {
        self.cut_after(last).sealed()
    }

    /// The days up to number `last` and what was known by then; whoever changes more seals it.
    pub(super) fn cut_after(&self, last: usize) -> Self {
        let keep = (last + 1).min(self.days.len());
        let mut tape = self.clone();
        tape.days.truncate(keep);
        each_column(&mut tape.columns, &mut |column| column.truncate(keep * self.instruments.len()));
        tape.actions.retain(|action| (action.day as usize) < keep);
        let end = tape.days[keep - 1];
        for points in tape.series.values_mut() {
            points.retain(|point| point.known_on <= end);
        }
        for points in tape.texts.values_mut() {
            points.retain(|point| point.known_on <= end);
        }
        tape
    }

    /// The same tape up to day number `last`, and after it a future of its own: every price is moved by a random
    /// factor, every series value changes its sign, every text reads backwards, a share of the bars is gone, and the
    /// actions fall on other instruments.
    #[must_use]
    pub fn with_another_future(&self, last: usize, streams: &Streams) -> Self {
        let first_new = (last + 1).min(self.days.len());
        let from = first_new * self.instruments.len();
        let mut tape = self.clone();
        let gone: Vec<bool> = (from..tape.columns.close.len())
            .map(|at| streams.uniform(&["surgery", "gone"], at as u64) < 0.02)
            .collect();
        let factors: Vec<f64> = (from..tape.columns.close.len())
            .map(|at| 0.5 + streams.uniform(&["surgery", "factor"], at as u64))
            .collect();
        each_column(&mut tape.columns, &mut |column| {
            for ((value, factor), gone) in column[from..].iter_mut().zip(&factors).zip(&gone) {
                *value = if *gone { f64::NAN } else { *value * factor };
            }
        });
        let width = self.instruments.len() as u32;
        for action in tape.actions.iter_mut().filter(|action| action.day as usize >= first_new) {
            action.instrument.0 = (action.instrument.0 + 1) % width;
        }
        tape.actions.sort_by_key(|action| (action.day, action.instrument, action.kind.rank()));
        let end = tape.days[first_new - 1];
        for points in tape.series.values_mut() {
            points.iter_mut().filter(|point| point.known_on > end).for_each(|point| point.value = -point.value);
        }
        for points in tape.texts.values_mut() {
            points.iter_mut().filter(|point| point.known_on > end).for_each(|point| point.text = another(&point.text));
            points.sort();
        }
        tape.sealed()
    }

    /// Derives anew what follows from the facts, the digest among it.
    pub(super) fn sealed(mut self) -> Self {
        self.interruptions = interruptions(&self.actions);
        self.growth = levels::growth(&self.columns.close, self.instruments.len(), &self.actions);
        self.digest = contents::digest(&self);
        self
    }
}

/// Another text: never blank, never the same.
fn another(text: &str) -> String {
    let backwards: String = text.chars().rev().collect();
    if backwards == text { format!("{backwards} not") } else { backwards }
}

fn each_column(columns: &mut Columns, act: &mut dyn FnMut(&mut Vec<f64>)) {
    act(&mut columns.close);
    let optional = [&mut columns.open, &mut columns.high, &mut columns.low, &mut columns.volume];
    optional.into_iter().flatten().for_each(act);
}
