//! Absence is never a pass: each case takes one thing away from evidence that is eligible, and each must end otherwise,
//! with a reason of its own.

use domain::digest::Digest;
use domain::quantity::Cash;
use domain::seed::Seed;
use rstest::rstest;

use super::fixture::{alone, calibration, evidence, policy};
use crate::evidence::checks::{CheckKind, CheckState, TrialCount};
use crate::evidence::{Evidence, Part, Run};
use crate::gates::calibration::Calibration;
use crate::verdict::{Decision, Verdict};

fn judged(evidence: &Evidence, calibration: Option<&Calibration>) -> Verdict {
    Verdict::of(evidence, &policy(), calibration)
}

#[test]
fn the_fixture_is_eligible() {
    let evidence = evidence();
    let verdict = judged(&evidence, Some(&calibration(&evidence, &policy())));
    assert_eq!(verdict.decision, Decision::Eligible, "{:#?}", verdict.reasons());
    assert!(verdict.reasons().is_empty());
}

fn historical(evidence: &mut Evidence) -> impl Iterator<Item = &mut Run> {
    evidence.runs.iter_mut().filter(|run| run.part == Part::Historical)
}

fn without(evidence: &mut Evidence, part: Part) {
    evidence.runs.retain(|run| run.part != part);
}

/// Neither side of a run holds or trades anything.
fn idle(evidence: &mut Evidence, case: &str) {
    for run in evidence.runs.iter_mut().filter(|run| run.case == case) {
        for side in [&mut run.candidate, &mut run.baseline] {
            for day in &mut side.days {
                (day.equity, day.gross, day.turnover) = (Cash::from_micros(1_000_000_000_000), Some(0.0), None);
            }
        }
    }
}

/// The runs of a part are those of the historical part.
fn unstressed(evidence: &mut Evidence, part: Part) {
    let calm: Vec<Run> = evidence.of_part(Part::Historical).cloned().collect();
    for run in evidence.runs.iter_mut().filter(|run| run.part == part) {
        let same = calm.iter().find(|calm| calm.case == run.case).unwrap();
        *run = Run { part, ..same.clone() };
    }
}

fn check_state(evidence: &mut Evidence, kind: CheckKind, state: CheckState) {
    evidence.checks.iter_mut().filter(|check| check.kind == kind).for_each(|check| check.state = state);
}

fn trials(change: impl FnOnce(&mut TrialCount)) -> impl FnOnce(&mut Evidence) {
    move |evidence| change(evidence.trials.get_or_insert_with(alone))
}

