//! Fragility alpha: what is weak, unsteady, exposed and priced as if it were none of these (engines-v2 §5).
//!
//! | component, 0 to 1, 1 = bad | formula (§13) |
//! |---|---|
//! | WeakProfile | the mean of the profile flags |
//! | Instability | `1 − (0.4 liquidity + 0.4 vol + 0.2 contagion)` |
//! | HighFragility | `clip(ES95 / 0.40, 0, 1)` |
//! | ComplacentPricing | mean of: how dear it is in its own five years and in its sector; `1 − pct_own` of implied or realised volatility; `1 − pct_own` of the credit spread |
//!
//! ```text
//! soft_target_score = Π max(component, 0.01)^(w / Σw)      weights 0.25 each
//! fragility_alpha   = soft_target_score · ES95 − carry of being short over the same days
//! ```
//!
//! The carry is the premium of a put at the money where options on a share are listed (its implied volatility is on the
//! tape), else borrowing and dividends.
//!
//! The geometric mean is high only when the components agree: one zero holds the score at 0.316 or below, out of
//! SHORT_CANDIDATE (from 0.5 on). What is missing is left out and the weights are renormalised; with less than half of
//! them nothing is said at all, which is not the same as "not fragile".
//!
//! Worked example: components 0.9, 0.8, 0.6 and 0.5 give `(0.9 · 0.8 · 0.6 · 0.5)^¼ = 0.6817`; with an expected shortfall
//! of 24 % over 21 days and a carry of 0.1 % the alpha is `0.6817 · 0.24 − 0.001 = 0.1626`.
//!
//! ```
//! use v2::fragility::{FragilityAlphaConfig, soft_target_score};
//! let config = FragilityAlphaConfig::default();
//! let (score, coverage) = soft_target_score(&[Some(0.9), Some(0.8), Some(0.6), Some(0.5)], &config);
//! assert!((score.unwrap() - 0.6817).abs() < 1e-4);
//! assert_eq!(coverage, 1.0);
//! let (held, _) = soft_target_score(&[Some(1.0), Some(1.0), Some(1.0), Some(0.0)], &config);
//! assert!(held.unwrap() < 0.32);
//! ```

mod config;
pub mod legacy;
mod output;
mod pricing;
mod score;
mod template;

#[cfg(test)]
mod tests;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::Dropped;
use domain::state::Saved;
use domain::view::View;

use crate::column::Column;
use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::stability::{StabilityOutput, StressFamily};
use crate::windows::Windows;
use pricing::Pricing;
use template::Market;

pub use config::{ComponentWeights, FragilityAlphaConfig, PricingConfig, ScoreType, TemplateConfig};
pub use output::FragilityOutput;
pub use pricing::Valuation;
pub use score::{FragilityClass, soft_target_score};
pub use template::{Direction, PositionKind, PositionTemplate};

/// What the engine is given each day.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The tape as of today.
    pub view: View<'a>,
    /// The trailing windows, at today.
    pub windows: &'a Windows,
    /// Today's stability and fragility measures.
    pub stability: &'a StabilityOutput,
    /// The mean of the profile flags, 0 to 1 with 1 the weakest.
    pub weakness: Option<&'a Column>,
    /// What prices are compared with.
    pub valuation: Valuation<'a>,
    /// What being short costs a year beside borrowing, as a share: the dividend yield.
    pub dividend_yield: Option<&'a Column>,
    /// Today's family when it is one of stress.
    pub stress: Option<StressFamily>,
    /// The days that the expected shortfall speaks of.
    pub horizon_days: u32,
}

/// The engine.
#[derive(Clone, Debug)]
pub struct Fragility {
    config: FragilityAlphaConfig,
    pricing: Pricing,
}

