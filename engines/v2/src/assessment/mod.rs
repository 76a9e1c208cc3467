//! Assessment: what each instrument is expected to return, how sure that is, and a word for it (engines-v2 §6, §13).
//!
//! Each alpha family ranks the names of one market against each other by a winsorised z-score ([`family`],
//! [`standard`]); the families are combined to a signal s, less a penalty for fragility, and s gives expected return,
//! score, confidence and label ([`combine`], [`label`]). Nothing is kept between days: the answer is a function of
//! today's columns.
//!
//! Worked example: a daily volatility of 2 % and a horizon of 21 days make σ_H = 9.17 %. A name with s = 1 and a
//! HighFragility of 0.2 has an expected return of 0.04 · 9.17 % − 0.04 · 0.2 · 9.17 % = 0.293 %, and a score of
//! tanh(0.8 / 2) = 0.38: a BUY.
//!
//! ```
//! use v2::assessment::{combine::squash, label::{LabelCuts, SignalLabel}};
//! let sigma = 0.02 * 21.0_f64.sqrt();
//! let expected = 0.04 * sigma * 1.0 - 0.04 * 0.2 * sigma;
//! assert!((expected - 0.002_932_9).abs() < 1e-7);
//! let score = squash(1.0 - 0.2);
//! assert!((score - 0.379_949).abs() < 1e-6);
//! assert_eq!(LabelCuts::default().label(score), SignalLabel::Buy);
//! ```
//!
//! **Coverage.** A strategy says which families it requires. Coverage is the weight of the required inputs that a
//! name has over the weight of all required ones; below one half the name has no score. So a strategy on a tape of
//! prices requires `momentum` alone and has full coverage there, while a strategy that requires five families has no
//! scores on such a tape, instead of scores that rest on a fifth of what it asked for.
//!
//! **Soft targets.** A SOFT_TARGET keeps the share `max_soft_target_exposure` of a positive expected return and
//! score, none by default; a negative one stands.

pub mod baseline;
pub mod combine;
pub mod config;
pub mod family;
mod given;
pub mod label;
pub mod output;
mod scoring;
pub(crate) mod sectors;
mod standard;
#[cfg(test)]
pub(crate) mod tests;

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::report::{Abstention, Dropped};
use domain::state::Saved;
use domain::view::View;

use self::config::{AssessmentConfig, BaseModel};
use self::family::Family;
use self::output::AssessmentOutput;
use self::standard::CrossSection;
use crate::column::Column;
use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::windows::{WINDOW, Windows, YEAR};

/// What had been published of each instrument's issuer by today, as the profile engine hands it over.
#[derive(Clone, Copy, Debug)]
pub struct Fundamentals<'a> {
    /// Net income by market value.
    pub earnings_yield: &'a Column,
    /// Equity by market value.
    pub book_to_price: &'a Column,
    /// Free cash flow by market value.
    pub fcf_yield: &'a Column,
    /// Return on equity.
    pub roe: &'a Column,
    /// Gross profit by revenue.
    pub gross_margin: &'a Column,
    /// Indebtedness, more is worse.
    pub leverage: &'a Column,
    /// Accruals by assets, more is worse.
    pub accruals: &'a Column,
    /// Dividends by price.
    pub dividend_yield: &'a Column,
}

/// What the assessment is given each day. An input that nobody has is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The tape as of today.
    pub view: View<'a>,
    /// The trailing windows, stepped to today.
    pub windows: &'a Windows,
    /// Published figures.
    pub fundamentals: Option<Fundamentals<'a>>,
    /// Growth, higher is better.
    pub growth: Option<&'a Column>,
    /// Sentiment, higher is better.
    pub sentiment: Option<&'a Column>,
    /// HighFragility, 0 to 1, more is worse.
    pub high_fragility: Option<&'a Column>,
    /// Fragility alpha, positive where a short is worth having.
    pub fragility_alpha: Option<&'a Column>,
    /// The soft-target class as a number: 0 NONE, 1 WATCHLIST, 2 SOFT_TARGET.
    pub soft_target: Option<&'a Column>,
    /// The soft-target index, 0 to 100, more is worse: for the reference model.
    pub soft_target_index: Option<&'a Column>,
    /// The weak-profile driver, 0 to 1, more is worse: for the reference model.
    pub weak_driver: Option<&'a Column>,
}

