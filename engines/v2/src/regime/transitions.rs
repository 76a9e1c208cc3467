//! How regimes follow each other: the transition matrix of consecutive days and the forecast that it makes.
//!
//! The matrix counts pairs of consecutive daily assignments, staying included. An earlier implementation logged only
//! changes, so its diagonal was zero and every forecast an alarm; it also compared a backfilled date with the newest
//! stored row. Here a day is compared with the previous date of the same key, whenever it arrives.
//!
//! Worked example: labels C C N C give the pairs C→C, C→N, N→C; row C is 1/2 C, 1/2 N before smoothing.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::CanonicalBytes;
use domain::state::Saved;

use super::naming::{Family, Label};

/// Families in a matrix.
const FAMILIES: usize = Family::ALL.len();

/// Probabilities from one family (row) to another (column), in the order of [`Family::ALL`]; every row sums to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionMatrix(pub [[f64; FAMILIES]; FAMILIES]);

/// Where a region may stand after a horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// The horizon in trading days.
    pub days: u32,
    /// The probability of each family at the horizon, in the order of [`Family::ALL`].
    pub families: [f64; FAMILIES],
    /// One minus the probability of standing in today's family at the horizon.
    pub p_change: f64,
    /// The probability of CRISIS plus that of `RISK_OFF` at the horizon.
    pub risk_score: f64,
}

/// The daily labels of one region under one model, by date.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    days: BTreeMap<Date, Label>,
    counts: [[u32; FAMILIES]; FAMILIES],
}

impl History {
    /// Sets the label of a date, earlier dates included, and answers the label of the previous date.
    pub fn set(&mut self, date: Date, label: Label) -> Option<Label> {
        let before = self.days.range(..date).next_back().map(|(_, label)| *label);
        let after = self.days.range(date..).find(|(other, _)| **other > date).map(|(_, label)| *label);
        let replaced = self.days.insert(date, label);
        match (replaced, before, after) {
            (Some(old), ..) => {
                self.count(before, Some(old), false);
                self.count(Some(old), after, false);
            }
            (None, ..) => self.count(before, after, false),
        }
        self.count(before, Some(label), true);
        self.count(Some(label), after, true);
        before
    }

    fn count(&mut self, from: Option<Label>, to: Option<Label>, more: bool) {
        let (Some(from), Some(to)) = (from, to) else { return };
        let count = &mut self.counts[from.family() as usize][to.family() as usize];
        *count = if more { *count + 1 } else { count.saturating_sub(1) };
    }

    /// The labels by date.
    pub fn iter(&self) -> impl Iterator<Item = (Date, Label)> + '_ {
        self.days.iter().map(|(date, label)| (*date, *label))
    }

    /// The matrix, with `smoothing` days added to every entry of a row that was ever left; a row that never was is
    /// that of the identity.
    #[must_use]
    pub fn matrix(&self, smoothing: f64) -> TransitionMatrix {
        let mut matrix = TransitionMatrix::identity();
        for (row, counts) in matrix.0.iter_mut().zip(&self.counts) {
            let seen: u32 = counts.iter().sum();
            if seen == 0 {
                continue;
            }
            let total = f64::from(seen) + smoothing * FAMILIES as f64;
            for (entry, count) in row.iter_mut().zip(counts) {
                *entry = (f64::from(*count) + smoothing) / total;
            }
        }
        matrix
    }

    /// Appends the labels.
    pub fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.days.len() as u32);
        for (date, label) in &self.days {
            bytes.put_i32(date.epoch_days()).put_u8(*label as u8);
        }
    }

    /// Reads the labels back.
    pub fn restore(saved: &mut Saved<'_>) -> Option<Self> {
        let mut history = Self::default();
        for _ in 0..saved.u32()? {
            let date = Date::from_epoch_days(saved.i32()?);
            history.set(date, Label::of_code(saved.u8()?)?);
        }
        Some(history)
    }
}

impl TransitionMatrix {
    /// Everyone stays.
    #[must_use]
    pub fn identity() -> Self {
        let mut rows = [[0.0; FAMILIES]; FAMILIES];
        (0..FAMILIES).for_each(|at| rows[at][at] = 1.0);
        Self(rows)
    }

    /// The forecast from today's family: the family's row of the matrix to the power of `days`, with
    /// `p_change = 1 − P(stay)` and `risk_score = P(CRISIS) + P(RISK_OFF)` (engines-v2 §3).
    #[must_use]
    pub fn forecast(&self, today: Family, days: u32) -> Forecast {
        let mut families = [0.0; FAMILIES];
        families[today as usize] = 1.0;
        for _ in 0..days {
            let mut next = [0.0; FAMILIES];
            for (share, row) in families.iter().zip(&self.0) {
                next.iter_mut().zip(row).for_each(|(next, entry)| *next += share * entry);
            }
            families = next;
        }
        let stays = families[today as usize];
        let risk = families[Family::Crisis as usize] + families[Family::RiskOff as usize];
        Forecast { days, families, p_change: (1.0 - stays).clamp(0.0, 1.0), risk_score: risk.clamp(0.0, 1.0) }
    }
}
