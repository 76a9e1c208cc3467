//! What the process is told.
//!
//! Numbers are exact on both sides: a price is written with the fewest digits that read back as the same double, money
//! and shares are whole numbers of millionths. What is absent is `null`. A message holds nothing that a built-in system
//! could not see, and the name of the scenario is not in it: it might tell how the story ends.
//!
//! ```text
//! {"type":"day","date":"2020-01-02","trade":true,"day_number":0,"replayed":false,
//!  "bars":[[0,null,null,null,74.06,null]],"level":[74.06],"actions":[],"series":[],"texts":[],
//!  "book":{"cash_micros":100000000000,"equity_micros":100000000000,"positions":[]}}
//! ```

use domain::book::BookView;
use domain::date::Date;
use domain::facts::{ActionKind, InstrumentFact, PriceBasis, TextKind};
use domain::ids::Instrument;
use domain::view::{Row, View};
use serde::Serialize;

use crate::PROTOCOL;

/// A message to the process.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Told<'a> {
    /// The first message.
    Hello(Hello<'a>),
    /// A day, after its close.
    Day(Box<Day<'a>>),
    /// The last message.
    Bye {},
}

/// What does not change during a run.
#[derive(Debug, Serialize)]
pub struct Hello<'a> {
    protocol: u32,
    seed: u64,
    price_basis: PriceBasis,
    instruments: &'a [InstrumentFact],
    config: &'a serde_json::Value,
}

/// What became known on one day.
#[derive(Debug, Serialize)]
pub struct Day<'a> {
    date: Date,
    trade: bool,
    day_number: Option<u32>,
    replayed: bool,
    bars: Vec<Bar>,
    level: Vec<Option<f64>>,
    actions: Vec<Action<'a>>,
    series: Vec<(&'a str, Date, Date, f64)>,
    texts: Vec<Text<'a>>,
    book: Option<Book>,
}

/// Index, open, high, low, close, volume.
type Bar = (u32, Option<f64>, Option<f64>, Option<f64>, Option<f64>, Option<f64>);

#[derive(Debug, Serialize)]
struct Action<'a> {
    instrument: &'a str,
    #[serde(flatten)]
    kind: Kind,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Kind {
    Split { numerator: u32, denominator: u32 },
    CashDividend { amount: f64 },
    Spinoff { ratio_millionths: u32 },
    Delisting,
    Halt { until: Date },
}

#[derive(Debug, Serialize)]
struct Text<'a> {
    subject: &'a str,
    kind: TextKind,
    happened_on: Date,
    known_on: Date,
    text: &'a str,
}

/// The account as the process is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Book {
    /// Free cash, in millionths.
    pub cash_micros: i64,
    /// Cash and positions at the close, in millionths.
    pub equity_micros: i64,
    /// Index and millionths of a share, ascending, nothing for what is not held.
    pub positions: Vec<(u32, i64)>,
}

impl<'a> Hello<'a> {
    /// The first message of a run over the tape of `view`.
    #[must_use]
    pub fn new(view: &View<'a>, seed: u64, config: &'a serde_json::Value) -> Self {
        let (price_basis, instruments) = (view.basis(), view.instruments());
        Self { protocol: PROTOCOL, seed, price_basis, instruments, config }
    }
}

impl<'a> Day<'a> {
    /// What became known on the last day of `view`; `traded` is its number in the run and the book of that day.
    #[must_use]
    pub fn new(view: &View<'a>, traded: Option<(u32, Book)>, replayed: bool) -> Self {
        let (day_number, book) = traded.unzip();
        let width = view.instruments().len();
        let instruments = || (0..).map(Instrument).take(width);
        Self {
            date: view.today(),
            trade: book.is_some(),
            day_number,
            replayed,
            bars: bars(view, instruments()),
            level: instruments().map(|instrument| view.level(instrument, 0)).collect(),
            actions: view
                .actions_today()
                .iter()
                .map(|action| Action::new(view, action.instrument, action.kind))
                .collect(),
            series: series(view),
            texts: texts(view),
            book,
        }
    }
}

/// The bars that have a value at all.
fn bars(view: &View<'_>, instruments: impl Iterator<Item = Instrument>) -> Vec<Bar> {
    let [open, high, low, close, volume] =
        [view.opens(0), view.highs(0), view.lows(0), view.closes(0), view.volumes(0)];
    let value = |row: &Option<Row<'_>>, instrument| row.as_ref().and_then(|row| row.get(instrument));
    let bar = |at: Instrument| {
        (at.0, value(&open, at), value(&high, at), value(&low, at), value(&close, at), value(&volume, at))
    };
    let whole = instruments.map(bar);
    whole.filter(|(_, a, b, c, d, e)| [a, b, c, d, e].into_iter().any(Option::is_some)).collect()
}

fn series<'a>(view: &View<'a>) -> Vec<(&'a str, Date, Date, f64)> {
    let before = view.earlier(1);
    let new = |name: &'a str| {
        let old = before.map_or(0, |before| before.series(name).len());
        view.series(name)[old..].iter().map(move |point| (name, point.happened_on, point.known_on, point.value))
    };
    view.series_names().flat_map(new).collect()
}

fn texts<'a>(view: &View<'a>) -> Vec<Text<'a>> {
    let before = view.earlier(1);
    let new = |subject: &'a str| {
        let old = before.map_or(0, |before| before.texts(subject).len());
        view.texts(subject)[old..].iter().map(move |point| Text {
            subject,
            kind: point.kind,
            happened_on: point.happened_on,
            known_on: point.known_on,
            text: &point.text,
        })
    };
    view.text_subjects().flat_map(new).collect()
}

impl<'a> Action<'a> {
    fn new(view: &View<'a>, instrument: Instrument, kind: ActionKind) -> Self {
        let kind = match kind {
            ActionKind::Split { numerator, denominator } => Kind::Split { numerator, denominator },
            ActionKind::CashDividend { amount } => Kind::CashDividend { amount },
            ActionKind::Spinoff { ratio_millionths } => Kind::Spinoff { ratio_millionths },
            ActionKind::Delisting => Kind::Delisting,
            ActionKind::Halt { until } => Kind::Halt { until },
        };
        Self { instrument: view.instruments()[instrument.index()].id.as_str(), kind }
    }
}

impl From<&BookView<'_>> for Book {
    fn from(book: &BookView<'_>) -> Self {
        let positions = book.held().map(|(instrument, quantity)| (instrument.0, quantity.micros())).collect();
        Self { cash_micros: book.cash.micros(), equity_micros: book.equity.micros(), positions }
    }
}
