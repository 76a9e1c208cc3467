//! Corporate actions: one change to a share a row, by our own kinds or by those of the bundle.
//!
//! | kind in the file | becomes |
//! |---|---|
//! | `split` with `split_ratio` 1.333333 | a split of 4 for 3 |
//! | `split` with `numerator` and `denominator` | the same |
//! | `cash_dividend` with `cash_amount` | cash for each share |
//! | `spinoff`, `spinoff_or_other` with `split_ratio` 1.193462 | a holding that grows by 1,193,462 millionths |
//! | `delisting` | the end of trading; no bar may follow |
//! | `last_bar_…` | a delisting on the day after, unless that bar is simply where the data end |
//! | `halt` with `until` | a trading halt |

use arrow_array::{ArrayRef, RecordBatch};
use domain::date::Date;
use domain::facts::ActionKind;
use domain::ids::InstrumentId;

use super::bars::Bar;
use super::desk::{Desk, day};
use super::fraction;
use super::instruments::{Extent, extent_of};
use super::ledger::{Fault, Origin};
use crate::columns::cells::{Dates, Numbers, Texts};
use crate::columns::source::Source;
use crate::columns::write::{dates, numbers, texts, wholes};
use crate::error::{DataError, Reason};

/// The names that the day may have, ours first.
const DAY: [&str; 2] = ["happened_on", "ex_date"];

/// The columns that a file may have beside its day.
const COLUMNS: [&str; 15] = [
    "instrument_id",
    "known_on",
    "kind",
    "numerator",
    "denominator",
    "ratio_millionths",
    "split_ratio",
    "amount",
    "cash_amount",
    "amount_low",
    "cash_low",
    "amount_high",
    "cash_high",
    "until",
    "note",
];

/// What a row says before the bars have been asked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Happened(ActionKind),
    /// The row names the last bar, and its note why there are no more.
    LastBar,
}

/// One action.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) instrument: InstrumentId,
    pub(crate) happened_on: Date,
    pub(crate) kind: ActionKind,
    pub(crate) origin: Origin,
    known_on: Date,
    said: Said,
    bounds: (Option<f64>, Option<f64>),
    note: Option<String>,
}

/// The columns of one batch.
struct Columns<'a> {
    instrument: Texts<'a>,
    on: Dates<'a>,
    day_name: &'static str,
    known_on: Option<Dates<'a>>,
    until: Option<Dates<'a>>,
    kind: Texts<'a>,
    note: Option<Texts<'a>>,
    numbers: Vec<(&'static str, Numbers<'a>)>,
}

/// Reads one file.
pub(crate) fn read(desk: &mut Desk<'_>, source: &Source, file: usize) -> Result<Vec<Action>, DataError> {
    let known: Vec<&str> = COLUMNS.into_iter().chain(DAY).collect();
    source.refuse_unknown(&known, &desk.recipe.inputs.ignored_columns)?;
    let (mut actions, mut row) = (Vec::new(), 0);
    for batch in &source.batches {
        let columns = Columns::of(source, batch)?;
        for at in 0..batch.num_rows() {
            row += 1;
            let origin = Origin { file, row };
            let checked = columns.action(desk, at, origin);
            actions.extend(desk.keep(origin, checked)?);
        }
    }
    Ok(actions)
}

/// Holds the actions against the bars, turns last bars into delistings, sorts, and refuses repetitions.
pub(crate) fn settle(desk: &mut Desk<'_>, actions: &mut Vec<Action>, bars: &[Bar]) -> Result<(), DataError> {
    let last_of_all = bars.iter().map(|bar| bar.on).max();
    let mut settled: Vec<Action> = Vec::with_capacity(actions.len());
    for mut action in actions.drain(..) {
        let own = extent_of(bars, &action.instrument);
        let checked = match &own {
            None => Err(Fault::new(
                Reason::UnknownInstrument,
                "instrument_id",
                &action.instrument,
                "an instrument with bars",
            )),
            Some(extent) => action.fit(extent),
        };
        if desk.keep(action.origin, checked)?.is_none() {
            continue;
        }
        if action.said == Said::LastBar && last_of_all == own.map(|extent| extent.last) {
            desk.ledger.leave_out(action.origin);
            continue;
        }
        settled.push(action);
    }
    let key = |action: &Action| (action.instrument.clone(), action.happened_on, action.kind.rank());
    settled.sort_by_key(|action| (key(action), action.origin));
    for action in settled {
        if actions.last().is_some_and(|last| key(last) == key(&action)) {
            let value = format!("{} {}", action.instrument, action.happened_on);
            let fault =
                Fault::new(Reason::Duplicate, "kind", value, "one action of a kind for an instrument and a day");
            desk.ledger.refuse(action.origin, fault)?;
        } else {
            actions.push(action);
        }
    }
    Ok(())
}

