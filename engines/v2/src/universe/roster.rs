//! What is known of each candidate in advance: worked out once for a tape.

use domain::facts::InstrumentFact;

use super::config::UniverseConfig;
use super::reason::{Reason, Reasons};
use crate::assessment::sectors;

/// The candidates of a tape.
#[derive(Clone, Debug, Default)]
pub(super) struct Roster {
    /// The reasons against each that no day can change.
    pub(super) standing: Vec<Reasons>,
    /// The bucket of the sector cap; `None` for who is not capped.
    pub(super) bucket: Vec<Option<u32>>,
    /// The number of buckets.
    pub(super) buckets: usize,
    /// Whether each is a core holding.
    pub(super) is_core: Vec<bool>,
}

impl Roster {
    pub(super) fn new(config: &UniverseConfig, instruments: &[InstrumentFact]) -> Self {
        let sectors = sectors::numbered(instruments);
        // The names without a sector are the bucket UNKNOWN, after the last sector.
        let unknown = sectors.iter().flatten().max().map_or(0, |last| last + 1);
        let bucket = |sector: &Option<u32>| sector.or(config.cap_unknown_sector.then_some(unknown));
        Self {
            standing: instruments.iter().map(|fact| standing(config, fact)).collect(),
            bucket: sectors.iter().map(bucket).collect(),
            buckets: unknown as usize + 1,
            is_core: instruments.iter().map(|fact| config.core_holdings.contains(&fact.id)).collect(),
        }
    }
}

fn standing(config: &UniverseConfig, fact: &InstrumentFact) -> Reasons {
    let mut reasons = Reasons::default();
    reasons.add_if(config.hard_exclusion_list.contains(&fact.id), Reason::HardExcludedInstrument);
    let banned = fact.issuer.as_ref().is_some_and(|issuer| config.issuer_exclusion_list.contains(issuer));
    reasons.add_if(banned, Reason::HardExcludedIssuer);
    reasons.add_if(!config.markets.contains(&fact.market), Reason::OtherMarket);
    let admitted = config.asset_classes.iter().any(|class| class == fact.id.asset_class());
    reasons.add_if(!admitted, Reason::AssetClassNotAdmitted);
    reasons
}
