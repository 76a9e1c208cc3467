//! Every act by every actor in every state: allowed, or refused for the right kind of reason.
//!
//! A situation is a log that was led to a state; its case names the acts that are possible there. All fourteen acts are
//! then asked for by all eight actors. Whoever lacks the right is told so first; whoever has it may do exactly what the
//! case names.

use domain::digest::Digest;
use kronos::act::Request;
use kronos::actor::ActorKind as K;
use kronos::event::Breakdown;
use kronos::object::{ExpectedOutcome, ResourceClass, Stage};
use kronos::refusal::Refusal;
use kronos::rights::{ActKind as A, may};
use rstest::rstest;

use crate::support::{Bench, bench, purpose, scope, wish};

/// What the acts of the table are about.
struct Targets {
    proposal: u64,
    experiment: u64,
    alert: u64,
}

/// A log in a state, and what to ask of it.
type Situation = (Bench, Targets);

fn at(bench: Bench, proposal: u64, experiment: u64, alert: u64) -> Situation {
    (bench, Targets { proposal, experiment, alert })
}

fn empty() -> Situation {
    at(bench(), 1, 1, 1)
}

fn pending_review() -> Situation {
    let mut bench = bench();
    let proposal = bench.does(K::Kronos, Request::Propose(wish("x", 0))).number;
    at(bench, proposal, 99, 99)
}

fn converted() -> Situation {
    let (mut bench, targets) = pending_review();
    let row = bench.does(K::Reviewer, Request::Convert(targets.proposal, purpose(ExpectedOutcome::Candidate)));
    at(bench, targets.proposal, row.number, 99)
}

fn discarded() -> Situation {
    let (mut bench, targets) = pending_review();
    bench.does(K::Reviewer, Request::Discard(targets.proposal));
    at(bench, targets.proposal, 99, 99)
}

fn queued() -> Situation {
    let (mut bench, targets) = converted();
    bench.does(K::Reviewer, Request::Queue(targets.experiment, 0, ResourceClass::Mixed));
    (bench, targets)
}

fn running() -> Situation {
    let (mut bench, targets) = queued();
    bench.does(K::Scheduler, Request::Claim(vec![ResourceClass::Mixed]));
    (bench, targets)
}

fn failed_once() -> Situation {
    let (mut bench, targets) = running();
    bench.does(K::Scheduler, Request::Fail(targets.experiment, Breakdown::Timeout));
    (bench, targets)
}

fn awaiting() -> Situation {
    let (mut bench, targets) = running();
    bench.does(K::Scheduler, Request::Finish(targets.experiment));
    (bench, targets)
}

fn failed_for_good() -> Situation {
    let mut bench = bench();
    let experiment = bench.failed("x");
    at(bench, 99, experiment, 99)
}

fn continued() -> Situation {
    let (mut bench, targets) = failed_for_good();
    bench.does(K::PolicyRule, Request::Continue(targets.experiment));
    (bench, targets)
}

fn approved() -> Situation {
    let mut bench = bench();
    let experiment = bench.approved("x");
    at(bench, 99, experiment, 99)
}

fn rejected() -> Situation {
    let (mut bench, targets) = awaiting();
    let verdict = bench.verdict("rejects", "v2_x", "v2_base");
    bench.does(K::PolicyRule, Request::Reject(targets.experiment, Some(verdict)));
    (bench, targets)
}

fn active() -> Situation {
    let (mut bench, targets) = approved();
    bench.activate(targets.experiment, Stage::Backtested);
    (bench, targets)
}

fn rolled_back() -> Situation {
    let (mut bench, targets) = active();
    bench.does(K::Operator, Request::RollBack(scope(Stage::Backtested), None));
    (bench, targets)
}

fn control_awaiting() -> Situation {
    let mut bench = bench();
    let experiment = bench.awaiting("x", 0, ExpectedOutcome::NegativeControl);
    at(bench, 99, experiment, 99)
}

