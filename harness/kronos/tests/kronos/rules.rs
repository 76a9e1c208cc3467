//! What stands in the way of an act beside rights and states.

use judge::verdict::Decision;
use kronos::act::Request;
use kronos::actor::{Actor, ActorKind as K, Screening};
use kronos::event::{Event, Expectation};
use kronos::object::{ExpectedOutcome, Object, ResourceClass, Stage};
use kronos::refusal::Refusal;
use kronos::state::ExperimentStatus;
use kronos::verdict::{Attested, VerdictRefusal};
use rstest::rstest;

use crate::support::{bench, purpose, scope, wish};

#[rstest]
#[case::enough(K::Kronos, Some((3_000, 1_000)), true)]
#[case::unsure(K::Kronos, Some((2_999, 1_000)), false)]
#[case::small(K::Kronos, Some((3_000, 999)), false)]
#[case::loss(K::Chat, Some((9_000, -1_000)), false)]
#[case::chat_without(K::Chat, None, false)]
#[case::person_without(K::Reviewer, None, true)]
#[case::person_with_too_little(K::Operator, Some((2_999, 5_000)), false)]
#[case::more_than_sure(K::Kronos, Some((10_001, 5_000)), false)]
fn the_filter_of_proposals(#[case] kind: K, #[case] expected: Option<(u32, i32)>, #[case] passes: bool) {
    let expectation = expected.map(|(confidence_bp, sharpe_gain_bp)| Expectation { confidence_bp, sharpe_gain_bp });
    let bench = bench();
    let act = bench.act(kind, Request::Propose(kronos::act::Wish { expectation, ..wish("x", 0) }));
    assert_eq!(bench.judged(&act).is_ok(), passes, "{:?}", bench.judged(&act));
}

#[test]
fn a_proposal_opens_only_over_configs_that_read_and_exist() {
    let bench = bench();
    let judged = |change: fn(&mut kronos::act::Wish)| {
        let mut wish = wish("x", 0);
        change(&mut wish);
        bench.judged(&bench.act(K::Reviewer, Request::Propose(wish))).unwrap_err()
    };
    let refusal = judged(|wish| wish.proposed_config_body = "a b".into());
    assert_eq!(refusal.to_string(), "the proposed body is no config of v2: body is `a b`: expected letters and digits");
    assert!(matches!(judged(|wish| wish.base_config_id = "v2_gone".into()), Refusal::NoBase { .. }));
    assert!(matches!(judged(|wish| wish.proposed_config_body = "base".into()), Refusal::NothingChanges { .. }));
    assert!(matches!(judged(|wish| wish.scope = "US CORE".into()), Refusal::Argument { field: "scope", .. }));
}

#[test]
fn conversion_registers_the_config_by_its_content() {
    let mut bench = bench();
    let proposal = bench.does(K::Chat, Request::Propose(wish("x", 0))).number;
    assert!(bench.log.state().config("v2_x").is_none(), "a proposal registers nothing");
    let row = bench.does(K::Reviewer, Request::Convert(proposal, purpose(ExpectedOutcome::Candidate)));
    let registered = bench.log.state().config("v2_x").unwrap();
    assert_eq!((registered.config_body.as_str(), registered.engine_name.as_str()), ("x", "v2"));
    let experiment = bench.log.state().experiment(row.number).unwrap();
    assert_eq!((experiment.draft.proposed_config_id.as_str(), experiment.is_auto_generated()), ("v2_x", false));
    // A registered config is a base for the next.
    let next = kronos::act::Wish { base_config_id: "v2_x".into(), ..wish("y", 0) };
    bench.does(K::Kronos, Request::Propose(next));
}

#[test]
fn three_attempts_a_round_and_a_new_round_begins_with_none() {
    let mut bench = bench();
    let number = bench.failed("x");
    let seen = |bench: &crate::support::Bench| {
        let experiment = bench.log.state().experiment(number).unwrap();
        (experiment.status, experiment.round, experiment.attempts, experiment.failed)
    };
    assert_eq!(seen(&bench), (ExperimentStatus::AwaitingReview, 1, 3, true));
    bench.does(K::Reviewer, Request::Continue(number));
    assert_eq!(seen(&bench), (ExperimentStatus::QueuedForBacktest, 2, 0, false));
    bench.does(K::Scheduler, Request::Claim(vec![ResourceClass::CpuHeavy]));
    bench.does(K::Scheduler, Request::Finish(number));
    assert_eq!(seen(&bench), (ExperimentStatus::AwaitingReview, 2, 1, false));
}

#[test]
fn results_need_their_ids_and_rejections_a_verdict() {
    let mut bench = bench();
    let number = bench.awaiting("x", 0, ExpectedOutcome::Candidate);
    let bare = bench.act(K::Reviewer, Request::Reject(number, None));
    assert_eq!(bench.judged(&bare), Err(VerdictRefusal::Absent.into()));
    bench.does(K::Reviewer, Request::Continue(number));
    bench.does(K::Scheduler, Request::Claim(vec![ResourceClass::CpuHeavy]));
    let mut blank = bench.act(K::Scheduler, Request::Finish(number));
    blank.evidence.clear();
    assert!(matches!(bench.judged(&blank), Err(Refusal::NoEvidence { .. })));
    let failed = bench.failed("y");
    bench.does(K::Reviewer, Request::Reject(failed, None));
}

