//! Universe: which instruments a strategy may hold today, in which tier, and why or why not (engines-v2 §7, §13).
//!
//! Every instrument of the tape is a candidate and has exactly one entry. In order:
//!
//! 1. hard filters: blacklists, market, asset class, still trading, a price, history, value traded, price level;
//! 2. quality: a known stability, the least quality;
//! 3. the soft-target rule: BREAKER, SOFT_TARGET or a high soft-target score, weak and FRAGILE;
//! 4. rank by universe score, core holdings of the strategy before all others, ties by id ascending;
//! 5. the sector cap, then the size cap;
//! 6. tiers: of n members the first ⌊n/2⌋, at least one, are CORE, and so is every core holding.
//!
//! ```text
//! universe_score = 0.4·score01 + 0.2·liquidity + 0.2·quality01 + 0.2·stability − 0.3 if WATCHLIST on the long side
//! ```
//!
//! with score01 = (1 + score) / 2. What is missing lowers the coverage and the other weights are renormalised. On the
//! short side score, quality and stability count from the other end (1 − x), soft targets are what is looked for, and
//! the soft-target rule applies only where the config forbids them; where soft targets are allowed long, they are
//! charged like a WATCHLIST name. Worked example: score 0.5, liquidity 0.9, no
//! quality, stability 0.6 give (0.4·0.75 + 0.2·0.9 + 0.2·0.6) / 0.8 = 0.75 with coverage 0.8; on the watch list 0.45.
//!
//! Value traded is in currency, not in shares, so a split changes nothing. The price level is the close as traded
//! where the tape holds it; on a tape of adjusted prices it is the adjusted close. A tape of closes alone knows no
//! value traded: `liquidity_unknown` says what becomes of its names. On a tape with volumes a name without them is
//! kept out in any case, for it does not trade.
//!
//! Nothing is kept between days.

pub mod config;
pub mod output;
pub mod reason;
mod roster;
mod select;
#[cfg(test)]
mod tests;

use domain::digest::CanonicalBytes;
use domain::report::Abstention;
use domain::state::Saved;
use domain::view::View;

use self::config::UniverseConfig;
use self::output::{Tier, UniverseOutput};
use self::roster::Roster;
use crate::column::Column;
use crate::config::{ConfigError, EngineConfig};
use crate::face::{Answer, Engine};
use crate::windows::Windows;

/// What the universe is given each day. An input that nobody has is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The tape as of today.
    pub view: View<'a>,
    /// The trailing windows, stepped to today.
    pub windows: &'a Windows,
    /// The assessment's score, −1 to 1.
    pub score: Option<&'a Column>,
    /// Liquidity, 0 to 1.
    pub liquidity: Option<&'a Column>,
    /// Quality, 0 to 1.
    pub quality: Option<&'a Column>,
    /// Stability score, 0 to 1, more is steadier.
    pub stability: Option<&'a Column>,
    /// The soft-target class as a number: 0 NONE, 1 WATCHLIST, 2 SOFT_TARGET.
    pub soft_target: Option<&'a Column>,
    /// The soft-target score, 0 to 1, more is worse.
    pub soft_target_score: Option<&'a Column>,
    /// The soft-target index, 0 to 100, more is worse.
    pub soft_target_index: Option<&'a Column>,
    /// The weak-profile driver, 0 to 1, more is worse.
    pub weak_driver: Option<&'a Column>,
}

/// The engine. It has no state; what it knows of a tape in advance it works out anew after a restore.
#[derive(Clone, Debug)]
pub struct Universe {
    config: UniverseConfig,
    roster: Roster,
    /// The day of the view that the roster was last used on.
    day_count: usize,
}

impl Universe {
    /// The engine of a config.
    ///
    /// # Errors
    /// [`ConfigError`] with the key that cannot stand.
    pub fn new(config: UniverseConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config, roster: Roster::default(), day_count: 0 })
    }

    /// Its config.
    #[must_use]
    pub const fn config(&self) -> &UniverseConfig {
        &self.config
    }

    /// A tape's candidates do not change from one of its days to the next.
    fn know(&mut self, view: View<'_>) {
        let follows = self.day_count + 1 == view.day_count();
        if !follows || self.roster.standing.len() != view.instruments().len() {
            self.roster = Roster::new(&self.config, view.instruments());
        }
        self.day_count = view.day_count();
    }
}

impl Engine for Universe {
    const NAME: &'static str = "universe";
    type Input<'a> = Input<'a>;
    type Output = UniverseOutput;

    fn run(&mut self, input: &Input<'_>) -> Answer<UniverseOutput> {
        self.know(input.view);
        let output = UniverseOutput { entries: select::entries(&self.config, &self.roster, input) };
        let dropped = output.dropped();
        if output.entries.iter().all(|entry| entry.tier == Tier::Excluded) {
            return Answer { output: Err(Abstention::NothingEligible), dropped };
        }
        Answer { output: Ok(output), dropped }
    }

    fn save(&self, _: &mut CanonicalBytes) {}

    fn restore(&mut self, _: &mut Saved<'_>) -> Option<()> {
        (self.roster, self.day_count) = (Roster::default(), 0);
        Some(())
    }
}