/// The engine. It has no state; the sectors of a tape are numbered anew after a restore.
#[derive(Clone, Debug)]
pub struct Assessment {
    config: AssessmentConfig,
    sectors: Vec<Option<u32>>,
    /// The day of the view that the sectors were last used on.
    day_count: usize,
}

impl Assessment {
    /// The engine of a config.
    ///
    /// # Errors
    /// [`ConfigError`] with the key that cannot stand.
    pub fn new(config: AssessmentConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config, sectors: Vec::new(), day_count: 0 })
    }

    /// Its config.
    #[must_use]
    pub const fn config(&self) -> &AssessmentConfig {
        &self.config
    }

    /// A tape's sectors do not change from one of its days to the next.
    fn know(&mut self, view: View<'_>) {
        let follows = self.day_count + 1 == view.day_count();
        if !follows || self.sectors.len() != view.instruments().len() {
            self.sectors = sectors::numbered(view.instruments());
        }
        self.day_count = view.day_count();
    }

    /// The names that are compared today, market by market; the others with the reason why not.
    fn cross_sections(&self, input: &Input<'_>, reasons: &mut [Option<&'static str>]) -> Vec<CrossSection> {
        reasons.fill(Some("other_market"));
        let wanted = |market: &str| self.config.markets.iter().any(|wanted| wanted == market);
        let mut markets = Vec::new();
        for proxy in input.windows.proxies().iter().filter(|proxy| wanted(&proxy.market)) {
            for at in &proxy.members {
                let priced = input.view.close(Instrument(*at as u32)).is_some();
                reasons[*at] = (!priced).then_some("no_price_today");
            }
            let members = proxy.members.iter().copied().filter(|at| reasons[*at].is_none()).collect();
            markets.push(CrossSection { members });
        }
        markets
    }

    /// Why a day has no score at all.
    fn why_none(&self, view: View<'_>) -> Abstention {
        let need = match self.config.base_model_id {
            BaseModel::AlphaFamilies if self.config.requires(Family::Momentum) => YEAR as u32 + 1,
            BaseModel::AlphaFamilies => WINDOW as u32,
            BaseModel::MomentumBaseline => {
                let longest = self.config.horizons_days.last().copied().unwrap_or(0);
                self.config.baseline.window(longest)
            }
        };
        let have = view.day_count() as u32;
        if have < need { Abstention::ShortHistory { have, need } } else { Abstention::NothingEligible }
    }
}

impl Engine for Assessment {
    const NAME: &'static str = "assessment";
    type Input<'a> = Input<'a>;
    type Output = AssessmentOutput;

    fn run(&mut self, input: &Input<'_>) -> Answer<AssessmentOutput> {
        self.know(input.view);
        let mut reasons = vec![None; input.view.instruments().len()];
        let markets = self.cross_sections(input, &mut reasons);
        let output = match self.config.base_model_id {
            BaseModel::AlphaFamilies => {
                scoring::by_families(&self.config, input, &markets, &self.sectors, &mut reasons)
            }
            BaseModel::MomentumBaseline => scoring::by_baseline(&self.config, input, &markets, &mut reasons),
        };
        let named = (0..).map(Instrument).zip(&reasons);
        let dropped = named
            .filter_map(|(instrument, reason)| reason.map(|reason| Dropped { instrument, reason: reason.into() }))
            .collect();
        if reasons.iter().all(Option::is_some) {
            return Answer { output: Err(self.why_none(input.view)), dropped };
        }
        Answer { output: Ok(output), dropped }
    }

    fn save(&self, _: &mut CanonicalBytes) {}

    fn restore(&mut self, _: &mut Saved<'_>) -> Option<()> {
        (self.sectors, self.day_count) = (Vec::new(), 0);
        Some(())
    }
}
