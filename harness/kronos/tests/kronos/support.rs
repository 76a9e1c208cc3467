//! A world for the proofs: configs of letters, verdicts by name, and a log that is led from state to state.

use std::collections::BTreeMap;

use domain::digest::Digest;
use judge::verdict::Decision;
use kronos::act::{Act, Request, Wish, World};
use kronos::actor::{Actor, ActorKind, Screening};
use kronos::configs::{Configs, ReadConfig};
use kronos::event::{Breakdown, Expectation, Purpose, Row};
use kronos::log::Log;
use kronos::object::{ExpectedOutcome, ResourceClass, Scope, Stage};
use kronos::policy::Policy;
use kronos::refusal::Refusal;
use kronos::time::UtcTime;
use kronos::verdict::{Attested, VerdictRefusal, Verdicts};

/// 2026-01-05T00:00:00Z.
pub(crate) const START: i64 = 1_767_571_200;

/// Reads a body of letters and digits as a config named by it; `v2_base` and `v2_other` exist.
pub struct Letters;

impl Configs for Letters {
    fn read(&self, engine_name: &str, body: &str) -> Result<ReadConfig, String> {
        if body.is_empty() || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(format!("body is `{body}`: expected letters and digits"));
        }
        Ok(ReadConfig { config_id: format!("{engine_name}_{body}"), canonical: body.to_owned() })
    }

    fn exists(&self, engine_name: &str, config_id: &str) -> bool {
        ["base", "other"].iter().any(|name| config_id == format!("{engine_name}_{name}"))
    }
}

/// Verdicts that were put there.
#[derive(Default)]
pub struct Shelf(pub BTreeMap<String, Attested>);

impl Verdicts for Shelf {
    fn find(&self, id: &Digest) -> Result<Attested, VerdictRefusal> {
        self.0.get(&id.to_string()).cloned().ok_or(VerdictRefusal::Unknown { id: *id })
    }
}

/// A log with a world around it.
pub struct Bench {
    pub log: Log,
    pub text: String,
    pub rows: Vec<Row>,
    pub shelf: Shelf,
    pub policy: Policy,
    pub now: i64,
}

/// The policy of the repository.
pub(crate) fn policy() -> Policy {
    Policy::parse(include_str!("../../../../golden/policy/kronos.toml"), "golden/policy/kronos.toml").unwrap()
}

pub(crate) fn bench() -> Bench {
    let text = format!("{}\n", kronos::log::HEAD);
    let (log, rows, shelf) = (Log::default(), Vec::new(), Shelf::default());
    Bench { log, text, rows, shelf, policy: policy(), now: START }
}

/// An actor of a kind under the kind's own name, as sure as it may be.
pub(crate) fn actor(kind: ActorKind) -> (Actor, Screening) {
    let screening = if kind.is_machine() { Screening::Automatic } else { Screening::Person };
    (Actor::new(kind, &format!("the {kind}")).unwrap(), screening)
}

pub(crate) fn wish(body: &str, capital: u64) -> Wish {
    Wish {
        engine_name: "v2".into(),
        scope: "US_CORE".into(),
        base_config_id: "v2_base".into(),
        proposed_config_body: body.into(),
        capital,
        expectation: Some(Expectation { confidence_bp: 5_400, sharpe_gain_bp: 2_500 }),
    }
}

pub(crate) fn purpose(expected_outcome: ExpectedOutcome) -> Purpose {
    Purpose { description: "less turnover".into(), expected_outcome }
}

pub(crate) fn scope(stage: Stage) -> Scope {
    Scope { engine_name: "v2".into(), scope: "US_CORE".into(), stage }
}

impl Bench {
    pub fn act(&self, kind: ActorKind, request: Request) -> Act {
        let (actor, screening) = actor(kind);
        let evidence = vec!["run-7".to_owned()];
        Act {
            at: UtcTime::from_epoch_seconds(self.now),
            actor,
            reason: "as planned".into(),
            evidence,
            screening,
            request,
        }
    }

