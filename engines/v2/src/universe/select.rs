//! Filters, ranks, caps and tiers of one day.

use domain::ids::Instrument;
use domain::numeric::total_order;

use super::Input;
use super::config::{Ranking, Side, UniverseConfig, Unknown};
use super::output::{Tier, UniverseEntry};
use super::reason::{Reason, Reasons};
use super::roster::Roster;
use crate::column::Column;

/// The class numbers of the soft-target rule.
const WATCHLIST: f64 = 1.0;
const SOFT_TARGET: f64 = 2.0;

/// A candidate that passed every filter.
struct Ranked {
    is_core: bool,
    score: f64,
    instrument: Instrument,
}

/// An entry for each candidate.
pub(super) fn entries(config: &UniverseConfig, roster: &Roster, input: &Input<'_>) -> Vec<UniverseEntry> {
    let mut entries = Vec::with_capacity(roster.standing.len());
    let mut ranked = Vec::with_capacity(roster.standing.len());
    for (at, standing) in roster.standing.iter().enumerate() {
        let instrument = Instrument(at as u32);
        let mut reasons = hard_filters(config, input, instrument, *standing);
        if reasons.is_empty() {
            reasons = quality_filters(config, input, instrument);
        }
        if reasons.is_empty() {
            reasons = soft_target_rule(config, input, instrument);
        }
        let mut entry = UniverseEntry { tier: Tier::Excluded, universe_score: None, coverage: 0.0, reasons };
        if reasons.is_empty() {
            (entry.universe_score, entry.coverage) = universe_score(config, input, instrument);
            match entry.universe_score {
                Some(score) => ranked.push(Ranked { is_core: roster.is_core[at], score, instrument }),
                None => entry.reasons.add(Reason::LowCoverage),
            }
        }
        entries.push(entry);
    }
    ranked.sort_unstable_by(|a, b| {
        let by_score = total_order(&b.score, &a.score);
        b.is_core.cmp(&a.is_core).then(by_score).then(a.instrument.cmp(&b.instrument))
    });
    let members = cap(config, roster, &ranked, &mut entries);
    assign_tiers(&members, &mut entries);
    entries
}

fn hard_filters(config: &UniverseConfig, input: &Input<'_>, instrument: Instrument, standing: Reasons) -> Reasons {
    let mut reasons = standing;
    reasons.add_if(input.view.is_delisted(instrument), Reason::Delisted);
    reasons.add_if(input.view.is_halted(instrument), Reason::Halted);
    let price = input.view.close(instrument);
    reasons.add_if(price.is_none(), Reason::NoPriceToday);
    reasons.add_if(price.is_some_and(|price| price < config.min_price), Reason::BelowMinPrice);
    let short = input.windows.history(instrument) < config.min_history_days;
    reasons.add_if(short, Reason::InsufficientHistory);
    match input.windows.today().adv_63.get(instrument) {
        Some(adv) => reasons.add_if(adv < config.min_liquidity_adv, Reason::Illiquid),
        None => {
            let close_only = input.view.volumes(0).is_none();
            let admitted = close_only && config.liquidity_unknown == Unknown::Admit;
            reasons.add_if(!admitted, Reason::LiquidityUnknown);
        }
    }
    reasons
}

fn quality_filters(config: &UniverseConfig, input: &Input<'_>, instrument: Instrument) -> Reasons {
    let mut reasons = Reasons::default();
    let low = value(input.quality, instrument).is_some_and(|quality| quality < config.min_quality);
    reasons.add_if(low, Reason::BelowMinQuality);
    let unknown = value(input.stability, instrument).is_none() && config.stability_unknown == Unknown::Exclude;
    reasons.add_if(unknown, Reason::NoStabState);
    reasons
}

