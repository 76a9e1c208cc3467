//! Named random streams: a stream for each purpose and each entity.
//!
//! Nobody passes a generator along. A draw is named by its purpose, its entity and a counter, and is a pure
//! function of the seed and that name. One more draw here moves nothing there, and the order in which names are
//! asked for does not matter. There is no default seed.
//!
//! ```
//! use domain::seed::{Seed, Streams};
//! let streams = Streams::new(Seed(20080915));
//! let first = streams.uniform(&["execution", "limit-fill", "EQUITY:GE"], 3);
//! streams.uniform(&["execution", "limit-fill", "EQUITY:JPM"], 0); // changes nothing for GE
//! assert_eq!(first, streams.uniform(&["execution", "limit-fill", "EQUITY:GE"], 3));
//! assert!((0.0..1.0).contains(&first));
//! ```

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::digest::CanonicalBytes;

/// The one number from which all chance of a run is derived.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u64);

/// Hands out the named streams of one seed.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    seed: Seed,
}

/// Separates the keys of this purpose from every other use of the digest; part of the format.
const KEY_CONTEXT: &str = "prometheus 2026 named random stream v1";

impl Streams {
    /// The streams of `seed`.
    #[must_use]
    pub const fn new(seed: Seed) -> Self {
        Self { seed }
    }

    /// The seed itself, for records of what was drawn from it.
    #[must_use]
    pub const fn seed(&self) -> Seed {
        self.seed
    }

    /// A generator for the stream `name`, positioned at `counter` (in steps of 16 words of 32 bits).
    #[must_use]
    pub fn generator(&self, name: &[&str], counter: u64) -> ChaCha12Rng {
        let mut bytes = CanonicalBytes::new();
        bytes.put_u64(self.seed.0);
        for part in name {
            bytes.put_text(part);
        }
        let mut generator = ChaCha12Rng::from_seed(blake3::derive_key(KEY_CONTEXT, bytes.as_slice()));
        // Both are set, so that a position never depends on what the constructor chose.
        generator.set_stream(0);
        generator.set_word_pos(u128::from(counter) * 16);
        generator
    }

    /// One draw from `[0, 1)` with 53 random bits: number `counter` of the stream `name`.
    #[must_use]
    pub fn uniform(&self, name: &[&str], counter: u64) -> f64 {
        unit_interval(self.generator(name, counter).next_u64())
    }
}

/// Maps 64 random bits to `[0, 1)` by the upper 53: every value is a multiple of 2⁻⁵³.
#[must_use]
pub fn unit_interval(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::Rng;

    use super::{Seed, Streams, unit_interval};

    #[test]
    fn streams_are_independent_of_each_other() {
        let streams = Streams::new(Seed(7));
        let alone: Vec<u64> = (0..4).map(|k| streams.generator(&["a"], k).next_u64()).collect();
        let mixed: Vec<u64> = (0..4)
            .map(|k| {
                streams.generator(&["b"], k).next_u64();
                streams.generator(&["a"], k).next_u64()
            })
            .collect();
        assert_eq!(alone, mixed);
        assert_ne!(alone[0], streams.generator(&["b"], 0).next_u64());
        assert_ne!(alone[0], Streams::new(Seed(8)).generator(&["a"], 0).next_u64());
    }

    #[test]
    fn names_do_not_run_together() {
        let streams = Streams::new(Seed(7));
        assert_ne!(streams.uniform(&["ab", "c"], 0).to_bits(), streams.uniform(&["a", "bc"], 0).to_bits());
    }

    #[test]
    fn a_counter_is_sixteen_words() {
        let streams = Streams::new(Seed(1));
        let mut long = streams.generator(&["x"], 0);
        for _ in 0..16 {
            long.next_u32();
        }
        assert_eq!(long.next_u64(), streams.generator(&["x"], 1).next_u64());
    }

    #[test]
    fn the_interval_is_half_open() {
        assert_eq!(unit_interval(0), 0.0);
        assert!(unit_interval(u64::MAX) < 1.0);
    }

    #[test]
    fn golden_vectors() {
        // Written down once; a change here changes every journal that holds a limit order.
        let streams = Streams::new(Seed(20_080_915));
        let draws: Vec<u64> = (0..3).map(|k| streams.generator(&["golden", "vector"], k).next_u64()).collect();
        assert_eq!(draws, GOLDEN);
    }

    const GOLDEN: [u64; 3] = [1_844_147_494_973_534_044, 8_114_357_904_010_023_063, 17_902_230_607_380_744_622];
}