#[rstest]
#[case::nothing_was_run("evidence: 0 historical runs", |e: &mut Evidence| e.runs.clear())]
#[case::no_historical_run("sharpe: no historical run", |e: &mut Evidence| without(e, Part::Historical))]
#[case::no_bootstrap("scenario-loss: too few resampled returns", |e: &mut Evidence| without(e, Part::Bootstrap))]
#[case::no_ablation("ablation: 0 ablated runs", |e: &mut Evidence| without(e, Part::Ablated))]
#[case::no_cost_stress("cost-stress: 0 costlier runs", |e: &mut Evidence| without(e, Part::Costlier))]
#[case::no_capacity("capacity: 0 larger runs", |e: &mut Evidence| without(e, Part::Larger))]
#[case::too_few_runs("evidence: 4 historical runs", |e: &mut Evidence| e.runs.retain(|run| !["h3", "h4"].contains(&run.case.as_str())))]
#[case::one_market("evidence: 1 markets", |e: &mut Evidence| e.runs.iter_mut().for_each(|run| run.market = "US_EQ".into()))]
#[case::idle_market("evidence: historical h5: the baseline held nothing on FX_GLOB", |e: &mut Evidence| idle(e, "h5"))]
#[case::idle_market_is_no_market("1 markets where the policy asks for 2", |e: &mut Evidence| idle(e, "h5"))]
#[case::idle_days("historical days where the policy asks for 2520", |e: &mut Evidence| historical(e).for_each(|run| run.baseline.days.iter_mut().skip(300).for_each(|day| (day.gross, day.turnover) = (Some(0.0), None))))]
#[case::no_market_name("slices: no market has", |e: &mut Evidence| historical(e).for_each(|run| { run.candidate.days.truncate(2); run.baseline.days.truncate(2); }))]
#[case::no_regime("evidence: 0 regimes", |e: &mut Evidence| historical(e).for_each(|run| run.baseline.days.iter_mut().for_each(|day| day.regime = None)))]
#[case::one_regime("evidence: 1 regimes", |e: &mut Evidence| historical(e).for_each(|run| run.baseline.days.iter_mut().for_each(|day| day.regime = Some("CALM_CARRY".into()))))]
#[case::no_stability("slices: no stability has", |e: &mut Evidence| historical(e).for_each(|run| for side in [&mut run.candidate, &mut run.baseline] { side.days.iter_mut().for_each(|day| day.stability = None) }))]
#[case::zero_days("evidence: historical h0: the candidate's run ended before its first day", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.days.clear()))]
#[case::one_day("the candidate has no daily returns", |e: &mut Evidence| historical(e).for_each(|run| { run.candidate.days.drain(1..); run.candidate.origin.last_day = run.candidate.days[0].on; }))]
#[case::early_termination("the candidate's run ended on", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.days.truncate(500)))]
#[case::baseline_ends_early("the baseline's run ended on", |e: &mut Evidence| historical(e).for_each(|run| run.baseline.days.truncate(500)))]
#[case::bootstrap_ends_early("evidence: bootstrap b0: the candidate's run ended", |e: &mut Evidence| e.runs.iter_mut().filter(|run| run.part == Part::Bootstrap).for_each(|run| run.candidate.days.truncate(500)))]
#[case::a_day_is_missing("the sides traded on other days", |e: &mut Evidence| historical(e).for_each(|run| { run.candidate.days.remove(300); }))]
#[case::ruin("sharpe: historical h0: the candidate has no returns", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.days[100].equity = Cash::default()))]
#[case::equity_never_moves("sharpe:", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.days.iter_mut().for_each(|day| day.equity = Cash::from_micros(1_000_000))))]
#[case::unseen_breaches("mandate: historical h0: nobody held it against the mandate", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.days[7].breaches = None))]
#[case::unknown_costs("costs: h0: no costs a year on one side", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.days[7].costs = None))]
#[case::unknown_baseline_costs("costs: h0: no costs a year on one side", |e: &mut Evidence| historical(e).for_each(|run| run.baseline.days[7].costs = None))]
#[case::stress_of_another_case("cost-stress: a costlier run has no historical run of its case", |e: &mut Evidence| e.runs.iter_mut().filter(|run| run.part == Part::Costlier).for_each(|run| run.case += "'"))]
#[case::capacity_does_nothing("capacity: no larger run of the baseline is another one", |e: &mut Evidence| unstressed(e, Part::Larger))]
#[case::cost_stress_does_nothing("cost-stress: no costlier run of the baseline is another one", |e: &mut Evidence| unstressed(e, Part::Costlier))]
#[case::a_slice_stands_still("slices: regime=NEUTRAL: the candidate did not move, so it cannot be tested", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.restate(|day, value| if day.regime.as_deref() == Some("NEUTRAL") { 0.0 } else { value })))]
#[case::ablation_of_another_case("ablation: h0': no returns with and without", |e: &mut Evidence| e.runs.iter_mut().filter(|run| run.part == Part::Ablated).for_each(|run| run.case += "'"))]
#[case::another_tape("same-terms: historical h0: the candidate traded another tape", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.origin.tape = Digest::of(b"other")))]
#[case::another_world("same-terms: historical h0: the candidate traded another world", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.origin.world = Digest::of(b"other")))]
#[case::another_seed("same-terms: historical h0: the candidate traded another seed", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.origin.seed = Seed(2)))]
#[case::more_cash("same-terms: historical h0: the candidate traded another starting cash", |e: &mut Evidence| historical(e).for_each(|run| run.candidate.origin.initial_cash_micros += 1))]
#[case::determinism_never_checked("determinism: 0 checks hold", |e: &mut Evidence| e.checks.retain(|check| check.kind != CheckKind::Determinism))]
#[case::determinism_not_done("determinism: subject 0: as it should", |e: &mut Evidence| check_state(e, CheckKind::Determinism, CheckState::NotDone))]
#[case::determinism_broken("determinism: subject 0: as it should", |e: &mut Evidence| check_state(e, CheckKind::Determinism, CheckState::Broken))]
#[case::look_ahead_never_audited("look-ahead: 0 checks hold", |e: &mut Evidence| e.checks.retain(|check| check.kind != CheckKind::LookAhead))]
#[case::look_ahead_not_done("look-ahead: subject 0", |e: &mut Evidence| check_state(e, CheckKind::LookAhead, CheckState::NotDone))]
#[case::look_ahead_broken("look-ahead: subject 0", |e: &mut Evidence| check_state(e, CheckKind::LookAhead, CheckState::Broken))]
#[case::golden_missing("golden: 0 checks hold", |e: &mut Evidence| e.checks.retain(|check| check.kind != CheckKind::Golden))]
#[case::golden_broken("golden: subject 0", |e: &mut Evidence| check_state(e, CheckKind::Golden, CheckState::Broken))]
#[case::reference_missing("reference: 0 checks hold", |e: &mut Evidence| e.checks.retain(|check| check.kind != CheckKind::Reference))]
#[case::reference_broken("reference: subject 0", |e: &mut Evidence| check_state(e, CheckKind::Reference, CheckState::Broken))]
#[case::data_unchecked("data-quality: 0 checks hold", |e: &mut Evidence| e.checks.retain(|check| check.kind != CheckKind::DataQuality))]
#[case::data_broken("data-quality: subject 0", |e: &mut Evidence| check_state(e, CheckKind::DataQuality, CheckState::Broken))]
#[case::one_check_copied("determinism: a check stands twice", |e: &mut Evidence| e.checks.iter_mut().for_each(|check| check.subject = "subject 0".into()))]
#[case::no_ledger("trials: no ledger of trials was asked", |e: &mut Evidence| e.trials = None)]
#[case::no_trials("trials: the candidate's own trial does not stand in the ledger", trials(|trials| trials.tried = 0))]
#[case::not_in_the_ledger("trials: the candidate's own trial does not stand in the ledger", trials(|trials| trials.holds_candidate = false))]
#[case::returns_of_others_missing("trials: the returns of the other trials are not at hand", trials(|trials| trials.tried = 5))]
#[case::variance_is_nan("trials:", trials(|trials| { trials.effective = 9; trials.sharpe_variance = f64::NAN; }))]
#[case::overfitting_is_nan("trials: probability of overfitting is not a finite number", trials(|trials| { trials.tried = 2; trials.overfitting = Some(f64::NAN); trials.superiority = Some(0.01); }))]
#[case::controls_never_run("controls: the controls were never run", |e: &mut Evidence| e.controls = None)]
#[case::controls_of_another_policy("controls: the controls were run before the policy changed", |e: &mut Evidence| if let Some(c) = &mut e.controls { c.under.policy = Digest::of(b"old") })]
#[case::controls_of_another_battery("controls: the controls were run before the battery changed", |e: &mut Evidence| if let Some(c) = &mut e.controls { c.under.battery = Digest::of(b"old") })]
#[case::controls_of_other_gates("controls: the controls were run before the gates changed", |e: &mut Evidence| if let Some(c) = &mut e.controls { c.under.gates_version -= 1 })]
#[case::too_few_controls("controls: 3 negative controls rejected", |e: &mut Evidence| if let Some(c) = &mut e.controls { c.rejected = 3 })]
#[case::no_positive_control("controls: 0 positive controls accepted", |e: &mut Evidence| if let Some(c) = &mut e.controls { c.accepted = 0 })]
#[case::suspect("controls: the gates are suspect: leverage", |e: &mut Evidence| if let Some(c) = &mut e.controls { c.passed = vec!["leverage".into()] })]
fn what_is_missing_is_never_eligible(#[case] reason: &str, #[case] change: impl FnOnce(&mut Evidence)) {
    let mut changed = evidence();
    let figures = calibration(&changed, &policy());
    change(&mut changed);
    let verdict = judged(&changed, Some(&figures));
    assert_ne!(verdict.decision, Decision::Eligible);
    let reasons = verdict.reasons();
    assert!(
        reasons.iter().any(|found| found.contains(reason) || starts(found, reason)),
        "{reasons:#?} lack `{reason}`"
    );
}

