//! Standard scores across one market on one day.
//!
//! z = (x − mean) / sd over the names with a value, sd with n − 1, cut at ± winsor (engines-v2 §13). A value far out
//! is cut, not removed. Raising one name's value never lowers its own z, so a sign is never turned. With too few
//! names there is no z at all; where nobody differs, everybody's z is 0. Worked example: 1, 2, 3 have mean 2 and
//! sd 1, so z = −1, 0, 1.

use domain::numeric::sum;

use super::config::StandardConfig;

/// Values that differ by less than this share of the largest differ by rounding alone.
const ROUNDING: f64 = 1e-12;

/// The names of one market that are compared with each other today.
pub(super) struct CrossSection {
    /// Positions, ascending.
    pub(super) members: Vec<usize>,
}

impl CrossSection {
    /// Writes the z-score of each member with a value to `out`; the rest of `out` stays as it is.
    pub(super) fn standardise(&self, values: &[f64], config: &StandardConfig, out: &mut [f64]) {
        let mut present: Vec<f64> = Vec::with_capacity(self.members.len());
        present.extend(self.members.iter().map(|at| values[*at]).filter(|value| value.is_finite()));
        if present.len() < config.min_names.max(2) as usize {
            return;
        }
        let mean = sum(&present) / present.len() as f64;
        let largest = present.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        for value in &mut present {
            *value = (*value - mean) * (*value - mean);
        }
        let deviation = (sum(&present) / (present.len() - 1) as f64).sqrt();
        let differs = deviation > ROUNDING * largest;
        for at in self.members.iter().filter(|at| values[**at].is_finite()) {
            let z = if differs { (values[*at] - mean) / deviation } else { 0.0 };
            out[*at] = z.clamp(-config.winsor, config.winsor);
        }
    }

    /// The values less the mean of their sector within this market. Names without a sector, and those of a sector
    /// with fewer than `sector_min_names` values, are taken less the mean of the market.
    pub(super) fn less_sector_mean(
        &self,
        values: &[f64],
        sectors: &[Option<u32>],
        config: &StandardConfig,
    ) -> Vec<f64> {
        let width = sectors.iter().flatten().max().map_or(0, |last| *last as usize + 1);
        // One total for each sector, filled in the order of instruments; the market's own is the last.
        let (mut total, mut count) = (vec![0.0; width + 1], vec![0_u32; width + 1]);
        for at in self.members.iter().filter(|at| values[**at].is_finite()) {
            for group in sectors[*at].map(|sector| sector as usize).into_iter().chain([width]) {
                total[group] += values[*at];
                count[group] += 1;
            }
        }
        let mut neutral = vec![f64::NAN; values.len()];
        for at in &self.members {
            let own = sectors[*at].map(|sector| sector as usize);
            let group = own.filter(|sector| count[*sector] >= config.sector_min_names).unwrap_or(width);
            neutral[*at] = values[*at] - total[group] / f64::from(count[group]);
        }
        neutral
    }
}
