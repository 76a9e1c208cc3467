//! Trailing windows: what every engine reads of the market, measured once a day.
//!
//! Returns are daily log returns of total-return levels (`tape::levels`), so a split is no crash; figures in money
//! (average daily value, Amihud) use the close as traded. A price that is missing is missing: a return over a gap
//! exists when the last price is at most `max_gap_days` old, and a window with too few rows has no figure.
//!
//! | figure | definition |
//! |---|---|
//! | `vol_21`, `vol_63` | sample standard deviation (n − 1) of the daily log returns between 21 or 63 prices; daily, not annualised |
//! | `return_5` … | level today / level k days ago − 1 |
//! | `momentum` | level 21 days ago / level 252 days ago − 1 |
//! | `drawdown_63` | the largest fall from a running maximum within 63 days, 0 to 1 |
//! | `adv_63` | mean of close × volume over 63 days |
//! | `amihud_63` | mean of abs(log return) / (close × volume) over 63 days (Amihud 2002) |
//! | `vol_percentile` | percentile of today's `vol_63` in the instrument's own last 756 days |
//!
//! Everything here is a function of the last [`Windows::depth`] days of the view. Nothing is accumulated, so there is
//! no drift, and there is nothing to save: after a restore the windows walk through earlier views and stand where
//! they stood. Worked example: closes 100 and 110 give a log return of ln 1.1 = 0.0953.

pub mod config;
pub(crate) mod lanes;
mod measure;
mod proxy;
mod rank;
pub(crate) mod ring;

use domain::ids::Instrument;
use domain::view::View;

use crate::column::Column;

pub use config::WindowsConfig;
pub use proxy::MarketProxy;
use rank::TrailingRanks;
use ring::Ring;

/// Prices in a window.
pub(crate) const WINDOW: usize = 63;
/// Days that momentum looks back.
pub(crate) const YEAR: usize = 252;

/// Today's figures, a column each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// Daily log return.
    pub log_return: Column,
    /// Return over 5 days.
    pub return_5: Column,
    /// Return over 21 days.
    pub return_21: Column,
    /// Return over 63 days.
    pub return_63: Column,
    /// Return from 252 days ago to 21 days ago.
    pub momentum: Column,
    /// Daily volatility over 21 prices.
    pub vol_21: Column,
    /// Daily volatility over 63 prices.
    pub vol_63: Column,
    /// Largest fall within 63 days, 0 to 1.
    pub drawdown_63: Column,
    /// Mean value traded a day, in currency.
    pub adv_63: Column,
    /// Mean of absolute return by value traded.
    pub amihud_63: Column,
    /// Percentile of `vol_63` in the own trailing history, 0 to 1.
    pub vol_percentile: Column,
}

/// The trailing windows of all instruments of a tape.
#[derive(Clone, Debug)]
pub struct Windows {
    config: WindowsConfig,
    /// Days of the view that have been walked through, from the tape's first.
    day_count: usize,
    levels: Ring,
    log_returns: Ring,
    /// Of the log returns, by their exponential: taken once a day, looked back on every day.
    simple_returns: Ring,
    turnovers: Ring,
    /// Absolute return by turnover.
    impacts: Ring,
    /// `vol_63` of each day, as far back as the percentile looks.
    vols: Ring,
    last_level: Vec<f64>,
    level_age: Vec<u32>,
    /// Days in a row with a price, today the last; no more than a window.
    unbroken: Vec<u32>,
    history: Vec<u32>,
    vol_ranks: TrailingRanks,
    proxies: Vec<MarketProxy>,
    today: Features,
}

impl Windows {
    /// Windows before their first day.
    #[must_use]
    pub fn new(config: WindowsConfig) -> Self {
        Self {
            config,
            day_count: 0,
            levels: Ring::new(0, 1),
            log_returns: Ring::new(0, 1),
            simple_returns: Ring::new(0, 1),
            turnovers: Ring::new(0, 1),
            impacts: Ring::new(0, 1),
            vols: Ring::new(0, 1),
            last_level: Vec::new(),
            level_age: Vec::new(),
            unbroken: Vec::new(),
            history: Vec::new(),
            vol_ranks: TrailingRanks::new(0, 1),
            proxies: Vec::new(),
            today: Features::default(),
        }
    }

    /// The trading days that the figures of one day can depend on.
    #[must_use]
    pub const fn depth(&self) -> usize {
        let longest = self.config.percentile_days as usize + WINDOW;
        (if longest > YEAR + 1 { longest } else { YEAR + 1 }) + self.config.max_gap_days as usize + 1
    }

