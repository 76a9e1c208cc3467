//! Stopped on any day and taken up by a fresh process, the run goes on as if it had never stopped.

use std::sync::LazyLock;

use domain::report::{Abstention, Verdict};
use domain::seed::{Seed, Streams};
use domain::system::DecisionSystem;
use domain::tape::Tape;

use super::drive::{Run, Step, assert_same, config, small};
use super::panel::{DAYS, panel};
use crate::system::V2System;

/// The first day of the run; the days before it are history.
pub(super) const FIRST: usize = 400;

pub(super) static PANEL: LazyLock<Tape> = LazyLock::new(panel);

/// The whole run, once for all proofs.
pub(super) static WHOLE: LazyLock<Vec<Step>> = LazyLock::new(|| Run::new(&PANEL, &small(), FIRST).days(FIRST, DAYS));

/// The panel must make every engine work, or the proofs on it would prove little.
#[test]
fn every_engine_works_on_the_panel() {
    for at in 0..9 {
        let verdicts = || WHOLE.iter().map(|step| &step.decision.reports[at]);
        let name = &verdicts().next().unwrap().engine;
        let decided = verdicts().filter(|report| report.verdict == Verdict::Decided).count();
        let least = if name == "portfolio" { 20 } else { 250 };
        assert!(decided >= least, "{name} decided on {decided} days");
        let infeasible = |verdict: &Verdict| matches!(verdict, Verdict::Abstained(Abstention::Infeasible { .. }));
        assert!(!verdicts().any(|report| infeasible(&report.verdict)), "{name}");
    }
    let invested = WHOLE.iter().filter(|step| step.decision.targets.as_ref().is_some_and(|t| t.len() > 3)).count();
    assert!(invested >= 20, "{invested} portfolios of more than three names");
}

#[test]
fn stopped_on_random_days_the_run_goes_on_with_the_same_bytes() {
    let streams = Streams::new(Seed(17));
    for counter in 0..8 {
        let stop = (streams.uniform(&["stop"], counter) * (DAYS - FIRST - 2) as f64) as usize;
        let next = FIRST + stop + 1;
        let end = (next + 90).min(DAYS);
        let run = Run::after(&PANEL, &small(), FIRST, &WHOLE[stop]);
        let went_on = run.days(next, end);
        assert_same(&went_on, &WHOLE[stop + 1..end - FIRST], next, &format!("stopped after day {}", next - 1));
    }
}

/// Across a portfolio's decision, a split and the height of the stress: a fresh system for each day.
#[test]
fn a_fresh_system_for_each_day_gives_the_same_bytes() {
    let mut last = WHOLE[60].clone();
    for (day, wanted) in (FIRST + 61..).zip(&WHOLE[61..85]) {
        let step = Run::after(&PANEL, &small(), FIRST, &last).day(day);
        assert_same(std::slice::from_ref(&step), std::slice::from_ref(wanted), day, "a fresh system");
        last = step;
    }
}

#[test]
fn a_state_that_is_torn_or_of_another_config_is_refused() {
    let state = &WHOLE[100].state;
    let mut system = V2System::new(small()).unwrap();
    let steps = (0..state.len()).step_by(1 + state.len() / 400);
    for length in steps.chain([state.len() - 1]) {
        assert!(system.restore(&state[..length]).is_err(), "{length} of {} bytes", state.len());
    }
    assert!(system.restore(&[state.as_slice(), &[0]].concat()).is_err(), "a byte too many");
    let mut other = V2System::new(config(&[])).unwrap();
    let refusal = other.restore(state).unwrap_err().to_string();
    assert_eq!(refusal, "v2: the saved state does not fit: it was saved under another config");
    assert!(system.restore(state).is_ok());
    assert_eq!(system.save(), *state);
}

/// What was not run has a state too.
#[test]
fn a_system_before_its_first_day_is_saved_and_taken_up() {
    let fresh = V2System::new(small()).unwrap().save();
    let mut system = V2System::new(small()).unwrap();
    system.restore(&WHOLE[3].state).unwrap();
    system.restore(&fresh).unwrap();
    assert_eq!(system.save(), fresh);
}