/// On the long side, a BREAKER and a weak FRAGILE name are out in any case, a soft target unless it is allowed. On
/// the short side all of these are what is looked for, unless soft targets are not allowed there.
fn soft_target_rule(config: &UniverseConfig, input: &Input<'_>, instrument: Instrument) -> Reasons {
    let (mut reasons, rule) = (Reasons::default(), &config.soft_targets);
    let reaches = |column, bound: f64| value(column, instrument).is_some_and(|found| found >= bound);
    if config.side == Side::Long || !config.admits_soft_targets() {
        reasons.add_if(reaches(input.soft_target_index, rule.breaker_index), Reason::ExcludedBreaker);
        let weak = reaches(input.weak_driver, rule.weak_profile);
        let fragile = reaches(input.soft_target_index, rule.fragile_index);
        reasons.add_if(weak && fragile, Reason::ExcludedWeakProfileFragile);
    }
    if !config.admits_soft_targets() {
        let high = value(input.soft_target_score, instrument).is_some_and(|found| found > rule.max_soft_target_score);
        let is_soft_target = reaches(input.soft_target, SOFT_TARGET);
        reasons.add_if(high || is_soft_target, Reason::ExcludedHighSoftTargetScore);
    }
    reasons
}

/// The universe score, where enough is known, and the coverage.
fn universe_score(config: &UniverseConfig, input: &Input<'_>, instrument: Instrument) -> (Option<f64>, f64) {
    let Ranking { score, liquidity, quality, stability, watchlist_penalty, min_coverage } = config.ranking;
    let get = |column| value(column, instrument);
    let wanted = |x: f64| if config.side == Side::Long { x } else { 1.0 - x };
    let terms = [
        (score, get(input.score).map(|score| wanted(f64::midpoint(1.0, score)))),
        (liquidity, get(input.liquidity)),
        (quality, get(input.quality).map(wanted)),
        (stability, get(input.stability).map(wanted)),
    ];
    let (mut total, mut known, mut all) = (0.0, 0.0, 0.0);
    for (weight, term) in terms {
        all += weight;
        if let Some(term) = term {
            total += weight * term;
            known += weight;
        }
    }
    let coverage = known / all;
    if coverage < min_coverage {
        return (None, coverage);
    }
    let watched = config.side == Side::Long && get(input.soft_target).is_some_and(|class| class >= WATCHLIST);
    (Some(total / known - if watched { watchlist_penalty } else { 0.0 }), coverage)
}

/// Sector cap first, then the size cap; answers the members in order of rank.
fn cap<'r>(
    config: &UniverseConfig,
    roster: &Roster,
    ranked: &'r [Ranked],
    entries: &mut [UniverseEntry],
) -> Vec<&'r Ranked> {
    let mut taken = vec![0_u32; roster.buckets];
    let mut members = Vec::with_capacity(ranked.len().min(config.max_universe_size as usize));
    for candidate in ranked {
        let at = candidate.instrument.index();
        if let Some(bucket) = roster.bucket[at] {
            let taken = &mut taken[bucket as usize];
            if *taken == config.sector_max_names {
                entries[at].reasons.add(Reason::ExcludedSectorCap);
                continue;
            }
            *taken += 1;
        }
        if members.len() == config.max_universe_size as usize {
            entries[at].reasons.add(Reason::ExcludedMaxUniverseSize);
        } else {
            members.push(candidate);
        }
    }
    members
}

fn assign_tiers(members: &[&Ranked], entries: &mut [UniverseEntry]) {
    let first_half = (members.len() / 2).max(1);
    for (rank, member) in members.iter().enumerate() {
        let entry = &mut entries[member.instrument.index()];
        let (tier, reason) = match member {
            member if member.is_core => (Tier::Core, Reason::CoreHolding),
            _ if rank < first_half => (Tier::Core, Reason::RankedCore),
            _ => (Tier::Satellite, Reason::RankedSatellite),
        };
        entry.tier = tier;
        entry.reasons.add(reason);
    }
}

fn value(column: Option<&Column>, instrument: Instrument) -> Option<f64> {
    column.and_then(|column| column.get(instrument))
}
