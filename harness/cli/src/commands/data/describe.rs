//! `data describe TAPE`: what is on a tape.

use columnar::describe::{Description, InstrumentLine, MembershipLine, SeriesLine, TextLine, describe};
use columnar::manifest::TapeManifest;
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::market;
use crate::output::Report;
use crate::table::{Align, table};
use crate::tapes::{calendar_of, day};

/// What is on a tape: source, terms, what its columns mean, instruments, series, known defects, digests.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  prometheus data describe us_eq_2000_2012\n  prometheus data describe macro --json"
)]
pub struct Arguments {
    /// The tape: a folder of scenarios/tapes/, or a path that holds a /.
    tape: String,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Described(Description);

/// Describes.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let tape = market::open_argument(&root, &arguments.tape)?;
    let calendar = calendar_of(&root, tape.manifest())?;
    context.output.show(&Described(describe(&tape, calendar.as_ref())?))
}

impl Report for Described {
    fn command(&self) -> &'static str {
        "data describe"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let Description { manifest, instruments, series, memberships, texts } = &self.0;
        let parts = [
            about(manifest),
            instrument_table(instruments),
            series_table(series),
            member_table(memberships),
            text_table(texts),
            notes(manifest),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

fn about(manifest: &TapeManifest) -> String {
    let about = &manifest.about;
    let mut text = format!("tape      {}\nsource    {}\nlicence   {}\n", about.name, about.source, about.licence);
    about.market.iter().for_each(|market| text += &format!("market    {market}\n"));
    about.currency.iter().for_each(|currency| text += &format!("currency  {currency}\n"));
    about.basis.iter().for_each(|line| text += &format!("- {line}\n"));
    let columns = [
        ("table", Align::Left),
        ("rows", Align::Right),
        ("first day", Align::Left),
        ("last day", Align::Left),
        ("digest", Align::Left),
    ];
    let rows = manifest.tables.iter().map(|(name, note)| {
        vec![name.clone(), note.rows.to_string(), day(note.first), day(note.last), note.digest.short()]
    });
    text + "\n" + &table(&columns, rows.collect())
}

fn instrument_table(lines: &[InstrumentLine]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        ("instrument", left),
        ("first bar", left),
        ("last bar", left),
        ("bars", right),
        ("sessions without", right),
        ("actions", right),
        ("sector", left),
        ("status", left),
        ("name", left),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let rows = lines.iter().map(|line| {
        let without = line.sessions_without_bar.map_or_else(|| "-".to_owned(), |count| count.to_string());
        let days = [line.first_bar.to_string(), line.last_bar.to_string()];
        let [first, last] = days;
        let counts = [line.bars.to_string(), without, line.actions.to_string()];
        let mut row = vec![line.id.to_string(), first, last];
        row.extend(counts);
        row.extend([text(&line.sector), text(&line.status), text(&line.name)]);
        row
    });
    table(&columns, rows.collect())
}

fn series_table(lines: &[SeriesLine]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        ("series", left),
        ("first", left),
        ("last", left),
        ("last known on", left),
        ("values", right),
        ("release lag", right),
        ("unit", left),
    ];
    let rows = lines.iter().map(|line| {
        let lag = line.release_lag_days.map_or_else(|| "-".to_owned(), |days| format!("{days} days"));
        let days = [line.first.to_string(), line.last.to_string(), line.last_known_on.to_string()];
        let mut row = vec![line.series.clone()];
        row.extend(days);
        row.extend([line.values.to_string(), lag, line.unit.clone().unwrap_or_else(|| "-".to_owned())]);
        row
    });
    table(&columns, rows.collect())
}

fn member_table(lines: &[MembershipLine]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let columns =
        [("index", Align::Left), ("as of", Align::Left), ("known on", Align::Left), ("members", Align::Right)];
    let rows = lines.iter().map(|line| {
        vec![line.index.to_string(), line.happened_on.to_string(), line.known_on.to_string(), line.members.to_string()]
    });
    table(&columns, rows.collect())
}

fn text_table(lines: &[TextLine]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let left = Align::Left;
    let columns = [
        ("texts about", left),
        ("kind", left),
        ("first", left),
        ("last", left),
        ("last known on", left),
        ("texts", Align::Right),
    ];
    let rows = lines.iter().map(|line| {
        let TextLine { subject, kind, first, last, last_known_on, texts } = line;
        let mut row = vec![subject.clone(), kind.to_string()];
        row.extend([first, last, last_known_on].map(ToString::to_string));
        row.push(texts.to_string());
        row
    });
    table(&columns, rows.collect())
}

fn notes(manifest: &TapeManifest) -> String {
    let mut text = String::new();
    for (kind, notes) in [("defect", &manifest.known_defects), ("explained", &manifest.explained)] {
        for note in notes {
            text += &format!("{kind} {} on {}: {}\n", note.subjects, note.dates, note.what);
        }
    }
    text
}