    /// The newest of these days whose returns are the same whether the windows walked here from the tape's first day
    /// or were taken up [`Self::depth`] days ago: a return needs a level of the day before, or of a day as far back as
    /// a gap may reach.
    #[must_use]
    pub const fn whole_returns(&self) -> usize {
        self.depth() - self.config.max_gap_days as usize - 1
    }

    /// Takes today's row. Windows that are not at yesterday walk through the last [`Self::depth`] days first.
    pub fn step(&mut self, view: &View<'_>) {
        if !self.is_at_yesterday(view) {
            self.start_over(view, view.day_count().saturating_sub(self.depth()));
        }
        self.walk(view, &mut |_, _| {});
    }

    /// As [`Self::step`], but windows that are not at yesterday walk from the tape's first day; `tell` is shown each
    /// day that is walked through, today included, with its view.
    pub fn step_with(&mut self, view: &View<'_>, tell: &mut dyn FnMut(&Self, &View<'_>)) {
        if !self.is_at_yesterday(view) {
            self.start_over(view, 0);
        }
        self.walk(view, tell);
    }

    fn is_at_yesterday(&self, view: &View<'_>) -> bool {
        self.day_count + 1 == view.day_count() && self.last_level.len() == view.instruments().len()
    }

    fn walk(&mut self, view: &View<'_>, tell: &mut dyn FnMut(&Self, &View<'_>)) {
        while self.day_count < view.day_count() {
            let Some(earlier) = view.earlier(view.day_count() - 1 - self.day_count) else { return };
            self.take(&earlier);
            tell(self, &earlier);
        }
    }

    /// The number of trading days seen, from the tape's first.
    #[must_use]
    pub const fn day_count(&self) -> usize {
        self.day_count
    }

    /// Today's figures.
    #[must_use]
    pub const fn today(&self) -> &Features {
        &self.today
    }

    /// The daily log returns of `lag` days ago, NaN where there is none; `None` beyond the window's depth.
    #[must_use]
    pub fn log_returns(&self, lag: usize) -> Option<&[f64]> {
        self.log_returns.row(lag)
    }

    /// The daily simple returns of `lag` days ago, NaN where there is none; `None` beyond the window's depth.
    #[must_use]
    pub fn simple_returns(&self, lag: usize) -> Option<&[f64]> {
        self.simple_returns.row(lag)
    }

    /// The total-return levels of `lag` days ago, NaN where there is none; `None` beyond the window's depth.
    #[must_use]
    pub fn levels(&self, lag: usize) -> Option<&[f64]> {
        self.levels.row(lag)
    }

    #[cfg(test)]
    pub(crate) fn past_vols(&self, lag: usize) -> Option<&[f64]> {
        self.vols.row(lag)
    }

    /// The percentile of today's `vol_63` among the instrument's own on the days of `lags`, an equal one counted as
    /// half; absent with at most `least` of them. Days beyond the percentile's own window are passed over.
    #[must_use]
    pub fn vol_percentile_among(&self, lags: &[usize], least: u32) -> Column {
        Column::with_gaps(self.vol_ranks.among(&self.vols, lags, least))
    }

    /// The days on which the instrument had a price, among the last [`Self::depth`].
    #[must_use]
    pub fn history(&self, instrument: Instrument) -> u32 {
        self.history.get(instrument.index()).copied().unwrap_or(0)
    }

    /// Whether the instrument had a price on each of the last 63 days.
    #[must_use]
    pub fn is_unbroken(&self, instrument: Instrument) -> bool {
        self.unbroken.get(instrument.index()).is_some_and(|days| *days as usize == WINDOW)
    }

    /// The market proxies, ascending by market.
    #[must_use]
    pub fn proxies(&self) -> &[MarketProxy] {
        &self.proxies
    }

    /// The days that the volatility percentile looks at today, today included.
    #[must_use]
    pub fn vol_days(&self) -> usize {
        self.vols.len()
    }

    fn start_over(&mut self, view: &View<'_>, day_count: usize) {
        let width = view.instruments().len();
        let depth = self.depth();
        self.levels = Ring::new(width, depth);
        self.log_returns = Ring::new(width, depth);
        self.simple_returns = Ring::new(width, depth);
        self.turnovers = Ring::new(width, WINDOW);
        self.impacts = Ring::new(width, WINDOW);
        self.vols = Ring::new(width, self.config.percentile_days as usize);
        self.last_level = vec![f64::NAN; width];
        self.level_age = vec![0; width];
        self.unbroken = vec![0; width];
        self.history = vec![0; width];
        self.vol_ranks = TrailingRanks::new(width, self.config.percentile_days as usize);
        self.proxies = proxy::by_market(view.instruments(), depth);
        self.day_count = day_count;
    }
}

#[cfg(test)]
mod tests;
