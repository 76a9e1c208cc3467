//! Kernels over the days of a window, eight instruments beside each other.
//!
//! Sums run from the newest day to the oldest for each instrument by itself, so the lanes change no bit. A gap is a NaN
//! and spoils its own lane's sum, which is how it is found: whoever has one is measured again by itself, with the
//! values that are there. So the common case needs no masks.
//!
//! ```text
//! rows (newest first)   3 1 NaN 2     whole window: 3 + 1 + NaN + 2 = NaN  →  again, alone: (3 + 1 + 2) / 3 = 2
//! ```

use crate::column::Column;

/// Instruments beside each other.
const LANES: usize = 8;

/// The rows of a window, the newest first unless said otherwise.
pub(crate) type Rows<'a> = [&'a [f64]];

/// The sample standard deviation of each instrument, in two passes: mean, then squares about it; absent below `least`
/// values.
pub(super) fn deviation(width: usize, rows: &Rows<'_>, least: u32) -> Column {
    let least = least.max(2) as usize;
    let count = rows.len() as f64;
    let whole = |at: usize| {
        let mean = totals(rows, at).map(|total| total / count);
        let mut squares = [0.0; LANES];
        for row in rows {
            each(row, at, |lane, value| squares[lane] += (value - mean[lane]) * (value - mean[lane]));
        }
        squares.map(|squares| (squares / (count - 1.0)).sqrt())
    };
    let alone = |at: usize| {
        let (count, total) = present(rows, at);
        let mean = total / count;
        let values = rows.iter().map(|row| row[at]).filter(|value| value.is_finite());
        let squares = values.fold(0.0, |squares, value| squares + (value - mean) * (value - mean));
        if count >= least as f64 { (squares / (count - 1.0)).sqrt() } else { f64::NAN }
    };
    by_lanes(width, rows.len() >= least, whole, alone)
}

/// The mean of each instrument; absent below `least` values.
pub(crate) fn mean(width: usize, rows: &Rows<'_>, least: u32) -> Column {
    let least = least.max(1) as usize;
    let count = rows.len() as f64;
    let whole = |at: usize| totals(rows, at).map(|total| total / count);
    let alone = |at: usize| {
        let (count, total) = present(rows, at);
        if count >= least as f64 { total / count } else { f64::NAN }
    };
    by_lanes(width, rows.len() >= least, whole, alone)
}

/// The largest fall from a running maximum; `rows` from the oldest to the newest. 0 for an instrument without values.
pub(super) fn drawdown(width: usize, rows: &Rows<'_>) -> Column {
    // 1 − x never rises with x, so the largest fall belongs to the least ratio of level to peak.
    let whole = |at: usize| {
        let (mut peak, mut least) = ([0.0_f64; LANES], [1.0_f64; LANES]);
        for row in rows {
            each(row, at, |lane, level| (peak[lane], least[lane]) = fallen(peak[lane], least[lane], level));
        }
        least.map(|least| 1.0 - least)
    };
    let alone = |at: usize| {
        let (_, least) = rows.iter().fold((0.0, 1.0), |(peak, least), row| fallen(peak, least, row[at]));
        1.0 - least
    };
    by_lanes(width, true, whole, alone)
}

/// The running maximum and the least ratio to it after another level. Comparisons with a gap are false, so a gap
/// changes neither.
#[inline(always)]
fn fallen(peak: f64, least: f64, level: f64) -> (f64, f64) {
    let peak = if level > peak { level } else { peak };
    let ratio = level / peak;
    (peak, if ratio < least { ratio } else { least })
}

/// A figure for each instrument: `whole` for the lanes from a position on, then `alone` for each that has none. Too
/// short a window (`long_enough` false) has none at all.
fn by_lanes(
    width: usize,
    long_enough: bool,
    whole: impl Fn(usize) -> [f64; LANES],
    alone: impl Fn(usize) -> f64,
) -> Column {
    let mut figures = vec![f64::NAN; width];
    if long_enough {
        if let Some(last) = width.checked_sub(LANES) {
            for at in (0..last).step_by(LANES).chain([last]) {
                // The last lanes may overlap the ones before: the same work, the same bits.
                figures[at..at + LANES].copy_from_slice(&whole(at));
            }
        }
        let gaps = figures.iter_mut().enumerate().filter(|(_, figure)| !figure.is_finite());
        gaps.for_each(|(at, figure)| *figure = alone(at));
    }
    Column::with_gaps(figures)
}

fn totals(rows: &Rows<'_>, at: usize) -> [f64; LANES] {
    let mut totals = [0.0; LANES];
    for row in rows {
        each(row, at, |lane, value| totals[lane] += value);
    }
    totals
}

/// The count and the total of the values that are there.
fn present(rows: &Rows<'_>, at: usize) -> (f64, f64) {
    let values = rows.iter().map(|row| row[at]).filter(|value| value.is_finite());
    values.fold((0.0, 0.0), |(count, total), value| (count + 1.0, total + value))
}

#[inline(always)]
fn each(row: &[f64], at: usize, mut take: impl FnMut(usize, f64)) {
    let Some(values) = row[at..].first_chunk::<LANES>() else { return };
    for (lane, value) in values.iter().enumerate() {
        take(lane, *value);
    }
}
