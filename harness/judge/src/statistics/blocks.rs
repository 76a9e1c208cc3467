//! Plans of resamples: which days, in runs of neighbours.
//!
//! Days of a market depend on their neighbours, so a resample keeps neighbours together. A plan is a list of runs
//! (first day, length) on the ring of the sample, where the last day is followed by the first; the lengths add up to
//! the days of the sample.
//!
//! | scheme | runs | source |
//! |---|---|---|
//! | stationary | of geometric length with a given mean, from uniform first days; the resample is stationary | Politis and Romano 1994, JASA 89, 1303–1313 |
//! | circular | of one fixed length; the last is cut to fit | Politis and Romano 1992, in "Exploring the Limits of Bootstrap" |
//!
//! One draw of 64 bits makes a run: the upper half its first day by multiply and shift (each day's chance is 1/n to
//! within 2⁻³²), the lower half its length by the table of `P(length > k) = (1 − 1/mean)^k`, rounded to 2⁻³². Runs
//! longer than what is left of the resample are cut. Resamples are drawn one after the other from one stream, so the first
//! thousand are the same whether a thousand are drawn or two.
//!
//! ```
//! use domain::seed::{Seed, Streams};
//! use judge::statistics::blocks::{Draws, Run, Scheme};
//! let scheme = Scheme::Circular { days: 4 };
//! let draws = Draws { streams: Streams::new(Seed(1)), name: &["example"], scheme, resamples: 100 };
//! let mut runs: Vec<Run> = Vec::new();
//! draws.plans(10)?.draw(&mut runs);
//! let lengths: Vec<u32> = runs.iter().map(|run| run.length).collect();
//! assert_eq!(lengths, [4, 4, 2]);
//! assert!(runs.iter().all(|run| run.start < 10));
//! # Ok::<(), judge::statistics::refusal::Refusal>(())
//! ```

use domain::seed::Streams;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::Rng;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// The longest sample: positions on twice the ring fit 32 bits with room.
const DAYS_MOST: usize = 1 << 24;
/// Resamples that fit any memory this is run in.
const RESAMPLES_MOST: usize = 1_000_000;
/// Buckets of the table of lengths, by the upper bits of the draw.
const BUCKET_BITS: u32 = 10;

/// How neighbours are kept together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Runs of geometric length.
    Stationary {
        /// The mean length in days, from 1 (independent days) to the days of the sample.
        mean_days: f64,
    },
    /// Runs of one length.
    Circular {
        /// The length in days, from 1 to the days of the sample.
        days: usize,
    },
}

/// A run of neighbouring days on the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its first day, from 0.
    pub start: u32,
    /// Its days, from 1; the day after the last is the first.
    pub length: u32,
}

/// What resamples are drawn from, and how many.
#[derive(Clone, Copy, Debug)]
pub struct Draws<'a> {
    /// The streams of the caller's seed.
    pub streams: Streams,
    /// The name of the stream.
    pub name: &'a [&'a str],
    /// How neighbours are kept together.
    pub scheme: Scheme,
    /// Resamples, from 1 to 1,000,000.
    pub resamples: usize,
}

impl Draws<'_> {
    /// The plans over a sample of `days` days.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`] for days, resamples or a run's length outside their ranges.
    pub fn plans(&self, days: usize) -> Result<Plans, Refusal> {
        if !(1..=DAYS_MOST).contains(&days) {
            return Err(Refusal::count("days", days, "1 to 16,777,216"));
        }
        if !(1..=RESAMPLES_MOST).contains(&self.resamples) {
            return Err(Refusal::count("resamples", self.resamples, "1 to 1,000,000"));
        }
        let lengths = match self.scheme {
            Scheme::Stationary { mean_days } if mean_days >= 1.0 && mean_days <= days as f64 => {
                Lengths::Geometric(Geometric::of(mean_days, days))
            }
            Scheme::Circular { days: length } if (1..=days).contains(&length) => Lengths::Fixed(length as u32),
            Scheme::Stationary { mean_days } => {
                let value = if mean_days.is_finite() { mean_days } else { 0.0 };
                return Err(Refusal::OutOfRange { what: "mean_days", value, allowed: "1 to the days of the sample" });
            }
            Scheme::Circular { days: length } => {
                return Err(Refusal::count("block days", length, "1 to the days of the sample"));
            }
        };
        Ok(Plans { days: days as u32, lengths, generator: self.streams.generator(self.name, 0) })
    }

    /// All plans at once, for what goes over them more than once.
    pub(super) fn all(&self, days: usize) -> Result<Vec<Vec<Run>>, Refusal> {
        let mut plans = self.plans(days)?;
        let mut one = Vec::new();
        Ok((0..self.resamples)
            .map(|_| {
                plans.draw(&mut one);
                one.clone()
            })
            .collect())
    }
}

