//! What a market looks like on one day: the regime features of engines-v2 §13.
//!
//! The proxy of a region is the mean of its instruments' log returns, each weighted by the inverse of its own
//! volatility, so that one wild name does not decide what the market did and leaving one out moves little. All of
//! the proxy's features are functions of a few numbers a day, kept for one window.
//!
//! The mean pairwise correlation is not taken over pairs. With `m` the mean of the n standardised returns of a day
//! and `q` their mean square, `var(m) = q·(1 + (n − 1)·ρ)/n`, hence `ρ = (n·var(m)/q − 1)/(n − 1)`: one pass, no
//! pairs. Worked example: two instruments that always move alike have var(m) = q, hence ρ = 1; two that always move
//! against each other have var(m) = 0, hence ρ = −1.

use std::collections::VecDeque;

use domain::digest::CanonicalBytes;
use domain::numeric::exact::{exp, ln};
use domain::state::Saved;

use crate::windows::Windows;

/// The number of features.
pub const COUNT: usize = 14;

/// The features, in order. Volatilities are logarithms of daily ones; the curve and credit are in percent.
pub const NAMES: [&str; COUNT] = [
    "return_5",
    "return_21",
    "return_63",
    "vol_21",
    "vol_63",
    "vol_ratio",
    "drawdown_63",
    "correlation",
    "breadth",
    "curve_slope",
    "curve_change",
    "credit_spread",
    "credit_change",
    "vix",
];

/// Positions in [`NAMES`].
pub(super) mod at {
    pub(in super::super) const RETURN_63: usize = 2;
    pub(in super::super) const VOL_21: usize = 3;
    pub(in super::super) const VOL_63: usize = 4;
    pub(in super::super) const RATIO: usize = 5;
    pub(in super::super) const DRAWDOWN: usize = 6;
    pub(in super::super) const CORRELATION: usize = 7;
    pub(in super::super) const BREADTH: usize = 8;
    pub(in super::super) const CURVE_SLOPE: usize = 9;
    pub(in super::super) const CURVE_CHANGE: usize = 10;
    pub(in super::super) const CREDIT_SPREAD: usize = 11;
    pub(in super::super) const CREDIT_CHANGE: usize = 12;
    pub(in super::super) const VIX: usize = 13;
}

/// A day's features; absent ones are NaN inside this module's neighbours and `None` outside.
pub(super) type Row = [f64; COUNT];

/// What the proxy did on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
struct ProxyDay {
    /// Weighted mean log return.
    log_return: f64,
    /// Mean of the standardised returns.
    mean: f64,
    /// Their mean square.
    square: f64,
    /// Their number.
    count: f64,
}

/// The proxy's last days.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Proxy {
    window: usize,
    days: VecDeque<ProxyDay>,
}

impl Proxy {
    pub(super) const fn new(window: usize) -> Self {
        Self { window, days: VecDeque::new() }
    }

    pub(super) const fn window(&self) -> usize {
        self.window
    }

    /// Takes today's returns of the region's instruments; a day without any is no day of the proxy.
    pub(super) fn take(&mut self, windows: &Windows, members: &[usize]) {
        let Some(day) = measure(windows, members) else { return };
        if self.days.len() + 1 > self.window {
            self.days.pop_front();
        }
        self.days.push_back(day);
    }

    /// Fills the price features of today; `None` before a window is complete.
    pub(super) fn features(&self, breadth: Option<f64>) -> Option<Row> {
        // 63 prices make 62 returns; the window's oldest day is the base of the return over 63 days.
        if self.days.len() < self.window {
            return None;
        }
        let returns: Vec<f64> = self.days.iter().map(|day| day.log_return).collect();
        let short = &returns[returns.len() - 20..];
        let long = &returns[1..];
        let (vol_21, vol_63) = (deviation(short), deviation(long));
        let mut row = [f64::NAN; COUNT];
        let total = |days: usize| returns[returns.len() - days..].iter().fold(0.0, |total, value| total + value);
        (row[0], row[1], row[2]) = (total(5), total(21), total(returns.len()));
        (row[at::VOL_21], row[at::VOL_63]) = (ln(vol_21), ln(vol_63));
        row[at::RATIO] = vol_21 / vol_63;
        row[at::DRAWDOWN] = drawdown(&returns);
        row[at::CORRELATION] = self.correlation();
        row[at::BREADTH] = breadth.unwrap_or(f64::NAN);
        // A market that stands still has no volatility to take a logarithm of.
        row.iter_mut().filter(|value| !value.is_finite()).for_each(|value| *value = f64::NAN);
        Some(row)
    }

