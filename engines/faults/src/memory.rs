//! What a fault remembers from day to day: rows of the past, as many as it needs, and nothing for most kinds.
//!
//! Stale answers are a row of the past in the place of today's. Where the past is shorter than the fault is old, the
//! oldest row stands in: a run begins with what there is. All of it is saved with v2's state, so that a run that was
//! stopped goes on with the same bytes.

use domain::chain::Score;
use domain::decision::TargetWeight;
use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::state::Saved;

/// What a row is made of.
pub(crate) trait Kept: Sized {
    fn put(&self, bytes: &mut CanonicalBytes);
    fn take(saved: &mut Saved<'_>) -> Option<Self>;
}

/// The latest rows, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Past<T> {
    rows: Vec<Vec<T>>,
}

impl<T> Default for Past<T> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

/// A portfolio on its way: the day of the run on which it arrives, and its weights.
type Waiting = (u32, Vec<TargetWeight>);

/// All that is kept between two days.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub names: Past<Instrument>,
    pub scores: Past<Score>,
    pub weights: Past<TargetWeight>,
    /// Cash, equity and the positions of the account, in micros.
    pub books: Past<i64>,
    pub waiting: Vec<Waiting>,
    /// Portfolios decided so far.
    pub decisions: u32,
}

impl<T: Kept + Clone> Past<T> {
    /// Takes note of today's row and answers that of `lag` rows ago, or the oldest.
    pub(crate) fn delayed(&mut self, today: Vec<T>, lag: usize) -> Vec<T> {
        self.rows.push(today);
        if self.rows.len() > lag + 1 {
            self.rows.remove(0);
        }
        self.rows[0].clone()
    }

    /// Today's row where it `is_due` or none is kept, else the one that is kept.
    pub(crate) fn refreshed(&mut self, today: Vec<T>, is_due: bool) -> Vec<T> {
        if is_due || self.rows.is_empty() {
            self.keep(today);
        }
        self.rows[0].clone()
    }

    /// Keeps this row alone.
    pub(crate) fn keep(&mut self, row: Vec<T>) {
        self.rows = vec![row];
    }

    /// The row that is kept alone.
    pub(crate) fn kept(&self) -> Option<&Vec<T>> {
        self.rows.first()
    }

    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u64(self.rows.len() as u64);
        self.rows.iter().for_each(|row| put_row(row, bytes));
    }

    fn take(saved: &mut Saved<'_>) -> Option<Self> {
        let rows = (0..saved.u64()?).map(|_| take_row(saved)).collect::<Option<_>>()?;
        Some(Self { rows })
    }
}

impl Memory {
    pub(crate) fn put(&self, bytes: &mut CanonicalBytes) {
        self.names.put(bytes);
        self.scores.put(bytes);
        self.weights.put(bytes);
        self.books.put(bytes);
        bytes.put_u64(self.waiting.len() as u64);
        for (day, weights) in &self.waiting {
            bytes.put_u32(*day);
            put_row(weights, bytes);
        }
        bytes.put_u32(self.decisions);
    }

    pub(crate) fn take(saved: &mut Saved<'_>) -> Option<Self> {
        let (names, scores) = (Past::take(saved)?, Past::take(saved)?);
        let (weights, books) = (Past::take(saved)?, Past::take(saved)?);
        let waiting = saved.u64()?;
        let waiting = (0..waiting).map(|_| Some((saved.u32()?, take_row(saved)?))).collect::<Option<_>>()?;
        Some(Self { names, scores, weights, books, waiting, decisions: saved.u32()? })
    }
}

fn put_row<T: Kept>(row: &[T], bytes: &mut CanonicalBytes) {
    bytes.put_u64(row.len() as u64);
    row.iter().for_each(|kept| kept.put(bytes));
}

fn take_row<T: Kept>(saved: &mut Saved<'_>) -> Option<Vec<T>> {
    (0..saved.u64()?).map(|_| T::take(saved)).collect()
}

impl Kept for Instrument {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.0);
    }

    fn take(saved: &mut Saved<'_>) -> Option<Self> {
        saved.u32().map(Self)
    }
}

impl Kept for i64 {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_i64(*self);
    }

    fn take(saved: &mut Saved<'_>) -> Option<Self> {
        saved.i64()
    }
}

impl Kept for Score {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.instrument.0).put_f64(self.score).put_f64(self.confidence);
    }

    fn take(saved: &mut Saved<'_>) -> Option<Self> {
        let instrument = Instrument(saved.u32()?);
        Some(Self { instrument, score: saved.f64()?, confidence: saved.f64()? })
    }
}

impl Kept for TargetWeight {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.instrument.0).put_f64(self.weight);
    }

    fn take(saved: &mut Saved<'_>) -> Option<Self> {
        let instrument = Instrument(saved.u32()?);
        Some(Self { instrument, weight: saved.f64()? })
    }
}

#[cfg(test)]
mod tests {
    use super::Past;

    #[test]
    fn the_past_is_as_old_as_asked_for_or_the_oldest_there_is() {
        let mut past = Past::default();
        let answers: Vec<i64> = (0..5).map(|day| past.delayed(vec![day], 2)[0]).collect();
        assert_eq!(answers, [0, 0, 0, 1, 2]);
    }

    #[test]
    fn a_cache_answers_what_it_was_filled_with() {
        let mut past = Past::default();
        let answers: Vec<i64> = (1..6).map(|day| past.refreshed(vec![day], day % 3 == 0)[0]).collect();
        assert_eq!(answers, [1, 1, 3, 3, 3]);
    }
}
