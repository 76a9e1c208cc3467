//! Positions on top of the ledger.
//!
//! A position is a signed number of shares and a basis, the signed cost of what is open (for a short position what
//! its sale brought, as a negative number). A trade that reduces a position takes the same share of the basis with
//! it, and the rest of the trade's value is realised profit; a trade that crosses zero closes first and opens then.
//! So every basis leaves the inventory that entered it, to the last micro-unit.

use domain::digest::CanonicalBytes;
use domain::ids::Instrument;
use domain::order::Side;
use domain::quantity::{Cash, Price, Quantity, QuantityError};
use domain::valuation::{Holdings, MarketValue, market_value};
use domain::view::Row;
use journal::event::BookMark;

use crate::ledger::{Account, Ledger};
use domain::state::Saved;

/// An open position in one instrument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Shares; negative when short.
    pub quantity: Quantity,
    /// Signed cost of the open shares.
    pub basis: Cash,
    /// The last close seen: today's, or one from before a gap.
    pub last_close: f64,
}

/// What the day has added up so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct DayTotals {
    /// Value bought and sold.
    pub traded: Cash,
    /// Costs paid.
    pub costs: Cash,
    /// Profit made real.
    pub realised: Cash,
    /// Dividends.
    pub dividends: Cash,
}

/// The account of a run. What is known of the open positions lies in one column a field, so that a mark is a few
/// passes over plain numbers.
#[derive(Clone, Debug)]
pub struct Book {
    ledger: Ledger,
    /// Shares of every instrument; zero where nothing is held.
    quantities: Vec<Quantity>,
    /// The instruments with an open position, ascending, and beside each its shares, its basis and the last close seen
    /// while it was open; 0 before the first.
    open: Vec<Instrument>,
    holdings: Holdings,
    basis: Vec<Cash>,
    last_closes: Vec<f64>,
    /// Where the latest trade's position stands: orders go by instrument, so the next is most often a little after it.
    finger: usize,
    /// How many of them have no close today.
    stale: u32,
    today: DayTotals,
    /// The mark of the book as it stands, until a trade or a new close makes it old.
    marked: Option<BookMark>,
}

/// Positions after the latest trade's that are looked at one by one before the rest is searched.
const FINGER_STEPS: usize = 6;

/// The widest book that a checkpoint may ask for: far beyond any tape, far below what memory would not give.
const MOST_INSTRUMENTS: usize = 1 << 24;

