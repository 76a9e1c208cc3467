//! The rank of each instrument's newest value in its own trailing history.
//!
//! Every day all instruments ask, and the values of three years of five hundred instruments are more than a
//! second-level cache holds. So each value has a code of sixteen bits that never falls when the value rises; the codes
//! of one instrument lie side by side and are compared eight at a time. Values of equal codes, a few in a thousand, are
//! then compared themselves. The answer depends on the values in the window alone, never on how they came there, so a
//! slow recount from scratch gives the same bits.
//!
//! Worked example: 5 leaves and 1, 3 and 2 remain, the 2 being today's: one is below and one equal, so the percentile
//! is (1 + ½) / 3 = 0.5.

use super::ring::Ring;

/// Codes that are compared beside each other.
const LANES: usize = 16;
/// The code of a day without a value: above all others, and never asked for.
const ABSENT: i16 = i16::MAX;
/// The bits of a float's mantissa that a code leaves out: thirteen remain.
const LEFT_OUT: u32 = 39;
/// Eight octaves of values from here on have codes of their own: what lies outside shares the first or the last.
const LEAST: f64 = 1.0 / 2048.0;

/// The codes of the values in a trailing window of days, some of them without one.
#[derive(Clone, Debug)]
pub(super) struct TrailingRanks {
    /// Days for an instrument, a multiple of the lanes.
    stride: usize,
    /// Instrument by instrument; the day's place is that of its row in the ring.
    codes: Vec<i16>,
    /// Values in each instrument's window.
    counts: Vec<u32>,
}

impl TrailingRanks {
    /// Windows of `days` days before the first.
    pub(super) fn new(width: usize, days: usize) -> Self {
        let stride = days.next_multiple_of(LANES);
        Self { stride, codes: vec![ABSENT; width * stride], counts: vec![0; width] }
    }

    /// Takes the newest row of `past`, a ring as deep as the windows. Answers for each instrument the share of its
    /// window's values below its newest one, an equal one counted as half; NaN with fewer than `least`, or without one
    /// today. What is not finite is no value.
    pub(super) fn take(&mut self, past: &Ring, least: u32) -> Vec<f64> {
        let (Some(today), Some(place)) = (past.row(0), past.newest_place()) else { return Vec::new() };
        let mut percentiles = Vec::with_capacity(today.len());
        let lines = self.codes.chunks_exact_mut(self.stride).zip(&mut self.counts).zip(today);
        for (at, ((line, count), value)) in lines.enumerate() {
            let code = code(*value);
            *count = *count + u32::from(code != ABSENT) - u32::from(line[place] != ABSENT);
            line[place] = code;
            if code == ABSENT || *count < least {
                percentiles.push(f64::NAN);
                continue;
            }
            let (mut below, mut equal) = counted(line, code);
            // Today's own is one of them.
            if equal > 1 {
                equal = 0;
                places(line, code).map(|place| past.cell(place, at)).for_each(|other| {
                    below += u32::from(other < *value);
                    equal += u32::from(other == *value);
                });
            }
            percentiles.push(f64::from(2 * below + equal) / 2.0 / f64::from(*count));
        }
        percentiles
    }
}

impl TrailingRanks {
    /// As [`Self::take`] answers, but of today's values among those of the days `lags` alone; NaN with at most `least`.
    pub(super) fn among(&self, past: &Ring, lags: &[usize], least: u32) -> Vec<f64> {
        let Some(newest) = past.newest_place() else { return Vec::new() };
        // One for the days that count.
        let mut chosen = vec![0_u16; self.stride];
        lags.iter().filter_map(|lag| past.place(*lag)).for_each(|place| chosen[place] = 1);
        let all = chosen.iter().map(|one| u32::from(*one)).sum();
        let percentile = |(at, line): (usize, &[i16])| {
            let code = line[newest];
            // Whoever has a value on every day of the window has one on each of these.
            let count = if self.counts[at] as usize == past.len() { all } else { present(line, &chosen) };
            if code == ABSENT || count <= least {
                return f64::NAN;
            }
            let (mut below, mut equal) = counted_among(line, &chosen, code);
            if equal > 0 {
                equal = 0;
                let value = past.cell(newest, at);
                let alike = places(line, code).filter(|place| chosen[*place] != 0);
                alike.map(|place| past.cell(place, at)).for_each(|other| {
                    below += u32::from(other < value);
                    equal += u32::from(other == value);
                });
            }
            f64::from(2 * below + equal) / 2.0 / f64::from(count)
        };
        self.codes.chunks_exact(self.stride).enumerate().map(percentile).collect()
    }
}

/// The chosen days with a value.
fn present(line: &[i16], chosen: &[u16]) -> u32 {
    let there = line.iter().zip(chosen).map(|(other, chosen)| u16::from(*other != ABSENT) & chosen);
    u32::from(there.fold(0, u16::wrapping_add))
}