impl Fragility {
    /// The engine before its first day.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn new(config: FragilityAlphaConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let pricing = Pricing::new(config.pricing);
        Ok(Self { config, pricing })
    }

    /// What being short is expected to cost over the horizon, as a share of value (§13, "borrow or premium"): the
    /// premium where a put is proposed, else borrowing and dividends. `None` for a put of unknown volatility.
    fn carry(&self, input: &Input<'_>, instrument: Instrument) -> Option<f64> {
        let years = f64::from(input.horizon_days) / self.config.days_a_year;
        if !self.pricing.is_put(&input.view, instrument) {
            let dividends = input.dividend_yield.and_then(|column| column.get(instrument)).unwrap_or(0.0);
            return Some((self.config.borrow_rate + dividends) * years);
        }
        let trailing =
            || input.windows.today().vol_63.get(instrument).map(|daily| daily * self.config.days_a_year.sqrt());
        let vol = self.pricing.implied_vol(&input.view, instrument).or_else(trailing)?;
        Some(put_premium(vol, years))
    }

    /// `1 − (0.4 liquidity + 0.4 vol + 0.2 contagion)` over what is present.
    fn instability(&self, stability: &StabilityOutput, instrument: Instrument) -> Option<f64> {
        let weights = self.config.instability_weights;
        let columns = [&stability.liquidity, &stability.vol, &stability.contagion];
        let (mut total, mut present, mut steady) = (0.0, 0.0, 0.0);
        for (column, weight) in columns.iter().zip(weights) {
            total += weight;
            if let Some(value) = column.get(instrument) {
                present += weight;
                steady += weight * value;
            }
        }
        let enough = present > 0.0 && present / total >= self.config.min_coverage - 1e-12;
        enough.then(|| (1.0 - steady / present).clamp(0.0, 1.0))
    }

    /// Fills the row of one instrument.
    fn assess(&self, input: &Input<'_>, instrument: Instrument, output: &mut FragilityOutput) {
        let weak = input.weakness.and_then(|column| column.get(instrument));
        let instability = self.instability(input.stability, instrument);
        let high = input.stability.fragility.high_fragility.get(instrument);
        let complacent = output.complacent_pricing.get(instrument);
        let (score, coverage) = soft_target_score(&[weak, instability, high, complacent], &self.config);
        let shortfall = input.stability.fragility.expected_shortfall.get(instrument);
        let gain = score.zip(shortfall).map(|(score, shortfall)| score * shortfall);
        let alpha = gain.zip(self.carry(input, instrument)).map(|(gain, carry)| gain - carry);
        output.weak_profile.set(instrument, weak);
        output.instability.set(instrument, instability);
        output.high_fragility.set(instrument, high);
        output.coverage.set(instrument, Some(coverage));
        output.soft_target_score.set(instrument, score);
        output.fragility_alpha.set(instrument, alpha);
        let crisis = input.stress.is_some() || instability.is_some_and(|value| value > self.config.crisis_instability);
        output.class[instrument.index()] = score.map(|score| FragilityClass::of(score, crisis, &self.config.cuts));
    }
}

/// The premium of a put at the money as a share of the underlying's value, `0.4 · σ · √t` with σ a year and t in years,
/// without interest (Brenner and Subrahmanyam 1988, "A simple formula to compute the implied standard deviation"): 40 %
/// a year over 21 of 252 days cost `0.4 · 0.4 · √(1/12) = 4.6 %`. 0.4 stands for 1/√(2π) = 0.3989.
fn put_premium(vol: f64, years: f64) -> f64 {
    0.4 * vol * years.sqrt()
}

impl Engine for Fragility {
    const NAME: &'static str = "fragility";
    type Input<'a> = Input<'a>;
    type Output = FragilityOutput;

    fn run(&mut self, input: &Input<'_>) -> Answer<FragilityOutput> {
        let width = input.view.instruments().len();
        let mut output = FragilityOutput::absent(width);
        output.complacent_pricing = self.pricing.complacency(input, self.config.min_coverage);
        let mut dropped = Vec::new();
        let market = Market { view: &input.view, windows: input.windows, pricing: &self.pricing };
        let mut positions = Vec::new();
        for instrument in (0..width as u32).map(Instrument) {
            self.assess(input, instrument, &mut output);
            if output.soft_target_score.get(instrument).is_none() {
                dropped.push(Dropped { instrument, reason: "coverage_below_least".into() });
                continue;
            }
            match template::position(&market, &output, instrument, &self.config.template) {
                Ok(position) => positions.extend(position),
                Err(reason) => dropped.push(Dropped { instrument, reason: reason.into() }),
            }
        }
        output.positions = positions;
        Answer { output: Ok(output), dropped }
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        self.pricing.save(bytes);
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        self.pricing = Pricing::restored(self.config.pricing, saved)?;
        Some(())
    }
}