/// Plans drawn one after the other.
#[derive(Clone, Debug)]
pub struct Plans {
    days: u32,
    lengths: Lengths,
    generator: ChaCha12Rng,
}

impl Plans {
    /// Draws the next plan into `runs`, whose lengths add up to the days of the sample.
    pub fn draw(&mut self, runs: &mut Vec<Run>) {
        runs.clear();
        let mut left = self.days;
        while left > 0 {
            let bits = self.generator.next_u64();
            let start = ((bits >> 32) * u64::from(self.days)) >> 32;
            let length = self.lengths.at(bits as u32).min(left);
            runs.push(Run { start: start as u32, length });
            left -= length;
        }
    }
}

#[derive(Clone, Debug)]
enum Lengths {
    Fixed(u32),
    Geometric(Geometric),
}

impl Lengths {
    fn at(&self, bits: u32) -> u32 {
        match self {
            Self::Fixed(length) => *length,
            Self::Geometric(table) => table.at(bits),
        }
    }
}

/// Geometric lengths by inversion: the length is the number of k for which `bits < 2³² (1 − p)^k`.
///
/// A bucket is all draws with the same upper bits. Most hold at most one of those bounds, and then the length is one
/// comparison; the few with more are searched.
#[derive(Clone, Debug)]
struct Geometric {
    /// `2³² (1 − p)^k` for k = 0, 1, … while above zero, at most as many as a run may have days.
    bounds: Vec<u64>,
    /// The length at a bucket's upper end, and the bound inside it; length 0 where it must be searched.
    buckets: Vec<(u32, u32)>,
}

impl Geometric {
    fn of(mean_days: f64, days: usize) -> Self {
        let stay = 1.0 - 1.0 / mean_days;
        let mut bounds = vec![1_u64 << 32];
        let mut survival = stay;
        while bounds.len() < days {
            let bound = (survival * (1_u64 << 32) as f64 + 0.5) as u64;
            if bound == 0 {
                break;
            }
            bounds.push(bound);
            survival *= stay;
        }
        let width = 1_u64 << (32 - BUCKET_BITS);
        let buckets = (0..1_u64 << BUCKET_BITS)
            .map(|bucket| {
                let (low, high) = (bucket * width, (bucket + 1) * width - 1);
                let longest = bounds.partition_point(|bound| low < *bound);
                let shortest = bounds.partition_point(|bound| high < *bound);
                match longest - shortest {
                    0 => (shortest as u32, 0),
                    // The bound itself fits: it is at most the bucket's upper end.
                    1 => (shortest as u32, bounds[shortest] as u32),
                    _ => (0, 0),
                }
            })
            .collect();
        Self { bounds, buckets }
    }

    fn at(&self, bits: u32) -> u32 {
        let (length, bound) = self.buckets[(bits >> (32 - BUCKET_BITS)) as usize];
        if length == 0 {
            return self.bounds.partition_point(|bound| u64::from(bits) < *bound) as u32;
        }
        length + u32::from(bits < bound)
    }
}

#[cfg(test)]
mod tests {
    use domain::seed::{Seed, Streams};
    use proptest::prelude::*;

    use super::{Draws, Geometric, Refusal, Run, Scheme};

