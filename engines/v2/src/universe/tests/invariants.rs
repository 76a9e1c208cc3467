//! The invariants of engines-v2 §7, over candidates and configs of every kind.

use std::collections::BTreeMap;

use domain::facts::InstrumentFact;
use domain::ids::Instrument;
use domain::seed::{Seed, Streams};
use domain::tape::Tape;
use proptest::prelude::*;

use super::fixture::{Columns, candidates, config, run};
use crate::assessment::tests::fixture::{id, tape, wiggle};
use crate::column::Column;
use crate::universe::config::UniverseConfig;
use crate::universe::output::{Tier, UniverseOutput};

const WIDTH: usize = 14;

/// A market of candidates, some of them cheap, some hardly traded, some of whom little is known.
#[derive(Clone, Debug)]
struct World {
    columns: Columns,
    /// Close and volume by name.
    scales: Vec<(f64, f64)>,
    config: UniverseConfig,
}

fn gappy(low: f64, high: f64) -> impl Strategy<Value = Column> {
    let value = prop_oneof![6 => low..high, 1 => Just(f64::NAN)];
    prop::collection::vec(value, WIDTH).prop_map(Column::with_gaps)
}

prop_compose! {
    fn columns()(
        score in gappy(-1.0, 1.0), liquidity in gappy(0.0, 1.0), quality in gappy(0.0, 1.0), stability in gappy(0.0, 1.0),
        class in prop::collection::vec(prop_oneof![5 => Just(0.0), 2 => Just(1.0), 1 => Just(2.0)], WIDTH),
        soft_target_score in gappy(0.0, 1.0), soft_target_index in gappy(0.0, 90.0), weak_driver in gappy(0.0, 1.0),
    ) -> Columns {
        let soft_target = Column::with_gaps(class);
        Columns { score, liquidity, quality, stability, soft_target, soft_target_score, soft_target_index, weak_driver }
    }
}

prop_compose! {
    fn worlds()(
        columns in columns(),
        scales in prop::collection::vec((0.02..1.0_f64, 2e3..2e5_f64), WIDTH),
        size in 1..10_u32, per_sector in 1..4_u32, cap_unknown: bool,
        banned in prop::collection::vec(0..WIDTH, 0..3), issuers in prop::collection::vec(0..WIDTH, 0..3),
        core in prop::option::of(0..WIDTH),
    ) -> World {
        let mut config = config("");
        let name = |at: &usize| format!("EQUITY:U{at:02}");
        (config.max_universe_size, config.sector_max_names, config.cap_unknown_sector) = (size, per_sector, cap_unknown);
        config.hard_exclusion_list = banned.iter().map(|at| id(&name(at))).collect();
        config.issuer_exclusion_list = issuers.iter().map(|at| format!("{}-INC", name(at))).collect();
        config.core_holdings = core.iter().filter(|at| !banned.contains(at)).map(|at| id(&name(at))).collect();
        World { columns, scales, config }
    }
}

impl World {
    fn tape(&self, facts: &[InstrumentFact]) -> Tape {
        let scale = |name: &str| self.scales[name["EQUITY:U".len()..].parse::<usize>().unwrap()];
        tape(facts, 70, &|day, name| Some((wiggle(day, name) * scale(name).0, Some(scale(name).1))))
    }

    /// The universe, also when it is empty: then nobody is in it.
    fn members(&self, config: &UniverseConfig) -> Vec<u32> {
        let answer = run(config.clone(), &self.tape(&candidates(WIDTH)), 69, &self.columns);
        answer.output.map_or_else(|_| Vec::new(), |output| output.members().map(|member| member.0).collect())
    }

    fn run(&self) -> Option<UniverseOutput> {
        run(self.config.clone(), &self.tape(&candidates(WIDTH)), 69, &self.columns).output.ok()
    }

