//! What the engines said over a run, in a line each: the mean of every figure of the day, the share of every label.
//!
//! ```text
//! regime.regime=CALM_CARRY  fraction      0.41      41 % of the days on which the engine told a regime
//! universe.core             mean          11.5      the mean over the days on which it told the figure
//! ```
//!
//! Figures of single instruments are left to the journal, and so are labels with more than [`LABELS_MAX`] values:
//! digests, dates and names of scenario sets.

use std::collections::BTreeMap;

use domain::decision::FigureValue;
use domain::numeric::mean;
use journal::event::Event;
use journal::journal::Journal;

use super::body::SummaryLine;

/// Labels of a field beyond which they are a stream of names, not kinds of days.
const LABELS_MAX: usize = 12;

/// The figures of one field over the run.
#[derive(Default)]
struct Told<'j> {
    numbers: Vec<f64>,
    labels: BTreeMap<&'j str, u64>,
}

/// The lines of all fields of all engines, by engine and field.
pub(super) fn engine_lines(journal: &Journal) -> Vec<SummaryLine> {
    let mut fields: BTreeMap<(&str, &str), Told<'_>> = BTreeMap::new();
    for (_, event) in journal.events() {
        if let Event::FigureRecorded { engine, instrument: None, field, value } = event {
            let told = fields.entry((engine.as_ref(), field.as_ref())).or_default();
            match value {
                FigureValue::Number(number) => told.numbers.push(*number),
                FigureValue::Label(label) if told.labels.len() <= LABELS_MAX => {
                    *told.labels.entry(label.as_ref()).or_default() += 1;
                }
                FigureValue::Label(_) => {}
            }
        }
    }
    fields.iter().flat_map(|((engine, field), told)| lines_of(engine, field, told)).collect()
}

fn lines_of(engine: &str, field: &str, told: &Told<'_>) -> Vec<SummaryLine> {
    let line = |name: String, unit: &str, value: f64| SummaryLine {
        name: super::body::one_word(&name),
        unit: unit.to_owned(),
        value: format!("{value:?}"),
    };
    let mut lines: Vec<SummaryLine> =
        mean(&told.numbers).into_iter().map(|mean| line(format!("{engine}.{field}"), "mean", mean)).collect();
    if told.labels.len() <= LABELS_MAX {
        let all: u64 = told.labels.values().sum();
        lines.extend(
            told.labels.iter().map(|(label, count)| {
                line(format!("{engine}.{field}={label}"), "fraction", *count as f64 / all as f64)
            }),
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use journal::event::Event;

    use super::engine_lines;
    use crate::fixture::{changed, regime};

    #[test]
    fn labels_have_shares_and_numbers_means() {
        let journal = changed(|days| {
            days[0].events.insert(1, regime("CALM CARRY"));
            for number in [1.0, 4.0] {
                days[0].events.insert(
                    2,
                    Event::FigureRecorded {
                        engine: "universe".into(),
                        instrument: None,
                        field: "core".into(),
                        value: domain::decision::FigureValue::Number(number),
                    },
                );
            }
        });
        let lines = engine_lines(&journal);
        let value = |name: &str| lines.iter().find(|line| line.name == name).map(|line| line.value.clone());
        assert_eq!(value("universe.core").as_deref(), Some("2.5"));
        let shares = lines.iter().filter(|line| line.name.starts_with("regime.") && line.unit == "fraction");
        let total: f64 = shares.map(|line| line.value.parse::<f64>().unwrap()).sum();
        assert!((total - 1.0).abs() < 1e-12, "{lines:?}");
        assert!(lines.iter().any(|line| line.name == "regime.regime=CALM_CARRY"), "{lines:?}");
    }
}
