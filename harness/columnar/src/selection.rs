//! A window of a stored tape, as the replay reads it.
//!
//! A scenario names days, instruments, a price basis and the currency of its account. What the stored tape cannot
//! give is refused here, with the reason, rather than traded around: an unknown instrument, a window beyond the
//! data or the calendar, prices in another currency, a bar on a day without a session.
//!
//! ```
//! # let scenarios = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
//! use columnar::{calendars, selection::Selection, tape_folder::StoredTape};
//! use domain::facts::PriceBasis;
//! let stored = StoredTape::open(&scenarios.join("tapes/us_eq_close_1990_2022"))?;
//! let window = Selection::new(PriceBasis::Adjusted, "2020-01-02".parse()?, "2020-03-31".parse()?, "USD");
//! let tape = stored.select(&window.looking_back_to("2019-12-02".parse()?), Some(&calendars::load(&scenarios, "US_EQ")?))?;
//! assert_eq!((tape.instruments().len(), tape.days().len()), (20, 83));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeSet;

use domain::calendar::Calendar;
use domain::date::Date;
use domain::facts::{ActionFact, BarFact, InstrumentFact, PriceBasis, SeriesFact, TextFact};
use domain::ids::InstrumentId;
use domain::tape::{Tape, TapeBuilder, TapeError};

use crate::columns::schema::{ACTIONS, BARS, SERIES, TEXTS, Table};
use crate::error::{CellError, DataError, Reason};
use crate::rows::{StoredBar, each_action, each_bar, each_series, each_text};
use crate::tape_folder::StoredTape;

/// What a scenario asks of a tape.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Which price it trades at.
    pub basis: PriceBasis,
    /// The first day that it trades.
    pub first_day: Date,
    /// The last day that it trades.
    pub last_day: Date,
    /// The first day that a system may look back to; `None` for the tape's first bar.
    pub history_from: Option<Date>,
    /// The instruments; empty for all of the tape.
    pub instruments: Vec<InstrumentId>,
    /// The currency of the account, three capitals.
    pub currency: String,
    /// Actions beside the tape's own, such as a scenario's trading halts.
    pub extra_actions: Vec<ActionFact>,
    /// Series beside the tape's own, such as those of another tape.
    pub extra_series: Vec<SeriesFact>,
    /// Texts beside the tape's own, such as those of another tape.
    pub extra_texts: Vec<TextFact>,
    /// Whether, without a calendar, every weekday is a trading day rather than the days with a bar.
    pub weekdays: bool,
    /// Whether gaps repeat the last close ([`TapeBuilder::with_gaps_carried`]).
    pub gaps_carried: bool,
    /// Whether the tape's own actions are left out.
    pub actions_ignored: bool,
}

impl Selection {
    /// All instruments and the whole history of a tape, traded from `first_day` to `last_day`.
    #[must_use]
    pub fn new(basis: PriceBasis, first_day: Date, last_day: Date, currency: &str) -> Self {
        Self {
            basis,
            first_day,
            last_day,
            history_from: None,
            instruments: Vec::new(),
            currency: currency.to_owned(),
            extra_actions: Vec::new(),
            extra_series: Vec::new(),
            extra_texts: Vec::new(),
            weekdays: false,
            gaps_carried: false,
            actions_ignored: false,
        }
    }

    /// The same, with a history that starts on `day`.
    #[must_use]
    pub fn looking_back_to(mut self, day: Date) -> Self {
        self.history_from = Some(day);
        self
    }
}