    /// The universe score of a candidate that passes every filter, worked out once more.
    fn slow_score(&self, at: usize) -> Option<f64> {
        let (it, config, here) = (&self.columns, &self.config, Instrument(at as u32));
        let fact = &candidates(WIDTH)[at];
        let (scale, volume) = self.scales[at];
        let close = |day: usize| wiggle(day, fact.id.as_str()) * scale;
        let adv = (7..70).rev().map(|day| close(day) * volume).fold(0.0, |total, value| total + value) / 63.0;
        let banned = config.hard_exclusion_list.contains(&fact.id)
            || config.issuer_exclusion_list.contains(fact.issuer.as_ref().unwrap());
        let index = it.soft_target_index.get(here).unwrap_or(0.0);
        let fragile = index >= 75.0
            || (index >= 45.0 && it.weak_driver.get(here).unwrap_or(0.0) >= 0.7)
            || it.soft_target_score.get(here).unwrap_or(0.0) > 0.8
            || it.soft_target.get(here) == Some(2.0);
        if banned || adv < 1e6 || close(69) < 5.0 || fragile {
            return None;
        }
        let stability = it.stability.get(here)?;
        let score01 = it.score.get(here).map(|score| f64::midpoint(1.0, score));
        let terms =
            [(0.4, score01), (0.2, it.liquidity.get(here)), (0.2, it.quality.get(here)), (0.2, Some(stability))];
        let known = || terms.iter().filter_map(|(weight, term)| Some((weight, (*term)?)));
        let weight = known().fold(0.0, |total, (weight, _)| total + weight);
        let score = known().fold(0.0, |total, (weight, term)| total + weight * term) / weight;
        let watched = it.soft_target.get(here) == Some(1.0);
        (weight / (0.4 + 0.2 + 0.2 + 0.2) >= 0.5).then_some(score - if watched { 0.3 } else { 0.0 })
    }

