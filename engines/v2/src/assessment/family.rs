//! The alpha families: which inputs each is made of, and its standard score today.
//!
//! | family | mean of the z-scores of (engines-v2 §13) |
//! |---|---|
//! | `momentum` | return from t − 252 to t − 21 |
//! | `value` | earnings yield, book to price, free-cash-flow yield, each less its sector's mean |
//! | `quality` | return on equity, gross margin, −leverage, −accruals |
//! | `carry` | dividend yield |
//! | `fragility` | −fragility alpha, −HighFragility: whoever is worth shorting scores low |
//! | `growth`, `sentiment` | the column as given, higher is better |
//!
//! A name has a family when it has at least `min_coverage` of the family's inputs; the share it has counts towards
//! its coverage. Fundamentals are by report date: the profile engine hands over what had been published.

use serde::{Deserialize, Serialize};

use super::config::StandardConfig;
use super::standard::CrossSection;
use super::{Fundamentals, Input};
use crate::column::Column;

/// A family of signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Cheapness.
    Value,
    /// What has risen.
    Momentum,
    /// Profitable, unindebted, honest books.
    Quality,
    /// What it pays to hold.
    Carry,
    /// What is unlikely to break.
    Fragility,
    /// Growth of the business; optional.
    Growth,
    /// What is said of it; optional.
    Sentiment,
}

/// One family's standing of each name.
pub(super) struct Standing {
    pub(super) family: Family,
    /// Mean z-score, absent below the least share.
    pub(super) z: Column,
    /// The share of the family's inputs that the name has, 0 to 1.
    pub(super) share: Vec<f64>,
}

/// One input of a family: its column, the sign with which it counts, and whether sectors are levelled first.
type Part<'a> = (Option<&'a Column>, f64, bool);

impl Family {
    /// Every family, in the order of tables.
    pub const ALL: [Self; 7] =
        [Self::Value, Self::Momentum, Self::Quality, Self::Carry, Self::Fragility, Self::Growth, Self::Sentiment];

    /// The name in configs, tables and journals.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Momentum => "momentum",
            Self::Quality => "quality",
            Self::Carry => "carry",
            Self::Fragility => "fragility",
            Self::Growth => "growth",
            Self::Sentiment => "sentiment",
        }
    }

    fn parts<'a>(self, input: &Input<'a>) -> Vec<Part<'a>> {
        let from = input.fundamentals;
        let of = |column: fn(&Fundamentals<'a>) -> &'a Column, sign| (from.as_ref().map(column), sign, false);
        let levelled = |column: fn(&Fundamentals<'a>) -> &'a Column| (from.as_ref().map(column), 1.0, true);
        match self {
            Self::Value => vec![
                levelled(|from| from.earnings_yield),
                levelled(|from| from.book_to_price),
                levelled(|from| from.fcf_yield),
            ],
            Self::Momentum => vec![(Some(&input.windows.today().momentum), 1.0, false)],
            Self::Quality => vec![
                of(|from| from.roe, 1.0),
                of(|from| from.gross_margin, 1.0),
                of(|from| from.leverage, -1.0),
                of(|from| from.accruals, -1.0),
            ],
            Self::Carry => vec![of(|from| from.dividend_yield, 1.0)],
            Self::Fragility => vec![(input.fragility_alpha, -1.0, false), (input.high_fragility, -1.0, false)],
            Self::Growth => vec![(input.growth, 1.0, false)],
            Self::Sentiment => vec![(input.sentiment, 1.0, false)],
        }
    }

    /// The family's standing of every name; `None` when nobody has any.
    pub(super) fn stand(
        self,
        input: &Input<'_>,
        markets: &[CrossSection],
        sectors: &[Option<u32>],
        config: &StandardConfig,
    ) -> Option<Standing> {
        let parts = self.parts(input);
        if parts.iter().all(|(column, ..)| column.is_none()) {
            return None;
        }
        let width = input.view.instruments().len();
        let (mut total, mut count, mut z) = (vec![0.0; width], vec![0_u32; width], vec![f64::NAN; width]);
        for (column, sign, levelled) in &parts {
            let Some(values) = column.map(Column::raw) else { continue };
            z.fill(f64::NAN);
            for market in markets {
                if *levelled {
                    market.standardise(&market.less_sector_mean(values, sectors, config), config, &mut z);
                } else {
                    market.standardise(values, config, &mut z);
                }
            }
            for ((total, count), z) in total.iter_mut().zip(&mut count).zip(&z).filter(|(_, z)| z.is_finite()) {
                *total += sign * z;
                *count += 1;
            }
        }
        let share: Vec<f64> = count.iter().map(|count| f64::from(*count) / parts.len() as f64).collect();
        let enough = |at: usize| count[at] > 0 && share[at] >= config.min_coverage;
        let mean = |at: usize| if enough(at) { total[at] / f64::from(count[at]) } else { f64::NAN };
        let z = Column::with_gaps((0..width).map(mean).collect());
        z.present().next()?;
        Some(Standing { family: self, z, share })
    }
}
