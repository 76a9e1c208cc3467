//! The order of the instruments does not matter: with ids that turn the order round, every share has the same figures.
//!
//! The last bits may differ, and only those: sums over instruments (market returns, cross-section means, products of
//! matrices in the solver) are taken in the order of the instruments, and a sum of floating numbers depends on its
//! order in its last bits. The bound is 1e-9 on weights, and 1e-9 of the size on every other figure. Labels and
//! verdicts are the same words.

use std::collections::BTreeMap;

use domain::ids::Instrument;
use domain::report::{EngineReport, FigureValue};

use super::drive::{Run, Step, small};
use super::panel::{panel_turned_round, turned_round};
use super::restore::{FIRST, whole_run};

const LAST: usize = 560;

fn same_share(instrument: Instrument) -> Instrument {
    Instrument(turned_round(instrument.index()) as u32)
}

fn weights(step: &Step, name: &dyn Fn(Instrument) -> Instrument) -> Option<BTreeMap<Instrument, f64>> {
    let targets = step.decision.targets.as_ref()?;
    Some(targets.iter().map(|target| (name(target.instrument), target.weight)).collect())
}

/// The figures but the digest of the whole, by share and field.
fn figures(
    report: &EngineReport,
    name: &dyn Fn(Instrument) -> Instrument,
) -> BTreeMap<(Option<Instrument>, String), Vec<FigureValue>> {
    let mut found: BTreeMap<_, Vec<FigureValue>> = BTreeMap::new();
    for figure in report.figures.iter().filter(|figure| figure.field != "output") {
        let key = (figure.instrument.map(name), figure.field.to_string());
        found.entry(key).or_default().push(figure.value.clone());
    }
    found
}

fn close(a: &[FigureValue], b: &[FigureValue]) -> bool {
    let alike = |pair: (&FigureValue, &FigureValue)| match pair {
        (FigureValue::Number(a), FigureValue::Number(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
        (a, b) => a == b,
    };
    a.len() == b.len() && a.iter().zip(b).all(alike)
}

#[test]
fn turned_round_every_share_has_the_same_weight_and_figures() {
    let (_, whole) = whole_run();
    let tape = panel_turned_round();
    let other = Run::new(&tape, &small(), FIRST).days(FIRST, LAST);
    let mut decided = 0;
    for (day, (found, wanted)) in (FIRST..).zip(other.iter().zip(whole.iter())) {
        for (found, wanted) in found.decision.reports.iter().zip(&wanted.decision.reports) {
            assert_eq!((&found.engine, &found.verdict), (&wanted.engine, &wanted.verdict), "day {day}");
            let (found_figures, wanted_figures) = (figures(found, &same_share), figures(wanted, &|at| at));
            assert!(found_figures.keys().eq(wanted_figures.keys()), "day {day}: {}", found.engine);
            for (key, wanted) in &wanted_figures {
                let found_value = &found_figures[key];
                assert!(close(found_value, wanted), "day {day}: {} {key:?}: {found_value:?} {wanted:?}", found.engine);
            }
        }
        let (found, wanted) = (weights(found, &same_share), weights(wanted, &|at| at));
        assert_eq!(found.is_some(), wanted.is_some(), "day {day}");
        let (Some(found), Some(wanted)) = (found, wanted) else { continue };
        let far = |at: &Instrument| (found.get(at).unwrap_or(&0.0) - wanted.get(at).unwrap_or(&0.0)).abs() > 1e-9;
        let differs: Vec<_> = found.keys().chain(wanted.keys()).filter(|at| far(at)).collect();
        assert!(differs.is_empty(), "day {day}: {differs:?} of {found:?} and {wanted:?}");
        decided += 1;
    }
    assert!(decided >= 10, "{decided} portfolios were compared");
}
