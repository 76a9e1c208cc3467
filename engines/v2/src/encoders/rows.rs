//! The rows of numeric windows: five figures a day for every market, sector and instrument.
//!
//! A row is a function of the 62 daily log returns up to its day. One pass from the newest to the oldest sums what
//! all five figures need; entities lie beside each other, so the pass runs over lanes. Nothing is rolled forward, so
//! rows that are rebuilt from the windows after a restore have the same bits.

use std::ops::Range;

use domain::view::View;

use super::config::EncodersConfig;
use super::groups::Groups;
use crate::windows::Windows;
use crate::windows::lanes::{STRIP, abreast};
use crate::windows::ring::Ring;

/// Daily returns that a row looks back on: 63 prices.
pub(super) const LOOKBACK: usize = 62;
/// Daily returns of the volatility: 21 prices.
pub(super) const SHORT: usize = 20;
/// Figures of an entity's own in a row.
pub(super) const OWN: usize = 5;
/// Four lanes of the sums of a pass fit the registers of every machine.
const LANES: usize = 4;
/// Entities whose sums stay in a first-level cache while the rows go by; a multiple of the lanes.
const TILE: usize = 128;

/// The rows of the last days.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    days: usize,
    depth: usize,
    least: [f64; 2],
    variance_floor: f64,
    pub(super) groups: Groups,
    /// Log returns of the groups.
    returns: Ring,
    /// The market's log return, for each entity.
    factors: Ring,
    /// Five figures, each over all entities.
    figures: Ring,
    /// The same of the groups alone, for the days of one window: they are read every day, and a row of all entities is
    /// long.
    group_figures: Ring,
}

/// What one pass over the returns of one entity sums up.
#[derive(Clone, Copy)]
struct Sums {
    count: [f64; LANES],
    own: [f64; LANES],
    own_squares: [f64; LANES],
    factor: [f64; LANES],
    factor_squares: [f64; LANES],
    products: [f64; LANES],
    peak: [f64; LANES],
}

impl Rows {
    pub(super) fn new(config: &EncodersConfig) -> Self {
        let share = |returns: usize| libm::ceil(config.min_rows_share * (returns + 1) as f64) - 1.0;
        Self {
            days: 0,
            depth: scale_rows(config) + (config.scale_refresh_days + config.instrument_every_days) as usize,
            least: [share(SHORT), share(LOOKBACK)],
            variance_floor: config.variance_floor,
            groups: Groups::default(),
            returns: Ring::new(0, 1),
            factors: Ring::new(0, 1),
            figures: Ring::new(0, 1),
            group_figures: Ring::new(0, 1),
        }
    }

    /// The trading days of windows without which rows cannot be rebuilt.
    pub(super) const fn needs(&self) -> usize {
        self.depth + LOOKBACK
    }

    /// Takes today's row; rows that are not at yesterday are built anew. Answers whether they were.
    pub(super) fn step(&mut self, view: &View<'_>, windows: &Windows) -> bool {
        let follows = self.days + 1 == windows.day_count()
            && self.groups.entities() == self.groups.count() + view.instruments().len();
        if follows {
            self.take(windows, 0);
        } else {
            self.start_over(view, windows);
        }
        self.days = windows.day_count();
        !follows
    }

    /// The cells of `lag` days ago: figure by figure, each over all entities.
    pub(super) fn row(&self, lag: usize) -> Option<&[f64]> {
        self.figures.row(lag)
    }

    /// The cells of the groups `lag` days ago: figure by figure, each over all groups.
    pub(super) fn group_row(&self, lag: usize) -> Option<&[f64]> {
        self.group_figures.row(lag)
    }

    fn start_over(&mut self, view: &View<'_>, windows: &Windows) {
        self.groups = Groups::of(view, windows);
        self.returns = Ring::new(self.groups.count(), LOOKBACK);
        self.factors = Ring::new(self.groups.entities(), LOOKBACK);
        self.figures = Ring::new(OWN * self.groups.entities(), self.depth);
        self.group_figures = Ring::new(OWN * self.groups.count(), LOOKBACK + 1);
        // The oldest 62 rows lack a part of their returns; they leave the ring again.
        for lag in (0..self.needs().min(windows.day_count())).rev() {
            self.take(windows, lag);
        }
    }