    fn correlation(&self) -> f64 {
        let days = self.days.len() as f64;
        let (mut mean, mut square, mut count) = (0.0, 0.0, 0.0);
        for day in &self.days {
            mean += day.mean;
            square += day.square;
            count += day.count;
        }
        (mean, square, count) = (mean / days, square / days, count / days);
        let variance = self.days.iter().fold(0.0, |total, day| total + (day.mean - mean) * (day.mean - mean)) / days;
        if count < 2.0 || square <= 0.0 {
            return f64::NAN;
        }
        (((count * variance / square) - 1.0) / (count - 1.0)).clamp(-1.0, 1.0)
    }

    pub(super) fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_u32(self.days.len() as u32);
        for day in &self.days {
            bytes.put_f64(day.log_return).put_f64(day.mean).put_f64(day.square).put_f64(day.count);
        }
    }

    pub(super) fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        self.days.clear();
        for _ in 0..saved.u32()? {
            let [log_return, mean, square, count] = [saved.f64()?, saved.f64()?, saved.f64()?, saved.f64()?];
            self.days.push_back(ProxyDay { log_return, mean, square, count });
        }
        (self.days.len() <= self.window).then_some(())
    }
}

fn measure(windows: &Windows, members: &[usize]) -> Option<ProxyDay> {
    let (returns, vols) = (windows.log_returns(0)?, windows.today().vol_63.raw());
    let (mut count, mut weight, mut mean, mut square) = (0.0, 0.0, 0.0, 0.0);
    let (mut plain, mut plain_count) = (0.0, 0.0);
    for at in members {
        let (value, vol) = (returns[*at], vols[*at]);
        if !value.is_finite() {
            continue;
        }
        plain += value;
        plain_count += 1.0;
        if vol > 0.0 {
            let scaled = value / vol;
            count += 1.0;
            weight += 1.0 / vol;
            mean += scaled;
            square += scaled * scaled;
        }
    }
    if count > 0.0 {
        // Σ (r/σ) / Σ (1/σ): the mean return under weights 1/σ.
        return Some(ProxyDay { log_return: mean / weight, mean: mean / count, square: square / count, count });
    }
    // Before anyone has a volatility all weigh alike, and nothing can be standardised.
    (plain_count > 0.0).then(|| ProxyDay { log_return: plain / plain_count, mean: 0.0, square: 0.0, count: 0.0 })
}

/// The share of the members whose level stands above that of `lag` days ago.
pub(super) fn breadth(windows: &Windows, members: &[usize], lag: usize) -> Option<f64> {
    let (now, then) = (windows.levels(0)?, windows.levels(lag)?);
    let (mut above, mut count) = (0.0, 0.0);
    for at in members {
        if now[*at].is_finite() && then[*at].is_finite() {
            count += 1.0;
            above += if now[*at] > then[*at] { 1.0 } else { 0.0 };
        }
    }
    (count > 0.0).then(|| above / count)
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = domain::numeric::sum(values) / count;
    let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
    (domain::numeric::sum(&squares) / (count - 1.0)).sqrt()
}

/// The largest fall from a running maximum, 0 to 1, of the path that the log returns make.
fn drawdown(returns: &[f64]) -> f64 {
    let (mut level, mut peak, mut worst) = (0.0_f64, 0.0_f64, 0.0_f64);
    for value in returns {
        level += value;
        peak = peak.max(level);
        worst = worst.max(peak - level);
    }
    1.0 - exp(-worst)
}
