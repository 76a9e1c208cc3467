//! The risk model: a few common factors, and what is left of each instrument by itself.
//!
//! ```text
//! Σ = B·F·Bᵀ + D      r = B·f + e      B by least squares over the trailing year, D = variance of e
//! ```
//!
//! Factors are portfolios of the members, so their returns are weighted sums of the members' own:
//!
//! | factor | portfolio |
//! |---|---|
//! | `market` | the mean of all members |
//! | `sector:…` | the mean of the sector's members, less the market; sectors of at least `sector_min_names` |
//! | `momentum`, `volatility`, `liquidity` | the mean of the upper third less that of the lower third, by today's `momentum`, `vol_63` and `adv_63` |
//!
//! A factor that the ones before it explain to 99.99 % is left out: the excess returns of all sectors add up to nothing,
//! so the last one says nothing new. F is the factors' sample covariance shrunk to its diagonal (`shrinkage`), D is
//! raised to its own 10th percentile where it is below. F is positive semidefinite and D positive, so Σ is too.
//!
//! Daily log returns; a gap counts as the mean of the members on that day. An instrument with too many gaps is left out.

use domain::facts::InstrumentFact;
use domain::ids::Instrument;

use super::config::CovarianceConfig;
use super::linalg::Cholesky;
use super::shrinkage::to_diagonal;
use crate::windows::Windows;

/// The part of a factor's variance that must be its own.
const OWN_SHARE_MIN: f64 = 1e-4;
/// The fewest members for a style factor.
const STYLE_NAMES_MIN: usize = 9;

/// Daily log returns of members without gaps, a row a day from the oldest to the newest.
#[derive(Clone, Debug, PartialEq)]
pub struct Returns {
    /// The instruments, ascending: the columns.
    pub members: Vec<Instrument>,
    /// Row by row.
    pub rows: Vec<f64>,
    /// Days.
    pub days: usize,
}

/// The risk model of one day; daily.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorModel {
    /// The factors' names.
    pub names: Vec<String>,
    /// B, a row for each member.
    pub exposures: Vec<f64>,
    /// L with F = L·Lᵀ, row by row.
    pub root: Vec<f64>,
    /// The specific variances, above 0.
    pub specific: Vec<f64>,
    /// The intensity with which F was shrunk.
    pub intensity: f64,
}

impl Returns {
    /// The trailing returns of `members` (ascending), and those left out for their gaps.
    #[must_use]
    pub fn of(windows: &Windows, members: &[Instrument], config: &CovarianceConfig) -> (Self, Vec<Instrument>) {
        let lags = 0..config.window_days as usize;
        let rows: Vec<&[f64]> = lags.rev().filter_map(|lag| windows.log_returns(lag)).collect();
        // The first day of a tape has no return; it counts for nobody.
        let rows: Vec<&[f64]> = rows.into_iter().skip_while(|row| row.iter().all(|value| value.is_nan())).collect();
        let mut present = vec![0_u32; rows.first().map_or(0, |row| row.len())];
        for row in &rows {
            present.iter_mut().zip(*row).for_each(|(count, value)| *count += u32::from(value.is_finite()));
        }
        let least = config.min_rows_share * rows.len() as f64;
        let enough = |member: &&Instrument| f64::from(present[member.index()]) >= least;
        let kept: Vec<Instrument> = members.iter().filter(enough).copied().collect();
        let left_out = members.iter().filter(|member| !enough(member)).copied().collect();
        let mut filled = Vec::with_capacity(rows.len() * kept.len());
        for row in &rows {
            let start = filled.len();
            filled.extend(kept.iter().map(|member| row[member.index()]));
            fill(&mut filled[start..]);
        }
        (Self { members: kept, rows: filled, days: rows.len() }, left_out)
    }

    fn width(&self) -> usize {
        self.members.len()
    }
}

/// Puts the mean of the present values into the gaps of a day.
fn fill(row: &mut [f64]) {
    if row.iter().all(|value| value.is_finite()) {
        return;
    }
    let (mut count, mut total) = (0.0, 0.0);
    for value in row.iter().filter(|value| value.is_finite()) {
        (count, total) = (count + 1.0, total + value);
    }
    let mean = if count > 0.0 { total / count } else { 0.0 };
    row.iter_mut().filter(|value| !value.is_finite()).for_each(|value| *value = mean);
}

/// A factor: its name and the members' weights in it.
type Factor = (String, Vec<f64>);

/// Equal weights that sum to `total` over the chosen positions, added to `weights`.
fn spread(weights: &mut [f64], chosen: &[usize], total: f64) {
    chosen.iter().for_each(|at| weights[*at] += total / chosen.len() as f64);
}