    /// Who is in, worked out once more by counting: whoever has room in the sector, and then in the whole.
    fn slow_members(&self) -> Vec<u32> {
        let facts = candidates(WIDTH);
        let core = |at: usize| self.config.core_holdings.contains(&facts[at].id);
        let scores: Vec<Option<f64>> = (0..WIDTH).map(|at| self.slow_score(at)).collect();
        let before = |a: usize, b: usize| {
            let (a_score, b_score) = (scores[a].unwrap(), scores[b].unwrap());
            (core(b), b_score, a).partial_cmp(&(core(a), a_score, b)).unwrap().is_lt()
        };
        let eligible: Vec<usize> = (0..WIDTH).filter(|at| scores[*at].is_some()).collect();
        let in_sector = |at: usize| {
            let capped = facts[at].sector.is_some() || self.config.cap_unknown_sector;
            let better =
                eligible.iter().filter(|other| facts[**other].sector == facts[at].sector && before(**other, at));
            !capped || better.count() < self.config.sector_max_names as usize
        };
        let rooms: Vec<usize> = eligible.iter().copied().filter(|at| in_sector(*at)).collect();
        let fits = |at: &usize| {
            rooms.iter().filter(|other| before(**other, *at)).count() < self.config.max_universe_size as usize
        };
        rooms.iter().filter(|at| fits(at)).map(|at| *at as u32).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Filters, bans, caps, core holdings and ranks, all at once: the members are those of the slow count.
    #[test]
    fn the_members_are_those_of_the_slow_count(world in worlds()) {
        prop_assert_eq!(world.members(&world.config), world.slow_members());
        for (at, entry) in world.run().iter().flat_map(|output| output.entries.iter().enumerate()) {
            let slow = world.slow_score(at);
            prop_assert_eq!(entry.universe_score.map(f64::to_bits), slow.map(f64::to_bits));
        }
    }

    #[test]
    fn every_candidate_appears_once_with_a_reason_and_the_caps_hold(world in worlds()) {
        let answer = run(world.config.clone(), &world.tape(&candidates(WIDTH)), 69, &world.columns);
        let Ok(output) = answer.output else {
            prop_assert_eq!(answer.dropped.len(), WIDTH);
            return Ok(());
        };
        prop_assert_eq!(output.entries.len(), WIDTH);
        let members: Vec<Instrument> = output.members().collect();
        prop_assert_eq!(answer.dropped.len() + members.len(), WIDTH);
        for entry in &output.entries {
            let reason = entry.reasons.first().unwrap();
            prop_assert_eq!(reason.excludes(), entry.tier == Tier::Excluded);
        }
        prop_assert!(members.len() <= world.config.max_universe_size as usize);
        let facts = candidates(WIDTH);
        let mut sectors: BTreeMap<&str, u32> = BTreeMap::new();
        for member in &members {
            let fact = &facts[member.index()];
            prop_assert!(!world.config.hard_exclusion_list.contains(&fact.id));
            prop_assert!(!world.config.issuer_exclusion_list.contains(fact.issuer.as_ref().unwrap()));
            *sectors.entry(fact.sector.as_deref().unwrap_or("UNKNOWN")).or_default() += 1;
        }
        let uncapped = |sector: &str| sector == "UNKNOWN" && !world.config.cap_unknown_sector;
        prop_assert!(sectors.iter().all(|(sector, count)| uncapped(sector) || *count <= world.config.sector_max_names));
        let core = output.entries.iter().filter(|entry| entry.tier == Tier::Core).count();
        prop_assert_eq!(core, (members.len() / 2).max(1));
    }

    #[test]
    fn a_core_holding_that_qualifies_is_in(world in worlds()) {
        let Some(output) = world.run() else { return Ok(()) };
        for (fact, entry) in candidates(WIDTH).iter().zip(&output.entries) {
            if world.config.core_holdings.contains(&fact.id) && entry.universe_score.is_some() {
                prop_assert_eq!((entry.tier, entry.reason()), (Tier::Core, "core_holding"));
            }
        }
    }

    /// With caps that never bind, a stricter filter only takes names away.
    #[test]
    fn a_stricter_filter_adds_nobody(world in worlds(), which in 0..7_usize, share in 0.0..1.0_f64) {
        let mut loose = world.config.clone();
        (loose.max_universe_size, loose.sector_max_names) = (1000, 1000);
        let mut strict = loose.clone();
        match which {
            0 => strict.min_liquidity_adv *= 1.0 + 5.0 * share,
            1 => strict.min_price *= 1.0 + 5.0 * share,
            2 => strict.min_quality = share,
            // A breaker is no less than fragile.
            3 => {
                let (breaker, fragile) = (loose.soft_targets.breaker_index, loose.soft_targets.fragile_index);
                strict.soft_targets.breaker_index = fragile + (breaker - fragile) * share;
            }
            4 => strict.soft_targets.max_soft_target_score *= share,
            5 => strict.ranking.min_coverage += 0.5 * share,
            _ => strict.min_history_days += (10.0 * share) as u32,
        }
        let before = world.members(&loose);
        prop_assert!(world.members(&strict).iter().all(|member| before.contains(member)));
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(world in worlds(), turn in 1..WIDTH) {
        let mut facts = candidates(WIDTH);
        let straight = run(world.config.clone(), &world.tape(&facts), 69, &world.columns);
        facts.rotate_left(turn);
        prop_assert_eq!(run(world.config.clone(), &world.tape(&facts), 69, &world.columns), straight);
        // Lists in a config are sets.
        let mut config = world.config.clone();
        config.hard_exclusion_list.reverse();
        config.issuer_exclusion_list.reverse();
        prop_assert_eq!(world.members(&config), world.members(&world.config));
    }

    #[test]
    fn no_future_row_is_read(world in worlds(), seed: u64, day in 62..69_usize) {
        let tape = world.tape(&candidates(WIDTH));
        let whole = run(world.config.clone(), &tape, day, &world.columns);
        prop_assert_eq!(&run(world.config.clone(), &tape.truncated_after(day), day, &world.columns), &whole);
        let other = tape.with_another_future(day, &Streams::new(Seed(seed)));
        prop_assert_eq!(&run(world.config.clone(), &other, day, &world.columns), &whole);
    }
}