    fn take(&mut self, windows: &Windows, lag: usize) {
        let (count, entities) = (self.groups.count(), self.groups.entities());
        let row = self.returns.next_row();
        self.groups.returns(windows, lag, row);
        let factors = self.factors.next_row();
        for (factor, market) in factors.iter_mut().zip(&self.groups.market_of) {
            *factor = row[*market];
        }
        let groups: Vec<&[f64]> = (0..LOOKBACK).filter_map(|k| self.returns.row(k)).collect();
        let own: Vec<&[f64]> = (0..groups.len()).filter_map(|k| windows.log_returns(lag + k)).collect();
        let factors: Vec<&[f64]> = (0..LOOKBACK).filter_map(|k| self.factors.row(k)).collect();
        let figures = self.figures.next_row();
        let (least, variance_floor) = (self.least, self.variance_floor);
        let markets = (0..self.groups.markets.len()).map(|market| market_sums(&groups, market)).collect();
        let measure = Measure { least, variance_floor, entities, markets, market_of: &self.groups.market_of };
        measure.segment(&groups, &factors, 0, count, figures);
        measure.segment(&own, &factors, count, entities - count, figures);
        let kept = self.group_figures.next_row().chunks_exact_mut(count.max(1));
        kept.zip(figures.chunks_exact(entities)).for_each(|(kept, figure)| kept.copy_from_slice(&figure[..count]));
    }
}

/// The rows of figures that a scale looks at: those whose own returns lie within the trailing days.
pub(super) const fn scale_rows(config: &EncodersConfig) -> usize {
    config.scale_days as usize - LOOKBACK
}

struct Measure<'a> {
    least: [f64; 2],
    variance_floor: f64,
    entities: usize,
    markets: Vec<MarketSums>,
    /// The market of each entity.
    market_of: &'a [usize],
}

/// The sum of a market's returns and of their squares over the 20 and over the 62 newest days: what every entity has
/// that has all returns.
type MarketSums = [[f64; 2]; 2];

fn market_sums(groups: &[&[f64]], market: usize) -> MarketSums {
    let over = |days: usize| {
        let returns = groups.iter().take(days).map(|row| row[market]);
        let [sum, squares] = returns.fold([0.0; 2], |[sum, squares], value| [sum + value, squares + value * value]);
        [sum, squares]
    };
    [over(SHORT), over(LOOKBACK)]
}

/// What differs between entities that have all returns, for those of one tile.
struct Tile {
    own: [f64; TILE],
    own_squares: [f64; TILE],
    products: [f64; TILE],
    peak: [f64; TILE],
    /// The first two after the short window.
    short: [[f64; TILE]; 2],
}

impl Tile {
    const EMPTY: Self = Self {
        own: [0.0; TILE],
        own_squares: [0.0; TILE],
        products: [0.0; TILE],
        peak: [0.0; TILE],
        short: [[0.0; TILE]; 2],
    };

    /// Takes the sums of the columns `range` of `own`, whose entities begin at `start`: a few rows after a few others,
    /// so that memory is read in the order in which it lies. `one_market` says that all of them have the same factor.
    fn take(&mut self, own: &[&[f64]], factors: &[&[f64]], range: &Range<usize>, start: usize, one_market: bool) {
        *self = Self::EMPTY;
        let entities = start + range.start..start + range.end;
        let ((strips, rest), (factor_strips, factor_rest)) = (own.as_chunks(), factors.as_chunks());
        for (number, (own, factors)) in strips.iter().zip(factor_strips).enumerate() {
            if number * STRIP == SHORT {
                self.short = [self.own, self.own_squares];
            }
            if one_market {
                let market = factors.map(|row| row[entities.start]);
                self.add(abreast(own, range).map(|values| (values, market)));
            } else {
                self.add(abreast(own, range).zip(abreast(factors, &entities)));
            }
        }
        for (k, (own, factors)) in (strips.len() * STRIP..).zip(rest.iter().zip(factor_rest)) {
            if k == SHORT {
                self.short = [self.own, self.own_squares];
            }
            let values = own[range.clone()].iter().zip(&factors[entities.clone()]);
            self.add(values.map(|(value, market)| ([*value], [*market])));
        }
        if own.len() <= SHORT {
            self.short = [self.own, self.own_squares];
        }
    }

