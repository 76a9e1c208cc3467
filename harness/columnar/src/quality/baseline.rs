//! Days against the days before them: how many bars, what mean return, how far apart the returns.
//!
//! For each day the three figures are taken over the instruments with a bar today and an earlier one, and each is held
//! against its own mean and standard deviation over the sessions before: `z = (today − mean) / deviation`. A bad batch
//! shows here before any single row looks wrong: half the instruments gone, a file of yesterday's prices, a column of
//! another unit.
//!
//! ```text
//! mean returns of 63 sessions   0.0004 ± 0.0090      today −0.0720      z = −8.0 ⇒ worth a look
//! ```

use std::collections::BTreeMap;

use domain::date::Date;
use domain::numeric::{central_moment, mean};

use super::panel::{Own, Panel};
use super::policy::DayStatistics;
use super::returns::{Close, Rule, levels};
use super::{Check, Finding};

/// The three figures of a day, in the order of their names.
const FIGURES: [&str; 3] = ["count of returns", "mean return", "dispersion of returns"];

/// Runs the check on all instruments of a tape together.
pub(super) fn check(panel: &Panel, policy: DayStatistics) -> Vec<Finding> {
    let mut days: BTreeMap<Date, Vec<f64>> = BTreeMap::new();
    panel.instruments.iter().for_each(|own| returns(panel, own, &mut days));
    let usable = days.into_iter().filter(|(_, returns)| returns.len() >= policy.instruments_min);
    let figures: Vec<(Date, [f64; 3])> = usable.map(|(on, returns)| (on, figures(&returns))).collect();
    let market = panel.instruments.first().map_or("", |own| own.market.as_str());
    let deviations = [policy.count_deviation_min, policy.return_deviation_min, policy.return_deviation_min];
    let mut found = Vec::new();
    for window in figures.windows(policy.window_sessions + 1) {
        let Some(((on, today), before)) = window.split_last() else { continue };
        let told: Vec<String> = (0..FIGURES.len())
            .filter_map(|at| {
                let past: Vec<f64> = before.iter().map(|(_, figures)| figures[at]).collect();
                let center = mean(&past)?;
                let deviation = central_moment(&past, 2)?.sqrt().max(deviations[at]);
                let z = (today[at] - center) / deviation;
                (z.abs() > policy.z_max).then(|| format!("{} {:.4}, z {z:+.1}", FIGURES[at], today[at]))
            })
            .collect();
        if !told.is_empty() {
            found.push(Finding::new(Check::DayStatistics, market, (*on, *on), told.join("; ")));
        }
    }
    found
}

/// The returns of one instrument, by day: with the tape's actions, or by the vendor's adjusted closes.
fn returns(panel: &Panel, own: &Own, days: &mut BTreeMap<Date, Vec<f64>>) {
    let close = |bar: &super::panel::PanelBar| Close { on: bar.on, raw: bar.close(), adjusted: bar.adjusted_close() };
    let closes: Vec<Close> = own.bars.iter().map(close).collect();
    let rule = if panel.has_actions { Rule::ByActions } else { Rule::VendorAdjusted };
    let levels = levels(&closes, &own.actions, rule);
    for (at, pair) in levels.windows(2).enumerate() {
        let change = pair[1] / pair[0] - 1.0;
        if change.is_finite() {
            days.entry(closes[at + 1].on).or_default().push(change);
        }
    }
}

fn figures(returns: &[f64]) -> [f64; 3] {
    let mean = mean(returns).unwrap_or_default();
    let dispersion = central_moment(returns, 2).unwrap_or_default().sqrt();
    [returns.len() as f64, mean, dispersion]
}

#[cfg(test)]
mod tests {
    use domain::date::Date;

    use super::super::panel::{Own, Panel, PanelBar};
    use super::super::policy::Policy;
    use super::check;

    /// Ten instruments on eighty days, whose closes move by a fixed pattern; `edit` changes or removes a return.
    fn found(edit: impl Fn(usize, usize, f64) -> Option<f64>) -> Vec<String> {
        let day = |at: usize| Date::from_epoch_days(15_000 + at as i32);
        let own = |id: usize| {
            let mut close = 100.0;
            let bars = (0..80).filter_map(|at| {
                let change = edit(id, at, 0.004 * ((id * 7 + at * 3) % 5) as f64 - 0.008)?;
                close *= 1.0 + change;
                let cells = [None, None, None, Some(close), None, None];
                Some(PanelBar { row: at as u64, on: day(at), known_on: day(at), cells, other_currency: None })
            });
            Own { id: format!("EQUITY:{id}"), market: "US_EQ".to_owned(), bars: bars.collect(), actions: Vec::new() }
        };
        let instruments = (0..10).map(own).collect();
        let panel = Panel { instruments, has_actions: false, trades_raw: true, currency: "USD".to_owned() };
        let findings = check(&panel, Policy::bundled().unwrap().day_statistics);
        findings.iter().map(|one| format!("{} {} {}", one.subject, one.first.epoch_days() - 15_000, one.what)).collect()
    }

    #[test]
    fn a_market_that_goes_on_as_before_is_no_finding() {
        assert!(found(|_, _, change| Some(change)).is_empty());
    }

    #[test]
    fn a_crash_a_scattered_day_and_a_thin_day_are_findings() {
        let crash = found(|_, at, change| Some(if at == 70 { change - 0.1 } else { change }));
        assert!(crash.len() == 1 && crash[0].starts_with("US_EQ 70 mean return -0.1000, z -50.0"), "{crash:?}");
        let scattered =
            found(|id, at, change| Some(if at == 70 && id < 2 { change + 0.2 - 0.4 * id as f64 } else { change }));
        assert!(scattered[0].contains("dispersion of returns"), "{scattered:?}");
        let thin = found(|id, at, change| (at != 70 || !(1..8).contains(&id)).then_some(change));
        assert!(thin.is_empty(), "three of ten are too few for statistics: {thin:?}");
        let half = found(|id, at, change| (at != 70 || !(2..7).contains(&id)).then_some(change));
        assert!(half.is_empty(), "five fewer is within six bars: {half:?}");
    }

    #[test]
    fn the_days_of_the_first_window_have_no_baseline() {
        assert!(found(|_, at, change| Some(if at == 30 { change - 0.1 } else { change })).len() <= 1);
        assert!(found(|_, at, change| Some(if at == 60 { change - 0.1 } else { change })).is_empty());
    }
}
