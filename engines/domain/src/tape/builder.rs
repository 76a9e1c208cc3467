//! Building a tape, and everything a fact is refused for.

use std::collections::BTreeMap;

use crate::date::Date;
use crate::facts::{ActionFact, ActionKind, BarFact, InstrumentFact, PriceBasis, SeriesFact, TextFact};
use crate::ids::{Instrument, InstrumentId};
use crate::quantity::Price;

use super::{Columns, SeriesPoint, Tape, TapeAction, TextPoint, carried, contents, interruptions, levels};

/// Collects facts in any order and lays them out as a [`Tape`].
#[derive(Debug)]
pub struct TapeBuilder {
    basis: PriceBasis,
    days: Vec<Date>,
    instruments: Vec<InstrumentFact>,
    columns: Columns,
    actions: Vec<ActionFact>,
    series: BTreeMap<String, Vec<SeriesPoint>>,
    texts: BTreeMap<String, Vec<TextPoint>>,
}

/// Why a fact, or the tape as a whole, was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TapeError {
    /// There is no day or no instrument.
    #[error("a tape needs at least one trading day and one instrument; this one has {days} and {instruments}")]
    Empty {
        /// Trading days given.
        days: usize,
        /// Instruments given.
        instruments: usize,
    },
    /// The days do not rise.
    #[error("trading days must rise without repeats: {0} does not come after the day before it")]
    DaysOutOfOrder(Date),
    /// An id stands twice.
    #[error("{0} is listed twice")]
    DuplicateInstrument(InstrumentId),
    /// A fact about an instrument that is not on the tape.
    #[error("{0} is not an instrument of this tape")]
    UnknownInstrument(InstrumentId),
    /// A bar on a day without a session.
    #[error("{instrument} has a bar on {on}, which is not a trading day of this tape")]
    OffCalendar {
        /// The instrument.
        instrument: InstrumentId,
        /// The day of the bar.
        on: Date,
    },
    /// Two bars for one instrument and day.
    #[error("{instrument} has two bars on {on}")]
    DuplicateBar {
        /// The instrument.
        instrument: InstrumentId,
        /// The day.
        on: Date,
    },
    /// A value that cannot stand.
    #[error("{subject} on {on}: {column} is {value}, {expected}")]
    BadValue {
        /// The instrument or series.
        subject: String,
        /// The day.
        on: Date,
        /// The column.
        column: &'static str,
        /// The value.
        value: f64,
        /// What was expected.
        expected: &'static str,
    },
    /// The price that the basis needs is absent.
    #[error("{instrument} on {on} has no {column}, which the price basis needs")]
    MissingPrice {
        /// The instrument.
        instrument: InstrumentId,
        /// The day.
        on: Date,
        /// The column.
        column: &'static str,
    },
    /// A text without words, or about nobody.
    #[error("a text about `{subject}` of {on} has a blank {column}")]
    BlankText {
        /// The subject.
        subject: String,
        /// The day that the text speaks of.
        on: Date,
        /// The blank column.
        column: &'static str,
    },
    /// A fact that was known before it happened, where that cannot be.
    #[error("{subject}: a value of {happened_on} cannot be known on {known_on}, before it happened")]
    KnownTooEarly {
        /// The series, or the subject of the text.
        subject: String,
        /// When it happened.
        happened_on: Date,
        /// When it is said to be known.
        known_on: Date,
    },
}

