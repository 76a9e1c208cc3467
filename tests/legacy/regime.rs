//! Section 1: states, indicators, tree, alerts, hysteresis, transitions, posture.

use v1::regime::alert::{AlertLevel, alert_level};
use v1::regime::indicators::Category::{self, Credit, Flows, Internals, Macro, Rates};
use v1::regime::indicators::{INDICATORS, Rule, percentile, read};
use v1::regime::transitions::Transitions;
use v1::regime::tree::{Signals, UNAVAILABLE_MAX, classify};
use v1::regime::{Hysteresis, State};

#[test]
fn states_and_their_codes() {
    let table = [
        (State::RiskOnLowVol, Some(1), "risk_on_low_vol", "Risk-On / Low Vol"),
        (State::RiskOnHighVol, Some(2), "risk_on_high_vol", "Risk-On / High Vol"),
        (State::Transition, Some(3), "transition", "Transition / Rotation"),
        (State::RiskOffGrinding, Some(4), "risk_off_grinding", "Risk-Off / Grinding"),
        (State::RiskOffPanic, Some(5), "risk_off_panic", "Risk-Off / Panic"),
        (State::PolicyRecovery, Some(6), "policy_recovery", "Policy Response / Recovery"),
        (State::Unknown, None, "UNKNOWN", "UNKNOWN"),
    ];
    assert_eq!(table.map(|(state, ..)| state), State::ALL);
    for (state, id, code, display) in table {
        assert_eq!((state.id(), state.code(), state.display()), (id, code, display));
    }
}

#[test]
fn posture_by_state() {
    // Size, entry bar, stop, maximum, ATR stop, bars, VaR.
    let table = [
        (State::RiskOnLowVol, (1.0, 1.0), Some(0.25), 0.08, 0.05, 3.0, 2, 0.025),
        (State::RiskOnHighVol, (0.8, 0.8), Some(0.35), 0.05, 0.04, 2.5, 3, 0.02),
        (State::Transition, (0.6, 0.6), Some(0.50), 0.05, 0.03, 2.0, 4, 0.0175),
        (State::RiskOffGrinding, (0.4, 0.4), Some(0.60), 0.03, 0.03, 1.5, 4, 0.0125),
        (State::RiskOffPanic, (0.0, 0.2), None, 0.0, 0.02, 1.5, 5, 0.01),
        (State::PolicyRecovery, (1.0, 1.2), Some(0.20), 0.08, 0.06, 3.0, 2, 0.025),
        (State::Unknown, (0.4, 0.4), Some(0.60), 0.03, 0.03, 1.5, 4, 0.0125),
    ];
    for (state, size, bar, stop, max_position, atr, bars, var) in table {
        let posture = state.posture();
        assert_eq!((posture.size, posture.entry_bar, posture.stop), (size, bar, stop), "{state:?}");
        assert_eq!((posture.max_position, posture.stop_distance_atr), (max_position, atr), "{state:?}");
        assert_eq!((posture.entry_bars_required, posture.max_portfolio_risk), (bars, var), "{state:?}");
        assert_eq!(posture.size_used(), size.1.min(1.0), "{state:?}");
    }
}

#[test]
fn indicators_in_their_order() {
    let table: [(Category, Rule); 15] = [
        (Credit, Rule::AtLeast(0.90)),
        (Credit, Rule::AtLeast(0.90)),
        (Credit, Rule::AtMost(0.10)),
        (Credit, Rule::AtMost(0.10)),
        (Rates, Rule::Uninverting(0.95)),
        (Rates, Rule::AtLeast(0.90)),
        (Rates, Rule::AtMost(0.10)),
        (Internals, Rule::Stub),
        (Internals, Rule::Stub),
        (Internals, Rule::Stub),
        (Flows, Rule::Stub),
        (Flows, Rule::Stub),
        (Macro, Rule::Stub),
        (Macro, Rule::Stub),
        (Macro, Rule::Stub),
    ];
    assert_eq!(INDICATORS.map(|line| (line.category, line.rule)), table);
    let stub = read(Rule::Stub, &[]).unwrap();
    assert_eq!((stub.percentile_1y, stub.percentile_5y, stub.warning), (0.5, 0.5, false));
}

/// Levels, newest first, of which the newest has the percentile `rank / 100`.
fn ranked(rank: u32) -> Vec<f64> {
    let others = (1..=100).filter(|value| *value != rank);
    std::iter::once(rank).chain(others).map(f64::from).collect()
}

