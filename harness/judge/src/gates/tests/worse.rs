//! Candidates that are worse in one respect each, far enough that the gate in charge must refuse, and no gate beside it
//! need to.

use domain::quantity::Cash;
use rstest::rstest;

use super::fixture::{alone, calibration, evidence, policy};
use crate::evidence::checks::TrialCount;
use crate::evidence::side::Side;
use crate::evidence::{Evidence, Part};
use crate::gates::finding::Outcome;
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