    /// Judges an act without doing it.
    pub fn judged(&self, act: &Act) -> Result<Row, Refusal> {
        let world = World { policy: &self.policy, configs: &Letters, verdicts: &self.shelf };
        self.log.decide(act, &world).map_err(|refused| *refused.why)
    }

    /// Does an act, or appends the alert that its refusal is worth.
    pub fn attempt(&mut self, act: &Act) -> Result<Row, Refusal> {
        let world = World { policy: &self.policy, configs: &Letters, verdicts: &self.shelf };
        match self.log.decide(act, &world) {
            Ok(row) => {
                self.push(&row);
                Ok(row)
            }
            Err(refused) => {
                if let Some(alert) = &refused.alert {
                    self.push(alert);
                }
                Err(*refused.why)
            }
        }
    }

    fn push(&mut self, row: &Row) {
        self.text += &self.log.line(row);
        self.log.push(row).unwrap();
        self.rows.push(row.clone());
        self.now += 60;
    }

    pub fn does(&mut self, kind: ActorKind, request: Request) -> Row {
        let act = self.act(kind, request);
        self.attempt(&act).unwrap()
    }

    /// Puts a verdict on the shelf: ELIGIBLE, of today.
    pub fn verdict(&mut self, name: &str, candidate: &str, baseline: &str) -> Digest {
        let id = Digest::of(name.as_bytes());
        let verdict = Attested {
            id,
            decision: Decision::Eligible,
            candidate: candidate.into(),
            baseline: baseline.into(),
            policy: Digest::of(b"gates"),
            suspect: false,
            on: UtcTime::from_epoch_seconds(self.now).day(),
        };
        self.shelf.0.insert(id.to_string(), verdict);
        id
    }

    /// An experiment that waits for its reviewer, by the name of its config.
    pub fn awaiting(&mut self, body: &str, capital: u64, outcome: ExpectedOutcome) -> u64 {
        let number = self.does(ActorKind::Kronos, Request::Create(wish(body, capital), purpose(outcome))).number;
        self.does(ActorKind::Reviewer, Request::Queue(number, 5, ResourceClass::CpuHeavy));
        self.does(ActorKind::Scheduler, Request::Claim(vec![ResourceClass::CpuHeavy]));
        self.does(ActorKind::Scheduler, Request::Finish(number));
        number
    }

    /// An approved experiment.
    pub fn approved(&mut self, body: &str) -> u64 {
        let number = self.awaiting(body, 0, ExpectedOutcome::Candidate);
        let verdict = self.verdict(&format!("approves {body}"), &format!("v2_{body}"), "v2_base");
        self.does(ActorKind::Reviewer, Request::Approve(number, Some(verdict)));
        number
    }

    /// Activates an approved experiment's config at a stage, in the place of what is active there.
    pub fn activate(&mut self, number: u64, stage: Stage) -> Row {
        let body = self.log.state().experiment(number).unwrap().draft.proposed_config_id.clone();
        let active = self.log.state().active(&scope(stage)).map(|active| active.config_id.clone());
        let baseline = active.unwrap_or_else(|| "v2_base".into());
        let verdict = self.verdict(&format!("activates {body} at {stage}, row {}", self.rows.len()), &body, &baseline);
        self.does(ActorKind::Promotion, Request::Activate(number, stage, Some(verdict)))
    }

    /// An experiment whose three attempts failed.
    pub fn failed(&mut self, body: &str) -> u64 {
        let made = purpose(ExpectedOutcome::Candidate);
        let number = self.does(ActorKind::Kronos, Request::Create(wish(body, 0), made)).number;
        self.does(ActorKind::Reviewer, Request::Queue(number, 5, ResourceClass::CpuHeavy));
        for breakdown in [Breakdown::Crash, Breakdown::Timeout, Breakdown::Crash] {
            self.does(ActorKind::Scheduler, Request::Claim(vec![ResourceClass::CpuHeavy]));
            self.does(ActorKind::Scheduler, Request::Fail(number, breakdown));
        }
        number
    }
}
