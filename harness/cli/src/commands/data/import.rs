//! `data import`: a user's own files become a tape.

use std::path::{Path, PathBuf};

use columnar::error::DataError;
use columnar::import::{FileCount, ImportOptions, ImportReport, QUARANTINE_FILE, Request, import};
use columnar::manifest::{Rates, TapeManifest};
use domain::calendar::Calendar;
use serde::Serialize;

use crate::arguments::JsonFlag;
use crate::commands::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::read_text;
use crate::market;
use crate::output::Report;
use crate::root::Root;
use crate::table::{Align, table};
use crate::tapes::{calendar_of, day};

/// Rows in quarantine that are shown as text; quarantine.csv and JSON have all.
const SHOWN_MAX: usize = 10;

/// Bring Parquet or CSV files into the form of a tape.
///
/// Every cell is checked on the way, and the first bad row stops the import and is named; with --quarantine bad rows are
/// set aside in quarantine.csv with the reason, and every row is accounted for; a file of which more is bad than good is
/// refused. The rows of an instrument ascend by date. A tape is described either by options or by a recipe, a tape.toml
/// without its measured part. Bars need the columns instrument_id, date and close (or adjusted_close); open, high, low,
/// volume and currency are taken when they are there.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  prometheus data import --name mine --market US_EQ --currency USD --bars prices.csv
  prometheus data import --name mine --market US_EQ --currency USD --bars prices.csv --quarantine
  prometheus data import --recipe recipe.toml --from downloads")]
pub struct Arguments {
    /// The name of the tape: small letters, digits and underscores.
    #[arg(long, value_name = "NAME", required_unless_present = "recipe")]
    name: Option<String>,
    /// The market of its instruments; its calendar in scenarios/calendars/ is applied, and --no-calendar does without one.
    #[arg(long, value_name = "MARKET")]
    market: Option<String>,
    /// The currency of its prices, three capitals.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// A file of bars, .parquet or .csv; may be given several times.
    #[arg(long, value_name = "FILE")]
    bars: Vec<String>,
    /// A file of macro or factor series.
    #[arg(long, value_name = "FILE")]
    series: Vec<String>,
    /// A file of corporate actions.
    #[arg(long, value_name = "FILE")]
    actions: Vec<String>,
    /// A file that names instruments, sectors and issuers.
    #[arg(long, value_name = "FILE")]
    instruments: Vec<String>,
    /// A file of index members.
    #[arg(long, value_name = "FILE")]
    membership: Vec<String>,
    /// A file of texts: subject, kind (filing, news, call or macro), happened_on, known_on, text.
    #[arg(long, value_name = "FILE")]
    texts: Vec<String>,
    /// A column that nothing reads; any other unknown column is refused.
    #[arg(long, value_name = "COLUMN")]
    ignore_column: Vec<String>,
    /// Days from the observation of a series to the day on which it may be used.
    #[arg(long, value_name = "DAYS")]
    release_lag_days: Option<u16>,
    /// Make bars of exchange rates as well: `as-quoted` for EURUSD as dollars for a euro, or `inverted`.
    #[arg(long, value_name = "HOW", value_parser = rates)]
    rates: Option<Rates>,
    /// Where the data come from, a sentence.
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// On what terms, a sentence.
    #[arg(long, value_name = "TEXT")]
    licence: Option<String>,
    /// A tape.toml without [tables] that says all of the above.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "market", "currency", "bars", "series", "actions",
        "instruments", "membership", "texts", "ignore_column", "release_lag_days", "rates", "source", "licence"])]
    recipe: Option<PathBuf>,
    /// The folder that the files are in; the current folder when not given.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// The folder that the tape gets; scenarios/tapes/NAME when not given.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Set bad rows aside instead of stopping at the first.
    #[arg(long)]
    quarantine: bool,
    /// Load returns beyond the bound although nothing explains them; `data check` goes on naming them.
    #[arg(long)]
    keep_outliers: bool,
    /// Do not apply a calendar.
    #[arg(long)]
    no_calendar: bool,
    /// Take the place of a tape that is there already.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    pub(crate) json: JsonFlag,
}

#[derive(Serialize)]
struct Imported {
    folder: String,
    /// The market whose calendar was applied.
    calendar: Option<String>,
    #[serde(flatten)]
    report: ImportReport,
}