impl Book {
    /// An account with cash and no positions over `width` instruments.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    pub fn opened_with(cash: Cash, width: usize) -> Result<Self, QuantityError> {
        Ok(Self {
            ledger: Ledger::opened_with(cash)?,
            quantities: vec![Quantity::ZERO; width],
            open: Vec::new(),
            holdings: Holdings::default(),
            basis: Vec::new(),
            last_closes: Vec::new(),
            finger: 0,
            stale: 0,
            today: DayTotals::default(),
            marked: None,
        })
    }

    /// Free cash.
    #[must_use]
    pub const fn cash(&self) -> Cash {
        self.ledger.balance(Account::Cash)
    }

    /// Shares of every instrument.
    #[must_use]
    pub fn quantities(&self) -> &[Quantity] {
        &self.quantities
    }

    /// The shares of one instrument; negative when short.
    #[must_use]
    pub fn held(&self, instrument: Instrument) -> Quantity {
        self.quantities[instrument.index()]
    }

    /// The position in one instrument.
    #[must_use]
    pub fn position(&self, instrument: Instrument) -> Position {
        let nothing = Position { quantity: Quantity::ZERO, basis: Cash::ZERO, last_close: 0.0 };
        self.open.binary_search(&instrument).map_or(nothing, |slot| self.position_at(slot))
    }

    /// The instruments with an open position, ascending.
    #[must_use]
    pub fn open_instruments(&self) -> &[Instrument] {
        &self.open
    }

    /// The open positions, ascending by instrument.
    pub fn open(&self) -> impl Iterator<Item = (Instrument, Position)> {
        self.open.iter().enumerate().map(|(slot, instrument)| (*instrument, self.position_at(slot)))
    }

    fn position_at(&self, slot: usize) -> Position {
        let (quantity, basis) = (self.holdings.quantities()[slot], self.basis[slot]);
        Position { quantity, basis, last_close: self.last_closes[slot] }
    }

    /// Books a fill and returns the realised profit. The traded value is `price × quantity`.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    pub fn trade(
        &mut self,
        instrument: Instrument,
        side: Side,
        quantity: Quantity,
        value: Cash,
        cost: Cash,
    ) -> Result<Cash, QuantityError> {
        let held = self.quantities[instrument.index()];
        let slot = self.slot(instrument);
        let basis = slot.map_or(Cash::ZERO, |slot| self.basis[slot]);
        let signed_quantity = Quantity::from_micros(side.sign() * quantity.micros());
        let signed_value = Cash::from_micros(side.sign() * value.micros());
        let split = closing_part(held, signed_quantity);
        let (mut closing_value, mut removed) = (Cash::ZERO, Cash::ZERO);
        if !split.is_zero() {
            closing_value = signed_value.scaled(split.micros(), signed_quantity.micros())?;
            removed = basis.scaled(split.negated().micros(), held.micros())?;
        }
        let opening_value = signed_value.minus(closing_value)?;
        let realised = closing_value.plus(removed)?.negated();
        self.ledger.post(&[
            (Account::Cash, signed_value.plus(cost)?.negated()),
            (Account::Inventory, opening_value.minus(removed)?),
            (Account::Realised, realised.negated()),
            (Account::Costs, cost),
        ])?;
        let basis = basis.minus(removed)?.plus(opening_value)?;
        self.put(slot, instrument, held.plus(signed_quantity)?, basis);
        self.today.traded = self.today.traded.plus(value)?;
        self.today.costs = self.today.costs.plus(cost)?;
        self.today.realised = self.today.realised.plus(realised)?;
        Ok(realised)
    }

    /// Restates a position in new shares, `numerator` for each `denominator` old ones; returns before and after.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    ///
    /// # Panics
    /// When nothing would be left: its basis would be orphaned, so that the caller settles such a position.
    pub fn split(
        &mut self,
        instrument: Instrument,
        numerator: i64,
        denominator: i64,
    ) -> Result<(Quantity, Quantity), QuantityError> {
        let before = self.held(instrument);
        let after = before.scaled(numerator, denominator)?;
        assert!(before.is_zero() == after.is_zero(), "a position was split away; settle it instead");
        if let Ok(slot) = self.slot(instrument) {
            self.put(Ok(slot), instrument, after, self.basis[slot]);
            // Until the next close arrives the old one is worth the same in new shares.
            self.last_closes[slot] *= denominator as f64 / numerator as f64;
        }
        Ok((before, after))
    }

    /// Books a dividend on the shares held and returns its signed amount.
    ///
    /// # Errors
    /// [`QuantityError`].
    pub fn dividend(&mut self, instrument: Instrument, per_share: f64) -> Result<Cash, QuantityError> {
        let amount = Price::new(per_share)?.value_of(self.held(instrument))?;
        self.marked = None;
        self.ledger.post(&[(Account::Cash, amount), (Account::Dividends, amount.negated())])?;
        self.today.dividends = self.today.dividends.plus(amount)?;
        Ok(amount)
    }

    /// Closes a position for `amount` in cash and returns the realised profit.
    ///
    /// # Errors
    /// [`QuantityError::Overflow`].
    pub fn settle(&mut self, instrument: Instrument, amount: Cash) -> Result<Cash, QuantityError> {
        let basis = self.position(instrument).basis;
        let realised = amount.minus(basis)?;
        self.ledger.post(&[
            (Account::Cash, amount),
            (Account::Inventory, basis.negated()),
            (Account::Realised, realised.negated()),
        ])?;
        let slot = self.slot(instrument);
        self.put(slot, instrument, Quantity::ZERO, Cash::ZERO);
        self.today.realised = self.today.realised.plus(realised)?;
        Ok(realised)
    }

    /// Takes today's closes: an open position without one keeps its last and is stale.
    pub fn take_closes(&mut self, closes: Row<'_>) {
        let closes = closes.with_gaps();
        // Where much of the row is held, one look over all of it tells that no close is absent, as on most days; a
        // close then need not be looked at one by one.
        let whole = self.open.len() * 4 >= closes.len()
            && closes.iter().map(|close| u64::from(close.is_nan())).sum::<u64>() == 0;
        let mut stale = 0;
        if whole && self.open.len() == closes.len() {
            self.last_closes.copy_from_slice(closes);
        } else if whole {
            let held = self.open.iter().map(|instrument| closes[instrument.index()]);
            self.last_closes.iter_mut().zip(held).for_each(|(last, close)| *last = close);
        } else {
            for (last, instrument) in self.last_closes.iter_mut().zip(&self.open) {
                let close = closes[instrument.index()];
                stale += u32::from(close.is_nan());
                *last = if close.is_nan() { *last } else { close };
            }
        }
        self.stale = stale;
        self.marked = None;
    }

    /// The value of a position at its last close.
    ///
    /// # Errors
    /// [`QuantityError`]; also for a position that never saw a price, which cannot happen through fills.
    pub fn value(position: &Position) -> Result<Cash, QuantityError> {
        Price::new(position.last_close)?.value_of(position.quantity)
    }

    /// The account as it stands, and a proof that it adds up.
    ///
    /// # Errors
    /// [`QuantityError`].
    ///
    /// # Panics
    /// When the ledger, the inventory and the positions disagree: a defect.
    pub fn mark(&mut self) -> Result<BookMark, QuantityError> {
        if let Some(mark) = self.marked {
            return Ok(mark);
        }
        self.ledger.assert_balanced();
        // What is closed has no basis; the sum wraps as the ledger would not.
        let basis = self.basis.iter().fold(0_i64, |sum, basis| sum.wrapping_add(basis.micros()));
        assert!(basis == self.ledger.balance(Account::Inventory).micros(), "inventory and open positions disagree");
        let MarketValue { long: long_value, short: short_value } = market_value(&self.holdings, &self.last_closes)?;
        let cash = self.cash();
        let equity = cash.plus(long_value)?.plus(short_value)?;
        let (positions, stale_positions) = (self.open.len() as u32, self.stale);
        let DayTotals { traded, costs, realised, dividends } = self.today;
        let mark = BookMark {
            cash,
            equity,
            long_value,
            short_value,
            traded,
            costs,
            realised,
            dividends,
            positions,
            stale_positions,
        };
        self.marked = Some(mark);
        Ok(mark)
    }

    /// Forgets the day's totals.
    pub fn begin_day(&mut self) {
        self.marked = None;
        self.today = DayTotals::default();
    }

    /// Saves everything but the day's totals; called between days.
    pub(crate) fn save(&self, bytes: &mut CanonicalBytes) {
        for balance in self.ledger.balances() {
            bytes.put_i64(balance.micros());
        }
        bytes.put_u64(self.quantities.len() as u64);
        bytes.put_u64(self.open.len() as u64);
        for (instrument, position) in self.open() {
            bytes.put_u32(instrument.0).put_i64(position.quantity.micros());
            bytes.put_i64(position.basis.micros()).put_f64(position.last_close);
        }
    }

    pub(crate) fn restore(saved: &mut Saved<'_>) -> Option<Self> {
        let mut balances = [Cash::ZERO; 6];
        for balance in &mut balances {
            *balance = Cash::from_micros(saved.i64()?);
        }
        let (width, open) = (usize::try_from(saved.u64()?).ok()?, saved.u64()?);
        if width > MOST_INSTRUMENTS {
            return None;
        }
        let mut book = Self::opened_with(Cash::ZERO, width).ok()?;
        book.ledger = Ledger::from_balances(balances)?;
        for _ in 0..open {
            let instrument = Instrument(saved.u32()?);
            book.quantities.get(instrument.index())?;
            let (quantity, basis) = (Quantity::from_micros(saved.i64()?), Cash::from_micros(saved.i64()?));
            let slot = book.slot(instrument);
            book.put(slot, instrument, quantity, basis);
            let slot = book.slot(instrument).ok()?;
            book.last_closes[slot] = saved.f64()?;
        }
        Some(book)
    }

    /// Where the position in `instrument` stands among the open ones, or where it would.
    #[inline]
    fn slot(&self, instrument: Instrument) -> Result<usize, usize> {
        // Found within a few steps of the latest trade, or by halving what is left.
        let finger = if self.finger > 0 && self.open[self.finger - 1] >= instrument { 0 } else { self.finger };
        let after = &self.open[finger..];
        let near = after.iter().take(FINGER_STEPS).position(|open| *open >= instrument);
        match near {
            Some(step) if after[step] == instrument => Ok(finger + step),
            Some(step) => Err(finger + step),
            None => after.binary_search(&instrument).map(|at| finger + at).map_err(|at| finger + at),
        }
    }

    /// Writes down shares and basis of `instrument`, whose place among the open positions is `slot`.
    fn put(&mut self, slot: Result<usize, usize>, instrument: Instrument, quantity: Quantity, basis: Cash) {
        self.marked = None;
        self.quantities[instrument.index()] = quantity;
        match (slot, quantity.is_zero()) {
            (Ok(slot), false) => {
                self.holdings.set(slot, quantity);
                self.basis[slot] = basis;
                self.finger = slot + 1;
            }
            (Ok(slot), true) => {
                self.open.remove(slot);
                self.holdings.remove(slot);
                self.basis.remove(slot);
                self.last_closes.remove(slot);
                self.finger = slot;
            }
            (Err(slot), false) => {
                self.open.insert(slot, instrument);
                self.holdings.insert(slot, quantity);
                self.basis.insert(slot, basis);
                self.last_closes.insert(slot, 0.0);
                self.finger = slot + 1;
            }
            (Err(_), true) => {}
        }
    }
}

/// The part of a signed trade that closes what is held: none in the same direction, at most all that is held.
fn closing_part(held: Quantity, trade: Quantity) -> Quantity {
    let opposite = held.micros().signum() * trade.micros().signum() < 0;
    let size = if opposite { trade.micros().abs().min(held.micros().abs()) } else { 0 };
    Quantity::from_micros(trade.micros().signum() * size)
}
