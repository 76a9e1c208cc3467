//! One day's work of the windows: each figure over all instruments at once, row by row.
//!
//! Rows run over instruments, so each instrument's sum is taken over its days from the newest to the oldest: one
//! defined order, the same for any number of instruments.

use domain::ids::Instrument;
use domain::numeric::exact::ln;
use domain::view::View;

use super::{WINDOW, Windows, YEAR};
use crate::column::Column;

impl Windows {
    pub(super) fn take(&mut self, view: &View<'_>) {
        self.day_count += 1;
        let simple = self.take_levels(view);
        for proxy in &mut self.proxies {
            proxy.take(&simple);
        }
        self.take_turnovers(view);
        self.measure(view.instruments().len());
    }

    /// Levels and log returns of today; answers the simple returns.
    fn take_levels(&mut self, view: &View<'_>) -> Vec<f64> {
        let width = view.instruments().len();
        let leaving = self.depth() - 1;
        for (history, level) in self.history.iter_mut().zip(self.levels.row(leaving).unwrap_or_default()) {
            *history -= u32::from(level.is_finite());
        }
        let (levels, returns) = (self.levels.next_row(), self.log_returns.next_row());
        let mut simple = vec![f64::NAN; width];
        for at in 0..width {
            let age = self.level_age[at].saturating_add(1);
            let Some(level) = view.level(Instrument(at as u32), 0) else {
                self.level_age[at] = age;
                continue;
            };
            levels[at] = level;
            if age <= self.config.max_gap_days + 1 && self.last_level[at].is_finite() {
                let ratio = level / self.last_level[at];
                simple[at] = ratio - 1.0;
                returns[at] = ln(ratio);
            }
            self.last_level[at] = level;
            self.level_age[at] = 0;
            self.history[at] = self.history[at].saturating_add(1);
        }
        simple
    }

    fn take_turnovers(&mut self, view: &View<'_>) {
        let row = self.turnovers.next_row();
        let (Some(closes), Some(volumes)) = (view.closes(0), view.volumes(0)) else { return };
        for (cell, (close, volume)) in row.iter_mut().zip(closes.with_gaps().iter().zip(volumes.with_gaps())) {
            *cell = close * volume;
        }
    }

    fn measure(&mut self, width: usize) {
        let today = &mut self.today;
        let row = |lag| self.log_returns.row(lag);
        today.log_return = row(0).map_or_else(|| Column::absent(width), |row| Column::with_gaps(row.to_vec()));
        today.vol_21 = deviation(width, (0..20).filter_map(row), self.config.rows(21) - 1);
        today.vol_63 = deviation(width, (0..WINDOW - 1).filter_map(row), self.config.rows(WINDOW) - 1);
        let gap = self.config.max_gap_days as usize;
        let level = |lag| nearest(&self.levels, width, lag, gap);
        let now = self.levels.row(0).unwrap_or_default();
        today.return_5 = ratio(now, &level(5));
        today.return_21 = ratio(now, &level(21));
        today.return_63 = ratio(now, &level(63));
        today.momentum = ratio(&level(21), &level(YEAR));
        today.drawdown_63 = drawdown(width, (0..WINDOW).rev().filter_map(|lag| self.levels.row(lag)), now);
        let rows = self.config.rows(WINDOW);
        today.adv_63 = mean(width, (0..WINDOW).filter_map(|lag| self.turnovers.row(lag)), rows);
        let pairs = (0..WINDOW).filter_map(|lag| Some((row(lag)?, self.turnovers.row(lag)?)));
        today.amihud_63 = amihud(width, pairs, rows - 1);
        today.vol_percentile = Column::absent(width);
        for (at, rank) in self.vol_ranks.iter_mut().enumerate() {
            let instrument = Instrument(at as u32);
            let vol = today.vol_63.get(instrument);
            rank.push(vol);
            if rank.len() >= self.config.percentile_min_days as usize {
                today.vol_percentile.set(instrument, vol.and_then(|vol| rank.percentile(vol)));
            }
        }
    }
}

impl super::WindowsConfig {
    /// The rows that must be there of `window`.
    fn rows(&self, window: usize) -> u32 {
        libm::ceil(self.min_rows_share * window as f64) as u32
    }
}

