//! What holds in every run, on markets and orders at random.
//!
//! A small market is drawn, with gaps, splits, dividends, halts and delistings, and a restless system trades it with
//! orders of every kind under terms drawn as well. Whatever came out:
//!
//! * the journal audits clean: its ledger, derived anew from events, is exact to the micro-unit;
//! * every fill meets its session: a price that day inside the day's range but for slippage, no better than the
//!   market and no worse than the limit, no more than the volume allows, never while halted or after delisting;
//! * the future does not reach back, whether it is cut off or replaced;
//! * a second replay, and one taken up at any checkpoint, give the same days.
//!
//! Failures are kept in `tests/proptest-regressions` and tried first ever after; `PROPTEST_CASES=5000` tries
//! more of them.

mod market;
mod restless;

use std::collections::BTreeMap;

use domain::date::Date;
use domain::digest::Digest;
use domain::ids::InstrumentId;
use domain::order::{OrderKind, Side};
use domain::seed::{Seed, Streams};
use domain::tape::Tape;
use domain::view::View;
use journal::codec::decode_day;
use journal::event::{Event, JournalDay};
use journal::journal::Journal;
use journal::recorder::{DaySink, Recorder};
use judge::audit::{AccountRules, audit_under};
use proptest::prelude::*;
use replay::run::{SystemIdentity, replay, replay_in_memory};
use replay::scenario::{FillMode, Scenario};

use self::market::market;
use self::restless::Restless;

/// A market and the terms under which it is traded.
#[derive(Clone, Debug)]
struct World {
    seed: u64,
    width: usize,
    days: usize,
    fill: FillMode,
    slippage_bps: u32,
    cost_bps: u32,
    participation: Option<f64>,
    limit_fill_probability: f64,
    allow_short: bool,
    allow_debt: bool,
}

fn worlds() -> impl Strategy<Value = World> {
    let fill = prop_oneof![Just(FillMode::NextClose), Just(FillMode::NextOpen), Just(FillMode::SameClose)];
    let sizes = (any::<u64>(), 1..6_usize, 2..150_usize);
    let rates = (0..100_u32, 0..50_u32, proptest::option::of(0.01..0.9), 0.0..=1.0);
    (sizes, fill, rates, any::<(bool, bool)>()).prop_map(|((seed, width, days), fill, rates, allowed)| {
        let (slippage_bps, cost_bps, participation, limit_fill_probability) = rates;
        let (allow_short, allow_debt) = allowed;
        World {
            seed,
            width,
            days,
            fill,
            slippage_bps,
            cost_bps,
            participation,
            limit_fill_probability,
            allow_short,
            allow_debt,
        }
    })
}

impl World {
    fn tape(&self) -> Tape {
        market(self.width, self.days, &Streams::new(Seed(self.seed)))
    }

    fn scenario(&self) -> Scenario {
        let text = "format = 1\nname = \"restless\"\npurpose = \"A market at random.\"\nseed = 1\n\
            [market]\ntape = \"random\"\ncalendar = \"tape\"\nprice_basis = \"raw\"\n\
            first_day = \"2019-01-01\"\nlast_day = \"2029-12-31\"\n\
            [account]\ncurrency = \"USD\"\ncash = 100_000\n[system]\nname = \"restless\"\n\
            [execution]\nfill = \"next-close\"\n";
        let mut scenario = Scenario::parse(text, "restless.toml").unwrap();
        scenario.seed = Seed(self.seed);
        (scenario.account.allow_short, scenario.account.allow_debt) = (self.allow_short, self.allow_debt);
        let execution = &mut scenario.execution;
        (execution.fill, execution.max_participation_rate) = (self.fill, self.participation);
        execution.slippage_bps = f64::from(self.slippage_bps);
        execution.cost_bps = f64::from(self.cost_bps);
        execution.limit_fill_probability = self.limit_fill_probability;
        scenario
    }

    fn journal_on(&self, tape: &Tape) -> Journal {
        let (name, version) = ("restless".to_owned(), "1".to_owned());
        let identity = SystemIdentity { name, version, config_digest: Digest::ZERO };
        replay_in_memory(&self.scenario(), &identity, tape, &mut Restless::default()).unwrap()
    }
}

