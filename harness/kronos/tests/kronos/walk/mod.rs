//! Walks at random through the lives of configs, with a second bookkeeping beside.
//!
//! A walk asks for acts, most of them sensible and many not: wrong actors, states, verdicts, times. After every row a
//! bookkeeper who knows nothing of the state machines counts by the words of the row alone: which configs are active
//! where, which experiments were approved, what each scope rolls back to. Where the two disagree the walk ends with the
//! sentence of it.

mod asks;
mod books;
mod court;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use kronos::act::{Act, Request, World};
use kronos::actor::ActorKind;
use kronos::event::{Event, Row};
use kronos::log::{HEAD, Log};
use kronos::object::{Object, Scope};
use kronos::policy::Policy;
use kronos::time::UtcTime;

use books::Books;
use court::{Court, Words};

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
    let text = include_str!("../../../../../golden/policy/kronos.toml");
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
