//! What a day may read: a borrowed prefix of the tape.
//!
//! History is addressed by lag, which is unsigned: 0 is today, 1 the trading day before. There is no way to write
//! down a day after today. The view borrows the tape for as long as the day lasts and cannot be kept.
//!
//! ```
//! # use domain::{facts::*, tape::TapeBuilder, view::View, date::Date};
//! # let days: Vec<Date> = ["2020-01-02", "2020-01-03"].map(|d| d.parse().unwrap()).to_vec();
//! # let id: domain::ids::InstrumentId = "EQUITY:A".parse().unwrap();
//! # let fact = InstrumentFact { id: id.clone(), market: "US_EQ".into(), currency: "USD".into(), issuer: None, sector: None };
//! # let mut builder = TapeBuilder::new(PriceBasis::Raw, days.clone(), vec![fact]).unwrap();
//! # for (day, close) in days.iter().zip([10.0, 11.0]) {
//! #     builder.push_bar(&BarFact { instrument: id.clone(), happened_on: *day, open: None, high: None, low: None,
//! #         close: Some(close), adjusted_close: None, volume: None }).unwrap();
//! # }
//! # let tape = builder.finish();
//! let view = View::as_of(&tape, 1).unwrap();
//! let instrument = view.find(&id).unwrap();
//! assert_eq!(view.close(instrument), Some(11.0));
//! assert_eq!(view.closes(1).unwrap().get(instrument), Some(10.0)); // yesterday
//! assert!(view.closes(2).is_none());                               // before the tape
//! assert!(View::as_of(&tape, 2).is_none());                        // after it
//! ```
//!
//! Tomorrow has no name, so asking for it does not compile:
//!
//! ```compile_fail,E0600
//! fn peek(view: domain::view::View<'_>) { view.closes(-1_usize); }
//! ```
//!
//! And the tape itself shows nobody its prices:
//!
//! ```compile_fail,E0616
//! fn peek(tape: &domain::tape::Tape) -> f64 { tape.columns.close[0] }
//! ```

use crate::date::Date;
use crate::facts::{ActionKind, InstrumentFact, PriceBasis};
use crate::ids::{Instrument, InstrumentId};
use crate::tape::{SeriesPoint, Tape, TapeAction, TextPoint};

/// The tape as of the close of one day.
#[derive(Clone, Copy, Debug)]
pub struct View<'t> {
    tape: &'t Tape,
    today: usize,
}

/// One day's values of one column, an entry for each instrument.
#[derive(Clone, Copy, Debug)]
pub struct Row<'t>(&'t [f64]);

/// One day's total-return levels (see `tape::levels`).
#[derive(Clone, Copy, Debug)]
pub struct Levels<'t> {
    closes: Row<'t>,
    growth: Option<Row<'t>>,
}

impl Levels<'_> {
    /// The level of one instrument; `None` without a close.
    #[must_use]
    #[inline]
    pub fn get(&self, instrument: Instrument) -> Option<f64> {
        let close = self.closes.get(instrument)?;
        Some(self.growth.map_or(close, |growth| close * growth.0[instrument.index()]))
    }
}

impl<'t> Levels<'t> {
    /// The levels of all instruments as they lie on the tape, not finite where there is none: for kernels over all.
    pub fn with_gaps(&self) -> impl Iterator<Item = f64> + use<'t> {
        let growth = self.growth.map_or(&[][..], |growth| growth.0);
        // A basis without growth has the closes as its levels.
        let rest = if growth.is_empty() { self.closes.0 } else { &[] };
        self.closes.0.iter().zip(growth).map(|(close, growth)| close * growth).chain(rest.iter().copied())
    }
}

impl<'t> View<'t> {
    /// The prefix of `tape` up to and including day number `day`; `None` beyond its end.
    #[must_use]
    pub fn as_of(tape: &'t Tape, day: usize) -> Option<Self> {
        (day < tape.days.len()).then_some(Self { tape, today: day })
    }

    /// The view of `lag` trading days ago: a prefix of this one, so nothing new can be seen in it. `None` before the
    /// tape's first day. An engine that starts on a tape with history walks through these views to warm up.
    #[must_use]
    pub fn earlier(&self, lag: usize) -> Option<Self> {
        self.today.checked_sub(lag).map(|today| Self { tape: self.tape, today })
    }

    /// Today.
    #[must_use]
    pub fn today(&self) -> Date {
        self.tape.days[self.today]
    }

    /// Which price the columns hold.
    #[must_use]
    pub const fn basis(&self) -> PriceBasis {
        self.tape.basis
    }

    /// The number of trading days in the prefix, today included.
    #[must_use]
    pub const fn day_count(&self) -> usize {
        self.today + 1
    }

    /// The trading day `lag` days before today; `None` before the tape's first day.
    #[must_use]
    pub fn date(&self, lag: usize) -> Option<Date> {
        self.today.checked_sub(lag).map(|day| self.tape.days[day])
    }

