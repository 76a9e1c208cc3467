//! A fixed seeded sparse random projection: many numbers into 384, with distances kept on average.
//!
//! Each input is added, with a sign, to `fan_out` outputs, one in each block of 384 / `fan_out` (the block form of
//! Kane & Nelson 2014; Li, Hastie & Church 2006 show why few entries are enough). The map is linear, so a vector
//! moves continuously with its inputs. Divided by √(fan_out · inputs), a window of z-scores of size 1 has a vector
//! of length about 1.
//!
//! ```
//! use v2::encoders::projection::Projection;
//! let projection = Projection::new(7, "num-stab-core-v1", 2, 4);
//! let one = projection.project(&[1.0, 0.0]);
//! assert_eq!(one.iter().filter(|value| **value != 0.0).count(), 4); // ±1 / √8 in four blocks
//! assert!((one.iter().map(|value| value * value).sum::<f64>() - 0.5).abs() < 1e-12);
//! ```

use domain::seed::{Seed, Streams};
use rand_chacha::rand_core::Rng;

use crate::encoders::DIMENSION;

/// Entities that are projected beside each other: 384 sums of eight lanes stay in a first-level cache.
pub(super) const LANES: usize = 8;

/// The table of one projection.
#[derive(Clone, Debug)]
pub struct Projection {
    /// For each input its outputs, each with +1 or −1.
    targets: Vec<(u32, f64)>,
    fan_out: usize,
    unit: f64,
}

impl Projection {
    /// Draws the table of `model_id` for `inputs` inputs; `fan_out` divides 384.
    #[must_use]
    pub fn new(seed: u64, model_id: &str, inputs: usize, fan_out: usize) -> Self {
        let mut stream = Streams::new(Seed(seed)).generator(&["encoders", "projection", model_id], 0);
        let block = (DIMENSION / fan_out) as u64;
        let mut targets = Vec::with_capacity(inputs * fan_out);
        for _ in 0..inputs {
            for at in 0..fan_out as u64 {
                let bits = stream.next_u64();
                let slot = at * block + (bits >> 1) % block;
                targets.push((slot as u32, if bits & 1 == 0 { 1.0 } else { -1.0 }));
            }
        }
        let unit = 1.0 / ((inputs.max(1) * fan_out) as f64).sqrt();
        Self { targets, fan_out, unit }
    }

    /// The vector of one list of inputs; inputs are added in their order.
    #[must_use]
    pub fn project(&self, inputs: &[f64]) -> [f64; DIMENSION] {
        let mut sums = [0.0; DIMENSION];
        for (input, targets) in inputs.iter().zip(self.targets.chunks(self.fan_out)) {
            for (slot, sign) in targets {
                sums[*slot as usize] += sign * input;
            }
        }
        sums.map(|sum| sum * self.unit)
    }

    /// Adds input number `at` of all lanes.
    #[inline]
    pub(super) fn add(&self, at: usize, inputs: &[f64; LANES], sums: &mut [[f64; LANES]]) {
        for (slot, sign) in &self.targets[at * self.fan_out..(at + 1) * self.fan_out] {
            for (sum, input) in sums[*slot as usize].iter_mut().zip(inputs) {
                *sum += sign * input;
            }
        }
    }

    /// What a finished sum is multiplied by.
    pub(super) const fn unit(&self) -> f64 {
        self.unit
    }
}
