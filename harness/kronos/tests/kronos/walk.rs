//! Walks at random through the lives of configs, with a second bookkeeping beside.
//!
//! A walk asks for acts, most of them sensible and many not: wrong actors, states, verdicts, times. After every row a
//! bookkeeper who knows nothing of the state machines counts by the words of the row alone: which configs are active
//! where, which experiments were approved, what each scope rolls back to. Where the two disagree the walk ends with the
//! sentence of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::digest::Digest;
use kronos::act::{Act, Request, Wish, World};
use kronos::actor::{Actor, ActorKind, Screening};
use kronos::configs::{Configs, ReadConfig};
use kronos::event::{Breakdown, Event, Expectation, Purpose, Row};
use kronos::log::{HEAD, Log};
use kronos::object::{ExpectedOutcome, Object, ResourceClass, Scope, Stage};
use kronos::policy::Policy;
use kronos::state::{ExperimentStatus, ProposalStatus};
use kronos::time::UtcTime;
use kronos::verdict::{Attested, Decision, VerdictRefusal, Verdicts};

/// Steps between two looks at everything.
const LOOK_EVERY: u64 = 256;

/// How many open things a walk keeps in view, so that it goes deep rather than wide.
const IN_VIEW: usize = 24;

/// What a walk did.
#[derive(Debug, Default)]
pub struct Summary {
    /// Acts asked for.
    pub steps: u64,
    /// Rows written, alerts included.
    pub rows: u64,
    /// Acts done, by the verb.
    pub done: BTreeMap<&'static str, u64>,
    /// Acts refused, by the kind of refusal.
    pub refused: BTreeMap<String, u64>,
    /// The most activations that lay on top of each other in a scope.
    pub deepest: usize,
    /// Rollbacks that were asked for, to see that they are possible, without being done.
    pub rollbacks_tried: u64,
    /// Bytes of log written, read back and found the same.
    pub bytes: usize,
}

/// Numbers by chance, the same for the same seed.
struct Dice(u64);

/// Reads any word; `…_base` exists.
struct Words;

/// The verdicts of the last acts.
#[derive(Default)]
struct Court {
    known: BTreeMap<String, Attested>,
    given: u64,
    last: Option<Digest>,
}

/// The second bookkeeping: by the words of the rows alone.
#[derive(Default)]
struct Books {
    active: BTreeMap<Scope, BTreeSet<String>>,
    below: BTreeMap<Scope, Vec<String>>,
    controls: BTreeSet<u64>,
    approved: BTreeSet<u64>,
    rows: u64,
    chain: Option<Digest>,
}

struct Walk {
    dice: Dice,
    log: Log,
    text: String,
    court: Court,
    books: Books,
    policy: Policy,
    now: i64,
    named: u64,
    proposals: Vec<u64>,
    experiments: Vec<u64>,
    summary: Summary,
}

/// Walks so many steps from a seed.
///
/// # Errors
/// The first sentence that the two bookkeepings do not share.
pub fn walk(seed: u64, steps: u64) -> Result<Summary, String> {
    let text = include_str!("../../../../golden/policy/kronos.toml");
    let policy = Policy::parse(text, "golden/policy/kronos.toml").map_err(|error| error.to_string())?;
    let mut walk = Walk {
        dice: Dice(seed),
        log: Log::default(),
        text: format!("{HEAD}\n"),
        court: Court::default(),
        books: Books::default(),
        policy,
        now: 1_767_571_200,
        named: 0,
        proposals: Vec::new(),
        experiments: Vec::new(),
        summary: Summary::default(),
    };
    for step in 1..=steps {
        walk.step()?;
        if step % LOOK_EVERY == 0 {
            walk.look()?;
        }
    }
    walk.look()?;
    walk.read_back()?;
    walk.roll_everything_back()?;
    Ok(walk.summary)
}

impl Dice {
    /// The next number below `sides` (SplitMix64; the bias of the remainder does not matter here).
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() {
            return None;
        }
        let at = self.roll(from.len() as u64) as usize;
        from.get(at).cloned()
    }
}

impl Configs for Words {
    fn read(&self, engine_name: &str, body: &str) -> Result<ReadConfig, String> {
        if body == "unreadable" {
            return Err("body is `unreadable`".to_owned());
        }
        Ok(ReadConfig { config_id: format!("{engine_name}_{body}"), canonical: body.to_owned() })
    }

    fn exists(&self, _: &str, config_id: &str) -> bool {
        config_id.ends_with("_base")
    }
}