impl TapeBuilder {
    /// Starts a tape over `days` with `instruments` in any order.
    ///
    /// # Errors
    /// When either is empty, the days do not rise or an id repeats.
    pub fn new(basis: PriceBasis, days: Vec<Date>, mut instruments: Vec<InstrumentFact>) -> Result<Self, TapeError> {
        if days.is_empty() || instruments.is_empty() {
            return Err(TapeError::Empty { days: days.len(), instruments: instruments.len() });
        }
        if let Some(pair) = days.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(TapeError::DaysOutOfOrder(pair[1]));
        }
        instruments.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = instruments.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(TapeError::DuplicateInstrument(pair[0].id.clone()));
        }
        let close = vec![f64::NAN; days.len() * instruments.len()];
        let columns = Columns { close, open: None, high: None, low: None, volume: None };
        let (actions, series, texts) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { basis, days, instruments, columns, actions, series, texts })
    }

    /// Adds one session of one instrument.
    ///
    /// # Errors
    /// For an unknown instrument, a day off the calendar, a second bar, or a value that cannot stand.
    pub fn push_bar(&mut self, bar: &BarFact) -> Result<(), TapeError> {
        let prices = self.prices_on_basis(bar)?;
        let instrument = self.position(&bar.instrument)?;
        let day = self
            .days
            .binary_search(&bar.happened_on)
            .map_err(|_| TapeError::OffCalendar { instrument: bar.instrument.clone(), on: bar.happened_on })?;
        let at = day * self.instruments.len() + instrument.index();
        if !self.columns.close[at].is_nan() {
            return Err(TapeError::DuplicateBar { instrument: bar.instrument.clone(), on: bar.happened_on });
        }
        let length = self.columns.close.len();
        self.columns.close[at] = prices.close;
        set(&mut self.columns.open, length, at, prices.open);
        set(&mut self.columns.high, length, at, prices.high);
        set(&mut self.columns.low, length, at, prices.low);
        set(&mut self.columns.volume, length, at, bar.volume);
        Ok(())
    }

    /// Adds a corporate action. On an adjusted basis splits and dividends are in the prices already and are left
    /// out; delistings and halts are kept on either.
    ///
    /// # Errors
    /// For an unknown instrument or a value that cannot stand.
    pub fn push_action(&mut self, action: ActionFact) -> Result<(), TapeError> {
        self.position(&action.instrument)?;
        let bad = |column, value, expected| TapeError::BadValue {
            subject: action.instrument.to_string(),
            on: action.happened_on,
            column,
            value,
            expected,
        };
        match action.kind {
            ActionKind::Split { numerator, denominator } if numerator == 0 || denominator == 0 => {
                return Err(bad("split", f64::from(numerator.min(denominator)), "expected two positive whole numbers"));
            }
            ActionKind::Spinoff { ratio_millionths: 0 } => return Err(bad("ratio", 0.0, "expected more than zero")),
            ActionKind::CashDividend { amount } if !(amount > 0.0 && amount < 1e9) => {
                return Err(bad("amount", amount, "expected a finite positive amount"));
            }
            _ => {}
        }
        let in_prices = matches!(
            action.kind,
            ActionKind::Split { .. } | ActionKind::CashDividend { .. } | ActionKind::Spinoff { .. }
        );
        if !(in_prices && self.basis == PriceBasis::Adjusted) {
            self.actions.push(action);
        }
        Ok(())
    }

    /// Adds one value of a series.
    ///
    /// # Errors
    /// When it is not finite, or known before it happened.
    pub fn push_series(&mut self, fact: &SeriesFact) -> Result<(), TapeError> {
        let SeriesFact { happened_on, known_on, value, .. } = *fact;
        if !value.is_finite() {
            let (subject, expected) = (fact.series.clone(), "expected a finite number");
            return Err(TapeError::BadValue { subject, on: happened_on, column: "value", value, expected });
        }
        if known_on < happened_on {
            return Err(TapeError::KnownTooEarly { subject: fact.series.clone(), happened_on, known_on });
        }
        self.series.entry(fact.series.clone()).or_default().push(SeriesPoint { known_on, happened_on, value });
        Ok(())
    }

    /// Adds one text.
    ///
    /// # Errors
    /// When its subject or itself is blank, or it is known before it happened.
    pub fn push_text(&mut self, fact: TextFact) -> Result<(), TapeError> {
        let TextFact { subject, kind, happened_on, known_on, text } = fact;
        for (column, value) in [("subject", &subject), ("text", &text)] {
            if value.trim().is_empty() {
                return Err(TapeError::BlankText { subject: subject.clone(), on: happened_on, column });
            }
        }
        if known_on < happened_on {
            return Err(TapeError::KnownTooEarly { subject, happened_on, known_on });
        }
        self.texts.entry(subject).or_default().push(TextPoint { known_on, happened_on, kind, text });
        Ok(())
    }

    /// Fills every gap after an instrument's first bar with its last close and a volume of zero: prices that stand
    /// still on holidays, in gaps and after a delisting, as in data kept by weekday. For worlds of a system that reads
    /// such data; elsewhere a missing price is missing.
    #[must_use]
    pub fn with_gaps_carried(mut self) -> Self {
        carried::carry(&mut self.columns, self.instruments.len());
        self
    }

    /// Lays everything out.
    #[must_use]
    pub fn finish(self) -> Tape {
        let Self { basis, days, instruments, columns, actions, mut series, mut texts } = self;
        for points in series.values_mut() {
            points.sort_by_key(|point| (point.known_on, point.happened_on));
        }
        texts.values_mut().for_each(|points| points.sort());
        let actions = effective_actions(&days, &instruments, &actions);
        let growth = levels::growth(&columns.close, instruments.len(), &actions);
        let digest = crate::digest::Digest::ZERO;
        let interruptions = interruptions(&actions);
        let mut tape =
            Tape { basis, days, instruments, columns, actions, interruptions, series, texts, growth, digest };
        tape.digest = contents::digest(&tape);
        tape
    }

    fn position(&self, id: &InstrumentId) -> Result<Instrument, TapeError> {
        let at = self.instruments.binary_search_by(|fact| fact.id.cmp(id));
        at.map_or_else(|_| Err(TapeError::UnknownInstrument(id.clone())), |at| Ok(Instrument(at as u32)))
    }

    /// The four prices on the tape's basis, each checked.
    fn prices_on_basis(&self, bar: &BarFact) -> Result<BasisPrices, TapeError> {
        let missing =
            |column| TapeError::MissingPrice { instrument: bar.instrument.clone(), on: bar.happened_on, column };
        let (close, scale) = match self.basis {
            PriceBasis::Raw => (bar.close.ok_or_else(|| missing("close"))?, None),
            PriceBasis::Adjusted => {
                let adjusted = bar.adjusted_close.ok_or_else(|| missing("adjusted_close"))?;
                (adjusted, bar.close.map(|close| adjusted / close))
            }
        };
        let checked = |column, value: f64| match Price::new(value) {
            Ok(_) => Ok(value),
            Err(_) => Err(bad_value(bar, column, value, "expected a finite number from 1e-9 to 1e12")),
        };
        // Without a close as traded there is no factor, so an adjusted bar has no range either.
        let ranged = |column, value: Option<f64>| match (self.basis, scale) {
            (PriceBasis::Raw, _) => value.map(|value| checked(column, value)).transpose(),
            (PriceBasis::Adjusted, Some(scale)) => value.map(|value| checked(column, value * scale)).transpose(),
            (PriceBasis::Adjusted, None) => Ok(None),
        };
        let prices = BasisPrices {
            close: checked("close", close)?,
            open: ranged("open", bar.open)?,
            high: ranged("high", bar.high)?,
            low: ranged("low", bar.low)?,
        };
        check_range(bar)?;
        Ok(prices)
    }
}

