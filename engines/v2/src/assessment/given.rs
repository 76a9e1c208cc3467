//! From scores back to expected returns, for scores that another generation of engines may have given.
//!
//! The assessment makes a score and an expected return of the same signal, so a score that is its own is answered by
//! the expected return it made with it, to the last bit. Any other score is turned back into a signal by the inverse
//! of the formula that makes scores, and charged as a signal is ([`super::combine`]):
//!
//! ```text
//! s = 2 · artanh(score)       expected return = IC · σ_H · s
//! ```
//!
//! A score of ±1 stands for no finite signal, so s ends at the largest strength that the config's families can reach.
//!
//! Worked example: IC = 0.04, a daily volatility of 2 % and 21 days make σ_H = 9.17 %. A score of 0.38 is s = 0.8, and
//! an expected return of 0.04 · 9.17 % · 0.8 = 0.293 %, as in the example of [`super`].

use domain::chain::Score;
use domain::ids::Instrument;

use super::config::{AssessmentConfig, BaseModel};
use super::family::Family;
use super::output::HorizonScores;
use crate::column::Column;

impl AssessmentConfig {
    /// The expected return over `horizon_days` that each of `scores` stands for. `own` are the assessment's own scores
    /// of the day over that horizon, `volatility` is daily; a name without either has no expected return.
    #[must_use]
    pub fn expected_returns(
        &self,
        scores: &[Score],
        own: Option<&HorizonScores>,
        volatility: &Column,
        horizon_days: u32,
    ) -> Column {
        let mut column = Column::absent(volatility.width());
        for Score { instrument, score, .. } in scores {
            let same = |own: &&HorizonScores| own.score.get(*instrument).map(f64::to_bits) == Some(score.to_bits());
            let expected = match own.filter(same) {
                Some(own) => own.expected_return.get(*instrument),
                None => self.expected_return(*instrument, *score, volatility, horizon_days),
            };
            column.set(*instrument, expected);
        }
        column
    }

    fn expected_return(&self, at: Instrument, score: f64, volatility: &Column, horizon_days: u32) -> Option<f64> {
        match self.base_model_id {
            BaseModel::MomentumBaseline => Some(score.clamp(-1.0, 1.0) * self.baseline.momentum_ref),
            BaseModel::AlphaFamilies => {
                let sigma = volatility.get(at)? * f64::from(horizon_days).sqrt();
                Some(self.information_coefficient * sigma * self.strength(score))
            }
        }
    }

    /// The signal behind a score.
    fn strength(&self, score: f64) -> f64 {
        let strongest = self.strongest();
        (2.0 * libm::atanh(score.clamp(-1.0, 1.0))).clamp(-strongest, strongest)
    }

    /// Σ|w|·winsor / √Σw²: the strength of a name that leads every family.
    fn strongest(&self) -> f64 {
        let (mut total, mut squares) = (0.0, 0.0);
        for family in Family::ALL.into_iter().filter(|family| self.alpha_family_models.contains_key(family)) {
            let weight = self.weights.of(family);
            total += weight.abs();
            squares += weight * weight;
        }
        if squares > 0.0 { self.standard.winsor * total / squares.sqrt() } else { self.standard.winsor }
    }
}
