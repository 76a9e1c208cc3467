//! `data list`: which tapes and calendars there are.

use columnar::calendars;
use domain::date::Date;
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::market;
use crate::output::Report;
use crate::root::Root;
use crate::table::{Align, table};
use crate::tapes::{Extent, day};

/// All tapes with their market, currency, extent and licence, and all calendars with their range.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  prometheus data list\n  prometheus data list --json")]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct List {
    tapes: Vec<TapeLine>,
    calendars: Vec<CalendarLine>,
    refused: Vec<Refused>,
}

#[derive(Serialize)]
struct TapeLine {
    name: String,
    market: Option<String>,
    currency: Option<String>,
    #[serde(flatten)]
    extent: Extent,
    source: String,
    licence: String,
}

#[derive(Serialize)]
struct CalendarLine {
    market: String,
    zone: String,
    first: Date,
    last: Date,
    source: String,
}

/// A tape or calendar that cannot be used.
#[derive(Serialize)]
struct Refused {
    name: String,
    #[serde(skip)]
    verdict: Exit,
    message: String,
}

/// Lists.
pub fn run(context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let list = List::of(&root)?;
    context.output.show(&list)
}

impl List {
    fn of(root: &Root) -> Result<Self, CliError> {
        let mut list = Self { tapes: Vec::new(), calendars: Vec::new(), refused: Vec::new() };
        for name in market::tapes(root)? {
            match TapeLine::of(root, &name) {
                Ok(line) => list.tapes.push(line),
                Err(error) => list.refused.push(Refused { name, verdict: error.exit, message: error.message }),
            }
        }
        for name in calendars::list(&root.scenarios())? {
            match market::calendar(root, &name) {
                Ok(calendar) => list.calendars.extend(calendar.map(|calendar| CalendarLine::of(calendar.facts()))),
                Err(error) => list.refused.push(Refused { name, verdict: error.exit, message: error.message }),
            }
        }
        Ok(list)
    }
}

impl TapeLine {
    fn of(root: &Root, name: &str) -> Result<Self, CliError> {
        let tape = market::open_tape(root, name)?;
        let about = &tape.manifest().about;
        Ok(Self {
            name: name.to_owned(),
            market: about.market.clone(),
            currency: about.currency.clone(),
            extent: Extent::of(&tape),
            source: about.source.clone(),
            licence: about.licence.clone(),
        })
    }
}

impl CalendarLine {
    fn of(facts: &domain::calendar::CalendarFacts) -> Self {
        let domain::calendar::CalendarFacts { market, source, zone, first, last, .. } = facts.clone();
        Self { market, zone, first, last, source }
    }
}

impl Report for List {
    fn command(&self) -> &'static str {
        "data list"
    }

    fn exit(&self) -> Exit {
        Exit::of_all(self.refused.iter().map(|refused| refused.verdict).chain([Exit::Pass]))
    }

    fn text(&self) -> String {
        let left = Align::Left;
        let columns = [
            ("tape", left),
            ("market", left),
            ("currency", left),
            ("instruments", Align::Right),
            ("rows", Align::Right),
            ("first day", left),
            ("last day", left),
            ("source", left),
        ];
        let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let row = |line: &TapeLine| {
            let Extent { instruments, rows, first, last } = &line.extent;
            let mut row = vec![line.name.clone(), or_dash(&line.market), or_dash(&line.currency)];
            row.extend([instruments.to_string(), rows.to_string(), day(*first), day(*last), line.source.clone()]);
            row
        };
        let mut text = table(&columns, self.tapes.iter().map(row).collect()) + "\n";
        let columns = ["calendar", "zone", "first day", "last day"].map(|name| (name, left));
        let row = |line: &CalendarLine| {
            vec![line.market.clone(), line.zone.clone(), line.first.to_string(), line.last.to_string()]
        };
        text += &table(&columns, self.calendars.iter().map(row).collect());
        self.refused.iter().for_each(|refused| text += &format!("refused {}: {}\n", refused.name, refused.message));
        text
    }
}