struct BasisPrices {
    close: f64,
    open: Option<f64>,
    high: Option<f64>,
    low: Option<f64>,
}

fn bad_value(bar: &BarFact, column: &'static str, value: f64, expected: &'static str) -> TapeError {
    TapeError::BadValue { subject: bar.instrument.to_string(), on: bar.happened_on, column, value, expected }
}

/// `low ≤ open, close ≤ high`, on the prices as given, and a volume that is not negative.
fn check_range(bar: &BarFact) -> Result<(), TapeError> {
    if let Some(volume) = bar.volume
        && !(volume.is_finite() && volume >= 0.0)
    {
        return Err(bad_value(bar, "volume", volume, "expected a finite number that is not negative"));
    }
    for (column, value) in [("open", bar.open), ("close", bar.close), ("low", bar.low)] {
        if let (Some(value), Some(high)) = (value, bar.high)
            && value > high
        {
            return Err(bad_value(bar, column, value, "expected at most the high"));
        }
        if let (Some(value), Some(low)) = (value, bar.low)
            && value < low
        {
            return Err(bad_value(bar, column, value, "expected at least the low"));
        }
    }
    Ok(())
}

fn set(column: &mut Option<Vec<f64>>, length: usize, at: usize, value: Option<f64>) {
    if let Some(value) = value {
        column.get_or_insert_with(|| vec![f64::NAN; length])[at] = value;
    }
}

/// Puts each action on the first trading day on which it is both due and known, sorted by day, instrument and rank.
/// What comes due only after the tape's last day is left out: nothing could ever see it.
fn effective_actions(days: &[Date], instruments: &[InstrumentFact], facts: &[ActionFact]) -> Vec<TapeAction> {
    let mut actions: Vec<TapeAction> = facts
        .iter()
        .filter_map(|fact| {
            let day = days.partition_point(|day| *day < fact.happened_on.max(fact.known_on));
            let at = instruments.binary_search_by(|known| known.id.cmp(&fact.instrument)).ok()?;
            // What came due before day 0 is history that the first price already contains.
            let before = fact.happened_on < days[0] && in_first_price(fact.kind);
            (day < days.len() && !before).then_some(TapeAction {
                day: day as u32,
                instrument: Instrument(at as u32),
                kind: fact.kind,
            })
        })
        .collect();
    actions.sort_by_key(|action| (action.day, action.instrument, action.kind.rank()));
    actions
}

const fn in_first_price(kind: ActionKind) -> bool {
    !matches!(kind, ActionKind::Delisting | ActionKind::Halt { .. })
}
