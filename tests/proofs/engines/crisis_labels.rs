//! Known crises are stress, calm years are not, and labels do not hang on details.
//!
//! | what | bound |
//! |---|---|
//! | days of 2002 and of 2008-09 to 2009-03 in CRISIS or `RISK_OFF` | at least 80 % |
//! | days of 2005 and of 2017 in them | at most 10 % |
//! | labels that are others with a window of 58 or 68 days, without two of twenty instruments, or with noise of 1 % of a feature's standard deviation | below 5 % |
//!
//! The tables are written to `crisis_labels-*.md` in cargo's folder for what tests write, whatever the outcome. Each
//! disturbance refits everything from the first day on, so it is the whole engine that holds still, not one fit.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use columnar::selection::Selection;
use columnar::tape_folder::StoredTape;
use domain::date::Date;
use domain::facts::PriceBasis;
use domain::seed::{Seed, Streams};
use domain::tape::Tape;
use domain::view::View;
use rstest::rstest;
use v2::face::Engine;
use v2::regime::config::RegimeConfig;
use v2::regime::naming::Label;
use v2::regime::{Input, Regime, RegimeState};
use v2::windows::{Windows, WindowsConfig};

use crate::support::{repository, scratch};

/// The name of a period, its first and last day, and the bounds of its share of stress.
const PERIODS: [(&str, &str, &str, f64, f64); 4] = [
    ("2002", "2002-01-01", "2002-12-31", 0.8, 1.0),
    ("2008-09 to 2009-03", "2008-09-01", "2009-03-31", 0.8, 1.0),
    ("2005", "2005-01-01", "2005-12-31", 0.0, 0.1),
    ("2017", "2017-01-01", "2017-12-31", 0.0, 0.1),
];
/// The share of labels that a disturbance may move.
const MOVED: f64 = 0.05;
/// Draws of the instruments that are left out.
const DROP_OUTS: u64 = 3;

type Labels = BTreeMap<Date, Label>;

/// A bundled tape from its first day to its last, without the instruments at `left_out`, with the market-wide series
/// or without.
fn tape(name: &str, with_series: bool, left_out: &[usize]) -> Tape {
    let open = |name: &str| StoredTape::open(&repository().join("scenarios/tapes").join(name)).unwrap();
    let stored = open(name);
    let all = stored.instruments();
    let last = all.iter().map(|instrument| instrument.last_bar).max().unwrap();
    let first = all.iter().map(|instrument| instrument.first_bar).min().unwrap();
    let mut selection = Selection::new(PriceBasis::Adjusted, first, last, "USD");
    let kept = all.iter().enumerate().filter(|(at, _)| !left_out.contains(at));
    selection.instruments = kept.map(|(_, instrument)| instrument.fact.id.clone()).collect();
    if with_series {
        selection.extra_series = open("macro").series_facts().unwrap();
    }
    stored.select(&selection, None).unwrap()
}

/// One walk over the tape with several engines, each shown every day.
fn walk(tape: &Tape, engines: &mut [Regime], tell: &mut dyn FnMut(&RegimeState)) -> Vec<Labels> {
    let mut windows = Windows::new(WindowsConfig::default());
    let mut labels = vec![Labels::new(); engines.len()];
    let mut day = 0;
    while let Some(view) = View::as_of(tape, day) {
        windows.step(&view);
        for (at, engine) in engines.iter_mut().enumerate() {
            let answer = engine.run(&Input { view: &view, windows: &windows, embedding: None });
            if let Ok(output) = &answer.output {
                let state = output.region("US").unwrap();
                labels[at].insert(state.as_of_date, state.label);
                if at == 0 {
                    tell(state);
                }
            }
        }
        day += 1;
    }
    labels
}

fn engine(window: u32) -> Regime {
    let mut config = RegimeConfig::reference();
    config.window_length_days = window;
    Regime::new(config).unwrap()
}

/// The standard deviation of each feature over the days that have it.
#[derive(Default)]
struct Spread(Vec<[f64; 3]>);

impl Spread {
    fn take(&mut self, state: &RegimeState) {
        self.0.resize(state.features.len(), [0.0; 3]);
        for (sums, value) in self.0.iter_mut().zip(&state.features) {
            if let Some(value) = value {
                *sums = [sums[0] + 1.0, sums[1] + value, sums[2] + value * value];
            }
        }
    }

    fn deviations(&self) -> Vec<f64> {
        let deviation = |sums: &[f64; 3]| (sums[2] / sums[0] - (sums[1] / sums[0]) * (sums[1] / sums[0])).sqrt();
        self.0.iter().map(deviation).map(|value| if value.is_finite() { value } else { 0.0 }).collect()
    }
}