#[test]
fn warnings_at_their_percentiles() {
    for (rule, rank, warning, severe) in [
        (Rule::AtLeast(0.90), 89, false, false),
        (Rule::AtLeast(0.90), 90, true, false),
        (Rule::AtLeast(0.90), 98, true, true),
        (Rule::AtMost(0.10), 11, false, false),
        (Rule::AtMost(0.10), 10, true, false),
        (Rule::AtMost(0.10), 2, true, true),
    ] {
        let reading = read(rule, &ranked(rank)).unwrap();
        assert_eq!((reading.warning, reading.severe), (warning, severe), "{rule:?} at {rank}");
        assert_eq!(reading.percentile_5y, f64::from(rank) / 100.0);
    }
    assert_eq!(read(Rule::AtLeast(0.9), &ranked(50)[..20]), None, "20 observations are too few");
    assert!(read(Rule::AtLeast(0.9), &ranked(50)[..21]).is_some());
}

#[test]
fn un_inversion_needs_an_inverted_curve_within_60_days() {
    // A curve that was flat at `level` and steepens over the last days, faster and faster.
    let curve = |level: f64, since: usize| -> Vec<f64> {
        (0..300).map(|lag| if lag < since { level + 0.01 * (since - lag) as f64 } else { level }).collect()
    };
    assert!(read(Rule::Uninverting(0.95), &curve(-0.05, 19)).unwrap().warning);
    assert!(!read(Rule::Uninverting(0.95), &curve(0.05, 19)).unwrap().warning);
    assert!(!read(Rule::Uninverting(0.95), &curve(-0.05, 90)).unwrap().warning, "inverted too long ago");
}

#[test]
fn percentiles_look_at_their_window_alone() {
    let mut levels = vec![5.0; 252];
    levels.extend([1.0; 252]);
    levels[0] = 4.0;
    assert_eq!(percentile(&levels, 252), Some(1.0 / 252.0));
    assert_eq!(percentile(&levels, 1260), Some(253.0 / 504.0));
    assert_eq!(percentile(&[], 252), None);
}

/// VIX, spread percentile, breadth.
fn day(vix: f64, spread: f64, breadth: f64) -> Signals {
    Signals { vix: Some(vix), spread_percentile: Some(spread), breadth: Some(breadth), ..Signals::default() }
}

#[test]
fn branches_and_fall_throughs() {
    let rescue = |vix: f64, high: f64, change: f64| Signals {
        emergency_policy: true,
        vix_high: Some(high),
        spread_change: Some(change),
        ..day(vix, 0.95, 0.3)
    };
    let widening = |count: usize| Signals { widening: count, ..day(12.0, 0.3, 0.6) };
    for (signals, state, confidence) in [
        (day(45.0, 0.995, 0.10), State::RiskOffPanic, 1.0),
        (day(41.0, 0.91, 0.20), State::RiskOffPanic, 0.3),
        (day(40.0, 0.995, 0.10), State::Transition, 0.3), // not above 40
        (day(45.0, 0.90, 0.10), State::Transition, 0.3),  // not above the 90th percentile
        (day(45.0, 0.995, 0.21), State::Transition, 0.3), // not collapsing
        (rescue(60.0, 80.0, 0.0), State::PolicyRecovery, 2.0 / 3.0),
        (rescue(50.0, 80.0, -1.0), State::PolicyRecovery, 1.0),
        (rescue(61.0, 80.0, 0.0), State::Transition, 0.3),
        (rescue(50.0, 80.0, 0.1), State::Transition, 0.3),
        (widening(1), State::RiskOnLowVol, 1.0),
        (widening(2), State::RiskOffGrinding, 0.3),
        (widening(3), State::RiskOffGrinding, 1.0),
        (day(14.9, 0.40, 0.50), State::RiskOnLowVol, 0.3),
        (day(14.9, 0.41, 0.50), State::Transition, 0.3),
        (day(14.9, 0.40, 0.49), State::Transition, 0.3),
        (day(15.0, 0.10, 0.90), State::Transition, 0.3), // 15 to 20 falls through
        (day(19.9, 0.10, 0.90), State::Transition, 0.3),
        (day(20.0, 0.70, 0.50), State::RiskOnHighVol, 0.3),
        (day(25.0, 0.50, 0.90), State::RiskOnHighVol, 1.0),
        (day(30.0, 0.10, 0.90), State::RiskOnHighVol, 2.0 / 3.0),
        (day(25.0, 0.71, 0.90), State::Transition, 0.3),
        (day(30.1, 0.10, 0.90), State::Transition, 0.3), // 30 to 40 falls through
        (day(40.0, 0.10, 0.90), State::Transition, 0.3),
        (Signals::default(), State::Transition, 0.3),
    ] {
        let call = classify(&signals);
        assert_eq!(call.state, state, "{signals:?}");
        assert!((call.confidence - confidence).abs() < 1e-12, "{} for {signals:?}", call.confidence);
    }
}

