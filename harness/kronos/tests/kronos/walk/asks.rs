//! What a walk asks for: mostly what fits the state of things, and often what does not.

use kronos::act::{Act, Request, Wish};
use kronos::actor::{Actor, ActorKind, Screening};
use kronos::event::{Breakdown, Expectation, Purpose};
use kronos::object::{ExpectedOutcome, ResourceClass, Scope, Stage};
use kronos::state::{ExperimentStatus, ProposalStatus};
use kronos::time::UtcTime;

use super::Walk;

impl Walk {
    pub(super) fn act(&mut self, request: Request) -> Act {
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

    pub(super) fn by(&mut self, kind: ActorKind, request: Request) -> Act {
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

    pub(super) fn request(&mut self) -> Request {
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