fn alerted() -> Situation {
    let (mut bench, targets) = control_awaiting();
    let attempt = bench.act(K::Reviewer, Request::Approve(targets.experiment, None));
    assert!(bench.attempt(&attempt).is_err());
    let alert = bench.rows.last().unwrap().number;
    at(bench, 99, targets.experiment, alert)
}

fn cleared() -> Situation {
    let (mut bench, targets) = alerted();
    bench.does(K::Operator, Request::Clear(targets.alert));
    (bench, targets)
}

#[rstest]
#[case::empty(empty(), &[])]
#[case::pending_review(pending_review(), &[A::Convert, A::Discard])]
#[case::converted_and_pending(converted(), &[A::Queue])]
#[case::discarded(discarded(), &[])]
#[case::queued(queued(), &[A::Claim])]
#[case::running(running(), &[A::Finish, A::Fail])]
#[case::failed_once_and_queued_again(failed_once(), &[A::Claim])]
#[case::awaiting_review(awaiting(), &[A::Approve, A::Reject, A::Continue])]
#[case::awaiting_with_failed_evidence(failed_for_good(), &[A::Reject, A::Continue])]
#[case::continued_and_queued(continued(), &[A::Claim])]
#[case::approved(approved(), &[A::Activate])]
#[case::rejected(rejected(), &[])]
#[case::active(active(), &[A::RollBack])]
#[case::rolled_back_to_nothing(rolled_back(), &[A::Activate])]
#[case::control_awaiting(control_awaiting(), &[A::Reject, A::Continue])]
#[case::alert_open(alerted(), &[A::Clear, A::Reject, A::Continue])]
#[case::alert_cleared(cleared(), &[A::Reject, A::Continue])]
fn every_act_by_every_actor(#[case] situation: Situation, #[case] possible: &[A]) {
    let (mut bench, targets) = situation;
    let approves = bench.verdict("table approves", "v2_x", "v2_base");
    let activates = bench.verdict("table activates", "v2_x", "v2_base");
    for act in A::ALL {
        for kind in K::ALL {
            let asked = bench.act(kind, request(act, &targets, approves, activates));
            let judged = bench.judged(&asked);
            if let Err(forbidden) = may(kind, act) {
                assert_eq!(judged, Err(Refusal::Forbidden(forbidden)), "{kind} and {act}");
            } else if possible.contains(&act) || [A::Propose, A::Create].contains(&act) {
                assert!(judged.is_ok(), "{kind} and {act}: {judged:?}");
            } else {
                let refusal = judged.expect_err("this act is not possible here");
                assert!(is_of_the_state(&refusal), "{kind} and {act}: {refusal}");
            }
        }
    }
}

/// Whether a refusal speaks of the state of things and not of a right, an argument or a verdict.
fn is_of_the_state(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::WrongState { .. }
            | Refusal::Unknown { .. }
            | Refusal::NothingQueued
            | Refusal::NothingActive { .. }
            | Refusal::AlreadyActive { .. }
            | Refusal::FailedEvidence { .. }
            | Refusal::NegativeControl { .. }
    )
}

fn request(act: A, targets: &Targets, approves: Digest, activates: Digest) -> Request {
    let Targets { proposal, experiment, alert } = *targets;
    match act {
        A::Propose => Request::Propose(wish("new", 0)),
        A::Convert => Request::Convert(proposal, purpose(ExpectedOutcome::Candidate)),
        A::Discard => Request::Discard(proposal),
        A::Create => Request::Create(wish("new", 0), purpose(ExpectedOutcome::Baseline)),
        A::Queue => Request::Queue(experiment, 9, ResourceClass::GpuHeavy),
        A::Claim => Request::Claim(ResourceClass::ALL.to_vec()),
        A::Finish => Request::Finish(experiment),
        A::Fail => Request::Fail(experiment, Breakdown::Crash),
        A::Approve => Request::Approve(experiment, Some(approves)),
        A::Reject => Request::Reject(experiment, Some(approves)),
        A::Continue => Request::Continue(experiment),
        A::Clear => Request::Clear(alert),
        A::Activate => Request::Activate(experiment, Stage::Backtested, Some(activates)),
        A::RollBack => Request::RollBack(scope(Stage::Backtested), None),
    }
}