#[rstest]
#[case::other_hand("B. Other", 1_000_000, true)]
#[case::same_hand("the kronos", 1_000_000, false)]
#[case::same_hand_in_other_letters("  The  KRONOS ", 1, false)]
#[case::same_hand_without_capital("the kronos", 0, true)]
fn where_capital_is_at_stake_another_hand_approves(#[case] name: &str, #[case] capital: u64, #[case] passes: bool) {
    let mut bench = bench();
    let number = bench.awaiting("x", capital, ExpectedOutcome::Candidate);
    let verdict = bench.verdict("v", "v2_x", "v2_base");
    let mut act = bench.act(K::Reviewer, Request::Approve(number, Some(verdict)));
    act.actor = Actor::new(K::Reviewer, name).unwrap();
    match bench.judged(&act) {
        Ok(_) => assert!(passes),
        Err(refusal) => assert!(!passes && matches!(refusal, Refusal::SameHand { .. }), "{refusal}"),
    }
}

#[rstest]
#[case(K::PolicyRule, 99_999, true)]
#[case(K::PolicyRule, 100_000, false)]
#[case(K::Reviewer, 100_000, true)]
fn a_rule_approves_below_the_cap(#[case] kind: K, #[case] capital: u64, #[case] passes: bool) {
    let mut bench = bench();
    let number = bench.awaiting("x", capital, ExpectedOutcome::Candidate);
    let verdict = bench.verdict("v", "v2_x", "v2_base");
    let judged = bench.judged(&bench.act(kind, Request::Approve(number, Some(verdict))));
    assert_eq!(judged.is_ok(), passes, "{judged:?}");
}

#[test]
fn a_machine_vouches_for_no_person_and_time_does_not_run_backwards() {
    let mut bench = bench();
    let mut act = bench.act(K::Kronos, Request::Propose(wish("x", 0)));
    act.screening = Screening::Person;
    assert_eq!(bench.judged(&act), Err(Refusal::NotAPerson { actor: K::Kronos }));
    bench.does(K::Kronos, Request::Propose(wish("x", 0)));
    bench.now -= 61;
    let late = bench.act(K::Kronos, Request::Propose(wish("y", 0)));
    assert!(matches!(bench.judged(&late), Err(Refusal::Backwards { .. })));
}

#[test]
fn a_negative_control_is_never_approved_and_the_attempt_blocks_machines() {
    let mut bench = bench();
    let control = bench.awaiting("bad", 0, ExpectedOutcome::NegativeControl);
    let verdict = bench.verdict("passes", "v2_bad", "v2_base");
    let attempt = bench.act(K::PolicyRule, Request::Approve(control, Some(verdict)));
    let refusal = bench.attempt(&attempt).unwrap_err();
    let alert = bench.rows.last().unwrap().clone();
    assert_eq!((&alert.event, &alert.object), (&Event::Alerted, &Object::Experiment(control)));
    assert_eq!(
        refusal,
        Refusal::NegativeControl { object: Object::Experiment(control), alert: Object::Alert(alert.number) }
    );
    assert_eq!(bench.log.state().experiment(control).unwrap().status, ExperimentStatus::AwaitingReview);

    let number = bench.awaiting("x", 0, ExpectedOutcome::Candidate);
    let verdict = bench.verdict("v", "v2_x", "v2_base");
    let by_rule = bench.act(K::PolicyRule, Request::Approve(number, Some(verdict)));
    assert_eq!(bench.judged(&by_rule), Err(Refusal::OpenAlert { alert: Object::Alert(alert.number) }));
    let by_person = bench.act(K::Reviewer, Request::Approve(number, Some(verdict)));
    assert!(bench.judged(&by_person).is_ok());
    bench.does(K::Operator, Request::Clear(alert.number));
    assert!(bench.judged(&by_rule).is_ok());
}

#[test]
fn a_control_is_not_let_in_by_another_door() {
    let mut bench = bench();
    let approved = bench.approved("x");
    let awaiting = bench.awaiting("x", 0, ExpectedOutcome::Candidate);
    let control = bench.awaiting("x", 0, ExpectedOutcome::NegativeControl);
    let verdict = bench.verdict("v", "v2_x", "v2_base");
    for (kind, request) in [
        (K::Reviewer, Request::Approve(awaiting, Some(verdict))),
        (K::Promotion, Request::Activate(approved, Stage::Backtested, Some(verdict))),
    ] {
        let refusal = bench.judged(&bench.act(kind, request)).unwrap_err();
        let expected = Refusal::ControlConfig { config_id: "v2_x".into(), control: Object::Experiment(control) };
        assert_eq!(refusal, expected);
    }
}

