//! What the universe measures of a name: unadjusted, on weekdays (engines-v1 §5).
//!
//! Returns are ratios of closes as traded, so a split of two for one is a loss of half: v1 never adjusted.

use domain::ids::Instrument;
use domain::numeric::mean;
use domain::view::{Row, View};

use crate::stats::sample_deviation;

/// Days of the mean value traded (§5).
const LIQUIDITY_DAYS: usize = 20;
/// Days of the trailing return (§5).
const RETURN_DAYS: usize = 126;
/// Daily returns of the volatility (§5).
const VOLATILITY_DAYS: usize = 63;

/// What is measured of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Measures {
    /// Today's close.
    pub(super) price: Option<f64>,
    /// Mean of close × volume over 20 days; `None` on a tape without volumes.
    pub(super) dollar_volume: Option<f64>,
    /// Return over 126 days.
    pub(super) return_126: Option<f64>,
    /// Standard deviation of 63 daily returns.
    pub(super) volatility_63: Option<f64>,
}

/// The rows of the last days, looked up once for all names.
pub(super) struct Prices<'t> {
    closes: Vec<Row<'t>>,
    volumes: Vec<Row<'t>>,
    before: Option<Row<'t>>,
}

impl<'t> Prices<'t> {
    pub(super) fn of(view: &View<'t>) -> Self {
        Self {
            closes: (0..=VOLATILITY_DAYS).map_while(|lag| view.closes(lag)).collect(),
            volumes: (0..LIQUIDITY_DAYS).map_while(|lag| view.volumes(lag)).collect(),
            before: view.closes(RETURN_DAYS),
        }
    }

    pub(super) fn measure(&self, instrument: Instrument) -> Measures {
        let price = self.closes.first().and_then(|row| row.get(instrument));
        let before = self.before.and_then(|row| row.get(instrument));
        Measures {
            price,
            dollar_volume: self.dollar_volume(instrument),
            return_126: price.zip(before).map(|(price, before)| price / before - 1.0),
            volatility_63: self.volatility(instrument),
        }
    }

    fn dollar_volume(&self, instrument: Instrument) -> Option<f64> {
        if self.volumes.is_empty() {
            return None;
        }
        let traded = |(close, volume): (&Row<'_>, &Row<'_>)| Some(close.get(instrument)? * volume.get(instrument)?);
        let values: Vec<f64> = self.closes.iter().zip(&self.volumes).filter_map(traded).collect();
        Some(mean(&values).unwrap_or(0.0))
    }

    fn volatility(&self, instrument: Instrument) -> Option<f64> {
        let closes: Option<Vec<f64>> = self.closes.iter().map(|row| row.get(instrument)).collect();
        let closes = closes.filter(|closes| closes.len() == VOLATILITY_DAYS + 1)?;
        let returns: Vec<f64> = closes.windows(2).map(|pair| pair[0] / pair[1] - 1.0).collect();
        sample_deviation(&returns)
    }
}
