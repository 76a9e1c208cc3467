//! Kernels over the days of a window: row after row, each added to the sums of all its instruments.
//!
//! A row lies together in memory and is read from its begin to its end; the sums of a tile of instruments stay in the
//! first-level cache meanwhile. Each instrument's sum runs from the newest day to the oldest by itself, so tiles and
//! lanes change no bit. A gap is a NaN and spoils its own instrument's sum, which is how it is found: whoever has one is
//! measured again by itself, with the values that are there. So the common case needs no masks.
//!
//! ```text
//! rows (newest first)   3 1 NaN 2     whole window: 3 + 1 + NaN + 2 = NaN  →  again, alone: (3 + 1 + 2) / 3 = 2
//! ```

use std::ops::Range;

use crate::column::Column;

/// Instruments whose sums are taken beside each other: long stretches of a row, which the machine fetches ahead, and
/// sums that stay in the first-level cache.
const TILE: usize = 512;
/// Rows that are added to a sum while it stays in a register.
pub(crate) const STRIP: usize = 4;

/// The rows of a window, the newest first unless said otherwise.
pub(crate) type Rows<'a> = [&'a [f64]];

/// The sample standard deviation of each instrument, in two passes: mean, then squares about it; absent below `least`
/// values.
pub(super) fn deviation(width: usize, rows: &Rows<'_>, least: u32) -> Column {
    let least = least.max(2) as usize;
    let count = rows.len() as f64;
    let whole = |tile: Range<usize>, figures: &mut [f64]| {
        let mut means = [0.0; TILE];
        let means = &mut means[..tile.len()];
        add_rows(rows, &tile, means);
        means.iter_mut().for_each(|mean| *mean /= count);
        let (strips, rest) = rows.as_chunks::<STRIP>();
        for strip in strips {
            for ((figure, mean), values) in figures.iter_mut().zip(&*means).zip(abreast(strip, &tile)) {
                *figure = values.iter().fold(*figure, |squares, value| squares + (value - mean) * (value - mean));
            }
        }
        for row in rest {
            for ((squares, mean), value) in figures.iter_mut().zip(&*means).zip(&row[tile.clone()]) {
                *squares += (value - mean) * (value - mean);
            }
        }
        figures.iter_mut().for_each(|figure| *figure = (*figure / (count - 1.0)).sqrt());
    };
    let alone = |at: usize| {
        let (count, total) = present(rows, at);
        let mean = total / count;
        let values = rows.iter().map(|row| row[at]).filter(|value| value.is_finite());
        let squares = values.fold(0.0, |squares, value| squares + (value - mean) * (value - mean));
        if count >= least as f64 { (squares / (count - 1.0)).sqrt() } else { f64::NAN }
    };
    by_tiles(width, rows.len() >= least, whole, alone)
}

/// The mean of each instrument; absent below `least` values.
pub(crate) fn mean(width: usize, rows: &Rows<'_>, least: u32) -> Column {
    let least = least.max(1) as usize;
    let count = rows.len() as f64;
    let whole = |tile: Range<usize>, figures: &mut [f64]| {
        add_rows(rows, &tile, figures);
        figures.iter_mut().for_each(|figure| *figure /= count);
    };
    let alone = |at: usize| {
        let (count, total) = present(rows, at);
        if count >= least as f64 { total / count } else { f64::NAN }
    };
    by_tiles(width, rows.len() >= least, whole, alone)
}

/// The largest fall from a running maximum; `rows` from the oldest to the newest; absent below `least` values.
pub(super) fn drawdown(width: usize, rows: &Rows<'_>, least: u32) -> Column {
    let least_rows = least.max(1) as usize;
    // 1 − x never rises with x, so the largest fall belongs to the least ratio of level to peak.
    let whole = |tile: Range<usize>, figures: &mut [f64]| {
        let mut peaks = [0.0_f64; TILE];
        let mut gaps = [0.0_f64; TILE];
        let gaps = &mut gaps[..tile.len()];
        add_rows(rows, &tile, gaps);
        figures.fill(1.0);
        let (strips, rest) = rows.as_chunks::<STRIP>();
        for strip in strips {
            for ((least, peak), levels) in figures.iter_mut().zip(&mut peaks).zip(abreast(strip, &tile)) {
                let fall = |(peak, least), level: f64| fallen(peak, least, level);
                (*peak, *least) = levels.into_iter().fold((*peak, *least), fall);
            }
        }
        for row in rest {
            for ((least, peak), level) in figures.iter_mut().zip(&mut peaks).zip(&row[tile.clone()]) {
                (*peak, *least) = fallen(*peak, *least, *level);
            }
        }
        // A sum with a gap is none, so whoever has one is looked at again.
        let found = figures.iter_mut().zip(&*gaps);
        found.for_each(|(least, sum)| *least = if sum.is_finite() { 1.0 - *least } else { f64::NAN });
    };
    let alone = |at: usize| {
        let (_, least) = rows.iter().fold((0.0, 1.0), |(peak, least), row| fallen(peak, least, row[at]));
        if present(rows, at).0 >= least_rows as f64 { 1.0 - least } else { f64::NAN }
    };
    by_tiles(width, rows.len() >= least_rows, whole, alone)
}

/// The running maximum and the least ratio to it after another level. Comparisons with a gap are false, so a gap
/// changes neither.
#[inline(always)]
fn fallen(peak: f64, least: f64, level: f64) -> (f64, f64) {
    let peak = if level > peak { level } else { peak };
    let ratio = level / peak;
    (peak, if ratio < least { ratio } else { least })
}

/// A figure for each instrument: `whole` for a tile of them, begun with zeros, then `alone` for each that has none. Too
/// short a window (`long_enough` false) has none at all.
fn by_tiles(
    width: usize,
    long_enough: bool,
    whole: impl Fn(Range<usize>, &mut [f64]),
    alone: impl Fn(usize) -> f64,
) -> Column {
    if !long_enough {
        return Column::absent(width);
    }
    let mut figures = vec![0.0; width];
    for (number, tile) in figures.chunks_mut(TILE).enumerate() {
        whole(number * TILE..number * TILE + tile.len(), tile);
    }
    let gaps = figures.iter_mut().enumerate().filter(|(_, figure)| !figure.is_finite());
    gaps.for_each(|(at, figure)| *figure = alone(at));
    Column::with_gaps(figures)
}

fn add_rows(rows: &Rows<'_>, tile: &Range<usize>, totals: &mut [f64]) {
    let (strips, rest) = rows.as_chunks::<STRIP>();
    for strip in strips {
        for (total, values) in totals.iter_mut().zip(abreast(strip, tile)) {
            *total = values.into_iter().fold(*total, |total, value| total + value);
        }
    }
    for row in rest {
        totals.iter_mut().zip(&row[tile.clone()]).for_each(|(total, value)| *total += value);
    }
}

/// What some rows hold of a tile, instrument by instrument.
#[inline(always)]
pub(crate) fn abreast<'r>(
    strip: &[&'r [f64]; STRIP],
    tile: &Range<usize>,
) -> impl Iterator<Item = [f64; STRIP]> + use<'r> {
    let [a, b, c, d] = strip.map(|row| row[tile.clone()].iter());
    a.zip(b).zip(c).zip(d).map(|(((a, b), c), d)| [*a, *b, *c, *d])
}

/// The count and the total of the values that are there.
fn present(rows: &Rows<'_>, at: usize) -> (f64, f64) {
    let values = rows.iter().map(|row| row[at]).filter(|value| value.is_finite());
    values.fold((0.0, 0.0), |(count, total), value| (count + 1.0, total + value))
}