impl Verdicts for Court {
    fn find(&self, id: &Digest) -> Result<Attested, VerdictRefusal> {
        self.known.get(&id.to_string()).cloned().ok_or(VerdictRefusal::Unknown { id: *id })
    }
}

impl Court {
    /// A verdict, sound two times out of three; sometimes none, an unknown one, or one that has been used.
    fn give(&mut self, dice: &mut Dice, candidate: &str, baseline: &str, now: i64) -> Option<Digest> {
        self.given += 1;
        let id = Digest::of(&self.given.to_le_bytes());
        let on = UtcTime::from_epoch_seconds(now).day();
        let (candidate, baseline) = (candidate.to_owned(), baseline.to_owned());
        let (decision, policy) = (Decision::Eligible, Digest::ZERO);
        let mut verdict = Attested { id, decision, candidate, baseline, policy, suspect: false, on };
        match dice.roll(24) {
            0 => verdict.candidate.push('x'),
            1 => verdict.baseline.push('x'),
            2 => verdict.suspect = true,
            3 => verdict.decision = Decision::NotEligible,
            4 => verdict.decision = Decision::InsufficientEvidence,
            5 => verdict.on = on.plus_days(-91),
            6 => verdict.on = on.plus_days(1),
            7 => return None,
            8 => return Some(id),
            9 => {
                // One that may have carried something already.
                let again = |known: &&Attested| {
                    known.candidate == verdict.candidate && known.baseline == verdict.baseline && !known.suspect
                };
                return self.known.values().find(again).map(|known| known.id);
            }
            _ => {}
        }
        if self.known.len() > 64 {
            self.known.clear();
        }
        self.known.insert(id.to_string(), verdict);
        self.last = Some(id);
        Some(id)
    }
}