impl StoredTape {
    /// Lays the selected window out for a replay. The days are the calendar's sessions from the start of the
    /// history to the last day; without a calendar, the days on which a selected instrument has a bar.
    ///
    /// Only the needed columns and row groups are read. Facts that become known after the last day are left out.
    ///
    /// # Errors
    /// [`DataError::Unavailable`] for what the tape cannot give, [`DataError::Calendar`] for days beyond the
    /// calendar, [`DataError::Cell`] or [`DataError::Tape`] with the row for a fact that cannot stand.
    pub fn select(&self, selection: &Selection, calendar: Option<&Calendar>) -> Result<Tape, DataError> {
        let window = self.window(selection)?;
        self.check_basis(selection.basis)?;
        let instruments = self.pick(selection, calendar)?;
        let mut ids: Vec<InstrumentId> = instruments.iter().map(|fact| fact.id.clone()).collect();
        ids.sort();
        let days = match calendar {
            Some(calendar) => calendar.sessions_between(window.0, window.1)?.iter().map(|session| session.on).collect(),
            None if selection.weekdays => weekdays(window),
            None => self.days_with_bars(&ids, window)?,
        };
        let builder = TapeBuilder::new(selection.basis, days, instruments);
        let mut builder =
            builder.map_err(|source| DataError::Tape { place: format!("tape {}", self.name()), source })?;
        self.push_bars(&mut builder, &ids, selection, window)?;
        self.push_actions(&mut builder, &ids, selection)?;
        self.push_series(&mut builder, selection)?;
        self.push_texts(&mut builder, selection)?;
        Ok(if selection.gaps_carried { builder.with_gaps_carried() } else { builder }.finish())
    }

