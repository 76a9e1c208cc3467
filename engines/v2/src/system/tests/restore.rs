//! Stopped on any day and taken up by a fresh process, the run goes on as if it had never stopped.

use domain::report::{Abstention, Verdict};
use domain::seed::{Seed, Streams};
use domain::system::DecisionSystem;
use domain::tape::Tape;

use super::drive::{Run, Step, assert_same, config, small};
use super::panel::{DAYS, panel};
use crate::system::{V2Config, V2System};
use crate::windows::Windows;

/// The first day of the run; the days before it are history.
pub(super) const FIRST: usize = 400;

/// The panel and the whole run over it.
pub(super) fn whole_run() -> (Tape, Vec<Step>) {
    let tape = panel();
    let steps = Run::new(&tape, &small(), FIRST).days(FIRST, DAYS);
    (tape, steps)
}

/// The panel must make every engine work, or the proofs on it would prove little.
#[test]
fn every_engine_works_on_the_panel() {
    let (_, whole) = whole_run();
    for at in 0..9 {
        let verdicts = || whole.iter().map(|step| &step.decision.reports[at]);
        let name = &verdicts().next().unwrap().engine;
        let decided = verdicts().filter(|report| report.verdict == Verdict::Decided).count();
        let least = if name == "portfolio" { 20 } else { 250 };
        assert!(decided >= least, "{name} decided on {decided} days");
        let infeasible = |verdict: &Verdict| matches!(verdict, Verdict::Abstained(Abstention::Infeasible { .. }));
        assert!(!verdicts().any(|report| infeasible(&report.verdict)), "{name}");
    }
    let invested = whole.iter().filter(|step| step.decision.targets.as_ref().is_some_and(|t| t.len() > 3)).count();
    assert!(invested >= 20, "{invested} portfolios of more than three names");
}

#[test]
fn stopped_on_random_days_the_run_goes_on_with_the_same_bytes() {
    let (tape, whole) = whole_run();
    let streams = Streams::new(Seed(17));
    for counter in 0..8 {
        let stop = (streams.uniform(&["stop"], counter) * (DAYS - FIRST - 2) as f64) as usize;
        let next = FIRST + stop + 1;
        let end = (next + 90).min(DAYS);
        let run = Run::after(&tape, &small(), FIRST, &whole[stop]);
        let went_on = run.days(next, end);
        assert_same(&went_on, &whole[stop + 1..end - FIRST], next, &format!("stopped after day {}", next - 1));
    }
}

/// Across a portfolio's decision, a split and the height of the stress: a fresh system for each day.
#[test]
fn a_fresh_system_for_each_day_gives_the_same_bytes() {
    let (tape, whole) = whole_run();
    let mut last = whole[60].clone();
    for (day, wanted) in (FIRST + 61..).zip(&whole[61..85]) {
        let step = Run::after(&tape, &small(), FIRST, &last).day(day);
        assert_same(std::slice::from_ref(&step), std::slice::from_ref(wanted), day, "a fresh system");
        last = step;
    }
}

/// Every engine looks back as far as its config may ask: what is taken up has the same past to its last day.
#[test]
fn a_run_that_looks_back_to_the_bound_goes_on_with_the_same_bytes() {
    let mut config = small();
    config.windows.percentile_days = 300;
    let whole = Windows::new(config.windows).whole_returns() as u32;
    let encoders = &mut config.encoders;
    encoders.scale_days = whole + 1 - encoders.scale_refresh_days - encoders.instrument_every_days;
    config.stability.contagion.max_days = whole;
    config.portfolio.covariance.window_days = whole;
    config.portfolio.shape.every_days = 1;
    for over in [
        |config: &mut V2Config| config.encoders.scale_days += 1,
        |config: &mut V2Config| config.stability.contagion.max_days += 1,
        |config: &mut V2Config| config.portfolio.covariance.window_days += 1,
    ] {
        let mut over_it = config.clone();
        over(&mut over_it);
        assert!(V2System::new(over_it).is_err());
    }
    let (tape, first, days) = (panel(), 660, 30);
    let steps = Run::new(&tape, &config, first).days(first, first + days);
    for (stop, next) in (first + 1..first + days).enumerate() {
        let step = Run::after(&tape, &config, first, &steps[stop]).day(next);
        assert_same(std::slice::from_ref(&step), &steps[stop + 1..stop + 2], next, "at the bound");
    }
}

#[test]
fn a_state_that_is_torn_or_of_another_config_is_refused() {
    let (_, whole) = whole_run();
    let state = &whole[100].state;
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
    let (_, whole) = whole_run();
    let fresh = V2System::new(small()).unwrap().save();
    let mut system = V2System::new(small()).unwrap();
    system.restore(&whole[3].state).unwrap();
    system.restore(&fresh).unwrap();
    assert_eq!(system.save(), fresh);
}
