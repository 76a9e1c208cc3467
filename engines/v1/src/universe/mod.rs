//! The universe engine: who may be held today (engines-v1 §5).
//!
//! Names that are delisted, excluded, cheap, illiquid or badly governed are dropped; the rest are ranked by a weighted
//! sum of z-scores; the best are kept up to caps on names and on names of a sector, which an alert shrinks. A company
//! whose main bank is Targetable is dropped, and a Breaker among the entities leaves only defensive sectors.
//!
//! Volumes that a tape lacks cannot be tested: the test passes and the day is flagged. A carried day counts with its
//! volume of zero, which is how v1's weekdays thin out the liquidity of every holiday.
//!
//! A worked example of the score: z-scores of 1 for the 126-day return, 2 for the return on equity, −1 for calm and 0
//! for growth give 0.4 + 0.6 − 0.2 + 0 = 0.8.
//!
//! ```
//! assert!((v1::universe::score([1.0, 2.0, -1.0, 0.0]) - 0.8).abs() < 1e-12);
//! ```

mod measures;
pub mod select;

use domain::ids::Instrument;
use domain::report::{Abstention, Dropped, EngineReport, Verdict};
use domain::view::View;

use crate::black_swan::EmergencyState;
use crate::config::V1Config;
use crate::fundamentals::Fundamentals;
use crate::regime::alert::AlertLevel;
use crate::stability::{EntityState, Stability};
use crate::stats::z_scores;
use crate::tell;
use measures::{Measures, Prices};
use select::{Candidate, Caps, select};

/// The name in reports.
pub const ENGINE: &str = "v1.universe";

/// Weights of the z-scores of return, return on equity, calm and growth [chosen].
const WEIGHTS: [f64; 4] = [0.4, 0.3, 0.2, 0.1];
/// Sectors that hold up when others do not [chosen].
const DEFENSIVE: [&str; 4] = ["CONSUMER STAPLES", "HEALTH CARE", "HEALTHCARE", "UTILITIES"];

/// What is left of the weight hint of a name whose main bank is Fragile [chosen]: exposure is cut by 30 % (§2).
pub(crate) const FRAGILE_FACTOR: f64 = 0.7;

/// What the other engines say of the day.
#[derive(Clone, Copy, Debug)]
pub struct Gates<'a> {
    /// The alert level.
    pub alert: AlertLevel,
    /// The black swan level.
    pub emergency: EmergencyState,
    /// The entities.
    pub stability: &'a Stability,
}

/// A member of the universe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// The name.
    pub instrument: Instrument,
    /// Its score.
    pub score: f64,
    /// `1 / n`, less where its main bank is Fragile.
    pub weight_hint: f64,
}

/// The universe of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Universe {
    /// The members, ascending by instrument.
    pub members: Vec<Member>,
    /// The others, with the reason.
    pub dropped: Vec<(Instrument, &'static str)>,
    /// Names with a price today.
    pub pool: usize,
    /// Whether something could not be tested or measured.
    pub data_quality: bool,
}

/// The composite of four z-scores: 126-day return, return on equity, minus 63-day volatility, revenue growth.
#[must_use]
pub fn score(z: [f64; 4]) -> f64 {
    let parts: Vec<f64> = z.iter().zip(WEIGHTS).map(|(z, weight)| z * weight).collect();
    domain::numeric::sum(&parts)
}

/// Whether a sector is one of the defensive ones, whatever its letters' case.
#[must_use]
pub fn is_defensive(sector: &str) -> bool {
    DEFENSIVE.iter().any(|name| name.eq_ignore_ascii_case(sector))
}

/// Chooses today's universe.
#[must_use]
pub fn choose(view: &View<'_>, config: &V1Config, fundamentals: &Fundamentals, gates: &Gates<'_>) -> Universe {
    let prices = Prices::of(view);
    let mut universe = Universe::default();
    let mut kept: Vec<(Instrument, Measures)> = Vec::new();
    for instrument in (0..view.instruments().len() as u32).map(Instrument) {
        let measured = prices.measure(instrument);
        universe.pool += usize::from(measured.price.is_some());
        match refuse(view, config, fundamentals, gates, instrument, &measured) {
            Some(reason) => universe.dropped.push((instrument, reason)),
            None => kept.push((instrument, measured)),
        }
    }
    let candidates = candidates(view, fundamentals, &kept);
    let bare = |(instrument, measured): &(Instrument, Measures)| {
        let ratios = fundamentals.of(*instrument);
        measured.dollar_volume.is_none()
            || measured.return_126.is_none()
            || ratios.roe.is_none()
            || ratios.revenue_growth.is_none()
    };
    universe.data_quality = kept.iter().any(bare);
    let shrunk = f64::from(config.max_names) * gates.alert.universe_factor();
    let caps = Caps {
        names: shrunk as usize,
        names_per_sector: config.max_names_per_sector as usize,
        liquid_share: gates.emergency.liquid_share(),
    };
    let (chosen, left) = select(candidates, &caps);
    universe.dropped.extend(left);
    universe.dropped.sort_unstable();
    let count = chosen.len() as f64;
    let member = |(instrument, score): (Instrument, f64)| {
        let fragile = bank(view, config, gates, instrument) == Some(EntityState::Fragile);
        let weight_hint = if fragile { FRAGILE_FACTOR } else { 1.0 } / count;
        Member { instrument, score, weight_hint }
    };
    universe.members = chosen.into_iter().map(member).collect();
    universe
}