    /// The instruments, ascending by id.
    #[must_use]
    pub fn instruments(&self) -> &'t [InstrumentFact] {
        &self.tape.instruments
    }

    /// The position of `id`, if it is on the tape.
    #[must_use]
    pub fn find(&self, id: &InstrumentId) -> Option<Instrument> {
        self.tape.find(id)
    }

    /// Today's close; `None` without a price.
    #[must_use]
    #[inline]
    pub fn close(&self, instrument: Instrument) -> Option<f64> {
        self.closes(0)?.get(instrument)
    }

    /// The closes `lag` days before today; `None` before the tape's first day.
    #[must_use]
    #[inline]
    pub fn closes(&self, lag: usize) -> Option<Row<'t>> {
        self.row(Some(&self.tape.columns.close), lag)
    }

    /// The opens; `None` also when the tape has none at all.
    #[must_use]
    pub fn opens(&self, lag: usize) -> Option<Row<'t>> {
        self.row(self.tape.columns.open.as_deref(), lag)
    }

    /// The highs; `None` also when the tape has none at all.
    #[must_use]
    pub fn highs(&self, lag: usize) -> Option<Row<'t>> {
        self.row(self.tape.columns.high.as_deref(), lag)
    }

    /// The lows; `None` also when the tape has none at all.
    #[must_use]
    pub fn lows(&self, lag: usize) -> Option<Row<'t>> {
        self.row(self.tape.columns.low.as_deref(), lag)
    }

    /// Shares traded; `None` also when the tape has none at all.
    #[must_use]
    pub fn volumes(&self, lag: usize) -> Option<Row<'t>> {
        self.row(self.tape.columns.volume.as_deref(), lag)
    }

    /// The total-return level of one instrument, `close × growth` (see `tape::levels`): the ratio of two levels is
    /// the return with splits and dividends, as known today. On an adjusted basis it is the close.
    #[must_use]
    #[inline]
    pub fn level(&self, instrument: Instrument, lag: usize) -> Option<f64> {
        self.levels(lag)?.get(instrument)
    }

    /// The total-return levels of all instruments `lag` days before today; `None` before the tape's first day.
    #[must_use]
    #[inline]
    pub fn levels(&self, lag: usize) -> Option<Levels<'t>> {
        Some(Levels { closes: self.closes(lag)?, growth: self.row(self.tape.growth.as_deref(), lag) })
    }

    /// Corporate actions up to today, by day, instrument and rank.
    #[must_use]
    pub fn actions(&self) -> &'t [TapeAction] {
        let known = self.tape.actions.partition_point(|action| action.day as usize <= self.today);
        &self.tape.actions[..known]
    }

    /// The corporate actions that apply from today on.
    #[must_use]
    pub fn actions_today(&self) -> &'t [TapeAction] {
        let known = self.actions();
        let before = known.partition_point(|action| (action.day as usize) < self.today);
        &known[before..]
    }

    /// Whether trading in the instrument has ended.
    #[must_use]
    #[inline]
    pub fn is_delisted(&self, instrument: Instrument) -> bool {
        self.interruptions(instrument).any(|kind| kind == ActionKind::Delisting)
    }

    /// Whether trading in the instrument is halted today.
    #[must_use]
    #[inline]
    pub fn is_halted(&self, instrument: Instrument) -> bool {
        self.interruptions(instrument).any(|kind| matches!(kind, ActionKind::Halt { until } if self.today() < until))
    }

    /// What is known today of a series, by the day it became known; empty for a series that the tape lacks.
    #[must_use]
    pub fn series(&self, name: &str) -> &'t [SeriesPoint] {
        let Some(points) = self.tape.series.get(name) else { return &[] };
        &points[..points.partition_point(|point| point.known_on <= self.today())]
    }

    /// What is known today in texts about a subject (an issuer, or `MACRO`), by the day it became known, the day it
    /// speaks of, kind and text; empty for a subject that the tape lacks.
    #[must_use]
    pub fn texts(&self, subject: &str) -> &'t [TextPoint] {
        let Some(points) = self.tape.texts.get(subject) else { return &[] };
        &points[..points.partition_point(|point| point.known_on <= self.today())]
    }

    /// The subjects of all texts on the tape, ascending.
    pub fn text_subjects(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.tape.texts.keys().map(String::as_str)
    }

    /// The names of all series on the tape, ascending.
    pub fn series_names(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.tape.series.keys().map(String::as_str)
    }

    #[inline]
    fn interruptions(&self, instrument: Instrument) -> impl Iterator<Item = ActionKind> {
        let known = self.tape.interruptions.iter().take_while(|action| action.day as usize <= self.today);
        known.filter(move |action| action.instrument == instrument).map(|action| action.kind)
    }

    #[inline]
    fn row(&self, column: Option<&'t [f64]>, lag: usize) -> Option<Row<'t>> {
        let (day, width) = (self.today.checked_sub(lag)?, self.tape.instruments.len());
        column.map(|column| Row(&column[day * width..(day + 1) * width]))
    }
}

impl<'t> Row<'t> {
    /// The value of one instrument; `None` where there is none.
    #[must_use]
    #[inline]
    pub fn get(&self, instrument: Instrument) -> Option<f64> {
        self.0.get(instrument.index()).copied().filter(|value| value.is_finite())
    }

    /// The row as it lies on the tape, NaN where there is no value: for kernels over all instruments.
    #[must_use]
    pub const fn with_gaps(&self) -> &'t [f64] {
        self.0
    }

    /// All values with their instruments, ascending; instruments without a value are left out.
    pub fn iter(&self) -> impl Iterator<Item = (Instrument, f64)> + use<'t> {
        let numbered = (0..).map(Instrument).zip(self.0.iter().copied());
        numbered.filter(|(_, value)| value.is_finite())
    }
}