/// The table's columns.
pub(crate) fn columns(actions: &[Action]) -> Vec<ArrayRef> {
    let whole = |get: fn(ActionKind) -> Option<u32>| wholes(actions.iter().map(|a| get(a.kind).map(i64::from)));
    let text_of = |kind: ActionKind| match kind {
        ActionKind::Split { .. } => "split",
        ActionKind::CashDividend { .. } => "cash_dividend",
        ActionKind::Spinoff { .. } => "spinoff",
        ActionKind::Delisting => "delisting",
        ActionKind::Halt { .. } => "halt",
    };
    let amount = |kind| if let ActionKind::CashDividend { amount } = kind { Some(amount) } else { None };
    let until = |kind| if let ActionKind::Halt { until } = kind { Some(until) } else { None };
    vec![
        texts(actions.iter().map(|action| Some(action.instrument.as_str()))),
        dates(actions.iter().map(|action| Some(action.happened_on))),
        dates(actions.iter().map(|action| Some(action.known_on))),
        texts(actions.iter().map(|action| Some(text_of(action.kind)))),
        whole(|kind| if let ActionKind::Split { numerator, .. } = kind { Some(numerator) } else { None }),
        whole(|kind| if let ActionKind::Split { denominator, .. } = kind { Some(denominator) } else { None }),
        whole(|kind| if let ActionKind::Spinoff { ratio_millionths } = kind { Some(ratio_millionths) } else { None }),
        numbers(actions.iter().map(|action| amount(action.kind))),
        numbers(actions.iter().map(|action| action.bounds.0)),
        numbers(actions.iter().map(|action| action.bounds.1)),
        dates(actions.iter().map(|action| until(action.kind))),
        texts(actions.iter().map(|action| action.note.as_deref())),
    ]
}

impl Action {
    /// Whether the action can have happened to a share with these bars.
    fn fit(&mut self, extent: &Extent) -> Result<(), Fault> {
        let last = extent.last;
        match self.said {
            Said::LastBar if self.happened_on != last => {
                let expected = format!("the day of the last bar, {last}");
                return Err(Fault::new(Reason::Action, DAY[1], self.happened_on, expected));
            }
            Said::LastBar => {
                self.happened_on = last.plus_days(1);
                self.known_on = self.happened_on;
            }
            Said::Happened(ActionKind::Delisting) if self.happened_on <= last => {
                let expected = format!("a day after the last bar, {last}");
                return Err(Fault::new(Reason::Action, DAY[0], self.happened_on, expected));
            }
            Said::Happened(ActionKind::CashDividend { amount }) => {
                if let Some(close) = extent.last_close_before(self.happened_on).filter(|close| amount >= *close) {
                    let expected = format!("less than the close before it, {close}");
                    return Err(Fault::new(Reason::Action, "amount", amount, expected));
                }
            }
            Said::Happened(_) => {}
        }
        Ok(())
    }
}

impl<'a> Columns<'a> {
    fn of(source: &Source, batch: &'a RecordBatch) -> Result<Self, DataError> {
        let day_name = source.name_of(&DAY)?;
        let date = |name| source.find(&[name]).map(|name| source.dates(batch, name)).transpose();
        let all = [
            "numerator",
            "denominator",
            "ratio_millionths",
            "split_ratio",
            "amount",
            "cash_amount",
            "amount_low",
            "cash_low",
            "amount_high",
            "cash_high",
        ];
        let numbers = all.into_iter().map(|name| source.numbers(batch, name).map(|numbers| (name, numbers)));
        Ok(Self {
            instrument: source.texts(batch, "instrument_id")?,
            on: source.dates(batch, day_name)?,
            day_name,
            known_on: date("known_on")?,
            until: date("until")?,
            kind: source.texts(batch, "kind")?,
            note: source.find(&["note"]).map(|name| source.texts(batch, name)).transpose()?,
            numbers: numbers.collect::<Result<_, _>>()?,
        })
    }