#[rstest]
#[case::sound(|_: &mut Attested| {}, "")]
#[case::candidate(|verdict: &mut Attested| verdict.candidate = "v2_y".into(), "is of config v2_y: expected v2_x")]
#[case::baseline(|verdict: &mut Attested| verdict.baseline = "v2_y".into(), "measured against v2_y: expected v2_base")]
#[case::suspect(|verdict: &mut Attested| verdict.suspect = true, "SUSPECT")]
#[case::refused(|verdict: &mut Attested| verdict.decision = Decision::NotEligible, "says NOT_ELIGIBLE")]
#[case::thin(|verdict: &mut Attested| verdict.decision = Decision::InsufficientEvidence, "INSUFFICIENT_EVIDENCE")]
#[case::old(|verdict: &mut Attested| verdict.on = verdict.on.plus_days(-91), "91 days old: the policy allows 90")]
#[case::future(|verdict: &mut Attested| verdict.on = verdict.on.plus_days(1), "after the act")]
#[case::another(|verdict: &mut Attested| verdict.id = domain::digest::Digest::of(b"swapped"), "no verdict of this id")]
fn a_verdict_carries_an_approval_and_an_activation_only_when_sound(
    #[case] change: fn(&mut Attested),
    #[case] words: &str,
) {
    let mut bench = bench();
    let awaiting = bench.awaiting("x", 0, ExpectedOutcome::Candidate);
    let approved = bench.approved("x");
    let id = bench.verdict("v", "v2_x", "v2_base");
    change(bench.shelf.0.get_mut(&id.to_string()).unwrap());
    for (kind, request) in [
        (K::Reviewer, Request::Approve(awaiting, Some(id))),
        (K::Promotion, Request::Activate(approved, Stage::Backtested, Some(id))),
    ] {
        match bench.judged(&bench.act(kind, request)) {
            Ok(_) => assert_eq!(words, ""),
            Err(refusal) => assert!(!words.is_empty() && refusal.to_string().contains(words), "{refusal}"),
        }
    }
    for (kind, request) in [
        (K::Reviewer, Request::Approve(awaiting, None)),
        (K::Promotion, Request::Activate(approved, Stage::Backtested, None)),
    ] {
        assert_eq!(bench.judged(&bench.act(kind, request)), Err(VerdictRefusal::Absent.into()));
    }
}

#[test]
fn stages_are_climbed_one_by_one_each_with_its_own_verdict() {
    let mut bench = bench();
    let number = bench.approved("x");
    let spare = bench.verdict("spare", "v2_x", "v2_base");
    let skips = bench.act(K::Promotion, Request::Activate(number, Stage::Shadow, Some(spare)));
    assert!(matches!(bench.judged(&skips), Err(Refusal::StageSkipped { before: Stage::Backtested, .. })));
    bench.does(K::Promotion, Request::Activate(number, Stage::Backtested, Some(spare)));
    let again = bench.act(K::Promotion, Request::Activate(number, Stage::Shadow, Some(spare)));
    assert_eq!(bench.judged(&again), Err(Refusal::VerdictUsed { id: spare }));
    for stage in [Stage::Shadow, Stage::Limited, Stage::Full] {
        bench.activate(number, stage);
    }
    assert_eq!(bench.log.state().active(&scope(Stage::Full)).unwrap().config_id, "v2_x");
    // Once it is taken back below, it climbs no further.
    let next = bench.approved("y");
    bench.activate(next, Stage::Backtested);
    bench.does(K::Promotion, Request::RollBack(scope(Stage::Backtested), None));
    let verdict = bench.verdict("late", "v2_y", "v2_x");
    let climbs = bench.act(K::Promotion, Request::Activate(next, Stage::Shadow, Some(verdict)));
    assert!(matches!(bench.judged(&climbs), Err(Refusal::StageSkipped { .. })));
}

#[test]
fn a_rollback_restores_what_was_there_down_to_nothing() {
    let mut bench = bench();
    let place = scope(Stage::Backtested);
    for body in ["x", "y", "z"] {
        let number = bench.approved(body);
        // What is active is the baseline that a verdict must have been measured against.
        let verdict = bench.verdict(&format!("stale {body}"), &format!("v2_{body}"), "v2_other");
        let stale = bench.act(K::Promotion, Request::Activate(number, Stage::Backtested, Some(verdict)));
        assert!(matches!(bench.judged(&stale), Err(Refusal::Verdict(VerdictRefusal::OtherBaseline { .. }))));
        bench.activate(number, Stage::Backtested);
    }
    let missing = bench.act(K::Operator, Request::RollBack(place.clone(), Some("v2_w".into())));
    assert!(matches!(bench.judged(&missing), Err(Refusal::NotBeneath { .. })));
    let row = bench.does(K::Operator, Request::RollBack(place.clone(), Some("v2_x".into())));
    assert_eq!((row.from.as_deref(), row.to.as_str()), (Some("v2_z"), "v2_x"));
    let row = bench.does(K::Operator, Request::RollBack(place.clone(), None));
    assert_eq!((row.from.as_deref(), row.to.as_str()), (Some("v2_x"), "none"));
    assert_eq!(bench.log.state().active(&place), None);
    let none = bench.act(K::Operator, Request::RollBack(place, None));
    assert!(matches!(bench.judged(&none), Err(Refusal::NothingActive { .. })));
}