/// As [`counted`], on the chosen days.
fn counted_among(line: &[i16], chosen: &[u16], code: i16) -> (u32, u32) {
    let (mut below, mut equal) = (0_u16, 0_u16);
    for (other, chosen) in line.iter().zip(chosen) {
        below = below.wrapping_add(u16::from(*other < code) & chosen);
        equal = equal.wrapping_add(u16::from(*other == code) & chosen);
    }
    (u32::from(below), u32::from(equal))
}

/// Never falls when the value rises, and never [`ABSENT`] for a value.
fn code(value: f64) -> i16 {
    if !value.is_finite() {
        return ABSENT;
    }
    // The bits of floats from zero on are ordered as the floats are.
    let steps = |value: f64| (if value > 0.0 { value.to_bits() } else { 0 } >> LEFT_OUT) as i64;
    let code = i64::from(i16::MIN) + steps(value) - steps(LEAST);
    code.clamp(i64::from(i16::MIN), i64::from(ABSENT) - 1) as i16
}

/// How many codes are below `code`, and how many are equal. A window has fewer days than sixteen bits can count.
fn counted(line: &[i16], code: i16) -> (u32, u32) {
    let (mut below, mut equal) = (0_u16, 0_u16);
    for other in line {
        below = below.wrapping_add(u16::from(*other < code));
        equal = equal.wrapping_add(u16::from(*other == code));
    }
    (u32::from(below), u32::from(equal))
}

/// The places of the codes that equal `code`: whole groups without one are passed over.
fn places(line: &[i16], code: i16) -> impl Iterator<Item = usize> {
    let groups = line.as_chunks::<LANES>().0.iter().enumerate();
    let some = groups.filter(move |(_, group)| group.iter().fold(false, |any, other| any | (*other == code)));
    let within = move |(number, group): (usize, &[i16; LANES])| {
        let group = *group;
        (0..LANES).filter(move |lane| group[*lane] == code).map(move |lane| number * LANES + lane)
    };
    some.flat_map(within)
}

#[cfg(test)]
mod tests {
    use domain::seed::{Seed, Streams};

    use super::{ABSENT, TrailingRanks, code};
    use crate::windows::ring::Ring;

    #[test]
    fn codes_never_fall() {
        let values = [-1e300, -1.0, -0.0, 0.0, 1e-300, 0.000_49, 0.01, 0.010_000_001, 0.02, 0.12, 0.2, 1e300];
        assert!(values.map(code).is_sorted());
        assert!(values.iter().all(|value| code(*value) < ABSENT));
        assert!([f64::NAN, f64::INFINITY].iter().all(|value| code(*value) == ABSENT));
        assert!(code(0.01) < code(0.010_01));
    }

    #[test]
    fn ranks_equal_a_recount() {
        let streams = Streams::new(Seed(8));
        let draw = |name: &str, day: u64| streams.uniform(&[name], day);
        let days = 50;
        let (mut ring, mut ranks) = (Ring::new(3, days), TrailingRanks::new(3, days));
        let mut past: Vec<[f64; 3]> = Vec::new();
        for day in 0..400 {
            // Few different values, so that many are equal; values that share codes; values far outside the octaves.
            let coarse = libm::floor(8.0 * draw("value", day)) + (day / 40) as f64;
            let row = [0.001 * coarse, 0.02 + 1e-9 * coarse, coarse - 8.0];
            let row = row.map(|value| if draw("gap", day) > 0.1 { value } else { f64::NAN });
            past.push(row);
            ring.next_row().copy_from_slice(&row);
            for (at, found) in ranks.take(&ring, 5).into_iter().enumerate() {
                let window = past.iter().rev().take(days).map(|row| row[at]).filter(|value| value.is_finite());
                let (mut twice, mut count) = (0_u32, 0_u32);
                window.for_each(|other| {
                    twice += u32::from(other < row[at]) + u32::from(other <= row[at]);
                    count += 1;
                });
                let expected = (row[at].is_finite() && count >= 5).then(|| f64::from(twice) / 2.0 / f64::from(count));
                assert_eq!(Some(found).filter(|found| found.is_finite()), expected, "day {day}");
            }
            let lags: Vec<usize> =
                (0..60).filter(|lag| draw("lag", day * 60 + *lag) > 0.4).map(|lag| lag as usize).collect();
            for (at, found) in ranks.among(&ring, &lags, 3).into_iter().enumerate() {
                let chosen = lags.iter().filter(|lag| **lag < days.min(past.len()));
                let window = chosen.map(|lag| past[past.len() - 1 - lag][at]).filter(|value| value.is_finite());
                let (twice, count) = window.fold((0_u32, 0_u32), |(twice, count), other| {
                    (twice + u32::from(other < row[at]) + u32::from(other <= row[at]), count + 1)
                });
                let expected = (row[at].is_finite() && count > 3).then(|| f64::from(twice) / 2.0 / f64::from(count));
                assert_eq!(Some(found).filter(|found| found.is_finite()), expected, "day {day}");
            }
        }
    }
}