    fn action(&self, desk: &mut Desk<'_>, at: usize, origin: Origin) -> Result<Action, Fault> {
        let instrument = desk.instrument("instrument_id", self.instrument.get(at))?;
        let happened_on = day(self.day_name, self.on.get(at))?;
        let known_on = optional_day(self.known_on.as_ref(), "known_on", at)?.unwrap_or(happened_on);
        let kind = self.kind.get(at).ok_or_else(|| Fault::missing("kind", KINDS))?;
        let (said, cause) = self.said(kind, at)?;
        if !matches!(said, Said::Happened(ActionKind::Delisting | ActionKind::Halt { .. })) {
            desk.check_session(self.day_name, happened_on)?;
        }
        let bounds = (self.number(&["amount_low", "cash_low"], at)?, self.number(&["amount_high", "cash_high"], at)?);
        let note = self.note.as_ref().and_then(|note| note.get(at)).map(str::to_owned).or(cause);
        let kind = match said {
            Said::Happened(kind) => kind,
            Said::LastBar => ActionKind::Delisting,
        };
        Ok(Action { instrument, happened_on, kind, origin, known_on, said, bounds, note })
    }

    /// What the row says, and the cause that the bundle's kinds carry in their names.
    fn said(&self, kind: &str, at: usize) -> Result<(Said, Option<String>), Fault> {
        let happened = match kind {
            "split" => self.split(at)?,
            "cash_dividend" => ActionKind::CashDividend { amount: self.dividend(at)? },
            "spinoff" | "spinoff_or_other" => ActionKind::Spinoff { ratio_millionths: self.spinoff(at)? },
            "delisting" => ActionKind::Delisting,
            "halt" => {
                let until = optional_day(self.until.as_ref(), "until", at)?;
                ActionKind::Halt {
                    until: until.ok_or_else(|| Fault::missing("until", "the first day after the halt"))?,
                }
            }
            other => {
                let cause = other.strip_prefix("last_bar_");
                let cause = cause.ok_or_else(|| Fault::new(Reason::Action, "kind", format!("`{other}`"), KINDS))?;
                return Ok((Said::LastBar, Some(cause.to_owned())));
            }
        };
        Ok((Said::Happened(happened), None))
    }

    fn split(&self, at: usize) -> Result<ActionKind, Fault> {
        let (numerator, denominator) = match self.number(&["split_ratio"], at)? {
            Some(ratio) => fraction::simplest(ratio).ok_or_else(|| {
                Fault::new(
                    Reason::Action,
                    "split_ratio",
                    ratio,
                    "new shares for each old one, a fraction of whole numbers up to 50",
                )
            })?,
            None => (self.term("numerator", at)?, self.term("denominator", at)?),
        };
        Ok(ActionKind::Split { numerator, denominator })
    }

    fn term(&self, name: &'static str, at: usize) -> Result<u32, Fault> {
        const EXPECTED: &str = "a whole number from 1 to 1,000,000";
        let term = self.number(&[name], at)?.ok_or_else(|| Fault::missing(name, EXPECTED))?;
        let fits = (1.0..=1e6).contains(&term) && term.fract() == 0.0;
        if fits { Ok(term as u32) } else { Err(Fault::new(Reason::Action, name, term, EXPECTED)) }
    }

    fn dividend(&self, at: usize) -> Result<f64, Fault> {
        const EXPECTED: &str = "a positive amount for each share";
        let amount = self.number(&["amount", "cash_amount"], at)?.ok_or_else(|| Fault::missing("amount", EXPECTED))?;
        let fits = amount > 0.0 && amount < 1e9;
        if fits { Ok(amount) } else { Err(Fault::new(Reason::Action, "amount", amount, EXPECTED)) }
    }

    fn spinoff(&self, at: usize) -> Result<u32, Fault> {
        const EXPECTED: &str = "shares after for each share before, more than 0 and at most 1,000";
        let millionths = match self.number(&["split_ratio"], at)? {
            Some(ratio) => (ratio * 1e6).round(),
            None => self.number(&["ratio_millionths"], at)?.ok_or_else(|| Fault::missing("split_ratio", EXPECTED))?,
        };
        let fits = (1.0..=1e9).contains(&millionths) && millionths.fract() == 0.0;
        if fits {
            Ok(millionths as u32)
        } else {
            Err(Fault::new(Reason::Action, "split_ratio", millionths / 1e6, EXPECTED))
        }
    }

    /// The first of the named columns that has a number in this row.
    fn number(&self, names: &[&str], at: usize) -> Result<Option<f64>, Fault> {
        for (name, column) in self.numbers.iter().filter(|(name, _)| names.contains(name)) {
            if let Some(number) = column.get(at).map_err(|bad| bad.at(name))? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}

/// The kinds, for messages.
const KINDS: &str = "split, cash_dividend, spinoff, delisting, halt, spinoff_or_other or last_bar_…";

fn optional_day(column: Option<&Dates<'_>>, name: &str, at: usize) -> Result<Option<Date>, Fault> {
    column.map_or(Ok(None), |column| column.get(at).map_err(|bad| bad.at(name)))
}