proptest! {
    #[test]
    fn every_journal_audits_clean(world in worlds()) {
        let journal = world.journal_on(&world.tape());
        let rules = AccountRules { allow_short: Some(world.allow_short), allow_debt: Some(world.allow_debt) };
        let violations = audit_under(&journal, rules);
        prop_assert!(violations.is_empty(), "{}", violations[0]);
    }

    #[test]
    fn every_fill_meets_its_session(world in worlds()) {
        let tape = world.tape();
        let journal = world.journal_on(&tape);
        let mut limits: BTreeMap<u64, (Side, f64)> = BTreeMap::new();
        for (number, day) in journal.days.iter().enumerate() {
            let view = View::as_of(&tape, number).unwrap();
            let mut filled: BTreeMap<usize, f64> = BTreeMap::new();
            for event in &day.events {
                follow(event, &mut limits);
                if let Some(problem) = fill_problem(event, &view, &world, &limits, &mut filled) {
                    prop_assert!(false, "{}: {problem}: {event:?}", day.on);
                }
            }
        }
    }

    #[test]
    fn the_future_does_not_reach_back(world in worlds(), share in 0.0..1.0_f64) {
        let tape = world.tape();
        let at = (share * world.days as f64) as usize;
        let journal = world.journal_on(&tape);
        let cut = world.journal_on(&tape.truncated_after(at));
        prop_assert_eq!(&cut.running[..], &journal.running[..=at]);
        let other = world.journal_on(&tape.with_another_future(at, &Streams::new(Seed(!world.seed))));
        prop_assert_eq!(&other.running[..=at], &journal.running[..=at]);
    }

    #[test]
    fn a_run_can_be_repeated_and_taken_up(world in worlds()) {
        let tape = world.tape();
        let whole = recorded(&world, &tape, None);
        prop_assert_eq!(&whole.days[..], &world.journal_on(&tape).days[..]);
        for (done, state) in &whole.checkpoints {
            let rest = recorded(&world, &tape, Some(state));
            prop_assert_eq!(&rest.days[..], &whole.days[*done..]);
        }
    }
}

/// Keeps the limit of every limit order; an order that was restated by a split has another, and is let go.
fn follow(event: &Event, limits: &mut BTreeMap<u64, (Side, f64)>) {
    match event {
        Event::OrderPlanned { order, side, kind: OrderKind::Limit { limit }, .. }
        | Event::OrderPlanned { order, side, kind: OrderKind::StopLimit { limit, .. }, .. } => {
            limits.insert(*order, (*side, limit.get()));
        }
        Event::OrderAdjusted { order, .. } => drop(limits.remove(order)),
        _ => {}
    }
}

/// What is wrong with a fill, if it is one.
fn fill_problem(
    event: &Event,
    view: &View<'_>,
    world: &World,
    limits: &BTreeMap<u64, (Side, f64)>,
    filled: &mut BTreeMap<usize, f64>,
) -> Option<&'static str> {
    let Event::OrderFilled { order, instrument, side, quantity, price, .. } = event else { return None };
    let instrument = *instrument;
    let of = |row: Option<domain::view::Row<'_>>| row.and_then(|row| row.get(instrument));
    let (Some(high), Some(low)) = (of(view.highs(0)), of(view.lows(0))) else { return Some("no price today") };
    if view.is_halted(instrument) || view.is_delisted(instrument) {
        return Some("no trading today");
    }
    let (price, slippage, hair) = (price.get(), f64::from(world.slippage_bps) / 10_000.0, 1e-12);
    let worst = match side {
        Side::Buy => high * (1.0 + slippage) * (1.0 + hair),
        Side::Sell => low * (1.0 - slippage) * (1.0 - hair),
    };
    let (beyond, better) = match side {
        Side::Buy => (price > worst, price < low),
        Side::Sell => (price < worst, price > high),
    };
    if beyond || better {
        return Some("outside the day's range");
    }
    if let Some((side, limit)) = limits.get(order)
        && if *side == Side::Buy { price > *limit } else { price < *limit }
    {
        return Some("worse than its limit");
    }
    let total = filled.entry(instrument.index()).or_default();
    *total += quantity.to_units();
    let volume = of(view.volumes(0)).unwrap_or(0.0);
    world.participation.is_some_and(|rate| *total > volume * rate + 1e-5).then_some("more than the volume allows")
}

/// What a sink saw: the days, and each checkpoint with the number of days before it.
#[derive(Default)]
struct Seen {
    days: Vec<JournalDay>,
    checkpoints: Vec<(usize, Vec<u8>)>,
}

/// The bytes that a recorder puts before the state of a replay: three counts, a digest and two lengths.
const RECORDER_BYTES: usize = 3 * 8 + 32 + 8;

impl DaySink for Seen {
    fn take(&mut self, _: Date, bytes: &[u8], _: &Digest) -> std::io::Result<()> {
        self.days.push(decode_day(bytes, u32::MAX, |_, _| {}).unwrap());
        Ok(())
    }

    fn checkpoint(&mut self, state: &[u8]) -> std::io::Result<()> {
        self.checkpoints.push((self.days.len(), state[RECORDER_BYTES..].to_vec()));
        Ok(())
    }
}

/// A replay from its beginning, or from the state of a checkpoint.
fn recorded(world: &World, tape: &Tape, state: Option<&[u8]>) -> Seen {
    let ids: Vec<InstrumentId> = tape.instruments().iter().map(|fact| fact.id.clone()).collect();
    let mut seen = Seen::default();
    let mut recorder = Recorder::new(&ids, &mut seen);
    replay(&world.scenario(), tape, &mut Restless::default(), &mut recorder, state, &mut |_, _| {}).unwrap();
    drop(recorder);
    seen
}
