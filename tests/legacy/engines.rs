//! Sections 3 to 7 and 9: black swan, macro, universe, assessment, risk, records.

use domain::decision::TargetWeight;
use domain::ids::Instrument;
use v1::assessment::{Bars, DecisionType, decide, synthesis, weight_hint};
use v1::black_swan::{ActionStatus, EmergencyState, Tracker, actions_of};
use v1::macro_::{MacroRegime, confidence, score};
use v1::meta::{Applier, Proposal, ProposalStatus, TargetType};
use v1::regime::State;
use v1::regime::alert::AlertLevel;
use v1::risk::{RiskResult, cap, limit, only_less};
use v1::universe::is_defensive;
use v1::universe::select::{Candidate, Caps, select};

use EmergencyState::{ElevatedRisk, Emergency, Normal};

#[test]
fn event_thresholds() {
    for (severity, sure, state) in [
        (0.8, 0.7, Emergency),
        (0.8, 0.69, ElevatedRisk),
        (0.79, 0.7, ElevatedRisk),
        (0.5, 0.5, ElevatedRisk),
        (0.49, 1.0, Normal),
        (1.0, 0.49, Normal),
    ] {
        assert_eq!(EmergencyState::of_event(severity, sure), state, "{severity} {sure}");
    }
}

#[test]
fn ten_quiet_days_step_down_one_level() {
    let mut tracker = Tracker::default();
    assert_eq!(tracker.step(Some(Emergency)), Emergency);
    (0..9).for_each(|_| assert_eq!(tracker.step(None), Emergency));
    assert_eq!(tracker.step(Some(ElevatedRisk)), Emergency, "another event begins the quiet days anew");
    (0..9).for_each(|_| assert_eq!(tracker.step(Some(Normal)), Emergency));
    assert_eq!(tracker.step(None), ElevatedRisk);
    (0..9).for_each(|_| assert_eq!(tracker.step(None), ElevatedRisk));
    assert_eq!(tracker.step(None), Normal);
}

#[test]
fn templates_and_factors() {
    let names = |state| actions_of(state).iter().map(|action| action.action).collect::<Vec<_>>();
    assert!(names(Normal).is_empty());
    assert_eq!(names(ElevatedRisk), ["TIGHTEN_LIMITS", "RAISE_ENTRY_BAR"]);
    let emergency = ["REDUCE_GROSS_EXPOSURE", "SHRINK_TO_MOST_LIQUID", "LESS_AGGRESSIVE_ORDERS", "HALT_NEW_POSITIONS"];
    assert_eq!(names(Emergency), emergency);
    assert!(actions_of(Emergency).iter().all(|action| action.status == ActionStatus::Proposed));
    assert_eq!(EmergencyState::ALL.map(EmergencyState::cap_factor), [1.0, 0.75, 0.5]);
    assert_eq!(EmergencyState::ALL.map(EmergencyState::gross_limit), [None, None, Some(0.5)]);
    assert_eq!(EmergencyState::ALL.map(EmergencyState::liquid_share), [1.0, 1.0, 0.5]);
}

#[test]
fn macro_cuts() {
    for (s, regime, id, name) in [
        (1.5, MacroRegime::CreditFreeze, 4, "credit_freeze"),
        (1.49, MacroRegime::LateCycle, 3, "late_cycle"),
        (0.5, MacroRegime::LateCycle, 3, "late_cycle"),
        (0.49, MacroRegime::MidCycle, 2, "mid_cycle"),
        (-0.5, MacroRegime::MidCycle, 2, "mid_cycle"),
        (-0.51, MacroRegime::CreditExpansion, 1, "credit_expansion"),
    ] {
        assert_eq!(MacroRegime::of_score(s), regime, "{s}");
        assert_eq!((regime.id(), regime.name()), (id, name));
    }
    assert!((score(1.0, 1.0, 1.0) - 0.6).abs() < 1e-12);
    assert_eq!((confidence(0.5), confidence(0.0), confidence(0.75), confidence(9.0)), (0.0, 1.0, 0.5, 1.0));
}

fn candidate(at: u32, score: f64, sector: Option<&str>, volume: Option<f64>) -> Candidate {
    Candidate { instrument: Instrument(at), score, sector: sector.map(str::to_owned), dollar_volume: volume }
}

#[test]
fn ranks_and_caps() {
    let names = |candidates: Vec<Candidate>, caps: Caps| {
        select(candidates, &caps).0.iter().map(|(instrument, _)| instrument.0).collect::<Vec<_>>()
    };
    let caps = Caps { names: 50, names_per_sector: 1, liquid_share: 1.0 };
    let sectors = || {
        vec![candidate(0, 3.0, Some("A"), None), candidate(1, 2.0, Some("A"), None), candidate(2, 1.0, Some("B"), None)]
    };
    assert_eq!(names(sectors(), caps), [0, 2]);
    assert_eq!(select(sectors(), &caps).1, [(Instrument(1), "beyond_max_names_per_sector")]);
    let tied = (0..4).map(|at| candidate(at, 1.0, None, Some(f64::from(at)))).collect::<Vec<_>>();
    assert_eq!(names(tied.clone(), Caps { names: 2, ..caps }), [0, 1], "ties by ticker, no cap without a sector");
    assert_eq!(names(tied, Caps { liquid_share: 0.5, ..caps }), [2, 3], "the more liquid half");
    let unknown = (0..4).map(|at| candidate(at, 1.0, None, None)).collect::<Vec<_>>();
    assert_eq!(names(unknown, Caps { liquid_share: 0.5, ..caps }), [0, 1, 2, 3]);
    assert!(is_defensive("Utilities") && !is_defensive("Technology"));
}