    /// Adds the returns of some days, the newest first, and those of the market, instrument by instrument.
    #[inline(always)]
    fn add<const DAYS: usize>(&mut self, returns: impl Iterator<Item = ([f64; DAYS], [f64; DAYS])>) {
        let sums = self.own.iter_mut().zip(&mut self.own_squares).zip(self.products.iter_mut().zip(&mut self.peak));
        for (((own, own_squares), (products, peak)), (values, market)) in sums.zip(returns) {
            for (value, market) in values.iter().zip(&market) {
                *own += value;
                *own_squares += value * value;
                *products += value * market;
                *peak = if -*own > *peak { -*own } else { *peak };
            }
        }
    }
}

/// The sums over a number of days that one entity's figures are made of.
#[derive(Clone, Copy)]
struct Moments {
    count: f64,
    own: f64,
    own_squares: f64,
    factor: f64,
    factor_squares: f64,
}

impl Measure<'_> {
    /// The figures of `width` entities that begin at `start`.
    fn segment(&self, own: &[&[f64]], factors: &[&[f64]], start: usize, width: usize, figures: &mut [f64]) {
        let mut tile = Tile::EMPTY;
        for at in (0..width).step_by(TILE) {
            let range = at..width.min(at + TILE);
            let markets = &self.market_of[start + range.start..start + range.end];
            let one_market = markets.iter().all(|market| *market == markets[0]);
            tile.take(own, factors, &range, start, one_market);
            if one_market && tile.products[..range.len()].iter().all(|sum| sum.is_finite()) {
                self.finish_tile(&tile, own, &range, start, figures);
                continue;
            }
            for at in range.clone().step_by(LANES) {
                let lanes = LANES.min(range.end - at);
                let whole = self.whole(&tile, own.len(), at % TILE, start + at, lanes);
                let (short, long) = whole.unwrap_or_else(|| pass(own, factors, at, start + at, lanes));
                for lane in 0..lanes {
                    let today = own.first().map_or(f64::NAN, |row| row[at + lane]);
                    let (products, peak) = (long.products[lane], long.peak[lane]);
                    let found = self.finish(today, short.of(lane), long.of(lane), products, peak);
                    for (figure, value) in found.into_iter().enumerate() {
                        figures[figure * self.entities + start + at + lane] = value;
                    }
                }
            }
        }
    }

    /// The figures of a tile whose entities have all returns and one market.
    fn finish_tile(&self, tile: &Tile, own: &[&[f64]], range: &Range<usize>, start: usize, figures: &mut [f64]) {
        let absent = [f64::NAN; TILE];
        let width = range.len();
        let today = own.first().map_or(&absent[..width], |row| &row[range.clone()]);
        let market = self.markets[self.market_of[start + range.start]];
        let moments = |days: usize, which: usize, own: f64, own_squares: f64| {
            let [factor, factor_squares] = market[which];
            Moments { count: days as f64, own, own_squares, factor, factor_squares }
        };
        let (short_days, long_days) = (own.len().min(SHORT), own.len().min(LOOKBACK));
        let mut found = [[0.0; TILE]; OWN];
        for at in 0..width {
            let short = moments(short_days, 0, tile.short[0][at], tile.short[1][at]);
            let long = moments(long_days, 1, tile.own[at], tile.own_squares[at]);
            let values = self.finish(today[at], short, long, tile.products[at], tile.peak[at]);
            for (found, value) in found.iter_mut().zip(values) {
                found[at] = value;
            }
        }
        for (figures, found) in figures.chunks_exact_mut(self.entities).zip(&found) {
            figures[start + range.start..start + range.end].copy_from_slice(&found[..width]);
        }
    }

    /// The sums over the 20 and over the 62 newest returns of entities that have all of them; `None` where one lacks
    /// one. The bits are those of [`pass`], without its masks.
    fn whole(&self, tile: &Tile, days_there: usize, at: usize, entity: usize, lanes: usize) -> Option<(Sums, Sums)> {
        // A gap is a NaN, and a NaN spoils the sum.
        if !tile.products[at..at + lanes].iter().all(|sum| sum.is_finite()) {
            return None;
        }
        let (mut short, mut sums) = (Sums::ZERO, Sums::ZERO);
        for (lane, market) in self.market_of[entity..entity + lanes].iter().enumerate() {
            [short.own[lane], short.own_squares[lane]] = [tile.short[0][at + lane], tile.short[1][at + lane]];
            [sums.own[lane], sums.own_squares[lane]] = [tile.own[at + lane], tile.own_squares[at + lane]];
            [sums.products[lane], sums.peak[lane]] = [tile.products[at + lane], tile.peak[at + lane]];
            for (sums, days, over) in [(&mut short, SHORT, 0), (&mut sums, LOOKBACK, 1)] {
                sums.count[lane] = days_there.min(days) as f64;
                [sums.factor[lane], sums.factor_squares[lane]] = self.markets[*market][over];
            }
        }
        Some((short, sums))
    }

    /// Return, volatility, drawdown, correlation and beta; NaN where too few returns are there.
    #[inline(always)]
    fn finish(&self, today: f64, short: Moments, long: Moments, products: f64, peak: f64) -> [f64; OWN] {
        let spread = |sums: Moments| sums.own_squares - sums.own * sums.own / sums.count;
        let volatility = (spread(short).max(0.0) / (short.count - 1.0)).sqrt();
        let (count, factor) = (long.count, long.factor);
        let own_variance = spread(long).max(0.0) / count + self.variance_floor;
        let factor_variance = (long.factor_squares - factor * factor / count).max(0.0) / count + self.variance_floor;
        let covariance = (products - long.own * factor / count) / count;
        let gap = |there: bool, value: f64| if there { value } else { f64::NAN };
        let (enough_short, enough_long) = (short.count >= self.least[0], count >= self.least[1]);
        [
            today,
            gap(enough_short, volatility),
            gap(enough_long, peak),
            gap(enough_long, covariance / (own_variance * factor_variance).sqrt()),
            gap(enough_long, covariance / factor_variance),
        ]
    }
}