fn factors(returns: &Returns, facts: &[InstrumentFact], windows: &Windows, config: &CovarianceConfig) -> Vec<Factor> {
    let everyone: Vec<usize> = (0..returns.width()).collect();
    let portfolio = |long: &[usize], short: &[usize]| {
        let mut weights = vec![0.0; returns.width()];
        spread(&mut weights, long, 1.0);
        spread(&mut weights, short, -1.0);
        weights
    };
    let mut factors = vec![("market".to_owned(), portfolio(&everyone, &[]))];
    let sector = |at: usize| facts[returns.members[at].index()].sector.as_deref();
    let mut sectors: Vec<&str> = everyone.iter().filter_map(|at| sector(*at)).collect();
    sectors.sort_unstable();
    sectors.dedup();
    for name in sectors {
        let inside: Vec<usize> = everyone.iter().copied().filter(|at| sector(*at) == Some(name)).collect();
        if inside.len() >= config.sector_min_names as usize && inside.len() < everyone.len() {
            factors.push((format!("sector:{name}"), portfolio(&inside, &everyone)));
        }
    }
    let today = windows.today();
    let styles = [("momentum", &today.momentum), ("volatility", &today.vol_63), ("liquidity", &today.adv_63)];
    for (name, column) in styles.into_iter().filter(|_| config.styles) {
        let known = everyone.iter().filter_map(|at| Some((column.get(returns.members[*at])?, *at)));
        let mut ranked: Vec<(f64, usize)> = known.collect();
        if ranked.len() >= STYLE_NAMES_MIN {
            ranked.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
            let third = ranked.len() / 3;
            let places = |part: &[(f64, usize)]| part.iter().map(|(_, at)| *at).collect::<Vec<_>>();
            let (low, high) = (places(&ranked[..third]), places(&ranked[ranked.len() - third..]));
            factors.push((name.to_owned(), portfolio(&high, &low)));
        }
    }
    factors
}

impl FactorModel {
    /// Estimates the model; `None` for fewer than three days or no members.
    #[must_use]
    pub fn estimate(
        returns: &Returns,
        facts: &[InstrumentFact],
        windows: &Windows,
        config: &CovarianceConfig,
    ) -> Option<Self> {
        if returns.days < 3 || returns.members.is_empty() {
            return None;
        }
        let (names, series) = independent(factors(returns, facts, windows, config), returns);
        let size = names.len();
        let shrunk = to_diagonal(&series, size)?;
        let (exposures, specific) = regress(returns, &series, size)?;
        let specific = floored(specific, config.specific_floor_percentile);
        // A factor that never moved has no variance; the rest of the matrix is positive definite or shrunk to be.
        let root = root(shrunk.covariance, size);
        Some(Self { names, exposures, root, specific, intensity: shrunk.intensity })
    }

    /// The factors.
    #[must_use]
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// B·L, a row for each member: with y = (B·L)ᵀw the common variance is yᵀy.
    #[must_use]
    pub fn loads(&self) -> Vec<f64> {
        let width = self.width();
        let mut loads = vec![0.0; self.exposures.len()];
        for (out, exposures) in loads.chunks_exact_mut(width).zip(self.exposures.chunks_exact(width)) {
            for (exposure, root) in exposures.iter().zip(self.root.chunks_exact(width)) {
                out.iter_mut().zip(root).for_each(|(load, root)| *load += exposure * root);
            }
        }
        loads
    }

    /// Bᵀw by name.
    #[must_use]
    pub fn factor_exposures(&self, weights: &[f64]) -> Vec<(String, f64)> {
        let width = self.width();
        let mut sums = vec![0.0; width];
        for (weight, exposures) in weights.iter().zip(self.exposures.chunks_exact(width)) {
            sums.iter_mut().zip(exposures).for_each(|(sum, exposure)| *sum += weight * exposure);
        }
        self.names.iter().cloned().zip(sums).collect()
    }

    /// wᵀΣw, daily.
    #[must_use]
    pub fn variance(&self, weights: &[f64]) -> f64 {
        let width = self.width();
        let mut sums = vec![0.0; width];
        for (weight, loads) in weights.iter().zip(self.loads().chunks_exact(width)) {
            sums.iter_mut().zip(loads).for_each(|(sum, load)| *sum += weight * load);
        }
        let common = sums.iter().fold(0.0, |total, sum| total + sum * sum);
        weights.iter().zip(&self.specific).fold(common, |total, (weight, own)| total + own * weight * weight)
    }
}