/// A reason may name a gate and, among its sentences, the one expected.
fn starts(found: &str, reason: &str) -> bool {
    let (gate, sentence) = reason.split_once(": ").unwrap_or((reason.trim_end_matches(':'), ""));
    found.starts_with(&format!("{gate}: ")) && found.contains(sentence)
}

#[rstest]
#[case::never_calibrated(|_: &mut Calibration| (), true)]
#[case::of_another_policy(|c: &mut Calibration| c.policy = Digest::of(b"old"), false)]
#[case::of_another_battery(|c: &mut Calibration| c.battery = Digest::of(b"old"), false)]
#[case::of_other_gates(|c: &mut Calibration| c.gates_version += 1, false)]
#[case::a_measured_gate_taken_for_granted(|c: &mut Calibration| { let sharpe = c.gates.iter_mut().find(|gate| gate.gate == "sharpe").unwrap(); (sharpe.assumed, sharpe.same) = (true, None); }, false)]
#[case::a_gate_without_figures(|c: &mut Calibration| { c.gates.pop(); }, false)]
#[case::too_few_runs(|c: &mut Calibration| if let Some(rate) = &mut c.gates[3].same { rate.runs = 10 }, false)]
fn a_gate_without_figures_does_not_count(#[case] change: impl FnOnce(&mut Calibration), #[case] absent: bool) {
    let evidence = evidence();
    let mut figures = calibration(&evidence, &policy());
    change(&mut figures);
    let verdict = judged(&evidence, Some(&figures).filter(|_| !absent));
    assert_eq!(verdict.decision, Decision::InsufficientEvidence);
    assert!(verdict.reasons()[0].contains("no calibration of this policy"), "{:?}", verdict.reasons());
}
