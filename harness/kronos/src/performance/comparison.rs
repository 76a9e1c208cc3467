//! Configs compared, slice by slice, by their Sharpe ratios.
//!
//! A slice is compared when every config has a Sharpe ratio there over at least `slice_days_min` days; the others are
//! named as left out. The configs must have lived through the same days of the same markets.
//!
//! | standing | definition, the first that holds |
//! |---|---|
//! | dominated | another config is at least as good on every slice, and better on one |
//! | robust | in no slice among the worst part of the ranks, or within `robust_within` of the best on every slice |
//! | niche | the best on a slice, and on another among the worst part or more than `bad_beyond` behind the best |
//! | mixed | none of these |
//!
//! The worst part of `n` configs are the last `n / worst_parts` ranks, rounded down; where that is none, as among two
//! configs cut in terciles, only nearness to the best makes a config robust.
//!
//! ```
//! use std::collections::BTreeMap;
//! use kronos::{performance::comparison::{Standing, standings}, policy::Comparing};
//! let policy = Comparing { slice_days_min: 21, worst_parts: 3, robust_within: 0.2, bad_beyond: 0.5 };
//! let slices = |calm: f64, crisis: f64| BTreeMap::from([("calm".to_owned(), calm), ("crisis".to_owned(), crisis)]);
//! let sharpe = BTreeMap::from([
//!     ("bold".to_owned(), slices(2.0, -1.0)),
//!     ("even".to_owned(), slices(1.0, 0.8)),
//!     ("weak".to_owned(), slices(0.9, 0.7)),
//! ]);
//! let found = standings(&sharpe, &policy);
//! assert_eq!(found["even"], Standing::Robust);
//! assert_eq!(found["weak"], Standing::Dominated { by: "even".into() });
//! assert_eq!(found["bold"], Standing::Niche { best_on: vec!["calm".into()], bad_on: vec!["crisis".into()] });
//! ```

use std::collections::BTreeMap;

use serde::Serialize;

use super::report::Performance;
use crate::policy::Comparing;

/// Sharpe ratios by slice, by config. Every config has the same slices.
pub type SharpeRatios = BTreeMap<String, BTreeMap<String, f64>>;

/// Where a config stands among others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There is always another to prefer.
    Dominated {
        /// The first such config by name.
        by: String,
    },
    /// Never bad.
    Robust,
    /// Best somewhere, bad elsewhere.
    Niche {
        /// Where it is best.
        best_on: Vec<String>,
        /// Where it is bad.
        bad_on: Vec<String>,
    },
    /// None of these.
    Mixed,
}

/// Configs compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Where each config stands.
    pub standings: BTreeMap<String, Standing>,
    /// What was compared.
    pub sharpe_ratios: SharpeRatios,
    /// Slices that were not, because a config has too few days or no Sharpe ratio there.
    pub left_out: Vec<String>,
}

/// Why configs cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComparisonError {
    /// Fewer than two.
    #[error("{found} config: a comparison needs two")]
    TooFew {
        /// How many there are.
        found: usize,
    },
    /// They lived through other days.
    #[error("{left} and {right} did not live through the same days of the same markets: {days} days stand alone")]
    OtherDays {
        /// One config.
        left: String,
        /// The other.
        right: String,
        /// Days of one of them only.
        days: usize,
    },
    /// There is nothing to compare them by.
    #[error("no slice has {slice_days_min} days and a Sharpe ratio for every config")]
    NoSlices {
        /// The least number of days.
        slice_days_min: u32,
    },
}

impl Comparison {
    /// Compares the configs of some reports.
    ///
    /// # Errors
    /// [`ComparisonError`].
    pub fn of(reports: &[Performance], policy: &Comparing) -> Result<Self, ComparisonError> {
        let [first, rest @ ..] = reports else { return Err(ComparisonError::TooFew { found: 0 }) };
        if rest.is_empty() {
            return Err(ComparisonError::TooFew { found: 1 });
        }
        for other in rest {
            let days = first.days.symmetric_difference(&other.days).count();
            if days > 0 {
                let (left, right) = (first.config_id.clone(), other.config_id.clone());
                return Err(ComparisonError::OtherDays { left, right, days });
            }
        }
        let mut seen: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
        for report in reports {
            for (slice, figures) in report.slices() {
                let known = seen.entry(slice).or_default();
                let sharpe = figures.sharpe_ratio.filter(|_| figures.days >= u64::from(policy.slice_days_min));
                if let Some(sharpe) = sharpe {
                    known.insert(report.config_id.clone(), sharpe);
                }
            }
        }
        let (compared, left_out): (Vec<_>, Vec<_>) =
            seen.into_iter().partition(|(_, by_config)| by_config.len() == reports.len());
        if compared.is_empty() {
            return Err(ComparisonError::NoSlices { slice_days_min: policy.slice_days_min });
        }
        let mut sharpe_ratios = SharpeRatios::new();
        for (slice, by_config) in compared {
            for (config, sharpe) in by_config {
                sharpe_ratios.entry(config).or_default().insert(slice.clone(), sharpe);
            }
        }
        let left_out = left_out.into_iter().map(|(slice, _)| slice).collect();
        Ok(Self { standings: standings(&sharpe_ratios, policy), sharpe_ratios, left_out })
    }
}

/// Where each config stands, by Sharpe ratios over the same slices.
#[must_use]
pub fn standings(ratios: &SharpeRatios, policy: &Comparing) -> BTreeMap<String, Standing> {
    ratios.iter().map(|(config, own)| (config.clone(), standing(config, own, ratios, policy))).collect()
}

fn standing(config: &str, own: &BTreeMap<String, f64>, ratios: &SharpeRatios, policy: &Comparing) -> Standing {
    let others = || ratios.iter().filter(|(other, _)| *other != config);
    let at = |slices: &BTreeMap<String, f64>, slice: &str| slices.get(slice).copied().unwrap_or(f64::NEG_INFINITY);
    let dominates = |other: &BTreeMap<String, f64>| {
        own.iter().all(|(slice, value)| at(other, slice) >= *value)
            && own.iter().any(|(slice, value)| at(other, slice) > *value)
    };
    if let Some((by, _)) = others().find(|(_, other)| dominates(other)) {
        return Standing::Dominated { by: by.clone() };
    }
    let worst = ratios.len() / policy.worst_parts as usize;
    let behind = |slice: &str, value: f64| others().map(|(_, other)| at(other, slice)).fold(value, f64::max) - value;
    let is_worst = |slice: &str, value: f64| {
        let better = others().filter(|(_, other)| at(other, slice) > value).count();
        worst > 0 && better >= ratios.len() - worst
    };
    let never_worst = worst > 0 && own.iter().all(|(slice, value)| !is_worst(slice, *value));
    let always_near = own.iter().all(|(slice, value)| behind(slice, *value) <= policy.robust_within);
    if never_worst || always_near {
        return Standing::Robust;
    }
    let named = |is: &dyn Fn(&str, f64) -> bool| -> Vec<String> {
        own.iter().filter(|(slice, value)| is(slice, **value)).map(|(slice, _)| slice.clone()).collect()
    };
    let best_on = named(&|slice, value| behind(slice, value) <= 0.0);
    let bad_on = named(&|slice, value| is_worst(slice, value) || behind(slice, value) > policy.bad_beyond);
    if best_on.is_empty() || bad_on.is_empty() {
        return Standing::Mixed;
    }
    Standing::Niche { best_on, bad_on }
}