    /// All values of the tape's series, for use beside another tape's bars.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn series_facts(&self) -> Result<Vec<SeriesFact>, DataError> {
        let mut facts = Vec::new();
        if let Some(path) = self.file_of(&SERIES) {
            each_series(&path, &mut |_, fact| {
                facts.push(fact.clone());
                Ok(())
            })?;
        }
        Ok(facts)
    }

    /// All texts of the tape, for use beside another tape's bars.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn text_facts(&self) -> Result<Vec<TextFact>, DataError> {
        let mut facts = Vec::new();
        if let Some(path) = self.file_of(&TEXTS) {
            each_text(&path, &mut |_, fact| {
                facts.push(fact);
                Ok(())
            })?;
        }
        Ok(facts)
    }

    /// The first day of the history and the last day, both within the tape's bars.
    fn window(&self, selection: &Selection) -> Result<(Date, Date), DataError> {
        let bars = self.manifest().tables.get(BARS.name);
        let Some((first, last)) = bars.and_then(|bars| bars.first.zip(bars.last)) else {
            return Err(self.unavailable("it has no bars, only series: a scenario needs a tape with bars".to_owned()));
        };
        let Selection { first_day, last_day, history_from, .. } = *selection;
        let from = history_from.unwrap_or(first);
        if from > first_day || first_day > last_day {
            let what = format!("history {from}, first day {first_day} and last day {last_day} are not in this order");
            return Err(self.unavailable(what));
        }
        if from < first || last_day > last {
            let what = format!("the window {from} to {last_day} is not within its bars, {first} to {last}");
            return Err(self.unavailable(what));
        }
        Ok((from, last_day))
    }

    fn check_basis(&self, basis: PriceBasis) -> Result<(), DataError> {
        let name = |basis: &PriceBasis| match basis {
            PriceBasis::Raw => "raw",
            PriceBasis::Adjusted => "adjusted",
        };
        let offered = &self.manifest().about.price_bases;
        if offered.contains(&basis) {
            return Ok(());
        }
        let offered = offered.iter().map(name).collect::<Vec<_>>().join(", ");
        Err(self.unavailable(format!("it cannot be traded on the {} basis, expected one of: {offered}", name(&basis))))
    }

    /// The selected instruments, each of the account's currency and the calendar's market.
    fn pick(&self, selection: &Selection, calendar: Option<&Calendar>) -> Result<Vec<InstrumentFact>, DataError> {
        let all = self.instruments();
        let mut picked: Vec<&InstrumentFact> = Vec::new();
        for id in &selection.instruments {
            let at = all.binary_search_by(|stored| stored.fact.id.cmp(id)).map_err(|near| self.unknown(id, near))?;
            picked.push(&all[at].fact);
        }
        if selection.instruments.is_empty() {
            picked.extend(all.iter().map(|stored| &stored.fact));
        }
        for InstrumentFact { id, market, currency, .. } in picked.iter().copied() {
            if *currency != selection.currency {
                let wanted = &selection.currency;
                let what =
                    format!("{id} is priced in {currency}, but the account is in {wanted}: one run has one currency");
                return Err(self.unavailable(what));
            }
            if let Some(calendar) = calendar.filter(|calendar| calendar.market() != market) {
                let what = format!("{id} trades on {market}, but the calendar is that of {}", calendar.market());
                return Err(self.unavailable(what));
            }
        }
        Ok(picked.into_iter().cloned().collect())
    }

    fn unknown(&self, id: &InstrumentId, near: usize) -> DataError {
        let all = self.instruments();
        let around = &all[near.saturating_sub(2)..(near + 2).min(all.len())];
        let around: Vec<&str> = around.iter().map(|stored| stored.fact.id.as_str()).collect();
        self.unavailable(format!(
            "{id} is not on it; of its {} instruments the nearest are {}",
            all.len(),
            around.join(", ")
        ))
    }

    fn days_with_bars(&self, ids: &[InstrumentId], window: (Date, Date)) -> Result<Vec<Date>, DataError> {
        let mut days = BTreeSet::new();
        self.each_selected(ids, &[], &mut |bar, _| {
            if (window.0..=window.1).contains(&bar.happened_on) {
                days.insert(bar.happened_on);
            }
            Ok(())
        })?;
        Ok(days.into_iter().collect())
    }

    fn push_bars(
        &self,
        builder: &mut TapeBuilder,
        ids: &[InstrumentId],
        selection: &Selection,
        window: (Date, Date),
    ) -> Result<(), DataError> {
        let columns: &[&str] = match selection.basis {
            PriceBasis::Raw => &["open", "high", "low", "close", "volume"],
            PriceBasis::Adjusted => &["open", "high", "low", "close", "adjusted_close", "volume"],
        };
        self.each_selected(ids, columns, &mut |bar, id| {
            if !(window.0..=window.1).contains(&bar.happened_on) {
                return Ok(());
            }
            self.check_bar(bar, &selection.currency)?;
            let fact = BarFact {
                instrument: id.clone(),
                happened_on: bar.happened_on,
                open: bar.open,
                high: bar.high,
                low: bar.low,
                close: bar.close,
                adjusted_close: bar.adjusted_close,
                volume: bar.volume,
            };
            builder.push_bar(&fact).map_err(|source| self.refused_bar(bar, source))
        })
    }

    /// A closing price is known on its own day, and one run has one currency.
    fn check_bar(&self, bar: &StoredBar<'_>, currency: &str) -> Result<(), DataError> {
        let refused = |column: &str, value: String, expected: String, reason| {
            let (file, column) = (self.shown(&BARS), column.to_owned());
            Err(CellError { file, row: bar.row, column, value, expected, reason }.into())
        };
        if bar.known_on != bar.happened_on {
            let expected = format!("the day of the bar itself, {}", bar.happened_on);
            return refused("known_on", bar.known_on.to_string(), expected, Reason::KnownOn);
        }
        if bar.currency != currency {
            let expected = format!("{currency}, the currency of the account");
            return refused("currency", bar.currency.to_owned(), expected, Reason::Currency);
        }
        Ok(())
    }

    fn refused_bar(&self, bar: &StoredBar<'_>, source: TapeError) -> DataError {
        match source {
            TapeError::OffCalendar { instrument, on } => CellError {
                file: self.shown(&BARS),
                row: bar.row,
                column: "happened_on".to_owned(),
                value: on.to_string(),
                expected: format!("a session of the market that {instrument} trades on"),
                reason: Reason::OffCalendar,
            }
            .into(),
            source => self.at_row(&BARS, bar.row, source),
        }
    }

    fn push_actions(
        &self,
        builder: &mut TapeBuilder,
        ids: &[InstrumentId],
        selection: &Selection,
    ) -> Result<(), DataError> {
        if let Some(path) = self.file_of(&ACTIONS).filter(|_| !selection.actions_ignored) {
            each_action(&path, &mut |row, fact| {
                let selected = ids.binary_search(&fact.instrument).is_ok() && fact.known_on <= selection.last_day;
                if selected {
                    builder.push_action(fact).map_err(|source| self.at_row(&ACTIONS, row, source))
                } else {
                    Ok(())
                }
            })?;
        }
        selection.extra_actions.iter().try_for_each(|fact| {
            let place = || format!("tape {}, an action of the scenario", self.name());
            builder.push_action(fact.clone()).map_err(|source| DataError::Tape { place: place(), source })
        })
    }

    fn push_series(&self, builder: &mut TapeBuilder, selection: &Selection) -> Result<(), DataError> {
        if let Some(path) = self.file_of(&SERIES) {
            each_series(&path, &mut |row, fact| {
                let due = fact.known_on <= selection.last_day;
                if due { builder.push_series(fact).map_err(|source| self.at_row(&SERIES, row, source)) } else { Ok(()) }
            })?;
        }
        selection.extra_series.iter().filter(|fact| fact.known_on <= selection.last_day).try_for_each(|fact| {
            let place = || format!("tape {}, a series of the scenario", self.name());
            builder.push_series(fact).map_err(|source| DataError::Tape { place: place(), source })
        })
    }

    fn push_texts(&self, builder: &mut TapeBuilder, selection: &Selection) -> Result<(), DataError> {
        if let Some(path) = self.file_of(&TEXTS) {
            each_text(&path, &mut |row, fact| {
                let due = fact.known_on <= selection.last_day;
                if due { builder.push_text(fact).map_err(|source| self.at_row(&TEXTS, row, source)) } else { Ok(()) }
            })?;
        }
        selection.extra_texts.iter().filter(|fact| fact.known_on <= selection.last_day).try_for_each(|fact| {
            let place = || format!("tape {}, a text of the scenario", self.name());
            builder.push_text(fact.clone()).map_err(|source| DataError::Tape { place: place(), source })
        })
    }

    /// Hands out the bars of `ids`, which are sorted. Ids come in runs, so each is looked up once.
    fn each_selected(
        &self,
        ids: &[InstrumentId],
        columns: &[&'static str],
        take: &mut dyn FnMut(&StoredBar<'_>, &InstrumentId) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let Some(path) = self.file_of(&BARS) else { return Ok(()) };
        let find = |text: &str| ids.binary_search_by(|id| id.as_str().cmp(text));
        // A row group from `first` to `last` matters when a selected id lies between the two.
        let wanted = |first: &str, last: &str| match find(first) {
            Ok(_) => true,
            Err(next) => ids.get(next).is_some_and(|id| id.as_str() <= last),
        };
        let mut run: (String, Option<usize>) = (String::new(), None);
        each_bar(&path, columns, &wanted, &mut |bar| {
            if run.0 != bar.instrument {
                run = (bar.instrument.to_owned(), find(bar.instrument).ok());
            }
            run.1.map_or(Ok(()), |at| take(bar, &ids[at]))
        })
    }

    fn at_row(&self, table: &Table, row: u64, source: TapeError) -> DataError {
        DataError::Tape { place: format!("{}, row {row}", self.shown(table)), source }
    }
}

const FRIDAY: u8 = 4;

/// Mondays to Fridays, both ends included.
fn weekdays((first, last): (Date, Date)) -> Vec<Date> {
    let days = (first.epoch_days()..=last.epoch_days()).map(Date::from_epoch_days);
    days.filter(|day| day.weekday() <= FRIDAY).collect()
}