/// Imports.
pub fn run(arguments: &Arguments, context: &mut Context<'_>) -> Result<Exit, CliError> {
    let root = context.root()?;
    let recipe = arguments.recipe()?;
    let folder = arguments.into.clone().unwrap_or_else(|| root.tape(&recipe.about.name));
    if folder.exists() && !arguments.replace {
        let message = format!("{}: something of that name is there already", folder.display());
        return Err(CliError::bad_input(message, "add --replace, or choose another --name or --into"));
    }
    let calendar = arguments.calendar(&root, &recipe)?;
    let options = ImportOptions { quarantine: arguments.quarantine, keep_outliers: arguments.keep_outliers };
    let from = arguments.from.clone().unwrap_or_default();
    let report = import(&recipe, &from, &folder, calendar.as_ref(), options).map_err(|error| {
        let advice = match &error {
            DataError::Io { .. } | DataError::Taken { .. } | DataError::Foreign { .. } | DataError::Request(_) => None,
            // Only a row can be set aside.
            DataError::Cell(_) if !arguments.quarantine => {
                Some("mend the file, or set bad rows aside with --quarantine")
            }
            _ => Some("mend the file"),
        };
        let refusal = CliError::from(error);
        match advice {
            Some(advice) => refusal.with_hint(advice),
            None => refusal,
        }
    })?;
    let calendar = calendar.map(|calendar| calendar.facts().market.clone());
    context.output.show(&Imported { folder: folder.display().to_string(), calendar, report })
}

impl Arguments {
    fn recipe(&self) -> Result<TapeManifest, CliError> {
        let Some(path) = &self.recipe else { return Ok(self.request().recipe()?) };
        let recipe = TapeManifest::parse(&path.display().to_string(), &read_text(path)?)?;
        // What an earlier import measured is measured again.
        Ok(TapeManifest { tables: std::collections::BTreeMap::new(), ..recipe })
    }

    fn request(&self) -> Request {
        Request {
            name: self.name.clone().unwrap_or_default(),
            source: self.source.clone().unwrap_or_default(),
            licence: self.licence.clone().unwrap_or_default(),
            market: self.market.clone(),
            currency: self.currency.clone(),
            bars: self.bars.clone(),
            series: self.series.clone(),
            actions: self.actions.clone(),
            instruments: self.instruments.clone(),
            membership: self.membership.clone(),
            texts: self.texts.clone(),
            ignored_columns: self.ignore_column.clone(),
            release_lag_days: self.release_lag_days,
            rates: self.rates,
        }
    }

    /// The calendar of the market. A market that was named and has none is refused, so that a typing error does not
    /// switch a check off.
    fn calendar(&self, root: &Root, recipe: &TapeManifest) -> Result<Option<Calendar>, CliError> {
        match (&self.market, self.no_calendar) {
            (_, true) => Ok(None),
            (Some(market), false) => market::calendar(root, market)
                .map_err(|error| error.with_hint("name a market with a calendar, or add --no-calendar")),
            (None, false) => calendar_of(root, recipe),
        }
    }
}

fn rates(text: &str) -> Result<Rates, String> {
    match text {
        "as-quoted" => Ok(Rates::AsQuoted),
        "inverted" => Ok(Rates::Inverted),
        _ => Err("expected `as-quoted` or `inverted`".to_owned()),
    }
}

impl Report for Imported {
    fn command(&self) -> &'static str {
        "data import"
    }

    fn exit(&self) -> Exit {
        Exit::Pass
    }

    fn text(&self) -> String {
        let ImportReport { manifest, files, quarantined } = &self.report;
        let right = |name| (name, Align::Right);
        let columns = [("file", Align::Left), right("rows"), right("loaded"), right("left out"), right("quarantined")];
        let row = |count: &FileCount| {
            let FileCount { file, rows, loaded, left_out, quarantined } = count;
            let counts = [rows, loaded, left_out, quarantined].map(ToString::to_string);
            std::iter::once(file.clone()).chain(counts).collect()
        };
        let mut text = table(&columns, files.iter().map(row).collect()) + "\n";
        let columns = [("table", Align::Left), right("rows"), ("first day", Align::Left), ("last day", Align::Left)];
        let row = |(name, note): (&String, &columnar::manifest::TableNote)| {
            vec![name.clone(), note.rows.to_string(), day(note.first), day(note.last)]
        };
        text += &table(&columns, manifest.tables.iter().map(row).collect());
        quarantined.iter().take(SHOWN_MAX).for_each(|cell| text += &format!("set aside: {cell}\n"));
        if quarantined.len() > SHOWN_MAX {
            text += &format!("and {} more in {QUARANTINE_FILE}\n", quarantined.len() - SHOWN_MAX);
        }
        let calendar =
            self.calendar.as_ref().map_or_else(|| "no calendar".to_owned(), |market| format!("calendar {market}"));
        let name = Path::new(&self.folder).display();
        text + &format!("\n{name}: imported under {calendar}; `prometheus data check` says what is wrong with it\n")
    }
}