/// Why a name may not be held; `None` when it may.
fn refuse(
    view: &View<'_>,
    config: &V1Config,
    fundamentals: &Fundamentals,
    gates: &Gates<'_>,
    instrument: Instrument,
    measured: &Measures,
) -> Option<&'static str> {
    let fact = &view.instruments()[instrument.index()];
    let Some(price) = measured.price else { return Some("no_price") };
    let defensive = fact.sector.as_deref().is_some_and(is_defensive);
    let rules = [
        (view.is_delisted(instrument), "delisted"),
        (config.exclude.iter().any(|id| id == fact.id.as_str()), "restricted"),
        (price < config.min_price, "low_price"),
        (measured.dollar_volume.is_some_and(|volume| volume < config.min_dollar_volume), "illiquid"),
        (fundamentals.of(instrument).governance_risk, "gov_risk"),
        (bank(view, config, gates, instrument) >= Some(EntityState::Targetable), "targetable_bank"),
        (gates.stability.weakness().breakers > 0 && !defensive, "not_defensive"),
    ];
    rules.into_iter().find(|(refused, _)| *refused).map(|(_, reason)| reason)
}

/// The state of the issuer's main bank, where the config names one.
fn bank(view: &View<'_>, config: &V1Config, gates: &Gates<'_>, instrument: Instrument) -> Option<EntityState> {
    main_bank(view, config, gates.stability, instrument).map(|(state, _)| state)
}

/// State and index of the issuer's main bank, where the config names one.
pub(crate) fn main_bank(
    view: &View<'_>,
    config: &V1Config,
    stability: &Stability,
    instrument: Instrument,
) -> Option<(EntityState, f64)> {
    let issuer = view.instruments()[instrument.index()].issuer.as_deref()?;
    stability.entity(config.main_banks.get(issuer)?)
}

fn candidates(view: &View<'_>, fundamentals: &Fundamentals, kept: &[(Instrument, Measures)]) -> Vec<Candidate> {
    let column =
        |of: &dyn Fn(&(Instrument, Measures)) -> Option<f64>| z_scores(&kept.iter().map(of).collect::<Vec<_>>());
    let returns = column(&|(_, measured)| measured.return_126);
    let roe = column(&|(instrument, _)| fundamentals.of(*instrument).roe);
    let calm = column(&|(_, measured)| measured.volatility_63.map(|volatility| -volatility));
    let growth = column(&|(instrument, _)| fundamentals.of(*instrument).revenue_growth);
    let candidate = |(at, (instrument, measured)): (usize, &(Instrument, Measures))| Candidate {
        instrument: *instrument,
        score: score([returns[at], roe[at], calm[at], growth[at]]),
        sector: view.instruments()[instrument.index()].sector.clone(),
        dollar_volume: measured.dollar_volume,
    };
    kept.iter().enumerate().map(candidate).collect()
}

impl Universe {
    /// The names with a price today and nothing else: the universe of the control strategy.
    #[must_use]
    pub fn everything(view: &View<'_>) -> Self {
        let priced: Vec<Instrument> = view.closes(0).into_iter().flat_map(|row| row.iter()).map(|(at, _)| at).collect();
        let weight_hint = 1.0 / priced.len().max(1) as f64;
        let members: Vec<Member> =
            priced.iter().map(|instrument| Member { instrument: *instrument, score: 0.0, weight_hint }).collect();
        let all = (0..view.instruments().len() as u32).map(Instrument);
        let unpriced = all.filter(|instrument| priced.binary_search(instrument).is_err());
        let dropped = unpriced.map(|instrument| (instrument, "no_price")).collect();
        Self { pool: members.len(), members, dropped, data_quality: false }
    }

    pub(crate) fn report(&self, monthly: bool) -> EngineReport {
        let figures = vec![
            tell::number("pool", self.pool as f64),
            tell::number("names", self.members.len() as f64),
            tell::label("data_quality", if self.data_quality { "incomplete" } else { "complete" }),
        ];
        let verdict = if self.pool == 0 { Verdict::Abstained(Abstention::NothingEligible) } else { Verdict::Decided };
        let drop = |(instrument, reason): &(Instrument, &'static str)| Dropped {
            instrument: *instrument,
            reason: (*reason).into(),
        };
        let dropped = if monthly { self.dropped.iter().map(drop).collect() } else { Vec::new() };
        EngineReport { figures, dropped, ..EngineReport::plain(ENGINE, verdict) }
    }
}
