//! Every mutant decides otherwise than v2: a mutant that changes nothing would count as one that no gate can catch.

use rstest::rstest;

use super::world::{LENGTH, Run, Step, tape};
use crate::config::Fault;
use crate::kinds::{Seam, kinds, mutants};

/// Mutants that this market cannot show, and why.
const NOT_SHOWN: [(&str, &str); 7] = [
    ("drops-fragility-limit", "no share of this market is a soft target"),
    ("sells-only 63", TOO_LATE),
    ("sells-only 252", TOO_LATE),
    ("forgets 63", TOO_LATE),
    ("forgets 126", TOO_LATE),
    ("frozen 63", TOO_LATE),
    ("frozen 252", TOO_LATE),
];
const TOO_LATE: &str = "the run ends before it begins";

fn is_of(fault: &Fault, seam: Seam) -> bool {
    kinds().iter().any(|kind| kind.name == fault.kind && kind.seam == seam)
}

fn shown(fault: &Fault) -> String {
    fault.size.map_or_else(|| fault.kind.clone(), |size| format!("{} {size}", fault.kind))
}

fn check_form(step: &Step, name: &str) {
    let targets = step.decision.targets.as_deref().unwrap_or_default();
    assert!(targets.windows(2).all(|pair| pair[0].instrument < pair[1].instrument), "{name}");
    assert!(targets.iter().all(|target| target.weight.is_finite() && target.weight != 0.0), "{name}");
    assert!(step.decision.orders.iter().all(|order| order.quantity.micros() > 0), "{name}");
}

#[rstest]
#[case(Seam::Universe)]
#[case(Seam::Signal)]
#[case(Seam::Sizing)]
#[case(Seam::Limits)]
#[case(Seam::Orders)]
#[case(Seam::State)]
fn every_mutant_shows(#[case] seam: Seam) {
    let tape = tape();
    let clean = Run::new(&tape, None).days(0, LENGTH);
    let engines =
        |step: &Step| -> Vec<String> { step.decision.reports.iter().map(|report| report.engine.to_string()).collect() };
    let mut silent = Vec::new();
    for fault in mutants().into_iter().filter(|fault| is_of(fault, seam)) {
        let name = shown(&fault);
        let steps = Run::new(&tape, Some(fault)).days(0, LENGTH);
        let differs = steps.iter().zip(&clean).any(|(found, clean)| found.sent() != clean.sent());
        if !differs {
            silent.push(name.clone());
        }
        for (found, clean) in steps.iter().zip(&clean) {
            check_form(found, &name);
            assert_eq!(engines(found), engines(clean), "{name}: the engines that report are v2's");
        }
    }
    let expected: Vec<&str> = NOT_SHOWN.iter().map(|(name, _)| *name).collect();
    let here = |name: &&&str| mutants().iter().any(|fault| is_of(fault, seam) && shown(fault) == ***name);
    assert_eq!(silent, expected.iter().filter(here).copied().collect::<Vec<_>>());
}
