//! One side of a comparison: a journal read day by day beside the tape of its world.
//!
//! A journal says what was filled and how shares changed; positions follow from that. Their worth is the close of the
//! day as the side's own world knew it, or the last one before a gap, as the ledger values them. With 10 shares of GE
//! and 5 of LEH bought at closes of 20 and 10, and an equity of 998.5, the weights are `200 / 998.5` and `50 / 998.5`, and
//! the turnover of the day is `250 / 998.5 / 2`: half of what was traded, at the close, over the equity of the close.
//! That is `Σ |w_t − drifted w_{t−1}| / 2`, because what was held drifts with the same close.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::facts::InstrumentFact;
use domain::ids::Instrument;
use domain::numeric::sum;
use domain::order::Side as Direction;
use domain::quantity::{Cash, Price, Quantity, QuantityError};
use domain::tape::Tape;
use domain::view::View;
use journal::event::{BookMark, Event, JournalDay};
use journal::journal::Journal;

use super::bridge::Regime;

/// A journal, read for a comparison.
#[derive(Clone, Debug)]
pub struct Side {
    /// The scenario.
    pub scenario: String,
    /// The system and its version.
    pub system: String,
    /// The id of the run, in hexadecimal digits.
    pub run_id: String,
    /// The currency of the account.
    pub currency: String,
    /// The instruments of the world, ascending by id.
    pub instruments: Vec<InstrumentFact>,
    /// The days of the run, ascending.
    pub days: Vec<SideDay>,
}

/// One day of a side.
#[derive(Clone, Debug)]
pub struct SideDay {
    /// The trading day.
    pub on: Date,
    /// Equity after the close.
    pub equity: Cash,
    /// What is held after the close, ascending by instrument; empty where equity is zero or less.
    pub holdings: Vec<Holding>,
    /// What is held once the orders of today are filled, at today's close: what the side decided, whether it fills at
    /// once or on the next day. Orders of earlier days that still work are left out.
    pub wanted: Vec<Holding>,
    /// Whether an order was given today.
    pub decided: bool,
    /// What each instrument is worth today; `None` without a close.
    pub quotes: Vec<Option<Quote>>,
    /// What the engines say of the market's state.
    pub regime: Option<Regime>,
    /// One-way turnover, as a fraction of equity; `None` where equity is zero or less.
    pub turnover: Option<f64>,
    /// Costs paid and value lost to slippage.
    pub costs: Cash,
}

/// A position after the close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holding {
    /// The instrument.
    pub instrument: Instrument,
    /// Value over equity; negative for a short position.
    pub weight: f64,
}

/// The worth of one share on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// The close, on the price basis of the world.
    pub close: f64,
    /// The total-return level: the ratio of two is the return with splits and dividends.
    pub level: f64,
}

/// Why a journal could not be read as a side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SideError {
    /// The journal was made over another tape.
    #[error("{scenario}: the journal was made over another tape than the one it is read beside")]
    OtherTape {
        /// The scenario.
        scenario: String,
    },
    /// The journal and its tape do not fit together on a day.
    #[error("{scenario} on {day}: {what}")]
    Day {
        /// The scenario.
        scenario: String,
        /// The day.
        day: Date,
        /// What is wrong.
        what: String,
    },
}

/// What is held while a journal is read.
#[derive(Default)]
struct Book {
    open: BTreeMap<Instrument, (Quantity, f64)>,
}

/// What was traded in a day: shares, bought less sold.
type Traded = BTreeMap<Instrument, i128>;

/// Orders of a day that are still to fill: micro-shares, positive to buy, by number.
type Pending = BTreeMap<u64, (Instrument, i64)>;

impl Side {
    /// Reads `journal` beside the tape that it was made over.
    ///
    /// # Errors
    /// [`SideError`] for another tape, a day that the tape lacks or that has no mark, or a position in something that
    /// never had a price.
    pub fn read(journal: &Journal, tape: &Tape) -> Result<Self, SideError> {
        let inputs = &journal.manifest.inputs;
        let scenario = inputs.scenario.clone();
        if inputs.tape_digest != tape.digest() {
            return Err(SideError::OtherTape { scenario });
        }
        let (mut book, mut days) = (Book::default(), Vec::with_capacity(journal.days.len()));
        for day in &journal.days {
            let refused = |what: String| SideError::Day { scenario: scenario.clone(), day: day.on, what };
            let number = tape.days().binary_search(&day.on).ok();
            let view = number.and_then(|number| View::as_of(tape, number));
            let view = view.ok_or_else(|| refused("the tape has no such day".to_owned()))?;
            days.push(book.step(day, &view).map_err(refused)?);
        }
        Ok(Self {
            system: format!("{} {}", inputs.system, inputs.system_version),
            run_id: journal.manifest.run_id.to_string(),
            currency: journal.manifest.currency.clone(),
            instruments: tape.instruments().to_vec(),
            days,
            scenario,
        })
    }
}

