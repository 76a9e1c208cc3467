//! One day's work of the windows: each figure over all instruments at once, row by row.
//!
//! Rows run over instruments, so each instrument's sum is taken over its days from the newest to the oldest: one
//! defined order, the same for any number of instruments.

use domain::ids::Instrument;
use domain::numeric::exact::{exp_m1, ln};
use domain::view::View;

use super::{WINDOW, Windows, YEAR, lanes};
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
        let of_logs = self.simple_returns.next_row();
        let mut simple = vec![f64::NAN; width];
        for at in 0..width {
            let age = self.level_age[at].saturating_add(1);
            let Some(level) = view.level(Instrument(at as u32), 0) else {
                self.level_age[at] = age;
                self.unbroken[at] = 0;
                continue;
            };
            levels[at] = level;
            if age <= self.config.max_gap_days + 1 && self.last_level[at].is_finite() {
                let ratio = level / self.last_level[at];
                simple[at] = ratio - 1.0;
                returns[at] = ln(ratio);
                of_logs[at] = exp_m1(returns[at]);
            }
            self.last_level[at] = level;
            self.level_age[at] = 0;
            self.unbroken[at] = (self.unbroken[at] + 1).min(WINDOW as u32);
            self.history[at] = self.history[at].saturating_add(1);
        }
        simple
    }

    fn take_turnovers(&mut self, view: &View<'_>) {
        let (row, impacts) = (self.turnovers.next_row(), self.impacts.next_row());
        let (Some(closes), Some(volumes)) = (view.closes(0), view.volumes(0)) else { return };
        for (cell, (close, volume)) in row.iter_mut().zip(closes.with_gaps().iter().zip(volumes.with_gaps())) {
            *cell = close * volume;
        }
        let Some(returns) = self.log_returns.row(0) else { return };
        for ((impact, value), turnover) in impacts.iter_mut().zip(returns).zip(row) {
            let by_turnover = value.abs() / *turnover;
            // A day without turnover has no impact.
            *impact = if by_turnover.is_finite() { by_turnover } else { f64::NAN };
        }
    }

    fn measure(&mut self, width: usize) {
        let today = &mut self.today;
        let returns: Vec<&[f64]> = (0..WINDOW - 1).filter_map(|lag| self.log_returns.row(lag)).collect();
        let row = |row: &&[f64]| Column::with_gaps(row.to_vec());
        today.log_return = returns.first().map_or_else(|| Column::absent(width), row);
        today.vol_21 = lanes::deviation(width, &returns[..returns.len().min(20)], self.config.rows(21) - 1);
        today.vol_63 = lanes::deviation(width, &returns, self.config.rows(WINDOW) - 1);
        let gap = self.config.max_gap_days as usize;
        let level = |lag| nearest(&self.levels, width, lag, gap);
        let now = self.levels.row(0).unwrap_or_default();
        today.return_5 = ratio(now, &level(5));
        today.return_21 = ratio(now, &level(21));
        today.return_63 = ratio(now, &level(63));
        today.momentum = ratio(&level(21), &level(YEAR));
        let levels: Vec<&[f64]> = (0..WINDOW).rev().filter_map(|lag| self.levels.row(lag)).collect();
        today.drawdown_63 = lanes::drawdown(width, &levels, self.config.rows(WINDOW));
        for (fall, now) in today.drawdown_63.raw_mut().iter_mut().zip(now) {
            *fall = if now.is_finite() { *fall } else { f64::NAN };
        }
        let rows = self.config.rows(WINDOW);
        let turnovers: Vec<&[f64]> = (0..WINDOW).filter_map(|lag| self.turnovers.row(lag)).collect();
        today.adv_63 = lanes::mean(width, &turnovers, rows);
        let impacts: Vec<&[f64]> = (0..WINDOW).filter_map(|lag| self.impacts.row(lag)).collect();
        today.amihud_63 = lanes::mean(width, &impacts, rows - 1);
        self.rank_vols();
    }

    /// The percentile of each instrument's volatility in its own past.
    fn rank_vols(&mut self) {
        self.vols.next_row().copy_from_slice(self.today.vol_63.raw());
        let percentiles = self.vol_ranks.take(&self.vols, self.config.percentile_min_days);
        self.today.vol_percentile = Column::with_gaps(percentiles);
    }
}

impl super::WindowsConfig {
    /// The rows that must be there of `window`.
    fn rows(&self, window: usize) -> u32 {
        libm::ceil(self.min_rows_share * window as f64) as u32
    }
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
