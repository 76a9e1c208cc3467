//! Candidates that are worse in one respect each, far enough that the gate in charge must refuse, and no gate beside it
//! need to.

use domain::quantity::Cash;
use rstest::rstest;

use super::fixture::{alone, calibration, evidence, policy};
use crate::evidence::checks::TrialCount;
use crate::evidence::side::Side;
use crate::evidence::{Evidence, Part};
use crate::gates::finding::Outcome;
use crate::statistics::series::returns;
use crate::verdict::{Decision, Verdict};

type Change = fn(&mut Evidence);

fn each(evidence: &mut Evidence, part: Part, change: impl Fn(&mut Side)) {
    evidence.runs.iter_mut().filter(|run| run.part == part).for_each(|run| change(&mut run.candidate));
}

/// Every daily return is `times` as large, less `less`.
fn restated(side: &mut Side, times: f64, less: f64) {
    side.restate(|_, value| value * times - less);
}

const CASES: [(&str, Change); 12] = [
    ("sharpe", |e| each(e, Part::Historical, |side| restated(side, 1.0, 0.0002))),
    ("drawdown", |e| each(e, Part::Historical, |side| restated(side, 1.3, 0.0))),
    ("turnover", |e| {
        each(e, Part::Historical, |side| {
            side.days.iter_mut().for_each(|day| day.turnover = day.turnover.map(|t| t * 1.4))
        });
    }),
    ("costs", |e| {
        each(e, Part::Historical, |side| {
            side.days.iter_mut().for_each(|day| day.costs = day.costs.map(|c| Cash::from_micros(c.micros() * 2)));
        });
    }),
    ("scenario-loss", |e| each(e, Part::Bootstrap, |side| restated(side, 1.4, 0.0))),
    ("slices", |e| {
        each(e, Part::Historical, |side| {
            side.restate(|day, value| {
                let crisis = day.regime.as_deref() == Some("RISK_OFF_CRISIS");
                if crisis { value - 0.002 } else { value + 0.001 }
            });
        });
    }),
    ("ablation", |e| each(e, Part::Ablated, |side| restated(side, 1.0, 0.001))),
    ("cost-stress", |e| each(e, Part::Costlier, |side| restated(side, 1.0, 0.0005))),
    ("capacity", |e| each(e, Part::Larger, |side| restated(side, 1.0, 0.0005))),
    ("mandate", |e| each(e, Part::Historical, |side| side.days[3].breaches = Some(1))),
    ("plausible", |e| each(e, Part::Historical, |side| restated(side, 0.1, -0.002))),
    ("trials", |e| {
        e.trials = Some(TrialCount {
            tried: 5000,
            effective: 5000,
            sharpe_variance: 0.002,
            overfitting: Some(0.1),
            superiority: Some(0.01),
            ..alone()
        });
    }),
];

/// The evidence of every case.
pub fn all() -> Vec<Evidence> {
    let of = |(_, change): &(&str, Change)| {
        let mut evidence = evidence();
        change(&mut evidence);
        evidence
    };
    CASES.iter().map(of).collect()
}

#[rstest]
fn the_gate_in_charge_refuses(#[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)] at: usize) {
    let (gate, change) = CASES[at];
    let mut evidence = evidence();
    change(&mut evidence);
    let verdict = Verdict::of(&evidence, &policy(), Some(&calibration(&evidence, &policy())));
    let found = verdict.findings.iter().find(|finding| finding.gate == gate).unwrap();
    assert_eq!(found.outcome, Outcome::Fail, "{gate}: {} {:?}", found.reason, found.figures);
    assert_eq!(verdict.decision, Decision::NotEligible);
}

fn outcome(evidence: &Evidence, gate: &str) -> (Outcome, String) {
    let verdict = Verdict::of(evidence, &policy(), Some(&calibration(evidence, &policy())));
    let found = verdict.findings.iter().find(|finding| finding.gate == gate).unwrap();
    (found.outcome, format!("{} {:?}", found.reason, found.figures))
}

/// A candidate that has shown enough as the only trial has not as one of a thousand.
#[test]
fn the_level_is_shared_out_over_the_tries() {
    let of = |tries: u64| {
        let mut evidence = evidence();
        each(&mut evidence, Part::Historical, |side| {
            // As good as the baseline in the mean, and a seventh of it elsewhere day by day.
            let noise = returns(3, &side.origin.journal.to_string(), side.days.len(), 0.0);
            let mean = noise.iter().skip(1).sum::<f64>() / (noise.len() - 1) as f64;
            let first = side.days[0].on.epoch_days();
            side.restate(|day, value| value + 0.088 * (noise[(day.on.epoch_days() - first) as usize] - mean));
        });
        evidence.trials = Some(TrialCount {
            tried: tries,
            effective: tries,
            overfitting: Some(0.1),
            superiority: Some(0.01),
            ..alone()
        });
        outcome(&evidence, "sharpe")
    };
    let (first, figures) = of(1);
    assert_eq!(first, Outcome::Pass, "{figures}");
    let (last, figures) = of(1000);
    assert_eq!(last, Outcome::Inconclusive, "{figures}");
    assert!(figures.contains("too little evidence"), "{figures}");
}

/// Whoever tried ten alike has picked, though the ten are one idea.
#[test]
fn a_weak_record_is_refused_as_soon_as_two_were_tried() {
    let of = |tried: u64| {
        let mut evidence = evidence();
        each(&mut evidence, Part::Historical, |side| restated(side, 1.0, 0.0006));
        evidence.trials = Some(TrialCount { tried, overfitting: Some(0.1), superiority: Some(0.01), ..alone() });
        outcome(&evidence, "trials").0
    };
    assert_eq!((of(1), of(2)), (Outcome::Flag, Outcome::Fail));
}
