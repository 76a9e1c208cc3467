//! The desk on which an import is done: what is asked, what is known, and the ledger of rows.

use std::collections::BTreeMap;
use std::path::Path;

use domain::calendar::Calendar;
use domain::date::Date;
use domain::ids::InstrumentId;

use super::actions::{self, Action};
use super::bars::{self, Bar};
use super::instruments::{self, Listed};
use super::ledger::{Fault, Ledger, Origin};
use super::membership::{self, Member};
use super::series::{self, Value};
use super::texts::{self, Told};
use super::{ImportOptions, weigh};
use crate::columns::source::Source;
use crate::error::{DataError, Reason};
use crate::manifest::TapeManifest;
use crate::notes::Notes;

/// Everything that the steps of an import share.
pub(crate) struct Desk<'a> {
    pub(crate) recipe: &'a TapeManifest,
    pub(crate) options: ImportOptions,
    pub(crate) ledger: Ledger,
    /// Known defects and explanations: what they speak of is no news.
    pub(crate) notes: Notes,
    from: &'a Path,
    calendar: Option<&'a Calendar>,
    ids: BTreeMap<String, InstrumentId>,
}

/// All rows, checked and sorted.
pub(crate) struct Loaded {
    pub(crate) bars: Vec<Bar>,
    pub(crate) series: Vec<Value>,
    pub(crate) actions: Vec<Action>,
    pub(crate) instruments: Vec<Listed>,
    pub(crate) members: Vec<Member>,
    pub(crate) texts: Vec<Told>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        recipe: &'a TapeManifest,
        from: &'a Path,
        calendar: Option<&'a Calendar>,
        options: ImportOptions,
    ) -> Result<Self, DataError> {
        let remarks: Vec<_> = recipe.known_defects.iter().chain(&recipe.explained).cloned().collect();
        let notes = Notes::parse("the recipe", &remarks)?;
        let (market, name) = (&recipe.about.market, &recipe.about.name);
        if let (Some(calendar), Some(market)) = (calendar, market)
            && calendar.market() != market
        {
            let what = format!("{name}: the market is {market}, but the calendar is that of {}", calendar.market());
            return Err(DataError::Request(what));
        }
        let ledger = Ledger::new(options.quarantine);
        Ok(Self { recipe, options, ledger, notes, from, calendar, ids: BTreeMap::new() })
    }

    /// Reads, checks and sorts everything, in the order in which one table needs another.
    pub(crate) fn load(&mut self) -> Result<Loaded, DataError> {
        let inputs = &self.recipe.inputs;
        let mut series = self.read_each(&inputs.series, series::read)?;
        series::sort(self, &mut series)?;
        let mut bars = self.read_each(&inputs.bars, bars::read)?;
        bars.extend(series::as_bars(self, &series)?);
        bars::sort(self, &mut bars)?;
        let mut actions = self.read_each(&inputs.actions, actions::read)?;
        actions::settle(self, &mut actions, &bars)?;
        weigh::outliers(self, &mut bars, &actions)?;
        let listed = self.read_each(&inputs.instruments, instruments::read)?;
        let instruments = instruments::complete(self, listed, &bars)?;
        let mut members = self.read_each(&inputs.membership, membership::read)?;
        membership::sort(self, &mut members)?;
        let mut texts = self.read_each(&inputs.texts, texts::read)?;
        texts::sort(self, &mut texts)?;
        Ok(Loaded { bars, series, actions, instruments, members, texts })
    }

    /// Refuses the row when a check failed; otherwise hands its value on.
    pub(crate) fn keep<T>(&mut self, origin: Origin, checked: Result<T, Fault>) -> Result<Option<T>, DataError> {
        match checked {
            Ok(value) => Ok(Some(value)),
            Err(fault) => self.ledger.refuse(origin, fault).map(|()| None),
        }
    }

    /// Sets a bar aside. One that was made from a series cannot be: its row is a good value of the series.
    pub(crate) fn refuse_bar(&mut self, bar: &Bar, fault: Fault) -> Result<(), DataError> {
        if !bar.from_series {
            return self.ledger.refuse(bar.origin, fault);
        }
        let Fault { column, value, expected, .. } = fault;
        let what = format!("column `{column}` is {value}, expected {expected}");
        Err(DataError::Request(format!("{} on {} cannot become a bar: {what}", bar.instrument, bar.on)))
    }

    /// The instrument of a cell, made once for each text.
    pub(crate) fn instrument(&mut self, column: &str, text: Option<&str>) -> Result<InstrumentId, Fault> {
        const EXPECTED: &str = "an instrument id, ASSET_CLASS:SYMBOL, for example EQUITY:AAPL";
        let text = text.ok_or_else(|| Fault::missing(column, EXPECTED))?;
        if let Some(id) = self.ids.get(text) {
            return Ok(id.clone());
        }
        let id: InstrumentId =
            text.parse().map_err(|_| Fault::new(Reason::Type, column, format!("`{text}`"), EXPECTED))?;
        self.ids.insert(text.to_owned(), id.clone());
        Ok(id)
    }

    /// Whether the market has a session on the day; without a calendar every day will do.
    pub(crate) fn check_session(&self, column: &str, on: Date) -> Result<(), Fault> {
        let Some(calendar) = self.calendar else { return Ok(()) };
        let expected = match calendar.is_trading_day(on) {
            Ok(true) => return Ok(()),
            Ok(false) => format!("a session of {}", calendar.market()),
            Err(_) => {
                let facts = calendar.facts();
                format!("a day that the calendar of {} covers, {} to {}", facts.market, facts.first, facts.last)
            }
        };
        Err(Fault::new(Reason::OffCalendar, column, on, expected))
    }

    /// Reads all files of one kind.
    fn read_each<T>(
        &mut self,
        names: &[String],
        read: impl Fn(&mut Self, &Source, usize) -> Result<Vec<T>, DataError>,
    ) -> Result<Vec<T>, DataError> {
        let mut rows = Vec::new();
        for name in names {
            let source = Source::open(&self.from.join(name))?;
            let number = self.ledger.enter(&source);
            rows.append(&mut read(self, &source, number)?);
        }
        Ok(rows)
    }
}

/// A day that must be there.
pub(crate) fn day(column: &str, cell: Result<Option<Date>, crate::columns::cells::BadCell>) -> Result<Date, Fault> {
    cell.map_err(|bad| bad.at(column))?.ok_or_else(|| Fault::missing(column, "a day as YYYY-MM-DD"))
}

impl Loaded {
    /// Where every loaded row came from; bars made from a series are counted with it.
    pub(crate) fn origins(&self) -> impl Iterator<Item = Origin> {
        let bars = self.bars.iter().filter(|bar| !bar.from_series).map(|bar| bar.origin);
        let series = self.series.iter().map(|value| value.origin);
        let actions = self.actions.iter().map(|action| action.origin);
        let instruments = self.instruments.iter().filter_map(|one| one.origin);
        let members = self.members.iter().map(|member| member.origin);
        let texts = self.texts.iter().map(|told| told.origin);
        bars.chain(series).chain(actions).chain(instruments).chain(members).chain(texts)
    }
}
