//! A small chain with every way to end a day, the same chain as a whole system, and runs of them over a small tape.

use domain::chain::{Chain, Score, Stage, Wanted};
use domain::decision::{Abstention, Decision, EngineReport, Figure, FigureValue, TargetWeight, Verdict};
use domain::digest::{CanonicalBytes, Digest};
use domain::ids::Instrument;
use domain::order::{OrderKind, OrderRequest, Side};
use domain::quantity::Quantity;
use domain::state::Saved;
use domain::system::{DecisionSystem, StateError, Today};
use domain::tape::Tape;
use journal::event::{Event, JournalDay};
use journal::journal::Journal;
use proptest::prelude::*;

use super::findings::STAGES;
use crate::fixture::{flat, scenario, tape};
use crate::run::{SystemIdentity, replay_in_memory};

/// What a small chain is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likes {
    /// Its engine.
    pub name: &'static str,
    /// It holds the names whose number it divides.
    pub step: u32,
    /// It decides on every so manieth day.
    pub every: u32,
    /// Its cap.
    pub cap: f64,
    /// Whether it plans its orders itself.
    pub plans: bool,
    /// The stage at which it abstains on every fifth day.
    pub fails_at: Option<Stage>,
}

pub(crate) const LEGACY: Likes = Likes { name: "old", step: 1, every: 1, cap: 0.3, plans: true, fails_at: None };
pub(crate) const MODERN: Likes = Likes { name: "new", step: 2, every: 3, cap: 0.2, plans: false, fails_at: None };

/// A chain by a few rules. Its state is the days that it has watched and the weight that it last wanted.
#[derive(Clone, Debug)]
pub(crate) struct Small {
    likes: Likes,
    watched: u32,
    wanted: f64,
    ran: Vec<&'static str>,
}

/// The same as a whole.
pub(crate) struct Whole(pub Small);

impl Small {
    pub(crate) fn of(likes: Likes) -> Self {
        Self { likes, watched: 0, wanted: 0.0, ran: Vec::new() }
    }

    pub(crate) fn boxed(likes: Likes) -> Box<dyn Chain> {
        Box::new(Self::of(likes))
    }

    fn ran(&mut self, stage: Stage) -> Result<(), Abstention> {
        self.ran.push(stage.name());
        let fails = self.likes.fails_at == Some(stage) && self.watched.is_multiple_of(5);
        if fails { Err(Abstention::NothingEligible) } else { Ok(()) }
    }
}

impl Chain for Small {
    fn watch(&mut self, _: &Today<'_>) {
        self.watched += 1;
    }

    fn universe(&mut self, today: &Today<'_>) -> Result<Vec<Instrument>, Abstention> {
        self.ran(Stage::Universe)?;
        let priced = today.view.closes(0).into_iter().flat_map(|row| row.iter()).map(|(instrument, _)| instrument);
        Ok(priced.filter(|at| at.0.is_multiple_of(self.likes.step)).collect())
    }

    fn signal(&mut self, today: &Today<'_>, names: &[Instrument]) -> Result<Vec<Score>, Abstention> {
        self.ran(Stage::Signal)?;
        let mut all: Vec<Instrument> = names.iter().copied().chain(today.book.held().map(|held| held.0)).collect();
        all.sort_unstable();
        all.dedup();
        let wave = |at: u32| f64::from((at * 7 + self.watched * self.likes.step) % 11) / 10.0 - 0.3;
        Ok(all.into_iter().map(|at| Score { instrument: at, score: wave(at.0), confidence: 1.0 }).collect())
    }

    fn sizing(&mut self, _: &Today<'_>, names: &[Instrument], scores: &[Score]) -> Wanted {
        self.ran(Stage::Sizing)?;
        if !(self.watched - 1).is_multiple_of(self.likes.every) {
            return Ok(None);
        }
        let known = |score: &&Score| score.score > 0.0 && names.binary_search(&score.instrument).is_ok();
        let liked: Vec<&Score> = scores.iter().filter(known).collect();
        let total: f64 = liked.iter().map(|score| score.score).sum::<f64>().max(1.0);
        self.wanted = total;
        let weight = |score: &&Score| TargetWeight { instrument: score.instrument, weight: score.score / total };
        Ok(Some(liked.iter().map(weight).collect()))
    }

    fn limits(&mut self, _: &Today<'_>, wanted: &[TargetWeight]) -> Wanted {
        self.ran(Stage::Limits)?;
        let capped = |target: &TargetWeight| TargetWeight { weight: target.weight.min(self.likes.cap), ..*target };
        Ok(Some(wanted.iter().map(capped).collect()))
    }