/// The share of days of the period that are stress; `None` without a labelled day.
fn stress(labels: &Labels, first: &str, last: &str) -> Option<f64> {
    let days: Vec<bool> = labels
        .range(first.parse::<Date>().unwrap()..=last.parse::<Date>().unwrap())
        .map(|(_, label)| label.family().is_stress())
        .collect();
    (!days.is_empty()).then(|| days.iter().filter(|stress| **stress).count() as f64 / days.len() as f64)
}

/// The share of days with another label, and with another answer to whether it is stress.
fn moved(base: &Labels, other: &Labels) -> (f64, f64) {
    let share = |differs: &dyn Fn(&Label, &Label) -> bool| {
        let count = base.iter().filter(|(day, label)| other.get(day).is_none_or(|other| differs(label, other))).count();
        count as f64 / base.len() as f64
    };
    (share(&|a, b| a != b), share(&|a, b| a.family().is_stress() != b.family().is_stress()))
}

/// The table of periods; the lines that break a bound are returned.
fn periods(report: &mut String, labels: &Labels) -> Vec<String> {
    let mut broken = Vec::new();
    writeln!(report, "| period | share of stress | least | most |\n|---|---|---|---|").unwrap();
    for (name, first, last, least, most) in PERIODS {
        let Some(share) = stress(labels, first, last) else { continue };
        writeln!(report, "| {name} | {share:.3} | {least} | {most} |").unwrap();
        if !(least..=most).contains(&share) {
            broken.push(format!("{name}: {share:.3}"));
        }
    }
    writeln!(report, "\n| label | share of days |\n|---|---|").unwrap();
    for label in Label::ALL {
        let count = labels.values().filter(|other| **other == label).count();
        writeln!(report, "| {} | {:.3} |", label.name(), count as f64 / labels.len() as f64).unwrap();
    }
    broken
}

fn publish(name: &str, report: &str, broken: &[String]) {
    let path = scratch("engines").join(format!("crisis_labels-{name}.md"));
    std::fs::write(&path, report).unwrap();
    assert!(broken.is_empty(), "{broken:?}, see {}:\n{report}", path.display());
}

#[rstest]
#[case::prices_alone("prices", false)]
#[case::with_series("series", true)]
fn crises_are_stress_and_labels_hold_still(#[case] name: &str, #[case] with_series: bool) {
    let source = "us_eq_close_1990_2022";
    let whole = tape(source, with_series, &[]);
    let mut spread = Spread::default();
    let walked = walk(&whole, &mut [engine(63), engine(58), engine(68)], &mut |state| spread.take(state));
    let base = &walked[0];
    let mut report = format!("# {source}, {name}: {} labelled days\n\n", base.len());
    let mut broken = periods(&mut report, base);
    let mut others = vec![("window of 58 days".to_owned(), walked[1].clone())];
    others.push(("window of 68 days".to_owned(), walked[2].clone()));
    let noise = spread.deviations().iter().map(|deviation| 0.01 * deviation).collect();
    let shaken = engine(63).shaken(noise, Seed(7));
    others.push(("noise of 1 %".to_owned(), walk(&whole, &mut [shaken], &mut |_| {}).remove(0)));
    for draw in 0..DROP_OUTS {
        let left_out = drawn(draw, whole.instruments().len());
        let ids: Vec<String> = left_out.iter().map(|at| whole.instruments()[*at].id.to_string()).collect();
        let labels = walk(&tape(source, with_series, &left_out), &mut [engine(63)], &mut |_| {}).remove(0);
        others.push((format!("without {}", ids.join(" ")), labels));
    }
    writeln!(report, "\n| disturbance | labels moved | stress moved |\n|---|---|---|").unwrap();
    for (what, labels) in &others {
        let (label, stress) = moved(base, labels);
        writeln!(report, "| {what} | {label:.4} | {stress:.4} |").unwrap();
        if label >= MOVED {
            broken.push(format!("{what}: {label:.4}"));
        }
    }
    publish(name, &report, &broken);
}

/// A tenth of the instruments, drawn by name.
fn drawn(draw: u64, count: usize) -> Vec<usize> {
    let streams = Streams::new(Seed(20_020_101));
    let mut order: Vec<(u64, usize)> =
        (0..count).map(|at| (streams.uniform(&["drop-out", &draw.to_string()], at as u64).to_bits(), at)).collect();
    order.sort_unstable();
    order.iter().take(count / 10).map(|(_, at)| *at).collect()
}

#[rstest]
#[case::another_panel_with_series("us_eq_2000_2012", true)]
#[case::indices_alone("index_1990_2022", false)]
#[case::indices_with_series("index_1990_2022", true)]
fn other_tapes_see_the_same_crises(#[case] source: &str, #[case] with_series: bool) {
    let labels = walk(&tape(source, with_series, &[]), &mut [engine(63)], &mut |_| {}).remove(0);
    let mut report = format!("# {source}: {} labelled days\n\n", labels.len());
    let broken = periods(&mut report, &labels);
    let with = if with_series { "series" } else { "prices" };
    publish(&format!("{source}-{with}"), &report, &broken);
}
