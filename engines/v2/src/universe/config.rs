//! The config of the universe: engines-v2 §7 and §13, every chosen number with its default.

use domain::ids::InstrumentId;
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, EngineConfig, Ranges};

/// Which instruments a strategy may hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UniverseConfig {
    /// The strategy that the universe belongs to.
    pub strategy_id: String,
    /// The markets whose instruments are candidates, for example `US_EQ`.
    pub markets: Vec<String>,
    /// At most this many names.
    pub max_universe_size: u32,
    /// The least mean value traded a day over 63 days, in the instrument's currency.
    pub min_liquidity_adv: f64,
    /// The least close as traded, in the instrument's currency.
    pub min_price: f64,
    /// At most this many names of one sector.
    pub sector_max_names: u32,
    /// The id of the model that ranks.
    pub universe_model_id: String,
    /// Instruments that are never admitted; empty by default.
    #[serde(default)]
    pub hard_exclusion_list: Vec<InstrumentId>,
    /// Issuers none of whose instruments is admitted; empty by default.
    #[serde(default)]
    pub issuer_exclusion_list: Vec<String>,
    /// Instruments that come before every ranked name, CORE, as long as they pass every filter; empty by default.
    #[serde(default)]
    pub core_holdings: Vec<InstrumentId>,
    /// The side that the universe is for; `long` by default.
    #[serde(default)]
    pub side: Side,
    /// Whether soft targets may be held long; false by default.
    #[serde(default)]
    pub allow_soft_targets_long: bool,
    /// Whether soft targets may be sold short; true by default.
    #[serde(default = "yes")]
    pub allow_soft_targets_short: bool,
    /// The asset classes that are admitted: the part of the id before the colon; `EQUITY`, `ETF` by default.
    #[serde(default = "asset_classes")]
    pub asset_classes: Vec<String>,
    /// The least number of days with a price; 63 by default.
    #[serde(default = "history")]
    pub min_history_days: u32,
    /// Candidates whose value traded cannot be known, because the tape has no volumes; `exclude` by default. A tape
    /// of closes alone has members only under `admit`; they are then ranked without the liquidity term.
    #[serde(default)]
    pub liquidity_unknown: Unknown,
    /// Candidates without a stability score; `exclude` by default, with the reason `no_stab_state`.
    #[serde(default)]
    pub stability_unknown: Unknown,
    /// Whether the names without a sector, together, are capped like one sector; false by default, for a tape that
    /// knows no sectors would otherwise hold `sector_max_names` names.
    #[serde(default)]
    pub cap_unknown_sector: bool,
    /// The least quality, 0 to 1, where it is known; 0 by default, which lets everyone pass.
    #[serde(default)]
    pub min_quality: f64,
    /// What keeps a fragile name out of the long side.
    #[serde(default)]
    pub soft_targets: SoftTargetRule,
    /// How names are ranked.
    #[serde(default)]
    pub ranking: Ranking,
}

/// The side of the market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// To hold.
    #[default]
    Long,
    /// To sell short.
    Short,
}

/// What is done with a candidate of whom a needed figure is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// It is let in.
    Admit,
    /// It is kept out.
    #[default]
    Exclude,
}

/// Bounds on fragility.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SoftTargetRule {
    /// A soft-target index from here on is a BREAKER; 75 by default.
    pub breaker_index: f64,
    /// A soft-target index from here on is FRAGILE or worse; 45 by default.
    pub fragile_index: f64,
    /// A weak-profile driver from here on is a weak profile; 0.7 by default.
    pub weak_profile: f64,
    /// A soft-target score above this, 0 to 1, is kept out; 0.8 by default.
    pub max_soft_target_score: f64,
}

/// The weights of the universe score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ranking {
    /// Of the assessment, (1 + score) / 2; 0.4 by default.
    pub score: f64,
    /// Of liquidity; 0.2 by default.
    pub liquidity: f64,
    /// Of quality; 0.2 by default.
    pub quality: f64,
    /// Of stability; 0.2 by default.
    pub stability: f64,
    /// Taken off a WATCHLIST name on the long side; 0.3 by default.
    pub watchlist_penalty: f64,
    /// Below this share of the weights a candidate cannot be ranked; 0.5 by default.
    pub min_coverage: f64,
}