    fn orders(&mut self, today: &Today<'_>, targets: &[TargetWeight]) -> Option<Vec<OrderRequest>> {
        let _ = self.ran(Stage::Execution);
        let order = |target: &TargetWeight| {
            let held = today.book.position(target.instrument).to_units();
            let more = (target.weight * 100.0).floor() - held;
            let side = if more < 0.0 { Side::Sell } else { Side::Buy };
            let quantity = Quantity::from_units(more.abs()).ok().filter(|quantity| !quantity.is_zero())?;
            Some(OrderRequest { instrument: target.instrument, side, kind: OrderKind::Market, quantity, sessions: 1 })
        };
        self.likes.plans.then(|| targets.iter().filter_map(order).collect())
    }

    fn report(&mut self) -> Vec<EngineReport> {
        let figure =
            |(field, value): (&'static str, FigureValue)| Figure { instrument: None, field: field.into(), value };
        let ran = std::mem::take(&mut self.ran).join(",");
        let figures = [
            ("watched", FigureValue::Number(f64::from(self.watched))),
            ("wanted", FigureValue::Number(self.wanted)),
            ("ran", FigureValue::Label(ran.into())),
        ];
        let figures = figures.map(figure).to_vec();
        vec![EngineReport { figures, ..EngineReport::plain(self.likes.name, Verdict::Decided) }]
    }

    fn save(&self, bytes: &mut CanonicalBytes) {
        bytes.put_text(self.likes.name).put_u32(self.watched).put_f64(self.wanted);
    }

    fn restore(&mut self, saved: &mut Saved<'_>) -> Option<()> {
        (saved.text()? == self.likes.name).then_some(())?;
        (self.watched, self.wanted) = (saved.u32()?, saved.f64()?);
        Some(())
    }
}

impl DecisionSystem for Whole {
    fn decide(&mut self, today: &Today<'_>) -> Decision {
        let chain = &mut self.0;
        chain.watch(today);
        let mut planned = || {
            let names = chain.universe(today).ok()?;
            let scores = chain.signal(today, &names).ok()?;
            let wanted = chain.sizing(today, &names, &scores).ok()??;
            let targets = chain.limits(today, &wanted).ok()??;
            Some((chain.orders(today, &targets), targets))
        };
        match planned() {
            Some((Some(orders), _)) => Decision { reports: chain.report(), targets: None, orders },
            Some((None, targets)) => Decision { reports: chain.report(), targets: Some(targets), orders: Vec::new() },
            None => Decision { reports: chain.report(), targets: None, orders: Vec::new() },
        }
    }

    fn save(&self) -> Vec<u8> {
        super::swapped::saved(&self.0)
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        super::swapped::taken_up(&mut self.0, state).ok_or_else(|| StateError::new("whole", "torn"))
    }
}

/// Any small chain.
pub(crate) fn likes(name: &'static str) -> impl Strategy<Value = Likes> {
    let stages = prop_oneof![Just(None), (0_usize..4).prop_map(|at| Some(STAGES[at]))];
    (1_u32..4, 1_u32..5, 0.05..0.5_f64, any::<bool>(), stages)
        .prop_map(move |(step, every, cap, plans, fails_at)| Likes { name, step, every, cap, plans, fails_at })
}

/// Days of a run.
pub(crate) const DAYS: usize = 40;

/// Six names at prices that differ.
pub(crate) fn market() -> Tape {
    let ids = ["EQUITY:A", "EQUITY:B", "EQUITY:C", "EQUITY:D", "EQUITY:E", "EQUITY:F"];
    let bars = |at: usize| -> Vec<Option<[f64; 5]>> {
        (0..DAYS).map(|day| flat(20.0 + ((day * (at + 3)) % 7) as f64)).collect()
    };
    let all: Vec<(&str, Vec<Option<[f64; 5]>>)> = ids.into_iter().enumerate().map(|(at, id)| (id, bars(at))).collect();
    let lent: Vec<(&str, &[Option<[f64; 5]>])> = all.iter().map(|(id, bars)| (*id, bars.as_slice())).collect();
    tape(&lent, &[])
}

pub(crate) fn journal(system: &mut dyn DecisionSystem) -> Journal {
    let identity = SystemIdentity { name: "x".into(), version: "1".into(), config_digest: Digest::ZERO };
    replay_in_memory(&scenario(|_| {}), &identity, &market(), system).unwrap()
}

/// A day's events but the reports of the engines that are not `kept`.
pub(crate) fn events<'j>(day: &'j JournalDay, kept: &str) -> Vec<&'j Event> {
    let told = |event: &&Event| match event {
        Event::EngineDecided { engine, .. }
        | Event::FigureRecorded { engine, .. }
        | Event::InstrumentDropped { engine, .. } => *engine == kept,
        _ => true,
    };
    day.events.iter().filter(told).collect()
}