#[test]
fn more_than_3_of_15_unavailable_is_unknown() {
    let missing = |unavailable: usize| classify(&Signals { unavailable, ..day(12.0, 0.1, 0.9) });
    assert_eq!(missing(UNAVAILABLE_MAX).state, State::RiskOnLowVol);
    assert_eq!((missing(4).state, missing(4).confidence), (State::Unknown, 0.1));
}

#[test]
fn the_alert_table_and_its_gaps() {
    let of = |credit: usize, rates: usize, internals: usize, others: usize, severe: usize| {
        let counts = [(Credit, credit), (Rates, rates), (Internals, internals), (Flows, others)];
        let warnings: Vec<Category> = counts.iter().flat_map(|(at, count)| std::iter::repeat_n(*at, *count)).collect();
        alert_level(&warnings, severe)
    };
    for (counts, level) in [
        ((0, 0, 0, 0, 0), AlertLevel::Green),
        ((1, 1, 0, 0, 2), AlertLevel::Green),
        ((3, 0, 0, 0, 0), AlertLevel::Green), // one category
        ((2, 1, 0, 0, 0), AlertLevel::Yellow),
        ((3, 2, 0, 0, 5), AlertLevel::Yellow),
        ((4, 3, 0, 0, 0), AlertLevel::Yellow), // every built indicator: no internals, no ORANGE
        ((4, 1, 1, 0, 0), AlertLevel::Orange),
        ((4, 3, 2, 0, 0), AlertLevel::Orange),
        ((4, 3, 3, 0, 2), AlertLevel::Orange), // ten, but not several severe
        ((4, 3, 3, 0, 3), AlertLevel::Red),
        ((4, 3, 0, 3, 3), AlertLevel::Red),
    ] {
        let (credit, rates, internals, others, severe) = counts;
        assert_eq!(of(credit, rates, internals, others, severe), level, "{counts:?}");
    }
    let factors = [AlertLevel::Green, AlertLevel::Yellow, AlertLevel::Orange, AlertLevel::Red]
        .map(|level| (level.name(), level.universe_factor(), level.cap_factor()));
    assert_eq!(factors, [("GREEN", 1.0, 1.0), ("YELLOW", 1.0, 0.9), ("ORANGE", 0.75, 0.75), ("RED", 0.5, 0.5)]);
}

#[test]
fn hysteresis_waits_three_days() {
    use State::{RiskOffGrinding as Grinding, RiskOffPanic as Panic, Transition, Unknown};
    let mut state = Hysteresis::default();
    for (raw, red, declared) in [
        (Transition, false, Transition),
        (Grinding, false, Transition),
        (Grinding, false, Transition),
        (Panic, false, Transition), // another candidate starts anew
        (Grinding, false, Transition),
        (Grinding, false, Transition),
        (Grinding, false, Grinding),
        (Panic, true, Panic), // RED skips the wait
        (Unknown, false, Unknown),
        (Transition, false, Unknown),
        (Transition, false, Unknown),
        (Transition, false, Transition),
    ] {
        assert_eq!(state.declare(raw, red), declared);
    }
    assert_eq!(state.set(Panic), Panic, "a person may declare anything");
}

#[test]
fn transition_probabilities() {
    let mut counts = Transitions::default();
    assert_eq!(counts.probabilities(State::Transition, 0.0), Some([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]));
    counts.count(State::Transition, State::Transition);
    counts.count(State::Transition, State::RiskOffGrinding);
    counts.count(State::Transition, State::Unknown);
    assert_eq!(counts.probabilities(State::Transition, 0.0), Some([0.0, 0.0, 0.5, 0.5, 0.0, 0.0]));
    let tilted = counts.probabilities(State::Transition, 4.0).unwrap();
    assert!((tilted[3] - 6.0 / 11.0).abs() < 1e-12);
    let floored = counts.probabilities(State::Transition, -40.0).unwrap();
    assert_eq!(floored, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    assert_eq!(counts.probabilities(State::Unknown, 0.0), None);
}