const fn yes() -> bool {
    true
}

fn asset_classes() -> Vec<String> {
    vec!["EQUITY".to_owned(), "ETF".to_owned()]
}

const fn history() -> u32 {
    63
}

impl Default for SoftTargetRule {
    fn default() -> Self {
        Self { breaker_index: 75.0, fragile_index: 45.0, weak_profile: 0.7, max_soft_target_score: 0.8 }
    }
}

impl Default for Ranking {
    fn default() -> Self {
        Self { score: 0.4, liquidity: 0.2, quality: 0.2, stability: 0.2, watchlist_penalty: 0.3, min_coverage: 0.5 }
    }
}

impl UniverseConfig {
    /// Whether soft targets are admitted on the side of this universe.
    #[must_use]
    pub const fn admits_soft_targets(&self) -> bool {
        match self.side {
            Side::Long => self.allow_soft_targets_long,
            Side::Short => self.allow_soft_targets_short,
        }
    }

    fn check_lists(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        ranges.name("strategy_id", &self.strategy_id)?;
        ranges.name("universe_model_id", &self.universe_model_id)?;
        let lists = [("markets", &self.markets), ("asset_classes", &self.asset_classes)];
        for (key, list) in lists {
            if list.is_empty() {
                return ranges.refuse(key, "[]", "at least one");
            }
            list.iter().try_for_each(|name| ranges.name(key, name))?;
        }
        self.issuer_exclusion_list.iter().try_for_each(|name| ranges.name("issuer_exclusion_list", name))?;
        if self.core_holdings.len() > self.max_universe_size as usize {
            return ranges.refuse("core_holdings", self.core_holdings.len(), "at most max_universe_size names");
        }
        let banned = self.core_holdings.iter().find(|id| self.hard_exclusion_list.contains(id));
        banned.map_or(Ok(()), |id| ranges.refuse("core_holdings", id, "no name of hard_exclusion_list"))
    }

    fn check_ranking(&self, ranges: &Ranges) -> Result<(), ConfigError> {
        let Ranking { score, liquidity, quality, stability, watchlist_penalty, min_coverage } = self.ranking;
        ranges.share("ranking.score", score)?;
        ranges.share("ranking.liquidity", liquidity)?;
        ranges.share("ranking.quality", quality)?;
        ranges.share("ranking.stability", stability)?;
        ranges.share("ranking.watchlist_penalty", watchlist_penalty)?;
        ranges.number("ranking.min_coverage", min_coverage, 0.01, 1.0)?;
        let total = score + liquidity + quality + stability;
        if total > 0.0 { Ok(()) } else { ranges.refuse("ranking", total, "at least one weight above 0") }
    }
}

impl EngineConfig for UniverseConfig {
    const ENGINE: &'static str = "universe";

    fn check(&self) -> Result<(), ConfigError> {
        let ranges = Ranges::of("universe");
        ranges.count("max_universe_size", self.max_universe_size, 1, 100_000)?;
        self.check_lists(&ranges)?;
        ranges.number("min_liquidity_adv", self.min_liquidity_adv, 0.0, 1e15)?;
        ranges.number("min_price", self.min_price, 0.0, 1e9)?;
        ranges.count("sector_max_names", self.sector_max_names, 1, 100_000)?;
        ranges.count("min_history_days", self.min_history_days, 1, 10_000)?;
        ranges.share("min_quality", self.min_quality)?;
        ranges.number("soft_targets.breaker_index", self.soft_targets.breaker_index, 0.0, 100.0)?;
        ranges.number("soft_targets.fragile_index", self.soft_targets.fragile_index, 0.0, 100.0)?;
        if self.soft_targets.breaker_index < self.soft_targets.fragile_index {
            let expected = format!("at least soft_targets.fragile_index, {}", self.soft_targets.fragile_index);
            return ranges.refuse("soft_targets.breaker_index", self.soft_targets.breaker_index, expected);
        }
        ranges.share("soft_targets.weak_profile", self.soft_targets.weak_profile)?;
        ranges.share("soft_targets.max_soft_target_score", self.soft_targets.max_soft_target_score)?;
        self.check_ranking(&ranges)
    }
}
