//! The past that paths are cut from: levels by day, and a count of what is missing.
//!
//! The return of an instrument over consecutive days is the ratio of two levels, so a block costs one division, however
//! long it is. Levels are carried over gaps only to be the base of the next return; a day without a return of its own
//! is counted, and a block with such a day has no return at all.

use domain::ids::Instrument;
use domain::view::View;

use super::SyntheticConfig;
use crate::windows::Windows;

/// Levels from the day before the oldest day to the newest.
pub(super) struct History {
    width: usize,
    /// The lag of row 0: the day before the oldest one that may be drawn.
    base_lag: usize,
    levels: Vec<f64>,
    /// Days without a return, up to and including some row: another list after each row that has such a day.
    missing: Vec<u32>,
    /// For each row which of these lists is its own. Most rows have no such day and share the list before them.
    lists: Vec<u32>,
}

impl History {
    /// The days `lags` (the oldest first) as of `view`, which is `age` days before today's windows.
    pub(super) fn read(view: &View<'_>, windows: &Windows, age: usize, lags: &[u32], config: &SyntheticConfig) -> Self {
        let width = view.instruments().len();
        let (oldest, newest) =
            (lags.first().map_or(0, |lag| *lag as usize), lags.last().map_or(0, |lag| *lag as usize));
        let base_lag = oldest + 1;
        let rows = base_lag - newest + 1;
        let mut past = Self {
            width,
            base_lag,
            levels: Vec::with_capacity(rows * width),
            missing: Vec::new(),
            lists: Vec::with_capacity(rows),
        };
        let gap = config.max_gap_days as usize;
        let highest = 1.0 + config.request.generator_spec.return_bound;
        let mut carried = Carried::new(width);
        let mut from_view = Vec::new();
        for lag in (newest..=base_lag + gap).rev() {
            let row = match windows.levels(lag + age) {
                Some(row) => row,
                None => {
                    level_row(view, lag, &mut from_view);
                    from_view.as_slice()
                }
            };
            let unbroken = carried.take(row, gap as u32 + 1, highest);
            if lag <= base_lag {
                past.levels.extend_from_slice(&carried.level);
                if !unbroken || past.lists.is_empty() {
                    past.missing.extend_from_slice(&carried.missing);
                }
                past.lists.push((past.missing.len() / width.max(1)).saturating_sub(1) as u32);
            }
        }
        past
    }

    /// The cumulative loss of every instrument over the days of a path, NaN where one of its days has no return.
    pub(super) fn losses(&self, path: &[u32], scratch: &mut Scratch, losses: &mut [f64]) {
        scratch.growth.fill(1.0);
        scratch.missing.fill(0);
        let mut rest = path;
        while let Some(first) = rest.first() {
            let run = 1 + rest.windows(2).take_while(|pair| pair[0] == pair[1] + 1).count();
            let before = (self.base_lag - *first as usize - 1) * self.width;
            let after = before + run * self.width;
            let (from, to) = (&self.levels[before..][..self.width], &self.levels[after..][..self.width]);
            for ((growth, from), to) in scratch.growth.iter_mut().zip(from).zip(to) {
                *growth *= to / from;
            }
            let row = self.base_lag - *first as usize - 1;
            let (from, to) = (self.lists[row] as usize, self.lists[row + run] as usize);
            if from < to {
                let list = |list: usize| self.missing[list * self.width..].iter().take(self.width);
                for ((missing, from), to) in scratch.missing.iter_mut().zip(list(from)).zip(list(to)) {
                    *missing += to - from;
                }
            }
            rest = &rest[run..];
        }
        for ((loss, growth), missing) in losses.iter_mut().zip(&scratch.growth).zip(&scratch.missing) {
            *loss = if *missing == 0 { 1.0 - growth } else { f64::NAN };
        }
    }
}

/// Room for one path's work.
pub(super) struct Scratch {
    growth: Vec<f64>,
    missing: Vec<u32>,
}

impl Scratch {
    pub(super) fn new(width: usize) -> Self {
        Self { growth: vec![1.0; width], missing: vec![0; width] }
    }
}

/// The last level of each instrument, how old it is, and the days without a return so far.
struct Carried {
    level: Vec<f64>,
    age: Vec<u32>,
    missing: Vec<u32>,
    /// Whether the latest row had a level of everybody.
    fresh: bool,
}

impl Carried {
    fn new(width: usize) -> Self {
        Self { level: vec![f64::NAN; width], age: vec![0; width], missing: vec![0; width], fresh: false }
    }

    /// Takes the next row; answers whether every instrument has a return of its own.
    fn take(&mut self, row: &[f64], longest: u32, highest: f64) -> bool {
        // A product a hair below the bound says without a division that the quotient keeps it; a gap compares false.
        let safe = highest * (1.0 - 1e-9);
        let plain = |(last, level): (&f64, &f64)| u64::from(*last > 0.0) & u64::from(*level <= *last * safe);
        let plain = |row: &[f64]| self.level.iter().zip(row).map(plain).sum::<u64>() == row.len() as u64;
        if self.fresh && longest > 0 && plain(row) {
            self.level.copy_from_slice(row);
            return true;
        }
        let (mut unbroken, mut fresh) = (true, true);
        let cells = self.level.iter_mut().zip(&mut self.age).zip(&mut self.missing);
        for (((last, age), missing), level) in cells.zip(row) {
            *age += 1;
            let here = level.is_finite();
            // False for a first level too: a comparison with NaN is.
            let counts = here && *age <= longest && level / *last <= highest;
            *missing += u32::from(!counts);
            *last = if here { *level } else { *last };
            *age = if here { 0 } else { *age };
            (unbroken, fresh) = (unbroken && counts, fresh && here);
        }
        self.fresh = fresh;
        unbroken
    }
}

/// Levels that the windows no longer hold, from the tape; full of gaps before its first day.
fn level_row(view: &View<'_>, lag: usize, row: &mut Vec<f64>) {
    let instruments = (0..view.instruments().len()).map(|at| Instrument(at as u32));
    row.clear();
    row.extend(instruments.map(|instrument| view.level(instrument, lag).unwrap_or(f64::NAN)));
}