/// The sums over the 20 and over the 62 newest returns.
fn pass(own: &[&[f64]], factors: &[&[f64]], at: usize, entity: usize, lanes: usize) -> (Sums, Sums) {
    let zero = [0.0; LANES];
    let mut sums = Sums::ZERO;
    let mut short = sums;
    for (k, (own, factors)) in own.iter().zip(factors).enumerate() {
        if k == SHORT {
            short = sums;
        }
        // Whole lanes are borrowed; only the last ones of a row are copied.
        if let (Some(values), Some(market)) = (own[at..].first_chunk(), factors[entity..].first_chunk()) {
            sums.add(values, market);
            continue;
        }
        let (mut values, mut market) = ([f64::NAN; LANES], zero);
        values[..lanes].copy_from_slice(&own[at..at + lanes]);
        market[..lanes].copy_from_slice(&factors[entity..entity + lanes]);
        sums.add(&values, &market);
    }
    (if own.len() <= SHORT { sums } else { short }, sums)
}

impl Sums {
    const ZERO: Self = Self {
        count: [0.0; LANES],
        own: [0.0; LANES],
        own_squares: [0.0; LANES],
        factor: [0.0; LANES],
        factor_squares: [0.0; LANES],
        products: [0.0; LANES],
        peak: [0.0; LANES],
    };

    const fn of(&self, lane: usize) -> Moments {
        Moments {
            count: self.count[lane],
            own: self.own[lane],
            own_squares: self.own_squares[lane],
            factor: self.factor[lane],
            factor_squares: self.factor_squares[lane],
        }
    }

    /// A return that is absent adds nothing.
    #[inline(always)]
    fn add(&mut self, values: &[f64; LANES], market: &[f64; LANES]) {
        for lane in 0..LANES {
            let there = values[lane].is_finite();
            let value = if there { values[lane] } else { 0.0 };
            let factor = if there { market[lane] } else { 0.0 };
            self.count[lane] += if there { 1.0 } else { 0.0 };
            self.own[lane] += value;
            self.own_squares[lane] += value * value;
            self.factor[lane] += factor;
            self.factor_squares[lane] += factor * factor;
            self.products[lane] += value * factor;
            // An earlier log level less today's is minus the sum of the returns since then.
            self.peak[lane] = if -self.own[lane] > self.peak[lane] { -self.own[lane] } else { self.peak[lane] };
        }
    }
}
