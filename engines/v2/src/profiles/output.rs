//! What the profiles answer on one day.

use std::sync::Arc;

use domain::digest::{CanonicalBytes, Digest};
use domain::ids::Instrument;
use domain::report::{Figure, FigureValue};

use super::columns::{FlagColumns, Fundamentals};
use super::snapshot::{Flags, ProfileSnapshot};
use crate::column::Column;
use crate::face::Told;

/// Profiles of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfilesOutput {
    /// Companies ascending by id, then sovereigns, then sectors, then markets.
    pub snapshots: Arc<Vec<Arc<ProfileSnapshot>>>,
    /// The digest of all snapshots.
    pub snapshots_digest: Digest,
    /// How many of them are complete.
    pub complete: u32,
    /// The flags by instrument, 0 to 1.
    pub flags: FlagColumns,
    /// ProfileWeakness (§13): the mean of the available flags, 0 to 1; absent below half of them.
    pub weakness: Column,
    /// 0.4 vol + 0.4 drawdown + 0.2 leverage, renormalised, 0 to 1.
    pub weak_driver: Column,
    /// From which driver a profile is weak.
    pub weak_from: f64,
    /// The share of flags that are there, 0 to 1.
    pub coverage: Column,
    /// Fundamentals at today's prices.
    pub fundamentals: Fundamentals,
}

impl ProfilesOutput {
    /// Whether the profile is weak: its driver is at least 0.7; `None` without a driver.
    #[must_use]
    pub fn is_weak(&self, instrument: Instrument) -> Option<bool> {
        self.weak_driver.get(instrument).map(|driver| driver >= self.weak_from)
    }

    /// The snapshot of an issuer, of a country, of `{market}/{sector}` or of a market.
    #[must_use]
    pub fn snapshot(&self, issuer_id: &str) -> Option<&ProfileSnapshot> {
        self.snapshots.iter().find(|known| known.issuer_id == issuer_id).map(AsRef::as_ref)
    }

    /// All flags of one instrument's issuer today.
    #[must_use]
    pub fn risk_flags(&self, instrument: Instrument) -> Flags {
        Flags {
            vol_flag: self.flags.vol_flag.get(instrument),
            dd_flag: self.flags.dd_flag.get(instrument),
            leverage_flag: self.flags.leverage_flag.get(instrument),
            news_recency_flag: self.flags.news_recency_flag.get(instrument),
            leverage_score: self.flags.leverage_score.get(instrument),
            earnings_quality_score: self.flags.earnings_quality_score.get(instrument),
            governance_risk_score: self.flags.governance_risk_score.get(instrument),
            ..Flags::default()
        }
    }

    /// What changes daily; the rest follows from the snapshots.
    fn daily(&self) -> [(&'static str, &Column); 10] {
        [
            ("vol_flag", &self.flags.vol_flag),
            ("dd_flag", &self.flags.dd_flag),
            ("news_recency_flag", &self.flags.news_recency_flag),
            ("weakness", &self.weakness),
            ("weak_driver", &self.weak_driver),
            ("coverage", &self.coverage),
            ("earnings_yield", &self.fundamentals.earnings_yield),
            ("book_to_price", &self.fundamentals.book_to_price),
            ("fcf_yield", &self.fundamentals.fcf_yield),
            ("dividend_yield", &self.fundamentals.dividend_yield),
        ]
    }

    fn held(&self) -> [(&'static str, &Column); 8] {
        [
            ("leverage_flag", &self.flags.leverage_flag),
            ("leverage_score", &self.flags.leverage_score),
            ("earnings_quality_score", &self.flags.earnings_quality_score),
            ("governance_risk_score", &self.flags.governance_risk_score),
            ("roe", &self.fundamentals.roe),
            ("gross_margin", &self.fundamentals.gross_margin),
            ("leverage", &self.fundamentals.leverage),
            ("accruals", &self.fundamentals.accruals),
        ]
    }
}

impl Told for ProfilesOutput {
    fn put(&self, bytes: &mut CanonicalBytes) {
        bytes.put_short(self.snapshots.len() as u64).put_bytes(&self.snapshots_digest.0);
        for (_, column) in self.daily().into_iter().chain(self.held()) {
            // Most tapes lack most columns; an empty one is a byte.
            let any = column.present().next().is_some();
            bytes.put_u8(u8::from(any));
            if any {
                column.put(bytes);
            }
        }
    }

    fn day_figures(&self) -> Vec<Figure> {
        let mean = |column: &Column| {
            let there: Vec<f64> = column.present().map(|(_, value)| value).collect();
            domain::numeric::mean(&there)
        };
        let weak = self.weak_driver.present().filter(|(_, driver)| *driver >= self.weak_from).count() as f64;
        let figures = [
            ("profiles_complete", Some(f64::from(self.complete))),
            ("profiles_weak", Some(weak)),
            ("weakness_mean", mean(&self.weakness)),
            ("coverage_mean", mean(&self.coverage)),
        ];
        let figure = |(field, value): (&'static str, Option<f64>)| {
            Some(Figure { instrument: None, field: field.into(), value: FigureValue::Number(value?) })
        };
        figures.into_iter().filter_map(figure).collect()
    }

    fn instrument_figures(&self) -> Vec<Figure> {
        let columns: Vec<(&'static str, &Column)> = self.daily().into_iter().chain(self.held()).collect();
        let mut figures = Vec::new();
        for instrument in (0..self.weakness.width() as u32).map(Instrument) {
            let there = columns.iter().filter_map(|(field, column)| Some((*field, column.get(instrument)?)));
            figures.extend(there.map(|(field, value)| Figure {
                instrument: Some(instrument),
                field: field.into(),
                value: FigureValue::Number(value),
            }));
        }
        figures
    }
}
