//! Evidence that is eligible, small enough to read: every case of absence takes something away from it.

use domain::date::Date;
use domain::digest::Digest;
use domain::quantity::Cash;
use domain::seed::{Seed, Streams};

use crate::evidence::checks::{
    CONTROLS_FORMAT, Check, CheckKind, CheckState, ControlStanding, ControlTerms, TrialCount,
};
use crate::evidence::side::{Side, SideDay, SideOrigin};
use crate::evidence::{Evidence, Part, Run, Subject};
use crate::gates::GATES_VERSION;
use crate::gates::calibration::{Calibration, FEWEST_RUNS};
use crate::gates::policy::GatePolicy;
use crate::gates::rates::{GateRate, Mutants, Rate};
use crate::pair::record::Act;

/// The policy of the repository.
pub const PROMOTION: &str = include_str!("../../../../../golden/policy/promotion.toml");
/// Trading days of a run.
const DAYS: i32 = 600;

/// The policy with fewer resamples, for speed.
pub fn policy() -> GatePolicy {
    GatePolicy::parse(&text(), "promotion.toml").unwrap()
}

/// Its text.
pub fn text() -> String {
    PROMOTION.replace("resamples = 2000", "resamples = 200")
}

/// A side whose account gains on most days; equal names give equal sides.
pub fn side(name: &str, days: i32) -> Side {
    let streams = Streams::new(Seed(7));
    let mut equity = 1_000_000.0;
    let day = |at: i32| {
        let step = streams.uniform(&["fixture", name], at as u64) * 0.02 - 0.0095;
        equity *= 1.0 + step;
        let regime = ["CALM_CARRY", "NEUTRAL", "RISK_OFF_CRISIS"][(at / 50 % 3) as usize];
        let stability = ["0.7-1", "0.3-0.5"][(at / 30 % 2) as usize];
        SideDay {
            on: Date::from_epoch_days(10_000 + at),
            equity: Cash::from_units(equity).unwrap(),
            turnover: (at % 21 == 0).then_some(0.3),
            gross: Some(0.95),
            costs: Some(Cash::from_units(if at % 21 == 0 { 100.0 } else { 0.0 }).unwrap()),
            breaches: Some(0),
            regime: Some(regime.to_owned()),
            stability: Some(stability.to_owned()),
        }
    };
    let days: Vec<SideDay> = (0..days).map(day).collect();
    let digest = |what: &str| Digest::of(format!("{what} {name}").as_bytes());
    let origin = SideOrigin {
        run_id: digest("run"),
        journal: digest("journal"),
        world: digest("world"),
        tape: digest("tape"),
        seed: Seed(1),
        last_day: days.last().unwrap().on,
        initial_cash_micros: 1_000_000_000_000,
    };
    Side { origin, days }
}

fn run(part: Part, case: &str, market: &str) -> Run {
    let (candidate, baseline) = (side(case, DAYS), side(case, DAYS));
    Run { part, case: case.to_owned(), market: market.to_owned(), candidate, baseline }
}

/// The run with both sides a little lower: a stress that leaves them alone has stressed nothing.
fn stressed(mut run: Run) -> Run {
    for side in [&mut run.candidate, &mut run.baseline] {
        side.restate(|_, value| value - 0.000_02);
    }
    run
}

/// Evidence that every gate passes.
pub fn evidence() -> Evidence {
    let markets = ["US_EQ", "US_EQ", "US_EQ", "US_EQ", "US_EQ", "FX_GLOB"];
    let historical = markets.iter().enumerate().map(|(at, market)| run(Part::Historical, &format!("h{at}"), market));
    let bootstrap = (0..6).map(|at| run(Part::Bootstrap, &format!("b{at}"), "US_EQ"));
    let stressed = [Part::Ablated, Part::Costlier, Part::Larger]
        .into_iter()
        .flat_map(|part| ["h0", "h1"].map(|case| stressed(run(part, case, "US_EQ"))));
    let subject = |name: &str| Subject {
        name: name.to_owned(),
        system: "v2".to_owned(),
        version: "1".to_owned(),
        config: Digest::of(name.as_bytes()),
    };
    Evidence {
        candidate: subject("candidate"),
        baseline: subject("baseline"),
        on: Date::from_epoch_days(20_000),
        battery: Digest::of(b"battery"),
        runs: historical.chain(bootstrap).chain(stressed).collect(),
        checks: checks(),
        trials: Some(alone()),
        controls: Some(standing()),
    }
}

fn checks() -> Vec<Check> {
    let many = CheckKind::ALL.into_iter().flat_map(|kind| (0..6).map(move |at| (kind, at)));
    many.map(|(kind, at)| Check {
        kind,
        subject: format!("subject {at}"),
        state: CheckState::Holds,
        detail: "as it should".to_owned(),
    })
    .collect()
}

/// A ledger with the candidate alone.
pub fn alone() -> TrialCount {
    TrialCount {
        head: Digest::of(b"head"),
        tried: 1,
        effective: 1,
        sharpe_variance: 0.0,
        holds_candidate: true,
        overfitting: None,
        superiority: None,
        spent: Vec::new(),
    }
}

fn standing() -> ControlStanding {
    ControlStanding {
        format: CONTROLS_FORMAT,
        rejected: 50,
        passed: Vec::new(),
        accepted: 4,
        refused: Vec::new(),
        under: ControlTerms {
            policy: policy().digest,
            battery: Digest::of(b"battery"),
            gates_version: GATES_VERSION,
            controls: Digest::of(b"controls"),
        },
        cleared: None,
    }
}

/// Figures behind every gate.
pub fn calibration(evidence: &Evidence, policy: &GatePolicy) -> Calibration {
    let rate = Rate { runs: FEWEST_RUNS, refused: 0, inconclusive: 0, upper: 0.01 };
    let gate = |name: &str| GateRate {
        gate: name.to_owned(),
        assumed: false,
        same: Some(rate.clone()),
        mutants: 1,
        mutants_alone: 0,
    };
    Calibration {
        format: 1,
        gates_version: GATES_VERSION,
        policy: policy.digest,
        battery: evidence.battery,
        act: Act { by: "A. Reviewer".into(), on: evidence.on, reason: "a fixture".into() },
        suite: rate.clone(),
        gates: policy.gates.iter().map(|known| gate(known.name)).collect(),
        power: Vec::new(),
        mutants: Mutants { planted: 1, killed: 1, survivors: Vec::new() },
        zero_skill: Vec::new(),
    }
}
