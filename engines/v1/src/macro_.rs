//! The older macro engine: one score of spread, volatility and slope (engines-v1 §4).
//!
//! Each input is a z-score over five years of weekday observations, not clipped, with a spread that divides by
//! `n − 1`; an input that never moved has 0. The score is `s = 0.4 z_spread + 0.4 z_vol − 0.2 z_slope`, cut at −0.5,
//! 0.5 and 1.5. Confidence is the distance to the nearest cut over 0.5, at most 1. A score that rose over 20 days is a
//! LATE sub-stage, any other an EARLY one [chosen].
//!
//! A worked example: z-scores of 2, 2 and −1 give 1.8, a credit freeze with a confidence of 0.3 / 0.5 = 0.6.
//!
//! ```
//! use v1::macro_::{MacroRegime, confidence, score};
//! let s = score(2.0, 2.0, -1.0);
//! assert!((s - 1.8).abs() < 1e-12);
//! assert_eq!(MacroRegime::of_score(s), MacroRegime::CreditFreeze);
//! assert!((confidence(s) - 0.6).abs() < 1e-12);
//! ```

use domain::numeric::mean;
use domain::report::EngineReport;
use domain::view::View;

use crate::config::Inputs;
use crate::observations::{FIVE_YEARS, MIN_OBSERVATIONS, observations};
use crate::stats::sample_deviation;
use crate::tell;

/// The name in reports.
pub const ENGINE: &str = "v1.macro";

/// The four regimes of the older generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MacroRegime {
    /// Below −0.5.
    CreditExpansion,
    /// From −0.5.
    MidCycle,
    /// From 0.5.
    LateCycle,
    /// From 1.5.
    CreditFreeze,
}

/// What the engine says of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MacroOutput {
    /// The z-scores of spread, volatility and slope.
    pub components: [f64; 3],
    /// Their weighted sum.
    pub score: f64,
    /// The regime.
    pub regime: MacroRegime,
    /// Whether the score rose over 20 days.
    pub late: bool,
    /// From 0 to 1.
    pub confidence: f64,
}

const WEIGHTS: [f64; 3] = [0.4, 0.4, -0.2];
const CUTS: [(f64, MacroRegime); 3] =
    [(1.5, MacroRegime::CreditFreeze), (0.5, MacroRegime::LateCycle), (-0.5, MacroRegime::MidCycle)];
/// The distance to a cut at which confidence is full.
const SURE_AT: f64 = 0.5;
/// Observations between two scores whose difference names the sub-stage.
const TREND: usize = 20;

impl MacroRegime {
    /// The regime of a score.
    #[must_use]
    pub fn of_score(score: f64) -> Self {
        CUTS.iter().find(|(from, _)| score >= *from).map_or(Self::CreditExpansion, |(_, regime)| *regime)
    }

    /// The id in v1's tables, 1 to 4.
    #[must_use]
    pub const fn id(self) -> u8 {
        self as u8 + 1
    }

    /// The name in v1's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreditExpansion => "credit_expansion",
            Self::MidCycle => "mid_cycle",
            Self::LateCycle => "late_cycle",
            Self::CreditFreeze => "credit_freeze",
        }
    }
}

/// The score of three z-scores.
#[must_use]
pub fn score(spread: f64, volatility: f64, slope: f64) -> f64 {
    domain::numeric::sum(&[WEIGHTS[0] * spread, WEIGHTS[1] * volatility, WEIGHTS[2] * slope])
}

/// The confidence in the regime of a score, 0 to 1.
#[must_use]
pub fn confidence(score: f64) -> f64 {
    let nearest = CUTS.iter().map(|(cut, _)| (score - cut).abs()).fold(f64::INFINITY, f64::min);
    (nearest / SURE_AT).min(1.0)
}

/// What the engine says today; `None` when an input is unavailable.
#[must_use]
pub fn step(view: &View<'_>, inputs: &Inputs) -> Option<MacroOutput> {
    let sources = [&inputs.credit_spread, &inputs.vix, &inputs.slope];
    let levels = sources.map(|source| observations(view, source, FIVE_YEARS + TREND));
    let at = |lag: usize| -> Option<[f64; 3]> {
        let [spread, volatility, slope] = levels.each_ref().map(|levels| z_score(levels, lag));
        Some([spread?, volatility?, slope?])
    };
    let [spread, volatility, slope] = at(0)?;
    let today = score(spread, volatility, slope);
    let before = at(TREND).map(|[spread, volatility, slope]| score(spread, volatility, slope));
    Some(MacroOutput {
        components: [spread, volatility, slope],
        score: today,
        regime: MacroRegime::of_score(today),
        late: before.is_some_and(|before| today > before),
        confidence: confidence(today),
    })
}

/// The z-score as it was `lag` observations ago.
fn z_score(levels: &[f64], lag: usize) -> Option<f64> {
    let seen = levels.get(lag..)?;
    let seen = &seen[..seen.len().min(FIVE_YEARS)];
    if seen.len() < MIN_OBSERVATIONS {
        return None;
    }
    let (center, spread) = (mean(seen)?, sample_deviation(seen)?);
    Some(if spread > 0.0 { (seen[0] - center) / spread } else { 0.0 })
}

pub(crate) fn report(output: Option<&MacroOutput>) -> EngineReport {
    let Some(output) = output else { return tell::missing(ENGINE, "macro_time_series") };
    let [spread, volatility, slope] = output.components;
    let figures = vec![
        tell::label("regime", output.regime.name()),
        tell::label("sub_stage", if output.late { "LATE" } else { "EARLY" }),
        tell::number("confidence", output.confidence),
        tell::number("score", output.score),
        tell::number("z_spread", spread),
        tell::number("z_volatility", volatility),
        tell::number("z_slope", slope),
    ];
    tell::decided(ENGINE, figures)
}
