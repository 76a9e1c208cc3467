//! Proposals of positions: never orders, always with a reason.

use std::sync::Arc;

use domain::date::Date;
use domain::ids::Instrument;
use domain::view::View;

use super::config::TemplateConfig;
use super::output::FragilityOutput;
use super::pricing::Pricing;
use super::score::FragilityClass;
use crate::windows::Windows;

/// Which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Bought: a put is bought.
    Long,
    /// Sold.
    Short,
}

/// What is traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PositionKind {
    /// A share.
    Equity,
    /// A future.
    Future,
    /// A listed option, here a put.
    Option,
    /// A credit default swap.
    Cds,
    /// A currency pair.
    Fx,
}

/// What kind of thing an instrument is, as far as being short of it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Traded {
    /// A share, or a fund of them.
    Share,
    Fx,
    Future,
    Cds,
    Other,
}

impl Traded {
    pub(super) fn of(asset_class: &str) -> Self {
        match asset_class {
            "EQUITY" | "ETF" => Self::Share,
            "FX" => Self::Fx,
            "FUTURE" => Self::Future,
            "CDS" => Self::Cds,
            _ => Self::Other,
        }
    }
}

/// A proposal (engines-v2 §5).
#[derive(Clone, Debug, PartialEq)]
pub struct PositionTemplate {
    /// The issuer, or the instrument's id where there is none.
    pub entity_id: Arc<str>,
    /// The instrument; for a put, its underlying.
    pub instrument_id: Instrument,
    /// The day.
    pub as_of_date: Date,
    /// Which side.
    pub direction: Direction,
    /// What is traded.
    pub kind: PositionKind,
    /// Share of the account's value.
    pub notional_hint: f64,
    /// Trading days.
    pub horizon_days: u32,
    /// The class that it follows from.
    pub class: FragilityClass,
    /// The soft-target score, 0 to 1.
    pub score: f64,
    /// The expected gain over the scenario horizon, as a share.
    pub alpha: f64,
}

impl PositionTemplate {
    /// Why, for a reader.
    #[must_use]
    pub fn rationale(&self) -> String {
        let how = if self.kind == PositionKind::Option { "long a listed put" } else { "short" };
        let (class, score, alpha) = (self.class.name(), self.score, self.alpha);
        format!("{class}: soft-target score {score:.2}, alpha {alpha:.3} over the scenario horizon; {how}")
    }
}

/// What a proposal looks at beside the scores.
pub(super) struct Market<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) windows: &'a Windows,
    pub(super) pricing: &'a Pricing,
}

impl Direction {
    /// As the tables write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Long => "LONG",
            Self::Short => "SHORT",
        }
    }
}

impl PositionKind {
    /// As the tables write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equity => "EQUITY",
            Self::Future => "FUTURE",
            Self::Option => "OPTION",
            Self::Cds => "CDS",
            Self::Fx => "FX",
        }
    }
}

/// The proposal for one instrument, or none, or why a candidate has none.
pub(super) fn position(
    market: &Market<'_>,
    output: &FragilityOutput,
    instrument: Instrument,
    config: &TemplateConfig,
) -> Result<Option<PositionTemplate>, &'static str> {
    let (class, score) = (output.class[instrument.index()], output.soft_target_score.get(instrument));
    let (Some(class), Some(score)) = (class, score) else { return Ok(None) };
    if class < FragilityClass::ShortCandidate {
        return Ok(None);
    }
    let alpha = output.fragility_alpha.get(instrument).ok_or("shortfall_or_premium_unknown")?;
    if alpha <= 0.0 {
        return Err("carry_eats_the_alpha");
    }
    let (direction, kind) = side(market, instrument, config)?;
    let fact = &market.view.instruments()[instrument.index()];
    Ok(Some(PositionTemplate {
        entity_id: fact.issuer.as_deref().unwrap_or(fact.id.as_str()).into(),
        instrument_id: instrument,
        as_of_date: market.view.today(),
        direction,
        kind,
        notional_hint: notional_hint(score, config),
        horizon_days: config.horizon_days,
        class,
        score,
        alpha,
    }))
}

/// `clamp(0.05 · score, 0.01, 0.05)`.
pub(super) fn notional_hint(score: f64, config: &TemplateConfig) -> f64 {
    (config.notional_per_score * score).clamp(config.notional_least, config.notional_most)
}

/// Puts first; equity only when it is known to be liquid; nothing else for a small account.
fn side(
    market: &Market<'_>,
    instrument: Instrument,
    config: &TemplateConfig,
) -> Result<(Direction, PositionKind), &'static str> {
    if market.pricing.is_put(market.view, instrument) {
        return Ok((Direction::Long, PositionKind::Option));
    }
    let traded = market.pricing.traded(market.view, instrument);
    if traded == Traded::Share {
        let traded = market.windows.today().adv_63.get(instrument).ok_or("liquidity_unknown")?;
        return if traded >= config.min_adv { Ok((Direction::Short, PositionKind::Equity)) } else { Err("illiquid") };
    }
    match traded {
        _ if config.small_capital => Err("not_for_small_capital"),
        Traded::Fx => Ok((Direction::Short, PositionKind::Fx)),
        Traded::Future => Ok((Direction::Short, PositionKind::Future)),
        Traded::Cds => Ok((Direction::Long, PositionKind::Cds)),
        _ => Err("no_instrument_to_be_short_with"),
    }
}