impl Book {
    /// Takes up a day, and says how it ended.
    fn step(&mut self, day: &JournalDay, view: &View<'_>) -> Result<SideDay, String> {
        let Some(Event::BookMarked(mark)) = day.events.last() else {
            return Err("the day has no mark".to_owned());
        };
        let quotes = quotes_of(view);
        let (mut traded, mut pending, mut slippage) = (Traded::new(), Pending::new(), 0);
        let decided = day.events.iter().any(|event| matches!(event, Event::OrderPlanned { .. }));
        for event in &day.events {
            self.take(event, &mut traded).map_err(|error| error.to_string())?;
            wait(event, &mut pending);
            if let Event::OrderFilled { slippage: lost, .. } = event {
                slippage += lost.micros();
            }
        }
        for (instrument, (_, price)) in &mut self.open {
            if let Some(quote) = quotes.get(instrument.index()).copied().flatten() {
                *price = quote.close;
            }
        }
        let costs = Cash::from_micros(mark.costs.micros() + slippage);
        let (holdings, turnover) = (self.holdings(mark)?, self.turnover(mark, &traded, &quotes));
        let wanted = self.wanted(mark, &pending, &quotes)?;
        let (on, equity, regime) = (day.on, mark.equity, Regime::of(day));
        Ok(SideDay { on, equity, holdings, wanted, decided, quotes, regime, turnover, costs })
    }

    fn take(&mut self, event: &Event, traded: &mut Traded) -> Result<(), QuantityError> {
        match *event {
            Event::SharesChanged { instrument, before, after } => {
                let price = self.open.get(&instrument).map_or(0.0, |held| held.1);
                // A price from before the split still stands for the same value.
                let price = if after.is_zero() { 0.0 } else { price * (before.to_units() / after.to_units()) };
                self.set(instrument, after, price);
            }
            Event::PositionSettled { instrument, .. } => drop(self.open.remove(&instrument)),
            Event::OrderFilled { instrument, side, quantity, price, .. } => {
                let (held, last) = self.open.get(&instrument).copied().unwrap_or((Quantity::ZERO, price.get()));
                let (after, change) = match side {
                    Direction::Buy => (held.plus(quantity)?, i128::from(quantity.micros())),
                    Direction::Sell => (held.minus(quantity)?, -i128::from(quantity.micros())),
                };
                self.set(instrument, after, last);
                *traded.entry(instrument).or_default() += change;
            }
            _ => {}
        }
        Ok(())
    }

    fn set(&mut self, instrument: Instrument, quantity: Quantity, price: f64) {
        if quantity.is_zero() {
            self.open.remove(&instrument);
        } else {
            self.open.insert(instrument, (quantity, price));
        }
    }

    fn holdings(&self, mark: &BookMark) -> Result<Vec<Holding>, String> {
        if mark.equity.micros() <= 0 {
            return Ok(Vec::new());
        }
        let holding = |(instrument, (quantity, price)): (&Instrument, &(Quantity, f64))| {
            let value = Price::new(*price).and_then(|price| price.value_of(*quantity));
            let value = value.map_err(|error| error.to_string())?.micros();
            Ok(Holding { instrument: *instrument, weight: value as f64 / mark.equity.micros() as f64 })
        };
        self.open.iter().map(holding).collect()
    }

    /// What will be held once the orders of the day are filled, at the day's closes.
    fn wanted(&self, mark: &BookMark, pending: &Pending, quotes: &[Option<Quote>]) -> Result<Vec<Holding>, String> {
        let mut filled = Self { open: self.open.clone() };
        for (instrument, shares) in pending.values() {
            let quote = quotes.get(instrument.index()).copied().flatten();
            // An order in something without a close has no value today.
            let Some(close) = filled.open.get(instrument).map(|held| held.1).or(quote.map(|quote| quote.close)) else {
                continue;
            };
            let held = filled.open.get(instrument).map_or(Quantity::ZERO, |held| held.0);
            let after = held.plus(Quantity::from_micros(*shares)).map_err(|error| error.to_string())?;
            filled.set(*instrument, after, close);
        }
        filled.holdings(mark)
    }

    /// Half of what was traded, at the close, over equity. What has no close today was not traded today.
    fn turnover(&self, mark: &BookMark, traded: &Traded, quotes: &[Option<Quote>]) -> Option<f64> {
        let value = |(instrument, shares): (&Instrument, &i128)| {
            let quote = quotes.get(instrument.index()).copied().flatten();
            let price = quote.map(|quote| quote.close).or_else(|| self.open.get(instrument).map(|held| held.1));
            shares.unsigned_abs() as f64 * price.unwrap_or(0.0)
        };
        let values: Vec<f64> = traded.iter().map(value).collect();
        (mark.equity.micros() > 0).then(|| sum(&values) / mark.equity.micros() as f64 / 2.0)
    }
}

/// Keeps what is still to fill of the orders of a day.
fn wait(event: &Event, pending: &mut Pending) {
    match *event {
        Event::OrderPlanned { order, instrument, side, quantity, .. } => {
            let shares = if side == Direction::Buy { quantity.micros() } else { -quantity.micros() };
            pending.insert(order, (instrument, shares));
        }
        Event::OrderFilled { order, quantity, .. } => {
            if let Some((_, left)) = pending.get_mut(&order) {
                *left -= left.signum() * quantity.micros();
            }
        }
        Event::OrderCancelled { order, .. } => drop(pending.remove(&order)),
        _ => {}
    }
}

fn quotes_of(view: &View<'_>) -> Vec<Option<Quote>> {
    let all = (0..).map(Instrument).take(view.instruments().len());
    let levels = view.levels(0);
    let quote = |instrument| {
        let close = view.close(instrument)?;
        Some(Quote { close, level: levels.as_ref()?.get(instrument)? })
    };
    all.map(quote).collect()
}
