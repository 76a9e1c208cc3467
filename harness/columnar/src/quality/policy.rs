//! The numbers of the checks, in a file beside this one.

use serde::Deserialize;

use crate::error::DataError;

/// The name of the file in messages.
const FILE: &str = "quality/policy.toml";

/// What the checks allow.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) missing: Missing,
    pub(crate) day_statistics: DayStatistics,
}

/// Shares of instruments without a bar, 0 to 1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Missing {
    pub(crate) market_share_max: f64,
    pub(crate) member_share_max: f64,
}

/// What a day is held against.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayStatistics {
    pub(crate) window_sessions: usize,
    pub(crate) z_max: f64,
    pub(crate) instruments_min: usize,
    pub(crate) count_deviation_min: f64,
    pub(crate) return_deviation_min: f64,
}

impl Policy {
    /// The policy of this program.
    pub(crate) fn bundled() -> Result<Self, DataError> {
        toml::from_str(include_str!("policy.toml")).map_err(|error| DataError::unreadable(FILE, error))
    }
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn the_numbers_are_those_of_the_specification() {
        let Policy { missing, day_statistics } = Policy::bundled().unwrap();
        assert_eq!((missing.market_share_max, missing.member_share_max), (0.02, 0.005));
        assert_eq!((day_statistics.z_max, day_statistics.window_sessions), (6.0, 63));
    }
}