/// The sample standard deviation of each column of the rows, in two passes: mean, then squares about it.
fn deviation<'a>(width: usize, rows: impl Iterator<Item = &'a [f64]> + Clone, least: u32) -> Column {
    let (mut count, mut mean, mut squares) = (vec![0.0; width], vec![0.0; width], vec![0.0; width]);
    for row in rows.clone() {
        for ((count, mean), value) in count.iter_mut().zip(&mut mean).zip(row) {
            let present = value.is_finite();
            *count += if present { 1.0 } else { 0.0 };
            *mean += if present { *value } else { 0.0 };
        }
    }
    for (mean, count) in mean.iter_mut().zip(&count) {
        *mean /= count;
    }
    for row in rows {
        for ((squares, mean), value) in squares.iter_mut().zip(&mean).zip(row) {
            let away = value - mean;
            *squares += if value.is_finite() { away * away } else { 0.0 };
        }
    }
    let least = f64::from(least.max(2));
    let finished = squares
        .iter()
        .zip(&count)
        .map(|(squares, count)| if *count >= least { (squares / (count - 1.0)).sqrt() } else { f64::NAN });
    Column::with_gaps(finished.collect())
}

/// The mean of each column of the rows; absent below `least` values.
fn mean<'a>(width: usize, rows: impl Iterator<Item = &'a [f64]>, least: u32) -> Column {
    let (mut count, mut total) = (vec![0.0; width], vec![0.0; width]);
    for row in rows {
        for ((count, total), value) in count.iter_mut().zip(&mut total).zip(row) {
            let present = value.is_finite();
            *count += if present { 1.0 } else { 0.0 };
            *total += if present { *value } else { 0.0 };
        }
    }
    let least = f64::from(least.max(1));
    let finished =
        total.iter().zip(&count).map(|(total, count)| if *count >= least { total / count } else { f64::NAN });
    Column::with_gaps(finished.collect())
}

/// The mean of absolute return by turnover; a day without turnover has none.
fn amihud<'a>(width: usize, rows: impl Iterator<Item = (&'a [f64], &'a [f64])>, least: u32) -> Column {
    let (mut count, mut total) = (vec![0.0; width], vec![0.0; width]);
    for (returns, turnovers) in rows {
        for (((count, total), value), turnover) in count.iter_mut().zip(&mut total).zip(returns).zip(turnovers) {
            let impact = value.abs() / turnover;
            let present = impact.is_finite();
            *count += if present { 1.0 } else { 0.0 };
            *total += if present { impact } else { 0.0 };
        }
    }
    let least = f64::from(least.max(1));
    let finished =
        total.iter().zip(&count).map(|(total, count)| if *count >= least { total / count } else { f64::NAN });
    Column::with_gaps(finished.collect())
}

/// The levels of `lag` days ago, or of the nearest earlier day within `gap` days of it.
fn nearest(levels: &super::ring::Ring, width: usize, lag: usize, gap: usize) -> Vec<f64> {
    let mut found = levels.row(lag).map_or_else(|| vec![f64::NAN; width], <[f64]>::to_vec);
    if found.iter().all(|level| level.is_finite()) {
        return found;
    }
    for earlier in (lag + 1..=lag + gap).filter_map(|lag| levels.row(lag)) {
        for (found, earlier) in found.iter_mut().zip(earlier).filter(|(found, _)| !found.is_finite()) {
            *found = *earlier;
        }
    }
    found
}

fn ratio(now: &[f64], then: &[f64]) -> Column {
    Column::with_gaps(now.iter().zip(then).map(|(now, then)| now / then - 1.0).collect())
}

/// The largest fall from a running maximum over rows from the oldest to the newest; absent without a price today.
fn drawdown<'a>(width: usize, rows: impl Iterator<Item = &'a [f64]>, now: &[f64]) -> Column {
    let (mut peak, mut worst) = (vec![0.0_f64; width], vec![0.0_f64; width]);
    for row in rows {
        for ((peak, worst), level) in peak.iter_mut().zip(&mut worst).zip(row) {
            // Comparisons with a gap are false, so a gap changes neither.
            *peak = if *level > *peak { *level } else { *peak };
            let fall = 1.0 - level / *peak;
            *worst = if fall > *worst { fall } else { *worst };
        }
    }
    Column::with_gaps(
        worst.iter().zip(now).map(|(worst, now)| if now.is_finite() { *worst } else { f64::NAN }).collect(),
    )
}