#[test]
fn entry_bars_and_decisions() {
    use DecisionType::{LongEntry, LongExit, LongHold, Skip};
    assert!((synthesis(1.0, 1.0, -1.0) - 0.6).abs() < 1e-12);
    for (state, bar) in
        State::ALL.into_iter().zip([Some(0.25), Some(0.35), Some(0.5), Some(0.6), None, Some(0.2), Some(0.6)])
    {
        assert_eq!(Bars::of(state, AlertLevel::Green, Normal).entry, bar);
        assert_eq!(Bars::of(state, AlertLevel::Green, Emergency).entry, None, "no new positions");
    }
    let bars = Bars { entry: Some(0.25) };
    for (synthesis, held, member, decision) in [
        (Some(0.25), false, true, LongEntry),
        (Some(0.24), false, true, Skip),
        (Some(0.9), false, false, Skip),
        (None, false, true, Skip),
        (Some(0.01), true, true, LongHold),
        (Some(0.0), true, true, LongExit),
        (Some(0.9), true, false, LongExit),
        (None, true, true, LongExit),
    ] {
        assert_eq!(decide(synthesis, held, member, bars), decision, "{synthesis:?} {held} {member}");
    }
    assert_eq!(decide(Some(1.0), false, true, Bars { entry: None }), Skip);
    assert!((weight_hint(State::RiskOnHighVol, 0.5) - 0.04 * 0.8 * 0.5).abs() < 1e-15);
}

#[test]
fn the_reference_cases_of_risk() {
    assert_eq!(cap(0.04, 0.05), (0.04, RiskResult::Ok));
    assert_eq!(cap(0.20, 0.05), (0.05, RiskResult::Capped));
    assert_eq!(cap(-0.20, 0.05), (-0.05, RiskResult::Capped));
    assert_eq!(cap(0.10, 0.0), (0.0, RiskResult::Rejected));
    assert_eq!(cap(0.05 + 1e-9, 0.05).1, RiskResult::Ok);
    assert_eq!(cap(0.05 + 3e-9, 0.05).1, RiskResult::Capped);
    assert_eq!(cap(0.10, 1e-9).1, RiskResult::Rejected);
    assert_eq!(cap(0.0, 0.0), (0.0, RiskResult::Ok));
}

#[test]
fn alerts_and_emergencies_scale_down() {
    let wanted: Vec<TargetWeight> = [0.02, 0.04, 0.2]
        .iter()
        .zip(0..)
        .map(|(weight, at)| TargetWeight { instrument: Instrument(at), weight: *weight })
        .collect();
    let results =
        |alert, emergency| limit(&wanted, 0.05, alert, emergency).iter().map(|line| line.result).collect::<Vec<_>>();
    use RiskResult::{Capped, Ok, ScaledDown};
    assert_eq!(results(AlertLevel::Green, Normal), [Ok, Ok, Capped]);
    assert_eq!(results(AlertLevel::Yellow, Normal), [Ok, Ok, ScaledDown]);
    assert_eq!(results(AlertLevel::Green, ElevatedRisk), [Ok, ScaledDown, ScaledDown]);
    assert_eq!(limit(&wanted, 0.05, AlertLevel::Green, Emergency)[2].weight, 0.025);
    let many: Vec<TargetWeight> =
        (0..40).map(|at| TargetWeight { instrument: Instrument(at), weight: 0.025 }).collect();
    let gross: f64 = limit(&many, 0.05, AlertLevel::Green, Emergency).iter().map(|line| line.weight).sum();
    assert!((gross - 0.5).abs() < 1e-12);
    let failed = [TargetWeight { instrument: Instrument(0), weight: f64::NAN }, wanted[2]];
    let left: Vec<f64> = only_less(&failed, &[0.03, 0.01]).iter().map(|target| target.weight).collect();
    assert_eq!(left, [0.03, 0.01]);
}

#[test]
fn proposals_go_one_way() {
    let new = || Proposal::new(TargetType::RiskConfig, "QUALITY_GROWTH_CORE", "old", "new");
    let mut rejected = new();
    rejected.reject().unwrap();
    assert!(rejected.approve().is_err() && rejected.apply(Applier::Auto).is_err());
    let mut applied = new();
    assert!(applied.apply(Applier::Auto).is_err() && applied.revert().is_err());
    applied.approve().unwrap();
    assert_eq!(applied.apply(Applier::Auto), Ok("new"));
    assert_eq!((applied.status(), applied.applied_by()), (ProposalStatus::Applied, Some(Applier::Auto)));
    assert_eq!(applied.revert(), Ok("old"));
}