impl Books {
    /// Takes a row in by its words.
    fn enter(&mut self, row: &Row) -> Result<(), String> {
        let json = serde_json::to_string(row).map_err(|error| error.to_string())?;
        self.chain = Some(self.chain.unwrap_or(Digest::ZERO).chained(json.as_bytes()));
        self.rows += 1;
        let begins = match &row.event {
            Event::Created { purpose, .. } | Event::Converted(purpose) => Some(purpose.expected_outcome),
            _ => None,
        };
        if begins == Some(ExpectedOutcome::NegativeControl) {
            self.controls.insert(row.number);
        }
        match (&row.object, &row.event) {
            (Object::Experiment(number), Event::Approved { .. }) => {
                if self.controls.contains(number) {
                    return Err(format!("row {}: a negative control was approved", row.number));
                }
                self.approved.insert(*number);
            }
            (Object::Scope(scope), Event::Activated { experiment, verdict, .. }) => {
                if !self.approved.contains(experiment) || self.controls.contains(experiment) {
                    return Err(format!("row {}: experiment {experiment} is active and not approved", row.number));
                }
                if verdict.decision != Decision::Eligible || verdict.suspect || verdict.candidate != row.to {
                    return Err(format!("row {}: the verdict does not carry it", row.number));
                }
                self.moved(scope, row)?;
                self.below.entry(scope.clone()).or_default().push(row.to.clone());
            }
            (Object::Scope(scope), Event::RolledBack { .. }) => {
                self.moved(scope, row)?;
                let below = self.below.entry(scope.clone()).or_default();
                below.pop();
                // To a config further down: everything above it is gone.
                while below.last().is_some_and(|top| *top != row.to) {
                    below.pop();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn moved(&mut self, scope: &Scope, row: &Row) -> Result<(), String> {
        let active = self.active.entry(scope.clone()).or_default();
        if row.from.as_ref().is_some_and(|from| !active.remove(from)) {
            return Err(format!("row {}: what it takes away was not active in {scope}", row.number));
        }
        if row.to != "none" {
            active.insert(row.to.clone());
        }
        if active.len() > 1 {
            return Err(format!("row {}: {} configs are active in {scope}", row.number, active.len()));
        }
        Ok(())
    }
}

impl Walk {
    fn step(&mut self) -> Result<(), String> {
        self.summary.steps += 1;
        let request = self.request();
        let act = self.act(request);
        let world = World { policy: &self.policy, configs: &Words, verdicts: &self.court };
        match self.log.decide(&act, &world) {
            Ok(row) => {
                *self.summary.done.entry(row.event.act().verb()).or_default() += 1;
                self.write(&row)
            }
            Err(refused) => {
                let kind = format!("{:?}", refused.why);
                // `Verdict(Expired { …` is counted as `Verdict Expired`, `Forbidden(Forbidden { …` as `Forbidden`.
                let words: Vec<&str> = kind.split(['(', ')', ' ', '{']).collect();
                let kind = match words.as_slice() {
                    ["Verdict", which, ..] => format!("Verdict {which}"),
                    words => words.first().copied().unwrap_or_default().to_owned(),
                };
                *self.summary.refused.entry(kind).or_default() += 1;
                refused.alert.map_or(Ok(()), |alert| self.write(&alert))
            }
        }
    }

    fn write(&mut self, row: &Row) -> Result<(), String> {
        self.text += &self.log.line(row);
        self.log.push(row).map_err(|why| format!("row {} was decided and cannot stand: {why}", row.number))?;
        self.books.enter(row)?;
        self.summary.rows += 1;
        match (&row.event, &row.object) {
            (Event::Proposed(_), _) => keep(&mut self.proposals, row.number, &mut self.dice),
            (Event::Created { .. } | Event::Converted(_), _) => {
                keep(&mut self.experiments, row.number, &mut self.dice);
            }
            (_, Object::Scope(scope)) => self.agree(&scope.clone())?,
            _ => {}
        }
        Ok(())
    }

    /// The two bookkeepings on one scope, and the rollback that must be possible there.
    fn agree(&mut self, scope: &Scope) -> Result<(), String> {
        let active = self.log.state().active(scope).map(|active| active.config_id.clone());
        let counted = self.books.active.get(scope).and_then(BTreeSet::first).cloned();
        if active != counted {
            return Err(format!("{scope}: {active:?} is active, and the rows give {counted:?}"));
        }
        let chain: Vec<String> = self.log.state().beneath(scope).map(|one| one.config_id.clone()).collect();
        let counted: Vec<String> = self.books.below.get(scope).into_iter().flatten().rev().cloned().collect();
        if chain != counted {
            return Err(format!("{scope}: {} activations lie there, and the rows give {}", chain.len(), counted.len()));
        }
        self.summary.deepest = self.summary.deepest.max(chain.len());
        if active.is_some() {
            let row = self.rollback(scope)?;
            let expected = chain.get(1).map_or("none", String::as_str);
            if row.to != expected {
                return Err(format!("{scope}: a rollback gives {}, and the rows give {expected}", row.to));
            }
        }
        Ok(())
    }

    /// The row of a rollback by an operator now.
    fn rollback(&mut self, scope: &Scope) -> Result<Row, String> {
        self.summary.rollbacks_tried += 1;
        let at = self.log.state().last().unwrap_or(UtcTime::from_epoch_seconds(self.now));
        let request = Request::RollBack(scope.clone(), None);
        let act = Act { at, ..self.by(ActorKind::Operator, request) };
        let world = World { policy: &self.policy, configs: &Words, verdicts: &self.court };
        self.log.decide(&act, &world).map_err(|refused| format!("{scope}: no rollback: {refused}"))
    }

    fn look(&mut self) -> Result<(), String> {
        let scopes: Vec<Scope> = self.log.state().scopes().map(|(scope, _)| scope.clone()).collect();
        scopes.iter().try_for_each(|scope| self.agree(scope))?;
        if self.log.state().next_number() != self.books.rows + 1 {
            return Err("a row was lost".to_owned());
        }
        Ok(())
    }

    /// The text gives back every row, in order, and the same state and head.
    fn read_back(&mut self) -> Result<(), String> {
        let reading = Log::read(self.text.as_bytes(), "walk").map_err(|error| error.to_string())?;
        let mut books = Books::default();
        reading.rows.iter().try_for_each(|row| books.enter(row))?;
        if (books.chain, books.rows) != (self.books.chain, self.books.rows) || reading.log != self.log {
            return Err("the log does not read back to what was done".to_owned());
        }
        self.summary.bytes += self.text.len();
        Ok(())
    }

    /// Every scope is taken back step by step until nothing is active.
    fn roll_everything_back(&mut self) -> Result<(), String> {
        let scopes: Vec<Scope> = self.log.state().scopes().map(|(scope, _)| scope.clone()).collect();
        for scope in scopes {
            let depth = self.log.state().beneath(&scope).count();
            for _ in 0..depth {
                let row = self.rollback(&scope)?;
                self.write(&row)?;
            }
            if self.log.state().active(&scope).is_some() {
                return Err(format!("{scope}: something is active after {depth} rollbacks"));
            }
        }
        Ok(())
    }

    fn act(&mut self, request: Request) -> Act {
        let fitting: Vec<ActorKind> =
            ActorKind::ALL.into_iter().filter(|kind| kronos::rights::may(*kind, request.kind()).is_ok()).collect();
        let from = if self.dice.one_in(8) { ActorKind::ALL.to_vec() } else { fitting };
        let kind = self.dice.pick(&from).unwrap_or(ActorKind::Engine);
        self.now += self.dice.roll(3_600) as i64;
        let mut act = self.by(kind, request);
        if self.dice.one_in(50) {
            act.at = UtcTime::from_epoch_seconds(self.now - 86_400);
        }
        if self.dice.one_in(50) {
            act.evidence.clear();
        }
        if self.dice.one_in(100) {
            act.reason = " ".to_owned();
        }
        if self.dice.one_in(20) {
            act.screening = Screening::Person;
        }
        act
    }

    fn by(&mut self, kind: ActorKind, request: Request) -> Act {
        let name = ["A. First", "B. Second", "C. Third"][self.dice.roll(3) as usize];
        let screening = if kind.is_machine() { Screening::Automatic } else { Screening::Person };
        Act {
            at: UtcTime::from_epoch_seconds(self.now),
            actor: Actor { kind, name: name.to_owned() },
            reason: "a step of a walk".to_owned(),
            evidence: vec![format!("run-{}", self.named)],
            screening,
            request,
        }
    }

    fn request(&mut self) -> Request {
        match self.dice.roll(16) {
            0 => Request::Propose(self.wish()),
            1 => Request::Create(self.wish(), self.purpose()),
            2 => self.review(),
            3 => self.rolling_back(),
            4 => self.clearing(),
            5 => self.anything(),
            _ => self.sensible(),
        }
    }

    fn wish(&mut self) -> Wish {
        self.named += 1;
        let unreadable = self.dice.one_in(30);
        let body = if unreadable { "unreadable".to_owned() } else { format!("c{}", self.named) };
        let base = if self.dice.one_in(30) { "v2_gone" } else { "v2_base" };
        let capital = [0, 50_000, 100_000, 5_000_000][self.dice.roll(4) as usize];
        let confidence_bp = 2_000 + self.dice.roll(8_000) as u32;
        let sharpe_gain_bp = self.dice.roll(5_000) as i32;
        Wish {
            engine_name: "v2".to_owned(),
            scope: ["A", "B"][self.dice.roll(2) as usize].to_owned(),
            base_config_id: base.to_owned(),
            proposed_config_body: body,
            capital,
            expectation: Some(Expectation { confidence_bp, sharpe_gain_bp }),
        }
    }

    fn purpose(&mut self) -> Purpose {
        let expected_outcome =
            if self.dice.one_in(8) { ExpectedOutcome::NegativeControl } else { ExpectedOutcome::Candidate };
        Purpose { description: "a walk".to_owned(), expected_outcome }
    }

    fn review(&mut self) -> Request {
        let state = self.log.state();
        self.proposals.retain(|number| {
            state.proposal(*number).is_ok_and(|proposal| proposal.status == ProposalStatus::PendingReview)
        });
        let number = self.dice.pick(&self.proposals.clone()).unwrap_or(1);
        if self.dice.one_in(3) { Request::Discard(number) } else { Request::Convert(number, self.purpose()) }
    }

    fn scope(&mut self) -> Scope {
        let stage = Stage::ALL[self.dice.roll(4) as usize];
        Scope { engine_name: "v2".to_owned(), scope: ["A", "B"][self.dice.roll(2) as usize].to_owned(), stage }
    }

    fn rolling_back(&mut self) -> Request {
        let scope = self.scope();
        let below: Vec<String> = self.log.state().beneath(&scope).map(|one| one.config_id.clone()).take(4).collect();
        let target = if self.dice.one_in(3) { self.dice.pick(&below) } else { None };
        Request::RollBack(scope, target)
    }

    fn clearing(&mut self) -> Request {
        Request::Clear(self.log.state().open_alerts().next().map_or(1, |(alert, _)| alert))
    }

    /// An act that fits the state of some experiment.
    fn sensible(&mut self) -> Request {
        let state = self.log.state();
        self.experiments.retain(|number| {
            state.experiment(*number).is_ok_and(|experiment| experiment.status != ExperimentStatus::Rejected)
        });
        let Some(number) = self.dice.pick(&self.experiments.clone()) else {
            return Request::Create(self.wish(), self.purpose());
        };
        let Ok(experiment) = self.log.state().experiment(number) else { return Request::Continue(number) };
        let (status, draft) = (experiment.status, experiment.draft.clone());
        match status {
            ExperimentStatus::Pending => self.queueing(number),
            ExperimentStatus::QueuedForBacktest => {
                let classes = ResourceClass::ALL;
                let free =
                    if self.dice.one_in(4) { vec![classes[self.dice.roll(3) as usize]] } else { classes.to_vec() };
                Request::Claim(free)
            }
            ExperimentStatus::RunningBacktests => match self.dice.roll(4) {
                0 => Request::Fail(number, Breakdown::Crash),
                1 => Request::Fail(number, Breakdown::Timeout),
                _ => Request::Finish(number),
            },
            ExperimentStatus::AwaitingReview | ExperimentStatus::Rejected => {
                let (candidate, baseline) = (&draft.proposed_config_id, &draft.base_config_id);
                let verdict = self.court.give(&mut self.dice, candidate, baseline, self.now);
                match self.dice.roll(8) {
                    0 => Request::Continue(number),
                    1 => Request::Reject(number, verdict),
                    _ => Request::Approve(number, verdict),
                }
            }
            ExperimentStatus::Approved => {
                // Mostly the lowest stage at which it does not stand yet.
                let stands =
                    |stage: &Stage| self.log.state().stands_at(&draft.at(*stage), *stage, &draft.proposed_config_id);
                let next = Stage::ALL.into_iter().find(|stage| !stands(stage)).unwrap_or(Stage::Full);
                let stage = if self.dice.one_in(6) { Stage::ALL[self.dice.roll(4) as usize] } else { next };
                let active = self.log.state().active(&draft.at(stage)).map(|active| active.config_id.clone());
                let baseline = active.unwrap_or_else(|| draft.base_config_id.clone());
                let verdict = self.court.give(&mut self.dice, &draft.proposed_config_id, &baseline, self.now);
                Request::Activate(number, stage, verdict)
            }
        }
    }

    fn queueing(&mut self, number: u64) -> Request {
        let class = ResourceClass::ALL[self.dice.roll(3) as usize];
        Request::Queue(number, self.dice.roll(11) as u8, class)
    }

    /// An act that need not fit anything.
    fn anything(&mut self) -> Request {
        let number = 1 + self.dice.roll(self.log.state().next_number());
        let verdict = self.court.last;
        match self.dice.roll(9) {
            0 => Request::Discard(number),
            1 => Request::Convert(number, self.purpose()),
            2 => self.queueing(number),
            3 => Request::Finish(number),
            4 => Request::Fail(number, Breakdown::Crash),
            5 => Request::Approve(number, verdict),
            6 => Request::Reject(number, verdict),
            7 => Request::Continue(number),
            _ => Request::Activate(number, Stage::ALL[self.dice.roll(4) as usize], verdict),
        }
    }
}

/// Keeps a number in view; when the view is full, in the place of another.
fn keep(view: &mut Vec<u64>, number: u64, dice: &mut Dice) {
    if view.len() < IN_VIEW {
        view.push(number);
    } else {
        let at = dice.roll(view.len() as u64) as usize;
        view[at] = number;
    }
}

impl Summary {
    /// Adds what another walk did.
    pub fn add(&mut self, other: Self) {
        self.steps += other.steps;
        self.rows += other.rows;
        self.rollbacks_tried += other.rollbacks_tried;
        self.bytes += other.bytes;
        self.deepest = self.deepest.max(other.deepest);
        other.done.into_iter().for_each(|(verb, count)| *self.done.entry(verb).or_default() += count);
        other.refused.into_iter().for_each(|(kind, count)| *self.refused.entry(kind).or_default() += count);
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} steps, {} rows, {} bytes read back the same", self.steps, self.rows, self.bytes)?;
        writeln!(out, "never two active configs in a scope, never an unapproved activation, no row lost or edited")?;
        writeln!(out, "{} rollbacks tried and possible; deepest scope {}", self.rollbacks_tried, self.deepest)?;
        for (title, counts) in [
            ("done", self.done.iter().map(|(verb, count)| format!("{verb} {count}")).collect::<Vec<String>>()),
            ("refused", self.refused.iter().map(|(kind, count)| format!("{kind} {count}")).collect()),
        ] {
            writeln!(out, "{title}: {}", counts.join(", "))?;
        }
        Ok(())
    }
}
