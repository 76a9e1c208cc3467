//! The planted chain: reports get worse, quotes and volatility fall, the price holds; then the crash.
//!
//! The tape plants FIN02: from report to report it owes more, until its last report before 2013-06-03 shows negative
//! equity, while its spread and implied volatility fall. FIN03 beside it is sound. Nothing but what was published by the
//! day reaches the engines; profiles, stability, scenarios and fragility alpha are really run. On each of the
//! 126 sessions before the crash FIN02 must stand first of all by soft-target score and by fragility alpha, and FIN03
//! in the lower half by both.

use std::fmt::Write as _;
use std::fs;

use domain::decision::{EngineReport, FigureValue};
use domain::ids::Instrument;

use super::market::{CASE, day_from, decide, system};
use crate::support::scratch;

/// Sessions before the crash on which the plant must be found.
const SESSIONS: usize = 126;

const FIELDS: [&str; 6] =
    ["soft_target_score", "fragility_alpha", "weak_profile", "instability", "high_fragility", "complacent_pricing"];

fn instrument(issuer: &str) -> Instrument {
    let at = CASE.tape.instruments().iter().position(|fact| fact.issuer.as_deref() == Some(issuer)).unwrap();
    Instrument(at as u32)
}

/// The values of one field, the largest first.
fn ranked(report: &EngineReport, field: &str) -> Vec<(Instrument, f64)> {
    let number = |value: &FigureValue| if let FigureValue::Number(value) = value { Some(*value) } else { None };
    let figures = report.figures.iter().filter(|figure| figure.field == field);
    let mut ranked: Vec<_> = figures.filter_map(|figure| Some((figure.instrument?, number(&figure.value)?))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}

/// The rank from 1, and the value.
fn place(ranked: &[(Instrument, f64)], of: Instrument) -> Option<(usize, f64)> {
    let at = ranked.iter().position(|(instrument, _)| *instrument == of)?;
    Some((at + 1, ranked[at].1))
}

#[test]
fn the_fragile_issuer_stands_first_before_its_crash_and_the_sound_one_in_the_lower_half() {
    let (fragile, sound) = (instrument("FIN02"), instrument("FIN03"));
    let crash = day_from("2013-06-03");
    let (mut system, mut table, mut failures) = (system(), String::new(), Vec::new());
    for day in crash - SESSIONS..crash {
        let decision = decide(&mut system, day, (day + SESSIONS - crash) as u32);
        let report = decision.reports.iter().find(|report| report.engine == "fragility").unwrap();
        write!(table, "{}", CASE.tape.days()[day]).unwrap();
        for field in FIELDS {
            let ranked = ranked(report, field);
            let [first, second] = [fragile, sound].map(|of| place(&ranked, of));
            let tell = |place: Option<(usize, f64)>| place.map_or("absent".into(), |(at, v)| format!("{at}:{v:.3}"));
            write!(table, " {field} {}/{} of {}", tell(first), tell(second), ranked.len()).unwrap();
            let last_half = |place: Option<(usize, f64)>| place.is_some_and(|(at, _)| 2 * at > ranked.len());
            let found = first.is_some_and(|(at, _)| at == 1) && last_half(second);
            if !found && FIELDS[..2].contains(&field) {
                failures.push((CASE.tape.days()[day], field, first, second));
            }
        }
        table.push('\n');
    }
    fs::write(scratch("engines").join("planted-chain.txt"), &table).unwrap();
    assert!(failures.is_empty(), "{failures:?}\n{table}");
}
