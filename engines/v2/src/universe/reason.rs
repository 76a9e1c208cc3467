//! Why a candidate is in or out.
//!
//! A candidate can fail several hard filters at once; all of them are kept, as bits, and the first in the order of
//! the list below is the one that is named.
//!
//! ```
//! use v2::universe::reason::{Reason, Reasons};
//! let mut reasons = Reasons::default();
//! reasons.add(Reason::BelowMinPrice);
//! reasons.add(Reason::Delisted);
//! assert_eq!(reasons.first(), Some(Reason::Delisted));
//! assert_eq!(reasons.iter().map(Reason::name).collect::<Vec<_>>(), ["delisted", "below_min_price"]);
//! ```

/// One reason; the order is the order in which they are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Reason {
    /// It is on the list of excluded instruments.
    HardExcludedInstrument,
    /// Its issuer is on the list of excluded issuers.
    HardExcludedIssuer,
    /// It trades in a market that is not this universe's.
    OtherMarket,
    /// Its asset class is not admitted.
    AssetClassNotAdmitted,
    /// Trading in it has ended.
    Delisted,
    /// Trading in it is halted today.
    Halted,
    /// It has no price today.
    NoPriceToday,
    /// Too few days with a price.
    InsufficientHistory,
    /// Too little value traded.
    Illiquid,
    /// How much is traded cannot be known.
    LiquidityUnknown,
    /// The close as traded is too low.
    BelowMinPrice,
    /// Its quality is too low.
    BelowMinQuality,
    /// It has no stability score.
    NoStabState,
    /// Its soft-target index is that of a BREAKER.
    ExcludedBreaker,
    /// It is a SOFT_TARGET, or its soft-target score is too high.
    ExcludedHighSoftTargetScore,
    /// Its profile is weak and its soft-target index FRAGILE or worse.
    ExcludedWeakProfileFragile,
    /// Too little is known of it to rank it.
    LowCoverage,
    /// Its sector is full of better names.
    ExcludedSectorCap,
    /// The universe is full of better names.
    ExcludedMaxUniverseSize,
    /// It is a core holding of the strategy and qualifies.
    CoreHolding,
    /// It ranks in the first half.
    RankedCore,
    /// It ranks in the second half.
    RankedSatellite,
}

/// A set of reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons(u32);

impl Reason {
    /// Every reason, in the order in which they are named.
    pub const ALL: [Self; 22] = [
        Self::HardExcludedInstrument,
        Self::HardExcludedIssuer,
        Self::OtherMarket,
        Self::AssetClassNotAdmitted,
        Self::Delisted,
        Self::Halted,
        Self::NoPriceToday,
        Self::InsufficientHistory,
        Self::Illiquid,
        Self::LiquidityUnknown,
        Self::BelowMinPrice,
        Self::BelowMinQuality,
        Self::NoStabState,
        Self::ExcludedBreaker,
        Self::ExcludedHighSoftTargetScore,
        Self::ExcludedWeakProfileFragile,
        Self::LowCoverage,
        Self::ExcludedSectorCap,
        Self::ExcludedMaxUniverseSize,
        Self::CoreHolding,
        Self::RankedCore,
        Self::RankedSatellite,
    ];

    /// The name in tables and journals.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HardExcludedInstrument => "hard_excluded_instrument",
            Self::HardExcludedIssuer => "hard_excluded_issuer",
            Self::OtherMarket => "other_market",
            Self::AssetClassNotAdmitted => "asset_class_not_admitted",
            Self::Delisted => "delisted",
            Self::Halted => "halted",
            Self::NoPriceToday => "no_price_today",
            Self::InsufficientHistory => "insufficient_history",
            Self::Illiquid => "illiquid",
            Self::LiquidityUnknown => "liquidity_unknown",
            Self::BelowMinPrice => "below_min_price",
            Self::BelowMinQuality => "below_min_quality",
            Self::NoStabState => "no_stab_state",
            Self::ExcludedBreaker => "excluded_breaker",
            Self::ExcludedHighSoftTargetScore => "excluded_high_soft_target_score",
            Self::ExcludedWeakProfileFragile => "excluded_weak_profile_fragile",
            Self::LowCoverage => "low_coverage",
            Self::ExcludedSectorCap => "excluded_sector_cap",
            Self::ExcludedMaxUniverseSize => "excluded_max_universe_size",
            Self::CoreHolding => "core_holding",
            Self::RankedCore => "ranked_core",
            Self::RankedSatellite => "ranked_satellite",
        }
    }

    /// Whether it keeps a candidate out.
    #[must_use]
    pub const fn excludes(self) -> bool {
        (self as u8) < Self::CoreHolding as u8
    }
}

impl Reasons {
    /// Adds one.
    pub const fn add(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u8;
    }

    /// Adds one where `applies`.
    pub const fn add_if(&mut self, applies: bool, reason: Reason) {
        self.0 |= (applies as u32) << reason as u8;
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The one that is named.
    #[must_use]
    pub fn first(self) -> Option<Reason> {
        Reason::ALL.get(self.0.trailing_zeros() as usize).copied()
    }

    /// All of them, in order.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |reason| self.0 & (1 << *reason as u8) != 0)
    }

    /// The set as bits: bit k is the k-th of [`Reason::ALL`].
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}
