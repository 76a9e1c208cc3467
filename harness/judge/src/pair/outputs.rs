//! What a reference did, a line a day, as text that a person can review.
//!
//! ```text
//! day,equity_micros,planned,filled,labels
//! 2007-01-03,1000000000000,12,12,v1.regime.state=transition v1.regime.alert=GREEN
//! 2007-01-04,1000412000000,0,0,
//! ```
//!
//! `labels` are the words that its engines say of the day as a whole; a line has those that changed since they were
//! last said.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::decision::FigureValue;
use journal::event::{Event, JournalDay};
use journal::journal::Journal;

/// The head of the file.
const HEAD: &str = "day,equity_micros,planned,filled,labels";

/// The whole text for a journal.
///
/// Where a label holds a comma, a quote or a blank, that character stands as `_`: the words of engines have none.
#[must_use]
pub fn text_of(journal: &Journal) -> String {
    let mut text = String::from(HEAD);
    text.push('\n');
    let mut said = BTreeMap::new();
    for day in &journal.days {
        let line = Line::of(day, &mut said);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{},{},{},{},{}", day.on, line.equity, line.planned, line.filled, line.labels);
    }
    text
}

/// The first line in which two texts differ: its number from 1, the line in `old` and in `new`.
#[must_use]
pub fn first_difference<'t>(old: &'t str, new: &'t str) -> Option<(usize, &'t str, &'t str)> {
    let (mut ours, mut theirs) = (old.lines(), new.lines());
    for number in 1.. {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (old, new) if old != new => return Some((number, old.unwrap_or("no line"), new.unwrap_or("no line"))),
            _ => {}
        }
    }
    None
}

/// A day's figures.
struct Line {
    equity: i64,
    planned: usize,
    filled: usize,
    labels: String,
}

impl Line {
    fn of<'d>(day: &'d JournalDay, said: &mut BTreeMap<(&'d str, &'d str), &'d str>) -> Self {
        let mut line = Self { equity: 0, planned: 0, filled: 0, labels: String::new() };
        for event in &day.events {
            match event {
                Event::OrderPlanned { .. } => line.planned += 1,
                Event::OrderFilled { .. } => line.filled += 1,
                Event::BookMarked(mark) => line.equity = mark.equity.micros(),
                Event::FigureRecorded { engine, instrument: None, field, value: FigureValue::Label(label) }
                    if said.insert((engine, field), label) != Some(label) =>
                {
                    let gap = if line.labels.is_empty() { "" } else { " " };
                    let _ = write!(line.labels, "{gap}{engine}.{field}={}", plain(label));
                }
                _ => {}
            }
        }
        line
    }
}

fn plain(label: &str) -> String {
    label.replace([',', '"', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::{first_difference, text_of};
    use crate::fixture;

    #[test]
    fn a_line_a_day_and_words_where_they_change() {
        let text = text_of(&fixture::journal());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "day,equity_micros,planned,filled,labels");
        assert_eq!(lines[1], "2008-09-12,998500000,2,2,regime.regime=CALM_CARRY");
        assert!(lines[2].starts_with("2008-09-15,") && !lines[2].contains("CALM_CARRY"), "{}", lines[2]);
        assert_eq!(lines.len(), 1 + fixture::journal().days.len());
    }

    #[test]
    fn the_first_line_that_differs_is_told_with_its_number() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(first_difference("a\n", "a\nc\n"), Some((2, "no line", "c")));
    }
}
