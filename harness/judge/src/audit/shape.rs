//! The frame of a journal: its manifest, its dates, the order of its phases, the numbers in it.

use domain::date::Date;
use domain::decision::FigureValue;
use journal::event::{Event, JournalDay};
use journal::journal::Journal;

use super::Rule;
use super::findings::Findings;

/// Holds counts, days and digests of the manifest against the events.
pub(super) fn check_manifest(journal: &Journal, findings: &mut Findings<'_>) {
    use Rule::ManifestAgrees;
    let (manifest, days) = (&journal.manifest, &journal.days);
    let events = days.iter().map(|day| day.events.len() as u64).sum();
    findings.equal(ManifestAgrees, "run_id", manifest.inputs.run_id(), manifest.run_id);
    findings.equal(ManifestAgrees, "days", days.len() as u64, manifest.days);
    findings.equal(ManifestAgrees, "events", events, manifest.events);
    findings.equal(ManifestAgrees, "running digests", days.len(), journal.running.len());
    if let (Some(first), Some(last)) = (days.first(), days.last()) {
        findings.equal(ManifestAgrees, "first_day", first.on, manifest.first_day);
        findings.equal(ManifestAgrees, "last_day", last.on, manifest.last_day);
    }
    if let Some(running) = journal.running.last() {
        findings.equal(ManifestAgrees, "digest", *running, manifest.digest);
    }
    let ascending = manifest.instruments.windows(2).all(|pair| pair[0] < pair[1]);
    findings.holds(ascending, ManifestAgrees, "instruments", "ascending ids, each once", "another order");
}

/// Holds a day to the order of days, of phases and of targets, and its numbers to being numbers.
pub(super) fn check_day(day: &JournalDay, day_before: Option<Date>, findings: &mut Findings<'_>) {
    findings.stand_on(day.on);
    if let Some(before) = day_before {
        findings.holds(before < day.on, Rule::DatesRise, "day", &format!("a day after {before}"), day.on);
    }
    let ends_marked = matches!(day.events.last(), Some(Event::BookMarked(_)));
    let last = day.events.last().map_or("nothing", Event::kind);
    findings.holds(ends_marked, Rule::MarkIsLast, "last event", "book_marked", last);
    let mut before: Option<&Event> = None;
    for (at, event) in day.events.iter().enumerate() {
        findings.stand_at(day.on, at, event);
        if let Some(before) = before {
            check_neighbours(before, event, findings);
        }
        check_event(event, findings);
        before = Some(event);
    }
}

fn check_neighbours(before: &Event, event: &Event, findings: &mut Findings<'_>) {
    let expected = format!("nothing of an earlier phase than {}", before.kind());
    findings.holds(before.phase() <= event.phase(), Rule::PhasesInOrder, "phase", &expected, event.kind());
    let marked_before = matches!(before, Event::BookMarked(_));
    findings.holds(!marked_before, Rule::MarkIsLast, "event", "nothing after the mark", event.kind());
    if let (Event::TargetSet { instrument: lower, .. }, Event::TargetSet { instrument, .. }) = (before, event) {
        let expected = format!("an instrument after {}", findings.name(*lower));
        let found = findings.name(*instrument);
        findings.holds(lower < instrument, Rule::TargetsAscend, "instrument", &expected, found);
    }
}

fn check_event(event: &Event, findings: &mut Findings<'_>) {
    if let Some(instrument) = event.instrument() {
        let known = findings.knows(instrument);
        findings.holds(known, Rule::InstrumentKnown, "instrument", "a number within the manifest's list", instrument.0);
    }
    let (field, number) = match event {
        Event::TargetSet { weight, .. } => ("weight", *weight),
        Event::FigureRecorded { value: FigureValue::Number(number), .. } => ("value", *number),
        Event::DividendPaid { per_share, .. } => ("per_share", *per_share),
        Event::PositionSettled { price, .. } | Event::PositionMarked { price, .. } => ("price", *price),
        _ => return,
    };
    findings.holds(number.is_finite(), Rule::NumberIsFinite, field, "a finite number", number);
}