/// The return of each factor on each day, demeaned, of the factors that the ones before them do not explain.
fn independent(factors: Vec<Factor>, returns: &Returns) -> (Vec<String>, Vec<f64>) {
    let (width, count) = (returns.width(), factors.len());
    let mut series = vec![0.0; returns.days * count];
    // A row of weights for each member, so that the factors' sums, each in the order of members, go on side by side.
    let by_member: Vec<f64> = (0..width).flat_map(|at| factors.iter().map(move |(_, weights)| weights[at])).collect();
    for (out, row) in series.chunks_exact_mut(count).zip(returns.rows.chunks_exact(width)) {
        for (value, weights) in row.iter().zip(by_member.chunks_exact(count)) {
            out.iter_mut().zip(weights).for_each(|(total, weight)| *total += weight * value);
        }
    }
    let days = returns.days as f64;
    for factor in 0..count {
        let total = series.iter().skip(factor).step_by(count).fold(0.0, |total, value| total + value);
        series.iter_mut().skip(factor).step_by(count).for_each(|value| *value -= total / days);
    }
    let kept = own_parts(super::shrinkage::products(&series, count), count);
    let picked = series.chunks_exact(count).flat_map(|row| kept.iter().map(|at| row[*at])).collect();
    (kept.iter().map(|at| factors[*at].0.clone()).collect(), picked)
}

/// The columns of a Gram matrix that keep more than a trace of themselves after those before them are taken out, by
/// Cholesky without the others. The first is always kept.
fn own_parts(gram: Vec<f64>, count: usize) -> Vec<usize> {
    let mut kept: Vec<usize> = vec![0];
    for column in 1..count {
        let size = kept.len();
        let entry = |at: usize| gram[kept[at / size] * count + kept[at % size]];
        let block = (0..size * size).map(entry).collect();
        let cross: Vec<f64> = kept.iter().map(|row| gram[row * count + column]).collect();
        let Some(factor) = Cholesky::of(block, size) else { continue };
        let explained = factor.solve(&cross).iter().zip(&cross).fold(0.0, |total, (a, b)| total + a * b);
        let whole = gram[column * count + column];
        if whole - explained > OWN_SHARE_MIN * whole {
            kept.push(column);
        }
    }
    kept
}

/// Exposures by least squares, and residual variances (divided by days − 1 − factors).
fn regress(returns: &Returns, series: &[f64], size: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let width = returns.width();
    let cross = super::shrinkage::cross_products(series, size, &returns.rows, width);
    let (mut mean, mut squares) = (vec![0.0; width], vec![0.0; width]);
    for row in returns.rows.chunks_exact(width) {
        mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        squares.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * value);
    }
    let gram = Cholesky::of(super::shrinkage::products(series, size), size);
    let days = returns.days as f64;
    let freedom = (days - 1.0 - size as f64).max(1.0);
    let (mut exposures, mut specific) = (Vec::with_capacity(width * size), Vec::with_capacity(width));
    for at in 0..width {
        let column: Vec<f64> = (0..size).map(|factor| cross[factor * width + at]).collect();
        // Without any movement of the market there is nothing to be exposed to.
        let slopes = gram.as_ref().map_or_else(|| vec![0.0; size], |gram| gram.solve(&column));
        let explained = slopes.iter().zip(&column).fold(0.0, |total, (slope, cross)| total + slope * cross);
        let left = squares[at] - mean[at] * mean[at] / days - explained;
        specific.push(left.max(0.0) / freedom);
        exposures.extend(slopes);
    }
    Some((exposures, specific))
}

/// Raises what is below the percentile to it; never to nothing.
fn floored(mut specific: Vec<f64>, percentile: f64) -> Vec<f64> {
    let mut sorted = specific.clone();
    sorted.sort_by(f64::total_cmp);
    let place = libm::floor(percentile * (sorted.len() - 1) as f64) as usize;
    // A variance of 1e-12 is a deviation of 0.0001 % a day: below any instrument that trades.
    let floor = sorted[place].max(1e-12);
    specific.iter_mut().for_each(|variance| *variance = variance.max(floor));
    specific
}

/// The Cholesky root of a positive semidefinite matrix; the diagonal's root where it is not positive definite.
fn root(covariance: Vec<f64>, size: usize) -> Vec<f64> {
    let diagonal: Vec<f64> = (0..size).map(|at| covariance[at * size + at].max(0.0).sqrt()).collect();
    if let Some(factor) = Cholesky::of(covariance, size) {
        return factor.lower().to_vec();
    }
    let mut root = vec![0.0; size * size];
    (0..size).for_each(|at| root[at * size + at] = diagonal[at]);
    root
}