    fn draws(scheme: Scheme, resamples: usize, seed: u64) -> Draws<'static> {
        Draws { streams: Streams::new(Seed(seed)), name: &["test", "blocks"], scheme, resamples }
    }

    #[test]
    fn lengths_are_geometric() {
        // Without the last run, which is cut: mean 10, P(length = 1) = 0.1, P(length > 10) = 0.9¹⁰.
        let draws = draws(Scheme::Stationary { mean_days: 10.0 }, 200, 7);
        let mut lengths: Vec<u32> = Vec::new();
        for plan in draws.all(25_200).unwrap() {
            lengths.extend(plan[..plan.len() - 1].iter().map(|run| run.length));
        }
        let share = |holds: fn(u32) -> bool| {
            lengths.iter().filter(|length| holds(**length)).count() as f64 / lengths.len() as f64
        };
        let mean = lengths.iter().map(|length| f64::from(*length)).sum::<f64>() / lengths.len() as f64;
        // Half a million runs: standard errors 0.013 and 0.0004 to 0.0007.
        assert!((mean - 10.0).abs() < 0.06, "mean length {mean}");
        assert!((share(|length| length == 1) - 0.1).abs() < 0.002);
        assert!((share(|length| length > 10) - 0.348_678_440_1).abs() < 0.003);
    }

    #[test]
    fn the_table_is_the_search() {
        for mean_days in [1.0, 1.01, 2.5, 10.0, 400.0] {
            let table = Geometric::of(mean_days, 5_000);
            let mut bits = 12_345_u32;
            for _ in 0..20_000 {
                bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let searched = table.bounds.partition_point(|bound| u64::from(bits) < *bound);
                assert_eq!(table.at(bits) as usize, searched.max(1), "{mean_days} {bits}");
            }
            assert!(table.at(u32::MAX) >= 1 && table.at(0) as usize == table.bounds.len());
        }
    }

    #[test]
    fn starts_are_uniform() {
        let plans = draws(Scheme::Circular { days: 1 }, 500, 3).all(100).unwrap();
        let mut counts = [0_u32; 100];
        plans.iter().flatten().for_each(|run| counts[run.start as usize] += 1);
        // 50,000 draws over 100 days: χ² with 99 degrees of freedom has mean 99 and deviation 14.
        let chi: f64 =
            counts.iter().map(|count| (f64::from(*count) - 500.0) * (f64::from(*count) - 500.0) / 500.0).sum();
        assert!((99.0 - 70.0..99.0 + 70.0).contains(&chi), "chi squared {chi}");
    }

    #[test]
    fn golden_plan() {
        // Written down once: a change here changes every stored p-value.
        let plan = draws(Scheme::Stationary { mean_days: 4.0 }, 1, 1).all(12).unwrap().remove(0);
        let shown: Vec<(u32, u32)> = plan.iter().map(|run| (run.start, run.length)).collect();
        assert_eq!(shown, GOLDEN);
    }

    const GOLDEN: &[(u32, u32)] = &[(1, 2), (9, 3), (2, 2), (7, 5)];

    #[test]
    fn parameters_outside_their_ranges() {
        for mean_days in [0.5, 11.0, f64::NAN, f64::INFINITY] {
            let refused = draws(Scheme::Stationary { mean_days }, 1, 1).plans(10).unwrap_err();
            assert!(matches!(refused, Refusal::OutOfRange { what: "mean_days", .. }));
        }
        for days in [0, 11] {
            assert!(draws(Scheme::Circular { days }, 1, 1).plans(10).is_err());
        }
        assert!(draws(Scheme::Circular { days: 1 }, 0, 1).plans(10).is_err());
        assert!(draws(Scheme::Circular { days: 1 }, 1, 1).plans(0).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_plan_covers_exactly_the_days(days in 1_usize..400, share in 0.0_f64..1.0, seed: u64) {
            let stationary = Scheme::Stationary { mean_days: 1.0 + share * (days - 1) as f64 };
            let circular = Scheme::Circular { days: 1 + (share * (days - 1) as f64) as usize };
            for scheme in [stationary, circular] {
                for plan in draws(scheme, 3, seed).all(days).unwrap() {
                    let inside = |run: &Run| (run.start as usize) < days && run.length >= 1;
                    prop_assert!(plan.iter().all(inside));
                    prop_assert_eq!(plan.iter().map(|run| run.length as usize).sum::<usize>(), days);
                }
            }
        }
    }
}
